"""Business days, over a named calendar or a fact that lists the holidays (then Saturday and Sunday are free).

Every function rests on three: how many business days there are up to and with a day, whether a day is one, and which
day is the n-th. A named calendar looks them up in the lists that the query carries; from a list of holidays they are
worked out by counting weekdays since Monday 0001-01-01.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from makegood.core.expressions_compiler import Compiler, Function, shown
from makegood.core.expressions_dates import DATE, DAYS, FIRST, LAST, whole
from makegood.core.expressions_sql import Type, Value, boolean, bound

Args = list[exp.Expression]
# Three hundred years and more: nobody waits longer, and no sum of it leaves what DuckDB can hold.
_MOST = 100_000
_UNIT = frozenset({"days", "business days"})


@dataclass(frozen=True, slots=True)
class _Named:
    prefix: str

    def up_to(self, day: str) -> str:
        """NULL outside of the span; a list counts from one, and from its end below zero."""
        index = f"(date_diff('day', {self.prefix}first, {day}) + 1)"
        return f"(CASE WHEN {index} >= 1 THEN {self.prefix}ordinals[{index}] END)"

    def nth(self, ordinal: str) -> str:
        return bound(ordinal, lambda k: f"(CASE WHEN {k} >= 1 THEN {self.prefix}days[{k}] END)")

    def is_one(self, day: str) -> str:
        """Before the first business day of the span there is none."""
        return f"coalesce({day} = {self.nth(self.up_to(day))}, false)"


@dataclass(frozen=True, slots=True)
class _Listed:
    holidays: str

    def up_to(self, day: str) -> str:
        free = f"len(list_filter({self._weekdays()}, lambda _h: _h <= {day}))"
        return f"({_weekdays_to(day)} - {free})"

    def nth(self, ordinal: str) -> str:
        """The k-th holiday on a weekday lies before the n-th business day when fewer than n business days do. What is
        used twice is bound as the one element of a list, so that it is worked out once."""
        before = f"list_transform(list_sort({self._weekdays()}), lambda _h, _i: {_weekdays_to('_h')} - _i)"
        weekday = f"_k - 1 + len(list_filter({before}, lambda _b: _b < _k))"
        day = f"CASE WHEN _v >= 0 THEN {FIRST} + (7 * (_v // 5) + _v % 5)::INTEGER END"
        return f"list_transform(list_transform([{ordinal}], lambda _k: {weekday}), lambda _v: {day})[1]"

    def is_one(self, day: str) -> str:
        return f"(isodow({day}) <= 5 AND NOT list_contains({self._weekdays()}, {day}))"

    def _weekdays(self) -> str:
        return f"list_distinct(list_filter({self.holidays}, lambda _w: isodow(_w) <= 5))"


def _weekdays_to(day: str) -> str:
    """How many days from Monday to Friday since the first Monday, up to and with the day; NULL before it."""
    days = f"date_diff('day', {FIRST}, {day})"
    return f"(CASE WHEN {day} BETWEEN {FIRST} AND {LAST} THEN 5 * ({days} // 7) + least({days} % 7 + 1, 5) END)"


def _calendar(at: Compiler, node: exp.Expression) -> _Named | _Listed:
    word = node.name.lower() if isinstance(node, exp.Column) and node.args.get("table") is None else ""
    if word in at.known.calendars:
        at.read(word)
        return _Named(at.known.calendars[word])
    if word in at.known.columns or word in at.known.values:
        value = at.compile(node)
        if value.type == Type("date", many=True):
            return _Listed(value.sql)
    names = ", ".join(at.known.calendars) or "none"
    what = f"'{shown(node)}' is not a calendar."
    remedy = f"Name one of the calendars ({names}), or a fact with list: true and type: date."
    raise at.refuse(node, "unknown-calendar", what, remedy)


def _add(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    """Day 0 is the date itself. Forward the n-th business day after it, backward the n-th before it."""
    start = at.typed(args[0], "date", "Write add_business_days(date, n, calendar).")
    count, days = whole(at, args[1], _UNIT), _calendar(at, args[2])
    return Value(DATE, bound(start.sql, lambda day: bound(count.sql, lambda n: _added(days, day, n, count))))


def _added(days: _Named | _Listed, day: str, n: str, count: Value) -> str:
    up_to, before = days.up_to(day), f"({days.up_to(day)} - {days.is_one(day)}::INTEGER + 1)"
    forward, backward = days.nth(f"({up_to} + ({n})::INTEGER)"), days.nth(f"({before} + ({n})::INTEGER)")
    inside = f"(CASE WHEN {up_to} IS NOT NULL THEN {day} END)"
    figure = count.constant
    if figure is not None and abs(figure) <= _MOST:
        return forward if figure > 0 else backward if figure < 0 else inside
    arms = [
        f"WHEN {n} = 0 THEN {inside}",
        f"WHEN {n} BETWEEN 1 AND {_MOST} THEN {forward}",
        f"WHEN {n} BETWEEN {-_MOST} AND -1 THEN {backward}",
    ]
    return f"(CASE {' '.join(arms)} END)"


def _between(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    shape = "Write business_days_between(from, to, calendar)."
    start, end = at.typed(args[0], "date", shape).sql, at.typed(args[1], "date", shape).sql
    days = _calendar(at, args[2])
    sql = f"({bound(end, days.up_to)} - {bound(start, days.up_to)})::BIGINT"
    return Value(Type("integer", unit="days"), sql, low=-DAYS, high=DAYS)


def _is_one(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    start = at.typed(args[0], "date", "Write is_business_day(date, calendar).").sql
    days = _calendar(at, args[1])
    return boolean(bound(start, lambda day: f"(CASE WHEN {days.up_to(day)} IS NOT NULL THEN {days.is_one(day)} END)"))


def _next(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    start = at.typed(args[0], "date", "Write next_business_day(date, calendar).").sql
    days = _calendar(at, args[1])
    following = bound(start, lambda day: days.nth(f"({days.up_to(day)} - {days.is_one(day)}::INTEGER + 1)"))
    return Value(DATE, following)


_Rule = Callable[[Compiler, exp.Expression, Args], Value]
_RULES: dict[str, tuple[_Rule, str, int]] = {
    "add_business_days": (_add, "add_business_days(date, n, calendar)", 3),
    "business_days_between": (_between, "business_days_between(from, to, calendar)", 3),
    "is_business_day": (_is_one, "is_business_day(date, calendar)", 2),
    "next_business_day": (_next, "next_business_day(date, calendar)", 2),
}
FUNCTIONS = {word: Function(rule, shape, count) for word, (rule, shape, count) in _RULES.items()}
