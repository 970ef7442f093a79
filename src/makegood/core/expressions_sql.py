"""Exact arithmetic as DuckDB SQL: a number is an integer numerator over a positive denominator, never a DOUBLE.

Each numerator has bounds, worked out from literals, declared limits and the column's type. Where they fit in 64 bits
the SQL is plain BIGINT arithmetic, which is fast; else it is HUGEINT. What may pass 128 bits is `risky`: DuckDB raises,
and whoever runs the expression wraps it in `TRY(...)`, which makes it NULL. No row ever gets a wrong number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import gcd, lcm
from typing import Literal

Kind = Literal["text", "integer", "number", "money", "boolean", "date", "instant", "list"]
Mode = Literal["half-up", "half-even", "down", "up"]

MODES: tuple[Mode, ...] = ("half-up", "half-even", "down", "up")
NUMERIC = frozenset({"integer", "number", "money"})
NUMBER_DIGITS = 9
NARROW = 2**63 - 1
WIDE = 2**127 - 1
# Numbers from here on, in either direction, are compared but not worked with: what follows from them is missing.
HUGE = 10**18
MOST_NUMBER = HUGE * 10**NUMBER_DIGITS


@dataclass(frozen=True, slots=True)
class Type:
    """What a column or expression is. `currency` is an ISO code, or `@column` where a column names it; "" without.
    `unit` is what an integer or number counts ("" goes with every unit); `many` is a list of such values.

    In DuckDB: text and list VARCHAR, integer BIGINT, number DECIMAL(38,9), money BIGINT minor units, boolean BOOLEAN,
    date DATE, instant TIMESTAMP in UTC; with `many` a LIST of it.
    """

    kind: Kind
    currency: str = ""
    unit: str = ""
    many: bool = False

    def __str__(self) -> str:
        if self.many:
            return f"a list of {replace(self, many=False)}"
        if self.kind != "money":
            return f"{self.kind} in {self.unit}" if self.unit else self.kind
        where = f"the currency of column {self.currency[1:]}" if self.currency.startswith("@") else self.currency
        return f"money in {where}"


@dataclass(frozen=True, slots=True)
class Value:
    """Compiled SQL. Numeric kinds: `sql` is the numerator, BIGINT where `low` and `high` fit in 64 bits and HUGEINT
    else; `den` a positive integer, or SQL where something that differs by row divides. Missing: `sql` is NULL.

    `literal` keeps the text of a quoted literal, which may still become a date, an instant or money. `fixed`: the same
    for every row. `nonzero` is proven. `native` is the DECIMAL itself, for comparisons. `risky`: it may raise.
    `proves`, of a condition: the SQL of what cannot be zero when it is true, and when it is false.
    """

    type: Type
    sql: str
    den: int | str = 1
    literal: str | None = None
    low: int = -WIDE
    high: int = WIDE
    den_high: int = WIDE
    nonzero: bool = False
    fixed: bool = False
    native: str = field(default="", compare=False)
    risky: bool = False
    proves: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())

    @property
    def numeric(self) -> bool:
        return self.type.kind in NUMERIC and not self.type.many

    @property
    def wide_sql(self) -> str:
        """The numerator as HUGEINT, whatever it was."""
        return f"({self.sql})::HUGEINT"

    @property
    def den_sql(self) -> str:
        return f"({self.den})::HUGEINT"

    @property
    def most(self) -> int:
        return max(abs(self.low), abs(self.high))

    @property
    def most_den(self) -> int:
        return self.den if isinstance(self.den, int) else self.den_high

    @property
    def constant(self) -> Fraction | None:
        """The number itself (minor units of money) where it is the same for every row."""
        return Fraction(self.low, self.den) if self.fixed and self.numeric and isinstance(self.den, int) else None

    @property
    def is_nonzero(self) -> bool:
        return self.nonzero or self.low > 0 or self.high < 0


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def column_value(column: str, kind: Type, limits: tuple[int | None, int | None] = (None, None)) -> Value:
    """A typed column as a value. `limits` bound its numerator (minor units; 10^9 of a number): what is outside must
    be NULL in the relation."""
    if not (kind.kind in NUMERIC and not kind.many):
        return Value(kind, name(column))
    number = kind.kind == "number"
    least, most = (-MOST_NUMBER, MOST_NUMBER) if number else (-NARROW - 1, NARROW)
    low = least if limits[0] is None else max(least, limits[0])
    high = most if limits[1] is None else min(most, limits[1])
    if not number:
        return Value(kind, name(column), low=low, high=high)
    return number_value(name(column), kind, low, high)


def number_value(decimal: str, kind: Type, low: int = -MOST_NUMBER, high: int = MOST_NUMBER) -> Value:
    """A DECIMAL(38,9) as a value: its numerator is NULL where it is huge."""
    whole = "BIGINT" if fits(low, high) else "HUGEINT"
    sql = f"({decimal} * {10**NUMBER_DIGITS})::{whole}"
    if low <= -MOST_NUMBER or high >= MOST_NUMBER:
        sql = f"(CASE WHEN {decimal} BETWEEN {-HUGE} AND {HUGE} THEN {sql} END)"
    return Value(kind, sql, 10**NUMBER_DIGITS, low=low, high=high, native=decimal)


def constant(number: Fraction, kind: Type, literal: str | None = None) -> Value:
    """A figure that is the same for every row."""
    top = number.numerator
    sql = f"({top})::{'BIGINT' if fits(top, top) else 'HUGEINT'}"
    risky = abs(top) > WIDE
    return Value(kind, sql, number.denominator, literal, low=top, high=top, fixed=True, risky=risky)


def boolean(sql: str, *parts: Value) -> Value:
    return Value(Type("boolean"), sql, risky=any(part.risky for part in parts))


def fits(low: int, high: int) -> bool:
    return low >= -NARROW - 1 and high <= NARROW


def sized(value: Value, low: int, high: int) -> Value:
    """The value with its bounds; past 128 bits it raises, so nothing larger ever comes out."""
    over = low < -WIDE or high > WIDE
    return replace(value, low=max(low, -WIDE), high=min(high, WIDE), risky=value.risky or over)


def operand(value: Value, low: int, high: int) -> str:
    """The first operand of arithmetic whose result is within these bounds."""
    return value.sql if fits(low, high) else value.wide_sql


def scaled(value: Value, factor: int) -> Value:
    """The numerator times a positive factor; the denominator stays as it was."""
    if factor == 1:
        return value
    low, high = value.low * factor, value.high * factor
    if value.fixed and value.numeric:
        top = replace(constant(Fraction(low), value.type, value.literal), den=value.den)
        return replace(top, risky=value.risky or top.risky)
    if factor > NARROW or not fits(low, high):
        sql = f"({value.wide_sql} * {factor}::HUGEINT)"
    else:
        sql = f"({value.sql} * {factor})"
    return sized(replace(value, sql=sql, literal=None, native=""), low, high)


def common(values: Sequence[Value]) -> tuple[list[Value], int | str]:
    """The values over one denominator."""
    static = [value.den for value in values if isinstance(value.den, int)]
    if len(static) == len(values):
        whole = lcm(*static)
        over = [replace(scaled(value, whole // static[i]), den=whole) for i, value in enumerate(values)]
        return over, whole
    if len({value.den for value in values}) == 1:
        return list(values), values[0].den
    products: list[Value] = []
    for index, value in enumerate(values):
        for other in (one for i, one in enumerate(values) if i != index):
            value = _by_denominator(value, other)
        products.append(value)
    den = "(" + " * ".join(value.den_sql for value in values) + ")"
    return [replace(value, den=den) for value in products], den


def _by_denominator(value: Value, other: Value) -> Value:
    if isinstance(other.den, int):
        return scaled(value, other.den)
    low, high = _spread(value, 1, other.den_high)
    whole = replace(value, sql=f"({value.wide_sql} * {other.den_sql})", literal=None, native="", fixed=False)
    return sized(whole, low, high)


def _spread(value: Value, low: int, high: int) -> tuple[int, int]:
    corners = [value.low * low, value.low * high, value.high * low, value.high * high]
    return min(corners), max(corners)


def added(left: Value, right: Value, kind: Type, *, minus: bool = False) -> Value:
    if left.constant is not None and right.constant is not None:
        return constant(left.constant + (-right.constant if minus else right.constant), kind)
    (a, b), den = common([left, right])
    low, high = (a.low - b.high, a.high - b.low) if minus else (a.low + b.low, a.high + b.high)
    sql = f"({operand(a, low, high)} {'-' if minus else '+'} {b.sql})"
    return sized(_made(kind, sql, den, [a, b], _most_den(left, right)), low, high)


def negated(value: Value) -> Value:
    if value.constant is not None:
        return constant(-value.constant, value.type)
    low, high = -value.high, -value.low
    sql = f"(-{operand(value, low, high)})"
    return replace(value, sql=sql, low=low, high=high, literal=None, native="")


def absolute(value: Value) -> Value:
    if value.constant is not None:
        return constant(abs(value.constant), value.type)
    low = 0 if value.low <= 0 <= value.high else min(abs(value.low), abs(value.high))
    sql = f"abs({operand(value, -value.most, value.most)})"
    return replace(value, sql=sql, low=low, high=value.most, literal=None, native="")


def multiplied(left: Value, right: Value, kind: Type) -> Value:
    if left.constant is not None and right.constant is not None:
        return constant(left.constant * right.constant, kind)
    if left.constant is not None:
        left, right = right, left
    if right.constant is not None:
        return _times(left, right.constant, kind)
    low, high = _spread(left, right.low, right.high)
    sql = f"({operand(left, low, high)} * {right.sql})"
    den: int | str
    if isinstance(left.den, int) and isinstance(right.den, int):
        den = left.den * right.den
    else:
        parts = [one.den_sql for one in (left, right) if one.den != 1]
        den = f"({' * '.join(parts)})" if len(parts) > 1 else parts[0]
    made = _made(kind, sql, den, [left, right], min(WIDE, left.most_den * right.most_den))
    return sized(replace(made, nonzero=left.is_nonzero and right.is_nonzero), low, high)


def _times(value: Value, factor: Fraction, kind: Type) -> Value:
    """By a figure, in lowest terms: half of an amount needs no factor of a hundred."""
    top, bottom = factor.numerator, factor.denominator
    if top == 0:
        # Missing stays missing.
        return replace(value, type=kind, sql=f"({value.sql} * 0)", den=1, low=0, high=0, native="", literal=None)
    if top < 0:
        value, top = negated(value), -top
    if isinstance(value.den, int):
        cut = gcd(top, value.den)
        return replace(scaled(value, top // cut), den=value.den // cut * bottom, type=kind, native="", literal=None)
    den = value.den if bottom == 1 else f"({value.den_sql} * {bottom}::HUGEINT)"
    most = min(WIDE, value.den_high * bottom)
    return replace(scaled(value, top), den=den, den_high=most, type=kind, native="", literal=None)


def divided(left: Value, right: Value, kind: Type) -> Value:
    """left / right; a zero divisor gives NULL. The denominator stays positive."""
    if right.constant is not None:
        turned = Fraction(right.constant.denominator, right.constant.numerator)
        return multiplied(left, constant(turned, right.type), kind)
    cut = gcd(left.den, right.den) if isinstance(left.den, int) and isinstance(right.den, int) else 1
    top = scaled(left, right.den // cut) if isinstance(right.den, int) else _by_denominator(left, right)
    rest = left.den // cut if isinstance(left.den, int) else left.den_sql
    low, high = min(top.low, -top.high), max(top.high, -top.low)
    if right.low >= 0:
        low, high = top.low, top.high
        sql, size = f"(CASE WHEN {right.sql} > 0 THEN {top.sql} END)", f"nullif({right.sql}, 0)"
    else:
        sql = f"({operand(top, low, high)} * sign(nullif({right.sql}, 0)))"
        size = absolute(replace(right, sql=f"nullif({right.sql}, 0)")).sql
    den = size if rest == 1 else f"({size}::HUGEINT * {rest})"
    made = _made(kind, sql, den, [top, right], min(WIDE, right.most * left.most_den))
    risky = made.risky or right.most * left.most_den > WIDE
    return sized(replace(made, nonzero=left.is_nonzero, risky=risky), low, high)


def _made(kind: Type, sql: str, den: int | str, parts: Sequence[Value], den_high: int) -> Value:
    return Value(kind, sql, den, den_high=den_high, risky=any(part.risky for part in parts))


def _most_den(left: Value, right: Value) -> int:
    if left.den == right.den:
        return left.most_den
    return min(WIDE, left.most_den * right.most_den)


def picked(values: Sequence[Value], function: Literal["least", "greatest"]) -> Value:
    """least or greatest, NULL when any is NULL (DuckDB's own would skip it)."""
    risky = any(value.risky for value in values)
    if not values[0].numeric:
        return replace(values[0], sql=_unless_missing(values, function), literal=None, fixed=False, risky=risky)
    parts, den = common(values)
    best = min if function == "least" else max
    low, high = best(part.low for part in parts), best(part.high for part in parts)
    most = 1
    for each in dict.fromkeys(value.den for value in values):
        most *= next(value.most_den for value in values if value.den == each)
    made = _made(values[0].type, _unless_missing(parts, function), den, parts, min(WIDE, most))
    return replace(made, low=low, high=high, nonzero=all(value.is_nonzero for value in values))


def _unless_missing(parts: Sequence[Value], function: str) -> str:
    """Literals are never missing."""
    gaps = dict.fromkeys(f"{part.sql} IS NULL" for part in parts if not part.fixed)
    choice = f"{function}({', '.join(part.sql for part in parts)})"
    return f"(CASE WHEN {' OR '.join(gaps)} THEN NULL ELSE {choice} END)" if gaps else choice


def rounded(num: str, den: str, mode: Mode) -> str:
    """The integer nearest to num/den by `mode`, den > 0, as SQL of two integers of one type."""
    if mode == "down":
        return f"(({num}) // ({den}))"
    sign = f"sign({num})"
    if mode == "up":
        return f"((({num}) + {sign} * (({den}) - 1)) // ({den}))"
    half_up = f"((2 * ({num}) + {sign} * ({den})) // (2 * ({den})))"
    if mode == "half-up":
        return half_up
    tie = f"abs(2 * ({num})) % (2 * ({den})) = ({den})"
    return f"({half_up} - CASE WHEN {tie} AND {half_up} % 2 <> 0 THEN {sign} ELSE 0 END)"
