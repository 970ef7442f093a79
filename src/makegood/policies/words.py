"""Decisions in a few words: what a remedy gives, and its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from makegood.core.policy_rules import Remedy
from makegood.kit.errors import BadInput
from makegood.kit.money import Money
from makegood.policies.deciding import Decision


def amount_text(remedy: Remedy, minor: int, currency: str) -> str:
    """`EUR 2.45`, or `150 points` where the remedy is not paid in money."""
    if remedy.in_unit is None:
        return str(Money(minor, currency))
    digits = remedy.in_unit.digits
    text = f"{abs(minor):0{digits + 1}d}"
    sign, shown = ("-" if minor < 0 else ""), f"{text[:-digits]}.{text[-digits:]}" if digits else text
    return f"{sign}{shown} {remedy.in_unit.name}"


def got(remedy: Remedy, decision: Decision) -> str:
    """`EUR 2.45`, `nothing`, `hold (EUR 300.00)`, `undefined`."""
    if decision.minor is None:
        return decision.status
    amount = amount_text(remedy, decision.minor, decision.currency)
    return amount if decision.status == "owed" else f"{decision.status} ({amount})"


def shown(value: Any) -> str:
    """A further result or a share: `USD 50.00`, `2026-01-31`, `12.5`, `missing`."""
    if isinstance(value, Mapping) and "minor" in value:
        currency = str(value["currency"])
        try:
            return str(Money(int(value["minor"]), currency))
        except BadInput:  # a unit that is not money
            return f"{value['minor']} {currency}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "missing" if value is None else str(value)
