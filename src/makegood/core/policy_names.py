"""Everything a policy names, in the order in which it can be worked out: parameters, tables and values.

Each is compiled with what stands before it. What needs itself, directly or through others, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any

from makegood.core.calendars import Calendar
from makegood.core.expressions import Expression, Known, Series, expected, parse_expression
from makegood.core.expressions_compiler import FOLLOWS
from makegood.core.expressions_sql import Mode, Type, Value, column_value, constant, name, quoted
from makegood.core.findings import Findings, Path
from makegood.core.names import check_plain_name
from makegood.core.policy_facts import spoken
from makegood.core.policy_figures import read_parameter
from makegood.core.policy_rules import Fact, Figure, Named, Parameter, Table
from makegood.core.policy_tables import read_table, table_keys

Node = Parameter | Table | Named
ROWS_COUNT = "rows_count()"
_QUOTED = re.compile(r"'[^']*'")
_WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?!\w|\s*\()")
_KINDS = {"parameters": "parameter", "tables": "table", "values": "value"}


@dataclass(slots=True)
class Names:
    """`nodes` are in order of dependence. `known` is what an expression may read; it grows while nodes are read."""

    at: Findings
    facts: Mapping[str, Fact]
    calendars: Mapping[str, Calendar]
    nodes: dict[str, Node] = field(default_factory=dict)
    known: Known = field(init=False)
    values: dict[str, Value] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.known = Known(
            columns={word: fact.type for word, fact in self.facts.items()},
            values=self.values,
            series=self.series,
            calendars={word: f"_cal_{word}_" for word in self.calendars},
            positive=frozenset(word for word, fact in self.facts.items() if _never_zero(fact)),
            limits={word: limits for word, fact in self.facts.items() if (limits := numerator_limits(fact))},
            failed=self.failed,
        )
        if any(fact.each for fact in self.facts.values()):
            self.values[ROWS_COUNT] = Value(Type("integer"), "_rows", low=1, high=2**31)

    def compile(self, path: Path, text: object, kind: str, mode: Mode = "half-up", own: str = "") -> Expression | None:
        """An expression of the named kind ("" for any); what is wrong with it is noted. `own` as in `Known`."""
        place = self.at.file.value_place(path)
        known = replace(self.known, own=own) if own else self.known
        found = parse_expression(str(text), known, place, mode=mode)
        if kind:
            found = expected(found, kind, place)
        if isinstance(found, Expression):
            return found
        if found.code != FOLLOWS:
            self.at.found.append(found)
        return None

    def lookup(self, word: str) -> Value | None:
        """What a cell of a table tests."""
        if word in self.facts:
            return column_value(word, self.facts[word].type, self.known.limits.get(word, (None, None)))
        return self.values.get(word)

    def called(self, word: str) -> tuple[str, str]:
        """How sentences call a fact or a node, and its unit."""
        fact, node = self.facts.get(word), self.nodes.get(self.owner(word))
        if fact is not None:
            return fact.words, fact.type.unit
        if isinstance(node, Named):
            return node.words or spoken(word), node.expression.type.unit
        return spoken(word), ""

    def owner(self, word: str) -> str:
        """The node behind a name: `restoration` behind `restoration.first`."""
        return self.owners.get(word, word)

    def needs(self, word: str) -> tuple[str, ...]:
        """What a node reads itself: facts and nodes."""
        node = self.nodes.get(word)
        if isinstance(node, Table):
            read: Iterable[str] = node.keys
        elif isinstance(node, Named):
            read = node.expression.names
        else:
            read = node.by.names if node is not None and node.by is not None else ()
        return tuple(dict.fromkeys(self.owner(one) for one in read if one != ROWS_COUNT))

    def closure(self, words: Iterable[str]) -> set[str]:
        """Facts and nodes that are read, directly or through others."""
        found: set[str] = set()
        open_ = [self.owner(word) for word in words]
        while open_:
            word = open_.pop()
            if word not in found and word != ROWS_COUNT:
                found.add(word)
                open_ += self.needs(word)
        return found


def read_names(at: Findings, facts: Mapping[str, Fact], calendars: Mapping[str, Calendar]) -> Names:
    names = Names(at, facts, calendars)
    bodies = dict(_bodies(at, facts, calendars))
    order = _ordered(at, bodies)
    names.failed.update(bodies.keys() - set(order))
    for word in order:
        section, body = bodies[word]
        node = _read(names, section, word, body)
        if node is None:
            names.failed.add(word)
        else:
            names.nodes[word] = node
            _add(names, node)
    return names


def _bodies(
    at: Findings, facts: Mapping[str, Fact], calendars: Mapping[str, Calendar]
) -> Iterator[tuple[str, tuple[str, Any]]]:
    taken = dict.fromkeys(facts, "fact") | dict.fromkeys(calendars, "calendar")
    for section, what in _KINDS.items():
        for word, body in (at.file.value.get(section) or {}).items():
            check_plain_name(at, (section, word), word, what)
            if word in taken:
                other = taken[word]
                at.add((section, word), "double-name", f"'{word}' is a {other} already.", "Give it a name of its own.")
                continue
            taken[word] = what
            yield word, (section, body)


def _ordered(at: Findings, bodies: Mapping[str, tuple[str, Any]]) -> list[str]:
    """Each after what it reads; circles are refused and left out."""
    reads = {word: [one for one in _reads(*body) if one in bodies] for word, body in bodies.items()}
    done: dict[str, None] = {}
    refused: set[str] = set()

    def visit(word: str, above: tuple[str, ...]) -> None:
        if word in done or word in refused:
            return
        if word in above:
            circle = [*above[above.index(word) :], word]
            told = " needs ".join(f"'{one}'" for one in circle)
            at.add((bodies[word][0], word), "circle", f"{told}: a circle.", "Work one of them out without the others.")
            refused.update(circle)
            return
        for one in reads[word]:
            visit(one, (*above, word))
        if word not in refused:
            done[word] = None

    for word in bodies:
        visit(word, ())
    return list(done)


def _reads(section: str, body: Any) -> list[str]:
    if section == "tables":
        return list(table_keys(body))
    text = body.get("is" if section == "values" else "by", "") if isinstance(body, dict) else body
    if section == "parameters" and not isinstance(body, dict):
        return []
    return [word.lower() for word in _WORD.findall(_QUOTED.sub(" ", str(text)))]


def _read(names: Names, section: str, word: str, body: Any) -> Node | None:
    at = names.at
    if section == "parameters":
        return read_parameter(at, word, body, names.compile)
    if section == "tables":
        for index, row in enumerate(body["rows"]):
            for key in (one for one in row if one in table_keys(body) and names.lookup(one) is None):
                if key.partition(".")[0] in names.failed:
                    return None
                known = [*names.facts, *names.values]
                at.unknown(("tables", word, "rows", index, key), "unknown-column", "fact or value", key, known)
                return None
        return read_table(at, word, body, names.lookup, names.called)
    path: Path = ("values", word, "is") if isinstance(body, dict) else ("values", word)
    expression = names.compile(path, body["is"] if isinstance(body, dict) else body, "")
    if expression is None:
        return None
    words = body.get("words", "") if isinstance(body, dict) else ""
    return Named(word, expression, words, at.file.place(("values", word)))


def _add(names: Names, node: Node) -> None:
    """Makes what a node gives readable."""
    if isinstance(node, Named):
        names.values[node.name] = _named_value(node)
    elif isinstance(node, Table):
        rows = [*node.rows, node.otherwise]
        for one, (field_, kind) in zip(node.names(), node.fields.items(), strict=True):
            figures = [row.give[field_] for row in rows if row.give is not None]
            names.values[one] = _figures_value(one, kind, figures)
            names.owners[one] = node.name
    elif node.value is not None:
        names.values[node.name] = figure_constant(node.value, node.type)
    else:
        figures = [figure for _, figure in node.points] + ([] if node.before is None else [node.before])
        if node.by is not None:
            names.values[node.name] = _figures_value(node.name, node.type, figures)
        if node.type.kind in {"integer", "number", "money"}:
            points = tuple((day, figure) for day, figure in node.points if isinstance(figure, Fraction))
            before = node.before if isinstance(node.before, Fraction) else None
            names.series[node.name] = Series(node.type, points, before)


def is_constant(node: Node) -> bool:
    """The same for every customer: written into the expressions that read it, with no column of its own."""
    if isinstance(node, Parameter):
        return node.value is not None
    return isinstance(node, Named) and node.expression.value.constant is not None


def _named_value(node: Named) -> Value:
    value = node.expression.value
    if value.constant is not None:
        return value
    den = value.den if isinstance(value.den, int) else name(node.name + "/")
    return replace(value, sql=name(node.name), den=den, literal=None, native="", fixed=False)


def _figures_value(column: str, kind: Type, figures: list[Figure]) -> Value:
    """A column of figures over their common denominator."""
    numbers = [figure for figure in figures if isinstance(figure, Fraction)]
    if kind.kind not in {"integer", "number", "money"} or not numbers:
        return Value(kind, name(column))
    den = figures_den(figures)
    tops = [int(number * den) for number in numbers]
    return Value(kind, name(column), den, low=min(tops), high=max(tops), nonzero=all(tops))


def figures_den(figures: Iterable[Figure]) -> int:
    return lcm(*(figure.denominator for figure in figures if isinstance(figure, Fraction)))


def figure_constant(figure: Figure, kind: Type) -> Value:
    if isinstance(figure, Fraction):
        return constant(figure, kind)
    return Value(kind, figure_sql(figure, 1), fixed=True)


def figure_sql(figure: Figure, den: int) -> str:
    """A figure as SQL; a number as the numerator over `den`."""
    if isinstance(figure, bool):
        return "true" if figure else "false"
    if isinstance(figure, Fraction):
        return f"{int(figure * den)}"
    if isinstance(figure, date):
        return f"DATE '{figure.isoformat()}'"
    return quoted(figure)


def numerator_limits(fact: Fact) -> tuple[int | None, int | None] | None:
    """Bounds of a fact's numerator: minor units of money, 10^9 of a number; None without limits."""
    if fact.type.kind not in {"integer", "number", "money"} or fact.type.many:
        return None
    factor = 10**9 if fact.type.kind == "number" else 1
    low, high = (
        None if end is None or not isinstance(end.value, Fraction) else end.value * factor
        for end in (fact.low, fact.high)
    )
    if low is None and high is None:
        return None
    return (None if low is None else -((-low) // 1), None if high is None else high // 1)


def _never_zero(fact: Fact) -> bool:
    low, high = fact.low, fact.high
    above = low is not None and isinstance(low.value, Fraction) and (low.value > 0 or (low.value == 0 and low.is_open))
    below = (
        high is not None and isinstance(high.value, Fraction) and (high.value < 0 or (high.value == 0 and high.is_open))
    )
    return above or below
