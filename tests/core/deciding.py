"""Policies for tests: written as YAML, run in DuckDB."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import duckdb

from makegood.core.expressions import Type
from makegood.core.policy import Policy, parse_policy
from makegood.documents.folder import read_document
from makegood.kit.errors import Finding

COLUMNS = {
    "extra": Type("money", "USD"),
    "refunded": Type("money", "USD"),
    "days_late": Type("integer"),
    "rate": Type("number"),
    "disputed": Type("boolean"),
    "cur": Type("text"),
    "local": Type("money", "@cur"),
}
TABLE = """CREATE OR REPLACE TABLE affected (customer_id BIGINT, extra BIGINT, refunded BIGINT, days_late BIGINT,
 rate DECIMAL(38,9), disputed BOOLEAN, cur VARCHAR, local BIGINT)"""
DEFAULTS = {"extra": 1000, "refunded": 0, "days_late": 1, "rate": 1, "disputed": False, "cur": "USD", "local": 500}


def policy_text(rules: str, *, head: str = "currency: USD", tail: str = "") -> str:
    """A policy of one remedy `refund`; `rules` are flow mappings, one a line; they begin in line 7, column 9."""
    lines = "".join(f"      - {rule.strip()}\n" for rule in rules.strip().splitlines())
    more = "".join(f"    {line.strip()}\n" for line in tail.strip().splitlines())
    return f"remedies:\n  refund:\n    kind: fix\n    basis: redress\n    {head}\n    rules:\n{lines}{more}"


def findings(text: str) -> list[Finding]:
    file, found = read_document(text, "policy", "policy.yaml")
    if file is None:
        return found
    policy, found = parse_policy(file, COLUMNS)
    assert (policy is None) == any(finding.blocking for finding in found)
    return found


def policy(text: str) -> Policy:
    file, found = read_document(text, "policy", "policy.yaml")
    assert file is not None, found
    read, found = parse_policy(file, COLUMNS)
    assert read is not None, found
    return read


def decide(db: duckdb.DuckDBPyConnection, text: str, *rows: dict[str, object]) -> list[dict[str, object]]:
    """Decisions in customer order; each row overrides the defaults."""
    db.execute(TABLE)
    for number, row in enumerate(rows, start=1):
        values = {**DEFAULTS, **row}
        assert not values.keys() - DEFAULTS.keys()
        marks = ", ".join("?" * (len(values) + 1))
        db.execute(f"INSERT INTO affected VALUES ({marks})", [number, *values.values()])
    query = db.execute(f"SELECT * FROM ({policy(text).decision_sql('affected')}) ORDER BY customer_id, remedy")
    names = [column[0] for column in query.description or ()]
    return [dict(zip(names, row, strict=True)) for row in query.fetchall()]


def nearest(x: Fraction, mode: str) -> int:
    """The reference: written with floor, not with DuckDB's way of cutting."""
    size, sign = abs(x), -1 if x < 0 else 1
    down = floor(size)
    rest = size - down
    if mode == "half-up":
        up = rest >= Fraction(1, 2)
    elif mode == "half-even":
        up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and down % 2 == 1)
    else:
        up = mode == "up" and rest > 0
    return sign * (down + up)
