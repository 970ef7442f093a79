"""Who has heard an apology lately: told acts of the brand's other mistakes whose message said sorry.

Repeated apologies can be worse than silence (Halperin, Ho, List and Muir 2022).
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import psycopg

from makegood.checks.reading import read_message
from makegood.core.expressions_sql import quoted
from makegood.documents.models import Revision
from makegood.kit.columns import Columns, copy_from_postgres
from makegood.kit.errors import BadInput
from makegood.plans.inputs import Inputs
from makegood.plans.models import Plan

DAYS = 30
_HEARD = """
SELECT DISTINCT t.customer_id FROM unnest(%(plans)s::bigint[], %(steps)s::text[]) AS s(plan, step)
JOIN act t ON t.plan_id = s.plan AND t.step = s.step
WHERE t.state IN ('done', 'accepted') AND t.settled_at > %(since)s
  AND EXISTS (SELECT 1 FROM affected f WHERE f.scope_id = %(scope)s AND f.customer_id = t.customer_id)
"""


def apology_days() -> int:
    """How many days an apology is remembered. Raises `BadInput` for a setting that is no whole number."""
    text = os.environ.get("MAKEGOOD_APOLOGY_DAYS", "")
    if not text:
        return DAYS
    if not text.isdigit():
        what = f"MAKEGOOD_APOLOGY_DAYS is '{text}', which is no number of days."
        raise BadInput(what, remedy="Write a whole number, such as 30; 0 forgets at once.", code="bad-setting")
    return int(text)


def read_apologies(raw: psycopg.Connection[Any], inputs: Inputs, columns: Columns) -> None:
    """`apologised(customer_id)`: who of this scope heard an apology for another mistake, in one transaction."""
    since = inputs.as_of - timedelta(days=apology_days())
    plans = Plan.objects.filter(mistake__brand_id=inputs.mistake.brand_id, applied_at__gt=since - timedelta(days=90))
    asked: list[tuple[int, str]] = []
    apologies: dict[int, bool] = {}
    for plan in plans.exclude(mistake_id=inputs.mistake.id).only("id", "settings", "revisions").iterator():
        for step, settings in plan.settings.get("steps", {}).items():
            kept = plan.revisions.get(f"messages/{settings['message']}.md") if settings["message"] else None
            if kept and _apologises(int(kept[0]), apologies):
                asked.append((plan.id, step))
    parameters = {
        "plans": [plan for plan, _ in asked],
        "steps": [step for _, step in asked],
        "since": since,
        "scope": inputs.scope.id,
    }
    copy_from_postgres(raw, _HEARD, parameters, columns, "apologised", [("customer_id", "BIGINT")])


def _apologises(revision: int, known: dict[int, bool]) -> bool:
    if revision not in known:
        reading = read_message(Revision.objects.get(id=revision).text, kind="general")
        known[revision] = any(element.id == "MG102" for element in reading.elements)
    return known[revision]


def count_again(columns: Columns, step: str) -> tuple[int, list[str]]:
    """How many of a step's customers have heard an apology lately, and three of their keys."""
    count, keys = columns.fetch(
        "SELECT count(*), string_agg(customer_key, ', ' ORDER BY customer_id) FILTER (WHERE n <= 3) FROM ("
        " SELECT customer_id, customer_key, row_number() OVER (ORDER BY customer_id) AS n FROM affected"
        " JOIN apologised USING (customer_id)"
        f" WHERE customer_id IN (SELECT customer_id FROM act WHERE step = {quoted(step)}))"
    )[0]
    return int(str(count)), str(keys).split(", ") if count else []
