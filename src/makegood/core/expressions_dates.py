"""Functions of dates and instants. Instants are UTC; dates have no zone, and no clock is read.

Dates and instants lie in the years 1 to 9999. What would leave them is missing, before DuckDB could raise.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from sqlglot import exp

from makegood.core.expressions_arithmetic import multiplied
from makegood.core.expressions_compiler import FOLLOWS, Compiler, Function, shown
from makegood.core.expressions_known import Series, dated
from makegood.core.expressions_sql import Kind, Type, Value, bound, constant
from makegood.core.expressions_units import unit_of

Args = list[exp.Expression]
DAYS = 2**32
DATE = Type("date")
FIRST, LAST = "DATE '0001-01-01'", "DATE '9999-12-31'"
_START, _END = "TIMESTAMP '0001-01-01'", "TIMESTAMP '9999-12-31 23:59:59.999999'"


def _days_between(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    start, end = (at.typed(one, "date", "It takes two dates: the earlier and the later.") for one in args)
    return Value(Type("integer", unit="days"), f"date_diff('day', {start.sql}, {end.sql})", low=-DAYS, high=DAYS)


def _months_between(months: int, unit: str) -> Callable[[Compiler, exp.Expression, Args], Value]:
    """So many times that many months completed: the most that added to the first date are not after the second, where
    the month's last day stands for one that the month lacks. Reversed it is the same below zero."""

    def rule(at: Compiler, _node: exp.Expression, args: Args) -> Value:
        start, end = (at.typed(one, "date", "It takes two dates: the earlier and the later.") for one in args)
        sql = bound(start.sql, lambda a: bound(end.sql, lambda b: write(a, b)))
        most = 12 * 9999 // months
        return Value(Type("integer", unit=unit), sql if months == 1 else f"({sql} // {months})", low=-most, high=most)

    def write(start: str, end: str) -> str:
        return f"(CASE WHEN {_within(start)} AND {_within(end)} THEN date_sub('month', {start}, {end}) END)"

    return rule


def _within(day: str) -> str:
    return f"{day} BETWEEN {FIRST} AND {LAST}"


def _part_of(part: str, low: int, high: int) -> Callable[[Compiler, exp.Expression, Args], Value]:
    def rule(at: Compiler, _node: exp.Expression, args: Args) -> Value:
        day = at.typed(args[0], "date", f"{part}() takes a date.")
        sql = bound(day.sql, lambda one: f"(CASE WHEN {_within(one)} THEN {part}({one}) END)")
        return Value(Type("integer"), sql, low=low, high=high)

    return rule


def _time_between(part: str, unit: str, most: int) -> Callable[[Compiler, exp.Expression, Args], Value]:
    """Whole parts from the first to the second, cut towards zero."""

    def rule(at: Compiler, _node: exp.Expression, args: Args) -> Value:
        start, end = (at.typed(one, "instant", "It takes two instants: the earlier and the later.") for one in args)
        sql = bound(start.sql, lambda a: bound(end.sql, lambda b: write(a, b)))
        return Value(Type("integer", unit=unit), sql, low=-most, high=most)

    def write(start: str, end: str) -> str:
        inside = " AND ".join(f"{one} BETWEEN {_START} AND {_END}" for one in (start, end))
        return f"(CASE WHEN {inside} THEN date_sub('{part}', {start}, {end}) END)"

    return rule


def whole(at: Compiler, node: exp.Expression, units: frozenset[str]) -> Value:
    """A whole number, counting one of these units or nothing."""
    value = at.of_kind(node, at.compile(node), frozenset({"integer"}), "Give a whole number; floor(x) makes one.")
    if value.type.unit and unit_of(value.type.unit) not in units:
        what = f"{value.type} stands where {min(units)} are needed."
        raise at.refuse(node, "mixed-unit", what, "Give a number of that unit.")
    return value


def _adding(unit: str, size: int, kind: Kind) -> Callable[[Compiler, exp.Expression, Args], Value]:
    """Adds so many days (weeks: seven of them), months (years: twelve), hours or minutes."""

    def rule(at: Compiler, _node: exp.Expression, args: Args) -> Value:
        start = at.typed(args[0], kind, f"The first value is a {kind}.").sql
        count = multiplied(whole(at, args[1], frozenset({unit})), constant(Fraction(size), Type("integer")), COUNT)
        sql = bound(start, lambda day: bound(count.sql, lambda n: _ADDING[unit](day, n)))
        return Value(Type(kind), sql)

    return rule


COUNT = Type("integer")


def _plus_days(start: str, count: str) -> str:
    inside = f"{count} BETWEEN date_diff('day', {start}, {FIRST}) AND date_diff('day', {start}, {LAST})"
    return f"(CASE WHEN {start} BETWEEN {FIRST} AND {LAST} AND {inside} THEN {start} + ({count})::INTEGER END)"


def _plus_months(start: str, count: str) -> str:
    """The same day, or the month's last. Months are counted from January of year 0."""
    months = f"(12 * year({start}) + month({start}) - 1)"
    inside = f"{count} BETWEEN 12 - {months} AND {12 * 9999 + 11} - {months}"
    added = f"({start} + to_months(({count})::INTEGER))::DATE"
    return f"(CASE WHEN {start} BETWEEN {FIRST} AND {LAST} AND {inside} THEN {added} END)"


def _plus_time(part: str, seconds: int) -> Callable[[str, str], str]:
    """Nobody adds more than the years there are; what then leaves them is missing."""
    most = 9999 * 366 * 86_400 // seconds

    def write(start: str, count: str) -> str:
        inside = f"{start} BETWEEN {_START} AND {_END} AND {count} BETWEEN {-most} AND {most}"
        added = f"{start} + to_{part}(({count})::BIGINT)"
        return f"(CASE WHEN {inside} THEN CASE WHEN {added} BETWEEN {_START} AND {_END} THEN {added} END END)"

    return write


_ADDING: dict[str, Callable[[str, str], str]] = {
    "days": _plus_days, "weeks": _plus_days, "months": _plus_months, "years": _plus_months,
    "hours": _plus_time("hours", 3600), "min": _plus_time("minutes", 60),
}  # fmt: skip


def _first_day(month: str) -> Callable[[Compiler, exp.Expression, Args], Value]:
    """The first of a month that SQL of `{0}`, the date, gives."""

    def rule(at: Compiler, _node: exp.Expression, args: Args) -> Value:
        day = at.typed(args[0], "date", "It takes a date.").sql
        return Value(DATE, bound(day, write))

    def write(day: str) -> str:
        first = f"make_date(year({day}), {month.format(day)}, 1)"
        return f"(CASE WHEN {day} BETWEEN {FIRST} AND {LAST} THEN {first} END)"

    return rule


def _weekday(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    day = at.typed(args[0], "date", "weekday() takes a date.")
    return Value(Type("integer"), f"isodow({day.sql})", low=1, high=7)


def series(at: Compiler, node: exp.Expression) -> tuple[str, Series]:
    """A dated parameter, named as it is."""
    word = node.name.lower() if isinstance(node, exp.Column) and node.args.get("table") is None else ""
    found = at.known.series.get(word)
    if found is None and word in at.known.failed:
        raise at.refuse(node, FOLLOWS, f"'{word}' was refused itself.", "Correct it first.")
    if found is None:
        names = ", ".join(at.known.series) or "none"
        what = f"'{shown(node)}' is not a dated parameter."
        raise at.refuse(node, "unknown-series", what, f"Name a parameter with `from` or `start`; there are: {names}.")
    at.read(word)
    return word, found


def _at(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    _, found = series(at, args[0])
    day = at.typed(args[1], "date", "Write at(parameter, date).")
    return dated(found, day.sql)


FUNCTIONS: dict[str, Function] = {
    "days_between": Function(_days_between, "days_between(from_date, to_date)", 2),
    "months_between": Function(_months_between(1, "months"), "months_between(from_date, to_date)", 2),
    "years_between": Function(_months_between(12, "years"), "years_between(from_date, to_date)", 2),
    "year": Function(_part_of("year", 1, 9999), "year(date)", 1),
    "month": Function(_part_of("month", 1, 12), "month(date)", 1),
    "day": Function(_part_of("day", 1, 31), "day(date)", 1),
    "hours_between": Function(_time_between("hour", "hours", 2**33), "hours_between(from, to)", 2),
    "minutes_between": Function(_time_between("minute", "min", 2**39), "minutes_between(from, to)", 2),
    "seconds_between": Function(_time_between("second", "seconds", 2**45), "seconds_between(from, to)", 2),
    "add_days": Function(_adding("days", 1, "date"), "add_days(date, n)", 2),
    "add_weeks": Function(_adding("weeks", 7, "date"), "add_weeks(date, n)", 2),
    "add_months": Function(_adding("months", 1, "date"), "add_months(date, n)", 2),
    "add_years": Function(_adding("years", 12, "date"), "add_years(date, n)", 2),
    "add_hours": Function(_adding("hours", 1, "instant"), "add_hours(instant, n)", 2),
    "add_minutes": Function(_adding("min", 1, "instant"), "add_minutes(instant, n)", 2),
    "month_start": Function(_first_day("month({0})"), "month_start(date)", 1),
    "quarter_start": Function(_first_day("3 * quarter({0}) - 2"), "quarter_start(date)", 1),
    "half_year_start": Function(_first_day("CASE WHEN month({0}) <= 6 THEN 1 ELSE 7 END"), "half_year_start(date)", 1),
    "year_start": Function(_first_day("1"), "year_start(date)", 1),
    "weekday": Function(_weekday, "weekday(date)", 1),
    "at": Function(_at, "at(parameter, date)", 2),
}
