"""When a step is due: a named moment and a length, resolved in the mistake's zone.

Hours and minutes are exact. Days, weeks and business days (Monday to Friday) keep the local time of day: where the
clock springs over that time it moves forward by the gap, where it occurs twice the earlier counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from makegood.kit.errors import BadInput

MOMENTS = ("noticed", "approved", "happened.from", "happened.to", "as_of")
_FORM = re.compile(
    r"^(?P<moment>[a-z_.]+)(?:\s*\+\s*(?P<count>\d{1,5})\s+(?P<unit>minute|hour|day|week|business day)s?)?$",
    re.ASCII,
)
_INSTANT = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]")
REMEDY = "Write for example 'noticed + 24 hours', 'approved + 7 days', 'as_of + 2 business days', or an instant."


@dataclass(frozen=True, slots=True)
class Due:
    """Either `instant` (aware, UTC), or `moment` plus `count` times `unit` ("" for the moment itself)."""

    text: str
    moment: str = ""
    count: int = 0
    unit: str = ""
    instant: datetime | None = None

    def __str__(self) -> str:
        return self.text


def parse_due(text: str) -> Due:
    """Raises `BadInput` (code `bad-due`) for what it cannot read."""
    text = " ".join(text.split())
    if _INSTANT.match(text):
        return Due(text, instant=_instant(text))
    found = _FORM.match(text)
    if found is None:
        raise BadInput(f"'{text}' is not a due time.", remedy=REMEDY, code="bad-due")
    if found["moment"] not in MOMENTS:
        what = f"'{found['moment']}' is not a moment of the recovery."
        raise BadInput(what, remedy=f"Use one of: {', '.join(MOMENTS)}.", code="bad-due")
    return Due(text, found["moment"], int(found["count"] or 0), found["unit"] or "")


def resolve(due: Due, moments: Mapping[str, datetime], zone: ZoneInfo) -> datetime:
    """The instant, aware, UTC. `moments` are aware. Raises `BadInput` (code `unknown-moment`) where one is missing."""
    if due.instant is not None:
        return due.instant
    start = moments.get(due.moment)
    if start is None:
        what = f"'{due.text}' counts from '{due.moment}', which is not known yet."
        raise BadInput(what, remedy="State that moment, or count from another one.", code="unknown-moment")
    if start.tzinfo is None:
        raise ValueError(f"the moment '{due.moment}' has no time zone")
    try:
        return _later(start, due, zone)
    except OverflowError as error:
        what = f"'{due.text}' lies beyond the calendar."
        raise BadInput(what, remedy="Use a shorter time.", code="bad-due") from error


def _later(start: datetime, due: Due, zone: ZoneInfo) -> datetime:
    exact = {"minute": timedelta(minutes=due.count), "hour": timedelta(hours=due.count), "": timedelta()}
    if due.unit in exact:
        return start.astimezone(UTC) + exact[due.unit]
    local = start.astimezone(zone).replace(tzinfo=None)
    if due.unit == "business day":
        local = _business(local, due.count)
    else:
        local += timedelta(days=due.count * (7 if due.unit == "week" else 1))
    return at_local(local, zone)


def _business(local: datetime, count: int) -> datetime:
    """The count-th Monday to Friday after the day; with 0 the day itself."""
    weeks, rest = divmod(count, 5)
    local += timedelta(weeks=weeks)
    if weeks and not rest and local.weekday() > 4:
        return local - timedelta(days=local.weekday() - 4)
    while rest:
        local += timedelta(days=1)
        rest -= local.weekday() < 5
    return local


def at_local(local: datetime, zone: ZoneInfo) -> datetime:
    """A wall time without zone as an instant in UTC: in a gap as far after it as it was before (02:30 is 03:30), in a
    fold the earlier one."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise BadInput(f"'{text}' has no time zone.", remedy="End it with Z or +01:00.", code="bad-due")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput(f"'{text}' is not an instant.", remedy=REMEDY, code="bad-due") from error
