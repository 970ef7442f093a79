"""Exact arithmetic as DuckDB SQL: a number is a HUGEINT numerator over a positive denominator, never a DOUBLE.

DuckDB's `//` cuts towards zero and its `round()` knows only half away from zero, so each rounding mode is written
out in integers. An overflow raises inside DuckDB; callers wrap a whole expression in `TRY(...)`, which makes it NULL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import lcm
from typing import Literal

Kind = Literal["text", "integer", "number", "money", "boolean", "date", "instant", "list"]
Mode = Literal["half-up", "half-even", "down", "up"]

MODES: tuple[Mode, ...] = ("half-up", "half-even", "down", "up")
NUMERIC = frozenset({"integer", "number", "money"})
NUMBER_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Type:
    """What a column or expression is. `currency` is an ISO code, or `@column` where a column names it; "" without.

    In DuckDB: text and list VARCHAR, integer BIGINT, number DECIMAL(38,9), money BIGINT minor units, boolean BOOLEAN,
    date DATE, instant TIMESTAMP in UTC.
    """

    kind: Kind
    currency: str = ""

    def __str__(self) -> str:
        if self.kind != "money":
            return self.kind
        where = f"the currency of column {self.currency[1:]}" if self.currency.startswith("@") else self.currency
        return f"money in {where}"


@dataclass(frozen=True, slots=True)
class Value:
    """Compiled SQL. Numeric kinds: `sql` is the numerator (HUGEINT), `den` a positive integer, or SQL where a column
    divides. `literal` keeps the text of a quoted literal, which may still become a date, an instant or money."""

    type: Type
    sql: str
    den: int | str = 1
    literal: str | None = None

    @property
    def numeric(self) -> bool:
        return self.type.kind in NUMERIC

    @property
    def den_sql(self) -> str:
        return f"({self.den})::HUGEINT" if isinstance(self.den, int) else self.den


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def column_value(column: str, kind: Type) -> Value:
    """A typed scope column as a value."""
    if kind.kind == "number":
        # The digits without their point are the numerator: no multiplication that could overflow a DECIMAL.
        digits = f"replace({name(column)}::DECIMAL(38,{NUMBER_DIGITS})::VARCHAR, '.', '')::HUGEINT"
        return Value(kind, digits, 10**NUMBER_DIGITS)
    return Value(kind, f"{name(column)}::HUGEINT" if kind.kind in NUMERIC else name(column))


def common(values: Sequence[Value]) -> tuple[list[str], int | str]:
    """Numerators over one denominator; equal to cross-multiplication where a column divides."""
    static = [value.den for value in values if isinstance(value.den, int)]
    if len(static) == len(values):
        whole = lcm(*static)
        return [_times(value.sql, whole // static[i]) for i, value in enumerate(values)], whole
    products = []
    for index, value in enumerate(values):
        others = [other.den_sql for i, other in enumerate(values) if i != index]
        products.append("(" + " * ".join([f"({value.sql})", *others]) + ")")
    return products, "(" + " * ".join(value.den_sql for value in values) + ")"


def multiplied(left: Value, right: Value, kind: Type) -> Value:
    den: int | str
    if isinstance(left.den, int) and isinstance(right.den, int):
        den = left.den * right.den
    else:
        den = f"({left.den_sql} * {right.den_sql})"
    return Value(kind, f"(({left.sql}) * ({right.sql}))", den)


def divided(left: Value, right: Value, kind: Type) -> Value:
    """left / right; a zero divisor gives NULL. The denominator stays positive."""
    divisor = f"nullif({right.sql}, 0)"
    top = f"(({left.sql}) * {right.den_sql} * sign({divisor})::HUGEINT)"
    return Value(kind, top, f"({left.den_sql} * abs({divisor}))")


def rounded(num: str, den: str, mode: Mode) -> str:
    """The integer nearest to num/den by `mode`, den > 0. half-up is half away from zero, as on invoices."""
    sign = f"sign({num})::HUGEINT"
    if mode == "down":
        return f"(({num}) // ({den}))"
    if mode == "up":
        return f"((({num}) + {sign} * (({den}) - 1)) // ({den}))"
    half_up = f"((2 * ({num}) + {sign} * ({den})) // (2 * ({den})))"
    if mode == "half-up":
        return half_up
    tie = f"abs(2 * ({num})) % (2 * ({den})) = ({den})"
    return f"({half_up} - CASE WHEN {tie} AND {half_up} % 2 <> 0 THEN {sign} ELSE 0 END)"


def picked(values: Sequence[Value], function: Literal["least", "greatest"]) -> Value:
    """least or greatest, NULL when any is NULL (DuckDB's own would skip it)."""
    if not values[0].numeric:
        parts, den = [value.sql for value in values], 1
        return replace(values[0], sql=_unless_missing(parts, function), den=den, literal=None)
    parts, common_den = common(values)
    return replace(values[0], sql=_unless_missing(parts, function), den=common_den, literal=None)


def _unless_missing(parts: Sequence[str], function: str) -> str:
    missing = " OR ".join(f"({part}) IS NULL" for part in parts)
    return f"(CASE WHEN {missing} THEN NULL ELSE {function}({', '.join(parts)}) END)"


def _times(sql: str, factor: int) -> str:
    return sql if factor == 1 else f"(({sql}) * {factor}::HUGEINT)"
