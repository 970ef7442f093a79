"""Holes, overlaps and unreachable rows of a table, found by asking its own cells about every combination of points.

A table is judged by the names its cells test, as if each could be anything its type and limits allow. Of facts that is
true. Where a cell tests a value that is worked out, a hole or an overlap is told only when a customer was found in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from makegood.core.expressions_sql import Type, column_value
from makegood.core.policy import Policy
from makegood.core.policy_rules import Row, Table
from makegood.kit.columns import Columns
from makegood.policies.company import Facts, as_written, company
from makegood.policies.derived import probe, reach
from makegood.policies.grid import Grid
from makegood.policies.lint import Lint, advice
from makegood.policies.points import Cell, cells_of, holds, limits_of_value, text_of
from makegood.policies.reading import Reading
from makegood.policies.walk import Line

MOST_POINTS = 20_000
MOST_TRIED = 5
MOST_COMPANY = 12
ORDERED = frozenset({"integer", "number", "money", "date", "instant"})


@dataclass(frozen=True)
class Judged:
    """A table over its grid: for each point one sign a row: 1 holds, 0 does not, N needs a missing value."""

    columns: Columns
    policy: Policy
    table: Table
    types: Mapping[str, Type]
    grid: Grid
    signs: Sequence[str]
    company: Sequence[Facts]

    def first(self, point: int) -> int | None:
        """The row that counts, len(rows) for `otherwise`, None where a missing value leaves it open."""
        for index, sign in enumerate(self.signs[point]):
            if sign == "1":
                return index
            if sign == "N":
                return None
        return len(self.table.rows)

    @property
    def is_complete(self) -> bool:
        """Whether nobody falls to `otherwise`."""
        return all(self.first(point) != len(self.table.rows) for point in range(self.grid.size))

    def row(self, index: int) -> Row:
        return self.table.rows[index] if index < len(self.table.rows) else self.table.otherwise

    def customer(self, point: int) -> dict[str, str] | None:
        """Facts of a customer at that point, the table's own first; None where nobody was found."""
        cells = self.grid.at(point)
        derived = [word for word in cells if word not in self.policy.facts]
        fixed: Facts = {word: cell.point for word, cell in cells.items() if word in self.policy.facts}
        if not derived:
            return as_written(self.policy, fixed)
        if len(derived) > 1 or derived[0] not in self.policy.values or cells[derived[0]].point is None:
            return None
        return self._reached(derived[0], cells[derived[0]], fixed, self.row(self.first(point) or 0).id)

    def _reached(self, word: str, cell: Cell, fixed: Facts, row: str) -> dict[str, str] | None:
        """Whoever is found must fall to that row when the decision query itself is asked."""
        assert cell.point is not None  # noqa: S101 # asked by the caller
        near = [{**facts, **fixed} for facts in self.company]
        tried = [one for one, _ in islice(reach(self.columns, self.policy, word, cell.point, near), MOST_TRIED)]
        names = [word, *self.table.names()[:1]]
        for facts, worth in zip(tried, probe(self.columns, self.policy, names, tried), strict=True):
            if holds(cell, worth.values.get(word)) and worth.rows.get(self.table.name) == row:
                read = self.policy.names.closure([word, *fixed])
                return as_written(self.policy, {one: point for one, point in facts.items() if one in read})
        return None


def check_table(columns: Columns, policy: Policy, table: Table) -> list[Lint]:
    """Nothing where the grid would be too large, or where a key has other values than its cells show."""
    judged = judge(columns, policy, table)
    return [] if judged is None else [*_unreachable(judged), *_holes(judged), *_overlaps(judged)]


def judge(columns: Columns, policy: Policy, table: Table) -> Judged | None:
    reading = Reading(policy)
    reading.table(table)
    cells, types = {}, {}
    for key in table.keys:
        found = _key(policy, reading, table, key)
        if found is None:
            return None
        types[key], cells[key] = found
    grid = Grid(cells)
    if not 0 < grid.size <= MOST_POINTS:
        return None
    derived = any(key not in policy.facts for key in table.keys)
    others = company(columns, policy, Reading(policy).everything(), MOST_COMPANY) if derived else []
    return Judged(columns, policy, table, types, grid, _signs(columns, table, types, grid), others)


def _key(policy: Policy, reading: Reading, table: Table, key: str) -> tuple[Type, list[Cell]] | None:
    """The type and the points of a name that cells test; None where points do not stand for all its values."""
    fact, value, parameter = policy.facts.get(key), policy.values.get(key), policy.parameters.get(key)
    if fact is not None:
        return None if fact.type.many else (fact.type, reading.cells(key))
    if parameter is not None and parameter.value is not None:
        return parameter.type, [Cell(parameter.value, at=True)]
    if value is None or value.expression.type.many:
        return None
    part = reading.part(key)
    if isinstance(part, Line) and not part.derived and part.name != key:
        return None if part.factor != 1 or part.offset != 0 else _key(policy, reading, table, part.name)
    kind = value.expression.type
    edges = {one for row in table.rows if key in row.cells for one in row.cells[key].literals}
    missing = [Cell(None, at=True)] if any(row.cells[key].missing for row in table.rows if key in row.cells) else []
    return kind, [*cells_of(kind, edges, limits_of_value(value.expression.value), ends=False), *missing]


def _signs(columns: Columns, table: Table, types: Mapping[str, Type], grid: Grid) -> list[str]:
    parts = []
    for row in table.rows:
        tests = [f"({cell.sql(column_value(key, types[key]))})" for key, cell in row.cells.items()]
        holds_ = " AND ".join(tests) or "true"
        parts.append(f"CASE WHEN ({holds_}) IS NULL THEN 'N' WHEN {holds_} THEN '1' ELSE '0' END")
    sql = f"SELECT {' || '.join(parts)} FROM ({grid.relation(types)}) ORDER BY customer_id"
    return [str(row[0]) for row in columns.fetch(sql, limit=MOST_POINTS)]


def _unreachable(judged: Judged) -> Iterator[Lint]:
    firsts = {judged.first(point) for point in range(judged.grid.size)}
    for index, row in enumerate(judged.table.rows):
        if index in firsts:
            continue
        own = [point for point in range(judged.grid.size) if judged.signs[point][index] == "1"]
        title = f"The row '{row.id}' of table '{judged.table.name}'"
        if not own:
            what = f"{title} holds for nobody within the limits of its facts."
            yield advice("unreachable-row", what, "Correct its cells, or remove it.", row.place)
            continue
        before = [judged.first(point) for point in own]
        hiding = [judged.table.rows[one].id for one in sorted({one for one in before if one is not None})]
        named = " and ".join(f"'{one}'" for one in hiding)
        what = f"{title} is never reached: {named} {'come' if len(hiding) > 1 else 'comes'} before it."
        example = judged.customer(own[0])
        yield advice("unreachable-row", what, "Move it up, or remove it.", row.place, example)


def _holes(judged: Judged) -> Iterator[Lint]:
    """A stretch of one key that falls to `otherwise` between two that do not."""
    told = set()
    last = len(judged.table.rows)
    for key, lines in _lines(judged):
        for line in lines:
            firsts = [judged.first(point) for point in line]
            for start, end in _between(firsts, last):
                cells = [judged.grid.at(point)[key] for point in line[start:end]]
                below, above = firsts[start - 1], firsts[end]
                if below is None or above is None or _same_as_beside(judged, below, above):
                    continue
                where = f"{_stretch(judged.types[key], cells)} of {key}"
                customer = None if where in told else _found(judged, line[start:end])
                if customer is None:
                    continue
                told.add(where)
                falls = judged.table.otherwise
                gives = (
                    "is undefined" if falls.give is None else f"gets what `otherwise` gives ({_shown(judged.table)})"
                )
                what = f"Table '{judged.table.name}' has a hole: {where} no row holds, and the customer {gives}."
                remedy = "Add a row, or one with `undefined:` where the source says nothing."
                yield advice("table-hole", what, remedy, judged.row(below).place, customer)


def _overlaps(judged: Judged) -> Iterator[Lint]:
    """Two rows that hold together, differ, and of which neither is the special case of the other."""
    firsts = {judged.first(point) for point in range(judged.grid.size)}
    held: list[set[int]] = [set() for _ in judged.table.rows]
    for point, signs in enumerate(judged.signs):
        for index, sign in enumerate(signs):
            if sign == "1":
                held[index].add(point)
    for later, row in enumerate(judged.table.rows):
        for earlier in range(later):
            first = judged.table.rows[earlier]
            both = held[earlier] & held[later]
            special = both in (held[earlier], held[later]) or later not in firsts
            if not both or special or _alike(first, row):
                continue
            customer = _found(judged, sorted(point for point in both if judged.first(point) == earlier))
            if customer is None:
                continue
            what = (
                f"The rows '{first.id}' and '{row.id}' of table '{judged.table.name}' both hold for some customers;"
                f" '{first.id}' counts."
            )
            remedy = "Close one end and open the other, or say it in the order of the rows on purpose."
            yield advice("table-overlap", what, remedy, row.place, customer)


def _lines(judged: Judged) -> Iterator[tuple[str, list[list[int]]]]:
    """For each key with an order: the points along it, for every combination of the others; missing ones left out."""
    step = 1
    for key, cells in judged.grid.cells.items():
        size = len(cells)
        if judged.types[key].kind in ORDERED:
            there = [index for index, cell in enumerate(cells) if cell.point is not None]
            starts = [p for p in range(judged.grid.size) if p // step % size == 0]
            yield key, [[start + index * step for index in there] for start in starts]
        step *= size


def _between(firsts: Sequence[int | None], last: int) -> Iterator[tuple[int, int]]:
    """Runs of `otherwise` that have something else on both sides: their start and end."""
    at = 0
    for value, run in groupby(firsts):
        size = len(list(run))
        if value == last and at > 0 and at + size < len(firsts):
            yield at, at + size
        at += size


def _same_as_beside(judged: Judged, below: int, above: int) -> bool:
    """What falls to `otherwise` gets what its neighbours get: nobody can tell the hole."""
    falls = judged.table.otherwise
    return any(_alike(judged.row(one), falls) for one in (below, above))


def _alike(one: Row, other: Row) -> bool:
    return one.give == other.give


def _found(judged: Judged, points: Sequence[int]) -> dict[str, str] | None:
    """The first of a few points where there is a customer."""
    tried = (judged.customer(point) for point in points[:MOST_TRIED])
    return next((one for one in tried if one is not None), None)


def _stretch(kind: Type, cells: Sequence[Cell]) -> str:
    """`at exactly 99`, `from 180, up to 240`, `above 180, below 240`."""
    first, last = cells[0], cells[-1]
    if first is last and first.at:
        return f"at exactly {text_of(kind, first.point)}"
    low = ("from", first.point) if first.at else ("above", first.after)
    high = ("up to", last.point) if last.at else ("below", last.before)
    lower, upper = (f"{word} {text_of(kind, point)}" for word, point in (low, high))
    return f"{lower}, {upper}"


def _shown(table: Table) -> str:
    given = (table.otherwise.give or {}).items()
    return ", ".join(f"{field} {text_of(table.fields[field], figure)}".strip() for field, figure in given)
