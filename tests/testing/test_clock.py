"""The virtual clock is what the database says the time is, and stands still until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from makegood.testing.clock import SetClock, VirtualClock

START = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)


@pytest.fixture
def clock(database):
    made = VirtualClock(database.admin_url, START)
    yield made
    made.close()


def said(database) -> tuple[datetime, datetime]:
    with psycopg.connect(database.app_url) as connection:
        row = connection.execute("SELECT clock_timestamp(), now()").fetchone()
    assert row
    return row[0].astimezone(UTC), row[1].astimezone(UTC)


def test_the_database_says_the_virtual_moment(database, clock) -> None:
    assert said(database) == said(database) == (START, START)


def test_it_moves_when_told(database, clock) -> None:
    clock.move(90)
    assert said(database) == (START + timedelta(seconds=90),) * 2
    assert (clock.now, clock.monotonic()) == (START + timedelta(seconds=90), 90.0)


def test_a_step_is_seen_by_the_database_and_not_by_a_monotonic_clock(database, clock) -> None:
    clock.move(10)
    clock.step(-3600)
    assert said(database) == (START + timedelta(seconds=10) - timedelta(hours=1),) * 2
    assert clock.monotonic() == 10.0


def test_it_can_begin_anew(database, clock) -> None:
    clock.move(90)
    clock.step(10)
    clock.begin_at(START)
    assert (said(database), clock.monotonic()) == ((START, START), 0.0)


def test_leases_follow_it(database, clock) -> None:
    with psycopg.connect(database.app_url) as connection:
        sql = "SELECT clock_timestamp() + make_interval(secs => 30) < clock_timestamp()"
        assert connection.execute(sql).fetchone() == (False,)
        kept = connection.execute("SELECT clock_timestamp() + make_interval(secs => 30)").fetchone()
        clock.move(31)
        assert connection.execute("SELECT %s < clock_timestamp()", kept).fetchone() == (True,)


def test_the_app_cannot_move_it(database, clock) -> None:
    with psycopg.connect(database.app_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT setval('virtual.moment', 1)")


def test_a_clock_that_is_set_runs_on_from_there(database) -> None:
    clock = SetClock(database.admin_url)
    try:
        for ahead in (0, 3600, -3600):
            clock.set(ahead)
            wanted = datetime.now(UTC) + timedelta(seconds=ahead)
            assert all(abs(moment - wanted) < timedelta(seconds=30) for moment in said(database))
        first, _ = said(database)
        assert first < said(database)[0]
    finally:
        clock.close()
