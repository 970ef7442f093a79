"""Amounts and dates that stand in an author's own words. Pure.

A typed amount has no currency but its sign, so amounts are compared as numbers with the currencies the sign may mean. A
date without a year is any year's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from makegood.core.render import Traced
from makegood.kit.money import Money

_SIGNS = {"€": ("EUR",), "£": ("GBP",), "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN")}
_NAMES = {"euro": ("EUR",), "pound": ("GBP",), "dollar": _SIGNS["$"]}
_NUMBER = r"\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_BEFORE = re.compile(rf"(?P<sign>[€£$]|\b(?:[A-Z]{{3}})(?=[\s\u00a0]?\d))[\s\u00a0]?(?P<number>{_NUMBER})(?!\w)")
_AFTER = re.compile(
    rf"(?<![\w.,])(?P<number>{_NUMBER})[\s\u00a0]?(?P<sign>[€£$]|(?:euros?|pounds?|dollars?|EUR|GBP|USD|CHF)\b)",
    re.IGNORECASE,
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar jänner jan", "february februar feb", "march märz mar", "april apr", "may mai",
            "june juni jun", "july juli jul", "august aug", "september sept sep", "october oktober oct okt",
            "november nov", "december dezember dec dez",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(name.capitalize() for name in sorted(_MONTHS, key=len, reverse=True))  # "you may 3 times"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DATES = (
    re.compile(rf"(?<!\d){_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),
    re.compile(
        rf"(?<!\d)(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.)?(?: of)?\s(?P<month>{_MONTH})\b\.?(?:,?\s{_YEAR}\b)?",
    ),
    re.compile(rf"\b(?P<month>{_MONTH})\.?\s(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?![\d.:%])(?:,?\s{_YEAR}\b)?"),
    re.compile(rf"(?<![\d.])(?P<day>[0-3]?\d)\.(?P<month>[01]?\d)\.(?:{_YEAR}\b)?(?!\d)"),
)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as typed, `at` its place in the text."""

    at: int
    words: str
    number: Decimal
    currencies: tuple[str, ...]

    def is_one_of(self, amounts: set[Money]) -> bool:
        return any(one.amount == self.number and one.currency in self.currencies for one in amounts)


@dataclass(frozen=True, slots=True)
class Day:
    """A date as typed; `year` is 0 where none stands there."""

    at: int
    words: str
    month: int
    day: int
    year: int = 0

    def is_one_of(self, days: set[date]) -> bool:
        return any((one.month, one.day) == (self.month, self.day) and self.year in (0, one.year) for one in days)

    def is_within(self, first: date, last: date) -> bool:
        """Whether it may be a day of this time, both days included."""
        for year in [self.year] if self.year else range(first.year, last.year + 1):
            try:
                if first <= date(year, self.month, self.day) <= last:
                    return True
            except ValueError:
                continue
        return False


def list_amounts(text: str) -> list[Amount]:
    """In the order of the text, each once."""
    found: dict[int, Amount] = {}
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(text):
            sign, number = match["sign"], _number(match["number"])
            currencies = _SIGNS.get(sign) or _NAMES.get(sign.lower().rstrip("s")) or (sign.upper(),)
            at = match.start("number")
            if number is not None and at not in found:
                found[at] = Amount(match.start(), match[0], number, currencies)
    return [found[at] for at in sorted(found)]


def list_days(text: str) -> list[Day]:
    """In the order of the text; what is no day of any year is left to the reader of the words."""
    found: dict[int, Day] = {}
    for pattern in _DATES:
        for match in pattern.finditer(text):
            month = _MONTHS.get(match["month"].lower()) or int(match["month"]) if match["month"].isdigit() else None
            month = month or _MONTHS.get(match["month"].lower(), 0)
            day = int(match["day"])
            if 1 <= month <= 12 and 1 <= day <= 31 and not any(abs(match.start() - at) < 8 for at in found):
                found[match.start()] = Day(match.start(), match[0], month, day, int(match["year"] or 0))
    return [found[at] for at in sorted(found)]


def own_words(traced: Traced) -> Iterator[tuple[int, str]]:
    """The author's words of a message, each stretch with its place in the text; a value ends a stretch."""
    start, at = 0, 0
    for piece in traced.pieces:
        if piece.slot:
            yield start, traced.text[start : piece.start]
            start = piece.end
        at = piece.end
    yield start, traced.text[start:at]


def _number(text: str) -> Decimal | None:
    """`1,234.50`, `1.234,50`, `12,5` and `1 234`; the last sign before one or two digits divides."""
    text = re.sub(r"['\u00a0\u202f ]", "", text)
    head, sign, tail = text[:-3], text[-3:-2], text[-2:]
    if sign not in (".", ",") or not sign:
        head, sign, tail = (text[:-2], text[-2:-1], text[-1:]) if text[-2:-1] in (".", ",") else (text, "", "")
    digits = re.sub(r"[.,]", "", head)
    try:
        return Decimal(f"{digits}.{tail}" if sign else digits)
    except InvalidOperation:
        return None
