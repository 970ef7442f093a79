"""A customer's own moment, asked of three places that must agree."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.core.moments import meant_sql, moment_of

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "America/Santiago"]
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as made:
        made.execute("SET TimeZone = 'UTC'")
        yield made


def meant(db, value, kind, as_of, zone, word="before"):
    sql_type = "DATE" if kind == "date" else "TIMESTAMP"
    columns = {"before": "", "since": "", word: "at_"}
    sql = meant_sql(columns["before"], columns["since"], {"at_": kind}, as_of, ZoneInfo(zone))
    return db.execute(f"SELECT {sql} FROM (SELECT ?::{sql_type} AS at_)", [value]).fetchone()[0]


@given(
    as_of=MOMENTS,
    day=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    near=st.integers(-3, 3),
    zone=st.sampled_from(ZONES),
)
def test_a_day_is_ahead_until_it_begins_in_the_zone(db, as_of, day, near, zone):
    for one in (day, as_of.date() + timedelta(days=near)):
        begins = moment_of(one.isoformat(), ZoneInfo(zone))
        assert meant(db, one, "date", as_of, zone) == (begins > as_of)
        assert meant(db, one, "date", as_of, zone, "since") == (begins <= as_of)


@given(as_of=MOMENTS, near=st.integers(-2_000_000, 2_000_000), zone=st.sampled_from(ZONES))
def test_an_instant_is_ahead_to_the_microsecond(db, as_of, near, zone):
    moment = as_of + timedelta(microseconds=near)
    kept = moment_of(f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}", ZoneInfo(zone))
    assert kept == moment
    assert meant(db, moment.replace(tzinfo=None), "instant", as_of, zone) == (near > 0)
    assert meant(db, moment.replace(tzinfo=None), "instant", as_of, zone, "since") == (near <= 0)


def test_who_has_no_moment_is_not_told_in_advance_and_counts_as_hit(db):
    for kind in ("date", "instant"):
        assert meant(db, None, kind, datetime(2026, 3, 2, tzinfo=UTC), "UTC") is False
        assert meant(db, None, kind, datetime(2026, 3, 2, tzinfo=UTC), "UTC", "since") is True
    assert moment_of(None, ZoneInfo("UTC")) is None
    assert moment_of("", ZoneInfo("UTC")) is None


def test_a_step_for_everyone_asks_nothing():
    assert meant_sql("", "", {}, datetime(2026, 3, 2, tzinfo=UTC), ZoneInfo("UTC")) == ""
