"""Approving exactly one digest: by another person within their limits, by the standing rule, or solo after a wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from makegood.journal.actions import record
from makegood.kit.clock import now, spoken
from makegood.kit.digest import digest_of
from makegood.kit.errors import Finding, NotAllowed, Refused
from makegood.kit.money import Money
from makegood.mistakes.models import Mistake
from makegood.people.models import Brand, Connection, Limit
from makegood.people.queries import Person, access_brand, roles_in
from makegood.plans.inputs import spent
from makegood.plans.models import Approval, Plan
from makegood.scopes.models import Scope

STANDING_CUSTOMERS = 5

_CLAIM = """
INSERT INTO act_key (mistake_id, customer_id, step, sequence, plan_id, ordinal)
SELECT mistake_id, customer_id, step, sequence, plan_id, ordinal FROM act WHERE plan_id = %s
"""
_GONE = """
UPDATE act SET state = 'cancelled', code = 'not-affected', next_at = NULL, again = NULL, settled_at = clock_timestamp()
WHERE plan_id = ANY(SELECT id FROM plan WHERE mistake_id = %(mistake)s AND approved_at IS NOT NULL)
  AND stage = %(stage)s AND state IN ('planned', 'waiting')
  AND NOT EXISTS (SELECT 1 FROM affected f WHERE f.scope_id = %(scope)s AND f.customer_id = act.customer_id)
"""
_WAKE_HELD = """
UPDATE act SET next_at = clock_timestamp()
WHERE plan_id = ANY(SELECT id FROM plan WHERE mistake_id = %s AND approved_at IS NOT NULL)
  AND state = 'waiting' AND code = 'earlier-step-failed'
"""
_RECIPIENT = """
SELECT count(*) FROM act t JOIN affected f ON f.scope_id = %s AND f.customer_id = t.customer_id
WHERE t.plan_id = %s AND lower(f.contact::json ->> 'email') = ANY(%s)
"""


@dataclass(frozen=True)
class Approved:
    """`missing` more people must approve before the plan may be applied."""

    plan: Plan
    rule: str
    missing: int


@transaction.atomic
def approve_plan(plan_id: int, digest: str, person: Person) -> Approved:
    """One person's yes. Raises `Refused` (stale, blocked, another digest) or `NotAllowed` (self, role, limits)."""
    plan = _locked(plan_id)
    brand = plan.mistake.brand
    _check_state(plan, digest)
    if plan.requested_by == person.id:
        rule = _solo(plan, brand, person)
    else:
        access_brand(person, brand.slug, "approve")
        rule = "person"
    _check_limits(plan, brand, person)
    _check_not_recipient(plan, [person.email])
    return _add_approval(plan, person, rule)


@transaction.atomic
def approve_standing(plan_id: int, digest: str, person: Person) -> Approved | None:
    """The standing rule for the requester's own plan: at most five customers, within the requester's own limits.

    None when the rule does not cover the plan: it then waits for another person.
    """
    plan = _locked(plan_id)
    _check_state(plan, digest)
    try:
        access_brand(person, plan.mistake.brand.slug, "apply")
        _check_limits(plan, plan.mistake.brand, person)
        _check_not_recipient(plan, [person.email])
    except NotAllowed:
        return None
    if plan.requested_by != person.id or plan.summary["customers"] > STANDING_CUSTOMERS:
        return None
    return _add_approval(plan, person, "standing")


def stale_reasons(plan: Plan) -> list[str]:
    """What changed since the plan was made; empty when it is current."""
    reasons = []
    newer = Scope.objects.filter(mistake=plan.mistake, state="ready", desk=False, version__gt=plan.scope.version)
    if plan.scope.desk:
        newer = newer.none()
    if newest := newer.order_by("-version").first():
        reasons.append(f"scope version {newest.version} was loaded after it (the plan is over {plan.scope.version})")
    live = Plan.objects.filter(
        mistake=plan.mistake, stage=plan.stage, state__in=["approved", "applying", "paused", "stopped"]
    ).exclude(id=plan.id)
    reasons += [f"plan {other.number} of this stage is {other.state}" for other in live]
    later = Plan.objects.filter(mistake=plan.mistake, stage=plan.stage, approved_at__gt=plan.made_at)
    for other in later.exclude(id=plan.id):
        reasons.append(f"plan {other.number} of this stage was approved after it was made")
    reasons += _newer_documents(plan) + _changed_connections(plan)
    return list(dict.fromkeys(reasons))


def _newer_documents(plan: Plan) -> list[str]:
    with connection.cursor() as cursor:
        newest = "SELECT name, max(id) FROM revision WHERE mistake_id = %s GROUP BY name"
        cursor.execute(newest, [plan.mistake_id])
        latest = dict(cursor.fetchall())
    return [
        f"'{name}' has a newer revision"
        for name, (revision, _) in plan.revisions.items()
        if latest.get(name, revision) != revision
    ]


def _changed_connections(plan: Plan) -> list[str]:
    changed = []
    for name, chosen in plan.settings["providers"].items():
        row = Connection.objects.filter(brand=plan.mistake.brand, name=name, live=True).first()
        current = digest_of([row.plugin, row.settings]) if row else None
        if chosen.get("digest") != current:
            changed.append(f"the connection '{name}' was changed or switched")
    return changed


def _locked(plan_id: int) -> Plan:
    plan = Plan.objects.select_related("mistake__brand", "scope").get(id=plan_id)
    # All approvals of one mistake go one after the other: limits are tested against its running total.
    Mistake.objects.select_for_update(of=("self",)).get(id=plan.mistake_id)
    plan.refresh_from_db(fields=["state", "digest"])
    return plan


def _check_state(plan: Plan, digest: str) -> None:
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
    if reasons := stale_reasons(plan):
        raise Refused(
            f"Plan {plan.number} is stale: {'; '.join(reasons)}.",
            remedy="Plan again, look at what changed (makegood diff), and approve that.",
            code="stale-plan",
        )
    if plan.acts == 0:
        what = f"Plan {plan.number} has nothing to do."
        raise Refused(what, remedy="There is nothing to approve.", code="empty-plan")


def _finding(kept: dict[str, Any]) -> Finding:
    return Finding(kept["code"], kept["what"], kept["remedy"], count=kept["count"], examples=tuple(kept["examples"]))


def _solo(plan: Plan, brand: Brand, person: Person) -> str:
    if brand.solo_wait is None:
        raise NotAllowed(
            "Nobody approves a plan they asked for themselves.",
            remedy="Have another person approve it; a firm of one can set a waiting time: makegood brand set --solo.",
            code="own-plan",
        )
    if not roles_in(person.id, brand) & {"lead", "approver"}:
        raise NotAllowed(f"{person.name} may not approve.", remedy="A lead or approver can.", code="not-allowed")
    left = plan.made_at + brand.solo_wait - now()
    if left > timedelta(0):
        raise NotAllowed(
            f"A firm of one waits {spoken(brand.solo_wait)} before it approves its own plan; {spoken(left)} are left.",
            remedy="Sleep on it, or have another person approve it.",
            code="solo-wait",
        )
    return "solo"


def _check_limits(plan: Plan, brand: Brand, person: Person) -> None:
    """Against the mistake's running total, never the difference alone."""
    before = spent(plan.mistake_id)
    for step in plan.summary["steps"]:
        if step["sum"]:
            limit = _limit_of(person, brand, step["currency"])
            _within("one payment", step["largest"], limit.per_act, step["currency"], person)
    for currency, adds in plan.summary["sums"].items():
        limit = _limit_of(person, brand, currency)
        _within("the mistake so far and this plan", before.get(currency, 0) + adds, limit.per_mistake, currency, person)
        for days, most in ((1, limit.per_day), (30, limit.per_30_days)):
            earlier = _approved_within(person, currency, days)
            span = "one day" if days == 1 else f"{days} days"
            _within(f"approvals within {span}", earlier + adds, most, currency, person)


def _limit_of(person: Person, brand: Brand, currency: str) -> Limit:
    found = Limit.objects.filter(staff_id=person.id, brand=brand, currency=currency).first()
    if found is None:
        raise NotAllowed(
            f"{person.name} may not approve payments in {currency}.",
            remedy="An admin can give a limit in this currency: makegood people limit.",
            code="no-limit",
        )
    return found


def _within(what: str, minor: int, most: int | None, currency: str, person: Person) -> None:
    if most is not None and minor > most:
        raise NotAllowed(
            f"{what[0].upper()}{what[1:]}: {Money(minor, currency)} is above the limit of {person.name}, "
            f"{Money(most, currency)}.",
            remedy="Someone with a higher limit can approve it.",
            code="over-limit",
        )


def _approved_within(person: Person, currency: str, days: int) -> int:
    since = now() - timedelta(days=days)
    sums = Approval.objects.filter(approver=person.id, at__gt=since).values_list("sums", flat=True)
    return sum(int(one.get(currency, 0)) for one in sums)


def _check_not_recipient(plan: Plan, emails: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_RECIPIENT, [plan.scope_id, plan.id, [email.lower() for email in emails]])
        (count,) = cursor.fetchone()
    if count and plan.summary["sums"]:
        what = "The plan pays the person who would approve it."
        raise NotAllowed(what, remedy="Have somebody else approve it.", code="self-dealing")


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
    needed = int(plan.settings["approvers"]) if rule == "person" else 1
    missing = needed - Approval.objects.filter(plan=plan).count()
    facts = {"digest": plan.digest, "rule": rule, "sums": sums}
    if missing <= 0:
        _make_ready(plan)
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
        cursor.execute(_GONE, {"mistake": plan.mistake_id, "stage": plan.stage, "scope": plan.scope_id})
        try:
            with transaction.atomic():
                cursor.execute(_CLAIM, [plan.id])
        except IntegrityError as error:
            raise Refused(
                f"Plan {plan.number} holds acts that another approved plan already has.",
                remedy="Plan again.",
                code="stale-plan",
            ) from error
        cursor.execute(_WAKE_HELD, [plan.mistake_id])
    Plan.objects.filter(id=plan.id).update(state="approved", approved_at=now())
    plan.refresh_from_db()
