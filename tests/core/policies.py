"""Whole policies for tests: a YAML text and facts as Python values in, decisions by remedy out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from makegood.core.expressions import Type
from makegood.core.policy import Policy, parse_policy
from makegood.documents.folder import read_document
from makegood.kit.errors import Finding

STORED = {
    "text": "VARCHAR", "integer": "BIGINT", "number": "DECIMAL(38,9)", "money": "BIGINT", "boolean": "BOOLEAN",
    "date": "DATE", "instant": "TIMESTAMP",
}  # fmt: skip
FACTS = """
facts:
  days: {type: integer, unit: days, from: 0}
  price: {type: money, currency: EUR, from: EUR 0}
  kind: {type: text, one_of: [plain, express, free]}
  told: {type: boolean}
  on: {type: date}
  rate: {type: number, optional: true, from: 0, to: 100}
  note: {type: text, optional: true}
"""
DEFAULTS: dict[str, Any] = {
    "days": 2, "price": 1000, "kind": "plain", "told": False, "on": date(2026, 3, 1), "rate": None, "note": None,
}  # fmt: skip


def remedy(rules: str = '{id: all, default: true, amount: "price"}', *more: str, name: str = "pay") -> str:
    """A remedy in EUR; `rules` are flow mappings, one a line, `more` are further lines of it."""
    lines = "".join(f"      - {rule.strip()}\n" for rule in rules.strip().splitlines())
    rest = "".join(f"    {line}\n" for text in more for line in text.strip("\n").splitlines())
    return f"  {name}:\n    kind: fix\n    basis: redress\n    currency: EUR\n    rules:\n{lines}{rest}"


def text_of(*remedies: str, facts: str = FACTS, head: str = "") -> str:
    return f"{facts.strip()}\n{head.strip()}\nremedies:\n{''.join(remedies)}"


def read(text: str, columns: Mapping[str, Type] | None = None) -> tuple[Policy | None, list[Finding]]:
    file, found = read_document(text, "policy", "policy.yaml")
    return (None, found) if file is None else parse_policy(file, columns)


def good(text: str) -> Policy:
    policy, found = read(text)
    assert policy is not None, [(one.code, one.what, one.place) for one in found]
    return policy


def codes(text: str, columns: Mapping[str, Type] | None = None) -> list[str]:
    return [one.code for one in read(text, columns)[1]]


def relation(policy: Policy, rows: Sequence[Mapping[str, Any]], defaults: Mapping[str, Any]) -> str:
    selects = []
    for number, given in enumerate(rows, start=1):
        row = {**defaults, **given}
        assert not row.keys() - policy.facts.keys(), row.keys() - policy.facts.keys()
        columns = [f"{number}::BIGINT AS customer_id"]
        for word, fact in policy.facts.items():
            stored = STORED[fact.type.kind] + ("[]" if fact.type.many or fact.each else "")
            columns.append(f'CAST({literal(row.get(word))} AS {stored}) AS "{word}"')
        selects.append(f"SELECT {', '.join(columns)}")
    return f"({' UNION ALL '.join(selects)})"


def literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return f"[{', '.join(literal(one) for one in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return f"{value}"
    shown = value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)
    return "'" + shown.replace("'", "''") + "'"


def decide(
    db: duckdb.DuckDBPyConnection, text: str, *rows: Mapping[str, Any], defaults: Mapping[str, Any] = DEFAULTS
) -> list[dict[str, Any]]:
    """The full decisions of each row, by customer and remedy. The other two forms must say the same."""
    policy = good(text)
    facts = relation(policy, rows, defaults)
    query = db.execute(f"SELECT * FROM ({policy.full_sql(facts)}) ORDER BY customer_id, remedy::VARCHAR")
    names = [column[0] for column in query.description or ()]
    found = [dict(zip(names, row, strict=True)) for row in query.fetchall()]
    told = db.execute(f"SELECT * FROM ({policy.decision_sql(facts)}) ORDER BY customer_id, remedy::VARCHAR").fetchall()
    assert told == [tuple(one.values())[:8] for one in found]
    plain = db.execute(f"SELECT * FROM ({policy.amounts_sql(facts)}) ORDER BY customer_id, remedy::VARCHAR").fetchall()
    assert plain == [tuple(one.values())[:5] for one in found]
    for one in found:
        one["also"], one["shares"] = json.loads(one["also"]), json.loads(one["shares"])
        assert one["reason"]
    return found


def one(db: duckdb.DuckDBPyConnection, text: str, *, defaults: Mapping[str, Any] = DEFAULTS, **row: Any) -> Any:
    (found,) = decide(db, text, row, defaults=defaults)
    return found


def paid(db: duckdb.DuckDBPyConnection, text: str, *, defaults: Mapping[str, Any] = DEFAULTS, **row: Any) -> Any:
    """The minor units owed, else the status."""
    found = one(db, text, defaults=defaults, **row)
    return found["minor"] if found["status"] == "owed" else found["status"]
