"""A pack asked about customers whose facts are written as people write them; the decisions of all three forms agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

import duckdb
from policies import decide, good

from makegood.core.policy import Policy
from makegood.core.policy_rules import Fact
from makegood.kit.money import Money

PACKS = sorted(one.name.removesuffix(".yaml") for one in files("makegood").joinpath("packs").iterdir())


@dataclass(frozen=True)
class Customer:
    """Texts, numbers and booleans by fact; `rows` where facts have `each`."""

    facts: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Decision:
    """`customer` counts from 0; `also` as JSON, money as {"minor", "currency"}."""

    customer: int
    remedy: str
    status: str
    rule: str
    minor: int | None
    currency: str
    also: Mapping[str, Any]


def pack_text(name: str) -> str:
    return files("makegood").joinpath("packs", f"{name}.yaml").read_text(encoding="utf-8")


def pack(name: str) -> Policy:
    return good(pack_text(name))


def ask(db: duckdb.DuckDBPyConnection, name: str, customers: Sequence[Customer]) -> Iterator[Decision]:
    """Every remedy's decision for every customer."""
    policy = pack(name)
    rows = [typed(policy, customer) for customer in customers]
    for one in decide(db, pack_text(name), *rows, defaults={}):
        yield Decision(
            int(one["customer_id"]) - 1,
            one["remedy"],
            one["status"],
            one["rule"],
            None if one["minor"] is None else int(one["minor"]),
            one["currency"],
            one["also"],
        )


def typed(policy: Policy, customer: Customer) -> dict[str, Any]:
    """The facts as a relation holds them: money in minor units, instants in UTC, a list where facts have `each`."""
    lines = [{**customer.facts, **row} for row in customer.rows] or [customer.facts]
    unknown = {word for line in lines for word in line} - policy.facts.keys()
    assert not unknown, unknown
    values = {word: [_value(fact, line, line.get(word)) for line in lines] for word, fact in policy.facts.items()}
    return {word: found if policy.facts[word].each else found[0] for word, found in values.items()}


def _value(fact: Fact, line: Mapping[str, Any], given: Any) -> Any:
    if given is None:
        return None
    if isinstance(given, list):
        return [_value(fact, line, one) for one in given]
    match fact.type.kind:
        case "money":
            own = fact.type.currency
            return Money.parse(str(given), currency=line[own[1:]] if own.startswith("@") else own).minor
        case "number":
            return Decimal(str(given))
        case "date":
            return date.fromisoformat(given)
        case "instant":
            return datetime.fromisoformat(given).astimezone(UTC).replace(tzinfo=None)
        case _:
            return given
