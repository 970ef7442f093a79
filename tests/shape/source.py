"""The source as the shape rules see it. A rule takes one file and yields complaints."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "makegood"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class File:
    """One Python file; `name` is its path below src/makegood."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parse(self.text)

    @property
    def room(self) -> str:
        return self.name.split("/")[0]

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))


Rule = Callable[[File], Iterator[str]]


@cache
def _parse(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def files() -> tuple[File, ...]:
    """All our Python files but migrations, which keep the shape their generator gave them."""
    found = (path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts)
    return tuple(File(path.relative_to(SOURCE).as_posix(), path.read_text(encoding="utf-8")) for path in found)


def complaints(rule: Rule) -> list[str]:
    return [complaint for file in files() for complaint in rule(file)]


def says(rule: Rule, text: str, name: str = "plans/actions.py") -> bool:
    """Whether the rule complains about this text; for showing what a rule refuses and what it lets pass."""
    return any(rule(File(name, text)))


def at(file: File, node: ast.AST, words: str) -> str:
    return f"src/makegood/{file.name}:{getattr(node, 'lineno', 1)}: {words}"


def words(name: str) -> list[str]:
    """`parseHTTPReply`, `parse_http_reply` → parse, http, reply."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]
