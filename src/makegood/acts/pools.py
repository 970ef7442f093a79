"""What a worker keeps between two chunks: connections to the database, and plug-ins with what they have open.

A worker takes one chunk after another of the same provider; connecting, TLS and signing in for each of them would cost
more than its acts. Nothing is shared: one chunk uses it, then the next. Outside a worker nothing is kept.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field

from psycopg import Error
from psycopg.pq import TransactionStatus

from makegood.acts.connections import Db, connect
from makegood.kit.plugins import Answer, Envelope, Guard, Lasting, Plugin

LONGEST_REST = 30.0  # seconds; a mail server hangs up on who is silent for minutes


class Relay(Guard):
    """The guard a plug-in is opened with: it hands on to the guard of the chunk that uses the plug-in now."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    def begin(self, envelope: Envelope) -> bool:
        return self.guard.begin(envelope)

    def still(self) -> bool:
        return self.guard.still()

    def never(self, envelope: Envelope) -> None:
        self.guard.never(envelope)

    def end(self, envelope: Envelope, answer: Answer) -> None:
        self.guard.end(envelope, answer)


@dataclass
class Resting:
    plugin: Plugin
    relay: Relay
    since: float


@dataclass
class Pool:
    """What rests in one worker."""

    databases: list[Db] = field(default_factory=list)
    plugins: dict[str, list[Resting]] = field(default_factory=dict)

    async def close(self, *, rested_for: float = 0.0) -> None:
        """Closes plug-ins that rested longer than that many seconds; with none given everything."""
        before = time.monotonic() - rested_for
        for key, resting in list(self.plugins.items()):
            self.plugins[key] = [one for one in resting if one.since > before]
            for one in resting:
                if one.since <= before:
                    await one.plugin.close()
        if not rested_for:
            while self.databases:
                await self.databases.pop().close()


_POOL: ContextVar[Pool | None] = ContextVar("pool", default=None)


@asynccontextmanager
async def pooled() -> AsyncIterator[Pool]:
    """Keeps things between chunks for the tasks started inside."""
    pool = Pool()
    token = _POOL.set(pool)
    try:
        yield pool
    finally:
        _POOL.reset(token)
        await pool.close()


@asynccontextmanager
async def database() -> AsyncIterator[Db]:
    """A connection for one chunk. Raises psycopg's `OperationalError` when the database is gone."""
    pool = _POOL.get()
    db = (await _rested(pool) if pool else None) or await connect()
    fine = False
    try:
        yield db
        fine = True
    finally:
        if pool and fine and not db.closed and db.info.transaction_status == TransactionStatus.IDLE:
            pool.databases.append(db)
        else:
            await db.close()


async def _rested(pool: Pool) -> Db | None:
    while pool.databases:
        db = pool.databases.pop()
        with suppress(Error):  # the server restarted, or ended it while it rested
            await db.execute("SELECT 1")
            return db
        await db.close()
    return None


@asynccontextmanager
async def opened(key: str, guard: Guard, opening: Callable[[Guard], Awaitable[Plugin]]) -> AsyncIterator[Plugin]:
    """A plug-in for one chunk: the one that rests under `key`, or a new one of `opening`, whose errors pass.

    A plug-in that broke in any way is closed, and so is one that says it does not last.
    """
    pool = _POOL.get()
    resting = await _fit(pool, key) if pool else None
    if resting is None:
        relay = Relay(guard)
        resting = Resting(await opening(relay), relay, 0.0)
    resting.relay.guard = guard
    fine = False
    try:
        yield resting.plugin
        fine = True
    finally:
        resting.relay.guard = _NOBODY
        if pool and fine and _lasts(resting.plugin):
            resting.since = time.monotonic()
            pool.plugins.setdefault(key, []).append(resting)
        else:
            await resting.plugin.close()


async def _fit(pool: Pool, key: str) -> Resting | None:
    """One that rests under the key and can go on; those that cannot are closed."""
    waiting = pool.plugins.get(key, [])
    while waiting:
        resting = waiting.pop()
        if _lasts(resting.plugin):
            return resting
        await resting.plugin.close()
    return None


def _lasts(plugin: Plugin) -> bool:
    return isinstance(plugin, Lasting) and plugin.lasts()


class _Nobody(Guard):
    def begin(self, _envelope: Envelope) -> bool:
        return False

    def still(self) -> bool:
        return False


_NOBODY = _Nobody()
