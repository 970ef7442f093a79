"""A remedy's query while it is written, and what its layers share.

A query is a nest of SELECTs; each layer adds columns to the one inside. Columns of a name `share`:

    "share"     its value: the numerator of a number      "share/"    the denominator, where it differs by row
    "share#"    which row or date counted                 "share?"    why there is no value, a sentence
    "share!"    there is none although nothing is missing: coalesce() and IS NULL must not take it for a gap
    "share=raw" a fact as it came, where it was changed

Only what the remedy reads is worked out at all. `good` is what must hold of the facts, `off` what must not, `bad` what
is said then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from makegood.core.expressions import Expression
from makegood.core.expressions_arithmetic import common
from makegood.core.expressions_sql import NARROW, Type, Value, name, quoted
from makegood.core.policy_names import ROWS_COUNT, Names, figure_sql, is_constant
from makegood.core.policy_rules import Fact, Figure, Parameter, Remedy
from makegood.core.policy_words import number_text

NUMERIC = frozenset({"integer", "number", "money"})
_FLOATS = frozenset({"DOUBLE", "FLOAT", "REAL"})
CANNOT = "It cannot be worked out: a number too large, a division by zero, or a date outside the calendar."


@dataclass(frozen=True, slots=True)
class Gauge:
    """Where an amount meets a limit. `id` is `cap`, `minimum`, `excess`, `set_off 2`, `approval`, `most 1`, or
    `late floor` of the rule `late`; `sides` are the words of below, at, above that its bounds do not rule out."""

    id: str
    column: str
    sides: tuple[str, ...]


@dataclass(slots=True)
class Query:
    """One remedy's query under construction. `told` with sentences; `stored` as in `Policy`."""

    names: Names
    remedy: Remedy
    read: frozenset[str]
    told: bool
    key: str
    stored: Mapping[str, str]
    source: str
    takes: tuple[str, ...] = ()
    decides: frozenset[str] = frozenset()
    sure: dict[str, bool] = field(default_factory=dict)
    flagged: frozenset[str] = frozenset()
    good: list[str] = field(default_factory=list)
    off: list[str] = field(default_factory=list)
    bad: list[tuple[str, str]] = field(default_factory=list)
    gauges: list[Gauge] | None = None

    def gauge(self, word: str, amount: Value, limit: Value, test: str = "true") -> None:
        """Notes both where that was asked for and there is an amount; `test`: only there."""
        if self.gauges is None:
            return
        (one, other), den = common([amount, limit])
        low, high = one.low - other.high, one.high - other.low
        sides = [("below", low < 0), ("at", low <= 0 <= high), ("above", high > 0)]
        column = f"_g{len(self.gauges)}"
        texts = [number_text(replace(part, type=Type("number"), den=den, fixed=False)) for part in (one, other)]
        told = f"concat_ws('|', {quoted(word)}, {', '.join(texts)})"
        there = f"{one.sql} > 0 AND {other.sql} IS NOT NULL AND {test}"
        self.layer((column, f"(CASE WHEN {there} THEN {told} END)"))
        self.gauges.append(Gauge(word, column, tuple(side for side, may in sides if may)))

    def layer(self, *columns: tuple[str, str], keep: str = "*") -> None:
        """Adds columns (name, SQL); none: no layer."""
        if columns:
            added = "".join(f", {sql} AS {alias}" for alias, sql in columns)
            self.source = f"(SELECT {keep}{added} FROM {self.source})"

    def settled(self, *expressions: Expression | None) -> bool:
        """Whether they have a value for every customer whose facts can be used."""
        given = [one for one in expressions if one is not None]
        return all(one.certain and all(self.is_sure(word) for word in one.names) for one in given)

    def unknown(self, test: str, *expressions: Expression | None) -> str | None:
        """SQL: whether a test of these is neither true nor false; "" where it never is, None where only the test itself
        can say. What may be missing is looked at first: mostly nothing is."""
        given = [one for one in expressions if one is not None]
        if self.settled(*given):
            return ""
        if not all(one.certain for one in given) or any(self._is_flagged(word) for one in given for word in one.spared):
            return None
        return f"({' OR '.join(self.gaps(*given))}) AND ({test}) IS NULL"

    def gaps(self, *expressions: Expression | None) -> list[str]:
        """SQL tests: whether one of the names read has no value."""
        words = dict.fromkeys(word for one in expressions if one is not None for word in one.names)
        return [f"{name(word)} IS NULL" for word in words if self.has_column(word) and not self.is_sure(word)]

    def is_sure(self, word: str) -> bool:
        return word == ROWS_COUNT or self.sure.get(self.names.owner(word), False)

    def sql(self, expression: Expression) -> str:
        """The expression, NULL where it would take an undefined value for a missing one."""
        return self.value(expression).sql

    def value(self, expression: Expression) -> Value:
        value = expression.value
        sql = value.sql
        marks = [name(self.names.owner(word) + "!") for word in expression.spared if self._is_flagged(word)]
        if marks:
            sql = f"(CASE WHEN {' OR '.join(marks)} THEN NULL ELSE {sql} END)"
        return value if sql == value.sql else replace(value, sql=sql, native="")

    def _is_flagged(self, word: str) -> bool:
        return self.names.owner(word) in self.flagged

    def why(self, word: str) -> str:
        """SQL text: why a name has no value, where it has none."""
        owner = self.names.owner(word)
        fact = self.names.facts.get(owner)
        return name(owner + "?") if fact is None else quoted(no_value(fact))

    def missing(self, *expressions: Expression | None) -> str:
        """SQL text: why one of these has no value; the names needed most come first."""
        words = dict.fromkeys(word for one in expressions if one is not None for word in one.names)
        arms = [
            f"WHEN {name(word)} IS NULL THEN {self.why(word)}"
            for word in words
            if word != ROWS_COUNT and self.has_column(word) and not self.is_sure(word)
        ]
        return f"(CASE {' '.join(arms)} ELSE {quoted(CANNOT)} END)" if arms else quoted(CANNOT)

    def has_column(self, word: str) -> bool:
        node = self.names.nodes.get(self.names.owner(word))
        if isinstance(node, Parameter):
            return node.by is not None
        return word in self.names.facts or (node is not None and not is_constant(node))


def no_value(fact: Fact) -> str:
    return f"There is no value in column {fact.name} for this customer."


def typed_figure(figure: Figure | None, den: int) -> str:
    """A figure as SQL of its column's type, a number as the numerator over `den`; NULL for none."""
    if figure is None:
        return "NULL"
    sql = figure_sql(figure, den)
    if not isinstance(figure, Fraction):
        return sql
    return f"{sql}::{'BIGINT' if abs(int(sql)) <= NARROW else 'HUGEINT'}"
