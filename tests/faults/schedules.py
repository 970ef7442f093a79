"""Seeded schedules: the engine on a real PostgreSQL against the models, with faults that the seed chooses.

Schedules of one batch share a database, a virtual clock and a sweeper, and nothing else: each draws from its own dice,
so that a seed does the same alone.
"""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from psycopg import InterfaceError, OperationalError

from makegood.acts import actions, answers, carry, connections, leases, sendlog, windows
from makegood.acts import sweep as sweeping
from makegood.balance.invariants import check_invariants
from makegood.channels import CHANNELS
from makegood.kit.errors import Refused
from makegood.kit.ids import act_key
from makegood.kit.killpoints import Crashed, listening
from makegood.notices.actions import take_in
from makegood.plans.approve import _make_ready
from makegood.plans.models import Plan
from makegood.remedies import REMEDIES
from tests.faults.models import SCHEDULES, Defences, MailModel, MoneyModel
from tests.faults.stage import DOUBLE, FIRST, SLOTS, Stage
from tests.faults.workers import Cuttable, Worker, here, log_folder, on_kill_point

ROUNDS = 6
HEALING = 40
PASSES = [  # seconds between two rounds, by the seed's hundred: within the lease, past it, past a key's life
    [5, 45, 5, 300, 45, 5],
    [45, 45, 45, 45, 45, 45],
    [5, 5, 26 * 3600, 45, 5, 45],
    [45, 7200, 5, 45, 93600, 5],
]
STEPS = [0, 3600, 0, -7200, 60, 0]  # how the database's clock is set besides, where it is not steady
POINTS = [
    *("act.before_take", "act.taken", "act.before_open", "act.claimed", "act.before_send", "act.begun", "act.ended"),
    *("act.after_http", "act.before_look_up", "act.in_record", "act.recorded", "act.before_finish"),
    *("act.before_release", "act.in_stop"),
]
_ACTS = """
SELECT a.plan_id, a.ordinal, a.step, a.customer_id, a.sequence, a.kind, a.state, coalesce(a.code, ''), a.minor,
       a.next_at IS NOT NULL
FROM act_slots a JOIN plan p ON p.id = a.plan_id WHERE p.approved_at IS NOT NULL ORDER BY 1, 2
"""


@dataclass
class Broken:
    """A schedule after which something does not hold."""

    seed: int
    without: tuple[str, ...]
    what: list[str]
    story: list[str]

    def __str__(self) -> str:
        switched = "".join(f" --without {name}" for name in self.without)
        lines = [f"seed {self.seed}: " + "; ".join(self.what), *(f"    {line}" for line in self.story)]
        return "\n".join([*lines, f"    again: python -m tests.faults --seed {self.seed}{switched}"])


@dataclass
class Schedule:
    seed: int
    slot: int
    stage: Stage
    defences: Defences
    strays: list[tuple[Worker, asyncio.Task[None], int]] = field(default_factory=list)
    story: list[str] = field(default_factory=list)
    struck: list[Worker] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.doubtful = self.dice.choice(["resend", "hold"])
        self.violence = self.dice.choice([0.0, 0.3, 0.6])
        trouble = self.dice.choice([0.0, 0.2, 0.5])
        clock = self.stage.clock.monotonic
        self.money = MoneyModel(random.Random(f"money {self.seed}"), clock, self.defences, trouble)
        self.mail = MailModel(random.Random(f"mail {self.seed}"), trouble)
        self.stops = self.dice.random() < 0.2
        self.named = f"m-slot-{self.slot}"
        self.plan = FIRST + self.slot

    def overlay(self) -> dict[str, Any]:
        return {"doubtful": self.doubtful, "stop": {"unknown": {"count": 2}} if self.stops else {}}

    # -- what the models and the workers ask

    async def before_call(self) -> None:
        await here().step()

    async def before_answer(self) -> None:
        await here().step()

    def called(self, key: str) -> None:
        here().keys.add(key)
        if here().fenced and self.stage.fenced:
            self.problems.append("a call left while acts were fenced")

    # -- one round

    async def turn(self, number: int, chunks: Sequence[int], *, calm: bool) -> None:
        if self.dice.random() < 0.5:
            await self._wake(number, calm=calm)
        for chunk in chunks:
            await self._carry(number, chunk, calm=calm)
        await self._wake(number, calm=calm)

    async def _carry(self, number: int, chunk: int, *, calm: bool) -> None:
        worker = self._worker(calm=calm)
        task = worker.start(carry.carry_out(chunk, worker=worker.home.name, running=set()))
        frozen = asyncio.ensure_future(worker.frozen.wait())
        await asyncio.wait({task, frozen}, return_when=asyncio.FIRST_COMPLETED)
        frozen.cancel()
        if task.done():
            self._ended(worker, task, chunk)
        else:
            self.strays.append((worker, task, number + self.dice.choice([0, 1, 1, 2])))
            self.story.append(f"round {number}: chunk {chunk}: {worker.struck}")

    def _worker(self, *, calm: bool) -> Worker:
        homes = ["a"] if self.defences.send_log else ["a", "b"]
        home = self.stage.home / "slots" / f"{self.slot}-{self.dice.choice(homes)}"
        home.mkdir(parents=True, exist_ok=True)
        worker = Worker(self, home, fenced=self.stage.fenced)
        if not calm and self.dice.random() < self.violence:
            if self.dice.random() < 0.6:
                worker.crash = (self.dice.choice(POINTS), self.dice.choice([1, 1, 2, 3]))
            else:
                worker.freeze = self.dice.randint(1, 24)
        return worker

    async def _wake(self, number: int, *, calm: bool) -> None:
        for stray in list(self.strays):
            worker, task, until = stray
            if calm or until <= number:
                self.strays.remove(stray)
                worker.woken.set()
                await asyncio.wait({task})
                self.story.append(f"round {number}: a frozen worker woke")
                self._ended(worker, task, 0)

    async def end(self) -> None:
        """Without a sweeper nobody heals: whoever is frozen still dies so."""
        for worker, task, _ in self.strays:
            worker.die()
            worker.woken.set()
            await asyncio.wait({task})

    def _ended(self, worker: Worker, task: asyncio.Task[None], chunk: int) -> None:
        error = None if task.cancelled() else task.exception()
        if worker.struck:
            self.struck.append(worker)
        if worker.dead:
            self.story.append(f"chunk {chunk}: {worker.struck}")
        elif error is not None and not isinstance(error, OperationalError | InterfaceError | Crashed):
            self.problems.append("".join(traceback.format_exception_only(error)).strip())

    # -- what a person does between rounds

    def person(self, number: int, state: str) -> None:
        """`state` is the plan's at this moment."""
        what = self.dice.random()
        if what < 0.04 and state == "applying":
            self._say(number, "paused")
            actions.pause_plan(self.plan, actor=self.stage.actor, reason="")
        elif what < 0.3 and state in ("paused", "stopped"):
            self._say(number, "resumed")
            actions.resume_plan(self.plan, actor=self.stage.actor)
        elif 0.3 <= what < 0.35 and state in ("applying", "paused", "stopped"):
            self._say(number, "cancelled")
            actions.cancel_plan(self.plan, actor=self.stage.actor, reason="")
        elif 0.4 <= what < 0.44:
            self._approve_the_double(number)

    def _approve_the_double(self, number: int) -> None:
        double = Plan.objects.select_related("mistake", "scope").get(id=DOUBLE + self.slot)
        if double.state != "draft" or Plan.objects.get(id=self.plan).state not in ("done", "cancelled"):
            return
        try:
            _make_ready(double)
        except Refused:
            self._say(number, "the same plan once more was refused")
            return
        self._say(number, "the same plan once more was approved")
        Plan.objects.filter(id=double.id).update(state="applying", applied_at=self.stage.clock.now)
        actions.open_wave(double, 1)

    def _say(self, number: int, what: str) -> None:
        self.story.append(f"round {number}: a person: {what}")

    def hear(self, *, everything: bool) -> None:
        """The provider's later words arrive."""
        if said := self.money.say(everything=everything):
            take_in(self.stage.provider, said)
            self.story.append(f"the provider says {[notice.says for notice in said]}")

    def heal(self, state: str) -> None:
        """The provider and the mail server are well again; a person resumes what stands still."""
        self.money.trouble = self.mail.trouble = 0.0
        self.hear(everything=True)
        if state in ("paused", "stopped"):
            actions.resume_plan(self.plan, actor=self.stage.actor)


# -- a batch


class Batch:
    """Schedules side by side on one stage."""

    def __init__(self, stage: Stage, seeds: Sequence[int], defences: Defences) -> None:
        assert len(seeds) <= SLOTS
        self.stage = stage
        self.schedules = [Schedule(seed, slot, stage, defences) for slot, seed in enumerate(seeds, start=1)]
        self.defences = defences
        self.bell: dict[int, None] = {}
        self.passes = PASSES[seeds[0] // 100 % len(PASSES)]
        self.fence_in = 2 if seeds[0] // 100 % 3 == 1 else -1  # the round in which acts are fenced

    def run(self) -> list[Broken]:
        stage = self.stage
        stage.reset([schedule.overlay() for schedule in self.schedules])
        SCHEDULES.clear()
        SCHEDULES.update({schedule.named: schedule for schedule in self.schedules})
        loop = stage.loop
        with _simulated(stage, self._ring):
            self._ring([chunk for (chunk,) in stage.rows("SELECT id FROM chunk ORDER BY id")])
            for number in range(ROUNDS):
                stage.fence(up=number == self.fence_in)
                self._round(loop, number, calm=False)
                stage.clock.move(self.passes[number])
                if not self.defences.steady_clock:
                    stage.clock.step(STEPS[number])
            stage.fence(up=False)
            if self.defences.sweeper:
                self._heal(loop)
            loop.run_until_complete(_all([schedule.end() for schedule in self.schedules]))
        return self._broken()

    def _ring(self, chunks: Sequence[int]) -> int:
        self.bell.update(dict.fromkeys(chunks))
        return len(chunks)

    def _round(self, loop: asyncio.AbstractEventLoop, number: int, *, calm: bool) -> None:
        if self.defences.sweeper or calm:
            sweeping.sweep()
            self._none_finished_early()
        if not calm:
            states = self._states()
            for schedule in self.schedules:
                schedule.person(number, states[schedule.plan])
                schedule.hear(everything=False)
        rung: dict[int, list[int]] = defaultdict(list)
        if self.bell:
            # Not by number: chunks that were gathered together are numbered as the planner likes.
            found = "SELECT plan_id, id FROM chunk WHERE id = ANY(%s) ORDER BY wave, again, lo, step, id"
            known = self.stage.rows(found, list(self.bell))
            for plan, chunk in known:
                heard = self.defences.doorbell or calm or self.schedules[(plan - 1) % 1000].dice.random() < 0.5
                rung[plan].extend([chunk] if heard else [])
        self.bell.clear()
        turns = [
            schedule.turn(number, rung[schedule.plan] + rung[schedule.plan - FIRST + DOUBLE], calm=calm)
            for schedule in self.schedules
        ]
        loop.run_until_complete(_all(turns))

    def _states(self) -> dict[int, str]:
        """Asked once for all: what a person does in one slot changes no other's plan."""
        return dict(self.stage.rows("SELECT id, state FROM plan WHERE id > %s", FIRST))

    def _none_finished_early(self) -> None:
        early = (
            "SELECT DISTINCT a.plan_id FROM act_slots a JOIN plan p ON p.id = a.plan_id WHERE p.state = 'done' "
            "AND a.next_at IS NOT NULL AND a.code <> 'earlier-step-failed'"
        )
        for (plan,) in self.stage.rows(early):
            self.schedules[(plan - 1) % 1000].problems.append("the plan is done while acts of it wait")

    def _heal(self, loop: asyncio.AbstractEventLoop) -> None:
        for number in range(ROUNDS, ROUNDS + HEALING):
            states = self._states()
            for schedule in self.schedules:
                schedule.heal(states[schedule.plan])
            self._round(loop, number, calm=True)
            if self._at_rest():
                return
            self.stage.clock.move(45 if number % 2 else 6 * 3600)

    def _at_rest(self) -> bool:
        taken = "EXISTS (SELECT 1 FROM act_slots WHERE state = 'accepted')" if self.defences.notices else "false"
        moving = f"""
        SELECT EXISTS (SELECT 1 FROM plan WHERE id > {FIRST} AND state IN ('applying', 'paused', 'stopped'))
            OR EXISTS (SELECT 1 FROM act_slots WHERE next_at IS NOT NULL)
            OR EXISTS (SELECT 1 FROM chunk WHERE state = 'cancelled' AND claimed_to > settled_to OR state = 'open')
            OR {taken} OR EXISTS (SELECT 1 FROM heard WHERE state = 'open' AND tries < 20)"""
        return not self.stage.rows(moving)[0][0]

    def _broken(self) -> list[Broken]:
        acts: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for row in self.stage.rows(_ACTS):
            acts[(row[0] - 1) % 1000 + 1].append(row)
        states = self._states()
        for finding in check_invariants(deep=True):
            for example in finding.examples:
                slot = _slot_of(example)
                for schedule in self.schedules:
                    if slot in (None, schedule.slot):
                        schedule.problems.append(f"{finding.code}: {finding.what} ({example})")
        found = []
        switched = tuple(name for name, on in vars(self.defences).items() if not on)
        for schedule in self.schedules:
            problems = schedule.problems + compare(schedule, acts[schedule.slot], states[schedule.plan])
            if problems:
                found.append(Broken(schedule.seed, switched, problems, schedule.story))
        return found


async def _all(turns: Sequence[Any]) -> None:
    await asyncio.gather(*turns)


def _slot_of(example: str) -> int | None:
    """The slot an invariant's example names: `plan 1007 …`."""
    words = example.replace("/", " ").split()
    numbers = [int(word) for word in words if word.isdecimal() and FIRST < int(word) <= DOUBLE + SLOTS]
    return (numbers[0] - 1) % 1000 + 1 if words[:1] == ["plan"] and numbers else None


def compare(schedule: Schedule, acts: Sequence[tuple[Any, ...]], state: str) -> list[str]:
    """What the tables say against what the models did."""
    paid, mailed = schedule.money.times(), schedule.mail.delivered
    amounts = {effect.key: effect.minor for effect in schedule.money.effects}
    struck = Counter(key for worker in schedule.struck for key in worker.keys)
    said: list[str] = []
    keys = set()
    # Where later words are lost, what was only taken stays so, and what waits for it waits on.
    rests = schedule.defences.sweeper and not any(act[6] == "accepted" for act in acts)
    for _, ordinal, step, customer, sequence, kind, now, code, minor, waits in acts:
        key = act_key(schedule.named, customer, step, sequence)
        keys.add(key)
        count = paid[key] if kind == "fix" else mailed[key]
        most = 1
        if kind != "fix" and schedule.doubtful == "resend":
            most += schedule.mail.doubtful[key] + struck[key]
        if kind != "fix" and not schedule.defences.steady_clock:
            most += struck[key]  # the one limit: a lease that ends early by the clock is held by two
        if count > most:
            said.append(f"act {ordinal} ({step}) took effect {count} times")
        if now in ("done", "accepted") and not count:
            said.append(f"act {ordinal} ({step}) is called {now} and never happened")
        back = schedule.defences.notices and key in schedule.money.came_back()
        if back and now not in ("failed", "reversed", "unknown"):
            said.append(f"act {ordinal} ({step}) came back and is called {now}")
        if schedule.defences.notices and schedule.defences.sweeper and now == "accepted":
            said.append(f"act {ordinal} ({step}) is accepted for ever")
        if now in ("failed", "cancelled", "planned", "waiting") and count and not back:
            said.append(f"act {ordinal} ({step}) happened and is called {now} {code}")
        if kind == "fix" and count and amounts[key] != minor:
            said.append(f"act {ordinal} paid {amounts[key]} instead of {minor}")
        if rests and (waits or now == "planned"):
            said.append(f"act {ordinal} ({step}) is {now} {code} for ever")
    if strangers := (set(paid) | set(mailed)) - keys:
        said.append(f"{len(strangers)} effects belong to no act")
    if rests and state not in ("done", "cancelled"):
        said.append(f"the plan is {state} for ever")
    return said


@contextmanager
def _simulated(stage: Stage, ring: Any) -> Iterator[None]:
    """The engine with its connections, clock, queue and plug-ins exchanged."""
    anywhere = sendlog._folder()

    async def claiming() -> dict[str, Any]:
        return stage.admitted

    logging.disable(logging.CRITICAL)
    with ExitStack() as stack:
        for target, name, value in (
            (connections, "AsyncConnection", Cuttable),
            (carry, "keep", _no_heartbeat),
            (leases, "claiming", claiming),
            (windows, "claiming", claiming),
            (leases, "elapsed", stage.clock.monotonic),
            (windows, "elapsed", stage.clock.monotonic),
            (answers, "random", SimpleNamespace(random=lambda: 0.5)),
            (sendlog, "_folder", lambda: log_folder(anywhere)),
            (actions, "wake", ring),
            (sweeping, "wake", ring),
            (sweeping, "tidy", lambda: 0),
        ):
            stack.enter_context(patch.object(target, name, value))
        stack.enter_context(patch.dict(REMEDIES._table, {"simulated-pay": "tests.faults.models:SimulatedPay"}))
        stack.enter_context(patch.dict(CHANNELS._table, {"simulated-mail": "tests.faults.models:SimulatedMail"}))
        stack.enter_context(listening(on_kill_point))
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)


async def _no_heartbeat(_lease: Any) -> None:
    """A worker's window is shorter than its lease, or the worker is frozen: see tests/acts/test_leases.py."""
    await asyncio.Event().wait()
