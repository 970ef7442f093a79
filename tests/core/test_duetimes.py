"""Due times: exact hours, calendar days in the mistake's zone, Monday to Friday."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.core.duetimes import at_local, parse_due, resolve
from makegood.kit.errors import BadInput

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "start", "due"),
    [
        ("noticed", "2026-01-05T09:00:00-05:00", "2026-01-05T09:00:00-05:00"),
        ("noticed + 24 hours", "2026-03-07T12:00:00-05:00", "2026-03-08T13:00:00-04:00"),
        ("noticed + 1 day", "2026-03-07T12:00:00-05:00", "2026-03-08T12:00:00-04:00"),
        ("noticed + 90 minutes", "2026-01-05T09:00:00-05:00", "2026-01-05T10:30:00-05:00"),
        ("noticed + 2 weeks", "2026-10-25T12:00:00-04:00", "2026-11-08T12:00:00-05:00"),
        ("noticed  +  1 day", "2026-03-07T02:30:00-05:00", "2026-03-08T03:30:00-04:00"),
        ("noticed + 1 day", "2026-10-31T01:30:00-04:00", "2026-11-01T01:30:00-04:00"),
        ("noticed + 1 business day", "2026-01-09T16:00:00-05:00", "2026-01-12T16:00:00-05:00"),
        ("noticed + 2 business days", "2026-01-10T16:00:00-05:00", "2026-01-13T16:00:00-05:00"),
        ("noticed + 5 business days", "2026-01-10T16:00:00-05:00", "2026-01-16T16:00:00-05:00"),
        ("noticed + 5 business days", "2026-01-07T16:00:00-05:00", "2026-01-14T16:00:00-05:00"),
        ("noticed + 10 business days", "2026-01-11T16:00:00-05:00", "2026-01-23T16:00:00-05:00"),
        ("2026-01-31T09:00:00+01:00", "2026-01-01T00:00:00+00:00", "2026-01-31T08:00:00+00:00"),
    ],
)
def test_resolve(text: str, start: str, due: str) -> None:
    found = resolve(parse_due(text), {"noticed": utc(start)}, NEW_YORK)
    assert found == utc(due)
    assert found.tzinfo is UTC


@pytest.mark.parametrize("moment", ["approved", "happened.from", "happened.to", "as_of"])
def test_other_moments(moment: str) -> None:
    start = utc("2026-01-05T09:00:00Z")
    assert resolve(parse_due(f"{moment} + 2 days"), {moment: start}, BERLIN) == start + timedelta(days=2)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "noticed + two days", "noticed - 1 day", "noticed + 1 fortnight", "noticed + 123456 days",
     "tomorrow + 1 day", "2026-01-31T09:00:00", "2026-02-30T09:00:00Z", "noticed + 1.5 hours", "24 hours"],
)  # fmt: skip
def test_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_due(text)
    assert caught.value.code == "bad-due"
    assert caught.value.remedy


def test_unknown_moment() -> None:
    with pytest.raises(BadInput) as caught:
        resolve(parse_due("approved + 1 day"), {}, BERLIN)
    assert caught.value.code == "unknown-moment"


def test_beyond_the_calendar() -> None:
    with pytest.raises(BadInput) as caught:
        resolve(parse_due("noticed + 99999 weeks"), {"noticed": utc("9000-01-01T00:00:00Z")}, BERLIN)
    assert caught.value.code == "bad-due"


def test_naive_moments_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        resolve(parse_due("noticed"), {"noticed": datetime(2026, 1, 1)}, BERLIN)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1)), st.integers(0, 400))
def test_business_days_count_weekdays_only(start: datetime, count: int) -> None:
    begin = at_local(start, BERLIN)
    end = resolve(parse_due(f"noticed + {count} business days"), {"noticed": begin}, BERLIN).astimezone(BERLIN)
    first = begin.astimezone(BERLIN).date()
    days = [first + timedelta(days=n) for n in range(1, (end.date() - first).days + 1)]
    assert sum(day.weekday() < 5 for day in days) == count
    assert count == 0 or end.weekday() < 5


@given(st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1)))
def test_wall_time_is_kept_outside_gaps(local: datetime) -> None:
    shown = at_local(local, NEW_YORK).astimezone(NEW_YORK).replace(tzinfo=None, fold=0)
    assert shown in {local, local + timedelta(hours=1)}
