"""Who gets no act and why, each by name: the decisions of a plan that are not owed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from makegood.plans.models import Plan

_EXCLUDED = """
SELECT coalesce(a.customer_key, ''), d.remedy, d.status, d.rule, d.reason FROM decision d
LEFT JOIN affected a ON a.scope_id = %(scope)s AND a.customer_id = d.customer_id
WHERE d.plan_id = %(plan)s AND d.status <> 'owed'
  AND (%(rule)s = '' OR d.rule = %(rule)s OR starts_with(d.rule, %(rule)s || ':'))
ORDER BY d.remedy, d.rule, a.customer_key LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Excluded:
    """`rule` is the policy's, `person`, or `provider:` and what the provider showed; `reason` is a sentence."""

    customer_key: str
    remedy: str
    status: str
    rule: str
    reason: str


def list_excluded(plan: Plan, *, rule: str = "", limit: int = 1_000) -> list[Excluded]:
    """Customers of a plan without an act for a remedy: of one `rule`, for `provider` of all that a provider showed."""
    values: dict[str, str | int] = {"scope": plan.scope_id, "plan": plan.id, "rule": rule, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_EXCLUDED, values)
        return [Excluded(*row) for row in cursor.fetchall()]
