"""Where affected customers are read from: one file a source, one line to register.

A source reads rows from outside into a table of the column engine; it decides nothing about them. A settings
mapping comes from a named connection or from the recovery's folder and has already had its secrets filled in.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Protocol, cast

from makegood.kit.columns import Columns, Loaded
from makegood.kit.errors import BadInput

SOURCES: dict[str, str] = {
    "file": "makegood.sources.file:FileSource",
    "postgresql": "makegood.sources.postgresql:PostgresqlSource",
    "adbc": "makegood.sources.adbc:AdbcSource",
}


class Source(Protocol):
    """One kind of place rows come from."""

    kind: str

    def load(self, columns: Columns, name: str, settings: Mapping[str, object]) -> Loaded:
        """Load all rows as table `name` with `_line` (BIGINT, 1-based); raises MakegoodError when it cannot."""
        ...


def get_source(kind: str) -> Source:
    """The source of that kind; raises BadInput naming the known ones."""
    if kind not in SOURCES:
        what = f"There is no source of kind “{kind}”."
        raise BadInput(what, remedy=f"Use one of {', '.join(SOURCES)}.", code="source-kind-unknown")
    module, _, name = SOURCES[kind].partition(":")
    return cast(Source, getattr(importlib.import_module(module), name)())
