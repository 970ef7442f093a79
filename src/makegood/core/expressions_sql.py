"""Exact arithmetic as DuckDB SQL: a number is an integer numerator over a positive denominator, never a DOUBLE.

Each numerator has bounds, worked out from literals, declared limits and the column's type. Where they fit in 64 bits
the SQL is plain BIGINT arithmetic, which is fast; else it is HUGEINT. What may pass 128 bits is guarded: an estimate
of its size, the only thing a DOUBLE is used for, makes it NULL before DuckDB could raise. `TRY` cannot do that: the
optimizer moves what occurs twice out of it (DuckDB 2.0). Nothing is moved out of a CASE.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import gcd, lcm
from typing import Literal
from zlib import crc32

Kind = Literal["text", "integer", "number", "money", "boolean", "date", "instant", "list"]
Mode = Literal["half-up", "half-even", "down", "up"]

MODES: tuple[Mode, ...] = ("half-up", "half-even", "down", "up")
NUMERIC = frozenset({"integer", "number", "money"})
NUMBER_DIGITS = 9
NARROW = 2**63 - 1
WIDE = 2**127 - 1
# An estimate below this is right about WIDE: products and sums of doubles are off by far less than a thousandth.
ROOM = "1.7e38"
# Numbers from here on, in either direction, are compared but not worked with: what follows from them is missing.
HUGE = 10**18
_SMALL = 99_999
_SHORT = 80
MOST_NUMBER = HUGE * 10**NUMBER_DIGITS


class TooLarge(Exception):
    """A figure or a denominator, the same for every row, needs more than 128 bits."""


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
class Split:
    """A denominator: a figure, times HUGEINT SQL that differs by row, each with the most it can be."""

    factor: int
    parts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """Compiled SQL. Numeric kinds: `sql` is the numerator, BIGINT where `low` and `high` fit in 64 bits and HUGEINT
    else; `den` a positive integer, or SQL where something that differs by row divides. Missing: `sql` is NULL.

    `literal` keeps the text of a quoted literal, which may still become a date, an instant or money. `fixed`: the same
    for every row. `nonzero` is proven. `native` is the DECIMAL itself, for comparisons. `size` is a numerator and SQL
    of about how large it is, as a DOUBLE; `parts` is a denominator and what it is made of. `proves`, of a condition:
    the SQL of what cannot be zero when it is true, and when it is false. No value ever raises.
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
    size: tuple[str, str] = field(default=("", ""), compare=False)
    parts: tuple[str, Split] | None = field(default=None, compare=False)
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
    def size_sql(self) -> str:
        of, size = self.size
        return size if of == self.sql else f"{abs(self.low)}e0" if self.fixed else f"abs(1e0 * {self.sql})"

    @property
    def split(self) -> Split:
        """What the denominator is made of."""
        if isinstance(self.den, int):
            return Split(self.den)
        if self.parts is not None and self.parts[0] == self.den:
            return self.parts[1]
        return Split(1, ((self.den_sql, self.den_high),))

    @property
    def is_nonzero(self) -> bool:
        return self.nonzero or self.low > 0 or self.high < 0


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def bound(sql: str, write: Callable[[str], str]) -> str:
    """What `write` makes of SQL that it uses several times: long SQL is worked out once, as the one element of a list,
    which costs DuckDB 15 ns a row. Bound again inside, its name stands for the same."""
    if len(sql) <= _SHORT:
        return write(sql)
    word = f"_b{crc32(sql.encode()):08x}"
    return f"list_transform([{sql}], lambda {word}: {write(word)})[1]"


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
    """A DECIMAL(38,9) as a value; its numerator is NULL where it is huge. Small ones become integers three digits at a
    time in 64 bits, others by their text: a division of 128 bits takes DuckDB 400 ns."""
    whole = "BIGINT" if fits(low, high) else "HUGEINT"
    small = max(-low, high) <= _SMALL * 10**NUMBER_DIGITS

    def write(one: str) -> str:
        top = f"((({one}::DECIMAL(14,9) * 1000)::DECIMAL(14,6) * 1000)::DECIMAL(14,3) * 1000)::BIGINT"
        if small:
            return top
        text = f"replace({one}::DECIMAL(38,9)::VARCHAR, '.', '')::{whole}"
        calm = f"{one} BETWEEN {-HUGE} AND {HUGE}"
        return f"(CASE WHEN {one} BETWEEN {-_SMALL} AND {_SMALL} THEN {top} WHEN {calm} THEN {text} END)"

    sql = bound(decimal, write)
    size = f"abs(1e{NUMBER_DIGITS} * {decimal})"
    return Value(kind, sql, 10**NUMBER_DIGITS, low=low, high=high, native=decimal, size=(sql, size))


def constant(number: Fraction, kind: Type, literal: str | None = None) -> Value:
    """A figure that is the same for every row. Raises `TooLarge`."""
    top = number.numerator
    if abs(top) > WIDE or number.denominator > WIDE:
        raise TooLarge
    sql = f"({top})::{'BIGINT' if fits(top, top) else 'HUGEINT'}"
    return Value(kind, sql, number.denominator, literal, low=top, high=top, fixed=True)


def boolean(sql: str) -> Value:
    return Value(Type("boolean"), sql)


def fits(low: int, high: int) -> bool:
    return low >= -NARROW - 1 and high <= NARROW


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
