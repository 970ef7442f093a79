"""An envelope as a mail: who from, who to, the stable Message-ID. Shared by `email` and the outbox that stands in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from makegood.kit import mime
from makegood.kit.clock import now
from makegood.kit.errors import BadInput
from makegood.kit.plugins import Envelope, ProviderError, Words

SENDER_SETTINGS: dict[str, Any] = {
    "sender_name": {"type": "string"},
    "sender_email": {"type": "string", "minLength": 3},
    "reply_to": {"type": "string"},
    "domain": {"type": "string", "description": "Right side of Message-ID; the sender's domain if absent."},
}
BOUNCE_WINDOW: dict[str, Any] = {
    "type": "integer",
    "minimum": 0,
    "maximum": 720,
    "description": "Hours in which a mail may still come back, 72 if absent; 0: the server's yes is final.",
}

RETURN_SETTINGS: dict[str, Any] = {
    "bounce_address": {
        "type": "string",
        "pattern": r"^[^@\s]*\{key\}[^@\s]*@[^@\s]+$",
        "description": "Return-Path of each mail, such as bounces+{key}@shop.example; the sender if absent.",
    },
    "returns_host": {"type": "string", "minLength": 1, "description": "IMAP server of the return mailbox."},
    "returns_port": {"type": "integer", "minimum": 1, "maximum": 65535},
    "returns_tls": {"enum": ["implicit", "starttls", "none"], "default": "implicit"},
    "returns_user": {"type": "string"},
    "returns_password": {"type": "string"},
    "returns_folder": {"type": "string", "minLength": 1, "default": "INBOX"},
    "returns_maildir": {"type": "string", "minLength": 1, "description": "Instead of IMAP: a Maildir on this machine."},
}


def message_id(key: str, settings: Mapping[str, Any]) -> str:
    """The stable Message-ID of an act, `<key@domain>`: copies of one message can be recognised by it."""
    return f"<{key}@{settings.get('domain') or sender(settings)[1].rpartition('@')[2]}>"


def sender(settings: Mapping[str, Any]) -> mime.Mailbox:
    """Name and address in From, an international domain as Punycode. Raises `BadInput`."""
    address = mime.wire_address(str(settings.get("sender_email") or "outbox@localhost"))
    return str(settings.get("sender_name", "")), address


def shown_sender(words: Words, settings: Mapping[str, Any]) -> tuple[mime.Mailbox, str]:
    """From, and where answers go ("" for the sender): the message's own name and address before the connection's.

    Raises `BadInput` for an address that cannot be one.
    """
    name, address = sender(settings)
    reply_to = words.reply_to or str(settings.get("reply_to") or "")
    return (words.sender_name or name, address), mime.wire_address(reply_to) if reply_to else ""


def return_path(key: str, settings: Mapping[str, Any]) -> str:
    """Where a mail that cannot be delivered comes back to: an address of its own for each act, where one is set."""
    pattern = str(settings.get("bounce_address") or "")
    return mime.wire_address(pattern.replace("{key}", key)) if pattern else sender(settings)[1]


def recipient(envelope: Envelope) -> str:
    """The address for the envelope of the mail. Raises `ProviderError` (permanent) when there is none that can be."""
    address = envelope.destination.get("email", "").strip()
    if not address:
        raise ProviderError("There is no e-mail address.", permanent=True, code="no-address")
    try:
        return mime.wire_address(address)
    except BadInput as error:
        raise ProviderError(error.what, permanent=True, code="bad-address") from error


def mail(envelope: Envelope, settings: Mapping[str, Any]) -> bytes:
    """The whole mail. Raises `ProviderError` (permanent) for an address or a setting that cannot stand in it."""
    if envelope.words is None:
        raise ProviderError("There is no message to send.", permanent=True, code="no-words")
    try:
        shown, reply_to = shown_sender(envelope.words, settings)
        return mime.build(
            envelope.words,
            sender=shown,
            reply_to=reply_to,
            to=(envelope.destination.get("name", ""), recipient(envelope)),
            message_id=message_id(envelope.key, settings),
            date=now(),
        )
    except BadInput as error:
        raise ProviderError(error.what, permanent=True, code="bad-mail") from error
