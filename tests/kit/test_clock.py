"""Instants are aware and UTC; zones and durations appear only where a person reads or writes."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from makegood.kit.clock import elapsed, iso, now, spoken, zone
from makegood.kit.errors import BadInput

NOON = datetime(1998, 7, 1, 12, 0, tzinfo=UTC)


def test_now_is_aware_and_utc() -> None:
    with time_machine.travel(NOON, tick=False):
        assert now() == NOON
        assert now().tzinfo is UTC


def test_what_has_elapsed_is_no_matter_of_who_sets_the_clock() -> None:
    before, slept = elapsed(), time.clock_gettime(time.CLOCK_BOOTTIME)
    with time_machine.travel(NOON, tick=False):
        assert 0 <= elapsed() - before < 60
    assert abs(before - slept) < 1, "the clock that goes on while the host sleeps"


def test_one_instant_has_one_text() -> None:
    berlin = datetime(1998, 7, 1, 14, 0, tzinfo=zone("Europe/Berlin"))
    assert iso(NOON) == iso(berlin) == "1998-07-01T12:00:00.000000Z"
    assert iso(NOON + timedelta(microseconds=7)) == "1998-07-01T12:00:00.000007Z"


def test_texts_sort_like_instants() -> None:
    moments = [NOON - timedelta(days=400), NOON, NOON + timedelta(microseconds=1), NOON + timedelta(hours=12)]
    assert sorted(map(iso, reversed(moments))) == [iso(moment) for moment in moments]


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime", "Europe"])
def test_what_is_not_a_zone_is_refused_with_what_to_write(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        zone(name)
    assert refused.value.code == "unknown-zone"
    assert "Europe/Berlin" in refused.value.remedy


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(), "0 s"),
        (timedelta(seconds=45), "45 s"),
        (timedelta(seconds=59, milliseconds=999), "59 s"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(hours=3, minutes=20, seconds=59), "3 h 20 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=2, hours=4, minutes=59), "2 days 4 h"),
        (timedelta(hours=-3), "-3 h"),
        (timedelta(days=-1, hours=-2), "-1 day 2 h"),
    ],
)
def test_durations_as_people_say_them(length: timedelta, words: str) -> None:
    assert spoken(length) == words
