"""Writing verbs of carrying out: apply, pause, resume, cancel, settle what is unknown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from makegood.acts.jobs import wake
from makegood.acts.models import Chunk, Pace
from makegood.journal.actions import record
from makegood.kit.clock import now
from makegood.kit.errors import NotFound, Refused
from makegood.kit.killpoints import kp
from makegood.kit.plugins import scrub
from makegood.plans.draft import plan_digest
from makegood.plans.models import Approval, Part, Plan
from makegood.plans.promising import make_promises
from makegood.promises.actions import clock

# Reconciling after a restore may have made it for a plan that was not applied yet in the backup.
ATTEMPTS = "SELECT mg_new_part('attempt', %s), mg_attach_part('attempt', %s) WHERE to_regclass(%s) IS NULL"
# Acts that were found done, or held, before their wave opened: only they have attempts then, so others cost nothing.
_CATCH_UP = """
WITH touched AS MATERIALIZED (
    SELECT c.id, c.plan_id, c.lo, c.hi FROM chunk c
    WHERE c.plan_id = %(plan)s AND c.wave = %(wave)s AND NOT c.again
      AND EXISTS (SELECT FROM attempt t WHERE t.plan_id = c.plan_id AND t.ordinal BETWEEN c.lo AND c.hi)
)
UPDATE chunk SET done = n.done, failed = n.failed, unknown = n.unknown, waiting = n.waiting
FROM (SELECT c.id, count(*) FILTER (WHERE a.state IN ('done', 'accepted')) AS done,
             count(*) FILTER (WHERE a.state IN ('failed', 'reversed', 'bounced')) AS failed,
             count(*) FILTER (WHERE a.state = 'unknown') AS unknown,
             count(*) FILTER (WHERE a.state = 'waiting') AS waiting
      FROM touched c JOIN act a ON a.plan_id = c.plan_id AND a.ordinal BETWEEN c.lo AND c.hi GROUP BY c.id) n
WHERE chunk.id = n.id
"""
_OPEN_WAVE = """
INSERT INTO chunk (plan_id, wave, step, provider, due_at, lo, hi, again, digest, state, claimed_to, settled_to, epoch,
                   worker, done, failed, unknown, waiting)
SELECT plan_id, wave, step, provider, due_at, lo, hi, false, digest, 'open', lo - 1, lo - 1, 0, '', 0, 0, 0, 0
FROM plan_part WHERE plan_id = %s AND wave = %s ORDER BY number
RETURNING id, due_at <= clock_timestamp()
"""
# Left alone: what a worker has claimed and not yet recorded (it may be under way at this moment), and what a person
# has been asked to do (their task is still on the list; their word settles it).
_CANCEL = """
WITH gone AS (
    UPDATE act SET state = 'cancelled', code = %(code)s, next_at = NULL, again = NULL, settled_at = clock_timestamp()
    FROM (SELECT plan_id, ordinal, state FROM act WHERE plan_id = %(plan)s AND state IN ('planned', 'waiting')) AS was
    WHERE act.plan_id = was.plan_id AND act.ordinal = was.ordinal AND act.state = was.state
      AND NOT EXISTS (SELECT 1 FROM chunk c WHERE c.plan_id = act.plan_id AND act.ordinal > c.settled_to
                      AND act.ordinal <= c.claimed_to AND (NOT c.again OR c.id = act.again))
      AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.plan_id = act.plan_id AND a.ordinal = act.ordinal
                      AND a.answer = 'waiting')
    RETURNING act.plan_id, act.ordinal, was.state
), counted AS (
    UPDATE chunk SET waiting = waiting - n.count
    FROM (SELECT c.id, count(*) FROM gone g JOIN chunk c ON c.plan_id = g.plan_id AND NOT c.again
          AND g.ordinal BETWEEN c.lo AND c.hi WHERE g.state = 'waiting' GROUP BY c.id) AS n
    WHERE chunk.id = n.id
)
SELECT count(*) FROM gone
"""
# An unknown act that was gathered and not yet claimed: its chunk will never be taken now, the sweeper gathers it anew
# into one that only asks.
_LET_GO = """
UPDATE act SET again = NULL FROM chunk c
WHERE act.plan_id = %s AND act.state = 'unknown' AND c.id = act.again AND act.ordinal > c.claimed_to
"""
# An unknown act that a worker is looking up at this moment; the lock makes its next window wait for the person's word.
_UNDER_WAY = """
SELECT c.id FROM act a JOIN chunk c ON c.id = a.again
WHERE a.plan_id = %s AND a.ordinal = %s AND a.ordinal > c.settled_to AND a.ordinal <= c.claimed_to
FOR UPDATE OF c
"""
_FOLLOW = """
UPDATE act SET next_at = clock_timestamp() FROM act done
WHERE done.plan_id = %s AND done.ordinal = %s AND act.mistake_id = done.mistake_id
  AND act.customer_id = done.customer_id AND act.state = 'waiting'
  AND act.code IN ('earlier-step-open', 'earlier-step-failed') AND act.again IS NULL
"""


@transaction.atomic
def apply_plan(plan_id: int, *, actor: int | None) -> Plan:
    """Starts exactly what was approved: opens the first wave. Raises `Refused` for any other state. `actor` None: the
    clock, for an update that was approved before."""
    plan = _locked(plan_id)
    if plan.state in ("applying", "paused", "stopped", "done"):
        raise Refused(
            f"Plan {plan.number} is already {plan.state}.",
            remedy="See 'makegood status'; a paused or stopped plan goes on with 'makegood resume'.",
            code="already-applied",
        )
    approval = Approval.objects.filter(plan=plan).first()
    if plan.state != "approved" or approval is None or approval.digest != plan.digest:
        raise Refused(
            f"Plan {plan.number} is {plan.state}, not approved.",
            remedy="Have it approved first: 'makegood approve'.",
            code="not-approved",
        )
    _check_root(plan)
    with connection.cursor() as cursor:
        cursor.execute(ATTEMPTS, [plan.id, plan.id, f"attempt_{plan.id}"])
    _set_paces(plan)
    plan.state, plan.applied_at = "applying", now()
    plan.save(update_fields=["state", "applied_at"])
    _promise_update(plan)
    make_promises(plan, clock(), actor=actor)
    kp("act.in_apply")
    open_wave(plan, 1)
    record("plan.applied", f"plan:{plan.id}", actor=actor, mistake=plan.mistake_id, facts={"digest": plan.digest})
    return plan


def open_wave(plan: Plan, wave: int) -> int:
    """Adds the chunks of a wave and wakes workers for those that are due, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_WAVE, [plan.id, wave])
        chunks = cursor.fetchall()
        cursor.execute(_CATCH_UP, {"plan": plan.id, "wave": wave})
    Plan.objects.filter(id=plan.id).update(wave=wave)
    plan.wave = wave
    wake([chunk for chunk, due in chunks if due])
    return len(chunks)


@transaction.atomic
def pause_plan(plan_id: int, *, actor: int, reason: str) -> Plan:
    """Claims nothing more; windows already sent are recorded."""
    plan = _in_state(plan_id, {"applying"}, "pause")
    _set_state(plan, "paused", reason)
    Chunk.objects.filter(plan=plan, state="open").update(state="paused")
    record("plan.paused", f"plan:{plan.id}", actor=actor, mistake=plan.mistake_id)
    return plan


@transaction.atomic
def resume_plan(plan_id: int, *, actor: int) -> Plan:
    plan = _in_state(plan_id, {"paused", "stopped"}, "resume")
    was = plan.state
    _set_state(plan, "applying", "")
    chunks = list(Chunk.objects.filter(plan=plan, state="paused").values_list("id", flat=True))
    Chunk.objects.filter(id__in=chunks).update(state="open")
    wake(chunks)
    record("plan.resumed", f"plan:{plan.id}", actor=actor, mistake=plan.mistake_id, facts={"was": was})
    return plan


@transaction.atomic
def cancel_plan(plan_id: int, *, actor: int, reason: str) -> int:
    """Cancels every act that has not started; returns how many. What was done stays done."""
    plan = _in_state(plan_id, {"approved", "applying", "paused", "stopped"}, "cancel")
    Chunk.objects.filter(plan=plan, state__in=["open", "paused"]).update(state="cancelled")
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL, {"plan": plan.id, "code": "plan-cancelled"})
        count = int(cursor.fetchone()[0])
        cursor.execute(_LET_GO, [plan.id])
    _set_state(plan, "cancelled", reason)
    Plan.objects.filter(id=plan.id).update(finished_at=now())
    kp("act.in_cancel")
    record("plan.cancelled", f"plan:{plan.id}", actor=actor, mistake=plan.mistake_id, facts={"acts": count})
    return count


@transaction.atomic
def settle_unknown(plan_id: int, ordinal: int, *, took_effect: bool, actor: int, proof: str) -> None:
    """A person's word on an act whose outcome was unknown: it is done, or it failed and a new plan may repeat it.

    Raises `NotFound` when the act is not unknown, `Refused` while a worker is asking the provider about it. `proof`
    is what the person saw (kept in the journal as a code).
    """
    state = "done" if took_effect else "failed"
    with connection.cursor() as cursor:
        cursor.execute(_UNDER_WAY, [plan_id, ordinal])
        if cursor.fetchone() is not None:
            raise Refused(
                f"A worker is asking about act {ordinal} at this moment.",
                remedy="Look again in a minute.",
                code="under-way",
            )
        cursor.execute(
            "UPDATE act SET state = %s, code = 'by-person', next_at = NULL, again = NULL, "
            "settled_at = clock_timestamp() "
            "WHERE plan_id = %s AND ordinal = %s AND state = 'unknown' RETURNING mistake_id, minor, currency",
            [state, plan_id, ordinal],
        )
        row = cursor.fetchone()
        if row is None:
            raise NotFound(
                f"Act {ordinal} of this plan is not unknown.",
                remedy="List them: 'makegood unknown'.",
                code="not-unknown",
            )
        cursor.execute(
            "INSERT INTO attempt (plan_id, ordinal, chunk_id, epoch, key, answer, code, reference, words, "
            "words_digest, commitment, minor, currency) "
            "VALUES (%s, %s, 0, 0, '', %s, 'by-person', %s, %s, '', '', %s, %s)",
            [plan_id, ordinal, "done" if took_effect else "absent", f"staff:{actor}", scrub(proof), row[1], row[2]],
        )
        cursor.execute(
            "UPDATE chunk SET unknown = unknown - 1, done = done + %s, failed = failed + %s WHERE id = ("
            "SELECT id FROM chunk WHERE plan_id = %s AND NOT again AND %s BETWEEN lo AND hi LIMIT 1)",
            [int(took_effect), int(not took_effect), plan_id, ordinal],
        )
        if took_effect:
            cursor.execute(_FOLLOW, [plan_id, ordinal])
    kp("act.in_settle")
    record("act.settled", f"act:{plan_id}/{ordinal}", actor=actor, mistake=row[0], facts={"state": state})


def _check_root(plan: Plan) -> None:
    """The digest that was approved is computed once more from what the tables hold now."""
    parts = list(Part.objects.filter(plan=plan).order_by("number").values_list("digest", flat=True))
    if plan_digest(plan, plan.settings, plan.revisions, parts) != plan.digest:
        raise Refused(
            f"Plan {plan.number} is not what was approved: its settings, documents or chunks were changed since.",
            remedy="Find out who changed the tables (makegood verify), then plan and approve again.",
            code="not-what-was-approved",
        )


def _promise_update(plan: Plan) -> None:
    """From now on the update after this one is waited for, and none after an earlier one."""
    update = plan.settings.get("update")
    if update is None:
        return
    Plan.objects.filter(mistake=plan.mistake_id, stage=plan.stage, update_at__isnull=False).update(update_at=None)
    Plan.objects.filter(id=plan.id).update(update_at=datetime.fromisoformat(update["since"]))


def _set_paces(plan: Plan) -> None:
    brand = plan.settings["mistake"]["brand"]
    for provider, (count, seconds) in plan.settings.get("pace", {}).items():
        per_second = count / seconds
        Pace.objects.update_or_create(
            name=f"{brand}/{provider}", defaults={"per_second": per_second}, create_defaults={"per_second": per_second}
        )


def _locked(plan_id: int) -> Plan:
    return Plan.objects.select_for_update(of=("self",)).get(id=plan_id)


def _in_state(plan_id: int, states: set[str], verb: str) -> Plan:
    plan = _locked(plan_id)
    if plan.state not in states:
        raise Refused(
            f"Plan {plan.number} is {plan.state}; only a plan that is {' or '.join(sorted(states))} can {verb}.",
            remedy="See 'makegood status'.",
            code="wrong-state",
        )
    return plan


def _set_state(plan: Plan, state: str, reason: str) -> None:
    changed: dict[str, Any] = {"state": state, "reason": reason}
    Plan.objects.filter(id=plan.id).update(**changed)
    plan.state, plan.reason = state, reason
