"""What a run of `makegood check` found, in the one shape that every format writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from makegood.checks.found import Span

if TYPE_CHECKING:
    from makegood.checks.found import Element
    from makegood.kit.errors import MakegoodError

LEVELS = ("error", "warning", "suggestion")  # the gravest first


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing to say about a message. `extent` is None for what is missing: nobody can point at it.

    `reason` is why it was silenced in the file itself, where it was.
    """

    rule: str
    name: str
    level: str
    message: str
    suggestion: str
    extent: Span | None = None
    match: str = ""
    reason: str = ""

    @property
    def sentence(self) -> str:
        return f"{self.message} {self.suggestion}".strip()


@dataclass(frozen=True, slots=True)
class Checked:
    """One message: as what it was read, what it says, what is to be shown, and what was silenced in the file."""

    file: str
    text: str
    kind: str
    language: str
    attempt: int
    elements: tuple[Element, ...]
    shown: tuple[Shown, ...]
    silenced: tuple[Shown, ...] = ()
    fail_on: str = "error"

    @property
    def failing(self) -> int:
        return sum(reaches(one.level, self.fail_on) for one in self.shown)


@dataclass(frozen=True, slots=True)
class Run:
    """All messages that were read, and why others could not be."""

    checked: tuple[Checked, ...]
    failures: tuple[MakegoodError, ...] = ()

    @property
    def failing(self) -> int:
        """How many findings make the run fail."""
        return sum(one.failing for one in self.checked)

    @property
    def exit_code(self) -> int:
        """0: nothing at or above `fail-on`; 1: something; 2: a file could not be checked."""
        return 2 if self.failures else int(self.failing > 0)

    def counts(self) -> dict[str, int]:
        levels = [one.level for checked in self.checked for one in checked.shown]
        return {level: levels.count(level) for level in LEVELS}


def reaches(level: str, least: str) -> bool:
    """Whether a level is `least` or graver."""
    return LEVELS.index(level) <= LEVELS.index(least)
