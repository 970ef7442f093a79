"""Customers that no mail may go to, left out of a plan's mails: they get the next channel, or cannot be reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from makegood.channels.suppression import is_empty, suppressed_among
from makegood.core.layout import StepLine
from makegood.kit.columns import Columns, copy_from_postgres
from makegood.kit.errors import Finding
from makegood.plans.inputs import Inputs

_AT_ONCE = 5_000  # addresses that are asked about in one question
_ADDRESSES = """
SELECT customer_id, contact::json ->> 'email' FROM affected
WHERE scope_id = %s AND contact::json ->> 'email' IS NOT NULL
"""
WITHOUT_MAIL = "UPDATE affected SET has_email = false WHERE customer_id IN (SELECT customer_id FROM suppressed)"


def read_suppressed(raw: psycopg.Connection[Any], inputs: Inputs, columns: Columns) -> None:
    """`suppressed(customer_id)`, in the caller's transaction. Raises `Refused` for a missing key."""
    found: list[int] = []
    if not is_empty(inputs.mistake.brand_id):
        for part in _addresses(raw, inputs.scope.id):
            listed = suppressed_among(inputs.mistake.brand_id, {address for _, address in part})
            found += [customer for customer, address in part if address in listed]
    asked = {"found": found}
    sql = "SELECT unnest(%(found)s::bigint[])"
    copy_from_postgres(raw, sql, asked, columns, "suppressed", [("customer_id", "BIGINT")])


def _addresses(raw: psycopg.Connection[Any], scope: int) -> Iterator[list[tuple[int, str]]]:
    """By a cursor on the server: a million addresses are never all here at once."""
    with raw.cursor(name="addresses") as cursor:
        cursor.execute(_ADDRESSES, [scope])
        while part := cursor.fetchmany(_AT_ONCE):
            yield part


def suppressed_findings(columns: Columns, steps: Sequence[StepLine]) -> list[Finding]:
    found = []
    for step in steps:
        if not any(route == "email" for _, route in step.channels):
            continue
        meant = f" WHERE {step.meant}" if step.meant else ""
        reached = [f"a.has_{route}" if route else "true" for _, route in step.channels]
        count, others, keys = columns.fetch(
            f"SELECT count(*), count(*) FILTER (WHERE {' OR '.join(reached)}),"
            " string_agg(customer_key, ', ' ORDER BY customer_key) FILTER (WHERE n <= 3)"
            " FROM (SELECT *, row_number() OVER (ORDER BY customer_key) AS n"
            f" FROM affected JOIN suppressed USING (customer_id){meant}) a"
        )[0]
        number, instead = int(str(count)), int(str(others))
        if number:
            what = (
                f"'{step.id}' may not mail {number} customers: mail came back before, or they asked to be left alone."
                f" {instead} have the next channel, {number - instead} cannot be reached."
            )
            remedy = "Find another contact, or add a channel; why: makegood suppress check ADDRESS."
            named = tuple(str(keys).split(", "))
            found.append(Finding("suppressed", what, remedy, level="advice", count=number, examples=named))
    return found
