"""Mistakes as a list: how far each is, read set-wise from tallies that are kept, never from acts or customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from makegood.people.models import Brand

# `act_tally` has a row for each kind of movement; its sums over the plans of one page of mistakes are few.
_LIST = """
WITH page AS (
    SELECT m.id, m.public_id, m.title, m.state, m.noticed_at, b.slug AS brand
    FROM mistake m JOIN brand b ON b.id = m.brand_id
    WHERE m.brand_id = ANY(%(brands)s) AND (%(state)s = '' OR m.state = %(state)s)
      AND (%(before)s::bigint IS NULL OR m.id < %(before)s::bigint)
    ORDER BY m.id DESC LIMIT %(limit)s
), standing AS (
    SELECT page.id, coalesce(newest.affected, desk.affected) AS affected FROM page
    LEFT JOIN LATERAL (
        SELECT (s.counts ->> 'affected')::bigint AS affected FROM scope s
        WHERE s.mistake_id = page.id AND s.state = 'ready' AND NOT s.desk
        ORDER BY s.version DESC LIMIT 1) newest ON true
    LEFT JOIN LATERAL (
        SELECT sum((s.counts ->> 'affected')::bigint)::bigint AS affected FROM scope s
        WHERE s.mistake_id = page.id AND s.state = 'ready' AND s.desk) desk ON true
), latest AS (
    SELECT DISTINCT ON (p.mistake_id) p.mistake_id AS id, p.stage, p.state
    FROM plan p JOIN page ON page.id = p.mistake_id
    WHERE p.state NOT IN ('superseded', 'failed', 'cancelled', 'drafting') ORDER BY p.mistake_id, p.id DESC
), moved AS (
    SELECT p.mistake_id AS id, t.state, t.later, sum(t.acts) AS acts FROM page JOIN plan p ON p.mistake_id = page.id
    JOIN act_tally t ON t.plan_id = p.id GROUP BY 1, 2, 3
), counted AS (
    SELECT id, sum(acts) FILTER (WHERE state = 'done') AS done,
           sum(acts) FILTER (WHERE state IN ('planned', 'waiting', 'accepted')
                             OR state IN ('failed', 'bounced', 'reversed') AND later) AS open,
           sum(acts) FILTER (WHERE state = 'unknown') AS unknown,
           sum(acts) FILTER (WHERE state IN ('failed', 'bounced', 'reversed') AND NOT later) AS failed
    FROM moved GROUP BY id
)
SELECT page.id, page.public_id, page.title, page.brand, page.state, page.noticed_at, coalesce(latest.stage, ''),
       coalesce(latest.state, ''), standing.affected, coalesce(c.done, 0)::bigint, coalesce(c.open, 0)::bigint,
       coalesce(c.unknown, 0)::bigint, coalesce(c.failed, 0)::bigint
FROM page JOIN standing USING (id) LEFT JOIN latest USING (id) LEFT JOIN counted c USING (id) ORDER BY page.id DESC
"""


@dataclass(frozen=True)
class Listed:
    """`stage` and `plan` are those of the newest plan that counts, empty without one; `affected` is None before a scope
    was loaded. The last four count acts: settled, under way, nobody knows, refused or come back for good."""

    id: int
    public_id: str
    title: str
    brand: str
    state: str
    noticed_at: datetime
    stage: str
    plan: str
    affected: int | None
    done: int
    open: int
    unknown: int
    failed: int


def list_mistakes(
    brands: Sequence[Brand], *, state: str = "", before: int | None = None, limit: int = 50
) -> list[Listed]:
    """The newest mistakes of the brands (which the caller may read), at most `limit`; those before the one with the
    number `before`, only open or closed ones where `state` says so. One statement, however many there are."""
    asked = {"brands": [one.id for one in brands], "state": state, "before": before, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_LIST, asked)
        return [Listed(*row) for row in cursor.fetchall()]
