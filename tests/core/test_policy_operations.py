"""What is added to an amount and taken off it, in which order, and where it is rounded."""

from __future__ import annotations

from fractions import Fraction

import duckdb
import pytest
from deciding import nearest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from policies import one, paid, remedy, text_of

from makegood.core.expressions import MODES

QUIET = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
ALL = '{id: all, default: true, amount: "price"}'


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as connection:
        yield connection


def pay(*more: str, rules: str = ALL, head: str = "") -> str:
    return text_of(remedy(rules, *more), head=head)


def test_exclusions_come_first_and_have_exceptions(db) -> None:
    text = pay('exclude: [{id: gift, when: "kind = \'free\'", unless: told, says: "A gift."}]')
    found = one(db, text, kind="free")
    assert (found["status"], found["rule"], found["reason"]) == ("nothing", "gift", "A gift.")
    assert found["trace"] == ["rule gift", "exclude gift"]
    assert paid(db, text, kind="free", told=True) == 1000
    unsure = pay('exclude: [{id: note, when: "days > 1", unless: "rate > 5", says: "No."}]')
    assert paid(db, unsure, days=2, rate=None) == "undefined"
    assert paid(db, unsure, days=1, rate=None) == 1000
    assert paid(db, unsure, days=2, rate=6) == 1000


def test_additions_and_reductions_one_after_another(db) -> None:
    text = pay(
        'add: [{id: late, when: told, amount: EUR 2}, {id: more, amount: "percent(10, price)", says: a tenth}]',
        'reduce: [{id: half, when: "days > 3", percent: 50, says: slow},'
        " {id: some, when: told, percent: rate, may: true}]",
    )
    assert paid(db, text) == 1100
    assert paid(db, text, days=4) == 550
    assert paid(db, text, days=4, told=True, rate=20) == 520
    found = one(db, text, days=4, told=True, rate=20)
    assert found["trace"] == ["rule all", "add late", "add more", "reduce half", "reduce some"]
    told = "plus EUR 2.00 (late), plus EUR 1.00 (a tenth), less 50% (slow), less 20% (some, as we may)"
    assert told in found["reason"]


def test_an_operation_that_needs_a_missing_value_is_undefined(db) -> None:
    assert paid(db, pay('reduce: [{id: a, when: "rate > 5", percent: 50}]'), rate=None) == "undefined"
    assert paid(db, pay("reduce: [{id: a, when: told, percent: rate}]"), rate=None, told=False) == 1000
    assert paid(db, pay("reduce: [{id: a, when: told, percent: rate}]"), rate=None, told=True) == "undefined"
    assert paid(db, pay('cap: "percent(rate, price)"'), rate=None) == "undefined"
    assert paid(db, pay('add: [{id: a, when: "rate > 5", amount: EUR 1}]'), rate=None) == "undefined"
    found = one(db, pay('minimum: "percent(rate, price)"'), rate=None)
    assert found["reason"] == "There is no value in column rate for this customer."


def test_excess_and_set_off_stop_at_zero(db) -> None:
    text = pay("excess: EUR 4", 'set_off: [EUR 1.50, "percent(days, price)"]')
    assert paid(db, text) == 430
    assert one(db, text)["trace"] == ["rule all", "excess", "set_off", "set_off"]
    assert paid(db, text, price=550) == "nothing"
    assert paid(db, text, price=400) == "nothing"
    assert one(db, text, price=400)["reason"] == "Nothing is owed."
    assert "less the excess of EUR 4.00, less EUR 1.50 paid otherwise" in one(db, text)["reason"]


@pytest.mark.parametrize(
    ("minimum", "price", "expected"),
    [
        ("EUR 4", 400, 400), ("EUR 4", 399, "nothing"), ("{amount: EUR 4, strict: true}", 400, "nothing"),
        ("{amount: EUR 4, strict: true}", 401, 401), ("\"percent(10, 'EUR 40')\"", 400, 400),
    ],
)  # fmt: skip
def test_minimums(db, minimum: str, price: int, expected) -> None:
    text = pay(f"minimum: {minimum}")
    assert paid(db, text, price=price) == expected
    if expected == "nothing":
        words = "is not above" if "strict" in minimum else "is below"
        assert (
            one(db, text, price=price)["reason"]
            == f"EUR {price / 100:.2f} {words} the smallest amount we pay, EUR 4.00."
        )


def test_the_order_says_what_comes_first(db) -> None:
    parts = ("reduce: [{id: half, percent: 50}]", "excess: EUR 4", "cap: EUR 5", "minimum: EUR 2")
    assert paid(db, pay(*parts), price=1400) == 300  # 700 - 400
    assert paid(db, pay(*parts, "order: [excess, reduce]"), price=1400) == 500
    assert paid(db, pay(*parts, "order: [cap, reduce, excess]"), price=1400) == "nothing"
    assert paid(db, pay(*parts, "order: [minimum, excess, reduce]"), price=500) == 50
    assert paid(db, pay(*parts[:3], "order: [cap, excess]"), price=1400) == 100
    assert paid(db, pay(*parts, "order: [excess, reduce, minimum]"), price=500) == "nothing"


def test_the_point_of_rounding_matters(db) -> None:
    daily = '{id: all, default: true, amount: "percent(0.336, price) * days"}'
    once = pay(rules=daily)
    assert paid(db, once, price=50_000, days=101) == 16_968
    value = 'values: {per_day: "round(percent(0.3365, price))"}'
    each = pay(rules='{id: all, default: true, amount: "per_day * days"}', head=value)
    assert paid(db, each, price=50_000, days=101) == 16_968
    assert paid(db, pay(rules=daily.replace("0.336", "0.3365")), price=50_000, days=101) == 16_993


def test_what_comes_after_rounding_is_whole(db) -> None:
    text = pay('reduce: [{id: third, percent: "33.333333"}]', "order: [round, reduce]", 'rounding: {unit: "0.50"}')
    assert paid(db, text, price=1010) == 667  # 10.00, then a third off, to the cent
    capped = pay('cap: "percent(33.35, price)"', "rounding: {mode: up}")
    assert paid(db, capped, price=1001) == 333


def test_approval_is_on_hold_with_its_amount(db) -> None:
    text = pay('approval: {above: EUR 8, says: "A manager looks first."}')
    found = one(db, text, price=801)
    assert (found["status"], found["minor"], found["reason"]) == ("hold", 801, "A manager looks first.")
    assert found["trace"] == ["rule all", "approval"]
    assert paid(db, text, price=800) == 800
    assert paid(db, text, price=0) == "nothing"
    by_fact = pay('approval: {above: "percent(rate, price)", says: "Look."}')
    found = one(db, by_fact, rate=None)
    assert (found["status"], found["minor"]) == ("undefined", None)
    assert found["reason"] == "There is no value in column rate for this customer."
    assert paid(db, by_fact, rate=100) == 1000


def test_further_results_stand_beside_any_decision(db) -> None:
    text = pay(
        """also:
  least: "least('EUR 5', price)"
  half: percent(50, price)
  third: "days / 3"
  part: "days / 4"
  when: add_days(on, days)
  yes: days > 1
  gap: rate
  word: kind""",
        rules='{id: no, when: told, nothing: "No."}\n' + ALL,
    )
    wanted = {
        "least": {"minor": 500, "currency": "EUR"}, "half": {"minor": 501, "currency": "EUR"}, "third": "2/3",
        "part": "0.5", "when": "2026-03-03", "yes": True, "gap": None, "word": "plain",
    }  # fmt: skip
    assert one(db, text, price=1001)["also"] == wanted
    assert one(db, text, price=1001, told=True)["also"] == wanted


@pytest.mark.parametrize(
    ("days", "expected"), [(0, "nothing"), (1, 500), (3, 1500), (4, 2500), (10, 8500), (11, 8700), (12, 8900)]
)
def test_accrual_by_the_index_of_each_period(db, days: int, expected) -> None:
    rates = "[{to: 3, each: EUR 5}, {to: 10, each: EUR 10}, {each: EUR 2}]"
    text = pay(rules=f"{{id: all, default: true, amount: {{accrue: {{count: days, rates: {rates}}}}}}}")
    assert paid(db, text, days=days) == expected


def test_accrual_with_first_amount_and_cap(db) -> None:
    accrue = '{count: "days - 3", first: EUR 10, each: "percent(10, price)", cap: EUR 15}'
    text = pay(rules=f"{{id: all, default: true, amount: {{accrue: {accrue}}}}}")
    assert [paid(db, text, days=days) for days in (0, 3, 4, 8, 9)] == [1000, 1000, 1100, 1500, 1500]
    assert one(db, text, days=4)["reason"] == "EUR 11.00 for 1 period."


@pytest.mark.parametrize("amount", ["price - 'EUR 20'", "{percent: 50, of: \"price - 'EUR 20'\", floor: EUR 1}"])
def test_below_zero_is_undefined(db, amount: str) -> None:
    quoted = amount if amount.startswith("{") else f'"{amount}"'
    found = one(db, pay(rules=f"{{id: all, default: true, amount: {quoted}}}"))
    assert (found["status"], found["reason"]) == ("undefined", "The amount works out below zero.")


@pytest.mark.parametrize(
    "more", ["excess: \"price - 'EUR 20'\"", "set_off: [\"price - 'EUR 20'\"]", "cap: \"price - 'EUR 20'\"",
             "add: [{id: a, amount: \"price - 'EUR 20'\"}]", 'reduce: [{id: a, percent: "days - 3"}]',
             'reduce: [{id: a, percent: "days + 99"}]', "excess: \"-(money('1', 'EUR'))\"",
             "cap: \"'EUR 1' - 'EUR 2'\"", "minimum: \"-money('1', 'EUR')\"", "set_off: [\"-money('1', 'EUR')\"]",
             "add: [{id: a, amount: \"-money('1', 'EUR')\"}]"],
)  # fmt: skip
def test_an_operand_below_zero_is_undefined(db, more: str) -> None:
    assert paid(db, pay(more)) == "undefined"


@QUIET
@given(
    price=st.integers(0, 10**9), percent=st.integers(0, 10**6), cap=st.integers(0, 10**6),
    unit=st.sampled_from([1, 5, 10, 25, 100]), mode=st.sampled_from(MODES), rows=st.integers(1, 3),
)  # fmt: skip
def test_a_cap_after_rounding_is_never_exceeded(db, price, percent, cap, unit, mode, rows) -> None:
    text = pay(
        f"cap: EUR {cap / 100:.2f}", f'rounding: {{mode: {mode}, unit: "{unit / 100:.2f}"}}',
        rules=f'{{id: all, default: true, amount: {{percent: "{percent / 10_000:.4f}", of: price}}}}',
    )  # fmt: skip
    exact = nearest(Fraction(percent, 10**6) * price / unit, mode) * unit
    assert paid(db, text, price=price) == (min(exact, cap) or "nothing")
    by_fact = pay('cap: "percent(rate, price)"', f"rounding: {{mode: {mode}}}")
    given_ = paid(db, by_fact, price=price, rate=rows)
    assert given_ == "nothing" or given_ <= Fraction(price * rows, 100)


@QUIET
@given(price=st.integers(1, 10**12), weights=st.lists(st.integers(1, 1000), min_size=1, max_size=5))
def test_shares_sum_exactly_and_the_largest_remainder_gets_the_rest(db, price, weights) -> None:
    split = ", ".join(f"{{payer: p{i}, share: {weight}}}" for i, weight in enumerate(weights))
    shares = one(db, pay(f"split: [{split}]"), price=price)["shares"]
    got = [shares[f"p{i}"]["minor"] for i in range(len(weights))]
    assert sum(got) == price
    whole = [price * weight // sum(weights) for weight in weights]
    rests = sorted(range(len(weights)), key=lambda i: (-(price * weights[i] % sum(weights)), i))
    for i in rests[: price - sum(whole)]:
        whole[i] += 1
    assert got == whole


def test_nothing_is_split_into_no_shares(db) -> None:
    assert one(db, pay("split: [{payer: a, share: 1}]"), price=0)["shares"] == {}


def test_what_is_not_money(db) -> None:
    text = text_of(
        remedy('{id: all, default: true, amount: "days / 3", reason: "For waiting."}', "cap: 2.5").replace(
            "currency: EUR", "unit: {name: hours of skiing, digits: 1}"
        )
    )
    assert paid(db, text, days=5) == 17
    found = one(db, text, days=9)
    assert (found["minor"], found["currency"]) == (25, "hours of skiing")
    assert found["reason"].startswith("2.5 hours of skiing: For waiting, limited to 2.5 hours of skiing.")
