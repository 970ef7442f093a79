"""What a check of a policy finds: a finding with its place, and the facts of a customer who falls in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from makegood.kit.errors import Finding, Level, Place
from makegood.policies.grid import spoken


@dataclass(frozen=True, slots=True)
class Lint:
    """`customer` are facts as they stand in a test; {} where no customer can show it."""

    finding: Finding
    customer: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        return {**self.finding.as_json(), "customer": dict(self.customer)}


def advice(code: str, what: str, remedy: str, place: Place, customer: Mapping[str, str] | None = None) -> Lint:
    """A lint that stops nothing; what it says ends with the customer."""
    return lint(code, what, remedy, place, customer or {}, level="advice")


def lint(
    code: str, what: str, remedy: str, place: Place, customer: Mapping[str, str], *, level: Level = "blocking"
) -> Lint:
    told = f"{what} Such a customer: {spoken(customer)}." if customer else what
    return Lint(Finding(code, told, remedy, level, place), customer)
