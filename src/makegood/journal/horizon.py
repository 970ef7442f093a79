"""Which rows can no longer be joined by older ones: the transactions below which nothing of this database still runs.

`pg_snapshot_xmin` would do, but it counts the transactions of every database of the server: somebody else's long query
would hold up our seals. So: first what comes next, then who still runs here, and only then, in a later statement, the
rows. Whoever is below the answer had ended before the rows are read; whoever began in between is at or above it.

A database that is restored into another server brings rows whose transaction numbers that server has not reached. From
then on every number is that of the server plus a shift, so that new rows go on where the old ones end.
"""

from __future__ import annotations

from typing import Any

# The shift is written into the function and into the defaults of the columns: who was never restored pays nothing.
# Both our own number and the next one are asked for, because a row of our own transaction may have either.
FUNCTIONS = """
CREATE FUNCTION mg_xid_shift() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT 0::bigint';

CREATE FUNCTION mg_follow_xids() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    shift bigint := mg_xid_shift();
    here bigint;
    highest bigint;
    named text;
BEGIN
    SELECT coalesce(max(last_xid::bigint), 0) INTO highest FROM seal;
    FOR named IN SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                 WHERE a.attname = 'xid' AND a.atttypid = 'xid8'::regtype AND a.atthasdef
                   AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('SELECT greatest($1, (SELECT max(xid)::text::bigint FROM %s))', named)
            INTO highest USING highest;
    END LOOP;
    here := greatest(pg_current_xact_id()::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint);
    IF highest <= here + shift THEN
        RETURN shift;
    END IF;
    shift := highest + 1 - pg_current_xact_id()::text::bigint;
    FOR named IN SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                 WHERE a.attname = 'xid' AND a.atttypid = 'xid8'::regtype AND a.atthasdef
                   AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN xid SET DEFAULT '
            '(pg_current_xact_id()::text::bigint + %s)::text::xid8', named, shift);
    END LOOP;
    EXECUTE format('CREATE OR REPLACE FUNCTION mg_xid_shift() RETURNS bigint LANGUAGE sql STABLE '
        'AS ''SELECT %s::bigint''', shift);
    RETURN shift;
END $$;
"""
_NEXT = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text, mg_xid_shift()"
_RUNNING = (
    "SELECT backend_xid::text FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL"
)
_ERA = 1 << 32


def settled_below(cursor: Any) -> str:
    """A transaction number (xid8 as text): rows below it are final. Ask in a statement of its own, before the rows."""
    cursor.execute(_NEXT)
    following, shift = cursor.fetchone()
    upto = int(following)
    cursor.execute(_RUNNING)
    running = [_whole(int(xid), upto) for (xid,) in cursor.fetchall()]
    return str(min([upto, *running]) + int(shift))


def _whole(xid: int, upto: int) -> int:
    """The 64-bit number of a 32-bit one that is not far from `upto`: it wraps every 4 billion transactions."""
    whole = upto // _ERA * _ERA + xid
    return whole - _ERA if whole > upto + _ERA // 2 else whole
