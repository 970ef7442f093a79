"""Workers of a schedule: the engine's own code in one event loop, on connections that can be cut under it.

A *killed* worker's connections are gone at once and nothing it holds reaches the world any more. A *frozen* one stands
still before a statement or a call, until its schedule wakes it, maybe long after its lease.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus

from makegood.kit.killpoints import Crashed

_HERE: ContextVar[Worker | None] = ContextVar("worker", default=None)
FREE: list[Cuttable] = []


def here() -> Worker:
    worker = _HERE.get()
    assert worker is not None
    return worker


@dataclass(eq=False)
class Worker:
    """One life: `crash` is (kill point, which time it is passed), `freeze` the number of the step it stops before."""

    schedule: Any
    home: Path
    crash: tuple[str, int] | None = None
    freeze: int | None = None
    dead: bool = False
    steps: int = 0
    passed: int = 0
    frozen: asyncio.Event = field(default_factory=asyncio.Event)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    connections: list[Cuttable] = field(default_factory=list)
    struck: str = ""
    fenced: bool = False  # it began while acts were fenced
    keys: set[str] = field(default_factory=set)  # of acts whose call left

    def start(self, work: Any) -> asyncio.Task[None]:
        async def alive() -> None:
            _HERE.set(self)
            await work

        return asyncio.get_running_loop().create_task(alive())

    def passes(self, name: str) -> None:
        if self.dead:
            raise Crashed(name)
        if self.crash and self.crash[0] == name:
            self.passed += 1
            if self.passed == self.crash[1]:
                self.struck = f"killed at {name}"
                self.die()
                raise Crashed(name)

    def die(self) -> None:
        self.dead = True
        for connection in self.connections:
            connection.pgconn.finish()

    async def step(self, connection: Cuttable | None = None) -> None:
        """Before a statement or a call: the moment at which a worker may be frozen."""
        self._lives()
        self.steps += 1
        if self.steps != self.freeze:
            return
        self.struck = "frozen before a statement" if connection else "frozen at a call"
        if connection and connection.info.transaction_status != TransactionStatus.IDLE:
            connection.pgconn.finish()  # the server ends a transaction that stands still
            self.struck = "frozen in a transaction"
        self.frozen.set()
        await self.woken.wait()
        self._lives()

    def _lives(self) -> None:
        if self.dead:
            raise Crashed("this worker was killed")


class Cuttable(AsyncConnection[Any]):
    """A connection that goes back to `FREE` when it is closed in good health."""

    @classmethod
    async def connect(cls, *args: Any, **named: Any) -> Any:
        worker = here()
        worker._lives()
        while FREE:
            found = FREE.pop()
            if not found.closed:
                found.row_factory = named["row_factory"]
                worker.connections.append(found)
                return found
        made = await super().connect(*args, **named)
        worker.connections.append(made)
        return made

    async def execute(self, query: Any, params: Any = None, **named: Any) -> Any:
        worker = _HERE.get()
        if worker is not None:
            await worker.step(self)
        return await super().execute(query, params, **named)

    async def close(self) -> None:
        worker = _HERE.get()
        if worker is None or self.closed or self.info.transaction_status != TransactionStatus.IDLE:
            await super().close()
            return
        worker.connections.remove(self)
        FREE.append(self)


def on_kill_point(name: str) -> None:
    worker = _HERE.get()
    if worker is not None:
        worker.passes(name)


def log_folder(anywhere: Path) -> Path:
    worker = _HERE.get()
    return worker.home if worker is not None else anywhere
