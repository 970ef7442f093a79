"""Every combination of a few points of each fact, as one relation: a customer's number says which points are theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from makegood.core.expressions_sql import Type, name
from makegood.core.policy_rules import Fact
from makegood.policies.customers import KEY
from makegood.policies.points import SQL_TYPES, Cell, between, limits_of, sql_of
from makegood.policies.walk import Point


@dataclass(frozen=True)
class Grid:
    """`cells` by fact; the first one varies fastest. Facts without cells are the same everywhere."""

    cells: Mapping[str, list[Cell]]

    @property
    def size(self) -> int:
        return prod(len(cells) for cells in self.cells.values())

    def at(self, number: int) -> dict[str, Cell]:
        """The cells of customer `number`, which counts from 0."""
        found = {}
        for word, cells in self.cells.items():
            number, index = divmod(number, len(cells))
            found[word] = cells[index]
        return found

    def sql(self, facts: Mapping[str, Fact]) -> str:
        """A SELECT of customer_id and every fact in its type."""
        values = {word: [fact_sql(facts[word], cell.point) for cell in cells] for word, cells in self.cells.items()}
        rest = {word: fact_sql(fact, common_point(fact)) for word, fact in facts.items() if word not in self.cells}
        return _crossed(values, rest)

    def relation(self, types: Mapping[str, Type]) -> str:
        """A SELECT of customer_id and every cell's name in its type."""
        return _crossed({w: [sql_of(types[w], cell.point) for cell in cells] for w, cells in self.cells.items()}, {})


def _crossed(values: Mapping[str, list[str]], rest: Mapping[str, str]) -> str:
    joins, number, picked, step = [], [], [], 1
    for index, (word, points) in enumerate(values.items()):
        rows = ", ".join(f"({k * step}, {point})" for k, point in enumerate(points))
        joins.append(f"(VALUES {rows}) AS g{index}(k, v)")
        number.append(f"g{index}.k")
        picked.append(f"g{index}.v AS {name(word)}")
        step *= len(points)
    picked += [f"{sql} AS {name(word)}" for word, sql in rest.items()]
    key = f"({' + '.join(number) or '0'})::BIGINT AS {KEY}"
    return f"SELECT {', '.join([key, *picked])} FROM {' CROSS JOIN '.join(joins) or '(VALUES (0)) AS g(k)'}"


def common_point(fact: Fact) -> Point | None:
    """A plain value within the limits of a fact that nothing depends on."""
    if fact.one_of:
        return fact.one_of[0]
    if fact.type.kind == "boolean":
        return False
    if fact.type.kind in {"text", "list"}:
        return "other"
    low, high = fact.low.value if fact.low else None, fact.high.value if fact.high else None
    plain = between(fact.type, None, None)
    if plain is not None and limits_of(fact).allow(plain):
        return plain
    point = between(fact.type, low, high)
    return low if point is None else point


def spoken(facts: Mapping[str, str]) -> str:
    """`delay_min 200, event delay`."""
    return ", ".join(f"{word} {text}" for word, text in facts.items())


def fact_sql(fact: Fact, value: Point | tuple[Point | None, ...] | None) -> str:
    """A value as SQL of the fact's column: a list of one for a fact of rows, and where one stands for a list."""
    kind = SQL_TYPES[fact.type.kind]
    if isinstance(value, tuple):
        sql = f"[{', '.join(sql_of(fact.type, one) for one in value)}]::{kind}[]"
        return f"[{sql}]" if fact.each and fact.type.many else sql
    if fact.each and fact.type.many:
        return f"[NULL]::{kind}[][]"
    sql = sql_of(fact.type, value)
    if not (fact.type.many or fact.each):
        return sql
    return f"[{sql}]" if value is not None or fact.each else f"NULL::{SQL_TYPES[fact.type.kind]}[]"
