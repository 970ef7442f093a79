"""When a promise is due: what was said in words or typed, counted from the moment at which it is said. Pure.

A promised day ends at its last minute in the zone of whoever was promised; a promised hour that has passed today is
tomorrow's. A moment of business days keeps them when a promise is paused.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from makegood.core.calendars import Calendar, business_calendar
from makegood.core.duetimes import at_local, parse_due, resolve
from makegood.kit.errors import BadInput

WEEKDAYS = "weekdays"  # the calendar of business days that name none: Monday to Friday
_END = time(23, 59)
_SHORTEST, _LONGEST = timedelta(minutes=15), timedelta(days=1)
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
_HOUR = re.compile(r"^\d\d:\d\d$")
_INSTANT = re.compile(r"^(\d{4}-\d\d-\d\d)[T ]+(\d\d:\d\d(?::\d\d)?)$")
REMEDY = (
    'Write for example "2026-12-08 14:00", 2026-12-08, "30 minutes", "2 business days at close" or "1 week in berlin"'
    " with a calendar of the playbook."
)


@dataclass(frozen=True, slots=True)
class By:
    """A moment, aware, UTC; `calendar` is the name of the one whose business days were counted, or ""."""

    due: datetime
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A time in words. `lengths` count from the moment of saying ("24 hours"); else it is the day `days` ahead, or the
    next `weekday` (1 Monday to 7 Sunday), at `at` or until its end."""

    lengths: str = ""
    days: int = 0
    weekday: int = 0
    at: time | None = None

    def as_json(self) -> list[str | int]:
        return [self.lengths, self.days, self.weekday, self.at.isoformat("minutes") if self.at else ""]

    @classmethod
    def from_json(cls, kept: list[str | int]) -> Spoken:
        lengths, days, weekday, at = kept
        return cls(str(lengths), int(days), int(weekday), time.fromisoformat(str(at)) if at else None)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last minute of the day in the zone, as an instant in UTC."""
    return at_local(datetime.combine(day, _END), zone)


def resolve_spoken(said: Spoken, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant, UTC, later than `now` (aware). Raises `BadInput` for a length that lies outside of all time."""
    if said.lengths:
        return resolve(parse_due(f"as_of + {said.lengths}"), {"as_of": now}, zone)
    today = now.astimezone(zone).date()
    day = today + timedelta(days=said.days)
    if said.weekday:
        day = today + timedelta(days=(said.weekday - today.isoweekday()) % 7)
    moment = at_local(datetime.combine(day, said.at or _END), zone)
    if moment <= now:
        later = timedelta(days=7 if said.weekday else 1)
        moment = at_local(datetime.combine(day + later, said.at or _END), zone)
    return moment


def read_by(text: str, now: datetime, zone: ZoneInfo, calendars: Mapping[str, Calendar]) -> By:
    """What a person typed: a local time, a day, an hour (the next one), or lengths from `now`. Raises `BadInput` for
    what is none, and for a moment that has passed."""
    words = " ".join(text.split())
    try:
        by = _read(words, now, zone, calendars)
    except OverflowError as error:
        raise BadInput(f"'{text}' lies beyond the calendar.", remedy=REMEDY, code="bad-by") from error
    if by.due <= now:
        what = f"'{text}' has passed."
        raise BadInput(what, remedy="Promise what is still ahead.", code="promise-passed")
    return by


def _read(words: str, now: datetime, zone: ZoneInfo, calendars: Mapping[str, Calendar]) -> By:
    if _DAY.match(words):
        return By(end_of_day(_day(words), zone))
    if found := _INSTANT.match(words):
        return By(at_local(datetime.combine(_day(found[1]), _time(found[2])), zone))
    if _HOUR.match(words):
        return By(resolve_spoken(Spoken(at=_time(words)), now, zone))
    if not words[:1].isdigit() or words[4:5] == "-":
        return By(_aware(words))
    due = parse_due(f"as_of + {words}", calendars)
    business = [one.name or WEEKDAYS for one in due.lengths if one.unit == "business day"]
    return By(resolve(due, {"as_of": now}, zone), business[-1] if business else "")


def margin_of(made: datetime, due: datetime) -> timedelta:
    """How long before its moment a promise is coming due, and how long after it is missed: a tenth of the time between,
    at least a quarter of an hour, at most a day."""
    return max(_SHORTEST, min(_LONGEST, (due - made) // 10))


def after_pause(due: datetime, paused: datetime, now: datetime, zone: ZoneInfo, calendar: Calendar | None) -> datetime:
    """The moment of a promise that was paused before it, and goes on now: never earlier than it was.

    Without a calendar it moves by as long as the pause. With one, as many business days are left as there were, at the
    same hour; where none was left, it moves by the length of the pause as well. Raises `BadInput` outside of the
    calendar's years.
    """
    shifted = due + (now - paused)
    if calendar is None:
        return shifted
    first, last, today = (moment.astimezone(zone).date() for moment in (paused, due, now))
    left = bisect_right(calendar.days, last) - bisect_right(calendar.days, first)
    if not left:
        return shifted
    day = calendar.later(today, left)
    if day is None or last not in calendar:
        what = f"The moment would lie outside of the calendar's years, {calendar.first} to {calendar.last}."
        raise BadInput(what, remedy="Give the calendar more years: [2015, 2035].", code="bad-due")
    return max(due, at_local(datetime.combine(day, due.astimezone(zone).time()), zone))


def find_calendar(name: str, calendars: Mapping[str, Calendar]) -> Calendar | None:
    """The calendar that a promise names, None for none. Raises `BadInput` where the playbook has it no more."""
    if not name:
        return None
    if name == WEEKDAYS and name not in calendars:
        return business_calendar()
    if name not in calendars:
        what = f"The calendar '{name}' that this promise counts in is not in the playbook any more."
        raise BadInput(what, remedy="Name it under calendars: in playbook.yaml again.", code="unknown-calendar")
    return calendars[name]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"'{text}' is not a day.", remedy=REMEDY, code="bad-by") from error


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"'{text}' is not a time of day.", remedy=REMEDY, code="bad-by") from error


def _aware(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"'{text}' is no time by which to promise.", remedy=REMEDY, code="bad-by") from error
    if moment.tzinfo is None:
        raise BadInput(f"'{text}' is no time by which to promise.", remedy=REMEDY, code="bad-by")
    return moment.astimezone(UTC)
