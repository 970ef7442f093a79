"""Messages before anything is sent: every pattern of missing facts is rendered once, samples are shown to people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from makegood.core.deciding import missing_patterns_sql
from makegood.core.facts import read_columns, typed_facts
from makegood.core.messagefacts import message_facts
from makegood.core.render import MissingFact, Spoken, Unrenderable, compile_spoken
from makegood.core.render.spoken import by_message
from makegood.documents.models import Revision
from makegood.kit.columns import Columns
from makegood.kit.counting import counted
from makegood.kit.errors import BadInput, Finding, Place
from makegood.kit.money import Money
from makegood.kit.plugins import Words
from makegood.plans.amounts import amounts_of
from makegood.plans.inputs import Inputs, plan_settings
from makegood.plans.models import Plan

MOST_PATTERNS = 1_000


@dataclass(frozen=True)
class Sample:
    """A message as one real customer would get it, and why this one was chosen."""

    step: str
    chosen: str
    customer_key: str
    provider: str
    words: Words


@dataclass(frozen=True)
class Writing:
    """One step's message over one scope; `settings` are the plan's."""

    scope: int
    step: str
    settings: Mapping[str, Any]
    message: Spoken


def message_findings(columns: Columns, inputs: Inputs) -> list[Finding]:
    """A message that cannot be written for somebody is one finding with a count and one example."""
    found: list[Finding] = []
    settings = plan_settings(inputs)
    for step in inputs.stage.steps:
        if not step.message:
            continue
        texts = {
            file: inputs.checked.folder.texts[file] for file in inputs.checked.folder.messages[step.message].values()
        }
        message, findings = compile_spoken(step.message, texts, settings["mistake"]["locale"])
        found += findings
        if message is not None:
            found += _unwritable(columns, inputs, settings, step.id, message)
    return found


def _unwritable(
    columns: Columns, inputs: Inputs, settings: Mapping[str, Any], step: str, message: Spoken
) -> list[Finding]:
    facts = read_columns(inputs.scope.columns)
    used = sorted({column.name for column in facts} & {word.split(".")[0] for word in message.placeholders})
    patterns_sql = missing_patterns_sql(step, used, _remedies(inputs), languages=len(message.by_language) > 1)
    patterns = columns.fetch(patterns_sql, limit=MOST_PATTERNS)
    counts: dict[str, list[int]] = {}
    for customer, count in patterns:
        amounts = _planned_amounts(columns, int(str(customer)))
        writing = Writing(inputs.scope.id, step, settings, message)
        words = _try(writing, int(str(customer)), amounts)
        if words:
            total = counts.setdefault(words, [0, int(str(customer))])
            total[0] += int(str(count))
    return [
        Finding(
            "message-incomplete",
            f"Message '{message.name}' cannot be written for {counted(count, 'customer')}: {words}",
            "Add the fact, or guard it: {% if fact %} … {% endif %}.",
            place=Place(message.name),
            count=count,
            examples=(_key_of(inputs.scope.id, customer),),
        )
        for words, (count, customer) in counts.items()
    ]


def _try(writing: Writing, customer: int, amounts: Mapping[str, Money]) -> str:
    try:
        render_for(writing, customer, amounts)
    except (MissingFact, Unrenderable) as error:
        return error.what
    return ""


def paying_steps(inputs: Inputs) -> dict[str, str]:
    """Every step of the playbook that pays, with its remedy."""
    return {step.id: step.remedy for step in inputs.playbook.steps() if step.remedy}


def _remedies(inputs: Inputs) -> list[str]:
    return sorted(set(paying_steps(inputs).values()))


def _planned_amounts(columns: Columns, customer: int) -> dict[str, Money]:
    rows = columns.fetch(
        f"SELECT remedy, currency, minor FROM told_amount WHERE customer_id = {customer} AND remedy <> ''"
    )
    return {str(remedy): Money(int(str(minor)), str(currency)) for remedy, currency, minor in rows}


def render_for(writing: Writing, customer: int, amounts: Mapping[str, Money]) -> Words:
    """The words one customer of a scope would get. Raises `MissingFact`, `Unrenderable`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.facts, f.contact, s.columns FROM affected f JOIN scope s ON s.id = f.scope_id"
            " WHERE f.scope_id = %s AND f.customer_id = %s",
            [writing.scope, customer],
        )
        facts, contact, stored = cursor.fetchone()
    columns = read_columns(json.loads(stored) if isinstance(stored, str) else stored)
    known = json.loads(contact)
    values = typed_facts(facts, columns, ZoneInfo(writing.settings["zone"]))
    return writing.message.render(
        message_facts(writing.settings, values, known, amounts, step=writing.step),
        locale=known.get("language") or "",
    )


def list_samples(plan: Plan, *, most: int = 3) -> list[Sample]:
    """Real customers: the longest name, the smallest and the largest amount (or simply the first ones)."""
    samples = []
    for step, settings in plan.settings["steps"].items():
        if not settings["message"]:
            continue
        message = _message(plan, settings["message"])
        writing = Writing(plan.scope_id, step, plan.settings, message)
        for customer, provider, key, chosen in _chosen(plan, step)[:most]:
            words = render_for(writing, customer, amounts_of(plan, customer))
            samples.append(Sample(step, chosen, key, provider, words))
    return samples


_CHOSEN = """
WITH t AS (
    SELECT t.customer_id, t.provider, f.customer_key, length(f.contact::json ->> 'name') AS long,
           (SELECT sum(m.minor) FROM act m WHERE m.plan_id = t.plan_id AND m.customer_id = t.customer_id) AS total
    FROM act t JOIN affected f ON f.scope_id = %(scope)s AND f.customer_id = t.customer_id
    WHERE t.plan_id = %(plan)s AND t.step = %(step)s
)
(SELECT customer_id, provider, customer_key, 'smallest amount' FROM t ORDER BY total, customer_id LIMIT 1)
UNION ALL (SELECT customer_id, provider, customer_key, 'largest amount' FROM t
           ORDER BY total DESC NULLS LAST, customer_id LIMIT 1)
UNION ALL (SELECT customer_id, provider, customer_key, 'longest name' FROM t
           ORDER BY long DESC NULLS LAST, customer_id LIMIT 1)
"""


def _chosen(plan: Plan, step: str) -> list[tuple[int, str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN, {"scope": plan.scope_id, "plan": plan.id, "step": step})
        rows = cursor.fetchall()
    seen: dict[int, tuple[int, str, str, str]] = {}
    for row in rows:
        seen.setdefault(row[0], row)
    return list(seen.values())


def _message(plan: Plan, name: str) -> Spoken:
    revisions = {file: plan.revisions[file][0] for file in by_message(plan.revisions)[name].values()}
    found = dict(Revision.objects.filter(id__in=revisions.values()).values_list("id", "text"))
    texts = {file: found[revision] for file, revision in revisions.items()}
    message, findings = compile_spoken(name, texts, plan.settings["mistake"]["locale"])
    if message is None:
        raise BadInput(findings[0].what, remedy=findings[0].remedy, place=findings[0].place, code="bad-message")
    return message


def _key_of(scope: int, customer: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT customer_key FROM affected WHERE scope_id = %s AND customer_id = %s", [scope, customer])
        return str(cursor.fetchone()[0])
