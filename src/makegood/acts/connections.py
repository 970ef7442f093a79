"""Raw asynchronous psycopg connections for the hot path, from Django's own settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo
from psycopg.rows import DictRow, dict_row

Db = AsyncConnection[DictRow]


def conninfo(alias: str = "default") -> str:
    entry: dict[str, Any] = settings.DATABASES[alias]
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    parts = {parameter: entry[name] for name, parameter in names.items() if entry.get(name)}
    options = {key: value for key, value in entry.get("OPTIONS", {}).items() if isinstance(value, str | int)}
    return make_conninfo(**{**options, **parts})


async def connect() -> Db:
    """A connection of its own in autocommit, rows as dicts. Raises psycopg's `OperationalError` when it is gone."""
    return await AsyncConnection.connect(conninfo(), autocommit=True, row_factory=dict_row)
