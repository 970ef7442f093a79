"""What acts say of promises: those they carry are kept once they are settled; what nobody was told is owed by nobody.

Read off the tally of each plan's steps, never act by act: a promise to a million is looked at as fast as one to five.
"""

from __future__ import annotations

from django.db import connection

from makegood.acts.fence import fenced_because
from makegood.kit.killpoints import kp
from makegood.promises.jobs import end_promises, raise_due

# A promise of a later plan than the one that made it: "the next update" is kept by that, and once the mistake is fixed
# by whatever its customers are told next. Another step's acts count whichever plan they are of, once one covers the
# customers who were promised it. Money is there when it is done; a message when it was taken.
_SETTLED = """
WITH tied AS MATERIALIZED (
    SELECT p.id, p.mistake_id, p.carried, p.step = ANY(p.carried) AS own, l.number, l.scope_id,
           m.fixed_at IS NOT NULL AS fixed
    FROM promise p JOIN plan l ON l.id = p.plan JOIN mistake m ON m.id = p.mistake_id
    WHERE p.state = 'open' AND p.plan > 0 AND p.carried <> '{}'
), carrier AS (
    SELECT t.id, c.id AS plan_id, s.step, s.kind, c.scope_id >= t.scope_id AS covers
    FROM tied t JOIN plan c ON c.mistake_id = t.mistake_id AND c.approved_at IS NOT NULL
         AND (NOT t.own OR c.number > t.number)
    CROSS JOIN LATERAL (SELECT key AS step, value ->> 'kind' AS kind FROM jsonb_each(c.settings -> 'steps')) s
    WHERE s.step = ANY(t.carried) OR t.own AND t.fixed AND s.kind = 'tell'
), settled AS (
    SELECT r.id, bool_or(r.covers) AS covers, coalesce(sum(a.acts) FILTER (
               WHERE a.state IN ('planned', 'waiting', 'unknown') OR r.kind IN ('fix', 'make good')
                     AND a.state IN ('accepted', 'failed', 'reversed', 'bounced')), 0) AS unsettled
    FROM carrier r LEFT JOIN LATERAL (
        SELECT state, sum(acts) AS acts FROM act_tally WHERE plan_id = r.plan_id AND step = r.step
        GROUP BY state HAVING sum(acts) <> 0) a ON true
    GROUP BY r.id
)
SELECT id FROM settled WHERE covers AND unsettled = 0 ORDER BY id
"""
# Its plan was cancelled before anybody read it.
_UNSAID = """
SELECT p.id FROM promise p JOIN plan l ON l.id = p.plan AND l.state = 'cancelled'
WHERE p.state = 'open' AND p.plan > 0 AND NOT EXISTS (
    SELECT FROM act_tally a WHERE a.plan_id = p.plan AND a.step = p.step AND a.state NOT IN ('cancelled', 'failed')
    GROUP BY a.state HAVING sum(a.acts) <> 0)
ORDER BY p.id
"""


def follow_promises() -> int:
    """Ends what the acts have settled and says what is due, in the sweeper's transaction; returns how many events."""
    if fenced_because():
        return 0  # of a database that may not be the newest one nobody is alarmed
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED)
        kept = [promise for (promise,) in cursor.fetchall()]
        cursor.execute(_UNSAID)
        unsaid = [promise for (promise,) in cursor.fetchall()]
    ended = end_promises(kept, "kept", "acts-settled") if kept else 0
    ended += end_promises(unsaid, "released", "never-said") if unsaid else 0
    kp("promise.ended")
    return ended + raise_due()
