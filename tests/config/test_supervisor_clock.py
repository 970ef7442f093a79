"""When a worker is started again, minute by minute: a clock set by hand and children that end when told to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from makegood.config import supervisor
from makegood.config.supervisor import LONGEST_PAUSE, PATIENCE, SHORTEST_PAUSE, STEADY, Supervisor


@dataclass
class World:
    """What the supervisor sees: the time, its children, and what it said. Times are in seconds."""

    now: float = 1000.0
    stubborn: bool = False
    children: list[Child] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def start(self, command: Sequence[str], **_how: object) -> Child:
        self.children.append(Child(self, 100 + len(self.children), self.now))
        return self.children[-1]


@dataclass
class Child:
    world: World
    pid: int
    began: float
    code: int | None = None
    heard: list[str] = field(default_factory=list)

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.heard.append("terminate")
        if not self.world.stubborn:
            self.code = 0

    def kill(self) -> None:
        self.heard.append("kill")
        self.code = -9


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(supervisor, "time", made)
    monkeypatch.setattr(supervisor.subprocess, "Popen", made.start)
    return made


def supervising(world: World, workers: int = 1) -> Supervisor:
    made = Supervisor(["worker"], workers=workers, server=None, say=world.said.append)
    for worker in made._workers:
        made._start(worker)
    return made


def pause_after_death(under: Supervisor, world: World, *, lived: float) -> float:
    """The worker lives so long, dies, and is started again; seconds between the two."""
    world.now = world.children[-1].began + lived
    world.children[-1].code = 1
    died, before = world.now, len(world.children)
    under._look_at_workers()
    while len(world.children) == before:
        world.sleep(0.25)
        under._look_at_workers()
    return world.now - died


def test_the_pauses_double_up_to_the_longest(world: World) -> None:
    under = supervising(world)
    pauses = [pause_after_death(under, world, lived=1) for _ in range(9)]
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert (pauses[0], pauses[-1]) == (SHORTEST_PAUSE, LONGEST_PAUSE)


@pytest.mark.parametrize(("lived", "pause"), [(STEADY - 1, 4), (STEADY, SHORTEST_PAUSE), (10 * STEADY, SHORTEST_PAUSE)])
def test_a_steady_life_forgets_the_deaths_before_it(world: World, lived: float, pause: float) -> None:
    under = supervising(world)
    for _ in range(3):
        pause_after_death(under, world, lived=1)
    assert pause_after_death(under, world, lived=lived) == pause


def test_one_worker_that_keeps_dying_leaves_the_others_alone(world: World) -> None:
    under = supervising(world, workers=3)
    world.children[1].code = -11
    under._look_at_workers()
    assert world.said == ["Worker 2 (pid 101) was killed by signal 11 (SIGSEGV); starting it again."]
    world.now += SHORTEST_PAUSE
    under._look_at_workers()
    assert [worker.child and worker.child.pid for worker in under._workers] == [100, 103, 102]
    assert len(world.said) == 1, "a start is not worth a second sentence"


def test_workers_that_listen_are_asked_once(world: World) -> None:
    under = supervising(world, workers=2)
    under._stop()
    assert [child.heard for child in world.children] == [["terminate"], ["terminate"]]
    assert world.said == []


def test_workers_that_do_not_listen_are_killed_when_patience_ends(world: World) -> None:
    under = supervising(world, workers=2)
    world.stubborn = True
    began = world.now
    under._stop()
    assert PATIENCE <= world.now - began < PATIENCE + 1
    assert [child.heard for child in world.children] == [["terminate", "kill"]] * 2
    assert world.said == ["Waiting for the workers to end what they have begun."]


def test_a_second_signal_ends_the_patience(world: World) -> None:
    under = supervising(world)
    world.stubborn = True
    began = world.now
    under._ask(15, None)
    under._ask(2, None)
    under._stop()
    assert world.now - began < 1
    assert world.children[0].heard == ["terminate", "kill"]
    assert under._signal == 15, "the first one decides how it ends"


def test_a_worker_that_waits_for_its_next_start_is_not_started_by_the_end(world: World) -> None:
    under = supervising(world)
    world.children[0].code = 1
    under._look_at_workers()
    under._stop()
    assert (len(world.children), world.children[0].heard) == (1, [])
