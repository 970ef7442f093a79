"""The local outbox: catches every message until a connection is switched live. Nothing leaves the machine.

It keeps exactly what would have gone out: for e-mail the whole MIME message, for other channels the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from makegood.channels.mail import SENDER_SETTINGS, mail
from makegood.kit.digest import sha256
from makegood.kit.kept import Cursor, Kept
from makegood.kit.plugins import Answer, Envelope, ProviderError, Receipt

_FACT = {"email": "email", "letter": "post", "task": "phone"}  # channel stood in for: the contact fact it uses

_ADD = """
INSERT INTO outbox_message (key, brand, mistake, customer, channel, recipient, subject, mime, text, digest)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[],
                     %s::bytea[], %s::text[], %s::text[])
ON CONFLICT (key) DO NOTHING
"""
_READ = "SELECT key, id, digest FROM outbox_message WHERE key = ANY(%s)"


class Outbox(Kept):
    name: ClassVar[str] = "outbox"
    label: ClassVar[str] = "Local outbox: nothing leaves this machine"
    kinds: ClassVar[frozenset[str]] = frozenset({"tell", "ask", "fix", "make good"})
    route: ClassVar[str] = "email"
    needs_money: ClassVar[bool] = False
    repeatable: ClassVar[bool] = True
    can_look_up: ClassVar[bool] = True
    can_reverse: ClassVar[bool] = False
    settings_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "channel": {"type": "string", "description": "The channel or remedy it stands in for; 'email' if absent."},
            **SENDER_SETTINGS,
        },
    }
    instructions_schema: ClassVar[dict[str, Any]] = {"type": "object"}  # it stands in for any plug-in

    @property
    def channel(self) -> str:
        return str(self.settings.get("channel", "email"))

    def refusal(self, envelope: Envelope) -> ProviderError | None:
        if envelope.words is not None and not self._recipient(envelope):
            words = f"There is no {_FACT.get(self.channel, 'address')} to send to."
            return ProviderError(words, permanent=True, code="no-address")
        try:
            if self._is_mail(envelope):
                mail(envelope, self.settings)
        except ProviderError as no:
            return no
        return None

    async def store(self, cursor: Cursor, envelopes: Sequence[Envelope]) -> list[Answer]:
        # By key, so that two workers with overlapping windows wait for each other in one order.
        rows = sorted((self._row(envelope) for envelope in envelopes), key=lambda row: str(row[0]))
        await cursor.execute(_ADD, [list(column) for column in zip(*rows, strict=True)])
        await cursor.execute(_READ, [[envelope.key for envelope in envelopes]])
        kept = {key: (number, digest) for key, number, digest in await cursor.fetchall()}
        return [_answer(envelope, *kept[envelope.key]) for envelope in envelopes]

    async def found(self, cursor: Cursor, key: str) -> Receipt | None:
        await cursor.execute(_READ, [[key]])
        row = await cursor.fetchone()
        return _receipt(row[1]) if row else None

    def _is_mail(self, envelope: Envelope) -> bool:
        return envelope.words is not None and self.channel == "email"

    def _recipient(self, envelope: Envelope) -> str:
        wanted = _FACT.get(self.channel)
        facts = [wanted] if wanted else ["email", "post", "phone"]
        return next((envelope.destination[fact] for fact in facts if envelope.destination.get(fact)), "")

    def _row(self, envelope: Envelope) -> tuple[Any, ...]:
        words, recipient = envelope.words, self._recipient(envelope)
        subject, text = (words.subject, words.text) if words else ("", _sentence(envelope))
        return (
            envelope.key,
            envelope.brand,
            envelope.mistake,
            envelope.customer,
            self.channel,
            recipient,
            subject,
            mail(envelope, self.settings) if self._is_mail(envelope) else None,
            text,
            _digest(envelope),
        )


def _digest(envelope: Envelope) -> str:
    return envelope.words.digest if envelope.words else sha256(_sentence(envelope))


def _sentence(envelope: Envelope) -> str:
    """What a remedy would have done, for people who look into the outbox."""
    amount = f" {envelope.amount}" if envelope.amount is not None else ""
    return f"Not sent, the connection is not live: {envelope.kind}{amount}. {envelope.reason}".strip()


def _receipt(number: int) -> Receipt:
    return Receipt("done", f"outbox-{number}", "kept")


def _answer(envelope: Envelope, number: int, digest: str) -> Answer:
    if digest != _digest(envelope):
        words = "The outbox already holds other words under this key."
        return ProviderError(words, permanent=True, code="key-used-for-other")
    return _receipt(number)
