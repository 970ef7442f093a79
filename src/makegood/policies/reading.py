"""What a policy reads: which names, each with the figures it is compared with, followed through tables and values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import cast

from makegood.core.expressions import Expression
from makegood.core.policy import Policy
from makegood.core.policy_rules import Addition, Fact, Named, Parameter, Reduction, Remedy, Table
from makegood.policies.points import Cell, Limits, cells_of, has_point, limits_of, limits_of_value
from makegood.policies.walk import Const, Flat, Line, Part, Point, Raw, Walk


class Reading:
    """One walk through parts of a policy. `used` are all names met, also through tables and values."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        types = {word: fact.type for word, fact in policy.facts.items()}
        types |= {word: value.expression.type for word, value in policy.values.items()}
        self.walk = Walk(self.part, types, words=policy.names.known.words())
        self.used: set[str] = set()
        self._known: dict[str, Part] = {}
        self._fields = {word: table for table in policy.tables.values() for word in table.names()}

    @property
    def edges(self) -> Mapping[str, set[Point]]:
        return self.walk.edges

    @property
    def exact(self) -> bool:
        """Whether the cells of the facts decide every condition that was walked."""
        return self.walk.exact

    def unseen(self) -> int:
        """Figures that change what somebody gets and are no edges here: comparisons of what is worked out on the spot,
        steps of accruals, limits of amounts and of rows. Asked after `everything`."""
        found = len(self.walk.blind)
        for remedy in self.policy.remedies.values():
            limits = (remedy.cap, remedy.minimum, remedy.excess, remedy.approval)
            found += sum(one is not None for one in limits) + len(remedy.most)
            for amount in (rule.amount for rule in remedy.rules if rule.amount is not None):
                found += sum(one is not None for one in (amount.floor, amount.cap))
                if amount.accrual is not None:
                    found += (amount.accrual.cap is not None) + sum(one.to is not None for one in amount.accrual.rates)
        return found

    def facts(self) -> list[str]:
        return [word for word in self.policy.facts if word in self.used]

    def conditions(self, remedy: Remedy) -> None:
        """What decides which rule or exclusion it is."""
        for exclusion in remedy.exclude:
            self._conditions([exclusion.when, exclusion.unless])
        self._conditions(rule.when for rule in remedy.rules)

    def whole(self, remedy: Remedy) -> None:
        """Everything a remedy reads, the amounts too."""
        self.conditions(remedy)
        more: list[Addition | Reduction] = [*remedy.add, *remedy.reduce]
        for one in more:
            self._conditions([one.when])
        if remedy.currency.startswith("@"):
            self.part(remedy.currency[1:])
        for expression in expressions_of(remedy):
            self.walk.expression(expression.text)
        for word in (*remedy.once_per, *(word for most in remedy.most for word in most.per)):
            self.part(word)

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

    def _conditions(self, expressions: Iterable[Expression | None]) -> None:
        for one in expressions:
            if one is not None:
                self.walk.condition(one.text)

    def part(self, word: str) -> Part:
        """What a name stands for."""
        self.used.add(word)
        if word not in self._known:
            self._known[word] = Raw()  # while it is walked; a policy has no circles
            self._known[word] = self._walked(word)
        return self._known[word]

    def _walked(self, word: str) -> Part:
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
        by = self.walk.expression(parameter.by.text)
        met = [self.walk.edge(by, Const(day)) for day, _ in parameter.points]
        figures = {figure for _, figure in parameter.points}
        if parameter.before is not None:
            figures.add(parameter.before)
        return Flat(frozenset(figures)) if all(met) else Raw()

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
    open_: list[object] = [remedy]
    while open_:
        one = open_.pop()
        if isinstance(one, Expression):
            yield one
        elif isinstance(one, tuple | list):
            open_ += one
        elif isinstance(one, Mapping):
            open_ += one.values()
        elif hasattr(one, "__dataclass_fields__"):
            open_ += [getattr(one, field) for field in one.__dataclass_fields__]
