"""What a provider says of an act by itself, later: an event of its webhook, a mail that came back.

A plug-in that hears notices has a class method `read_notices`; it proves that the words are the provider's and gives
what they say in ours. A notice confirms what an act already did, it never makes one; it may come twice, late and in
any order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, runtime_checkable

Says = Literal["done", "failed", "reversed", "bounced", "complained", "disputed", "noted"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing a provider said.

    `event` is the provider's own name for it, the same however often it is sent. The act is found by `key` (ours, where
    the provider gives it back), else by `reference` (the provider's id, as in the receipt). `says`:

        done        it took effect and has settled       failed      it was taken and then did not take effect
        reversed    it had settled and came back         bounced     the message could not be delivered, for ever
        complained  the recipient called it spam         disputed    the payment is disputed at the provider
        noted       nothing that changes an act; kept as evidence

    `order` grows with the provider's view of the object (its version, or the event's time in milliseconds): what is
    older than what is known changes nothing. `at` is aware. `address` is whom a bounce or complaint is about; it is
    used to suppress the address and is never stored as it stands. `code` and `words` are the provider's, scrubbed.
    """

    event: str
    says: Says
    at: datetime
    order: int
    key: str = ""
    reference: str = ""
    code: str = ""
    words: str = ""
    address: str = ""


class NotTheirs(Exception):
    """The words are not proved to be the provider's: a wrong or missing signature, or one that is too old."""

    def __init__(self, words: str, *, code: str) -> None:
        super().__init__(words)
        self.words = words
        self.code = code


@runtime_checkable
class Hears(Protocol):
    """A plug-in whose provider sends notices."""

    @classmethod
    def read_notices(
        cls, settings: Mapping[str, Any], headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> Sequence[Notice]:
        """What a request to the connection's webhook says; header names are lower case.

        Raises `NotTheirs`; `BadInput` when the words are theirs and cannot be understood.
        """
        ...
