"""Whatever the facts are, no accepted expression raises in DuckDB: one row must not take the others down.

Expressions are drawn by type over every function of the white list; rows hold the ends of what columns can hold.
"""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction as F

import duckdb
import pytest
from expressing import USD, table

from makegood.core.expressions import Known, Series, Type, Value, parse_expression
from makegood.core.expressions_functions import FUNCTIONS
from makegood.kit.errors import Finding, Place

FACTS = {
    "n": Type("integer"), "m": Type("integer"), "x": Type("number"), "y": Type("number"), "p": USD, "q": USD,
    "fee": Type("money", "@cur"), "cur": Type("text"), "ok": Type("boolean"), "d": Type("date"), "e": Type("date"),
    "s": Type("instant"), "t": Type("instant"), "ns": Type("integer", many=True), "xs": Type("number", many=True),
    "ps": Type("money", "USD", many=True), "off": Type("date", many=True), "ws": Type("text", many=True),
}  # fmt: skip
RATES = ((date(2023, 1, 1), F(5)), (date(2024, 2, 29), F("-4.75")), (date(2024, 12, 31), F(10**15 + 1, 10**3)))
KNOWN = Known(
    FACTS,
    values={"rows_count()": Value(Type("integer"), "3::BIGINT", low=1, high=9)},
    series={"bank": Series(Type("number"), RATES), "floored": Series(Type("number"), RATES, before=F("0.1"))},
    calendars={"england": "_cal_"},
)
# What is drawn for each type: {i} whole number, {f} number, {a} amount, {b} condition, {d} date, {s} instant.
GRAMMAR: dict[str, list[str]] = {
    "i": [
        "n", "m", "0", "1", "7", "720", "-1", "999999999999999999", "{i} + {i}", "{i} - {i}", "{i} * {i}", "-{i}",
        "abs({i})", "least({i}, {i})", "greatest({i}, {i})", "clamp({i}, 1, {i})", "floor({f})", "ceil({f})",
        "round({f})", "completed({i}, 720)", "started({f}, 0.5)", "completed({a}, greatest({a}, 'USD 0.01'))",
        "length(cur)", "weekday({d})", "days_between({d}, {d})", "minutes_between({s}, {s})",
        "months_between({d}, {d})", "years_between({d}, {d})", "year({d})", "month({d})", "day({d})",
        "hours_between({s}, {s})", "seconds_between({s}, '2026-01-31T09:00:00+01:00')",
        "business_days_between({d}, {d}, england)", "business_days_between({d}, {d}, off)", "list_count(ns)",
        "list_sum(ns)", "list_max(ns)", "list_min(ns)", "list_count_where(xs, '>= 0.5')",
        "list_count_where(ps, '[USD 1..USD 5)')", "list_count_where(ws, 'a')", "coalesce({i}, {i})",
        "CASE WHEN {b} THEN {i} ELSE {i} END", "round_to({i}, 25)", "rows_count()",
        "list_count_where(ns, abs(ns) * m / greatest(n, 1) > x)", "list_count_where(off, add_days(off, m) < d)",
        "list_count_where(xs, x * xs * y > 3 OR xs = y)", "list_count_where(ps, percent(x, ps) > q)",
    ],
    "f": [
        "x", "y", "0.5", "12.5", "0.000000001", "{i}", "{f} + {f}", "{f} * {f}", "{f} / 3",
        "{f} / greatest({f}, 0.5)", "CASE WHEN {f} > 0 THEN {f} ELSE 1 END",
        "CASE WHEN x <> 0 THEN {f} / x ELSE {f} END", "1 / (abs({f}) + 1)",
        "CASE WHEN n < 0 THEN {f} / n / n ELSE 0 END", "round({f}, 9)", "list_mean(ns)", "list_mean(xs)",
        "list_sum(xs)", "list_max(xs)", "list_min(xs)", "at(bank, {d})", "at(floored, {d})", "percent({f}, {f})",
        "-{f}", "abs({f})", "round_to({f}, 0.05, 'half-even')", "coalesce({f}, {f})", "least({f}, {f})",
        "{a} / greatest({a}, 'USD 0.01')",
    ],
    "a": [
        "p", "q", "money('5.00', 'USD')", "{a} + {a}", "{a} - {a}", "{a} * {f}", "percent({f}, {a})", "round({a})",
        "-{a}", "round({a}, 0)", "round_to({a}, 25, 'up')", "least({a}, {a})", "greatest({a}, 0)",
        "money({f}, 'USD')", "convert(fee, {f}, 'USD')", "convert({a}, {f}, 'USD')",
        "interest({a}, {f}, {d}, {d}, 365)", "coalesce({a}, 0)", "interest({a}, 8, {d}, {d}, 'actual')",
        "interest_over({a}, bank, {d}, {d}, '30/360')", "list_sum(ps)",
        "interest_over({a}, floored, {d}, {d}, 'actual')", "list_mean(ps)", "CASE WHEN {b} THEN {a} ELSE {a} END",
    ],
    "b": [
        "ok", "{i} > {i}", "{f} = {f}", "{f} <= 0.5", "{a} >= 'USD 1.00'", "{i} IN (1, 2)",
        "{f} BETWEEN {f} AND {f}", "{b} AND {b}", "{b} OR {b}", "NOT {b}", "{f} IS NULL", "cur = 'USD'",
        "contains(cur, 'U')", "starts_with(cur, 'U')", "lower(cur) IN ('usd', 'jpy')", "{d} < {d}", "{s} = {s}",
        "is_business_day({d}, england)", "is_business_day({d}, off)", "n > 0 AND {i} / n > 2",
        "fee > ['USD 3.00', 'JPY 9']",
    ],
    "d": [
        "d", "e", "DATE '2026-01-31'", "add_days({d}, {i})", "add_weeks({d}, {i})", "add_months({d}, {i})",
        "add_years({d}, {i})", "month_start({d})", "quarter_start({d})", "half_year_start({d})", "year_start({d})",
        "least({d}, {d})", "add_business_days({d}, {i}, england)", "add_business_days({d}, {i}, off)",
        "next_business_day({d}, england)", "next_business_day({d}, off)", "list_min(off)", "coalesce({d}, {d})",
        "CASE WHEN {b} THEN {d} ELSE {d} END", "date_in({s}, 'Europe/Berlin')", "date_in({s}, 'Pacific/Apia')",
    ],
    "s": [
        "s", "t", "add_hours({s}, {i})", "add_minutes({s}, {i})", "greatest({s}, {s})",
        "CASE WHEN {b} THEN {s} ELSE {s} END",
    ],
}  # fmt: skip


def drawn(draw: random.Random, kind: str, depth: int) -> str:
    forms = [form for form in GRAMMAR[kind] if depth > 0 or "{" not in form]
    text = draw.choice(forms)
    while "{" in text:
        before, _, rest = text.partition("{")
        inner = drawn(draw, rest[0], depth - 1)
        plain = inner.isidentifier() or inner.startswith("'") or inner.isdigit()
        text = before + (inner if plain else f"({inner})") + rest[2:]
    return text


def extremes(draw: random.Random) -> list[dict[str, object]]:
    most, huge = 2**63 - 1, "99999999999999999999999999999.999999999"
    whole = [0, 1, -1, 7, 721, most, -most - 1, None]
    exact = ["0", "0.5", "-99.5", "99999", "123456789012.5", "999999999999999999", huge, f"-{huge}", None]
    ends = ["0001-01-01", "9999-12-31", "infinity", "-infinity", "290000-01-01", "4000-01-01 (BC)", None]
    days = ["2026-05-05", "2024-02-29", "5000000-01-01", *ends]
    moments = ["2026-05-05 10:00:00", "9999-12-31 23:59:59", *ends]
    choices: dict[str, list[object]] = {
        "n": [*whole], "m": [*whole], "x": [*exact], "y": [*exact], "p": [*whole], "q": [*whole], "fee": [*whole],
        "cur": ["USD", "JPY", " kwd", "", "none", None], "ok": [True, False, None], "d": [*days], "e": [*days],
        "s": [*moments], "t": [*moments], "ns": [[], [1, None], [most] * 3, [-most - 1], None],
        "xs": [[], ["0.5", None], [huge] * 3, [f"-{huge}", "1"], None], "ps": [[], [100, None], [most] * 3, None],
        "off": [[], ["2026-05-05", None], ["infinity"], ["-infinity"], ["5000000-01-01"], ["4000-01-01 (BC)"], None],
        "ws": [[], ["a", None], None],
    }  # fmt: skip
    return [{word: draw.choice(of) for word, of in choices.items()} for _ in range(40)]


@pytest.mark.parametrize("kind", [*GRAMMAR])
def test_no_row_raises(duck, kind: str) -> None:
    draw = random.Random(f"raise {kind}")
    calendar = "(SELECT [DATE '2026-05-05', DATE '2026-05-06'] AS _cal_days, [1, 2, 2]::INTEGER[] AS _cal_ordinals,"
    calendar += " DATE '2026-05-05' AS _cal_first)"
    table(duck, FACTS, extremes(draw))
    accepted = 0
    for number in range(60):
        text = drawn(draw, kind, 1 + number % 3)
        found = parse_expression(text, KNOWN, Place("policy.yaml", 1, 1))
        if isinstance(found, Finding):
            assert found.code in {"mixed-unit", "too-fine", "expression-too-long"}, (text, found)
            continue
        accepted += 1
        assert found.value.numeric or kind not in "ifa"
        parts = [found.value.sql, found.value.den_sql] if found.value.numeric else [found.sql]
        shown = ", ".join(f"hash({part})" for part in parts)
        try:
            duck.execute(f"SELECT {shown} FROM facts CROSS JOIN {calendar}").fetchall()
        except duckdb.Error as error:
            pytest.fail(f"{text}: {error}")
    assert accepted > 40


def test_every_function_is_drawn() -> None:
    forms = " ".join(form for forms in GRAMMAR.values() for form in forms)
    assert [word for word in FUNCTIONS if f"{word}(" not in forms] == []
