"""Whole customers to try something with: those of the tests, then a sample of what else there may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from makegood.core.expressions_sql import Type
from makegood.core.policy import Policy
from makegood.core.policy_rules import Fact
from makegood.kit.columns import Columns
from makegood.policies.deciding import typed_values, write_facts
from makegood.policies.grid import Grid, common_point
from makegood.policies.points import text_of
from makegood.policies.reading import Reading
from makegood.policies.trials import customer_of
from makegood.policies.walk import Point

MOST_LONG = 40
# A fact with `list` has all its values.
Whole = Point | tuple[Point | None, ...] | None
Facts = dict[str, Whole]


def company(columns: Columns, policy: Policy, reading: Reading, most: int) -> list[Facts]:
    """At least one, at most `most`, each once. Of facts of rows it is the first row."""
    found: list[Facts] = []
    words = list(policy.facts)
    if policy.tests and words:
        relation = write_facts(columns, policy, [customer_of(case) for case in policy.tests])
        found += first_rows(policy, typed_values(columns, policy, relation, words))
    common: Facts = {word: common_value(fact) for word, fact in policy.facts.items()}
    cells = {word: reading.cells(word) for word in words if not policy.facts[word].type.many and reading.cells(word)}
    grid = Grid(cells)
    lists = {word: list_values(policy, reading, word, found) for word in words if policy.facts[word].type.many}
    step = grid.size // most * 2 // 3 + 1
    for at in range(most):
        given: Facts = {word: cell.point for word, cell in grid.at(at * step % grid.size).items()}
        given |= {word: values[at % len(values)] for word, values in lists.items()}
        found.append({**common, **given})
    unlike: list[Facts] = []
    for one in found:
        if one not in unlike:
            unlike.append(one)
    return unlike[:most]


def list_values(policy: Policy, reading: Reading, word: str, met: Sequence[Facts]) -> list[Whole]:
    """Lists worth trying: those of the tests, and lists about as long as the figures that they are compared with."""
    fact = policy.facts[word]
    spots = [(spot.text, policy.names.closure(spot.expression.names)) for spot in reading.spots.values()]
    asked = [*spots, *((value, policy.names.closure([value])) for value in policy.values)]
    figures = {point for text, read in asked if word in read for point in reading.edges.get(text, ())}
    many = [int(one) for one in figures if isinstance(one, Fraction) and 0 <= one <= MOST_LONG]
    sizes = sorted({size for one in many for size in (one - 1, one, one + 1) if size >= 0})
    given = [value for facts in met if isinstance(value := facts[word], tuple)] or [(common_point(fact),)]
    found: list[Whole] = [*given, *(lengthened(fact, given[0], size) for size in sizes)]
    return list(dict.fromkeys(found))


def lengthened(fact: Fact, value: tuple[Point | None, ...], size: int) -> tuple[Point | None, ...]:
    """The list cut, or drawn out with its last value."""
    last = value[-1] if value else common_point(fact)
    return (*value, *[last] * (size - len(value)))[:size]


def common_value(fact: Fact) -> Whole:
    point = common_point(fact)
    return (point,) if fact.type.many else point


def first_rows(policy: Policy, values: Mapping[str, list[list[Point | None] | None]]) -> list[Facts]:
    """What `typed_values` gave, one customer after the other."""
    many = max((len(one) for one in values.values()), default=0)
    return [{word: _first(policy.facts[word], one[at]) for word, one in values.items()} for at in range(many)]


def _first(fact: Fact, points: list[Point | None] | None) -> Whole:
    if fact.type.many:
        return None if points is None else tuple(points)
    return (points or [None])[0]


def as_written(policy: Policy, facts: Mapping[str, Whole]) -> dict[str, str]:
    """Facts as they stand in a test; missing ones are left out."""
    return {word: written(policy.facts[word].type, value) for word, value in facts.items() if value is not None}


def written(kind: Type, value: Whole) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(text_of(kind, one) for one in value if one is not None)}]"
    return text_of(kind, value)
