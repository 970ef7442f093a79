"""Time: instants are aware and UTC inside; zones appear only where a person reads or writes.

Leases, due tests and pace use the database's clock, not this one.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from makegood.kit.errors import BadInput

# Linux stops the monotonic clock while the host sleeps, and this one not; elsewhere there is only the first.
_UNSET: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def now() -> datetime:
    """This instant, aware, UTC."""
    return datetime.now(UTC)


def elapsed() -> float:
    """Seconds on a clock of this host that nobody sets and that goes on while the host sleeps; only differences count.

    A database on another host does not sleep along: a lease that is counted by this clock has ended there after it
    has ended here.
    """
    return time.clock_gettime(_UNSET)


def zone(name: str) -> ZoneInfo:
    """The IANA zone. Raises `BadInput` with what to write instead."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(
            f"'{name}' is not a time zone.",
            remedy="Use a name of the IANA list such as Europe/Berlin or America/New_York.",
            code="unknown-zone",
        ) from error


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds and `Z`: one instant, one text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def spoken(length: timedelta) -> str:
    """A duration as people say it: `3 h 20 min`, `2 days 4 h`, `45 s`."""
    seconds = int(length.total_seconds())
    sign, seconds = ("-" if seconds < 0 else ""), abs(seconds)
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    if days:
        return f"{sign}{days} day{'s' if days != 1 else ''}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{sign}{hours} h" + (f" {minutes} min" if minutes else "")
    return f"{sign}{minutes} min" if minutes else f"{sign}{seconds} s"
