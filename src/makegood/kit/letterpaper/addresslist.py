"""The list that goes to the printer with a batch of letters: one line a letter, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from makegood.kit.letterpaper.letter import MAX_ADDRESS_LINES, Letter

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def address_list_csv(letters: Sequence[Letter]) -> bytes:
    """Columns number, reference, line_1 … line_6; CSV in UTF-8 with a byte order mark, which Excel needs for names.

    A cell a spreadsheet would compute begins with an apostrophe instead.
    """
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(["number", "reference", *(f"line_{n}" for n in range(1, MAX_ADDRESS_LINES + 1))])
    for number, letter in enumerate(letters, start=1):
        lines = [*letter.address_lines, *[""] * MAX_ADDRESS_LINES][:MAX_ADDRESS_LINES]
        writer.writerow([number, *(harmless(cell) for cell in (letter.reference, *lines))])
    return sink.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The cell as text in every spreadsheet: one that would be computed begins with an apostrophe."""
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(_FORMULA) else cell
