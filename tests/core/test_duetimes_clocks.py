"""Clocks of published rules: holidays by calendar, months, the close of business, one unit after another."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.test_playbook import GOOD, codes, read

from makegood.core.calendars import Calendar, business_calendar
from makegood.core.duetimes import LENGTHS, parse_due, resolve
from makegood.kit.errors import BadInput

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
CASES = Path(__file__).parents[3] / "shared" / "data" / "policies" / "cases.jsonl"
KNOWN = {
    "england": business_calendar("GB", "ENG"),
    "us": business_calendar("US"),
    "works": business_calendar(dates=[date(2026, 12, 24)], weekend=["sun"]),
}


def due(text: str, start: str, zone: ZoneInfo = LONDON) -> str:
    """The due time as a clock in the zone shows it."""
    moment = resolve(parse_due(text, KNOWN), {"noticed": datetime.fromisoformat(start)}, zone)
    assert moment.tzinfo is UTC
    return moment.astimezone(zone).isoformat()


@pytest.mark.parametrize(
    ("text", "start", "wanted"),
    [
        # 3 and 6 April 2026 are Good Friday and Easter Monday; 28 December stands for Boxing Day, a Saturday.
        ("noticed + 3 business days in england", "2026-04-01T10:00:00+01:00", "2026-04-08T10:00:00+01:00"),
        ("noticed + 3 business days", "2026-04-01T10:00:00+01:00", "2026-04-06T10:00:00+01:00"),
        ("noticed + 3 business days in england at close", "2026-04-01T10:00:00+01:00", "2026-04-08T17:00:00+01:00"),
        ("noticed + 1 business day in england", "2026-12-24T09:30:00+00:00", "2026-12-29T09:30:00+00:00"),
        ("noticed + 1 business day in england", "2026-12-26T09:30:00+00:00", "2026-12-29T09:30:00+00:00"),
        ("noticed + 0 business days in england", "2026-12-26T09:30:00+00:00", "2026-12-26T09:30:00+00:00"),
        ("noticed + 1 business day in works", "2026-12-23T09:30:00+00:00", "2026-12-25T09:30:00+00:00"),
        ("noticed + 8 weeks", "2026-02-02T09:00:00+00:00", "2026-03-30T09:00:00+01:00"),
        ("noticed + 8 weeks at close", "2026-02-02T09:00:00+00:00", "2026-03-30T17:00:00+01:00"),
        ("noticed at close", "2026-02-02T09:00:00+00:00", "2026-02-02T17:00:00+00:00"),
        ("noticed + 1 month", "2026-01-31T09:00:00+00:00", "2026-02-28T09:00:00+00:00"),
        ("noticed + 1 month", "2028-01-31T09:00:00+00:00", "2028-02-29T09:00:00+00:00"),
        ("noticed + 2 months", "2026-12-31T09:00:00+00:00", "2027-02-28T09:00:00+00:00"),
        ("noticed + 12 months", "2026-12-31T09:00:00+00:00", "2027-12-31T09:00:00+00:00"),
        ("noticed + 1 year", "2028-02-29T09:00:00+00:00", "2029-02-28T09:00:00+00:00"),
        ("noticed + 1 month then 1 month", "2026-01-31T09:00:00+00:00", "2026-03-28T09:00:00+00:00"),
        ("noticed + 1 month", "2026-02-28T01:30:00+00:00", "2026-03-28T01:30:00+00:00"),
        ("noticed + 1 month then 1 day", "2026-02-28T01:30:00+00:00", "2026-03-29T02:30:00+01:00"),
        # Ofcom: two working days to repair, then each calendar day counts.
        ("noticed + 2 business days in england then 1 day", "2026-04-02T18:00:00+01:00", "2026-04-09T18:00:00+01:00"),
        ("noticed + 2 business days, then 36 hours", "2026-03-26T12:00:00+00:00", "2026-04-01T00:00:00+01:00"),
        ("noticed + 36 hours then 1 business day in england", "2026-04-02T06:00:00+01:00", "2026-04-07T18:00:00+01:00"),
    ],
)
def test_due(text: str, start: str, wanted: str) -> None:
    assert due(text, start) == wanted


def test_ten_business_days_then_calendar_days() -> None:
    """Regulation E: ten business days, forty-five days in all cases; 3 July 2026 is kept for the fourth, a Saturday."""
    ten = "noticed + 10 business days in us"
    assert due(ten, "2026-06-24T11:00:00-04:00", NEW_YORK) == "2026-07-09T11:00:00-04:00"
    assert due(f"{ten} then 35 days", "2026-06-24T11:00:00-04:00", NEW_YORK) == "2026-08-13T11:00:00-04:00"


def test_the_close_is_that_of_the_last_calendar_named() -> None:
    late = Calendar(
        *(getattr(KNOWN["us"], word) for word in ("first", "last", "holidays", "weekend", "days")), time(21)
    )
    calendars = {**KNOWN, "late": late}
    start = {"noticed": datetime(2026, 6, 1, 9, 0, tzinfo=UTC)}
    for text, hour in (
        ("noticed + 1 business day in late at close", 21),
        ("noticed + 1 business day in england then 1 business day in late then 2 days at close", 21),
        ("noticed + 1 business day in late then 1 business day in england at close", 17),
    ):
        assert resolve(parse_due(text, calendars), start, ZoneInfo("UTC")).time() == time(hour)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("noticed + 3 business days in england close", "bad-due"),
        ("noticed + 3 days in england", "bad-due"),
        ("noticed + 3 business days in englnd", "unknown-calendar"),
        ("noticed + 3 business days in", "bad-due"),
        ("noticed + 1 day then", "bad-due"),
        ("noticed + then 1 day", "bad-due"),
        ("noticed + 1 day then 1 day + 1 day", "bad-due"),
        ("noticed then 1 day", "bad-due"),
        ("noticed + at close", "bad-due"),
        ("noticed + 1 day at close at close", "bad-due"),
        ("noticed + " + " then ".join(["1 day"] * (LENGTHS + 1)), "bad-due"),
    ],
)
def test_refused(text: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_due(text, KNOWN)
    assert (refused.value.code, bool(refused.value.remedy)) == (code, True)


def test_a_misspelt_calendar_is_guessed() -> None:
    with pytest.raises(BadInput, match="england"):
        parse_due("noticed + 1 business day in englnd", KNOWN)
    with pytest.raises(BadInput, match="There are: none"):
        parse_due("noticed + 1 business day in england")


def test_nothing_is_said_outside_of_the_calendars_years() -> None:
    for start, text in (
        ("2014-12-31T12:00:00+00:00", "noticed + 1 business day in england"),
        ("2035-12-30T12:00:00+00:00", "noticed + 5 business days in england"),
        ("2036-01-01T12:00:00+00:00", "noticed + 0 business days in england"),
    ):
        with pytest.raises(BadInput, match="outside of the years of 'england'") as refused:
            due(text, start)
        assert refused.value.code == "bad-due"
    with pytest.raises(BadInput, match="beyond"):
        due("noticed + 9000 years", "2026-01-01T12:00:00+00:00")


@given(st.datetimes(datetime(2016, 1, 1), datetime(2034, 1, 1)), st.integers(0, 300), st.sampled_from(sorted(KNOWN)))
def test_business_days_are_counted_one_by_one(start: datetime, count: int, name: str) -> None:
    begin = start.replace(tzinfo=UTC)
    end = resolve(parse_due(f"noticed + {count} business days in {name}", KNOWN), {"noticed": begin}, ZoneInfo("UTC"))
    calendar, day, left = KNOWN[name], begin.date(), count
    while left:
        day += timedelta(days=1)
        left -= day not in calendar.holidays and day.isoweekday() not in calendar.weekend
    assert end == datetime.combine(day, begin.time(), UTC)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1)), st.integers(0, 200))
def test_a_month_later_is_the_same_day_or_the_last(start: datetime, count: int) -> None:
    begin = start.replace(tzinfo=UTC)
    end = resolve(parse_due(f"noticed + {count} months"), {"noticed": begin}, ZoneInfo("UTC"))
    assert (end.year * 12 + end.month) - (begin.year * 12 + begin.month) == count
    assert end.time() == begin.time()
    assert end.day == begin.day or (end.day < begin.day and (end + timedelta(days=1)).day == 1)


def aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@pytest.mark.skipif(not CASES.exists(), reason="the published cases are not on this machine")
def test_the_published_clocks() -> None:
    units = {"calendar_days": "days", "business_days": "business days in own"}
    seen = 0
    for line in CASES.read_text().splitlines():
        case = json.loads(line)
        if case["scheme"] != "clock":
            continue
        given_, wanted = case["inputs"], case["expected"]["deadline"]
        own = business_calendar(dates=[date.fromisoformat(day) for day in given_.get("holidays") or ()])
        text = f"noticed + {given_['n']} {units.get(given_['unit'], given_['unit'])}"
        begin = aware(given_["start"])
        found = resolve(parse_due(text, {"own": own}), {"noticed": begin}, ZoneInfo("UTC"))
        deadline = aware(wanted)
        if given_["unit"] == "hours":
            assert found == deadline, case["id"]
        else:
            assert found.date() == deadline.date(), case["id"]
        seen += 1
    assert seen >= 20


CLOCKS = """calendars:
  england: {country: GB, subdivision: ENG, close: "17:30"}
  works: {dates: [2026-12-24], weekend: [sun], years: [2020, 2030]}
"""


def test_a_playbook_names_calendars() -> None:
    text = CLOCKS + GOOD.replace("noticed + 24 hours", "noticed + 3 business days in england at close")
    playbook, found = read(text)
    assert playbook is not None, found
    assert found == []
    said = playbook.steps()[0].due
    assert said is not None
    assert resolve(said, {"noticed": datetime(2026, 4, 1, 9, 0, tzinfo=UTC)}, LONDON) == datetime(
        2026, 4, 8, 16, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("country: GB", "country: ZZ", "unknown-country", 2),
        ("subdivision: ENG", "subdivision: ENGL", "unknown-subdivision", 2),
        ('"17:30"', '"25:30"', "bad-calendar", 2),
        ('"17:30"', "noon", "schema-pattern", 2),
        ("[2026-12-24]", "[2026-12-32]", "bad-date", 3),
        ("dates: [2026-12-24], ", "", "bad-calendar", 3),
        ("weekend: [sun]", "weekend: [mon, tue, wed, thu, fri, sat, sun]", "bad-calendar", 3),
        ("[2020, 2030]", "[2030, 2020]", "bad-calendar", 3),
        ("noticed + 24 hours", "noticed + 1 business day in wales", "unknown-calendar", 7),
    ],
)
def test_refused_in_a_playbook(old: str, new: str, code: str, line: int) -> None:
    text = CLOCKS + GOOD
    assert old in text
    assert (code, line) in codes(text.replace(old, new, 1))
