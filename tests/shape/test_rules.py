"""Rules about what code may say, each with a bad line it refuses and a good line it lets pass."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from tests.shape.source import File, Rule, at, complaints, says

# A broad `except` may stand at the edge of the queue and at the top of the command line, where every error ends.
BROAD_EXCEPT = {"acts/jobs.py", "acts/worker.py", "cli/main.py"}
# Seconds of leases and of waiting are the only numbers with a point that are read from text.
FLOAT_FROM_TEXT = {"acts/leases.py", "acts/worker.py"}
CLOCKS = {"kit/clock.py"}
NETWORK = {"aiohttp", "aiosmtplib", "smtplib", "ftplib", "http.client", "urllib.request", "requests", "httpx"}
MAY_SPEAK = {"channels", "remedies", "testing"}
SPEAKS_OR_CALLS = {"acts", "channels", "remedies", "testing"}
MONEY = re.compile(r"core/|kit/money|remedies/amounts|plans/|balance/")


def broad_except(file: File) -> Iterator[str]:
    for node in file.nodes(ast.ExceptHandler):
        kinds = ast.unparse(node.type) if node.type else "everything"  # type: ignore[attr-defined]
        if re.search(r"everything|\b(Base)?Exception\b", kinds) and file.name not in BROAD_EXCEPT:
            yield at(file, node, "a broad except hides bugs; name what can happen")


def float_call(file: File) -> Iterator[str]:
    for node in file.nodes(ast.Call):
        if _name(node) == "float" and file.name not in FLOAT_FROM_TEXT:
            yield at(file, node, "float() loses cents; use an integer, Decimal or Fraction")


def division(file: File) -> Iterator[str]:
    """`/` on a money path must be one of Fractions, paths or constants that were made exact on the same line."""
    if not MONEY.search(file.name):
        return
    for node in file.nodes(ast.BinOp):
        exact = re.search(r"Fraction\(|Decimal\(|path|root|folder|home|Path", ast.unparse(node))
        if isinstance(node.op, ast.Div) and not exact:  # type: ignore[attr-defined]
            yield at(file, node, "true division on a money path; use //, Fraction or Money.split")


def rounding(file: File) -> Iterator[str]:
    for node in file.nodes(ast.Call):
        if MONEY.search(file.name) and _name(node) == "round":
            yield at(file, node, "round() rounds half to even and unasked; rounding is declared")


def printing(file: File) -> Iterator[str]:
    for node in file.nodes(ast.Call):
        if _name(node) == "print" and file.room not in {"cli", "testing"}:
            yield at(file, node, "only the command line prints")


def other_clock(file: File) -> Iterator[str]:
    for node in file.nodes(ast.Call):
        said = ast.unparse(node.func)  # type: ignore[attr-defined]
        own = re.search(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|timezone\.now|time\.time)$", said)
        if own and file.name not in CLOCKS:
            yield at(file, node, f"{said}() is a clock of its own; use kit.clock or the database's")


def network(file: File) -> Iterator[str]:
    for node in file.nodes(ast.Import, ast.ImportFrom):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""]  # type: ignore[attr-defined]
        speaks = any(name == one or name.startswith(one + ".") for name in names for one in NETWORK)
        if speaks and file.room not in MAY_SPEAK:
            yield at(file, node, f"{names[0]}: only a plug-in's own file speaks to a provider")


def performing(file: File) -> Iterator[str]:
    for node in file.nodes(ast.Call):
        verb = getattr(node.func, "attr", "")  # type: ignore[attr-defined]
        if verb in {"perform", "reverse", "look_up"} and file.room not in SPEAKS_OR_CALLS:
            yield at(file, node, f".{verb}() acts on the world; only the room acts does")


def unfinished(file: File) -> Iterator[str]:
    for number, line in enumerate(file.text.splitlines(), start=1):
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError", line):
            yield f"src/makegood/{file.name}:{number}: unfinished"


def blind_ignore(file: File) -> Iterator[str]:
    for number, line in enumerate(file.text.splitlines(), start=1):
        if re.search(r"#\s*type:\s*ignore(?!\[[a-z-]+(,\s*[a-z-]+)*\]\s*#?\s*\S)", line):
            yield f"src/makegood/{file.name}:{number}: an ignore names its code and its reason"


def _name(node: ast.AST) -> str:
    return getattr(getattr(node, "func", None), "id", "")


# rule, file, refused, let pass
EXAMPLES: list[tuple[Rule, str, str, str]] = [
    (broad_except, "plans/a.py", "try: x\nexcept Exception: y", "try: x\nexcept OSError: y"),
    (broad_except, "plans/a.py", "try: x\nexcept: y", "try: x\nexcept (OSError, KeyError): y"),
    (float_call, "plans/a.py", "float('1.5')", "Decimal('1.5')"),
    (division, "core/policy.py", "half = minor / 2", "half = minor // 2"),
    (division, "kit/money.py", "half = minor / 2", "half = Fraction(minor) / 2"),
    (rounding, "core/policy.py", "round(minor)", "rounded(minor)"),
    (printing, "plans/a.py", "print(1)", "desk.print(1)"),
    (other_clock, "plans/a.py", "datetime.now(UTC)", "clock.now()"),
    (other_clock, "plans/a.py", "timezone.now()", "time.monotonic()"),
    (network, "plans/a.py", "from aiohttp.web import Request", "from urllib.parse import quote"),
    (network, "plans/a.py", "import http.client", "import http.cookies"),
    (performing, "plans/a.py", "plugin.perform(window)", "perform_plan(plan)"),
    (unfinished, "plans/a.py", "x = 1  # TODO later", "x = 1  # until then"),
    (blind_ignore, "plans/a.py", "x = 1  # type: ignore", "x = 1  # type: ignore[attr-defined]  # Django adds it"),
    (blind_ignore, "plans/a.py", "x = 1  # type: ignore[attr-defined]", "x = 1"),
]
RULES = list(dict.fromkeys(rule for rule, *_ in EXAMPLES))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_the_rule(rule: Rule) -> None:
    assert complaints(rule) == []


@pytest.mark.parametrize(("rule", "name", "bad", "good"), EXAMPLES, ids=lambda value: getattr(value, "__name__", ""))
def test_what_the_rule_means(rule: Rule, name: str, bad: str, good: str) -> None:
    assert says(rule, bad, name)
    assert not says(rule, good, name)
