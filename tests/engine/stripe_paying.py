"""A recovery whose refunds go to the strict model of Stripe, over HTTP on loopback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from makegood.testing.stripe_model import StripeModel
from makegood.testing.stripe_model_keys import VirtualClock
from makegood.testing.stripe_model_server import StripeServer
from tests.engine.recovery import SCOPE, Recovery, given_people, live, recovery

REFUND = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: stripe, with: {reason: duplicate}}
"""
CREDIT = REFUND.replace("reason: duplicate", "what: customer-credit, customer: charge")


def a_server() -> StripeServer:
    """Every request takes 50 ms of the model's own time, so that its limit of 25 a second is kept without waiting."""
    return StripeServer(StripeModel(clock=VirtualClock(step_ms=50)))


def given_stripe(
    path: Path, server: StripeServer, charges: dict[str, int], *, playbook: str = REFUND, **settings: Any
) -> Recovery:
    """Customers c1, c2 … who are owed what their charge says, in cents of EUR."""
    people = given_people()
    live(people, "stripe", {**server.settings, **settings})
    lines = "".join(
        f"c{n},{cents // 100}.{cents % 100:02d},{name}\n" for n, (name, cents) in enumerate(charges.items(), 1)
    )
    made = recovery(
        path,
        people,
        count=len(charges),
        scope=SCOPE.replace("columns:\n", "columns:\n  charge: {type: text, merge: first}\n"),
        playbook=playbook,
        affected="customer,extra,charge\n" + lines,
    )
    made.load()
    return made


def charges(model: StripeModel, count: int, cents: int = 1000) -> dict[str, int]:
    """So many charges of ever more than `cents`, each a duplicate that is owed back whole."""
    return {model.books.add_charge(cents + n, "eur"): cents + n for n in range(count)}


def given_back(model: StripeModel) -> int:
    """What Makegood's own refunds gave and did not come back, counted at Stripe."""
    made = [one for one in model.books.refunds.values() if "makegood_act" in one["metadata"]]
    return sum(one["amount"] for one in made if one["status"] not in ("failed", "canceled"))
