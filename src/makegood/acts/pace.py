"""Pace: a bucket per provider account, filled by the database's clock, drawn once a window by every worker alike.

A provider that says 20 a second counts what arrives, in windows of its own. So the bucket holds next to nothing: in no
stretch of ten seconds more than ten times the pace and one starts, however long nothing was sent before, and it fills a
little slower than the pace, because what is drawn evenly arrives unevenly.
"""

from __future__ import annotations

from datetime import datetime

from makegood.acts.connections import Db

FILLS = 0.98  # of the pace: a send that starts up to 0.2 s late does not make its ten seconds overflow
HOLDS = 1.9  # sends: one, and most of the next, so that who looks a little late loses nothing
SET_BACK = "interval '10 seconds'"
BURST = 0.05  # seconds' worth that a fast pace holds instead: it could not be drawn one by one
# The clock may have been read before the row was free, and another worker's look came after: time never runs back here.
# By more than SET_BACK it was set back, and would otherwise stand still here until it has caught up.
_DRAW = f"""
UPDATE pace SET tokens = filled.tokens - filled.drawn, filled_at = filled.at
FROM (SELECT name, at, rate, tokens, least(%(wanted)s, floor(tokens)) AS drawn FROM (
          SELECT name, at, rate, least(greatest({HOLDS}, rate * {BURST}),
                                       tokens + rate * extract(epoch FROM at - filled_at)) AS tokens
          FROM (SELECT name, tokens, rate,
                       CASE WHEN filled_at > read_at + {SET_BACK} THEN read_at ELSE filled_at END AS filled_at,
                       CASE WHEN filled_at > read_at + {SET_BACK} THEN read_at
                            ELSE greatest(read_at, filled_at) END AS at
                FROM (SELECT name, tokens, per_second * {FILLS} AS rate, filled_at,
                             coalesce(%(at)s, clock_timestamp()) AS read_at
                      FROM pace WHERE name = %(name)s FOR UPDATE) AS locked) AS found) AS full_now) AS filled
WHERE pace.name = filled.name
RETURNING filled.drawn::int AS drawn, (1 - filled.tokens) / filled.rate AS wait
"""
SHORTEST, LONGEST = 0.005, 5.0  # seconds between two looks at an empty bucket


async def draw(db: Db, name: str, wanted: int, *, at: datetime | None = None) -> tuple[int, float]:
    """How many sends may start now, at most `wanted`, and in how many seconds to ask again when none may.

    An account without a bucket has no pace. `at` stands in for the database's clock.
    """
    row = await (await db.execute(_DRAW, {"name": name, "wanted": wanted, "at": at})).fetchone()
    if row is None:
        return wanted, 0.0
    return row["drawn"], min(max(row["wait"], SHORTEST), LONGEST)
