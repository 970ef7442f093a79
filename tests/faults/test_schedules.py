"""The engine under seeded faults: with every defence, and with one after the other switched off.

How many schedules of each kind run is `MAKEGOOD_SCHEDULES` (40 here; `make faults` asks for 2,000).
"""

from __future__ import annotations

import os
import re

import pytest

from tests.faults.models import Defences
from tests.faults.running import run_seeds

SCHEDULES = int(os.environ.get("MAKEGOOD_SCHEDULES", "40"))
HOLDS_WITHOUT = [(), ("prompt_query",), ("doorbell",), ("send_log",), ("prompt_query", "doorbell", "send_log")]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("without", HOLDS_WITHOUT, ids=lambda names: "-".join(names) or "all-defences")
def test_nothing_is_lost_and_nothing_happens_twice(stage, without):
    first = 10_000 * HOLDS_WITHOUT.index(without)
    result = run_seeds(stage, range(first, first + SCHEDULES), Defences().without(*without))
    assert not result.broken, "\n".join(str(one) for one in result.broken[:5])
    assert result.schedules == SCHEDULES
    assert result.struck > SCHEDULES // 2, "the faults were not really there"


def test_a_seed_does_the_same_alone_and_in_company(stage):
    from tests.faults.schedules import Batch

    company = Batch(stage, range(100, 112), Defences())
    company.run()
    for schedule in (company.schedules[3], company.schedules[9]):
        alone = Batch(stage, [schedule.seed], Defences())
        alone.run()
        again = alone.schedules[0]
        assert [_without_numbers(line) for line in again.story] == [_without_numbers(line) for line in schedule.story]
        assert sorted(again.mail.delivered.values()) == sorted(schedule.mail.delivered.values())
        assert len(again.money.effects) == len(schedule.money.effects)


def _without_numbers(line: str) -> str:
    """Chunks are numbered in the order of the whole company."""
    return re.sub(r"chunk \d+", "chunk", line)
