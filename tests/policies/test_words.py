"""What a remedy gives, in a few words."""

from __future__ import annotations

from typing import Any

import pytest
from tests.policies.written import policy_of

from makegood.core.policy_rules import Remedy
from makegood.policies.deciding import Decision
from makegood.policies.words import amount_text, got, shown

HEAD = "remedies:\n  r: {{kind: make good, basis: goodwill, {}, rules: [{{id: all, default: true, nothing: No.}}]}}\n"


def remedy(head: str) -> Remedy:
    return policy_of(HEAD.format(head)).remedies["r"]


def decision(status: str, minor: int | None, currency: str = "EUR") -> Decision:
    return Decision(0, "r", status, "all", minor, currency, "goodwill", "Because.", {}, {}, ())


@pytest.mark.parametrize(
    ("head", "minor", "text"),
    [
        ("currency: EUR", 123456, "EUR 1,234.56"),
        ("currency: JPY", 500, "JPY 500"),
        ("unit: {name: points, digits: 0}", 150, "150 points"),
        ("unit: {name: miles, digits: 2}", 150, "1.50 miles"),
        ("unit: {name: miles, digits: 2}", 5, "0.05 miles"),
        ("unit: {name: points, digits: 0}", -5, "-5 points"),
    ],
)
def test_amounts_are_money_or_the_unit(head: str, minor: int, text: str) -> None:
    one = remedy(head)
    assert amount_text(one, minor, one.currency) == text


def test_what_is_got_is_an_amount_or_a_word() -> None:
    one = remedy("currency: EUR")
    assert got(one, decision("owed", 245)) == "EUR 2.45"
    assert got(one, decision("nothing", None)) == "nothing"
    assert got(one, decision("undefined", None)) == "undefined"
    assert got(one, decision("hold", None)) == "hold"
    assert got(one, decision("hold", 30000)) == "hold (EUR 300.00)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"minor": 5000, "currency": "USD"}, "USD 50.00"),
        ({"minor": 5, "currency": "points"}, "5 points"),
        (True, "true"),
        (False, "false"),
        (None, "missing"),
        ("12.5", "12.5"),
        ("2026-01-31", "2026-01-31"),
    ],
)
def test_further_results_in_words(value: Any, text: str) -> None:
    assert shown(value) == text
