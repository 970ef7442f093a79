"""The seam: one answer for each envelope, nothing sent that the guard forbids, no address kept from an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import AsyncConnection

from makegood.kit.plugins import (
    Answer,
    Envelope,
    Guard,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    Receipt,
    Surroundings,
    about_to_write,
    each,
    scrub,
)


async def _no_database() -> AsyncConnection[object]:
    raise AssertionError("no plug-in of this test needs a database")


def envelope(key: str) -> Envelope:
    return Envelope(key=key, kind="tell", brand="default", mistake="m-1", customer=1, destination={})


def answers(
    keys: list[str],
    one: Callable[[Envelope], Awaitable[Receipt]],
    *,
    connections: int = 8,
    guard: Guard | None = None,
) -> list[tuple[int, Answer]]:
    around = Surroundings(settings={}, connect=_no_database, connections=connections, guard=guard or Guard())

    async def collect() -> list[tuple[int, Answer]]:
        return [found async for found in each([envelope(key) for key in keys], one, surroundings=around)]

    return asyncio.run(collect())


async def take(given: Envelope) -> Receipt:
    """A provider whose answer is in the key."""
    if given.key == "no":
        raise ProviderError("The mailbox is full.", permanent=False, code="full", retry_after=60)
    if given.key == "silence":
        raise OutcomeUnknown("No answer.")
    return Receipt("done", reference=f"r-{given.key}")


def test_each_envelope_gets_one_answer_with_its_own_index() -> None:
    found = dict(answers(["a", "no", "silence", "b"], take))
    assert sorted(found) == [0, 1, 2, 3]
    assert found[0] == Receipt("done", "r-a")
    assert found[3] == Receipt("done", "r-b")
    assert isinstance(found[1], ProviderError)
    assert (found[1].permanent, found[1].retry_after) == (False, 60)
    assert isinstance(found[2], OutcomeUnknown)
    assert found[2].code == "no-answer"


def test_no_more_calls_are_open_than_allowed() -> None:
    open_now: set[str] = set()
    most: list[int] = []

    async def one(given: Envelope) -> Receipt:
        open_now.add(given.key)
        most.append(len(open_now))
        await asyncio.sleep(0)
        open_now.discard(given.key)
        return Receipt("done", given.key)

    assert len(answers([str(n) for n in range(20)], one, connections=3)) == 20
    assert max(most) == 3


def test_nothing_is_sent_that_the_guard_forbids() -> None:
    sent: list[str] = []

    class OnlyTwo(Guard):
        def begin(self, _envelope: Envelope) -> bool:
            return len(sent) < 2

    async def one(given: Envelope) -> Receipt:
        sent.append(given.key)
        return Receipt("done", given.key)

    found = answers(["a", "b", "c", "d"], one, connections=1, guard=OnlyTwo())
    assert len(sent) == 2
    assert sum(isinstance(answer, NotSent) for _, answer in found) == 2
    assert len(found) == 4


def test_the_guard_sees_the_begin_and_the_answer_of_each_send() -> None:
    seen: list[tuple[str, str]] = []

    class Log(Guard):
        def begin(self, envelope: Envelope) -> bool:
            seen.append(("begin", envelope.key))
            return True

        def end(self, envelope: Envelope, answer: Answer) -> None:
            seen.append((type(answer).__name__, envelope.key))

    answers(["a", "no", "silence"], take, connections=1, guard=Log())
    assert seen == [
        *(("begin", "a"), ("Receipt", "a")),
        *(("begin", "no"), ("ProviderError", "no")),
        *(("begin", "silence"), ("OutcomeUnknown", "silence")),
    ]


def test_the_guard_is_asked_once_more_before_the_first_thing_is_written() -> None:
    """Connecting took so long that the lease was over: nothing was written, and what was begun is taken back."""
    seen: list[str] = []
    lines: list[str] = []

    class Over(Guard):
        def still(self) -> bool:
            return len(lines) < 2

        def never(self, envelope: Envelope) -> None:
            seen.append(f"never {envelope.key}")

        def end(self, envelope: Envelope, answer: Answer) -> None:
            seen.append(f"end {envelope.key}")

    async def one(given: Envelope) -> Receipt:
        lines.append(given.key)
        about_to_write()
        lines.append(given.key)  # now the lease is over; the second request of what was begun still goes out
        about_to_write()
        return Receipt("done", given.key)

    found = dict(answers(["a", "b"], one, connections=1, guard=Over()))
    assert isinstance(found[0], Receipt)
    assert isinstance(found[1], NotSent)
    assert (lines, seen) == (["a", "a", "b"], ["end a", "never b"])


def test_what_is_no_send_is_not_held_up() -> None:
    about_to_write()


def test_a_bug_in_a_plug_in_is_not_an_answer() -> None:
    async def one(_given: Envelope) -> Receipt:
        raise KeyError("reference")

    with pytest.raises(KeyError):
        answers(["a"], one)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("550 5.1.1 <zoe@example.com>: unknown", "550 5.1.1 <[address]>: unknown"),
        ("call +49 (30) 1234-5678 now", "call [number] now"),
        ("card 4242424242424242 declined", "card [number] declined"),
        ("try again in 30 s, code 4711", "try again in 30 s, code 4711"),
        ("first\nsecond", "first second"),
    ],
)
def test_what_is_kept_of_a_providers_words(words: str, kept: str) -> None:
    assert scrub(words) == kept


@given(st.emails(), st.text(" abc,;:", max_size=20), st.text(" abc,;:", max_size=20))
def test_no_address_is_kept(address: str, before: str, after: str) -> None:
    assert address not in scrub(f"{before} {address} {after}")


def test_long_words_are_cut() -> None:
    assert len(scrub("x" * 500)) == 200
    assert scrub("x" * 500, limit=5) == "xxxxx"
