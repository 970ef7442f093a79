"""The sweeper: independent of the queue, every few seconds, one at a time.

It wakes chunks that nobody works on, gathers acts whose waiting is over, opens the next wave, ends plans that are
finished, picks up what people settled and what time settled, asks for updates that are due, says which promises are
kept, late or missed, and seals the journal.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from makegood.acts.actions import open_wave
from makegood.acts.fence import remembered
from makegood.acts.hearing import hear
from makegood.acts.jobs import tidy, wake
from makegood.acts.leases import LEASE_SECONDS
from makegood.acts.promised import follow_promises
from makegood.acts.reroute import take_next_routes
from makegood.acts.settle import settle_after_windows, settle_by_people
from makegood.acts.stops import COUNTS, why_stop
from makegood.acts.updates import call_updates
from makegood.customers.actions import keep_erasures
from makegood.journal.actions import record, seal
from makegood.journal.models import Entry
from makegood.kit.clock import now
from makegood.kit.home import home
from makegood.kit.killpoints import kp
from makegood.plans.models import Part, Plan
from makegood.plans.tally import gather_tally

_ONE_SWEEPER = 0x6D67_7377
_SLEEPING = """
(SELECT id FROM chunk WHERE state = 'open' AND due_at <= clock_timestamp()
   AND (lease_until IS NULL OR lease_until < clock_timestamp()) ORDER BY wave, id LIMIT 2000)
UNION ALL
(SELECT id FROM chunk WHERE state = 'cancelled' AND claimed_to > settled_to
   AND (lease_until IS NULL OR lease_until < clock_timestamp()) ORDER BY id LIMIT 2000)
"""
# No lease ends later than one lease from now, unless the clock was set back: a dead worker's chunk would wait for as
# long. A holder that lives counts by a clock of its own, from before this moment, and so has ended before.
_SET_BACK = """
UPDATE chunk SET lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE (state = 'open' OR state = 'cancelled' AND claimed_to > settled_to)
  AND lease_until > clock_timestamp() + make_interval(secs => 2 * %(lease)s)
"""
# Plans first, in a lock that pausing and cancelling wait for: no chunk is opened behind their back, and nobody who
# holds a plan and wants its acts ever waits for a sweeper that holds the acts.
_PLANS = """
SELECT p.id FROM plan p WHERE p.state IN ('applying', 'done', 'cancelled') AND EXISTS (
    SELECT 1 FROM act t WHERE t.plan_id = p.id AND t.next_at <= clock_timestamp() AND t.again IS NULL
    AND t.state IN ('waiting', 'unknown'))
FOR KEY SHARE OF p SKIP LOCKED
"""
# Not the plain `next_at IS NOT NULL` at the end: while the statistics are from before anything waited, the index of
# what waits looks empty, and was read whole for each of thousands of acts that fell due together.
_GATHER = """
WITH due AS (
    SELECT plan_id, ordinal, wave, step, provider, closing,
           (row_number() OVER (PARTITION BY plan_id, wave, step, provider ORDER BY ordinal) - 1) / 500 AS place
    FROM (SELECT t.plan_id, t.ordinal, t.wave, t.step, p.state = 'cancelled' AS closing,
                 coalesce(CASE WHEN t.via > 0
                     THEN p.settings #>> ARRAY['steps', t.step, 'routes', (t.via - 1)::text, '0'] END,
                     t.provider) AS provider
          FROM act t JOIN plan p ON p.id = t.plan_id
          WHERE t.next_at <= clock_timestamp() AND t.again IS NULL AND t.state IN ('waiting', 'unknown')
            AND t.plan_id = ANY(%(plans)s)
          ORDER BY t.next_at LIMIT 20000) AS t
), made AS (
    INSERT INTO chunk (plan_id, wave, step, provider, due_at, lo, hi, again, digest, state, claimed_to, settled_to,
                       epoch, worker, done, failed, unknown, waiting)
    SELECT plan_id, wave, step, provider, clock_timestamp(), min(ordinal), max(ordinal), true, '',
           CASE WHEN closing THEN 'cancelled' ELSE 'open' END,
           CASE WHEN closing THEN max(ordinal) ELSE min(ordinal) - 1 END, min(ordinal) - 1, 0, '', 0, 0, 0, 0
    FROM due GROUP BY plan_id, wave, step, provider, closing, place
    RETURNING id, plan_id, wave, step, provider, lo, hi
)
UPDATE act SET again = made.id
FROM made JOIN due ON due.plan_id = made.plan_id AND due.wave = made.wave AND due.step = made.step
     AND due.provider = made.provider AND due.ordinal BETWEEN made.lo AND made.hi
WHERE act.plan_id = due.plan_id AND act.ordinal = due.ordinal AND coalesce(act.next_at IS NOT NULL, false)
"""
# Acts of a cancelled plan are gathered to learn what became of them, never to send: their chunk is closing at once.
# Asked of each plan by itself, not joined: an act is looked for in its own plan's partition only.
_RESTING = """
SELECT p.id FROM plan p WHERE p.id = ANY(%s)
   AND (SELECT 1 FROM chunk c WHERE c.plan_id = p.id AND c.wave = p.wave AND c.state IN ('open', 'paused') LIMIT 1)
       IS NULL
   AND (SELECT 1 FROM act a WHERE a.plan_id = p.id AND a.wave = p.wave AND a.next_at IS NOT NULL LIMIT 1) IS NULL
"""


@dataclass(frozen=True)
class Swept:
    woken: int
    gathered: int
    settled: int
    sealed: int


def sweep() -> Swept | None:
    """One round; None when another sweeper is at it."""
    with transaction.atomic():
        if not _alone():
            return None
        passed = hear() + settle_after_windows()
        take_next_routes()
        kp("sweep.windows")
    with transaction.atomic():
        if not _alone():
            return None
        kp("sweep.locked")
        settled = passed + settle_by_people()
        kp("sweep.settled")
        gathered = _gather()
        kp("sweep.gathered")
        _advance()
        kp("sweep.advanced")
        tidy()
        gather_tally()
        woken = _wake_sleeping()
        call_updates()
        follow_promises()
    keep_erasures(home() / "anchors" / "erasures.log")
    kp("sweep.committed")
    return Swept(woken=woken, gathered=gathered, settled=settled, sealed=seal(home() / "anchors" / "seals.log"))


def _alone() -> bool:
    """No other sweeper is at it until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_SWEEPER])
        return bool(cursor.fetchone()[0])


def _gather() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_PLANS)
        plans = [plan for (plan,) in cursor.fetchall()]
        if not plans:
            return 0
        cursor.execute(_GATHER, {"plans": plans})
        return int(cursor.rowcount)


def _wake_sleeping() -> int:
    standing = remembered()
    if standing is not None and not standing.free:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_SET_BACK, {"lease": LEASE_SECONDS})
        cursor.execute(_SLEEPING)
        return wake([chunk for (chunk,) in cursor.fetchall()])


def _advance() -> None:
    """Opens the next wave of a plan whose wave is at rest; ends the plan after its last."""
    plans = list(Plan.objects.select_for_update(of=("self",), skip_locked=True).filter(state="applying"))
    with connection.cursor() as cursor:
        cursor.execute(_RESTING, [[plan.id for plan in plans]])
        resting = {plan for (plan,) in cursor.fetchall()}
    for plan in plans:
        if plan.id not in resting or _past_a_limit(plan):
            continue
        # Not simply the next number: a wave of a few per cent can be empty.
        following = Part.objects.filter(plan=plan, wave__gt=plan.wave).order_by("wave").first()
        if following is None:
            _end(plan)
        else:
            open_wave(plan, following.wave)
            record("wave.opened", f"plan:{plan.id}", actor=None, mistake=plan.mistake_id, facts={"wave": plan.wave})


def _past_a_limit(plan: Plan) -> bool:
    """Stops a plan whose worker died between recording the failures of a wave and stopping it: no wave opens after
    that. A wave that was stopped once and resumed is a person's decision."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [plan.id, plan.wave])
        names = [column.name for column in cursor.description or ()]
        row = dict(zip(names, cursor.fetchone() or (), strict=False))
    reason = why_stop({**row, "settings": plan.settings}, plan.wave) if row else ""
    stopped = Entry.objects.filter(verb="plan.stopped", subject=f"plan:{plan.id}")
    if not reason or stopped.filter(facts__contains=f"of wave {plan.wave} ").exists():
        return False
    Plan.objects.filter(id=plan.id).update(state="stopped", reason=reason)
    record("plan.stopped", f"plan:{plan.id}", actor=None, mistake=plan.mistake_id, facts={"reason": reason})
    return True


def _end(plan: Plan) -> None:
    Plan.objects.filter(id=plan.id).update(state="done", finished_at=now())
    record("plan.done", f"plan:{plan.id}", actor=None, mistake=plan.mistake_id)
