"""What a policy reads: which names, each with the figures it is compared with, followed through tables and values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import cast

from sqlglot import exp

from makegood.core.expressions import Expression, Known, parse_expression
from makegood.core.expressions_compiler import text_again
from makegood.core.policy import Policy
from makegood.core.policy_rules import Accrual, Addition, Fact, Named, Parameter, Reduction, Remedy, Table
from makegood.kit.errors import Place
from makegood.policies.points import Cell, Limits, cells_of, has_point, limits_of, limits_of_value
from makegood.policies.walk import Const, Flat, Line, Part, Point, Raw, Walk, tree_of, typed_point


@dataclass(frozen=True, slots=True)
class Spot:
    """What is worked out and compared on the spot: `name` is how it is told, `text` the expression, under which its
    edges are in `edges`."""

    name: str
    text: str
    expression: Expression
    place: Place


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something that changes what somebody gets, at which nobody was looked at."""

    what: str
    place: Place


class Reading:
    """One walk through parts of a policy. `used` are all names met, also through tables and values; `spots` by their
    text; `unseen` are comparisons that cannot be looked at."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        types = {word: fact.type for word, fact in policy.facts.items()}
        types |= {word: value.expression.type for word, value in policy.values.items()}
        self.walk = Walk(
            self.part, types, words=policy.names.known.words(), elsewhere=self._elsewhere, days_of=self._days_of
        )
        self.used: set[str] = set()
        self.spots: dict[str, Spot] = {}
        self.unseen: dict[Unseen, None] = {}
        self.place = Place("")
        self._known: dict[str, Part] = {}
        self._fields = {word: table for table in policy.tables.values() for word in table.names()}

    @property
    def edges(self) -> Mapping[str, set[Point]]:
        return self.walk.edges

    @property
    def exact(self) -> bool:
        """Whether the cells of the facts decide every condition that was walked."""
        return self.walk.exact

    def facts(self) -> list[str]:
        return [word for word in self.policy.facts if word in self.used]

    def conditions(self, remedy: Remedy) -> None:
        """What decides which rule or exclusion it is."""
        for exclusion in remedy.exclude:
            self._conditions(exclusion.place, exclusion.when, exclusion.unless)
        for rule in remedy.rules:
            self._conditions(rule.place, rule.when)

    def whole(self, remedy: Remedy) -> None:
        """Everything a remedy reads, the amounts too."""
        self.conditions(remedy)
        more: list[Addition | Reduction] = [*remedy.add, *remedy.reduce]
        for one in more:
            self._conditions(one.place, one.when)
        if remedy.currency.startswith("@"):
            self.part(remedy.currency[1:])
        for expression, place in placed(remedy):
            with self._at(place):
                self.walk.expression(expression.text)
        for rule in remedy.rules:
            accrual = rule.amount.accrual if rule.amount is not None else None
            with self._at(rule.place):
                self._steps(accrual)
        for word in (*remedy.once_per, *(word for most in remedy.most for word in most.per)):
            self.part(word)

    def _steps(self, accrual: Accrual | None) -> None:
        """The periods at which another rate begins."""
        ends = [exp.Literal.number(rate.to) for rate in accrual.rates if rate.to is not None] if accrual else []
        count = tree_of(accrual.count.text, self.policy.names.known.words()) if accrual else None
        if count is not None and ends:
            self.walk.met(count, ends)

    def everything(self) -> Reading:
        """The same reading after the whole policy was walked."""
        for remedy in self.policy.remedies.values():
            self.whole(remedy)
        for choice in self.policy.choices:
            if choice.take in self.policy.facts:
                self.part(choice.take)
        return self

    def table(self, table: Table) -> Part:
        """Flat where the cells of facts decide the row."""
        flat = True
        for key in table.keys:
            part = self.part(key)
            for row in table.rows:
                cell = row.cells.get(key)
                if cell is not None:
                    met = [self.walk.edge(part, Const(one)) for one in cell.literals]
                    flat &= all(met)
            flat &= not isinstance(part, Raw)
        return Flat() if flat else Raw()

    def cells(self, name: str, *, ends: bool = True) -> list[Cell]:
        """The points of a fact or value, a missing one last where it may be missing; `ends` as in `cells_of`."""
        fact = self.policy.facts.get(name)
        if fact is None:
            value = self.policy.names.values.get(name)
            limits = limits_of_value(value) if value is not None else Limits()
            return cells_of(self.walk.types[name], self.edges.get(name, ()), limits, ends=False)
        found = cells_of(fact.type, self.edges.get(name, ()), limits_of(fact), fact.one_of, ends=ends)
        if fact.type.kind == "number":
            found = [cell for cell in found if not cell.at or has_point(cast(Fraction, cell.point))]
        return [*found, Cell(None, at=True)] if fact.optional else found

    def _conditions(self, place: Place, *expressions: Expression | None) -> None:
        with self._at(place):
            for one in expressions:
                if one is not None:
                    self.walk.condition(one.text)

    @contextmanager
    def _at(self, place: Place | None) -> Iterator[None]:
        before, self.place = self.place, place or self.place
        yield
        self.place = before

    def _days_of(self, word: str) -> Sequence[date]:
        parameter = self.policy.parameters.get(word)
        return [day for day, _ in parameter.points] if parameter is not None else ()

    def _elsewhere(self, left: exp.Expression, right: exp.Expression, figures: frozenset[Point] | None) -> None:
        """Notes an edge of what is worked out on the spot: where it meets figures, or where two such meet."""
        names = self.policy.names.known
        name, text = text_again(left), ""
        if figures is None:
            name, text = difference(left, right, names)
            figures = frozenset({Fraction(0)})
        text = text or name
        found = parse_expression(text, names, Place("")) if text else None
        points = [typed_point(one, found.type) for one in figures] if isinstance(found, Expression) else [None]
        if not isinstance(found, Expression) or not points or None in points or found.type.many:
            self.unseen[Unseen(f"{text_again(left)} against {text_again(right)}", self.place)] = None
            return
        self.spots.setdefault(text, Spot(name, text, found, self.place))
        self.edges_at(text).update(point for point in points if point is not None)

    def edges_at(self, text: str) -> set[Point]:
        return self.walk.edges.setdefault(text, set())

    def part(self, word: str) -> Part:
        """What a name stands for."""
        self.used.add(word)
        if word not in self._known:
            self._known[word] = Raw()  # while it is walked; a policy has no circles
            self._known[word] = self._walked(word)
        return self._known[word]

    def _walked(self, word: str) -> Part:
        node = self.policy.names.nodes.get(self.policy.names.owner(word))
        with self._at(node.place if node is not None else None):
            return self._part_of(word)

    def _part_of(self, word: str) -> Part:
        policy = self.policy
        if word in policy.facts:
            currency = policy.facts[word].type.currency
            if currency.startswith("@"):  # read with each of its amounts
                self.part(currency[1:])
            return _of_fact(policy.facts[word], self.walk)
        if word in policy.parameters:
            return self._of_parameter(policy.parameters[word])
        if word in self._fields:
            table = self._fields[word]
            self.used.add(table.name)
            part = self.table(table)
            gives = [row.give for row in (*table.rows, table.otherwise) if row.give is not None]
            field = word.removeprefix(table.name).removeprefix(".")
            return Flat(frozenset(give[field] for give in gives)) if isinstance(part, Flat) else part
        if word in policy.values:
            return self._of_value(policy.values[word])
        return Raw()

    def _of_parameter(self, parameter: Parameter) -> Part:
        if parameter.value is not None:
            return Const(parameter.value)
        if parameter.by is None:
            return Raw()
        by = tree_of(parameter.by.text, self.policy.names.known.words())
        days = [exp.Literal.string(day.isoformat()) for day, _ in parameter.points]
        met = by is not None and isinstance(self.walk.met(by, days), Flat)
        figures = {figure for _, figure in parameter.points}
        if parameter.before is not None:
            figures.add(parameter.before)
        return Flat(frozenset(figures)) if met else Raw()

    def _of_value(self, value: Named) -> Part:
        part = self.walk.expression(value.expression.text)
        return Line(value.name, derived=True) if isinstance(part, Raw) else part


def _of_fact(fact: Fact, walk: Walk) -> Part:
    if fact.type.many:
        return Raw()
    if fact.type.kind == "boolean":
        walk.edges.setdefault(fact.name, set()).update({True, False})
        return Flat()
    return Line(fact.name)


def expressions_of(remedy: Remedy) -> Iterator[Expression]:
    """Every expression of a remedy, in no order."""
    return (one for one, _ in placed(remedy))


def placed(remedy: Remedy) -> Iterator[tuple[Expression, Place]]:
    """The same, each with the place of what it is part of."""
    open_: list[tuple[object, Place]] = [(remedy, remedy.place)]
    while open_:
        one, place = open_.pop()
        if isinstance(one, Expression):
            yield one, place
        elif isinstance(one, tuple | list):
            open_ += [(part, place) for part in one]
        elif isinstance(one, Mapping):
            open_ += [(part, place) for part in one.values()]
        elif hasattr(one, "__dataclass_fields__"):
            here = getattr(one, "place", place)
            open_ += [(getattr(one, field), here) for field in one.__dataclass_fields__]


def difference(left: exp.Expression, right: exp.Expression, names: Known) -> tuple[str, str]:
    """Two things that meet, as one that is then zero: how it is told, and its text where that is another; "" for both
    where they have no order."""
    one, other = text_again(left), text_again(right)
    kinds = {
        found.type.kind
        for text in (one, other)
        if isinstance(found := parse_expression(text, names, Place("")), Expression)
    }
    if "date" in kinds:
        return f"days_between({other}, {one})", ""
    if "instant" in kinds:
        seconds = f"seconds_between({other}, {one})"
        signs = f"WHEN {one} < {other} THEN -1 WHEN {one} > {other} THEN 1 ELSE 0"
        return seconds, f"CASE WHEN {seconds} <> 0 THEN {seconds} {signs} END"
    return (f"({one}) - ({other})", "") if kinds <= {"integer", "number", "money"} else ("", "")
