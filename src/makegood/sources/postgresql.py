"""PostgreSQL: the query runs in the customer's database, in a read-only transaction, and streams here.

What really keeps the query from doing harm is the account it runs under: give it SELECT on the tables and no more.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import pq

from makegood.kit.columns import Columns, Loaded, check_select, copy_from_postgres
from makegood.kit.columns.rows import named
from makegood.kit.errors import BadInput
from makegood.sources.postgresql_errors import from_connecting, from_query
from makegood.sources.postgresql_types import LOOSE, duckdb_type, exact_numerics
from makegood.sources.settings import number, only, text

CONNECT_SECONDS = 10
_SETTINGS = ("dsn", "sql", "file", "timeout_seconds", "max_rows")


@dataclass(frozen=True, slots=True)
class _Query:
    """A checked query; `sql` has no closing semicolon, so that it may stand in brackets."""

    sql: str
    file: str
    seconds: int
    max_rows: int


class PostgresqlSource:
    """Settings: `dsn` (a connection string), `sql` (one SELECT), `file` (where the SQL stands, for errors),
    `timeout_seconds` (60), `max_rows` (10,000,000; more is an error, never a cut).

    Numeric stays exact, timestamptz is UTC, and types DuckDB has no like of arrive as text.
    """

    kind = "postgresql"

    def load(self, columns: Columns, name: str, settings: Mapping[str, object]) -> Loaded:
        only(settings, _SETTINGS)
        query = _Query(
            sql=text(settings, "sql").rstrip().rstrip(";"),
            file=text(settings, "file", "query"),
            seconds=number(settings, "timeout_seconds", 60),
            max_rows=number(settings, "max_rows", 10_000_000),
        )
        check_select(query.sql, query.file, dialect="postgres")
        dsn = text(settings, "dsn")
        try:
            connection = psycopg.connect(dsn, connect_timeout=CONNECT_SECONDS, autocommit=False)
        except psycopg.Error as error:
            raise from_connecting(error) from None
        with contextlib.closing(connection):
            return _load(connection, columns, name, query)


def _load(connection: psycopg.Connection[tuple[object, ...]], columns: Columns, name: str, query: _Query) -> Loaded:
    try:
        connection.read_only = True
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute("SET datestyle = 'ISO'")
        connection.execute("SELECT set_config('statement_timeout', %s, true)", [str(query.seconds * 1000)])
        schema = _schema(connection, query)
        numbered = f"SELECT q.*, row_number() OVER () FROM (\n{query.sql}\n) AS q LIMIT {query.max_rows + 1}"
        loaded = copy_from_postgres(connection, numbered, None, columns, name, [*schema, ("_line", "BIGINT")])
        connection.rollback()
    except psycopg.Error as error:
        raise from_query(error, query.sql, query.file, query.seconds) from error
    if loaded.rows > query.max_rows:
        columns.run(f"DROP TABLE {named(name)}")
        what = f"The query gives more than {query.max_rows:,} rows."
        raise BadInput(what, remedy="Select fewer rows, or raise max_rows.", code="source-too-many-rows")
    return exact_numerics(columns, loaded, [column for column, kind in schema if kind == LOOSE])


def _schema(connection: psycopg.Connection[tuple[object, ...]], query: _Query) -> list[tuple[str, str]]:
    """Names and types of the result. Preparing takes one statement and no more, by the server's own grammar."""
    server = connection.pgconn
    prepared = server.prepare(b"makegood", query.sql.encode())
    if prepared.status != pq.ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(prepared)
    shape = server.describe_prepared(b"makegood")
    if shape.status != pq.ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(shape)
    names = [(shape.fname(at) or b"").decode() for at in range(shape.nfields)]
    for at, column in enumerate(names):
        if column.lower() in {other.lower() for other in (*names[:at], "_line")}:
            what = f"The query names a column “{column}” twice, or uses a name Makegood keeps."
            raise BadInput(what, remedy="Give each column its own name with AS.", code="source-column-twice")
    return [(column, duckdb_type(shape.ftype(at), shape.fmod(at))) for at, column in enumerate(names)]
