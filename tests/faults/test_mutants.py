"""Planted mistakes are noticed, all of them."""

from __future__ import annotations

import pytest

from tests.faults.asked import when_asked
from tests.faults.mutants import MUTANTS, NOT_YET, Mutant, meet, planted

LIST = range(1, 31)  # the mistakes to plant; what comes after them are our own


def test_every_mistake_of_the_list_is_planted_or_says_why_not() -> None:
    there = {mutant.number for mutant in MUTANTS}
    assert there & set(NOT_YET) == set()
    assert set(LIST) == (there & set(LIST)) | set(NOT_YET)
    assert len(there) == len(MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: f"{one.number}-{one.name.replace(' ', '-')}")
def test_the_text_to_change_is_still_there(mutant: Mutant, tmp_path) -> None:
    source = planted(mutant, tmp_path)
    for name, _, instead in mutant.changes:
        assert instead in (source / "makegood" / name).read_text(encoding="utf-8")


@when_asked
@pytest.mark.timeout(900)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: f"{one.number}-{one.name.replace(' ', '-')}")
def test_it_is_noticed(mutant: Mutant, server) -> None:
    met = meet(mutant, server.home)
    assert met.caught, met.by
