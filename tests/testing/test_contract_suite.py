"""The contract suite is worth what it catches: an honest plug-in passes, each kind of liar fails the right test."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar

import pytest

from makegood.kit.errors import BadInput, Finding
from makegood.kit.kept import schema_findings
from makegood.kit.money import exponent
from makegood.kit.plugins import Answer, Envelope, NotSent, ProviderError, Receipt, Surroundings
from makegood.testing.contract import EMAIL, NAME, PluginContract, made_up, nonsense_currency, same

EMPTY = {"type": "object", "additionalProperties": False, "properties": {}}


class Honest:
    """A remedy whose provider is a dictionary; `effects` counts what happened in it."""

    name: ClassVar[str] = "honest"
    label: ClassVar[str] = "A shelf of coins"
    kinds: ClassVar[frozenset[str]] = frozenset({"fix"})
    route: ClassVar[str] = ""
    needs_money: ClassVar[bool] = True
    repeatable: ClassVar[bool] = True
    can_look_up: ClassVar[bool] = True
    can_reverse: ClassVar[bool] = True
    settings_schema: ClassVar[dict[str, Any]] = EMPTY
    instructions_schema: ClassVar[dict[str, Any]] = EMPTY
    shelf: ClassVar[Counter[str]] = Counter()
    back: ClassVar[set[str]] = set()

    def __init__(self, surroundings: Surroundings) -> None:
        self.guard = surroundings.guard

    @classmethod
    async def open(cls, surroundings: Surroundings) -> Honest:
        return cls(surroundings)

    async def close(self) -> None:
        return None

    async def perform(self, window: Sequence[Envelope]) -> AsyncIterator[tuple[int, Answer]]:
        for index, envelope in enumerate(window):
            await asyncio.sleep(0)
            yield index, self.one(envelope)

    def one(self, envelope: Envelope) -> Answer:
        if no := self.refusal(envelope):
            return no
        if not self.guard.begin(envelope):
            return NotSent("no")
        if envelope.key in self.back:
            return ProviderError("taken back", permanent=True, code="reversed")
        self.shelf[envelope.key] = 1
        return Receipt("done", f"coin-{envelope.key}")

    def refusal(self, envelope: Envelope) -> ProviderError | None:
        if envelope.amount is None or not 0 < envelope.amount.minor < 10**15:
            return ProviderError("no such amount", permanent=True, code="bad-amount")
        try:
            exponent(envelope.amount.currency)
        except BadInput as no:
            return ProviderError(no.what, permanent=True, code="bad-amount")
        return None

    async def look_up(self, key: str) -> Receipt | None:
        return Receipt("done", f"coin-{key}") if self.shelf[key] else None

    async def reverse(self, key: str) -> Receipt:
        if not self.shelf[key]:
            raise ProviderError("nothing there", permanent=True, code="nothing-to-reverse")
        self.back.add(key)
        return Receipt("done", f"back-{key}")

    @classmethod
    def check(cls, settings: Mapping[str, Any], instructions: Mapping[str, Any]) -> list[Finding]:
        return schema_findings(cls, settings, instructions)


class PaysTwice(Honest):
    def one(self, envelope: Envelope) -> Answer:
        before = self.shelf[envelope.key]
        answer = super().one(envelope)
        self.shelf[envelope.key] += before if isinstance(answer, Receipt) else 0
        return answer


class SaysDoneDoesNothing(Honest):
    def one(self, envelope: Envelope) -> Answer:
        return self.refusal(envelope) or Receipt("done", "coin")


class DoesNotSayAll(Honest):
    async def perform(self, window: Sequence[Envelope]) -> AsyncIterator[tuple[int, Answer]]:
        async for index, answer in super().perform(window[:-1]):
            yield index, answer


class AnswersTwice(Honest):
    async def perform(self, window: Sequence[Envelope]) -> AsyncIterator[tuple[int, Answer]]:
        async for index, answer in super().perform(window):
            yield index, answer
            yield index, answer


class Forgets(Honest):
    async def look_up(self, key: str) -> Receipt | None:
        return None


class Invents(Honest):
    async def look_up(self, key: str) -> Receipt | None:
        return Receipt("done", f"coin-{key}")


class PaysAnything(Honest):
    def refusal(self, envelope: Envelope) -> ProviderError | None:
        return None


class IgnoresTheGuard(Honest):
    def one(self, envelope: Envelope) -> Answer:
        self.guard.begin = lambda _envelope: True
        return super().one(envelope)


class Gossips(Honest):
    def one(self, envelope: Envelope) -> Answer:
        answer = super().one(envelope)
        return Receipt("done", "coin", words=f"paid {NAME}") if isinstance(answer, Receipt) else answer


class GivesAgain(Honest):
    async def reverse(self, key: str) -> Receipt:
        receipt = await super().reverse(key)
        self.back.discard(key)
        return receipt


class TakesBackWhatNeverWas(Honest):
    async def reverse(self, key: str) -> Receipt:
        self.back.add(key)
        return Receipt("done", f"back-{key}")


class FindsNothingWrong(Honest):
    @classmethod
    def check(cls, settings: Mapping[str, Any], instructions: Mapping[str, Any]) -> list[Finding]:
        return []


class HidesThatItRepeats(Honest):
    repeatable: ClassVar[bool] = False


class HidesThatItLooksUp(Honest):
    can_look_up: ClassVar[bool] = False


class HidesThatItReverses(Honest):
    can_reverse: ClassVar[bool] = False


class Suite(PluginContract):
    __test__ = False

    def __init__(self, plugin: type[Honest]) -> None:
        self.plugin = plugin

    def surroundings(self) -> Surroundings:
        async def no_database() -> Any:
            raise AssertionError("not asked")

        return Surroundings({}, no_database)

    def effects(self, key: str) -> int:
        return Honest.shelf[key]


TESTS = sorted(name for name in dir(PluginContract) if name.startswith("test_"))


def failing(plugin: type[Honest]) -> set[str]:
    """The names of the contract's tests that fail for a plug-in."""
    failed = set()
    for name in TESTS:
        try:
            getattr(Suite(plugin), name)()
        except AssertionError:
            failed.add(name.removeprefix("test_"))
    return failed


def test_an_honest_plugin_passes_every_test() -> None:
    assert failing(Honest) == set()
    assert len(TESTS) >= 13


@pytest.mark.parametrize(
    ("liar", "caught"),
    [
        (PaysTwice, "same_key_again"),
        (PaysTwice, "same_keys_from_two_workers_at_once"),
        (SaysDoneDoesNothing, "every_envelope_gets_one_answer"),
        (DoesNotSayAll, "every_envelope_gets_one_answer"),
        (AnswersTwice, "every_envelope_gets_one_answer"),
        (Forgets, "look_up"),
        (Invents, "look_up"),
        (PaysAnything, "impossible_amounts_are_refused"),
        (IgnoresTheGuard, "nothing_starts_once_the_guard_says_no"),
        (Gossips, "no_answer_repeats_a_personal_value"),
        (GivesAgain, "reverse"),
        (TakesBackWhatNeverWas, "reverse"),
        (FindsNothingWrong, "describes_itself"),
        (HidesThatItRepeats, "same_key_again"),
        (HidesThatItLooksUp, "look_up"),
        (HidesThatItReverses, "reverse"),
    ],
)
def test_each_kind_of_liar_is_caught(liar: type[Honest], caught: str) -> None:
    with pytest.raises((AssertionError, KeyError)):
        getattr(Suite(liar), f"test_{caught}")()


def test_made_up_envelopes_fit_the_plugin() -> None:
    paid = made_up(Honest)
    assert (paid.kind, paid.words, paid.amount is not None) == ("fix", None, True)
    assert paid.destination["email"] == EMAIL
    assert made_up(Honest).key != paid.key
    assert made_up(Honest, key="k", customer=7, amount=None).customer == 7
    bad = nonsense_currency(5)
    assert (bad.minor, bad.currency) == (5, "XQZ")
    with pytest.raises(BadInput):
        exponent(bad.currency)


def test_same_compares_what_counts() -> None:
    done, no = Receipt("done", "1", words="a"), ProviderError("x", permanent=True, code="c")
    assert same(done, Receipt("done", "1", words="b")) and same(no, ProviderError("y", permanent=True, code="c"))
    assert not same(done, Receipt("accepted", "1")) and not same(done, Receipt("done", "2"))
    assert not same(no, done) and not same(no, ProviderError("x", permanent=True, code="d"))
