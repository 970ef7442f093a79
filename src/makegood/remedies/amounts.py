"""What every remedy with money refuses before anything is sent."""

from __future__ import annotations

from makegood.kit.errors import BadInput
from makegood.kit.money import Money, exponent
from makegood.kit.plugins import ProviderError

LARGEST = 10**15  # minor units: ten trillion dollars; beyond it a factor was applied twice


def refuse_amount(amount: Money | None, *, needed: bool) -> ProviderError | None:
    """Why this amount can never be paid, or None: missing where needed, zero, negative, absurd, no such currency."""
    if amount is None:
        return ProviderError("There is no amount.", permanent=True, code="no-amount") if needed else None
    if not 0 < amount.minor <= LARGEST:
        return ProviderError(f"{amount.minor} minor units cannot be paid.", permanent=True, code="bad-amount")
    try:
        exponent(amount.currency)
    except BadInput as error:
        return ProviderError(error.what, permanent=True, code="unknown-currency")
    return None
