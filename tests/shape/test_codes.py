"""Every error that a person can meet names a code of its own: what a script can match and the docs can list."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from tests.shape.source import File, at, complaints, files, says

from makegood.kit import errors

KINDS = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.MakegoodError)
}
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Rooms whose every error has its code. A room that is added here stays.
CODED = {
    "kit", "core", "config", "sources", "documents", "scopes", "plans", "acts", "balance", "desk", "journal",
    "channels", "remedies", "cli", "notices", "imports", "promises",
}  # fmt: skip


def codeless(file: File) -> Iterator[str]:
    if file.room not in CODED:
        return
    for node in file.nodes(ast.Call):
        assert isinstance(node, ast.Call)
        kind = getattr(node.func, "id", "")
        if kind in KINDS and not any(keyword.arg in {"code", None} for keyword in node.keywords):
            yield at(file, node, f"{kind} without a code")


def unusual_code(file: File) -> Iterator[str]:
    for node, code in _written(file, "code"):
        if not CODE.fullmatch(code):
            yield at(file, node, f"the code '{code}' is not in small letters and hyphens")


def speechless(file: File) -> Iterator[str]:
    """A remedy is an action; an empty one leaves a person alone."""
    for node, remedy in _written(file, "remedy"):
        if not remedy.strip():
            yield at(file, node, "there is no remedy")


def _written(file: File, argument: str) -> Iterator[tuple[ast.Call, str]]:
    """The constant texts that errors are made with under this argument."""
    for node in file.nodes(ast.Call):
        assert isinstance(node, ast.Call)
        if getattr(node.func, "id", "") in KINDS:
            values = [keyword.value for keyword in node.keywords if keyword.arg == argument]
            yield from ((node, str(value.value)) for value in values if isinstance(value, ast.Constant))


def test_the_kinds_are_known() -> None:
    assert {"BadInput", "Refused", "NotFound", "Unavailable", "UsageError", "MakegoodError", "NotAllowed"} <= KINDS


@pytest.mark.parametrize("rule", [codeless, unusual_code, speechless], ids=lambda rule: rule.__name__)
def test_the_source_keeps_the_rule(rule) -> None:
    assert complaints(rule) == []


def test_what_the_rules_mean() -> None:
    assert says(codeless, "raise Refused('x', remedy='y.')")
    assert not says(codeless, "raise Refused('x', remedy='y.', code='z')")
    assert not says(codeless, "raise Refused('x', **three)")
    assert not says(codeless, "raise Refused('x', remedy='y.')", name="customers/models.py")
    assert says(unusual_code, "raise Refused('x', remedy='y.', code='Not_So')")
    assert not says(unusual_code, "raise Refused('x', remedy='y.', code='not-so')")
    assert says(speechless, "raise Refused('x', remedy='', code='z')")
    assert not says(speechless, "raise Refused('x', remedy='Try again.', code='z')")


def test_a_code_belongs_to_one_kind_of_error() -> None:
    """`not-found` once as BadInput and once as Refused would end a script in two ways."""
    kinds: dict[str, set[str]] = {}
    for file in files():
        for node, code in _written(file, "code"):
            kinds.setdefault(code, set()).add(getattr(node.func, "id", ""))
    both_exits = {code: found for code, found in kinds.items() if "UsageError" in found and len(found) > 1}
    assert both_exits == {}, "one code, two exit codes"
