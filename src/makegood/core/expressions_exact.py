"""Comparing and rounding exact values.

A comparison with a figure moves the figure to the column's own scale, so that it costs what a hand-written one does:
`rate > 12.5` and `days > 2` are plain comparisons of the column. DuckDB's `//` cuts towards zero and its `round()`
knows only half away from zero, so each rounding mode is written out in integers.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from makegood.core.expressions_sql import (
    NUMBER_DIGITS,
    Mode,
    Type,
    Value,
    boolean,
    common,
    constant,
    fits,
    rounded,
    sized,
)

Sign = Literal["=", "<>", "<", "<=", ">", ">="]
MIRROR: dict[Sign, Sign] = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
SIGNS: tuple[Sign, ...] = ("<=", ">=", "<>", "<", ">", "=")


def compared(left: Value, sign: Sign, right: Value) -> Value:
    """A boolean; missing when a side is. The types have been checked."""
    if not left.numeric:
        return boolean(f"({left.sql} {sign} {right.sql})", left, right)
    if left.constant is not None and right.constant is None:
        left, sign, right = right, MIRROR[sign], left
    if right.constant is not None:
        return _with_figure(left, sign, right.constant, right)
    if left.native and right.native:
        return boolean(f"({left.native} {sign} {right.native})")
    (a, b), _ = common([left, right])
    return boolean(f"({a.sql} {sign} {b.sql})", a, b)


def _with_figure(value: Value, sign: Sign, figure: Fraction, right: Value) -> Value:
    if not isinstance(value.den, int):
        if figure == 0:
            return boolean(f"({value.sql} {sign} 0)", value)
        (a, b), _ = common([value, right])
        return boolean(f"({a.sql} {sign} {b.sql})", a, b)
    edge = figure * value.den
    if edge.denominator != 1 and sign in {"=", "<>"}:
        never = "false" if sign == "=" else "true"
        return boolean(f"(CASE WHEN {value.native or value.sql} IS NOT NULL THEN {never} END)")
    whole = floor(edge) if sign in {">", "<="} else ceil(edge)
    if value.native:
        return boolean(f"({value.native} {sign} {_decimal(whole)})")
    return boolean(f"({value.sql} {sign} {whole})", value)


def among(value: Value, figures: list[Value]) -> Value:
    """Whether it is one of them: SQL's IN where all are figures on the value's own scale."""
    plain = not value.numeric and all(one.fixed for one in figures)
    if plain:
        return boolean(f"({value.sql} IN ({', '.join(one.sql for one in figures)}))", value)
    edges = [one.constant * value.den if one.constant is not None and isinstance(value.den, int) else None
             for one in figures]  # fmt: skip
    if all(edge is not None and edge.denominator == 1 for edge in edges):
        words = [_decimal(int(edge)) if value.native else str(edge) for edge in edges if edge is not None]
        return boolean(f"({value.native or value.sql} IN ({', '.join(words)}))", *([] if value.native else [value]))
    arms = [compared(value, "=", one) for one in figures]
    return boolean(f"({' OR '.join(arm.sql for arm in arms)})", *arms)


def _decimal(whole: int) -> str:
    """A numerator over 10^9 as a DECIMAL literal."""
    digits = str(abs(whole)).zfill(NUMBER_DIGITS + 1)
    part = digits[-NUMBER_DIGITS:].rstrip("0")
    return ("-" if whole < 0 else "") + digits[:-NUMBER_DIGITS] + (f".{part}" if part else "")


def nearest(value: Value, mode: Mode, kind: Type) -> Value:
    """The integer nearest to the value by `mode`; half-up is half away from zero, as on invoices."""
    if value.constant is not None:
        return constant(Fraction(rounded_fraction(value.constant, mode)), kind)
    if value.den == 1:
        return replace(value, type=kind, literal=None)
    num, den = _operands(value, 2 * value.most + value.most_den)
    low, high = _bounds(value)
    sql = rounded(num, den, mode)
    return sized(Value(kind, sql, risky=value.risky or _too_large(value)), low, high)


def floored(value: Value, kind: Type, word: Literal["floor", "ceil"]) -> Value:
    """The next whole number below (floor) or above (ceil)."""
    if value.constant is not None:
        return constant(Fraction((floor if word == "floor" else ceil)(value.constant)), kind)
    if value.den == 1:
        return replace(value, type=kind, literal=None)
    num, den = _operands(value, value.most + value.most_den)
    low, high = _bounds(value)
    cut = f"({num} // {den})"
    if word == "floor" and value.low < 0:
        cut = f"({cut} - CASE WHEN {num} % {den} < 0 THEN 1 ELSE 0 END)"
    if word == "ceil" and value.high > 0:
        cut = f"({cut} + CASE WHEN {num} % {den} > 0 THEN 1 ELSE 0 END)"
    return sized(Value(kind, cut, risky=value.risky or _too_large(value)), low, high)


def _operands(value: Value, most: int) -> tuple[str, str]:
    if fits(-most, most):
        return value.sql, str(value.den)
    return value.wide_sql, value.den_sql


def _too_large(value: Value) -> bool:
    return 2 * value.most + 2 * value.most_den >= 2**127


def _bounds(value: Value) -> tuple[int, int]:
    """A denominator is at least one."""
    if isinstance(value.den, int):
        return floor(Fraction(value.low, value.den)), ceil(Fraction(value.high, value.den))
    return min(value.low, 0), max(value.high, 0)


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
