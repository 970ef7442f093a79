"""What a policy is refused for, each with its code and place."""

from __future__ import annotations

import pytest
from policies import FACTS, codes, read, remedy, text_of

EACH = FACTS + "  leg: {type: integer, each: true}\n"
TABLE = """tables:
  share:
    rows:
      - {days: "< 1", give: 0}
      - {days: "[1..3)", give: 50}
    otherwise: {give: 100}
"""


def head(old: str, new: str) -> str:
    assert old in TABLE
    return TABLE.replace(old, new)


@pytest.mark.parametrize(
    ("section", "code", "line"),
    [
        ("parameters:\n  days: 3", "double-name", 10),
        ("values:\n  a: b + 1\n  b: c + 1\n  c: a + 1", "circle", 10),
        ("values:\n  a: a + 1", "circle", 10),
        ("parameters:\n  a: {from: {2020-01-01: EUR 5, 2021-01-01: USD 5}}", "mixed-currency", 10),
        ("parameters:\n  a: {from: {2020-01-01: EUR 5, 2021-01-01: many}}", "mixed-figures", 10),
        ("parameters:\n  a: {from: {2020-01-01: EUR 5}, before: many}", "mixed-figures", 10),
        ("parameters:\n  a: {start: {2020-01-01: many}, raise: {2021-01-01: 5}}", "bad-figure", 10),
        ("parameters:\n  a: {start: {2020-01-01: EUR 5}, raise: {2019-01-01: 5}}", "bad-date", 10),
        ("parameters:\n  a: {start: {2020-01-01: EUR 5}, raise: {2021-01-01: lots}}", "bad-percent", 10),
        ("parameters:\n  a: {start: {2020-01-01: EUR 5}, raise: {2021-01-01: 5}, nearest: USD 1}", "bad-unit", 10),
        ("parameters:\n  a: {from: {2020-13-01: EUR 5}}", "bad-date", 10),
        ("parameters:\n  a: {by: days, from: {2020-01-01: EUR 5}}", "expression-type", 10),
        ("parameters:\n  a: EUR 5.001", "too-many-digits", 10),
        ("parameters:\n  a: 1234567890123456789", "bad-number", 10),
        (head("give: 50", "give: {a: 50}"), "mixed-figures", 13),
        (head("give: 50", "give: EUR 50"), "mixed-figures", 10),
        (head("days: \"< 1\"", "weight: 3"), "unknown-column", 12),
        (head("days: \"< 1\"", "days: many"), "bad-number", 12),
        (head("{days: \"< 1\", give: 0}", "{give: 0}"), "unreachable-row", 12),
        (head("{days: \"< 1\"", "{id: row-2, days: \"< 1\""), "double-row", 13),
        ("values:\n  a: days + price", "expression-type", 10),
        ("calendars:\n  days: {dates: [2026-01-01]}\nvalues:\n  days: 1", "double-name", 12),
    ],
)  # fmt: skip
def test_refused_sections(section: str, code: str, line: int) -> None:
    found = read(text_of(remedy(), head=section))[1]
    assert [one.code for one in found] == [code], found
    assert found[0].place is not None
    assert found[0].place.line == line
    assert found[0].remedy


def test_a_table_must_give_something() -> None:
    text = 'tables:\n  t: {rows: [{days: 1, undefined: "No."}], otherwise: {undefined: "No."}}'
    assert codes(text_of(remedy(), head=text)) == ["table-gives-nothing"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ('add: [{id: a, when: "days", amount: EUR 1}]', "expression-type"),
        ("add: [{id: a, amount: USD 1}]", "wrong-currency"),
        ("reduce: [{id: a, percent: 101}]", "bad-percent"),
        ("reduce: [{id: a, percent: price}]", "expression-type"),
        ("excess: days", "expression-type"),
        ("set_off: [price, USD 1]", "wrong-currency"),
        ("minimum: {amount: USD 1, strict: true}", "wrong-currency"),
        ('approval: {above: USD 1, says: "No."}', "wrong-currency"),
        ("also: {a: nowhere}", "unknown-column"),
        ("rows: {once_per: [days]}", "no-rows"),
        ('exclude: [{id: all, when: told, says: "No."}]', "double-rule"),
        ("order: [round, round]", "schema-uniqueitems"),
        ("order: [paint]", "schema-enum"),
        ("split: [{payer: a, share: 0}]", "schema-minimum"),
    ],
)
def test_refused_operations(more: str, code: str) -> None:
    assert codes(text_of(remedy('{id: all, default: true, amount: "price"}', more))) == [code]


@pytest.mark.parametrize(
    ("accrual", "code"),
    [
        ("{count: days, rates: [{each: EUR 1}, {to: 3, each: EUR 2}]}", "rate-without-end"),
        ("{count: days, rates: [{to: 3, each: EUR 1}, {to: 3, each: EUR 2}]}", "rate-without-end"),
        ("{count: price, each: EUR 1}", "expression-type"),
        ("{count: days, each: USD 1}", "wrong-currency"),
        ("{count: days}", "schema-oneof"),
    ],
)
def test_refused_accruals(accrual: str, code: str) -> None:
    assert code in codes(text_of(remedy(f"{{id: all, default: true, amount: {{accrue: {accrual}}}}}")))


def test_what_comes_after_the_sum_sees_no_row() -> None:
    rules = '{id: all, default: true, amount: "price * leg"}'
    assert codes(text_of(remedy(rules), facts=EACH)) == []
    late = text_of(remedy(rules, "cap: price * leg"), facts=EACH)
    assert codes(late) == ["row-after-sum"]
    assert codes(text_of(remedy(rules, "cap: price * leg", "order: [cap, sum]"), facts=EACH)) == []
    assert codes(text_of(remedy(rules, "also: {a: leg}"), facts=EACH)) == ["row-after-sum"]
    most = "rows: {most: [{per: [], amount: EUR 5}]}"
    assert codes(text_of(remedy(rules, most), facts=EACH)) == []
    assert codes(text_of(remedy(rules, most, "order: [sum, round]"), facts=EACH)) == ["most-needs-round"]
    assert codes(text_of(remedy(rules, "rows: {once_per: [seat]}"), facts=EACH)) == ["unknown-column"]


@pytest.mark.parametrize(
    ("choose", "expected"),
    [
        ("{id: a, of: [pay, gift], take: greatest}", []),
        ("{id: a, of: [pay, gift], take: kind}", []),
        ("{id: a, of: [pay, gift], take: days}", ["unknown-column"]),
        ("{id: a, of: [pay, nowhere], take: first}", ["unknown-remedy"]),
        ("{id: a, of: [pay, dollars], take: greatest}", ["mixed-currency"]),
        ("{id: a, of: [pay, gift], take: first}, {id: b, of: [pay, dollars], take: first}", ["double-choice"]),
    ],
)
def test_choices(choose: str, expected: list[str]) -> None:
    dollars = remedy("{id: all, default: true, amount: USD 1}", name="dollars").replace("EUR", "USD")
    text = text_of(remedy(), remedy(name="gift"), dollars)
    assert codes(f"{text}choose: [{choose}]\n") == expected


def test_tests_name_remedies_facts_and_each_other() -> None:
    text = text_of(remedy())
    tests = """tests:
  - {name: one, facts: {days: 1}, expect: {pay: EUR 10}}
  - {name: two, like: one, facts: {price: EUR 5}, expect: {pay: EUR 5}}
"""
    policy, found = read(text + tests)
    assert policy is not None, found
    assert policy.tests[1].facts == {"days": 1, "price": "EUR 5"}
    for old, new, code in (
        ("like: one", "like: nobody", "unknown-test"),
        ("name: two", "name: one", "double-test"),
        ("expect: {pay: EUR 5}", "expect: {gift: EUR 5}", "unknown-remedy"),
        ("price: EUR 5", "weight: 3", "unknown-column"),
    ):
        assert codes(text + tests.replace(old, new)) == [code]


def test_a_unit_is_no_money() -> None:
    unit = remedy("{id: all, default: true, amount: 500}").replace("currency: EUR", "unit: {name: points}")
    assert codes(text_of(unit)) == []
    assert codes(text_of(unit.replace("amount: 500", "amount: 0.5"))) == ["bad-amount"]
    assert codes(text_of(unit.replace("amount: 500", "amount: price"))) == ["expression-type"]
    assert codes(text_of(unit.replace("amount: 500", "amount: days / 2"))) == []
