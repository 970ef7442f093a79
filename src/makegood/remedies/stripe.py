"""Stripe: a refund of a payment, or credit on a customer's balance, by Stripe's own SDK with our rules for repeating.

Every object carries our key in its metadata, and is found again beside its payment. A v1 key at Stripe lives 24 hours:
after `key_life` nothing is repeated that was not looked up first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self, cast
from urllib.parse import urlsplit

import stripe

from makegood.kit.clock import now
from makegood.kit.errors import Finding
from makegood.kit.kept import schema_findings
from makegood.kit.looking import Inspection, Look
from makegood.kit.money import Money
from makegood.kit.notices import Notice
from makegood.kit.plugins import Answer, Envelope, OutcomeUnknown, ProviderError, Receipt, Surroundings, each
from makegood.remedies.amounts import refuse_amount
from makegood.remedies.egress import is_near
from makegood.remedies.stripe_account import Account
from makegood.remedies.stripe_answers import Order, order_of, plain, receipt_of, refund_receipt, refusal_of, replayed
from makegood.remedies.stripe_looking import by_currency, complete, current, look
from makegood.remedies.stripe_notices import read
from makegood.remedies.stripe_wire import API_VERSION, Way, Wire

_BY_KEY = 1_000  # how many of the newest refunds are read for a key of which nothing else is known
_DAYS = 365


class Stripe:
    name: ClassVar[str] = "stripe"
    label: ClassVar[str] = "Stripe"
    kinds: ClassVar[frozenset[str]] = frozenset({"fix", "make good"})
    route: ClassVar[str] = ""
    needs_money: ClassVar[bool] = True
    repeatable: ClassVar[bool] = True
    can_look_up: ClassVar[bool] = True
    can_reverse: ClassVar[bool] = True
    key_life: ClassVar[timedelta] = timedelta(hours=23)
    settings_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["secret_key"],
        "properties": {
            "secret_key": {"type": "string", "description": "sk_… or rk_…; a secret."},
            "webhook_secret": {"type": "string", "description": "whsec_…; a secret."},
            "account": {"type": "string", "pattern": "^acct_\\w+$", "description": "A connected account (Connect)."},
            "api_base": {"type": "string", "pattern": "^https?://[^/?#]+/?$", "default": "https://api.stripe.com"},
            "api_version": {"type": "string", "default": API_VERSION},
            "per_second": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 20},
            "oldest_days": {"type": "integer", "minimum": 1, "maximum": 3650, "default": _DAYS},
            "timeout": {"type": "integer", "minimum": 1, "maximum": 300, "default": 60},
            "allow_loopback": {"type": "boolean"},
        },
    }
    instructions_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "what": {"enum": ["refund", "customer-credit"], "default": "refund"},
            "charge": {"type": "string", "description": "The fact with the charge's or payment intent's id."},
            "customer": {"type": "string", "description": "The fact with the customer's id at Stripe."},
            "reason": {"enum": ["duplicate", "requested_by_customer"], "description": "Shown in Stripe's dashboard."},
            "description": {"type": "string", "maxLength": 200, "description": "Of a credit, on the next invoice."},
            "basis": {"enum": ["redress", "goodwill"]},
        },
    }

    def __init__(self, surroundings: Surroundings, way: Way) -> None:
        self._surroundings = surroundings
        self._settings = surroundings.settings
        self._way = way
        self.account = Account(way, self._settings)
        self._halted: ProviderError | None = None

    @classmethod
    async def open(cls, surroundings: Surroundings) -> Self:
        """Connects at the first call. Raises `ProviderError` for an address that must not be called."""
        if unsafe := _unsafe(surroundings.settings):
            raise ProviderError(unsafe, permanent=False, code="plain-refused")
        return cls(surroundings, cls.way(surroundings))

    @classmethod
    def way(cls, surroundings: Surroundings) -> Way:
        """How requests get to Stripe; a simulation puts its own here."""
        settings = surroundings.settings
        return Wire(
            settings.get("api_base", "https://api.stripe.com"),
            near=bool(settings.get("allow_loopback")),
            timeout=settings.get("timeout", 60),
            connections=surroundings.connections,
        )

    async def close(self) -> None:
        await self._way.close()

    async def perform(self, window: Sequence[Envelope]) -> AsyncIterator[tuple[int, Answer]]:
        self._halted = None  # of this window: a worker keeps the plug-in for longer than the trouble lasts
        async for index, answer in each(window, self._act, surroundings=self._surroundings):
            yield index, answer

    async def _act(self, envelope: Envelope) -> Receipt:
        if self._halted is not None:
            raise self._halted  # what one was told of the account is true for all
        try:
            order = _order(envelope)
            made = await self._create(order)
            # A repeated answer tells how things were then: a refund may have failed or been called off since.
            found = await self._again(order, plain(made)) if replayed(made) else plain(made)
            return receipt_of(found, order)
        except ProviderError as no:
            self._halted = no if no.stops else None
            raise

    async def _create(self, order: Order) -> object:
        params, options = cast(Any, dict(order.params)), cast(Any, {"idempotency_key": order.endpoint_key})
        try:
            if order.what == "refund":
                return await self.account.client.v1.refunds.create_async(params, options)
            transactions = self.account.client.v1.customers.balance_transactions
            return await transactions.create_async(order.target, params, options)
        except stripe.StripeError as error:
            raise refusal_of(error) from error

    async def _again(self, order: Order, was: dict[str, Any]) -> dict[str, Any]:
        if order.what == "customer-credit":
            if _taken_back(await self.account.made_for(order), order.key):
                raise ProviderError("This credit was taken back.", permanent=True, code="reversed")
            return was
        retrieve = self.account.client.v1.refunds.retrieve_async
        return await self.account.get("refund", lambda: retrieve(str(was.get("id")))) or was

    async def look_up(self, key: str) -> Receipt | None:
        """By the key alone, among the newest refunds. Finding nothing there proves nothing."""
        found = await self._newest(key)
        if found is None:
            words = "Stripe finds an act beside its payment, and the payment is not known here."
            raise OutcomeUnknown(words, code="payment-not-known")
        return refund_receipt(found)

    async def look_up_for(self, envelope: Envelope) -> Receipt | None:
        """Among what was made for the same payment. None only when that list is proved to be whole."""
        order = _order(envelope)
        made = await self.account.made_for(order)
        for one in made:
            if _key_of(one) == order.key:
                return receipt_of(one, order)
        if not await self._is_whole(order, made):
            raise OutcomeUnknown("Stripe's list does not show everything yet.", code="not-yet-known")
        return None

    async def _is_whole(self, order: Order, made: Sequence[Mapping[str, Any]]) -> bool:
        if order.what == "refund":
            charge = await self.account.charge(order.target)
            return charge is None or complete(charge, made)
        customer = await self.account.customer(order.target)
        return customer is None or current(customer, made)

    async def _newest(self, key: str) -> dict[str, Any] | None:
        read = 0
        async for one in self.account.refunds({}):
            read += 1
            if _key_of(one) == key or read >= _BY_KEY:
                return one if _key_of(one) == key else None
        return None

    async def reverse(self, key: str) -> Receipt:
        """Calls off a refund that waits for the customer, found among the newest."""
        return await self._call_off(await self._newest(key), key)

    async def reverse_for(self, envelope: Envelope) -> Receipt:
        """Calls off a refund that waits for the customer; books the opposite of a credit."""
        order = _order(envelope)
        made = await self.account.made_for(order)
        found = next((one for one in made if _key_of(one) == order.key), None)
        if order.what == "refund" or found is None:
            return await self._call_off(found, order.key)
        if back := _taken_back(made, order.key):
            return Receipt("done", str(back["id"]), "reversed")
        params = {
            "amount": -int(found["amount"]),
            "currency": found["currency"],
            "metadata": {"makegood_reverses": order.key},
        }
        options = {"idempotency_key": f"{order.endpoint_key}-reverse"}
        transactions = self.account.client.v1.customers.balance_transactions
        try:
            back = plain(await transactions.create_async(order.target, cast(Any, params), cast(Any, options)))
        except stripe.StripeError as error:
            raise refusal_of(error) from error
        if back.get("amount") != params["amount"] or back.get("customer") != order.target:
            raise OutcomeUnknown("Stripe's answer is about something else than was asked.", code="another-object")
        return Receipt("done", str(back["id"]), "reversed")

    async def _call_off(self, found: Mapping[str, Any] | None, key: str) -> Receipt:
        if found is None:
            words = "Stripe shows nothing under this key that could be taken back."
            raise ProviderError(words, permanent=True, code="nothing-to-reverse")
        reference, status = str(found["id"]), found.get("status")
        if status == "requires_action":
            options = cast(Any, {"idempotency_key": f"{key}/cancel"})
            try:
                cancelled = await self.account.client.v1.refunds.cancel_async(reference, options=options)
            except stripe.StripeError as error:
                raise refusal_of(error) from error
            status = plain(cancelled).get("status")
        if status == "canceled":
            return Receipt("done", reference, "canceled")
        words = f"The refund {reference} is {status}; Stripe takes back only what waits for the customer."
        raise ProviderError(words, permanent=True, code="cannot-reverse")

    async def inspect(self, window: Sequence[Envelope]) -> AsyncIterator[tuple[int, Look]]:
        self._halted = None
        gate = asyncio.Semaphore(self._surroundings.connections)

        async def one(index: int, envelope: Envelope) -> tuple[int, Look]:
            async with gate:
                try:
                    return index, await self._look(envelope)
                except (ProviderError, OutcomeUnknown) as no:
                    return index, no

        tasks = [asyncio.create_task(one(index, envelope)) for index, envelope in enumerate(window)]
        try:
            for done in asyncio.as_completed(tasks):
                yield await done
        finally:
            for task in tasks:
                task.cancel()

    async def _look(self, envelope: Envelope) -> Inspection:
        if self._halted is not None:
            raise self._halted
        try:
            order = _order(envelope)
        except ProviderError as no:
            return Inspection("no-such-object", no.words)
        oldest = timedelta(days=self._settings.get("oldest_days", _DAYS))
        try:
            return await look(self.account, order, oldest=oldest, now=self.now())
        except ProviderError as no:
            self._halted = no if no.stops else None
            raise

    def now(self) -> datetime:
        return now()

    async def balance(self, instructions: Mapping[str, Any]) -> Mapping[str, Money] | None:
        if instructions.get("what") == "customer-credit":
            return None
        return by_currency(await self._balance())

    async def _balance(self) -> dict[str, Any]:
        return await self.account.get("balance", self.account.client.v1.balance.retrieve_async) or {}

    async def describe(self) -> list[str]:
        """Which mode and account, what is on the balance, and what the key may not do."""
        found = await self._balance()
        mode = "live mode: money really moves" if found.get("livemode") else "test mode: no money moves"
        amounts = ", ".join(str(money) for money in by_currency(found).values()) or "nothing"
        said = [f"The key works, in {mode}.", f"Available for refunds: {amounts}."]
        v1 = self.account.client.v1
        first, nobody = cast(Any, {"limit": 1}), cast(Any, {"charge": "ch_makegood_rights", "amount": 1})
        for may, asked in (
            ("read refunds", lambda: v1.refunds.list_async(first)),
            ("read disputes", lambda: v1.disputes.list_async(first)),
            ("read charges", lambda: v1.charges.retrieve_async("ch_makegood_rights")),
            ("make refunds", lambda: v1.refunds.create_async(nobody)),  # of a charge that there is not
        ):
            try:
                await self.account.get(may, asked)
            except ProviderError as no:
                said.append(f"The key may not {may}: {no.words}")
        if not self._settings.get("webhook_secret"):
            said.append("There is no webhook_secret: a refund that fails days later would not be heard of.")
        return said

    @classmethod
    def read_notices(
        cls, settings: Mapping[str, Any], headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> Sequence[Notice]:
        return read(settings, headers, body, now=now)

    @classmethod
    def check(cls, settings: Mapping[str, Any], instructions: Mapping[str, Any]) -> list[Finding]:
        findings = schema_findings(cls, settings, instructions)
        if findings:
            return findings
        if unsafe := _unsafe(settings):
            findings.append(Finding("plain-refused", unsafe, "Leave api_base out: Stripe's own address is used."))
        if not settings.get("webhook_secret"):
            what = "The connection has no webhook_secret: a refund that fails days later is not heard of."
            remedy = "Add the endpoint in Stripe's dashboard and its secret to the connection."
            findings.append(Finding("no-webhook", what, remedy, level="advice"))
        return findings


def _order(envelope: Envelope) -> Order:
    if refused := refuse_amount(envelope.amount, needed=True):
        raise refused
    assert envelope.amount is not None  # noqa: S101 - refused above
    return order_of(envelope.key, envelope.amount, envelope.facts, envelope.instructions)


def _key_of(made: Mapping[str, Any]) -> str:
    metadata = made.get("metadata")
    return str(metadata.get("makegood_act", "")) if isinstance(metadata, Mapping) else ""


def _taken_back(made: Sequence[dict[str, Any]], key: str) -> dict[str, Any] | None:
    return next((one for one in made if (one.get("metadata") or {}).get("makegood_reverses") == key), None)


def _unsafe(settings: Mapping[str, Any]) -> str:
    base = urlsplit(str(settings.get("api_base", "https://api.stripe.com")))
    if base.scheme == "https" or (settings.get("allow_loopback") and is_near(base.hostname or "")):
        return ""
    return "Plain HTTP is refused: money and the key would be readable on the way."
