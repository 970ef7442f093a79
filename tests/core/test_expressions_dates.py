"""Dates, instants and dated figures: answers worked out by hand."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction as F

import pytest
from expressing import USD, answer, answers, read, refused

from makegood.core.expressions import Known, Series, Type

FACTS = {
    "d": Type("date"),
    "e": Type("date"),
    "s": Type("instant"),
    "t": Type("instant"),
    "n": Type("integer"),
    "x": Type("number"),
    "km": Type("integer", unit="km"),
    "paid": USD,
}
DAILY = Series(USD, ((date(2019, 4, 1), F(800)), (date(2021, 4, 1), F(806))))
RATE = Series(Type("number"), ((date(2023, 12, 31), F("5.25")), (date(2024, 6, 30), F(5))), before=F(0))
WORD = Series(Type("text"), ((date(2020, 1, 1), "old"), (date(2025, 1, 1), "new's")))
KNOWN = Known(FACTS, series={"daily": DAILY, "rate": RATE, "word": WORD})


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "of", "wanted"),
    [
        ("days_between(d, e)", ("2026-01-31", "2026-03-01"), 29),
        ("days_between(e, d)", ("2026-01-31", "2026-03-01"), -29),
        ("days_between(d, '2026-12-31')", ("2026-01-01", None), 364),
        ("days_between(d, e)", ("0001-01-01", "9999-12-31"), 3652058),
        ("add_days(d, 1)", ("2024-02-28", None), "2024-02-29"),
        ("add_days(d, -1)", ("2026-01-01", None), "2025-12-31"),
        ("add_weeks(d, 8)", ("2026-01-31", None), "2026-03-28"),
        ("add_months(d, 1)", ("2026-01-31", None), "2026-02-28"),
        ("add_months(d, 1)", ("2024-01-31", None), "2024-02-29"),
        ("add_months(d, -1)", ("2026-03-31", None), "2026-02-28"),
        ("add_months(d, 13)", ("2026-01-15", None), "2027-02-15"),
        ("add_years(d, 1)", ("2024-02-29", None), "2025-02-28"),
        ("add_years(d, 4)", ("2024-02-29", None), "2028-02-29"),
        ("add_years(d, -1)", ("2024-02-29", None), "2023-02-28"),
        ("months_between(d, e)", ("2026-01-31", "2026-02-27"), 0),
        ("months_between(d, e)", ("2026-01-31", "2026-02-28"), 1),
        ("months_between(d, e)", ("2024-01-31", "2024-02-28"), 0),
        ("months_between(d, e)", ("2026-01-15", "2027-02-14"), 12),
        ("months_between(d, e)", ("2026-02-28", "2026-03-28"), 1),
        ("months_between(d, e)", ("2026-02-28", "2026-01-31"), -1),
        ("months_between(d, e)", ("2026-02-27", "2026-01-31"), 0),
        ("months_between(d, e)", ("0001-01-01", "9999-12-31"), 119987),
        ("years_between(d, e)", ("2024-02-29", "2025-02-28"), 1),
        ("years_between(d, e)", ("2024-02-29", "2025-02-27"), 0),
        ("years_between(d, e)", ("2008-12-01", "2026-11-30"), 17),
        ("years_between(e, d)", ("2008-12-01", "2026-12-01"), -18),
        ("years_between(d, '2026-12-31')", ("2000-01-01", None), 26),
        ("year(d) * 10000 + month(d) * 100 + day(d)", ("2026-11-30", None), 20261130),
        ("month_start(d)", ("2026-02-28", None), "2026-02-01"),
        ("quarter_start(d)", ("2026-02-28", None), "2026-01-01"),
        ("quarter_start(d)", ("2026-12-31", None), "2026-10-01"),
        ("half_year_start(d)", ("2026-06-30", None), "2026-01-01"),
        ("half_year_start(d)", ("2026-07-01", None), "2026-07-01"),
        ("year_start(d)", ("2026-07-01", None), "2026-01-01"),
        ("weekday(d)", ("2026-11-30", None), 1),
        ("weekday(d)", ("2026-11-29", None), 7),
        ("least(d, e)", ("2026-01-02", "2026-01-01"), "2026-01-01"),
        ("greatest(d, '2026-06-01')", ("2026-01-02", None), "2026-06-01"),
        ("clamp(d, '2026-01-01', '2026-12-31')", ("2027-05-05", None), "2026-12-31"),
        ("CASE WHEN d > e THEN d ELSE e END", ("2026-01-02", "2026-01-01"), "2026-01-02"),
        ("coalesce(e, d)", ("2026-01-02", None), "2026-01-02"),
        ("add_days(half_year_start(d), -1)", ("2026-09-09", None), "2026-06-30"),
        ("at(daily, d)", ("2019-03-31", None), None),
        ("at(daily, d)", ("2019-04-01", None), 800),
        ("at(daily, d)", ("2021-03-31", None), 800),
        ("at(daily, d)", ("2021-04-01", None), 806),
        ("at(daily, add_days(d, 1))", ("2021-03-31", None), 806),
        ("at(rate, d)", ("2000-01-01", None), 0),
        ("at(rate, d)", ("2024-06-29", None), F(21, 4)),
        ("at(rate, d)", ("2030-01-01", None), 5),
        ("at(word, d)", ("2025-01-01", None), "new's"),
        ("at(word, d) = 'old'", ("2024-01-01", None), True),
        ("at(word, d)", ("2019-01-01", None), None),
        ("paid / at(daily, d)", ("2019-04-01", None), None),
    ],
)  # fmt: skip
def test_dates_by_hand(duck, text: str, of: tuple[str | None, str | None], wanted: object) -> None:
    found = answer(duck, text, KNOWN, d=of[0], e=of[1])
    if isinstance(wanted, str) and read(text, KNOWN).type == Type("date"):
        wanted = day(wanted)
    assert found == wanted


@pytest.mark.parametrize(
    ("text", "s", "t", "wanted"),
    [
        ("minutes_between(s, t)", "2026-01-01 00:00:00", "2026-01-01 02:59:59", 179),
        ("minutes_between(t, s)", "2026-01-01 00:00:00", "2026-01-01 02:59:59", -179),
        ("minutes_between(s, t)", "2026-01-01 00:00:59", "2026-01-01 00:01:00", 0),
        ("hours_between(s, t)", "2026-01-01 00:00:01", "2026-01-01 03:00:00", 2),
        ("hours_between(t, s)", "2026-01-01 00:00:01", "2026-01-01 03:00:00", -2),
        ("seconds_between(s, t)", "2026-01-01 00:00:00", "2026-01-01 00:00:01.999999", 1),
        ("seconds_between(s, '2026-01-01T01:00:00+01:00')", "2026-01-01 00:00:00", None, 0),
        ("minutes_between('2026-03-29T00:30:00+01:00', s)", "2026-03-29 01:30:00", None, 120),
        ("minutes_between(s, t)", "0001-01-01 00:00:00", "9999-12-31 23:59:00", 5258964959),
    ],
)
def test_instants_by_hand(duck, text: str, s: str, t: str | None, wanted: int) -> None:
    assert answer(duck, text, KNOWN, s=s, t=t) == wanted


def test_adding_to_instants(duck) -> None:
    s = "2026-03-28 23:30:00"
    assert answer(duck, "add_hours(s, 72)", KNOWN, s=s) == datetime(2026, 3, 31, 23, 30)
    assert answer(duck, "add_hours(s, -1)", KNOWN, s=s) == datetime(2026, 3, 28, 22, 30)
    assert answer(duck, "add_minutes(s, n)", KNOWN, s=s, n=31) == datetime(2026, 3, 29, 0, 1)


NEEDING = [
    "days_between(d, '2026-01-01')", "days_between('2026-01-01', d)", "add_days(d, 1)", "add_days('2026-01-01', n)",
    "add_weeks(d, 1)", "add_weeks('2026-01-01', n)", "add_months(d, 1)", "add_months('2026-01-01', n)",
    "add_years(d, 1)", "add_years('2026-01-01', n)", "add_hours(s, 1)", "add_minutes(s, 1)",
    "add_hours('2026-01-01T00:00:00Z', n)", "month_start(d)", "quarter_start(d)", "half_year_start(d)", "year_start(d)",
    "weekday(d)", "months_between(d, '2026-01-01')", "years_between('2026-01-01', d)", "year(d)", "month(d)", "day(d)",
    "minutes_between(s, '2026-01-01T00:00:00Z')", "hours_between('2026-01-01T00:00:00Z', s)",
    "seconds_between(s, s)", "at(daily, d)", "at(rate, d)", "at(word, d)", "d > '2026-01-01'",
    "d IN ('2026-01-01', '2026-01-02')", "s = '2026-01-01T00:00:00Z'",
]  # fmt: skip


@pytest.mark.parametrize("text", NEEDING)
def test_a_missing_date_is_never_a_number(duck, text: str) -> None:
    there = {"d": "2026-05-05", "s": "2026-05-05 00:00:00", "n": 2}
    gap, found, last = answers(duck, text, KNOWN, [{}, there, {}])
    assert gap is None
    assert last is None
    assert found is not None


@pytest.mark.parametrize(
    "text",
    [
        "add_days(d, n)", "add_weeks(d, n)", "add_months(d, n)", "add_years(d, n)", "add_hours(s, n)",
        "add_minutes(s, n)", "add_days(d, n * n)", "days_between(d, add_days(d, n)) > 0",
    ],
)  # fmt: skip
@pytest.mark.parametrize("n", [2**63 - 1, -(2**63), 2**31, -(2**40)])
def test_what_no_calendar_holds_is_missing(duck, text: str, n: int) -> None:
    rows: list[dict[str, object]] = [{"d": "2026-05-05", "s": "2026-05-05 00:00:00", "n": one} for one in (n, 1, n)]
    first, second, third = answers(duck, text, KNOWN, rows)
    if not (text == "add_minutes(s, n)" and abs(n) == 2**31) and not (text == "add_hours(s, n)" and abs(n) == 2**31):
        assert first is None
        assert third is None
    assert second is not None


def test_infinite_dates_are_missing_never_a_number(duck) -> None:
    rows: list[dict[str, object]] = [{"d": "infinity", "e": "2026-01-01"}, {"d": "-infinity", "e": "2026-01-01"}]
    assert answers(duck, "days_between(d, e)", KNOWN, rows) == [None, None]
    for text in ("weekday(d)", "months_between(d, e)", "years_between(e, d)", "year(d)", "month(d)", "day(d)"):
        assert answers(duck, text, KNOWN, rows) == [None, None]


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("days_between(d, s)", "expression-type", 17),
        ("days_between(d)", "expression-type", 1),
        ("minutes_between(d, d)", "expression-type", 17),
        ("days_between(d, 'soon')", "bad-date", 17),
        ("minutes_between(s, '2026-01-01T00:00:00')", "bad-instant", 20),
        ("add_days(s, 1)", "expression-type", 10),
        ("add_days(d, x)", "expression-type", 13),
        ("add_days(d, 1.5)", "expression-type", 13),
        ("add_days(d, km)", "mixed-unit", 13),
        ("add_hours(d, 1)", "expression-type", 11),
        ("weekday(n)", "expression-type", 9),
        ("month_start('2026-13-01')", "bad-date", 13),
        ("at(paid, d)", "unknown-series", 4),
        ("at(dayly, d)", "unknown-series", 4),
        ("at(daily, n)", "expression-type", 11),
        ("daily * 2", "unknown-column", 1),
        ("d - e", "expression-type", 1),
        ("d + 3", "expression-type", 1),
        ("now() > s", "unlisted-function", 1),
        ("today() > d", "unlisted-function", 1),
    ],
)
def test_refused(text: str, code: str, column: int) -> None:
    assert refused(text, KNOWN) == (code, column)


def test_a_dated_figure_is_proven_not_to_be_zero() -> None:
    assert read("paid / at(daily, d)", KNOWN).type == Type("number")
    assert refused("paid / at(rate, d)", KNOWN) == ("maybe-zero", 8)


def test_names_of_series_are_names_but_not_columns() -> None:
    found = read("at(daily, d) > paid", KNOWN)
    assert found.columns == ("d", "paid")
    assert found.names == ("daily", "d", "paid")


def test_completed_months_are_the_most_that_can_be_added(duck) -> None:
    """Against every day of three years, one of them a leap year: so many months added are not after the end, one more
    are."""
    rows: list[dict[str, object]] = [
        {"d": start, "e": date.fromordinal(date(2024, 1, 1).toordinal() + n).isoformat()}
        for start in ("2024-01-01", "2024-01-29", "2024-01-30", "2024-01-31")
        for n in range(31, 3 * 365, 1)
    ]
    text = "add_months(d, months_between(d, e)) <= e AND add_months(d, months_between(d, e) + 1) > e"
    assert answers(duck, text, KNOWN, rows) == [True] * len(rows)
