"""Collecting what is wrong with a document, each with the place in its file."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from makegood.core.expressions_sql import Mode
from makegood.kit.errors import BadInput, Finding, Level, Place
from makegood.kit.money import Money
from makegood.kit.yamlfile import YamlFile

Path = tuple[str | int, ...]


class Findings:
    """A list that knows its file."""

    def __init__(self, file: YamlFile) -> None:
        self.file = file
        self.found: list[Finding] = []

    def add(self, path: Path, code: str, what: str, remedy: str, *, level: Level = "blocking") -> None:
        self.found.append(Finding(code, what, remedy, level, self.file.place(path)))

    def unknown(self, path: Path, code: str, what: str, word: str, known: list[str]) -> None:
        """'There is no {what} `word`', with the nearest known word."""
        close = get_close_matches(word, known, 1)
        remedy = f"Did you mean '{close[0]}'?" if close else f"There are: {', '.join(known) or 'none'}."
        self.add(path, code, f"There is no {what} '{word}'.", remedy)

    def money(self, path: Path, text: object, currency: str | None = None) -> Money | None:
        """Exact money; without an amount above or at zero it is a finding."""
        try:
            money = Money.parse(str(text), currency=currency)
        except BadInput as no:
            self.add(path, no.code, no.what, no.remedy)
            return None
        if money.minor < 0 or money.minor >= 10**18:
            self.add(path, "bad-amount", f"'{text}' is out of range.", "Give an amount from zero to 18 digits.")
            return None
        return money

    def refused(self, path: Path, no: BadInput) -> None:
        self.add(path, no.code, no.what, no.remedy)

    @property
    def blocking(self) -> bool:
        return any(finding.blocking for finding in self.found)


def mode_of(value: Any) -> Mode:
    """The rounding mode a schema-checked document names; half-up without one."""
    modes: dict[str, Mode] = {"half-up": "half-up", "half-even": "half-even", "down": "down", "up": "up"}
    return modes[str(value or "half-up")]


__all__ = ["Findings", "Path", "Place", "mode_of"]
