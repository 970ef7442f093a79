"""What one approval may release: the approver's limits, the mistake's budget, the cap for each customer.

All are tested against the running total at the moment of the approval, never against the difference alone: a plan that
was within the budget when it was drafted may be above it once another stage was approved.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from makegood.kit.clock import now
from makegood.kit.counting import counted
from makegood.kit.errors import NotAllowed, Refused
from makegood.kit.money import Money
from makegood.people.models import Brand, Limit
from makegood.people.queries import Person
from makegood.plans.inputs import approved_plans, spent, still_counts
from makegood.plans.models import Approval, Plan

# Every address of a scope is a contact point as well, from the load that brought it.
_RECIPIENT = """
SELECT EXISTS (
    SELECT 1 FROM contact_point p JOIN act t ON t.customer_id = p.customer_id
    WHERE p.kind = 'email' AND lower(p.value) = %(email)s
      AND t.plan_id = %(plan)s AND t.kind IN ('fix', 'make good'))
"""
_ABOVE_CAP = f"""
SELECT count(*) FROM (
    SELECT t.customer_id FROM act t
    WHERE t.plan_id = ANY(%(plans)s) AND t.currency = %(currency)s
      AND {still_counts("t.")}
      AND t.customer_id IN (SELECT customer_id FROM act WHERE plan_id = %(plan)s AND currency = %(currency)s)
    GROUP BY t.customer_id HAVING sum(t.minor) > %(cap)s) above
"""


def check_limits(plan: Plan, brand: Brand, person: Person) -> None:
    """Raises `NotAllowed` naming the limit. The caller holds the mistake's lock.

    The approver's limits are locked as well: one person approving plans of two mistakes at the same moment would
    otherwise have each tested without the other.
    """
    before = spent(plan.mistake_id)
    limits = {
        limit.currency: limit
        for limit in Limit.objects.select_for_update().filter(staff_id=person.id, brand=brand).order_by("currency")
    }
    for currency, adds in plan.summary["sums"].items():
        if (limit := limits.get(currency)) is None:
            raise NotAllowed(
                f"{person.name} may not approve payments in {currency}.",
                remedy="An admin can give a limit in this currency: makegood people add --limit.",
                code="no-limit",
            )
        _within("one payment", plan.summary["largest_act"][currency], limit.per_act, currency, person)
        _within("the mistake so far and this plan", before.get(currency, 0) + adds, limit.per_mistake, currency, person)
        for days, most in ((1, limit.per_day), (30, limit.per_30_days)):
            earlier = _approved_within(person, brand, currency, days)
            span = "one day" if days == 1 else f"{days} days"
            _within(f"approvals within {span}", earlier + adds, most, currency, person)


def check_budget(plan: Plan) -> None:
    """Raises `Refused` when the mistake's budget or a cap per customer would be passed by now."""
    before, budget = spent(plan.mistake_id), plan.settings["budget"]
    for currency, adds in plan.summary["sums"].items():
        running, most = before.get(currency, 0) + adds, budget.get(currency)
        if most is not None and running > most:
            raise Refused(
                f"With plan {plan.number} the mistake costs {Money(running, currency)} by now; "
                f"the budget is {Money(most, currency)}.",
                remedy="Raise the budget in playbook.yaml or lower the amounts, then plan again.",
                code="over-budget",
            )
    for currency, cap in plan.settings["caps"].items():
        if above := _above_cap(plan, currency, cap):
            raise Refused(
                f"With plan {plan.number} {counted(above, 'customer')} would get more than {Money(cap, currency)}, "
                "the cap for each.",
                remedy="Raise the cap in playbook.yaml or lower the amounts, then plan again.",
                code="over-cap",
            )


def check_not_recipient(plan: Plan, person: Person) -> None:
    """Nobody releases a fix or a make good to themselves."""
    with connection.cursor() as cursor:
        cursor.execute(_RECIPIENT, {"plan": plan.id, "email": person.email.lower()})
        (found,) = cursor.fetchone()
    if found:
        what = "The plan pays the person who would approve it."
        raise NotAllowed(what, remedy="Have somebody else approve it.", code="self-dealing")


def _within(what: str, minor: int, most: int | None, currency: str, person: Person) -> None:
    if most is not None and minor > most:
        raise NotAllowed(
            f"{what[0].upper()}{what[1:]}: {Money(minor, currency)} is above the limit of {person.name}, "
            f"{Money(most, currency)}.",
            remedy="Someone with a higher limit can approve it.",
            code="over-limit",
        )


def _approved_within(person: Person, brand: Brand, currency: str, days: int) -> int:
    given = Approval.objects.filter(
        approver=person.id, plan__mistake__brand=brand, at__gt=now() - timedelta(days=days)
    ).values_list("sums", flat=True)
    return sum(int(one.get(currency, 0)) for one in given)


def _above_cap(plan: Plan, currency: str, cap: int) -> int:
    plans = [*approved_plans(plan.mistake_id), plan.id]
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE_CAP, {"plans": plans, "plan": plan.id, "currency": currency, "cap": cap})
        return int(cursor.fetchone()[0])
