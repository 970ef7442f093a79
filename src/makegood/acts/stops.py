"""Stop conditions: when too much fails or is unknown in a wave, the plan stops itself and says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from makegood.acts.answers import Outcome
from makegood.acts.connections import Db
from makegood.acts.leases import Lease
from makegood.kit.digest import canonical
from makegood.kit.killpoints import kp

COUNTS = """
SELECT p.settings, p.mistake_id, sum(c.failed + c.rerouted)::bigint AS failed, sum(c.unknown)::bigint AS unknown,
       sum(CASE WHEN c.again THEN 0 ELSE c.hi - c.lo + 1 END)::bigint AS acts
FROM chunk c JOIN plan p ON p.id = c.plan_id WHERE c.plan_id = %s AND c.wave = %s GROUP BY p.settings, p.mistake_id
"""
_STOP = "UPDATE plan SET state = 'stopped', reason = %s WHERE id = %s AND state = 'applying' RETURNING id, mistake_id"
_PAUSE = "UPDATE chunk SET state = 'paused' WHERE plan_id = %s AND state = 'open'"
_PAUSE_ONE = """
UPDATE chunk SET state = 'paused' FROM plan WHERE plan.id = chunk.plan_id AND plan.state = 'done'
  AND chunk.id = %s AND chunk.state = 'open' RETURNING chunk.id
"""
_TROUBLE = "UPDATE plan SET reason = %s WHERE id = %s AND state = 'applying' AND reason <> %s"
_ENTRY = "INSERT INTO entry (verb, subject, mistake, facts) VALUES ('plan.stopped', %s, %s, %s)"


async def check_stop(db: Db, lease: Lease, outcomes: Sequence[Outcome]) -> bool:
    """Looks at the wave's counters when this window had a failure or an unknown, and at what the provider said of the
    connection itself; true when it stopped the plan."""
    if said := next((outcome.stop for outcome in outcomes if outcome.stop), ""):
        await stop_plan(db, lease, reason=f"{lease.provider}: {said}")
        return True
    if not any(outcome.state in ("failed", "unknown") for outcome in outcomes):
        return False
    row = await (await db.execute(COUNTS, [lease.plan_id, lease.wave])).fetchone()
    reason = why_stop(row, lease.wave) if row else ""
    if reason:
        await stop_plan(db, lease, reason=reason)
    return bool(reason)


def why_stop(row: Mapping[str, Any], wave: int) -> str:
    """A sentence when a row of `COUNTS` is past a limit of the plan, else ""."""
    for state in ("failed", "unknown"):
        limit = _limit(row["settings"].get("stop", {}), state, row["acts"])
        if limit is not None and row[state] >= limit:
            word = "failed" if state == "failed" else "have an unknown outcome"
            return f"{row[state]} of {row['acts']} acts of wave {wave} {word}"
    return ""


async def stop_plan(db: Db, lease: Lease, *, reason: str) -> None:
    """Stops the plan: nothing more is claimed until a person resumes or cancels it. Of a plan that is done, only this
    chunk of late acts stops."""
    async with db.transaction():
        row = await (await db.execute(_STOP, [reason, lease.plan_id])).fetchone()
        if row is not None:
            kp("act.in_stop")
            await db.execute(_PAUSE, [lease.plan_id])
            await db.execute(_ENTRY, [f"plan:{lease.plan_id}", row["mistake_id"], canonical({"reason": reason})])
            return
        if await (await db.execute(_PAUSE_ONE, [lease.id])).fetchone():
            facts = canonical({"reason": reason, "chunk": lease.id})
            await db.execute(_ENTRY, [f"plan:{lease.plan_id}", None, facts])


async def say_trouble(db: Db, plan: int, reason: str) -> None:
    """What keeps a running plan from going on for now, for the people who look at it; "" when it is over."""
    await db.execute(_TROUBLE, [reason, plan, reason])


def _limit(stop: Mapping[str, Any], state: str, acts: int) -> int | None:
    """`{"count": 3}` or `{"basis_points": 500}` (5 % of the wave's acts, at least one)."""
    rule = stop.get(state)
    if not rule:
        return None
    if "count" in rule:
        return int(rule["count"])
    return max(1, -(-acts * int(rule["basis_points"]) // 10_000))
