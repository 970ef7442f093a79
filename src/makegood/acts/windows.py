"""One window, one transaction: results of the last window, the fence, and the intent for the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from makegood.acts.answers import Outcome
from makegood.acts.connections import Db
from makegood.acts.fence import claiming
from makegood.acts.leases import LEASE_SECONDS, Lease
from makegood.acts.sendlog import home_name
from makegood.kit.clock import elapsed
from makegood.kit.killpoints import kp

_RECORD = """
UPDATE act SET state = r.state, code = r.code, tries = r.tries, next_at = r.next_at, again = NULL,
               settled_at = CASE WHEN r.state IN ('done', 'failed', 'cancelled') OR r.settles IS NOT NULL
                                 THEN clock_timestamp() END,
               settles_at = clock_timestamp() + make_interval(secs => r.settles)
FROM unnest(%(ordinal)s::int[], %(state)s::text[], %(code)s::text[], %(tries)s::int[], %(next_at)s::timestamptz[],
            %(settles)s::double precision[]) AS r(ordinal, state, code, tries, next_at, settles)
WHERE act.plan_id = %(plan)s AND act.ordinal = r.ordinal AND act.state NOT IN ('done', 'reversed', 'bounced')
  AND (act.state <> 'cancelled' OR r.state IN ('done', 'accepted', 'unknown'))
  AND (SELECT epoch FROM chunk WHERE id = %(chunk)s) = %(epoch)s
"""
# An act cancelled while it was under way is what it turned out to be: money that moved is never called cancelled.
_CANCELLED = """
WITH cancelled AS (
    UPDATE act SET state = 'cancelled', code = 'plan-cancelled', next_at = NULL, settled_at = clock_timestamp()
    WHERE plan_id = %(plan)s AND ordinal = ANY(%(ordinals)s) AND state = 'waiting' RETURNING 1
)
UPDATE chunk SET waiting = waiting - (SELECT count(*) FROM cancelled) WHERE id = %(chunk)s
"""
_ATTEMPT = """
INSERT INTO attempt (plan_id, ordinal, chunk_id, epoch, at, key, answer, code, reference, words, words_digest,
                     commitment, minor, currency)
SELECT %(plan)s, r.ordinal, %(chunk)s, %(epoch)s, clock_timestamp(), r.key, r.answer, r.code, r.reference, r.words,
       r.words_digest, r.commitment, r.minor, r.currency
FROM unnest(%(ordinal)s::int[], %(key)s::text[], %(answer)s::text[], %(code)s::text[], %(reference)s::text[],
            %(words)s::text[], %(words_digest)s::text[], %(commitment)s::text[], %(minor)s::bigint[],
            %(currency)s::text[])
     AS r(ordinal, key, answer, code, reference, words, words_digest, commitment, minor, currency)
"""
# The fence comes first: it locks the chunk, so that an old holder touches no act and waits for none. No row: another
# worker holds the chunk now. One that was paused, cancelled or fenced meanwhile keeps its results, but claims no more.
_FENCE = """
UPDATE chunk SET settled_to = claimed_to,
                 claimed_to = CASE WHEN state = 'open' AND mg_acts_free(%(fence_home)s, %(fence_epoch)s)
                                   THEN greatest(claimed_to, %(claim_to)s) ELSE claimed_to END,
                 claimed_at = CASE WHEN state = 'open' AND %(claim_to)s > claimed_to THEN clock_timestamp()
                                   ELSE claimed_at END,
                 senders = CASE WHEN state = 'open' AND %(claim_to)s > claimed_to THEN ARRAY[epoch] ELSE senders END,
                 settles_at = least(settles_at, clock_timestamp() + make_interval(secs => %(soonest)s)),
                 lease_until = clock_timestamp() + make_interval(secs => %(lease)s), home = %(home)s,
                 done = done + %(done)s, failed = failed + %(failed)s, unknown = unknown + %(unknown)s,
                 waiting = waiting + %(waiting)s
WHERE id = %(chunk)s AND epoch = %(epoch)s
RETURNING state, claimed_to, clock_timestamp() AS now
"""
_SENDS = "UPDATE chunk SET senders = senders || epoch WHERE id = %(chunk)s AND epoch = %(epoch)s RETURNING 1"
_FINISH = """
UPDATE chunk SET state = CASE WHEN state = 'open' THEN 'done' ELSE state END, lease_until = NULL
WHERE id = %(chunk)s AND epoch = %(epoch)s AND claimed_to >= hi AND settled_to = claimed_to
"""


class Fenced(Exception):
    """The chunk has another holder: return quietly, write nothing."""


async def commit_window(db: Db, lease: Lease, outcomes: Sequence[Outcome], *, claim_to: int) -> bool:
    """Records `outcomes` and claims up to `claim_to`; true when the claim holds (chunk open, acts free).

    Raises `Fenced` with nothing written when the epoch has moved on.
    """
    free = await claiming()
    asked_at = elapsed()
    fence = {"chunk": lease.id, "epoch": lease.epoch, "claim_to": claim_to, "lease": LEASE_SECONDS, "home": home_name()}
    tried = [outcome for outcome in outcomes if outcome.attempt]
    columns = _columns(lease, outcomes)
    async with db.pipeline(), db.transaction():
        cursor = await db.execute(_FENCE, {**fence, **free, "soonest": _soonest(outcomes), **count_changes(outcomes)})
        if outcomes:
            await db.execute(_RECORD, columns)
        if tried:
            await db.execute(_ATTEMPT, columns if len(tried) == len(outcomes) else _columns(lease, tried))
        row = await cursor.fetchone()
        if row is None:
            raise Fenced
        kp("act.in_record")
        if row["state"] == "cancelled":
            await _cancel_untried(db, lease, outcomes)
    kp("act.recorded")
    lease.extend(asked_at)
    lease.settled_to, lease.claimed_to = lease.claimed_to, row["claimed_to"]
    lease.seen_at = row["now"]
    return bool(row["state"] == "open" and row["claimed_to"] >= claim_to)


async def _cancel_untried(db: Db, lease: Lease, outcomes: Sequence[Outcome]) -> None:
    """The plan was cancelled while this window was under way: what it did not try is cancelled with the rest."""
    untried = [outcome.ordinal for outcome in outcomes if outcome.state == "waiting" and not outcome.attempt]
    await db.execute(_CANCELLED, {"plan": lease.plan_id, "ordinals": untried, "chunk": lease.id})


async def join_senders(db: Db, lease: Lease) -> None:
    """Before this holder sends of a window that another one claimed, and logs it itself. Raises `Fenced`."""
    cursor = await db.execute(_SENDS, {"chunk": lease.id, "epoch": lease.epoch})
    if await cursor.fetchone() is None:
        raise Fenced


async def finish(db: Db, lease: Lease) -> None:
    """Closes a chunk whose every act has an outcome; otherwise only gives the lease back."""
    await db.execute(_FINISH, {"chunk": lease.id, "epoch": lease.epoch})


def _soonest(outcomes: Sequence[Outcome]) -> float | None:
    """Seconds until the first of what was taken in this window may have settled."""
    return min((o.settles_after.total_seconds() for o in outcomes if o.settles_after is not None), default=None)


def count_changes(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How the chunk's counters change: an act leaves what it was counted as and joins what it is now."""
    change = {"done": 0, "failed": 0, "unknown": 0, "waiting": 0}
    for outcome in outcomes:
        for state, step in ((outcome.state, 1), (outcome.was, -1)):
            name = "done" if state in ("done", "accepted") else state
            if name in change:
                change[name] += step
    return change


def _columns(lease: Lease, outcomes: Sequence[Outcome]) -> dict[str, object]:
    return {
        "plan": lease.plan_id,
        "chunk": lease.id,
        "epoch": lease.epoch,
        "ordinal": array_text(o.ordinal for o in outcomes),
        "state": array_text(o.state for o in outcomes),
        "code": array_text(o.code for o in outcomes),
        "tries": array_text(o.tries for o in outcomes),
        "next_at": array_text(o.next_at.isoformat() if o.next_at else None for o in outcomes),
        "settles": array_text(_seconds(o.settles_after) for o in outcomes),
        "key": array_text(o.key for o in outcomes),
        "answer": array_text(o.attempt for o in outcomes),
        "reference": array_text(o.reference for o in outcomes),
        "words": array_text(o.words for o in outcomes),
        "words_digest": array_text(o.words_digest for o in outcomes),
        "commitment": array_text(o.commitment for o in outcomes),
        "minor": array_text(o.minor for o in outcomes),
        "currency": array_text(o.currency for o in outcomes),
    }


def _seconds(after: timedelta | None) -> str | None:
    return None if after is None else str(after.total_seconds())


def array_text(values: Iterable[str | int | None]) -> str:
    """An array as PostgreSQL writes it, several times quicker than adapting a list element by element."""
    return "{" + ",".join([_element(value) for value in values]) + "}"


def _element(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'
