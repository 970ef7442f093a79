"""Who is owed what: facts, parameters, tables, values and ordered rules, read from policy.yaml.

Parsing needs a file that passed its JSON Schema. What the policy decides is written as one SQL query by
`core.policy_sql`; the three `_sql` verbs of `Policy` are its doors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from makegood.core.calendars import Calendar, read_calendars
from makegood.core.expressions_sql import TooLarge, Type
from makegood.core.findings import Findings, Path
from makegood.core.policy_facts import read_facts, read_header
from makegood.core.policy_layers import Gauge
from makegood.core.policy_names import Names, read_names
from makegood.core.policy_reads import all_names
from makegood.core.policy_remedies import read_remedy
from makegood.core.policy_rules import (
    Amount,
    Basis,
    Case,
    Choice,
    Ending,
    Fact,
    Header,
    Named,
    Parameter,
    Remedy,
    Rule,
    Table,
)
from makegood.core.policy_sql import amounts_sql, decision_sql, full_sql, gauges_of, gauges_sql, worked_sql
from makegood.kit.errors import Finding
from makegood.kit.yamlfile import YamlFile

__all__ = ["Amount", "Basis", "Ending", "Policy", "Remedy", "Rule", "parse_policy"]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy without blocking findings.

    The relations it runs over have one row a customer: a key and the facts in their DuckDB types (`Type`); facts with
    `list` or `each` are LISTs, those with `each` of one length. `stored` names what differs: `{"rate": "DOUBLE"}`; and
    `"rate?"`, a text column that says why there is no rate, where the reader of a file knows.
    """

    header: Header
    facts: Mapping[str, Fact]
    calendars: Mapping[str, Calendar]
    parameters: Mapping[str, Parameter]
    tables: Mapping[str, Table]
    values: Mapping[str, Named]
    remedies: Mapping[str, Remedy]
    choices: tuple[Choice, ...]
    tests: tuple[Case, ...]
    names: Names

    def decision_sql(self, affected: str, key: str = "customer_id", stored: Mapping[str, str] | None = None) -> str:
        """A SELECT with one row per customer and remedy: customer_id, remedy, status, rule, minor, currency, basis,
        reason. `minor` is set for what is owed, and for what is on hold for approval. `affected` is a table name or a
        bracketed query."""
        return decision_sql(self, affected, key, stored or {})

    def full_sql(self, facts: str, key: str = "customer_id", stored: Mapping[str, str] | None = None) -> str:
        """The same with three columns more: also and shares (JSON; amounts as {"minor", "currency"}, numbers as exact
        text) and trace, a list of texts: what was met on the way, `rule late`, `share#row-2`, `cap`."""
        return full_sql(self, facts, key, stored or {})

    def amounts_sql(self, facts: str, key: str = "customer_id", stored: Mapping[str, str] | None = None) -> str:
        """The fastest form, without sentences: the key, remedy, status, rule, minor."""
        return amounts_sql(self, facts, key, stored or {})

    def worked_sql(self, asking: Remedy, facts: str, key: str = "customer_id") -> str:
        """What the further results of `asking`, a remedy without an amount, are worth, before rows are summed: a row
        for each row of a customer with customer_id, _row, rule, also (JSON, amounts exact) and trace."""
        return worked_sql(self, asking, facts, key)

    def gauges(self, remedy: str) -> list[Gauge]:
        """Where the remedy's amounts meet limits."""
        return gauges_of(self, self.remedies[remedy])

    def gauges_sql(self, remedy: str, facts: str, key: str = "customer_id") -> str:
        """Of each customer: customer_id, and gauges, a JSON list of `cap|12000|20000`: a gauge, the amount that met it
        and the limit, in exact smallest units; rows of the customer in order."""
        return gauges_sql(self, self.remedies[remedy], facts, key)

    def fact_types(self) -> dict[str, Type]:
        """What the relation must hold; the type of one value where there are several."""
        return {word: fact.type for word, fact in self.facts.items()}

    def facts_read(self, remedies: tuple[str, ...] = ()) -> list[str]:
        """The facts that these remedies read (all of them without a name), in the order of the policy."""
        wanted = [self.remedies[word] for word in remedies or self.remedies]
        read = self.names.closure(name for remedy in wanted for name in all_names(remedy))
        read |= {choice.take for choice in self.choices}
        return [word for word in self.facts if word in read]

    def is_unverified(self) -> bool:
        return self.header.confidence == "memory" or bool(self.header.unverified)


def parse_policy(file: YamlFile, columns: Mapping[str, Type] | None) -> tuple[Policy | None, list[Finding]]:
    """The policy, or None when anything blocks; findings have places. `file` must have passed its schema. `columns` are
    the scope's; None: the policy stands alone, and its `facts` are the columns."""
    at = Findings(file)
    header, facts = read_header(at), read_facts(at, columns)
    calendars = read_calendars(at, ("calendars",), file.value.get("calendars"))
    names = read_names(at, facts, calendars)
    remedies = {}
    for word, body in (file.value.get("remedies") or {}).items():
        remedy = read_remedy(names, word, body)
        if remedy is not None:
            remedies[word] = remedy
    nodes = names.nodes.values()
    policy = Policy(
        header=header,
        facts=facts,
        calendars=calendars,
        parameters={node.name: node for node in nodes if isinstance(node, Parameter)},
        tables={node.name: node for node in nodes if isinstance(node, Table)},
        values={node.name: node for node in nodes if isinstance(node, Named)},
        remedies=remedies,
        choices=_choices(at, facts, remedies),
        tests=_tests(at),
        names=names,
    )
    if not at.blocking:
        _check_size(at, policy)
    return (None if at.blocking else policy), at.found


def _check_size(at: Findings, policy: Policy) -> None:
    """Figures that only meet in the query may need too many digits together."""
    try:
        policy.full_sql("facts")
    except TooLarge:
        what = "The figures of a remedy need more than 128 bits together."
        at.add(("remedies",), "too-fine", what, "Give percentages, steps and divisors fewer digits.")


def _choices(at: Findings, facts: Mapping[str, Fact], remedies: Mapping[str, Remedy]) -> tuple[Choice, ...]:
    chosen: dict[str, str] = {}
    choices = []
    for index, body in enumerate(at.file.value.get("choose") or ()):
        path: Path = ("choose", index)
        for number, word in enumerate(body["of"]):
            if word not in (at.file.value.get("remedies") or {}):
                at.unknown((*path, "of", number), "unknown-remedy", "remedy", word, list(remedies))
            if word in chosen:
                what = f"The remedy '{word}' is chosen among twice."
                at.add((*path, "of", number), "double-choice", what, "Let each remedy stand in one choice, once.")
            chosen[word] = body["id"]
        take = body["take"]
        fact = facts.get(take)
        if take == "greatest" and len({remedies[word].currency for word in body["of"] if word in remedies}) > 1:
            what = "Amounts of different currencies have no greatest."
            at.add((*path, "take"), "mixed-currency", what, "Choose among remedies of one currency, or by a fact.")
        if take not in {"greatest", "first"} and (fact is None or fact.type != Type("text") or fact.each):
            known = ["greatest", "first", *(word for word, one in facts.items() if one.type == Type("text"))]
            at.unknown((*path, "take"), "unknown-column", "way to choose, nor text fact,", take, known)
        choices.append(Choice(body["id"], tuple(body["of"]), take, at.file.place(path)))
    return tuple(choices)


def _tests(at: Findings) -> tuple[Case, ...]:
    cases: list[Case] = []
    remedies, facts = at.file.value.get("remedies") or {}, at.file.value.get("facts") or {}
    for index, body in enumerate(at.file.value.get("tests") or ()):
        path: Path = ("tests", index)
        rows: list[Any] = body.get("rows") or []
        for word in body["expect"]:
            if word not in remedies:
                at.unknown((*path, "expect", word), "unknown-remedy", "remedy", word, list(remedies))
        named = [((*path, "facts", word), word) for word in body.get("facts") or {}]
        named += [((*path, "rows", number, word), word) for number, row in enumerate(rows) for word in row]
        for here, word in named:
            if facts and word not in facts:
                at.unknown(here, "unknown-column", "fact", word, list(facts))
        if body["name"] in {case.name for case in cases}:
            at.add(path, "double-test", f"Two tests are called '{body['name']}'.", "Give each its own name.")
        facts_, rows_ = body.get("facts") or {}, tuple(rows)
        if "like" in body:
            base = next((case for case in cases if case.name == body["like"]), None)
            if base is None:
                at.unknown((*path, "like"), "unknown-test", "earlier test", body["like"], [one.name for one in cases])
            else:
                facts_, rows_ = {**base.facts, **facts_}, rows_ or base.rows
        cases.append(Case(body["name"], facts_, rows_, body["expect"], at.file.place(path)))
    return tuple(cases)
