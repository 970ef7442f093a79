"""The reference itself against figures that were published or worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from reference_expressions import Days, Many, Money, Worker, amount, cell_holds, nearest, thirty
from reference_parser import names, parse


class Given:
    """Names for an expression: a dictionary, one series, one calendar."""

    def __init__(self, **values: Any) -> None:
        self.values = values

    def value(self, name: str) -> Any:
        return self.values[name]

    def figure(self, name: str, day: date) -> Any:
        rates = {date(2023, 12, 31): Fraction("5.25"), date(2024, 6, 30): Fraction(5)}
        return next((rate for start, rate in sorted(rates.items(), reverse=True) if start <= day), None)

    def days(self, name: str) -> Days | None:
        return Days(
            frozenset({date(2026, 4, 3), date(2026, 4, 6)}), frozenset({6, 7}), date(2026, 1, 1), date(2026, 12, 31)
        )


GIVEN = Given(
    n=Fraction(7), gap=None, yes=True, no=False, fee=amount("EUR 12.34"), day=date(2026, 1, 31),
    moment=datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), word="Sam", some=Many((Fraction(1), None, Fraction(2))),
    none=Many((), amount("EUR 0")),
)  # fmt: skip


def work(text: str) -> Any:
    return Worker(GIVEN)(parse(text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1 + 2 * 3 - 4 / 8", Fraction("6.5")),
        ("-n + 10 - 2", 1),
        ("10 - 3 - 2", 5),
        ("(10 - 3) * -2", -14),
        ("NOT n = 7 OR yes AND no", False),
        ("gap = 1 OR yes", True),
        ("gap = 1 AND no", False),
        ("gap = 1 AND yes", None),
        ("NOT (gap > 1)", None),
        ("gap IS NULL AND n IS NOT NULL", True),
        ("n IN (1, gap, 7)", True),
        ("n NOT IN (1, gap)", None),
        ("n BETWEEN 7 AND 8 AND yes", True),
        ("n NOT BETWEEN 7 AND gap", None),
        ("n NOT BETWEEN 8 AND gap", True),
        ("CASE WHEN gap > 1 THEN 1 ELSE 2 END", None),
        ("CASE WHEN n > 9 THEN 1 WHEN n > 6 THEN 2 ELSE 3 END", 2),
        ("coalesce(gap, n)", 7),
        ("n / 0", None),
        ("least(n, gap)", None),
        ("clamp(n, 1, 5)", 5),
        ("fee * 2 > 'EUR 24.67'", True),
        ("fee / 'EUR 6.17'", 2),
        ("fee = 'EUR 12.34'", True),
        ("round(fee / 8)", Money(Fraction(154), "EUR")),
        ("round(fee, 1)", Money(Fraction(1230), "EUR")),
        ("round(2.5)", 3),
        ("round(0 - 2.5)", -3),
        ("round(12.345, 2)", Fraction("12.35")),
        ("round_to(fee, 'EUR 0.05')", Money(Fraction(1235), "EUR")),
        ("round_to(1062, 25)", 1050),
        ("round_to(7, 5, 'up')", 10),
        ("floor(0 - 2.5)", -3),
        ("ceil(2.1)", 3),
        ("completed(719, 720)", 0),
        ("completed(1440, 720)", 2),
        ("started(1, 720)", 1),
        ("started(0 - 1, 720)", 0),
        ("percent(12.5, fee)", Money(Fraction(1234, 8), "EUR")),
        ("interest(money('1000', 'EUR'), 8, '2025-01-01', '2026-01-01', 365)", Money(Fraction(8000), "EUR")),
        ("interest(money('1000', 'EUR'), 8, '2026-01-01', '2025-01-01', 365)", Money(Fraction(0), "EUR")),
        ("interest(money('366', 'EUR'), 10, '2024-02-28', '2024-03-01', 'actual')", Money(Fraction(20), "EUR")),
        ("interest(money('360', 'EUR'), 100, '2026-01-31', '2026-03-31', '30/360')", Money(Fraction(6000), "EUR")),
        ("interest_over(money('365', 'EUR'), rate, '2024-06-29', '2024-07-01', 365)", Money(Fraction("10.25"), "EUR")),
        ("at(rate, '2023-12-30')", None),
        ("at(rate, '2024-06-30')", 5),
        ("convert(fee, 1.1, 'USD')", Money(Fraction("1357.4"), "USD")),
        ("convert(fee, 160, 'JPY')", Money(Fraction("1974.4"), "JPY")),
        ("money(n, 'JPY')", Money(Fraction(7), "JPY")),
        ("days_between(day, '2026-03-01')", 29),
        ("minutes_between(moment, '2026-03-29T03:30:00+02:00')", 30),
        ("minutes_between('2026-03-29T03:30:00+02:00', moment)", -30),
        ("seconds_between(moment, '2026-03-29T01:00:00Z')", 1),
        ("add_months(day, 1)", date(2026, 2, 28)),
        ("add_months(day, -11)", date(2025, 2, 28)),
        ("add_years('2024-02-29', 1)", date(2025, 2, 28)),
        ("half_year_start('2026-08-09')", date(2026, 7, 1)),
        ("quarter_start('2026-12-31')", date(2026, 10, 1)),
        ("weekday('2026-04-05')", 7),
        ("add_business_days('2026-04-01', 3, england)", date(2026, 4, 8)),
        ("add_business_days('2026-04-07', -1, england)", date(2026, 4, 2)),
        ("add_business_days('2025-12-31', 1, england)", None),
        ("business_days_between('2026-04-02', '2026-04-07', england)", 1),
        ("business_days_between('2026-04-07', '2026-04-02', england)", -1),
        ("next_business_day('2026-04-03', england)", date(2026, 4, 7)),
        ("is_business_day('2026-04-06', england)", False),
        ("list_mean(some)", Fraction("1.5")),
        ("list_count(some)", 2),
        ("list_sum(none)", Money(Fraction(0), "EUR")),
        ("list_max(none)", None),
        ("list_count_where(some, '>= 2')", 1),
        ("starts_with(lower(word), 's') AND contains(word, 'am') AND length(word) = 3", True),
    ],
)
def test_worked_out(text: str, wanted: Any) -> None:
    assert work(text) == wanted


def test_a_month_of_thirty_days() -> None:
    assert thirty(date(2026, 1, 30), date(2026, 1, 31)) == 0
    assert thirty(date(2026, 1, 29), date(2026, 1, 31)) == 1
    assert thirty(date(2025, 12, 31), date(2026, 12, 31)) == 360


@pytest.mark.parametrize(
    ("x", "modes"),
    [("2.5", (3, 2, 2, 3)), ("-2.5", (-3, -2, -2, -3)), ("3.5", (4, 4, 3, 4)), ("2.4", (2, 2, 2, 3)),
     ("-0.1", (0, 0, 0, -1))],
)  # fmt: skip
def test_rounding(x: str, modes: tuple[int, ...]) -> None:
    assert tuple(nearest(Fraction(x), mode) for mode in ("half-up", "half-even", "down", "up")) == modes


@pytest.mark.parametrize(
    ("cell", "value", "holds"),
    [
        ("[180..240)", Fraction(180), True), ("[180..240)", Fraction(240), False), ("(1..2]", Fraction(1), False),
        ("> 1, < 5", Fraction(5), False), ("<= EUR 5", amount("EUR 5.00"), True), ("7", Fraction(7), True),
        (["1", "2"], Fraction(2), True), (["1", "2"], None, None), ("missing", None, True), ("any", None, True),
        ("< 2021-04-01", date(2021, 3, 31), True), ("true", False, False), ("other", "other", True),
        ("< 1", None, None),
    ],
)  # fmt: skip
def test_cells(cell: Any, value: Any, holds: bool | None) -> None:
    assert cell_holds(cell, value) is holds


def test_names_and_what_cannot_be_read() -> None:
    assert names(parse("coalesce(a, b.c) + CASE WHEN d THEN 1 ELSE e END")) == {"a", "b.c", "d", "e"}
    for text in ("1 +", "(1", "1 2", "a ~ b", "CASE WHEN a THEN 1 END"):
        with pytest.raises((ValueError, IndexError)):
            parse(text)
