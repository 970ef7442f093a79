"""Decisions in DuckDB: one row a customer and remedy, with a reason, exact to the last unit."""

from __future__ import annotations

from fractions import Fraction

import duckdb
import pytest
from deciding import decide, findings, nearest, policy, policy_text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.core.expressions import MODES
from makegood.core.policy_sql import COLUMNS as DECISION_COLUMNS

QUIET = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
SHOP = policy_text(
    """{id: disputed, when: "disputed", hold: "A person looks first."}
    {id: back, when: "refunded >= extra", nothing: "It's paid back."}
    {id: odd, when: "days_late > 100", undefined: "The terms say nothing about this."}
    {id: late, when: "days_late > 3", amount: {percent: "50", of: extra, floor: USD 2.00, cap: USD 20.00}}
    {id: rest, default: true, amount: "extra - refunded"}""",
    tail='cap: USD 500.00\nminimum: USD 0.50\nrounding: {mode: half-up, unit: "0.01"}',
)


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as connection:
        yield connection


def one(db, text: str, **row: object) -> dict[str, object]:
    (decision,) = decide(db, text, row)
    return decision


def test_columns_and_types(db) -> None:
    decide(db, SHOP)
    described = db.execute(f"DESCRIBE {policy(SHOP).decision_sql('affected')}").fetchall()
    assert tuple(name for name, *_ in described) == DECISION_COLUMNS
    assert [kind for _, kind, *_ in described] == ["BIGINT", *["VARCHAR"] * 3, "BIGINT", *["VARCHAR"] * 3]


@pytest.mark.parametrize(
    ("row", "status", "rule", "minor", "reason"),
    [
        ({"disputed": True}, "hold", "disputed", None, "A person looks first."),
        ({"refunded": 1000}, "nothing", "back", None, "It's paid back."),
        ({"days_late": 101}, "undefined", "odd", None, "The terms say nothing about this."),
        ({"days_late": 4}, "owed", "late", 500, "50% of USD 10.00 extra, at least USD 2.00, at most USD 20.00."),
        (
            {"days_late": 4, "extra": 100},
            "owed",
            "late",
            200,
            "50% of USD 1.00 extra, at least USD 2.00, at most USD 20.00.",
        ),
        ({"days_late": 4, "extra": 10**6}, "owed", "late", 2000, None),
        (
            {"refunded": 250},
            "owed",
            "rest",
            750,
            "USD 7.50, worked out from extra and refunded, limited to 500.00."[:40],
        ),
        ({"extra": 99_999_999}, "owed", "rest", 50_000, None),
        ({"extra": 49}, "nothing", "rest", None, "USD 0.49 is below the smallest amount we pay, USD 0.50."),
        ({"extra": 50}, "owed", "rest", 50, None),
        ({"disputed": None}, "undefined", "disputed", None, "There is no value in column disputed for this customer."),
        ({"extra": None}, "undefined", "back", None, "There is no value in column extra for this customer."),
        ({"days_late": None}, "undefined", "odd", None, "There is no value in column days_late for this customer."),
        ({"disputed": True, "extra": None}, "hold", "disputed", None, None),
    ],
)
def test_first_match_wins(db, row, status, rule, minor, reason) -> None:
    decision = one(db, SHOP, **row)
    assert (decision["status"], decision["rule"], decision["minor"]) == (status, rule, minor)
    assert decision["currency"] == "USD"
    assert decision["basis"] == "redress"
    if reason:
        assert str(decision["reason"]).startswith(reason)


def test_limited_by_the_remedys_cap_says_so(db) -> None:
    assert str(one(db, SHOP, extra=60_000)["reason"]).endswith(", limited to USD 500.00.")
    assert "limited" not in str(one(db, SHOP, extra=50_000)["reason"])


def test_one_row_for_each_customer_and_remedy(db) -> None:
    second = SHOP + SHOP.removeprefix("remedies:\n").replace("  refund:", "  sorry:", 1)
    rows = [{"extra": n * 37, "disputed": [True, False, None][n % 3], "days_late": n} for n in range(1, 60)]
    decisions = decide(db, second, *rows)
    keys = [(decision["customer_id"], decision["remedy"]) for decision in decisions]
    assert keys == [(n, remedy) for n in range(1, 60) for remedy in ("refund", "sorry")]
    assert all(decision["reason"] for decision in decisions)
    assert all((decision["minor"] is not None) == (decision["status"] == "owed") for decision in decisions)


def test_no_customers_and_no_remedies(db) -> None:
    assert decide(db, SHOP) == []
    assert decide(db, "remedies: {}", {}) == []


def test_negative_is_undefined_even_with_a_floor(db) -> None:
    plain = policy_text("{id: rest, default: true, amount: extra - refunded}")
    decision = one(db, plain, refunded=1001)
    assert (decision["status"], decision["reason"]) == ("undefined", "The amount works out below zero.")
    floored = policy_text('{id: rest, default: true, amount: {percent: "50", of: extra, floor: USD 1.00}}')
    assert one(db, floored, extra=-1)["status"] == "undefined"


def test_zero_is_nothing(db) -> None:
    decision = one(db, policy_text("{id: rest, default: true, amount: extra - refunded}"), refunded=1000)
    assert (decision["status"], decision["minor"], decision["reason"]) == ("nothing", None, "Nothing is owed.")


@pytest.mark.parametrize("amount", ["extra * 1000000000000", '"extra * 100000000000000000 * 100000000000000000"'])
def test_too_large_is_undefined_and_spares_the_others(db, amount: str) -> None:
    text = policy_text("{id: rest, default: true, amount: " + amount + "}")
    large, small = decide(db, text, {"extra": 10**12}, {"extra": 0})
    assert large["status"] == "undefined"
    assert "too large" in str(large["reason"])
    assert small["status"] == "nothing"


def test_a_division_by_what_may_be_zero_is_refused(db) -> None:
    refused = findings(policy_text('{id: rest, default: true, amount: "round(extra / days_late)"}'))
    assert [finding.code for finding in refused] == ["maybe-zero"]
    guarded = policy_text('{id: rest, default: true, amount: "round(extra / greatest(days_late, 1))"}')
    assert one(db, guarded, days_late=0)["minor"] == 1000
    assert one(db, guarded, days_late=3)["minor"] == 333


def test_fixed_amount_and_own_reason(db) -> None:
    text = policy_text('{id: a, when: "disputed", amount: USD 5.00, reason: "It''s ours; 100% sure."}\n'
                       "{id: b, default: true, amount: USD 7.00}")  # fmt: skip
    assert one(db, text, disputed=True)["reason"] == "Its ours; 100% sure."
    decision = one(db, text)
    assert (decision["minor"], decision["reason"]) == (700, "A fixed amount of USD 7.00.")


def test_quotes_in_reasons_stay_text(db) -> None:
    text = policy_text("{id: a, default: true, nothing: \"It's '); DROP TABLE affected; --\"}")
    assert one(db, text)["reason"] == "It's '); DROP TABLE affected; --"


PER_CURRENCY = policy_text(
    """{id: fixed, when: "disputed", amount: [USD 5.00, JPY 700]}
    {id: rest, default: true, amount: {percent: "50", of: local, floor: [USD 1.00, JPY 100]}}""",
    head="currency_column: cur",
    tail="cap: [USD 50.00, JPY 6000, KWD 20.000]",
)


@pytest.mark.parametrize(
    ("row", "status", "minor", "reason"),
    [
        ({"cur": "USD", "local": 501}, "owed", 251, "50% of USD 5.01 local, at least USD 1.00."),
        ({"cur": "JPY", "local": 501}, "owed", 251, "50% of JPY 501 local, at least JPY 100."),
        ({"cur": " jpy ", "local": 100}, "owed", 100, "50% of JPY 100 local, at least JPY 100."),
        ({"cur": "JPY", "disputed": True}, "owed", 700, "A fixed amount of JPY 700."),
        ({"cur": "JPY", "local": 10**6}, "owed", 6000, None),
        ({"cur": "KWD", "local": 501}, "undefined", None, "The policy names no amount in KWD."),
        ({"cur": "EUR", "disputed": True}, "undefined", None, "The policy names no amount in EUR."),
        ({"cur": None}, "undefined", None, "There is no value in column cur for this customer."),
        ({"cur": ""}, "undefined", None, "There is no value in column cur for this customer."),
    ],
)
def test_each_customer_in_their_currency(db, row, status, minor, reason) -> None:
    decision = one(db, PER_CURRENCY, **row)
    assert (decision["status"], decision["minor"]) == (status, minor)
    if reason:
        assert decision["reason"] == reason


@QUIET
@given(
    extra=st.integers(0, 10**9),
    percent=st.decimals(0, 300, places=4),
    unit=st.sampled_from([1, 5, 10, 25, 100]),
    mode=st.sampled_from(MODES),
    limits=st.tuples(st.integers(0, 10**4), st.integers(10**4, 10**9)),
)
def test_percent_amounts_are_what_fractions_say(db, extra, percent, unit, mode, limits) -> None:
    floor, cap = limits
    amount = f'{{percent: "{percent:f}", of: extra, floor: USD {floor / 100:.2f}, cap: USD {cap / 100:.2f}}}'
    rounding = f'rounding: {{mode: {mode}, unit: "{unit / 100:.2f}"}}'
    decision = one(db, policy_text(f"{{id: rest, default: true, amount: {amount}}}", tail=rounding), extra=extra)
    exact = nearest(Fraction(percent) * extra / 100 / unit, mode) * unit
    want = min(max(exact, floor), cap)
    assert decision["minor"] == (want or None)
    assert decision["status"] == ("owed" if want else "nothing")
