"""One account at Stripe as we read it: by id, and by lists beside the payment, never by search, which lags for longer.

Reads have a pace of their own and are repeated a few times: they change nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, cast

import stripe

from makegood.kit.plugins import OutcomeUnknown, ProviderError
from makegood.remedies.stripe_answers import Order, charge_name, is_absent, plain, refusal_of
from makegood.remedies.stripe_wire import API_VERSION, SdkClient, Way

PAGE = 100
_TRIES = 4
LIVE = frozenset({"pending", "requires_action", "succeeded"})  # refunds whose money has left, or waits to


class Account:
    """`pause` and `clock` are the loop's, so that a test can stand in for time."""

    def __init__(
        self,
        way: Way,
        settings: Mapping[str, Any],
        *,
        pause: Callable[[float], Awaitable[Any]] = asyncio.sleep,
    ) -> None:
        self.client = stripe.StripeClient(
            settings["secret_key"],
            stripe_account=settings.get("account"),
            stripe_version=settings.get("api_version", API_VERSION),
            base_addresses={"api": settings.get("api_base", "https://api.stripe.com").rstrip("/")},
            max_network_retries=0,
            http_client=SdkClient(way),
        )
        self._pause = pause
        self._gap = 1 / settings.get("per_second", 20)
        self._free_at: dict[str, float] = {}

    async def charge(self, target: str) -> dict[str, Any] | None:
        """The charge of a charge's or payment intent's id; None when this account has no such thing. An intent that
        was never paid is a charge without anything captured."""
        if charge_name(target) == "charge":
            return await self.get("charge", lambda: self.client.v1.charges.retrieve_async(target))
        intent = await self.get(
            "intent",
            lambda: self.client.v1.payment_intents.retrieve_async(target, cast(Any, {"expand": ["latest_charge"]})),
        )
        if intent is None:
            return None
        charge = intent.get("latest_charge")
        nothing = {"currency": intent.get("currency"), "amount_captured": 0, "amount_refunded": 0}
        return charge if isinstance(charge, dict) else nothing

    async def customer(self, target: str) -> dict[str, Any] | None:
        found = await self.get("customer", lambda: self.client.v1.customers.retrieve_async(target))
        return None if found is None or found.get("deleted") else found

    async def made_for(self, order: Order) -> list[dict[str, Any]]:
        """Every refund of the order's charge, or every transaction on the customer's balance, as the list has them."""
        if order.what == "refund":
            return [one async for one in self.refunds({charge_name(order.target): order.target})]
        return [one async for one in self._credits(order.target)]

    async def refunds(self, filters: Mapping[str, str]) -> AsyncIterator[dict[str, Any]]:
        async for one in self._pages("refunds", lambda more: self.client.v1.refunds.list_async(more), filters):
            yield one

    async def _credits(self, customer: str) -> AsyncIterator[dict[str, Any]]:
        transactions = self.client.v1.customers.balance_transactions
        async for one in self._pages("credits", lambda more: transactions.list_async(customer, more), {}):
            yield one

    async def disputes(self, charge: str) -> list[dict[str, Any]]:
        listing = self.client.v1.disputes
        return [one async for one in self._pages("disputes", lambda more: listing.list_async(more), {"charge": charge})]

    async def _pages(
        self, what: str, page: Callable[[Any], Awaitable[Any]], filters: Mapping[str, str]
    ) -> AsyncIterator[dict[str, Any]]:
        asked: dict[str, Any] = {**filters, "limit": PAGE}
        while True:
            found = await self.get(what, lambda: page(dict(asked)))
            rows = (found or {}).get("data")
            if found is None or not isinstance(rows, list):
                raise OutcomeUnknown("Stripe's list cannot be read.", code="unreadable-answer")
            for row in rows:
                yield row
            if not found.get("has_more") or not rows:
                return
            asked["starting_after"] = rows[-1]["id"]

    async def get(self, what: str, call: Callable[[], Awaitable[Any]]) -> dict[str, Any] | None:
        """One read at its pace, tried a few times; None for what this account does not have.

        Raises `ProviderError`, `OutcomeUnknown` when Stripe does not say.
        """
        wait = 1
        for left in reversed(range(_TRIES)):
            await self._turn(what)
            try:
                found = plain(await call())
                if "object" in found:
                    return found
                no: ProviderError | OutcomeUnknown = OutcomeUnknown(
                    "Stripe answers with something that is none of its objects.", code="unreadable-answer"
                )
            except stripe.StripeError as error:
                if is_absent(error):
                    return None
                no = refusal_of(error)
            except (ProviderError, OutcomeUnknown) as error:
                no = error
            if not left or (isinstance(no, ProviderError) and (no.permanent or no.stops)):
                raise no
            asked = no.retry_after if isinstance(no, ProviderError) else None
            await self._pause(wait if asked is None else min(asked, 60))
            wait *= 2
        raise AssertionError("the last try raises")  # pragma: no cover

    async def _turn(self, what: str) -> None:
        """Waits until the next call of this endpoint may start."""
        now = time.monotonic()
        start = max(now, self._free_at.get(what, now))
        self._free_at[what] = start + self._gap
        if start > now:
            await self._pause(start - now)
