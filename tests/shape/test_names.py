"""Words that say nothing are refused in names: whatever processes data is a verb that was not found yet."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.shape.source import File, at, complaints, says, words

EMPTY = {
    *("process", "processes", "processor", "handle", "handles", "handler", "handlers", "manage", "manager", "managers"),
    *("service", "services", "helper", "helpers", "util", "utils", "data", "info", "execute"),
}

# Methods whose names a library or the standard library demands, each with who demands it.
DEMANDED: dict[str, str] = {
    "handle_starttag": "html.parser.HTMLParser",
    "handle_startendtag": "html.parser.HTMLParser",
    "handle_endtag": "html.parser.HTMLParser",
    "handle_data": "html.parser.HTMLParser",
    "data_received": "asyncio.Protocol",
    "process_exception": "Django's middleware",
    "handle_DATA": "aiosmtpd",
    "handle_RCPT": "aiosmtpd",
    "handle_EHLO": "aiosmtpd",
    "handle_MAIL": "aiosmtpd",
}


def empty_name(file: File) -> Iterator[str]:
    for part in file.name.removesuffix(".py").split("/"):
        if EMPTY & set(words(part)):
            yield f"src/makegood/{file.name}: '{part}' says nothing"
    for node in file.nodes(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        name: str = node.name  # type: ignore[attr-defined]
        if EMPTY & set(words(name)) and name not in DEMANDED:
            yield at(file, node, f"'{name}' says nothing")


def test_names_say_something() -> None:
    assert complaints(empty_name) == []


def test_what_says_nothing() -> None:
    assert says(empty_name, "def process_refunds(): ...")
    assert says(empty_name, "class RefundManager: ...")
    assert says(empty_name, "class X:\n    def _load_data(self): ...")
    assert says(empty_name, "", name="plans/utils.py")
    assert says(empty_name, "", name="services/plans.py")
    assert not says(empty_name, "def approve_plan(): ...\nclass Executed: ...", name="plans/actions.py")
