"""Strict models of a payment provider and of a mail server, in process: what they do is all that really happened.

The payment provider keeps keys for a day: the same key again changes nothing and gets the first answer, also when
that was an error; another amount under it is refused; afterwards the key is forgotten and would pay once more. What it
did is found by key, after a while. The mail server delivers whatever it accepts. Neither keeps a line open on which
nothing is said for an hour.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from makegood.kit.notices import Notice, Says
from makegood.kit.plugins import Answer, OutcomeUnknown, ProviderError, Receipt, about_to_write, each

START_OF_WORDS = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
KEY_LIFE = 24 * 3600.0
LINE_LIFE = 3600.0  # of a line on which nothing is said
SCHEDULES: dict[str, Any] = {}  # by the mistake's public id


@dataclass
class Defences:
    """What protects a payment besides the engine, and what wakes the engine; each can be switched off."""

    keys: bool = True  # the provider takes the same key once
    prompt_query: bool = True  # the provider's query sees an effect within a minute; else within an hour
    doorbell: bool = True  # the queue wakes a worker; else only the sweeper does
    sweeper: bool = True
    send_log: bool = True  # a killed worker's log is found by the next holder
    notices: bool = True  # the provider's later words arrive
    steady_clock: bool = True  # nobody sets the database's clock while workers are at it

    def without(self, *names: str) -> Defences:
        return replace(self, **dict.fromkeys(names, False))


@dataclass
class Effect:
    """`pending`: taken, and said to be settled or failed by a notice. `back`: the money came back."""

    key: str
    minor: int
    at: float
    pending: bool = False
    back: bool = False


@dataclass
class MoneyModel:
    dice: random.Random
    clock: Callable[[], float]
    defences: Defences
    trouble: float = 0.0
    effects: list[Effect] = field(default_factory=list)
    kept: dict[str, tuple[float, int, Answer]] = field(default_factory=dict)
    events: list[tuple[float, Notice]] = field(default_factory=list)  # when each is sent, and what it says
    lost: int = 0

    def pay(self, key: str, minor: int) -> Answer:
        """What the provider does and would answer; the answer may be lost on the way (`OutcomeUnknown`)."""
        what = self._what()
        if what == "429":
            return ProviderError("Too many requests.", permanent=False, code="429", retry_after=7)
        if what == "unreachable":
            return ProviderError("Cannot be reached.", permanent=False, code="unreachable")
        kept = self.kept.get(key)
        if kept and self.defences.keys and self.clock() - kept[0] < KEY_LIFE:
            if kept[1] != minor:
                return ProviderError("Another request has this key.", permanent=True, code="key-used-for-other")
            return kept[2]
        answer = self._first(key, minor, what)
        if answer is not None:
            self.kept[key] = (self.clock(), minor, answer)
        if answer is None or what.startswith("lost"):
            self.lost += 1
            return OutcomeUnknown("No answer.")
        return answer

    def _first(self, key: str, minor: int, what: str) -> Answer | None:
        if what == "lost-before":
            return None
        if what == "500-nothing-done":
            return OutcomeUnknown("Internal error.", code="500")
        if self.dice.random() < 0.04 * (self.trouble > 0):
            return ProviderError("The card is closed.", permanent=True, code="card-closed")
        effect = Effect(key, minor, self.clock(), pending=self.dice.random() < 0.5 * self.trouble)
        self.effects.append(effect)
        self._say_later(effect)
        if what == "500-done":
            return OutcomeUnknown("Internal error.", code="500")
        return Receipt("accepted" if effect.pending else "done", f"re-{len(self.effects)}")

    def _say_later(self, effect: Effect) -> None:
        """What the provider will say of it: each thing up to three times, in any order, up to a day late."""
        said: list[Says] = ["done"] if effect.pending else []
        if self.dice.random() < 0.3 * self.trouble:
            said = ["failed"] if effect.pending else ["done", "reversed"]
            effect.back = True
        for place, says in enumerate(said, start=1):
            for _ in range(self.dice.choice([1, 1, 2, 3])):
                due = self.clock() + self.dice.choice([1.0, 40.0, 4000.0, 86400.0])
                name = f"{effect.key}-{place}"
                self.events.append((due, Notice(name, says, START_OF_WORDS, place, key=effect.key, code=says)))

    def say(self, *, everything: bool) -> list[Notice]:
        """The events that are due now; each is sent once."""
        due = [pair for pair in self.events if everything or pair[0] <= self.clock()]
        self.events = [pair for pair in self.events if pair not in due]
        self.dice.shuffle(due)
        return [notice for _, notice in due] if self.defences.notices else []

    def _what(self) -> str:
        if self.dice.random() >= self.trouble:
            return "well"
        return self.dice.choice(
            ["429", "unreachable", "lost-before", "lost-after", "lost-after", "500-done", "500-nothing-done"]
        )

    def find(self, key: str) -> Receipt | None:
        if self.dice.random() < self.trouble / 2:
            raise OutcomeUnknown("No answer.")
        lag = 30.0 if self.defences.prompt_query else 3600.0
        seen = any(one.key == key and self.clock() - one.at >= lag for one in self.effects)
        if not seen:
            return None
        pending = any(one.key == key and one.pending for one in self.effects)
        return Receipt("accepted" if pending else "done", "found")

    def times(self) -> Counter[str]:
        return Counter(effect.key for effect in self.effects)

    def came_back(self) -> set[str]:
        return {effect.key for effect in self.effects if effect.back}


@dataclass
class MailModel:
    dice: random.Random
    trouble: float = 0.0
    delivered: Counter[str] = field(default_factory=Counter)
    refused: set[str] = field(default_factory=set)
    doubtful: Counter[str] = field(default_factory=Counter)  # sends whose answer nobody saw

    def send(self, key: str) -> Answer:
        what = "well" if self.dice.random() >= self.trouble else self.dice.choice(["450", "550", "lost", "lost-after"])
        if what == "450":
            return ProviderError("Busy.", permanent=False, code="450")
        if what == "550":
            self.refused.add(key)
            return ProviderError("No such mailbox.", permanent=True, code="550")
        if what != "lost":
            self.delivered[key] += 1
        if what != "well":
            self.doubtful[key] += 1
            return OutcomeUnknown("The server fell silent.", code="lost-in-data")
        return Receipt("done", key)


class _Simulated:
    needs_money: ClassVar[bool] = False
    can_reverse: ClassVar[bool] = False
    settings_schema: ClassVar[dict[str, Any]] = {}
    instructions_schema: ClassVar[dict[str, Any]] = {}

    def __init__(self, surroundings: Any) -> None:
        self._surroundings = surroundings

    @classmethod
    async def open(cls, surroundings: Any) -> Any:
        return cls(surroundings)

    async def close(self) -> None:
        pass

    async def perform(self, window):
        async for pair in each(window, self._one, surroundings=self._surroundings):
            yield pair

    async def _one(self, envelope: Any) -> Receipt:
        schedule = SCHEDULES[envelope.mistake]
        await schedule.before_call()  # while the line is being opened
        about_to_write()
        since = schedule.money.clock()
        await schedule.before_call()  # on the open line
        if schedule.money.clock() - since > LINE_LIFE:
            raise OutcomeUnknown("The line was closed.")
        answer = self.ask(schedule, envelope)
        schedule.called(envelope.key)
        await asyncio.sleep(0)
        await schedule.before_answer()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def ask(self, schedule: Any, envelope: Any) -> Answer:
        raise AssertionError

    @classmethod
    def check(cls, settings, instructions):
        return []


class SimulatedPay(_Simulated):
    name = "simulated-pay"
    label = "A provider in this process"
    kinds = frozenset({"fix", "make good"})
    route = ""
    repeatable = True
    can_look_up = True
    key_life = timedelta(hours=23)  # an hour less than the provider's: clocks differ

    def ask(self, schedule, envelope):
        return schedule.money.pay(envelope.key, envelope.amount.minor)

    async def look_up(self, key):
        from tests.faults.workers import here

        schedule = here().schedule
        await schedule.before_call()
        found = schedule.money.find(key)
        await schedule.before_answer()
        return found


class SimulatedMail(_Simulated):
    name = "simulated-mail"
    label = "A mail server in this process"
    kinds = frozenset({"tell", "ask"})
    route = "email"
    repeatable = False
    can_look_up = False

    def ask(self, schedule, envelope):
        return schedule.mail.send(envelope.key)

    async def look_up(self, key):
        raise OutcomeUnknown("Nobody to ask.", code="no-look-up")
