"""Expressions for tests: compiled, run in DuckDB over rows, answers read back as exact fractions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction

import duckdb

from makegood.core.expressions import Expression, Known, Mode, Type, parse_expression
from makegood.core.expressions_sql import name
from makegood.kit.errors import Finding, Place

Answer = Fraction | bool | str | date | datetime | None

_DUCKDB = {
    "text": "VARCHAR", "integer": "BIGINT", "number": "DECIMAL(38,9)", "money": "BIGINT", "boolean": "BOOLEAN",
    "date": "DATE", "instant": "TIMESTAMP",
}  # fmt: skip
USD = Type("money", "USD")


def read(text: str, known: Known | Mapping[str, Type], mode: Mode = "half-up") -> Expression:
    found = parse_expression(text, known, Place("policy.yaml", 7, 11), mode=mode)
    assert isinstance(found, Expression), found
    return found


def refused(text: str, known: Known | Mapping[str, Type]) -> tuple[str, int]:
    """The code and the column in the text, from 1."""
    found = parse_expression(text, known, Place("policy.yaml", 7, 11))
    assert isinstance(found, Finding), f"{text} was accepted"
    assert found.remedy
    assert found.what
    assert found.place is not None
    assert found.place.line == 7
    assert found.place.column is not None
    return found.code, found.place.column - 10


def answers(
    db: duckdb.DuckDBPyConnection,
    text: str,
    known: Known | Mapping[str, Type],
    rows: list[dict[str, object]],
    *,
    mode: Mode = "half-up",
    beside: str = "",
) -> list[Answer]:
    """One answer a row, in order; a fact left out is missing. `beside` is joined to the rows."""
    found = read(text, known, mode)
    columns = known.columns if isinstance(known, Known) else known
    table(db, columns, rows)
    parts = [found.value.sql, found.value.den_sql] if found.value.numeric else [found.sql]
    query = f"SELECT {', '.join(parts)} FROM (SELECT * FROM facts ORDER BY row_) {beside} ORDER BY row_"
    kinds = {kind for _, kind, *_ in db.execute(f"DESCRIBE {query}").fetchall()}
    assert not kinds & {"DOUBLE", "FLOAT"}, found.sql
    if found.value.numeric:
        assert kinds <= {"BIGINT", "HUGEINT"}, kinds
    return [_answer(found, row) for row in db.execute(query).fetchall()]


def answer(db: duckdb.DuckDBPyConnection, text: str, known: Known | Mapping[str, Type], **facts: object) -> Answer:
    return answers(db, text, known, [facts])[0]


def table(db: duckdb.DuckDBPyConnection, columns: Mapping[str, Type], rows: list[dict[str, object]]) -> None:
    """`facts` with a column for each type, and `row_`."""
    kinds = {word: _DUCKDB[kind.kind] + ("[]" if kind.many else "") for word, kind in columns.items()}
    db.execute(f"CREATE OR REPLACE TABLE facts (row_ INTEGER, {', '.join(f'{name(w)} {k}' for w, k in kinds.items())})")
    assert all(row.keys() <= kinds.keys() for row in rows)
    marks = ", ".join(["(" + ", ".join(["?", *(f"CAST(? AS {kind})" for kind in kinds.values())]) + ")"] * len(rows))
    given = [value for number, row in enumerate(rows) for value in (number, *(row.get(word) for word in kinds))]
    db.execute(f"INSERT INTO facts VALUES {marks}", given)


def _answer(found: Expression, row: tuple[object, ...]) -> Answer:
    if not found.value.numeric:
        return row[0]  # type: ignore[return-value]
    num, den = row
    assert den is None or int(den) > 0 or num is None  # type: ignore[call-overload]
    if num is None:
        return None
    low, high = found.value.low, found.value.high
    assert low <= int(num) <= high, (num, low, high)  # type: ignore[call-overload]
    return Fraction(int(num), int(den))  # type: ignore[call-overload]
