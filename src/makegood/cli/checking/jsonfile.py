"""JSON: everything that is known of each message, for scripts. Offsets count characters from 0, lines and columns
from 1, ends are exclusive. All in ASCII, so that no terminal or pipe can spoil it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from makegood.cli.checking.results import Checked, Run, Shown

if TYPE_CHECKING:
    from makegood.checks.found import Element, Span

VERSION = 1  # of this form; grows when a field changes its meaning or goes


def write(run: Run) -> str:
    whole = {
        "version": VERSION,
        "files": [_file(one) for one in run.checked],
        "failures": [
            {"code": one.code, "what": one.what, "where": str(one.place) if one.place else None, "remedy": one.remedy}
            for one in run.failures
        ],
        "counts": run.counts(),
        "exit_code": run.exit_code,
    }
    return json.dumps(whole, indent=2) + "\n"


def _file(checked: Checked) -> dict[str, object]:
    return {
        "file": checked.file,
        "kind": checked.kind,
        "language": checked.language,
        "attempt": checked.attempt,
        "elements": [_element(one) for one in checked.elements],
        "findings": [_finding(one) for one in checked.shown],
        "silenced": [{**_finding(one), "reason": one.reason or None} for one in checked.silenced],
    }


def _element(one: Element) -> dict[str, object]:
    return {"rule": one.id, "name": one.name, "parts": list(one.parts), "match": one.match, **_extent(one.span)}


def _finding(one: Shown) -> dict[str, object]:
    said = {"rule": one.rule, "name": one.name, "level": one.level}
    return {**said, "message": one.message, "suggestion": one.suggestion, "match": one.match, **_extent(one.extent)}


def _extent(extent: Span | None) -> dict[str, object]:
    names = ("start", "end", "line", "column", "end_line", "end_column")
    return {name: None if extent is None else getattr(extent, name) for name in names}
