"""Comparing and rounding exact values.

A comparison with a figure moves the figure to the column's own scale, so that it costs what a hand-written one does:
`rate > 12.5` and `days > 2` are plain comparisons of the column. DuckDB's `//` cuts towards zero and its `round()`
knows only half away from zero, so each rounding mode is written out in integers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from makegood.core.expressions_arithmetic import common
from makegood.core.expressions_sql import (
    NARROW,
    NUMBER_DIGITS,
    ROOM,
    WIDE,
    Mode,
    Type,
    Value,
    boolean,
    bound,
    constant,
    fits,
)

Sign = Literal["=", "<>", "<", "<=", ">", ">="]
MIRROR: dict[Sign, Sign] = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
# No DECIMAL(38,9) has more digits than this.
_MOST_NATIVE = 10**38 - 1
SIGNS: tuple[Sign, ...] = ("<=", ">=", "<>", "<", ">", "=")


def compared(left: Value, sign: Sign, right: Value) -> Value:
    """A boolean; missing when a side is. The types have been checked."""
    if not left.numeric:
        return boolean(f"({left.sql} {sign} {right.sql})")
    if left.constant is not None and right.constant is None:
        left, sign, right = right, MIRROR[sign], left
    if right.constant is not None:
        return _with_figure(left, sign, right.constant, right)
    if left.native and right.native:
        return boolean(f"({left.native} {sign} {right.native})")
    (a, b), _ = common([left, right])
    return boolean(f"({a.sql} {sign} {b.sql})")


def _with_figure(value: Value, sign: Sign, figure: Fraction, right: Value) -> Value:
    if not isinstance(value.den, int):
        if figure == 0:
            return boolean(f"({value.sql} {sign} 0)")
        (a, b), _ = common([value, right])
        return boolean(f"({a.sql} {sign} {b.sql})")
    edge = figure * value.den
    out = value.native or value.sql
    if edge.denominator != 1 and sign in {"=", "<>"}:
        return _always(out, sign == "<>")
    whole = floor(edge) if sign in {">", "<="} else ceil(edge)
    if abs(whole) > (_MOST_NATIVE if value.native else WIDE):
        return _always(out, sign in ({"<>", "<", "<="} if whole > 0 else {"<>", ">", ">="}))
    return boolean(f"({out} {sign} {_decimal(whole) if value.native else _integer(whole)})")


def _always(sql: str, answer: bool) -> Value:
    """The same for every row that has a value."""
    return boolean(f"(CASE WHEN {sql} IS NOT NULL THEN {'true' if answer else 'false'} END)")


def among(value: Value, figures: list[Value]) -> Value:
    """Whether it is one of them: SQL's IN where all are figures on the value's own scale."""
    if not value.numeric and all(one.fixed for one in figures):
        return boolean(f"({value.sql} IN ({', '.join(one.sql for one in figures)}))")
    edges = [one.constant * value.den if one.constant is not None and isinstance(value.den, int) else None
             for one in figures]  # fmt: skip
    if all(edge is not None and edge.denominator == 1 and abs(edge) <= NARROW for edge in edges):
        words = [_decimal(int(edge)) if value.native else str(edge) for edge in edges if edge is not None]
        return boolean(f"({value.native or value.sql} IN ({', '.join(words)}))")
    arms = [compared(value, "=", one) for one in figures]
    return boolean(f"({' OR '.join(arm.sql for arm in arms)})")


def _integer(whole: int) -> str:
    return str(whole) if abs(whole) <= NARROW else f"({whole})::HUGEINT"


def _decimal(whole: int) -> str:
    """A numerator over 10^9 as a DECIMAL literal."""
    digits = str(abs(whole)).zfill(NUMBER_DIGITS + 1)
    part = digits[-NUMBER_DIGITS:].rstrip("0")
    return ("-" if whole < 0 else "") + digits[:-NUMBER_DIGITS] + (f".{part}" if part else "")


def nearest(value: Value, mode: Mode, kind: Type) -> Value:
    """The integer nearest to the value by `mode`; half-up is half away from zero, as on invoices."""
    if value.constant is not None:
        return constant(Fraction(rounded_fraction(value.constant, mode)), kind)
    positive = value.low >= 0
    return _whole(value, kind, lambda num, den: rounded(num, den, mode, positive=positive), 1 if mode == "down" else 2)


def floored(value: Value, kind: Type, word: Literal["floor", "ceil"]) -> Value:
    """The next whole number below (floor) or above (ceil)."""
    if value.constant is not None:
        return constant(Fraction((floor if word == "floor" else ceil)(value.constant)), kind)

    def cut(num: str, den: str) -> str:
        towards_zero = f"({num} // {den})"
        if word == "floor" and value.low < 0:
            return f"({towards_zero} - CASE WHEN {num} % {den} < 0 THEN 1 ELSE 0 END)"
        if word == "ceil" and value.high > 0:
            return f"({towards_zero} + CASE WHEN {num} % {den} > 0 THEN 1 ELSE 0 END)"
        return towards_zero

    return _whole(value, kind, cut, 1)


def _whole(value: Value, kind: Type, write: Callable[[str, str], str], times: int) -> Value:
    """A whole number by a way of cutting that works with up to so many times the numerator and the denominator.

    DuckDB divides HUGEINT bit by bit, forty times slower than BIGINT, so what is small is cut as BIGINT row by row.
    """
    if value.den == 1:
        return replace(value, type=kind, literal=None, native="")
    if isinstance(value.den, int):
        low, high = floor(Fraction(value.low, value.den)), ceil(Fraction(value.high, value.den))
    else:
        # A denominator is at least one.
        low, high = min(value.low, 0), max(value.high, 0)
    sql = bound(value.sql, lambda num: _cut(replace(value, sql=num, size=(num, value.size_sql)), write, times))
    return Value(kind, sql, low=low, high=high)


def _cut(value: Value, write: Callable[[str, str], str], times: int) -> str:
    needed = max(value.most, value.most_den) if times == 1 else 2 * (value.most + value.most_den)
    if needed <= NARROW or (times == 1 and fits(value.low, value.high) and value.most_den <= NARROW):
        den = str(value.den) if isinstance(value.den, int) else f"({value.den})::BIGINT"
        return write(value.sql, den)
    arms = [] if value.most_den > NARROW // 4 and isinstance(value.den, int) else [_narrow(value, write)]
    wide = write(value.wide_sql, value.den_sql)
    if needed > WIDE:
        wide = f"CASE WHEN {times}e0 * {value.size_sql} + {times}e0 * {value.den_sql} < {ROOM} THEN {wide} END"
    return f"(CASE {' '.join(arms)} ELSE {wide} END)" if arms else f"({wide})"


def _narrow(value: Value, write: Callable[[str, str], str]) -> str:
    quarter = NARROW // 4
    inside = f"{value.sql} BETWEEN {-quarter} AND {quarter}"
    if isinstance(value.den, int):
        return f"WHEN {inside} THEN {write(f'({value.sql})::BIGINT', str(value.den))}"
    cut = write(f"({value.sql})::BIGINT", f"({value.den})::BIGINT")
    return f"WHEN {inside} AND {value.den} <= {quarter} THEN {cut}"


def rounded(num: str, den: str, mode: Mode, *, positive: bool = False) -> str:
    """The integer nearest to num/den by `mode`, den > 0, as SQL of two integers of one type; `positive` when num is
    never below zero."""
    if mode == "down":
        return f"(({num}) // ({den}))"
    sign = "" if positive else f"sign({num}) * "
    if mode == "up":
        return f"((({num}) + {sign}(({den}) - 1)) // ({den}))"
    # DuckDB reads a written number as 32 bits where it fits, and doubles it in 32 bits.
    twice = str(2 * int(den)) if den.isdigit() else f"(2 * ({den}))"
    half_up = f"((2 * ({num}) + {sign}({den})) // {twice})"
    if mode == "half-up":
        return half_up
    tie = f"abs(2 * ({num})) % {twice} = ({den})"
    return f"({half_up} - CASE WHEN {tie} AND {half_up} % 2 <> 0 THEN {sign or '1 * '}1 ELSE 0 END)"


def rounded_fraction(number: Fraction, mode: Mode) -> int:
    """The same in Python."""
    size, sign = abs(number), -1 if number < 0 else 1
    down, rest = floor(size), size - floor(size)
    half = Fraction(1, 2)
    up = {
        "half-up": rest >= half,
        "half-even": rest > half or (rest == half and down % 2 == 1),
        "down": False,
        "up": rest > 0,
    }[mode]
    return sign * (down + up)
