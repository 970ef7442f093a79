"""Due times against the calendar: gaps and folds, ends of months and years, leap days, the zones at the edges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from makegood.core.duetimes import Length, at_local, parse_due, resolve
from makegood.kit.errors import BadInput

# zone, due, start and due time as people there read them (with their offset)
CASES = [
    # clocks spring forward
    ("Europe/Berlin", "1 day", "2026-03-28T02:30:00+01:00", "2026-03-29T03:30:00+02:00"),
    ("Europe/Berlin", "1 day", "2026-03-28T01:59:59+01:00", "2026-03-29T01:59:59+01:00"),
    ("Europe/Berlin", "1 day", "2026-03-28T03:00:00+01:00", "2026-03-29T03:00:00+02:00"),
    ("Europe/Berlin", "24 hours", "2026-03-28T02:30:00+01:00", "2026-03-29T03:30:00+02:00"),
    ("Europe/Berlin", "24 hours", "2026-03-28T12:00:00+01:00", "2026-03-29T13:00:00+02:00"),
    ("Europe/Berlin", "1 week", "2026-03-22T02:00:00+01:00", "2026-03-29T03:00:00+02:00"),
    ("America/New_York", "1 day", "2026-03-07T02:00:00-05:00", "2026-03-08T03:00:00-04:00"),
    ("America/New_York", "60 minutes", "2026-03-08T01:30:00-05:00", "2026-03-08T03:30:00-04:00"),
    ("Australia/Lord_Howe", "1 day", "2026-10-03T02:15:00+10:30", "2026-10-04T02:45:00+11:00"),
    ("America/Santiago", "1 day", "2026-09-05T00:00:00-04:00", "2026-09-06T01:00:00-03:00"),
    ("Africa/Cairo", "1 day", "2026-04-23T00:30:00+02:00", "2026-04-24T01:30:00+03:00"),
    # clocks fall back
    ("Europe/Berlin", "1 day", "2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00"),
    ("Europe/Berlin", "1 day", "2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00"),
    ("Europe/Berlin", "24 hours", "2026-10-24T12:00:00+02:00", "2026-10-25T11:00:00+01:00"),
    ("Europe/Berlin", "1 hour", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"),
    ("America/New_York", "2 weeks", "2026-10-18T01:30:00-04:00", "2026-11-01T01:30:00-04:00"),
    ("America/New_York", "1 business day", "2026-10-30T12:00:00-04:00", "2026-11-02T12:00:00-05:00"),
    ("Australia/Lord_Howe", "1 day", "2026-04-04T01:45:00+11:00", "2026-04-05T01:45:00+11:00"),
    # ends of months and years, leap days
    ("UTC", "1 day", "2026-01-31T09:00:00+00:00", "2026-02-01T09:00:00+00:00"),
    ("UTC", "1 day", "2026-02-28T09:00:00+00:00", "2026-03-01T09:00:00+00:00"),
    ("UTC", "1 day", "2028-02-28T09:00:00+00:00", "2028-02-29T09:00:00+00:00"),
    ("UTC", "1 day", "2028-02-29T09:00:00+00:00", "2028-03-01T09:00:00+00:00"),
    ("UTC", "1 day", "2100-02-28T09:00:00+00:00", "2100-03-01T09:00:00+00:00"),
    ("UTC", "365 days", "2028-02-29T09:00:00+00:00", "2029-02-28T09:00:00+00:00"),
    ("UTC", "52 weeks", "2027-12-31T23:59:00+00:00", "2028-12-29T23:59:00+00:00"),
    ("UTC", "1 minute", "2026-12-31T23:59:59+00:00", "2027-01-01T00:00:59+00:00"),
    ("Europe/Berlin", "1 day", "2026-12-31T00:30:00+01:00", "2027-01-01T00:30:00+01:00"),
    ("UTC", "1 business day", "2026-12-31T17:00:00+00:00", "2027-01-01T17:00:00+00:00"),
    ("UTC", "2 business days", "2026-12-31T17:00:00+00:00", "2027-01-04T17:00:00+00:00"),
    ("UTC", "1 minute", "2016-12-31T23:59:59+00:00", "2017-01-01T00:00:59+00:00"),
    # the edges of the map
    ("Etc/GMT+12", "1 day", "2026-06-30T23:00:00-12:00", "2026-07-01T23:00:00-12:00"),
    ("Pacific/Kiritimati", "1 day", "2026-06-30T00:30:00+14:00", "2026-07-01T00:30:00+14:00"),
    ("Pacific/Kiritimati", "1 business day", "2026-01-02T08:00:00+14:00", "2026-01-05T08:00:00+14:00"),
    ("Pacific/Pago_Pago", "1 business day", "2026-01-02T23:00:00-11:00", "2026-01-05T23:00:00-11:00"),
    ("Asia/Kathmandu", "1 day", "2026-05-01T00:15:00+05:45", "2026-05-02T00:15:00+05:45"),
    ("Pacific/Chatham", "1 day", "2026-09-26T02:45:00+12:45", "2026-09-27T03:45:00+13:45"),
    ("Pacific/Apia", "1 day", "2011-12-29T12:00:00-10:00", "2011-12-31T12:00:00+14:00"),
    # nothing to add
    ("Europe/Berlin", "0 days", "2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+02:00"),
    ("Europe/Berlin", "0 hours", "2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+01:00"),
    ("Europe/Berlin", "0 business days", "2026-01-10T12:00:00+01:00", "2026-01-10T12:00:00+01:00"),
]


@pytest.mark.parametrize(("zone", "length", "start", "due"), CASES)
def test_due(zone: str, length: str, start: str, due: str) -> None:
    begin, wanted = datetime.fromisoformat(start), datetime.fromisoformat(due)
    found = resolve(parse_due(f"noticed + {length}"), {"noticed": begin}, ZoneInfo(zone))
    assert found == wanted
    assert found.tzinfo is UTC


@pytest.mark.parametrize("zone", sorted({case[0] for case in CASES}))
def test_the_same_length_from_an_instant_written_in_another_zone_is_the_same(zone: str) -> None:
    begin = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)
    due = parse_due("noticed + 3 days")
    elsewhere = begin.astimezone(ZoneInfo("Asia/Tokyo"))
    assert resolve(due, {"noticed": begin}, ZoneInfo(zone)) == resolve(due, {"noticed": elsewhere}, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("weekday", "count", "days"),
    [(0, 1, 1), (0, 5, 7), (4, 1, 3), (4, 5, 7), (5, 1, 2), (5, 5, 6), (6, 1, 1), (6, 5, 5), (6, 6, 8), (3, 2, 4)],
)
def test_business_days_by_weekday(weekday: int, count: int, days: int) -> None:
    begin = datetime(2026, 6, 1, 9, 0, tzinfo=UTC) + timedelta(days=weekday)  # the first of June 2026 is a Monday
    found = resolve(parse_due(f"noticed + {count} business days"), {"noticed": begin}, ZoneInfo("UTC"))
    assert (found - begin).days == days


@pytest.mark.parametrize(
    ("text", "moment", "lengths"),
    [
        ("noticed", "noticed", ()),
        ("noticed+1 day", "noticed", (Length(1, "day"),)),
        ("noticed +  01  days", "noticed", (Length(1, "day"),)),
        ("happened.to + 2 business days", "happened.to", (Length(2, "business day"),)),
        ("as_of + 99999 minutes", "as_of", (Length(99_999, "minute"),)),
        ("approved + 2 business days then 1 month", "approved", (Length(2, "business day"), Length(1, "month"))),
        ("approved + 2 weeks, then 1 hour", "approved", (Length(2, "week"), Length(1, "hour"))),
    ],
)
def test_what_is_read(text: str, moment: str, lengths: tuple[Length, ...]) -> None:
    due = parse_due(text)
    assert (due.moment, due.lengths, due.close, due.instant) == (moment, lengths, None, None)
    assert str(due) == " ".join(text.split())


@pytest.mark.parametrize(
    "text",
    ["noticed + 1 businessday", "noticed + 1 age", "noticed +1", "+ 1 day", "Noticed + 1 day", "noticed + 1 day late",
     "noticed + 1 day + 1 day", "happened", "2026-13-01T00:00:00Z", "2026-01-01T25:00:00Z", "2026-01-01 09:00",
     "9999-12-31T23:59:59-12:00", "noticed + ١ day"],
)  # fmt: skip
def test_what_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_due(text)
    assert refused.value.code == "bad-due"
    assert refused.value.remedy


def test_an_instant_needs_no_moment() -> None:
    due = parse_due("2026-01-31 09:00:00+01:00")
    assert resolve(due, {}, ZoneInfo("Asia/Tokyo")) == datetime(2026, 1, 31, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("Europe/Berlin", "2026-03-29T02:00:00", "2026-03-29T01:00:00"),
        ("Europe/Berlin", "2026-10-25T02:00:00", "2026-10-25T00:00:00"),
        ("Europe/Berlin", "2026-10-25T03:00:00", "2026-10-25T02:00:00"),
        ("Etc/GMT+12", "2026-01-01T00:00:00", "2026-01-01T12:00:00"),
        ("Pacific/Kiritimati", "2026-01-01T00:00:00", "2025-12-31T10:00:00"),
    ],
)
def test_a_wall_time_as_an_instant(zone: str, local: str, utc: str) -> None:
    wanted = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert at_local(datetime.fromisoformat(local), ZoneInfo(zone)) == wanted
    assert at_local(datetime.fromisoformat(local).replace(fold=1), ZoneInfo(zone)) == wanted, "the earlier one"
