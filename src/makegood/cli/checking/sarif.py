"""SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), for code scanning and editors.

Columns count Unicode code points. What is missing in a message has a file but no region. What was silenced in the file
itself is a result with a suppression. A fingerprint is made of the rule and the words of the line, not of its number:
a finding stays the same one when text is put in above it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, metadata
from os import fsencode
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

from makegood import __version__
from makegood.cli.checking.catalogue import ALL
from makegood.cli.checking.pages import help_page
from makegood.cli.checking.results import Checked, Run, Shown

if TYPE_CHECKING:
    from makegood.checks.rule import Rule
    from makegood.kit.errors import MakegoodError

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "suggestion": "note"}
ROOT = "%SRCROOT%"


def write(run: Run) -> str:
    places = {rule.id: number for number, rule in enumerate(ALL)}
    driver = {
        "name": "makegood",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(one, documentation()) for one in ALL],
    }
    invocation: dict[str, object] = {"executionSuccessful": not run.failures, "exitCode": run.exit_code}
    if run.failures:
        invocation["toolExecutionNotifications"] = [_notification(one) for one in run.failures]
    whole = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation],
        "results": [one for checked in run.checked for one in _results(checked, places)],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [whole]}, indent=2) + "\n"


def documentation() -> str:
    """Where this distribution says that its documentation is, ending with `/`; "" when it says nothing."""
    try:
        named = metadata("makegood").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    found = dict(one.split(", ", 1) for one in named).get("Documentation", "")
    return f"{found.rstrip('/')}/" if found else ""


def _rule(rule: Rule, home: str) -> dict[str, object]:
    told: dict[str, object] = {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.message},
        "fullDescription": {"text": rule.definition},
        "help": {"text": rule.suggestion, "markdown": help_page(rule)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }
    return {**told, "helpUri": home + rule.page} if home else told


def _results(checked: Checked, places: dict[str, int]) -> Iterator[dict[str, object]]:
    lines = checked.text.splitlines()
    seen: Counter[str] = Counter()
    for one in (*checked.shown, *checked.silenced):
        line = lines[one.extent.line - 1] if one.extent else ""
        alike = f"{one.rule}\n{' '.join(line.split())}\n{one.match}"
        seen[alike] += 1
        result: dict[str, object] = {
            "ruleId": one.rule,
            "ruleIndex": places[one.rule],
            "level": LEVELS[one.level],
            "message": {"text": one.sentence},
            "locations": [{"physicalLocation": _location(checked.file, one)}],
            "partialFingerprints": {"makegood/v1": sha256(f"{alike}\n{seen[alike]}".encode()).hexdigest()[:32]},
        }
        if one in checked.silenced:
            result["suppressions"] = [{"kind": "inSource", **({"justification": one.reason} if one.reason else {})}]
        yield result


def _location(file: str, one: Shown) -> dict[str, object]:
    location: dict[str, object] = {"artifactLocation": _artifact(file)}
    if one.extent is not None:
        location["region"] = {
            "startLine": one.extent.line,
            "startColumn": one.extent.column,
            "endLine": one.extent.end_line,
            "endColumn": one.extent.end_column,
            "charOffset": one.extent.start,
            "charLength": one.extent.end - one.extent.start,
            "snippet": {"text": one.match},
        }
    return location


def _artifact(file: str) -> dict[str, str]:
    path = PurePath(file)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(fsencode(path.as_posix())), "uriBaseId": ROOT}


def _notification(failure: MakegoodError) -> dict[str, object]:
    told: dict[str, object] = {
        "level": "error",
        "message": {"text": f"{failure.what} {failure.remedy}"},
        "descriptor": {"id": failure.code},
    }
    place = failure.place
    if place is not None:
        location: dict[str, object] = {"artifactLocation": _artifact(place.file)}
        if place.line is not None:
            location["region"] = {"startLine": place.line, **({"startColumn": place.column} if place.column else {})}
        told["locations"] = [{"physicalLocation": location}]
    return told
