"""Typing and merging in real DuckDB: nothing unreadable passes silently, no digit is lost."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.core.mapping import Column
from makegood.core.mapping_sql import key_sql, merge_sql, typed_sql
from makegood.kit.errors import Place

QUIET = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
TYPES = {"text": "VARCHAR", "integer": "BIGINT", "number": "DECIMAL(38,9)", "money": "BIGINT", "date": "DATE",
         "instant": "TIMESTAMP", "boolean": "BOOLEAN"}  # fmt: skip


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Tokyo'")  # results must not depend on it
        yield connection


def column(kind: str, merge: str = "same", **more: Any) -> Column:
    return Column("x", kind, "x", merge, Place("scope.yaml"), **more)  # type: ignore[arg-type]


def typed(db, of: Column, source: str, *parameters: object, currency: str = "") -> tuple[object, str | None]:
    sql = typed_sql(of, source, currency=currency)
    query = f"SELECT {sql.value} AS x, {sql.problem} AS problem FROM (SELECT ? AS v)"
    described = [kind for _, kind, *_ in db.execute(f"DESCRIBE {query}", list(parameters)).fetchall()]
    assert described == [TYPES[of.kind], "VARCHAR"]
    assert sql.remedy
    return db.execute(query, list(parameters)).fetchone()


MONEY = column("money", currency="USD")
YEN = column("money", currency="JPY")
ZONED = column("instant", zone="America/New_York")


@pytest.mark.parametrize(
    ("of", "written", "value"),
    [
        (column("text"), "  a b ", "a b"),
        (column("text"), "", None),
        (column("integer"), "17850", 17850),
        (column("integer"), "17850.0", 17850),
        (column("integer"), "-3", -3),
        (column("integer"), "+3", 3),
        (column("integer"), " ", None),
        (column("integer"), 17850.0, 17850),
        (column("number"), "12.5", Decimal("12.5")),
        (column("number"), "-0.000000001", Decimal("-0.000000001")),
        (column("number"), "1.5000000000000", Decimal("1.5")),
        (MONEY, "12.5", 1250),
        (MONEY, "1234.50", 123450),
        (MONEY, "-0.50", -50),
        (MONEY, "7", 700),
        (MONEY, "12.500", 1250),
        (MONEY, 0.1, 10),
        (MONEY, Decimal("12.50"), 1250),
        (YEN, "700", 700),
        (YEN, "700.00", 700),
        (column("date"), "2026-01-31", date(2026, 1, 31)),
        (column("date"), "2026-01-31 00:00:00", date(2026, 1, 31)),
        (column("date"), date(2026, 1, 31), date(2026, 1, 31)),
        (column("date", format="%d/%m/%Y"), "31/01/2026", date(2026, 1, 31)),
        (column("date", format="%d/%m/%Y"), datetime(2026, 1, 31), date(2026, 1, 31)),
        (column("instant"), "2026-01-31T09:00:00+01:00", datetime(2026, 1, 31, 8)),
        (column("instant"), "2026-01-31 09:00:00.5Z", datetime(2026, 1, 31, 9, 0, 0, 500_000)),
        (column("instant"), "2026-01-31T09:00-0530", datetime(2026, 1, 31, 14, 30)),
        (column("instant"), "2026-01-31T09:00+02", datetime(2026, 1, 31, 7)),
        (ZONED, "2026-07-01 09:00:00", datetime(2026, 7, 1, 13)),
        (ZONED, "2026-01-01 09:00:00", datetime(2026, 1, 1, 14)),
        (ZONED, "2026-01-01T09:00:00Z", datetime(2026, 1, 1, 9)),
        (ZONED, datetime(2026, 1, 1, 9), datetime(2026, 1, 1, 14)),
        (
            column("instant", zone="Europe/Berlin", format="%d.%m.%Y %H:%M"),
            "31.01.2026 09:30",
            datetime(2026, 1, 31, 8, 30),
        ),
        (column("boolean"), "Yes", True),
        (column("boolean"), "0", False),
        (column("boolean"), True, True),
        (column("boolean"), 1.0, True),
        (column("boolean", true_values=("j",), false_values=("n",)), "N", False),
    ],
)
def test_read(db, of: Column, written: object, value: object) -> None:
    assert typed(db, of, "v", written) == (value, None)


@pytest.mark.parametrize(
    ("of", "written", "words"),
    [
        (column("integer"), "17850.5", "'17850.5' in column x is not a whole number."),
        (column("integer"), "1e3", "not a whole number"),
        (column("integer"), "1,000", "not a whole number"),
        (column("integer"), "12345678901234567890", "not a whole number"),
        (column("number"), "1.0000000001", "not a plain number"),
        (column("number"), "NaN", "not a plain number"),
        (column("number"), float("inf"), "not a plain number"),
        (MONEY, "1,234.50", "has a thousands separator"),
        (MONEY, "12,50", "a comma"),
        (MONEY, "12.505", "more digits after the point than the currency"),
        (MONEY, "$12.50", "not an amount"),
        (MONEY, "1e2", "not an amount"),
        (MONEY, 0.1 + 0.2, "more digits"),
        (YEN, "700.5", "more digits"),
        (column("date"), "31/01/2026", "not a date"),
        (column("date"), "2026-02-30", "not a date"),
        (column("date"), "2026-01-31 09:00:00", "not a date"),
        (column("date", format="%d/%m/%Y"), "01/31/2026", "not a date"),
        (column("instant"), "2026-01-31T09:00:00", "a time without a zone"),
        (column("instant"), "yesterday", "not a date and time"),
        (column("instant"), "2026-13-31T09:00:00Z", "not a date and time"),
        (ZONED, "9:00", "not a date and time"),
        (column("boolean"), "maybe", "not yes or no"),
        (column("boolean"), "2", "not yes or no"),
    ],
)
def test_rejected_with_a_reason(db, of: Column, written: object, words: str) -> None:
    value, problem = typed(db, of, "v", written)
    assert value is None
    assert problem is not None
    assert words in problem


@pytest.mark.parametrize(
    ("currency", "written", "value"),
    [("USD", "12.50", 1250), ("JPY", "12", 12), ("kwd ", "1.234", 1234), ("JPY", "12.5", None), ("XXQ", "1", None),
     (None, "1", None)],
)  # fmt: skip
def test_money_by_currency_column(db, currency: str | None, written: str, value: int | None) -> None:
    found, problem = typed(db, column("money", currency="@cur"), f"'{written}'", currency, currency="v")
    assert found == value
    assert (problem is None) == (value is not None)


@QUIET
@given(minor=st.integers(-(10**14), 10**14))
def test_every_amount_survives(db, minor: int) -> None:
    assert typed(db, MONEY, "v", f"{Decimal(minor).scaleb(-2):f}") == (minor, None)


@settings(QUIET, max_examples=30)
@given(text=st.text(max_size=30).filter(lambda text: "\x00" not in text))
def test_any_text_is_a_value_or_a_problem(db, text: str) -> None:
    for kind in TYPES:
        value, problem = typed(db, column(kind, currency="USD" if kind == "money" else ""), "v", text)
        assert value is None or problem is None, (kind, text)
        assert value is not None or problem is not None or not text.strip()


@pytest.mark.parametrize(
    ("source", "key"),
    [("17850.0::DOUBLE", "17850"), ("'17850.0'", "17850.0"), ("' A1 '", "A1"), ("''", None), ("17::BIGINT", "17")],
)
def test_keys(db, source: str, key: str | None) -> None:
    assert db.execute(f"SELECT {key_sql(source)}").fetchone() == (key,)


def merged(db, of: Column, values: str) -> tuple[object, str | None]:
    sql = merge_sql(of)
    query = f"SELECT {sql.value}, {sql.problem} FROM (VALUES {values}) AS t(_line, x)"
    return db.execute(query).fetchone()


@pytest.mark.parametrize(
    ("kind", "merge", "values", "answer"),
    [
        ("integer", "same", "(1, 5), (2, 5)", 5),
        ("integer", "same", "(1, NULL), (2, 5)", 5),
        ("text", "first", "(2, 'b'), (1, 'a')", "a"),
        ("text", "first", "(1, NULL), (2, 'b')", "b"),
        ("integer", "sum", "(1, 5), (2, 6)", 11),
        ("integer", "sum", "(1, 5), (2, NULL)", None),
        ("number", "sum", "(1, 0.1::DECIMAL(38,9)), (2, 0.2::DECIMAL(38,9))", Decimal("0.3")),
        ("date", "min", "(1, DATE '2026-01-02'), (2, DATE '2026-01-01')", date(2026, 1, 1)),
        ("integer", "max", "(1, 5), (2, 6)", 6),
        ("boolean", "any", "(1, false), (2, true)", True),
        ("boolean", "any", "(1, NULL), (2, true)", True),
        ("boolean", "any", "(1, NULL), (2, false)", None),
        ("boolean", "all", "(1, true), (2, true)", True),
        ("boolean", "all", "(1, NULL), (2, false)", False),
        ("boolean", "all", "(1, NULL), (2, true)", None),
        ("text", "list", "(1, 'b'), (2, 'a'), (3, 'b')", "a; b"),
    ],
)
def test_merge(db, kind: str, merge: str, values: str, answer: object) -> None:
    assert merged(db, column(kind, merge), values) == (answer, None)


def test_merge_problems(db) -> None:
    value, problem = merged(db, column("integer", "same"), "(1, 5), (2, 6)")
    assert problem == "The rows of this customer do not agree about x."
    large = 9 * 10**18
    value, problem = merged(db, column("money", "sum", currency="USD"), f"(1, {large}), (2, {large})")
    assert (value, problem) == (None, "The sum of x is too large.")
