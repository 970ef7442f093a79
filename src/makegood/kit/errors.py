"""The errors people read, and the findings a check returns.

    MakegoodError            anything a person must be told
    ├── BadInput             a file, value or flag is wrong          (CLI exit 1)
    ├── NotFound             the named thing does not exist          (CLI exit 1)
    ├── NotAllowed           this person or token may not do it      (CLI exit 1)
    ├── Refused              the thing is not in a state to allow it (CLI exit 1)
    ├── Unavailable          disk, database or provider is gone      (CLI exit 1)
    └── UsageError           the command line itself is wrong        (CLI exit 64)

Every error has three parts: *what* happened, *where*, and the *remedy*. Problems with data are not errors but
`Finding`s: collected, counted and shown together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["blocking", "warning", "advice"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file: 1-based line and column; `file` is the path as the person gave it."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n is not None)]
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem with data or documents: a fact to show, never a reason to crash.

    `code` is a stable kebab-case id. `count` says how many rows or customers it stands for, `examples` names at
    most three of them (customer keys or line numbers). A `warning` of a plan needs a recorded reason before the plan is
    approved; `because` is that reason where it is known.
    """

    code: str
    what: str
    remedy: str
    level: Level = "blocking"
    place: Place | None = None
    count: int = 1
    examples: tuple[str, ...] = ()
    because: str = ""

    @property
    def blocking(self) -> bool:
        return self.level == "blocking"

    def as_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "level": self.level,
            "what": self.what,
            "where": str(self.place) if self.place else None,
            "remedy": self.remedy,
            "count": self.count,
            "examples": list(self.examples),
            **({"because": self.because} if self.because else {}),
        }


class MakegoodError(Exception):
    """An error with its three parts; `code` is a stable kebab-case id that the docs list."""

    exit_code = 1

    def __init__(self, what: str, *, remedy: str, place: Place | None = None, code: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.place = place
        self.code = code or type(self).__name__

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.what} {self.remedy}".strip()


class BadInput(MakegoodError):
    """A file, value or flag is wrong; carries the findings when there are several."""

    def __init__(
        self,
        what: str,
        *,
        remedy: str,
        place: Place | None = None,
        code: str = "",
        findings: tuple[Finding, ...] = (),
    ) -> None:
        super().__init__(what, remedy=remedy, place=place, code=code)
        self.findings = findings


class NotFound(MakegoodError):
    """The named thing does not exist, or not for this person."""


class NotAllowed(MakegoodError):
    """This person or token may not do it."""


class Refused(MakegoodError):
    """The thing is not in a state that allows it; carries every reason."""

    def __init__(
        self,
        what: str,
        *,
        remedy: str,
        place: Place | None = None,
        code: str = "",
        findings: tuple[Finding, ...] = (),
    ) -> None:
        super().__init__(what, remedy=remedy, place=place, code=code)
        self.findings = findings


class Unavailable(MakegoodError):
    """Something outside is gone for now: disk, database, provider."""


class UsageError(MakegoodError):
    """The command line itself is wrong."""

    exit_code = 64


def refuse(what: str, findings: list[Finding], *, remedy: str) -> BadInput:
    """The error for a document with findings: the first one stands for all in the one-line form."""
    place = findings[0].place if findings else None
    code = findings[0].code if findings else ""
    return BadInput(what, remedy=remedy, place=place, code=code, findings=tuple(findings))
