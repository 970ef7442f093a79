"""What a mail provider posts to the webhook, proved and read by anymail's own views, said in our words.

Delivered is done, a bounce for ever is bounced, a complaint is complained. A bounce of the moment (a full mailbox) is
bounced too, because this message did not arrive, but it says nothing against the address. Opened, clicked and the like
are left out: whether somebody read a mail is not asked here.
"""

from __future__ import annotations

import io
import json
import re
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest

from makegood.channels.anymail_providers import PROVIDERS, Provider
from makegood.kit.digest import sha256
from makegood.kit.errors import BadInput
from makegood.kit.notices import Notice, NotTheirs, Says
from makegood.kit.plugins import scrub

KEY = "makegood_key"  # the name under which a provider keeps our key and gives it back
_OURS = re.compile(r"mg-[0-9a-f]{40}")
_EARLY = timedelta(minutes=10)  # how far a provider's clock may run ahead of ours
_SAYS: dict[str, Says] = {
    "delivered": "done",
    "bounced": "bounced",
    "complained": "complained",
    "rejected": "failed",
    "failed": "failed",
    "deferred": "noted",
    "unsubscribed": "noted",
}
_SHAPES = (KeyError, TypeError, ValueError, AttributeError, IndexError, AssertionError, RecursionError, OverflowError)


def notices_of(
    settings: Mapping[str, Any], headers: Mapping[str, str], body: bytes, *, now: datetime
) -> Sequence[Notice]:
    """See `makegood.kit.notices.Hears`."""
    from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure

    provider = PROVIDERS[str(settings["provider"])]
    view, request = _view(provider, settings), _request(headers, body)
    try:
        view.run_validators(request)
    except (AnymailWebhookValidationFailure, *_SHAPES) as error:
        raise NotTheirs("The notice is not signed as the provider signs.", code="bad-signature") from error
    except (AnymailError, ImproperlyConfigured, SuspiciousOperation) as error:
        raise _unreadable() from error
    _refuse_stale(provider, headers, body, now)
    try:
        events = view.parse_events(request)
    except (AnymailError, ImproperlyConfigured, SuspiciousOperation, *_SHAPES) as error:
        raise _unreadable() from error
    return [notice for event in events if (notice := _notice(provider, event, now)) is not None]


def _view(provider: Provider, settings: Mapping[str, Any]) -> Any:
    """Raises `NotTheirs` unless the connection has what its notices are proved by: nothing is believed unproved."""
    given = {"webhook_secret": settings.get("webhook_secret", []), "api_key": settings.get("api_key", "none")}
    proofs = {"password": ("webhook_secret",), "signature": ("signing_key",), "none": ("api_key",)}
    needed = proofs.get(provider.proof, ("webhook_secret", "signing_key"))
    if not provider.webhook or not any(settings.get(name) for name in needed):
        raise NotTheirs("The connection has no secret to prove the provider's notices by.", code="no-webhook-secret")
    if settings.get("signing_key"):
        given[provider.renamed["signing_key"]] = settings["signing_key"]
    if settings.get("webhook_url"):
        given["webhook_url"] = settings["webhook_url"]
    if provider.library == "boto3":
        given |= {"auto_confirm_sns_subscriptions": True, "client_params": {"region_name": settings.get("region")}}
    module, _, name = provider.webhook.partition(":")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # anymail warns of providers that it cannot test any more
            return getattr(import_module(module), name)(**given)
    except ImportError as error:
        words = "The library that proves this provider's notices is not installed."
        raise NotTheirs(words, code="library-missing") from error
    except (ImproperlyConfigured, ValueError, TypeError) as error:
        raise NotTheirs("The secret of the provider's notices cannot be used.", code="bad-webhook-secret") from error


def _request(headers: Mapping[str, str], body: bytes) -> WSGIRequest:
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return WSGIRequest(
        {
            **named,
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "SERVER_NAME": "webhook",
            "SERVER_PORT": "443",
            "CONTENT_TYPE": headers.get("content-type", "application/json"),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "https",
        }
    )


def _refuse_stale(provider: Provider, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """A signature with a date proves the words for as long as the provider tries again, not for ever."""
    if not provider.dated:
        return
    said = headers.get(provider.dated, "")
    if not said:
        with suppress(*_SHAPES):
            value = json.loads(body)
            for part in provider.dated.split("."):
                value = value[part]
            said = str(value)
    if not said and provider.proof == "either":
        return  # proved by its password: there is no signature
    seconds = int(said[:12]) if said[:12].isdigit() else 0
    signed = datetime.fromtimestamp(seconds, UTC)
    if not now - provider.late <= signed <= now + _EARLY:
        raise NotTheirs("The notice was signed too long ago.", code="stale-signature")


def _notice(provider: Provider, event: Any, now: datetime) -> Notice | None:
    says = _SAYS.get(str(event.event_type))
    if says is None:
        return None
    at = event.timestamp if isinstance(event.timestamp, datetime) else now
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    against = says != "bounced" or _for_ever(provider, event)
    return Notice(
        event=_name(event, says),
        says=says,
        at=at,
        order=int(at.timestamp() * 1000),
        key=_key(event),
        reference=str(event.message_id or "")[:200],
        code=_code(event) if says != "noted" else str(event.event_type),
        words=scrub(str(event.mta_response or event.description or "")),
        address=str(event.recipient or "") if against else "",
    )


def _key(event: Any) -> str:
    held = event.metadata if isinstance(event.metadata, Mapping) else {}
    tags = event.tags if isinstance(event.tags, Sequence) and not isinstance(event.tags, str) else ()
    return next((str(one) for one in (held.get(KEY), *tags) if _OURS.fullmatch(str(one))), "")


def _code(event: Any) -> str:
    return str(event.reject_reason or event.event_type)[:60]


def _for_ever(provider: Provider, event: Any) -> bool:
    """Whether the provider calls the bounce one for ever; where it makes no difference, each one is."""
    return not provider.hard or any(
        str(value) in provider.hard[name] for name, value in _fields(event.esp_event) if name in provider.hard
    )


def _fields(value: Any, depth: int = 4) -> list[tuple[str, Any]]:
    """Names and plain values of an event, also of those within it."""
    if not isinstance(value, Mapping) or depth == 0:
        return []
    inner = [pair for part in value.values() for pair in _fields(part, depth - 1)]
    return [(str(name), part) for name, part in value.items() if not isinstance(part, Mapping)] + inner


def _name(event: Any, says: str) -> str:
    """The provider's id of the event, or one made of what the event says: the same however often it is sent."""
    recipient = str(event.recipient or "")
    if event.event_id:
        # One event of some providers is about several recipients.
        return f"{event.event_id}-{sha256(recipient)[:8]}"
    moment = event.timestamp.isoformat() if isinstance(event.timestamp, datetime) else ""
    return sha256(json.dumps([says, event.event_type, str(event.message_id), recipient, moment]))[:40]


def _unreadable() -> BadInput:
    return BadInput(
        "The provider's notice cannot be understood.",
        remedy="See that the webhook is the provider's one for delivery events.",
        code="unreadable-notice",
    )
