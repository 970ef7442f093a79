"""Amounts from texts and numbers, and from one currency into another by a rate that the facts give."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache

from babel.core import get_global
from sqlglot import exp

from makegood.core.expressions_arithmetic import divided, multiplied
from makegood.core.expressions_compiler import NUMBERS, Compiler, Function
from makegood.core.expressions_literals import money_literal, placed
from makegood.core.expressions_sql import Type, Value, constant, name, quoted
from makegood.kit.errors import BadInput
from makegood.kit.money import exponent

Args = list[exp.Expression]


@cache
def exponents() -> dict[int, tuple[str, ...]]:
    """Currencies by the digits after their point, where these are not two (CLDR)."""
    odd: dict[int, list[str]] = {}
    for code in sorted(get_global("all_currencies")):
        digits = exponent(code)
        if digits != 2:
            odd.setdefault(digits, []).append(code)
    return {digits: tuple(codes) for digits, codes in odd.items()}


def _money(at: Compiler, node: exp.Expression, args: Args) -> Value:
    currency = _currency(at, args[1], "money(x, 'USD')")
    if isinstance(args[0], exp.Literal) and args[0].is_string:
        with placed(at, node):
            return money_literal(f"{currency} {args[0].this}")
    number = at.of_kind(args[0], at.compile(args[0]), NUMBERS, "Write money('12.50', 'USD') or money(number, 'USD').")
    kind = Type("money", currency)
    return replace(multiplied(number, constant(Fraction(10 ** exponent(currency)), Type("integer")), kind), type=kind)


def _convert(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    shape = "convert(amount, rate, 'EUR')"
    currency = _currency(at, args[2], shape)
    amount = at.of_kind(args[0], at.compile(args[0]), frozenset({"money"}), f"Write {shape}.")
    rate = at.of_kind(args[1], at.compile(args[1]), NUMBERS, f"Write {shape}: the rate is a number.")
    kind = Type("money", currency)
    if amount.type.currency.startswith("@"):
        at.read(amount.type.currency[1:])
    product = multiplied(amount, rate, kind)
    product = multiplied(product, constant(Fraction(10 ** exponent(currency)), Type("integer")), kind)
    return replace(divided(product, _minor_units(amount.type.currency), kind), type=kind)


def _minor_units(currency: str) -> Value:
    """How many minor units one unit of the currency has; of a column, row by row."""
    if not currency.startswith("@"):
        return constant(Fraction(10 ** exponent(currency)), Type("integer"))
    word = f"upper(trim({name(currency[1:])}))"
    arms = " ".join(
        f"WHEN {word} IN ({', '.join(quoted(code) for code in codes)}) THEN {10**digits}::BIGINT"
        for digits, codes in exponents().items()
    )
    sql = f"(CASE {arms} WHEN {word} <> '' THEN 100::BIGINT END)"
    return Value(Type("integer"), sql, low=1, high=max(100, *(10**digits for digits in exponents())))


def _currency(at: Compiler, node: exp.Expression, shape: str) -> str:
    if not (isinstance(node, exp.Literal) and node.is_string):
        raise at.refuse(node, "expression-type", "The currency is a quoted code.", f"Write {shape}.")
    try:
        exponent(node.this)
    except BadInput as no:
        raise at.refuse(node, no.code, no.what, no.remedy) from no
    return str(node.this)


FUNCTIONS: dict[str, Function] = {
    "money": Function(_money, "money('12.50', 'USD')", 2),
    "convert": Function(_convert, "convert(money, rate, 'EUR')", 3),
}
