"""Short cuts of these tests: a plan approved, and a plan whose acts are done without a worker."""

from __future__ import annotations

from django.db import connection
from tests.engine.recovery import Recovery

from makegood.plans.models import Plan


def approved(made: Recovery, stage: str) -> Plan:
    plan = made.plan(stage)
    made.approve(plan)
    plan.refresh_from_db()
    return plan


def done(plan: Plan, state: str = "done", *, only: str = "") -> Plan:
    """As a worker would leave it: every act (or those of one step) settled, the plan at its end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE act SET state = %s, settled_at = now() WHERE plan_id = %s AND (step = %s OR %s = '')",
            [state, plan.id, only, only],
        )
        cursor.execute(
            "UPDATE plan SET state = 'done', applied_at = now(), finished_at = now() WHERE id = %s", [plan.id]
        )
    plan.refresh_from_db()
    return plan
