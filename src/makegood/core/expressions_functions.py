"""The white list of functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from sqlglot import exp

from makegood.core.expressions_compiler import FRACTION, ORDERED, Compiler, Rule
from makegood.core.expressions_literals import coerced, money_literal
from makegood.core.expressions_sql import Type, Value, common, multiplied, picked, rounded
from makegood.kit.money import exponent

_SHAPES = {
    "percent": "Write percent(50, extra): a rate and an amount of money.",
    "days_between": "Write days_between(from_date, to_date) with two dates.",
    "money": "Write money('12.50', 'USD').",
}


def _absolute(at: Compiler, node: exp.Expression) -> Value:
    value = at.of_kind(node, at.compile(node.this), frozenset({"integer", "number", "money"}), "abs() takes a number.")
    return replace(value, sql=f"abs({value.sql})", literal=None)


def _coalesce(at: Compiler, node: exp.Expression) -> Value:
    with at.sparing():
        values = [at.compile(one) for one in (node.this, *node.expressions)]
    values = at.unified(node, values)
    if not all(isinstance(value.den, int) for value in values):
        raise at.refuse(node, "bare-division", FRACTION, "Write the division outside of coalesce().")
    parts, den = common(values) if values[0].numeric else ([value.sql for value in values], 1)
    return replace(values[0], sql=f"coalesce({', '.join(parts)})", den=den, literal=None)


def _pick(at: Compiler, node: exp.Expression) -> Value:
    values = at.unified(node, [at.compile(one) for one in (node.this, *node.expressions)])
    at.of_kind(node, values[0], ORDERED, "least() and greatest() take numbers, money or dates.")
    word: Literal["least", "greatest"] = "least" if isinstance(node, exp.Least) else "greatest"
    return picked(values, word)


def _round(at: Compiler, node: exp.Expression) -> Value:
    with at.dividing():
        value = at.compile(node.this)
    remedy = "round() takes a number or money, and digits from 0 to 9."
    at.of_kind(node, value, frozenset({"integer", "number", "money"}), remedy)
    if node.args.get("truncate") is not None:
        raise at.refuse(node, "not-allowed", "round() takes two values.", "The policy's `rounding: mode` says how.")
    given, currency = node.args.get("decimals"), value.type.currency
    if given is not None and not (isinstance(given, exp.Literal) and given.this in set("0123456789")):
        raise at.refuse(given, "expression-type", "The digits of round() must be a number from 0 to 9.", remedy)
    if value.type.kind != "money":
        scale = 10 ** int(given.this if given is not None else 0)
        kind = Type("number") if scale > 1 else Type("integer")
        return Value(kind, rounded(f"(({value.sql}) * {scale})", value.den_sql, at.mode), scale)
    if given is None:
        return Value(value.type, rounded(f"({value.sql})", value.den_sql, at.mode))
    if currency.startswith("@") or int(given.this) > exponent(currency):
        what = "The currency has fewer digits, or is only known row by row."
        raise at.refuse(given, "too-many-digits", what, "Write round(x) to round to the smallest unit.")
    unit = 10 ** (exponent(currency) - int(given.this))
    whole = rounded(f"({value.sql})", f"({value.den_sql} * {unit})", at.mode)
    return Value(value.type, f"({whole} * {unit})")


def _named(at: Compiler, node: exp.Expression) -> Value:
    word, args = node.name.lower(), node.expressions
    rule = _NAMED.get(word)
    if rule is None:
        raise at.unlisted(node)
    if len(args) != 2:
        raise at.refuse(node, "expression-type", f"{word}() takes two values.", _SHAPES[word])
    return rule(at, node, args)


def _percent(at: Compiler, _node: exp.Expression, args: list[exp.Expression]) -> Value:
    with at.dividing():
        rate, money = at.compile(args[0]), at.compile(args[1])
    at.of_kind(args[0], rate, frozenset({"integer", "number"}), _SHAPES["percent"])
    if money.literal is not None:
        money = money_literal(at, args[1], money.literal)
    at.of_kind(args[1], money, frozenset({"money"}), _SHAPES["percent"])
    return multiplied(multiplied(rate, money, money.type), Value(Type("integer"), "1::HUGEINT", 100), money.type)


def _days(at: Compiler, node: exp.Expression, args: list[exp.Expression]) -> Value:
    values = [coerced(at, node, at.compile(one), Type("date")) for one in args]
    for value, side in zip(values, args, strict=True):
        at.of_kind(side, value, frozenset({"date"}), _SHAPES["days_between"])
    return Value(Type("integer"), f"date_diff('day', {values[0].sql}, {values[1].sql})::HUGEINT")


def _money(at: Compiler, node: exp.Expression, args: list[exp.Expression]) -> Value:
    if not all(isinstance(one, exp.Literal) and one.is_string for one in args):
        raise at.refuse(node, "expression-type", "money() takes two quoted texts.", _SHAPES["money"])
    return money_literal(at, node, f"{args[1].this} {args[0].this}")


def _text_test(at: Compiler, node: exp.Expression) -> Value:
    word = "contains" if isinstance(node, exp.Contains) else "starts_with"
    parts = [at.compile(node.this), at.compile(node.expression)]
    for value in parts:
        at.of_kind(node, value, frozenset({"text"}), f"Write {word}(text_column, 'part').")
    return Value(Type("boolean"), f"{word}({parts[0].sql}, {parts[1].sql})")


def _lower(at: Compiler, node: exp.Expression) -> Value:
    value = at.of_kind(node, at.compile(node.this), frozenset({"text"}), "lower() takes a text.")
    return Value(Type("text"), f"lower({value.sql})")


def _length(at: Compiler, node: exp.Expression) -> Value:
    value = at.of_kind(node, at.compile(node.this), frozenset({"text"}), "length() takes a text.")
    return Value(Type("integer"), f"length({value.sql})::HUGEINT")


_NAMED: dict[str, Callable[[Compiler, exp.Expression, list[exp.Expression]], Value]] = {
    "percent": _percent, "days_between": _days, "money": _money,
}  # fmt: skip
FUNCTION_RULES: dict[type[exp.Expression], Rule] = {
    exp.Abs: _absolute, exp.Coalesce: _coalesce, exp.Least: _pick, exp.Greatest: _pick, exp.Round: _round,
    exp.Anonymous: _named, exp.Contains: _text_test, exp.StartsWith: _text_test, exp.Lower: _lower,
    exp.Length: _length,
}  # fmt: skip
