"""What tests touch, one kind of thing at a time: rules of all sorts, rows, figures, words, gaps, lists."""

from __future__ import annotations

import pytest
from tests.policies.written import policy_of

from makegood.kit.columns import Columns
from makegood.policies.coverage import Item, coverage
from makegood.policies.trials import run_tests

WORKING = """\
facts:
  days: {type: integer, from: 0}
  price: {type: money, currency: EUR, from: EUR 0}
  event: {type: date}
  kind: {type: text, one_of: [air, rail, sea]}
  stars: {type: integer, optional: true}
  member: {type: boolean}
parameters:
  daily: {by: event, from: {2019-04-01: EUR 8.00, 2021-04-01: EUR 8.06}}
  limit_paid: EUR 100
tables:
  share:
    rows:
      - {id: early, days: "< 3", give: 25}
      - {id: late, days: ">= 3", give: 50}
    otherwise: {undefined: "That cannot be."}
  tier:
    rows:
      - {id: sea, kind: sea, give: 1}
      - {id: few, stars: missing, give: 2}
    otherwise: {give: 3}
remedies:
  paid:
    kind: fix
    basis: redress
    currency: EUR
    exclude:
      - {id: storm, when: "kind = 'sea'", unless: member, says: "There was a storm."}
    rules:
      - {id: small, when: "price < 'EUR 5.00'", nothing: "It is too little."}
      - {id: dear, when: "tier = 3 AND price > 'EUR 900.00'", hold: "A person looks."}
      - {id: share, default: true, amount: "percent(share, price) + daily"}
    add:
      - {id: very-late, when: "days > 10", amount: EUR 20, says: "Very late."}
    reduce:
      - {id: guest, when: "NOT member", percent: "10", says: "A guest."}
    cap: limit_paid
"""
PLAIN = "event: 2020-01-01, price: EUR 50, days: 1, kind: air, member: true"


def items(columns: Columns, *cases: str) -> dict[str, Item]:
    lines = "".join(
        f"  - {{name: t{at}, facts: {{{case}}}, expect: {{paid: {{}}}}}}\n" for at, case in enumerate(cases)
    )
    policy = policy_of(WORKING + (f"tests:\n{lines}" if cases else ""))
    return {one.name: one for one in coverage(columns, policy, run_tests(columns, policy))}


def met(columns: Columns, kind: str, *cases: str) -> set[str]:
    return {name for name, one in items(columns, *cases).items() if one.kind == kind and one.touched}


def changed(**facts: str) -> str:
    parts = dict(part.split(": ", 1) for part in PLAIN.split(", "))
    return ", ".join(f"{word}: {text}" for word, text in {**parts, **facts}.items())


def test_each_thing_has_its_kind_and_its_place(columns: Columns) -> None:
    found = items(columns)
    assert [name for name, one in found.items() if one.kind == "rule"] == [
        "paid/storm", "paid/small", "paid/dear", "paid/share", "paid/very-late", "paid/guest",
    ]  # fmt: skip
    assert [name for name, one in found.items() if one.kind == "figure"] == ["daily@2019-04-01", "daily@2021-04-01"]
    lines = WORKING.splitlines()
    assert "{id: dear" in lines[(found["paid/dear"].place.line or 0) - 1]
    assert "{id: few" in lines[(found["tier#few"].place.line or 0) - 1]
    assert lines[(found["price at EUR 5.00"].place.line or 0) - 1].strip().startswith("price:")


def test_an_otherwise_that_nobody_can_fall_to_is_not_asked_for(columns: Columns) -> None:
    rows = [name for name, one in items(columns).items() if one.kind == "row"]
    assert rows == ["share#early", "share#late", "tier#sea", "tier#few", "tier#otherwise"]


@pytest.mark.parametrize(
    ("case", "rules"),
    [
        (changed(), {"paid/share"}),
        (changed(kind="sea", member="false"), {"paid/storm"}),
        (changed(kind="sea"), {"paid/share"}),
        (changed(price="EUR 4.99"), {"paid/small"}),
        (changed(price="EUR 901", stars="3"), {"paid/dear"}),
        (changed(days="11"), {"paid/share", "paid/very-late"}),
        (changed(member="false"), {"paid/share", "paid/guest"}),
    ],
)
def test_rules_exclusions_additions_and_reductions(columns: Columns, case: str, rules: set[str]) -> None:
    assert met(columns, "rule", case) == rules


def test_rows_of_tables_that_were_read(columns: Columns) -> None:
    assert met(columns, "row", changed()) == {"share#early", "tier#few"}
    assert met(columns, "row", changed(days="4", stars="5")) == {"share#late", "tier#otherwise"}
    assert met(columns, "row", changed(price="EUR 4")) == set()


def test_figures_by_their_date(columns: Columns) -> None:
    assert met(columns, "figure", changed()) == {"daily@2019-04-01"}
    assert met(columns, "figure", changed(event="2021-04-01")) == {"daily@2021-04-01"}
    assert met(columns, "figure", changed(event="2018-01-01")) == set()


def test_edges_below_at_and_above(columns: Columns) -> None:
    assert met(columns, "edge", changed()) == {
        "days below 3", "price between EUR 5.00 and EUR 900.00", "event between 2019-04-01 and 2021-04-01", "kind air",
        "member true", "paid cap below",
    }  # fmt: skip
    more = met(columns, "edge", changed(days="3", price="EUR 900", event="2021-04-01", kind="sea", member="false"))
    assert {"days at 3", "price at EUR 900.00", "event at 2021-04-01", "kind sea", "member false"} <= more


def test_a_gap_is_an_edge_of_what_may_be_missing(columns: Columns) -> None:
    text = WORKING.replace("{id: few, stars: missing, give: 2}", '{id: few, stars: "< 3", give: 2}')
    policy = policy_of(text)
    names = [one.name for one in coverage(columns, policy, [])]
    assert [name for name in names if name.startswith("stars")] == [
        "stars below 3", "stars at 3", "stars above 3", "stars missing",
    ]  # fmt: skip


def test_facts_of_rows_are_touched_by_each_row(columns: Columns) -> None:
    policy = policy_of(
        """\
facts:
  minutes: {type: integer, from: 0, each: true}
remedies:
  paid:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: late, when: "minutes > 60", amount: EUR 5}
      - {id: other, default: true, nothing: "In time."}
tests:
  - {name: two, rows: [{minutes: 30}, {minutes: 60}], expect: {paid: nothing}}
  - {name: one, rows: [{minutes: 61}], expect: {paid: EUR 5}}
"""
    )
    trials = run_tests(columns, policy)
    assert all(trial.passed for trial in trials)
    assert all(one.touched for one in coverage(columns, policy, trials))


def test_what_is_worked_out_from_a_list_has_edges(columns: Columns) -> None:
    policy = policy_of(
        """\
facts:
  waits: {type: integer, list: true}
remedies:
  paid:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: late, when: "list_max(waits) > 60", amount: EUR 5}
      - {id: other, default: true, nothing: "In time."}
tests:
  - {name: long, facts: {waits: [30, 61]}, expect: {paid: EUR 5}}
  - {name: none, facts: {waits: [30, 60]}, expect: {paid: nothing}}
"""
    )
    trials = run_tests(columns, policy)
    assert all(trial.passed for trial in trials)
    edges = {one.name: one.touched for one in coverage(columns, policy, trials) if one.kind == "edge"}
    assert edges == {"list_max(waits) below 60": False, "list_max(waits) at 60": True, "list_max(waits) above 60": True}


EXACT = """\
facts:
  l: {type: number, from: 0, list: true}
  m: {type: money, currency: EUR, list: true}
  d: {type: integer, from: 0, each: true}
  x: {type: number, from: 0}
values:
  mean: list_mean(l)
  average: list_mean(m)
  sum: list_sum(l)
  weeks: started(d, 7)
  rows: rows_count()
remedies:
  r:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: a, when: "mean < 0.5 OR average > 'EUR 0.01' OR sum > 1 OR 3 * x > 1", amount: EUR 1}
      - {id: b, when: "weeks < 0 OR weeks >= 1 OR rows > 2", amount: EUR 2}
      - {id: all, default: true, nothing: No.}
tests:
  - {name: one, facts: {l: [0, 1], m: [EUR 0, EUR 0.01], x: 0}, rows: [{d: 0}, {d: 8}, {d: 3}], expect: {r: {}}}
"""


def test_what_is_worked_out_is_compared_exactly_over_whole_lists_and_all_rows(columns: Columns) -> None:
    """A mean of half a cent is below a cent, and of (0, 1) it is at a half; each row counts as one."""
    policy = policy_of(EXACT)
    found = {one.name: one.touched for one in coverage(columns, policy, run_tests(columns, policy))}
    edges = {word: told for word, told in found.items() if word.split()[0] in policy.values}
    assert {word for word, touched in edges.items() if touched} == {
        "mean at 0.5", "average below EUR 0.01", "sum at 1", "weeks at 0", "weeks at 1", "weeks above 1",
        "rows above 2",
    }  # fmt: skip
    assert {"mean below 0.5", "mean above 0.5", "average at EUR 0.01", "rows at 2"} <= set(edges)


def test_an_edge_that_nothing_can_be_is_not_asked_for(columns: Columns) -> None:
    """`started` is never below zero, and no number with nine digits after the point is a third."""
    policy = policy_of(EXACT)
    names = [one.name for one in coverage(columns, policy, []) if one.kind == "edge"]
    assert "weeks below 0" not in names and "weeks at 0" in names
    assert [name for name in names if name.startswith("x ")] == ["x below 1/3", "x above 1/3"]
