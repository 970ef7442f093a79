"""Whole customers to try something with: those of the tests, then a sample of what else there may be."""

from __future__ import annotations

from collections.abc import Mapping

from makegood.core.policy import Policy
from makegood.kit.columns import Columns
from makegood.policies.deciding import typed_values, write_facts
from makegood.policies.grid import Grid, common_point
from makegood.policies.points import text_of
from makegood.policies.reading import Reading
from makegood.policies.trials import customer_of
from makegood.policies.walk import Point

Facts = dict[str, Point | None]


def company(columns: Columns, policy: Policy, reading: Reading, most: int) -> list[Facts]:
    """At least one, at most `most`, each once. Of facts of rows it is the first row, of lists the first value."""
    found: list[Facts] = []
    words = list(policy.facts)
    if policy.tests and words:
        relation = write_facts(columns, policy, [customer_of(case) for case in policy.tests])
        found += first_rows(typed_values(columns, policy, relation, words))
    common: Facts = {word: common_point(fact) for word, fact in policy.facts.items()}
    cells = {word: reading.cells(word) for word in words if not policy.facts[word].type.many and reading.cells(word)}
    grid = Grid(cells)
    step = grid.size // most * 2 // 3 + 1
    for at in range(most):
        found.append({**common, **{word: cell.point for word, cell in grid.at(at * step % grid.size).items()}})
    unlike: list[Facts] = []
    for one in found:
        if one not in unlike:
            unlike.append(one)
    return unlike[:most]


def first_rows(values: Mapping[str, list[list[Point | None]]]) -> list[Facts]:
    """What `typed_values` gave, one customer after the other; of several values the first."""
    many = max((len(one) for one in values.values()), default=0)
    return [{word: (points[at] or [None])[0] for word, points in values.items()} for at in range(many)]


def as_written(policy: Policy, facts: Mapping[str, Point | None]) -> dict[str, str]:
    """Facts as they stand in a test; missing ones are left out."""
    return {word: text_of(policy.facts[word].type, point) for word, point in facts.items() if point is not None}
