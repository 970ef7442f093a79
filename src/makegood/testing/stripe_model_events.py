"""Stripe's events: recorded as things happen, delivered signed, and then twice, late, out of order or in old words."""

from __future__ import annotations

import hmac
import json
import random
from copy import deepcopy
from dataclasses import dataclass
from hashlib import sha256

from makegood.testing.stripe_model_keys import VirtualClock
from makegood.testing.stripe_model_money import Object

API_VERSION = "2026-10-28.endive"
OLD_VERSION = "2019-02-19"
LATEST_SECONDS = 3 * 86_400
WEBHOOK_KEY = "whsec_model"


@dataclass(frozen=True)
class Delivery:
    """One call of a webhook: `at` is when it is made, in seconds since 1970; the signature is of that moment."""

    at: int
    headers: dict[str, str]
    body: bytes


class Events:
    """`recorded` in the order of things."""

    def __init__(self, clock: VirtualClock) -> None:
        self.secret = WEBHOOK_KEY
        self.recorded: list[Object] = []
        self._clock = clock

    def record(self, account: str, kind: str, thing: Object, before: Object) -> None:
        """`account` is a connected one, or ""; `before` holds what an update replaced."""
        number = len(self.recorded) + 1
        event = {
            "id": f"evt_model{number:06d}",
            "object": "event",
            "api_version": API_VERSION,
            "created": self._clock.seconds,
            "data": {"object": deepcopy(thing)} | ({"previous_attributes": before} if before else {}),
            "livemode": False,
            "type": kind,
        }
        self.recorded.append(event | ({"account": account} if account else {}))

    def deliver(self, event: Object, *, delay: int = 0, version: str = API_VERSION) -> Delivery:
        """One event as it arrives `delay` seconds after it happened, signed then."""
        at = event["created"] + delay
        body = json.dumps(event | {"api_version": version}).encode()
        return Delivery(at, {"stripe-signature": sign(body, self.secret, at)}, body)

    def shuffled(self, seed: int, *, repeats: int = 3) -> list[Delivery]:
        """Every event one to `repeats` times, up to three days late, some in an old version, by time of arrival."""
        dice = random.Random(seed)  # noqa: S311 - not a secret
        found = [
            self.deliver(
                event,
                delay=dice.choice((0, 1, 60, 3600, LATEST_SECONDS)),
                version=dice.choice((API_VERSION, API_VERSION, OLD_VERSION)),
            )
            for event in self.recorded
            for _ in range(dice.randint(1, repeats))
        ]
        return sorted(found, key=lambda delivery: (delivery.at, dice.random()))


def sign(body: bytes, secret: str, at: int, *, scheme: str = "v1") -> str:
    """The header Stripe-Signature for a body that is sent at a moment (seconds since 1970)."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest()
    return f"t={at},{scheme}={mac}"
