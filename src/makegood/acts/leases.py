"""Who may work on a chunk: an epoch that only grows and a lease on the database's clock.

A worker that was frozen and wakes finds its epoch taken: its next commit changes no row, and its guard has
already refused to start another send, because the lease's deadline is also kept on the worker's monotonic clock.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass, field
from datetime import datetime

from makegood.acts.connections import Db, connect

LEASE_SECONDS = float(os.environ.get("MAKEGOOD_LEASE_SECONDS", "30"))
MARGIN = 0.2  # of the lease: the worker stops that much before the database lets another one in

_TAKE = """
UPDATE chunk SET epoch = epoch + 1, lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
                 worker = %(worker)s
WHERE id = %(chunk)s AND state = 'open' AND due_at <= clock_timestamp()
  AND (lease_until IS NULL OR lease_until < clock_timestamp())
RETURNING id, plan_id, wave, step, provider, lo, hi, again, digest, claimed_to, settled_to, epoch
"""
_RENEW = """
UPDATE chunk SET lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE id = %(chunk)s AND epoch = %(epoch)s AND state IN ('open', 'paused') RETURNING id
"""
_RELEASE = "UPDATE chunk SET lease_until = NULL WHERE id = %(chunk)s AND epoch = %(epoch)s"


@dataclass(eq=False)
class Lease:
    """A chunk while this worker holds it. `deadline` is on this process's monotonic clock."""

    id: int
    plan_id: int
    wave: int
    step: str
    provider: str
    lo: int
    hi: int
    again: bool
    digest: str
    claimed_to: int
    settled_to: int
    epoch: int
    deadline: float = field(default=0.0)
    stopping: bool = False

    def may_send(self) -> bool:
        return not self.stopping and time.monotonic() < self.deadline

    def extend(self, asked_at: float) -> None:
        """The lease was renewed by a statement sent at `asked_at` (monotonic): counted from before it was sent."""
        self.deadline = asked_at + LEASE_SECONDS * (1 - MARGIN)


async def take(db: Db, chunk: int, worker: str) -> Lease | None:
    """The lease, or None when the chunk is not open, not due, or another worker holds it."""
    asked_at = time.monotonic()
    cursor = await db.execute(_TAKE, {"chunk": chunk, "worker": worker, "lease": LEASE_SECONDS})
    row = await cursor.fetchone()
    if row is None:
        return None
    lease = Lease(**row)
    lease.extend(asked_at)
    return lease


async def keep(lease: Lease) -> None:
    """Renews the lease on a connection of its own until cancelled or lost; independent of windows."""
    db = await connect()
    try:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            asked_at = time.monotonic()
            cursor = await db.execute(_RENEW, {"chunk": lease.id, "epoch": lease.epoch, "lease": LEASE_SECONDS})
            if await cursor.fetchone() is None:
                lease.deadline = 0.0
                return
            lease.extend(asked_at)
    finally:
        await db.close()


async def release(db: Db, lease: Lease) -> None:
    """Gives the chunk back at once, for the next worker; does nothing when the epoch has moved on."""
    await db.execute(_RELEASE, {"chunk": lease.id, "epoch": lease.epoch})


async def now_there(db: Db) -> datetime:
    """The database's clock."""
    cursor = await db.execute("SELECT clock_timestamp() AS now")
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM always has a row
    moment: datetime = row["now"]
    return moment
