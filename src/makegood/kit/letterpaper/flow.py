"""Plain text broken into lines of a measured width, and lines into pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Measure = Callable[[str], float]
"""The width of a text in millimetres."""

_ITEM = re.compile(r"^(?P<indent> *)(?P<marker>- |\d{1,3}\. |> )(?P<rest>.*)$")


@dataclass(frozen=True, slots=True)
class Line:
    """`indent` in millimetres from the left margin, `height` as a multiple of a line."""

    text: str
    indent: float = 0.0
    height: float = 1.0


def break_lines(text: str, width: float, measure: Measure) -> list[Line]:
    """Paragraphs and list items of a message's plain text; a list item's later lines hang under its first.

    Nothing is moved further in than half the width: what stood outside the paper would be lost.
    """
    lines: list[Line] = []
    for raw in text.strip("\n").split("\n"):
        if not raw.strip():
            lines.append(Line("", height=0.6))
            continue
        item = _ITEM.match(raw)
        if item is None:
            indent = min(measure(" ") * (len(raw) - len(raw.lstrip(" "))), width / 2)
            lines += [Line(part, indent) for part in wrap(raw.strip(), width - indent, measure)]
            continue
        indent = min(measure(" ") * 2 * len(item["indent"]), width / 2)
        marker = item["marker"].replace("- ", "• ")
        hang = indent + measure(marker)
        first, *rest = wrap(item["rest"].strip(), width - hang, measure) or [""]
        lines.append(Line(marker + first, indent))
        lines += [Line(part, hang) for part in rest]
    return lines


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """Breaks at blanks; a word wider than the line (an address) breaks where it must."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if measure(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while measure(line) > width and len(line) > 1:
            cut = _fitting(line, width, measure)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line] if line else lines


def _fitting(word: str, width: float, measure: Measure) -> int:
    low, high = 1, len(word) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if measure(word[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def paginate(lines: Sequence[Line], first: float, later: float) -> list[list[Line]]:
    """Pages of at most `first`, then `later` line heights; no page begins with a blank line."""
    pages: list[list[Line]] = [[]]
    room = first
    for line in lines:
        if line.height > room:
            pages.append([])
            room = later
        if not line.text and not pages[-1]:
            continue
        pages[-1].append(line)
        room -= line.height
    if len(pages) > 1 and not pages[-1]:
        pages.pop()
    return pages
