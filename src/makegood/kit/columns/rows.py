"""What readers of text and sheets hand over: a header, then rows that are either cells or a rejection."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from makegood.kit.columns.options import FileOptions
from makegood.kit.errors import BadInput, Place

LINE = "_line"
MAX_FIELD = 1_000_000
EXCERPT = 200
_A_VALUE = re.compile(r"[+-]?[\d.,  ]*\d|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([ T].*)?|[^@\s]+@[^@\s]+\.[^@\s]+")


class Rejected(NamedTuple):
    """A row that could not be read: its 1-based line, why, and the first 200 characters of it."""

    line: int
    reason: str
    excerpt: str


@dataclass(slots=True)
class Rows:
    """`cells` yields (1-based line on which the row starts, its cells as text) or a Rejected."""

    header: list[str]
    cells: Iterator[tuple[int, Sequence[str]] | Rejected]


def quoted(text: str) -> str:
    """`text` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def header_names(first: Sequence[str], options: FileOptions, place: Place) -> list[str]:
    """The column names; `first` is the header row, or the first row when the file has no header.

    Unnamed columns are called column0, column1, … by their position. Raises BadInput for a name given twice (names
    differing only in case are one name in SQL), for `_line`, and for a first row that looks like values.
    """
    if options.header is None and not options.names:
        for cell in first:
            if _A_VALUE.fullmatch(cell.strip()):
                raise BadInput(
                    f"The first line should name the columns, but “{cell.strip()[:40]}” looks like a value.",
                    place=place,
                    remedy="Add a line with column names, or declare header: false (or header: true if it is a name).",
                    code="header-missing",
                )
    if options.names and len(options.names) != len(first):
        raise BadInput(
            f"{len(options.names)} column names were declared, but the file has {len(first)} columns.",
            place=place,
            remedy="Declare one name for each column.",
            code="header-width",
        )
    given = options.names or (first if options.header is not False else [""] * len(first))
    names = [name.strip() or f"column{at}" for at, name in enumerate(given)]
    _refuse_twins(names, place)
    return names


def _refuse_twins(names: list[str], place: Place) -> None:
    seen: dict[str, int] = {LINE: 0}
    for at, name in enumerate(names, 1):
        before = seen.setdefault(name.lower(), at)
        if before == 0:
            what = f"Column {at} is called “{name}”, a name Makegood keeps for the line number."
            raise BadInput(what, place=place, remedy="Rename the column.", code="header-reserved")
        if before != at:
            what = f"Columns {before} and {at} are both called “{name}”."
            raise BadInput(what, place=place, remedy="Give each column its own name.", code="header-duplicate")
