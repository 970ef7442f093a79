"""What the tests of a policy touch, and what none of them does: rules, rows of tables, dated figures, edges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from makegood.core.policy import Policy
from makegood.core.policy_rules import Addition, Reduction, Remedy
from makegood.kit.columns import Columns
from makegood.kit.errors import Place
from makegood.policies.company import Facts
from makegood.policies.deciding import Decision, typed_values, write_facts
from makegood.policies.edges import companies, somebody
from makegood.policies.measures import Measure, measures_of, worths
from makegood.policies.points import holds, told
from makegood.policies.reading import Reading, Unseen
from makegood.policies.tables import judge
from makegood.policies.trials import Trial, customer_of
from makegood.policies.walk import Point

_STEP = re.compile(r"^([\w-]+)@(\d{4}-\d{2}-\d{2})")
_ROW = re.compile(r"^([\w-]+)#([\w-]+)")


@dataclass(frozen=True, slots=True)
class Item:
    """Something a test can touch. `kind` is rule, row, figure or edge. `nobody`: no customer was found there; it cannot
    be said whether there is one."""

    kind: str
    name: str
    place: Place
    touched: bool
    nobody: bool = False


def coverage(columns: Columns, policy: Policy, trials: Sequence[Trial]) -> list[Item]:
    """Every item in the order of the file. An edge is touched below, at and above by a test with such a fact."""
    decisions = [one for trial in trials for one in trial.decisions]
    traces = [line for one in decisions for line in one.trace]
    items = [item for remedy in policy.remedies.values() for item in _rules(remedy, decisions)]
    items += _rows(columns, policy, traces)
    items += _figures(policy, traces)
    items += _edges(columns, policy, trials)
    return items


def unlooked(policy: Policy) -> list[Unseen]:
    """Comparisons at which no edge is asked for."""
    return list(Reading(policy).everything().unseen)


def _rules(remedy: Remedy, decisions: Sequence[Decision]) -> Iterator[Item]:
    met = {one.rule: one for one in decisions if one.remedy == remedy.id and one.status != "undefined"}
    undefined = {one.rule for one in decisions if one.remedy == remedy.id and one.status == "undefined"}
    rows = {line for one in decisions if one.remedy == remedy.id for line in one.trace}
    for exclusion in remedy.exclude:
        touched = exclusion.id in met or f"exclude {exclusion.id}" in rows  # of one row, where another decides
        yield Item("rule", f"{remedy.id}/{exclusion.id}", exclusion.place, touched)
    for rule in remedy.rules:
        touched = rule.id in met or (rule.ending == "undefined" and rule.id in undefined)
        yield Item("rule", f"{remedy.id}/{rule.id}", rule.place, touched)
    lines = {line.split(":")[0].strip() for one in decisions if one.remedy == remedy.id for line in one.trace}
    others: list[Addition | Reduction] = [*remedy.add, *remedy.reduce]
    for more in others:
        yield Item("rule", f"{remedy.id}/{more.id}", more.place, any(more.id in line for line in lines))


def _rows(columns: Columns, policy: Policy, traces: Sequence[str]) -> Iterator[Item]:
    """`otherwise` only where somebody can fall to it."""
    met = {found.groups() for line in traces if (found := _ROW.match(line))}
    for table in policy.tables.values():
        judged = judge(columns, policy, table)
        last = () if judged is not None and judged.is_complete else (table.otherwise,)
        for row in (*table.rows, *last):
            yield Item("row", f"{table.name}#{row.id}", row.place, (table.name, row.id) in met)


def _figures(policy: Policy, traces: Sequence[str]) -> Iterator[Item]:
    met = {found.groups() for line in traces if (found := _STEP.match(line))}
    for parameter in policy.parameters.values():
        if parameter.by is None:
            continue
        for day, _ in parameter.points:
            touched = (parameter.name, day.isoformat()) in met
            yield Item("figure", f"{parameter.name}@{day.isoformat()}", parameter.place, touched)


def _edges(columns: Columns, policy: Policy, trials: Sequence[Trial]) -> Iterator[Item]:
    reading = Reading(policy).everything()
    words = [word for word in policy.facts if reading.edges.get(word) and not policy.facts[word].type.many]
    measures = measures_of(policy, reading)
    met: dict[str, set[Point | None]] = {}
    if trials and policy.facts:
        relation = write_facts(columns, policy, [customer_of(trial.case) for trial in trials])
        found = typed_values(columns, policy, relation, list(policy.facts))
        met = {word: {point for points in found[word] for point in points or ()} for word in words}
        for word, customers in worths(columns, policy, measures, relation).items():
            met[word] = {one.point for rows in customers for one in rows}
    for word in words:
        fact = policy.facts[word]
        for cell in reading.cells(word, ends=False):
            touched = any(holds(cell, point) for point in met.get(word, ()))
            yield Item("edge", f"{word} {told(fact.type, cell)}", fact.place, touched)
    near = companies(columns, policy, reading, measures)
    for measure in measures:
        yield from _of_measure(columns, policy, measure, met.get(measure.name, set()), near[measure.name])


def _of_measure(
    columns: Columns, policy: Policy, measure: Measure, met: set[Point | None], others: Sequence[Facts]
) -> Iterator[Item]:
    """Where no test is, somebody is looked for: what nobody can be must not be asked for."""
    touched = [any(holds(cell, point) for point in met) for cell in measure.cells]
    there: set[Point | None] = set()
    if not all(touched):
        there = somebody(columns, policy, measure, others)
    for cell, is_touched in zip(measure.cells, touched, strict=True):
        nobody = not is_touched and not any(holds(cell, point) for point in there)
        yield Item("edge", measure.told(cell), measure.place, is_touched, nobody)
