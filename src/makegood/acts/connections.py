"""Raw asynchronous psycopg connections for the hot path, from Django's own settings."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

from django.conf import settings
from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo
from psycopg.rows import DictRow, dict_row, tuple_row

Db = AsyncConnection[DictRow]
_DISK_FULL = "53100"
# A worker frozen inside a transaction would hold its row locks against everyone: the server ends it after a lease.
_UNFREEZE = "SELECT set_config('idle_in_transaction_session_timeout', %s, false)"
_AFTER = os.environ.get("MAKEGOOD_LEASE_SECONDS", "30") + "s"


def conninfo(alias: str = "default") -> str:
    entry: dict[str, Any] = settings.DATABASES[alias]
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    parts = {parameter: entry[name] for name, parameter in names.items() if entry.get(name)}
    options = {key: value for key, value in entry.get("OPTIONS", {}).items() if isinstance(value, str | int)}
    return _made(tuple({**options, **parts}.items()))


@lru_cache(maxsize=8)
def _made(parts: tuple[tuple[str, Any], ...]) -> str:
    return make_conninfo(**dict(parts))


async def connect() -> Db:
    """A connection of its own in autocommit, rows as dicts. Raises psycopg's `OperationalError` when it is gone."""
    db = await AsyncConnection.connect(conninfo(), autocommit=True, row_factory=dict_row)
    await db.execute(_UNFREEZE, [_AFTER])
    return db


async def plain_connection() -> AsyncConnection[Any]:
    """The same with rows as tuples, for plug-ins whose effect is rows in this database."""
    db = await AsyncConnection.connect(conninfo(), autocommit=True, row_factory=tuple_row)
    await db.execute(_UNFREEZE, [_AFTER])
    return db


def why_away(error: BaseException) -> str:
    """What keeps the database from doing its part; never in its own words, which may hold values of a row."""
    if getattr(error.__cause__ or error, "sqlstate", None) == _DISK_FULL:
        return "the database's disk is full"
    return f"the database does not answer ({type(error).__name__})"
