"""Which figures an expression compares a fact with, and whether that is all it does with it.

Between two neighbouring figures a fact cannot change what such an expression says, so a handful of points stands for
every customer. Where an expression does more (one fact against another, a count of days) it says so: `exact` is false,
and nothing may be concluded from points that were not met.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import cast

from sqlglot import exp

from makegood.core.expressions import syntax_tree
from makegood.core.expressions_compiler import CALL
from makegood.core.expressions_literals import Refusal
from makegood.core.expressions_sql import Type
from makegood.kit.errors import BadInput
from makegood.kit.money import Money

# Money in minor units, instants in UTC without a zone, everything else as it is.
Point = Fraction | date | datetime | str | bool


@dataclass(frozen=True, slots=True)
class Const:
    value: Point


@dataclass(frozen=True, slots=True)
class Line:
    """`factor` times the named fact or value, plus `offset`. `derived`: a value that is more than one fact."""

    name: str
    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Flat:
    """The same for all customers between the same edges; `values` are all it can be, None where that is not known."""

    values: frozenset[Point] | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """Anything else."""


Part = Const | Line | Flat | Raw
# Functions of a dated parameter, and which of their arguments are dates.
_DATED = {"at": (1,), "interest_over": (2, 3)}
_PICKED = frozenset({"least", "greatest", "clamp"})
_COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


@dataclass
class Walk:
    """What was met so far. `part_of` says what a name stands for; `types` of facts and values, to read literals;
    `words` are further names. `elsewhere` is told of comparisons of which no edge was noted here: the two sides, and
    the figures of the second where it has only these; `days_of` are the dates at which a parameter changes."""

    part_of: Callable[[str], Part]
    types: Mapping[str, Type]
    edges: dict[str, set[Point]] = field(default_factory=dict)
    exact: bool = True
    words: Collection[str] = ()
    elsewhere: Callable[[exp.Expression, exp.Expression, frozenset[Point] | None], None] | None = None
    days_of: Callable[[str], Sequence[date]] | None = None

    def expression(self, text: str) -> Part:
        """Walks one expression that has been parsed before; a plain amount such as `USD 5.00` is a figure."""
        try:
            return Const(Fraction(Money.parse(text).minor))
        except BadInput:
            pass
        tree = tree_of(text, (*self.types, *self.words))
        return self.part(tree) if tree is not None else Raw()

    def condition(self, text: str) -> None:
        """Walks a condition; `exact` is false afterwards when points do not decide it."""
        if not isinstance(self.expression(text), Const | Flat):
            self.exact = False

    def edge(self, part: Part, other: Part) -> bool:
        """Notes where `part` meets `other`; false when that is no figure of one name."""
        if isinstance(part, Const | Flat) and isinstance(other, Const | Flat):
            return True
        if not isinstance(part, Line):
            part, other = other, part
        values = _values(other)
        if not isinstance(part, Line) or values is None:
            return False
        points = [typed_point(value, self.types.get(part.name)) for value in values]
        if None in points:
            return False
        for point in points:
            if not isinstance(point, Fraction):
                self.edges.setdefault(part.name, set()).add(cast(Point, point))
            elif part.factor != 0:
                self.edges.setdefault(part.name, set()).add((point - part.offset) / part.factor)
        return not part.derived

    def part(self, node: exp.Expression) -> Part:
        match node:
            case exp.Paren():
                return self.part(node.this)
            case exp.Literal():
                return Const(node.this if node.is_string else Fraction(node.this))
            case exp.Boolean():
                return Const(bool(node.this))
            case exp.Cast():
                return self.part(node.this)
            case exp.Column():
                table = node.args.get("table")
                return self.part_of(f"{table.name}.{node.name}".lower() if table is not None else node.name.lower())
            case exp.And() | exp.Or() | exp.Not():
                return self._logic(node)
            case exp.Is():
                inner = self.part(node.this)
                return Raw() if isinstance(inner, Raw) else Flat()
            case exp.Between():
                return self.met(node.this, [node.args["low"], node.args["high"]])
            case exp.In():
                return self.met(node.this, node.expressions)
            case exp.Case():
                return self._case(node)
            case exp.Add() | exp.Sub() | exp.Mul() | exp.Div() | exp.Neg():
                return self._sum(node)
        if isinstance(node, _COMPARED):
            return self.met(node.this, [node.expression])
        word = called(node)
        if word in _DATED:
            return self._dated(node, _DATED[word])
        if word in _PICKED:
            return self._picked(node)
        return self._coalesce(node) if word == "coalesce" else self._other(node)

    def _logic(self, node: exp.Expression) -> Part:
        parts = [self.part(one) for one in (node.this, node.args.get("expression")) if one is not None]
        return Flat() if all(isinstance(one, Const | Flat) for one in parts) else Raw()

    def met(self, left: exp.Expression, rights: Sequence[exp.Expression]) -> Part:
        """What is compared: one side, and one or more others."""
        part = self.part(left)
        others = [self.part(right) for right in rights]
        met = [self.edge(part, other) for other in others]
        for right, other, one in zip(rights, others, met, strict=True):
            # Of a value that is more than one fact the edge was noted, though it decides nothing by itself.
            figures = _values(part) is not None or _values(other) is not None
            noted = figures and any(isinstance(side, Line) and side.derived for side in (part, other))
            if not one and not noted:
                self._elsewhere((left, part), (right, other))
        return Flat() if all(met) else Raw()

    def _elsewhere(self, one: tuple[exp.Expression, Part], other: tuple[exp.Expression, Part]) -> None:
        if self.elsewhere is not None:
            if isinstance(one[1], Const | Flat):
                one, other = other, one
            self.elsewhere(one[0], other[0], _values(other[1]))

    def _dated(self, node: exp.Expression, places: Sequence[int]) -> Part:
        """A figure that changes on known dates, read on others: there it has an edge."""
        args = list(node.expressions)
        series = next((one for one in args if isinstance(one, exp.Column) and self._days(one)), None)
        days = [exp.Literal.string(day.isoformat()) for day in self._days(series)]
        for place in places:
            self.met(args[place], days)
        return self._other(node)

    def _picked(self, node: exp.Expression) -> Part:
        """Where one of them is the least or the greatest instead of another there is an edge: where one is a figure,
        else where their difference is nothing."""
        first, *others = node.expressions
        part = self.part(first)
        for other in others:
            if isinstance(found := self.part(other), Const):
                self.met(first, [other])
            elif not isinstance(part, Const | Flat):
                self._elsewhere((first, part), (other, found if isinstance(found, Line) else Raw()))
            elif not isinstance(found, Flat):
                self.met(other, [first]) if isinstance(part, Const) else self._elsewhere((other, found), (first, Raw()))
        return self._other(node)

    def _days(self, node: exp.Expression | None) -> Sequence[date]:
        return () if node is None or self.days_of is None else self.days_of(node.name.lower())

    def _case(self, node: exp.Expression) -> Part:
        conditions = [self.part(arm.this) for arm in node.args["ifs"]]
        arms = [self.part(arm.args["true"]) for arm in node.args["ifs"]]
        if node.args.get("default") is not None:
            arms.append(self.part(node.args["default"]))
        if not all(isinstance(one, Const | Flat) for one in (*conditions, *arms)):
            return Raw()
        values = [_values(one) for one in arms]
        return Flat(frozenset(one for few in values if few is not None for one in few) if None not in values else None)

    def _coalesce(self, node: exp.Expression) -> Part:
        first, *rest = [self.part(one) for one in node.expressions]
        if isinstance(first, Const) or all(isinstance(one, Const | Flat) for one in (first, *rest)):
            return first if isinstance(first, Const) else Flat()
        # A missing fact is a point of its own; the others compare as the fact does.
        return first if isinstance(first, Line) and all(isinstance(one, Const) for one in rest) else Raw()

    def _sum(self, node: exp.Expression) -> Part:
        if isinstance(node, exp.Neg):
            return _times(self.part(node.this), Fraction(-1))
        left, right = self.part(node.this), self.part(node.expression)
        numbers = [one.value if isinstance(one, Const) else None for one in (left, right)]
        low, high = (one if isinstance(one, Fraction) else None for one in numbers)
        if isinstance(node, exp.Mul):
            if high is not None:
                return _times(left, high)
            return _times(right, low) if low is not None else _mixed(left, right)
        if isinstance(node, exp.Div):
            return _times(left, 1 / high) if high else _mixed(left, right)
        sign = Fraction(-1 if isinstance(node, exp.Sub) else 1)
        if high is not None:
            return _plus(left, sign * high)
        return _plus(_times(right, sign), low) if low is not None else _mixed(left, right)

    def _other(self, node: exp.Expression) -> Part:
        parts = [self.part(one) for one in node.iter_expressions()]
        return Flat() if parts and all(isinstance(one, Const | Flat) for one in parts) else Raw()


def tree_of(text: str, words: Iterable[str]) -> exp.Expression | None:
    """The syntax tree of an expression that has been accepted, with the same names; None for what is none (a sentence,
    an amount)."""
    try:
        return syntax_tree(text, words)
    except Refusal:
        return None


def called(node: exp.Expression) -> str:
    """The name of the function that a node calls, or ""."""
    return node.name.lower().removesuffix(CALL) if isinstance(node, exp.Anonymous) else ""


def typed_point(value: object, kind: Type | None) -> Point | None:
    """A figure or quoted text beside a fact of that type; None when it is not one of its kind."""
    if kind is None or isinstance(value, bool):
        return value if isinstance(value, bool) else None
    if kind.kind in {"integer", "number"}:
        return Fraction(value) if isinstance(value, Fraction | int) else None
    try:
        if kind.kind == "money":
            if isinstance(value, Fraction | int):
                return Fraction(value)
            return Fraction(Money.parse(str(value)).minor)
        if kind.kind == "date":
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        if kind.kind == "instant":
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
            return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (BadInput, ValueError):
        return None
    return value if isinstance(value, str) else None


def _times(part: Part, by: Fraction) -> Part:
    match part:
        case Const(Fraction() as value):
            return Const(value * by)
        case Line():
            return replace(part, factor=part.factor * by, offset=part.offset * by)
        case Flat(values):
            return Flat(_each(values, lambda value: value * by))
    return Raw()


def _plus(part: Part, by: Fraction) -> Part:
    match part:
        case Const(Fraction() as value):
            return Const(value + by)
        case Line():
            return replace(part, offset=part.offset + by)
        case Flat(values):
            return Flat(_each(values, lambda value: value + by))
    return Raw()


def _values(part: Part) -> frozenset[Point] | None:
    return frozenset({part.value}) if isinstance(part, Const) else part.values if isinstance(part, Flat) else None


def _each(values: frozenset[Point] | None, change: Callable[[Fraction], Fraction]) -> frozenset[Point] | None:
    if values is None or not all(isinstance(one, Fraction) for one in values):
        return None
    return frozenset(change(cast(Fraction, one)) for one in values)


def _mixed(left: Part, right: Part) -> Part:
    return Flat() if all(isinstance(one, Const | Flat) for one in (left, right)) else Raw()
