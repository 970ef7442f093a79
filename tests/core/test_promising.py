"""When a promise is due, in words and in figures, and what a pause does to it: properties over zones and calendars."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.core.calendars import business_calendar
from makegood.core.promising import (
    By,
    Spoken,
    after_pause,
    end_of_day,
    find_calendar,
    margin_of,
    read_by,
    resolve_spoken,
)
from makegood.kit.errors import BadInput

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WEEK = business_calendar(years=(2024, 2034))
ENGLAND = business_calendar("GB", "ENG", years=(2024, 2034))
ZONES = st.sampled_from([ZoneInfo(name) for name in (
    "UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Etc/GMT+12", "Australia/Lord_Howe", "Asia/Kathmandu",
)])  # fmt: skip
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
LENGTHS = st.timedeltas(timedelta(minutes=1), timedelta(days=60)).map(
    lambda length: timedelta(seconds=length // timedelta(seconds=1))
)


@given(paused=MOMENTS, left=LENGTHS, pause=LENGTHS, zone=ZONES)
def test_without_a_calendar_a_pause_moves_the_moment_by_its_length(paused, left, pause, zone):
    assert after_pause(paused + left, paused, paused + pause, zone, None) == paused + left + pause


@given(paused=MOMENTS, days=st.integers(1, 30), pause=LENGTHS, zone=ZONES, calendar=st.sampled_from([WEEK, ENGLAND]))
def test_as_many_business_days_are_left_as_there_were(paused, days, pause, zone, calendar):
    due = read_by(f"{days} business days in c", paused, zone, {"c": calendar}).due
    now = paused + pause
    moved = after_pause(due, paused, now, zone, calendar)
    assert moved >= due and moved > now
    left, today = (moment.astimezone(zone).date() for moment in (moved, now))
    assert sum(calendar.is_business_day(today + timedelta(days=n)) for n in range(1, (left - today).days + 1)) == days
    assert calendar.is_business_day(left)


@given(paused=MOMENTS, left=LENGTHS, zone=ZONES, calendar=st.sampled_from([None, WEEK, ENGLAND]))
def test_a_pause_of_no_time_changes_nothing(paused, left, zone, calendar):
    due = paused + left
    moved = after_pause(due, paused, paused, zone, calendar)
    # In the hour that a clock shows twice the earlier one counts; else it is the same moment.
    assert moved == due


@given(
    paused=MOMENTS,
    left=LENGTHS,
    first=LENGTHS,
    more=LENGTHS,
    zone=ZONES,
    calendar=st.sampled_from([None, WEEK, ENGLAND]),
)
def test_a_longer_pause_never_brings_the_moment_forward(paused, left, first, more, zone, calendar):
    due = paused + left
    shorter, longer = (after_pause(due, paused, paused + pause, zone, calendar) for pause in (first, first + more))
    assert due <= shorter <= longer


@given(made=MOMENTS, left=LENGTHS)
def test_the_margin_is_a_tenth_within_its_bounds(made, left):
    margin = margin_of(made, made + left)
    assert timedelta(minutes=15) <= margin <= timedelta(days=1)
    assert margin in (left // 10, timedelta(minutes=15), timedelta(days=1))


@given(
    now=MOMENTS,
    zone=ZONES,
    days=st.integers(0, 2),
    weekday=st.integers(0, 7),
    at=st.none() | st.times(),
    lengths=st.sampled_from(["", "24 hours", "2 business days"]),
)
def test_words_mean_a_moment_that_is_ahead_and_survive_being_kept(now, zone, days, weekday, at, lengths):
    minute = at.replace(second=0, microsecond=0) if at else None
    said = Spoken(lengths, days, weekday, minute)
    assert Spoken.from_json(said.as_json()) == said
    moment = resolve_spoken(said, now, zone)
    assert moment > now and moment.utcoffset() == timedelta(0)
    if weekday and not lengths:
        assert moment.astimezone(zone).date().isoweekday() in (weekday, weekday % 7 + 1)  # a gap at midnight


@pytest.mark.parametrize(
    ("text", "due", "calendar"),
    [
        ("2026-12-08 14:00", datetime(2026, 12, 8, 13, 0, tzinfo=UTC), ""),
        ("2026-12-08T14:00", datetime(2026, 12, 8, 13, 0, tzinfo=UTC), ""),
        ("2026-12-08", datetime(2026, 12, 8, 22, 59, tzinfo=UTC), ""),
        ("2026-12-08T14:00:00+00:00", datetime(2026, 12, 8, 14, 0, tzinfo=UTC), ""),
        ("14:00", datetime(2026, 3, 2, 13, 0, tzinfo=UTC), ""),
        ("30 minutes", NOW + timedelta(minutes=30), ""),
        ("2 business days at close", datetime(2026, 3, 4, 16, 0, tzinfo=UTC), "weekdays"),
        ("2 business days in england then 1 week", datetime(2026, 3, 11, 9, 0, tzinfo=UTC), "england"),
    ],
)
def test_what_a_person_types(text, due, calendar):
    assert read_by(text, NOW, BERLIN, {"england": ENGLAND}) == By(due, calendar)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad-by"), ("soon", "bad-by"), ("2026-13-01", "bad-by"), ("2026-02-30 12:00", "bad-by"),
        ("2026-12-08 25:00", "bad-by"), ("9999-12-31T23:59:00-12:00", "bad-by"), ("2026-03-02 09:00", "promise-passed"),
        ("0 minutes", "promise-passed"), ("3 fortnights", "bad-due"), ("2 business days in mars", "unknown-calendar"),
        ("99999 years", "bad-due"), ("2026-12-08T14:00:00", ""), ("25:00", "bad-by"),
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_what_to_write(text, code):
    if not code:
        assert read_by(text, NOW, BERLIN, {}).due.hour == 13
        return
    with pytest.raises(BadInput) as no:
        read_by(text, NOW, BERLIN, {})
    assert no.value.code == code and no.value.remedy


def test_an_hour_that_the_clock_skips_or_shows_twice():
    assert read_by("2026-03-29 02:30", NOW, BERLIN, {}).due == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert read_by("2026-10-25 02:30", NOW, BERLIN, {}).due == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert end_of_day(date(2026, 10, 25), BERLIN) == datetime(2026, 10, 25, 22, 59, tzinfo=UTC)


def test_an_hour_that_has_passed_today_is_tomorrows():
    assert resolve_spoken(Spoken(at=time(9, 30)), NOW, BERLIN) == datetime(2026, 3, 3, 8, 30, tzinfo=UTC)
    assert resolve_spoken(Spoken(weekday=1, at=time(9, 30)), NOW, BERLIN) == datetime(2026, 3, 9, 8, 30, tzinfo=UTC)


def test_a_calendar_that_left_the_playbook_is_named():
    assert find_calendar("", {}) is None
    assert find_calendar("weekdays", {}) == business_calendar()
    with pytest.raises(BadInput, match="'england'"):
        find_calendar("england", {})
    due = datetime(2034, 12, 28, 9, 0, tzinfo=UTC)
    with pytest.raises(BadInput, match="2024-01-01 to 2034-12-31"):
        after_pause(due, due - timedelta(days=2), due + timedelta(days=300), BERLIN, WEEK)
