"""When a provider's "there is no such act" may be believed: not while its own look-up may still be behind.

A repeated send is safe at any time, the key sees to that. But an act that is not to be sent again, because its plan was
cancelled or its customer is gone, would be called off while the money is on its way; and one that is sent again and
refused would be tried anew when its key is long forgotten, as if it had never been in doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from makegood.acts.connections import Db
from makegood.acts.leases import Lease

BELIEVED_AFTER = timedelta(minutes=65)  # an hour for the provider's lists, and a lease for a send that was held up
TOO_EARLY = "asked-too-early"
# A window that had a second holder was perhaps repeated by it, and nobody wrote down when. A try that was refused was
# no send; of an act in doubt it was the second, after one that its first holder sent and never wrote down.
_SENT = """
SELECT ordinal, max(at) AS at FROM (
    SELECT t.ordinal, t.at FROM attempt t JOIN act a ON a.plan_id = t.plan_id AND a.ordinal = t.ordinal
    WHERE t.plan_id = %(plan)s AND t.ordinal = ANY(%(ordinals)s) AND t.code <> %(early)s
      AND (t.answer = 'unknown' OR a.state = 'unknown' AND t.answer IN ('retry', 'failed'))
    UNION ALL
    SELECT o.ordinal, CASE WHEN c.epoch > 2 THEN clock_timestamp() ELSE c.claimed_at END
    FROM chunk c, unnest(%(ordinals)s::int[]) AS o(ordinal) WHERE c.id = %(chunk)s AND c.claimed_at IS NOT NULL
) t WHERE at IS NOT NULL GROUP BY ordinal
"""


async def believed_from(db: Db, lease: Lease, ordinals: Sequence[int]) -> dict[int, datetime]:
    """For acts of a window that was left open: from when on their absence at the provider is believed. An act that is
    not in the answer was never sent without being answered."""
    values = {"plan": lease.plan_id, "ordinals": list(ordinals), "chunk": lease.id, "early": TOO_EARLY}
    cursor = await db.execute(_SENT, values)
    return {row["ordinal"]: row["at"] + BELIEVED_AFTER async for row in cursor}


async def still_doubtful(db: Db, plan: int, ordinal: int, now: datetime) -> bool:
    """Whether an act that the provider does not find was sent so recently that it may be there all the same."""
    values = {"plan": plan, "ordinals": [ordinal], "chunk": 0, "early": TOO_EARLY}
    row = await (await db.execute(_SENT, values)).fetchone()
    return row is not None and bool(row["at"] + BELIEVED_AFTER > now)
