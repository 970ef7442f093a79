"""After a restore: what of the acts that this database believes are still to be done was done already?

Providers that can be asked are asked by key; the send logs of this home are read; what can be found out in neither way
follows the playbook's `doubtful`: held for a person, or free to be sent. Nothing is sent here. Plan by plan, window by
window, each recorded in one transaction with how far it came: interrupted, it goes on, and twice changes nothing.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from makegood.acts.actions import ATTEMPTS
from makegood.acts.answers import Outcome, Rules, Tried, outcome_of
from makegood.acts.connections import Db, connect
from makegood.acts.envelopes import PlanView, load_plan, route_of, tried_of
from makegood.acts.leases import now_there
from makegood.acts.pace import draw
from makegood.acts.providers import CONNECTIONS, find_plugin, open_plugin
from makegood.acts.sendlog import Earlier
from makegood.acts.windows import count_changes
from makegood.kit.errors import Refused, Unavailable
from makegood.kit.kept import Kept
from makegood.kit.killpoints import kp
from makegood.kit.plugins import Guard, OutcomeUnknown, Plugin, ProviderError, Receipt, scrub

WINDOW = 128
IN_DOUBT = "sent-before-restore"  # the code of an act of which nobody can say whether it was sent
_FAR = 1 << 30  # an epoch beyond every log
_HELD = "SELECT reason FROM fence WHERE fenced_at IS NOT NULL"
_BUSY = "SELECT count(*) AS busy FROM chunk WHERE lease_until > clock_timestamp()"
# Plans that are live; of others only what still waits to be looked into by itself.
_PLANS = """
SELECT p.id, coalesce(r.upto, 0) AS upto, coalesce(r.found, 0) AS found, coalesce(r.absent, 0) AS absent,
       coalesce(r.doubtful, 0) AS doubtful, p.acts
FROM plan p LEFT JOIN reconciling r ON r.plan_id = p.id
WHERE p.approved_at IS NOT NULL AND r.ended_at IS NULL
  AND (p.state IN ('approved', 'applying', 'paused', 'stopped')
       OR EXISTS (SELECT FROM act t WHERE t.plan_id = p.id AND t.next_at IS NOT NULL))
ORDER BY p.id
"""
_ROWS = """
SELECT t.ordinal, t.customer_id, t.step, t.sequence, t.provider, t.route, t.minor, t.currency, t.state, t.tries,
       t.via, NULL::timestamptz AS since, f.contact, s.salt
FROM act t
LEFT JOIN affected f ON f.scope_id = %(scope)s AND f.customer_id = t.customer_id
LEFT JOIN customer_salt s ON s.customer_id = t.customer_id
WHERE t.plan_id = %(plan)s AND t.ordinal > %(upto)s AND (t.via > 0 OR t.provider = ANY(%(providers)s))
  AND t.state IN ('planned', 'waiting', 'unknown')
ORDER BY t.ordinal LIMIT %(limit)s
"""
_CHUNKS = """
SELECT id, lo, hi, claimed_to, settled_to FROM chunk WHERE plan_id = %s AND NOT again ORDER BY lo
"""
_RECORD = """
UPDATE act SET state = r.state, code = r.code, tries = r.tries, next_at = r.next_at, again = NULL,
               settled_at = CASE WHEN r.state IN ('done', 'failed') OR r.settles IS NOT NULL
                                 THEN clock_timestamp() END,
               settles_at = clock_timestamp() + make_interval(secs => r.settles)
FROM unnest(%(ordinal)s::int[], %(was)s::text[], %(state)s::text[], %(code)s::text[], %(tries)s::int[],
            %(next_at)s::timestamptz[], %(settles)s::float8[])
     AS r(ordinal, was, state, code, tries, next_at, settles)
WHERE act.plan_id = %(plan)s AND act.ordinal = r.ordinal AND act.state = r.was
RETURNING act.ordinal
"""
_COUNT = """
UPDATE chunk SET done = chunk.done + n.done, failed = chunk.failed + n.failed, unknown = chunk.unknown + n.unknown,
                 waiting = chunk.waiting + n.waiting,
                 settles_at = least(chunk.settles_at, clock_timestamp() + make_interval(secs => n.soonest))
FROM unnest(%(chunks)s::bigint[], %(done)s::int[], %(failed)s::int[], %(unknown)s::int[], %(waiting)s::int[],
            %(soonest)s::float8[]) AS n(id, done, failed, unknown, waiting, soonest)
WHERE chunk.id = n.id
"""
_ATTEMPT = """
INSERT INTO attempt (plan_id, ordinal, chunk_id, epoch, at, key, answer, code, reference, words, words_digest,
                     commitment, minor, currency)
SELECT %(plan)s, r.ordinal, r.chunk, 0, clock_timestamp(), r.key, r.answer, r.code, r.reference, r.words,
       r.words_digest, r.commitment, r.minor, r.currency
FROM unnest(%(ordinal)s::int[], %(chunk)s::bigint[], %(key)s::text[], %(answer)s::text[], %(code)s::text[],
            %(reference)s::text[], %(words)s::text[], %(words_digest)s::text[], %(commitment)s::text[],
            %(minor)s::bigint[], %(currency)s::text[])
     AS r(ordinal, chunk, key, answer, code, reference, words, words_digest, commitment, minor, currency)
"""
_PLACE = """
INSERT INTO reconciling (plan_id, upto, found, absent, doubtful, ended_at)
VALUES (%(plan)s, %(upto)s, %(found)s, %(absent)s, %(doubtful)s, CASE WHEN %(ended)s THEN clock_timestamp() END)
ON CONFLICT (plan_id) DO UPDATE SET upto = excluded.upto, found = excluded.found, absent = excluded.absent,
                                    doubtful = excluded.doubtful, ended_at = excluded.ended_at
"""
_TOTAL = """
SELECT coalesce(sum(found), 0)::bigint AS found, coalesce(sum(absent), 0)::bigint AS absent,
       coalesce(sum(doubtful), 0)::bigint AS doubtful, count(*) AS plans FROM reconciling
"""
_DONE = "UPDATE fence SET reconciled_at = clock_timestamp() WHERE fenced_at IS NOT NULL"
_ENTRY = "INSERT INTO entry (verb, subject, actor, facts) VALUES ('acts.reconciled', 'fence', %s, %s)"
Told = Callable[[int, int], None]


@dataclass
class Found:
    """Acts found done (or refused, or answered in a send log), free to be sent, and held for a person."""

    found: int = 0
    absent: int = 0
    doubtful: int = 0
    plans: int = 0


@dataclass
class _Plan:
    """One plan while it is reconciled. `whole`: every act is in doubt, not only those that were under way."""

    view: PlanView
    whole: bool
    upto: int
    so_far: Found
    outside: list[str] = field(default_factory=list)  # providers whose effects did not come back with the database
    chunks: list[dict[str, Any]] = field(default_factory=list)
    open: dict[str, tuple[Plugin, Rules]] = field(default_factory=dict)
    opened: AsyncExitStack = field(default_factory=AsyncExitStack)
    logs: dict[int, Earlier] = field(default_factory=dict)

    def chunk_of(self, ordinal: int) -> dict[str, Any] | None:
        place = bisect_right(self.chunks, ordinal, key=lambda chunk: chunk["lo"]) - 1
        return self.chunks[place] if place >= 0 and ordinal <= self.chunks[place]["hi"] else None

    def log_of(self, chunk: dict[str, Any]) -> Earlier:
        if chunk["id"] not in self.logs:
            self.logs[chunk["id"]] = Earlier(self.view.id, chunk["id"], _FAR)
        return self.logs[chunk["id"]]


async def reconcile(*, actor: int, told: Told) -> Found:
    """Finds out what was done, for every live plan; `told` hears how far it came. Ended, the fence may be lifted.

    Raises `Refused` when acts are not fenced or a worker is still ending its windows, `Unavailable` when a provider
    does not answer: what was found is kept, and the same call goes on from there.
    """
    db = await connect()
    try:
        held = await (await db.execute(_HELD)).fetchone()
        if held is None:
            raise Refused("Acts are not fenced.", remedy="Nothing is to be reconciled.", code="not-fenced")
        busy = await (await db.execute(_BUSY)).fetchone()
        if busy is not None and busy["busy"]:
            raise Refused(
                "Workers are still ending what they had begun.",
                remedy="Try again in half a minute.",
                code="still-ending",
            )
        for row in await (await db.execute(_PLANS)).fetchall():
            view = await load_plan(db, row["id"])
            so_far = Found(row["found"], row["absent"], row["doubtful"])
            await _one_plan(db, _Plan(view, held["reason"] != "gap", row["upto"], so_far), row["acts"], told)
        total = await (await db.execute(_TOTAL)).fetchone()
        result = Found(**(total or {}))
        async with db.transaction():
            await db.execute(_DONE)
            facts = f'{{"absent":{result.absent},"doubtful":{result.doubtful},"found":{result.found}}}'
            await db.execute(_ENTRY, [actor, facts])
        return result
    finally:
        await db.close()


async def _one_plan(db: Db, plan: _Plan, acts: int, told: Told) -> None:
    plan.chunks = [dict(row) for row in await (await db.execute(_CHUNKS, [plan.view.id])).fetchall()]
    plan.outside = [
        name for name in plan.view.settings["providers"] if not issubclass(find_plugin(plan.view, name), Kept)
    ]
    async with AsyncExitStack() as plan.opened:
        while True:
            values = {"plan": plan.view.id, "scope": plan.view.scope_id, "upto": plan.upto, "limit": WINDOW}
            rows = await (await db.execute(_ROWS, {**values, "providers": plan.outside})).fetchall()
            outcomes, unanswered = await _window(db, plan, rows)
            plan.upto = unanswered - 1 if unanswered else rows[-1]["ordinal"] if rows else plan.upto
            await _keep(db, plan, outcomes, ended=not rows)
            if unanswered:
                raise Unavailable(
                    f"A provider of plan {plan.view.id} does not answer.",
                    remedy="What was found is kept; run makegood reconcile again when it does.",
                    code="provider-silent",
                )
            told(plan.upto, acts)
            if not rows:
                return


async def _window(db: Db, plan: _Plan, rows: Sequence[dict[str, Any]]) -> tuple[list[Outcome], int]:
    """What became of the acts of one window, and the first one that its provider said nothing of (0: none)."""
    outcomes: list[Outcome] = []
    free: list[int] = []
    asked: dict[str, list[tuple[Tried, Rules]]] = {}
    for row in rows:
        tried = tried_of(plan.view, row)
        provider, _ = route_of(plan.view, row)
        if provider not in plan.outside:
            continue
        plugin, rules = await _plugin(db, plan, provider, row["step"])
        logged = _from_log(plan, tried, rules)
        if logged is None and plugin.can_look_up:
            asked.setdefault(provider, []).append((tried, rules))
            continue
        _sort(tried.ordinal, logged or _held(plan, plugin, tried), outcomes, free)
    silent = []
    for provider, pairs in asked.items():
        for ordinal, outcome, answered in await _ask_all(db, plan, provider, pairs):
            if answered:
                _sort(ordinal, outcome, outcomes, free)
            else:
                silent.append(ordinal)
    first = min(silent, default=0)
    # What lies behind the first silence is asked again with the next call, and counted then.
    plan.so_far.absent += sum(1 for ordinal in free if ordinal < first or not first)
    held = sum(1 for outcome in outcomes if outcome.code == IN_DOUBT)
    plan.so_far.doubtful += held
    plan.so_far.found += len(outcomes) - held
    return outcomes, first


def _sort(ordinal: int, outcome: Outcome | None, outcomes: list[Outcome], free: list[int]) -> None:
    if outcome is None:
        free.append(ordinal)
    else:
        outcomes.append(outcome)


async def _ask_all(
    db: Db, plan: _Plan, provider: str, pairs: Sequence[tuple[Tried, Rules]]
) -> list[tuple[int, Outcome | None, bool]]:
    """Asks about each act by its key, as fast as the provider's pace allows."""
    name, answers, start = f"{plan.view.settings['mistake']['brand']}/{provider}", [], 0
    while start < len(pairs):
        drawn, wait = await draw(db, name, min(CONNECTIONS, len(pairs) - start))
        if drawn:
            plugin = plan.open[provider][0]
            answers += await asyncio.gather(*(_ask(plan, plugin, *pair) for pair in pairs[start : start + drawn]))
            start += drawn
        else:
            await asyncio.sleep(wait)
    return answers


async def _plugin(db: Db, plan: _Plan, provider: str, step: str) -> tuple[Plugin, Rules]:
    if provider not in plan.open:
        try:
            opening = open_plugin(db, plan.view, provider, Guard())
            plugin, settles_after = await plan.opened.enter_async_context(opening)
        except ProviderError as no:
            raise Unavailable(
                f"{provider} cannot be reached: {scrub(no.words)}",
                remedy="What was found is kept; run makegood reconcile again when it can.",
                code="provider-silent",
            ) from no
        can_ask = plugin.can_look_up or plugin.repeatable
        words = plan.view.step(step)["kind"] in ("tell", "ask")
        doubtful = plan.view.settings["doubtful"]
        rules = Rules(await now_there(db), can_ask, doubtful, settles_after if words else None)
        plan.open[provider] = (plugin, rules)
    return plan.open[provider]


def _from_log(plan: _Plan, tried: Tried, rules: Rules) -> Outcome | None:
    """The answer that a send log of this home kept, where it is one."""
    chunk = plan.chunk_of(tried.ordinal)
    if chunk is None:
        return None
    answer = plan.log_of(chunk).answers.get(tried.ordinal)
    return outcome_of(tried, answer, rules) if isinstance(answer, Receipt) else None


async def _ask(plan: _Plan, plugin: Plugin, tried: Tried, rules: Rules) -> tuple[int, Outcome | None, bool]:
    """The act's ordinal, its outcome when there is one, and whether the provider said anything."""
    try:
        receipt = await plugin.look_up(tried.key)
    except OutcomeUnknown as no:
        if no.code == "no-look-up":
            return tried.ordinal, _held(plan, plugin, tried), True
        return tried.ordinal, None, False
    except ProviderError as no:
        if not no.permanent:
            return tried.ordinal, None, False
        return tried.ordinal, replace(outcome_of(tried, no, rules), code="looked-up"), True
    if receipt is None:
        return tried.ordinal, None, True
    return tried.ordinal, replace(outcome_of(tried, receipt, rules), code="looked-up"), True


def _held(plan: _Plan, plugin: Plugin, tried: Tried) -> Outcome | None:
    """An act of which nobody can say whether it was sent: unknown when the playbook says hold, else free (None)."""
    if plugin.repeatable or plan.view.settings["doubtful"] == "resend":
        return None
    chunk = plan.chunk_of(tried.ordinal)
    under_way = chunk is not None and chunk["settled_to"] < tried.ordinal <= chunk["claimed_to"]
    if tried.state == "unknown" or under_way or not plan.whole:
        return None  # unknown already; or its window is still open, and who takes the chunk sorts it out
    return Outcome(
        ordinal=tried.ordinal,
        was=tried.state,
        state="unknown",
        code=IN_DOUBT,
        tries=tried.tries + 1,
        attempt="unknown",
        key=tried.key,
        words_digest=tried.words_digest,
        commitment=tried.commitment,
        minor=tried.minor,
        currency=tried.currency,
    )


async def _keep(db: Db, plan: _Plan, outcomes: Sequence[Outcome], *, ended: bool) -> None:
    """Records a window and how far the plan has come, in one transaction."""
    async with db.transaction():
        if outcomes:
            name = f"attempt_{plan.view.id}"
            await db.execute(ATTEMPTS, [plan.view.id, plan.view.id, name])
            kp("fence.in_reconcile")
            columns = {"plan": plan.view.id, **_columns(outcomes), "was": [o.was for o in outcomes]}
            rows = await (await db.execute(_RECORD, columns)).fetchall()
            changed = {row["ordinal"] for row in rows}
            kept = [outcome for outcome in outcomes if outcome.ordinal in changed]
            await db.execute(_COUNT, _counters(plan, kept))
            chunks = [(plan.chunk_of(o.ordinal) or {"id": 0})["id"] for o in kept]
            await db.execute(_ATTEMPT, {"plan": plan.view.id, **_columns(kept), "chunk": chunks})
        place = {"found": plan.so_far.found, "absent": plan.so_far.absent, "doubtful": plan.so_far.doubtful}
        await db.execute(_PLACE, {"plan": plan.view.id, "upto": plan.upto, "ended": ended, **place})
    kp("fence.reconciled_window")


def _counters(plan: _Plan, outcomes: Sequence[Outcome]) -> dict[str, list[Any]]:
    by_chunk: dict[int, list[Outcome]] = {}
    for outcome in outcomes:
        chunk = plan.chunk_of(outcome.ordinal)
        if chunk is not None:
            by_chunk.setdefault(chunk["id"], []).append(outcome)
    counted = {chunk: count_changes(group) for chunk, group in by_chunk.items()}
    soonest = {
        chunk: min((o.settles_after.total_seconds() for o in group if o.settles_after is not None), default=None)
        for chunk, group in by_chunk.items()
    }
    states = ("done", "failed", "unknown", "waiting")
    columns: dict[str, list[Any]] = {state: [counted[chunk][state] for chunk in by_chunk] for state in states}
    return {"chunks": list(by_chunk), "soonest": [soonest[chunk] for chunk in by_chunk], **columns}


def _columns(outcomes: Sequence[Outcome]) -> dict[str, list[Any]]:
    """Outcomes as arrays, one a column of `act` or `attempt`."""
    names = ("ordinal", "state", "code", "tries", "next_at", "key", "reference", "words", "words_digest", "commitment")
    columns = {name: [getattr(outcome, name) for outcome in outcomes] for name in (*names, "minor", "currency")}
    columns["settles"] = [o.settles_after and o.settles_after.total_seconds() for o in outcomes]
    return {**columns, "answer": [outcome.attempt for outcome in outcomes]}
