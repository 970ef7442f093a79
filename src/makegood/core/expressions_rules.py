"""The white list of operators: one rule for each kind of SQL node that is allowed, with its types."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction

from sqlglot import exp

from makegood.core.expressions_compiler import FRACTION, ORDERED, Compiler, Rule
from makegood.core.expressions_functions import FUNCTION_RULES
from makegood.core.expressions_literals import date_literal, number_literal
from makegood.core.expressions_sql import Type, Value, column_value, common, divided, multiplied, quoted

_SIGNS: dict[type[exp.Expression], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip


def _column(at: Compiler, node: exp.Expression) -> Value:
    word = node.name.lower()
    if node.args.get("table") is not None or isinstance(node.this, exp.Star):
        raise at.refuse(node, "not-allowed", f"'{node.sql()}' is not one column.", "Write the column's name alone.")
    if word not in at.columns:
        close = get_close_matches(word, at.columns, 1)
        known = ", ".join(at.columns) or "none"
        remedy = f"Did you mean '{close[0]}'?" if close else f"The scope has: {known}."
        raise at.refuse(node, "unknown-column", f"There is no column '{node.name}' in the scope.", remedy)
    (at.spared if at.is_sparing else at.needed)[word] = None
    return column_value(word, at.columns[word])


def _literal(at: Compiler, node: exp.Expression) -> Value:
    if node.args["is_string"]:
        return Value(Type("text"), quoted(node.this), literal=node.this)
    return number_literal(at, node, node.this)


def _cast(at: Compiler, node: exp.Expression) -> Value:
    if isinstance(node.this, exp.Literal) and node.this.is_string and node.args["to"].this == exp.DataType.Type.DATE:
        return date_literal(at, node, node.this.this)
    remedy = "Declare the column's type in scope.yaml; dates are written DATE '2026-01-31'."
    raise at.refuse(node, "not-allowed", f"A cast to {node.args['to'].sql()} is not allowed.", remedy)


def _sum(at: Compiler, node: exp.Expression) -> Value:
    left, right = at.unified(node, [at.compile(node.this), at.compile(node.expression)])
    if not left.numeric:
        remedy = (
            "Use days_between(from, to) for dates." if left.type.kind == "date" else "Add and subtract numbers only."
        )
        raise at.refuse(node, "expression-type", f"{left.type} cannot be added or subtracted.", remedy)
    parts, den = common([left, right])
    sign = "+" if isinstance(node, exp.Add) else "-"
    return Value(left.type, f"(({parts[0]}) {sign} ({parts[1]}))", den)


def _product(at: Compiler, node: exp.Expression) -> Value:
    left, right = at.compile(node.this), at.compile(node.expression)
    for value, side in ((left, node.this), (right, node.expression)):
        at.of_kind(side, value, frozenset({"integer", "number", "money"}), "Multiply numbers, or money by a number.")
    kinds = {left.type.kind, right.type.kind}
    if kinds == {"money"}:
        raise at.refuse(node, "money-times-money", "Money cannot be multiplied by money.", "Multiply it by a number.")
    if "money" in kinds:
        kind = left.type if left.type.kind == "money" else right.type
    else:
        kind = Type("number" if "number" in kinds else "integer")
    return multiplied(left, right, kind)


def _quotient(at: Compiler, node: exp.Expression) -> Value:
    if not at.is_dividing:
        remedy = "Write round(a / b, digits), percent(rate, money), or compare the division with a number."
        raise at.refuse(node, "bare-division", FRACTION, remedy)
    left, right = at.compile(node.this), at.compile(node.expression)
    for value, side in ((left, node.this), (right, node.expression)):
        at.of_kind(side, value, frozenset({"integer", "number", "money"}), "Divide numbers, or money by a number.")
    if right.type.kind == "money" and left.type != right.type:
        raise at.mixed(node, [left, right])
    if isinstance(node.expression, exp.Literal) and Fraction(node.expression.this) == 0:
        raise at.refuse(
            node.expression, "division-by-zero", "This divides by zero.", "Divide by a number that is not zero."
        )
    kind = left.type if left.type.kind == "money" and right.type.kind != "money" else Type("number")
    return divided(left, right, kind)


def _negative(at: Compiler, node: exp.Expression) -> Value:
    value = at.of_kind(node, at.compile(node.this), frozenset({"integer", "number", "money"}), "Negate numbers only.")
    return replace(value, sql=f"(-({value.sql}))", literal=None)


def _comparison(at: Compiler, node: exp.Expression) -> Value:
    with at.dividing():
        pair = [at.compile(node.this), at.compile(node.expression)]
    return _compared(at, node, pair, _SIGNS[type(node)])


def _compared(at: Compiler, node: exp.Expression, pair: list[Value], sign: str) -> Value:
    pair = at.unified(node, pair)
    if sign not in {"=", "<>"} and pair[0].type.kind not in ORDERED:
        what = f"{pair[0].type} has no order, so '{sign}' says nothing."
        raise at.refuse(node, "expression-type", what, "Use = or <>, IN, starts_with or contains.")
    parts = common(pair)[0] if pair[0].numeric else [value.sql for value in pair]
    return Value(Type("boolean"), f"(({parts[0]}) {sign} ({parts[1]}))")


def _between(at: Compiler, node: exp.Expression) -> Value:
    with at.dividing():
        value, low, high = (at.compile(node.args[part]) for part in ("this", "low", "high"))
    lower, upper = _compared(at, node, [value, low], ">="), _compared(at, node, [value, high], "<=")
    return Value(Type("boolean"), f"({lower.sql} AND {upper.sql})")


def _in(at: Compiler, node: exp.Expression) -> Value:
    if not node.expressions or node.args.get("query") or node.args.get("unnest") or node.args.get("field"):
        raise at.refuse(node, "not-allowed", "IN takes a list in brackets.", "Write kind IN ('a', 'b').")
    value = at.compile(node.this)
    arms = [_compared(at, node, [value, at.compile(one)], "=").sql for one in node.expressions]
    return Value(Type("boolean"), f"({' OR '.join(arms)})")


def _logic(at: Compiler, node: exp.Expression) -> Value:
    left, right = at.condition(node.this), at.condition(node.expression)
    word = "AND" if isinstance(node, exp.And) else "OR"
    return Value(Type("boolean"), f"(({left.sql}) {word} ({right.sql}))")


def _not(at: Compiler, node: exp.Expression) -> Value:
    return Value(Type("boolean"), f"(NOT ({at.condition(node.this).sql}))")


def _is(at: Compiler, node: exp.Expression) -> Value:
    if not isinstance(node.expression, exp.Null):
        raise at.refuse(node, "not-allowed", "IS is only for IS NULL.", "Write the condition itself, or NOT (...).")
    with at.sparing():
        value = at.compile(node.this)
    return Value(Type("boolean"), f"(({value.sql}) IS NULL)")


def _boolean(_at: Compiler, node: exp.Expression) -> Value:
    return Value(Type("boolean"), "true" if node.this else "false")


def _paren(at: Compiler, node: exp.Expression) -> Value:
    return at.compile(node.this)


def _case(at: Compiler, node: exp.Expression) -> Value:
    if node.this is not None or node.args.get("default") is None:
        what = "CASE needs WHEN conditions and an ELSE."
        raise at.refuse(node, "case-without-else", what, "Write CASE WHEN condition THEN a ELSE b END.")
    conditions = [at.condition(arm.this).sql for arm in node.args["ifs"]]
    results = [at.compile(arm.args["true"]) for arm in node.args["ifs"]] + [at.compile(node.args["default"])]
    results = at.unified(node, results)
    if not results[0].numeric:
        return replace(results[0], sql=_choice(conditions, [one.sql for one in results]), literal=None)
    if all(isinstance(one.den, int) for one in results):
        parts, den = common(results)
        return replace(results[0], sql=_choice(conditions, parts), den=den, literal=None)
    dens = _choice(conditions, [one.den_sql for one in results])
    return replace(results[0], sql=_choice(conditions, [one.sql for one in results]), den=dens, literal=None)


def _choice(conditions: list[str], results: list[str]) -> str:
    """A missing condition makes the whole missing: SQL's own CASE would go on as if it were false."""
    arms = " ".join(
        f"WHEN ({condition}) IS NULL THEN NULL WHEN {condition} THEN {result}"
        for condition, result in zip(conditions, results, strict=False)
    )
    return f"(CASE {arms} ELSE {results[-1]} END)"


RULES: dict[type[exp.Expression], Rule] = {
    exp.Column: _column, exp.Literal: _literal, exp.Cast: _cast, exp.Add: _sum, exp.Sub: _sum, exp.Mul: _product,
    exp.Div: _quotient, exp.Neg: _negative, exp.Between: _between, exp.In: _in, exp.And: _logic, exp.Or: _logic,
    exp.Not: _not, exp.Is: _is, exp.Boolean: _boolean, exp.Paren: _paren, exp.Case: _case,
    **dict.fromkeys(_SIGNS, _comparison), **FUNCTION_RULES,
}  # fmt: skip
