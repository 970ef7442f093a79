"""The next route: what bounced, came back or cannot be delivered goes out again the way the approved plan names next.

It is the same act, with the same identity and leaf, so there are never two of it on their way; only `via` grows, and
with it the key that the provider sees. An act that is due here has an outcome: nothing moves on while it is unknown.
"""

from __future__ import annotations

from django.db import connection

MOST = 5000  # acts a round
# Plans first, as the sweeper takes them: pausing and cancelling wait for it, and it waits for neither.
_PLANS = """
SELECT p.id FROM plan p WHERE p.state IN ('applying', 'done', 'cancelled') AND EXISTS (
    SELECT 1 FROM act t WHERE t.plan_id = p.id AND t.next_at <= clock_timestamp() AND t.again IS NULL
    AND t.state IN ('failed', 'bounced', 'reversed'))
FOR KEY SHARE OF p SKIP LOCKED
"""
_TAKE = """
WITH back AS (
    SELECT t.plan_id, t.ordinal, t.customer_id, t.mistake_id, t.state, p.state <> 'cancelled' AS going, p.scope_id,
           p.settings #> ARRAY['steps', t.step, 'routes'] AS routes, t.via, t.provider, t.minor, t.currency
    FROM act t JOIN plan p ON p.id = t.plan_id
    WHERE t.plan_id = ANY(%(plans)s) AND t.next_at <= clock_timestamp() AND t.again IS NULL
      AND t.state IN ('failed', 'bounced', 'reversed')
    ORDER BY t.next_at LIMIT %(most)s
), chosen AS (
    SELECT b.*, n.place, n.name FROM back b
    LEFT JOIN affected f ON f.scope_id = b.scope_id AND f.customer_id = b.customer_id
    LEFT JOIN LATERAL (
        SELECT r.place, r.route ->> 0 AS name
        FROM jsonb_array_elements(b.routes) WITH ORDINALITY AS r(route, place)
        WHERE b.going AND f.customer_id IS NOT NULL
          AND r.place > CASE WHEN b.via > 0 THEN b.via ELSE coalesce((
              SELECT min(h.place) FROM jsonb_array_elements(b.routes) WITH ORDINALITY AS h(route, place)
              WHERE h.route ->> 0 = b.provider), 0) END
          AND (r.route ->> 1 = '' OR coalesce(f.contact::json ->> (r.route ->> 1), '') <> '')
        ORDER BY r.place LIMIT 1) n ON true
), moved AS (
    UPDATE act SET via = c.place, state = 'waiting', code = 'next-route', tries = 0, next_at = clock_timestamp(),
                   settled_at = NULL, settles_at = NULL
    FROM chosen c WHERE act.plan_id = c.plan_id AND act.ordinal = c.ordinal AND act.state = c.state
      AND c.place IS NOT NULL
    RETURNING act.plan_id, act.ordinal, act.mistake_id, act.customer_id, c.name, act.minor, act.currency
), ended AS (
    UPDATE act SET next_at = NULL
    FROM chosen c WHERE act.plan_id = c.plan_id AND act.ordinal = c.ordinal AND act.state = c.state
      AND c.place IS NULL
), counted AS (
    UPDATE chunk SET failed = failed - n.count, waiting = waiting + n.count, rerouted = rerouted + n.count
    FROM (SELECT c.id, count(*) FROM moved v JOIN chunk c ON c.plan_id = v.plan_id AND NOT c.again
          AND v.ordinal BETWEEN c.lo AND c.hi GROUP BY c.id) AS n
    WHERE chunk.id = n.id
), followed AS (
    UPDATE act SET next_at = clock_timestamp() FROM moved v
    WHERE act.mistake_id = v.mistake_id AND act.customer_id = v.customer_id AND act.state = 'waiting'
      AND act.code = 'earlier-step-failed' AND act.again IS NULL
), told AS (
    INSERT INTO attempt (plan_id, ordinal, chunk_id, epoch, key, answer, code, reference, words, words_digest,
                         commitment, minor, currency)
    SELECT plan_id, ordinal, 0, 0, '', 'rerouted', name, '', '', '', '', minor, currency FROM moved
)
SELECT count(*) FROM moved
"""


def take_next_routes() -> int:
    """In the caller's transaction; returns how many acts take their next route. Those without one rest as they are."""
    with connection.cursor() as cursor:
        cursor.execute(_PLANS)
        plans = [plan for (plan,) in cursor.fetchall()]
        if not plans:
            return 0
        cursor.execute(_TAKE, {"plans": plans, "most": MOST})
        return int(cursor.fetchone()[0])
