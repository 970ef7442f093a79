"""The seam every remedy and channel is written to: an envelope in, one answer out, nothing decided.

A plug-in is opened with its connection's settings, performs windows of envelopes, and yields exactly
one answer for each. Only the room `acts` calls it, after the intent has been committed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, runtime_checkable

from makegood.kit.errors import Finding
from makegood.kit.money import Money

if TYPE_CHECKING:  # a policy is checked without the database's driver
    from psycopg import AsyncConnection

# Codes of a permanent no that mean: this customer cannot be reached, or paid, this way. The act takes its next route.
_OF_MAIL = ("550", "551", "553", "556", "bad-address", "no-smtputf8", "suppressed", "rejected", "invalid")
_OF_PAPER = ("returned", "address-too-long", "unprintable")
_OF_MONEY = ("account-closed", "lost_or_stolen_card", "expired_or_canceled_card")
_OF_BANKS = ("no-account", "bad-iban", "bad-bic", "bad-account", "not-sepa", "no-holder")
UNDELIVERABLE = frozenset({*_OF_MAIL, *_OF_PAPER, *_OF_MONEY, *_OF_BANKS, "no-address", "undeliverable", "cannot"})
# Why money failed later that another way would not put right: the customer's bank may pay it, or it is for us to mend.
A_PERSON_FIRST = frozenset({"charge_for_pending_refund_disputed", "insufficient_funds", "merchant_request"})
Kind = Literal["tell", "fix", "make good", "ask"]


SEAM = "\n\n"  # between the parts of a page


@dataclass(frozen=True, slots=True)
class Words:
    """A rendered message. `digest` is SHA-256 over subject, text and HTML.

    `closing` ends the plain text of a mail: the brand's name and address, which paper has elsewhere and the HTML
    already holds. `sender_name` and `reply_to` are the message's own; "" leaves them to the connection. `page` is
    the HTML in five parts, a blank line between each two, of which the first, the third and the last are the same for
    every customer; or nothing.
    """

    subject: str
    text: str
    html: str
    digest: str
    locale: str = "en"
    closing: str = ""
    sender_name: str = ""
    reply_to: str = ""
    page: tuple[str, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One act as a plug-in sees it.

    `key` is the idempotency key, stable for ever. `destination` holds the contact facts of the route
    (`name`, `email`, `phone`, `post` as lines joined by newlines, `language`). `words` is set for tell and ask,
    `amount` for remedies with money. `reason` is one sentence a customer could read. `instructions` are the step's
    `with:` settings from the playbook. `plan` and `ordinal` are only for logs.
    """

    key: str
    kind: Kind
    brand: str
    mistake: str
    customer: int
    destination: Mapping[str, str]
    amount: Money | None = None
    words: Words | None = None
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    instructions: Mapping[str, Any] = field(default_factory=dict)
    plan: int = 0
    ordinal: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider's yes. `accepted` means taken but not settled; `waiting` means a person or the customer is next.

    `reference` is the provider's own id, `code` a short machine word; `words` are the provider's, scrubbed of
    addresses before they are kept.
    """

    status: Literal["done", "accepted", "waiting"]
    reference: str
    code: str = "ok"
    words: str = ""


class ProviderError(Exception):
    """The provider's no. `permanent` says whether trying again can help; `retry_after` is in seconds. `stops`: it is
    about the connection and not about this act (a key that was revoked), so that the plan stops and no act is failed.
    """

    def __init__(
        self, words: str, *, permanent: bool, code: str, retry_after: int | None = None, stops: bool = False
    ) -> None:
        super().__init__(words)
        self.words = words
        self.permanent = permanent
        self.code = code
        self.retry_after = retry_after
        self.stops = stops


class OutcomeUnknown(Exception):
    """The call may or may not have taken effect: never retried blindly, never called failed."""

    def __init__(self, words: str, *, code: str = "no-answer") -> None:
        super().__init__(words)
        self.words = words
        self.code = code


class NotSent(Exception):
    """Nothing was started: the worker may no longer send (lease lost, paused). The act stays as it was."""


Answer = Receipt | ProviderError | OutcomeUnknown | NotSent


class Guard:
    """Stands before every send. The engine's guard checks the lease's deadline and keeps a local begin/end log."""

    def begin(self, _envelope: Envelope) -> bool:
        """True when this send may start; called immediately before it."""
        return True

    def still(self) -> bool:
        """True while what was begun may still be written to the provider; asked once its line is open."""
        return True

    def never(self, _envelope: Envelope) -> None:
        """Takes a `begin` back: nothing was written."""

    def end(self, _envelope: Envelope, _answer: Answer) -> None:
        """Called immediately after the answer is known."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a plug-in may use: settings of its connection (secrets resolved), the database for plug-ins that keep
    their effect in it (outbox, ledger, vouchers, tasks, letters), and how many calls may be open at once."""

    settings: Mapping[str, Any] = field(repr=False)  # holds secrets
    connect: Callable[[], Awaitable[AsyncConnection[Any]]]
    connections: int = 8
    guard: Guard = field(default_factory=Guard)


class Plugin(Protocol):
    """What a remedy or channel class looks like. Class attributes describe it, `open` makes one.

    `repeatable`: the same key sent twice takes effect once. `can_look_up`: `look_up` finds an earlier effect by key.
    `route` names the contact fact it needs (`email`, `phone`, `post`), or "" for none.

    Two more it may have, `timedelta` or None. `settles_after`: what its provider took may come back for so long, and is
    only *sent* until then (`settles_after()` reads it). `key_life`: for so long the provider knows a key again; an
    older one is looked up, never simply repeated. `exact_look_up` (True) says that its look-up is never behind.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    kinds: ClassVar[frozenset[str]]
    route: ClassVar[str]
    needs_money: ClassVar[bool]
    repeatable: ClassVar[bool]
    can_look_up: ClassVar[bool]
    can_reverse: ClassVar[bool]
    settings_schema: ClassVar[dict[str, Any]]
    instructions_schema: ClassVar[dict[str, Any]]

    @classmethod
    async def open(cls, surroundings: Surroundings) -> Plugin:
        """Connects. Raises `ProviderError` when the provider cannot be reached at all."""
        ...

    async def close(self) -> None: ...

    def perform(self, window: Sequence[Envelope]) -> AsyncIterator[tuple[int, Answer]]:
        """Yields `(index in window, answer)` once for each envelope, in any order."""
        ...

    async def look_up(self, key: str) -> Receipt | None:
        """The earlier effect of a key, or None when the provider proves there is none."""
        ...

    async def reverse(self, key: str) -> Receipt:
        """Takes a done act back. Raises `ProviderError` where it cannot be."""
        ...

    @classmethod
    def check(cls, settings: Mapping[str, Any], instructions: Mapping[str, Any]) -> list[Finding]:
        """Findings about a step's instructions, before anything is planned."""
        ...


def settles_after(plugin: type[Plugin], settings: Mapping[str, Any]) -> timedelta | None:
    """For how long what the plug-in's provider took may come back; None: its yes is final. The connection's
    `bounce_window`, in hours, overrules the class."""
    window = settings.get("bounce_window")
    found: timedelta | None = getattr(plugin, "settles_after", None) if window is None else timedelta(hours=window)
    return found or None


@runtime_checkable
class Lasting(Protocol):
    """A plug-in that may serve several chunks, one after another: what it has open is dear, and belongs to no chunk."""

    def lasts(self) -> bool:
        """False once it would have to connect first: then it is opened anew, which says when that fails."""
        ...


@dataclass
class _Send:
    """The send under way in this task, and whether anything of it was written."""

    guard: Guard
    written: bool = False


_SEND: ContextVar[_Send | None] = ContextVar("send", default=None)


def about_to_write() -> None:
    """For a plug-in that has its open line in hand and writes next. Raises `NotSent` once nothing may be sent any more.

    The guard was asked before, but connecting takes time, and a worker may stand still meanwhile for longer than the
    provider keeps a key. Asked here, what is left is a worker that stands still on an open line. There we count on
    providers closing a silent line long before they forget a key: an assumption, nobody promises it. What is not a
    send (a look-up) is not held up, nor is its second request.
    """
    send = _SEND.get()
    if send is None or send.written:
        return
    if not send.guard.still():
        raise NotSent("the worker may no longer send")
    send.written = True


async def each(
    window: Sequence[Envelope],
    one: Callable[[Envelope], Awaitable[Receipt]],
    *,
    surroundings: Surroundings,
) -> AsyncIterator[tuple[int, Answer]]:
    """Performs envelopes one by one, at most `surroundings.connections` open at once; answers as they come."""
    guard = surroundings.guard
    turns = iter(enumerate(window))
    answered: asyncio.Queue[tuple[int, Answer] | None] = asyncio.Queue()

    async def take_turns() -> None:
        try:
            for index, envelope in turns:
                answered.put_nowait((index, await answer(envelope)))
        finally:
            answered.put_nowait(None)  # this one has ended, well or not

    async def answer(envelope: Envelope) -> Answer:
        if not guard.begin(envelope):
            return NotSent("the worker may no longer send")
        _SEND.set(_Send(guard))
        try:
            found: Answer = await one(envelope)
        except NotSent as no:
            guard.never(envelope)
            return no
        except (ProviderError, OutcomeUnknown) as no:
            found = no
        guard.end(envelope, found)
        return found

    tasks = [asyncio.create_task(take_turns()) for _ in range(min(surroundings.connections, len(window)))]
    going = len(tasks)
    try:
        while going:
            if found := await answered.get():
                yield found
                continue
            going -= 1
            for task in tasks:
                if task.done():
                    task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


_ADDRESS = re.compile(r"(?:[^\s<>,;:\"'][^\s<>,;:\"]*|'+)@[^\s<>,;:\"']+")
_NUMBER = re.compile(r"(?<![\w-])\+?\d[\d ()/-]{7,}\d")


def scrub(words: str, *, limit: int = 200) -> str:
    """The provider's words without e-mail addresses and long numbers: append-only tables keep no personal values."""
    if "@" in words:
        words = _ADDRESS.sub("[address]", words)
    return _NUMBER.sub("[number]", words).replace("\n", " ")[:limit]
