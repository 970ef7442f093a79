"""A customer's own moment, when the harm reaches them, and for whom a step is meant by it.

A scope may hold rows of those who are about to be hit: a column of type instant, or date, says when. `before` means
those whose moment is still ahead; `since` all others: it has come, or there is none. One moment, asked in three
places: of a plan's column engine at `as_of`, of the database that counts, and of one act right before it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from makegood.core.duetimes import at_local
from makegood.core.expressions_sql import name

KINDS = ("instant", "date")


def moment_of(text: str | None, zone: ZoneInfo) -> datetime | None:
    """The moment as the scope keeps it, aware, UTC: a date is the beginning of that day in `zone`."""
    if not text:
        return None
    if len(text) == len("2026-01-31"):
        return at_local(datetime.combine(date.fromisoformat(text), time()), zone)
    return datetime.fromisoformat(text).astimezone(UTC)


def meant_sql(before: str, since: str, kinds: Mapping[str, str], as_of: datetime, zone: ZoneInfo) -> str:
    """SQL over the scope's typed columns, never NULL: whom a step is meant for; "" for everyone. `kinds` are the
    columns' types by name."""
    parts = []
    if before:
        parts.append(_ahead(before, kinds[before], as_of, zone))
    if since:
        parts.append(f"NOT {_ahead(since, kinds[since], as_of, zone)}")
    return " AND ".join(parts)


def _ahead(column: str, kind: str, as_of: datetime, zone: ZoneInfo) -> str:
    if kind == "date":
        limit = f"DATE '{as_of.astimezone(zone):%Y-%m-%d}'"
    else:
        limit = f"TIMESTAMP '{as_of.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}'"
    return f"coalesce({name(column)} > {limit}, false)"


def ahead_in_postgres(value: str, zone: str) -> str:
    """The same in the counting database: `value` is SQL for the text as it is kept, `zone` for the zone's name."""
    day = f"({value})::date::timestamp AT TIME ZONE {zone}"
    moment = f"CASE WHEN length({value}) = 10 THEN {day} ELSE ({value})::timestamptz END"
    return f"coalesce({moment} > clock_timestamp(), false)"
