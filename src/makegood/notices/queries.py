"""Reading notices: how many of each kind, and those that fit no act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

_COUNT = "SELECT says, count(*) FROM notice WHERE brand = %s GROUP BY says"
# The receipts are of a room above and named in SQL only. What arrives before its receipt is committed is not strange.
_UNMATCHED = """
SELECT n.id, n.at, n.connection, n.event, n.says, n.said_at, n.key, n.reference, n.code, n.words FROM notice n
WHERE n.brand = %s AND n.says <> 'noted' AND n.at < now() - interval '1 minute'
  AND NOT EXISTS (SELECT FROM attempt a WHERE n.key <> '' AND a.key = n.key)
  AND NOT EXISTS (SELECT FROM attempt a WHERE n.reference <> '' AND a.reference = n.reference)
ORDER BY n.id DESC LIMIT %s
"""


@dataclass(frozen=True)
class Unmatched:
    """A notice of no act of ours: somebody acted at the provider by hand, or another system shares the account."""

    id: int
    at: datetime
    connection: int
    event: str
    says: str
    said_at: datetime
    key: str
    reference: str
    code: str
    words: str


def count_notices(brand: int) -> dict[str, int]:
    """How many of each kind a brand's providers said."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [brand])
        return dict(cursor.fetchall())


def list_unmatched(brand: int, *, limit: int = 100) -> list[Unmatched]:
    """Notices that fit no receipt, newest first; those of the last minute may still find theirs and are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_UNMATCHED, [brand, limit])
        return [Unmatched(*row) for row in cursor.fetchall()]
