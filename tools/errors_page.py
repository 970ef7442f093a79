"""Writes docs/errors.md: every code a person can meet, its sentence and its remedy, read from the source itself.

A code is what stands for the parameter `code` of any function or class of ours that has one; the sentence and the
remedy are what stands for `what` (or `words`) and `remedy` in the same call. Values filled in at run time show as `…`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "errors.md"
ERRORS = ("MakegoodError", "BadInput", "NotFound", "NotAllowed", "Refused", "Unavailable", "UsageError")
SENTENCE = ("what", "words")
CODE = re.compile(r"[a-z0-9…]+(-[a-z0-9…]+)*")
HEAD = """# Errors and findings

Each problem that Makegood names has a code that stays the same from version to version. An *error* ends a command; a
*finding* is shown among others, and a blocking one keeps a plan from being approved. `…` stands for what is filled in.

This page is written by `make format` from the source; a test compares the two.
"""
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, order=True)
class Said:
    """One place where a code is given; `what` and `remedy` are empty where they are put together at run time."""

    room: str
    code: str
    what: str
    remedy: str


def collect(root: Path) -> list[Said]:
    """Everything said below `root`, sorted, once each."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(root.rglob("*.py"))}
    trees = {path: tree for path, tree in trees.items() if not {"migrations", "testing"} & set(path.parts)}
    shapes = _shapes(trees.values())
    said: set[Said] = set()
    for path, tree in trees.items():
        room = path.relative_to(root).parts[0]
        for function, call in _calls(tree):
            given = _given(call, shapes)
            sentence = next((given[name] for name in SENTENCE if name in given), None)
            for code in _texts(given.get("code"), function):
                if CODE.fullmatch(code):
                    what, remedy = (_first(part, function) for part in (sentence, given.get("remedy")))
                    said.add(Said(room, code, what, remedy))
    return sorted(said)


def page(root: Path = ROOT / "src" / "makegood") -> str:
    """The whole page as Markdown."""
    rooms: dict[str, dict[str, list[Said]]] = defaultdict(lambda: defaultdict(list))
    for one in collect(root):
        rooms[one.room][one.code].append(one)
    lines = [HEAD]
    for room, codes in sorted(rooms.items()):
        lines.append(f"## {room}\n")
        for code, all_said in sorted(codes.items()):
            spoken = [one for one in all_said if one.what or one.remedy] or all_said[:1]
            lines += [_line(code, one) for one in spoken]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _line(code: str, one: Said) -> str:
    parts = [_plain(one.what) or "The message says what.", f"*{_plain(one.remedy)}*" if one.remedy else ""]
    return f"- `{code}`: {' '.join(part for part in parts if part)}"


def _plain(text: str) -> str:
    flat = " ".join(text.split()).replace("`", "'")
    return re.sub(r"([*_<>\[\]])", r"\\\1", flat)


def _shapes(trees: object) -> dict[str, list[str]]:
    """Parameter names in order, for each function or class of ours that takes a `code`."""
    shapes = {name: ["what"] for name in ERRORS}
    for tree in trees:  # type: ignore[attr-defined]  # an iterable of modules
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                fields = [
                    s.target.id for s in node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)
                ]
                start = [s for s in node.body if isinstance(s, ast.FunctionDef) and s.name == "__init__"]
                names = _parameters(start[0]) if start else fields
                if "code" in names:
                    shapes[node.name] = names
            elif isinstance(node, Function) and node.name != "__init__" and "code" in _parameters(node):
                shapes[node.name] = _parameters(node)
    return shapes


def _parameters(function: Function) -> list[str]:
    return [one.arg for one in (*function.args.posonlyargs, *function.args.args) if one.arg not in {"self", "cls"}] + [
        one.arg for one in function.args.kwonlyargs
    ]


def _calls(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.Call]]:
    """Each call with the innermost function around it."""
    stack: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]
    while stack:
        around, node = stack.pop()
        if isinstance(node, ast.Call):
            yield around, node
        inner = node if isinstance(node, Function) else around
        stack += [(inner, child) for child in ast.iter_child_nodes(node)]


def _given(call: ast.Call, shapes: dict[str, list[str]]) -> dict[str, ast.expr]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    given = dict(zip(shapes.get(name, []), call.args, strict=False))
    return given | {one.arg: one.value for one in call.keywords if one.arg}


def _texts(node: ast.expr | None, around: ast.AST) -> list[str]:
    """The texts an expression can be: a constant, an f-string, either side of a condition, or a name set to one."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(part.value if isinstance(part, ast.Constant) else "…" for part in parts)]  # type: ignore[misc]
        case ast.IfExp(body=one, orelse=other):
            return _texts(one, around) + _texts(other, around)
        case ast.BinOp(left=left, right=right):
            return [a + b for a in _texts(left, around) for b in _texts(right, around)]
        case ast.Name(id=name) if isinstance(around, Function):
            found = [n.value for n in ast.walk(around) if isinstance(n, ast.Assign) and _sets(n, name)]
            return [text for value in found if not isinstance(value, ast.Name) for text in _texts(value, around)]
    return []


def _sets(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _first(node: ast.expr | None, around: ast.AST) -> str:
    return next(iter(_texts(node, around)), "")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} is current.\n")
