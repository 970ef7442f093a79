"""Returned mail as notices: the return mailboxes of live connections, each letter once."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import connection as database

from makegood.channels.mailboxes import has_mailbox, open_mailbox
from makegood.channels.returned import read_returned
from makegood.channels.suppression import suppress_said
from makegood.kit.clock import now
from makegood.kit.errors import MakegoodError
from makegood.kit.killpoints import kp
from makegood.notices.actions import take_in
from makegood.people.models import Connection
from makegood.people.secrets import resolve_secrets

log = logging.getLogger(__name__)
A_ROUND = 500  # letters that are looked at in one go
_READER = 0x6D67_7265  # with the connection's number: one reader of a mailbox at a time


@dataclass(frozen=True)
class Looked:
    """What was in a mailbox: `said` counts what the reports say, `new` those that nobody knew, `others` letters that
    are none of our business and were left as they were."""

    said: Mapping[str, int]
    new: int
    others: int


def list_mailboxes(*, brand: int | None = None) -> list[Connection]:
    """Live connections that have a return mailbox, by number."""
    rows = Connection.objects.filter(live=True).order_by("id")
    rows = rows.filter(brand_id=brand) if brand is not None else rows
    return [row for row in rows if has_mailbox(row.settings)]


def read_mailboxes(*, stopping: Callable[[], bool] = lambda: False) -> int:
    """All of them, as workers do every few minutes; returns how many notices are new. One that is out of reach is a
    line in the log, and waits for nobody."""
    new = 0
    for connection in list_mailboxes():
        if stopping():
            break
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_READER, connection.id])
            if not cursor.fetchone()[0]:
                continue
        try:
            new += read_mailbox(connection, stopping=stopping).new
        except MakegoodError as error:
            log.warning("The mailbox of connection %s was not read: %s", connection.id, error)
        finally:
            with database.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_READER, connection.id])
    return new


def read_mailbox(
    connection: Connection, *, limit: int = A_ROUND, stopping: Callable[[], bool] = lambda: False
) -> Looked:
    """Takes in what came back, and marks it. A crash in between reads a report again, and it is kept once.

    Raises `Unavailable` when the mailbox is out of reach, `BadInput` for a secret that is not set.
    """
    said: Counter[str] = Counter()
    new = others = 0
    with open_mailbox(resolve_secrets(connection.settings)) as mailbox:
        for name, raw in mailbox.letters(limit):
            if stopping():
                break
            notices = read_returned(raw, now=now())
            new += take_in(connection, notices, suppress=suppress_said)
            kp("returns.taken_in")
            mailbox.mark(name, report=bool(notices))
            said.update(notice.says for notice in notices)
            others += not notices
    return Looked(dict(said), new, others)
