"""Simple interest, exact: the days from the first date to the second, without the second.

Each way of counting days is a number that grows with the date, so that a span counts what lies between its two ends and
spans add up: days for 365 and 360; for `'actual'` 1/366 a day in leap years and 1/365 in others; for `'30/360'` each
month has 30 days and the 31st counts as the 30th (30E/360).
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm

from sqlglot import exp

from makegood.core.expressions_arithmetic import multiplied
from makegood.core.expressions_compiler import AMOUNTS, NUMBERS, Compiler, Function, shown
from makegood.core.expressions_dates import series
from makegood.core.expressions_known import Series
from makegood.core.expressions_sql import WIDE, TooLarge, Type, Value, bound, constant

Args = list[exp.Expression]
_MOST_DAYS = 2**33


@dataclass(frozen=True, slots=True)
class _Count:
    """A way of counting days: as SQL of a date, the same in Python, and how much of it is a year."""

    sql: Callable[[str], str]
    of: Callable[[date], int]
    year: int


def _days_sql(day: str) -> str:
    return f"date_diff('day', DATE '1970-01-01', {day})"


def _days(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _leap_days_sql(day: str) -> str:
    """Days of leap years before the date, from year 1 on."""
    before = f"(year({day}) - 1)"
    is_leap = f"(year({day}) % 4 = 0 AND (year({day}) % 100 <> 0 OR year({day}) % 400 = 0))"
    within = f"CASE WHEN {is_leap} THEN dayofyear({day}) - 1 ELSE 0 END"
    return f"(366 * ({before} // 4 - {before} // 100 + {before} // 400) + {within})"


def _leap_days(day: date) -> int:
    before = day.year - 1
    within = day.timetuple().tm_yday - 1 if isleap(day.year) else 0
    return 366 * (before // 4 - before // 100 + before // 400) + within


def _actual_sql(day: str) -> str:
    """Nothing is counted before year 1."""
    return f"(CASE WHEN year({day}) >= 1 THEN 366 * {_days_sql(day)} - {_leap_days_sql(day)} END)"


def _actual(day: date) -> int:
    """365 for each day of a leap year and 366 for each other, of 365 x 366."""
    return 366 * _days(day) - _leap_days(day)


def _thirty_sql(day: str) -> str:
    return f"(360 * year({day}) + 30 * month({day}) + least(day({day}), 30))"


def _thirty(day: date) -> int:
    return 360 * day.year + 30 * day.month + min(day.day, 30)


_COUNTS: dict[str, _Count] = {
    "365": _Count(_days_sql, _days, 365),
    "360": _Count(_days_sql, _days, 360),
    "actual": _Count(_actual_sql, _actual, 365 * 366),
    "30/360": _Count(_thirty_sql, _thirty, 360),
}


def _basis(at: Compiler, node: exp.Expression) -> _Count:
    found = _COUNTS.get(str(node.this)) if isinstance(node, exp.Literal) else None
    if found is None:
        what = f"'{shown(node)}' is not a way of counting days."
        raise at.refuse(node, "bad-basis", what, "Write 365, 360, 'actual' or '30/360'.")
    return found


def days_told(basis: str, start: str, end: str) -> str:
    """SQL of how many days there are from one date to another, as the basis counts them; none when reversed."""
    count = _thirty_sql if basis == "30/360" else _days_sql
    return _later(start, end, lambda a, b: f"{count(b)} - {count(a)}")


def _interest(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    principal, rate = _principal(at, args[0]), at.of_kind(args[1], at.compile(args[1]), NUMBERS, "A percentage.")
    count, start, end = _basis(at, args[4]), _date(at, args[2]), _date(at, args[3])
    sql = _later(start.sql, end.sql, lambda a, b: f"{count.sql(b)} - {count.sql(a)}")
    span = Value(Type("integer"), sql, low=0, high=_MOST_DAYS * count.year)
    return _of_year(principal, multiplied(rate, span, Type("number")), count)


def _interest_over(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    principal, (_, rates) = _principal(at, args[0]), series(at, args[1])
    if rates.type.kind not in NUMBERS:
        raise at.refuse(args[1], "expression-type", f"The rates are {rates.type}.", 'Give percentages: "5.25".')
    count, start, end = _basis(at, args[4]), _date(at, args[2]), _date(at, args[3])
    weighted = _over(rates, count, start.sql, end.sql)
    return _of_year(principal, weighted, count)


def _of_year(principal: Value, weighted: Value, count: _Count) -> Value:
    share = multiplied(weighted, constant(Fraction(1, 100 * count.year), Type("integer")), Type("number"))
    return multiplied(principal, share, principal.type)


def _later(start: str, end: str, span: Callable[[str, str], str]) -> str:
    """None when reversed."""

    def write(a: str, b: str) -> str:
        return f"(CASE WHEN {b} > {a} THEN {span(a, b)} WHEN {b} <= {a} THEN 0 END)"

    return bound(start, lambda a: bound(end, lambda b: write(a, b)))


def _over(rates: Series, count: _Count, start: str, end: str) -> Value:
    """Rate times days, summed over the spans of one rate: the difference of a sum that grows with the date. On each
    span the sum is a line: what it would be at zero, and its rate."""
    points = [(day, Fraction(rate)) for day, rate in rates.points]
    before = None if rates.before is None else Fraction(rates.before)
    every = [rate for _, rate in points] + ([] if before is None else [before])
    whole = lcm(*(rate.denominator for rate in every))
    lines: list[tuple[str, int, int]] = []
    rate, at_zero = before or Fraction(0), 0
    if before is not None:
        lines.append(("IS NOT NULL", 0, int(before * whole)))
    for day, following in points:
        at_zero += int((rate - following) * whole) * count.of(day)
        rate = following
        lines.append((f">= DATE '{day.isoformat()}'", at_zero, int(rate * whole)))

    def grown(day: str) -> str:
        zeros = " ".join(f"WHEN {day} {test} THEN ({zero})::HUGEINT" for test, zero, _ in lines[::-1])
        slopes = " ".join(f"WHEN {day} {test} THEN ({slope})::HUGEINT" for test, _, slope in lines[::-1])
        return f"(CASE {zeros} END + CASE {slopes} END * {count.sql(day)})"

    most = int(max(abs(rate) for rate in every) * whole) * _MOST_DAYS * count.year
    if most * len(points) > WIDE // 4:
        raise TooLarge
    sql = _later(start, end, lambda a, b: f"{grown(b)} - {grown(a)}")
    return Value(Type("number"), sql, whole, low=-most, high=most)


def _principal(at: Compiler, node: exp.Expression) -> Value:
    return at.of_kind(node, at.compile(node), AMOUNTS, "The first value is an amount.")


def _date(at: Compiler, node: exp.Expression) -> Value:
    return at.typed(node, "date", "Interest runs from a date to a date.")


FUNCTIONS: dict[str, Function] = {
    "interest": Function(_interest, "interest(principal, percent, from, to, 365)", 5),
    "interest_over": Function(_interest_over, "interest_over(principal, parameter, from, to, 365)", 5),
}
