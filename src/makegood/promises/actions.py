"""Writing verbs of promises. Each moment is the database's: what is late is decided by one clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from makegood.core.calendars import Calendar
from makegood.core.promising import after_pause, find_calendar, margin_of, read_by
from makegood.journal.actions import record
from makegood.kit.clock import iso
from makegood.kit.digest import sha256
from makegood.kit.errors import BadInput, NotFound, Refused
from makegood.mistakes.models import Mistake
from makegood.mistakes.queries import require_open
from makegood.people.models import Brand
from makegood.promises.models import Promise, PromiseEvent

LONGEST = 1_000  # characters of what is promised, and of a reason


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a plan's message and its moment, for `customers` of them; `due` and `last` are aware, UTC."""

    step: str
    mark: str
    place: str
    what: str
    by: str
    due: datetime
    last: datetime | None
    customers: int
    carried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The plan whose messages promise; `owner` answers for it, `told` hears of what is missed: staff. `customer` is the
    one that a message of the desk is written for: its words may be theirs alone."""

    mistake: Mistake
    plan: int
    owner: int
    told: int | None
    customer: int | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word. `by` is as typed (see `core.promising.read_by`), in `zone` ("" the mistake's); `customer` is the
    customer's number, None for a word to nobody in particular. `owner` and `told` are staff."""

    what: str
    by: str
    owner: int
    told: int | None = None
    customer: int | None = None
    zone: str = ""


def clock() -> datetime:
    """The database's clock, in whole seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT date_trunc('second', clock_timestamp())")
        moment: datetime = cursor.fetchone()[0]
    return moment


@transaction.atomic
def add_promises(source: Source, said: Sequence[Said], *, moment: datetime, actor: int | None) -> int:
    """What a plan's messages promise, from the moment at which it is applied; returns how many there are."""
    mistake = source.mistake
    made = Promise.objects.bulk_create(
        Promise(
            mistake=mistake,
            plan=source.plan,
            step=one.step,
            customer=source.customer,
            mark=one.mark,
            place=one.place,
            customers=one.customers,
            what=one.what,
            by=one.by,
            owner_id=source.owner,
            told_id=source.told,
            zone=mistake.zone,
            due_at=one.due,
            last_at=one.last,
            carried=list(one.carried),
            made_at=moment,
            made_by=actor,
            **_clocked(moment, one.due),
        )
        for one in said
    )
    PromiseEvent.objects.bulk_create(
        PromiseEvent(promise=one.id, kind="made", round=0, at=moment, by=actor) for one in made
    )
    facts = {"promises": [one.id for one in made], "owner": source.owner}
    record("promises.made", f"plan:{source.plan}", actor=actor, brand=mistake.brand_id, mistake=mistake.id, facts=facts)
    return len(made)


def _clocked(moment: datetime, due: datetime) -> dict[str, Any]:
    margin = margin_of(moment, due)
    return {"margin": margin, "next_at": max(moment, due - margin)}


@transaction.atomic
def add_promise(
    mistake: Mistake, word: Word, *, actor: int, calendars: Mapping[str, Calendar] | None = None
) -> Promise:
    """A person's word, kept by a person's word. `calendars` are the playbook's, by name.

    Raises `BadInput` for a moment that is none or has passed, or for empty or endless words; `Refused` for a closed
    mistake.
    """
    require_open(mistake)
    what, moment = _words(word.what, "what is promised", "--what"), clock()
    by = read_by(word.by, moment, ZoneInfo(word.zone or mistake.zone), calendars or {})
    made = Promise.objects.create(
        mistake=mistake,
        customer=word.customer,
        what=what,
        by=" ".join(word.by.split()),
        owner_id=word.owner,
        told_id=word.told,
        zone=word.zone or mistake.zone,
        calendar=by.calendar,
        due_at=by.due,
        made_at=moment,
        made_by=actor,
        **_clocked(moment, by.due),
    )
    _happened(made, "made", moment, actor, {"due": iso(by.due), "owner": word.owner, "digest": sha256(what)})
    return made


@transaction.atomic
def keep_promise(promise: int, brand: Brand, *, actor: int, how: str = "") -> Promise:
    """It is kept, in time or late. Raises `NotFound`, or `Refused` where it has ended already."""
    found = _locked(promise, brand)
    _require(found, "open", "paused")
    return _end(found, "kept", how, actor)


@transaction.atomic
def release_promise(promise: int, brand: Brand, *, actor: int, because: str) -> Promise:
    """It is owed no longer, for a reason: the customer asked for something else, or it was promised twice."""
    found = _locked(promise, brand)
    _require(found, "open", "paused")
    return _end(found, "released", _words(because, "the reason", "--because"), actor)


@transaction.atomic
def answer_promise(promise: int, brand: Brand, *, actor: int, because: str) -> Promise:
    """Says what became of a promise that is late or missed: it stays unkept, and stands in no way any more.

    Raises `Refused` where its moment is still ahead, or it was answered."""
    found, moment = _locked(promise, brand), clock()
    _require(found, "open")
    if found.due_at > moment or found.answered_at is not None:
        what = f"Promise {promise} is {'answered already' if found.answered_at else 'not late'}."
        raise Refused(what, remedy="There is nothing to answer.", code="not-late")
    found.answered_at, found.next_at = moment, None
    found.reason = _words(because, "the answer", "--because")
    found.save(update_fields=["answered_at", "next_at", "reason"])
    return _happened(found, "answered", moment, actor, {"digest": sha256(found.reason)})


@transaction.atomic
def pause_promise(promise: int, brand: Brand, *, actor: int, because: str) -> Promise:
    """Stops the clock, for a reason: we wait for the customer. Raises `Refused` once its moment has passed."""
    found, moment = _locked(promise, brand), clock()
    _require(found, "open")
    if found.due_at <= moment:
        what = f"The moment of promise {promise} has passed: a pause would hide that."
        raise Refused(what, remedy="Keep it late, or answer it: makegood promise answer.", code="late-already")
    found.state, found.paused_at, found.next_at = "paused", moment, None
    found.reason = _words(because, "the reason", "--because")
    found.save(update_fields=["state", "paused_at", "next_at", "reason"])
    return _happened(found, "paused", moment, actor, {"digest": sha256(found.reason)})


@transaction.atomic
def resume_promise(
    promise: int, brand: Brand, *, actor: int, calendars: Mapping[str, Calendar] | None = None
) -> Promise:
    """The clock goes on, with as much time left as there was; its events are raised anew. Raises `BadInput` where its
    calendar is gone."""
    found, moment = _locked(promise, brand), clock()
    _require(found, "paused")
    assert found.paused_at is not None  # noqa: S101 - a paused one has it
    calendar = find_calendar(found.calendar, calendars or {})
    due = after_pause(found.due_at, found.paused_at, moment, ZoneInfo(found.zone), calendar)
    if found.last_at is not None:
        found.last_at += due - found.due_at
    found.state, found.paused_at, found.due_at, found.reason = "open", None, due, ""
    found.round += 1
    found.next_at = max(moment, due - found.margin)
    found.save()
    return _happened(found, "resumed", moment, actor, {"due": iso(due)})


def _locked(promise: int, brand: Brand) -> Promise:
    promises = Promise.objects.select_for_update(of=("self",)).select_related("mistake")
    found = promises.filter(id=promise, mistake__brand=brand).first()
    if found is None:
        raise NotFound(f"There is no promise {promise}.", remedy="List them: makegood promises.", code="no-promise")
    return found


def _require(promise: Promise, *states: str) -> None:
    if promise.state not in states:
        what = f"Promise {promise.id} is {promise.state}."
        raise Refused(what, remedy="See: makegood promises.", code="promise-state")


def _end(promise: Promise, state: str, reason: str, actor: int) -> Promise:
    moment = clock()
    promise.state, promise.ended_at, promise.next_at, promise.paused_at = state, moment, None, None
    promise.reason = reason
    promise.save(update_fields=["state", "ended_at", "next_at", "paused_at", "reason"])
    facts = {"late": promise.due_at < moment} if state == "kept" else {}
    return _happened(promise, state, moment, actor, facts | ({"digest": sha256(reason)} if reason else {}))


def _happened(promise: Promise, kind: str, moment: datetime, actor: int, facts: Mapping[str, Any]) -> Promise:
    PromiseEvent.objects.create(promise=promise.id, kind=kind, round=promise.round, at=moment, by=actor)
    mistake = promise.mistake
    subject = f"promise:{promise.id}"
    record(f"promise.{kind}", subject, actor=actor, brand=mistake.brand_id, mistake=mistake.id, facts=facts)
    return promise


def _words(text: str, what: str, option: str) -> str:
    words = " ".join(text.split())
    if len(words) < 3 or len(words) > LONGEST:
        remedy = f"Say it in one sentence of at most {LONGEST} letters: {option}."
        raise BadInput(f"There must be words for {what}.", remedy=remedy, code="no-words")
    return words
