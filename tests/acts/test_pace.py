"""The bucket's arithmetic, on a clock of the test's own: what a provider may count, and what the pace still yields."""

from __future__ import annotations

import asyncio
import heapq
import random
from datetime import UTC, datetime, timedelta

import pytest
from tests.engine.recovery import rows

from makegood.acts.connections import connect
from makegood.acts.pace import LONGEST, SHORTEST, draw

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def bucket(per_second: float, tokens: float = 0) -> None:
    rows(
        "INSERT INTO pace (name, per_second, tokens, filled_at) VALUES ('b/p', %s, %s, %s) RETURNING name",
        per_second,
        tokens,
        START,
    )


async def played(joining: list[float], seconds: int, *, lag: float, window: int = 64) -> list[float]:
    """When sends start, in seconds: workers join at these moments and draw, send (up to `lag` seconds later), draw."""
    luck = random.Random(4)
    db = await connect()
    turns = [(moment, number) for number, moment in enumerate(joining)]
    heapq.heapify(turns)
    starts: list[float] = []
    while turns:
        at, number = heapq.heappop(turns)
        if at > seconds:
            continue
        drawn, wait = await draw(db, "b/p", window, at=START + timedelta(seconds=at))
        late = luck.uniform(0.002, lag)
        starts += [at + late] * drawn
        heapq.heappush(turns, (at + (late if drawn else wait + luck.uniform(0, 0.01)), number))
    await db.close()
    return sorted(starts)


def busiest(starts: list[float], seconds: float = 10) -> int:
    """The most that start in any stretch of that many seconds."""
    most = first = 0
    for last, start in enumerate(starts):
        while starts[first] <= start - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.mark.parametrize(
    ("per_second", "seconds", "lag"), [(20, 30, 0.05), (20, 30, 0.15), (2, 60, 0.15), (200, 12, 0.03)]
)
def test_no_ten_seconds_overflow_and_the_pace_is_kept_while_a_third_worker_joins(database, per_second, seconds, lag):
    bucket(per_second)
    starts = asyncio.run(played([0, 0.01, seconds / 2], seconds, lag=lag))
    assert busiest(starts) <= 10 * per_second + 1
    assert len(starts) >= 0.95 * per_second * seconds


def test_a_long_silence_is_not_made_up_for(database):
    bucket(20)

    async def after_an_hour() -> list[float]:
        db = await connect()
        await draw(db, "b/p", 1, at=START)
        await db.close()
        return [at - 3600 for at in await played([3600.0], 3612, lag=0.01)]

    starts = asyncio.run(after_an_hour())
    assert busiest(starts, 1) <= 21
    assert busiest(starts) <= 201


def drawn_at(*moments: float, wanted: int = 1) -> list[tuple[int, float]]:
    async def whole():
        db = await connect()
        found = [await draw(db, "b/p", wanted, at=START + timedelta(seconds=moment)) for moment in moments]
        await db.close()
        return found

    return asyncio.run(whole())


def test_who_gets_nothing_is_told_when_to_ask_again(database):
    bucket(20)
    (none, wait), (one, _) = drawn_at(0.01, 0.01 + 0.0411)
    assert (none, one) == (0, 1)
    assert wait == pytest.approx(1 / 19.6 - 0.01)
    rows("UPDATE pace SET tokens = 0.9999, filled_at = %s RETURNING name", START)
    assert drawn_at(0.0)[0] == (0, SHORTEST)
    rows("UPDATE pace SET tokens = 0, per_second = 0.01 RETURNING name")
    assert drawn_at(0.0)[0] == (0, LONGEST)


def test_two_who_looked_at_the_clock_in_the_wrong_order_gain_nothing(database):
    bucket(20)
    found = drawn_at(0.2, 0.1, 0.2, 0.1, 0.2)
    assert [drawn for drawn, _ in found] == [1, 0, 0, 0, 0]
