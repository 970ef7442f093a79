"""Sums, products and quotients of exact values, over denominators that may differ by row.

Bounds decide between 64 and 128 bits; what may pass 128 bits is guarded by an estimate of its size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, lcm
from typing import Literal

from makegood.core.expressions_sql import NARROW, ROOM, WIDE, Split, TooLarge, Type, Value, constant, fits


def sized(value: Value, low: int, high: int) -> Value:
    """The value with its bounds; what may pass 128 bits is NULL where its estimate says so."""
    if low < -WIDE or high > WIDE:
        sql = f"(CASE WHEN {value.size_sql} < {ROOM} THEN {value.sql} END)"
        value = replace(value, sql=sql, size=(sql, value.size_sql))
    return replace(value, low=max(low, -WIDE), high=min(high, WIDE))


def operand(value: Value, low: int, high: int) -> str:
    """The first operand of arithmetic whose result is within these bounds."""
    return value.sql if fits(low, high) else value.wide_sql


def scaled(value: Value, factor: int) -> Value:
    """The numerator times a positive factor; the denominator stays as it was. Raises `TooLarge`."""
    if factor == 1:
        return value
    if factor > WIDE:
        raise TooLarge
    low, high = value.low * factor, value.high * factor
    if value.fixed and value.numeric:
        return replace(constant(Fraction(low), value.type, value.literal), den=value.den)
    wide = factor > NARROW or not fits(low, high)
    sql = f"({value.wide_sql} * {factor}::HUGEINT)" if wide else f"({value.sql} * {factor})"
    size = f"({value.size_sql} * {factor}e0)"
    return sized(replace(value, sql=sql, size=(sql, size), literal=None, native=""), low, high)


def common(values: Sequence[Value]) -> tuple[list[Value], int | str]:
    """The values over one denominator, the smallest that figures allow. Raises `TooLarge`."""
    splits = [value.split for value in values]
    whole = _small(lcm(*(split.factor for split in splits)))
    wanted: Counter[tuple[str, int]] = Counter()
    for split in splits:
        wanted |= Counter(split.parts)
    raised = []
    for value, split in zip(values, splits, strict=True):
        value = scaled(value, whole // split.factor)
        for text, most in (wanted - Counter(split.parts)).elements():
            value = _by_part(value, text, most)
        raised.append(value)
    den = joined(Split(whole, tuple(wanted.elements())))
    return [over(value, den) for value in raised], den.sql


def _by_part(value: Value, part: str, most: int) -> Value:
    low, high = _spread(value, 1, most)
    sql, size = f"({value.wide_sql} * {part})", f"({value.size_sql} * {part})"
    return sized(replace(value, sql=sql, size=(sql, size), literal=None, native="", fixed=False), low, high)


@dataclass(frozen=True, slots=True)
class Denominator:
    """`room` is the condition under which it is not too large, "" where it never is."""

    sql: int | str
    most: int
    split: Split
    room: str = ""


def joined(split: Split) -> Denominator:
    if not split.parts:
        return Denominator(_small(split.factor), split.factor, split)
    texts = [text for text, _ in split.parts] + ([f"{split.factor}::HUGEINT"] if split.factor > 1 else [])
    product = f"({' * '.join(texts)})" if len(texts) > 1 else texts[0]
    most = split.factor
    for _, one in split.parts:
        most *= one
    if most <= WIDE:
        return Denominator(product, most, split)
    room = f"1e0 * {' * '.join(texts)} < {ROOM}"
    return Denominator(f"(CASE WHEN {room} THEN {product} END)", WIDE, split, room)


def over(value: Value, den: Denominator) -> Value:
    """Missing where the denominator is: whoever asks for the numerator need not ask for both."""
    if den.room:
        sql = f"(CASE WHEN {den.room} THEN {value.sql} END)"
        value = replace(value, sql=sql, size=(sql, value.size_sql), fixed=False)
    return replace(value, den=den.sql, den_high=den.most, parts=(str(den.sql), den.split))


def _small(den: int) -> int:
    if den > WIDE:
        raise TooLarge
    return den


def _spread(value: Value, low: int, high: int) -> tuple[int, int]:
    corners = [value.low * low, value.low * high, value.high * low, value.high * high]
    return min(corners), max(corners)


def added(left: Value, right: Value, kind: Type, *, minus: bool = False) -> Value:
    """Raises `TooLarge`, as everything here that meets a denominator."""
    if left.constant is not None and right.constant is not None:
        return constant(left.constant + (-right.constant if minus else right.constant), kind)
    (a, b), _ = common([left, right])
    low, high = (a.low - b.high, a.high - b.low) if minus else (a.low + b.low, a.high + b.high)
    sql = f"({operand(a, low, high)} {'-' if minus else '+'} {b.sql})"
    size = (sql, f"({a.size_sql} + {b.size_sql})")
    return sized(Value(kind, sql, a.den, den_high=a.den_high, parts=a.parts, size=size), low, high)


def negated(value: Value) -> Value:
    if value.constant is not None:
        return constant(-value.constant, value.type)
    low, high = -value.high, -value.low
    sql = f"(-{operand(value, low, high)})"
    return replace(value, sql=sql, low=low, high=high, literal=None, native="", size=(sql, value.size_sql))


def absolute(value: Value) -> Value:
    if value.constant is not None:
        return constant(abs(value.constant), value.type)
    low = 0 if value.low <= 0 <= value.high else min(abs(value.low), abs(value.high))
    sql = f"abs({operand(value, -value.most, value.most)})"
    return replace(value, sql=sql, low=low, high=value.most, literal=None, native="", size=(sql, value.size_sql))


def multiplied(left: Value, right: Value, kind: Type) -> Value:
    if left.constant is not None and right.constant is not None:
        return constant(left.constant * right.constant, kind)
    if left.constant is not None:
        left, right = right, left
    if right.constant is not None:
        return _times(left, right.constant, kind)
    low, high = _spread(left, right.low, right.high)
    sql, size = f"({operand(left, low, high)} * {right.sql})", f"({left.size_sql} * {right.size_sql})"
    made = Value(kind, sql, size=(sql, size), nonzero=left.is_nonzero and right.is_nonzero)
    a, b = left.split, right.split
    return over(sized(made, low, high), joined(Split(a.factor * b.factor, a.parts + b.parts)))


def _times(value: Value, factor: Fraction, kind: Type) -> Value:
    """By a figure, in lowest terms: half of an amount needs no factor of a hundred."""
    top, bottom = factor.numerator, factor.denominator
    if top == 0:
        # Missing stays missing.
        return Value(kind, f"({value.sql} * 0)", low=0, high=0)
    if top < 0:
        value, top = negated(value), -top
    split = value.split
    cut = gcd(top, split.factor)
    den = joined(Split(split.factor // cut * bottom, split.parts))
    return replace(over(scaled(value, top // cut), den), type=kind, native="", literal=None)


def divided(left: Value, right: Value, kind: Type) -> Value:
    """left / right; a zero divisor gives NULL. The denominator stays positive."""
    if right.constant is not None:
        turned = Fraction(right.constant.denominator, right.constant.numerator)
        return multiplied(left, constant(turned, right.type), kind)
    a, b = left.split, right.split
    cut = gcd(a.factor, b.factor)
    shared = Counter(a.parts) & Counter(b.parts)
    top = scaled(left, b.factor // cut)
    for text, most in (Counter(b.parts) - shared).elements():
        top = _by_part(top, text, most)
    if right.low >= 0:
        low, high = top.low, top.high
        sql, size = f"(CASE WHEN {right.sql} > 0 THEN {top.sql} END)", f"nullif({right.sql}, 0)"
    else:
        low, high = min(top.low, -top.high), max(top.high, -top.low)
        sql = f"({operand(top, low, high)} * sign(nullif({right.sql}, 0)))"
        size = absolute(replace(right, sql=f"nullif({right.sql}, 0)")).sql
    made = Value(kind, sql, size=(sql, top.size_sql), nonzero=left.is_nonzero)
    rest = tuple((Counter(a.parts) - shared).elements())
    divisor = (f"({size})::HUGEINT", right.most)
    return over(sized(made, low, high), joined(Split(a.factor // cut, (*rest, divisor))))


def picked(values: Sequence[Value], function: Literal["least", "greatest"]) -> Value:
    """least or greatest, NULL when any is NULL (DuckDB's own would skip it)."""
    if not values[0].numeric:
        return replace(values[0], sql=_unless_missing(values, function), literal=None, fixed=False)
    parts, _ = common(values)
    best = min if function == "least" else max
    low, high = best(part.low for part in parts), best(part.high for part in parts)
    sql = _unless_missing(parts, function)
    sizes = f"greatest({', '.join(part.size_sql for part in parts)})"
    nonzero = all(value.is_nonzero for value in values)
    return replace(
        parts[0], sql=sql, size=(sql, sizes), low=low, high=high, nonzero=nonzero, fixed=False, literal=None, native=""
    )


def _unless_missing(parts: Sequence[Value], function: str) -> str:
    """Literals are never missing."""
    gaps = dict.fromkeys(f"{part.sql} IS NULL" for part in parts if not part.fixed)
    choice = f"{function}({', '.join(part.sql for part in parts)})"
    return f"(CASE WHEN {' OR '.join(gaps)} THEN NULL ELSE {choice} END)" if gaps else choice
