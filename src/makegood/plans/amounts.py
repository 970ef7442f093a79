"""The amounts a message may name for a customer: what this plan pays, or, where it pays nothing, what was paid before.

The second happens when a customer was put right while nobody could reach them, and is told once an address is found.
"""

from __future__ import annotations

from django.db import connection

from makegood.kit.money import Money
from makegood.plans.inputs import approved_plans, still_counts
from makegood.plans.models import Plan

AMOUNTS = f"""
WITH paid AS (
    SELECT customer_id, remedy, currency, plan_id = %(plan)s AS here, sum(minor)::bigint AS minor FROM act
    WHERE plan_id = ANY(%(family)s) AND customer_id = ANY(%(customers)s) AND minor IS NOT NULL
      AND {still_counts()}
    GROUP BY customer_id, remedy, currency, plan_id = %(plan)s
)
SELECT customer_id, remedy, currency, minor FROM paid p
WHERE p.here OR NOT EXISTS (SELECT 1 FROM paid o WHERE o.customer_id = p.customer_id AND o.here)
"""


def amounts_of(plan: Plan, customer: int) -> dict[str, Money]:
    """By remedy."""
    family = [*approved_plans(plan.mistake_id), plan.id]
    with connection.cursor() as cursor:
        cursor.execute(AMOUNTS, {"plan": plan.id, "family": family, "customers": [customer]})
        return {remedy: Money(minor, currency) for _, remedy, currency, minor in cursor.fetchall()}
