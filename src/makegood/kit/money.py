"""Money is an integer count of minor units with an ISO 4217 currency; two currencies never meet.

How many minor units a currency has comes from CLDR through Babel (JPY 0, USD 2, KWD 3). No float is read, made
or shown. `split` shares an amount by the largest remainder, so that the parts always add up to the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from babel.core import get_global
from babel.numbers import format_currency

from makegood.kit.errors import BadInput

_AMOUNT = re.compile(r"^(?P<sign>[+-]?)(?P<whole>\d+)(?:\.(?P<part>\d+))?$", re.ASCII)
_TAGGED = re.compile(
    r"^\s*(?:(?P<before>[A-Z]{3})\s*(?P<amount1>[+-]?[\d.,]+)|(?P<amount2>[+-]?[\d.,]+)\s*(?P<after>[A-Z]{3}))\s*$"
)


@cache
def exponent(currency: str) -> int:
    """Digits after the point for a currency (CLDR). Raises `BadInput` when ISO 4217 does not know the code."""
    if currency not in get_global("all_currencies"):
        raise BadInput(
            f"'{currency}' is not an ISO 4217 currency code.",
            remedy="Use three capital letters such as USD, EUR or GBP.",
            code="unknown-currency",
        )
    fractions = get_global("currency_fractions")
    digits: int = fractions.get(currency, fractions["DEFAULT"])[0]
    return digits


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """`minor` counts the smallest unit (cents for USD, yen for JPY)."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent(self.currency)

    @classmethod
    def parse(cls, text: str, *, currency: str | None = None) -> Money:
        """Reads `12.50` with a currency given, or `USD 12.50` / `12.50 USD`.

        Raises `BadInput` for more digits than the currency has, thousands separators, or no currency at all.
        """
        amount, found = text.strip(), currency
        if tagged := _TAGGED.match(text):
            amount = tagged["amount1"] or tagged["amount2"]
            found = tagged["before"] or tagged["after"]
        if found is None:
            raise BadInput(f"'{text}' names no currency.", remedy="Write for example 'USD 12.50'.", code="no-currency")
        if currency is not None and found != currency:
            raise BadInput(
                f"'{text}' is in {found}, but {currency} is expected here.",
                remedy=f"Give the amount in {currency}; Makegood never converts by itself.",
                code="wrong-currency",
            )
        return cls(_minor(amount, found, text), found)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,.{exponent(self.currency)}f}"

    def format(self, locale: str) -> str:
        """For customers, in their locale: `$4,332.88`, `4.332,88 €`."""
        digits = str(abs(self.minor)).zfill(exponent(self.currency) + 1)
        first, *after = _shape(self.currency, locale.replace("-", "_"), len(digits), negative=self.minor < 0)
        return first + "".join([digit + literal for digit, literal in zip(digits, after, strict=True)])

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Shares in proportion to `weights` (not negative, not all zero), by largest remainder; they sum exactly."""
        total = sum(weights)
        if not weights or total <= 0 or min(weights) < 0:
            raise ValueError("split needs weights that are not negative and not all zero")
        whole = [self.minor * w // total for w in weights]
        rest = [(self.minor * w % total, -i) for i, w in enumerate(weights)]
        for _, index in sorted(rest, reverse=True)[: self.minor - sum(whole)]:
            whole[-index] += 1
        return [Money(m, self.currency) for m in whole]

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} never meet")
        return other.minor


@lru_cache(maxsize=4096)
def _shape(currency: str, locale: str, digits: int, *, negative: bool) -> list[str]:
    """What stands before, between and after the digits: the same for every amount of that many digits."""
    ones = Decimal("1" * digits).scaleb(-exponent(currency))
    return format_currency(-ones if negative else ones, currency, locale=locale).split("1")


def _minor(amount: str, currency: str, text: str) -> int:
    match = _AMOUNT.match(amount)
    digits = exponent(currency)
    if match is None:
        raise BadInput(
            f"'{text}' is not an amount.",
            remedy="Use digits and one point, no thousands separators: 1234.50.",
            code="bad-amount",
        )
    part = match["part"] or ""
    if len(part.rstrip("0")) > digits:
        raise BadInput(
            f"'{text}' has more digits than {currency} has ({digits}).",
            remedy="Round it to what can be paid.",
            code="too-many-digits",
        )
    minor = int(match["whole"] + part[:digits].ljust(digits, "0"))
    return -minor if match["sign"] == "-" else minor


def total(amounts: Iterable[Money]) -> dict[str, Money]:
    """Sums by currency; never one number across two."""
    sums: dict[str, Money] = {}
    for money in amounts:
        sums[money.currency] = sums.get(money.currency, Money(0, money.currency)) + money
    return dict(sorted(sums.items()))
