"""A newer draft takes the place of the stage's earlier ones: what changed is kept, then their rows are dropped.

Transactions of their own, because dropping a part locks its whole table for a moment. Drafts that are being stored hold
a weaker lock on the same table: taken in one transaction, the two would wait for each other, and every worker for both.
"""

from __future__ import annotations

from django.db import OperationalError, ProgrammingError, connection, transaction

from makegood.plans.diff import diff_plans
from makegood.plans.models import Part, Plan

_STILL_THERE = """
SELECT p.id, t.parent FROM plan p, (VALUES ('decision'), ('act')) t(parent)
WHERE p.mistake_id = %s AND p.state = 'superseded' AND to_regclass(format('%%s_%%s', t.parent, p.id)) IS NOT NULL
ORDER BY p.id, t.parent
"""


def supersede(plan: Plan) -> list[Plan]:
    """Marks the earlier drafts, newest first; the caller holds the mistake's lock."""
    older = Plan.objects.select_related("scope").filter(mistake=plan.mistake_id, stage=plan.stage, state="draft")
    found = list(older.filter(scope__desk=plan.scope.desk).exclude(id=plan.id).order_by("-number"))
    ids = [old.id for old in found]
    Plan.objects.filter(id__in=ids).update(state="superseded", reason=f"plan {plan.number} took its place")
    return found


@transaction.atomic
def keep_what_changed(plan: Plan, replaced: list[Plan]) -> None:
    """Adds `changed_from`, the difference to the newest replaced draft, to the plan's summary. Nothing is added when a
    third draft took the place of one of the two meanwhile and its rows are gone."""
    if replaced and _rows_stay(replaced[0], plan):
        plan.summary["changed_from"] = diff_plans(replaced[0], plan).as_json()
        Plan.objects.filter(id=plan.id).update(summary=plan.summary)


def _rows_stay(*plans: Plan) -> bool:
    """Keeps the plans' rows from being dropped until the transaction ends; false when they are gone already."""
    parts = ", ".join(f"{parent}_{plan.id}" for plan in plans for parent in ("act", "decision"))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # Parents first, as a drop does: the other way round the two would wait for each other.
            cursor.execute(f"LOCK TABLE ONLY act, ONLY decision, {parts} IN ACCESS SHARE MODE")
    except ProgrammingError:
        return False
    return True


def drop_superseded(mistake: int) -> None:
    """Drops the rows of superseded drafts as tables. Where the table is busy they stay until the next draft: no worker
    ever waits for a clean-up."""
    with connection.cursor() as cursor:
        cursor.execute(_STILL_THERE, [mistake])
        found = cursor.fetchall()
    for plan, parent in found:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
                cursor.execute("SELECT mg_drop_part(%s, %s)", [parent, plan])
        except OperationalError:
            return
    Part.objects.filter(plan_id__in={plan for plan, _ in found}).delete()
