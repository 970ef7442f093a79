"""What providers say later reaches its act: read by cursor, found by key, applied in whatever order it comes.

A notice is about one key, that is one route of one act. What an act is told is worked out anew each time from *all*
that was heard of its key: the greatest `position` counts, of equal ones the worst news. So neither order nor number
changes the end. A notice that finds no receipt yet, or an act whose outcome is not written yet, stays open and is
looked at again, ever more rarely, for a month. One about another route than the act is on is *late*: it is recorded,
and never changes the newer route. Only money that arrived after all is more than a line: see `_LATE_YES`.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.backends.utils import CursorWrapper

from makegood.journal.actions import record
from makegood.journal.horizon import settled_below
from makegood.kit.killpoints import kp
from makegood.kit.plugins import A_PERSON_FIRST

_FRESH = """
WITH fresh AS (
    SELECT n.id, n.xid, n.says FROM notice n
    WHERE n.xid < %(below)s::xid8
      AND (n.xid, n.id) > ((SELECT xid FROM cursor_place WHERE name = 'notice'),
                           (SELECT id FROM cursor_place WHERE name = 'notice'))
    ORDER BY n.xid, n.id LIMIT 5000
), kept AS (
    INSERT INTO heard (notice) SELECT id FROM fresh WHERE says <> 'noted' ON CONFLICT DO NOTHING
)
UPDATE cursor_place SET xid = last.xid, id = last.id
FROM (SELECT xid, id FROM fresh ORDER BY xid DESC, id DESC LIMIT 1) last WHERE name = 'notice'
"""
# By key, else by the provider's id at the same connection; and only within the brand whose connection heard it.
_FIND = """
WITH due AS (
    SELECT h.notice, n.key, n.reference, n.connection, n.brand FROM heard h JOIN notice n ON n.id = h.notice
    WHERE h.state = 'open' AND h.plan_id IS NULL AND h.next_at <= now() ORDER BY h.next_at, h.notice LIMIT 5000
), receipt AS (
    SELECT d.notice, d.brand, 1 AS how, a.plan_id, a.ordinal, a.key, a.id FROM due d
    JOIN attempt a ON a.key = d.key AND a.key <> '' WHERE d.key <> ''
    UNION ALL
    SELECT d.notice, d.brand, 2, a.plan_id, a.ordinal, a.key, a.id FROM due d
    JOIN attempt a ON a.reference = d.reference AND a.reference <> '' AND a.key <> ''
    JOIN chunk c ON c.id = a.chunk_id JOIN plan p ON p.id = a.plan_id
    WHERE d.reference <> '' AND p.settings #>> ARRAY['providers', c.provider, 'connection'] = d.connection::text
), found AS (
    SELECT DISTINCT ON (r.notice) r.notice, r.plan_id, r.ordinal, r.key FROM receipt r
    JOIN plan p ON p.id = r.plan_id JOIN mistake m ON m.id = p.mistake_id AND m.brand_id = r.brand
    ORDER BY r.notice, r.how, r.id DESC
), matched AS (
    UPDATE heard SET plan_id = f.plan_id, ordinal = f.ordinal, key = f.key FROM found f WHERE heard.notice = f.notice
)
UPDATE heard SET tries = tries + 1, next_at = {next_at}
FROM due d WHERE heard.notice = d.notice AND d.notice <> ALL(array(SELECT f.notice FROM found f))
"""
_NEXT_AT = """CASE WHEN heard.tries < 45 THEN now() + least(interval '5 s' * 2 ^ least(heard.tries, 20), '1 day')
     ELSE 'infinity' END"""
# An approval counts what was paid under its mistake's lock: nothing comes to count again behind its back. Whoever holds
# a mistake or a plan now is not waited for.
_MISTAKES = """
SELECT id FROM mistake WHERE id = ANY(
    SELECT p.mistake_id FROM heard h JOIN plan p ON p.id = h.plan_id WHERE h.state = 'open' AND h.next_at <= now())
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""
_PLANS = """
SELECT id FROM plan WHERE mistake_id = ANY(%s) AND id = ANY(
    SELECT plan_id FROM heard WHERE state = 'open' AND next_at <= now() AND plan_id IS NOT NULL)
ORDER BY id FOR KEY SHARE SKIP LOCKED
"""
# Acts that no worker touches: gathered ones are left alone until their outcome is written. `asked`: the provider waits
# for the customer, and its next word is the outcome. Everything is looked up act by act, through indexes: to join these
# lists with each other would cost the square of their length.
_TOLD = """
WITH due AS (
    SELECT h.notice, h.plan_id, h.ordinal, h.key FROM heard h
    WHERE h.state = 'open' AND h.next_at <= now() AND h.plan_id = ANY(%(plans)s) ORDER BY h.next_at LIMIT 5000
), told AS (
    SELECT t.plan_id, t.ordinal, t.customer_id, t.step, t.sequence, t.state, m.public_id, k.key,
           p.settings #> ARRAY['steps', t.step, 'routes'] AS routes, t.kind IN ('fix', 'make good') AS deed,
           t.state = 'waiting' AND t.next_at IS NULL AND EXISTS (
               SELECT 1 FROM attempt a WHERE a.plan_id = t.plan_id AND a.ordinal = t.ordinal AND a.key = k.key
                 AND a.answer = 'waiting') AS asked
    FROM (SELECT DISTINCT plan_id, ordinal FROM due) d JOIN act t USING (plan_id, ordinal)
    JOIN mistake m ON m.id = t.mistake_id JOIN plan p ON p.id = t.plan_id
    CROSS JOIN LATERAL (SELECT mg_act_key(m.public_id, t.customer_id, t.step, t.sequence, t.via) AS key) k
    WHERE t.again IS NULL
), newest AS (
    SELECT t.*, n.key AS heard_key, n.says, n.code, n.reference FROM told t CROSS JOIN LATERAL (
        SELECT DISTINCT ON (h.key) h.key, n.says, n.code, n.reference FROM heard h JOIN notice n ON n.id = h.notice
        WHERE h.plan_id = t.plan_id AND h.ordinal = t.ordinal AND n.says IN ('done', 'failed', 'bounced', 'reversed')
        ORDER BY h.key, n.position DESC,
                 array_position(ARRAY['reversed', 'bounced', 'failed', 'done'], n.says), n.code, n.id) n
)"""
_CHANGED = """, counted AS (
    UPDATE chunk SET done = chunk.done + n.done, failed = chunk.failed + n.failed,
                     unknown = chunk.unknown + n.unknown, waiting = chunk.waiting + n.waiting
    FROM (SELECT c.id, {sums} FROM changed v JOIN chunk c ON c.plan_id = v.plan_id AND NOT c.again
          AND v.ordinal BETWEEN c.lo AND c.hi GROUP BY c.id) AS n
    WHERE chunk.id = n.id
), followed AS (
    UPDATE act SET next_at = clock_timestamp() FROM changed v
    WHERE v.state = 'done' AND act.mistake_id = v.mistake_id AND act.customer_id = v.customer_id
      AND act.state = 'waiting' AND act.code IN ('earlier-step-open', 'earlier-step-failed') AND act.again IS NULL
), noted AS (
    INSERT INTO attempt (plan_id, ordinal, chunk_id, epoch, key, answer, code, reference, words, words_digest,
                         commitment, minor, currency)
    SELECT plan_id, ordinal, 0, 0, key, state, code, reference, '', '', '', minor, currency FROM changed
)
SELECT plan_id, ordinal, mistake_id, state, was, kind IN ('fix', 'make good') AND EXISTS (
    SELECT 1 FROM act e WHERE e.mistake_id = v.mistake_id AND e.customer_id = v.customer_id AND e.step = v.step
      AND e.sequence > v.sequence AND e.state IN ('planned', 'waiting', 'unknown', 'accepted', 'done')
      AND EXISTS (SELECT 1 FROM plan p WHERE p.id = e.plan_id AND p.approved_at IS NOT NULL)) AS again
FROM changed v
"""
_APPLY = """, changed AS (
    UPDATE act SET state = n.says, code = coalesce(nullif(n.code, ''), n.says),
           settled_at = CASE WHEN n.says = 'done' AND act.settles_at IS NOT NULL THEN act.settled_at
                             ELSE clock_timestamp() END,
           settles_at = NULL, next_at = CASE WHEN n.says <> 'done' AND n.code <> ALL(%(person)s) AND NOT EXISTS (
               SELECT 1 FROM heard h JOIN notice d ON d.id = h.notice
               WHERE h.plan_id = n.plan_id AND h.ordinal = n.ordinal AND d.says = 'disputed') THEN clock_timestamp() END
    FROM newest n
    WHERE act.plan_id = n.plan_id AND act.ordinal = n.ordinal AND n.heard_key = n.key
      AND act.state = n.state AND act.state <> n.says
      AND (act.state IN ('accepted', 'done', 'unknown', 'failed', 'bounced', 'reversed')
           OR act.state = 'cancelled' AND n.says = 'done' OR n.asked)
    RETURNING act.plan_id, act.ordinal, act.mistake_id, act.customer_id, act.step, act.sequence, act.kind, act.state,
              n.state AS was, act.code, act.minor, act.currency, n.key, n.reference
)"""
# Money of another route arrived after all. Where the act's own route has not paid and is not about to (its tries were
# answered with no, or there were none), the act is done by that other route.
_LATE_YES = """, changed AS (
    UPDATE act SET state = 'done', via = r.via, code = coalesce(nullif(n.code, ''), 'done'), next_at = NULL,
                   settled_at = clock_timestamp()
    FROM newest n JOIN LATERAL (
        SELECT g.via FROM generate_series(0, jsonb_array_length(n.routes)) AS g(via)
        WHERE mg_act_key(n.public_id, n.customer_id, n.step, n.sequence, g.via) = n.heard_key) r ON true
    WHERE act.plan_id = n.plan_id AND act.ordinal = n.ordinal AND n.heard_key <> n.key AND n.says = 'done' AND n.deed
      AND act.state = n.state AND act.state IN ('waiting', 'failed', 'bounced', 'reversed', 'cancelled')
    RETURNING act.plan_id, act.ordinal, act.mistake_id, act.customer_id, act.step, act.sequence, act.kind, act.state,
              n.state AS was, act.code, act.minor, act.currency, n.heard_key AS key, n.reference
)"""
_FILE = """, held AS (
    -- Not asked or repeated any more: that could be the second payment.
    UPDATE act SET next_at = NULL FROM newest n
    WHERE act.plan_id = n.plan_id AND act.ordinal = n.ordinal AND act.state = 'unknown' AND n.heard_key <> n.key
      AND n.says = 'done' AND n.deed
), sorted AS (
    SELECT d.notice, d.key, n.says, n.code, n.reference, t.plan_id, t.ordinal, t.mistake_id, t.minor, t.currency,
           n.says = 'done' AND t.kind IN ('fix', 'make good') AND t.state IN ('accepted', 'done', 'unknown') AS twice,
           CASE WHEN t.again IS NOT NULL THEN 'open' WHEN d.key <> k.key THEN 'late'
                WHEN t.state NOT IN ('planned', 'waiting') THEN 'taken'
                WHEN t.state = 'waiting' AND t.next_at IS NULL AND EXISTS (
                    SELECT 1 FROM attempt a WHERE a.plan_id = t.plan_id AND a.ordinal = t.ordinal AND a.key = k.key
                      AND a.answer = 'waiting') THEN 'taken'
                ELSE 'open' END AS becomes
    FROM due d JOIN act t USING (plan_id, ordinal) JOIN mistake m ON m.id = t.mistake_id
    JOIN notice n ON n.id = d.notice
    CROSS JOIN LATERAL (SELECT mg_act_key(m.public_id, t.customer_id, t.step, t.sequence, t.via) AS key) k
), filed AS (
    UPDATE heard SET state = o.becomes, tries = heard.tries + 1, next_at = {next_at}
    FROM sorted o WHERE heard.notice = o.notice
), noted AS (
    INSERT INTO attempt (plan_id, ordinal, chunk_id, epoch, key, answer, code, reference, words, words_digest,
                         commitment, minor, currency)
    SELECT plan_id, ordinal, 0, 0, key, CASE becomes WHEN 'late' THEN 'late' ELSE says END,
           CASE becomes WHEN 'late' THEN says ELSE code END, reference, '', '', '', minor, currency
    FROM sorted WHERE becomes = 'late' OR becomes = 'taken' AND says IN ('complained', 'disputed')
)
SELECT plan_id, ordinal, mistake_id, twice FROM sorted WHERE becomes = 'late'
"""
# What is perhaps paid twice, until one of the payments is known not to stand, or a person has said how it ended.
_ENDED = """
WITH open AS MATERIALIZED (
    SELECT DISTINCT e.mistake, e.subject, split_part(substr(e.subject, 5), '/', 1)::bigint AS plan_id,
           split_part(e.subject, '/', 2)::int AS ordinal
    FROM entry e WHERE e.mistake = ANY(%(mistakes)s) AND e.verb = %(twice)s AND NOT EXISTS (
        SELECT 1 FROM entry o WHERE o.mistake = e.mistake AND o.subject = e.subject AND o.verb = %(once)s
          AND o.id > e.id)
)
SELECT o.mistake, o.subject FROM open o JOIN act t USING (plan_id, ordinal) JOIN mistake m ON m.id = t.mistake_id
WHERE t.plan_id = ANY(%(plans)s)
  AND NOT (t.state IN ('accepted', 'done', 'unknown') AND EXISTS (
      SELECT 1 FROM (SELECT DISTINCT ON (h.key) n.says FROM heard h JOIN notice n ON n.id = h.notice
                     WHERE h.plan_id = t.plan_id AND h.ordinal = t.ordinal
                       AND h.key <> mg_act_key(m.public_id, t.customer_id, t.step, t.sequence, t.via)
                       AND n.says IN ('done', 'failed', 'bounced', 'reversed')
                     ORDER BY h.key, n.position DESC,
                              array_position(ARRAY['reversed', 'bounced', 'failed', 'done'], n.says)) newest
      WHERE newest.says = 'done'))
  AND NOT EXISTS (SELECT 1 FROM act a WHERE a.mistake_id = t.mistake_id AND a.customer_id = t.customer_id
                    AND a.step = t.step AND a.sequence > t.sequence
                    AND a.state IN ('planned', 'waiting', 'unknown', 'accepted', 'done') AND t.state = 'done')
"""
_COUNTED = {
    "done": ("done", "accepted"),
    "failed": ("failed", "bounced", "reversed"),
    "unknown": ("unknown",),
    "waiting": ("waiting",),
}
TWICE, ONCE = "act.perhaps-paid-twice", "act.paid-once"


def hear() -> int:
    """In the caller's transaction; returns how many acts changed."""
    with connection.cursor() as cursor:
        cursor.execute(_FRESH, {"below": settled_below(cursor)})
        kp("hear.read")
        cursor.execute(_FIND.format(next_at=_NEXT_AT))
        kp("hear.found")
        cursor.execute(_MISTAKES)
        mistakes = [mistake for (mistake,) in cursor.fetchall()]
        cursor.execute(_PLANS, [mistakes])
        plans = [plan for (plan,) in cursor.fetchall()]
        if not plans:
            return 0
        changed = _change(cursor, _APPLY, plans) + _change(cursor, _LATE_YES, plans)
        cursor.execute(_TOLD + _FILE.format(next_at=_NEXT_AT), {"plans": plans})
        late = cursor.fetchall()
        for plan, ordinal, mistake, twice in late:
            if twice:
                record(TWICE, f"act:{plan}/{ordinal}", actor=None, mistake=mistake)
        cursor.execute(_ENDED, {"mistakes": mistakes, "plans": plans, "twice": TWICE, "once": ONCE})
        for mistake, subject in cursor.fetchall():
            record(ONCE, subject, actor=None, mistake=mistake)
    kp("hear.applied")
    return changed


def _change(cursor: CursorWrapper, change: str, plans: Sequence[int]) -> int:
    cursor.execute(
        _TOLD + change + _CHANGED.format(sums=_sums()), {"plans": list(plans), "person": sorted(A_PERSON_FIRST)}
    )
    rows = cursor.fetchall()
    for plan, ordinal, mistake, state, _, again in rows:
        if state == "done" and again:  # planned and approved once more meanwhile
            record(TWICE, f"act:{plan}/{ordinal}", actor=None, mistake=mistake)
    return len(rows)


def _sums() -> str:
    """SQL: how each counter of a chunk changes, when acts were `was` and are `state`."""
    parts = []
    for name, states in _COUNTED.items():
        listed = ", ".join(f"'{state}'" for state in states)
        more, less = (f"count(*) FILTER (WHERE v.{word} IN ({listed}))" for word in ("state", "was"))
        parts.append(f"{more} - {less} AS {name}")
    return ", ".join(parts)
