"""What settled by itself: what people finished, and what was taken and did not come back.

People's word (a task done, a letter posted) is a row below, which the acts read by cursor. What a provider took is done
once its window has passed, by the database's clock.
"""

from __future__ import annotations

from django.db import connection

from makegood.journal.actions import record
from makegood.journal.horizon import settled_below
from makegood.kit.plugins import UNDELIVERABLE

MOST_CHUNKS = 100  # a round
# Locked in a statement of its own: the next one then sees all that workers recorded before, and none can add to these
# chunks until it has ended.
_DUE = """
SELECT id FROM chunk WHERE settles_at <= now() ORDER BY settles_at, id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_SETTLE = """
WITH due AS (
    SELECT id, plan_id, lo, hi FROM chunk WHERE id = ANY(%(chunks)s)
), settled AS (
    UPDATE act SET state = 'done', settles_at = NULL
    FROM due WHERE act.plan_id = due.plan_id AND act.ordinal BETWEEN due.lo AND due.hi
      AND act.state = 'accepted' AND act.settles_at <= now()
    RETURNING act.plan_id, act.mistake_id
), later AS (
    UPDATE chunk SET settles_at = (
        SELECT min(a.settles_at) FROM act a WHERE a.plan_id = chunk.plan_id AND a.ordinal BETWEEN chunk.lo AND chunk.hi
          AND a.state = 'accepted' AND a.settles_at > now())
    FROM due WHERE chunk.id = due.id
)
SELECT plan_id, mistake_id, count(*) FROM settled GROUP BY plan_id, mistake_id ORDER BY plan_id
"""
_PICK_UP = """
WITH fresh AS (
    SELECT s.id, s.xid, s.key, s.status, s.code, s.staff FROM settlement s
    WHERE s.xid < %(below)s::xid8
      AND (s.xid, s.id) > ((SELECT xid FROM cursor_place WHERE name = 'settlement'),
                           (SELECT id FROM cursor_place WHERE name = 'settlement'))
    ORDER BY s.xid, s.id LIMIT 5000
), act_of AS (
    -- The newest word of each act: a letter may be posted and come back between two rounds.
    SELECT DISTINCT ON (f.key) f.id, CASE f.code WHEN 'returned' THEN 'bounced' ELSE f.status END AS status, f.code,
           f.staff, f.key, a.plan_id, a.ordinal, a.chunk_id, a.minor, a.currency
    FROM fresh f JOIN attempt a ON a.key = f.key AND a.key <> '' AND a.answer IN ('waiting', 'accepted')
    ORDER BY f.key, f.xid DESC, f.id DESC, a.id DESC
), changed AS (
    UPDATE act SET state = o.status, code = o.code, settled_at = clock_timestamp(),
           next_at = CASE WHEN o.status <> 'done' AND o.code = ANY(%(undeliverable)s) THEN clock_timestamp() END
    FROM act_of o JOIN plan p ON p.id = o.plan_id JOIN mistake m ON m.id = p.mistake_id
         JOIN act was ON was.plan_id = o.plan_id AND was.ordinal = o.ordinal
    WHERE act.plan_id = o.plan_id AND act.ordinal = o.ordinal AND act.state = was.state
      AND (act.state IN ('waiting', 'accepted') OR act.state = 'done' AND o.status = 'bounced')
      AND o.key = mg_act_key(m.public_id, act.customer_id, act.step, act.sequence, act.via)
    RETURNING act.plan_id, act.ordinal, act.mistake_id, act.customer_id, was.state AS was, o.status
), counted AS (
    UPDATE chunk SET waiting = chunk.waiting - n.waited, done = chunk.done + n.done, failed = chunk.failed + n.failed
    FROM (SELECT c.id, count(*) FILTER (WHERE ch.was = 'waiting') AS waited,
                 count(*) FILTER (WHERE ch.status = 'done') - count(*) FILTER (WHERE ch.was <> 'waiting') AS done,
                 count(*) FILTER (WHERE ch.status <> 'done') AS failed
          FROM changed ch JOIN chunk c ON c.plan_id = ch.plan_id AND NOT c.again AND ch.ordinal BETWEEN c.lo AND c.hi
          GROUP BY c.id) AS n
    WHERE chunk.id = n.id
), followed AS (
    UPDATE act SET next_at = clock_timestamp() FROM changed ch
    WHERE act.mistake_id = ch.mistake_id AND act.customer_id = ch.customer_id AND act.state = 'waiting'
      AND act.code IN ('earlier-step-open', 'earlier-step-failed') AND act.again IS NULL
), told AS (
    INSERT INTO attempt (plan_id, ordinal, chunk_id, epoch, key, answer, code, reference, words, words_digest,
                         commitment, minor, currency)
    SELECT o.plan_id, o.ordinal, o.chunk_id, 0, o.key, o.status, o.code, 'staff:' || coalesce(o.staff::text, ''), '',
           '', '', o.minor, o.currency
    FROM act_of o JOIN changed c ON c.plan_id = o.plan_id AND c.ordinal = o.ordinal
), moved AS (
    UPDATE cursor_place SET xid = last.xid, id = last.id
    FROM (SELECT s.xid, s.id FROM settlement s JOIN fresh f ON f.id = s.id ORDER BY s.xid DESC, s.id DESC LIMIT 1) last
    WHERE name = 'settlement'
)
SELECT count(*) FROM changed
"""


def settle_by_people() -> int:
    """Settles acts that waited for a person; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_PICK_UP, {"below": settled_below(cursor), "undeliverable": sorted(UNDELIVERABLE)})
        return int(cursor.fetchone()[0])


def settle_after_windows() -> int:
    """In the caller's transaction; returns how many acts are done now. The chunks' counters had them as done before."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [MOST_CHUNKS])
        chunks = [chunk for (chunk,) in cursor.fetchall()]
        if not chunks:
            return 0
        cursor.execute(_SETTLE, {"chunks": chunks})
        settled = cursor.fetchall()
    for plan, mistake, count in settled:
        record("acts.settled", f"plan:{plan}", actor=None, mistake=mistake, facts={"acts": count})
    return sum(count for _, _, count in settled)
