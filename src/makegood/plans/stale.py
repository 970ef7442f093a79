"""Is a plan still current? Every reason why not, each naming what is newer."""

from __future__ import annotations

from django.db import connection

from makegood.kit.counting import counted
from makegood.kit.digest import digest_of
from makegood.people.models import Connection
from makegood.plans.models import LIVE, Override, Plan
from makegood.scopes.queries import newest_scope

_NEWEST = (
    "SELECT DISTINCT ON (name) name, number, digest FROM revision WHERE mistake_id = %s ORDER BY name, number DESC"
)


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


def _newer_decisions(plan: Plan) -> list[str]:
    """A person who decided that nothing is owed must not be overtaken by a plan that was waiting for its approval."""
    remedies = {step["remedy"] for step in plan.settings["steps"].values() if step["remedy"]}
    later = Override.objects.filter(mistake=plan.mistake, remedy__in=remedies, id__gt=plan.summary["decided_upto"])
    count = later.count()
    if not count:
        return []
    return [f"{counted(count, 'customer was', 'customers were')} decided by a person after it was made"]
