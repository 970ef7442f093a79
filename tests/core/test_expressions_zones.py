"""The date of an instant in a zone, against Python's own zones, around each change of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from expressing import answers, read, refused

from makegood.core.expressions import Type
from makegood.core.expressions_zones import clocks

FACTS = {"i": Type("instant"), "d": Type("date")}
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Africa/Casablanca",
    "UTC",
    "Australia/Lord_Howe",
]


@pytest.mark.parametrize("zone", ZONES)
def test_around_midnight_and_around_each_change(duck, zone: str) -> None:
    changes = [start for start, _ in clocks(zone)][1:]
    near = [at + timedelta(seconds=n) for at in [*changes[:40], *changes[-40:]] for n in (-1, 0, 1, 43_200)]
    days = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * n) for n in range(96)]
    moments = [one.astimezone(UTC) for one in [*near, *days]]
    found = answers(duck, f"date_in(i, '{zone}')", FACTS, [{"i": one.replace(tzinfo=None)} for one in moments])
    assert found == [one.astimezone(ZoneInfo(zone)).date() for one in moments]


def test_an_instant_that_is_missing_or_outside_has_no_date(duck) -> None:
    rows = [
        {},
        {"i": datetime(1969, 12, 31, 23, 59, 59)},
        {"i": datetime(2100, 1, 1)},
        {"i": datetime(2099, 12, 31, 23)},
    ]
    found = answers(duck, "date_in(i, 'Europe/Paris')", FACTS, rows)
    assert [one if one is None else str(one) for one in found] == [None, None, None, "2100-01-01"]


def test_a_date_like_any_other(duck) -> None:
    late = {"i": datetime(2026, 6, 30, 22, 30), "d": "2026-07-01"}
    assert answers(duck, "date_in(i, 'Europe/Madrid') = d", FACTS, [late]) == [True]
    assert answers(duck, "days_between(d, date_in(add_hours(i, 24), 'Europe/Madrid'))", FACTS, [late]) == [1]
    assert read("date_in('2026-01-31T23:30:00Z', 'Europe/Madrid')", FACTS).type == Type("date")


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("date_in(i, 'Europe/Berln')", "unknown-zone", 12),
        ("date_in(i, '../etc/passwd')", "unknown-zone", 12),
        ("date_in(i, '')", "unknown-zone", 12),
        ("date_in(i, d)", "expression-type", 12),
        ("date_in(d, 'UTC')", "expression-type", 9),
        ("date_in(i)", "expression-type", 1),
    ],
)
def test_refused(text: str, code: str, column: int) -> None:
    assert refused(text, FACTS)[0] == code
