"""Migration operations for tables whose rows are only ever added, and for streams that the seals cover.

A trigger refuses UPDATE, DELETE and TRUNCATE for everyone but a superuser who switches it off (and then the seals
tell). A *stream* is a table with `id bigint` and `xid xid8`, and an SQL expression that gives a row's leaf: a JSON
array as text, the same bytes for ever, without personal values.
"""

from __future__ import annotations

from django.db.migrations.operations import RunSQL

REFUSE_FUNCTION = """
CREATE OR REPLACE FUNCTION mg_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

_APPEND_ONLY = """
CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION mg_refuse_change();
CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION mg_refuse_change();
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mg_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM mg_app;
    END IF;
END $$;
"""


def instant(column: str) -> str:
    """SQL: a timestamptz column as ISO 8601 UTC text with microseconds."""
    return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"


def append_only(table: str) -> RunSQL:
    return RunSQL(
        _APPEND_ONLY.format(table=table),
        f"DROP TRIGGER {table}_only_added ON {table}; DROP TRIGGER {table}_not_emptied ON {table};",
    )


def sealed_stream(name: str, table: str, leaf: str) -> RunSQL:
    """Registers `table` with the sealer. `leaf` is the SQL of a row's leaf, such as `json_build_array(id, …)::text`."""
    return RunSQL(
        [("INSERT INTO sealed_stream (name, relation, leaf) VALUES (%s, %s, %s)", [name, table, leaf])],
        [("DELETE FROM sealed_stream WHERE name = %s", [name])],
    )
