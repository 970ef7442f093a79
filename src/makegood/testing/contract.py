"""The contract every remedy and channel passes: subclass `PluginContract`, say how to open one, count its effects.

    class TestMine(PluginContract):
        plugin = Mine

        def surroundings(self) -> Surroundings: ...
        def effects(self, key: str) -> int: ...      # counted at the provider, not through the plug-in

Wherever a plug-in declares less (`repeatable`, `can_look_up`, `can_reverse`), the suite asserts that it says so
instead of guessing. Envelopes hold canary values; no answer may repeat one.
"""

from __future__ import annotations

import asyncio
import secrets
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from jsonschema import Draft202012Validator

from makegood.kit.looking import FindsByAct
from makegood.kit.money import Money
from makegood.kit.plugins import (
    Answer,
    Envelope,
    Guard,
    NotSent,
    OutcomeUnknown,
    Plugin,
    ProviderError,
    Receipt,
    Surroundings,
    Words,
)

NAME, EMAIL, PHONE, STREET = "Wilhelmina Canary", "wilhelmina.canary@mail.example", "+49 1511 2345678", "Aviary Lane 77"
CANARIES = ("Wilhelmina", "canary@mail", "1511 2345678", "15112345678", "Aviary Lane")
NOWHERE = Money(100, "USD")


def made_up(plugin: type[Plugin], *, key: str | None = None, number: int = 1, **changes: Any) -> Envelope:
    """An envelope of the right kind for the plug-in with a fresh key; `changes` replace fields."""
    talks = bool({"tell", "ask"} & plugin.kinds)
    words = Words("About your order", f"Dear {NAME},\n\nwe are sorry.\n", f"<p>Dear {NAME}</p>", "d" * 64)
    envelope = Envelope(
        key=key or f"mg-{secrets.token_hex(20)}",
        kind="tell" if talks else "fix",
        brand="contract",
        mistake="m-contract",
        customer=number,
        destination={"name": NAME, "email": EMAIL, "phone": PHONE, "post": f"{STREET}\n12345 Town", "language": "en"},
        amount=Money(500, "USD") if plugin.needs_money else None,
        words=words if talks else None,
        reason="You were charged twice.",
        facts={"order": "A-4711", "customer_key": "c-17"},
    )
    return replace(envelope, **changes)


def nonsense_currency(minor: int = 100) -> Money:
    """An amount that `Money` itself refuses to make: what a plug-in would see if a check above it failed."""
    money = object.__new__(Money)
    object.__setattr__(money, "minor", minor)
    object.__setattr__(money, "currency", "XQZ")
    return money


async def answers(plugin: Plugin, window: Sequence[Envelope]) -> dict[int, Answer]:
    """Performs a window. Fails when an index is answered twice."""
    found: dict[int, Answer] = {}
    async for index, answer in plugin.perform(window):
        assert index not in found, f"envelope {index} was answered twice"
        found[index] = answer
    return found


def same(one: Answer, other: Answer) -> bool:
    if isinstance(one, Receipt) and isinstance(other, Receipt):
        return (one.status, one.reference) == (other.status, other.reference)
    return type(one) is type(other) and getattr(one, "code", "") == getattr(other, "code", "")


class Closed(Guard):
    def begin(self, _envelope: Envelope) -> bool:
        return False


class PluginContract(ABC):
    """Methods to override are `surroundings` and `effects`; `envelope`, `refused` and `busy` where it makes sense."""

    plugin: type[Plugin]

    @abstractmethod
    def surroundings(self) -> Surroundings:
        """What to open the plug-in with."""

    @abstractmethod
    def effects(self, key: str) -> int:
        """How often the act of this key took effect at the provider, counted without the plug-in."""

    def envelope(self, **changes: Any) -> Envelope:
        """A good envelope with a fresh key."""
        return made_up(self.plugin, **changes)

    def refused(self) -> Envelope | None:
        """An envelope the provider refuses for ever, or None where there is no such thing."""
        return None

    def busy(self) -> Envelope | None:
        """Arranges that the provider refuses the next envelope for now, and gives it; None where it never does."""
        return None

    async def _with(self, window: Sequence[Envelope]) -> dict[int, Answer]:
        plugin = await self.plugin.open(self.surroundings())
        try:
            return await answers(plugin, window)
        finally:
            await plugin.close()

    async def _look_up(self, *envelopes: Envelope) -> list[Receipt | None]:
        plugin = await self.plugin.open(self.surroundings())
        try:
            if isinstance(plugin, FindsByAct):
                return [await plugin.look_up_for(envelope) for envelope in envelopes]
            return [await plugin.look_up(envelope.key) for envelope in envelopes]
        finally:
            await plugin.close()

    async def _reverse(self, plugin: Plugin, envelope: Envelope) -> Receipt | ProviderError:
        try:
            if isinstance(plugin, FindsByAct):
                return await plugin.reverse_for(envelope)
            return await plugin.reverse(envelope.key)
        except ProviderError as no:
            return no

    def test_describes_itself(self) -> None:
        plugin = self.plugin
        assert plugin.name == plugin.name.lower() and plugin.label
        assert plugin.kinds and plugin.kinds <= {"tell", "fix", "make good", "ask"}
        assert plugin.route in {"", "email", "phone", "post"}
        for schema in (plugin.settings_schema, plugin.instructions_schema):
            Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
        findings = plugin.check({"no-such-setting": 1}, {})
        assert any("no-such-setting" in finding.what for finding in findings), "unknown settings must be found"

    def test_every_envelope_gets_one_answer(self) -> None:
        window = [self.envelope(number=n) for n in range(25)]
        found = asyncio.run(self._with(window))
        assert sorted(found) == list(range(25))
        assert all(isinstance(answer, Receipt) for answer in found.values()), found
        assert [self.effects(envelope.key) for envelope in window] == [1] * 25

    def test_empty_window(self) -> None:
        assert asyncio.run(self._with([])) == {}

    def test_same_key_again(self) -> None:
        envelope = self.envelope()
        if not self.plugin.repeatable:
            asyncio.run(self._with([envelope]))
            asyncio.run(self._with([envelope]))
            assert self.effects(envelope.key) == 2, "it takes effect once: declare it repeatable"
            return
        within = asyncio.run(self._with([envelope, envelope]))
        after = asyncio.run(self._with([envelope]))
        assert self.effects(envelope.key) == 1
        assert same(within[0], within[1]) and same(within[0], after[0]), (within, after)

    def test_same_keys_from_two_workers_at_once(self) -> None:
        if not self.plugin.repeatable:
            return
        window = [self.envelope(number=n) for n in range(20)]

        async def both() -> tuple[dict[int, Answer], dict[int, Answer]]:
            return await asyncio.gather(self._with(window), self._with(window[::-1]))

        one, other = asyncio.run(both())
        for index, envelope in enumerate(window):
            assert self.effects(envelope.key) == 1
            # A provider may say "in progress" to the second one: then it must not be a permanent no.
            for answer in (one[index], other[len(window) - 1 - index]):
                assert isinstance(answer, Receipt) or not getattr(answer, "permanent", False), answer

    def test_look_up(self) -> None:
        envelope = self.envelope()
        if not self.plugin.can_look_up:
            try:
                asyncio.run(self._look_up(envelope))
            except (OutcomeUnknown, ProviderError):
                return
            raise AssertionError("it declares that it cannot look up, yet it answers")
        made = asyncio.run(self._with([envelope]))[0]
        never = replace(envelope, key=f"{envelope.key}-never")
        found, absent = asyncio.run(self._look_up(envelope, never))
        assert found is not None and same(made, found), (made, found)
        assert absent is None

    def test_reverse(self) -> None:
        envelope = self.envelope()

        async def whole() -> list[Any]:
            plugin = await self.plugin.open(self.surroundings())
            said: list[Any] = []
            try:
                await answers(plugin, [envelope])
                for one in (envelope, envelope, replace(envelope, key=f"{envelope.key}-never")):
                    said.append(await self._reverse(plugin, one))
                said.append((await answers(plugin, [envelope]))[0])
            finally:
                await plugin.close()
            return said

        first, second, never, again = asyncio.run(whole())
        assert isinstance(never, ProviderError) and never.permanent
        if not self.plugin.can_reverse:
            assert isinstance(first, ProviderError) and first.permanent
            return
        assert isinstance(first, Receipt) and isinstance(second, Receipt) and same(first, second)
        assert isinstance(again, ProviderError), "what was taken back must not be given again under the same key"

    def test_impossible_amounts_are_refused(self) -> None:
        if not self.plugin.needs_money:
            return
        bad = [Money(-100, "USD"), Money(0, "USD"), nonsense_currency(), Money(10**19, "USD"), None]
        window = [self.envelope(amount=amount) for amount in bad]
        found = asyncio.run(self._with(window))
        for index, envelope in enumerate(window):
            answer = found[index]
            assert isinstance(answer, ProviderError) and answer.permanent, (envelope.amount, answer)
            assert self.effects(envelope.key) == 0

    def test_one_bad_envelope_does_not_stop_the_others(self) -> None:
        bad = self.refused()
        if bad is None:
            return
        good = [self.envelope(number=n) for n in range(4)]
        found = asyncio.run(self._with([*good[:2], bad, *good[2:]]))
        answer = found[2]
        assert isinstance(answer, ProviderError) and answer.permanent and answer.code, answer
        assert self.effects(bad.key) == 0
        assert [self.effects(envelope.key) for envelope in good] == [1] * 4

    def test_a_busy_provider_is_not_a_permanent_no(self) -> None:
        busy = self.busy()
        if busy is None:
            return
        answer = asyncio.run(self._with([busy]))[0]
        assert isinstance(answer, ProviderError) and not answer.permanent, answer
        assert self.effects(busy.key) == 0

    def test_nothing_starts_once_the_guard_says_no(self) -> None:
        window = [self.envelope() for _ in range(3)]

        async def guarded() -> dict[int, Answer]:
            plugin = await self.plugin.open(replace(self.surroundings(), guard=Closed()))
            try:
                return await answers(plugin, window)
            finally:
                await plugin.close()

        found = asyncio.run(guarded())
        assert [type(found[index]) for index in range(3)] == [NotSent] * 3
        assert [self.effects(envelope.key) for envelope in window] == [0] * 3

    def test_no_answer_repeats_a_personal_value(self) -> None:
        window = [self.envelope(), *(envelope for envelope in (self.refused(),) if envelope)]
        for answer in asyncio.run(self._with(window)).values():
            said = f"{answer} {getattr(answer, 'reference', '')} {getattr(answer, 'words', '')} {answer!r}"
            assert not [canary for canary in CANARIES if canary in said], said

    def test_cancelled_in_mid_window(self) -> None:
        """Whatever a cancelled window did is found again, and doing it again leaves one effect of each."""
        for pause in (0, 1, 2, 4, 8, 16, 32, 64):
            window = [self.envelope(number=n) for n in range(20)]
            asyncio.run(self._cancel_after(pause, window))
            before = {envelope.key: self.effects(envelope.key) for envelope in window}
            assert max(before.values()) <= 1
            if self.plugin.can_look_up:
                found = asyncio.run(self._look_up(*window))
                for (key, count), receipt in zip(before.items(), found, strict=True):
                    # A call that was on its way may still land: then it is found, or the next look-up finds it.
                    assert receipt is not None or count == 0
                    assert receipt is None or self.effects(key) == 1
            if self.plugin.repeatable:
                again = asyncio.run(self._with(window))
                assert Counter(type(answer) for answer in again.values()) == {Receipt: 20}
                assert [self.effects(envelope.key) for envelope in window] == [1] * 20

    async def _cancel_after(self, turns: int, window: Sequence[Envelope]) -> None:
        """Cancels after so many turns of the loop: the moments differ, the clock is not asked."""
        plugin = await self.plugin.open(self.surroundings())
        task = asyncio.create_task(answers(plugin, window))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        await plugin.close()
