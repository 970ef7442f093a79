"""Looks for a word in every column of every table, whatever its type: what erasing has missed shows up by its place."""

from __future__ import annotations

import psycopg

_COLUMNS = """
SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' ORDER BY 1, 2
"""


def traces(url: str, *words: str) -> set[str]:
    """`table.column` of each column that holds one of the words, in any case; bytes are looked through as UTF-8."""
    found = set()
    with psycopg.connect(url, autocommit=True) as db:
        for table, column, kind in db.execute(_COLUMNS).fetchall():
            for word in words:
                if kind == "bytea":
                    test, value = f'position(%s::bytea IN "{column}") > 0', word.encode()
                else:
                    test, value = f'position(%s::text IN lower("{column}"::text)) > 0', word.lower()
                if db.execute(f'SELECT 1 FROM "{table}" WHERE {test} LIMIT 1', [value]).fetchone():
                    found.add(f"{table}.{column}")
    return found
