"""The figures of a plan: totals, distribution, ten largest, exclusions, wishes, pace. No customer by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from makegood.core.expressions_sql import name, quoted
from makegood.core.facts import FactColumn
from makegood.core.layout import StepLine
from makegood.core.playbook import Step
from makegood.core.playbook_second import SECOND
from makegood.kit.columns import Columns
from makegood.plans.findings import gone_customers, planned_sums
from makegood.plans.inputs import Inputs, spent


def plan_summary(
    columns: Columns, inputs: Inputs, steps: Sequence[StepLine], facts: Sequence[FactColumn]
) -> dict[str, Any]:
    """Plain JSON; money in minor units beside its currency; `largest` names customers by number only.

    `decided_upto` is the newest decision of a person that the plan knows: a later one makes it stale.
    """
    acts = int(str(columns.fetch("SELECT count(*) FROM act")[0][0]))
    return {
        "acts": acts,
        "customers": int(str(columns.fetch("SELECT count(DISTINCT customer_id) FROM act")[0][0])),
        "steps": [row for step in steps for row in _step(columns, step)],
        "only": [line for step in inputs.stage.steps for line in _only(columns, inputs, step)],
        "sums": planned_sums(columns),
        "largest_act": _largest_act(columns),
        "spent_before": spent(inputs.mistake.id),
        "budget": {currency: money.minor for currency, money in inputs.playbook.budget.items()},
        "routes": _rows(columns, "SELECT provider, route, count(*) FROM act GROUP BY ALL ORDER BY ALL"),
        "distribution": _distribution(columns),
        "largest": _rows(
            columns,
            "SELECT customer_id, currency, sum(minor)::BIGINT AS total FROM act WHERE minor IS NOT NULL"
            " GROUP BY ALL ORDER BY total DESC, customer_id LIMIT 10",
        ),
        "exclusions": _rows(
            columns,
            "SELECT remedy, status, rule, count(*) FROM final WHERE status <> 'owed' GROUP BY ALL"
            " ORDER BY 4 DESC, 1, 2, 3",
        ),
        "decided": _rows(
            columns,
            "SELECT remedy, basis, rule, currency, count(*), coalesce(sum(minor), 0)::BIGINT FROM final"
            " WHERE status = 'owed' GROUP BY ALL ORDER BY remedy, 5 DESC, 2, 3, 4",
        ),
        "wishes": _wishes(columns, facts),
        "waves": _rows(
            columns, "SELECT wave, count(DISTINCT customer_id), count(*) FROM act GROUP BY wave ORDER BY wave"
        ),
        "gone": gone_customers(inputs),
        "seconds": _seconds(columns, inputs),
        "decided_upto": inputs.decided_upto,
        "again_upto": inputs.again_upto,
    }


def _step(columns: Columns, step: StepLine) -> list[dict[str, Any]]:
    """One row a currency: sums of two currencies are never one figure. A step without acts is one row as well."""
    rows = columns.fetch(
        "SELECT count(*), count(DISTINCT customer_id), currency, coalesce(sum(minor), 0)::BIGINT, min(minor),"
        " max(minor), (quantile_disc(minor, 0.5))::BIGINT FROM act"
        f" WHERE step = {quoted(step.id)} GROUP BY currency ORDER BY currency"
    )
    keys = ("acts", "customers", "currency", "sum", "smallest", "largest", "median")
    return [
        {"step": step.id, "kind": step.kind, **dict(zip(keys, row, strict=True))}
        for row in rows or [(0, 0, None, 0, None, None, None)]
    ]


def _only(columns: Columns, inputs: Inputs, step: Step) -> list[list[Any]]:
    """Whom a step is for where it is not everyone: its name, the words, how many customers, of how many."""
    meant = inputs.meant(step)
    if not meant:
        return []
    words = [f"{column} is {word}" for column, word in ((step.before, "ahead"), (step.since, "not ahead")) if column]
    if inputs.stage.attempt == SECOND:
        words.append("first remedy did not put them right")
    number, whole = columns.fetch(f"SELECT count(*) FILTER (WHERE {meant}), count(*) FROM affected")[0]
    return [[step.id, " and ".join(words), int(str(number)), int(str(whole))]]


def _largest_act(columns: Columns) -> dict[str, int]:
    """By currency: what a limit for one payment is tested against."""
    rows = columns.fetch("SELECT currency, max(minor) FROM act WHERE minor IS NOT NULL GROUP BY 1 ORDER BY 1")
    return {str(currency): int(str(minor)) for currency, minor in rows}


def _distribution(columns: Columns) -> list[list[Any]]:
    """How many customers get how much: bands 0-5, 5-10, 10-25, 25-50, 50-100, 100-250, 250-500, 500+ in whole units of
    a two-digit currency."""
    edges = [500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000]
    cases = " ".join(f"WHEN total < {edge} THEN {place}" for place, edge in enumerate(edges))
    rows = columns.fetch(
        f"SELECT currency, CASE {cases} ELSE {len(edges)} END AS band, count(*), sum(total)::BIGINT FROM ("
        " SELECT customer_id, currency, sum(minor) AS total FROM act WHERE minor IS NOT NULL GROUP BY ALL)"
        " GROUP BY ALL ORDER BY ALL"
    )
    bounds = [0, *edges]
    return [
        [currency, bounds[int(str(band))], edges[int(str(band))] if int(str(band)) < len(edges) else None, count, total]
        for currency, band, count, total in rows
    ]


def _wishes(columns: Columns, facts: Sequence[FactColumn]) -> dict[str, int] | None:
    """Owed and given together against `wish_amount`, for those who said what they wanted in money."""
    wished = next((column for column in facts if column.name == "wish_amount" and column.type == "money"), None)
    if wished is None:
        return None
    rows = columns.fetch(
        "SELECT CASE WHEN total < wish THEN 'below' WHEN total = wish THEN 'meets' ELSE 'above' END, count(*) FROM ("
        f" SELECT a.customer_id, a.{name('wish_amount')} AS wish, coalesce(sum(f.minor), 0) AS total FROM affected a"
        " LEFT JOIN final f ON f.customer_id = a.customer_id AND f.status = 'owed'"
        f" WHERE a.{name('wish_amount')} IS NOT NULL GROUP BY ALL) GROUP BY 1"
    )
    return {"below": 0, "meets": 0, "above": 0} | {str(word): int(str(count)) for word, count in rows}


def _seconds(columns: Columns, inputs: Inputs) -> int | None:
    """How long the slowest paced provider needs at least; None where nothing is paced."""
    longest = None
    for provider, count in columns.fetch("SELECT provider, count(*) FROM act GROUP BY 1"):
        pace = inputs.playbook.pace.get(str(provider))
        if pace is not None:
            needed = -(-int(str(count)) * pace.seconds // pace.count)
            longest = max(longest or 0, needed)
    return longest


def _rows(columns: Columns, sql: str) -> list[list[Any]]:
    return [list(row) for row in columns.fetch(sql, limit=10_000)]
