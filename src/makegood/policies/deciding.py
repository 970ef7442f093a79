"""What a policy decides for customers whose facts are written out: one, the tests of a policy, its edges."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from itertools import count
from typing import Any, cast

from makegood.core.expressions_sql import Type, name, quoted
from makegood.core.policy import Policy
from makegood.kit.columns import Columns
from makegood.kit.errors import Finding, Place, refuse
from makegood.policies.customers import EMPTY_LIST, KEY, Given, type_facts
from makegood.policies.walk import Point

MOST = 100_000
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Customer:
    """Facts as a person writes them; `rows` where facts have `each`. `place` is where they stand."""

    facts: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]] = ()
    place: Place = field(default_factory=lambda: Place("the facts"))

    def lines(self) -> list[dict[str, Any]]:
        return [{**self.facts, **row} for row in self.rows] or [dict(self.facts)]


@dataclass(frozen=True, slots=True)
class Decision:
    """`customer` counts from 0. `also` and `shares` are by name, money as {"minor", "currency"}; `trace` says what
    worked: exclusions, rows of tables, dated figures, additions, reductions, limits."""

    customer: int
    remedy: str
    status: str
    rule: str
    minor: int | None
    currency: str
    basis: str
    reason: str
    also: Mapping[str, Any]
    shares: Mapping[str, Any]
    trace: tuple[str, ...]


@contextmanager
def engine(*, seconds: float = 600) -> Iterator[Columns]:
    """A column engine for a policy alone."""
    with Columns(wall_seconds=seconds) as columns:
        yield columns


def decide(columns: Columns, policy: Policy, customers: Sequence[Customer]) -> list[Decision]:
    """Every remedy's decision for every customer, in their order. Raises `BadInput` for facts that cannot be read."""
    if not customers:
        return []
    return decisions(columns, policy, write_facts(columns, policy, customers))


def write_facts(columns: Columns, policy: Policy, customers: Sequence[Customer]) -> str:
    """The name of a new relation with the customers' typed facts; `customer_id` counts from 0."""
    check_facts(policy, customers)
    number = next(_NUMBERS)
    words = list(policy.facts)
    lines = [(index, line) for index, customer in enumerate(customers) for line in customer.lines()]
    rows = []
    for at, (index, line) in enumerate(lines):
        texts = [_text(line.get(word)) for word in words]
        rows.append(f"({', '.join([f'{index}::BIGINT', f'{at}::BIGINT', *texts])})")
    head = ", ".join([KEY, "_line", *(name(word) for word in words)])
    columns.run(f"CREATE TABLE given_{number} AS SELECT * FROM (VALUES {', '.join(rows)}) AS t({head})")
    found = {word: (word, "VARCHAR") for word in words}
    given = Given(f"given_{number}", KEY, found, lambda line: customers[lines[line][0]].place)
    problems = [one for one in type_facts(columns, given, policy.facts, f"customers_{number}").values() if one]
    if problems:
        blocking = [replace(one, level="blocking") for one in problems]
        raise refuse("The facts cannot be read.", blocking, remedy="Correct what stands below.")
    return f"customers_{number}"


def decisions(columns: Columns, policy: Policy, relation: str) -> list[Decision]:
    """The full decisions over a relation of facts; at most 100,000."""
    order = {remedy: index for index, remedy in enumerate(policy.remedies)}
    sql = (
        "SELECT customer_id, remedy, status, rule, minor, currency, basis, reason, also::VARCHAR, shares::VARCHAR,"
        f" to_json(trace)::VARCHAR FROM ({policy.full_sql(relation)})"
    )
    found = [_decision(row) for row in columns.fetch(sql, limit=MOST)]
    return sorted(found, key=lambda one: (one.customer, order.get(one.remedy, 0)))


def check_facts(policy: Policy, customers: Sequence[Customer]) -> None:
    """Raises `BadInput` for names that are no facts, and for facts that must be there and are not."""
    findings = []
    for customer in customers:
        for word in dict.fromkeys(word for line in customer.lines() for word in line if word not in policy.facts):
            close = get_close_matches(word, policy.facts, 1)
            known = ", ".join(policy.facts) or "none"
            remedy = f"Did you mean '{close[0]}'?" if close else f"The policy reads: {known}."
            findings.append(Finding("unknown-fact", f"There is no fact '{word}'.", remedy, place=customer.place))
    if findings:
        raise refuse("The facts cannot be used.", findings, remedy="Correct what stands below.")


def missing_facts(policy: Policy, customer: Customer) -> list[str]:
    """Facts that are not optional and have no value."""
    lines = customer.lines()
    return [word for word, fact in policy.facts.items() if not fact.optional and all(_none(one, word) for one in lines)]


def typed_values(
    columns: Columns, policy: Policy, relation: str, words: Sequence[str]
) -> dict[str, list[list[Point | None] | None]]:
    """Of each fact the values of every customer in order, each a list: one value, one a row, or those of a list (in
    rows: of the first row); None where there is no list."""
    chosen = ", ".join(name(word) for word in words)
    rows = columns.fetch(f"SELECT {chosen} FROM {relation} ORDER BY {KEY}", limit=100_000) if words else []
    found: dict[str, list[list[Point | None] | None]] = {word: [] for word in words}
    for row in rows:
        for word, value in zip(words, row, strict=True):
            fact = policy.facts[word]
            if value is None and fact.type.many:
                found[word].append(None)
                continue
            values: list[object] = value if isinstance(value, list) else [value]
            if fact.each and fact.type.many:
                first = values[0]
                found[word].append([to_point(fact.type, one) for one in first] if isinstance(first, list) else None)
                continue
            found[word].append([to_point(fact.type, one) for one in values])
    return found


def to_point(kind: Type, value: object) -> Point | None:
    """What DuckDB gave, as the points of that type are written."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, datetime | date):
        return value
    return Fraction(cast(Decimal, value)) if kind.kind in {"integer", "number", "money"} else None


def _none(line: Mapping[str, Any], word: str) -> bool:
    return line.get(word) is None or line[word] == ""


def _text(value: Any) -> str:
    if value is None:
        return "NULL::VARCHAR"
    if isinstance(value, bool):
        return "'true'" if value else "'false'"
    if isinstance(value, list):
        return quoted("; ".join(str(one) for one in value) or EMPTY_LIST)
    return quoted(str(value))


def _decision(row: Sequence[object]) -> Decision:
    number, remedy, status, rule, minor, currency, basis, reason, also, shares, trace = row
    return Decision(
        customer=int(str(number)),
        remedy=str(remedy),
        status=str(status),
        rule=str(rule or ""),
        minor=None if minor is None else int(str(minor)),
        currency=str(currency or ""),
        basis=str(basis),
        reason=str(reason or ""),
        also=json.loads(str(also)) if also else {},
        shares=json.loads(str(shares)) if shares else {},
        trace=tuple(json.loads(str(trace))) if trace else (),
    )
