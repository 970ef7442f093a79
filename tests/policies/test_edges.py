"""Edges just below, at and just above; and customers at the edge of a value that is worked out."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from tests.policies.test_trials import DATED
from tests.policies.written import PARCELS, policy_of

from makegood.kit.columns import Columns
from makegood.policies.company import company
from makegood.policies.derived import probe, reach
from makegood.policies.edges import Edge, edges_of
from makegood.policies.reading import Reading


def table(edge: Edge) -> list[tuple[str, str, str, int | None]]:
    """Where, value, rule and minor units of the only remedy."""
    return [(side.where, side.value, *next(iter(side.gets.values()))[1:]) for side in edge.sides]


def test_each_edge_of_a_fact_has_its_sides(columns: Columns) -> None:
    one, three = edges_of(columns, policy_of(PARCELS))
    assert (one.name, one.edge, one.company) == ("days_late", "1", {"postage": "EUR 4.90"})
    assert table(one) == [("below", "0", "on-time", None), ("at", "1", "late", 245), ("above", "2", "late", 245)]
    assert table(three) == [("below", "2", "late", 245), ("at", "3", "late", 490), ("above", "4", "late", 490)]
    assert one.differs and three.differs


def test_one_fact_alone(columns: Columns) -> None:
    policy = policy_of(DATED)
    assert [edge.edge for edge in edges_of(columns, policy, only="event")] == ["2019-04-01", "2021-04-01"]
    assert edges_of(columns, policy, only="nothing") == []


def test_the_company_is_the_one_in_which_an_edge_matters(columns: Columns) -> None:
    """The first test is of somebody for whom the days make no difference."""
    text = PARCELS.replace(
        "  - {name: a day late",
        "  - {name: for nothing, facts: {days_late: 1, postage: EUR 0}, expect: {postage_back: nothing}}\n"
        "  - {name: a day late",
    )
    one, _ = edges_of(columns, policy_of(text))
    assert one.company == {"postage": "EUR 4.90"}


def test_words_and_yes_or_no_are_edges_as_well(columns: Columns) -> None:
    text = """\
facts:
  kind: {type: text, one_of: [delay, lost]}
  member: {type: boolean}
remedies:
  paid:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: lost, when: "kind = 'lost'", amount: EUR 9}
      - {id: member, when: member, amount: EUR 5}
      - {id: other, default: true, nothing: No.}
"""
    kind, member = edges_of(columns, policy_of(text))
    assert [side.where for side in kind.sides] == ["delay", "lost"] and kind.differs
    assert kind.sides[1].gets["paid"] == ("owed", "lost", 900)
    assert [side.where for side in member.sides] == ["true", "false"] and member.differs


def test_limits_have_no_other_side(columns: Columns) -> None:
    first, *_ = edges_of(columns, policy_of(PARCELS.replace('{days_late: "< 1", give: 0}', "{days_late: 0, give: 0}")))
    assert [(side.where, side.value) for side in first.sides] == [("at", "0"), ("above", "1")]


def test_a_worked_out_value_has_customers_at_its_edge(columns: Columns) -> None:
    edge = edges_of(columns, policy_of(DATED), only="uptime")[0]
    below, at, above = edge.sides
    assert (below.where, at.where, above.where) == ("below", "at", "above")
    assert Fraction(below.value) < 99 == Fraction(at.value) < Fraction(above.value)
    assert below.gets["paid"][1] == "bad" and at.gets["paid"][1] == above.gets["paid"][1] == "fine"


def test_a_policy_without_figures_has_no_edges(columns: Columns) -> None:
    text = (
        "remedies:\n  r: {kind: fix, basis: redress, currency: EUR, rules: [{id: all, default: true, nothing: No.}]}\n"
    )
    assert edges_of(columns, policy_of(text)) == []


WAIT = """\
facts:
  planned: {type: instant}
  came: {type: instant, optional: true}
  day: {type: date}
values:
  minutes: "minutes_between(planned, came)"
  days: "days_between(day, '2026-03-01')"
  half: "CASE WHEN minutes > 5 THEN 1 ELSE 2 END"
tables:
  share:
    rows: [{minutes: "< 180", give: 1}]
    otherwise: {give: 2}
remedies:
  r: {kind: fix, basis: redress, currency: EUR, rules: [{id: all, default: true, amount: "money(share * days, 'EUR')"}]}
"""


def test_what_names_are_worth_to_a_customer(columns: Columns) -> None:
    policy = policy_of(WAIT)
    customer = {"planned": datetime(2026, 1, 1, 9), "came": datetime(2026, 1, 1, 12), "day": date(2026, 2, 27)}
    first, second = probe(columns, policy, ["minutes", "days", "half", "share"], [customer, {**customer, "came": None}])
    assert first.values == {"minutes": 180, "days": 2, "half": 1, "share": 2}
    assert first.rows == {"share": "otherwise"}
    assert second.values == {"minutes": None, "days": 2, "half": None, "share": None}


def test_a_customer_is_found_for_a_wanted_value(columns: Columns) -> None:
    policy = policy_of(WAIT)
    others = company(columns, policy, Reading(policy).everything(), 3)
    facts, moved = next(iter(reach(columns, policy, "minutes", Fraction(180), others)))
    assert moved in {"planned", "came"}
    assert probe(columns, policy, ["minutes"], [facts])[0].values == {"minutes": 180}
    facts, moved = next(iter(reach(columns, policy, "days", Fraction(31), others)))
    assert (moved, facts["day"]) == ("day", date(2026, 1, 29))


def test_nobody_is_found_for_a_value_that_none_has(columns: Columns) -> None:
    policy = policy_of(WAIT)
    others = company(columns, policy, Reading(policy).everything(), 3)
    assert list(reach(columns, policy, "half", Fraction(3, 2), others)) == []


CARRIER = """\
facts:
  live_animal: {type: boolean}
  fragile: {type: boolean}
  licensed: {type: boolean}
remedies:
  paid:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: animal, when: "live_animal AND fragile AND NOT licensed", nothing: "It must not be carried."}
      - {id: other, default: true, amount: EUR 5}
tests:
  - {name: a letter, facts: {live_animal: false, fragile: false, licensed: true}, expect: {paid: EUR 5}}
"""


def test_somebody_is_looked_for_to_whom_an_edge_matters(columns: Columns) -> None:
    """Of many facts the first company has one combination in a hundred."""
    more = "".join(f"  f{n}: {{type: boolean}}\n" for n in range(9))
    reads = " AND ".join(f"(f{n} OR NOT f{n})" for n in range(9))
    text = CARRIER.replace("remedies:", more + "remedies:", 1).replace("NOT licensed", f"NOT licensed AND {reads}")
    no = ", ".join(f"f{n}: false" for n in range(9))
    text = text.replace("licensed: true}", f"licensed: true, {no}}}")
    (edge,) = edges_of(columns, policy_of(text), only="licensed")
    assert edge.differs
    assert (edge.company["live_animal"], edge.company["fragile"]) == ("true", "true")
