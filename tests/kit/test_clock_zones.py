"""Zones and durations at their edges: both changes of the clock, every unit, and the sign in front."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kit.clock import iso, spoken, zone
from makegood.kit.errors import BadInput

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (SECOND, "1 s"),
        (timedelta(milliseconds=999), "0 s"),
        (timedelta(minutes=1) - SECOND, "59 s"),
        (timedelta(minutes=1, seconds=59), "1 min"),
        (timedelta(hours=1) - SECOND, "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=1, seconds=59), "1 h"),
        (timedelta(days=1) - SECOND, "23 h 59 min"),
        (timedelta(days=1, minutes=59), "1 day"),
        (timedelta(days=1, hours=1), "1 day 1 h"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=400, hours=23, minutes=59), "400 days 23 h"),
        (-SECOND, "-1 s"),
        (timedelta(milliseconds=-999), "0 s"),
        (timedelta(minutes=-59, seconds=-59), "-59 min"),
        (timedelta(hours=-1, minutes=-30), "-1 h 30 min"),
        (timedelta(days=-2), "-2 days"),
    ],
)
def test_a_duration_is_cut_to_its_two_largest_units(length: timedelta, words: str) -> None:
    assert spoken(length) == words


@given(st.timedeltas(min_value=SECOND, max_value=timedelta(days=9999)))
def test_before_and_after_differ_only_in_their_sign(length: timedelta) -> None:
    assert spoken(-length) == f"-{spoken(length)}"


@pytest.mark.parametrize(
    ("name", "local", "instant"),
    [
        ("UTC", datetime(2024, 3, 31, 12), "2024-03-31T12:00:00.000000Z"),
        ("Europe/Berlin", datetime(2024, 3, 31, 1, 59), "2024-03-31T00:59:00.000000Z"),
        ("Europe/Berlin", datetime(2024, 3, 31, 3), "2024-03-31T01:00:00.000000Z"),
        ("Europe/Berlin", datetime(2024, 10, 27, 2, 30), "2024-10-27T00:30:00.000000Z"),
        ("Europe/Berlin", datetime(2024, 10, 27, 2, 30, fold=1), "2024-10-27T01:30:00.000000Z"),
        ("America/New_York", datetime(2024, 1, 1), "2024-01-01T05:00:00.000000Z"),
        ("Asia/Kathmandu", datetime(2024, 1, 1), "2023-12-31T18:15:00.000000Z"),
        ("Australia/Lord_Howe", datetime(2024, 1, 1), "2023-12-31T13:00:00.000000Z"),
        ("Pacific/Kiritimati", datetime(2024, 1, 1), "2023-12-31T10:00:00.000000Z"),
    ],
)
def test_the_wall_clock_of_a_zone_is_one_instant(name: str, local: datetime, instant: str) -> None:
    assert iso(local.replace(tzinfo=zone(name))) == instant


@pytest.mark.parametrize(
    "name",
    ["Europe/Berlin ", " UTC", "Europe/", "/", ".", "..", "Europe/Berlin\n", "a\0b", "zone.tab", "x" * 300, "+02:00"],
)
def test_a_slip_in_the_name_is_a_sentence_and_no_crash(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        zone(name)
    assert (refused.value.code, refused.value.what) == ("unknown-zone", f"'{name}' is not a time zone.")


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 2), max_value=datetime(9999, 12, 30)))
def test_an_instant_reads_back_from_any_offset(moment: datetime) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(hours=-9, minutes=-30)))
    assert iso(elsewhere) == iso(moment)
    assert datetime.fromisoformat(iso(elsewhere)) == moment
