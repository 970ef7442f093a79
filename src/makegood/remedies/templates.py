"""Requests to the firm's own system as plain JSON with placeholders, filled by value: no code, no string building.

`"{amount}"` alone in a string keeps the value's own type where it has one (`{minor}` is an integer); inside a longer
string it becomes text. In a path every value is percent-encoded, so a value never adds a segment or a query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from makegood.kit.money import exponent
from makegood.kit.plugins import Envelope, ProviderError

_PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.\w+)?)\}")
PLAIN = frozenset(
    {"key", "amount", "minor", "currency", "customer", "customer_key", "brand", "mistake", "kind", "reason"}
)
FAMILIES = frozenset({"facts", "with", "contact"})


def values_of(envelope: Envelope) -> dict[str, Any]:
    """Everything a placeholder may name, JSON types only. `amount` is text with the currency's digits (`12.50`)."""
    money = envelope.amount
    plain: dict[str, Any] = {
        "key": envelope.key,
        "customer": envelope.customer,
        "customer_key": envelope.facts.get("customer_key"),
        "brand": envelope.brand,
        "mistake": envelope.mistake,
        "kind": envelope.kind,
        "reason": envelope.reason,
        "amount": f"{money.amount:.{exponent(money.currency)}f}" if money else None,
        "minor": money.minor if money else None,
        "currency": money.currency if money else None,
    }
    families = (("facts", envelope.facts), ("with", envelope.instructions), ("contact", envelope.destination))
    for family, values in families:
        plain.update({f"{family}.{name}": _json(value) for name, value in values.items()})
    return plain


def placeholders(template: Any) -> Iterator[str]:
    """The names of all placeholders in a template."""
    if isinstance(template, str):
        yield from _PLACEHOLDER.findall(template)
    elif isinstance(template, Mapping):
        for part in template.values():
            yield from placeholders(part)
    elif isinstance(template, list):
        for part in template:
            yield from placeholders(part)


def known(name: str) -> bool:
    """Whether a placeholder can have a value at all."""
    family, _, member = name.partition(".")
    return name in PLAIN or (family in FAMILIES and bool(member))


def filled(template: Any, values: Mapping[str, Any]) -> Any:
    """The template with its placeholders replaced. Raises `ProviderError` (permanent) for one without a value."""
    if isinstance(template, Mapping):
        return {name: filled(part, values) for name, part in template.items()}
    if isinstance(template, list):
        return [filled(part, values) for part in template]
    if not isinstance(template, str):
        return template
    if whole := _PLACEHOLDER.fullmatch(template):
        return _value(whole[1], values)
    return _PLACEHOLDER.sub(lambda found: str(_value(found[1], values)), template)


def filled_path(template: str, values: Mapping[str, Any]) -> str:
    """A path with its values percent-encoded. Raises `ProviderError` (permanent) for one without a value."""
    return _PLACEHOLDER.sub(lambda found: quote(str(_value(found[1], values)), safe=""), template)


def _value(name: str, values: Mapping[str, Any]) -> Any:
    value = values.get(name)
    if value is None:
        words = f"The request needs '{name}', which this act does not have."
        raise ProviderError(words, permanent=True, code="no-value")
    return value


def _json(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | date) else value
