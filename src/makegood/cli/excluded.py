"""Who of a plan gets no act, each by name, with the reason."""

from __future__ import annotations

from typing import Annotated

import typer

from makegood.cli.output import as_json, show_table
from makegood.cli.recovery import BrandSlug, Json, MistakeName, PlanNumber, find_mistake, find_plan
from makegood.cli.who import acting


def register(app: typer.Typer) -> None:
    app.command()(excluded)


def excluded(
    mistake: MistakeName,
    number: PlanNumber,
    rule: Annotated[str, typer.Option(help="Only this rule; provider for what a provider showed.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 1_000,
    brand: BrandSlug = "default",
    in_json: Json = False,
) -> None:
    """List who gets no act for a remedy, and why."""
    with acting("read") as session:
        from makegood.plans.exclusions import list_excluded

        found = find_plan(find_mistake(session, mistake, brand), number)
        rows = list_excluded(found, rule=rule, limit=limit)
    if in_json:
        as_json(
            [
                {
                    "customer": one.customer_key,
                    "remedy": one.remedy,
                    "decision": one.status,
                    "rule": one.rule,
                    "reason": one.reason,
                }
                for one in rows
            ]
        )
        return
    lines = ([one.customer_key, one.remedy, one.rule, one.reason] for one in rows)
    show_table(["customer", "remedy", "rule", "reason"], lines, empty="Everyone gets what the policy says.")
