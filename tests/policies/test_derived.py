"""Customers at a wanted figure: of counts, shares, waits, amounts; and what is asked of them."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest
from tests.policies.written import PARCELS, policy_of

from makegood.core.expressions_sql import Type
from makegood.core.policy import Policy
from makegood.kit.columns import Columns
from makegood.policies.company import as_written, company, first_rows
from makegood.policies.derived import beside_fact, probe, reach, write_points
from makegood.policies.points import number_told, text_of
from makegood.policies.reading import Reading
from makegood.policies.walk import Point

VALUES = """\
facts:
  total: {type: integer, from: 1, to: 44640}
  down: {type: integer, from: 0}
  price: {type: money, currency: EUR, from: EUR 0}
  back: {type: money, currency: EUR, from: EUR 0}
  rate: {type: number, from: 0, to: 1}
  sent: {type: date}
  came: {type: date}
  planned: {type: instant}
  landed: {type: instant}
  legs: {type: integer, each: true}
values:
  uptime: "100 * (total - down) / total"
  rest: "price - back"
  share: "price * rate"
  waited: "days_between(sent, came)"
  late: "minutes_between(planned, landed)"
  hours: "completed(minutes_between(planned, landed), 60)"
  flown: "legs * 2"
remedies:
  r: {kind: fix, basis: redress, currency: EUR, rules: [{id: all, default: true, nothing: No.}]}
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return policy_of(VALUES)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("uptime", Fraction(99)),
        ("uptime", Fraction("99.9")),
        ("rest", Fraction(0)),
        ("rest", Fraction(1_234)),
        ("share", Fraction(50)),
        ("waited", Fraction(14)),
        ("waited", Fraction(-1)),
        ("late", Fraction(180)),
        ("late", Fraction(-30)),
        ("hours", Fraction(3)),
    ],
)
def test_somebody_is_found_and_is_what_was_wanted(columns: Columns, policy: Policy, name: str, wanted: Point) -> None:
    others = company(columns, policy, Reading(policy).everything(), 4)
    found = list(reach(columns, policy, name, wanted, others))
    assert found
    for facts, moved in found[:3]:
        assert moved in policy.names.closure([name])
        assert probe(columns, policy, [name], [facts])[0].values[name] == wanted


@pytest.mark.parametrize(
    ("name", "wanted"), [("late", Fraction(1, 2)), ("uptime", Fraction(101)), ("share", Fraction(-1))]
)
def test_nobody_is_made_up(columns: Columns, policy: Policy, name: str, wanted: Point) -> None:
    others = company(columns, policy, Reading(policy).everything(), 4)
    assert list(reach(columns, policy, name, wanted, others)) == []


def test_a_customer_of_one_row_stands_for_what_reads_rows(columns: Columns, policy: Policy) -> None:
    (customer, *_) = company(columns, policy, Reading(policy).everything(), 1)
    (worth,) = probe(columns, policy, ["flown", "rest"], [{**customer, "legs": Fraction(3)}])
    assert worth.values["flown"] == 6 and "rest" in worth.values


def test_nobody_asked_is_nothing_answered(columns: Columns, policy: Policy) -> None:
    assert probe(columns, policy, ["rest"], []) == []


def test_facts_outside_their_limits_are_worth_nothing(columns: Columns, policy: Policy) -> None:
    (customer, *_) = company(columns, policy, Reading(policy).everything(), 1)
    assert probe(columns, policy, ["uptime"], [{**customer, "down": Fraction(-1)}])[0].values == {"uptime": None}


def test_points_become_typed_columns(columns: Columns, policy: Policy) -> None:
    (customer, *_) = company(columns, policy, Reading(policy).everything(), 1)
    made = write_points(columns, policy, [customer, {**customer, "total": Fraction(7)}])
    assert columns.fetch(f"SELECT customer_id, total, legs FROM {made}")[1] == (1, 7, [1])


def test_neighbours_come_nearer_first_and_within_the_limits(policy: Policy) -> None:
    assert list(beside_fact(policy.facts["down"], Fraction(30), up=False)) == [29]
    assert list(beside_fact(policy.facts["down"], Fraction(0), up=True)) == [1, 60, 3_600, 86_400]
    assert next(beside_fact(policy.facts["sent"], date(2026, 3, 1), up=False)) == date(2026, 2, 28)
    landed = list(beside_fact(policy.facts["landed"], datetime(2026, 1, 1), up=True))
    assert landed[:2] == [datetime(2026, 1, 1, 0, 0, 1), datetime(2026, 1, 1, 0, 1)]
    assert list(beside_fact(policy.facts["rate"], Fraction(1), up=True)) == []


def test_the_company_begins_with_the_tests_and_has_nobody_twice(columns: Columns) -> None:
    parcels = policy_of(PARCELS)
    found = company(columns, parcels, Reading(parcels).everything(), 6)
    assert found[:2] == [{"days_late": 1, "postage": 490}, {"days_late": 0, "postage": 490}]
    assert len(found) == 6 and all(found.count(one) == 1 for one in found)
    assert len(company(columns, parcels, Reading(parcels).everything(), 1)) == 1


def test_the_company_of_a_policy_without_facts_is_one(columns: Columns) -> None:
    bare = policy_of(
        "remedies:\n  r: {kind: fix, basis: redress, currency: EUR, rules: [{id: all, default: true, nothing: No.}]}\n"
    )
    assert company(columns, bare, Reading(bare).everything(), 5) == [{}]


def test_of_rows_the_first_and_of_a_list_all(columns: Columns, policy: Policy) -> None:
    text = VALUES.replace(
        "legs: {type: integer, each: true}", "legs: {type: integer, each: true}\n  l: {type: number, list: true}"
    )
    given = {"legs": [[Fraction(1), Fraction(2)], []], "l": [[Fraction(0), Fraction(1)], None], "rate": [[None], [1]]}
    assert first_rows(policy_of(text), given) == [
        {"legs": 1, "l": (0, 1), "rate": None},
        {"legs": None, "l": None, "rate": 1},
    ]
    assert as_written(policy, {"price": Fraction(490), "rate": Fraction(1, 2), "down": None}) == {
        "price": "EUR 4.90",
        "rate": "0.5",
    }


def test_a_third_is_written_as_one() -> None:
    assert number_told(Fraction(1, 3)) == "1/3" and number_told(Fraction("2.50")) == "2.5"
    assert text_of(Type("money", "EUR"), Fraction(1, 2)) == "EUR 0.005"
    assert text_of(Type("money", "EUR"), Fraction(250)) == "EUR 2.50"
