"""Generated reasons: one sentence a customer could read, put together in SQL."""

from __future__ import annotations

from babel.core import get_global

from makegood.core.expressions_sql import quoted
from makegood.core.policy_rules import Remedy, Rule
from makegood.kit.money import exponent


def exponent_sql(currency: str) -> str:
    """SQL for the digits after the point of the currency named by a SQL text."""
    odd: dict[int, list[str]] = {}
    for code in sorted(get_global("all_currencies")):
        digits = exponent(code)
        if digits != 2:
            odd.setdefault(digits, []).append(quoted(code))
    arms = " ".join(f"WHEN {currency} IN ({', '.join(codes)}) THEN {digits}" for digits, codes in odd.items())
    return f"(CASE {arms} ELSE 2 END)"


def shown(minor: str, digits: int | None, currency: str = "") -> str:
    """SQL text of minor units in major units: 1250 is `12.50`. `digits` None looks the `currency` up row by row."""
    places = str(digits) if digits is not None else exponent_sql(currency)
    if digits == 0:
        return f"(({minor})::VARCHAR)"
    text = f"lpad(abs({minor})::VARCHAR, greatest(length(abs({minor})::VARCHAR), {places} + 1)::INTEGER, '0')"
    cut = f"left({text}, length({text}) - {places}) || '.' || right({text}, {places})"
    if digits is None:
        cut = f"CASE WHEN {places} = 0 THEN {text} ELSE {cut} END"
    return f"(CASE WHEN ({minor}) < 0 THEN '-' ELSE '' END || {cut})"


def reason_sql(rule: Rule, remedy: Remedy) -> str:
    """`50% of 12.00 extra, at least 2.00, at most 20.00, limited to 500.00.`"""
    amount = rule.amount
    if amount is None:
        return "NULL"
    digits = None if remedy.currency.startswith("@") else exponent(remedy.currency)
    parts: list[str] = []
    if amount.of is None:
        parts.append(f"'A fixed amount of ' || {shown('_whole', digits, '_currency')}")
    elif amount.percent is not None:
        share = f"{amount.percent.normalize():f}% of "
        parts.append(f"{quoted(share)} || {_base(rule, digits)}")
    elif rule.amount and _is_column(rule):
        parts.append(_base(rule, digits))
    else:
        words = " and ".join(_spoken(column) for column in amount.of.columns) or "the policy"
        parts.append(f"{shown('_whole', digits, '_currency')} || {quoted(f', worked out from {words}')}")
    if amount.floor is not None:
        parts.append(f"', at least ' || {shown('_floor', digits, '_currency')}")
    if amount.cap is not None:
        parts.append(f"', at most ' || {shown('_cap', digits, '_currency')}")
    if remedy.cap is not None:
        limited = f"', limited to ' || {shown('_most', digits, '_currency')}"
        parts.append(f"CASE WHEN _paid < _ruled THEN {limited} ELSE '' END")
    return f"({' || '.join(parts)} || '.')"


def _base(rule: Rule, digits: int | None) -> str:
    of = rule.amount.of if rule.amount else None
    if of is None or not _is_column(rule):
        words = " and ".join(_spoken(column) for column in of.columns) if of else ""
        return quoted(f"what follows from {words}" if words else "the amount")
    return f"{shown(of.value.sql, digits, '_currency')} || {quoted(' ' + _spoken(of.columns[0]))}"


def _is_column(rule: Rule) -> bool:
    of = rule.amount.of if rule.amount else None
    return of is not None and of.columns == (of.text.lower(),)


def _spoken(column: str) -> str:
    return column.replace("_", " ")
