"""One rule of the checker, as people meet it."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.checks.found import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `good` and `bad` are example sentences of our own.

    For an element, `good` contain it and `bad` look like it and are not; for a fault, `bad` are reported and `good`
    say the same thing without it. `message` says what is wrong, `suggestion` what to do.
    """

    id: str
    name: str
    severity: Severity
    definition: str
    message: str
    suggestion: str
    good: tuple[str, ...]
    bad: tuple[str, ...]

    @property
    def is_element(self) -> bool:
        return self.id.startswith("MG1")

    @property
    def page(self) -> str:
        """The help page of this rule, relative to the documentation."""
        return f"rules/{self.id}.md"
