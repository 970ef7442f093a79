"""Carrying out one chunk: take the lease, prove it is what was approved, open the plug-in, then window after window."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from psycopg import Error

from makegood.acts.carrier import Carrier
from makegood.acts.connections import Db, connect
from makegood.acts.envelopes import PlanView, check_message, load_plan, route_of
from makegood.acts.guards import LeaseGuard, log_fault
from makegood.acts.leases import Lease, keep, release, take
from makegood.acts.pools import database
from makegood.acts.providers import find_plugin, open_plugin
from makegood.acts.sendlog import SendLog, forget
from makegood.acts.stops import say_trouble, stop_plan
from makegood.acts.windows import Fenced, finish
from makegood.core.layout import act_leaf
from makegood.kit.digest import chain
from makegood.kit.errors import MakegoodError
from makegood.kit.killpoints import kp
from makegood.kit.plugins import ProviderError, scrub

log = logging.getLogger(__name__)
LATER = 60  # seconds until a provider that cannot be reached at all is tried again
_PUT_OFF = """
UPDATE chunk SET due_at = clock_timestamp() + make_interval(secs => %s) WHERE id = %s AND epoch = %s
"""
_CHUNK = """
SELECT id, plan_id, wave, step, provider, lo, hi, again, digest, claimed_to, settled_to, epoch FROM chunk WHERE id = %s
"""
_LEAVES = """
SELECT ordinal, customer_id, step, sequence, kind, provider, route, remedy, wave, due_at, minor, currency, basis,
       facts_digest, leaf, state, via
FROM act WHERE plan_id = %(plan)s AND ordinal BETWEEN %(lo)s AND %(hi)s
"""


async def carry_out(chunk: int, *, worker: str, running: set[Lease]) -> None:
    """Carries out a chunk as far as it goes now. Does nothing when someone else holds it or it is not due.

    `running` collects leases so that a stopping worker can tell them (`lease.stopping = True`): the sends in flight
    end, their results are committed, and the chunk is given back. Raises psycopg's errors when the database is gone.
    """
    async with database() as db:
        kp("act.before_take")
        lease = await take(db, chunk, worker)
        if lease is None:
            return
        kp("act.taken")
        running.add(lease)
        heartbeat = asyncio.create_task(keep(lease))
        try:
            await _carry(db, lease)
        except Fenced:
            log.info("Chunk %s has another holder now; what this worker knew of it is not written.", chunk)
        finally:
            running.discard(lease)
            heartbeat.cancel()
            await asyncio.gather(heartbeat, return_exceptions=True)
            with suppress(Error):  # the lease then ends by itself
                kp("act.before_release")
                await release(db, lease)


async def stop_for(chunk: int, reason: str) -> None:
    """Stops the plan of a chunk whose worker met an error it has no answer to: a person looks, nothing loops."""
    db = await connect()
    try:
        sql = (
            "SELECT id, plan_id, wave, step, provider, lo, hi, again, digest, claimed_to, settled_to, epoch FROM chunk"
        )
        row = await (await db.execute(f"{sql} WHERE id = %s", [chunk])).fetchone()
        if row is not None:
            await stop_plan(db, Lease(**row), reason=reason)
    finally:
        await db.close()


async def _carry(db: Db, lease: Lease) -> None:
    plan = await load_plan(db, lease.plan_id)
    try:
        reason = await _changed(db, plan, lease) or await _send_all(db, plan, lease)
    except MakegoodError as error:
        reason = str(error)
    except ProviderError as no:
        reason = await _unreached(db, lease, no)
    if reason:
        await stop_plan(db, lease, reason=reason)


async def _send_all(db: Db, plan: PlanView, lease: Lease) -> str:
    """Every window of the chunk; a sentence when the plan must stop."""
    send_log: SendLog | None = None
    if not find_plugin(plan, lease.provider).repeatable:
        try:
            send_log = SendLog(plan.id, lease.id, lease.epoch)
        except OSError as error:
            return log_fault(error)
    guard = LeaseGuard(lease, send_log)
    try:
        await check_message(db, plan, lease.step)
        kp("act.before_open")
        async with open_plugin(db, plan, lease.provider, guard) as (plugin, settles_after):
            await say_trouble(db, plan.id, "")
            await Carrier(db, lease, plan, plugin, guard, settles_after).run()
    finally:
        if send_log is not None:
            send_log.close()
    kp("act.before_finish")
    await finish(db, lease)
    if lease.settled_to >= lease.hi:
        forget(plan.id, lease.id)
    return guard.fault


async def _unreached(db: Db, lease: Lease, no: ProviderError) -> str:
    """The provider cannot be reached at all: no act is to blame, the chunk is tried again later."""
    words = f"{lease.provider}: {scrub(no.words)}"
    if no.permanent:
        return words
    await db.execute(_PUT_OFF, [no.retry_after or LATER, lease.id, lease.epoch])
    await say_trouble(db, lease.plan_id, f"{words} It is tried again.")
    log.warning("%s Chunk %s is tried again later.", words, lease.id)
    return ""


async def _changed(db: Db, plan: PlanView, lease: Lease) -> str:
    """Re-hashes the chunk's acts, before its first send: a sentence when they are not what was approved."""
    rows = await _leaf_rows(db, plan, lease)
    for row in rows:
        if act_leaf(row) != row["leaf"] or _astray(plan, lease, row):
            return f"act {row['ordinal']} of plan {plan.id} is not what was approved"
    if not lease.again and chain(row["leaf"] for row in rows) != lease.digest:
        return f"acts {lease.lo} to {lease.hi} of plan {plan.id} are not the ones that were approved"
    return ""


def _astray(plan: PlanView, lease: Lease, row: Mapping[str, Any]) -> bool:
    """The act would go by another route than the approved one that this chunk is for."""
    if row["state"] == "planned":
        return bool(row["via"])
    return lease.again and route_of(plan, row)[0] != lease.provider


async def _leaf_rows(db: Db, plan: PlanView, lease: Lease) -> list[Mapping[str, Any]]:
    sql = _LEAVES + (" AND again = %(chunk)s" if lease.again else "") + " ORDER BY ordinal"
    cursor = await db.execute(sql, {"plan": plan.id, "lo": lease.lo, "hi": lease.hi, "chunk": lease.id})
    return list(await cursor.fetchall())
