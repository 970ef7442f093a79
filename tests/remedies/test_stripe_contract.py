"""Stripe passes the plug-in contract: refunds and customers' credit, against the strict model over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.remedies.stripes import no_database

from makegood.kit.money import Money
from makegood.kit.plugins import Envelope, Surroundings
from makegood.remedies import REMEDIES
from makegood.remedies.stripe import Stripe
from makegood.testing.contract import PluginContract, made_up
from makegood.testing.stripe_model_server import StripeServer


class OfStripe(PluginContract):
    plugin = Stripe

    @pytest.fixture(autouse=True)
    def _stripe(self) -> Iterator[None]:
        with StripeServer() as server:
            self.server, self.model = server, server.model
            self.model.pacing.limit = None
            yield

    def surroundings(self) -> Surroundings:
        return Surroundings(self.server.settings, no_database)

    def effects(self, key: str) -> int:
        return self.model.effects(key)

    def busy(self) -> Envelope:
        self.model.next("429")
        return self.envelope()


class TestRefunds(OfStripe):
    def envelope(self, **changes: Any) -> Envelope:
        facts = {"order": "A-4711", "charge": self.model.books.add_charge(500)}
        return made_up(Stripe, **{"facts": facts, **changes})

    def refused(self) -> Envelope:
        return self.envelope(facts={"charge": "ch_nowhere"})

    def test_reverse(self) -> None:
        self.model.books.refunds_become = "requires_action"  # all that Stripe calls off
        super().test_reverse()


class TestPartsOfPaymentIntents(OfStripe):
    def envelope(self, **changes: Any) -> Envelope:
        charge = self.model.books.add_charge(2000)
        facts = {"paid_by": self.model.books.charges[charge]["payment_intent"]}
        instructions = {"charge": "paid_by", "reason": "duplicate", "basis": "redress"}
        return made_up(Stripe, **{"facts": facts, "instructions": instructions, **changes})

    def refused(self) -> Envelope:
        return self.envelope(amount=Money(2001, "USD"))

    def test_reverse(self) -> None:
        self.model.books.refunds_become = "requires_action"
        super().test_reverse()


class TestCredit(OfStripe):
    def envelope(self, **changes: Any) -> Envelope:
        facts = {"stripe_customer": self.model.books.add_customer()}
        return made_up(Stripe, **{"facts": facts, "instructions": {"what": "customer-credit"}, **changes})

    def refused(self) -> Envelope:
        return self.envelope(facts={"stripe_customer": "cus_nowhere"})


del OfStripe  # a base, not a suite of its own


def test_it_is_registered() -> None:
    assert REMEDIES.get("stripe") is Stripe
