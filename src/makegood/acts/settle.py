"""What people finished: tasks done, letters posted. Their word is a row below; the acts read it by cursor."""

from __future__ import annotations

from django.db import connection

from makegood.journal.horizon import settled_below

_PICK_UP = """
WITH fresh AS (
    SELECT s.id, s.key, s.status, s.code, s.staff FROM settlement s
    WHERE s.xid < %(below)s::xid8
      AND (s.xid, s.id) > ((SELECT xid FROM cursor_place WHERE name = 'settlement'),
                           (SELECT id FROM cursor_place WHERE name = 'settlement'))
    ORDER BY s.xid, s.id LIMIT 5000
), act_of AS (
    SELECT DISTINCT ON (f.id) f.id, f.status, f.code, f.staff, f.key, a.plan_id, a.ordinal, a.chunk_id, a.minor,
           a.currency, a.answer AS was
    FROM fresh f JOIN attempt a ON a.key = f.key AND a.answer IN ('waiting', 'accepted') ORDER BY f.id, a.id DESC
), changed AS (
    UPDATE act SET state = o.status, code = o.code, next_at = NULL, settled_at = clock_timestamp()
    FROM act_of o WHERE act.plan_id = o.plan_id AND act.ordinal = o.ordinal AND act.state IN ('waiting', 'accepted')
    RETURNING act.plan_id, act.ordinal, act.mistake_id, act.customer_id, o.was, o.status
), counted AS (
    UPDATE chunk SET waiting = chunk.waiting - n.waited, done = chunk.done + n.done, failed = chunk.failed + n.failed
    FROM (SELECT c.id, count(*) FILTER (WHERE ch.was = 'waiting') AS waited,
                 count(*) FILTER (WHERE ch.status = 'done') - count(*) FILTER (WHERE ch.was = 'accepted') AS done,
                 count(*) FILTER (WHERE ch.status = 'failed') AS failed
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
        cursor.execute(_PICK_UP, {"below": settled_below(cursor)})
        return int(cursor.fetchone()[0])
