"""Which rows can no longer be joined by older ones: the transactions below which nothing of this database still runs.

`pg_snapshot_xmin` would do, but it counts the transactions of every database of the server: somebody else's long query
would hold up our seals. So: first what comes next, then who still runs here, and only then, in a later statement, the
rows. Whoever is below the answer had ended before the rows are read; whoever began in between is at or above it.
"""

from __future__ import annotations

from typing import Any

_NEXT = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"
_RUNNING = (
    "SELECT backend_xid::text FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL"
)
_ERA = 1 << 32


def settled_below(cursor: Any) -> str:
    """A transaction number (xid8 as text): rows below it are final. Ask in a statement of its own, before the rows."""
    cursor.execute(_NEXT)
    upto = int(cursor.fetchone()[0])
    cursor.execute(_RUNNING)
    running = [_whole(int(xid), upto) for (xid,) in cursor.fetchall()]
    return str(min([upto, *running]))


def _whole(xid: int, upto: int) -> int:
    """The 64-bit number of a 32-bit one that is not far from `upto`: it wraps every 4 billion transactions."""
    whole = upto // _ERA * _ERA + xid
    return whole - _ERA if whole > upto + _ERA // 2 else whole
