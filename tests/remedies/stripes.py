"""Short cuts of the tests of Stripe: the plug-in over the model in process, without a socket and without waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

from psycopg import AsyncConnection

from makegood.kit.money import Money
from makegood.kit.plugins import Answer, Envelope, Surroundings
from makegood.remedies.stripe import Stripe
from makegood.remedies.stripe_wire import Way
from makegood.testing.contract import answers, made_up
from makegood.testing.stripe_model import KEY, StripeModel
from makegood.testing.stripe_model_way import ModelWay

T = TypeVar("T")


async def no_database() -> AsyncConnection[Any]:
    raise AssertionError("Stripe's effects are at Stripe")


def over(model: StripeModel) -> type[Stripe]:
    """The plug-in as it is, over the model: its clock, and nobody waits."""

    class Modelled(Stripe):
        @classmethod
        def way(cls, _surroundings: Surroundings) -> Way:
            return ModelWay(model)

        def now(self) -> datetime:
            return model.clock.moment()

    return Modelled


def settings(**more: Any) -> dict[str, Any]:
    return {"secret_key": KEY, "webhook_secret": "whsec_model", **more}


def using(model: StripeModel, do: Callable[[Stripe], Awaitable[T]], **more: Any) -> T:
    """Opens the plug-in, does something with it, closes it. Waiting is noted in `model.waited`."""

    async def whole() -> T:
        plugin = await over(model).open(Surroundings(settings(**more), no_database))
        plugin.account._pause = pause
        try:
            return await do(plugin)
        finally:
            await plugin.close()

    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)
        await asyncio.sleep(0)

    model.waited = waited  # type: ignore[attr-defined] # of the tests alone
    return asyncio.run(whole())


def refund(model: StripeModel, charge: str = "", *, amount: Money | None = None, **more: Any) -> Envelope:
    """An envelope for a refund of 4.00 USD of a charge of 10.00."""
    name = charge or model.books.add_charge(1000)
    return made_up(Stripe, facts={"charge": name}, amount=amount or Money(400, "USD"), **more)


def credit(model: StripeModel, **more: Any) -> Envelope:
    facts = {"stripe_customer": model.books.add_customer()}
    return made_up(Stripe, **{"facts": facts, "instructions": {"what": "customer-credit"}, **more})


def perform(model: StripeModel, *envelopes: Envelope, **more: Any) -> list[Answer]:
    async def do(plugin: Stripe) -> list[Answer]:
        found = await answers(plugin, envelopes)
        return [found[index] for index in range(len(envelopes))]

    return using(model, do, **more)
