"""What an expression may name: facts, figures, dated figures, calendars."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from makegood.core.expressions_arithmetic import common
from makegood.core.expressions_sql import Type, Value, bound, column_value, constant, quoted
from makegood.core.expressions_units import unit_of


@dataclass(frozen=True, slots=True)
class Series:
    """A figure that changes with time: each point holds from its date on. `before` holds before the first; without it
    there is none. Money in minor units."""

    type: Type
    points: tuple[tuple[date, Fraction | str], ...]
    before: Fraction | str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Names an expression may use.

    `columns` are typed facts; their SQL is the quoted name. `values` are worked out elsewhere: parameters, tables
    (`share`, `restoration.first`), values, and `rows_count()`. `series` are for at() and interest_over().
    `calendars` map a name to a prefix P of SQL: `{P}days` DATE[] are the business days of the span in order,
    `{P}ordinals` INTEGER[] the number of business days up to and with each day of the span, `{P}first` its first day.
    `positive` are names that cannot be zero. `limits` bound the numerators of facts, both ends included (minor units
    of money, 10^9 of a number), which makes their arithmetic plain BIGINT: a fact outside of them must be NULL.
    `failed` are names that were refused themselves: what reads them is refused as `follows`, which nobody needs to
    see. `own`: the currency `@column` that a list of amounts is in where no money stands beside it.
    """

    columns: Mapping[str, Type]
    values: Mapping[str, Value] = field(default_factory=dict)
    series: Mapping[str, Series] = field(default_factory=dict)
    calendars: Mapping[str, str] = field(default_factory=dict)
    positive: frozenset[str] = frozenset()
    limits: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    failed: Collection[str] = ()
    own: str = ""

    def words(self) -> list[str]:
        return [*self.columns, *self.values, *self.series, *self.calendars]

    def value(self, word: str) -> Value | None:
        """The fact or value of that name, or None."""
        if word in self.columns:
            found = column_value(word, self.columns[word], self.limits.get(word, (None, None)))
        elif word in self.values:
            found = self.values[word]
        else:
            return None
        if found.type.unit:
            found = replace(found, type=replace(found.type, unit=unit_of(found.type.unit)))
        return replace(found, nonzero=True) if word in self.positive else found


def known(names: Known | Mapping[str, Type]) -> Known:
    """Bare columns are facts and nothing else."""
    return names if isinstance(names, Known) else Known(dict(names))


def dated(series: Series, on: str) -> Value:
    """The figure of the last point on or before the date that the SQL `on` gives; NULL before the first."""
    figures = [_figure(series, point) for _, point in series.points]
    before = None if series.before is None else _figure(series, series.before)
    every, den = common([*figures, *([before] if before else [])])
    low, high = min(one.low for one in every), max(one.high for one in every)
    zeros = any(one.low <= 0 <= one.high for one in every)
    sql = bound(on, lambda day: _chosen(series, every, day))
    return Value(series.type, sql, den, low=low, high=high, nonzero=not zeros)


def _chosen(series: Series, every: list[Value], on: str) -> str:
    arms = [
        f"WHEN {on} >= DATE '{day.isoformat()}' THEN {every[i].sql}"
        for i, (day, _) in reversed(list(enumerate(series.points)))
    ]
    if series.before is not None:
        arms.append(f"WHEN {on} IS NOT NULL THEN {every[-1].sql}")
    return f"(CASE {' '.join(arms)} END)"


def _figure(series: Series, figure: Fraction | str) -> Value:
    if isinstance(figure, str):
        return Value(series.type, quoted(figure), literal=figure, low=0, high=0, fixed=True)
    return constant(figure, series.type)
