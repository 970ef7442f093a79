"""Every edge of a policy, just below, at and just above, with what each remedy gives there.

The other facts of such a customer are those of a test, or of a sample, in whose company the edge makes most difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, islice
from typing import cast

from makegood.core.policy import Policy
from makegood.kit.columns import Columns
from makegood.kit.errors import Place
from makegood.policies.company import MOST_LONG, Facts, Whole, as_written, company, list_values
from makegood.policies.derived import beside_fact, repeated, tried, write_points
from makegood.policies.measures import Measure, measures_of, worth_of, worths
from makegood.policies.points import beside, has_point, holds, limits_of, text_of
from makegood.policies.reading import Reading, Unseen
from makegood.policies.walk import Point

Gets = Mapping[str, tuple[str, str, int | None]]
Lineup = list[tuple[str, str, Facts]]
MOST_COMPANY = 12
MOST_WIDE = 100
MOST_REACHED = 3
MOST_OTHERS = 1_000
MOST_DECISIONS = 200_000


@dataclass(frozen=True, slots=True)
class Side:
    """One customer at an edge: `where` is below, at, above, or the word itself; `gets` by remedy (status, rule, minor
    units)."""

    where: str
    value: str
    gets: Gets


@dataclass(frozen=True, slots=True)
class Edge:
    """Of a fact, or of a value that is worked out. `company` are the other facts, as in a test; `differs` is False
    where the edge was not seen to matter."""

    name: str
    edge: str
    company: Mapping[str, str]
    sides: tuple[Side, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """An edge and the lineups in which it may be looked at: customers that differ in one fact only. `sides` are what
    that fact is at the edge of a fact."""

    name: str
    edge: str
    lineups: list[Lineup]
    sides: Sequence[tuple[str, Point | None]] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """`unseen` are those at which no customer was found, and comparisons that cannot be looked at."""

    edges: list[Edge]
    unseen: list[Unseen]


def edges_of(columns: Columns, policy: Policy, *, only: str = "") -> list[Edge]:
    return look(columns, policy, only=only).edges


def look(columns: Columns, policy: Policy, *, only: str = "") -> Looked:
    """In the order of facts, then of values, of what is compared on the spot, and of limits; `only` one of them."""
    reading = Reading(policy).everything()
    others = company(columns, policy, reading, MOST_COMPANY)
    asked = [one for one in _of_facts(policy, reading, others) if only in ("", one.name)]
    measures = [one for one in measures_of(policy, reading) if only in ("", one.name)]
    near = companies(columns, policy, reading, measures)
    asked += [one for measure in measures for one in _of_measure(columns, policy, measure, near[measure.name])]
    unseen = [Unseen(f"{one.name} {one.edge}".strip(), one.place) for one in asked if not one.lineups and one.place]
    asked = [one for one in asked if one.lineups]
    customers = [facts for one in asked for lineup in one.lineups for _, _, facts in lineup]
    gets = _decide(columns, policy, customers)
    found = []
    for one in asked:
        edge = _edge(policy, one, gets)
        if not edge.differs and one.sides:
            edge = _in_other_company(columns, policy, reading, one, others, edge)
        found.append(edge)
    return Looked(found, [*(() if only else reading.unseen), *unseen])


def _in_other_company(
    columns: Columns, policy: Policy, reading: Reading, asked: _Asked, others: Sequence[Facts], edge: Edge
) -> Edge:
    """The edge for somebody to whom it matters, where one is found among customers that are unlike the others in one
    fact or in two."""
    cells: list[tuple[str, Whole]] = [
        (word, cell.point)
        for word, fact in policy.facts.items()
        if word != asked.name and not fact.type.many
        for cell in reading.cells(word)
    ]
    lists = [word for word, fact in policy.facts.items() if fact.type.many]
    cells += [(word, value) for word in lists for value in list_values(policy, reading, word, others)]
    one_other = [{**facts, word: point} for facts in others for word, point in cells]
    pairs = combinations(cells, 2)
    two_others = [{**others[0], word: point, more: other} for (word, point), (more, other) in pairs if word != more]
    for customers in (one_other[:MOST_OTHERS], two_others[:MOST_OTHERS]):
        wider = _asked(policy, asked.name, asked.edge, asked.sides, customers)
        if wider.lineups:
            gets = _decide(columns, policy, [facts for lineup in wider.lineups for _, _, facts in lineup])
            found = _edge(policy, wider, gets)
            if found.differs:
                return found
    return edge


def edge_rows(edge: Edge) -> Iterator[tuple[Side, str, tuple[str, str, int | None]]]:
    """One row a side and remedy."""
    for side in edge.sides:
        for remedy, gets in side.gets.items():
            yield side, remedy, gets


def companies(
    columns: Columns, policy: Policy, reading: Reading, measures: Sequence[Measure]
) -> dict[str, list[Facts]]:
    """By the name of each measure: customers to begin with, those to whom it is worth something first."""
    wide = company(columns, policy, reading, MOST_WIDE)
    found = worths(columns, policy, measures, write_points(columns, policy, wide)) if measures else {}
    chosen = {}
    for word, customers in found.items():
        has = [any(row.point is not None for row in rows) for rows in customers]
        order = sorted(range(len(wide)), key=lambda at: not has[at])
        chosen[word] = [wide[at] for at in order[:MOST_COMPANY]]
    return chosen


def _of_facts(policy: Policy, reading: Reading, others: Sequence[Facts]) -> Iterator[_Asked]:
    for word, fact in policy.facts.items():
        points = reading.edges.get(word)
        if not points or fact.type.many:
            continue
        if fact.type.kind in {"text", "boolean"}:
            cells = reading.cells(word, ends=False)
            sides = [(text_of(fact.type, cell.point), cell.point) for cell in cells]
            yield _asked(policy, word, "", sides, others)
            continue
        for point in sorted(points):
            below, above = beside(fact.type, point, points)
            near = [("below", below), ("at", point), ("above", above)]
            limits = limits_of(fact)
            there = [
                (where, one)
                for where, one in near
                if one is not None and limits.allow(one) and _whole(fact.type.kind, one)
            ]
            yield _asked(policy, word, text_of(fact.type, point), there, others)


def _whole(kind: str, point: Point) -> bool:
    """Whether there is such a value: nobody is 2.5 whole days late."""
    if kind == "number":
        return has_point(cast(Fraction, point))
    return kind not in {"integer", "money"} or point == int(cast(int, point))


def _asked(
    policy: Policy, word: str, edge: str, sides: Sequence[tuple[str, Point | None]], others: Sequence[Facts]
) -> _Asked:
    kind = policy.facts[word].type
    lineups = [[(where, text_of(kind, point), {**one, word: point}) for where, point in sides] for one in others]
    return _Asked(word, edge, lineups if len(sides) > 1 else [], sides)


def _of_measure(columns: Columns, policy: Policy, measure: Measure, others: Sequence[Facts]) -> Iterator[_Asked]:
    """A customer is found for whom it is the edge, and one fact of theirs is moved."""

    def worth(customers: Sequence[Facts]) -> list[Point | None]:
        return [one.point for one in worth_of(columns, policy, measure, customers)]

    for point in measure.points:
        if not any(holds(cell, point) for cell in measure.cells):
            continue
        found = (one for one in tried(policy, worth, measure.reads, [point], others) if one[2] == point)
        lineups = [
            _around(columns, policy, measure, point, facts, moved) for facts, moved, _ in islice(found, MOST_REACHED)
        ]
        if not lineups and measure.gauge.startswith("most "):
            lineups = _in_rows(columns, policy, measure, others)
        edge = "" if measure.gauge else text_of(measure.kind, point)
        yield _Asked(measure.name, edge, [one for one in lineups if len(one) > 1], place=measure.place)


def somebody(columns: Columns, policy: Policy, measure: Measure, others: Sequence[Facts]) -> set[Point | None]:
    """What it is worth to those who were found near its edges."""

    def worth(customers: Sequence[Facts]) -> list[Point | None]:
        return [one.point for one in worth_of(columns, policy, measure, customers)]

    found = list(tried(policy, worth, measure.reads, measure.points, others))
    near = [
        {**facts, moved: value}
        for point in measure.points
        for facts, moved, _ in [one for one in found if one[2] == point][:MOST_REACHED]
        for up in (False, True)
        for value in beside_fact(policy.facts[moved], facts[moved], up=up)
    ]
    there = {point for _, _, point in found} | set(worth(near))
    if measure.gauge.startswith("most "):
        rows = [facts for lineup in _in_rows(columns, policy, measure, others) for _, _, facts in lineup]
        there |= set(worth(rows))
    return there


def _around(columns: Columns, policy: Policy, measure: Measure, point: Point, facts: Facts, moved: str) -> Lineup:
    fact = policy.facts[moved]
    near: list[Facts] = [
        {**facts, moved: one} for up in (False, True) for one in beside_fact(fact, facts[moved], up=up)
    ]
    worth = worth_of(columns, policy, measure, [facts, *near])
    lineup: Lineup = [("at", worth[0].shown, facts)]
    for place, where in ((0, "below"), (1, "above")):
        for customer, one in zip(near, worth[1:], strict=True):
            if one.point is not None and one.point != point and (one.point > point) == bool(place):  # type: ignore[operator] # of one type
                lineup.insert(place * len(lineup), (where, one.shown, customer))
                break
    return lineup


def _in_rows(columns: Columns, policy: Policy, measure: Measure, others: Sequence[Facts]) -> list[Lineup]:
    """A number of rows is used up: customers with one fewer, so many, and one more."""
    remedy = policy.remedies[measure.remedy]
    most = remedy.most[int(measure.gauge.split()[1]) - 1]
    if most.times is None or most.times > MOST_LONG:
        return []
    keys = policy.names.closure(remedy.once_per) - policy.names.closure(most.per)
    found = []
    for facts in others:
        sizes = [(most.times - 1, "below"), (most.times, "at"), (most.times + 1, "above")]
        rows = [(repeated(policy, facts, keys, size), where) for size, where in sizes if size]
        worth = worth_of(columns, policy, measure, [one for one, _ in rows])
        lineup = [
            (where, got.shown, one) for (one, where), got in zip(rows, worth, strict=True) if got.point is not None
        ]
        if len(lineup) == len(rows):
            found.append(lineup)
    return found[:MOST_REACHED]


def _decide(columns: Columns, policy: Policy, customers: Sequence[Facts]) -> dict[int, Gets]:
    """By the identity of the facts: what each remedy gives."""
    if not customers:
        return {}
    sql = policy.amounts_sql(write_points(columns, policy, customers))
    found: dict[int, dict[str, tuple[str, str, int | None]]] = {}
    rows = columns.fetch(f"SELECT customer_id, remedy, status, rule, minor FROM ({sql})", limit=MOST_DECISIONS)
    for number, remedy, status, rule, minor in rows:
        gets = (str(status), str(rule or ""), None if minor is None else int(str(minor)))
        found.setdefault(id(customers[int(str(number))]), {})[str(remedy)] = gets
    return dict(found)


def _edge(policy: Policy, asked: _Asked, gets: Mapping[int, Gets]) -> Edge:
    def unlike(lineup: Lineup) -> tuple[int, int]:
        """How many answers there are; amounts that differ count first."""
        answers = [sorted(gets[id(facts)].items()) for _, _, facts in lineup]
        paid = {tuple((word, status, minor) for word, (status, _, minor) in one) for one in answers}
        return len(paid), len({tuple(one) for one in answers})

    best = max(asked.lineups, key=unlike)
    remedies = list(policy.remedies)
    sides = []
    for where, value, facts in best:
        ordered = dict(sorted(gets[id(facts)].items(), key=lambda one: remedies.index(one[0])))
        sides.append(Side(where, value, ordered))
    shown = as_written(policy, best[0][2])
    moved = {word for word in policy.facts if len({repr(facts[word]) for _, _, facts in best}) > 1}
    others = {word: text for word, text in shown.items() if word not in moved}
    return Edge(asked.name, asked.edge, others, tuple(sides), unlike(best) > (1, 1))
