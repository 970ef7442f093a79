"""`makegood up`: keeps workers, the web server and the embedded PostgreSQL running until it is told to stop. No Django.

A child that dies is started again, at once the first time, then with growing pauses. Children live in sessions of
their own, so that Ctrl-C reaches us alone and the order of stopping is ours: workers and web first (each ends what it
has begun), the database last. Killed ourselves, they see another parent and stop. The place where the web server
listens is ours: while it is started again, requests wait for it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Protocol

from makegood.kit.errors import Unavailable

LOOK_EVERY = 0.2  # seconds
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a worker is started again
STEADY = 60.0  # seconds a worker lives before its earlier deaths are forgotten
PATIENCE = 120.0  # seconds workers have to end their windows


class Server(Protocol):
    """The embedded PostgreSQL, as far as it is watched."""

    def watch(self, timeout: float | None = None) -> bool: ...
    def start(self) -> None: ...


@dataclass(frozen=True)
class Web:
    """The command of the web server, which gets `--descriptor N`, and the socket it is to answer on."""

    command: Sequence[str]
    listening: socket.socket


@dataclass
class _Worker:
    name: str
    command: Sequence[str]
    descriptors: tuple[int, ...] = ()
    child: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    pause: float = 0.0
    again_at: float = 0.0


class Supervisor:
    """`command` starts one worker and gets `--under PID`. `say` hears one sentence for each thing that happens."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        workers: int,
        server: Server | None,
        say: Callable[[str], None],
        web: Web | None = None,
    ) -> None:
        under = ["--under", str(os.getpid())]
        self._command = [*command, *under]
        self._workers = [_Worker(f"Worker {number}", self._command) for number in range(1, workers + 1)]
        if web is not None:
            descriptor = web.listening.fileno()
            whole = [*web.command, *under, "--descriptor", str(descriptor)]
            self._workers.append(_Worker("The web server", whole, (descriptor,)))
        self._server = server
        self._say = say
        self._asked = threading.Event()
        self._signal = 0
        self._times = 0

    def run(self) -> int:
        """Works until SIGTERM or SIGINT and returns which; all workers have ended then. A second one kills them."""
        with self._listening():
            try:
                while not self._asked.wait(LOOK_EVERY):
                    self._look_at_server()
                    self._look_at_workers()
            finally:
                self._stop()
        return self._signal

    @contextmanager
    def _listening(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._ask) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            for worker in self._workers:
                self._start(worker)
            yield
        finally:
            for number, was in before.items():
                signal.signal(number, was)

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        self._signal = self._signal or number
        self._times += 1
        self._asked.set()

    def _look_at_server(self) -> None:
        if self._server is None or not self._server.watch(0):
            return
        self._say("PostgreSQL ended; starting it again.")
        try:
            self._server.start()
        except Unavailable as error:
            self._say(f"{error} Trying again.")
            self._asked.wait(5.0)

    def _look_at_workers(self) -> None:
        now = time.monotonic()
        for worker in self._workers:
            if worker.child is None:
                if now >= worker.again_at:
                    self._start(worker)
                continue
            code = worker.child.poll()
            if code is None:
                continue
            steady = now - worker.began >= STEADY
            worker.pause = SHORTEST_PAUSE if steady or not worker.pause else min(worker.pause * 2, LONGEST_PAUSE)
            worker.again_at = now + worker.pause
            self._say(f"{worker.name} (pid {worker.child.pid}) {_ending(code)}; starting it again.")
            worker.child = None

    def _start(self, worker: _Worker) -> None:
        worker.began = time.monotonic()
        worker.child = subprocess.Popen(
            worker.command, stdin=subprocess.DEVNULL, start_new_session=True, pass_fds=worker.descriptors
        )

    def _stop(self) -> None:
        children = [worker.child for worker in self._workers if worker.child is not None]
        for child in children:
            child.terminate()
        until, told = time.monotonic() + PATIENCE, False
        while any(child.poll() is None for child in children):
            if time.monotonic() > until or self._times > 1:
                # Nothing is lost by it: what was claimed is in the database and in the send log.
                for child in children:
                    child.kill()
            elif not told and time.monotonic() > until - PATIENCE + 2:
                told = True
                self._say("Waiting for the workers to end what they have begun.")
            time.sleep(0.05)


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        named = f" ({signal.Signals(-code).name})"
    except ValueError:  # real-time signals between the first and the last have no name
        named = ""
    return f"was killed by signal {-code}{named}"


def worker_command() -> list[str]:
    return [sys.executable, "-m", "makegood.cli", "work"]


def web_command() -> list[str]:
    return [sys.executable, "-m", "makegood.cli", "serve"]
