"""What stands between a draft and its approval, and what is only worth knowing. Counts come from the column engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection

from makegood.channels import CHANNELS
from makegood.core.expressions_sql import quoted
from makegood.core.layout import StepLine, unreachable_sql
from makegood.documents.models import Revision
from makegood.kit.columns import Columns
from makegood.kit.counting import counted
from makegood.kit.errors import Finding
from makegood.kit.mime import says_no_reply
from makegood.kit.money import Money
from makegood.kit.plugins import Plugin
from makegood.people.models import Connection
from makegood.plans.again import second_findings
from makegood.plans.bulk import bulk_findings
from makegood.plans.inputs import Inputs, approved_plans, spent
from makegood.plans.models import Plan
from makegood.plans.pools import pool_findings
from makegood.plans.prevented import prevention_findings
from makegood.plans.suppressed import suppressed_findings
from makegood.plans.updates import update_findings
from makegood.policies.check import check_policy
from makegood.remedies import REMEDIES

_UNDEFINED = """
SELECT f.remedy, f.reason, count(*), string_agg(a.customer_key, ', ' ORDER BY a.customer_key) FILTER (WHERE n <= 3)
FROM (SELECT *, row_number() OVER (PARTITION BY remedy, reason ORDER BY customer_id) AS n
      FROM final WHERE status = 'undefined') f
JOIN affected a USING (customer_id) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""
_PLAN_AGAIN = "Change the playbook or the policy, then plan again."


def plan_findings(columns: Columns, inputs: Inputs, steps: Sequence[StepLine]) -> list[Finding]:
    checks: list[Callable[[], list[Finding]]] = [
        lambda: _needs(inputs),
        lambda: update_findings(inputs),
        lambda: prevention_findings(inputs),
        lambda: second_findings(columns, inputs),
        lambda: _unverified(inputs),
        lambda: _of_policy(columns, inputs),
        lambda: _undefined(columns),
        lambda: _held(columns),
        lambda: _lower(columns, steps),
        lambda: _other_currency(columns, steps),
        lambda: suppressed_findings(columns, steps),
        lambda: _unreachable(columns, steps),
        lambda: _budget(columns, inputs),
        lambda: _caps(columns, inputs),
        lambda: _providers(inputs),
        lambda: _no_reply(inputs),
        lambda: bulk_findings(columns, inputs),
        lambda: pool_findings(columns, inputs),
        lambda: _scope(inputs),
        lambda: _scope_documents(inputs),
    ]
    return [finding for check in checks for finding in check()]


def _needs(inputs: Inputs) -> list[Finding]:
    found = []
    for stage in inputs.stage.needs:
        applied = Plan.objects.filter(mistake=inputs.mistake, stage=stage, applied_at__isnull=False).exists()
        if not applied:
            what = f"Stage '{inputs.stage.name}' needs stage '{stage}', which has not been applied."
            found.append(Finding("stage-order", what, f"Plan, approve and apply '{stage}' first."))
    return found


def _no_reply(inputs: Inputs) -> list[Finding]:
    """Whoever was hurt must be able to answer; a message may name an address of its own."""
    addresses = {str(provider.get("reply_to", "")) for provider in inputs.providers.values()}
    remedy = "Name one that a person reads: makegood brand set … --reply-to, or reply_to: in the message."
    return [
        Finding("no-reply", f"Answers go to '{address}', which says that nobody reads them.", remedy, level="advice")
        for address in sorted(addresses)
        if says_no_reply(address)
    ]


def _unverified(inputs: Inputs) -> list[Finding]:
    """Figures that nobody has seen in print must not be taken for published ones."""
    policy = inputs.policy
    if policy is None or not inputs.remedies_used() or not policy.is_unverified():
        return []
    header = policy.header
    unread = " ".join(header.unverified) or "It was written from memory."
    what = f"The policy {header.name or 'of this plan'} is not verified: {unread}"
    remedy = "Read the source, correct the policy, then write its confidence and take the sentences away."
    return [Finding("unverified-policy", what, remedy, level="advice", place=header.place)]


def _of_policy(columns: Columns, inputs: Inputs) -> list[Finding]:
    """Holes, what is never reached or used: checked where money is about to be decided."""
    if inputs.policy is None or not inputs.remedies_used():
        return []
    return [one.finding for one in check_policy(columns, inputs.policy)]


def _undefined(columns: Columns) -> list[Finding]:
    rows = columns.fetch(_UNDEFINED, limit=1_000)
    return [
        Finding(
            "undefined",
            f"The policy does not say what {_customers(count, 'is', 'are')} owed as '{remedy}': {reason}",
            "Complete the rules or the facts, or decide for each: makegood decide.",
            count=int(str(count)),
            examples=tuple(str(examples).split(", ")),
        )
        for remedy, reason, count, examples in rows
    ]


def _held(columns: Columns) -> list[Finding]:
    rows = columns.fetch("SELECT remedy, count(*) FROM final WHERE status = 'hold' GROUP BY 1 ORDER BY 1")
    return [
        Finding(
            "held",
            f"{_customers(count, 'is', 'are')} held for a person before '{remedy}'.",
            "Look at each and decide: makegood decide.",
            level="advice",
            count=int(str(count)),
        )
        for remedy, count in rows
    ]


def _lower(columns: Columns, steps: Sequence[StepLine]) -> list[Finding]:
    found = []
    for step in steps:
        if not step.remedy:
            continue
        row = columns.fetch(
            "SELECT count(*) FROM existing e JOIN affected a USING (customer_id) LEFT JOIN final f"
            f" ON f.customer_id = e.customer_id AND f.remedy = {quoted(step.remedy)}"
            f" WHERE e.step = {quoted(step.id)} AND e.minor > coalesce(f.minor, 0)"
            " AND coalesce(f.status, '') NOT IN ('hold', 'undefined')"
        )[0]
        if row[0]:
            what = f"{_customers(row[0])} already got more by '{step.id}' than is owed now; nothing is taken back."
            found.append(Finding("lower-than-paid", what, "Nothing to do.", level="advice", count=int(str(row[0]))))
    return found


def _other_currency(columns: Columns, steps: Sequence[StepLine]) -> list[Finding]:
    """What was paid in one currency cannot be set against what is owed in another."""
    found = []
    for step in steps:
        if not step.remedy:
            continue
        count, examples = columns.fetch(
            "SELECT count(*), string_agg(customer_key, ', ' ORDER BY customer_key) FILTER (WHERE n <= 3) FROM ("
            " SELECT a.customer_key, row_number() OVER (ORDER BY a.customer_key) AS n FROM existing e"
            f" JOIN final f ON f.customer_id = e.customer_id AND f.remedy = {quoted(step.remedy)} AND f.status = 'owed'"
            " JOIN affected a ON a.customer_id = e.customer_id"
            f" WHERE e.step = {quoted(step.id)} AND e.minor > 0 AND e.currency <> f.currency)"
        )[0]
        if count:
            what = f"{_customers(count, 'was', 'were')} paid by '{step.id}' in another currency than they are owed now."
            remedy = "Change the policy back, or decide for each what is still owed: makegood decide."
            examples_shown = tuple(str(examples).split(", "))
            found.append(Finding("other-currency", what, remedy, count=int(str(count)), examples=examples_shown))
    return found


def _unreachable(columns: Columns, steps: Sequence[StepLine]) -> list[Finding]:
    found = []
    for step in steps:
        if step.kind not in ("tell", "ask"):
            continue
        number, keys = columns.fetch(unreachable_sql(step))[0]
        count = int(str(number))
        if count:
            what = f"{_customers(count)} cannot be reached by '{step.id}': it waits; what is owed does not."
            remedy = "Find a contact and load the scope again, or add a channel."
            named = tuple(str(keys).split(", "))
            found.append(Finding("unreachable", what, remedy, level="advice", count=count, examples=named))
    return found


def _budget(columns: Columns, inputs: Inputs) -> list[Finding]:
    found = []
    before = spent(inputs.mistake.id)
    for currency, adds in planned_sums(columns).items():
        budget = inputs.playbook.budget.get(currency)
        running = before.get(currency, 0) + adds
        if inputs.playbook.budget and budget is None:
            what = f"The plan pays {Money(adds, currency)}, but the budget has no {currency}."
            found.append(Finding("over-budget", what, "Add an amount in this currency to the budget."))
        elif budget is not None and running > budget.minor:
            what = f"With this plan the mistake costs {Money(running, currency)}; the budget is {budget}."
            found.append(Finding("over-budget", what, _PLAN_AGAIN))
    return found


def _caps(columns: Columns, inputs: Inputs) -> list[Finding]:
    found = []
    for currency, cap in inputs.playbook.caps.items():
        rows = columns.fetch(
            "SELECT count(*), string_agg(customer_key, ', ' ORDER BY total DESC, customer_key) FILTER (WHERE n <= 3)"
            " FROM (SELECT customer_key, total, row_number() OVER (ORDER BY total DESC, customer_key) AS n FROM ("
            "  SELECT t.customer_id, sum(t.minor) + coalesce(max(e.minor), 0) AS total FROM act t LEFT JOIN"
            f"   (SELECT customer_id, sum(minor) AS minor FROM existing WHERE currency = {quoted(currency)} GROUP BY 1)"
            "   e USING (customer_id)"
            f"  WHERE t.currency = {quoted(currency)} GROUP BY 1) JOIN affected USING (customer_id)"
            f" WHERE total > {cap.minor})"
        )
        if rows[0][0]:
            what = f"{_customers(rows[0][0])} would get more than {cap}, the cap per customer."
            examples = tuple(str(rows[0][1]).split(", "))
            found.append(Finding("over-cap", what, _PLAN_AGAIN, count=int(str(rows[0][0])), examples=examples))
    return found


def _providers(inputs: Inputs) -> list[Finding]:
    found = []
    for name, chosen in inputs.providers.items():
        if chosen["family"] == "remedy" and chosen.get("caught"):
            what = f"The connection '{name}' is not live; nobody would be put right."
            found.append(Finding("not-live", what, f"Switch it live: makegood connections live {name} on."))
        elif chosen.get("caught"):
            what = f"'{name}' is not live: messages stay in the local outbox."
            remedy = f"To send for real: makegood connections live {name} on, then plan again."
            found.append(Finding("local-outbox", what, remedy, level="advice"))
        registry = CHANNELS if chosen["family"] == "channel" else REMEDIES
        for step in inputs.stage.steps:
            if name in (step.provider, *step.otherwise, *step.channels) and not chosen.get("caught"):
                plugin = registry.get(chosen["plugin"])
                told = _known_to(plugin, step.instructions) if name in step.otherwise else step.instructions
                found += plugin.check(_opened_with(chosen), told)
    return found


def _known_to(plugin: type[Plugin], instructions: Mapping[str, Any]) -> dict[str, Any]:
    """`with:` is written for the first provider; another is asked about what it knows of it."""
    known = plugin.instructions_schema.get("properties", {})
    return {word: value for word, value in instructions.items() if word in known}


def _opened_with(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The settings the plug-in will be opened with; a secret stands there as a word, a check never sees its value."""
    row = Connection.objects.filter(id=chosen["connection"]).first()
    return {**chosen["settings"], **(_without_secrets(row.settings) if row else {})}


def _without_secrets(settings: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            secret = set(value) in ({"env"}, {"sealed"})
            plain[name] = "secret" if secret else _without_secrets(value)
        else:
            plain[name] = value
    return plain


def _scope(inputs: Inputs) -> list[Finding]:
    counts: dict[str, Any] = inputs.scope.counts
    found = []
    if counts["rejected"]:
        what = f"{counted(counts['rejected'], 'row')} of the scope could not be used."
        remedy = "See them: makegood rejections. Correct the source and load again."
        found.append(Finding("rejected-rows", what, remedy, level="advice", count=counts["rejected"]))
    if counts["nobody"]:
        what = f"{counted(counts['nobody'], 'row has', 'rows have')} no customer: nobody known."
        remedy = "Find out whose they are, or say at closing why that cannot be."
        found.append(Finding("nobody-known", what, remedy, level="advice", count=counts["nobody"]))
    if counts["partly_rejected"]:
        what = f"{_customers(counts['partly_rejected'], 'has', 'have')} rejected rows and good ones: more may be owed."
        remedy = "Correct the rows and load again before the money stage."
        level = "blocking" if inputs.remedies_used() else "advice"
        found.append(
            Finding(
                "partly-rejected",
                what,
                remedy,
                level="blocking" if level == "blocking" else "advice",
                count=counts["partly_rejected"],
                examples=(str(counts["partly_rejected_example"]),),
            )
        )
    return found


def _scope_documents(inputs: Inputs) -> list[Finding]:
    """A query that was changed after the scope was loaded says who is affected; the plan would be over other people."""
    mapping = inputs.checked.scope
    if inputs.scope.desk or mapping is None:
        return []
    names = ["scope.yaml", mapping.query, *(source.query for source in mapping.sources.values())]
    loaded = {row.name: row.digest for row in Revision.objects.filter(id__in=inputs.scope.revisions.values())}
    changed = [
        name
        for name in dict.fromkeys(names)
        if name and name in inputs.revisions and loaded.get(name) != inputs.revisions[name].digest
    ]
    if not changed:
        return []
    what = f"{' and '.join(changed)} changed since version {inputs.scope.version} of the scope was loaded."
    pays = bool(inputs.remedies_used())
    remedy = "Load the scope again: makegood scope."
    return [Finding("scope-outdated", what, remedy, level="blocking" if pays else "advice")]


def _customers(count: object, one: str = "", many: str = "") -> str:
    """`1 customer`, with verbs `1 customer is` and `2 customers are`; `count` as the column engine gives it."""
    return counted(int(str(count)), f"customer {one}".strip(), f"customers {many}".strip())


def planned_sums(columns: Columns) -> dict[str, int]:
    rows = columns.fetch("SELECT currency, sum(minor)::BIGINT FROM act WHERE minor IS NOT NULL GROUP BY 1 ORDER BY 1")
    return {str(currency): int(str(minor)) for currency, minor in rows}


def gone_customers(inputs: Inputs) -> int:
    """Customers with open acts who are not in this scope any more: their open acts are cancelled at approval. What a
    person has been asked to do stays on their list."""
    if inputs.scope.desk:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT t.customer_id) FROM act t JOIN plan p ON p.id = t.plan_id"
            " JOIN scope s ON s.id = p.scope_id WHERE t.plan_id = ANY(%s) AND NOT s.desk AND t.stage = %s"
            " AND t.state IN ('planned', 'waiting') AND t.again IS NULL AND NOT EXISTS (SELECT 1 FROM attempt a"
            " WHERE a.plan_id = t.plan_id AND a.ordinal = t.ordinal AND a.answer = 'waiting') AND NOT EXISTS"
            " (SELECT 1 FROM affected f WHERE f.scope_id = %s AND f.customer_id = t.customer_id)",
            [approved_plans(inputs.mistake.id), inputs.stage.name, inputs.scope.id],
        )
        return int(cursor.fetchone()[0])
