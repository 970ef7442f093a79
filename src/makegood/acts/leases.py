"""Who may work on a chunk: an epoch that only grows and a lease on the database's clock.

A worker that was frozen and wakes finds its epoch taken: its next commit changes no row, and its guard has
already refused to start another send, because the lease's deadline is also kept on a clock of the worker's host that
nobody sets and that goes on while the host sleeps.
"""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass, field
from datetime import datetime

from psycopg import Error
from psycopg.rows import DictRow

from makegood.acts.connections import Db, connect
from makegood.acts.fence import claiming
from makegood.acts.sendlog import home_name
from makegood.kit.clock import elapsed
from makegood.kit.killpoints import kp

log = logging.getLogger(__name__)
LEASE_SECONDS = float(os.environ.get("MAKEGOOD_LEASE_SECONDS", "30"))
MARGIN = 0.2  # of the lease: the worker stops that much before the database lets another one in

# A cancelled chunk is taken once more when a window of it was left open: to find out what became of it.
# `home` names the home whose logs know everything about the open window; '*' when no single one does.
_TAKE = """
UPDATE chunk SET epoch = epoch + 1, lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
                 worker = %(worker)s,
                 home = CASE WHEN claimed_to = settled_to OR home IN ('', %(home)s) THEN %(home)s ELSE '*' END
WHERE id = %(chunk)s AND (lease_until IS NULL OR lease_until < clock_timestamp())
  AND (state = 'open' AND due_at <= clock_timestamp()
         AND EXISTS (SELECT 1 FROM plan p WHERE p.id = chunk.plan_id AND p.state IN ('applying', 'done'))
       OR state = 'cancelled' AND claimed_to > settled_to)
  AND mg_acts_free(%(fence_home)s, %(fence_epoch)s)
RETURNING id, plan_id, wave, step, provider, lo, hi, again, digest, claimed_to, settled_to, epoch, state, home,
          claimed_at, senders
"""
_RENEW = """
UPDATE chunk SET lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE id = %(chunk)s AND epoch = %(epoch)s AND (state <> 'cancelled' OR claimed_to > settled_to) RETURNING state
"""
_RELEASE = "UPDATE chunk SET lease_until = NULL WHERE id = %(chunk)s AND epoch = %(epoch)s"


@dataclass(eq=False)
class Lease:
    """A chunk while this worker holds it. `deadline` is on this host's clock that nobody sets.

    `state` is the chunk's when it was taken: open, or cancelled (then nothing is sent, only looked into).
    `home` is the home whose logs know all that may have been sent of the open window, `claimed_at` (by the database's
    clock, when the chunk was taken) from when on, `senders` the epochs that may have sent of it.
    """

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
    state: str = "open"
    home: str = ""
    claimed_at: datetime | None = None
    senders: list[int] = field(default_factory=list)
    deadline: float = field(default=0.0)
    stopping: bool = False
    seen_at: datetime | None = None  # the database's clock at the last window

    @property
    def closing(self) -> bool:
        return self.state == "cancelled"

    def may_send(self) -> bool:
        return not self.stopping and elapsed() < self.deadline

    def extend(self, asked_at: float) -> None:
        """The lease was renewed by a statement sent at `asked_at` (`elapsed`): counted from before it was sent."""
        self.deadline = asked_at + LEASE_SECONDS * (1 - MARGIN)


async def take(db: Db, chunk: int, worker: str) -> Lease | None:
    """The lease, or None when the chunk is not open, not due, another worker holds it, or acts are fenced."""
    free = await claiming()
    asked_at = elapsed()
    values = {"chunk": chunk, "worker": worker, "lease": LEASE_SECONDS, "home": home_name(), **free}
    cursor = await db.execute(_TAKE, values)
    row = await cursor.fetchone()
    if row is None:
        return None
    lease = Lease(**row)
    lease.extend(asked_at)
    return lease


async def keep(lease: Lease) -> None:
    """Renews the lease until cancelled or lost, independent of windows; a database that is gone for a moment does not
    end it. A chunk that was paused or cancelled meanwhile starts no more sends."""
    while True:
        await asyncio.sleep(LEASE_SECONDS / 3)
        asked_at = elapsed()
        try:
            row = await _renew(lease)
        except Error as error:
            log.warning("The lease of chunk %s was not renewed (%s); trying again.", lease.id, type(error).__name__)
            continue
        if row is None:
            lease.deadline = 0.0
            return
        kp("act.renewed")
        lease.extend(asked_at)
        if row["state"] != lease.state:
            lease.stopping = True


async def _renew(lease: Lease) -> DictRow | None:
    db = await connect()
    try:
        values = {"chunk": lease.id, "epoch": lease.epoch, "lease": LEASE_SECONDS}
        return await (await db.execute(_RENEW, values)).fetchone()
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
