"""Literals: numbers as fractions, and quoted texts that become dates, instants or money beside such a column."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Protocol

from sqlglot import exp

from makegood.core.expressions_sql import Type, Value
from makegood.kit.errors import BadInput
from makegood.kit.money import Money

MAX_DIGITS = 18


class Refusal(Exception):
    """Why an expression is refused; `start` is the 0-based offset in its text."""

    def __init__(self, code: str, what: str, remedy: str, start: int) -> None:
        super().__init__(what)
        self.code, self.what, self.remedy, self.start = code, what, remedy, start


class Refusing(Protocol):
    def refuse(self, node: exp.Expression, code: str, what: str, remedy: str) -> Refusal: ...


def number_literal(at: Refusing, node: exp.Expression, text: str) -> Value:
    digits = text.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > MAX_DIGITS:
        what = f"'{text}' is not a plain number of at most {MAX_DIGITS} digits."
        raise at.refuse(node, "bad-number", what, "Write digits and at most one point, such as 12.5.")
    number = Fraction(text)
    kind = Type("number" if "." in text else "integer")
    return Value(kind, f"{number.numerator}::HUGEINT", number.denominator)


def date_literal(at: Refusing, node: exp.Expression, text: str) -> Value:
    try:
        return Value(Type("date"), f"DATE '{date.fromisoformat(text).isoformat()}'")
    except ValueError as error:
        remedy = "Write it as year-month-day: '2026-01-31'."
        raise at.refuse(node, "bad-date", f"'{text}' is not a date.", remedy) from error


def instant_literal(at: Refusing, node: exp.Expression, text: str) -> Value:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("no zone")
        spoken = moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    except (ValueError, OverflowError) as error:
        remedy = "Write date, time and zone: '2026-01-31T09:00:00+01:00'."
        raise at.refuse(node, "bad-instant", f"'{text}' is not an instant with a zone.", remedy) from error
    return Value(Type("instant"), f"TIMESTAMP '{spoken}'")


def money_literal(at: Refusing, node: exp.Expression, text: str) -> Value:
    try:
        money = Money.parse(text)
    except BadInput as no:
        raise at.refuse(node, no.code, no.what, no.remedy) from no
    if len(str(abs(money.minor))) > MAX_DIGITS:
        raise at.refuse(node, "bad-number", f"'{text}' is too large.", f"At most {MAX_DIGITS} digits are read.")
    return Value(Type("money", money.currency), f"{money.minor}::HUGEINT")


def coerced(at: Refusing, node: exp.Expression, value: Value, kind: Type) -> Value:
    """A quoted literal beside a date, an instant or money is one."""
    if value.literal is None or value.type.kind != "text":
        return value
    if kind.kind == "date":
        return date_literal(at, node, value.literal)
    if kind.kind == "instant":
        return instant_literal(at, node, value.literal)
    if kind.kind == "money":
        return money_literal(at, node, value.literal)
    return value
