"""Every edge of a policy, just below, at and just above, with what each remedy gives there.

The other facts of such a customer are those of a test, or of a sample, in whose company the edge makes most difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import cast

from makegood.core.policy import Policy
from makegood.kit.columns import Columns
from makegood.policies.company import Facts, as_written, company
from makegood.policies.derived import beside_fact, probe, reach, write_points
from makegood.policies.points import beside, limits_of, text_of
from makegood.policies.reading import Reading
from makegood.policies.walk import Point

Gets = Mapping[str, tuple[str, str, int | None]]
Lineup = list[tuple[str, str, Facts]]
MOST_COMPANY = 12
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


def edges_of(columns: Columns, policy: Policy, *, only: str = "") -> list[Edge]:
    """In the order of facts, then of values; `only` one of them. Left out: lists, and edges of a value at which no
    customer was found."""
    reading = Reading(policy).everything()
    others = company(columns, policy, reading, MOST_COMPANY)
    asked = [*_of_facts(policy, reading, others), *_of_values(columns, policy, reading, others)]
    asked = [one for one in asked if one.lineups and only in ("", one.name)]
    customers = [facts for one in asked for lineup in one.lineups for _, _, facts in lineup]
    gets = _decide(columns, policy, customers)
    found = []
    for one in asked:
        edge = _edge(policy, one, gets)
        if not edge.differs and one.sides:
            edge = _in_other_company(columns, policy, reading, one, others, edge)
        found.append(edge)
    return found


def _in_other_company(
    columns: Columns, policy: Policy, reading: Reading, asked: _Asked, others: Sequence[Facts], edge: Edge
) -> Edge:
    """The edge for somebody to whom it matters, where one is found among customers that are unlike the others in one
    fact or in two."""
    cells = [
        (word, cell.point)
        for word, fact in policy.facts.items()
        if word != asked.name and not fact.type.many
        for cell in reading.cells(word)
    ]
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
    return kind not in {"integer", "money"} or point == int(cast(int, point))


def _asked(
    policy: Policy, word: str, edge: str, sides: Sequence[tuple[str, Point | None]], others: Sequence[Facts]
) -> _Asked:
    kind = policy.facts[word].type
    lineups = [[(where, text_of(kind, point), {**one, word: point}) for where, point in sides] for one in others]
    return _Asked(word, edge, lineups if len(sides) > 1 else [], sides)


def _of_values(columns: Columns, policy: Policy, reading: Reading, others: Sequence[Facts]) -> Iterator[_Asked]:
    """Values that are worked out: a customer is found for whom it is the edge, and one fact of theirs is moved."""
    for word, value in policy.values.items():
        kind = value.expression.type
        for point in sorted(reading.edges.get(word, ())):
            found = islice(reach(columns, policy, word, point, others), MOST_REACHED)
            lineups = [_around(columns, policy, word, point, facts, moved) for facts, moved in found]
            yield _Asked(word, text_of(kind, point), [one for one in lineups if len(one) > 1])


def _around(columns: Columns, policy: Policy, word: str, point: Point, facts: Facts, moved: str) -> Lineup:
    fact, kind = policy.facts[moved], policy.values[word].expression.type
    near = [
        {**facts, moved: one} for up in (False, True) for one in beside_fact(fact, cast(Point, facts[moved]), up=up)
    ]
    worth = [one.values.get(word) for one in probe(columns, policy, [word], near)]
    lineup: Lineup = [("at", text_of(kind, point), facts)]
    for place, where in ((0, "below"), (1, "above")):
        for customer, one in zip(near, worth, strict=True):
            if one is not None and one != point and (one > point) == bool(place):  # type: ignore[operator] # of one type
                lineup.insert(place * len(lineup), (where, text_of(kind, one), customer))
                break
    return lineup


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
