"""Figures as they are published: amounts, numbers, texts and dates, and the parameters that name them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from makegood.core.expressions import Expression
from makegood.core.expressions_sql import Type
from makegood.core.findings import Findings, Path
from makegood.core.policy_facts import read_date
from makegood.core.policy_rules import Figure, Parameter
from makegood.kit.errors import BadInput
from makegood.kit.money import Money

MAX_DIGITS = 18
_NUMBER = re.compile(r"^[+-]?\d+(\.\d+)?$", re.ASCII)
_MONEY = re.compile(r"^\s*(?:[A-Z]{3}\s*[+-]?\d[\d.,]*|[+-]?\d[\d.,]*\s*[A-Z]{3})\s*$", re.ASCII)
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)

# Compiles a text at a path as an expression of the named kind; None when it was refused.
Compile = Callable[[Path, object, str], Expression | None]


def read_figure(at: Findings, path: Path, raw: object) -> tuple[Figure, Type] | None:
    """What was written, and of which type it is: `GBP 8.00`, `12.5`, `severe`, `2026-01-31` or true."""
    if isinstance(raw, bool):
        return raw, Type("boolean")
    text = str(raw).strip()
    if _MONEY.match(text):
        try:
            money = Money.parse(text)
        except BadInput as no:
            at.refused(path, no)
            return None
        return _fitting(at, path, text, Fraction(money.minor), Type("money", money.currency))
    if _NUMBER.match(text):
        number = Fraction(text)
        return _fitting(at, path, text, number, Type("number" if "." in text else "integer"))
    if _DATE.match(text):
        day = read_date(at, path, text)
        return (day, Type("date")) if day else None
    return text, Type("text")


def _fitting(at: Findings, path: Path, text: str, number: Fraction, kind: Type) -> tuple[Figure, Type] | None:
    if sum(sign.isdigit() for sign in text) <= MAX_DIGITS:
        return number, kind
    at.add(path, "bad-number", f"'{text}' is too long.", f"At most {MAX_DIGITS} digits are read.")
    return None


def one_type(at: Findings, path: Path, kinds: Iterable[Type]) -> Type | None:
    """The type of figures that belong together: whole numbers and others are numbers; the rest must be alike."""
    found = list(dict.fromkeys(kinds))
    if not found:
        return None
    if {kind.kind for kind in found} == {"integer", "number"}:
        return Type("number")
    if len(found) == 1:
        return found[0]
    moneys = all(kind.kind == "money" for kind in found)
    what = f"These figures are of several types: {', '.join(str(kind) for kind in found)}."
    remedy = "Makegood never converts; make one for each currency." if moneys else "Write all of them alike."
    at.add(path, "mixed-currency" if moneys else "mixed-figures", what, remedy)
    return None


def read_parameter(at: Findings, word: str, body: Any, compile_: Compile) -> Parameter | None:
    """One figure, figures by date, or a chain of upratings. None when it was refused."""
    path: Path = ("parameters", word)
    place = at.file.place(path)
    if not isinstance(body, dict):
        figure = read_figure(at, path, body)
        return Parameter(word, figure[1], place, value=figure[0]) if figure else None
    points, kind = _chain(at, path, body) if "start" in body else _points(at, path, body)
    early = body.get("before")
    undefined = early["undefined"] if isinstance(early, dict) else ""
    before = None if early is None or undefined else read_figure(at, (*path, "before"), early)
    kind = one_type(at, path, [one for one in (kind, before[1] if before else None) if one])
    by = compile_((*path, "by"), body["by"], "date") if "by" in body else None
    if kind is None or not points or ("by" in body and by is None):
        return None
    return Parameter(
        word,
        kind,
        place,
        by=by,
        points=tuple(sorted(points.items())),
        before=before[0] if before else None,
        words=body.get("words", ""),
        undefined=undefined,
    )


def _points(at: Findings, path: Path, body: Mapping[str, Any]) -> tuple[dict[date, Figure], Type | None]:
    points: dict[date, Figure] = {}
    kinds = []
    for text, raw in body["from"].items():
        here = (*path, "from", text)
        day, figure = read_date(at, here, text), read_figure(at, here, raw)
        if day is not None and figure is not None:
            points[day] = figure[0]
            kinds.append(figure[1])
    return points, one_type(at, (*path, "from"), kinds)


def _chain(at: Findings, path: Path, body: Mapping[str, Any]) -> tuple[dict[date, Figure], Type | None]:
    """Each figure is the rounded one before it, raised by a percentage and rounded again."""
    ((text, raw),) = body["start"].items()
    start, figure = read_date(at, (*path, "start", text), text), read_figure(at, (*path, "start", text), raw)
    if start is None or figure is None:
        return {}, None
    now, kind = figure
    if not isinstance(now, Fraction) or kind.kind == "boolean":
        at.add(
            (*path, "start"), "bad-figure", "Only an amount or a number can be raised.", "Write for example GBP 8.00."
        )
        return {}, None
    step = _step(at, (*path, "nearest"), body.get("nearest"), kind)
    points: dict[date, Figure] = {start: now}
    last = start
    raises = sorted((str(day), percent) for day, percent in body["raise"].items())
    for text, percent in raises:
        here = (*path, "raise", text)
        day = read_date(at, here, text)
        if day is None:
            continue
        if day <= last:
            at.add(here, "bad-date", f"{text} is not after {last}.", "A figure is raised after it began.")
            continue
        if not _NUMBER.match(str(percent)) or Fraction(str(percent)) <= -100:
            at.add(here, "bad-percent", f"'{percent}' is not a percentage.", 'Write for example "4.2".')
            continue
        now = _nearest(now * (1 + Fraction(str(percent)) / 100), step)
        points[day], last = now, day
    return points, kind if kind.kind == "money" else Type("number")


def _step(at: Findings, path: Path, raw: object, kind: Type) -> Fraction | None:
    """What a raised figure is rounded to; money without a word to its smallest unit."""
    if raw is None:
        return Fraction(1) if kind.kind == "money" else None
    found = read_figure(at, path, raw)
    if found is None:
        return None
    step, given = found
    numbers = {"integer", "number"}
    alike = given == kind or {given.kind, kind.kind} <= numbers
    if not alike or not isinstance(step, Fraction) or step <= 0:
        what = f"'{raw}' cannot be what {kind} is rounded to."
        at.add(path, "bad-unit", what, "Write a step above zero, such as GBP 0.01 or 25.")
        return None
    return step


def _nearest(value: Fraction, step: Fraction | None) -> Fraction:
    """Half up; figures are never below zero by more than a sign, and half goes away from zero."""
    if step is None:
        return value
    size = floor(Fraction(abs(value), step) + Fraction(1, 2)) * step
    return size if value >= 0 else -size
