"""For people: `file:line:column: level rule name`, as editors read it, and below it what and what to do."""

from __future__ import annotations

import sys
import textwrap

from makegood.cli.checking.results import Checked, Run, Shown
from makegood.cli.output import clean, colourful, width
from makegood.kit.counting import counted

COLOURS = {"error": "31", "warning": "33", "suggestion": "36"}
LONGEST_MATCH = 60


def write(run: Run) -> str:
    lines = [line for checked in run.checked for one in checked.shown for line in _finding(one, checked)]
    if run.checked:
        lines += _wrapped(_summary(run), "")
    return "".join(line + "\n" for line in lines)


def _finding(one: Shown, checked: Checked) -> list[str]:
    line, column = (one.extent.line, one.extent.column) if one.extent else (1, 1)
    missing = "" if one.extent else " (missing)"
    head = f"{clean(checked.file)}:{line}:{column}: {_coloured(one.level)} {one.rule} {one.name}{missing}"
    quoted = _wrapped(f'"{_short(one.match)}"', "    ") if one.match else []
    return [head, *quoted, *_wrapped(one.message, "    "), *_wrapped(one.suggestion, "    ")]


def _summary(run: Run) -> str:
    messages = counted(len(run.checked), "message")
    found = [counted(count, level) for level, count in run.counts().items() if count]
    if not found:
        return f"{messages}: nothing to change."
    silenced = sum(len(checked.silenced) for checked in run.checked)
    silent = f"; {silenced:,} silenced" if silenced else ""
    return f"{messages}: {', '.join(found)}{silent}."


def _short(match: str) -> str:
    flat = " ".join(match.split())
    return flat if len(flat) <= LONGEST_MATCH else f"{flat[: LONGEST_MATCH - 3]}..."


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        clean(text),
        width(),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _coloured(level: str) -> str:
    return f"\x1b[{COLOURS[level]}m{level}\x1b[0m" if colourful(sys.stdout) else level
