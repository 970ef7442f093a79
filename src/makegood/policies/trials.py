"""The tests beside the rules: each customer decided, compared with what the policy's author expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from makegood.core.policy import Policy
from makegood.core.policy_rules import Case, Remedy
from makegood.kit.columns import Columns
from makegood.kit.errors import BadInput, Finding, refuse
from makegood.kit.money import Money
from makegood.policies.deciding import Customer, Decision, decide
from makegood.policies.words import got, shown

STATUSES = frozenset({"nothing", "hold", "undefined"})


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing that is not as expected, in words."""

    remedy: str
    what: str
    expected: str
    got: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Trial:
    """One test after it was run; `misses` is empty where everything is as expected."""

    case: Case
    misses: tuple[Miss, ...]
    decisions: tuple[Decision, ...]

    @property
    def passed(self) -> bool:
        return not self.misses


def customer_of(case: Case) -> Customer:
    return Customer(case.facts, case.rows, case.place)


def run_tests(columns: Columns, policy: Policy) -> list[Trial]:
    """Every test, in order. Raises `BadInput` for facts or expectations that cannot be read."""
    _check_expected(policy)
    found = decide(columns, policy, [customer_of(case) for case in policy.tests])
    by_case: dict[int, list[Decision]] = {}
    for one in found:
        by_case.setdefault(one.customer, []).append(one)
    trials = []
    for index, case in enumerate(policy.tests):
        decisions = by_case.get(index, [])
        misses = tuple(_misses(policy, case, {one.remedy: one for one in decisions}))
        trials.append(Trial(case, misses, tuple(decisions)))
    return trials


def _misses(policy: Policy, case: Case, decisions: Mapping[str, Decision]) -> Iterator[Miss]:
    for word, expected in case.expect.items():
        decision, remedy = decisions[word], policy.remedies[word]
        wanted = expected if isinstance(expected, dict) else {"amount": expected}
        if "status" in wanted and wanted["status"] != decision.status:
            yield Miss(word, "status", str(wanted["status"]), got(remedy, decision), decision)
        if "hold" in wanted and not _is_amount(remedy, decision, wanted["hold"], "hold"):
            yield Miss(word, "hold", f"hold ({wanted['hold']})", got(remedy, decision), decision)
        if "amount" in wanted and not _is_amount(remedy, decision, wanted["amount"]):
            yield Miss(word, "amount", str(wanted["amount"]), got(remedy, decision), decision)
        if "rule" in wanted and wanted["rule"] != decision.rule:
            yield Miss(word, "rule", str(wanted["rule"]), decision.rule, decision)
        for part, values in (("also", decision.also), ("shares", decision.shares)):
            for name, text in (wanted.get(part) or {}).items():
                value = values.get(name)
                if not _is_value(value, text):
                    yield Miss(word, f"{part} {name}", _spoken(text), shown(value), decision)


def _is_amount(remedy: Remedy, decision: Decision, text: object, status: str = "owed") -> bool:
    if text in STATUSES:
        return decision.status == text
    wanted = read_amount(remedy, str(text), decision.currency)
    return decision.status == status and wanted == (decision.minor, decision.currency)


def read_amount(remedy: Remedy, text: str, currency: str) -> tuple[int, str]:
    """Minor units and currency of `EUR 2.45`, `2.45`, or `150 points`. Raises `BadInput`."""
    if remedy.in_unit is None:
        fixed = None if remedy.currency.startswith("@") else remedy.currency
        money = Money.parse(text, currency=fixed)
        return money.minor, money.currency
    number = text.removesuffix(remedy.in_unit.name).removeprefix(remedy.in_unit.name).strip()
    try:
        minor = Fraction(number) * 10**remedy.in_unit.digits
    except (ValueError, ZeroDivisionError):
        minor = Fraction(1, 2)
    if minor.denominator != 1:
        what = f"'{text}' is not a number of {remedy.in_unit.name}."
        raise BadInput(what, remedy=f"Write for example '150 {remedy.in_unit.name}'.", code="bad-amount")
    return int(minor), currency


def _is_value(value: Any, text: object) -> bool:
    if value is None:
        return text in (None, "missing")
    if isinstance(value, Mapping) and "minor" in value:
        try:
            money = Money.parse(str(text), currency=str(value["currency"]))
        except BadInput:
            return str(text) == shown(value)
        return money.minor == int(value["minor"])
    if isinstance(value, bool):
        return value is text or str(text).lower() == str(value).lower()
    try:
        return Fraction(str(value)) == Fraction(str(text))
    except (ValueError, ZeroDivisionError):
        return str(value) == str(text)


def _spoken(text: object) -> str:
    return "missing" if text is None else str(text)


def _check_expected(policy: Policy) -> None:
    findings = []
    for case in policy.tests:
        for word, expected in case.expect.items():
            remedy = policy.remedies.get(word)
            if remedy is None:
                known = ", ".join(policy.remedies)
                findings.append(
                    Finding("unknown-remedy", f"There is no remedy '{word}'.", f"There are: {known}.", place=case.place)
                )
                continue
            amounts = [expected]
            if isinstance(expected, dict):
                amounts = [expected[key] for key in ("amount", "hold") if key in expected]
            for amount in amounts:
                if amount in STATUSES:
                    continue
                try:
                    read_amount(remedy, str(amount), "")
                except BadInput as no:
                    what = f"The test '{case.name}' expects '{amount}': {no.what}"
                    findings.append(Finding(no.code, what, no.remedy, place=case.place))
    if findings:
        raise refuse("The tests cannot be run.", findings, remedy="Correct what stands below.")
