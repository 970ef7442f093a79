"""Pace: a bucket per provider account, filled by the database's clock, drawn once a window by every worker alike."""

from __future__ import annotations

from makegood.acts.connections import Db

# The bucket holds one second's worth, and never less than one whole send: a pace below one per second also sends.
_DRAW = """
UPDATE pace SET tokens = filled.tokens - least(%(wanted)s, floor(filled.tokens)), filled_at = filled.at
FROM (SELECT name, clock_timestamp() AS at,
             least(greatest(per_second, 1),
                   tokens + per_second * extract(epoch FROM clock_timestamp() - filled_at)) AS tokens
      FROM pace WHERE name = %(name)s FOR UPDATE) AS filled
WHERE pace.name = filled.name
RETURNING least(%(wanted)s, floor(filled.tokens))::int AS drawn, 1 / per_second AS wait
"""
SHORTEST, LONGEST = 0.05, 5.0  # seconds between two looks at an empty bucket


async def draw(db: Db, name: str, wanted: int) -> tuple[int, float]:
    """How many sends may start now, at most `wanted`, and in how many seconds to ask again when none may.

    An account without a bucket has no pace.
    """
    row = await (await db.execute(_DRAW, {"name": name, "wanted": wanted})).fetchone()
    if row is None:
        return wanted, 0.0
    return row["drawn"], min(max(row["wait"], SHORTEST), LONGEST)
