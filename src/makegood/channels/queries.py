"""Reading the channels: what settled since, one letter as PDF, the outbox, open tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from makegood.channels.models import Letter, OutboxMessage, Task
from makegood.channels.paper import page
from makegood.journal.horizon import settled_below
from makegood.kit.errors import NotFound
from makegood.kit.letterpaper import Letter as Page
from makegood.kit.letterpaper import letter_pdf
from makegood.kit.letterpaper.letter import Paper

_SETTLED = """
SELECT id, xid::text, key, status, code, at, staff FROM settlement
WHERE (xid, id) > (%s::xid8, %s) AND xid < %s::xid8
ORDER BY xid, id LIMIT %s
"""
# Only transactions below the oldest one still running: one that commits late is never overtaken by the cursor.


@dataclass(frozen=True)
class Mark:
    """How far a reader has come: the transaction (xid8 as text) and the row within it."""

    xid: str = "0"
    id: int = 0


@dataclass(frozen=True)
class Settled:
    """A task or letter reached its end: `status` done or failed, `code` done, cannot, posted or returned."""

    mark: Mark
    key: str
    status: str
    code: str
    at: datetime
    staff: int | None


def list_settled(since: Mark, *, limit: int = 500) -> list[Settled]:
    """Settlements after the mark, oldest first; continue with the last one's `mark`. None is ever skipped."""
    with connection.cursor() as cursor:
        below = settled_below(cursor)
        cursor.execute(_SETTLED, [since.xid, since.id, below, limit])
        return [Settled(Mark(row[1], row[0]), *row[2:]) for row in cursor.fetchall()]


def page_of(letter: Letter) -> Page:
    """The stored letter as a page, dated the day it was written: printed twice, it is the same page."""
    words = (letter.subject, letter.text, letter.locale)
    return page(letter.sender, letter.lines, *words, reference=letter.mistake, written=letter.made_at)


def get_letter_pdf(key: str, *, paper: Paper = "A4") -> bytes:
    """One letter as PDF, whatever its state; the same bytes each time. Raises `NotFound`."""
    letter = Letter.objects.filter(key=key).first()
    if letter is None:
        raise NotFound("There is no such letter.", remedy="Use the key shown with the letter.", code="no-letter")
    return letter_pdf([page_of(letter)], created=letter.made_at, paper=paper)


def list_outbox(mistake: str) -> QuerySet[OutboxMessage]:
    """What would have been sent for a mistake (its public id), oldest first."""
    return OutboxMessage.objects.filter(mistake=mistake).order_by("id")


def list_open_tasks(brand: str) -> QuerySet[Task]:
    """What people have to do, oldest first."""
    return Task.objects.filter(brand=brand, state="open").order_by("made_at", "id")
