"""Amounts and numbers as texts that a customer could read, put together in SQL."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from babel.core import get_global

from makegood.core.expressions_arithmetic import scaled
from makegood.core.expressions_exact import nearest
from makegood.core.expressions_sql import Type, Value, name, quoted
from makegood.core.policy_rules import Figure
from makegood.kit.money import Money, exponent


def exponent_sql(currency: str) -> str:
    """SQL for the digits after the point of the currency named by a SQL text."""
    odd: dict[int, list[str]] = {}
    for code in sorted(get_global("all_currencies")):
        digits = exponent(code)
        if digits != 2:
            odd.setdefault(digits, []).append(quoted(code))
    arms = " ".join(f"WHEN {currency} IN ({', '.join(codes)}) THEN {digits}" for digits, codes in odd.items())
    return f"(CASE {arms} ELSE 2 END)"


def shown(minor: str, digits: int | None, currency: str = "", before: str = "") -> str:
    """SQL text of minor units in major units: 1250 is `12.50`. `digits` None looks the `currency` up row by row;
    `before` stands in front of it."""
    if digits == 0:
        return f"({quoted(before)} || ({minor})::VARCHAR)" if before else f"(({minor})::VARCHAR)"
    sign = f"CASE WHEN ({minor}) < 0 THEN {quoted(before + '-')} ELSE {quoted(before)} END"
    if digits is not None:
        whole, part = f"abs(({minor}) // {10**digits})", f"abs(({minor}) % {10**digits})"
        return f"({sign} || {whole}::VARCHAR || '.' || lpad({part}::VARCHAR, {digits}, '0'))"
    places = exponent_sql(currency)
    text = f"lpad(abs({minor})::VARCHAR, greatest(length(abs({minor})::VARCHAR), {places} + 1)::INTEGER, '0')"
    cut = f"left({text}, length({text}) - {places}) || '.' || right({text}, {places})"
    return f"({sign} || CASE WHEN {places} = 0 THEN {text} ELSE {cut} END)"


def whole_text(value: Value, digits: int | None, currency: str = "", before: str = "") -> str:
    """SQL text of an amount in major units; a fraction is shown rounded to its smallest unit."""
    return shown(nearest(value, "half-up", value.type).sql, digits, currency, before)


def own_money(value: Value) -> str:
    """SQL text of an amount with its currency, `USD 12.50`."""
    own = value.type.currency
    if not own.startswith("@"):
        return whole_text(value, exponent(own), before=f"{own} ")
    code = f"upper(trim({name(own[1:])}))"
    return f"({code} || ' ' || {whole_text(value, None, code)})"


def number_text(value: Value) -> str:
    """SQL text of an exact number: its digits where there is an end to them, else `numerator/denominator`."""
    if value.constant is not None and value.constant.denominator == 1:
        return quoted(str(value.constant))
    if isinstance(value.den, int):
        digits = next((d for d in range(19) if 10**d % value.den == 0), None)
        if digits is not None:
            top = scaled(value, 10**digits // value.den).sql
            text = shown(top, digits)
            return f"regexp_replace({text}, '\\.?0+$', '')" if digits else text
    share = f"gcd({value.wide_sql}, {value.den_sql})"
    whole = f"(({value.wide_sql}) // {share})::VARCHAR"
    under = f"({value.den_sql} // {share})"
    return f"({whole} || CASE WHEN {under} = 1 THEN '' ELSE '/' || {under}::VARCHAR END)"


def plain_text(value: Value) -> str:
    """SQL text of any value but money."""
    match value.type.kind:
        case "integer" | "number":
            return number_text(value)
        case "date":
            return f"strftime({value.sql}, '%Y-%m-%d')"
        case "instant":
            return f"strftime({value.sql}, '%Y-%m-%dT%H:%M:%SZ')"
        case _:
            return f"({value.sql})::VARCHAR"


def figure_text(figure: Figure, kind: Type) -> str:
    """A figure in words: `GBP 8.06`, `12.5`, `severe`."""
    if kind.kind == "money" and isinstance(figure, Fraction):
        return str(Money(int(figure), kind.currency))
    if isinstance(figure, Fraction):
        text = f"{Decimal(figure.numerator) / Decimal(figure.denominator):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return figure.isoformat() if isinstance(figure, date) else str(figure)
