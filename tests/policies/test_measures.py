"""Edges besides those of facts: what is worked out on the spot, limits of amounts and rows, lists by their length."""

from __future__ import annotations

from tests.policies.written import PARCELS, policy_of

from makegood.core.policy import Policy
from makegood.kit.columns import Columns
from makegood.policies.coverage import Item, coverage
from makegood.policies.edges import Edge, look
from makegood.policies.trials import run_tests

LIMITS = """\
facts:
  price: {type: money, currency: EUR, from: EUR 0, to: EUR 1000}
  days: {type: integer, from: 0}
  back: {type: money, currency: EUR, from: EUR 0}
parameters:
  most_paid: EUR 50
remedies:
  r:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: share, when: "days > 2", amount: {percent: "50", of: price, floor: EUR 1, cap: EUR 300}}
      - {id: all, default: true, amount: {accrue: {count: days, each: EUR 5, cap: EUR 10}}}
    excess: EUR 2
    set_off: [back]
    cap: most_paid
    minimum: {amount: EUR 1, strict: true}
    approval: {above: EUR 40, says: A person looks.}
"""
ROWS = """\
facts:
  leg: {type: text, each: true}
  price: {type: money, currency: EUR, from: EUR 0, each: true}
remedies:
  r:
    kind: fix
    basis: redress
    currency: EUR
    rows: {once_per: [leg], most: [{per: [], times: 3}, {per: [], amount: EUR 45}]}
    rules:
      - {id: all, default: true, amount: price}
tests:
  - {name: two, rows: [{leg: a, price: EUR 1}, {leg: b, price: EUR 2}], expect: {r: EUR 3}}
"""
LISTED = """\
facts:
  marks: {type: number, list: true, from: 0}
  price: {type: money, currency: EUR, from: EUR 0}
remedies:
  r:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: few, when: "list_count(marks) < 4", nothing: "Too few."}
      - {id: dear, when: "price > 'EUR 100'", amount: EUR 9}
      - {id: all, default: true, amount: EUR 5}
"""


def edges(columns: Columns, policy: Policy) -> dict[str, Edge]:
    return {f"{edge.name} {edge.edge}".strip(): edge for edge in look(columns, policy).edges}


def sides(edge: Edge) -> list[tuple[str, str, tuple[str, str, int | None]]]:
    return [(side.where, side.value, side.gets["r"]) for side in edge.sides]


def test_each_limit_of_an_amount_has_its_sides(columns: Columns) -> None:
    found = edges(columns, policy_of(LIMITS))
    assert [(one[0], one[2][2]) for one in sides(found["r cap"])][1:] == [("at", 5000), ("above", 5000)]
    assert sides(found["r cap"])[1][1] == "EUR 50.00"
    below, at, above = sides(found["r approval"])
    assert (below[2][0], at[1], at[2][0], above[2][0]) == ("owed", "EUR 40.00", "owed", "hold")
    below, at, above = sides(found["r minimum"])
    assert (below[2][0], at[1], at[2][0], above[2][0]) == ("nothing", "EUR 1.00", "nothing", "owed")
    for limit in ("r share floor", "r share cap", "r all cap", "r excess", "r set_off 1"):
        assert "at" in [side.where for side in found[limit].sides], limit


def test_a_limit_no_amount_can_meet_is_not_asked_for(columns: Columns) -> None:
    """Half of a thousand at most: a cap of six hundred is never met."""
    policy = policy_of(LIMITS.replace("cap: EUR 300", "cap: EUR 600").replace("EUR 1000", "EUR 800"))
    names = [one.name for one in coverage(columns, policy, []) if one.name.startswith("r share cap")]
    assert names == ["r share cap below"]


def test_the_limits_of_rows_are_looked_at_with_several_rows(columns: Columns) -> None:
    policy = policy_of(ROWS)
    below, at, above = sides(edges(columns, policy)["r most 1"])
    assert (below[:2], at[:2], above[:2]) == (("below", "2"), ("at", "3"), ("above", "4"))
    assert below[2][2] and at[2][2] and above[2][2] and below[2][2] < at[2][2] == above[2][2]
    touched = {one.name: one.touched for one in coverage(columns, policy, run_tests(columns, policy))}
    assert touched["r most 1 below"] and not touched["r most 1 at"] and not touched["r most 1 above"]
    assert touched["r most 2 below"]


def test_edges_are_seen_behind_the_length_of_a_list(columns: Columns) -> None:
    found = edges(columns, policy_of(LISTED))
    assert [one[2][1] for one in sides(found["list_count(marks) 4"])] == ["few", "all", "all"]
    price = found["price EUR 100.00"]
    assert price.differs and [one[2][2] for one in sides(price)] == [500, 500, 900]
    assert price.company["marks"].count(",") >= 3


def item(columns: Columns, text: str, name: str) -> Item:
    policy = policy_of(text)
    return {one.name: one for one in coverage(columns, policy, run_tests(columns, policy))}[name]


def test_two_dates_that_meet(columns: Columns) -> None:
    text = """\
facts:
  bought: {type: date}
  claimed: {type: date}
remedies:
  r:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: late, when: "claimed >= add_months(bought, 3)", nothing: "Too late."}
      - {id: all, default: true, amount: EUR 5}
tests:
  - {name: just, facts: {bought: 2026-01-31, claimed: 2026-04-29}, expect: {r: EUR 5}}
"""
    found = edges(columns, policy_of(text))["days_between(add_months(bought, 3), claimed) 0"]
    assert [(one[0], one[1], one[2][1]) for one in sides(found)] == [
        ("below", "-1", "all"), ("at", "0", "late"), ("above", "1", "late"),
    ]  # fmt: skip
    name = "days_between(add_months(bought, 3), claimed)"
    assert item(columns, text, f"{name} below 0").touched
    at = item(columns, text, f"{name} at 0")
    assert not at.touched and not at.nobody and "{id: late" in text.splitlines()[(at.place.line or 0) - 1]


def test_where_nobody_was_found_is_told_apart(columns: Columns) -> None:
    """What is taken off is never more than what it is taken off."""
    text = """\
facts:
  taken: {type: money, currency: EUR, from: EUR 0}
remedies:
  r:
    kind: fix
    basis: redress
    currency: EUR
    rules: [{id: all, default: true, amount: taken}]
    excess: "least('EUR 50', taken)"
tests:
  - {name: some, facts: {taken: EUR 60}, expect: {r: EUR 10}}
"""
    assert item(columns, text, "r excess below").nobody
    assert not item(columns, text, "r excess at").nobody
    assert item(columns, text, "r excess above").touched


def test_a_policy_of_plain_figures_has_only_its_facts(columns: Columns) -> None:
    assert [edge.name for edge in look(columns, policy_of(PARCELS)).edges] == ["days_late", "days_late"]
    assert look(columns, policy_of(PARCELS)).unseen == []


def test_the_least_of_two_has_an_edge_where_they_meet(columns: Columns) -> None:
    """Of a figure where the fact is that figure, else where the difference is nothing."""
    text = """\
facts:
  count: {type: integer, from: 0}
  fare: {type: money, currency: EUR, from: EUR 0}
  paid: {type: money, currency: EUR, from: EUR 0}
  on: {type: date}
parameters:
  most: {by: on, from: {2020-01-01: EUR 10, 2021-01-01: EUR 12}, before: EUR 9}
remedies:
  r:
    kind: fix
    basis: redress
    currency: EUR
    rules: [{id: all, default: true, amount: "least(count, 5) * least(fare, most) + greatest(paid, fare)"}]
"""
    found = edges(columns, policy_of(text))
    assert {"count 5", "(fare) - (most) 0.00", "(paid) - (fare) 0.00"} <= {name.replace("EUR ", "") for name in found}
    assert not [name for name in found if name.startswith("fare ")]
    assert found["count 5"].differs
