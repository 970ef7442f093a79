"""Literals: numbers as fractions, and quoted texts that become dates, instants or money beside such a column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Protocol

from sqlglot import exp

from makegood.core.expressions_sql import Type, Value, constant, quoted
from makegood.kit.errors import BadInput
from makegood.kit.money import Money

MAX_DIGITS = 18
_AMOUNT = re.compile(r"^\s*(?:[A-Z]{3}\s*[+-]?[\d.,]+|[+-]?[\d.,]+\s*[A-Z]{3})\s*$", re.ASCII)


class Refusal(Exception):
    """Why an expression is refused; `start` is the 0-based offset in its text."""

    def __init__(self, code: str, what: str, remedy: str, start: int) -> None:
        super().__init__(what)
        self.code, self.what, self.remedy, self.start = code, what, remedy, start


class Refusing(Protocol):
    def refuse(self, node: exp.Expression, code: str, what: str, remedy: str) -> Refusal: ...


def text_literal(text: str) -> Value:
    return Value(Type("text"), quoted(text), literal=text, fixed=True)


def number_literal(text: str) -> Value:
    """A number of at most 18 digits, as its fraction. Raises `Refusal`."""
    digits = text.lstrip("+-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > MAX_DIGITS or text.startswith(("++", "--", "+-")):
        what = f"'{text}' is not a plain number of at most {MAX_DIGITS} digits."
        raise Refusal("bad-number", what, "Write digits and at most one point, such as 12.5.", 0)
    return constant(Fraction(text), Type("number" if "." in text else "integer"))


def date_literal(text: str) -> Value:
    try:
        day = date.fromisoformat(text).isoformat()
    except ValueError as error:
        remedy = "Write it as year-month-day: '2026-01-31'."
        raise Refusal("bad-date", f"'{text}' is not a date.", remedy, 0) from error
    return Value(Type("date"), f"DATE '{day}'", literal=day, fixed=True)


def instant_literal(text: str) -> Value:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("no zone")
        spoken = moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    except (ValueError, OverflowError) as error:
        remedy = "Write date, time and zone: '2026-01-31T09:00:00+01:00'."
        raise Refusal("bad-instant", f"'{text}' is not an instant with a zone.", remedy, 0) from error
    return Value(Type("instant"), f"TIMESTAMP '{spoken}'", literal=text, fixed=True)


def is_amount(text: str) -> bool:
    """Whether it looks like an amount with its currency: `USD 5.00` or `5.00 USD`."""
    return _AMOUNT.match(text) is not None


def money_literal(text: str, currency: str | None = None) -> Value:
    """Minor units of at most 18 digits. Raises `Refusal`."""
    try:
        money = Money.parse(text, currency=currency)
    except BadInput as no:
        raise Refusal(no.code, no.what, no.remedy, 0) from no
    if len(str(abs(money.minor))) > MAX_DIGITS:
        raise Refusal("bad-number", f"'{text}' is too large.", f"At most {MAX_DIGITS} digits are read.", 0)
    return constant(Fraction(money.minor), Type("money", money.currency))


def boolean_literal(text: str) -> Value:
    if text not in {"true", "false"}:
        raise Refusal("bad-boolean", f"'{text}' is neither true nor false.", "Write true or false.", 0)
    return Value(Type("boolean"), text, literal=text, fixed=True)


def figure(text: str, kind: Type) -> Value:
    """A value written in a cell or a file, read as one of that type. Raises `Refusal`."""
    if kind.many or kind.kind == "list":
        what = f"{kind} is compared as a whole here."
        raise Refusal("expression-type", what, "Use list_count, list_sum or their like in a value, and name that.", 0)
    if kind.kind == "money":
        if kind.currency.startswith("@"):
            what = f"'{text}' has one currency, but {kind} differs by row."
            raise Refusal("mixed-currency", what, "Use a money column of one currency.", 0)
        return money_literal(text, kind.currency)
    if kind.kind in {"integer", "number"}:
        return replace(number_literal(text), type=replace(kind, kind="number" if "." in text else kind.kind))
    if kind.kind == "date":
        return date_literal(text)
    if kind.kind == "instant":
        return instant_literal(text)
    return boolean_literal(text) if kind.kind == "boolean" else text_literal(text)


def coerced(at: Refusing, node: exp.Expression, value: Value, kind: Type) -> Value:
    """A quoted literal beside a date, an instant or money is one."""
    if value.literal is None or value.type.kind != "text" or kind.many:
        return value
    with placed(at, node):
        if kind.kind == "date":
            return date_literal(value.literal)
        if kind.kind == "instant":
            return instant_literal(value.literal)
        if kind.kind == "money":
            return money_literal(value.literal)
    return value


@contextmanager
def placed(at: Refusing, node: exp.Expression) -> Iterator[None]:
    """Gives the refusal of a literal the place of its node."""
    try:
        yield
    except Refusal as no:
        raise at.refuse(node, no.code, no.what, no.remedy) from no
