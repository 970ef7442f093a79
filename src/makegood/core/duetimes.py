"""When a step is due: a named moment and lengths one after the other, resolved in the mistake's zone.

Hours and minutes are exact. Days, weeks, months, years and business days keep the local time of day: where the clock
springs over that time it moves forward by the gap, where it occurs twice the earlier counts. Business days are Monday
to Friday, or those of a named calendar; the day itself is day 0. `at close` moves to the end of business of that day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from makegood.core.calendars import CLOSE, Calendar
from makegood.kit.errors import BadInput

MOMENTS = ("noticed", "approved", "happened.from", "happened.to", "as_of")
LENGTHS = 5
_FORM = re.compile(
    r"^(?P<moment>[a-z_.]+)(?:\s*\+\s*(?P<lengths>[^+]+?))?(?P<close>(?:\s*,)?\s+at close)?$",
    re.ASCII,
)
_LENGTH = re.compile(
    r"^(?P<count>\d{1,5})\s+(?P<unit>minute|hour|day|week|month|year|business day)s?"
    r"(?:\s+in\s+(?P<calendar>[a-z][a-z0-9_-]*))?$",
    re.ASCII,
)
_INSTANT = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]")
REMEDY = (
    "Write for example 'noticed + 24 hours', 'approved + 7 days', 'noticed + 3 business days in england at close',"
    " 'as_of + 2 business days then 5 days', or an instant."
)


@dataclass(frozen=True, slots=True)
class Length:
    """`count` times `unit`; business days count in `calendar`, Monday to Friday where it is None."""

    count: int
    unit: str
    name: str = ""
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """Either `instant` (aware, UTC), or `moment` plus the `lengths` in order; then the time of day `close`, if any."""

    text: str
    moment: str = ""
    lengths: tuple[Length, ...] = ()
    close: time | None = None
    instant: datetime | None = None

    def __str__(self) -> str:
        return self.text


def parse_due(text: str, calendars: Mapping[str, Calendar] | None = None) -> Due:
    """Raises `BadInput` (code `bad-due`, or `unknown-calendar`) for what it cannot read."""
    text = " ".join(text.split())
    if _INSTANT.match(text):
        return Due(text, instant=_instant(text))
    found = _FORM.match(text)
    if found is None:
        raise BadInput(f"'{text}' is not a due time.", remedy=REMEDY, code="bad-due")
    if found["moment"] not in MOMENTS:
        what = f"'{found['moment']}' is not a moment of the recovery."
        raise BadInput(what, remedy=f"Use one of: {', '.join(MOMENTS)}.", code="bad-due")
    parts = re.split(r"\s*,?\s+then\s+", found["lengths"]) if found["lengths"] else []
    if len(parts) > LENGTHS:
        raise BadInput(f"'{text}' has more than {LENGTHS} lengths.", remedy="Use fewer.", code="bad-due")
    lengths = tuple(_length(part, text, calendars or {}) for part in parts)
    close = None
    if found["close"]:
        named = [length.calendar for length in lengths if length.calendar is not None]
        close = named[-1].close if named else CLOSE
    return Due(text, found["moment"], lengths, close)


def _length(part: str, text: str, calendars: Mapping[str, Calendar]) -> Length:
    found = _LENGTH.match(part)
    if found is None:
        what = f"'{text}' is not a due time: '{part}' is not a length."
        raise BadInput(what, remedy=REMEDY, code="bad-due")
    word = found["calendar"]
    if word is None:
        return Length(int(found["count"]), found["unit"])
    if found["unit"] != "business day":
        what = f"Only business days are counted in a calendar, and '{part}' are none."
        raise BadInput(what, remedy=f"Leave out 'in {word}', or write business days.", code="bad-due")
    if word not in calendars:
        close = get_close_matches(word, calendars, 1)
        known = ", ".join(calendars) or "none"
        remedy = f"Did you mean '{close[0]}'?" if close else f"Name it under calendars:. There are: {known}."
        raise BadInput(f"There is no calendar '{word}'.", remedy=remedy, code="unknown-calendar")
    return Length(int(found["count"]), found["unit"], word, calendars[word])


def resolve(due: Due, moments: Mapping[str, datetime], zone: ZoneInfo) -> datetime:
    """The instant, aware, UTC. `moments` are aware. Raises `BadInput`: `unknown-moment` where one is missing, `bad-due`
    where it would lie outside of a calendar's years or of all time."""
    if due.instant is not None:
        return due.instant
    start = moments.get(due.moment)
    if start is None:
        what = f"'{due.text}' counts from '{due.moment}', which is not known yet."
        raise BadInput(what, remedy="State that moment, or count from another one.", code="unknown-moment")
    if start.tzinfo is None:
        raise ValueError(f"the moment '{due.moment}' has no time zone")
    try:
        moment = start.astimezone(UTC)
        for length in due.lengths:
            moment = _later(moment, length, due, zone)
        return moment if due.close is None else _at_close(moment, due.close, zone)
    except OverflowError as error:
        what = f"'{due.text}' lies beyond the calendar."
        raise BadInput(what, remedy="Use a shorter time.", code="bad-due") from error


def _later(start: datetime, length: Length, due: Due, zone: ZoneInfo) -> datetime:
    exact = {"minute": timedelta(minutes=length.count), "hour": timedelta(hours=length.count)}
    if length.unit in exact:
        return start + exact[length.unit]
    local = start.astimezone(zone).replace(tzinfo=None)
    match length.unit:
        case "business day" if length.calendar is not None:
            local = _counted(local, length, length.calendar, due)
        case "business day":
            local = _business(local, length.count)
        case "month" | "year":
            local = _months(local, length.count * (12 if length.unit == "year" else 1))
        case unit:
            local += timedelta(days=length.count * (7 if unit == "week" else 1))
    return at_local(local, zone)


def _counted(local: datetime, length: Length, calendar: Calendar, due: Due) -> datetime:
    day = calendar.later(local.date(), length.count)
    if day is None:
        what = f"'{due.text}' lies outside of the years of '{length.name}', {calendar.first} to {calendar.last}."
        raise BadInput(what, remedy="Give the calendar more years: [2015, 2035].", code="bad-due")
    return datetime.combine(day, local.time())


def _months(local: datetime, count: int) -> datetime:
    """The same day of a later month, or the month's last."""
    years, month = divmod(local.month - 1 + count, 12)
    if local.year + years > MAXYEAR:
        raise OverflowError
    last = monthrange(local.year + years, month + 1)[1]
    return local.replace(year=local.year + years, month=month + 1, day=min(local.day, last))


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


def _at_close(moment: datetime, close: time, zone: ZoneInfo) -> datetime:
    return at_local(datetime.combine(moment.astimezone(zone).date(), close), zone)


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
