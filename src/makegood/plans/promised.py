"""Which sentences of a message promise something by a time, and by when. Pure.

The checker says which sentences bind the sender (MG110); here the time in them is told. A sentence is known by the
author's words: what a customer's own values say is never part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from makegood.checks.found import Span
from makegood.core.duetimes import at_local
from makegood.core.promising import Spoken, end_of_day
from makegood.kit.errors import Place
from makegood.plans.letters import Letter
from makegood.plans.literals import Day, list_days, own_words
from makegood.plans.wording import Read, shown

DATED = "MG110"
_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "a an one ein eine einem einer eines", "two zwei", "three drei", "four vier", "five fünf", "six sechs",
            "seven sieben", "eight acht", "nine neun", "ten zehn", "eleven elf", "twelve zwölf",
        ),
        start=1,
    )
    for word in words.split()
} | {"fourteen": 14, "vierzehn": 14, "thirty": 30, "dreißig": 30}  # fmt: skip
_UNITS = {
    "minute": "minute", "minuten": "minute", "hour": "hour", "stunde": "hour", "stunden": "hour", "day": "day",
    "tag": "day", "tage": "day", "tagen": "day", "tages": "day", "werktag": "business day",
    "week": "week", "woche": "week", "wochen": "week", "month": "month", "monat": "month", "monate": "month",
    "monaten": "month", "monats": "month",
}  # fmt: skip
_COUNT = "|".join([r"\d{1,3}", *sorted(_NUMBERS, key=len, reverse=True)])
_LENGTH = re.compile(
    rf"\b(?:within|inside|in|after|no later than|innerhalb(?: von)?|binnen)(?: the| den| der)?(?: next| nächsten)? "
    rf"(?P<count>{_COUNT}) (?P<business>(?:business|working|week) ?|(?:werk|arbeits)(?=tag))?"
    r"(?P<unit>minutes?|minuten|hours?|stunden?|days?|tag(?:e[ns]?)?|weeks?|wochen?|months?|monat(?:e[ns]?|s)?)\b",
    re.IGNORECASE,
)
_WEEKDAYS = {
    word: number
    for number, words in enumerate(
        ("monday montag", "tuesday dienstag", "wednesday mittwoch", "thursday donnerstag", "friday freitag",
         "saturday samstag sonnabend", "sunday sonntag"),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_WEEKDAY = re.compile(rf"\b(?P<day>{'|'.join(_WEEKDAYS)})\b", re.IGNORECASE)
_AHEAD = (
    (re.compile(r"\b[Tt]omorrow\b|(?<![Aa]m )\bmorgen\b"), 1),
    (re.compile(r"\bübermorgen\b", re.IGNORECASE), 2),
    (re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening)|heute)\b", re.IGNORECASE), 0),
)
_CLOCK = re.compile(
    r"(?<![\d.,:])(?P<hour>[012]?\d)(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>a\.?m\b|p\.?m\b|uhr\b|o'clock\b|(?<=:\d\d))",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"\b(?:UTC|GMT|CES?T|BST|[ECMP][SD]T)\b")  # a time of day of another zone is not told
_NEAR = timedelta(days=183)  # a day without a year is the nearest one


@dataclass(frozen=True, slots=True)
class Moment:
    """When: an instant that is the same for all (`at`), words that count from the sending (`spoken`), each customer's
    `own` value, or, with none of these, a time that cannot be told. `source` names the value shown, or is the time as
    typed."""

    source: str
    at: datetime | None = None
    spoken: Spoken | None = None
    own: bool = False

    @property
    def untold(self) -> bool:
        return self.at is None and self.spoken is None and not self.own


@dataclass(slots=True)
class Promised:
    """A sentence and one of its moments: `count` customers read it; `first` and `last` are the earliest and the latest
    of their own moments, where they differ."""

    what: str
    place: Place
    moment: Moment
    count: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def hear(self, at: datetime | None) -> None:
        """One more customer reads it; `at` None where it counts from the sending, or cannot be told."""
        self.count += 1
        if at is not None:
            self.first = min(self.first or at, at)
            self.last = max(self.last or at, at)

    def add(self, other: Promised) -> None:
        """Those who read it in another wording of the same file."""
        self.count += other.count
        if other.first is not None and other.last is not None:
            self.first = min(self.first or other.first, other.first)
            self.last = max(self.last or other.last, other.last)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is promised lies after `as_of` (aware, UTC), as it is read in the zone."""

    as_of: datetime
    zone: ZoneInfo


def list_promised(read: Read, letter: Letter, ahead: Ahead) -> Iterator[Promised]:
    """The promises of one skeleton: each sentence that binds the sender, once for each of its moments ahead."""
    for start, end in read.spans(DATED):
        what = shown(read.traced, Span(start, end, 1, 1, 1, 1))
        place = read.traced.place(start)
        for moment in dict.fromkeys(_moments(read, (start, end), letter, ahead)):
            yield Promised(what, place, moment)


def own_moment(source: str, letter: Letter, ahead: Ahead) -> datetime | None:
    """The customer's own moment, where it is still ahead."""
    at = _instant(letter.facts.get(source), ahead.zone)
    return at if at is not None and at > ahead.as_of else None


def _moments(read: Read, span: tuple[int, int], letter: Letter, ahead: Ahead) -> list[Moment]:
    """Those ahead; a single one that cannot be told where the sentence names no time that can."""
    slots = {piece.slot: _value(letter.known, piece.slot) for piece in read.traced.slots(*span)}
    dated = {name: value for name, value in slots.items() if isinstance(value, date)}
    found = [moment for name, value in dated.items() if (moment := _of_value(name, value, letter, ahead)) is not None]
    words = list(_own(read, span))
    clock = _one_time(words)
    typed = [day for part in words for day in list_days(part)]
    for day in typed:
        at = _nearest(day, clock, ahead)
        if at is not None and at > ahead.as_of:
            found.append(Moment(day.words, at=at))
    lengths = [moment for part in words for moment in _lengths(part)]
    found += lengths
    if not dated and not typed and not lengths:
        found += _days_in_words(words, clock)
    return found if found or dated or typed else [Moment("")]


def _of_value(name: str, value: date, letter: Letter, ahead: Ahead) -> Moment | None:
    """A customer's own column wins no standard name: those are in `known` over it."""
    if name in letter.facts and letter.known.get(name) is letter.facts[name]:
        return Moment(name, own=True)
    at = _instant(value, ahead.zone)
    return Moment(name, at=at) if at is not None and at > ahead.as_of else None


def _value(known: Mapping[str, object], name: str) -> object:
    value: object = known
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _instant(value: object, zone: ZoneInfo) -> datetime | None:
    if isinstance(value, datetime):
        return value
    return end_of_day(value, zone) if isinstance(value, date) else None


def _own(read: Read, span: tuple[int, int]) -> Iterator[str]:
    """The author's words of the sentence; a value shown ends a stretch."""
    for start, words in own_words(read.traced):
        first, last = max(span[0], start), min(span[1], start + len(words))
        if first < last:
            yield " ".join(words[first - start : last - start].split())


def _nearest(day: Day, clock: time | None, ahead: Ahead) -> datetime | None:
    today = ahead.as_of.astimezone(ahead.zone).date()
    years = [day.year] if day.year else [today.year - 1, today.year, today.year + 1]
    dates = []
    for year in years:
        try:
            dates.append(date(year, day.month, day.day))
        except ValueError:
            continue
    near = [one for one in dates if day.year or abs(one - today) <= _NEAR]
    if not near:
        return None
    chosen = min(near, key=lambda one: abs(one - today))
    return at_local(datetime.combine(chosen, clock), ahead.zone) if clock else end_of_day(chosen, ahead.zone)


def _lengths(words: str) -> Iterator[Moment]:
    for match in _LENGTH.finditer(words):
        count = int(match["count"]) if match["count"].isdigit() else _NUMBERS[match["count"].lower()]
        word = match["unit"].lower()
        unit = _UNITS.get(word) or _UNITS[word.rstrip("s")]
        unit = "business day" if match["business"] and unit == "day" else unit
        if count:
            yield Moment(match[0], spoken=Spoken(lengths=f"{count} {unit}s"))


def _days_in_words(words: Iterable[str], clock: time | None) -> Iterator[Moment]:
    """At most one: a weekday before a word such as tomorrow, and a time of day alone is today's."""
    text = " ".join(words)
    if match := _WEEKDAY.search(text):
        yield Moment(match[0], spoken=Spoken(weekday=_WEEKDAYS[match["day"].lower()], at=clock))
        return
    for pattern, days in _AHEAD:
        if match := pattern.search(text):
            yield Moment(match[0], spoken=Spoken(days=days, at=clock))
            return
    if clock is not None:
        yield Moment(clock.isoformat("minutes"), spoken=Spoken(at=clock))


def _one_time(words: Iterable[str]) -> time | None:
    """The time of day in a sentence that names exactly one."""
    found = []
    words = list(words)
    if any(_ELSEWHERE.search(part) for part in words):
        return None
    for match in (one for part in words for one in _CLOCK.finditer(part)):
        hour, half = int(match["hour"]), match["half"].lower().replace(".", "")
        if (half in ("am", "pm") and not 1 <= hour <= 12) or hour > 23:
            continue
        hour = hour % 12 + (12 if half == "pm" else 0) if half in ("am", "pm") else hour
        found.append(time(hour, int(match["minute"] or 0)))
    return found[0] if len(set(found)) == 1 else None
