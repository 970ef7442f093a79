"""A family of plug-ins: a visible table of dotted names, loaded when used, plus entry points of other packages.

The table is the list of what may move money or send words, reviewed in one place; dotted text keeps optional
libraries unloaded and lets an import contract forbid direct imports.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from makegood.kit.errors import NotFound


class Registry:
    def __init__(self, group: str, what: str, table: Mapping[str, str]) -> None:
        """`group` is the entry point group (`makegood.remedies`), `what` the word for people (`remedy`)."""
        self.group = group
        self.what = what
        self._table = dict(table)

    def names(self) -> list[str]:
        return sorted({*self._table, *(point.name for point in entry_points(group=self.group))})

    def get(self, name: str) -> Any:
        """The registered class. Raises `NotFound` that lists the names there are."""
        if name in self._table:
            module, _, attribute = self._table[name].partition(":")
            return getattr(import_module(module), attribute)
        for point in entry_points(group=self.group):
            if point.name == name:
                return point.load()
        raise NotFound(
            f"There is no {self.what} called '{name}'.",
            remedy=f"Use one of: {', '.join(self.names())}.",
            code=f"unknown-{self.what}",
        )
