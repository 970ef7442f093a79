"""Many seeds, batch after batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from tests.faults.models import Defences
from tests.faults.schedules import Batch, Broken
from tests.faults.stage import SLOTS, Stage


@dataclass
class Result:
    schedules: int = 0
    struck: int = 0
    broken: list[Broken] = field(default_factory=list)


def run_seeds(stage: Stage, seeds: Iterable[int], defences: Defences, *, stop_early: bool = False) -> Result:
    """`stop_early`: no further batch after one that broke."""
    result = Result()
    for batch in batches(seeds):
        made = Batch(stage, batch, defences)
        result.broken += made.run()
        result.schedules += len(batch)
        result.struck += sum(len(schedule.struck) for schedule in made.schedules)
        if stop_early and result.broken:
            break
    return result


def batches(seeds: Iterable[int]) -> Iterator[Sequence[int]]:
    """At most a stage full, and seeds of one hundred together: they share how time passes."""
    for _, hundred in groupby(seeds, key=lambda seed: seed // 100):
        found = list(hundred)
        for start in range(0, len(found), SLOTS):
            yield found[start : start + SLOTS]
