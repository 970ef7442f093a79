"""Stripe's amounts: whole numbers of a currency's smallest unit, as Stripe counts it, which is not always as CLDR does.

https://docs.stripe.com/currencies: currencies without a smaller unit, two that are written with one although they have
none (ISK, UGX), and those with thousandths, whose last digit must be 0.
"""

from __future__ import annotations

from makegood.kit.money import Money, exponent
from makegood.kit.plugins import ProviderError

WHOLE = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
THOUSANDTHS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])


def digits(currency: str) -> int:
    """How many digits Stripe's amounts have after the point. `currency` in capitals."""
    if currency in WHOLE:
        return 0
    return 3 if currency in THOUSANDTHS else 2


def to_stripe(amount: Money) -> int:
    """The same value in Stripe's unit. Raises `ProviderError` for an amount that cannot be said in it."""
    more, less = _factors(amount.currency)
    whole, rest = divmod(amount.minor * more, less)
    if rest or (amount.currency in THOUSANDTHS and whole % 10):
        words = f"Stripe cannot pay {amount}: it has more digits than Stripe takes."
        raise ProviderError(words, permanent=True, code="too-many-digits")
    return whole


def from_stripe(amount: int, currency: str) -> Money:
    """Money from Stripe's amount and its currency in small letters; what is below our unit is cut off."""
    code = currency.upper()
    more, less = _factors(code)
    return Money(amount * less // more, code)


def _factors(currency: str) -> tuple[int, int]:
    """What our minor units are multiplied with and divided by to become Stripe's."""
    shift = digits(currency) - exponent(currency)
    factor = int("1" + "0" * abs(shift))
    return (factor, 1) if shift > 0 else (1, factor)
