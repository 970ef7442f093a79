"""The seam when it ends early, when the guard changes its mind, and what is kept of a provider's words."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from hypothesis import given, settings
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
    each,
    scrub,
)


async def _no_database() -> AsyncConnection[object]:
    raise AssertionError("no plug-in of this test needs a database")


def around(connections: int = 8, guard: Guard | None = None) -> Surroundings:
    return Surroundings(settings={}, connect=_no_database, connections=connections, guard=guard or Guard())


def window(count: int) -> list[Envelope]:
    return [Envelope(f"k{n}", "tell", "default", "m-1", n, {}, ordinal=n) for n in range(count)]


async def collected(given: list[Envelope], one, surroundings: Surroundings) -> list[tuple[int, Answer]]:
    return [found async for found in each(given, one, surroundings=surroundings)]


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["done", "no", "silence", "stopped"]), max_size=30), st.integers(1, 9))
def test_one_answer_each_of_the_right_kind(ends: list[str], connections: int) -> None:
    class Stopping(Guard):
        def begin(self, envelope: Envelope) -> bool:
            return ends[envelope.ordinal] != "stopped"

    async def one(envelope: Envelope) -> Receipt:
        await asyncio.sleep(0)
        if ends[envelope.ordinal] == "no":
            raise ProviderError("No.", permanent=True, code="no")
        if ends[envelope.ordinal] == "silence":
            raise OutcomeUnknown("Nothing.")
        return Receipt("done", envelope.key)

    found = asyncio.run(collected(window(len(ends)), one, around(connections, Stopping())))
    assert Counter(index for index, _ in found) == Counter(range(len(ends)))
    kinds = {"done": Receipt, "no": ProviderError, "silence": OutcomeUnknown, "stopped": NotSent}
    assert all(isinstance(answer, kinds[ends[index]]) for index, answer in found)


def test_an_empty_window_has_no_answers() -> None:
    async def one(_envelope: Envelope) -> Receipt:
        raise AssertionError("nothing is sent")

    assert asyncio.run(collected([], one, around())) == []


def test_nobody_who_was_not_begun_is_ended() -> None:
    """The send log would otherwise hold an end without its begin."""
    ended: list[str] = []

    class Never(Guard):
        def begin(self, _envelope: Envelope) -> bool:
            return False

        def end(self, envelope: Envelope, _answer: Answer) -> None:
            ended.append(envelope.key)

    async def one(_envelope: Envelope) -> Receipt:
        raise AssertionError("nothing is sent")

    found = asyncio.run(collected(window(5), one, around(guard=Never())))
    assert {type(answer) for _, answer in found} == {NotSent}
    assert ended == []


def test_the_guard_is_asked_as_late_as_possible() -> None:
    """Asked at the start of the window, a lease lost half-way would be noticed too late."""
    events: list[str] = []

    class Log(Guard):
        def begin(self, envelope: Envelope) -> bool:
            events.append(f"begin {envelope.key}")
            return True

    async def one(envelope: Envelope) -> Receipt:
        await asyncio.sleep(0)
        events.append(f"sent {envelope.key}")
        return Receipt("done", envelope.key)

    asyncio.run(collected(window(3), one, around(1, Log())))
    assert events == ["begin k0", "sent k0", "begin k1", "sent k1", "begin k2", "sent k2"]


def test_who_stops_listening_stops_the_sending() -> None:
    sent: list[str] = []

    async def one(envelope: Envelope) -> Receipt:
        sent.append(envelope.key)
        await asyncio.sleep(0)
        return Receipt("done", envelope.key)

    async def first_only() -> None:
        answers = each(window(50), one, surroundings=around(1))
        async for _ in answers:
            break
        await answers.aclose()  # type: ignore[attr-defined] # an async generator has it
        await asyncio.sleep(0.01)

    asyncio.run(first_only())
    assert 1 <= len(sent) < 50


def test_a_cancelled_worker_leaves_a_begin_without_an_end() -> None:
    """That is what makes the act unknown: begun, and nobody knows how it ended."""
    seen: list[str] = []

    class Log(Guard):
        def begin(self, envelope: Envelope) -> bool:
            seen.append(f"begin {envelope.key}")
            return True

        def end(self, envelope: Envelope, _answer: Answer) -> None:
            seen.append(f"end {envelope.key}")

    async def one(_envelope: Envelope) -> Receipt:
        await asyncio.Event().wait()
        raise AssertionError("nobody answers")

    async def cancelled() -> None:
        task = asyncio.create_task(collected(window(1), one, around(1, Log())))
        while not seen:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert seen == ["begin k0"]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("", ""),
        ("ok", "ok"),
        ("to:<ann@example.com>,<bob@example.com>", "to:<[address]>,<[address]>"),
        ("'ann@example.com'", "'[address]'"),
        ("ann@localhost refused", "[address] refused"),
        ("ünï@exämple.com", "[address]"),
        ("mailto:ann@example.com?x=1", "mailto:[address]"),
        ("+4930123456789", "[number]"),
        ("030/123 456-78", "[number]"),
        ("(030) 12345678", "([number]"),
        ("DE89 3704 0044 0532 0130 00", "DE89 [number]"),
        ("4000-0000-0000-0002", "[number]"),
        ("status 404", "status 404"),
        ("2026-01-31", "[number]"),
        ("a\nb\r\nc", "a b\r c"),
    ],
)
def test_what_is_kept(words: str, kept: str) -> None:
    assert scrub(words) == kept


@settings(max_examples=60)
@given(st.text(alphabet="0123456789 -/()+", min_size=9, max_size=40))
def test_no_nine_digits_in_a_row_are_kept(words: str) -> None:
    assert not any(part.isdigit() and len(part) >= 9 for part in scrub(words).replace("-", " ").split())


def test_an_error_keeps_what_the_engine_decides_by() -> None:
    error = ProviderError("Full.", permanent=False, code="full", retry_after=60)
    assert (str(error), error.words, error.permanent, error.code, error.retry_after) == (
        "Full.",
        "Full.",
        False,
        "full",
        60,
    )
    assert OutcomeUnknown("Nothing.").code == "no-answer"
    assert Receipt("done", "r").code == "ok"
