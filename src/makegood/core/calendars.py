"""Business calendars: which days count, from public holidays of a country, from dates that were supplied, or from both.

The public holidays are those of the library `holidays` (category *public*, with the days on which they are observed).
It knows each country for certain years only: the span of a calendar is never longer, and outside of its span nothing
is said, so that a year without entries is not taken for a year without holidays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from difflib import get_close_matches
from typing import Any

from makegood.core.findings import Findings, Path
from makegood.kit.errors import BadInput

YEARS = (2015, 2035)
WEEKEND = ("sat", "sun")
CLOSE = time(17)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EARLIEST, _LATEST, _LONGEST = 1900, 2199, 150


@dataclass(frozen=True, slots=True)
class Calendar:
    """The span is from `first` to `last`, both with it. `holidays` are the free dates in it, in order, `weekend` the
    free weekdays (1 Monday to 7 Sunday), `days` all the others: the business days, in order. `close` is the local
    time at which a business day ends."""

    first: date
    last: date
    holidays: tuple[date, ...]
    weekend: frozenset[int]
    days: tuple[date, ...]
    close: time = CLOSE

    def __contains__(self, day: date) -> bool:
        """Whether the day is within the span."""
        return self.first <= day <= self.last

    def is_business_day(self, day: date) -> bool:
        """False also outside of the span; ask `day in calendar` first."""
        index = bisect_left(self.days, day)
        return index < len(self.days) and self.days[index] == day

    def later(self, day: date, count: int) -> date | None:
        """The count-th business day after the day, which itself is day 0 whatever it is; before it where `count` is
        negative. None outside of the span."""
        if day not in self:
            return None
        if count == 0:
            return day
        index = bisect_right(self.days, day) + count - 1 if count > 0 else bisect_left(self.days, day) + count
        return self.days[index] if 0 <= index < len(self.days) else None

    def sql(self) -> str:
        """A SELECT of one row: `days` DATE[] as above, `ordinals` INTEGER[] how many business days there are up to and
        with each day of the span, `first` DATE."""
        listed = ", ".join(f"DATE '{day}'" for day in self.holidays)
        free = f" AND day NOT IN ({listed})" if listed else ""
        weekend = ", ".join(str(day) for day in sorted(self.weekend))
        works = f"isodow(day) NOT IN ({weekend})" if weekend else "true"
        end = self.last + timedelta(days=1)
        return f"""SELECT list(day ORDER BY day) FILTER (WHERE works) AS days, list(upto ORDER BY day) AS ordinals,
 min(day) AS first FROM (SELECT day, works, (count(*) FILTER (WHERE works) OVER (ORDER BY day))::INTEGER AS upto
 FROM (SELECT day, {works}{free} AS works
 FROM (SELECT day::DATE AS day FROM range(DATE '{self.first}', DATE '{end}', INTERVAL 1 DAY) AS _span(day))))"""


def business_calendar(
    country: str = "",
    subdivision: str = "",
    dates: Iterable[date] = (),
    weekend: Sequence[str] = WEEKEND,
    years: tuple[int, int] = YEARS,
) -> Calendar:
    """`country` is an ISO 3166 code of two letters ("" for none), `subdivision` what the library calls it (ENG, CA),
    `weekend` words like sat, `years` the first and the last one.

    Raises `BadInput`: `unknown-country`, `unknown-subdivision`, or `bad-calendar` for a span or a weekend that is none.
    """
    free = frozenset(_weekday(word) for word in weekend)
    if len(free) == len(_WEEKDAYS):
        raise BadInput("No weekday is left to work on.", remedy="Name the free days: [sat, sun].", code="bad-calendar")
    first, last = years
    if not _EARLIEST <= first <= last <= _LATEST or last - first > _LONGEST:
        what = f"The years {first} to {last} are no span for a calendar."
        remedy = f"Give the first and the last year, {_EARLIEST} to {_LATEST}, at most {_LONGEST} apart: [2015, 2035]."
        raise BadInput(what, remedy=remedy, code="bad-calendar")
    given = set(dates)
    if country:
        found, first, last = _public(country, subdivision, first, last)
        given |= found
    elif subdivision:
        what = f"The subdivision '{subdivision}' stands without its country."
        raise BadInput(what, remedy="Add country: a code such as GB.", code="unknown-country")
    start, end = date(first, 1, 1), date(last, 12, 31)
    holidays = tuple(sorted(day for day in given if start <= day <= end))
    span = (start + timedelta(days=n) for n in range((end - start).days + 1))
    listed = frozenset(holidays)
    days = tuple(day for day in span if day.isoweekday() not in free and day not in listed)
    return Calendar(start, end, holidays, free, days)


def _weekday(word: str) -> int:
    if word not in _WEEKDAYS:
        remedy = f"Use {', '.join(_WEEKDAYS)}."
        raise BadInput(f"'{word}' is not a weekday.", remedy=remedy, code="bad-calendar")
    return _WEEKDAYS.index(word) + 1


def _public(country: str, subdivision: str, first: int, last: int) -> tuple[set[date], int, int]:
    """The public holidays, and the part of the span for which the library knows them."""
    import holidays  # slow to load, and most policies name no country

    # One year more on either side: a New Year's Day on a Saturday is observed in the year before.
    years = range(first - 1, last + 2)
    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=years, expand=False)
    except NotImplementedError:
        known = holidays.list_supported_countries(include_aliases=True)
        if country not in known:
            what = f"No holidays are known for the country '{country}'."
            raise BadInput(what, remedy=_nearest(country, known), code="unknown-country") from None
        what = f"No holidays are known for the subdivision '{subdivision}' of {country}."
        raise BadInput(what, remedy=_nearest(subdivision, known[country]), code="unknown-subdivision") from None
    from_year, to_year = max(first, found.start_year), min(last, found.end_year)
    if from_year > to_year:
        what = f"The public holidays of {country} are known from {found.start_year} to {found.end_year} only."
        raise BadInput(what, remedy="Give other years, or dates: a list.", code="bad-calendar")
    return set(found), from_year, to_year


def _nearest(word: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = get_close_matches(word.upper(), names, 1)
    return f"Did you mean '{close[0]}'?" if close else f"Known are: {', '.join(names) or 'none'}."


def read_calendars(at: Findings, path: Path, body: Mapping[str, Any] | None) -> dict[str, Calendar]:
    """The `calendars` of a schema-checked file by name; what is wrong with one becomes a finding at its place."""
    found = {word: _read(at, (*path, word), one or {}) for word, one in (body or {}).items()}
    return {word: calendar for word, calendar in found.items() if calendar is not None}


def _read(at: Findings, path: Path, body: Mapping[str, Any]) -> Calendar | None:
    if not body.get("country") and "dates" not in body:
        what = "The calendar names neither a country nor dates."
        at.add(path, "bad-calendar", what, "Write {country: GB, subdivision: ENG} or {dates: [2026-12-24]}.")
        return None
    dates = [_date(at, (*path, "dates", index), text) for index, text in enumerate(body.get("dates") or ())]
    close = _close(at, (*path, "close"), body.get("close"))
    first, last = body.get("years") or YEARS
    try:
        made = business_calendar(
            country=body.get("country") or "",
            subdivision=body.get("subdivision") or "",
            dates=[day for day in dates if day is not None],
            weekend=body.get("weekend", WEEKEND),
            years=(first, last),
        )
    except BadInput as no:
        at.refused(path, no)
        return None
    return replace(made, close=close) if close is not None else made


def _date(at: Findings, path: Path, text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        at.add(path, "bad-date", f"'{text}' is not a date.", "Write it as year-month-day: 2026-01-31.")
        return None


def _close(at: Findings, path: Path, text: Any) -> time | None:
    if text is None:
        return None
    try:
        found = time.fromisoformat(str(text))
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        at.add(path, "bad-calendar", f"'{text}' is not a time of day.", 'Write for example "17:30".')
        return None
    return found
