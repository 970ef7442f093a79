"""Reading policy.yaml: what is refused, and where."""

from __future__ import annotations

import pytest
from deciding import findings, policy, policy_text

from makegood.core.policy_rules import Minimum

OTHER = "{id: other, default: true, amount: extra}"


def only(text: str) -> tuple[str, int | None, int | None]:
    found = findings(text)
    assert len(found) == 1, found
    assert found[0].remedy
    place = found[0].place
    assert place is not None
    assert place.file == "policy.yaml"
    return found[0].code, place.line, place.column


def test_a_good_policy() -> None:
    text = policy_text(
        '{id: late, when: "days_late > 3", amount: {percent: "12.5", of: extra, floor: USD 2, cap: USD 20.00}}\n'
        + OTHER,
        tail='cap: USD 500.00\nminimum: USD 0.50\nrounding: {mode: half-even, unit: "0.05"}',
    )
    remedy = policy(text).remedies["refund"]
    assert (remedy.kind, remedy.basis, remedy.currency, remedy.mode, remedy.unit) == (
        "fix", "redress", "USD", "half-even", 5,
    )  # fmt: skip
    assert remedy.cap == {"USD": 50_000}
    assert remedy.minimum == Minimum({"USD": 50}, strict=False)
    late, other = remedy.rules
    assert late.when is not None
    assert late.amount is not None
    assert late.amount.floor == {"USD": 200}
    assert other.when is None
    assert late.place.line == 7


@pytest.mark.parametrize(
    ("rules", "code", "line", "column"),
    [
        ('{id: a, when: "disputed", hold: "A person looks."}', "no-default", 6, 5),
        (OTHER + '\n{id: a, when: "disputed", nothing: "No."}', "unreachable-rule", 8, 9),
        ('{id: a, when: "1 = 1", nothing: "No."}\n' + OTHER, "unreachable-rule", 7, 17),
        ('{id: a, when: "true", nothing: "No."}\n' + OTHER, "unreachable-rule", 7, 17),
        (
            '{id: a, when: "disputed", nothing: "No."}\n{id: b, when: "disputed", hold: "Wait."}\n' + OTHER,
            "unreachable-rule", 8, 35 - 18,
        ),
        ('{id: other, when: "disputed", nothing: "No."}\n' + OTHER, "double-rule", 8, 9),
        ('{id: a, when: "extr > refunded", nothing: "No."}\n' + OTHER, "unknown-column", 7, 24),
        ('{id: a, when: "days_late", nothing: "No."}\n' + OTHER, "expression-type", 7, 24),
        ("{id: a, default: true, amount: days_late}", "expression-type", 7, 40),
        ("{id: a, default: true, amount: EUR 5.00}", "mixed-currency", 7, 32),
        ("{id: a, default: true, amount: local}", "mixed-currency", 7, 32),
        ("{id: a, default: true, amount: USD 5.001}", "too-many-digits", 7, 40),
        ("{id: a, default: true, amount: [EUR 5.00]}", "wrong-currency", 7, 41),
        ('{id: a, default: true, amount: {percent: "x", of: extra}}', "unknown-column", 7, 51),
        ('{id: a, default: true, amount: {percent: "-5", of: extra}}', "bad-percent", 7, 41),
        ('{id: a, default: true, amount: {percent: "NaN", of: extra}}', "bad-percent", 7, 41),
        ('{id: a, default: true, amount: {percent: "1.1234567", of: extra}}', "bad-percent", 7, 41),
        ('{id: a, default: true, amount: {percent: 5, of: extra, floor: USD 3, cap: USD 2}}', "floor-above-cap", 7, 64),
        ('{id: a, default: true, amount: {percent: 5, of: extra, floor: GBP 3}}', "wrong-currency", 7, 64),
        ('{id: a, default: true, amount: {percent: 5, of: extra, cap: USD -3}}', "bad-amount", 7, 64),
    ],
)  # fmt: skip
def test_refused_rules(rules: str, code: str, line: int, column: int) -> None:
    assert only(policy_text(rules)) == (code, line, column)


@pytest.mark.parametrize(
    ("head", "tail", "code"),
    [
        ("currency: ABC", "", "unknown-currency"),
        ("currency_column: extra", "", "unknown-column"),
        ("currency_column: kur", "", "unknown-column"),
        ("currency: USD", "cap: 5 EUR", "wrong-currency"),
        ("currency: USD", "minimum: [USD 1, USD 2]", "double-currency"),
        ("currency: USD", 'rounding: {mode: down, unit: "0.001"}', "too-many-digits"),
        ("currency: USD", 'rounding: {mode: down, unit: "0.00"}', "bad-unit"),
    ],
)
def test_refused_remedies(head: str, tail: str, code: str) -> None:
    assert only(policy_text(OTHER, head=head, tail=tail))[0] == code


def test_unit_needs_one_currency() -> None:
    text = policy_text(
        "{id: a, default: true, amount: local}", head="currency_column: cur", tail='rounding: {mode: up, unit: "0.05"}'
    )
    assert only(text)[0] == "bad-unit"


@pytest.mark.parametrize(
    ("rules", "head"),
    [
        ("{id: a, amount: extra}", "currency: USD"),
        ("{id: a, default: true}", "currency: USD"),
        ('{id: a, default: true, when: "disputed", amount: extra}', "currency: USD"),
        ('{id: a, default: true, amount: extra, nothing: "No."}', "currency: USD"),
        ('{id: a, default: true, nothing: "No.", reason: "Why."}', "currency: USD"),
        ("{id: a, default: false, amount: extra}", "currency: USD"),
        ("{id: A b, default: true, amount: extra}", "currency: USD"),
        (OTHER, "currency: dollars"),
        (OTHER, "basis: gift"),
        (OTHER, "currency: USD\n    currency_column: cur"),
        (OTHER, "currency: USD\n    surprise: 1"),
    ],
)
def test_schema_refuses(rules: str, head: str) -> None:
    text = policy_text(rules, head=head)
    if "basis: gift" in text:
        text = text.replace("    basis: redress\n", "    currency: USD\n")
    found = findings(text)
    assert found
    assert all(finding.code.startswith("schema-") and finding.remedy and finding.place for finding in found)


def test_all_findings_are_collected() -> None:
    text = policy_text('{id: a, when: "nope", nothing: "No."}\n{id: b, default: true, amount: nope2}')
    assert [finding.code for finding in findings(text)] == ["unknown-column", "unknown-column"]
