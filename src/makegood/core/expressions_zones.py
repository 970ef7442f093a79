"""The date of an instant in a named zone, by the tz database of the package `tzdata`, not that of the engine.

What the clocks of a zone were is written into the query, the latest first: most instants are recent, and a CASE goes no
further than it needs. Instants from 1970 to 2099 have a date; others have none.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlglot import exp

from makegood.core.expressions_compiler import Compiler, Function, shown
from makegood.core.expressions_sql import Type, Value, bound

Args = list[exp.Expression]
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@cache
def clocks(zone: str) -> tuple[tuple[datetime, int], ...]:
    """From when on, in UTC, the zone's clocks were so many seconds ahead of UTC. Raises `ZoneInfoNotFoundError`,
    `ValueError`."""
    known, day = ZoneInfo(zone), timedelta(days=1)
    found = [(FIRST, _ahead(FIRST, known))]
    at = FIRST
    while at < LAST:
        if _ahead(at + day, known) != found[-1][1]:
            low, high = at, at + day
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
                low, high = (low, middle) if _ahead(middle, known) != found[-1][1] else (middle, high)
            found.append((high, _ahead(high, known)))
        at += day
    return tuple(found)


def _ahead(at: datetime, zone: ZoneInfo) -> int:
    ahead = at.astimezone(zone).utcoffset()
    return int(ahead.total_seconds()) if ahead is not None else 0


def _date_in(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    shape = "Write date_in(instant, 'Europe/Berlin')."
    moment = at.typed(args[0], "instant", shape)
    if not (isinstance(args[1], exp.Literal) and args[1].is_string):
        raise at.refuse(args[1], "expression-type", "The zone is a quoted name.", shape)
    try:
        ahead = clocks(args[1].this)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        what = f"'{shown(args[1]).strip(chr(39))}' is not a zone."
        raise at.refuse(
            args[1], "unknown-zone", what, "Write a name of the tz database, such as Europe/Berlin."
        ) from error
    return Value(Type("date"), bound(moment.sql, lambda one: _sql(one, ahead)))


def _sql(moment: str, ahead: tuple[tuple[datetime, int], ...]) -> str:
    arms = [f"WHEN {moment} >= {_instant(start)} THEN {seconds}" for start, seconds in reversed(ahead)]
    local = f"({moment} + to_seconds(CASE {' '.join(arms)} END))::DATE"
    return f"(CASE WHEN {moment} >= {_instant(FIRST)} AND {moment} < {_instant(LAST)} THEN {local} END)"


def _instant(moment: datetime) -> str:
    return f"TIMESTAMP '{moment.replace(tzinfo=None).isoformat(sep=' ')}'"


FUNCTIONS: dict[str, Function] = {"date_in": Function(_date_in, "date_in(instant, 'Europe/Berlin')", 2)}
