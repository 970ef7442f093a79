"""Clocks in the hand of a test: what the database answers when it is asked for the time.

`VirtualClock` moves only when told, and gives a worker's monotonic clock as well; `SetClock` runs, and is set forwards
or back as somebody sets a host's clock. A schema that stands before `pg_catalog` on the search path holds functions of
the same names. So the engine's own SQL reads that clock, without a seam in it. Values that tables fill in by default
keep the server's real clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql

# A sequence, because its value is read by a function of the server's own: in a query that asks for the time once a row,
# a table would be read as often.
_SCHEMA = """
CREATE SCHEMA IF NOT EXISTS virtual;
CREATE SEQUENCE IF NOT EXISTS virtual.moment;
CREATE OR REPLACE FUNCTION virtual.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT to_timestamp(pg_sequence_last_value(''virtual.moment''::regclass)::float8 / 1000000::float8)';
CREATE OR REPLACE FUNCTION virtual.now() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT to_timestamp(pg_sequence_last_value(''virtual.moment''::regclass)::float8 / 1000000::float8)';
GRANT USAGE ON SCHEMA virtual TO PUBLIC;
GRANT SELECT ON virtual.moment TO PUBLIC;
"""
_SHIFTED = """
CREATE SCHEMA IF NOT EXISTS virtual;
CREATE TABLE IF NOT EXISTS virtual.shift (by interval NOT NULL);
TRUNCATE virtual.shift;
INSERT INTO virtual.shift VALUES ('0');
CREATE OR REPLACE FUNCTION virtual.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT pg_catalog.clock_timestamp() + by FROM virtual.shift';
CREATE OR REPLACE FUNCTION virtual.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS 'SELECT pg_catalog.now() + by FROM virtual.shift';
GRANT USAGE ON SCHEMA virtual TO PUBLIC;
GRANT SELECT ON virtual.shift TO PUBLIC;
"""


def _put_before(admin: psycopg.Connection[Any], schema: str) -> None:
    admin.execute(schema)
    (name,) = admin.execute("SELECT current_database()").fetchone() or ("",)
    path = sql.SQL("ALTER DATABASE {} SET search_path = virtual, public, pg_catalog")
    admin.execute(path.format(sql.Identifier(name)))


class SetClock:
    """A clock of one database that runs, and that is set while workers are at it. Connections made before it was
    installed keep the server's."""

    def __init__(self, admin_url: str) -> None:
        """`admin_url` is a superuser's."""
        self._admin = psycopg.connect(admin_url, autocommit=True)
        _put_before(self._admin, _SHIFTED)

    def set(self, seconds: float) -> None:
        """From now on it is so many seconds ahead of (negative: behind) the server's real clock."""
        self._admin.execute("UPDATE virtual.shift SET by = make_interval(secs => %s)", [seconds])

    def close(self) -> None:
        self._admin.close()


class VirtualClock:
    """The clock of one database. Connections made before it was installed keep the real one."""

    def __init__(self, admin_url: str, start: datetime) -> None:
        """`admin_url` is a superuser's; `start` is aware."""
        self._admin = psycopg.connect(admin_url, autocommit=True)
        self._start = self._now = start
        _put_before(self._admin, _SCHEMA)
        self._set(start)

    @property
    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        """Seconds since the start."""
        return (self._now - self._start).total_seconds()

    def move(self, seconds: float) -> None:
        """Lets time pass."""
        self._set(self._now + timedelta(seconds=seconds))

    def step(self, seconds: float) -> None:
        """The database's clock is set anew, forwards or backwards; the workers' monotonic clocks go on as they were."""
        self._start += timedelta(seconds=seconds)
        self.move(seconds)

    def begin_at(self, moment: datetime) -> None:
        """Starts anew at `moment`, which is aware."""
        self._start = moment
        self._set(moment)

    def _set(self, moment: datetime) -> None:
        self._now = moment
        since = moment - datetime(1970, 1, 1, tzinfo=UTC)
        self._admin.execute("SELECT setval('virtual.moment', %s)", [since // timedelta(microseconds=1)])

    def close(self) -> None:
        self._admin.close()
