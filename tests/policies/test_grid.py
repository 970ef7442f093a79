"""Every combination of a few points, as one relation of typed facts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.policies.test_reading import RICH
from tests.policies.written import PARCELS, policy_of

from makegood.core.expressions import Type
from makegood.kit.columns import Columns
from makegood.policies.grid import Grid, common_point, fact_sql, spoken
from makegood.policies.points import Cell
from makegood.policies.reading import Reading

AB = [Cell("a", at=True), Cell("b", at=True)]
NUMBERS = [Cell(Fraction(number), at=True) for number in (1, 2, 3)]


def test_a_customers_number_says_which_points_are_theirs() -> None:
    grid = Grid({"kind": AB, "days": NUMBERS})
    assert grid.size == 6
    assert [(at["kind"].point, at["days"].point) for at in map(grid.at, range(6))] == [
        ("a", 1), ("b", 1), ("a", 2), ("b", 2), ("a", 3), ("b", 3),
    ]  # fmt: skip


def test_the_relation_has_each_combination_under_its_number(columns: Columns) -> None:
    grid = Grid({"kind": AB, "days": NUMBERS})
    sql = grid.relation({"kind": Type("text"), "days": Type("integer")})
    rows = columns.fetch(f"SELECT customer_id, kind, days FROM ({sql}) ORDER BY customer_id")
    assert rows == [(at, grid.at(at)["kind"].point, int(str(grid.at(at)["days"].point))) for at in range(6)]


def test_a_grid_without_facts_is_one_customer(columns: Columns) -> None:
    assert Grid({}).size == 1
    assert columns.fetch(Grid({}).relation({})) == [(0,)]


def test_facts_that_nothing_depends_on_are_the_same_everywhere(columns: Columns) -> None:
    policy = policy_of(PARCELS)
    reading = Reading(policy).everything()
    grid = Grid({"days_late": reading.cells("days_late")})
    rows = columns.fetch(f"SELECT * FROM ({grid.sql(policy.facts)}) ORDER BY customer_id")
    assert [row[1] for row in rows] == [0, 1, 2, 3, 4]
    assert {row[2] for row in rows} == {10_000}


def test_every_fact_has_its_type(columns: Columns) -> None:
    policy = policy_of(RICH)
    described = dict(columns.describe(Grid({}).sql(policy.facts)))
    assert described == {
        "customer_id": "BIGINT", "kind": "VARCHAR", "minutes": "BIGINT", "grace": "BIGINT", "member": "BOOLEAN",
        "price": "BIGINT", "back": "BIGINT", "event": "DATE", "parts": "BIGINT[]", "cur": "VARCHAR", "local": "BIGINT",
        "spare": "BIGINT",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "point"),
    [
        ("{type: integer}", 1),
        ("{type: integer, from: 5, to: 5}", 5),
        ("{type: integer, from: 10}", 11),
        ("{type: number, above: 0, below: 1}", Fraction(1, 2)),
        ("{type: money, currency: EUR}", 10_000),
        ("{type: text}", "other"),
        ("{type: text, one_of: [b, a]}", "b"),
        ("{type: boolean}", False),
        ("{type: date, from: 2026-05-01}", dt.date(2026, 5, 2)),
        ("{type: date}", dt.date(2026, 1, 15)),
        ("{type: instant}", dt.datetime(2026, 1, 15, 9)),
    ],
)
def test_a_plain_value_is_within_the_limits(fact: str, point: object) -> None:
    text = f"facts: {{it: {fact}}}\nremedies:\n  r: {{kind: fix, basis: redress, currency: EUR, rules: "
    policy = policy_of(f"{text}[{{id: all, default: true, nothing: No.}}]}}\n")
    assert common_point(policy.facts["it"]) == point


@pytest.mark.parametrize(
    ("fact", "point", "value"),
    [
        ("{type: number}", Fraction(5, 4), Decimal("1.25")),
        ("{type: integer, list: true}", Fraction(3), [3]),
        ("{type: integer, each: true}", Fraction(3), [3]),
        ("{type: integer, each: true, optional: true}", None, [None]),
        ("{type: integer, list: true, optional: true}", None, None),
        ("{type: date, optional: true}", None, None),
    ],
)
def test_a_point_as_a_column(columns: Columns, fact: str, point: Fraction | None, value: object) -> None:
    text = f"facts: {{it: {fact}}}\nremedies:\n  r: {{kind: fix, basis: redress, currency: EUR, rules: "
    policy = policy_of(f"{text}[{{id: all, default: true, nothing: No.}}]}}\n")
    assert columns.fetch(f"SELECT {fact_sql(policy.facts['it'], point)}") == [(value,)]


def test_facts_are_told_as_pairs() -> None:
    assert spoken({"delay_min": "200", "event": "delay"}) == "delay_min 200, event delay"
