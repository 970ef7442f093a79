"""Customers from a file as typed facts: the columns a policy names, read exactly, or refused with line and reason.

What DuckDB has typed already (Parquet) is taken as it is; everything else goes through the rules of a scope.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from makegood.core.expressions_sql import NUMBER_DIGITS, name, quoted
from makegood.core.mapping import Column
from makegood.core.mapping_sql import key_sql, typed_sql
from makegood.core.policy_rules import Fact
from makegood.kit.columns import Columns
from makegood.kit.counting import counted
from makegood.kit.errors import BadInput, Finding, Place, refuse
from makegood.kit.money import exponent

KEY = "customer_id"
EMPTY_LIST = "[]"  # how a file or a test writes a list that is known to have nothing in it
_PARQUET = frozenset({".parquet", ".pq"})
_WHOLE = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_WORST = 3


@dataclass(frozen=True, slots=True)
class Customers:
    """Each of `relations` has the column `customer_id` (as in the file, or the number of the line) and every fact by
    its name, a fact of rows as a list; what cannot be read is missing there, and `fact?` has a sentence that says so.
    By relation there are the DuckDB types of such further columns, as `Policy` takes them. `rows` are those of the
    file; `found` says what cannot be read, and who stands in several rows. `named` is SQL of a customer's name over a
    relation with `customer_id` and `joined`."""

    relations: Mapping[str, Mapping[str, str]]
    rows: int
    keyed: bool
    found: tuple[Finding, ...] = ()
    named: str = f"{KEY}::VARCHAR"
    joined: str = ""


@dataclass(frozen=True, slots=True)
class _Typed:
    """SQL of a fact's value, and of a sentence where it cannot be read (None: it always can). `stored`: the type in
    which it stays as it came, for the policy to say so of a customer ("" for the fact's own)."""

    fact: Fact
    value: str
    problem: str | None
    remedy: str = ""
    stored: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A table as it was read: SQL of the customer's `key`, and (name, DuckDB type) of each column by its name in small
    letters. `place` says where a `_line` stands."""

    table: str
    key: str
    found: Mapping[str, tuple[str, str]]
    place: Callable[[int], Place]


def load_customers(
    columns: Columns, path: Path, facts: Mapping[str, Mapping[str, Fact]], *, key: str = "", by_line: bool = False
) -> Customers:
    """Makes a relation of each name in `facts`, with these facts. Reads `path` (Parquet, CSV, Excel). `key` names the
    column of the customer; "" is `customer_id` where there is one, else each line is a customer. `by_line`: each line
    is one, whatever its key, unless some facts are of rows. Parquet is not copied: its rows are read when they are
    decided.

    Raises `BadInput` for a file or a line that cannot be read, and for columns that are missing.
    """
    if path.suffix.lower() in _PARQUET:
        loaded = columns.view_parquet("given", path)
    else:
        loaded = columns.load_file("given", path)
        if loaded.rejected_count:
            raise _rejected(columns, path, loaded.rejected_count)
    found = {column.lower(): (column, kind) for column, kind in loaded.columns}
    for needed in facts.values():
        _check_columns(found, needed, path)
    if key and key.lower() not in found:
        known = ", ".join(column for column, _ in loaded.columns if column != "_line")
        raise BadInput(
            f"The file has no column '{key}'.", remedy=f"It has: {known}.", place=Place(str(path)), code="no-key"
        )
    keyed = found.get((key or KEY).lower())
    key_value = "_line" if keyed is None else name(keyed[0])
    if keyed is not None and keyed[1] not in _WHOLE:
        key_value = key_sql(key_value)
    grouped = any(fact.each for needed in facts.values() for fact in needed.values())
    lines = by_line and keyed is not None and not grouped
    source = Given("given", "_line" if lines else key_value, found, lambda line: Place(str(path), line))
    relations, unreadable = {}, dict[Finding, None]()
    for made, needed in facts.items():
        found_ = type_facts(columns, source, needed, made, grouped=grouped)
        stored = {word: _typed(needed[word], found).stored for word in found_}
        relations[made] = {word if kind else f"{word}?": kind or "VARCHAR" for word, kind in stored.items()}
        unreadable |= dict.fromkeys(one for one in found_.values() if one is not None)
    if keyed is not None and not grouped:
        unreadable |= dict.fromkeys(_doubles(columns, key_value, path))
    customers = Customers(relations, loaded.rows, keyed is not None, tuple(unreadable))
    if not lines:
        return customers
    joined = f"JOIN (SELECT _line, ({key_value})::VARCHAR AS _name FROM given) ON _line = {KEY}"
    return replace(customers, named="_name", joined=joined)


def type_facts(
    columns: Columns, given: Given, facts: Mapping[str, Fact], made: str, *, grouped: bool | None = None
) -> dict[str, Finding | None]:
    """Makes the relation `made`: `customer_id` and a column for each fact; one row a customer where `grouped` (None:
    where a fact is of rows), else one a line.

    Gives the facts in which there may be something that cannot be read, with what was found; they have a column
    `fact?`, or stay as they came. Without such facts the relation is a view.
    """
    grouped = any(fact.each for fact in facts.values()) if grouped is None else grouped
    typed = [_typed(fact, given.found) for fact in facts.values()]
    doubtful = [one for one in typed if one.problem is not None]
    parts = [f"{one.value} AS {name(one.fact.name)}" for one in typed]
    asked = [one for one in doubtful if not one.stored]
    parts += [f"{one.problem} AS {name(one.fact.name + '?')}" for one in asked]
    is_text = all(kind == "VARCHAR" for column, kind in given.found.values() if column != "_line")
    read = f"SELECT {', '.join([f'{given.key} AS {KEY}', '_line', *parts])} FROM {given.table}"
    columns.run(f"CREATE {'TABLE' if doubtful and is_text else 'VIEW'} {made}_read AS {read}")
    found = _problems(columns, f"{made}_read", doubtful, given.place)
    chosen = _by_customer(facts, [one.fact.name for one in asked], f"{made}_read", grouped=grouped)
    columns.run(f"CREATE {'TABLE' if grouped else 'VIEW'} {made} AS {chosen}")
    return found


def _by_customer(facts: Mapping[str, Fact], doubtful: Sequence[str], read: str, *, grouped: bool) -> str:
    """One row a line; or one row a customer, where facts that are not of rows are taken from the customer's first."""
    words = [*facts, *(f"{word}?" for word in doubtful)]
    if not grouped:
        return f"SELECT {', '.join([KEY, *(name(word) for word in words)])} FROM {read}"
    parts = []
    for word in words:
        many = facts[word.removesuffix("?")].each
        taken = "list({0} ORDER BY _line)" if many else "first({0} ORDER BY _line)"
        parts.append(f"{taken.format(name(word))} AS {name(word)}")
    return f"SELECT {', '.join([KEY, *parts])} FROM {read} GROUP BY {KEY} ORDER BY min(_line)"


def _typed(fact: Fact, found: Mapping[str, tuple[str, str]]) -> _Typed:
    column = found.get(fact.name)
    if column is None:
        return _Typed(fact, f"NULL::{_duck(fact)}", None)
    source, kind = name(column[0]), column[1]
    money = found.get(fact.type.currency[1:]) if fact.type.currency.startswith("@") else None
    currency = name(money[0]) if money else ""
    if not fact.type.many:
        return _one(fact, source, kind, currency)
    if kind.endswith("[]"):
        inner = _one(fact, "x", kind.removesuffix("[]"), currency)
        items = source
    else:
        inner = _one(fact, "x", "VARCHAR", currency)
        text = f"nullif(trim(({source})::VARCHAR), '')"
        split = f"list_transform(string_split({text}, ';'), lambda x: trim(x))"
        items = f"CASE WHEN {text} = '{EMPTY_LIST}' THEN []::VARCHAR[] WHEN {text} IS NOT NULL THEN {split} END"
    value = f"list_transform({items}, lambda x: {inner.value})"
    problem = None
    if inner.problem is not None:
        problem = f"list_filter(list_transform({items}, lambda x: {inner.problem}), lambda x: x IS NOT NULL)[1]"
    return _Typed(fact, value, problem, inner.remedy)


def _one(fact: Fact, source: str, kind: str, currency: str) -> _Typed:
    plain = _plain(fact, source, kind)
    if plain is not None:
        return plain
    if fact.type.kind == "money" and kind == "VARCHAR" and not fact.type.currency.startswith("@"):
        # The currency may stand before or behind the amount, as in a policy.
        code = re.escape(fact.type.currency)
        source = f"regexp_replace({source}, '^\\s*{code}\\s+|\\s+{code}\\s*$', '')"
    elif fact.type.kind == "money" and kind == "VARCHAR" and currency:
        # So it may with the currency that the row itself names; another one stays, and cannot be read.
        code, text = f"upper(trim(({currency})::VARCHAR))", f"trim({source})"
        before, behind = f"starts_with({text}, {code} || ' ')", f"ends_with({text}, ' ' || {code})"
        rest = f"length({text}) - length({code})"
        source = (
            f"(CASE WHEN {code} <> '' AND {before} THEN trim(right({text}, {rest}))"
            f" WHEN {code} <> '' AND {behind} THEN trim(left({text}, {rest})) ELSE {source} END)"
        )
    column = Column(fact.name, fact.type.kind, fact.name, "same", fact.place, fact.type.currency)
    rule = typed_sql(column, source, currency=currency)
    return _Typed(fact, rule.value, rule.problem, rule.remedy)


def _plain(fact: Fact, source: str, kind: str) -> _Typed | None:
    """What has the right type already; None where the text has to be read."""
    decimal = _DECIMAL.fullmatch(kind)
    wide, digits = (int(decimal[1]), int(decimal[2])) if decimal else (0, 0)
    match fact.type.kind:
        case "text" if kind == "VARCHAR":
            return _Typed(fact, f"nullif(trim({source}), '')", None)
        case "integer" if kind in _WHOLE:
            return _Typed(fact, f"{source}::BIGINT", None)
        case "integer" if kind == "DOUBLE" and not fact.type.many and not fact.each:
            return _whole_float(fact, source)
        case "boolean" if kind == "BOOLEAN":
            return _Typed(fact, source, None)
        case "date" if kind == "DATE":
            return _Typed(fact, source, None)
        case "instant" if kind == "TIMESTAMP WITH TIME ZONE":
            return _Typed(fact, f"make_timestamp(epoch_us({source}))", None)
        case "number" if kind in _WHOLE or (decimal and digits <= NUMBER_DIGITS and wide - digits <= 29):
            return _Typed(fact, f"{source}::DECIMAL(38,{NUMBER_DIGITS})", None)
        case "money" if not fact.type.currency.startswith("@"):
            return _amount(fact, source, kind, digits if decimal and wide <= 18 else None)
    return None


def _whole_float(fact: Fact, source: str) -> _Typed:
    """What pandas makes of whole numbers with gaps: nothing has to be read from text."""
    column = name(fact.name)
    odd = f"{column} IS NOT NULL AND coalesce(TRY_CAST({column} AS BIGINT) <> {column}, true)"
    says = quoted(f"' in column {fact.name} is not a whole number.")
    problem = f"CASE WHEN {odd} THEN '''' || {column}::VARCHAR || {says} END"
    return _Typed(fact, source, problem, "Write a whole number such as 17850.", "DOUBLE")


def _amount(fact: Fact, source: str, kind: str, digits: int | None) -> _Typed | None:
    places = exponent(fact.type.currency)
    if kind in _WHOLE - {"BIGINT"}:
        return _Typed(fact, f"({source}::BIGINT * {10**places})", None)
    if digits is None:
        return None
    if digits <= places:
        return _Typed(fact, f"({source}::DECIMAL(38,{digits}) * {10**places})::BIGINT", None)
    problem = (
        f"CASE WHEN {source} <> round({source}, {places}) THEN '''' || {source}::VARCHAR ||"
        f" ''' in column {fact.name} has more digits after the point than the currency.' END"
    )
    exact = f"({source}::DECIMAL(38,{digits}) * {10**places})::BIGINT"
    value = f"CASE WHEN {source} = round({source}, {places}) THEN {exact} END"
    return _Typed(fact, value, problem, "Round it to what can be paid.")


def _duck(fact: Fact) -> str:
    kinds = {
        "text": "VARCHAR", "integer": "BIGINT", "number": f"DECIMAL(38,{NUMBER_DIGITS})", "money": "BIGINT",
        "boolean": "BOOLEAN", "date": "DATE", "instant": "TIMESTAMP", "list": "VARCHAR",
    }  # fmt: skip
    return kinds[fact.type.kind] + ("[]" if fact.type.many else "")


def _check_columns(found: Mapping[str, tuple[str, str]], facts: Mapping[str, Fact], path: Path) -> None:
    missing = [fact for word, fact in facts.items() if word not in found and not fact.optional and fact.declared]
    if not missing:
        return
    known = ", ".join(column for column, _ in found.values() if column != "_line")
    findings = [
        Finding(
            "missing-column",
            f"The file has no column '{fact.name}', which the policy needs.",
            f"Add it, or give the fact optional: true. The file has: {known}.",
            place=Place(str(path)),
        )
        for fact in missing
    ]
    what = f"The file lacks {counted(len(missing), 'column')} that the policy needs."
    raise refuse(what, findings, remedy="Add what stands below.")


def _problems(
    columns: Columns, table: str, doubtful: Sequence[_Typed], place: Callable[[int], Place]
) -> dict[str, Finding | None]:
    if not doubtful:
        return {}
    sums = []
    for one in doubtful:
        problem = one.problem if one.stored else name(one.fact.name + "?")
        sums.append(f"count({problem}), arg_min({problem}, _line), min(_line) FILTER ({problem} IS NOT NULL)")
    row = columns.fetch(f"SELECT {', '.join(sums)} FROM {table}")[0]
    found: dict[str, Finding | None] = {}
    for index, one in enumerate(doubtful):
        count, what, line = row[3 * index : 3 * index + 3]
        found[one.fact.name] = None
        if count:
            where = place(int(str(line)))
            found[one.fact.name] = Finding(
                "unreadable-value", str(what), one.remedy, place=where, count=int(str(count)), level="advice"
            )
    return found


def _doubles(columns: Columns, key: str, path: Path) -> list[Finding]:
    """Customers who stand in several rows although no fact is of rows: each row is decided by itself. Where the key
    only grows from row to row, as in most exports, nothing has to be grouped by it."""
    back = f"SELECT count(*) FROM (SELECT {key} <= lag({key}) OVER () AS back FROM given) WHERE back IS NOT FALSE"
    if int(str(columns.fetch(back)[0][0])) <= 1:  # the first row, which has none before it
        return []
    many = f"SELECT {key} AS who, min(_line) AS line FROM given GROUP BY 1 HAVING count(*) > 1"
    count, who, line = columns.fetch(f"SELECT count(*), arg_min(who, line)::VARCHAR, min(line) FROM ({many})")[0]
    if not count:
        return []
    what = f"Customer '{who}' stands in several rows, and each was decided by itself."
    remedy = "Give facts that differ by row each: true, or merge the rows."
    place = Place(str(path), int(str(line)))
    return [Finding("double-customer", what, remedy, "advice", place, count=int(str(count)))]


def _rejected(columns: Columns, path: Path, count: int) -> BadInput:
    rows = columns.rejected("given")[:_WORST]
    findings = [
        Finding("unreadable-row", row.reason, "Correct the line.", place=Place(str(path), row.line)) for row in rows
    ]
    what = f"{counted(count, 'row')} of the file cannot be read; nothing was decided."
    return refuse(what, findings, remedy="Correct the lines; the first ones stand below.")
