"""What a policy reads, followed through tables, values and parameters, and the figures that come back with it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from tests.policies.test_trials import DATED
from tests.policies.written import PARCELS, policy_of

from makegood.policies.points import limits_of, told
from makegood.policies.reading import Reading, expressions_of
from makegood.policies.walk import Const, Flat, Line, Raw

RICH = """\
facts:
  kind: {type: text, one_of: [air, rail]}
  minutes: {type: integer, from: 0, to: 6000}
  grace: {type: integer, from: 0}
  member: {type: boolean}
  price: {type: money, currency: EUR, above: EUR 0}
  back: {type: money, currency: EUR, optional: true}
  event: {type: date, from: 2019-01-01}
  parts: {type: integer, list: true}
  cur: {type: text}
  local: {type: money, currency: "@cur"}
  spare: {type: integer}
parameters:
  bar: 180
  least_paid: EUR 4.00
  daily: {by: event, from: {2019-04-01: EUR 8.00, 2021-04-01: EUR 8.06}, before: EUR 7.00}
  rates: {from: {2020-01-01: "5.25"}}
values:
  late: "minutes"
  twice: "2 * minutes - 10"
  waited: "minutes - grace"
  legs: "CASE WHEN member THEN 2 ELSE 1 END"
  enough: "price - coalesce(back, 'EUR 0') > least_paid"
tables:
  window:
    rows:
      - {kind: air, late: "<= 60", give: {share: 10, most: 120}}
      - {kind: rail, give: {share: 20, most: 240}}
    otherwise: {give: {share: 30, most: 360}}
  by_waiting:
    rows: [{waited: "< 30", give: 1}]
    otherwise: {give: 2}
remedies:
  one:
    kind: fix
    basis: redress
    currency: EUR
    exclude: [{id: long-ago, when: "event < '2020-01-01'", unless: member, says: "Too long ago."}]
    rules:
      - {id: soon, when: "minutes < bar", nothing: No.}
      - {id: fits, when: "minutes <= window.most", amount: "percent(window.share, price)"}
      - {id: other, default: true, amount: daily}
    add: [{id: more, when: "legs = 2", amount: EUR 1, says: Two legs.}]
    reduce: [{id: less, when: "minutes > 4000", percent: "50", says: Long.}]
    cap: least_paid
  two:
    kind: make good
    basis: goodwill
    currency_column: cur
    rules:
      - {id: waited, when: "by_waiting = 1 OR twice > 100 OR enough", nothing: No.}
      - {id: sums, when: "list_sum(parts) > 3", nothing: No.}
      - {id: all, default: true, amount: local}
"""


@pytest.fixture(scope="module")
def reading() -> Reading:
    return Reading(policy_of(RICH))


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("minutes", Line("minutes")),
        ("late", Line("minutes")),
        ("twice", Line("minutes", Fraction(2), Fraction(-10))),
        ("waited", Line("waited", derived=True)),
        ("member", Flat()),
        ("bar", Const(Fraction(180))),
        ("least_paid", Const(Fraction(400))),
        ("legs", Flat(frozenset({Fraction(1), Fraction(2)}))),
        ("window.most", Flat(frozenset({Fraction(120), Fraction(240), Fraction(360)}))),
        ("daily", Flat(frozenset({Fraction(700), Fraction(800), Fraction(806)}))),
        ("rates", Raw()),
        ("parts", Raw()),
        ("by_waiting", Raw()),
        ("nothing", Raw()),
    ],
)
def test_what_a_name_stands_for(reading: Reading, word: str, part: object) -> None:
    assert reading.part(word) == part


def test_the_figures_that_conditions_meet() -> None:
    policy = policy_of(RICH)
    reading = Reading(policy)
    reading.conditions(policy.remedies["one"])
    assert reading.exact
    assert reading.edges["minutes"] == {60, 120, 180, 240, 360}
    assert reading.edges["event"] == {date(2020, 1, 1)}
    assert reading.edges["kind"] == {"air", "rail"}
    assert reading.facts() == ["kind", "minutes", "member", "event"]


def test_amounts_and_operations_have_figures_of_their_own() -> None:
    policy = policy_of(RICH)
    reading = Reading(policy)
    reading.whole(policy.remedies["one"])
    assert reading.edges["minutes"] == {60, 120, 180, 240, 360, 4000}
    assert reading.edges["event"] == {date(2020, 1, 1), date(2019, 4, 1), date(2021, 4, 1)}
    assert {"daily", "least_paid", "price", "legs"} <= reading.used


def test_conditions_that_points_do_not_decide() -> None:
    policy = policy_of(RICH)
    reading = Reading(policy)
    reading.conditions(policy.remedies["two"])
    assert not reading.exact
    assert reading.edges["waited"] == {30}
    assert reading.edges["minutes"] == {55}


def test_everything_that_is_read() -> None:
    used = Reading(policy_of(RICH)).everything().used
    assert {"cur", "local", "parts", "grace", "window", "by_waiting", "enough", "back"} <= used
    assert used & {"spare", "rates"} == set()


def test_expressions_of_a_remedy_are_all_found() -> None:
    policy = policy_of(RICH)
    texts = {one.text for one in expressions_of(policy.remedies["one"])}
    assert {"event < '2020-01-01'", "member", "minutes < bar", "daily", "legs = 2", "50", "least_paid"} <= texts


def test_limits_are_those_of_the_fact() -> None:
    policy = policy_of(RICH)
    price, minutes, spare = (limits_of(policy.facts[word]) for word in ("price", "minutes", "spare"))
    assert (price.low, price.above, price.high) == (0, True, None)
    assert (minutes.low, minutes.high) == (0, 6000)
    assert not price.allow(Fraction(0)) and price.allow(Fraction(1))
    assert minutes.allow(Fraction(6000)) and not minutes.allow(Fraction(6001))
    assert spare.allow(Fraction(-5))


def test_cells_of_facts_and_of_values() -> None:
    policy = policy_of(RICH)
    reading = Reading(policy).everything()
    assert [cell.point for cell in reading.cells("kind")] == ["air", "rail"]
    assert [cell.point for cell in reading.cells("back")][-1] is None
    waited = [told(policy.values["waited"].expression.type, cell) for cell in reading.cells("waited")]
    assert waited == ["below 30", "at 30", "above 30"]
    event = [told(policy.facts["event"].type, cell) for cell in reading.cells("event", ends=False)]
    assert event[0] == "below 2019-04-01" and event[-1] == "above 2021-04-01"


def test_a_policy_of_one_table_is_exact() -> None:
    policy = policy_of(PARCELS)
    reading = Reading(policy)
    reading.conditions(policy.remedies["postage_back"])
    assert reading.exact and reading.edges == {"days_late": {1, 3}}


def test_a_value_of_two_facts_is_not() -> None:
    policy = policy_of(DATED)
    reading = Reading(policy)
    reading.conditions(policy.remedies["paid"])
    assert not reading.exact and reading.edges == {"uptime": {99}}


def test_what_is_compared_on_the_spot_has_edges_of_its_own() -> None:
    """Two dates, a span of days, two instants, a list's length, two amounts, steps of an accrual, days of rates."""
    text = """\
facts:
  a: {type: date}
  b: {type: date}
  i: {type: instant}
  j: {type: instant}
  l: {type: number, list: true}
  days: {type: integer, from: 0}
  price: {type: money, currency: EUR}
  back: {type: money, currency: EUR}
  kind: {type: text}
  other: {type: text}
parameters:
  rate: {from: {2020-01-01: "5", 2021-01-01: "6"}}
values:
  rest: "price - back"
remedies:
  r:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: late, when: "a > add_months(b, 3) OR days_between(a, b) > 9", nothing: "Too late."}
      - {id: soon, when: "i < j OR list_count(l) >= 4 OR price > 2 * back", nothing: "Soon."}
      - {id: alike, when: "kind = other OR rest < back", nothing: "Alike."}
      - id: some
        when: "days > 20"
        amount: {accrue: {count: "days + 1", rates: [{to: 3, each: EUR 5}, {each: EUR 2}]}}
      - {id: all, default: true, amount: "interest_over(price, rate, a, add_days(b, 1), 365)"}
"""
    reading = Reading(policy_of(text)).everything()
    told = {spot.name: sorted(reading.edges[spot.text]) for spot in reading.spots.values()}
    starts = [date(2020, 1, 1), date(2021, 1, 1)]
    assert told == {
        "days_between(add_months(b, 3), a)": [0],
        "days_between(a, b)": [9],
        "seconds_between(j, i)": [0],
        "list_count(l)": [4],
        "(price) - (2 * back)": [0],
        "(rest) - (back)": [0],
        "add_days(b, 1)": starts,
    }
    assert sorted(reading.edges["a"]) == starts and reading.edges["days"] == {2, 20}
    (unseen,) = reading.unseen
    assert unseen.what == "kind against other"
    assert "{id: alike" in text.splitlines()[(unseen.place.line or 0) - 1]
    assert Reading(policy_of(PARCELS)).everything().unseen == {}
