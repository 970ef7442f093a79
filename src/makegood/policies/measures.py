"""What meets an edge besides facts: values, what is compared on the spot, amounts at their limits.

A measure is worth something to each customer (or each of their rows), by the query that decides. An amount at a limit
is worth the difference of the two, so that its edge is zero.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import cast

from makegood.core.expressions_sql import Type
from makegood.core.policy import Policy
from makegood.core.policy_layers import Gauge
from makegood.core.policy_reads import all_names
from makegood.core.policy_rules import Remedy
from makegood.kit.columns import Columns
from makegood.kit.errors import Place
from makegood.policies.company import Facts
from makegood.policies.derived import worked, write_points
from makegood.policies.points import Cell, cells_of, limits_of_value, number_told, text_of, told
from makegood.policies.reading import Reading
from makegood.policies.walk import Point

_SIDES = {
    "below": Cell(Fraction(-1), before=Fraction(0)),
    "at": Cell(Fraction(0), at=True),
    "above": Cell(Fraction(1), after=Fraction(0)),
}
_STARTS = {"month_start": 1, "quarter_start": 3, "half_year_start": 6, "year_start": 12}
NUMBER = Type("number")


@dataclass(frozen=True, slots=True)
class Measure:
    """`points` are its edges and `cells` what there is to be looked at; `reads` the names that it follows from. One of:
    `text`, an expression; `gauge`, a limit of `remedy`."""

    name: str
    kind: Type
    place: Place
    points: tuple[Point, ...]
    cells: tuple[Cell, ...]
    reads: frozenset[str]
    text: str = ""
    remedy: str = ""
    gauge: str = ""

    def told(self, cell: Cell) -> str:
        """`days_between(a, b) at 3`, `refund cap above`."""
        if not self.gauge:
            return f"{self.name} {told(self.kind, cell)}"
        return f"{self.name} {next(side for side, one in _SIDES.items() if one == cell)}"


@dataclass(frozen=True, slots=True)
class Worth:
    """`shown` is the point as a person writes it, of a gauge the amount; `limit` what that met."""

    point: Point | None
    shown: str
    limit: str = ""


def measures_of(policy: Policy, reading: Reading) -> list[Measure]:
    """In the order of the file: values, then comparisons on the spot, then limits. `reading` is of everything."""
    found = []
    for word, value in policy.values.items():
        points = reading.edges.get(word, ())
        if points and not value.expression.type.many:
            reads = frozenset(policy.names.closure([word]))
            cells = tuple(reading.cells(word, ends=False))
            kind = value.expression.type
            found.append(Measure(word, kind, value.place, _ordered(points), cells, reads, text=word))
    for spot in reading.spots.values():
        kind, points = spot.expression.type, reading.edges[spot.text]
        cells = tuple(
            cell
            for cell in cells_of(kind, points, limits_of_value(spot.expression.value), ends=False)
            if _can_be(spot.text, cell)
        )
        reads = frozenset(policy.names.closure(spot.expression.names))
        found.append(Measure(spot.name, kind, spot.place, _ordered(points), cells, reads, text=spot.text))
    for remedy in policy.remedies.values():
        found += [_limit(policy, remedy, gauge) for gauge in policy.gauges(remedy.id)]
    return found


def _can_be(text: str, cell: Cell) -> bool:
    """Whether a first day of a month, quarter or year may be there."""
    months = _STARTS.get(text.partition("(")[0], 0)
    if not months or not text.endswith(")") or cell.after is None or cell.before is None:
        return True
    first, last = (12 * day.year + day.month - 1 for day in (cast(date, cell.after), cast(date, cell.before)))
    return first // months + 1 < -(-last // months) or (
        cast(date, cell.before).day > 1 and first // months < last // months
    )


def worth_of(columns: Columns, policy: Policy, measure: Measure, customers: Sequence[Facts]) -> list[Worth]:
    """What it is worth to each of these; to one with several rows in the last."""
    if not customers:
        return []
    found = worths(columns, policy, [measure], write_points(columns, policy, customers))[measure.name]
    return [rows[-1] if rows else Worth(None, "missing") for rows in found]


def _ordered(points: Iterable[Point]) -> tuple[Point, ...]:
    return tuple(sorted(points))


def _limit(policy: Policy, remedy: Remedy, gauge: Gauge) -> Measure:
    place = next((rule.place for rule in remedy.rules if gauge.id.startswith(f"{rule.id} ")), remedy.place)
    if gauge.id.startswith("most "):
        place = remedy.most[int(gauge.id.split()[1]) - 1].place
    cells = tuple(_SIDES[side] for side in gauge.sides)
    reads = frozenset(policy.names.closure(all_names(remedy)))
    name = f"{remedy.id} {gauge.id}"
    return Measure(name, NUMBER, place, (Fraction(0),), cells, reads, remedy=remedy.id, gauge=gauge.id)


def worths(
    columns: Columns, policy: Policy, measures: Sequence[Measure], relation: str
) -> dict[str, list[list[Worth]]]:
    """By the name of each measure: of each customer of the relation in order what it is worth in each of their rows."""
    found: dict[str, list[list[Worth]]] = {}
    texts = [one for one in measures if one.text]
    rows = worked(columns, policy, [one.text for one in texts], relation) if texts else []
    for one in texts:
        found[one.name] = [[_worth(one.kind, row.values.get(one.text)) for row in customer] for customer in rows]
    for remedy in dict.fromkeys(one.remedy for one in measures if one.gauge):
        of_remedy = [one for one in measures if one.remedy == remedy]
        found |= _gauged(columns, policy, policy.remedies[remedy], of_remedy, relation)
    return found


def _worth(kind: Type, point: Point | None) -> Worth:
    return Worth(point, text_of(kind, point))


def _gauged(
    columns: Columns, policy: Policy, remedy: Remedy, measures: Sequence[Measure], relation: str
) -> Mapping[str, list[list[Worth]]]:
    sql = f"SELECT gauges FROM ({policy.gauges_sql(remedy.id, relation)}) ORDER BY customer_id"
    found: dict[str, list[list[Worth]]] = {one.name: [] for one in measures}
    names = {one.gauge: one.name for one in measures}
    counts = {f"most {number}" for number, most in enumerate(remedy.most, start=1) if most.times is not None}
    for (text,) in columns.fetch(sql, limit=200_000):
        for rows in found.values():
            rows.append([])
        for gauge, amount, limit in _read(json.loads(str(text))):
            if gauge in names:
                shown = [number_told(one) if gauge in counts else _amount(remedy, one) for one in (amount, limit)]
                found[names[gauge]][-1].append(Worth(amount - limit, *shown))
    return found


def _read(lines: Iterable[str]) -> Iterator[tuple[str, Fraction, Fraction]]:
    for line in lines:
        gauge, amount, limit = line.split("|")
        yield gauge, Fraction(amount), Fraction(limit)


def _amount(remedy: Remedy, minor: Fraction) -> str:
    if remedy.in_unit is not None:
        return f"{number_told(minor / 10**remedy.in_unit.digits)} {remedy.in_unit.name}"
    return text_of(Type("money", remedy.currency), minor)
