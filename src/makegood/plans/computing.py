"""The tables of a plan in the engine: read from the database, decided, laid out. Nothing is stored.

Drafting computes over everybody, a preview over those it chooses from; both by these same steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection, transaction

from makegood.core.deciding import (
    AFFECTED_SCHEMA,
    EXISTING_SCHEMA,
    OVERRIDE_SCHEMA,
    affected_sql,
    decided_sql,
    told_amounts_sql,
)
from makegood.core.facts import read_columns
from makegood.core.layout import StepLine, act_sql, final_sql
from makegood.kit.columns import Columns, copy_from_postgres
from makegood.plans.again import read_again
from makegood.plans.apologies import read_apologies
from makegood.plans.inputs import EXISTING, OVERRIDES, Inputs, approved_plans, wave_lines
from makegood.plans.messages import paying_steps
from makegood.plans.suppressed import WITHOUT_MAIL, read_suppressed

_AFFECTED = "SELECT customer_id, customer_key, facts, contact, facts_digest FROM affected WHERE scope_id = %s"


@dataclass(frozen=True, slots=True)
class Part:
    """Whom to read of a scope: `only` continues the question for its customers, with `values`. `anew`: as if nobody
    had been told or paid before."""

    only: str = ""
    values: tuple[object, ...] = ()
    anew: bool = False


EVERYBODY = Part()


def read_rows(columns: Columns, inputs: Inputs, part: Part = EVERYBODY) -> None:
    """The tables `loaded`, `existing`, `override` and those of the checks, before the engine is sealed."""
    with transaction.atomic(), connection.cursor() as cursor:
        raw: psycopg.Connection[Any] = cursor.connection
        affected = [inputs.scope.id, *part.values]
        copy_from_postgres(raw, f"{_AFFECTED} {part.only}", affected, columns, "loaded", AFFECTED_SCHEMA)
        plans = {"plans": [] if part.anew else approved_plans(inputs.mistake.id)}
        copy_from_postgres(raw, EXISTING, plans, columns, "existing", EXISTING_SCHEMA)
        mistake = {"mistake": inputs.mistake.id}
        copy_from_postgres(raw, OVERRIDES, mistake, columns, "override", OVERRIDE_SCHEMA)
        read_suppressed(raw, inputs, columns)
        read_apologies(raw, inputs, columns)
        read_again(raw, inputs, columns)


def decide_all(columns: Columns, inputs: Inputs) -> None:
    """The tables `affected`, `decided` and `final`: who is owed what."""
    columns.run(affected_sql(read_columns(inputs.scope.columns)))
    columns.run(WITHOUT_MAIL)
    decision = inputs.policy.decision_sql("affected") if inputs.policy and inputs.remedies_used() else None
    columns.run(decided_sql(decision, inputs.remedies_used(), inputs.remedies_in_units()))
    columns.run(final_sql())


def lay_out(columns: Columns, inputs: Inputs, steps: Sequence[StepLine]) -> None:
    """The tables `act`, `part` and `told_amount`: what is done for whom, and what a message may name."""
    for statement in act_sql(steps, wave_lines(inputs), inputs.mistake.public_id):
        columns.run(statement)
    forget(columns, "sorted")
    columns.run(told_amounts_sql(paying_steps(inputs)))


def forget(columns: Columns, *tables: str) -> None:
    """Room for what comes: the engine's memory is bounded, and at a million customers each of these is felt."""
    for table in tables:
        columns.run(f"DROP TABLE {table}")
