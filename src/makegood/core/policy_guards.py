"""The innermost layers: the facts that a remedy reads, in their types, and what must hold before any rule is looked at.

Nothing is tested twice, and what is only compared is left as it came: over millions of rows each test is felt. A fact
that goes into arithmetic is NULL outside of its limits: the arithmetic is only as wide as they allow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from makegood.core.expressions import Expression
from makegood.core.expressions_sql import name, quoted
from makegood.core.policy_layers import Query, no_value
from makegood.core.policy_reads import of_amount, of_conditions, of_end, of_limits, of_op
from makegood.core.policy_rules import Fact, Limit, Named, Parameter

_FLOATS = frozenset({"DOUBLE", "FLOAT", "REAL"})
_ARITHMETIC = re.compile(r" [-+*%] | // |\(-|::HUGEINT|::BIGINT")
_PARTS = ("days", "ordinals", "first")


def lay_facts(query: Query) -> None:
    """The facts that are read, one row a customer, or a row of theirs where the remedy has rows."""
    facts = [fact for word, fact in query.names.facts.items() if word in query.read]
    _lay_source(query, facts)
    worked = _worked(query)
    columns: dict[str, str] = {}
    for fact in facts:
        query.sure[fact.name] = fact.declared and not fact.optional
        if fact.name in query.takes and fact.name not in query.decides:
            # Asked only where something is owed, by the choice itself.
            if (usable := _usable(query, fact, True)) != name(fact.name):
                columns[fact.name] = usable
            continue
        usable = _usable(query, fact, fact.name in worked)
        if usable != name(fact.name):
            columns[fact.name] = usable
        _guard(query, fact, fact.name in columns)
    if columns:
        raw = [(name(word + "=raw"), name(word)) for word in columns]
        query.layer(*((name(word), sql) for word, sql in columns.items()), *raw, keep=_kept(columns))


def _kept(columns: Iterable[str]) -> str:
    return f"* EXCLUDE ({', '.join(name(word) for word in columns)})"


def _usable(query: Query, fact: Fact, is_worked: bool) -> str:
    """The fact in its type; NULL where it is none, or must not be worked with."""
    value = name(fact.name)
    if is_float(query, fact):
        value = f"TRY_CAST({value} AS {'DECIMAL(38,9)' if fact.type.kind == 'number' else 'BIGINT'})"
    good = within(fact, value) if is_worked else ""
    return f"(CASE WHEN {good} THEN {value} END)" if good else value


def is_float(query: Query, fact: Fact) -> bool:
    return query.stored.get(fact.name, "").upper() in _FLOATS and not fact.type.many


def _guard(query: Query, fact: Fact, is_changed: bool) -> None:
    """What must hold of the fact, and what is said where it does not. For one that may be missing, what must not."""
    value, raw = name(fact.name), name(fact.name + "=raw") if is_changed else name(fact.name)
    tests: list[tuple[str, str, str]] = []  # what holds of a good value, what of a bad one, and the sentence
    if is_float(query, fact):
        exact = f"{value} = {raw}" if fact.type.kind == "integer" else f"{value} IS NOT NULL"
        what = f"The value of {fact.words} is not a {'whole ' if fact.type.kind == 'integer' else ''}number."
        tests.append((exact, f"{raw} IS NOT NULL AND coalesce(NOT ({exact}), true)", what))
    if limits := within(fact, value):
        outside = f"{raw} IS NOT NULL AND {value} IS NULL" if is_changed else ""
        outside = " OR ".join(one for one in (outside, beyond(fact, value)) if one)
        tests.append((limits, outside, _limits_told(fact)))
    if fact.name + "?" in query.stored:
        known = name(fact.name + "?=why")
        query.off.append(f"{known} IS NOT NULL")
        query.bad.append((f"{known} IS NOT NULL", known))
    if fact.declared and not fact.optional:
        query.good += [good for good, _, _ in tests] or [f"{value} IS NOT NULL"]
        query.bad.append((f"{raw} IS NULL", quoted(no_value(fact))))
    else:
        query.off += [off for _, off, _ in tests]
    query.bad += [(off, quoted(sentence)) for _, off, sentence in tests]


def bad_sql(query: Query) -> str:
    """SQL text: what is wrong with the facts of a customer for whom `good` does not hold."""
    return f"CASE {' '.join(f'WHEN {test} THEN {sentence}' for test, sentence in query.bad)} END"


def _worked(query: Query) -> set[str]:
    """Facts that may go into arithmetic before it is known that all facts are good: those of every number, which is
    brought to a denominator where it meets another, and of conditions that work something out."""
    remedy = query.remedy
    found: list[Expression] = [*of_conditions(remedy), *of_end(remedy), *of_limits(remedy)]
    for rule in remedy.rules:
        found += of_amount(rule.amount)
    for op in remedy.order:
        found += of_op(remedy, op)
    for word, node in query.names.nodes.items():
        if word in query.read and isinstance(node, Named):
            found.append(node.expression)
        elif word in query.read and isinstance(node, Parameter) and node.by is not None:
            found.append(node.by)
    return {word for one in found if one.value.numeric or _ARITHMETIC.search(one.sql) for word in one.columns}


def _lay_source(query: Query, facts: list[Fact]) -> None:
    """The columns that are read, each row of a customer by itself where the remedy has rows, and the calendars."""
    each = [word for word, fact in query.names.facts.items() if fact.each] if query.remedy.rows else []
    read = [fact.name for fact in facts]
    problems = [word for word in read if f"{word}?" in query.stored]
    plain = "".join(f", {name(word)}" for word in dict.fromkeys([*read, *each]))
    plain += "".join(f", {name(word + '?')} AS {name(word + '?=why')}" for word in problems)
    plain += "".join(f", _cal_{word}_{part}" for word in calendars_read(query) for part in _PARTS)
    calendars = "".join(f" CROSS JOIN {_calendar(query, word)}" for word in calendars_read(query))
    query.source = f"(SELECT {name(query.key)} AS customer_id{plain} FROM {query.source} AS _a{calendars})"
    if not each:
        return
    lengths = ", ".join(f"coalesce(len({name(word)}), 0)" for word in each)
    query.layer(("_rows", f"greatest({lengths}, 0)::BIGINT"))
    query.layer(("_row", "unnest(range(1, greatest(_rows, 1) + 1))"))
    lists = [*each, *(f"{word}?=why" for word in problems if word in each)]
    query.layer(*((name(word), f"list_extract({name(word)}, _row)") for word in lists), keep=_kept(lists))


def calendars_read(query: Query) -> list[str]:
    return [word for word in query.names.calendars if f"calendar:{word}" in query.read]


def _calendar(query: Query, word: str) -> str:
    columns = ", ".join(f"{part} AS _cal_{word}_{part}" for part in _PARTS)
    return f"(SELECT {columns} FROM ({query.names.calendars[word].sql()}))"


def within(fact: Fact, value: str) -> str:
    """SQL condition that a value is within its limits; "" without limits."""
    if fact.type.many:
        one = within(replace(fact, type=replace(fact.type, many=False)), "x")
        return f"(len(list_filter({value}, lambda x: NOT {one})) = 0)" if one else ""
    parts = []
    for limit, closed, open_ in ((fact.low, ">=", ">"), (fact.high, "<=", "<")):
        if limit is not None:
            parts.append(f"{value} {open_ if limit.is_open else closed} {_limit_sql(limit)}")
    if fact.one_of:
        parts.append(f"{value} IN ({', '.join(quoted(one) for one in fact.one_of)})")
    return f"({' AND '.join(parts)})" if parts else ""


def beyond(fact: Fact, value: str) -> str:
    """SQL condition that a value is outside of its limits; neither true nor false for a missing one."""
    if fact.type.many:
        return f"NOT {within(fact, value)}"
    parts = []
    for limit, closed, open_ in ((fact.low, "<", "<="), (fact.high, ">", ">=")):
        if limit is not None:
            parts.append(f"{value} {open_ if limit.is_open else closed} {_limit_sql(limit)}")
    if fact.one_of:
        parts.append(f"{value} NOT IN ({', '.join(quoted(one) for one in fact.one_of)})")
    return " OR ".join(parts)


def _limit_sql(limit: Limit) -> str:
    if isinstance(limit.value, datetime):
        return f"TIMESTAMP '{limit.value.isoformat(sep=' ')}'"
    if isinstance(limit.value, date):
        return f"DATE '{limit.value.isoformat()}'"
    return decimal_text(limit.value)


def decimal_text(number: Fraction) -> str:
    """Exact digits of a fraction that has them (its denominator divides a power of ten), at most 18 after the point."""
    digits = 0
    while (number * 10**digits).denominator != 1 and digits < 18:
        digits += 1
    whole = int(number * 10**digits)
    text = str(abs(whole)).zfill(digits + 1)
    cut = f"{text[: len(text) - digits]}.{text[len(text) - digits :]}" if digits else text
    return f"-{cut}" if whole < 0 else cut


def _limits_told(fact: Fact) -> str:
    if fact.one_of:
        return f"The value of {fact.words} is none of those the policy knows."
    return f"The value of {fact.words} is outside of what the policy knows."
