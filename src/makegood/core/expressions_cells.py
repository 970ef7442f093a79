"""Cells of tables, and the condition of list_count_where: equality, a list, a range, comparisons, `missing`, `any`.

`"< 180"`, `"[180..240)"`, `"> 1, < 5"`, `[severe, storm]`, `EUR 5.00`, `2026-01-31`, `true`. A text is compared for
equality only; in single quotes it is itself, whatever it looks like: `"'any'"`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction

from makegood.core.expressions_exact import SIGNS, Sign, among, compared
from makegood.core.expressions_literals import Refusal, figure
from makegood.core.expressions_sql import Type, Value, boolean
from makegood.kit.errors import Finding, Place

Edge = Fraction | str | bool | date | datetime

_RANGE = re.compile(r"^([\[(])(.*?)\.\.(.*)([\])])$", re.DOTALL)
_SIGN = re.compile(r"^(<=|>=|<>|!=|<|>|=)(.*)$", re.DOTALL)
_REMEDY = "Write a value, a list, '< 180', '[180..240)', '> 1, < 5', missing or any."


@dataclass(frozen=True, slots=True)
class Cell:
    """Alternatives, each of tests that must all hold. `missing` asks for a missing value, `always` for nothing."""

    text: str
    type: Type
    alternatives: tuple[tuple[tuple[Sign, Value], ...], ...]
    edges: tuple[tuple[Sign, Edge], ...] = ()
    missing: bool = False
    always: bool = False

    @property
    def literals(self) -> tuple[Edge, ...]:
        """The edges: numbers and amounts (minor units) as fractions, texts, dates, instants in UTC, booleans."""
        return tuple(dict.fromkeys(edge for _, edge in self.edges))

    def sql(self, value: Value) -> str:
        """A SQL boolean: NULL where the value is missing, unless the cell is `missing` or `any`."""
        return self.condition(value).sql

    def condition(self, value: Value) -> Value:
        """The same as a value."""
        if self.always:
            return boolean("true")
        if self.missing and not self.alternatives:
            return boolean(f"({value.native or value.sql} IS NULL)")
        if all(len(tests) == 1 and tests[0][0] == "=" for tests in self.alternatives) and len(self.alternatives) > 1:
            found = among(value, [tests[0][1] for tests in self.alternatives])
        else:
            arms = [[compared(value, sign, edge) for sign, edge in tests] for tests in self.alternatives]
            texts = [" AND ".join(one.sql for one in arm) for arm in arms]
            joined = texts[0] if len(texts) == 1 else " OR ".join(f"({text})" for text in texts)
            found = boolean(f"({joined})")
        return boolean(f"({value.native or value.sql} IS NULL OR {found.sql})") if self.missing else found


def parse_cell(text: object, kind: Type, place: Place) -> Cell | Finding:
    """A cell against a fact, value or parameter of that type. Never raises for what a person wrote."""
    try:
        parts = text if isinstance(text, list | tuple) else [text]
        if not parts:
            raise Refusal("bad-cell", "The list is empty, so nothing is ever one of it.", _REMEDY, 0)
        return _joined(text, kind, [_one(part, kind) for part in parts])
    except Refusal as no:
        return Finding(no.code, no.what, no.remedy, place=place)


def _joined(text: object, kind: Type, cells: Sequence[Cell]) -> Cell:
    spoken = ", ".join(cell.text for cell in cells)
    alternatives = tuple(tests for cell in cells for tests in cell.alternatives)
    edges = tuple(edge for cell in cells for edge in cell.edges)
    missing, always = any(cell.missing for cell in cells), any(cell.always for cell in cells)
    return Cell(spoken if not isinstance(text, str) else text.strip(), kind, alternatives, edges, missing, always)


def _one(raw: object, kind: Type) -> Cell:
    if raw is None or isinstance(raw, dict | list | tuple):
        raise Refusal("bad-cell", "A cell holds one value or a list of values.", _REMEDY, 0)
    text = raw.isoformat() if isinstance(raw, date) else str(raw).lower() if isinstance(raw, bool) else str(raw).strip()
    if text in {"missing", "any"}:
        return Cell(text, kind, (), missing=text == "missing", always=text == "any")
    if kind.kind == "text" and not kind.many:
        tests: list[tuple[Sign, str]] = [_text_test(text)]
    elif found := _RANGE.match(text):
        tests = _ends(found)
    elif text[:1] in {"<", ">", "=", "!"}:
        tests = [_test(part.strip()) for part in text.split(",")]
    else:
        tests = [("=", text)]
    read = tuple((sign, figure(word, kind)) for sign, word in tests)
    if kind.kind == "boolean" and any(sign not in {"=", "<>"} for sign, _ in read):
        raise Refusal("bad-cell", f"'{text}' compares a boolean, which has no order.", "Write true or false.", 0)
    edges = tuple((sign, _edge(value)) for sign, value in read)
    _refuse_empty(text, edges)
    return Cell(text, kind, (read,), edges)


def _text_test(text: str) -> tuple[Sign, str]:
    sign: Sign = "<>" if text.startswith(("<>", "!=")) else "="
    text = text[2:].strip() if sign == "<>" else text
    if len(text) > 1 and text[0] == text[-1] == "'":
        text = text[1:-1].replace("''", "'")
    return sign, text


def _ends(found: re.Match[str]) -> list[tuple[Sign, str]]:
    opening, low, high, closing = found.groups()
    tests: list[tuple[Sign, str]] = []
    if low.strip():
        tests.append((">=" if opening == "[" else ">", low.strip()))
    if high.strip():
        tests.append(("<=" if closing == "]" else "<", high.strip()))
    if not tests:
        raise Refusal("bad-cell", f"'{found[0]}' has no end.", "Name an end, or write any.", 0)
    return tests


def _test(text: str) -> tuple[Sign, str]:
    found = _SIGN.match(text)
    if found is None or not found[2].strip():
        raise Refusal("bad-cell", f"'{text}' is not a comparison.", _REMEDY, 0)
    word = "<>" if found[1] == "!=" else found[1]
    return next(sign for sign in SIGNS if sign == word), found[2].strip()


def _edge(value: Value) -> Edge:
    if value.type.kind in {"integer", "number", "money"}:
        return Fraction(value.low, int(value.den))
    text = value.literal or ""
    if value.type.kind == "date":
        return date.fromisoformat(text)
    if value.type.kind == "instant":
        return datetime.fromisoformat(text).astimezone(UTC)
    return text == "true" if value.type.kind == "boolean" else text


def _refuse_empty(text: str, edges: Sequence[tuple[Sign, Edge]]) -> None:
    """A range in which nothing lies is a slip of the pen."""
    lows = [(edge, sign) for sign, edge in edges if sign in {">", ">="}]
    highs = [(edge, sign) for sign, edge in edges if sign in {"<", "<="}]
    for low, low_sign in lows:
        for high, high_sign in highs:
            both_closed = low_sign == ">=" and high_sign == "<="
            if low > high or (low == high and not both_closed):  # type: ignore[operator] # of one type
                raise Refusal("bad-cell", f"No value lies in '{text}'.", "Write the smaller end first.", 0)
