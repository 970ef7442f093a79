"""Functions of dates and instants. Instants are UTC; dates have no zone, and no clock is read.

Adding may leave what the database can hold: then DuckDB raises, so these values are risky.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from makegood.core.expressions_compiler import Compiler, Function, shown
from makegood.core.expressions_known import Series, dated
from makegood.core.expressions_sql import Kind, Type, Value, fits
from makegood.core.expressions_units import unit_of

Args = list[exp.Expression]
DAYS = 2**32
DATE = Type("date")


def _between(part: str, kind: Kind, unit: str, most: int) -> Callable[[Compiler, exp.Expression, Args], Value]:
    """Whole parts from the first to the second, cut towards zero."""

    def rule(at: Compiler, _node: exp.Expression, args: Args) -> Value:
        start, end = (at.typed(one, kind, f"It takes two {kind}s: the earlier and the later.") for one in args)
        word = "date_diff" if part == "day" else "date_sub"
        sql = f"{word}('{part}', {start.sql}, {end.sql})"
        return Value(Type("integer", unit=unit), sql, low=-most, high=most, risky=start.risky or end.risky)

    return rule


def whole(at: Compiler, node: exp.Expression, units: frozenset[str]) -> Value:
    """A whole number, counting one of these units or nothing."""
    value = at.of_kind(node, at.compile(node), frozenset({"integer"}), "Give a whole number; floor(x) makes one.")
    if value.type.unit and unit_of(value.type.unit) not in units:
        what = f"{value.type} stands where {min(units)} are needed."
        raise at.refuse(node, "mixed-unit", what, "Give a number of that unit.")
    return value if fits(value.low, value.high) else replace(value, sql=f"({value.sql})::BIGINT")


def _adding(unit: str, add: Callable[[str, str], str], kind: Kind) -> Callable[[Compiler, exp.Expression, Args], Value]:
    def rule(at: Compiler, _node: exp.Expression, args: Args) -> Value:
        start = at.typed(args[0], kind, f"The first value is a {kind}.")
        count = whole(at, args[1], frozenset({unit}))
        return Value(start.type, add(start.sql, count.sql), risky=True)

    return rule


def _days(start: str, count: str) -> str:
    return f"({start} + ({count})::INTEGER)"


def _weeks(start: str, count: str) -> str:
    return f"({start} + (7 * ({count})::HUGEINT)::INTEGER)"


def _months(start: str, count: str) -> str:
    return f"({start} + to_months(({count})::INTEGER))::DATE"


def _years(start: str, count: str) -> str:
    return f"({start} + to_months((12 * ({count})::HUGEINT)::INTEGER))::DATE"


def _hours(start: str, count: str) -> str:
    return f"({start} + to_hours(({count})::BIGINT))"


def _minutes(start: str, count: str) -> str:
    return f"({start} + to_minutes(({count})::BIGINT))"


def _first_day(write: Callable[[str], str]) -> Callable[[Compiler, exp.Expression, Args], Value]:
    def rule(at: Compiler, _node: exp.Expression, args: Args) -> Value:
        day = at.typed(args[0], "date", "It takes a date.")
        return Value(DATE, write(day.sql), risky=day.risky)

    return rule


def _half_year(day: str) -> str:
    return f"make_date(year({day}), CASE WHEN month({day}) <= 6 THEN 1 ELSE 7 END, 1)"


def _weekday(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    day = at.typed(args[0], "date", "weekday() takes a date.")
    return Value(Type("integer"), f"isodow({day.sql})", low=1, high=7, risky=day.risky)


def series(at: Compiler, node: exp.Expression) -> tuple[str, Series]:
    """A dated parameter, named as it is."""
    word = node.name.lower() if isinstance(node, exp.Column) and node.args.get("table") is None else ""
    found = at.known.series.get(word)
    if found is None:
        names = ", ".join(at.known.series) or "none"
        what = f"'{shown(node)}' is not a dated parameter."
        raise at.refuse(node, "unknown-series", what, f"Name a parameter with `from` or `start`; there are: {names}.")
    at.read(word)
    return word, found


def _at(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    _, found = series(at, args[0])
    day = at.typed(args[1], "date", "Write at(parameter, date).")
    return replace(dated(found, day.sql), risky=day.risky)


FUNCTIONS: dict[str, Function] = {
    "days_between": Function(_between("day", "date", "days", DAYS), "days_between(from_date, to_date)", 2),
    "hours_between": Function(_between("hour", "instant", "hours", 2**33), "hours_between(from, to)", 2),
    "minutes_between": Function(_between("minute", "instant", "min", 2**39), "minutes_between(from, to)", 2),
    "seconds_between": Function(_between("second", "instant", "seconds", 2**45), "seconds_between(from, to)", 2),
    "add_days": Function(_adding("days", _days, "date"), "add_days(date, n)", 2),
    "add_weeks": Function(_adding("weeks", _weeks, "date"), "add_weeks(date, n)", 2),
    "add_months": Function(_adding("months", _months, "date"), "add_months(date, n)", 2),
    "add_years": Function(_adding("years", _years, "date"), "add_years(date, n)", 2),
    "add_hours": Function(_adding("hours", _hours, "instant"), "add_hours(instant, n)", 2),
    "add_minutes": Function(_adding("min", _minutes, "instant"), "add_minutes(instant, n)", 2),
    "month_start": Function(_first_day(lambda day: f"date_trunc('month', {day})::DATE"), "month_start(date)", 1),
    "quarter_start": Function(_first_day(lambda day: f"date_trunc('quarter', {day})::DATE"), "quarter_start(date)", 1),
    "half_year_start": Function(_first_day(_half_year), "half_year_start(date)", 1),
    "year_start": Function(_first_day(lambda day: f"date_trunc('year', {day})::DATE"), "year_start(date)", 1),
    "weekday": Function(_weekday, "weekday(date)", 1),
    "at": Function(_at, "at(parameter, date)", 2),
}
