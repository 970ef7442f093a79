"""Writing verbs about mistakes: report one from a sentence, bring it in line with its file."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from makegood.core.mistakefile import MistakeFile
from makegood.journal.actions import record
from makegood.kit.clock import now
from makegood.kit.digest import sha256
from makegood.kit.errors import BadInput, NotFound, Refused
from makegood.kit.ids import new_public_id
from makegood.kit.plugins import scrub
from makegood.mistakes.models import Fact, Mistake, News
from makegood.mistakes.queries import require_not_fixed, require_open
from makegood.people.models import Brand

MAX_TITLE = 300
MAX_NEWS = 2_000


@transaction.atomic
def report_mistake(sentence: str, *, brand: Brand, actor: int, how: str = "staff", currency: str = "USD") -> Mistake:
    """Opens a mistake from one sentence. Nobody's name is asked for. Raises `BadInput` for an empty or endless one."""
    title = " ".join(sentence.split())
    if not title or len(title) > MAX_TITLE:
        raise BadInput(
            f"A mistake is reported in one sentence of at most {MAX_TITLE} letters.",
            remedy='Say what happened, such as "We charged some customers twice."',
            code="bad-sentence",
        )
    public = new_public_id("m")
    mistake = Mistake.objects.create(
        brand=brand,
        public_id=public,
        slug=public,
        title=title,
        zone=brand.zone,
        currency=currency,
        noticed_at=now(),
        noticed_how=how,
    )
    record("mistake.reported", f"mistake:{mistake.id}", actor=actor, brand=brand.id, mistake=mistake.id)
    return mistake


@transaction.atomic
def align_mistake(file: MistakeFile, *, brand: Brand, actor: int) -> Mistake:
    """The mistake of a folder: opened when its slug is new, else brought in line with mistake.yaml.

    A fact that becomes confirmed gets its moment; one that is no longer confirmed loses it, and the journal says so.
    """
    mistakes = Mistake.objects.select_for_update(of=("self",)).filter(brand=brand)
    mistake = mistakes.filter(slug=file.slug).first() or _opened(mistakes.filter(public_id=file.opened_as), file)
    fields = fields_of(file)
    if mistake is None:
        mistake = Mistake.objects.create(brand=brand, public_id=new_public_id("m"), **fields)
        record("mistake.reported", f"mistake:{mistake.id}", actor=actor, brand=brand.id, mistake=mistake.id)
    else:
        Mistake.objects.filter(id=mistake.id).update(**fields)
        mistake.refresh_from_db()
    _align_facts(mistake, file, actor)
    return mistake


def fields_of(file: MistakeFile) -> dict[str, Any]:
    """What mistake.yaml says, by the names of the mistake's fields."""
    return {
        "slug": file.slug,
        "title": file.title,
        "kind": file.kind,
        "fault": file.fault,
        "zone": file.zone,
        "currency": file.currency,
        "noticed_at": file.noticed_at,
        "noticed_how": file.noticed_how,
        "happened_from": _instant(file.moments().get("happened.from")),
        "happened_to": _instant(file.moments().get("happened.to")),
    }


def _opened(found: QuerySet[Mistake], file: MistakeFile) -> Mistake | None:
    """The mistake that was opened from a sentence and now gets its file. Raises `NotFound` for an id nobody gave."""
    mistake = found.first()
    if file.opened_as and mistake is None:
        what = f"No mistake was opened as '{file.opened_as}'."
        raise NotFound(what, remedy="Look it up: makegood status. Or remove opened_as.", code="no-mistake")
    return mistake


def _align_facts(mistake: Mistake, file: MistakeFile, actor: int) -> None:
    known = {fact.name: fact for fact in Fact.objects.filter(mistake=mistake)}
    for fact in file.facts:
        before = known.pop(fact.id, None)
        confirmed_at = (before.confirmed_at if before else None) or now() if fact.confirmed else None
        Fact.objects.update_or_create(
            mistake=mistake, name=fact.id, defaults={"text": fact.text, "confirmed_at": confirmed_at}
        )
        if before is None or (before.confirmed_at is None) != (confirmed_at is None):
            verb = "fact.confirmed" if confirmed_at else "fact.open"
            record(verb, f"fact:{fact.id}", actor=actor, brand=mistake.brand_id, mistake=mistake.id)
    Fact.objects.filter(id__in=[fact.id for fact in known.values()]).delete()


@transaction.atomic
def close_mistake(mistake: Mistake, *, actor: int, facts: dict[str, object]) -> None:
    """Sets a mistake closed; whether it may be is decided by `balance.close`."""
    Mistake.objects.filter(id=mistake.id).update(state="closed", closed_at=now())
    record(
        "mistake.closed", f"mistake:{mistake.id}", actor=actor, brand=mistake.brand_id, mistake=mistake.id, facts=facts
    )


@transaction.atomic
def reopen_mistake(mistake: Mistake, *, actor: int | None, reason: str) -> None:
    """Opens a closed mistake again; `reason` stays in the journal as it is said, so it names no customer.

    Raises `Refused` when it is open, `BadInput` without a reason.
    """
    if not reason.strip():
        raise BadInput("Opening a mistake again needs a reason.", remedy="Say why, in one sentence.", code="no-reason")
    changed = Mistake.objects.filter(id=mistake.id, state="closed").update(state="open", closed_at=None)
    if not changed:
        raise Refused(f"'{mistake.title}' is open.", remedy="There is nothing to do.", code="open")
    subject, facts = f"mistake:{mistake.id}", {"reason": scrub(reason)}
    record("mistake.reopened", subject, actor=actor, brand=mistake.brand_id, mistake=mistake.id, facts=facts)


@transaction.atomic
def add_news(mistake: Mistake, text: str, *, actor: int) -> News:
    """Records how the fix goes on. It is told by the next update that somebody approves.

    Raises `Refused` once the mistake is fixed or closed, `BadInput` for an empty or endless text.
    """
    words = " ".join(text.split())
    if not words or len(words) > MAX_NEWS:
        what = f"News are one or a few sentences of at most {MAX_NEWS} letters."
        raise BadInput(what, remedy="Say what has been done since the last update.", code="bad-news")
    require_open(mistake)
    require_not_fixed(mistake)
    news = News.objects.create(mistake=mistake, text=words, by=actor)
    subject, facts = f"news:{news.id}", {"digest": sha256(words)}
    record("news.added", subject, actor=actor, brand=mistake.brand_id, mistake=mistake.id, facts=facts)
    return news


@transaction.atomic
def set_fixed(mistake: Mistake, *, actor: int, fixed: bool = True) -> None:
    """The mistake itself is fixed, and its updates end; or (`fixed` False) it turned out that it is not.

    Raises `Refused` when that is recorded already, or when the mistake is closed.
    """
    require_open(mistake)
    found = Mistake.objects.filter(id=mistake.id, fixed_at__isnull=fixed)
    if not found.update(fixed_at=now() if fixed else None):
        what = f"'{mistake.title}' is recorded as {'' if fixed else 'not '}fixed already."
        raise Refused(what, remedy="There is nothing to do.", code="fixed-already")
    verb = "mistake.fixed" if fixed else "mistake.not-fixed"
    record(verb, f"mistake:{mistake.id}", actor=actor, brand=mistake.brand_id, mistake=mistake.id)


def slug_of(title: str) -> str:
    """`we-charged-some-customers`: at most five words and 60 letters, without accents, for a folder's name."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower())[:5])[:60].rstrip("-") or "mistake"


def _instant(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment is not None else None
