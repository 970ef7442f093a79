"""The look before money: what the provider says of a payment before anything is given back for it.

A remedy that can look implements `Looks`. It is asked when a plan is made, for every act that would be, and again
right before an act is first tried; it changes nothing at the provider. Beside it, what a remedy can do that needs the
act itself and not only its key (`FindsByAct`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from makegood.kit.money import Money
from makegood.kit.plugins import Envelope, OutcomeUnknown, ProviderError, Receipt

Verdict = Literal[
    "fine",
    "ours",
    "already",
    "disputed",
    "rest-too-small",
    "too-old",
    "no-such-object",
    "other-account",
    "wrong-currency",
]
# What a person may decide to pay all the same, within what is left of the payment.
FOR_A_PERSON = frozenset({"already", "disputed", "too-old"})


@dataclass(frozen=True, slots=True)
class Inspection:
    """What one look found. `words` is a sentence with figures for people, without personal values. `rest` is what
    could still be given, None where the provider sets no bound. `receipt` is of an act that was done already (`ours`).
    """

    verdict: Verdict
    words: str = ""
    rest: Money | None = None
    receipt: Receipt | None = None


Look = Inspection | ProviderError | OutcomeUnknown


@runtime_checkable
class Looks(Protocol):
    """A remedy that can look before money moves."""

    def inspect(self, window: Sequence[Envelope]) -> AsyncIterator[tuple[int, Look]]:
        """Yields `(index in window, look)` once for each envelope, in any order, at a pace the provider bears. An
        error in place of an inspection says that this look failed."""
        ...

    async def balance(self, instructions: Mapping[str, Any]) -> Mapping[str, Money] | None:
        """What the account can give now, by currency; None where these instructions draw nothing from it. Raises
        `ProviderError`, `OutcomeUnknown`."""
        ...


@runtime_checkable
class FindsByAct(Protocol):
    """A remedy whose provider finds an act only beside the payment it was for: the key alone is not enough."""

    async def look_up_for(self, envelope: Envelope) -> Receipt | None:
        """As `look_up`."""
        ...

    async def reverse_for(self, envelope: Envelope) -> Receipt:
        """As `reverse`."""
        ...


@runtime_checkable
class Describes(Protocol):
    """A plug-in that can say what its connection is: which account, test or live, what its key may do."""

    async def describe(self) -> list[str]:
        """Sentences for people. Raises `ProviderError`, `OutcomeUnknown`."""
        ...


def may_pay(found: Inspection, amount: Money | None, *, by_person: bool) -> bool:
    """Whether this amount may be given after this look. A person's word stands over a dispute, age and what was given
    elsewhere, never over what is left of the payment."""
    if found.verdict == "fine":
        return True
    enough = found.rest is None or (
        amount is not None and amount.currency == found.rest.currency and amount <= found.rest
    )
    return by_person and found.verdict in FOR_A_PERSON and enough


def looks(plugin: Any) -> bool:
    """Whether a plug-in, or its class, can look."""
    return callable(getattr(plugin, "inspect", None)) and callable(getattr(plugin, "balance", None))
