"""The balance of a mistake: one category for each affected customer and step, in sums that must come out.

    done         the step's newest act is settled          nothing      the policy owes nothing here
    not due      the step has nothing to tell this one     unreachable  no channel reaches this one
    held         a person must decide first                undefined    the policy cannot say
    open         planned, waiting or under way             sent         on its way to told: it may still come back
    unknown      nobody knows whether it took effect       failed       refused, or it came back, and no route is left
    not planned  an applied stage does not have this one   to come      the step's stage, or the customer's own moment,
                                                                        is still ahead

The first four are accounted for (unreachable only with a recorded reason); the others are not. What is still to come
says nothing against a customer, but a mistake does not close before it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from makegood.core.moments import ahead_in_postgres
from makegood.core.playbook_second import SECOND
from makegood.documents.folder import Folder, check_folder
from makegood.documents.models import Revision
from makegood.kit.errors import Refused
from makegood.kit.money import Money
from makegood.mistakes.models import Mistake
from makegood.plans.again import LISTED
from makegood.plans.inputs import all_plugins, approved_plans
from makegood.plans.models import Plan
from makegood.scopes.models import Scope
from makegood.scopes.queries import standing_scopes

ACCOUNTED = ("done", "nothing", "not due")
OPEN = ("unreachable", "held", "undefined", "open", "sent", "unknown", "failed", "not planned", "to come")
CATEGORIES = (*ACCOUNTED, *OPEN)

_CATEGORY = (
    """
WITH person AS (
    SELECT DISTINCT ON (customer_id) customer_id, customer_key, contact::json AS contact,
           CASE WHEN %(moments)s THEN facts::json END AS facts FROM affected
    WHERE scope_id = ANY(%(scopes)s) ORDER BY customer_id, scope_id DESC
), step AS (
    SELECT * FROM json_to_recordset(%(steps)s) AS s(place int, id text, kind text, remedy text, stage text,
                                                    routes text[], after text[], everyone boolean, applied boolean,
                                                    before text, since text, unless text[], repeats boolean,
                                                    second boolean)
), newest AS (
    SELECT customer_id, step, (array_agg(state ORDER BY sequence DESC) FILTER (WHERE state <> 'cancelled'))[1] AS last,
           bool_or(stage NOT LIKE 'one-%%') AS staged, bool_or(state = 'unknown') AS unknown,
           bool_or(state IN ('planned', 'waiting') OR state = 'accepted' AND settles_at IS NULL
                   OR state IN ('failed', 'bounced', 'reversed') AND next_at IS NOT NULL) AS open,
           bool_or(state = 'accepted') AS sent
    FROM act WHERE plan_id = ANY(%(plans)s) GROUP BY customer_id, step
), listed AS (
    {listed}
), said AS (
    SELECT DISTINCT ON (customer, remedy) customer, remedy, minor FROM override
    WHERE mistake_id = %(mistake)s ORDER BY customer, remedy, id DESC
), word AS (
    -- One decision a customer and remedy: the newest plan's, of a stage or of the desk; a person's word over it.
    SELECT DISTINCT ON (d.customer_id, d.remedy) d.customer_id, d.remedy,
           CASE WHEN o.customer IS NULL THEN d.status WHEN o.minor IS NULL THEN 'nothing' ELSE 'owed' END AS status
    FROM decision d LEFT JOIN said o ON o.customer = d.customer_id AND o.remedy = d.remedy
    WHERE d.plan_id = ANY(%(deciding)s) ORDER BY d.customer_id, d.remedy, d.plan_id DESC
), decided AS (
    SELECT DISTINCT customer_id FROM word
), earlier AS (
    -- Whom a step that comes `after` others has something to tell. Joined, not looked up customer by customer.
    SELECT DISTINCT n.customer_id, s.id AS step FROM step s CROSS JOIN LATERAL unnest(s.after) AS a(step)
    JOIN newest n ON n.step = a.step WHERE n.last IS NOT NULL AND n.staged
), instead AS (
    SELECT DISTINCT n.customer_id, s.id AS step FROM step s CROSS JOIN LATERAL unnest(s.unless) AS a(step)
    JOIN newest n ON n.step = a.step WHERE n.unknown OR n.open OR n.sent OR n.last = 'done'
), sorted AS (
    SELECT p.customer_id, p.customer_key, s.place, s.id AS step,
        CASE
            WHEN n.unknown THEN 'unknown'
            WHEN n.open THEN 'open'
            WHEN n.sent THEN 'sent'
            WHEN n.last = 'done' THEN 'done'
            WHEN cardinality(s.unless) > 0 AND u.step IS NOT NULL THEN 'not due'
            WHEN s.before <> '' AND NOT {ahead_before} THEN 'not due'
            WHEN s.repeats AND %(fixed)s THEN 'not due'
            WHEN s.second AND g.customer IS NULL THEN 'not due'
            WHEN n.last IN ('failed', 'reversed', 'bounced') THEN 'failed'
            WHEN s.since <> '' AND {ahead_since} THEN 'to come'
            WHEN NOT s.applied THEN 'to come'
            WHEN s.kind IN ('tell', 'ask') AND NOT (s.routes && reached.routes OR '' = ANY(s.routes)) THEN 'unreachable'
            WHEN s.remedy <> '' AND w.status = 'nothing' THEN 'nothing'
            WHEN s.remedy <> '' AND w.status = 'hold' THEN 'held'
            WHEN s.remedy <> '' AND w.status = 'undefined' THEN 'undefined'
            WHEN s.kind IN ('tell', 'ask') AND cardinality(s.after) > 0 AND NOT s.everyone
                 AND v.customer_id IS NOT NULL AND e.step IS NULL THEN 'not due'
            ELSE 'not planned'
        END AS category
    FROM person p CROSS JOIN step s
    LEFT JOIN newest n ON n.customer_id = p.customer_id AND n.step = s.id
    LEFT JOIN listed g ON g.customer = p.customer_id
    LEFT JOIN word w ON w.customer_id = p.customer_id AND w.remedy = s.remedy
    CROSS JOIN LATERAL (
        SELECT array_remove(ARRAY[CASE WHEN p.contact ->> 'email' IS NOT NULL THEN 'email' END,
                                  CASE WHEN p.contact ->> 'post' IS NOT NULL THEN 'post' END,
                                  CASE WHEN p.contact ->> 'phone' IS NOT NULL THEN 'phone' END],
                            NULL) AS routes) reached
    LEFT JOIN decided v ON v.customer_id = p.customer_id
    LEFT JOIN earlier e ON e.customer_id = p.customer_id AND e.step = s.id
    LEFT JOIN instead u ON u.customer_id = p.customer_id AND u.step = s.id
)
""".replace("{listed}", LISTED)
    .replace("{ahead_before}", ahead_in_postgres("p.facts ->> s.before", "%(zone)s"))
    .replace("{ahead_since}", ahead_in_postgres("p.facts ->> s.since", "%(zone)s"))
)
_BY_STEP = _CATEGORY + "SELECT step, category, count(*) FROM sorted GROUP BY step, category"
_WHOLE = (
    _CATEGORY
    + """
SELECT count(*), count(*) FILTER (WHERE good), count(*) FILTER (WHERE NOT good AND only_unreachable) FROM (
    SELECT customer_id,
           bool_and(category IN ('done', 'nothing', 'not due', 'to come')) AND bool_or(category <> 'to come') AS good,
           bool_and(category IN ('done', 'nothing', 'not due', 'to come', 'unreachable'))
               AND bool_or(category = 'unreachable') AS only_unreachable
    FROM sorted GROUP BY customer_id) t
"""
)
_OPEN_CUSTOMERS = (
    _CATEGORY
    + """
SELECT customer_key, step, category FROM sorted
WHERE category = ANY(%(wanted)s) AND (%(step)s = '' OR step = %(step)s)
ORDER BY place, customer_key LIMIT %(limit)s
"""
)
_MONEY = """
SELECT currency, basis, sum(minor)::bigint, coalesce(sum(minor) FILTER (WHERE state = 'done'), 0)::bigint,
       coalesce(sum(minor) FILTER (WHERE state IN ('planned', 'waiting', 'accepted')), 0)::bigint,
       coalesce(sum(minor) FILTER (WHERE state = 'unknown'), 0)::bigint,
       coalesce(sum(minor) FILTER (WHERE state IN ('failed', 'bounced')), 0)::bigint,
       coalesce(sum(minor) FILTER (WHERE state IN ('cancelled', 'reversed')), 0)::bigint
FROM act WHERE plan_id = ANY(%(plans)s) AND minor IS NOT NULL GROUP BY currency, basis ORDER BY currency, basis
"""
_TOLD = """
SELECT count(*), min(settled_at), percentile_disc(0.5) WITHIN GROUP (ORDER BY settled_at), max(settled_at) FROM (
    SELECT customer_id, min(settled_at) AS settled_at FROM act
    WHERE plan_id = ANY(%(plans)s) AND kind = 'tell' AND state = 'done' GROUP BY customer_id) t
"""
_LATER = """
WITH told AS MATERIALIZED (
    SELECT split_part(substr(e.subject, 5), '/', 1)::bigint AS plan_id, split_part(e.subject, '/', 2)::int AS ordinal
    FROM entry e WHERE e.mistake = %(mistake)s AND e.verb = 'act.perhaps-paid-twice' AND NOT EXISTS (
        SELECT 1 FROM entry o WHERE o.mistake = e.mistake AND o.subject = e.subject AND o.verb = 'act.paid-once'
          AND o.id > e.id)
)
SELECT step, CASE WHEN settles_at IS NOT NULL THEN 'sent' ELSE state END, count(*), max(settles_at) FROM act
WHERE plan_id = ANY(%(plans)s) AND (settles_at IS NOT NULL OR state IN ('bounced', 'reversed') AND next_at IS NULL)
GROUP BY 1, 2
UNION ALL SELECT step, 'rerouted', sum(rerouted), NULL FROM chunk
WHERE plan_id = ANY(%(plans)s) AND rerouted > 0 GROUP BY 1
UNION ALL SELECT t.step, 'unknown', count(*), NULL FROM act t WHERE t.plan_id = ANY(%(plans)s) AND t.state = 'unknown'
    AND EXISTS (SELECT 1 FROM attempt a WHERE a.plan_id = t.plan_id AND a.ordinal = t.ordinal AND a.answer = 'unknown'
                  AND a.at < clock_timestamp() - interval '24 hours') GROUP BY 1
UNION ALL SELECT t.step, n.says, count(DISTINCT (t.plan_id, t.ordinal)), NULL FROM heard h
JOIN notice n ON n.id = h.notice AND n.says IN ('complained', 'disputed')
JOIN act t ON t.plan_id = h.plan_id AND t.ordinal = h.ordinal WHERE h.plan_id = ANY(%(plans)s) GROUP BY 1, 2
UNION ALL SELECT t.step, 'twice', count(DISTINCT (t.plan_id, t.ordinal)), NULL
FROM told JOIN act t USING (plan_id, ordinal) GROUP BY 1
ORDER BY 1, 2
"""


@dataclass(frozen=True)
class StepBalance:
    step: str
    kind: str
    stage: str
    counts: Mapping[str, int]
    repeats: bool = False
    second: bool = False

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def unaccounted(self) -> int:
        return sum(n for category, n in self.counts.items() if category not in ACCOUNTED)


@dataclass(frozen=True)
class MoneyBalance:
    """Minor units of one currency and basis; planned = done + open + unknown + failed + withdrawn."""

    currency: str
    basis: str
    planned: int
    done: int
    open: int
    unknown: int
    failed: int
    withdrawn: int

    @property
    def balanced(self) -> bool:
        return self.planned == self.done + self.open + self.unknown + self.failed + self.withdrawn


@dataclass(frozen=True)
class Later:
    """What became of a step's acts later. `what`: sent (it may come back until `until`), bounced (the message could not
    be delivered), reversed (the money came back), rerouted (the next route was taken), unknown (for more than a day),
    complained, disputed, twice (perhaps paid on two ways)."""

    step: str
    what: str
    count: int
    until: datetime | None


@dataclass(frozen=True)
class Balance:
    """`whole` are the customers of the newest scope; `accounted` those for whom every applied step is settled,
    `unreachable_only` those who lack nothing but a way to be told. `to_come` names stages that were not applied yet,
    `later` what came after a provider's yes. Where `at_most` is given, at least `accounted` and at most so many are."""

    mistake: Mistake
    scope: Scope
    steps: Sequence[StepBalance]
    money: Sequence[MoneyBalance]
    whole: int
    accounted: int
    unreachable_only: int
    told: Mapping[str, Any] = field(default_factory=dict)
    later: Sequence[Later] = ()
    at_most: int | None = None

    @property
    def balanced(self) -> bool:
        return all(step.total == self.whole for step in self.steps) and all(one.balanced for one in self.money)

    @property
    def unaccounted(self) -> int:
        return self.whole - self.accounted

    @property
    def to_come(self) -> list[str]:
        return list(dict.fromkeys(step.stage for step in self.steps if step.counts.get("to come")))


def get_balance(mistake: Mistake) -> Balance:
    """Raises `Refused` when no scope was ever loaded."""
    scopes = standing_scopes(mistake)
    if not scopes:
        what = "Nobody is known to be affected yet: there is nothing to account for."
        raise Refused(what, remedy="Load the scope: makegood scope.", code="no-scope")
    steps = _steps(mistake)
    parameters = _parameters(mistake, scopes, steps)
    counts: dict[str, dict[str, int]] = {step["id"]: {} for step in steps}
    with connection.cursor() as cursor:
        cursor.execute(_BY_STEP, parameters)
        for step, category, count in cursor.fetchall():
            counts[step][category] = count
        cursor.execute(_WHOLE, parameters)
        whole, accounted, unreachable_only = cursor.fetchone()
        cursor.execute(_MONEY, parameters)
        money = [MoneyBalance(*row) for row in cursor.fetchall()]
        cursor.execute(_TOLD, parameters)
        told = _told(cursor.fetchone(), mistake)
        cursor.execute(_LATER, parameters)
        later = [Later(step, what, int(n), until) for step, what, n, until in cursor.fetchall()]
    return Balance(
        mistake=mistake,
        scope=scopes[-1],
        steps=[
            StepBalance(step["id"], step["kind"], step["stage"], counts[step["id"]], step["repeats"], step["second"])
            for step in steps
        ],
        money=money,
        whole=whole,
        accounted=accounted,
        unreachable_only=unreachable_only,
        told=told,
        later=later,
    )


def list_customers(mistake: Mistake, *, categories: Sequence[str], step: str = "", limit: int = 50) -> list[list[str]]:
    """Customers (key, step, category) in the categories asked for, at most `limit`."""
    scopes = standing_scopes(mistake)
    if not scopes:
        return []
    parameters = _parameters(mistake, scopes, _steps(mistake))
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_CUSTOMERS, {**parameters, "wanted": list(categories), "step": step, "limit": limit})
        return [list(row) for row in cursor.fetchall()]


def paid(balance: Balance) -> list[str]:
    """`USD 4,332.88 redress`, one line a currency and basis."""
    return [f"{Money(one.done, one.currency)} {one.basis}" for one in balance.money]


def _told(row: Sequence[Any], mistake: Mistake) -> dict[str, Any]:
    """How long it took from noticing to telling: seconds for the first, the middle and the last customer told."""
    count, first, middle, last = row
    if not count:
        return {}
    times = {"first": first, "median": middle, "last": last}
    return {"customers": count} | {
        word: (moment - mistake.noticed_at) // timedelta(seconds=1) for word, moment in times.items()
    }


def _parameters(mistake: Mistake, scopes: Sequence[Scope], steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "scopes": [scope.id for scope in scopes],
        "steps": json.dumps(list(steps)),
        "mistake": mistake.id,
        "plans": approved_plans(mistake.id),
        "deciding": _deciding(mistake),
        "moments": any(step["before"] or step["since"] for step in steps),
        "zone": mistake.zone,
        "fixed": mistake.fixed_at is not None,
    }


def _deciding(mistake: Mistake) -> list[int]:
    """The newest approved plan of each stage: its decisions are the ones that stand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (stage) id FROM plan WHERE mistake_id = %s AND approved_at IS NOT NULL"
            " ORDER BY stage, number DESC",
            [mistake.id],
        )
        return [row[0] for row in cursor.fetchall()]


def _steps(mistake: Mistake) -> list[dict[str, Any]]:
    """The steps of the newest playbook, in order, with what the balance needs of each; without one, the desk's."""
    newest = dict(Revision.objects.filter(mistake=mistake).order_by("number").values_list("name", "text"))
    playbook = check_folder(Folder("", newest), all_plugins()).playbook if "playbook.yaml" in newest else None
    plans = Plan.objects.filter(mistake=mistake, applied_at__isnull=False).order_by("number")
    if playbook is None:
        return _steps_of_plans(list(plans))
    channels = all_plugins().channels
    applied = {plan.stage for plan in plans}
    return [
        {
            "place": place,
            "id": step.id,
            "kind": step.do,
            "remedy": step.remedy,
            "stage": stage.name,
            "routes": [channels[name].route if name in channels else "email" for name in step.channels],
            "after": list(step.after),
            "everyone": step.everyone,
            "applied": stage.name in applied,
            "before": step.before,
            "since": step.since,
            "unless": list(step.unless),
            "repeats": step.every is not None,
            "second": stage.attempt == SECOND,
        }
        for place, (stage, step) in enumerate(
            (stage, step) for stage in playbook.stages.values() for step in stage.steps
        )
    ]


def _steps_of_plans(plans: Sequence[Plan]) -> list[dict[str, Any]]:
    """Steps as carried out at the desk, where no playbook was written."""
    found: dict[str, dict[str, Any]] = {}
    for plan in plans:
        for name in dict.fromkeys(line["step"] for line in plan.summary["steps"]):
            step = plan.settings["steps"][name]
            found[name] = {
                "place": len(found),
                "id": name,
                "kind": step["kind"],
                "remedy": step["remedy"],
                "stage": plan.stage,
                "routes": [plan.settings["providers"][channel]["route"] for channel in step["channels"]],
                "after": step["after"],
                "everyone": step["everyone"],
                "applied": True,
                "before": "",
                "since": "",
                "unless": [],
                "repeats": False,
                "second": False,
            }
    return list(found.values())
