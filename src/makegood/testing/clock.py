"""A clock that moves only when told: what the database answers when asked for the time, and a worker's monotonic one.

A schema that stands before `pg_catalog` on the search path holds functions of the same names. So the engine's own SQL
reads the virtual moment, without a seam in it. Values that tables fill in by default keep the server's real clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
from psycopg import sql

_SCHEMA = """
CREATE SCHEMA IF NOT EXISTS virtual;
CREATE TABLE IF NOT EXISTS virtual.moment (at timestamptz NOT NULL);
TRUNCATE virtual.moment;
CREATE OR REPLACE FUNCTION virtual.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT at FROM virtual.moment';
CREATE OR REPLACE FUNCTION virtual.now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT at FROM virtual.moment';
GRANT USAGE ON SCHEMA virtual TO PUBLIC;
GRANT SELECT ON virtual.moment TO PUBLIC;
"""


class VirtualClock:
    """The clock of one database. Connections made before it was installed keep the real one."""

    def __init__(self, admin_url: str, start: datetime) -> None:
        """`admin_url` is a superuser's; `start` is aware."""
        self._admin = psycopg.connect(admin_url, autocommit=True)
        self._start = self._now = start
        self._admin.execute(_SCHEMA)
        self._admin.execute("INSERT INTO virtual.moment VALUES (%s)", [start])
        (name,) = self._admin.execute("SELECT current_database()").fetchone() or ("",)
        path = sql.SQL("ALTER DATABASE {} SET search_path = virtual, public, pg_catalog")
        self._admin.execute(path.format(sql.Identifier(name)))

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
        self._admin.execute("UPDATE virtual.moment SET at = %s", [moment])

    def close(self) -> None:
        self._admin.close()
