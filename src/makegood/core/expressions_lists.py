"""Functions of a fact that holds several values. Missing values in it are not counted; a missing list is missing."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from makegood.core.expressions_cells import parse_cell
from makegood.core.expressions_compiler import AMOUNTS, ORDERED, Compiler, Function, shown
from makegood.core.expressions_sql import HUGE, NUMBER_DIGITS, Type, Value, bound, column_value, number_value
from makegood.kit.errors import Finding, Place

Args = list[exp.Expression]
COUNT = Type("integer")
MOST = 2**32
_ONE = "_one"


def list_of(at: Compiler, node: exp.Expression, kinds: frozenset[str] | None = None) -> Value:
    value = at.compile(node)
    if not value.type.many or (kinds is not None and value.type.kind not in kinds):
        wanted = "a fact with list: true" + (f" of {' or '.join(sorted(kinds))}" if kinds else "")
        raise at.refuse(node, "expression-type", f"{value.type} stands where {wanted} is needed.", "Name such a fact.")
    return value


def _count(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    return _counted(list_of(at, args[0]))


def _counted(value: Value) -> Value:
    return Value(COUNT, f"(CASE WHEN {value.sql} IS NOT NULL THEN list_count({value.sql}) END)", low=0, high=MOST)


def _sum(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    return _summed(list_of(at, args[0], AMOUNTS))


def _summed(value: Value) -> Value:
    """The sum of none is zero. DuckDB sums BIGINT as HUGEINT, and DECIMAL exactly; one huge number makes it missing."""
    kind, word = replace(value.type, many=False), value.sql
    total = f"coalesce(list_sum({word}), 0)"
    if kind.kind != "number":
        return Value(
            kind, f"(CASE WHEN {word} IS NOT NULL THEN {total}::HUGEINT END)", low=-MOST * 2**63, high=MOST * 2**63
        )
    calm = f"coalesce(greatest(list_max({word}), -list_min({word})), 0) <= {HUGE}"
    return number_value(f"(CASE WHEN {word} IS NOT NULL AND {calm} THEN {total} END)", kind)


def _mean(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    value = list_of(at, args[0], AMOUNTS)
    total = _summed(value)
    count = f"nullif(list_count({value.sql}), 0)"
    kind = total.type if total.type.kind == "money" else replace(total.type, kind="number")
    den = count if total.den == 1 else f"({count}::HUGEINT * {10**NUMBER_DIGITS})"
    sql = f"(CASE WHEN list_count({value.sql}) > 0 THEN {total.sql} END)"
    return replace(total, type=kind, sql=sql, den=den, den_high=MOST * 10**NUMBER_DIGITS, native="")


def _extreme(at: Compiler, node: exp.Expression, args: Args) -> Value:
    value = list_of(at, args[0], ORDERED)
    word = "list_min" if node.name.lower().startswith("list_min") else "list_max"
    kind = replace(value.type, many=False)
    sql = f"{word}({value.sql})"
    return number_value(sql, kind) if kind.kind == "number" else replace(column_value("x", kind), sql=sql)


def _count_where(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    value = list_of(at, args[0])
    kind = replace(value.type, many=False)
    if not (isinstance(args[1], exp.Literal) and args[1].is_string):
        return _count_holding(at, value, args[0].name.lower(), args[1])
    cell = parse_cell(args[1].this, kind, Place(""))
    if isinstance(cell, Finding):
        raise at.refuse(args[1], cell.code, cell.what, cell.remedy)
    if cell.missing:
        what = "Missing values in a list are not counted."
        raise at.refuse(args[1], "bad-cell", what, "Compare with a value, or write any.")
    held = cell.condition(column_value("_one", kind))
    found = f"len(list_filter({value.sql}, lambda _one: _one IS NOT NULL AND {held.sql}))"
    return Value(COUNT, found, low=0, high=MOST)


def _count_holding(at: Compiler, value: Value, word: str, node: exp.Expression) -> Value:
    """A condition in which the list's own name stands for one of its values. One that is neither true nor false of a
    value makes the count missing."""
    before, one = at.known, column_value(_ONE, replace(value.type, many=False))
    columns = {other: kind for other, kind in before.columns.items() if other != word}
    at.known = replace(before, columns=columns, values={**before.values, word: one})
    try:
        held = at.condition(node)
    finally:
        at.known = before
    if f'"{_ONE}"' not in held.sql:
        what = f"'{shown(node)}' asks nothing of the values of {word}."
        raise at.refuse(node, "bad-cell", what, f"In the condition {word} stands for one value: {word} > 3.")
    there = f"list_filter({value.sql}, lambda {_ONE}: {_ONE} IS NOT NULL)"
    found = f"list_transform({there}, lambda {_ONE}: {held.sql})"

    def counted(answers: str) -> str:
        known = f"len(list_filter({answers}, lambda _held: _held IS NULL)) = 0"
        return f"(CASE WHEN {known} THEN len(list_filter({answers}, lambda _held: _held)) END)"

    return Value(COUNT, bound(found, counted), low=0, high=MOST)


FUNCTIONS: dict[str, Function] = {
    "list_count": Function(_count, "list_count(list)", 1),
    "list_sum": Function(_sum, "list_sum(list)", 1),
    "list_mean": Function(_mean, "list_mean(list)", 1),
    "list_min": Function(_extreme, "list_min(list)", 1),
    "list_max": Function(_extreme, "list_max(list)", 1),
    "list_count_where": Function(
        _count_where, "list_count_where(list, '>= 0.5') or list_count_where(list, list > other)", 2
    ),
}
