"""Customers for whom a value that is worked out from facts has a wanted figure, found by moving one fact at a time.

What is found has been evaluated by the decision query itself, so it is a customer; what is not found proves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import count
from typing import cast

from makegood.core.expressions import Expression, parse_expression
from makegood.core.expressions_sql import Type
from makegood.core.policy import Policy
from makegood.core.policy_rules import Fact, Remedy, Rule
from makegood.core.policy_sql import FACTS_RULE
from makegood.kit.columns import Columns
from makegood.kit.errors import Place
from makegood.policies.company import MOST_LONG, Facts, Whole, lengthened
from makegood.policies.customers import KEY
from makegood.policies.grid import fact_sql
from makegood.policies.points import limits_of
from makegood.policies.walk import Point, typed_point

_NUMBERS = count(1)
MOST_ANSWERS = 200_000
# What each customer is worth, in their order.
Worths = Callable[[Sequence[Facts]], Sequence[Point | None]]
_EPOCH = datetime.fromisoformat("1970-01-01")
_ROUND = (100, 10_000, 1_000_000)
_MOVED = frozenset({"integer", "number", "money", "date", "instant"})
_STRIDE = {"money": Fraction(100), "instant": Fraction(86_400)}


@dataclass(frozen=True, slots=True)
class Probed:
    """What names are worth to one customer, and which row of each table counts for them."""

    values: Mapping[str, Point | None]
    rows: Mapping[str, str]


def probe(columns: Columns, policy: Policy, names: Iterable[str], customers: Sequence[Facts]) -> list[Probed]:
    """The values of `names` (tables, values, expressions) for each customer, by the query that decides."""
    if not customers:
        return []
    return [rows[0] for rows in worked(columns, policy, names, write_points(columns, policy, customers))]


def worked(columns: Columns, policy: Policy, names: Iterable[str], relation: str) -> list[list[Probed]]:
    """The same for a relation of facts: of each customer in order one answer a row. Amounts are exact fractions of
    their smallest units."""
    place = Place("")
    found = {word: parse_expression(word, policy.names.known, place) for word in names}
    also = {word: one for word, one in found.items() if isinstance(one, Expression)}
    rules = [Rule("probe", None, "nothing", "Nothing.", None, place)]
    named = [word for word in also if word in policy.names.values]  # what a rule reads is traced
    asked = parse_expression(" OR ".join(f"{word} IS NULL" for word in named) or "false", policy.names.known, place)
    if isinstance(asked, Expression):
        rules.insert(0, Rule("missing", asked, "nothing", "Nothing.", None, place))
    exact = {word: _exact(one) for word, one in also.items()}
    remedy = Remedy("probe", "fix", "redress", "USD", tuple(rules), None, None, "half-up", 1, place, also=exact)
    remedy = replace(remedy, rows=any(fact.each for fact in policy.facts.values()))
    sql = policy.worked_sql(remedy, relation)
    answers = columns.fetch(
        f"SELECT customer_id, rule, also::VARCHAR, to_json(trace)::VARCHAR FROM ({sql}) ORDER BY customer_id, _row",
        limit=MOST_ANSWERS,
    )
    types = {word: one.type for word, one in also.items()}
    rows: dict[object, list[Probed]] = {}
    for number, rule, values, trace in answers:
        one = Probed(dict.fromkeys(types), {}) if rule == FACTS_RULE else _probed(types, str(values), str(trace))
        rows.setdefault(number, []).append(one)
    return list(rows.values())


def _exact(expression: Expression) -> Expression:
    """An amount as a number of its smallest units, which nothing rounds."""
    if expression.type.kind != "money":
        return expression
    number = Type("number")
    return replace(expression, type=number, value=replace(expression.value, type=number))


def write_points(columns: Columns, policy: Policy, customers: Sequence[Facts]) -> str:
    """The name of a new relation with these customers, numbered from 0."""
    made = f"points_{next(_NUMBERS)}"
    lines = []
    for at, facts in enumerate(customers):
        values = [fact_sql(fact, facts[word]) for word, fact in policy.facts.items()]
        lines.append(f"({', '.join([f'{at}::BIGINT', *values])})")
    heads = ", ".join([KEY, *(f'"{word}"' for word in policy.facts)])
    columns.run(f"CREATE TABLE {made} AS SELECT * FROM (VALUES {', '.join(lines)}) AS t({heads})")
    return made


def reach(
    columns: Columns, policy: Policy, name: str, wanted: Point, company: Sequence[Facts]
) -> Iterator[tuple[Facts, str]]:
    """Customers for whom the value `name` is `wanted`, each with the fact that was moved."""

    def worth(customers: Sequence[Facts]) -> list[Point | None]:
        return [one.values.get(name) for one in probe(columns, policy, [name], customers)]

    for facts, moved, point in tried(policy, worth, policy.names.closure([name]), [wanted], company):
        if point == wanted:
            yield facts, moved


def tried(
    policy: Policy, worth: Worths, reads: Collection[str], wanted: Sequence[Point], company: Sequence[Facts]
) -> Iterator[tuple[Facts, str, Point | None]]:
    """Customers aimed at the wanted figures by moving one of the facts in `reads`: the facts, which one was moved, and
    what they are worth. Those who were moved only to see where a figure lies come last."""
    moves = list(_moves(policy, reads, [*company, *(facts for facts, _ in _plain(policy, reads, company[:2]))]))
    for facts, word in _plain(policy, reads, company[2:]):
        moves += _moves(policy, [word], [facts])
    both = [({**facts, word: value}, word) for facts, word, one, two in moves for value in (one, two)]
    there = worth([facts for facts, _ in both])
    aims: list[tuple[Facts, str]] = []
    for figure in wanted:
        for at, (facts, word, one, two) in enumerate(moves):
            pair = (_number(there[2 * at]), _number(there[2 * at + 1]))
            aim = _aim(_number(_scalar(one)), _number(_scalar(two)), *pair, _number(figure))
            for point in _near(policy.facts[word], aim) if aim is not None else ():
                aims.append(({**facts, word: (point,) if policy.facts[word].type.many else point}, word))
        aims += _lengths(policy, reads, company, _number(figure))
    for (facts, word), hit in zip(aims, worth([facts for facts, _ in aims]), strict=True):
        yield facts, word, hit
    for (facts, word), hit in zip(both, there, strict=True):
        yield facts, word, hit


def _lengths(
    policy: Policy, reads: Collection[str], company: Sequence[Facts], wanted: Fraction | None
) -> Iterator[tuple[Facts, str]]:
    """Lists about as long as the figure says, and empty ones."""
    many = int(wanted) if wanted is not None and 0 <= wanted <= MOST_LONG else 0
    for facts in company:
        for word, value in facts.items():
            if word in reads and isinstance(value, tuple):
                for size in sorted({0, 1, many, many + 1, max(0, many - 1)}):
                    yield {**facts, word: lengthened(policy.facts[word], value, size)}, word


def beside_fact(fact: Fact, value: Whole, *, up: bool) -> Iterator[Whole]:
    """Nearer and farther neighbours of a fact's value, within its limits; of a list longer and shorter ones too."""
    if isinstance(value, tuple):
        if up or value:
            yield lengthened(fact, value, len(value) + (1 if up else -1))
        if len(value) == 1 and value[0] is not None and fact.type.kind in _MOVED:
            yield from ((point,) for point in _beside(fact, value[0], up=up))
    elif value is not None:
        yield from _beside(fact, value, up=up)


def _beside(fact: Fact, point: Point, *, up: bool) -> Iterator[Point]:
    for step in (1, 60, 3_600, 86_400):
        size = Fraction(step) if fact.type.kind != "number" else Fraction(step, 1_000)
        moved = _point(fact.type, cast(Fraction, _number(point)) + (size if up else -size))
        if moved is not None and limits_of(fact).allow(moved):
            yield moved


def _plain(policy: Policy, reads: Collection[str], company: Sequence[Facts]) -> Iterator[tuple[Facts, str]]:
    """Customers with one fact at a round number: a share of a hundred or of ten thousand comes out even."""
    for facts in company:
        for word, fact in policy.facts.items():
            if word in reads and fact.type.kind in {"integer", "number", "money"} and facts[word] is not None:
                for size in _ROUND:
                    if limits_of(fact).allow(Fraction(size)):
                        yield {**facts, word: (Fraction(size),) if fact.type.many else Fraction(size)}, word


def _moves(
    policy: Policy, reads: Collection[str], company: Sequence[Facts]
) -> Iterator[tuple[Facts, str, Whole, Whole]]:
    """Each customer with one fact at two values; of a list one that has a single value."""
    for facts in company:
        for word, fact in policy.facts.items():
            point = _scalar(facts[word])
            if word not in reads or fact.type.kind not in _MOVED or point is None:
                continue
            stride = _STRIDE.get(fact.type.kind, Fraction(1))
            for sign in (1, -1):
                other = _point(fact.type, cast(Fraction, _number(point)) + sign * stride)
                if other is not None and limits_of(fact).allow(other):
                    yield (facts, word, (point,), (other,)) if fact.type.many else (facts, word, point, other)
                    break


def repeated(policy: Policy, facts: Facts, keys: Collection[str], times: int) -> Facts:
    """A customer with so many rows alike, but for the facts in `keys`, which differ."""
    found = dict(facts)
    for word, fact in policy.facts.items():
        value = facts[word]
        if fact.each and not isinstance(value, tuple):
            found[word] = tuple(_another(fact, value, at) if word in keys else value for at in range(times))
    return found


def _another(fact: Fact, point: Point | None, at: int) -> Point | None:
    if fact.one_of:
        return fact.one_of[at % len(fact.one_of)]
    if point is None or isinstance(point, bool) or fact.type.kind not in _MOVED:
        return f"{point}-{at}" if isinstance(point, str) and at else point
    moved = _point(fact.type, cast(Fraction, _number(point)) + at)
    return moved if moved is not None and limits_of(fact).allow(moved) else point


def _scalar(value: Whole) -> Point | None:
    return (value[0] if value else None) if isinstance(value, tuple) else value


def _aim(
    one: Fraction | None, two: Fraction | None, first: Fraction | None, second: Fraction | None, wanted: Fraction | None
) -> Fraction | None:
    """Where a straight line through two points meets the wanted figure."""
    if None in (one, two, first, second, wanted) or first == second:
        return None
    low, slope = cast(Fraction, one), cast(Fraction, second) - cast(Fraction, first)
    return low + (cast(Fraction, wanted) - cast(Fraction, first)) * (cast(Fraction, two) - low) / slope


def _near(fact: Fact, aim: Fraction) -> list[Point]:
    whole = [aim] if fact.type.kind == "number" else [Fraction(aim // 1), Fraction(-((-aim) // 1))]
    points = [_point(fact.type, one) for one in dict.fromkeys(whole)]
    return [one for one in points if one is not None and limits_of(fact).allow(one)]


def _number(point: Point | None) -> Fraction | None:
    """A point on a line: days of a date, seconds of an instant."""
    if isinstance(point, datetime):
        return Fraction((point - _EPOCH) // timedelta(microseconds=1), 10**6)
    if isinstance(point, date):
        return Fraction(point.toordinal())
    return point if isinstance(point, Fraction) else None


def _point(kind: Type, number: Fraction) -> Point | None:
    try:
        if kind.kind == "date":
            return date.fromordinal(int(number))
        if kind.kind == "instant":
            return _EPOCH + timedelta(seconds=int(number))
    except (ValueError, OverflowError):
        return None
    # Facts have nine digits after the point; a figure between two of them cannot be met.
    return number if (number * 10**9).denominator == 1 and abs(number) < 10**15 else None


def _of(worth: Sequence[Point | None], at: int) -> Fraction | None:
    return _number(worth[at])


def _probed(types: Mapping[str, Type], values: str, trace: str) -> Probed:
    found = {}
    for word, value in json.loads(values).items():
        plain = value["minor"] if isinstance(value, dict) else value
        kind = types[word]
        if plain is not None and kind.kind in {"integer", "number", "money"}:
            plain = Fraction(str(plain))
        found[word] = None if plain is None else typed_point(plain, kind)
    rows = dict(line.split("#", 1) for line in json.loads(trace) if "#" in line)
    return Probed(found, {table: row.split(":")[0].split(" ")[0] for table, row in rows.items()})
