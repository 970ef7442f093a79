"""The postgresql source against a real server: exact values, and a sentence for everything that goes wrong."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import psycopg
import pytest

from makegood.kit.errors import BadInput, Unavailable
from makegood.sources import get_source
from makegood.sources.postgresql_types import duckdb_type


def load(columns, server, sql: str, **settings: object):
    dsn = settings.pop("dsn", server.dsn("reader", "reader-secret"))
    return get_source("postgresql").load(columns, "t", {"dsn": dsn, "sql": sql, "file": "scope.sql", **settings})


def refused(columns, server, sql: str, **settings: object) -> BadInput:
    with pytest.raises(BadInput) as caught:
        load(columns, server, sql, **settings)
    assert "secret" not in str(caught.value).replace("secrets", "")
    assert caught.value.remedy
    return caught.value


def test_rows_arrive_exactly_with_types_and_lines(columns, server) -> None:
    loaded = load(columns, server, "SELECT * FROM orders ORDER BY id;")
    assert loaded.rows == 3
    assert loaded.columns == [
        ("id", "BIGINT"),
        ("customer", "VARCHAR"),
        ("amount", "DECIMAL(12,2)"),
        ("total", "DECIMAL(26,6)"),
        ("at", "TIMESTAMP WITH TIME ZONE"),
        ("_line", "BIGINT"),
    ]
    assert columns.fetch("SELECT * FROM t ORDER BY _line") == [
        (1, "k1", Decimal("12.50"), Decimal("0.1"), dt.datetime(2023, 12, 31, 22, tzinfo=dt.UTC), 1),
        (2, "", Decimal("-3.00"), Decimal("12345678901234567890.123456"), None, 2),
        (3, None, None, None, dt.datetime(2024, 6, 1, 12, tzinfo=dt.UTC), 3),
    ]


def test_types(columns, server) -> None:
    load(
        columns,
        server,
        "SELECT true AS a, 1::smallint AS b, 2 AS c, 1.5::float8 AS d, DATE '2024-02-29' AS e, TIME '12:30' AS f, "
        "TIMESTAMP '2024-01-01 00:00:00.5' AS g, ARRAY[1,2] AS h, '{\"x\": 1}'::jsonb AS i, "
        "'00000000-0000-0000-0000-000000000001'::uuid AS j, E'q\"\\r\\nx,y' AS k, sum(x) AS l, '' AS m, count(*) AS n "
        "FROM (VALUES (0.10::numeric), (0.205)) v(x)",
    )
    assert columns.fetch("SELECT * FROM t") == [
        (
            True,
            1,
            2,
            1.5,
            dt.date(2024, 2, 29),
            dt.time(12, 30),
            dt.datetime(2024, 1, 1, 0, 0, 0, 500000),
            "{1,2}",
            '{"x": 1}',
            "00000000-0000-0000-0000-000000000001",
            'q"\r\nx,y',
            Decimal("0.305"),
            "",
            2,
            1,
        )
    ]


@pytest.mark.parametrize(
    ("precision", "scale", "kind"),
    [(12, 2, "DECIMAL(12,2)"), (38, 38, "DECIMAL(38,38)"), (39, 2, "STRING"), (5, -2, "STRING"), (2, 5, "STRING")],
)
def test_numeric_modifiers(columns, server, connection, precision, scale, kind) -> None:
    # The server itself says which modifier it gives numeric(p, s).
    ((modifier,),) = connection.execute(
        f"SELECT atttypmod FROM (SELECT NULL::numeric({precision},{scale}) AS a) q, LATERAL (SELECT "
        f"(({precision} << 16) | ({scale} & 2047)) + 4 AS atttypmod) m"
    ).fetchall()
    described = connection.execute(f"SELECT NULL::numeric({precision},{scale})").description
    assert described is not None
    assert (described[0].precision, described[0].scale) == (precision, scale) or scale < 0
    assert duckdb_type(1700, modifier) == kind


@pytest.mark.parametrize("value", ["'NaN'::numeric", "'Infinity'::numeric", "power(10::numeric, 40)"])
def test_a_number_without_an_exact_form_is_refused(columns, server, value) -> None:
    assert "no exact form" in refused(columns, server, f"SELECT 1.5::numeric AS n UNION ALL SELECT {value}").what


def test_an_empty_result_is_an_empty_table(columns, server) -> None:
    loaded = load(columns, server, "SELECT id, total FROM orders WHERE false -- nobody")
    assert (loaded.rows, loaded.columns[:2]) == (0, [("id", "BIGINT"), ("total", "DECIMAL(1,0)")])


@pytest.mark.parametrize(
    ("sql", "line", "column", "says"),
    [
        ("SELECT *\nFROM nowhere", 2, 6, 'relation "nowhere" does not exist'),
        ("SELECT id,\n  'é' AS x, nope FROM orders", 2, 13, 'column "nope" does not exist'),
        ("SELECT f(1) FROM orders", 1, 8, "function f"),
        ("SELECT * FROM secrets", None, None, "permission denied"),
        ("SELECT 1/(id - 1) AS x FROM orders", None, None, "division by zero"),
        ("SELECT id, id FROM orders", None, None, "twice"),
        ('SELECT id, amount AS "ID" FROM orders', None, None, "twice"),
        ("SELECT id AS _line FROM orders", None, None, "keeps"),
        ("DELETE FROM orders", 1, 1, "cannot begin with DELETE"),
        ("SELECT 1; DROP TABLE orders", 1, 9, "2 statements"),
        ("SELECT pg_sleep(1)", 1, 8, "pg_sleep"),
    ],
)
def test_a_wrong_query_is_named_with_its_place(columns, server, sql, line, column, says) -> None:
    error = refused(columns, server, sql)
    assert says in error.what
    if line is not None:
        assert error.place is not None
        assert (error.place.file, error.place.line, error.place.column) == ("scope.sql", line, column)


@pytest.mark.parametrize("how", ["volatile function", "closing bracket"])
def test_nothing_can_be_written_even_past_the_first_fence(columns, server, connection, how) -> None:
    connection.execute(
        "CREATE FUNCTION sneaky() RETURNS int LANGUAGE sql AS 'INSERT INTO secrets VALUES (1) RETURNING a'"
    )
    connection.commit()
    try:
        sql = {
            "volatile function": "SELECT sneaky() AS a",
            "closing bracket": "SELECT 1 AS a) TO STDOUT; INSERT INTO secrets VALUES (1); --",
        }[how]
        error = refused(columns, server, sql, dsn=server.dsn())
        assert "change something" in error.what or "not valid SQL" in error.what
        assert connection.execute("SELECT count(*) FROM secrets").fetchall() == [(0,)]
    finally:
        connection.execute("DROP FUNCTION sneaky")
        connection.commit()


def test_a_slow_query_is_stopped_by_the_server(columns, server) -> None:
    sql = "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b"
    assert "longer than 1 seconds" in refused(columns, server, sql, timeout_seconds=1).what


def test_too_many_rows_are_an_error_and_leave_no_table(columns, server) -> None:
    assert load(columns, server, "SELECT * FROM orders", max_rows=3).rows == 3
    columns.run("DROP TABLE t")
    assert "more than 2 rows" in refused(columns, server, "SELECT * FROM orders", max_rows=2).what
    assert columns.fetch("SELECT count(*) FROM duckdb_tables()") == [(0,)]


@pytest.mark.parametrize(
    ("dsn", "says"),
    [
        ({"user": "reader", "password": "wrong-secret"}, "user name or password"),
        ({"user": "stranger", "password": "owner-secret"}, "user name or password"),
        ({"dbname": "nowhere"}, "no database of that name"),
    ],
)
def test_a_wrong_connection(columns, server, dsn, says) -> None:
    assert says in refused(columns, server, "SELECT 1 AS a", dsn=server.dsn(**dsn)).what


def test_an_unreadable_connection_string(columns, server) -> None:
    assert "cannot be read" in refused(columns, server, "SELECT 1 AS a", dsn="hust=x secret").what


@pytest.mark.parametrize("dsn", ["host=127.0.0.1 port=1 password=secret", "host=/nonexistent password=secret"])
def test_a_server_that_is_not_there(columns, server, dsn) -> None:
    with pytest.raises(Unavailable, match="Nothing answers") as caught:
        load(columns, server, "SELECT 1 AS a", dsn=dsn)
    assert "secret" not in str(caught.value)


def test_a_connection_lost_on_the_way_leaves_no_table(columns, server, connection) -> None:
    connection.execute(
        "CREATE FUNCTION cut(i int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF i = 500000 THEN "
        "PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN i; END $$"
    )
    connection.commit()
    try:
        with pytest.raises(Unavailable, match="was lost"):
            load(columns, server, "SELECT cut(i) AS i FROM generate_series(1, 600000) g(i)", dsn=server.dsn())
        assert columns.fetch("SELECT count(*) FROM duckdb_tables()") == [(0,)]
    finally:
        connection.execute("DROP FUNCTION cut")
        connection.commit()


@pytest.mark.parametrize("settings", [{"max_rows": 0}, {"timeout_seconds": "60"}, {"querry": "x"}, {"sql": ""}])
def test_wrong_settings(columns, server, settings) -> None:
    given = {"dsn": server.dsn(), "sql": "SELECT 1 AS a", **settings}
    with pytest.raises(BadInput) as caught:
        get_source("postgresql").load(columns, "t", given)
    assert next(iter(settings)) in str(caught.value)


def test_the_account_may_not_read_what_it_was_not_granted(server) -> None:
    with (
        psycopg.connect(server.dsn("reader", "reader-secret")) as reader,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        reader.execute("SELECT * FROM secrets")
