"""The supervisor's sentences and pauses, with programs that end at once and a server that does as it is told."""

from __future__ import annotations

import re
import signal
import sys
import threading

import pytest

from makegood.config import supervisor
from makegood.config.supervisor import LONGEST_PAUSE, SHORTEST_PAUSE, Supervisor
from makegood.kit.errors import Unavailable

ENDS = [sys.executable, "-c", "raise SystemExit(3)"]
STAYS = [sys.executable, "-c", "import time; time.sleep(600)"]


class Server:
    """Ended or not; whether it can be started again."""

    def __init__(self, *, ended: bool, startable: bool = True) -> None:
        self.ended, self.startable, self.starts = ended, startable, 0

    def watch(self, _timeout: float | None = None) -> bool:
        return self.ended

    def start(self) -> None:
        self.starts += 1
        if not self.startable:
            raise Unavailable("The disk is full.", remedy="Make room.", code="disk-full")


def supervised(command: list[str], *, workers: int = 1, server: Server | None = None) -> tuple[Supervisor, list[str]]:
    said: list[str] = []
    return Supervisor(command, workers=workers, server=server, say=said.append), said


@pytest.mark.parametrize(
    ("ended", "startable", "starts", "said"),
    [
        (False, True, 0, []),
        (True, True, 1, ["PostgreSQL ended; starting it again."]),
        (True, False, 1, ["PostgreSQL ended; starting it again.", "The disk is full. Make room. Trying again."]),
    ],
)
def test_a_server_that_ended_is_started_again(ended: bool, startable: bool, starts: int, said: list[str]) -> None:
    server = Server(ended=ended, startable=startable)
    under, heard = supervised(ENDS, workers=0, server=server)
    under._asked.set()  # or it would wait before it tries again
    under._look_at_server()
    assert (server.starts, heard) == (starts, said)


def test_without_a_server_of_its_own_nothing_is_watched() -> None:
    under, heard = supervised(ENDS, workers=0)
    under._look_at_server()
    assert heard == []


def test_a_worker_that_dies_is_named_and_waits_longer_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    under, said = supervised(ENDS)
    (worker,) = under._workers
    pauses = []
    for _ in range(3):
        under._start(worker)
        assert worker.child is not None
        worker.child.wait()
        under._look_at_workers()
        assert worker.child is None
        pauses.append(worker.pause)
    assert pauses == [SHORTEST_PAUSE, 2 * SHORTEST_PAUSE, 4 * SHORTEST_PAUSE]
    assert all(re.fullmatch(r"Worker 1 \(pid \d+\) ended with exit code 3; starting it again\.", one) for one in said)
    worker.pause = LONGEST_PAUSE
    under._start(worker)
    assert worker.child is not None
    worker.child.wait()
    under._look_at_workers()
    assert worker.pause == LONGEST_PAUSE, "it never waits longer than this"


def test_a_worker_that_lived_long_is_started_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STEADY", 0.0)
    under, _ = supervised(ENDS)
    (worker,) = under._workers
    worker.pause = LONGEST_PAUSE
    under._start(worker)
    assert worker.child is not None
    worker.child.wait()
    under._look_at_workers()
    assert worker.pause == SHORTEST_PAUSE


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_the_signal_that_asked_and_leaves_no_worker(number: signal.Signals) -> None:
    under, _ = supervised(STAYS, workers=2)
    before = signal.getsignal(number)
    asking = threading.Timer(0.3, signal.raise_signal, [number])
    asking.start()
    assert under.run() == number
    asking.join()
    assert [worker.child is not None and worker.child.poll() is not None for worker in under._workers] == [True, True]
    assert signal.getsignal(number) == before, "the handlers before are back"


def test_workers_are_told_who_they_belong_to() -> None:
    under, _ = supervised(ENDS)
    assert under._command[-2] == "--under"
    assert under._command[-1].isdigit()
