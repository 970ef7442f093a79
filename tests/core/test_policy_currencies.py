"""A list of amounts beside money in a customer's own currency, and shares that depend on conditions."""

from __future__ import annotations

import duckdb
import pytest
from policies import codes, decide, read, remedy, text_of

FACTS = """
facts:
  cur: {type: text, optional: true}
  salary: {type: money, currency: "@cur", from: 0}
  euros: {type: money, currency: EUR}
"""
RULES = """{id: high, when: "salary > ['EUR 20000', 'USD 25000.50', 'JPY 3000000']", nothing: "You earn enough."}
{id: all, default: true, amount: EUR 9}"""


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as connection:
        yield connection


@pytest.mark.parametrize(
    ("cur", "minor", "wanted"),
    [
        ("EUR", 2_000_000, ("owed", "all")), ("EUR", 2_000_001, ("nothing", "high")),
        ("USD", 2_500_050, ("owed", "all")), (" usd ", 2_500_051, ("nothing", "high")),
        ("JPY", 3_000_000, ("owed", "all")), ("JPY", 3_000_001, ("nothing", "high")),
        ("CHF", 1, ("undefined", "high")), (None, 1, ("undefined", "high")),
    ],
)  # fmt: skip
def test_a_limit_in_the_customers_own_currency(db, cur: str | None, minor: int, wanted: tuple[str, str]) -> None:
    (found,) = decide(db, text_of(remedy(RULES), facts=FACTS), {"cur": cur, "salary": minor, "euros": 1}, defaults={})
    assert (found["status"], found["rule"]) == wanted


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("euros > ['EUR 1', 'USD 2']", "mixed-currency"),
        ("['EUR 1'] < ['EUR 2']", "mixed-currency"),
        ("salary > ['EUR 1', 'EUR 2']", "double-currency"),
        ("salary > ['EUR 1', 2]", "not-allowed"),
        ("salary > []", "bad-amount"),
        ("salary > ['EUR x']", "no-currency"),
        ("['EUR 1', 'USD 2']", "expression-type"),
    ],
)
def test_a_list_of_amounts_that_says_nothing(when: str, code: str) -> None:
    rules = f'{{id: no, when: "{when}", nothing: No.}}\n{{id: all, default: true, amount: EUR 1}}'
    assert code in codes(text_of(remedy(rules), facts=FACTS))


def test_an_amount_that_depends_on_a_condition_in_each_currency(db) -> None:
    """In what a remedy pays, a list needs no money beside it."""
    rules = (
        """{id: all, default: true, amount: "CASE WHEN euros > 'EUR 1' THEN ['EUR 66', 'GBP 55'] ELSE ['EUR 6'] END"}"""
    )
    text = text_of(remedy(rules).replace("currency: EUR", "currency_column: cur"), facts=FACTS)
    rows = [("EUR", 101), ("gbp", 101), ("EUR", 100), ("GBP", 100)]
    found = decide(db, text, *({"cur": cur, "salary": 0, "euros": euros} for cur, euros in rows), defaults={})
    assert [(one["minor"], one["currency"]) for one in found][:3] == [(6600, "EUR"), (5500, "GBP"), (600, "EUR")]
    assert found[3]["status"] == "undefined"


SPLIT = """split:
  - {payer: airline, share: 2}
  - {payer: airport, share: "CASE WHEN told THEN 1 ELSE 0 END"}
  - {payer: insurer, share: days}"""


@pytest.mark.parametrize(
    ("row", "shares"),
    [
        ({"told": True, "days": 0}, {"airline": 667, "airport": 333, "insurer": 0}),
        ({"told": False, "days": 0}, {"airline": 1000, "airport": 0, "insurer": 0}),
        ({"told": False, "days": 1}, {"airline": 667, "airport": 0, "insurer": 333}),
        ({"told": True, "days": 4}, {"airline": 286, "airport": 143, "insurer": 571}),
    ],
)
def test_shares_follow_conditions_and_sum_exactly(db, row: dict[str, object], shares: dict[str, int]) -> None:
    (found,) = decide(db, text_of(remedy('{id: all, default: true, amount: "price"}', SPLIT)), row)
    told = {payer: one["minor"] for payer, one in found["shares"].items()}
    assert told == shares and sum(told.values()) == found["minor"] == 1000


def test_shares_that_cannot_be_said_leave_nothing_owed(db) -> None:
    split = 'split: [{payer: a, share: "CASE WHEN told THEN 1 ELSE 0 END"}, {payer: b, share: "floor(rate) - 1"}]'
    text = text_of(
        remedy('{id: no, when: "days > 9", nothing: "No."}\n{id: all, default: true, amount: "price"}', split)
    )
    rows = [
        {"rate": 1, "told": False},
        {"rate": 0, "told": True},
        {"rate": None},
        {"rate": None, "days": 10},
        {"rate": 3},
    ]
    found = decide(db, text, *rows)
    assert [one["status"] for one in found] == ["undefined", "undefined", "undefined", "nothing", "owed"]
    assert [one["reason"] for one in found[:3]] == [
        "It is not said who pays which part of it.",
        "It is not said who pays which part of it.",
        "There is no value in column rate for this customer.",
    ]
    assert all(one["minor"] is None and one["shares"] == {} for one in found[:3])


def test_shares_are_refused_where_they_are_none() -> None:
    double = remedy('{id: all, default: true, amount: "price"}', "split: [{payer: a, share: 1}, {payer: a, share: 2}]")
    assert codes(text_of(double)) == ["double-payer"]
    for share, code in (("rate", "expression-type"), ("-days - 1", "bad-share"), ("price", "expression-type")):
        one = remedy('{id: all, default: true, amount: "price"}', f'split: [{{payer: a, share: "{share}"}}]')
        assert codes(text_of(one)) == [code]


def test_only_the_root_of_what_was_refused_is_told() -> None:
    """A value that reads nothing there is, its users, a table and a parameter by it, a circle and its users."""
    head = """parameters:
  daily: {by: late_on, from: {2020-01-01: EUR 1}}
values:
  late_on: "add_days(onn, 3)"
  second: "days_between(on, late_on)"
  third: "second + 1"
  round_a: "round_b + 1"
  round_b: "round_a + 1"
  round_c: "round_a * 2"
tables:
  share: {rows: [{third: "> 3", give: 1}], otherwise: {give: 2}}"""
    rules = """{id: a, when: "second > 3 OR at(daily, on) > 'EUR 1'", nothing: No.}
{id: b, when: "share = 1 OR round_c = 1", nothing: No.}
{id: all, default: true, amount: daily}"""
    found = [one for one in read(text_of(remedy(rules), head=head))[1] if one.blocking]
    assert [(one.code, one.what.split("'")[1]) for one in found] == [
        ("circle", "round_a"), ("unknown-column", "onn"),
    ]  # fmt: skip
