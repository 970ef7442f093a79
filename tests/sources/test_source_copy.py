"""Rows between the engine and PostgreSQL by COPY: unchanged there and back, counted, and all or nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import psycopg
import pytest

from makegood.kit.columns import copy_from_postgres, copy_to_postgres
from makegood.kit.errors import BadInput

ODD = ["", "\\.", "\\N", "NULL", " lead", 'say "hi"', "a,b", "x\ny", "x\r\ny", "x\ry", "Zoë 😀", "\t", "'"]
INTO = "COPY back (n, a, d, z, b) FROM STDIN (FORMAT csv)"


@pytest.fixture
def back(connection) -> psycopg.Connection:
    connection.execute("SET TIME ZONE 'UTC'")
    connection.execute("CREATE TEMP TABLE back (n bigint, a text, d numeric(20,4), z timestamptz, b boolean)")
    return connection


def test_there_and_back_unchanged(columns, back) -> None:
    when = dt.datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=dt.UTC)
    rows = [(n, a, Decimal("1234567890123456.7891"), when, n % 2 == 0) for n, a in enumerate(ODD)]
    rows.append((99, None, None, None, None))
    with back.cursor() as cursor:
        cursor.executemany("INSERT INTO back VALUES (%s, %s, %s, %s, %s)", rows)
    schema = [("n", "BIGINT"), ("a", "VARCHAR"), ("d", "DECIMAL(20,4)"), ("z", "TIMESTAMPTZ"), ("b", "BOOLEAN")]
    loaded = copy_from_postgres(back, "SELECT * FROM back ORDER BY n", None, columns, "t", schema)
    assert loaded.rows == len(rows)
    assert columns.fetch("SELECT * FROM t") == rows
    back.execute("TRUNCATE back")
    assert copy_to_postgres(columns, "SELECT * FROM t", back, INTO) == len(rows)
    assert back.execute("SELECT * FROM back ORDER BY n").fetchall() == rows


def test_a_single_column_keeps_odd_text_and_nulls(columns, back) -> None:
    back.execute("CREATE TEMP TABLE one (a text)")
    with back.cursor() as cursor:
        cursor.executemany("INSERT INTO one VALUES (%s)", [(a,) for a in [*ODD, None]])
    copy_from_postgres(back, "SELECT a FROM one", None, columns, "t", [("a", "VARCHAR")])
    back.execute("TRUNCATE one")
    assert copy_to_postgres(columns, "SELECT a FROM t", back, "COPY one FROM STDIN (FORMAT csv)") == len(ODD) + 1
    assert [a for (a,) in back.execute("SELECT a FROM one").fetchall()] == [*ODD, None]


def test_parameters_are_bound(columns, back) -> None:
    query = "SELECT %s::text AS a, %(x)s::int AS b".replace("%s", "%(a)s")
    copy_from_postgres(back, query, {"a": "it's; --", "x": 7}, columns, "t", [("a", "VARCHAR"), ("b", "INTEGER")])
    assert columns.fetch("SELECT * FROM t") == [("it's; --", 7)]


def test_a_row_the_table_refuses_leaves_nothing_and_the_engine_usable(columns, back) -> None:
    back.execute("ALTER TABLE back ADD CHECK (n <> 700000)")
    sql = "SELECT i, 'x', 1.5::DECIMAL(20,4), NULL, true FROM range(1000000) r(i)"
    with pytest.raises(psycopg.errors.CheckViolation), back.transaction():
        copy_to_postgres(columns, sql, back, INTO)
    assert back.execute("SELECT count(*) FROM back").fetchall() == [(0,)]
    assert columns.fetch("SELECT 1") == [(1,)]


def test_a_query_that_fails_late_leaves_nothing(columns, back) -> None:
    sql = "SELECT CASE WHEN i = 700000 THEN CAST('x' AS INT) ELSE i END, 'x', 1, NULL, true FROM range(1000000) r(i)"
    with pytest.raises(BadInput, match="Could not convert"), back.transaction():
        copy_to_postgres(columns, sql, back, INTO)
    assert back.execute("SELECT count(*) FROM back").fetchall() == [(0,)]


def test_a_million_rows_there_and_back(columns, back) -> None:
    columns.run(
        "CREATE TABLE big AS SELECT i AS n, 'name ' || i AS a, i::DECIMAL(20,4) / 1 AS d FROM range(1000000) r(i)"
    )
    sql = "SELECT n, a, CAST(n AS DECIMAL(20,4)), NULL, n % 2 = 0 FROM big"
    assert copy_to_postgres(columns, sql, back, INTO) == 1_000_000
    loaded = copy_from_postgres(
        back, "SELECT n, a FROM back", None, columns, "again", [("n", "BIGINT"), ("a", "VARCHAR")]
    )
    assert loaded.rows == 1_000_000
    assert columns.fetch("SELECT count(*) FROM (FROM again EXCEPT SELECT n, a FROM big)") == [(0,)]
