"""The look before money, when a plan is made: whom the provider shows as given back, disputed or out of reach gets no
act, and is named with the reason.

What is found becomes a decision like the policy's own, so that it is counted, shown and accounted for as any other. It
goes by windows, at the pace the provider bears; customers are never held all at once.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from psycopg import AsyncConnection

from makegood.core.expressions_sql import quoted
from makegood.core.playbook import Step
from makegood.kit.columns import Columns
from makegood.kit.errors import Finding
from makegood.kit.ids import act_key
from makegood.kit.looking import FOR_A_PERSON, Look, looks, may_pay
from makegood.kit.money import Money
from makegood.kit.plugins import Envelope, OutcomeUnknown, ProviderError, Surroundings
from makegood.people.models import Connection
from makegood.people.secrets import resolve_secrets
from makegood.plans.inputs import Inputs
from makegood.remedies import REMEDIES

WINDOW = 200
MOST_FAILED = 10  # looks that failed one by one; more is the provider and not the payment
SLOWEST = 10  # looks a second of a provider that does not say
RULE = "provider:"  # how the rules begin that name a verdict
_LOOKED = """
CREATE TABLE looked (customer_id BIGINT, remedy VARCHAR, status VARCHAR, rule VARCHAR, reason VARCHAR)
"""
_WOULD_GET = """
FROM final f LEFT JOIN existing e ON e.customer_id = f.customer_id AND e.step = {step} {more}
WHERE f.remedy = {remedy} AND f.status = 'owed' AND f.minor > coalesce(e.minor, 0)
"""
# One level: DuckDB 2.0 drops the LIMIT of an ordered subquery that is joined and ordered again.
_NEXT = """
SELECT f.customer_id, f.rule, f.minor - coalesce(e.minor, 0), f.currency, coalesce(e.sequence, 0) + 1,
       l.customer_key, l.facts
{would_get} AND f.customer_id > {after} ORDER BY f.customer_id LIMIT {window}
"""
_EXCLUDE = """
UPDATE final SET status = l.status, rule = l.rule, minor = NULL, reason = l.reason
FROM looked l WHERE final.customer_id = l.customer_id AND final.remedy = l.remedy
"""
_NAMED = """
SELECT l.remedy, l.rule, count(*), string_agg(a.customer_key, ', ' ORDER BY a.customer_key) FILTER (WHERE n <= 3)
FROM (SELECT *, row_number() OVER (PARTITION BY remedy, rule ORDER BY customer_id) AS n FROM looked) l
JOIN affected a USING (customer_id) GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass
class Looked:
    """`counts`: step -> verdict -> customers; it is part of the plan's settings and so of its digest."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class _Telling:
    """Says how far the looks of a step are."""

    progress: Callable[[str], None]
    step: Step

    def __call__(self, count: int) -> None:
        if count % (10 * WINDOW) == 0:
            self.progress(f"asking the provider of {self.step.id} about each payment: {count:,}")


@dataclass(frozen=True)
class _Row:
    customer: int
    by_person: bool
    amount: Money
    sequence: int
    facts: Mapping[str, Any]


def look_before_money(columns: Columns, inputs: Inputs, progress: Callable[[str], None]) -> Looked:
    """Looks at every payment that this stage would give something back for, and takes out of `final` what must not be.

    A provider that cannot be asked is a blocking finding. Needs `final`, `existing`, `loaded` and `affected`.
    """
    looked = Looked()
    columns.run(_LOOKED)
    for step in inputs.stage.steps:
        if step.remedy and step.provider and _can_look(inputs, step.provider):
            telling = _Telling(progress, step)
            telling(0)
            asyncio.run(_look_at(columns, inputs, telling, _settings(inputs, step.provider), looked))
    columns.run(_EXCLUDE)
    looked.findings += _named(columns)
    return looked


def seconds_to_look(inputs: Inputs) -> int:
    """How long the looks may take: each payment once, some a second time, at the pace of each provider."""
    affected, seconds = int(inputs.scope.counts["affected"]), 0
    for step in inputs.stage.steps:
        if step.remedy and step.provider and _can_look(inputs, step.provider):
            pace = int(_settings(inputs, step.provider).get("per_second", SLOWEST))
            seconds += 60 + 3 * affected // pace
    return seconds


def _can_look(inputs: Inputs, provider: str) -> bool:
    chosen = inputs.providers[provider]
    return chosen.get("connection") is not None and looks(REMEDIES.get(chosen["plugin"]))


def _settings(inputs: Inputs, provider: str) -> dict[str, Any]:
    chosen = inputs.providers[provider]
    row = Connection.objects.get(id=chosen["connection"])
    return {**chosen["settings"], **resolve_secrets(row.settings)}


async def _look_at(
    columns: Columns, inputs: Inputs, telling: _Telling, settings: Mapping[str, Any], looked: Looked
) -> None:
    """One step: window after window, then the balance."""
    step = telling.step
    chosen = inputs.providers[step.provider]
    counts: Counter[str] = Counter()
    try:
        plugin: Any = await REMEDIES.get(chosen["plugin"]).open(Surroundings(settings, _no_database))
        try:
            await _windows(columns, inputs, telling, plugin, counts)
            looked.findings += _too_little(columns, step, await plugin.balance(step.instructions))
        finally:
            await plugin.close()
    except (ProviderError, OutcomeUnknown) as no:
        what = f"The provider of '{step.id}' could not be asked about the payments: {no.words.rstrip('.')}."
        remedy = f"Test it: makegood connections test {step.provider}. Then plan again."
        looked.findings.append(Finding("provider-not-asked", what, remedy))
    looked.counts[step.id] = dict(sorted(counts.items()))


async def _windows(columns: Columns, inputs: Inputs, telling: _Telling, plugin: Any, counts: Counter[str]) -> None:
    """Raises the provider's error when it is about more than single payments."""
    step, after = telling.step, 0
    while rows := _rows(columns, step, after):
        after = rows[-1].customer
        taken_out = []
        async for index, look in plugin.inspect([_envelope(inputs, step, row) for row in rows]):
            verdict, status, reason = _judged(look, rows[index], counts["not-looked-at"])
            counts[verdict] += 1
            if status:
                taken_out.append((rows[index].customer, step.remedy, status, RULE + verdict, reason))
        _keep(columns, sorted(taken_out))
        telling(counts.total())


def _judged(look: Look, row: _Row, failed: int) -> tuple[str, str, str]:
    """Verdict, the decision's new status ("" leaves it as it is) and reason. Raises the provider's error."""
    if isinstance(look, ProviderError | OutcomeUnknown):
        stops = isinstance(look, ProviderError) and look.stops
        if stops or failed >= MOST_FAILED:
            raise look
        return "not-looked-at", "hold", f"The provider could not say how the payment stands: {look.words}"
    # What was done already and is not known here is carried out as planned: the act finds its own receipt.
    if look.verdict == "ours" or may_pay(look, row.amount, by_person=row.by_person):
        return "fine", "", ""
    if look.verdict == "already" and look.rest is not None and look.rest.minor <= 0:
        return look.verdict, "nothing", look.words
    if row.by_person and look.verdict in FOR_A_PERSON:
        return look.verdict, "hold", f"{look.words} That is more than is left: {look.rest}."
    return look.verdict, "hold", look.words


def _rows(columns: Columns, step: Step, after: int) -> list[_Row]:
    would_get = _would_get(step, "JOIN loaded l ON l.customer_id = f.customer_id")
    sql = _NEXT.format(would_get=would_get, after=after, window=WINDOW)
    return [
        _Row(
            customer=int(str(customer)),
            by_person=rule == "person",
            amount=Money(int(str(minor)), str(currency)),
            sequence=int(str(sequence)),
            facts={"customer_key": key, **json.loads(str(facts))},
        )
        for customer, rule, minor, currency, sequence, key, facts in columns.fetch(sql, limit=WINDOW)
    ]


def _would_get(step: Step, more: str = "") -> str:
    """FROM and WHERE for the customers who would get an act of this step now."""
    return _WOULD_GET.format(step=quoted(step.id), remedy=quoted(str(step.remedy)), more=more)


def _envelope(inputs: Inputs, step: Step, row: _Row) -> Envelope:
    """The act as it would be carried out, as far as a look needs it."""
    return Envelope(
        key=act_key(inputs.mistake.public_id, row.customer, step.id, row.sequence),
        kind=step.do,
        brand=inputs.mistake.brand.slug,
        mistake=inputs.mistake.public_id,
        customer=row.customer,
        destination={},
        amount=row.amount,
        facts=row.facts,
        instructions=step.instructions,
    )


def _keep(columns: Columns, rows: Sequence[tuple[int, Any, str, str, str]]) -> None:
    if rows:
        values = ", ".join(
            f"({customer}, {', '.join(quoted(str(text)) for text in texts)})" for customer, *texts in rows
        )
        columns.run(f"INSERT INTO looked VALUES {values}")


def _named(columns: Columns) -> list[Finding]:
    return [
        _finding(str(remedy), str(rule).removeprefix(RULE), int(str(count)), tuple(str(keys).split(", ")))
        for remedy, rule, count, keys in columns.fetch(_NAMED, limit=1_000)
    ]


def _finding(remedy: str, verdict: str, count: int, keys: tuple[str, ...]) -> Finding:
    who = f"{count} customers get no act for '{remedy}'"
    if verdict == "already":
        what = f"{who}: the payment was given back already, wholly or in part, and not by Makegood."
        advice = "Each with the reason: makegood excluded. For a part that is still owed: makegood decide."
        return Finding("given-already", what, advice, level="advice", count=count, examples=keys)
    if verdict == "disputed":
        what = f"{who}: the payment is disputed at the customer's bank, which may give it back itself."
        advice = "Each with the reason: makegood excluded. When a dispute is over, plan again."
        return Finding("disputed-there", what, advice, level="advice", count=count, examples=keys)
    what = f"{who}: the provider says '{verdict}'."
    advice = "Each with the reason: makegood excluded. Correct the facts, or decide for each: makegood decide."
    return Finding("held-by-provider", what, advice, level="advice", count=count, examples=keys)


def _too_little(columns: Columns, step: Step, balance: Mapping[str, Money] | None) -> list[Finding]:
    """What the step would give, against what the account has; None where nothing is drawn from it."""
    if balance is None:
        return []
    would_get = _would_get(step)
    taken_out = f"AND f.customer_id NOT IN (SELECT customer_id FROM looked WHERE remedy = {quoted(str(step.remedy))})"
    sql = (
        f"SELECT f.currency, sum(f.minor - coalesce(e.minor, 0))::BIGINT {would_get} {taken_out} GROUP BY 1 ORDER BY 1"
    )
    found = []
    for currency, minor in columns.fetch(sql):
        needed, has = Money(int(str(minor)), str(currency)), balance.get(str(currency), Money(0, str(currency)))
        if needed > has:
            what = f"'{step.id}' gives {needed}; the provider's account has {has}, {needed - has} too little."
            advice = "Pay in first: until then refunds wait, or fail where the payment method cannot wait."
            found.append(Finding("balance-too-small", what, advice, level="advice"))
    return found


async def _no_database() -> AsyncConnection[NoReturn]:
    raise ProviderError("A look has no business in the database.", permanent=True, code="no-database")
