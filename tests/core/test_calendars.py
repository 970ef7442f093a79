"""Business calendars: public holidays, supplied dates, weekends, spans; the same in SQL."""

from __future__ import annotations

from datetime import date, time, timedelta

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.core.calendars import CLOSE, YEARS, Calendar, business_calendar, read_calendars
from makegood.core.findings import Findings
from makegood.kit.errors import BadInput
from makegood.kit.yamlfile import parse

ENGLAND = business_calendar("GB", "ENG")


def days(*texts: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in texts)


def test_the_bank_holidays_of_england_in_2026() -> None:
    """As gov.uk lists them for England and Wales; 28 December is the substitute for Boxing Day, a Saturday."""
    working = {day for day in ENGLAND.holidays if day.year == 2026 and day.isoweekday() < 6}
    assert working == {*days(
        "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25", "2026-12-28"
    )}  # fmt: skip


def test_the_federal_holidays_of_2026() -> None:
    """As the Office of Personnel Management lists them; the fourth of July is a Saturday and kept on Friday."""
    us = business_calendar("US")
    assert {day for day in us.holidays if day.year == 2026 and day.isoweekday() < 6} == {*days(
        "2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03", "2026-09-07", "2026-10-12",
        "2026-11-11", "2026-11-26", "2026-12-25"
    )}  # fmt: skip


def test_scotland_has_days_of_its_own() -> None:
    scotland = business_calendar("GB", "SCT")
    assert date(2026, 11, 30) in scotland.holidays
    assert date(2026, 11, 30) not in ENGLAND.holidays
    assert date(2026, 4, 6) not in scotland.holidays


def test_a_day_observed_in_the_year_before_counts_at_the_edge_of_the_span() -> None:
    """1 January 2033 is a Saturday; the federal day off is Friday, 31 December 2032."""
    assert date(2032, 12, 31) in business_calendar("US", years=(2030, 2032)).holidays


def test_supplied_dates_join_the_countrys_or_stand_alone() -> None:
    own = days("2026-12-24", "2026-12-24", "2041-01-01")
    both, alone = business_calendar("GB", "ENG", own), business_calendar(dates=own)
    assert {*both.holidays} == {*ENGLAND.holidays, date(2026, 12, 24)}
    assert alone.holidays == days("2026-12-24")
    assert (alone.first, alone.last) == (date(YEARS[0], 1, 1), date(YEARS[1], 12, 31))


def test_other_weekends() -> None:
    gulf = business_calendar("AE", weekend=["fri", "sat"])
    none = business_calendar(weekend=[], years=(2026, 2026))
    assert not gulf.is_business_day(date(2026, 6, 5))
    assert gulf.is_business_day(date(2026, 6, 7))
    assert len(none.days) == 365


def test_what_the_library_does_not_know_is_outside_of_the_span() -> None:
    """A year without entries must not pass for a year without holidays."""
    import holidays

    known = holidays.country_holidays("AE")
    early = business_calendar("AE", years=(1960, known.start_year + 1))
    late = business_calendar("AE", years=(2030, known.end_year + 10))
    assert (early.first, late.last) == (date(known.start_year, 1, 1), date(known.end_year, 12, 31))
    assert date(known.start_year - 1, 6, 1) not in early
    with pytest.raises(BadInput) as refused:
        business_calendar("AE", years=(1960, known.start_year - 1))
    assert refused.value.code == "bad-calendar"


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        ({"country": "ZZ"}, "unknown-country", "Known are: A"),
        ({"country": "GBX"}, "unknown-country", "GB"),
        ({"country": "GB", "subdivision": "ENGL"}, "unknown-subdivision", "ENG"),
        ({"country": "VA", "subdivision": "ENG"}, "unknown-subdivision", "Known are: none."),
        ({"subdivision": "ENG"}, "unknown-country", "country"),
        ({"weekend": ["sunday"]}, "bad-calendar", "sun"),
        ({"weekend": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}, "bad-calendar", "sat, sun"),
        ({"years": (2030, 2029)}, "bad-calendar", "2015"),
        ({"years": (1899, 1950)}, "bad-calendar", "1900"),
        ({"years": (1900, 2199)}, "bad-calendar", "150"),
    ],
)
def test_refused(arguments: dict[str, object], code: str, hint: str) -> None:
    with pytest.raises(BadInput) as refused:
        business_calendar(**arguments)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert hint in refused.value.remedy


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-04-01", 3, "2026-04-08"),
        ("2026-04-03", 1, "2026-04-07"),
        ("2026-04-04", 0, "2026-04-04"),
        ("2026-04-07", -1, "2026-04-02"),
        ("2026-04-06", -1, "2026-04-02"),
        ("2026-04-08", -3, "2026-04-01"),
        ("2015-01-02", -1, None),
        ("2035-12-31", 1, None),
        ("2014-12-31", 0, None),
        ("2036-01-01", -1, None),
    ],
)
def test_later(start: str, count: int, end: str | None) -> None:
    found = ENGLAND.later(date.fromisoformat(start), count)
    assert found == (None if end is None else date.fromisoformat(end))


@given(st.dates(date(2014, 6, 1), date(2036, 6, 1)), st.integers(-400, 400))
def test_later_counts_business_days_one_by_one(start: date, count: int) -> None:
    found = ENGLAND.later(start, count)
    step, day, left = (1 if count > 0 else -1), start, abs(count)
    while left and day in ENGLAND:
        day += timedelta(days=step)
        left -= ENGLAND.is_business_day(day)
    assert found == (day if start in ENGLAND and day in ENGLAND else None)


@pytest.mark.parametrize(
    "calendar",
    [
        ENGLAND,
        business_calendar(dates=days("2026-12-24"), weekend=["sun"]),
        business_calendar(weekend=[], years=(2020, 2020)),
    ],
)
def test_the_same_days_in_sql(calendar: Calendar) -> None:
    query = f"SELECT typeof(days), typeof(ordinals), days, ordinals, first FROM ({calendar.sql()})"
    (row,) = duckdb.connect().execute(query).fetchall()
    assert row[:2] == ("DATE[]", "INTEGER[]")
    assert tuple(row[2]) == calendar.days
    assert row[4] == calendar.first
    upto, ordinals = 0, []
    for n in range((calendar.last - calendar.first).days + 1):
        upto += calendar.is_business_day(calendar.first + timedelta(days=n))
        ordinals.append(upto)
    assert row[3] == ordinals


FILE = """calendars:
  england: {country: GB, subdivision: ENG, close: "17:30"}
  works: {dates: [2026-12-24, 2026-13-24]}
  nothing: {}
  when: {dates: [], close: "later"}
  zoned: {dates: [], close: "17:30+01:00"}
  norway: {country: NO, years: [2020, 2021]}
"""


def test_calendars_of_a_file_have_places() -> None:
    file = parse(FILE, "policy.yaml")
    at = Findings(file)
    found = read_calendars(at, ("calendars",), file.value["calendars"])
    assert {(one.code, str(one.place)) for one in at.found} == {
        ("bad-date", "policy.yaml:3:31"),
        ("bad-calendar", "policy.yaml:4:3"),
        ("bad-calendar", "policy.yaml:5:21"),
        ("bad-calendar", "policy.yaml:6:22"),
    }
    assert found["england"].close == time(17, 30)
    assert found["norway"].close == CLOSE
    assert (found["norway"].first, found["norway"].last) == (date(2020, 1, 1), date(2021, 12, 31))
    assert found["works"].holidays == days("2026-12-24")
    assert "nothing" not in found


def test_no_calendars() -> None:
    at = Findings(parse("a: b\n", "policy.yaml"))
    assert read_calendars(at, ("calendars",), None) == {}
    assert at.found == []
