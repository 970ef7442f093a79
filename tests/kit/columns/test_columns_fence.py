"""The fence around SQL that people write: what each refusal says, and what must pass although it looks alike."""

from __future__ import annotations

import pytest

from makegood.kit.columns.statements import MAX_LENGTH, check_select
from makegood.kit.errors import BadInput


def refusal(sql: str, dialect: str = "duckdb") -> BadInput:
    with pytest.raises(BadInput) as refused:
        check_select(sql, "scope.sql", dialect=dialect)
    assert refused.value.code == "query-refused"
    return refused.value


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("UPDATE t SET a = 1", "UPDATE"),
        ("drop table t", "DROP"),
        ("CREATE TABLE t AS SELECT 1", "CREATE"),
        ("TRUNCATE t", "TRUNCATE"),
        ("BEGIN", "BEGIN"),
        ("PRAGMA version", "PRAGMA"),
        ("INSTALL httpfs", "INSTALL"),
        ("LOAD httpfs", "LOAD"),
        ("EXPLAIN ANALYZE SELECT 1", "EXPLAIN"),
        ("MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", "MERGE"),
        ("GRANT ALL ON t TO public", "GRANT"),
        ("1", "1"),
    ],
)
def test_a_query_begins_as_a_query(sql: str, word: str, dialect: str) -> None:
    error = refusal(sql, dialect)
    assert (error.what, error.remedy) == (f"A query cannot begin with {word}.", "Write one SELECT statement.")


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
@pytest.mark.parametrize(
    "name",
    [
        "read_text", "READ_BLOB", "read_json_auto", "sniff_csv", "parquet_metadata", "parquet_scan", "duckdb_secrets",
        "duckdb_settings", "pragma_table_info", "query_table", "getvariable", "pg_ls_dir", "pg_read_binary_file",
        "pg_terminate_backend", "pg_advisory_lock", "lo_import", "lo_export", "dblink", "dblink_exec", "query_to_xml",
        "database_to_xmlschema", "setval", "postgres_scan", "sqlite_scan", "setseed", "txid_current",
    ],
)  # fmt: skip
def test_a_function_that_reaches_outside_is_named(name: str, dialect: str) -> None:
    error = refusal(f"SELECT *\nFROM {name}('x')", dialect)
    assert name.lower() in error.what
    assert "not allowed" in error.what


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a FROM (SELECT getenv('HOME') AS a) AS q",
        "WITH w AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM w",
        "SELECT 1 WHERE EXISTS (SELECT * FROM read_text('x'))",
        "SELECT CASE WHEN true THEN getenv('HOME') END",
        "SELECT 1 UNION ALL SELECT length(getenv('HOME'))",
        "SELECT 1 ORDER BY getenv('HOME')",
        "SELECT a FROM t, LATERAL (SELECT getenv('HOME')) AS q",
        "SELECT count(*) FILTER (WHERE getenv('HOME') = 'x') FROM t",
    ],
)
def test_it_is_found_however_deep_it_stands(sql: str) -> None:
    assert "not allowed in a query" in refusal(sql).what


@pytest.mark.parametrize(
    "name", ["a.csv", "a.CSV", "a.parquet", "s3://bucket/a", "https://x.example/a", "../a", "c:\\a", "*.json", "a.db"]
)
def test_a_file_is_no_table(name: str) -> None:
    error = refusal(f"SELECT * FROM '{name}'")
    assert error.what == f"A query cannot read the file “{name}”."
    assert error.remedy == "Name the file as a source, and select from its name."


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("", "There is no query."),
        (" ;; ", "There is no query."),
        ("SELECT 1; SELECT 2; SELECT 3", "There are 3 statements where one query is expected."),
        ("SELECT 'open", "The query has a quote or comment that is never closed."),
        ("SELECT * FROM t FOR UPDATE", "The query would change something."),
        ("SELECT 1 AS a INTO b", "The query would change something."),
    ],
)
def test_what_else_is_said(sql: str, what: str) -> None:
    assert refusal(sql).what == what


def test_a_query_may_be_long_but_not_endless() -> None:
    longest = "SELECT 1 --".ljust(MAX_LENGTH, "x")
    check_select(longest, "scope.sql")
    error = refusal(longest + "x")
    assert (error.what, error.remedy) == ("The query is longer than 100,000 characters.", "Shorten it.")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM query_log",
        "SELECT getenv FROM t",
        "SELECT 'read_csv(''x'')' AS words",
        "SELECT pg_typeof(a) FROM t",
        'SELECT "drop", "delete" FROM "update"',
        "SELECT * FROM shop.orders WHERE file = 'a.csv'",
        "SELECT replace(a, 'x', 'y'), lower(b) FROM t -- DROP TABLE t",
        "SELECT 1 /* ; DELETE FROM t */",
        "SELECT sum(x) OVER (PARTITION BY y ORDER BY z ROWS 3 PRECEDING) FROM t",
        "SELECT * FROM a JOIN b USING (c) LEFT JOIN d ON a.e = d.e WHERE f IN (SELECT g FROM h)",
        "SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b DESC NULLS LAST LIMIT 5 OFFSET 2",
    ],
)
def test_what_only_looks_like_it_passes(sql: str) -> None:
    for dialect in ("duckdb", "postgres"):
        check_select(sql, "scope.sql", dialect=dialect)
