"""The white list of operators: one rule for each kind of SQL node that is allowed, with its types."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from sqlglot import exp

from makegood.core.expressions_arithmetic import added, divided, multiplied, negated
from makegood.core.expressions_case import case
from makegood.core.expressions_compiler import AMOUNTS, CALL, FOLLOWS, ORDERED, Compiler, Rule, shown
from makegood.core.expressions_exact import Sign, among, compared
from makegood.core.expressions_literals import (
    coerced,
    date_literal,
    money_literal,
    number_literal,
    placed,
    text_literal,
)
from makegood.core.expressions_proof import both, either, proves
from makegood.core.expressions_sql import Type, Value, boolean
from makegood.core.expressions_units import divided_unit, multiplied_unit

_SIGNS: dict[type[exp.Expression], Sign] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip


def _column(at: Compiler, node: exp.Expression) -> Value:
    table = node.args.get("table")
    word = node.name.lower()
    if isinstance(node.this, exp.Star) or node.args.get("db") is not None:
        raise at.refuse(node, "not-allowed", f"'{shown(node)}' is not one column.", "Write the column's name alone.")
    if table is not None:
        word = f"{table.name.lower()}.{word}"
    value = at.known.value(word)
    if value is None:
        raise _unknown(at, node, word, is_dotted=table is not None)
    at.read(word)
    return value


def _unknown(at: Compiler, node: exp.Expression, word: str, *, is_dotted: bool) -> Exception:
    if word.partition(".")[0] in at.known.failed:
        return at.refuse(node, FOLLOWS, f"'{word}' was refused itself.", "Correct it first.")
    tables = {known.partition(".")[0] for known in at.known.values if "." in known}
    if is_dotted and word.partition(".")[0] not in tables:
        return at.refuse(node, "not-allowed", f"'{shown(node)}' is not one column.", "Write the column's name alone.")
    if word in at.known.series:
        remedy = f"Write at({word}, date): its figure on a date."
        return at.refuse(node, "unknown-column", f"'{word}' changes with time, and no date selects it.", remedy)
    if word in tables:
        figures = [known for known in at.known.values if known.startswith(f"{word}.")]
        return at.refuse(node, "unknown-column", f"The table '{word}' has several figures.",
                         f"Write {' or '.join(figures)}.")  # fmt: skip
    close = get_close_matches(word, [*at.known.columns, *at.known.values], 1)
    names = ", ".join([*at.known.columns, *at.known.values]) or "none"
    remedy = f"Did you mean '{close[0]}'?" if close else f"There are: {names}."
    return at.refuse(node, "unknown-column", f"There is no column '{word}' in the scope.", remedy)


def _literal(at: Compiler, node: exp.Expression) -> Value:
    if node.args["is_string"]:
        return text_literal(node.this)
    with placed(at, node):
        return number_literal(node.this)


def _amounts(at: Compiler, node: exp.Expression) -> Value:
    """One amount for each currency; which one counts is known beside money of a customer's own currency."""
    shape = "Write ['EUR 20', 'USD 25'], one for each currency."
    found: dict[str, int] = {}
    for one in node.expressions:
        if not (isinstance(one, exp.Literal) and one.is_string):
            raise at.refuse(node, "not-allowed", "A list in an expression holds amounts in quotes.", shape)
        with placed(at, one):
            money = money_literal(one.this)
        if money.type.currency in found:
            raise at.refuse(one, "double-currency", f"{money.type.currency} is given twice.", shape)
        found[money.type.currency] = money.low
    if not found:
        raise at.refuse(node, "bad-amount", "The list of amounts is empty.", shape)
    return Value(Type("money", "several"), "NULL", amounts=tuple(found.items()))


def _cast(at: Compiler, node: exp.Expression) -> Value:
    if isinstance(node.this, exp.Literal) and node.this.is_string and node.args["to"].this == exp.DataType.Type.DATE:
        with placed(at, node):
            return date_literal(node.this.this)
    remedy = "Declare the column's type in scope.yaml; dates are written DATE '2026-01-31'."
    raise at.refuse(node, "not-allowed", f"A cast to {node.args['to'].sql()} is not allowed.", remedy)


def _sum(at: Compiler, node: exp.Expression) -> Value:
    left, right = at.unified(node, [at.compile(node.this), at.compile(node.expression)])
    if not left.numeric:
        remedy = "Add and subtract numbers only."
        if left.type.kind in {"date", "instant"}:
            remedy = "Use days_between(from, to), add_days(date, n), minutes_between or add_hours."
        raise at.refuse(node, "expression-type", f"{left.type} cannot be added or subtracted.", remedy)
    return added(left, right, left.type, minus=isinstance(node, exp.Sub))


def _product(at: Compiler, node: exp.Expression) -> Value:
    left, right = at.compile(node.this), at.compile(node.expression)
    for value, side in ((left, node.this), (right, node.expression)):
        at.of_kind(side, value, AMOUNTS, "Multiply numbers, or money by a number.")
    kinds = {left.type.kind, right.type.kind}
    if kinds == {"money"}:
        raise at.refuse(node, "money-times-money", "Money cannot be multiplied by money.", "Multiply it by a number.")
    if "money" in kinds:
        return multiplied(left, right, left.type if left.type.kind == "money" else right.type)
    kind = Type("number" if "number" in kinds else "integer", unit=multiplied_unit(left.type.unit, right.type.unit))
    return multiplied(left, right, kind)


def _quotient(at: Compiler, node: exp.Expression) -> Value:
    left, right = at.compile(node.this), at.compile(node.expression)
    left, right = coerced(at, node.this, left, right.type), coerced(at, node.expression, right, left.type)
    for value, side in ((left, node.this), (right, node.expression)):
        at.of_kind(side, value, AMOUNTS, "Divide numbers, or money by a number.")
    if right.type.kind == "money" and left.type != right.type:
        raise at.mixed(node, [left, right])
    at.divisor(node.expression, right)
    if left.type.kind == "money" and right.type.kind != "money":
        return divided(left, right, left.type)
    return divided(left, right, Type("number", unit=divided_unit(left.type.unit, right.type.unit)))


def _negative(at: Compiler, node: exp.Expression) -> Value:
    return negated(at.of_kind(node, at.compile(node.this), AMOUNTS, "Negate numbers only."))


def _comparison(at: Compiler, node: exp.Expression) -> Value:
    return _compared(at, node, [at.compile(node.this), at.compile(node.expression)], _SIGNS[type(node)])


def _compared(at: Compiler, node: exp.Expression, pair: list[Value], sign: Sign) -> Value:
    pair = at.unified(node, pair)
    if pair[0].type.many:
        remedy = "Use list_count, list_sum or their like."
        raise at.refuse(node, "expression-type", f"{pair[0].type} cannot be compared.", remedy)
    if sign not in {"=", "<>"} and pair[0].type.kind not in ORDERED:
        what = f"{pair[0].type} has no order, so '{sign}' says nothing."
        raise at.refuse(node, "expression-type", what, "Use = or <>, IN, starts_with or contains.")
    return replace(compared(pair[0], sign, pair[1]), proves=proves(pair[0], sign, pair[1]))


def _between(at: Compiler, node: exp.Expression) -> Value:
    if node.args.get("symmetric"):
        raise at.refuse(node, "not-allowed", "SYMMETRIC is not allowed here.", "Write the smaller end first.")
    value, low, high = (at.compile(node.args[part]) for part in ("this", "low", "high"))
    lower, upper = _compared(at, node, [value, low], ">="), _compared(at, node, [value, high], "<=")
    return replace(boolean(f"({lower.sql} AND {upper.sql})"), proves=both(lower, upper))


def _in(at: Compiler, node: exp.Expression) -> Value:
    if not node.expressions or node.args.get("query") or node.args.get("unnest") or node.args.get("field"):
        raise at.refuse(node, "not-allowed", "IN takes a list in brackets.", "Write kind IN ('a', 'b').")
    value = at.compile(node.this)
    pairs = [at.unified(node, [value, at.compile(one)]) for one in node.expressions]
    arms = [_compared(at, node, pair, "=") for pair in pairs]
    proof = arms[0].proves
    for arm in arms[1:]:
        proof = either(replace(arms[0], proves=proof), arm)
    return replace(among(pairs[0][0], [pair[1] for pair in pairs]), proves=proof)


def _logic(at: Compiler, node: exp.Expression) -> Value:
    """What the left side proves holds on the right: with x at zero, `x > 0 AND a / x > 2` is false anyway."""
    left = at.condition(node.this)
    is_and = isinstance(node, exp.And)
    with at.proving(left.proves[0 if is_and else 1]):
        right = at.condition(node.expression)
    found = boolean(f"({left.sql} {'AND' if is_and else 'OR'} {right.sql})")
    return replace(found, proves=both(left, right) if is_and else either(left, right))


def _not(at: Compiler, node: exp.Expression) -> Value:
    inner = at.condition(node.this)
    return replace(boolean(f"(NOT {inner.sql})"), proves=(inner.proves[1], inner.proves[0]))


def _is(at: Compiler, node: exp.Expression) -> Value:
    if not isinstance(node.expression, exp.Null):
        raise at.refuse(node, "not-allowed", "IS is only for IS NULL.", "Write the condition itself, or NOT (...).")
    with at.sparing():
        value = at.compile(node.this)
    return boolean(f"({value.native or value.sql} IS NULL)")


def _boolean(_at: Compiler, node: exp.Expression) -> Value:
    return Value(Type("boolean"), "true" if node.this else "false", fixed=True)


def _paren(at: Compiler, node: exp.Expression) -> Value:
    return at.compile(node.this)


def _call(at: Compiler, node: exp.Expression) -> Value:
    word, args = node.name.lower().removesuffix(CALL), node.expressions
    function = at.functions.get(word)
    if function is None:
        raise at.unlisted(node)
    most = function.most or function.least
    if not function.least <= len(args) <= most:
        spoken = f"{function.least} to {most}" if most != function.least else str(most)
        what = f"{word}() takes {spoken} values, not {len(args)}."
        raise at.refuse(node, "expression-type", what, f"Write {function.shape}.")
    return function.rule(at, node, args)


RULES: dict[type[exp.Expression], Rule] = {
    exp.Column: _column, exp.Literal: _literal, exp.Array: _amounts,
    exp.Cast: _cast, exp.Add: _sum, exp.Sub: _sum, exp.Mul: _product,
    exp.Div: _quotient, exp.Neg: _negative, exp.Between: _between, exp.In: _in, exp.And: _logic, exp.Or: _logic,
    exp.Not: _not, exp.Is: _is, exp.Boolean: _boolean, exp.Paren: _paren, exp.Case: case, exp.Anonymous: _call,
    **dict.fromkeys(_SIGNS, _comparison),
}  # fmt: skip
