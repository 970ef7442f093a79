"""Workers of a schedule: the engine's own code in one event loop, on connections that can be cut under it.

A *killed* worker's connections are gone at once and nothing it holds reaches the world any more. A *frozen* one stands
still before a statement or a call, until its schedule wakes it, maybe long after its lease.

A statement is answered in less time than a turn of the event loop takes, so its answer is waited for at once. What
lasts longer (another worker of the same loop may hold the lock it waits for) is waited for in the loop, as workers do.
"""

from __future__ import annotations

import asyncio
import select
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg import AsyncConnection
from psycopg.pq import PGconn, TransactionStatus

from makegood.acts.connections import _UNFREEZE
from makegood.kit.killpoints import Crashed

AT_ONCE = 20  # milliseconds
WAIT_W, READY_R, READY_W = 2, 1, 2  # psycopg's words between its generators and who waits for them
_HERE: ContextVar[Worker | None] = ContextVar("worker", default=None)
_PLAN_ONCE = "-c plan_cache_mode=force_generic_plan"  # a schedule's tables are small: planning costs more than reading
GONE = PGconn.connect_start(b"host=/nowhere")
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
            connection.cut()

    async def step(self, connection: Cuttable | None = None) -> None:
        """Before a statement or a call: the moment at which a worker may be frozen."""
        self._lives()
        self.steps += 1
        if self.steps != self.freeze:
            return
        self.struck = "frozen before a statement" if connection else "frozen at a call"
        if connection and connection.info.transaction_status != TransactionStatus.IDLE:
            connection.cut()  # the server ends a transaction that stands still
            self.struck = "frozen in a transaction"
        self.frozen.set()
        await self.woken.wait()
        self._lives()

    def _lives(self) -> None:
        if self.dead:
            raise Crashed("this worker was killed")


class Cuttable(AsyncConnection[Any]):
    """A connection that goes back to `FREE` when it is closed in good health."""

    unfrozen = False

    @classmethod
    async def connect(cls, *args: Any, **named: Any) -> Any:
        worker = here()
        worker._lives()
        made = None
        while FREE and made is None:
            found = FREE.pop()
            made = None if found.closed else found
        if made is None:
            made = await super().connect(*args, **named, options=_PLAN_ONCE, prepare_threshold=0)
            made.prepared_max = None
        made.row_factory = named["row_factory"]
        worker.connections.append(made)
        return made

    def cut(self) -> None:
        """Whoever holds it has lost it. Between two statements the server cannot tell one client from the next: then
        its end goes to `FREE`, and no server process has to be begun for each worker that is struck."""
        if self.info.transaction_status == TransactionStatus.IDLE and not self.info.pipeline_status:
            heir = Cuttable(self.pgconn)
            heir._autocommit, heir._prepared, heir.unfrozen = True, self._prepared, self.unfrozen
            FREE.append(heir)
            self.pgconn = GONE
        self.pgconn.finish()

    async def execute(self, query: Any, params: Any = None, **named: Any) -> Any:
        worker = _HERE.get()
        if worker is not None:
            await worker.step(self)
            if query == _UNFREEZE and self.unfrozen:  # as it was by whoever had it before
                return None
        done = await super().execute(query, params, **named)
        self.unfrozen = self.unfrozen or query == _UNFREEZE
        return done

    async def wait(self, gen: Any, *args: Any, **named: Any) -> Any:
        eyes = select.poll()
        eyes.register(self.pgconn.socket, select.POLLIN)  # raises where it is gone, before anything is begun
        try:
            asked = next(gen)
            while True:
                if asked & WAIT_W:  # nothing that is sent here is longer than a socket's buffer: it has been taken
                    asked = gen.send(READY_W)
                elif eyes.poll(AT_ONCE):
                    asked = gen.send(READY_R)
                else:
                    return await super().wait(_from(gen, asked), *args, **named)
        except StopIteration as done:
            return done.value

    async def close(self) -> None:
        worker = _HERE.get()
        if worker is None or self.closed or self.info.transaction_status != TransactionStatus.IDLE:
            await super().close()
            return
        worker.connections.remove(self)
        FREE.append(self)


def _from(gen: Any, asked: Any) -> Iterator[Any]:
    """The rest of a generator that has been started and has asked for something."""
    try:
        while True:
            asked = gen.send((yield asked))
    except StopIteration as done:
        return done.value


def on_kill_point(name: str) -> None:
    worker = _HERE.get()
    if worker is not None:
        worker.passes(name)


async def close_all() -> None:
    while FREE:
        await AsyncConnection.close(FREE.pop())


def log_folder(anywhere: Path) -> Path:
    worker = _HERE.get()
    return worker.home if worker is not None else anywhere
