"""The first layers of a remedy's query: the customer's facts within their limits, then what is worked out from them.

A query is a nest of SELECTs; each layer adds columns to the one inside. Columns of a name `share`:

    "share"     its value: the numerator of a number      "share/"    the denominator, where it differs by row
    "share#"    which row or date counted                 "share?"    why there is no value, a sentence
    "share!"    there is none although nothing is missing: coalesce() and IS NULL must not take it for a gap

`_bad` says that a fact the remedy reads cannot be used, and which. Only what the remedy reads is worked out at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction

from makegood.core.expressions import Expression
from makegood.core.expressions_sql import NARROW, Value, name, quoted
from makegood.core.policy_names import ROWS_COUNT, Names, figure_sql, is_constant
from makegood.core.policy_rules import Fact, Figure, Limit, Parameter, Remedy

NUMERIC = frozenset({"integer", "number", "money"})
_FLOATS = frozenset({"DOUBLE", "FLOAT", "REAL"})
CANNOT = "It cannot be worked out: a number too large, a division by zero, or a date outside the calendar."


@dataclass(slots=True)
class Query:
    """One remedy's query under construction. `told` with sentences; `stored` as in `Policy`."""

    names: Names
    remedy: Remedy
    read: frozenset[str]
    told: bool
    key: str
    stored: Mapping[str, str]
    source: str
    takes: tuple[str, ...] = ()
    sure: dict[str, bool] = field(default_factory=dict)
    flagged: frozenset[str] = frozenset()
    has_bad: bool = False

    def layer(self, *columns: tuple[str, str], keep: str = "*") -> None:
        """Adds columns (name, SQL); none: no layer."""
        if columns:
            added = "".join(f", {sql} AS {alias}" for alias, sql in columns)
            self.source = f"(SELECT {keep}{added} FROM {self.source})"

    def settled(self, *expressions: Expression | None) -> bool:
        """Whether they have a value for every customer whose facts can be used."""
        given = [one for one in expressions if one is not None]
        return all(one.certain and all(self.is_sure(word) for word in one.names) for one in given)

    def is_sure(self, word: str) -> bool:
        return word == ROWS_COUNT or self.sure.get(self.names.owner(word), False)

    def sql(self, expression: Expression) -> str:
        """The expression, NULL where it would take an undefined value for a missing one."""
        return self.value(expression).sql

    def value(self, expression: Expression) -> Value:
        value = expression.value
        sql = value.sql
        marks = [name(self.names.owner(word) + "!") for word in expression.spared if self._is_flagged(word)]
        if marks:
            sql = f"(CASE WHEN {' OR '.join(marks)} THEN NULL ELSE {sql} END)"
        return value if sql == value.sql else replace(value, sql=sql, native="")

    def _is_flagged(self, word: str) -> bool:
        return self.names.owner(word) in self.flagged

    def why(self, word: str) -> str:
        """SQL text: why a name has no value, where it has none."""
        owner = self.names.owner(word)
        fact = self.names.facts.get(owner)
        if fact is not None:
            return name(owner + "?") if is_guarded(fact, self.stored) else quoted(no_value(fact))
        return name(owner + "?")

    def missing(self, *expressions: Expression | None) -> str:
        """SQL text: why one of these has no value; the names needed most come first."""
        words = dict.fromkeys(word for one in expressions if one is not None for word in one.names)
        arms = [
            f"WHEN {name(word)} IS NULL THEN {self.why(word)}"
            for word in words
            if word != ROWS_COUNT and self.has_column(word) and not self.is_sure(word)
        ]
        return f"(CASE {' '.join(arms)} ELSE {quoted(CANNOT)} END)" if arms else quoted(CANNOT)

    def has_column(self, word: str) -> bool:
        node = self.names.nodes.get(self.names.owner(word))
        if isinstance(node, Parameter):
            return node.by is not None
        return word in self.names.facts or (node is not None and not is_constant(node))


def no_value(fact: Fact) -> str:
    return f"There is no value in column {fact.name} for this customer."


def is_guarded(fact: Fact, stored: Mapping[str, str]) -> bool:
    """Whether a value there is may still not be used."""
    required = fact.declared and not fact.optional
    limited = bool(fact.low or fact.high or fact.one_of)
    return required or limited or fact.name + "?" in stored or stored.get(fact.name, "").upper() in _FLOATS


def lay_facts(query: Query) -> None:
    """The facts that are read, one row a customer (or a row of theirs), NULL where they cannot be used."""
    facts = [fact for word, fact in query.names.facts.items() if word in query.read]
    _lay_source(query, facts)
    columns, odd = [], []
    for fact in facts:
        usable, problems = _guard(query, fact)
        columns.append((name(fact.name), usable))
        query.sure[fact.name] = fact.declared and not fact.optional
        if query.told and is_guarded(fact, query.stored):
            columns.append((name(fact.name + "?"), f"(CASE {' '.join(problems)} ELSE {quoted(no_value(fact))} END)"))
    guarded = [fact for fact in facts if is_guarded(fact, query.stored)]
    carried = _carried(query)
    odd = [(name(f"{fact.name}=odd"), sql) for fact in guarded if fact.optional and (sql := _odd(query, fact))]
    if guarded or any(sql != alias for alias, sql in columns):
        query.layer(*columns, *odd, keep=carried)
    query.has_bad = bool(guarded)
    if not guarded:
        return
    if query.told:
        arms = []
        for fact in guarded:
            test = f"{name(fact.name)} IS NULL" if not fact.optional else name(f"{fact.name}=odd")
            if not (fact.optional and not _odd(query, fact)):
                arms.append(f"WHEN {test} THEN {name(fact.name + '?')}")
        query.layer(("_bad", f"CASE {' '.join(arms)} END" if arms else "NULL::VARCHAR"))
    else:
        tests = [f"{name(fact.name)} IS NULL" for fact in guarded if not fact.optional] + [alias for alias, _ in odd]
        query.layer(("_bad", f"({' OR '.join(tests)})" if tests else "false"))


def _carried(query: Query) -> str:
    words = ["customer_id", *(f"_cal_{word}_{part}" for word in _calendars(query) for part in _PARTS)]
    return ", ".join([*words, *(["_row", "_rows"] if query.remedy.rows else [])])


_PARTS = ("days", "ordinals", "first")


def _lay_source(query: Query, facts: list[Fact]) -> None:
    """The columns that are read, each row of a customer by itself where the remedy has rows, and the calendars."""
    each = [word for word, fact in query.names.facts.items() if fact.each] if query.remedy.rows else []
    read = [fact.name for fact in facts]
    problems = [word for word in read if f"{word}?" in query.stored]
    plain = "".join(f", {name(word)}" for word in dict.fromkeys([*read, *each]))
    plain += "".join(f", {name(word + '?')} AS {name(word + '?=why')}" for word in problems)
    plain += "".join(f", _cal_{word}_{part}" for word in _calendars(query) for part in _PARTS)
    calendars = "".join(f" CROSS JOIN {_calendar(query, word)}" for word in _calendars(query))
    query.source = f"(SELECT {name(query.key)} AS customer_id{plain} FROM {query.source} AS _a{calendars})"
    if not each:
        return
    lengths = ", ".join(f"coalesce(len({name(word)}), 0)" for word in each)
    query.layer(("_rows", f"greatest({lengths}, 0)::BIGINT"))
    query.layer(("_row", "unnest(range(1, greatest(_rows, 1) + 1))"))
    lists = [*each, *(f"{word}?=why" for word in problems if word in each)]
    others = f"* EXCLUDE ({', '.join(name(word) for word in lists)})"
    query.layer(*((name(word), f"list_extract({name(word)}, _row)") for word in lists), keep=others)


def _calendars(query: Query) -> list[str]:
    """The calendars that the remedy's expressions use: their SQL says so."""
    return [word for word in query.names.calendars if f"calendar:{word}" in query.read]


def _calendar(query: Query, word: str) -> str:
    columns = ", ".join(f"{part} AS _cal_{word}_{part}" for part in _PARTS)
    return f"(SELECT {columns} FROM ({query.names.calendars[word].sql()}))"


def _guard(query: Query, fact: Fact) -> tuple[str, list[str]]:
    """The value where it can be used, and the arms of a CASE that say what is wrong with it."""
    raw, arms = name(fact.name), []
    if fact.name + "?" in query.stored:
        known = name(fact.name + "?=why")
        arms.append(f"WHEN {known} IS NOT NULL THEN {known}")
    typed = _typed(query, fact)
    if typed != raw:
        what = quoted(f"The value of {fact.words} is not {'a number' if fact.type.kind != 'money' else 'an amount'}.")
        arms.append(f"WHEN {raw} IS NOT NULL AND {typed} IS NULL THEN {what}")
    good = _within(fact, typed)
    if not good:
        return typed, arms or ["WHEN false THEN NULL::VARCHAR"]
    arms.append(f"WHEN {raw} IS NOT NULL THEN {quoted(_limits_told(fact))}")
    return f"(CASE WHEN {good} THEN {typed} END)", arms


def _typed(query: Query, fact: Fact) -> str:
    """A float is read only where it is a number; what is not whole is no integer."""
    raw = name(fact.name)
    if query.stored.get(fact.name, "").upper() not in _FLOATS or fact.type.many:
        return raw
    if fact.type.kind == "number":
        return f"(CASE WHEN abs({raw}) < 1e18 THEN {raw}::DECIMAL(38,9) END)"
    return f"(CASE WHEN abs({raw}) < 9e15 AND {raw} = floor({raw}) THEN {raw}::BIGINT END)"


def _odd(query: Query, fact: Fact) -> str:
    """Whether there is a value and it cannot be used; "" where that cannot be."""
    raw, typed = name(fact.name), _typed(query, fact)
    good = _within(fact, typed)
    parts = [f"{name(fact.name + '?=why')} IS NOT NULL"] if fact.name + "?" in query.stored else []
    if good and typed == raw:
        parts.append(f"coalesce(NOT {good}, false)")
    elif good or typed != raw:
        usable = f"(CASE WHEN {good} THEN {typed} END)" if good else typed
        parts.append(f"({raw} IS NOT NULL AND {usable} IS NULL)")
    return " OR ".join(parts)


def _within(fact: Fact, value: str) -> str:
    """SQL condition that a value is within its limits; "" without limits."""
    if fact.type.many:
        one = _within(replace(fact, type=replace(fact.type, many=False)), "x")
        return f"(len(list_filter({value}, lambda x: NOT {one})) = 0)" if one else ""
    parts = []
    for limit, closed, open_ in ((fact.low, ">=", ">"), (fact.high, "<=", "<")):
        if limit is not None:
            parts.append(f"{value} {open_ if limit.is_open else closed} {_limit_sql(limit)}")
    if fact.one_of:
        parts.append(f"{value} IN ({', '.join(quoted(one) for one in fact.one_of)})")
    return f"({' AND '.join(parts)})" if parts else ""


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


def typed_figure(figure: Figure | None, den: int) -> str:
    """A figure as SQL of its column's type, a number as the numerator over `den`; NULL for none."""
    if figure is None:
        return "NULL"
    sql = figure_sql(figure, den)
    if not isinstance(figure, Fraction):
        return sql
    return f"{sql}::{'BIGINT' if abs(int(sql)) <= NARROW else 'HUGEINT'}"
