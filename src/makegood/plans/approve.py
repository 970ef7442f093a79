"""Approving exactly one digest: by another person within their limits, by the standing rule, or solo after a wait.

What repeats is approved once for a number of times: see `approve_by_schedule`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from makegood.journal.actions import record
from makegood.kit.clock import now, spoken
from makegood.kit.digest import digest_of
from makegood.kit.errors import Finding, NotAllowed, NotFound, Refused
from makegood.kit.killpoints import kp
from makegood.mistakes.models import Mistake
from makegood.mistakes.queries import require_open
from makegood.people.models import Brand
from makegood.people.queries import MAY, Person, access_brand, roles_in
from makegood.plans.accept import check_reasons, reasons
from makegood.plans.inputs import spent
from makegood.plans.limits import check_budget, check_limits, check_not_recipient
from makegood.plans.models import Approval, Plan
from makegood.plans.stale import stale_reasons
from makegood.plans.updates import BY_SCHEDULE, last_update, why_not_by_schedule

STANDING_CUSTOMERS = 5

_CLAIM = """
INSERT INTO act_key (mistake_id, customer_id, step, sequence, plan_id, ordinal)
SELECT mistake_id, customer_id, step, sequence, plan_id, ordinal FROM act WHERE plan_id = %s
"""
# What a worker has claimed or gathered is left alone: it may be under way, and a result must find its act open. So is
# what a person has been asked to do: their task is still on the list, and their word must find its act open as well.
# Acts of customers put right one by one at the desk belong to no version of the scope.
_GONE = """
UPDATE act SET state = 'cancelled', code = 'not-affected', next_at = NULL, settled_at = clock_timestamp()
WHERE plan_id = ANY(SELECT p.id FROM plan p JOIN scope s ON s.id = p.scope_id
                    WHERE p.mistake_id = %(mistake)s AND p.approved_at IS NOT NULL AND NOT s.desk)
  AND stage = %(stage)s AND state IN ('planned', 'waiting') AND again IS NULL
  AND NOT EXISTS (SELECT 1 FROM affected f WHERE f.scope_id = %(scope)s AND f.customer_id = act.customer_id)
  AND NOT EXISTS (SELECT 1 FROM chunk c WHERE c.plan_id = act.plan_id AND NOT c.again
                    AND act.ordinal > c.settled_to AND act.ordinal <= c.claimed_to)
  AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.plan_id = act.plan_id AND a.ordinal = act.ordinal
                    AND a.answer = 'waiting')
"""
_WAKE_HELD = """
UPDATE act SET next_at = clock_timestamp()
WHERE plan_id = ANY(SELECT id FROM plan WHERE mistake_id = %s AND approved_at IS NOT NULL)
  AND state = 'waiting' AND code = 'earlier-step-failed'
"""


@dataclass(frozen=True)
class Approved:
    """`missing` more people must approve before the plan may be applied."""

    plan: Plan
    rule: str
    missing: int


@transaction.atomic
def approve_plan(plan_id: int, digest: str, person: Person) -> Approved:
    """One person's yes. Raises `NotFound` (no such plan for this person), `NotAllowed` (self, role, limits) or
    `Refused` (stale, blocked, another digest, above the budget by now)."""
    plan = _locked(plan_id)
    brand = plan.mistake.brand
    if plan.requested_by == person.id:
        rule = _solo(plan, brand, person)
    else:
        access_brand(person, brand.slug, "approve")
        rule = "person"
    kp("approve.locked")
    _check_state(plan, digest)
    check_budget(plan)
    check_limits(plan, brand, person)
    check_not_recipient(plan, person)
    kp("approve.checked")
    return _add_approval(plan, person, rule)


@transaction.atomic
def approve_standing(plan_id: int, digest: str, person: Person) -> Approved | None:
    """The standing rule for the requester's own plan: at most five customers, within the requester's own limits.

    None when the rule does not cover the plan: it then waits for another person. A playbook that asks for two or three
    people means it: the rule covers none of its plans.
    """
    plan = _locked(plan_id)
    try:
        access_brand(person, plan.mistake.brand.slug, "apply")
        _check_state(plan, digest)
        check_budget(plan)
        check_limits(plan, plan.mistake.brand, person)
        check_not_recipient(plan, person)
    except NotAllowed:
        return None
    small = plan.summary["customers"] <= STANDING_CUSTOMERS
    if plan.requested_by != person.id or not small or int(plan.settings["approvers"]) > 1:
        return None
    return _add_approval(plan, person, "standing")


@transaction.atomic
def approve_by_schedule(plan_id: int, digest: str) -> Approved:
    """An update without news, by those who approved the one before it: they approved that it comes again.

    Raises `Refused` for news, and for whatever else they have not seen.
    """
    plan = _locked(plan_id)
    _check_state(plan, digest)
    reason = "it has news" if plan.settings["update"]["news"] else why_not_by_schedule(plan)
    before = last_update(plan.mistake, plan.stage)
    if reason or before is None:
        what = f"Plan {plan.number} is not covered by the approval of an earlier update: {reason}."
        raise Refused(what, remedy="Have a person approve it.", code="not-by-schedule")
    for earlier in Approval.objects.filter(plan=before).order_by("id"):
        Approval.objects.create(plan=plan, digest=digest, approver=earlier.approver, rule=BY_SCHEDULE)
    _make_ready(plan)
    facts: dict[str, Any] = {"digest": digest, "rule": BY_SCHEDULE, "after": before.number}
    if accepted := reasons(plan):
        facts["accepted"] = {mark: digest_of(because) for mark, because in sorted(accepted.items())}
    record(
        "plan.approved",
        f"plan:{plan.id}",
        actor=None,
        brand=plan.mistake.brand_id,
        mistake=plan.mistake_id,
        facts=facts,
    )
    return Approved(plan, BY_SCHEDULE, 0)


def _locked(plan_id: int) -> Plan:
    """All approvals of one mistake go one after the other: limits are tested against its running total."""
    mistake = Plan.objects.filter(id=plan_id).values_list("mistake_id", flat=True).first()
    if mistake is None:
        raise NotFound("There is no such plan.", remedy="List the plans: makegood status.", code="no-plan")
    Mistake.objects.select_for_update(of=("self",)).get(id=mistake)
    return Plan.objects.select_related("mistake__brand", "scope").get(id=plan_id)


def _check_state(plan: Plan, digest: str) -> None:
    require_open(plan.mistake)
    if plan.state != "draft":
        raise Refused(
            f"Plan {plan.number} is {plan.state}.", remedy="Only a draft can be approved.", code="not-a-draft"
        )
    if digest != plan.digest:
        raise Refused(
            f"This is not the digest of plan {plan.number} as it is now.",
            remedy=f"Look at it again: makegood show {plan.number}.",
            code="other-digest",
        )
    if blocking := [finding for finding in plan.findings if finding["level"] == "blocking"]:
        raise Refused(
            f"Plan {plan.number} has {len(blocking)} blocking findings.",
            remedy="Solve them and plan again.",
            findings=tuple(_finding(one) for one in blocking),
            code="plan-blocked",
        )
    check_reasons(plan)
    if stale := stale_reasons(plan):
        raise Refused(
            f"Plan {plan.number} is stale: {'; '.join(stale)}.",
            remedy="Plan again, look at what changed (makegood diff), and approve that.",
            code="stale-plan",
        )
    if plan.acts == 0 and not plan.summary["gone"]:
        what = f"Plan {plan.number} has nothing to do."
        raise Refused(what, remedy="There is nothing to approve.", code="empty-plan")


def _finding(kept: dict[str, Any]) -> Finding:
    return Finding(kept["code"], kept["what"], kept["remedy"], count=kept["count"], examples=tuple(kept["examples"]))


def _solo(plan: Plan, brand: Brand, person: Person) -> str:
    if brand.solo_wait is None:
        raise NotAllowed(
            "Nobody approves a plan they asked for themselves.",
            remedy="Have another person approve it; a firm of one can set a waiting time: makegood brand solo.",
            code="own-plan",
        )
    if "approve" not in person.scopes or not roles_in(person.id, brand) & MAY["approve"]:
        raise NotAllowed(f"{person.name} may not approve.", remedy="A lead or approver can.", code="not-allowed")
    left = plan.made_at + brand.solo_wait - now()
    if left > timedelta(0):
        raise NotAllowed(
            f"A firm of one waits {spoken(brand.solo_wait)} before it approves its own plan; {spoken(left)} are left.",
            remedy="Sleep on it, or have another person approve it.",
            code="solo-wait",
        )
    return "solo"


def _add_approval(plan: Plan, person: Person, rule: str) -> Approved:
    before = spent(plan.mistake_id)
    sums = {currency: int(minor) for currency, minor in plan.summary["sums"].items()}
    try:
        with transaction.atomic():
            Approval.objects.create(
                plan=plan,
                digest=plan.digest,
                approver=person.id,
                rule=rule,
                sums=sums,
                running={currency: before.get(currency, 0) + minor for currency, minor in sums.items()},
            )
    except IntegrityError as error:
        raise Refused(
            f"{person.name} has already approved plan {plan.number}.",
            remedy="Another person must approve it as well.",
            code="approved-twice",
        ) from error
    kp("approve.added")
    needed = 1 if rule == "standing" else int(plan.settings["approvers"])
    missing = needed - Approval.objects.filter(plan=plan).count()
    facts: dict[str, Any] = {"digest": plan.digest, "rule": rule, "sums": sums}
    if accepted := reasons(plan):
        facts["accepted"] = {mark: digest_of(because) for mark, because in sorted(accepted.items())}
    if missing <= 0:
        _make_ready(plan)
    kp("approve.before_record")
    record(
        "plan.approved",
        f"plan:{plan.id}",
        actor=person.id,
        brand=plan.mistake.brand_id,
        mistake=plan.mistake_id,
        facts=facts,
    )
    return Approved(plan, rule, max(missing, 0))


def _make_ready(plan: Plan) -> None:
    """Claims the identity of every act and cancels open acts of customers who are not affected any more."""
    with connection.cursor() as cursor:
        if not plan.scope.desk:
            cursor.execute(_GONE, {"mistake": plan.mistake_id, "stage": plan.stage, "scope": plan.scope_id})
        try:
            with transaction.atomic():
                kp("approve.before_claim")
                cursor.execute(_CLAIM, [plan.id])
        except IntegrityError as error:
            raise Refused(
                f"Plan {plan.number} is stale: it holds acts that another approved plan already has.",
                remedy="Plan again.",
                code="stale-plan",
            ) from error
        kp("approve.claimed")
        cursor.execute(_WAKE_HELD, [plan.mistake_id])
    moment = now()
    if plan.acts:
        Plan.objects.filter(id=plan.id).update(state="approved", approved_at=moment)
    else:  # it only takes back what was open: nothing is left to carry out
        Plan.objects.filter(id=plan.id).update(state="done", approved_at=moment, applied_at=moment, finished_at=moment)
    kp("approve.ready")
    plan.refresh_from_db()
