"""Mistakes that random policies brought to light, each by itself."""

from __future__ import annotations

import duckdb
import pytest
from deciding import decide, policy_text
from test_policy_reference import policy_of


@pytest.fixture
def db() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def test_nothing_is_owed_in_a_currency_that_nobody_knows(db: duckdb.DuckDBPyConnection) -> None:
    text = policy_text('{id: back, default: true, amount: "local"}', head="currency_column: cur")
    missing, blank, known = decide(db, text, {"cur": None}, {"cur": "  "}, {"cur": "EUR"})
    assert {(one["status"], one["minor"]) for one in (missing, blank)} == {("undefined", None)}
    assert "There is no value in column cur" in str(missing["reason"])
    assert (known["status"], known["minor"], known["currency"]) == ("owed", 500, "EUR")


@pytest.mark.parametrize(("refunded", "minor"), [(0, 1000), (99_900, 1000), (100_100, None)])
def test_a_minimum_that_is_a_share_leaves_the_amount_alone(
    db: duckdb.DuckDBPyConnection, refunded: int, minor: int | None
) -> None:
    text = policy_text('{id: back, default: true, amount: "extra"}', tail='minimum: "percent(1, refunded)"')
    (found,) = decide(db, text, {"refunded": refunded})
    assert found["minor"] == minor


def test_an_addition_that_does_not_apply_needs_no_value(db: duckdb.DuckDBPyConnection) -> None:
    more = '{id: more, when: "disputed", amount: "extra / greatest(days_late, 1)", says: More.}'
    text = policy_text('{id: back, default: true, amount: "extra"}', tail=f"add: [{more}]")
    without, needed = decide(db, text, {"days_late": None}, {"days_late": None, "disputed": True})
    assert (without["status"], without["minor"]) == ("owed", 1000)
    assert needed["status"] == "undefined"


@pytest.mark.parametrize(("share", "minor"), [("0.0000001", None), ("0.00000049", None), ("0.0005", 1)])
def test_very_small_shares_are_rounded(db: duckdb.DuckDBPyConnection, share: str, minor: int | None) -> None:
    """Twice their denominator does not fit in the 32 bits of a written number."""
    text = policy_text(f'{{id: back, default: true, amount: "percent({share}, extra)"}}')
    (found,) = decide(db, text, {"extra": 100_000})
    assert (found["status"], found["minor"]) == ("owed" if minor else "nothing", minor)


@pytest.mark.parametrize(
    ("refunded", "status", "minor", "told"),
    [
        (300, "owed", 300, "at most"),
        (-1, "undefined", None, "below zero"),
        (None, "undefined", None, "column refunded"),
    ],
)
def test_a_cap_below_zero_or_missing_leaves_nothing_owed(
    db: duckdb.DuckDBPyConnection, refunded: int | None, status: str, minor: int | None, told: str
) -> None:
    text = policy_text('{id: back, default: true, amount: {percent: "50", of: extra, cap: refunded}}')
    (found,) = decide(db, text, {"refunded": refunded})
    assert (found["status"], found["minor"]) == (status, minor)
    assert told in str(found["reason"])


UNIT = """facts:
  count: {type: integer, above: 0, below: 100, optional: true}
remedies:
  points:
    kind: make good
    basis: goodwill
    unit: {name: points, digits: 1}
    cap: "count"
    rules:
      - {id: five, default: true, amount: 5}
"""


def test_one_customer_outside_of_the_limits_ends_nobody_elses_run(db: duckdb.DuckDBPyConnection) -> None:
    db.execute(f"CREATE TABLE facts AS SELECT * FROM (VALUES (1, {2**62}), (2, 3)) AS t(customer_id, count)")
    for sql in (policy_of(UNIT).full_sql("facts"), policy_of(UNIT).amounts_sql("facts")):
        found = db.execute(f"SELECT customer_id, status, minor FROM ({sql}) ORDER BY 1").fetchall()
        assert found == [(1, "undefined", None), (2, "owed", 30)]
