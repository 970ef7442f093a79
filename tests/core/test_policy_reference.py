"""What a policy decides set-wise is what an independent reference decides one customer at a time, exactly.

The reference (`reference_policy`) reads the file itself, works in fractions and shares no code with the program.
`MAKEGOOD_POLICY_EXAMPLES=2000` plays more random policies than the suite does.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import Phase, example, given, reject, settings
from hypothesis import strategies as st
from policy_makers import FACTS
from policy_texts import facts_of, random_customers, random_policy
from reference_expressions import Many, Money
from reference_policy import Reference, Result

from makegood.core.policy import Policy, parse_policy
from makegood.documents.folder import read_document

EXAMPLES = int(os.environ.get("MAKEGOOD_POLICY_EXAMPLES", "60"))
# The seed is what a failure names; a smaller seed is not a simpler policy, so that nothing is shrunk.
MANY = settings(max_examples=EXAMPLES, phases=(Phase.explicit, Phase.reuse, Phase.generate))
# What a random policy may be refused for: it is chance whether two conditions are alike, a floor above its cap,
# or a number of points below zero.
REFUSED = {"unreachable-rule", "floor-above-cap", "expression-too-long", "bad-amount"}
SEEDS = st.integers(0, 2**40)
ROWS = 40
seen: Counter[str] = Counter()


@pytest.fixture(scope="module")
def db() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    columns = ", ".join(f"{word} {kind}" for word, (_, kind) in FACTS.items())
    connection.execute(f"CREATE TABLE facts (customer_id BIGINT, {columns})")
    return connection


def policy_of(text: str) -> Policy:
    file, found = read_document(text, "policy", "policy.yaml")
    assert file is not None, (found, text)
    policy, found = parse_policy(file, None)
    if policy is None and {one.code for one in found if one.blocking} <= REFUSED:
        reject()
    assert policy is not None, ([(one.code, str(one.place), one.what) for one in found if one.blocking], text)
    return policy


def decided(
    db: duckdb.DuckDBPyConnection, policy: Policy, rows: Sequence[Mapping[str, Any]]
) -> dict[tuple[int, str], Any]:
    db.execute("DELETE FROM facts")
    marks = ", ".join("?" * (len(FACTS) + 1))
    for number, row in enumerate(rows):
        db.execute(f"INSERT INTO facts VALUES ({marks})", [number, *facts_of(row).values()])
    query = db.execute(policy.full_sql("facts"))
    names = [column[0] for column in query.description or ()]
    return {(row[0], row[1]): dict(zip(names, row, strict=True)) for row in query.fetchall()}


def same(wanted: Result, found: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether both decide alike. A number too large for the engine may be undefined, and only then."""
    if found["status"] == "undefined" and wanted.status != "undefined":
        seen["too large"] += 1
        return "too large" in found["reason"]
    if (wanted.status, wanted.minor) != (found["status"], found["minor"]):
        return False
    if wanted.status == "undefined":
        return bool(found["reason"]) and found["minor"] is None
    if wanted.rule != found["rule"] or not found["reason"]:
        return False
    also, shares = (json.loads(found[word] or "{}") for word in ("also", "shares"))
    parts = {payer: {"minor": minor, "currency": found["currency"]} for payer, minor in wanted.shares.items()}
    told = {word: read_again(one) for word, one in also.items()}
    if any(is_huge(one) for one in row.values()):
        told |= {word: wanted.also[word] for word, one in told.items() if one is None}
    return wanted.also == told and parts == shares


def read_again(value: Any) -> Any:
    """A value of `also` from its JSON."""
    if isinstance(value, dict):
        return Money(Fraction(value["minor"]), value["currency"])
    return Fraction(value) if isinstance(value, str) else value


def is_huge(value: Any) -> bool:
    if isinstance(value, Many):
        return any(is_huge(one) for one in value.items)
    number = value.minor if isinstance(value, Money) else value
    return isinstance(number, Fraction) and abs(number) >= 10**12


@MANY
@example(seed=405)  # a list of amounts reads the column of its currency
@given(seed=SEEDS)
def test_random_policies_decide_alike(db: duckdb.DuckDBPyConnection, seed: int) -> None:
    random = Random(seed)
    text = random_policy(random)
    rows = random_customers(random, ROWS)
    reference = Reference(text)
    found = decided(db, policy_of(text), rows)
    for number, row in enumerate(rows):
        for remedy, wanted in reference.decide([row]).items():
            one = found.pop((number, remedy))
            assert same(wanted, one, row), f"{wanted}\n{one}\n{dict(row)}\n{text}"
            seen[wanted.status] += 1
    assert not found, "a row for each customer and remedy, and no other"


def test_each_kind_of_decision_was_met() -> None:
    """A generator that makes everything undefined would prove nothing."""
    if not seen:
        pytest.skip("runs after the random policies")
    total = sum(seen.values())
    assert seen["owed"] > total / 10, seen
    assert min(seen[status] for status in ("nothing", "hold", "undefined")) > total / 100, seen
    assert seen["too large"] < total / 100, seen
