"""Checks of a policy that need no customers: what is never used, never reached, or left open between its edges.

The decision query itself is asked about every combination of points, so a check cannot disagree with a decision. Where
points do not stand for everybody, nothing is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from sqlglot import exp

from makegood.core.expressions import Expression
from makegood.core.policy import Policy
from makegood.core.policy_rules import Exclusion, Named, Parameter, Remedy, Rule, Table
from makegood.kit.columns import Columns
from makegood.policies.grid import Grid
from makegood.policies.lint import Lint, advice
from makegood.policies.points import limits_of
from makegood.policies.reading import Reading, expressions_of
from makegood.policies.tables import check_table
from makegood.policies.walk import Line, called, tree_of

MOST_CUSTOMERS = 300_000


def check_policy(columns: Columns, policy: Policy, *, paid: Collection[str] | None = None) -> list[Lint]:
    """Lints in the order of the file. `paid` are remedies that some step pays; None where nobody knows."""
    found = [*_unused(policy), *_undated(policy)]
    found += [one for table in policy.tables.values() for one in check_table(columns, policy, table)]
    for remedy in policy.remedies.values():
        found += _unreached(columns, policy, remedy)
    found += _unpaid(policy, paid)
    return sorted(found, key=_where)


def _where(one: Lint) -> tuple[int, int]:
    place = one.finding.place
    return (place.line or 0, place.column or 0) if place else (0, 0)


def _unused(policy: Policy) -> Iterator[Lint]:
    used = Reading(policy).everything().used
    parts: list[tuple[str, Mapping[str, Parameter | Table | Named]]] = [
        ("parameter", policy.parameters),
        ("table", policy.tables),
        ("value", policy.values),
    ]
    for what, named in parts:
        for word, one in named.items():
            if word not in used:
                yield advice(
                    f"unused-{what}", f"Nothing reads the {what} '{word}'.", "Use it, or remove it.", one.place
                )
    for word, fact in policy.facts.items():
        if fact.declared and word not in used:
            remedy = "Use it, or remove it: it is asked of every customer."
            yield advice("unused-fact", f"Nothing reads the fact '{word}'.", remedy, fact.place)


def _undated(policy: Policy) -> Iterator[Lint]:
    """Dates before the first figure of a dated parameter, where a fact may have such a date."""
    reading = Reading(policy).everything()
    for parameter in policy.parameters.values():
        if not parameter.points or parameter.before is not None or parameter.undefined:
            continue
        first = parameter.points[0][0]
        for word in sorted(_selectors(policy, reading, parameter)):
            fact = policy.facts.get(word)
            if fact is None or fact.type.kind != "date":
                continue
            early = first - timedelta(days=1)
            if not limits_of(fact).allow(early):
                continue
            what = f"'{parameter.name}' has no figure before {first}, but {fact.name} may be earlier: undefined."
            remedy = f"Add an earlier figure or `before:`, or give the fact from: {first}."
            yield advice("no-figure", what, remedy, parameter.place, {word: early.isoformat()})


def _selectors(policy: Policy, reading: Reading, parameter: Parameter) -> set[str]:
    """Facts by which a dated figure is chosen as they are."""
    if parameter.by is not None:
        part = reading.walk.expression(parameter.by.text)
        return {part.name} if isinstance(part, Line) and not part.derived else set()
    found = set()
    for expression in _expressions(policy):
        tree = tree_of(expression.text, policy.names.known.words())
        for call in tree.find_all(exp.Anonymous) if tree is not None else ():
            words = [one.name.lower() if isinstance(one, exp.Column) else "" for one in call.expressions]
            if parameter.name not in words:
                continue
            date_at = {"at": 1, "interest_over": 2}.get(called(call))
            if date_at is not None and date_at < len(words) and words[date_at]:
                found.add(words[date_at])
    return found


def _expressions(policy: Policy) -> Iterator[Expression]:
    yield from (value.expression for value in policy.values.values())
    for remedy in policy.remedies.values():
        yield from expressions_of(remedy)


def _unreached(columns: Columns, policy: Policy, remedy: Remedy) -> list[Lint]:
    """Rules and exclusions that decide nobody, said only where every customer is stood for."""
    reading = Reading(policy)
    reading.conditions(remedy)
    facts = reading.facts()
    if not reading.exact or not facts or any(policy.facts[word].type.many for word in facts):
        return []
    grid = Grid({word: reading.cells(word) for word in facts})
    if not 0 < grid.size <= MOST_CUSTOMERS:
        return []
    # Alone: a choice among remedies would hide which rule it was.
    alone = replace(policy, remedies={remedy.id: remedy}, choices=())
    sql = alone.amounts_sql(f"({grid.sql(policy.facts)})")
    rows = columns.fetch(f"SELECT DISTINCT rule FROM ({sql})")
    met = {str(rule) for (rule,) in rows}
    found = []
    rules: list[Exclusion | Rule] = [*remedy.exclude, *remedy.rules]
    for rule in rules:
        if rule.id in met or (not isinstance(rule, Exclusion) and rule.when is None):
            continue
        what = f"The rule '{rule.id}' of '{remedy.id}' decides nobody: those it is for are decided before it."
        found.append(advice("unreachable-rule", what, "Move it up, change its condition, or remove it.", rule.place))
    return found


def _unpaid(policy: Policy, paid: Collection[str] | None) -> Iterator[Lint]:
    for word, remedy in policy.remedies.items():
        if paid is not None and word not in paid:
            what = f"No step of the playbook pays '{word}': whoever it is owed to gets nothing."
            yield advice("unpaid-remedy", what, "Add a step with a provider for it, or remove it.", remedy.place)
