"""A few values of a fact that stand for all: at each figure it is compared with, and between them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import cast

from makegood.core.expressions_sql import NUMBER_DIGITS, Type, Value, quoted
from makegood.core.policy_rules import Fact
from makegood.kit.money import exponent
from makegood.policies.walk import Point

A_DATE, A_MOMENT = date(2026, 1, 15), datetime.fromisoformat("2026-01-15T09:00:00")
_STEP = {"date": timedelta(days=1), "instant": timedelta(seconds=1)}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a fact may be; None is unbounded. `above` and `below`: the bound itself is outside."""

    low: Point | None = None
    high: Point | None = None
    above: bool = False
    below: bool = False

    def allow(self, point: Point) -> bool:
        low_ok = self.low is None or point > self.low or (point == self.low and not self.above)  # type: ignore[operator] # of one type
        return low_ok and (
            self.high is None or point < self.high or (point == self.high and not self.below)  # type: ignore[operator] # of one type
        )


def limits_of(fact: Fact) -> Limits:
    low, high = fact.low, fact.high
    return Limits(
        low.value if low else None,
        high.value if high else None,
        above=low.is_open if low else False,
        below=high.is_open if high else False,
    )


def limits_of_value(value: Value) -> Limits:
    """What the proof of its arithmetic says that a value can be."""
    if not value.numeric:
        return Limits()
    if isinstance(value.den, int):
        return Limits(Fraction(value.low, value.den), Fraction(value.high, value.den))
    # A denominator that differs by row is at least one.
    return Limits(Fraction(min(value.low, 0)), Fraction(max(value.high, 0)))


@dataclass(frozen=True, slots=True)
class Cell:
    """One point and what it stands for: `at` a figure, else the open stretch between two (None: without an end)."""

    point: Point | None
    at: bool = False
    after: Point | None = None
    before: Point | None = None


def cells_of(
    kind: Type, edges: Collection[Point], limits: Limits = Limits(), words: Sequence[str] = (), *, ends: bool = True
) -> list[Cell]:
    """Cells in their order, within the limits. `words` are the values a text may have; without them another text stands
    for the rest. `ends`: the limits themselves are points too."""
    if kind.kind == "boolean":
        return [Cell(True, at=True), Cell(False, at=True)]
    if kind.kind in {"text", "list"}:
        return _text_cells([str(one) for one in edges], words)
    bounds = (limits.low, limits.high) if ends else ()
    marks = {*edges, *(one for one in bounds if one is not None)}
    whole = kind.kind in {"integer", "money"}
    points = sorted(_whole(cast("set[Fraction]", marks)) if whole else marks)
    found: list[Cell] = []
    for index, point in enumerate(points):
        before = points[index - 1] if index else None
        found.append(_inner(kind, before, point, limits))
        found.append(Cell(point, at=True))
    last = points[-1] if points else None
    found.append(_inner(kind, last, None, limits))
    return [one for one in found if one.point is not None and limits.allow(one.point)]


def _inner(kind: Type, low: Point | None, high: Point | None, limits: Limits) -> Cell:
    """The open stretch between two edges, with a point that the limits allow where there is one."""
    floor, top = limits.low, limits.high
    point = between(kind, low, high)
    if point is not None and not limits.allow(point):
        below = floor is not None and point < floor  # type: ignore[operator] # of one type
        inside = (floor, high) if below else (low, top)
        point = between(kind, *inside)
        if point is None or not limits.allow(point):
            point = floor if below and not limits.above else top if not below and not limits.below else None
            met = point is not None and (low is None or low < point) and (high is None or point < high)  # type: ignore[operator] # of one type
            point = point if met else None
    return Cell(point, after=low, before=high)


def between(kind: Type, low: Point | None, high: Point | None) -> Point | None:
    """A plain value strictly between two; None when there is none."""
    if low is None and high is None:
        return _some(kind)
    step = _STEP.get(kind.kind, Fraction(1))
    if low is None:
        return cast(Point, high - step)  # type: ignore[operator] # of one type
    if high is None:
        return cast(Point, low + step)  # type: ignore[operator] # of one type
    if kind.kind == "number":
        return _plain_between(cast(Fraction, low), cast(Fraction, high))
    middle = low + (high - low) // 2 if kind.kind != "integer" else Fraction((low + high) // 2)  # type: ignore[operator] # of one type
    if kind.kind == "money":
        middle = Fraction(cast(Fraction, low + high) // 2)  # type: ignore[operator] # of one type
    if isinstance(middle, datetime):
        middle = middle.replace(microsecond=0)
    return cast(Point, middle) if low < middle < high else None  # type: ignore[operator] # of one type


def beside(kind: Type, point: Point, edges: Collection[Point]) -> tuple[Point | None, Point | None]:
    """The nearest values below and above that a person would write; a number's step is a digit finer than its edges."""
    if kind.kind in _STEP:
        step = _STEP[kind.kind]
        return point - step, point + step  # type: ignore[operator,return-value] # of one type
    if kind.kind in {"integer", "money"}:
        number = cast(Fraction, point)
        return Fraction(-((-number) // 1) - 1), Fraction(number // 1 + 1)
    if kind.kind != "number":
        return None, None
    number = cast(Fraction, point)
    digits = max(_digits(cast(Fraction, one)) for one in (*edges, point))
    tick = Fraction(1, 10 ** min(digits + 1, NUMBER_DIGITS))
    if not has_point(number):
        return number // tick * tick, (number // tick + 1) * tick
    return number - tick, number + tick


def sql_of(kind: Type, point: Point | None) -> str:
    """A point as DuckDB SQL of the column's type."""
    if point is None:
        return f"NULL::{SQL_TYPES[kind.kind]}"
    match kind.kind:
        case "boolean":
            return "true" if point else "false"
        case "date":
            return f"DATE '{cast(date, point).isoformat()}'"
        case "instant":
            return f"TIMESTAMP '{cast(datetime, point).isoformat(sep=' ')}'"
        case "number":
            return f"{decimal_text(cast(Fraction, point))}::DECIMAL(38,{NUMBER_DIGITS})"
        case "integer" | "money":
            return f"{int(cast(Fraction, point))}::BIGINT"
    return quoted(str(point))


def holds(cell: Cell, point: Point | None) -> bool:
    """Whether a value falls into a cell of its kind."""
    if point is None or cell.point is None:
        return point is None and cell.point is None
    if cell.at or isinstance(point, str):
        return point == cell.point
    above = cell.after is None or point > cell.after  # type: ignore[operator] # of one type
    return above and (cell.before is None or point < cell.before)  # type: ignore[operator] # of one type


def told(kind: Type, cell: Cell) -> str:
    """`at 3`, `between 1 and 3`, `below 1`, `above 3`, `missing`."""
    if cell.point is None:
        return "missing"
    if cell.at:
        return f"at {text_of(kind, cell.point)}" if kind.kind not in {"text", "boolean"} else text_of(kind, cell.point)
    if kind.kind == "text":
        return "anything else"
    after, before = (None if one is None else text_of(kind, one) for one in (cell.after, cell.before))
    if after and before:
        return f"between {after} and {before}"
    return f"below {before}" if before else f"above {after}"


def text_of(kind: Type, point: Point | None) -> str:
    """A point as a person writes it in a test."""
    if point is None:
        return "missing"
    match kind.kind:
        case "boolean":
            return "true" if point else "false"
        case "money" if not kind.currency.startswith("@"):
            return f"{kind.currency} {_major(cast(Fraction, point), exponent(kind.currency))}"
        case "money":
            return _major(cast(Fraction, point), 2)
        case "integer" | "number":
            return number_told(cast(Fraction, point))
        case "instant":
            return f"{cast(datetime, point).isoformat()}Z"
    return str(point)


SQL_TYPES = {
    "text": "VARCHAR", "list": "VARCHAR", "integer": "BIGINT", "number": f"DECIMAL(38,{NUMBER_DIGITS})",
    "money": "BIGINT", "boolean": "BOOLEAN", "date": "DATE", "instant": "TIMESTAMP",
}  # fmt: skip


def decimal_text(number: Fraction) -> str:
    """Exact to nine digits after the point, without needless zeros; what needs more is cut."""
    sign, scaled = ("-" if number < 0 else ""), int(abs(number) * 10**NUMBER_DIGITS)
    whole, part = divmod(scaled, 10**NUMBER_DIGITS)
    digits = f"{part:0{NUMBER_DIGITS}d}".rstrip("0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def number_told(number: Fraction) -> str:
    """`2.5`; without an end to its digits `1/3`."""
    return decimal_text(number) if has_point(number) else str(number)


def has_point(number: Fraction) -> bool:
    """Whether a fact can be exactly this: a number has nine digits after the point."""
    return Fraction(number * 10**NUMBER_DIGITS).denominator == 1


def _major(minor: Fraction, digits: int) -> str:
    if minor.denominator != 1:  # of what is worked out
        return number_told(minor / 10**digits)
    text = f"{abs(int(minor)):0{digits + 1}d}"
    sign = "-" if minor < 0 else ""
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"


def _text_cells(edges: Sequence[str], words: Sequence[str]) -> list[Cell]:
    if words:
        return [Cell(one, at=True) for one in words]
    other = "other"
    while other in edges:
        other += "-"
    return [*(Cell(one, at=True) for one in sorted(edges)), Cell(other)]


def _whole(marks: set[Fraction]) -> set[Fraction]:
    """An edge at 2.5 lies between 2 and 3 for what is counted in whole steps."""
    return {Fraction(one) for mark in marks for one in (mark // 1, -((-mark) // 1))}


def _some(kind: Type) -> Point | None:
    match kind.kind:
        case "integer" | "number":
            return Fraction(1)
        case "money":
            return Fraction(10_000)
        case "date":
            return A_DATE
        case "instant":
            return A_MOMENT
    return None


def _plain_between(low: Fraction, high: Fraction) -> Fraction | None:
    for digits in range(NUMBER_DIGITS + 1):
        scale = 10**digits
        first, last = low * scale // 1 + 1, -((-high * scale) // 1) - 1
        if first <= last:
            return Fraction(first + (last - first) // 2, scale)
    return None


def _digits(number: Fraction) -> int:
    return next((n for n in range(NUMBER_DIGITS + 1) if (number * 10**n).denominator == 1), NUMBER_DIGITS)
