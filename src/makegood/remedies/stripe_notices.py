"""What Stripe says later, by its webhook: a refund that settled or failed, a payment that is disputed.

The signature is of the moment of delivery, so an event that is days late is still Stripe's; a delivery that is repeated
by somebody else after five minutes is not.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from makegood.kit.errors import BadInput
from makegood.kit.notices import Notice, NotTheirs, Says
from makegood.kit.plugins import scrub
from makegood.remedies.stripe_wire import API_VERSION

TOLERANCE = 300  # seconds between signing and arriving, either way
_OF_A_REFUND = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})
_OF_A_STATUS: dict[str, Says] = {"succeeded": "done", "failed": "failed", "canceled": "failed"}


def read(settings: Mapping[str, Any], headers: Mapping[str, str], body: bytes, *, now: datetime) -> Sequence[Notice]:
    """Raises `NotTheirs` for a signature that does not fit, `BadInput` for words of theirs that cannot be read."""
    _prove(str(settings.get("webhook_secret") or ""), headers.get("stripe-signature", ""), body, now)
    event = _event(body)
    about = event["data"]["object"]
    kind, created = str(event["type"]), int(event["created"])
    known = _is_for_us(settings, event)
    says, code, words = _said(kind, about, _before(event)) if known else ("noted", scrub(kind, limit=60), "")
    return [
        Notice(
            # An endpoint in another version gets the same events: what it says must not stand in for what ours says.
            event=str(event["id"]) if known else f"{event['id']}:{event.get('api_version')}:{event.get('account', '')}",
            says=says,
            at=datetime.fromtimestamp(created, UTC),
            order=created * 1000 + _rank(kind, about),
            key=_key(about) if known else "",
            reference=_reference(kind, about),
            code=code,
            words=words,
        )
    ]


def _prove(secret: str, header: str, body: bytes, now: datetime) -> None:
    if not secret:
        raise NotTheirs("The connection has no webhook_secret, so nothing proves that Stripe says this.", code="no-key")
    parts = [part.partition("=") for part in header.split(",")]
    signed_at = next((value for name, _, value in parts if name.strip() == "t"), "")
    signatures = [value for name, _, value in parts if name.strip() == "v1"]
    if not signed_at.isdigit() or len(signed_at) > 12 or not signatures:
        raise NotTheirs("There is no signature of Stripe's.", code="no-signature")
    wanted = hmac.new(secret.encode(), signed_at.encode() + b"." + body, sha256).hexdigest()
    if not any(hmac.compare_digest(wanted.encode(), one.strip().encode()) for one in signatures):
        raise NotTheirs("The signature is not of this connection's webhook_secret.", code="wrong-signature")
    if abs(int(now.timestamp()) - int(signed_at)) > TOLERANCE:
        raise NotTheirs("It was signed more than five minutes ago: somebody may be repeating it.", code="too-old")


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
        whole = isinstance(event["data"]["object"], dict) and event["object"] == "event"
        readable = whole and all(isinstance(event[name], str) for name in ("id", "type"))
        readable = readable and isinstance(event["created"], int) and 0 < event["created"] < 1 << 33
    except (ValueError, KeyError, TypeError, RecursionError):
        readable = False
    if not readable:
        raise BadInput(
            "Stripe's event cannot be read.",
            remedy="Point the endpoint at snapshot events of the connection's api_version.",
            code="bad-event",
        )
    found: dict[str, Any] = event
    return found


def _is_for_us(settings: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Not of another account, and in words that mean what we think."""
    of_ours = event.get("account") == settings.get("account")
    return of_ours and event.get("api_version") == settings.get("api_version", API_VERSION)


def _before(event: Mapping[str, Any]) -> str:
    """The status that an update left behind, "" where the event does not tell."""
    previous = event["data"].get("previous_attributes")
    return str(previous.get("status", "")) if isinstance(previous, Mapping) else ""


def _said(kind: str, about: Mapping[str, Any], before: str) -> tuple[Says, str, str]:
    """What it says, with Stripe's code and words. A refund that is not ours is somebody's own."""
    status = scrub(str(about.get("status") or ""), limit=40)
    if kind in _OF_A_REFUND and about.get("object") == "refund" and _key(about):
        reason = scrub(str(about.get("failure_reason") or status), limit=60)
        says = _OF_A_STATUS.get(status, "noted")
        if says == "failed" and before == "succeeded":
            says = "reversed"
        return says, reason, f"Stripe says the refund {status}: {reason}."
    if kind == "charge.dispute.created":
        reason = scrub(str(about.get("reason") or status), limit=60)
        return "disputed", reason, f"Stripe says the payment is disputed: {reason}, {status}."
    return "noted", scrub(kind, limit=60), ""


def _rank(kind: str, about: Mapping[str, Any]) -> int:
    """Within one second the later state of a refund counts as later: a refund that failed was made before."""
    if kind not in _OF_A_REFUND:
        return 0
    return {"pending": 1, "requires_action": 1, "succeeded": 2, "failed": 3, "canceled": 3}.get(
        str(about.get("status")), 0
    )


def _key(about: Mapping[str, Any]) -> str:
    metadata = about.get("metadata")
    key = metadata.get("makegood_act") if isinstance(metadata, Mapping) else None
    return key[:100] if isinstance(key, str) else ""


def _reference(kind: str, about: Mapping[str, Any]) -> str:
    """The refund's id; of a dispute the charge's, because it is about the payment."""
    name = about.get("charge") if kind.startswith("charge.dispute.") else about.get("id")
    return name[:100] if isinstance(name, str) else ""
