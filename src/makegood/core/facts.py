"""A customer's facts between the forms they take: canonical JSON in the scope, typed values in messages.

Canonical: money as an integer of minor units, numbers as text, dates and instants as ISO 8601 text, lists as lists.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from makegood.core.render import Value
from makegood.kit.money import Money


@dataclass(frozen=True, slots=True)
class FactColumn:
    """One column of a scope: `type` is text, integer, number, money, date, instant or boolean.

    Money has a `currency`, or names in `currency_column` the text column that holds it. `many` is "yes" where there is
    a list with one value for each row of the customer.
    """

    name: str
    type: str
    currency: str = ""
    currency_column: str = ""
    many: str = ""


def read_columns(stored: Sequence[Mapping[str, Any]]) -> list[FactColumn]:
    return [FactColumn(**{key: str(value) for key, value in one.items()}) for one in stored]


def typed_facts(text: str, columns: Sequence[FactColumn], zone: ZoneInfo) -> dict[str, Value]:
    """The facts as values a message shows; instants in `zone`."""
    return typed_values(json.loads(text), columns, zone)


def typed_values(raw: Mapping[str, Any], columns: Sequence[FactColumn], zone: ZoneInfo) -> dict[str, Value]:
    """The same of facts whose JSON has been read."""
    return {column.name: _typed(raw.get(column.name), column, raw, zone) for column in columns}


def _typed(value: Any, column: FactColumn, raw: Mapping[str, Any], zone: ZoneInfo) -> Value:
    if value is None:
        return None
    if isinstance(value, list):
        return [_typed(one, column, raw, zone) for one in value]
    if column.type == "money":
        currency = column.currency or str(raw.get(column.currency_column) or "")
        return Money(int(value), currency) if currency else None
    if column.type == "number":
        return Decimal(str(value))
    if column.type == "integer":
        return int(value)
    if column.type == "date":
        return date.fromisoformat(str(value))
    if column.type == "instant":
        return datetime.fromisoformat(str(value)).astimezone(zone)
    return bool(value) if column.type == "boolean" else str(value)
