"""Exact arithmetic as DuckDB SQL: a number is an integer numerator over a positive denominator, never a DOUBLE.

Each numerator has bounds, worked out from literals, declared limits and the column's type. Where they fit in 64 bits
the SQL is plain BIGINT arithmetic, which is fast; else it is HUGEINT. What may pass 128 bits is guarded: an estimate
of its size, the only thing a DOUBLE is used for, makes it NULL before DuckDB could raise. `TRY` cannot do that: the
optimizer moves what occurs twice out of it (DuckDB 2.0). Nothing is moved out of a CASE.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
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
    the SQL of what cannot be zero when it is true, and when it is false. `amounts`: a list with one for each currency,
    which becomes one of them beside money. No value ever raises.
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
    amounts: tuple[tuple[str, int], ...] = ()

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
