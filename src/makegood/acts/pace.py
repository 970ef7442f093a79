"""Pace: a bucket per provider account, filled by the database's clock, drawn once a window by every worker alike."""

from __future__ import annotations

import asyncio

from makegood.acts.connections import Db
from makegood.acts.leases import Lease

_DRAW = """
UPDATE pace SET tokens = filled.tokens - least(%(wanted)s, floor(filled.tokens)), filled_at = filled.at
FROM (SELECT name, clock_timestamp() AS at,
             least(per_second, tokens + per_second * extract(epoch FROM clock_timestamp() - filled_at)) AS tokens
      FROM pace WHERE name = %(name)s FOR UPDATE) AS filled
WHERE pace.name = filled.name
RETURNING least(%(wanted)s, floor(filled.tokens))::int AS drawn
"""
POLL = 0.2  # seconds


async def draw(db: Db, name: str, wanted: int, lease: Lease) -> int:
    """How many sends may start now, at most `wanted`; waits for the bucket, or returns 0 when the lease ends first.

    An account without a bucket has no pace.
    """
    while lease.may_send():
        row = await (await db.execute(_DRAW, {"name": name, "wanted": wanted})).fetchone()
        if row is None:
            return wanted
        if row["drawn"] > 0:
            return int(row["drawn"])
        await asyncio.sleep(POLL)
    return 0
