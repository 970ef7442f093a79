"""From act rows to envelopes: what is ready now, what must wait, and the words for each customer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from makegood.acts.answers import Outcome, Tried
from makegood.acts.connections import Db
from makegood.acts.leases import Lease
from makegood.acts.suppressed import find_suppressed
from makegood.core.facts import FactColumn, read_columns, typed_values
from makegood.core.messagefacts import for_customer, frame_of, standard_facts
from makegood.core.moments import moment_of
from makegood.core.render import Frame, MissingFact, Spoken, Unrenderable, Value, compile_spoken
from makegood.core.render.spoken import by_message
from makegood.kit.digest import sha256
from makegood.kit.errors import BadInput, Place
from makegood.kit.ids import act_key
from makegood.kit.money import Money
from makegood.kit.plugins import Envelope, Words
from makegood.plans.amounts import AMOUNTS

SOONEST, LATEST = timedelta(seconds=2), timedelta(minutes=10)  # between two looks at an earlier step
AT_REST = frozenset({"done", "accepted", "failed", "cancelled", "reversed", "bounced"})

_PLAN = """
SELECT p.id, p.mistake_id, p.scope_id, p.stage, p.state, p.settings, p.revisions, p.applied_at, s.columns,
       array(SELECT o.id FROM plan o WHERE o.mistake_id = p.mistake_id AND o.approved_at IS NOT NULL) AS family
FROM plan p JOIN scope s ON s.id = p.scope_id WHERE p.id = %s
"""
_ROWS = """
SELECT t.ordinal, t.customer_id, t.step, t.sequence, t.kind, t.provider, t.route, t.remedy, t.wave, t.due_at, t.minor,
       t.currency, t.basis, t.facts_digest, t.leaf, t.state, t.tries, t.via,
       CASE WHEN t.tries > 0 THEN (SELECT min(a.at) FROM attempt a WHERE a.plan_id = t.plan_id
                                   AND a.ordinal = t.ordinal AND a.epoch > 0) END AS since, f.facts, f.contact, s.salt,
       coalesce(CASE WHEN t.remedy <> '' THEN (
           SELECT d.reason FROM decision d
           WHERE d.plan_id = t.plan_id AND d.customer_id = t.customer_id AND d.remedy = t.remedy) END, '') AS reason
FROM act t
LEFT JOIN affected f ON f.scope_id = %(scope)s AND f.customer_id = t.customer_id
LEFT JOIN customer_salt s ON s.customer_id = t.customer_id
WHERE t.plan_id = %(plan)s AND t.ordinal > %(after)s AND t.ordinal <= %(upto)s
"""
_EARLIER = """
SELECT DISTINCT ON (customer_id, step) customer_id, step,
       CASE WHEN settles_at IS NOT NULL THEN 'done' ELSE state END AS state FROM act
WHERE plan_id = ANY(%(family)s) AND customer_id = ANY(%(customers)s) AND step = ANY(%(steps)s)
ORDER BY customer_id, step, sequence DESC
"""


@dataclass(frozen=True)
class PlanView:
    """What a worker needs of a plan, read once a chunk; `settings` is what the plan's digest covers."""

    id: int
    mistake_id: int
    scope_id: int
    stage: str
    settings: Mapping[str, Any]
    revisions: Mapping[str, Any]
    columns: list[FactColumn]
    family: list[int]
    applied_at: datetime
    messages: dict[str, Spoken] = field(default_factory=dict, compare=False)  # read and found unchanged

    def step(self, name: str) -> Mapping[str, Any]:
        step: Mapping[str, Any] = self.settings["steps"][name]
        return step

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings["zone"])


@dataclass
class Window:
    """Rows of one window sorted out: `ready` to send, `settled` without a send."""

    ready: list[tuple[Envelope, Tried]] = field(default_factory=list)
    settled: list[Outcome] = field(default_factory=list)


async def load_plan(db: Db, plan: int) -> PlanView:
    row = await (await db.execute(_PLAN, [plan])).fetchone()
    assert row is not None  # noqa: S101 - a chunk's foreign key
    return PlanView(
        id=row["id"],
        mistake_id=row["mistake_id"],
        scope_id=row["scope_id"],
        stage=row["stage"],
        settings=row["settings"],
        revisions=row["revisions"],
        columns=read_columns(row["columns"]),
        family=row["family"],
        applied_at=row["applied_at"],
    )


async def load_rows(db: Db, plan: PlanView, lease: Lease, *, after: int, upto: int, limit: int) -> list[dict[str, Any]]:
    """Act rows of the chunk with ordinals in (after, upto], in order, with the customer's facts and contact."""
    # In a first pass an act is unknown only when reconciling after a restore left it to a person.
    own = " AND t.again = %(chunk)s" if lease.again else " AND (t.state <> 'unknown' OR t.next_at IS NOT NULL)"
    sql = f"{_ROWS}{own} ORDER BY t.ordinal LIMIT %(limit)s"
    cursor = await db.execute(
        sql,
        {
            "scope": plan.scope_id,
            "plan": plan.id,
            "after": after,
            "upto": upto,
            "chunk": lease.id,
            "limit": limit,
        },
    )
    return await cursor.fetchall()


async def sort_out(db: Db, plan: PlanView, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> Window:
    """Which rows can be sent now; the others get an outcome that says why not."""
    window = Window()
    if not rows:
        return window
    step = plan.step(rows[0]["step"])
    message = await _message(db, plan, step["message"]) if step.get("message") else None
    customers = [row["customer_id"] for row in rows]
    earlier = await _earlier(db, plan, customers, step.get("after", []))
    amounts = await _amounts(db, plan, customers) if message and _names_amounts(message) else {}
    writer = Writer(plan, rows[0]["step"], message)
    suppressed = await find_suppressed(db, plan.mistake_id, rows, step) if message else set()
    for row in rows:
        if row["state"] in AT_REST:
            continue
        reason = _not_ready(row, earlier.get(row["customer_id"], {})) or _too_late(plan, row, now)
        if reason is not None:
            window.settled.append(_waits(plan, row, reason, now))
            continue
        if row["ordinal"] in suppressed:
            window.settled.append(_suppressed(row, now))
            continue
        try:
            window.ready.append(writer.pair(row, amounts.get(row["customer_id"], {})))
        except (MissingFact, Unrenderable) as error:
            window.settled.append(_failed(row, "cannot-be-written", str(error)))
    return window


class Writer:
    """Envelopes of one step of one plan: what is the same for every customer is looked up once a window."""

    def __init__(self, plan: PlanView, step: str, message: Spoken | None) -> None:
        self._plan, self._message = plan, message
        self._step = plan.step(step)
        self._mistake = plan.settings["mistake"]
        self._zone = plan.zone
        self._standard = standard_facts(plan.settings, step=step) if message else {}
        self._frame = frame_of(plan.settings, step=step) if message else Frame()
        self._instructions = self._step.get("instructions", {})

    def pair(self, row: Mapping[str, Any], amounts: Mapping[str, Money]) -> tuple[Envelope, Tried]:
        """Raises `MissingFact` or `Unrenderable` when the words cannot be written."""
        contact: dict[str, Any] = json.loads(row["contact"])
        facts: dict[str, Any] = json.loads(row["facts"])
        words = self._words(facts, contact, amounts) if self._message else None
        tried = tried_of(self._plan, row, words, contact=contact)
        envelope = Envelope(
            key=tried.key,
            kind=row["kind"],
            brand=self._mistake["brand"],
            mistake=self._mistake["id"],
            customer=row["customer_id"],
            destination={key: str(value) for key, value in contact.items() if value},
            amount=Money(row["minor"], row["currency"]) if row["minor"] is not None else None,
            words=words,
            reason=row["reason"] or self._step.get("label", ""),
            facts=facts,
            instructions={**self._instructions, "basis": row["basis"]},
            plan=self._plan.id,
            ordinal=row["ordinal"],
        )
        return envelope, tried

    def known(
        self, facts: Mapping[str, Any], contact: Mapping[str, Any], amounts: Mapping[str, Money]
    ) -> dict[str, Value]:
        """Everything that the message may name for this customer."""
        return for_customer(self._standard, typed_values(facts, self._plan.columns, self._zone), contact, amounts)

    def write(self, message: Spoken, known: Mapping[str, Value], contact: Mapping[str, Any]) -> Words:
        """The words of `known`. Raises as `pair` does."""
        return message.render(known, locale=contact.get("language") or "", frame=self._frame)

    def _words(
        self, facts: Mapping[str, Any], contact: Mapping[str, Any], amounts: Mapping[str, Money]
    ) -> Words | None:
        if self._message is None:
            return None
        return self.write(self._message, self.known(facts, contact, amounts), contact)


def _names_amounts(message: Spoken) -> bool:
    return any(name.partition(".")[0] == "amounts" for name in message.placeholders)


def _not_ready(row: Mapping[str, Any], earlier: Mapping[str, str]) -> str | None:
    if row["facts"] is None:
        return "erased"
    if facts_digest(row["facts"], row["contact"]) != row["facts_digest"]:
        return "facts-changed"
    states = set(earlier.values()) - {"done"}
    if not states:
        return None
    if states & {"failed", "cancelled", "reversed", "bounced"}:
        return "earlier-step-failed"
    return "earlier-step-open"


def _too_late(plan: PlanView, row: Mapping[str, Any], now: datetime) -> str | None:
    """What is said in advance is not said afterwards: the approval, or the queue, took until it had happened. What may
    have been sent already is found out, whatever the time."""
    before = plan.step(row["step"]).get("before")
    if not before or row["state"] == "unknown":
        return None
    moment = moment_of(json.loads(row["facts"]).get(before), plan.zone)
    return "too-late" if moment is None or moment <= now else None


def facts_digest(facts: str, contact: str) -> str:
    """What `affected.facts_digest` holds: the approved plan covers these bytes."""
    return sha256(f"{facts}\n{contact}")


def _waits(plan: PlanView, row: Mapping[str, Any], reason: str, now: datetime) -> Outcome:
    """The act of an erased customer is cancelled, and a notice in advance that comes too late; an open earlier step is
    looked at again, ever more rarely while it waits for a person; a failed one needs a person. What may have taken
    effect already stays in doubt."""
    waiting = "unknown" if row["state"] == "unknown" else "waiting"
    state = {"erased": "cancelled", "too-late": "cancelled", "facts-changed": "failed"}.get(reason, waiting)
    next_at = None
    if reason == "earlier-step-open":
        next_at = now + min(max((now - plan.applied_at) / 8, SOONEST), LATEST)
    return Outcome(row["ordinal"], row["state"], state, reason, row["tries"], next_at=next_at)


def _suppressed(row: Mapping[str, Any], now: datetime) -> Outcome:
    """Nothing leaves the machine; due at once, so that the sweeper looks whether there is a next route."""
    return replace(_failed(row, "suppressed", "No mail goes to this address any more."), next_at=now)


def _failed(row: Mapping[str, Any], code: str, words: str) -> Outcome:
    return Outcome(row["ordinal"], row["state"], "failed", code, row["tries"], words=words[:200])


def tried_of(
    plan: PlanView, row: Mapping[str, Any], words: Words | None = None, *, contact: Mapping[str, Any] | None = None
) -> Tried:
    """What an attempt row says of this act; without its words when they can no longer be written. `contact` is the
    row's, where its JSON has been read before."""
    if contact is None:
        contact = json.loads(row["contact"] or "{}")
    _, fact = route_of(plan, row)
    target = str(contact.get(fact) or "") if fact else str(row["customer_id"])
    salt = bytes(row["salt"]).hex() if row["salt"] is not None else ""
    return Tried(
        ordinal=row["ordinal"],
        state=row["state"],
        tries=row["tries"],
        key=key_of(plan, row),
        words_digest=words.digest if words else "",
        commitment=sha256(f"{salt}/{target}"),
        minor=row["minor"],
        currency=row["currency"],
        since=row["since"],
    )


def key_of(plan: PlanView, row: Mapping[str, Any]) -> str:
    return act_key(plan.settings["mistake"]["id"], row["customer_id"], row["step"], row["sequence"], row["via"])


def route_of(plan: PlanView, row: Mapping[str, Any]) -> tuple[str, str]:
    """(provider, contact fact it needs or "") in use: as planned, or the one of the approved settings that `via` names.
    ("", "") for one that was never approved."""
    if not row["via"]:
        return row["provider"], row["route"]
    routes = plan.step(row["step"])["routes"]
    name, fact = routes[row["via"] - 1] if 0 < row["via"] <= len(routes) else ("", "")
    return name, fact


async def _earlier(db: Db, plan: PlanView, customers: Sequence[int], steps: Sequence[str]) -> dict[int, dict[str, str]]:
    if not steps:
        return {}
    cursor = await db.execute(_EARLIER, {"family": plan.family, "customers": list(customers), "steps": list(steps)})
    found: dict[int, dict[str, str]] = {}
    async for row in cursor:
        found.setdefault(row["customer_id"], {})[row["step"]] = row["state"]
    return found


async def _amounts(db: Db, plan: PlanView, customers: Sequence[int]) -> dict[int, dict[str, Money]]:
    cursor = await db.execute(AMOUNTS, {"plan": plan.id, "family": plan.family, "customers": list(customers)})
    found: dict[int, dict[str, Money]] = {}
    async for row in cursor:
        found.setdefault(row["customer_id"], {})[row["remedy"]] = Money(row["minor"], row["currency"])
    return found


async def check_message(db: Db, plan: PlanView, step: str) -> None:
    """Raises `BadInput` when the step's message is not the approved one or cannot be read: before anything is sent."""
    if name := plan.step(step).get("message"):
        await _message(db, plan, name)


async def _message(db: Db, plan: PlanView, name: str) -> Spoken:
    if name in plan.messages:
        return plan.messages[name]
    texts = []
    for file in by_message(plan.revisions)[name].values():
        revision, digest = plan.revisions[file]
        row = await (await db.execute("SELECT text FROM revision WHERE id = %s", [revision])).fetchone()
        assert row is not None  # noqa: S101 - revisions are never deleted
        if sha256(row["text"]) != digest:
            raise BadInput(
                f"Message '{name}' is not the one that was approved.",
                remedy="Verify the journal.",
                place=Place(file),
                code="changed-message",
            )
        texts.append((file, row["text"]))
    plan.messages[name] = _compiled(name, tuple(texts), plan.settings["mistake"]["locale"])
    return plan.messages[name]


@lru_cache(maxsize=64)
def _compiled(name: str, texts: tuple[tuple[str, str], ...], default: str) -> Spoken:
    message, findings = compile_spoken(name, dict(texts), default)
    if message is None:
        raise BadInput(f"Message '{name}' cannot be read.", remedy=findings[0].remedy, code="bad-message")
    return message
