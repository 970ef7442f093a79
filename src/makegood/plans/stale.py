"""Is a plan still current? Every reason why not, each naming what is newer."""

from __future__ import annotations

from django.db import connection

from makegood.kit.counting import counted
from makegood.kit.digest import digest_of
from makegood.people.models import Connection
from makegood.plans.again import newer_again
from makegood.plans.inputs import approved_plans, still_counts
from makegood.plans.models import LIVE, Override, Plan
from makegood.plans.prevented import reopened_preventions
from makegood.plans.updates import newer_news
from makegood.scopes.queries import newest_scope

_NEWEST = (
    "SELECT DISTINCT ON (name) name, number, digest FROM revision WHERE mistake_id = %s ORDER BY name, number DESC"
)
# Only a further act of a step can repeat an earlier one: the first has nothing before it.
_TOO_MUCH = f"""
SELECT count(*) FROM act t
LEFT JOIN decision d ON d.plan_id = t.plan_id AND d.customer_id = t.customer_id AND d.remedy = t.remedy
WHERE t.plan_id = %(plan)s AND t.sequence > 1 AND t.kind IN ('fix', 'make good')
  AND (SELECT CASE WHEN t.minor IS NULL THEN count(*) > 0 ELSE coalesce(sum(e.minor), 0) + t.minor > d.minor END
       FROM act e WHERE e.plan_id = ANY(%(plans)s) AND e.customer_id = t.customer_id AND e.step = t.step
         AND {still_counts("e.")})
"""


def stale_reasons(plan: Plan) -> list[str]:
    """What changed since the plan was made; empty when it is current."""
    return list(
        dict.fromkeys(
            [
                *_newer_scope(plan),
                *_other_plans(plan),
                *_newer_documents(plan),
                *_changed_connections(plan),
                *_newer_decisions(plan),
                *_paid_since(plan),
                *newer_news(plan),
                *newer_again(plan),
                *reopened_preventions(plan.settings, plan.mistake_id),
            ]
        )
    )


def _newer_scope(plan: Plan) -> list[str]:
    newest = None if plan.scope.desk else newest_scope(plan.mistake)
    if newest is None or newest.version <= plan.scope.version:
        return []
    return [f"scope version {newest.version} was loaded after it (the plan is over {plan.scope.version})"]


def _other_plans(plan: Plan) -> list[str]:
    others = Plan.objects.filter(mistake=plan.mistake, stage=plan.stage).exclude(id=plan.id).order_by("number")
    live = [f"plan {other.number} of this stage is {other.state}" for other in others.filter(state__in=LIVE)]
    return live + [
        f"plan {other.number} of this stage was approved after it was made"
        for other in others.filter(approved_at__gt=plan.made_at)
    ]


def _newer_documents(plan: Plan) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [plan.mistake_id])
        newest = {name: (number, digest) for name, number, digest in cursor.fetchall()}
    return [
        f"'{name}' has a newer revision, {newest[name][0]}"
        for name, (_, digest) in plan.revisions.items()
        if name in newest and newest[name][1] != digest
    ]


def _changed_connections(plan: Plan) -> list[str]:
    changed = []
    for name, chosen in plan.settings["providers"].items():
        row = Connection.objects.filter(brand=plan.mistake.brand, name=name, live=True).first()
        current = digest_of([row.plugin, row.settings]) if row else None
        if chosen.get("digest") != current:
            changed.append(f"the connection '{name}' was changed or switched")
    return changed


def _paid_since(plan: Plan) -> list[str]:
    """What came back when the plan was made may be paid after all by now, or on its next route: never both."""
    with connection.cursor() as cursor:
        cursor.execute(_TOO_MUCH, {"plan": plan.id, "plans": approved_plans(plan.mistake_id)})
        (count,) = cursor.fetchone()
    return [f"{count} customers got something by now that the plan would give again"] if count else []


def _newer_decisions(plan: Plan) -> list[str]:
    """A person who decided that nothing is owed must not be overtaken by a plan that was waiting for its approval."""
    remedies = {step["remedy"] for step in plan.settings["steps"].values() if step["remedy"]}
    later = Override.objects.filter(mistake=plan.mistake, remedy__in=remedies, id__gt=plan.summary["decided_upto"])
    count = later.count()
    if not count:
        return []
    return [f"{counted(count, 'customer was', 'customers were')} decided by a person after it was made"]
