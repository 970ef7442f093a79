"""The expressions of policies, worked out one customer at a time with fractions and dates: slow, exact, obvious.

Nothing here knows the program under test. A missing value is None. Numbers are `Fraction`, amounts `Money` with a
fraction of smallest units, a quoted text is a `Quoted` until what stands beside it says what it is.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from reference_parser import Tree

# Digits after the point where they are not two.
_DIGITS = {"JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3}


class Quoted(str):
    """A text in quotes, which may yet turn out to be an amount or a date."""


@dataclass(frozen=True)
class Money:
    minor: Fraction
    currency: str


@dataclass(frozen=True)
class Many:
    """A list; `zero` is what the sum of nothing is."""

    items: tuple[Any, ...]
    zero: Any = Fraction(0)

    @property
    def there(self) -> list[Any]:
        return [item for item in self.items if item is not None]


@dataclass(frozen=True)
class Days:
    """A business calendar; without a span it knows every year."""

    free: frozenset[date]
    weekend: frozenset[int] = frozenset({6, 7})
    first: date | None = None
    last: date | None = None

    def works(self, day: date) -> bool:
        return day.isoweekday() not in self.weekend and day not in self.free

    def knows(self, day: date) -> bool:
        return self.first is None or self.last is None or self.first <= day <= self.last


@dataclass(frozen=True)
class Amounts:
    """One for each currency."""

    each: tuple[Money, ...]


class Names(Protocol):
    """What an expression may ask of the policy and the customer."""

    def value(self, name: str) -> Any: ...
    def figure(self, name: str, day: date) -> Any: ...
    def days(self, name: str) -> Days | None: ...


def digits(currency: str) -> int:
    return _DIGITS.get(currency, 2)


def amount(text: str, currency: str = "") -> Money:
    """`EUR 4.90`, or `4.90` where the currency is known."""
    found = re.fullmatch(r"\s*(?:([A-Z]{3})\s*)?(-?\d+(?:\.\d+)?)\s*", text)
    if found is None:
        raise ValueError(f"{text!r} is not an amount")
    code = found[1] or currency
    return Money(Fraction(found[2]) * 10 ** digits(code), code)


def nearest(x: Fraction, mode: str) -> int:
    """The whole number by a rounding mode; ties of half-up go away from zero."""
    size, sign = abs(x), -1 if x < 0 else 1
    down = floor(size)
    rest = size - down
    if mode == "half-up":
        up = rest >= Fraction(1, 2)
    elif mode == "half-even":
        up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and down % 2 == 1)
    else:
        up = mode == "up" and rest > 0
    return sign * (down + up)


def alike(values: Iterable[Any]) -> list[Any]:
    """Quoted texts, and a plain zero beside an amount, take the type of the others."""
    values = list(values)
    plain = [one for one in values if one is not None and not isinstance(one, Quoted | Amounts)]
    leader = next((one for one in plain if isinstance(one, Money)), plain[0] if plain else None)
    return [typed(one, leader) for one in values]


def typed(value: Any, leader: Any) -> Any:
    if value == 0 and isinstance(value, Fraction) and isinstance(leader, Money):
        return Money(value, leader.currency)
    if isinstance(value, Amounts):
        code = leader.currency if isinstance(leader, Money) else ""
        return next((one for one in value.each if one.currency == code), None)
    if not isinstance(value, Quoted):
        return value
    if isinstance(leader, Money):
        return amount(value, leader.currency)
    if isinstance(leader, datetime):
        return instant(value)
    return date.fromisoformat(value) if isinstance(leader, date) else value


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def size(value: Any) -> Any:
    return value.minor if isinstance(value, Money) else value


def like(value: Any, number: Fraction) -> Any:
    """The number as an amount where the value is one."""
    return Money(Fraction(number), value.currency) if isinstance(value, Money) else Fraction(number)


def compared(sign: str, left: Any, right: Any) -> bool | None:
    left, right = alike([left, right])
    if left is None or right is None:
        return None
    if isinstance(left, Money) and left.currency != right.currency:
        raise ValueError("two currencies meet")
    a, b = size(left), size(right)
    return {
        "=": lambda: a == b, "<>": lambda: a != b, "<": lambda: a < b, "<=": lambda: a <= b,
        ">": lambda: a > b, ">=": lambda: a >= b,
    }[sign]()  # fmt: skip


def both(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def turned(value: bool | None) -> bool | None:
    return None if value is None else not value


class Worker:
    """Works out trees for one customer; `mode` is how `round()` rounds."""

    def __init__(self, names: Names, mode: str = "half-up") -> None:
        self.names, self.mode = names, mode

    def __call__(self, tree: Tree) -> Any:
        found = getattr(self, f"_{_SIGNS.get(tree[0], tree[0])}")(*tree[1:])
        return Fraction(found) if type(found) is int else found

    def _number(self, value: Fraction) -> Fraction:
        return value

    def _text(self, text: str) -> Quoted:
        return Quoted(text)

    def _amounts(self, texts: list[str]) -> Amounts:
        return Amounts(tuple(amount(text) for text in texts))

    def _boolean(self, value: bool) -> bool:
        return value

    def _nothing(self) -> None:
        return None

    def _date(self, text: str) -> date:
        return date.fromisoformat(text)

    def _name(self, name: str) -> Any:
        return self.names.value(name)

    def _or(self, left: Tree, right: Tree) -> bool | None:
        return turned(both(turned(self(left)), turned(self(right))))

    def _and(self, left: Tree, right: Tree) -> bool | None:
        return both(self(left), self(right))

    def _not(self, one: Tree) -> bool | None:
        return turned(self(one))

    def _missing(self, one: Tree) -> bool:
        return self(one) is None

    def _compare(self, sign: str, left: Tree, right: Tree) -> bool | None:
        return compared(sign, self(left), self(right))

    def _in(self, one: Tree, listed: list[Tree]) -> bool | None:
        found: bool | None = False
        for other in listed:
            found = turned(both(turned(found), turned(compared("=", self(one), self(other)))))
        return found

    def _case(self, arms: list[tuple[Tree, Tree]], otherwise: Tree) -> Any:
        for condition, result in arms:
            holds = self(condition)
            if holds is None:
                return None
            if holds:
                return self(result)
        return self(otherwise)

    def _negative(self, one: Tree) -> Any:
        value = self(one)
        return None if value is None else like(value, -size(value))

    def _sum(self, left: Tree, right: Tree, sign: int = 1) -> Any:
        a, b = alike([self(left), self(right)])
        if a is None or b is None:
            return None
        if isinstance(a, Money) and a.currency != b.currency:
            raise ValueError("two currencies meet")
        return like(a, size(a) + sign * size(b))

    def _difference(self, left: Tree, right: Tree) -> Any:
        return self._sum(left, right, -1)

    def _product(self, left: Tree, right: Tree) -> Any:
        a, b = self(left), self(right)
        if a is None or b is None:
            return None
        return like(a if isinstance(a, Money) else b, size(a) * size(b))

    def _quotient(self, left: Tree, right: Tree) -> Any:
        a, b = alike([self(left), self(right)])
        if a is None or b is None or size(b) == 0:
            return None
        return size(a) / size(b) if isinstance(b, Money) else like(a, size(a) / size(b))

    def _call(self, name: str, arguments: list[Tree]) -> Any:
        special = getattr(self, f"_call_{name}", None)
        if special is not None:
            return special(*arguments)
        values = [self(one) for one in arguments]
        return None if any(value is None for value in values) else FUNCTIONS[name](*values)

    def _call_rows_count(self) -> Fraction:
        return self.names.value("rows_count()")

    def _call_coalesce(self, *arguments: Tree) -> Any:
        return next((value for value in alike(self(one) for one in arguments) if value is not None), None)

    def _call_round(self, one: Tree, wanted: Tree | None = None) -> Any:
        value, places = self(one), None if wanted is None else self(wanted)
        if value is None:
            return None
        if not isinstance(value, Money):
            step = Fraction(1, 10 ** int(places or 0))
        else:
            step = Fraction(1) if places is None else Fraction(10 ** digits(value.currency), 10 ** int(places))
        return like(value, nearest(size(value) / step, self.mode) * step)

    def _call_round_to(self, one: Tree, step: Tree, mode: Tree | None = None) -> Any:
        value, by = alike([self(one), self(step)])
        if value is None or by is None or size(by) <= 0:
            return None
        if isinstance(value, Money) and not isinstance(by, Money):
            by = by * 10 ** digits(value.currency)
        word = self.mode if mode is None else str(self(mode))
        return like(value, nearest(size(value) / size(by), word) * size(by))

    def _call_at(self, series: Tree, day: Tree) -> Any:
        when = as_date(self(day))
        return None if when is None else self.names.figure(series[1], when)

    def _call_interest_over(self, principal: Tree, series: Tree, start: Tree, end: Tree, basis: Tree) -> Any:
        money, begin, until, base = self(principal), as_date(self(start)), as_date(self(end)), self(basis)
        if money is None or begin is None or until is None:
            return None
        total = Fraction(0)
        for day, part in parts_of_years(begin, until, base):
            if not part:
                continue
            rate = self.names.figure(series[1], day)
            if rate is None:
                return None
            total += size(money) * rate / 100 * part
        return like(money, total)

    def _calendar(self, tree: Tree) -> Days | None:
        return self.names.days(tree[1])

    def _call_add_business_days(self, start: Tree, count: Tree, calendar: Tree) -> date | None:
        day, left, days = as_date(self(start)), self(count), self._calendar(calendar)
        if day is None or left is None or days is None or not days.knows(day):
            return None
        step = timedelta(days=1 if left > 0 else -1)
        left = abs(left)
        while left:
            day += step
            if not days.knows(day):
                return None
            left -= days.works(day)
        return day

    def _call_business_days_between(self, start: Tree, end: Tree, calendar: Tree) -> int | None:
        begin, until, days = as_date(self(start)), as_date(self(end)), self._calendar(calendar)
        if begin is None or until is None or days is None or not (days.knows(begin) and days.knows(until)):
            return None
        low, high = sorted([begin, until])
        count = sum(days.works(low + timedelta(days=n)) for n in range(1, (high - low).days + 1))
        return count if begin <= until else -count

    def _call_is_business_day(self, one: Tree, calendar: Tree) -> bool | None:
        day, days = as_date(self(one)), self._calendar(calendar)
        return None if day is None or days is None or not days.knows(day) else days.works(day)

    def _call_next_business_day(self, one: Tree, calendar: Tree) -> date | None:
        day, days = as_date(self(one)), self._calendar(calendar)
        while day is not None and days is not None and days.knows(day):
            if days.works(day):
                return day
            day += timedelta(days=1)
        return None

    def _call_list_count_where(self, one: Tree, condition: Tree) -> int | None:
        values = self(one)
        if values is None:
            return None
        if condition[0] == "text":
            return sum(cell_holds(condition[1], value) is True for value in values.there)
        held = [Worker(One(self.names, one[1], value), self.mode)(condition) for value in values.there]
        return None if None in held else sum(held)


@dataclass(frozen=True)
class One:
    """The names, of which one stands for a value of a list."""

    names: Names
    word: str
    one: Any

    def value(self, name: str) -> Any:
        return self.one if name == self.word else self.names.value(name)

    def figure(self, name: str, day: date) -> Any:
        return self.names.figure(name, day)

    def days(self, name: str) -> Days | None:
        return self.names.days(name)


_SIGNS = {"+": "sum", "-": "difference", "*": "product", "/": "quotient"}


def as_date(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, Quoted) else value


def parts_of_years(begin: date, until: date, basis: Any) -> list[tuple[date, Fraction]]:
    """Each day from `begin` up to, without, `until`, and what part of a year it is."""
    days = [begin + timedelta(days=n) for n in range(max(0, (until - begin).days))]
    if basis == "actual":
        return [(day, Fraction(1, 366 if isleap(day.year) else 365)) for day in days]
    if basis == "30/360":
        return [(day, Fraction(thirty(day, day + timedelta(days=1)), 360)) for day in days]
    return [(day, Fraction(1) / basis) for day in days]


def thirty(begin: date, until: date) -> int:
    """Days between by months of thirty days, where a 31st counts as the 30th (30E/360)."""
    first, last = (360 * day.year + 30 * day.month + min(day.day, 30) for day in (begin, until))
    return last - first


def interest(money: Money, rate: Fraction, start: Any, end: Any, basis: Any) -> Money:
    begin, until = as_date(start), as_date(end)
    assert begin is not None
    assert until is not None
    years = sum((part for _, part in parts_of_years(begin, until, basis)), Fraction(0))
    return like(money, size(money) * rate / 100 * years)


def later_month(day: Any, count: Fraction) -> date:
    day = as_date(day)
    years, month = divmod(day.month - 1 + int(count), 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_from(start: Any, end: Any) -> int:
    """Completed months, tried one after another."""
    start, end = as_date(start), as_date(end)
    if end < start:
        return -months_from(end, start)
    count = max(0, 12 * (end.year - start.year) - 12)
    while _reached(start, count + 1, end):
        count += 1
    return count


def _reached(start: date, count: int, end: date) -> bool:
    try:
        return later_month(start, Fraction(count)) <= end
    except ValueError:  # no such year
        return False


def picked(take: Callable[..., Any], *values: Any) -> Any:
    return take(alike(values), key=size)


def cut(start: Any, end: Any, seconds: int) -> int:
    begin, until = (instant(one) if isinstance(one, Quoted) else one for one in (start, end))
    micro = (until - begin) // timedelta(microseconds=1)
    return (abs(micro) // (seconds * 1_000_000)) * (-1 if micro < 0 else 1)


def began(day: Any, months: int) -> date:
    day = as_date(day)
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def moved(moment: Any, **length: int) -> datetime:
    return (instant(moment) if isinstance(moment, Quoted) else moment) + timedelta(**length)


def local_date(moment: Any, zone: str) -> date | None:
    moment = instant(moment) if isinstance(moment, Quoted) else moment
    return moment.astimezone(ZoneInfo(zone)).date() if 1970 <= moment.year < 2100 else None


def in_money(value: Any, currency: str) -> Money:
    return Money(Fraction(str(value) if isinstance(value, Quoted) else value) * 10 ** digits(currency), currency)


def converted(money: Money, rate: Fraction, currency: str) -> Money:
    return Money(money.minor / 10 ** digits(money.currency) * rate * 10 ** digits(currency), currency)


def clamped(x: Any, low: Any, high: Any) -> Any:
    x, low, high = alike([x, low, high])
    return like(x, min(max(size(x), size(low)), size(high)))


def mean(values: Many) -> Any:
    there = values.there
    return like(there[0], sum((size(one) for one in there), Fraction(0)) / len(there)) if there else None


def summed(values: Many) -> Any:
    return like(values.zero, sum((size(one) for one in values.there), Fraction(0)))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "least": lambda *v: picked(min, *v), "greatest": lambda *v: picked(max, *v), "clamp": clamped,
    "abs": lambda x: like(x, abs(size(x))), "floor": floor, "ceil": ceil,
    "completed": lambda x, period: max(0, floor(x / period)), "started": lambda x, period: max(0, ceil(x / period)),
    "percent": lambda rate, x: like(x, size(x) * rate / 100), "interest": interest, "convert": converted,
    "money": in_money, "days_between": lambda a, b: (as_date(b) - as_date(a)).days,
    "months_between": months_from, "years_between": lambda a, b: int(months_from(a, b) / 12),
    "year": lambda d: as_date(d).year, "month": lambda d: as_date(d).month, "day": lambda d: as_date(d).day,
    "seconds_between": lambda a, b: cut(a, b, 1), "minutes_between": lambda a, b: cut(a, b, 60),
    "hours_between": lambda a, b: cut(a, b, 3600), "add_days": lambda d, n: as_date(d) + timedelta(days=int(n)),
    "add_weeks": lambda d, n: as_date(d) + timedelta(weeks=int(n)), "add_months": later_month,
    "add_years": lambda d, n: later_month(d, n * 12), "add_hours": lambda m, n: moved(m, hours=int(n)),
    "add_minutes": lambda m, n: moved(m, minutes=int(n)), "month_start": lambda d: began(d, 1),
    "quarter_start": lambda d: began(d, 3), "half_year_start": lambda d: began(d, 6),
    "year_start": lambda d: began(d, 12), "weekday": lambda d: as_date(d).isoweekday(),
    "date_in": local_date, "list_count": lambda v: len(v.there), "list_sum": summed, "list_mean": mean,
    "list_min": lambda v: min(v.there, key=size, default=None),
    "list_max": lambda v: max(v.there, key=size, default=None), "length": len, "lower": lambda t: t.lower(),
    "starts_with": lambda t, part: t.startswith(part), "contains": lambda t, part: part in t,
}  # fmt: skip

_RANGE = re.compile(r"([\[(])\s*(.+?)\s*\.\.\s*(.+?)\s*([\])])")
_SIGN = re.compile(r"\s*(<=|>=|<>|<|>|=)\s*(.+?)\s*")


def cell_holds(cell: Any, value: Any) -> bool | None:
    """Whether a table's cell holds; None where it needs a value that is missing."""
    if isinstance(cell, list):
        found: bool | None = False
        for one in cell:
            found = turned(both(turned(found), turned(cell_holds(one, value))))
        return found
    if cell == "any":
        return True
    if cell == "missing":
        return value is None
    if value is None:
        return None
    if isinstance(value, str):
        return value == cell
    if isinstance(value, bool):
        return value == (cell == "true")
    holds: bool | None = True
    for sign, text in conditions(cell):
        holds = both(holds, compared(sign, value, literal(text, value)))
    return holds


def conditions(cell: str) -> Sequence[tuple[str, str]]:
    ranged = _RANGE.fullmatch(cell.strip())
    if ranged:
        return [(">=" if ranged[1] == "[" else ">", ranged[2]), ("<=" if ranged[4] == "]" else "<", ranged[3])]
    parts = [part for part in cell.split(",") if part.strip()]
    found = [_SIGN.fullmatch(part) for part in parts]
    return [(one[1], one[2]) if one else ("=", part.strip()) for one, part in zip(found, parts, strict=True)]


def literal(text: str, leader: Any) -> Any:
    """A text of a policy file in the type of what it is compared with."""
    text = text.strip().strip("'")
    if isinstance(leader, bool):
        return text == "true"
    if isinstance(leader, Fraction):
        return Fraction(text)
    return text if isinstance(leader, str) else typed(Quoted(text), leader)
