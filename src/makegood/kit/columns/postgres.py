"""Rows between PostgreSQL and the column engine, as COPY bytes that pass through and are never held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from makegood.kit.columns.options import Loaded
from makegood.kit.errors import MakegoodError

if TYPE_CHECKING:
    import psycopg

    from makegood.kit.columns.engine import Columns

Params = Sequence[object] | Mapping[str, object]


def copy_from_postgres(
    connection: psycopg.Connection[tuple[object, ...]],
    sql: str,
    params: Params | None,
    columns: Columns,
    name: str,
    schema: Sequence[tuple[str, str]],
) -> Loaded:
    """Load the result of a SELECT into table `name`; `schema` is (column, DuckDB type) in the query's order.

    Give every timestamptz in UTC: set the connection's time zone first. Raises psycopg's errors as they are.
    """

    def blocks() -> Iterator[bytes]:
        statement = f"COPY (\n{sql}\n) TO STDOUT (FORMAT csv)"
        with connection.cursor() as cursor, cursor.copy(statement.encode(), params) as copy:
            for block in copy:
                yield bytes(block)

    return columns.load_stream(name, schema, blocks())


def copy_to_postgres(
    columns: Columns, sql: str, connection: psycopg.Connection[tuple[object, ...]], copy_statement: str
) -> int:
    """Write the rows of a query into `COPY table (…) FROM STDIN (FORMAT csv)`; returns how many PostgreSQL took.

    The caller's transaction decides whether they stay. Raises MakegoodError if the two sides count differently.
    """
    stream = columns.stream(sql)
    with connection.cursor() as cursor:
        with cursor.copy(copy_statement.encode()) as copy:
            for block in stream:
                copy.write(block)
        taken = cursor.rowcount
    if taken != stream.rows:
        what = f"{stream.rows} rows were sent to the database, but it took {taken}."
        raise MakegoodError(what, remedy="Roll back, and report this.", code="copy-count")
    return taken
