"""Annotations of GitHub Actions: one workflow command a finding.

Written by "Workflow commands for GitHub Actions": `%`, CR and LF are escaped in what is said, `:` and `,` also in the
properties before it. A finding over several lines has no columns: GitHub shows columns of one line only.
"""

from __future__ import annotations

from makegood.cli.checking.results import Run, Shown

NAMES = {"error": "error", "warning": "warning", "suggestion": "notice"}


def write(run: Run) -> str:
    lines = [_command(one, checked.file) for checked in run.checked for one in checked.shown]
    for failure in run.failures:
        where = f" file={_property(failure.place.file)}" if failure.place else ""
        lines.append(f"::error{where}::{_said(f'{failure.what} {failure.remedy}')}")
    return "".join(line + "\n" for line in lines)


def _command(one: Shown, file: str) -> str:
    at: dict[str, object] = {"file": file}
    if one.extent is not None:
        at |= {"line": one.extent.line, "endLine": one.extent.end_line}
        if one.extent.line == one.extent.end_line:
            at |= {"col": one.extent.column, "endColumn": one.extent.end_column}
    at["title"] = f"{one.rule} {one.name}"
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in at.items())
    return f"::{NAMES[one.level]} {properties}::{_said(one.sentence)}"


def _said(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _said(text).replace(":", "%3A").replace(",", "%2C")
