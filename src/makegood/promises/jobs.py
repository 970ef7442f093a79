"""The clock of promises: what is coming due, late or missed is said once, whoever looks and however often.

A sweep reads the index of what is due and nothing else. A promise that nobody looked at over several of its moments has
each of them said that still means something: *coming* only before its moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from makegood.journal.actions import entry, record_all
from makegood.journal.models import Entry
from makegood.kit.clock import iso
from makegood.kit.killpoints import kp

A_ROUND = 5_000  # promises a sweep
# Asked for once, the clock is a figure that the index is searched by; asked for beside each row it would not be.
_DUE = """
SELECT id FROM promise WHERE state = 'open' AND next_at <= (SELECT clock_timestamp())
ORDER BY next_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""
_RAISE = """
WITH due AS MATERIALIZED (
    SELECT id, round, due_at, margin, clock_timestamp() AS moment FROM promise WHERE id = ANY(%(due)s)
), raised AS (
    INSERT INTO promise_event (promise, kind, round, at)
    SELECT d.id, k.kind, d.round, d.moment
    FROM due d CROSS JOIN LATERAL (VALUES
        ('coming', d.due_at - d.margin, d.due_at), ('late', d.due_at, NULL), ('missed', d.due_at + d.margin, NULL)
    ) AS k(kind, since, until)
    WHERE k.since <= d.moment AND (k.until IS NULL OR k.until > d.moment)
    ON CONFLICT (promise, kind, round) WHERE kind IN ('coming', 'late', 'missed') DO NOTHING
    RETURNING promise, kind
), moved AS (
    UPDATE promise SET next_at = CASE WHEN d.moment < d.due_at - d.margin THEN d.due_at - d.margin
        WHEN d.moment < d.due_at THEN d.due_at WHEN d.moment < d.due_at + d.margin THEN d.due_at + d.margin END
    FROM due d WHERE promise.id = d.id
)
SELECT r.kind, p.mistake_id, m.brand_id, p.id, p.due_at, p.owner_id, p.told_id
FROM raised r JOIN promise p ON p.id = r.promise JOIN mistake m ON m.id = p.mistake_id
ORDER BY p.id, array_position(ARRAY['coming', 'late', 'missed'], r.kind)
"""
_END = """
WITH ended AS (
    UPDATE promise SET state = %(state)s, ended_at = clock_timestamp(), next_at = NULL, reason = %(reason)s
    WHERE id = ANY(%(ids)s) AND state = 'open'
    RETURNING id, round, mistake_id, due_at, ended_at
), noted AS (
    INSERT INTO promise_event (promise, kind, round, at) SELECT id, %(state)s, round, ended_at FROM ended
)
SELECT e.id, e.mistake_id, m.brand_id, e.due_at < e.ended_at FROM ended e JOIN mistake m ON m.id = e.mistake_id
ORDER BY e.id
"""


def raise_due(most: int = A_ROUND) -> int:
    """Says what is coming due, late and missed, in the caller's transaction; returns how many events are new."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"most": most})
        due = [promise for (promise,) in cursor.fetchall()]
        if not due:
            return 0
        cursor.execute(_RAISE, {"due": due})
        raised = cursor.fetchall()
    kp("promise.raised")
    record_all(_raised(row) for row in raised)
    kp("promise.recorded")
    return len(raised)


def end_promises(ids: Iterable[int], state: str, reason: str) -> int:
    """What the acts have kept, or a cancelled plan has released, in the caller's transaction; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_END, {"ids": list(ids), "state": state, "reason": reason})
        ended = cursor.fetchall()
    record_all(
        entry(
            f"promise.{state}",
            f"promise:{promise}",
            actor=None,
            brand=brand,
            mistake=mistake,
            facts={"by": reason} | ({"late": late} if state == "kept" else {}),
        )
        for promise, mistake, brand, late in ended
    )
    return len(ended)


def _raised(row: tuple[Any, ...]) -> Entry:
    """A missed one is escalated: the entry names who hears of it beside its owner."""
    kind, mistake, brand, promise, due, owner, told = row
    facts = {"due": iso(due), "owner": owner} | ({"escalated": told} if kind == "missed" and told is not None else {})
    return entry(f"promise.{kind}", f"promise:{promise}", actor=None, brand=brand, mistake=mistake, facts=facts)
