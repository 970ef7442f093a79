"""Several rows of one customer: each decided by itself, doubles, limits over them in order, and their sum."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from policies import codes, decide, one, paid, remedy, text_of

QUIET = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
FACTS = """facts:
  tier: {type: text}
  late: {type: integer, each: true, from: 0}
  price: {type: money, currency: EUR, each: true, from: EUR 0}
  leg: {type: text, each: true, optional: true}
"""
RULES = """{id: fine, when: "late = 0", nothing: "It came in time."}
{id: odd, when: "late > 900", hold: "A person looks."}
{id: gap, when: "late > 800", undefined: "The terms end there."}
{id: late, default: true, amount: "percent(50, price)"}"""


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as connection:
        yield connection


def rows(
    late: list[Any], price: list[Any] | None = None, leg: list[Any] | None = None, tier: str = "a"
) -> dict[str, Any]:
    return {
        "late": late, "price": price or [1000] * len(late), "leg": leg or [f"l{i}" for i in range(len(late))],
        "tier": tier,
    }  # fmt: skip


def pay(*more: str, rules: str = RULES, head: str = "") -> str:
    return text_of(remedy(rules, *more), facts=FACTS, head=head)


@pytest.mark.parametrize(
    ("late", "expected", "rule"),
    [
        ([5], 500, "late"),
        ([5, 0, 7], 1000, "late"),
        ([0, 0], "nothing", "fine"),
        ([5, 950], "hold", "odd"),
        ([5, 950, 850], "undefined", "gap"),
        ([5, None], "undefined", "facts"),
        ([5, -1], "undefined", "facts"),
        ([], "undefined", "facts"),
    ],
)
def test_a_customer_is_as_the_worst_of_their_rows(db, late, expected, rule) -> None:
    assert paid(db, pay(), defaults=rows(late)) == expected
    assert one(db, pay(), defaults=rows(late))["rule"] == rule


def test_sentences_and_trace_speak_of_the_rows(db) -> None:
    head = (
        'policy: {name: Legs, version: 3}\ntables:\n  share: {rows: [{late: "> 5", give: 50}], otherwise: {give: 20}}'
    )
    text = pay(rules=RULES.replace("50, price", "share, price"), head=head)
    found = one(db, text, defaults=rows([5, 0, 7]))
    assert found["minor"] == 700
    assert found["reason"].startswith("2 of 3 rows: EUR 2.00, worked out from share and price, by share: what no row")
    assert found["reason"].endswith(" (Legs, version 3, rule late.)")
    assert set(found["trace"]) == {"rule late", "share#row-1", "share#otherwise"}
    assert one(db, pay(), defaults=rows([0, 0]))["reason"] == "It came in time."
    assert one(db, pay(), defaults=rows([5, 850]))["reason"] == "The terms end there."
    missing = one(db, pay(), defaults=rows([5, None]))
    assert missing["reason"] == "There is no value in column late for this customer."


def test_rounding_before_the_sum_or_after(db) -> None:
    each = rows([1, 1, 1], [333, 333, 333])
    assert paid(db, pay("order: [round, sum]"), defaults=each) == 501
    assert paid(db, pay("order: [sum, round]"), defaults=each) == 500


def test_limits_after_the_sum_are_the_customers(db) -> None:
    each = rows([1, 1, 1])
    assert paid(db, pay("cap: EUR 12"), defaults=each) == 1200
    assert paid(db, pay("cap: EUR 4", "order: [cap, sum]"), defaults=each) == 1200
    assert paid(db, pay("minimum: EUR 16"), defaults=each) == "nothing"
    assert paid(db, pay("minimum: EUR 5", "order: [minimum, sum]"), defaults=each) == 1500
    by_tier = pay("cap: \"CASE WHEN tier = 'a' THEN money('7', 'EUR') ELSE 'EUR 9' END\"")
    assert paid(db, by_tier, defaults=each) == 700
    assert paid(db, by_tier, defaults=rows([1, 1, 1], tier="b")) == 900
    assert one(db, by_tier, defaults=each)["reason"].endswith("worked out from price, limited to EUR 7.00.")
    assert paid(db, pay("approval: {above: EUR 14, says: Look.}"), defaults=each) == "hold"
    assert one(db, pay("also: {n: rows_count()}"), defaults=each)["also"] == {"n": "3"}


def test_each_row_knows_how_many_there_are(db) -> None:
    text = pay(rules='{id: all, default: true, amount: "price / rows_count()"}')
    assert paid(db, text, defaults=rows([1, 1, 1])) == 999
    assert paid(db, pay("order: [sum, round]", rules='{id: all, default: true, amount: "price / rows_count()"}'),
                defaults=rows([1, 1, 1])) == 1000  # fmt: skip


def test_sums_of_fractions_with_denominators_of_their_own(db) -> None:
    text = pay("order: [sum, round]", rules='{id: all, default: true, amount: "price / greatest(late, 1)"}')
    assert paid(db, text, defaults=rows([2, 3, 6], [100, 100, 100])) == 100
    assert paid(db, text, defaults=rows([7, 11, 13], [100, 100, 100])) == 31
    large = rows([99991, 99989, 99971, 99961, 99929, 99923, 99907, 99901], [1] * 8)
    assert paid(db, text, defaults=large) in {"nothing", "undefined"}


def test_a_further_row_with_the_same_values_gives_nothing(db) -> None:
    text = pay("rows: {once_per: [leg, tier]}")
    assert paid(db, text, defaults=rows([5, 5, 0, 850], leg=["x", "x", "y", "x"])) == 500
    assert paid(db, text, defaults=rows([0, 5], leg=["x", "x"])) == "nothing"
    found = one(db, text, defaults=rows([5, 5], leg=["x", None]))
    assert (found["status"], found["reason"]) == ("undefined", "There is no value in column leg for this customer.")
    assert "once_per" in one(db, text, defaults=rows([5, 5], leg=["x", "x"]))["trace"]


def test_an_amount_is_used_up_in_the_order_of_the_rows(db) -> None:
    text = pay("rows: {most: [{per: [leg], amount: EUR 7}, {per: [], times: 3}]}")
    found = one(db, text, defaults=rows([5, 5, 5, 5], leg=["x", "x", "x", "y"]))
    assert found["minor"] == 1200
    assert "EUR 5.00 price" not in found["reason"]
    assert "of which EUR 2.00 is left" in found["reason"]
    assert "most" in found["trace"]
    assert paid(db, text, defaults=rows([5, 0, 5, 5], leg=["a", "b", "c", "d"])) == 1500
    assert paid(db, text, defaults=rows([5, 5, 5, 5], leg=["a", "b", "c", "d"])) == 1500
    assert paid(db, text, defaults=rows([5, 5], leg=["a", None])) == "undefined"
    none = pay("rows: {most: [{per: [], amount: EUR 0}]}")
    assert paid(db, none, defaults=rows([5, 5])) == "nothing"


@QUIET
@given(
    prices=st.lists(st.tuples(st.integers(0, 3000), st.sampled_from("xyz")), min_size=1, max_size=8),
    limit=st.integers(0, 3000), times=st.integers(1, 4),
)  # fmt: skip
def test_most_in_the_order_of_the_rows(db, prices, limit, times) -> None:
    text = pay(
        f"rows: {{most: [{{per: [leg], amount: EUR {limit / 100:.2f}}}, {{per: [], times: {times}}}]}}",
        rules="{id: all, default: true, amount: price}",
    )
    used: dict[str, int] = {}
    total = owed = 0
    for price, leg in prices:
        part = min(price, limit - used.get(leg, 0))
        used[leg] = used.get(leg, 0) + part
        if part > 0 and owed < times:
            owed += 1
            total += part
    each = rows([1] * len(prices), [price for price, _ in prices], [leg for _, leg in prices])
    assert paid(db, text, defaults=each) == (total or "nothing")


def test_rows_of_one_remedy_and_the_customer_of_another(db) -> None:
    other = remedy("{id: vip, when: \"tier = 'a'\", amount: EUR 3}\n{id: no, default: true, nothing: No.}", name="tip")
    text = text_of(remedy(RULES), other, facts=FACTS)
    found = {one_["remedy"]: one_["minor"] for one_ in decide(db, text, {}, defaults=rows([5, 5]))}
    assert found == {"pay": 1000, "tip": 300}


def test_a_limit_that_is_worked_out_is_that_of_the_groups_first_row_that_is_owed(db) -> None:
    text = pay('rows: {most: [{per: [leg], amount: "percent(40, price)"}]}')
    each = rows([0, 5, 5, 5], [9000, 1000, 5000, 300], leg=["x", "x", "x", "y"])
    assert paid(db, text, defaults=each) == 400 + 120
    third = pay('rows: {most: [{per: [], amount: "price / 3"}]}', "rounding: {mode: up}")
    assert paid(db, third, defaults=rows([5, 5], [1000, 9000])) == 333


def test_a_row_that_is_cut_to_zero_uses_up_no_time(db) -> None:
    limits = ["{per: [leg], amount: EUR 5}", "{per: [], times: 2}"]
    each = rows([5, 5, 5], leg=["x", "x", "y"])
    assert paid(db, pay(f"rows: {{most: [{', '.join(limits)}]}}"), defaults=each) == 1000
    assert paid(db, pay(f"rows: {{most: [{', '.join(reversed(limits))}]}}"), defaults=each) == 500
    assert paid(db, pay(f"rows: {{most: [{limits[1]}]}}"), defaults=rows([0, 5, 0, 5, 5])) == 1000


def test_a_sum_too_large_to_be_worked_out_is_undefined_for_that_customer_only(db) -> None:
    text = pay("order: [sum, round]", rules='{id: all, default: true, amount: "price / greatest(late, 1)"}')
    primes = [999999999989, 999999999961, 999999999937, 999999999899]
    found = decide(db, text, rows(primes, [10**15] * 4), rows([3, 6]), defaults={})
    assert [one["minor"] or one["status"] for one in found] == ["undefined", 500]


def test_points_of_so_many_rows_are_rounded_once(db) -> None:
    text = pay(
        "rows: {most: [{per: [], times: 2}]}",
        "order: [sum, round]",
        rules='{id: all, default: true, amount: "late / 3"}',
    )
    text = text.replace("currency: EUR\n    rules", "unit: {name: points, digits: 0}\n    rules")
    assert paid(db, text, defaults=rows([2, 5, 100])) == 2  # two thirds and five thirds
    assert paid(db, text.replace("order: [sum, round]", ""), defaults=rows([2, 5, 100])) == 3
    assert "most-needs-round" in codes(text.replace("times: 2", "amount: 2"))


def test_a_value_may_be_the_key_of_rows(db) -> None:
    text = pay("rows: {once_per: [place], most: [{per: [place], amount: EUR 5}]}").replace(
        "remedies:", 'values:\n  place: "lower(leg)"\nremedies:', 1
    )
    assert paid(db, text, defaults=rows([5, 5, 5], leg=["x", "X", "y"])) == 1000
    (found,) = decide(db, text, rows([5, 5], leg=["x", None]), defaults={})
    assert (found["status"], "column leg" in str(found["reason"])) == ("undefined", True)
