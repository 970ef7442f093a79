"""What expressions may name, for one customer: facts, figures, tables and values, each worked out when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from reference_expressions import Days, Worker, both, cell_holds
from reference_file import PolicyFile, cells_of, figure
from reference_parser import needed as needed_in
from reference_parser import parse, spared

read = cache(parse)


class Names:
    """`mode` is how `round()` rounds in the expressions of a remedy; values round half-up."""

    def __init__(self, file: PolicyFile, facts: Mapping[str, Any], mode: str = "half-up") -> None:
        self.file, self.facts, self.mode = file, facts, mode
        self.known: dict[str, Any] = {}

    def work(self, text: str, mode: str | None = None) -> Any:
        """An expression; None where something is missing, or where it asks `coalesce` or IS NULL about what is
        undefined: that is no gap which could be filled."""
        tree = read(text)
        if any(self.undefined(one) for one in spared(tree) if one.partition(".")[0] in self.file.names):
            return None
        return Worker(self, mode or self.mode)(tree)

    def value(self, name: str) -> Any:
        if name not in self.known:
            self.known[name] = self._value(name)
        return self.known[name]

    def _value(self, name: str) -> Any:
        file = self.file
        if name in file.facts or name == "rows_count()":
            return self.facts.get(name)
        if name in file.series:
            return self.figure(name, self.work(file.text(name), "half-up"))
        if name in file.part("parameters"):
            return figure(file.part("parameters")[name])
        if name in file.part("values"):
            return self.work(file.text(name), "half-up")
        word, _, part = name.partition(".")
        row = self.row(file.part("tables")[word])
        given = None if row is None else row.get("give")
        return None if given is None else figure(given[part] if part else given)

    def row(self, table: dict[str, Any]) -> dict[str, Any] | None:
        """The row that counts; None where a cell needs a missing value."""
        for row in table["rows"]:
            holds: bool | None = True
            for name, cell in cells_of(row).items():
                one = None if cell == "missing" and self.undefined(name) else cell_holds(cell, self.value(name))
                holds = both(holds, one)
            if holds is not False:
                return row if holds else None
        return table["otherwise"]

    def undefined(self, name: str) -> bool:
        """Whether a name has no value although nothing that it needs is missing."""
        word = name.partition(".")[0]
        if word in self.file.facts or self.value(name) is not None:
            return False
        table = self.file.part("tables").get(word)
        if table is not None:
            row = self.row(table)
            if row is not None:
                return "give" not in row
            needed = {one for row in table["rows"] for one in cells_of(row)}
        else:
            tree = read(self.file.text(word))
            needed = {one for one in needed_in(tree) if one.partition(".")[0] in self.file.names}
        return any(self.undefined(one) for one in needed) or all(self.value(one) is not None for one in needed)

    def figure(self, name: str, day: date | None) -> Any:
        points, before = self.file.series[name]
        if day is None:
            return None
        return next((value for start, value in reversed(points) if start <= day), before)

    def days(self, name: str) -> Days | None:
        if name in self.file.calendars:
            return self.file.calendars[name]
        listed = self.facts.get(name)
        return None if listed is None else Days(frozenset(listed.there))
