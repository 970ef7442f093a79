"""Setting up Stripe from the command line: the test says what the key is and may do, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cli.inprocess import Here, here

from makegood.testing.stripe_model import KEY
from makegood.testing.stripe_model_server import StripeServer

__all__ = ["here"]


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeServer]:
    monkeypatch.setenv("SHOP_STRIPE_KEY", KEY)
    with StripeServer() as running:
        yield running


def added(here: Here, stripe: StripeServer, *more: str) -> None:
    base = ["--set", f"api_base={stripe.settings['api_base']}", "--set", "allow_loopback=true"]
    here(
        "connections", "add", "stripe", "--plugin", "stripe", "--secret", "secret_key=ENV:SHOP_STRIPE_KEY", *base, *more
    )


def test_it_says_mode_balance_and_what_is_missing(here: Here, stripe: StripeServer) -> None:
    stripe.model.books.add_charge(12_345)
    added(here, stripe)
    said = " ".join(here("connections", "test", "stripe").out.split())
    assert "'stripe' answers. The key works, in test mode: no money moves." in said
    assert "Available for refunds: USD 123.45." in said
    assert "There is no webhook_secret" in said
    assert KEY not in here("connections", "list").out


def test_a_revoked_key_is_said_in_stripes_words(here: Here, stripe: StripeServer) -> None:
    added(here, stripe)
    stripe.model.revoked.add(KEY)
    ran = here("connections", "test", "stripe", code=1)
    said = " ".join(ran.err.split())
    assert "api_key_expired" in said and "Expired API Key" in said and "makegood connections set" in said


def test_a_stripe_that_breaks_is_said_too(here: Here, stripe: StripeServer) -> None:
    added(here, stripe)
    stripe.model.next(*["wrong-type"] * 4, on="GET")
    stripe.model.pacing.limit = None
    ran = here("connections", "test", "stripe", code=1)
    assert "cannot be read" in " ".join(ran.err.split())
