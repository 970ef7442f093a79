"""Payouts for tests: a firm's account, customers with accounts, and lines stored by the plug-in itself."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import Any

import psycopg

from makegood.kit.money import Money
from makegood.kit.plugins import Answer, Envelope, Surroundings
from makegood.people.actions import Limits, add_first_person, add_person
from makegood.people.models import Brand, Connection
from makegood.remedies.payout import PayoutFile
from makegood.testing.contract import answers, made_up

OURS = "DE89 3704 0044 0532 0130 00"
SETTINGS: dict[str, Any] = {"holder": "Shop Ltd", "iban": OURS}
# Published examples of IBANs, one a country.
IBANS = ("FR1420041010050500013M02606", "NL91ABNA0417164300", "AT611904300234573201", "ES9121000418450200051332")
STEP = {"iban": "iban", "holder": "name", "purpose": "Refund for order A-1"}


def payout(number: int = 1, **changes: Any) -> Envelope:
    """EUR 12.50 to an account; `facts` and `instructions` replace single ones."""
    facts = {"iban": IBANS[number % len(IBANS)], **changes.pop("facts", {})}
    step = {**STEP, **changes.pop("instructions", {})}
    key = f"mg-{number:08x}{secrets.token_hex(16)}"  # a window is stored by key: as they are numbered
    given = {
        "key": key,
        "amount": Money(1250, "EUR"),
        "brand": "default",
        "number": number,
        "facts": facts,
        "instructions": step,
    }
    return made_up(PayoutFile, **{**given, **changes})


def pay(database: Any, *window: Envelope, settings: dict[str, Any] = SETTINGS) -> list[Answer]:
    """What the plug-in answers when it performs the window."""

    async def whole() -> list[Answer]:
        surroundings = Surroundings(settings, lambda: psycopg.AsyncConnection.connect(database.app_url))
        opened = await PayoutFile.open(surroundings)
        try:
            found = await answers(opened, window)
        finally:
            await opened.close()
        return [found[index] for index in range(len(window))]

    return asyncio.run(whole())


@dataclass
class Firm:
    """Maya exports (her limit of a day is EUR 250); Omar is somebody else; Bank is the connection."""

    brand: Brand
    maya: int
    omar: int


def given_firm(settings: dict[str, Any] = SETTINGS) -> Firm:
    maya, _ = add_first_person("Maya", "maya@shop.example")
    brand = Brand.objects.get(slug="default")
    limits = [Limits("EUR", per_mistake=10)]
    omar, _ = add_person("Omar", "omar@shop.example", brand=brand, roles=["lead"], actor=maya.id, limits=limits)
    Connection.objects.create(brand=brand, name="bank", plugin="payout", settings=settings, live=True)
    return Firm(brand, maya.id, omar.id)
