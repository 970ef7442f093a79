"""The engine under seeded faults: with every defence, and with one after the other switched off.

How many run is `MAKEGOOD_SCHEDULES` (200 here, 40 of each kind; `make faults` asks for 8,000).
"""

from __future__ import annotations

import os
import re

import pytest

from tests.faults.models import Defences
from tests.faults.running import run_seeds

HOLDS_WITHOUT = [
    (),
    ("prompt_query",),
    ("doorbell",),
    ("send_log",),
    ("notices",),
    ("notices", "prompt_query"),
    ("steady_clock",),
    ("prompt_query", "doorbell", "send_log"),
]
PARTS = 4  # of each kind, for processes side by side
EACH = max(10, int(os.environ.get("MAKEGOOD_SCHEDULES", "200")) // len(HOLDS_WITHOUT) // PARTS)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("without", HOLDS_WITHOUT, ids=lambda names: "-".join(names) or "all-defences")
def test_nothing_is_lost_and_nothing_happens_twice(stage, without, part):
    first = 1_000_000 * HOLDS_WITHOUT.index(without) + 100_000 * part
    result = run_seeds(stage, range(first, first + EACH), Defences().without(*without))
    assert not result.broken, "\n".join(str(one) for one in result.broken[:5])
    assert result.schedules == EACH
    assert result.struck > EACH // 3, "the faults were not really there"


def test_a_seed_does_the_same_alone_and_in_company(stage):
    from tests.faults.schedules import Batch

    company = Batch(stage, range(50, 74), Defences())
    company.run()
    for schedule in company.schedules[::3]:
        alone = Batch(stage, [schedule.seed], Defences())
        alone.run()
        again = alone.schedules[0]
        assert [_without_numbers(line) for line in again.story] == [_without_numbers(line) for line in schedule.story]
        assert sorted(again.mail.delivered.values()) == sorted(schedule.mail.delivered.values())
        assert len(again.money.effects) == len(schedule.money.effects)
        assert [worker.struck for worker in again.struck] == [worker.struck for worker in schedule.struck]


def _without_numbers(line: str) -> str:
    """Chunks are numbered in the order of the whole company."""
    return re.sub(r"chunk \d+", "chunk", line)
