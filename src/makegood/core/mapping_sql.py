"""DuckDB SQL that reads what a source holds into typed columns, and merges several rows of one customer.

Nothing unreadable passes silently: beside each value stands the reason why it could not be read (NULL where it could).
Empty text is a missing value, not a problem. No value goes through a DOUBLE on its way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from babel.core import get_global

from makegood.core.expressions_sql import name, quoted
from makegood.core.mapping import Column
from makegood.core.policy_words import exponent_sql
from makegood.kit.money import exponent

_DATED = "('DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS')"
_ISO_DATE = r"^(\d{4}-\d{2}-\d{2})(?:[ T]00:00:00(?:\.0*)?)?$"
_ISO_INSTANT = r"^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?$"


@dataclass(frozen=True, slots=True)
class TypedSql:
    """`value` has the column's DuckDB type (NULL for missing or unreadable); `problem` is a sentence or NULL;
    `remedy` says what to do about any problem of this column."""

    value: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class MergeSql:
    """Aggregates over the typed rows of one customer; `problem` is a sentence or NULL."""

    value: str
    problem: str


def key_sql(source: str) -> str:
    """A customer key as text: trimmed, empty is NULL, and 17850.0 from a spreadsheet's number is `17850`."""
    text = f"nullif(trim(({source})::VARCHAR), '')"
    return (
        f"CASE WHEN typeof({source}) IN ('DOUBLE', 'FLOAT') AND ends_with({text}, '.0')"
        f" THEN left({text}, length({text}) - 2) ELSE {text} END"
    )


def typed_sql(column: Column, source: str, *, currency: str = "") -> TypedSql:
    """`source` is SQL of any DuckDB type. `currency` is SQL text of the currency where the column names none itself
    (`currency_column`): the source expression of that column."""
    text = f"nullif(trim(({source})::VARCHAR), '')"
    rule = _RULES[column.kind]
    typed = rule(column, source, text, currency)
    shown = f"left(replace({text}, chr(10), ' '), 40)"
    problem = (
        f"CASE WHEN {text} IS NULL THEN NULL {typed.problem} WHEN ({typed.value}) IS NULL"
        f" THEN '''' || {shown} || ''' in column {column.name} is not {_A[column.kind]}.' END"
    )
    return TypedSql(typed.value, problem, typed.remedy)


def _text(_column: Column, _source: str, text: str, _currency: str) -> TypedSql:
    return TypedSql(text, "", "Write text.")


def _integer(_column: Column, _source: str, text: str, _currency: str) -> TypedSql:
    digits = f"regexp_extract({text}, '^\\+?(-?\\d{{1,18}})(?:\\.0*)?$', 1)"
    return TypedSql(f"TRY_CAST(nullif({digits}, '') AS BIGINT)", "", "Write a whole number such as 17850.")


def _number(_column: Column, _source: str, text: str, _currency: str) -> TypedSql:
    plain = f"regexp_matches({text}, '^[+-]?\\d{{1,18}}(\\.\\d{{1,9}}0*)?$')"
    value = f"CASE WHEN {plain} THEN TRY_CAST({text} AS DECIMAL(38,9)) END"
    remedy = "Write digits and one point with at most 9 digits after it, such as 12.5."
    return TypedSql(value, "", remedy)


def _money(column: Column, _source: str, text: str, currency: str) -> TypedSql:
    by_column = column.currency.startswith("@")
    code = f"upper(trim(({currency})::VARCHAR))"
    places = exponent_sql(code) if by_column else str(exponent(column.currency))
    pattern = "'^([+-]?)(\\d{1,15})(?:\\.(\\d+))?$'"
    sign, whole, part = (f"regexp_extract({text}, {pattern}, {group})" for group in (1, 2, 3))
    fits = f"regexp_matches({text}, {pattern}) AND length(rtrim({part}, '0')) <= {places}"
    minor = f"(CASE WHEN {sign} = '-' THEN '-' ELSE '' END || {whole} || left(rpad({part}, 9, '0'), {places}))"
    shown = f"'''' || left({text}, 40) || '''"
    problems = (
        f" WHEN contains({text}, ',') THEN {shown} in column {column.name} has a thousands separator or a comma.'"
        f" WHEN regexp_matches({text}, {pattern}) AND length(rtrim({part}, '0')) > {places} THEN"
        f" {shown} in column {column.name} has more digits after the point than the currency.'"
    )
    if by_column:
        known = ", ".join(quoted(one) for one in sorted(get_global("all_currencies")))
        fits += f" AND {code} IN ({known})"
        what = f" THEN 'Column {column.name} has an amount, but column {column.currency[1:]} names no currency.'"
        problems = f" WHEN coalesce({code}, '') NOT IN ({known}){what}" + problems
    remedy = "Write digits and one point, no thousands separator and no sign of a currency: 1234.50."
    return TypedSql(f"CASE WHEN {fits} THEN TRY_CAST({minor} AS BIGINT) END", problems, remedy)


def _date(column: Column, source: str, text: str, _currency: str) -> TypedSql:
    day = f"regexp_extract({text}, {quoted(_ISO_DATE)}, 1)"
    iso = f"TRY_CAST(nullif({day}, '') AS DATE)"
    if not column.format:
        return TypedSql(iso, "", "Write the date as 2026-01-31, or declare `format:` in scope.yaml.")
    read = f"try_strptime({text}, {quoted(column.format)})::DATE"
    value = f"CASE WHEN typeof({source}) IN {_DATED} THEN {iso} ELSE {read} END"
    return TypedSql(value, "", f"Write the date in the declared format {column.format}.")


def _instant(column: Column, source: str, text: str, _currency: str) -> TypedSql:
    pattern = quoted(_ISO_INSTANT)
    day, clock, zone = (f"regexp_extract({text}, {pattern}, {group})" for group in (1, 2, 3))
    local = f"TRY_CAST(nullif({day} || ' ' || {clock}, ' ') AS TIMESTAMP)"
    if column.format:
        formatted = f"try_strptime({text}, {quoted(column.format)})"
        local = f"CASE WHEN typeof({source}) IN {_DATED} THEN {local} ELSE {formatted} END"
    offset = (
        f"CASE WHEN upper({zone}) = 'Z' THEN 0 ELSE (CASE WHEN left({zone}, 1) = '-' THEN -1 ELSE 1 END)"
        f" * (TRY_CAST(substr({zone}, 2, 2) AS BIGINT) * 60 + coalesce(TRY_CAST(right({zone}, 2) AS BIGINT)"
        f" * (length({zone}) > 3)::BIGINT, 0)) END"
    )
    exact = f"({local}) - to_minutes({offset})"
    remedy = "Write date, time and zone: 2026-01-31T09:00:00+01:00."
    if not column.zone:
        missing = f" WHEN {zone} = '' AND ({local}) IS NOT NULL THEN 'Column {column.name} has a time without a zone.'"
        value = f"CASE WHEN {zone} <> '' THEN {exact} END"
        return TypedSql(value, missing, f"{remedy} Or declare `zone:` in scope.yaml.")
    walled = f"(timezone({quoted(column.zone)}, {local}) AT TIME ZONE 'UTC')"
    return TypedSql(f"CASE WHEN {zone} <> '' THEN {exact} ELSE {walled} END", "", remedy)


def _boolean(column: Column, _source: str, text: str, _currency: str) -> TypedSql:
    yes, no = (", ".join(quoted(one) for one in values) for values in (column.true_values, column.false_values))
    plain = f"regexp_replace(lower({text}), '^([01])\\.0$', '\\1')"
    value = f"CASE WHEN {plain} IN ({yes}) THEN true WHEN {plain} IN ({no}) THEN false END"
    remedy = f"Write one of {', '.join((*column.true_values, *column.false_values))}."
    return TypedSql(value, "", remedy)


_RULES: dict[str, Callable[[Column, str, str, str], TypedSql]] = {
    "text": _text, "integer": _integer, "number": _number, "money": _money, "date": _date, "instant": _instant,
    "boolean": _boolean,
}  # fmt: skip
_A = {
    "text": "text", "integer": "a whole number", "number": "a plain number", "money": "an amount of money",
    "date": "a date", "instant": "a date and time with its zone", "boolean": "yes or no",
}  # fmt: skip


def merge_sql(column: Column, *, value: str = "", order: str = "_line") -> MergeSql:
    """Aggregates over `value` (default: the column's own name, already typed) grouped by customer. `order` is SQL
    that says which row came first.

    A missing value in any row makes `sum` missing (never a silent zero) and leaves `any` and `all` open unless the
    other rows settle it; `same`, `first`, `min`, `max` and `list` look at the values there are. `each` keeps a place
    for every row, missing or not.
    """
    one = value or name(column.name)
    told = f"count({one}) = count(*)"
    if column.merge == "same":
        disagree = quoted(f"The rows of this customer do not agree about {column.name}.")
        return MergeSql(f"min({one})", f"CASE WHEN count(DISTINCT {one}) > 1 THEN {disagree} END")
    if column.merge == "sum":
        if column.kind == "number":
            return MergeSql(f"CASE WHEN {told} THEN sum({one}) END", "NULL::VARCHAR")
        total = f"TRY_CAST(sum({one}) AS BIGINT)"
        large = quoted(f"The sum of {column.name} is too large.")
        problem = f"CASE WHEN {told} AND {total} IS NULL THEN {large} END"
        return MergeSql(f"CASE WHEN {told} THEN {total} END", problem)
    values = {
        "first": f"arg_min({one}, {order})",
        "min": f"min({one})",
        "max": f"max({one})",
        "any": f"CASE WHEN bool_or({one}) THEN true WHEN {told} THEN false END",
        "all": f"CASE WHEN NOT bool_and({one}) THEN false WHEN {told} THEN true END",
        "list": f"string_agg(DISTINCT {one}, '; ' ORDER BY {one})",
        "each": f"list({one} ORDER BY {order})",
    }
    return MergeSql(values[column.merge], "NULL::VARCHAR")
