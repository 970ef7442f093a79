"""What people see: 80 columns, plain words, right-aligned money, colour only on a terminal, JSON on request."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sys
import textwrap
import threading
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING, TextIO

from makegood.kit.clock import iso
from makegood.kit.errors import Finding, Place
from makegood.kit.money import Money, exponent

if TYPE_CHECKING:
    from rich.console import JustifyMethod

WIDEST = 80
QUIET_FOR = 1.0  # seconds before a start is worth a sentence
Advance = Callable[[int, int | None], None]


def width() -> int:
    """Columns to use: the terminal's, never more than 80; 80 where there is no terminal."""
    if not sys.stdout.isatty():
        return WIDEST
    return max(40, min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST))


def clean(text: object) -> str:
    """One line without control characters: a customer's name must not move the cursor of whoever reads it."""
    return "".join(" " if c in "\r\n\t" else "\ufffd" if unicodedata.category(c) in _HARMFUL else c for c in str(text))


_HARMFUL = frozenset({"Cc", "Cs"})


def tell(sentence: str = "", *, indent: str = "", first: str | None = None, to_stderr: bool = False) -> None:
    """One paragraph, wrapped. `indent` stands before each line, `first` before the first one instead."""
    stream = sys.stderr if to_stderr else sys.stdout
    stream.write("\n".join(_wrapped(sentence, indent, indent if first is None else first)) + "\n")


def tell_as_is(line: str, *, to_stderr: bool = False) -> None:
    """A line that people copy (a path, a token, a command): never wrapped."""
    (sys.stderr if to_stderr else sys.stdout).write(clean(line) + "\n")


def complain(what: str, *, where: str | None, remedy: str, findings: Sequence[Finding] = ()) -> None:
    """An error on stderr: what, where, remedy; then its findings, each with its place."""
    lines = [line for one in what.split("\n") for line in _wrapped(one)]  # what differs has lines of its own
    sys.stderr.write(_red("\n".join(lines)) + "\n")
    listed = bool(findings) and not (len(findings) == 1 and findings[0].what == what)
    if where and not listed:
        tell(f"Where: {where}", indent="       ", first="", to_stderr=True)
    if remedy:
        tell(remedy, to_stderr=True)
    if listed:
        show_findings(findings, to_stderr=True)


def show_findings(findings: Iterable[Finding], *, to_stderr: bool = False) -> None:
    """Each finding as `file:line:column`, then what and remedy, or the reason why it may stay; what does not block is
    marked. A rule of the checker is named beside its place."""
    stream = sys.stderr if to_stderr else sys.stdout
    for finding in findings:
        place = clean(finding.place) if finding.place else ""
        mark = "" if finding.blocking else finding.level
        rule = finding.code if finding.code.startswith("MG") else ""
        head = "  ".join(part for part in (place, mark, rule) if part) or finding.code
        stream.write(head + "\n")
        tell(f"{finding.what}{_how_many(finding)}", indent="    ", to_stderr=to_stderr)
        last = f"Reason recorded: {finding.because}" if finding.because else finding.remedy
        tell(last, indent="    ", to_stderr=to_stderr)


def show_table(
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Collection[str] = (),
    whole: Collection[str] = (),
    empty: str = "None.",
) -> None:
    """A table without lines. Columns named in `right`, and those that hold only Money or integers, are right-aligned;
    these and those named in `whole` are never broken into two lines. Without rows `empty` is said."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = [list(row) for row in rows]
    if not shown:
        tell(empty)
        return
    numeric = {head for i, head in enumerate(heads) if all(_is_number(row[i]) for row in shown)} | set(right)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for head in heads:
        justify: JustifyMethod = "right" if head in numeric else "left"
        table.add_column(head, justify=justify, overflow="fold", no_wrap=head in numeric or head in whole)
    for row in shown:
        table.add_row(*(Text(_cell(value)) for value in row))
    console = Console(file=sys.stdout, width=width(), highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(table)
    sys.stdout.write("\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n")


def money(minor: int | None, currency: str) -> str:
    """`USD 1,234.50`; "" for None. Goes into a column named in `right`."""
    return "" if minor is None else str(Money(minor, currency))


def moment(at: datetime | None) -> str:
    """`2026-03-05 08:40 UTC`; "" for None."""
    return at.strftime("%Y-%m-%d %H:%M UTC") if at else ""


def as_json(value: object) -> None:
    """Prints one JSON value. Money becomes `{amount, currency, minor}`, instants ISO 8601 UTC, findings objects."""
    sys.stdout.write(json.dumps(_plain(value), ensure_ascii=False, indent=2) + "\n")


@contextmanager
def patiently() -> Iterator[Callable[[str], None]]:
    """Gives `say`: its sentences reach stderr only once the block has taken a second, then all of them at once."""
    pending: list[str] = []
    lock, late = threading.Lock(), threading.Event()

    def say(sentence: str) -> None:
        with lock:
            if not late.is_set():
                pending.append(sentence)
                return
        tell(sentence, to_stderr=True)

    def catch_up() -> None:
        with lock:
            late.set()
            for sentence in pending:
                tell(sentence, to_stderr=True)
            pending.clear()

    timer = threading.Timer(QUIET_FOR, catch_up)
    timer.daemon = True
    timer.start()
    try:
        yield say
    finally:
        timer.cancel()


@contextmanager
def progress(what: str) -> Iterator[Advance]:
    """Gives `advance(done, total)`, total None when unknown: a bar on stderr, nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield _nowhere
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True, width=width(), highlight=False, markup=False, emoji=False)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=30), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(clean(what), total=None)

        def advance(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


def _nowhere(_done: int, _total: int | None) -> None:
    pass


def colourful(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _red(text: str) -> str:
    return f"\x1b[31m{text}\x1b[0m" if colourful(sys.stderr) else text


def _wrapped(text: str, indent: str = "", first: str = "") -> list[str]:
    # A path or an address stays whole, even beyond the last column: people copy it.
    return textwrap.wrap(
        clean(text),
        width(),
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first]


def _how_many(finding: Finding) -> str:
    if finding.count <= 1 and not finding.examples:
        return ""
    named = f", such as {', '.join(finding.examples)}" if finding.examples else ""
    return f" ({finding.count:,} in all{named})"


def _is_number(value: object) -> bool:
    return isinstance(value, Money) or (isinstance(value, int) and not isinstance(value, bool))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, int):
        return f"{value:,}"
    return clean(value)


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case Money():
            amount = f"{value.amount:.{exponent(value.currency)}f}"
            return {"amount": amount, "currency": value.currency, "minor": value.minor}
        case Finding():
            return value.as_json()
        case datetime():
            return iso(value)
        case timedelta():
            return int(value.total_seconds())
        case Decimal() | PurePath() | date() | Place():
            return str(value)
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case set() | frozenset():
            return sorted((_plain(one) for one in value), key=str)
        case Iterable():
            return [_plain(one) for one in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} has no JSON form")
