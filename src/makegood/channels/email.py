"""E-mail over SMTP: one message a recipient, connections kept open, and the truth about what the server took.

Refused before the message was accepted is a no; a connection lost after the message was written is *unknown*, because
servers that accepted it and servers that did not look the same from here; lost at QUIT is a yes.
"""

from __future__ import annotations

import asyncio
from asyncio import Transport
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, ClassVar, Self

from makegood.channels.mail import (
    BOUNCE_WINDOW,
    RETURN_SETTINGS,
    SENDER_SETTINGS,
    mail,
    message_id,
    recipient,
    return_path,
    sender,
)
from makegood.channels.pipelined import Pipelined
from makegood.channels.smtp import CLOSING, LATER, Line, Lost, OneByOne, Post, Reply, TurnedDown, greeted
from makegood.kit.errors import Finding
from makegood.kit.kept import schema_findings
from makegood.kit.killpoints import kp
from makegood.kit.mime import needs_smtputf8
from makegood.kit.plugins import Answer, Envelope, OutcomeUnknown, ProviderError, Receipt, Surroundings, each, scrub


class Email:
    name: ClassVar[str] = "email"
    label: ClassVar[str] = "E-mail over SMTP"
    kinds: ClassVar[frozenset[str]] = frozenset({"tell", "ask"})
    route: ClassVar[str] = "email"
    needs_money: ClassVar[bool] = False
    repeatable: ClassVar[bool] = False
    can_look_up: ClassVar[bool] = False
    can_reverse: ClassVar[bool] = False
    settles_after: ClassVar[timedelta | None] = timedelta(days=3)
    settings_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["host", "sender_email"],
        "properties": {
            "host": {"type": "string", "minLength": 1},
            "port": {"type": "integer", "minimum": 1, "maximum": 65535},
            "tls": {"enum": ["starttls", "implicit", "none"], "default": "starttls"},
            "allow_plain": {"type": "boolean", "description": "Permits tls: none beyond this machine."},
            "ca_file": {"type": "string", "description": "Certificates to trust instead of the system's."},
            "user": {"type": "string"},
            "password": {"type": "string"},
            "timeout": {"type": "integer", "minimum": 1, "maximum": 600, "default": 30},
            "bounce_window": BOUNCE_WINDOW,
            **RETURN_SETTINGS,
            **SENDER_SETTINGS,
        },
    }
    instructions_schema: ClassVar[dict[str, Any]] = {"type": "object", "additionalProperties": False, "properties": {}}

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._settings = surroundings.settings
        self._idle: list[Line] = []
        self._closed = False

    @classmethod
    async def open(cls, surroundings: Surroundings) -> Self:
        """Connects and signs in once. Raises `ProviderError` (not permanent: no recipient is to blame)."""
        if refused := _plain_refused(surroundings.settings):
            raise ProviderError(refused, permanent=False, code="plain-refused")
        made = cls(surroundings)
        made._idle.append(await made._connect())
        return made

    async def close(self) -> None:
        self._closed = True
        kp("mail.before_quit")
        idle, self._idle = self._idle, []
        await asyncio.gather(*(line.leave() for line in idle))

    def lasts(self) -> bool:
        return any(line.usable for line in self._idle)

    async def perform(self, window: Sequence[Envelope]) -> AsyncIterator[tuple[int, Answer]]:
        async for index, answer in each(window, self._send, surroundings=self._surroundings):
            yield index, answer

    async def look_up(self, key: str) -> Receipt | None:
        """Raises `OutcomeUnknown`: SMTP has no question for it; search the provider's log for the Message-ID."""
        raise OutcomeUnknown(f"Search the mail server's log for {message_id(key, self._settings)}.", code="no-look-up")

    async def reverse(self, _key: str) -> Receipt:
        raise ProviderError("A sent mail cannot be taken back.", permanent=True, code="cannot-reverse")

    @classmethod
    def check(cls, settings: Mapping[str, Any], instructions: Mapping[str, Any]) -> list[Finding]:
        findings = schema_findings(cls, settings, instructions)
        if refused := _plain_refused(settings):
            findings.append(Finding("plain-refused", refused, "Use tls: starttls or implicit."))
        return findings

    async def _send(self, envelope: Envelope) -> Receipt:
        raw, to, back = mail(envelope, self._settings), recipient(envelope), return_path(envelope.key, self._settings)
        line = await self._free()
        kept = False
        try:
            reply = await line.deliver(Post(back, to, raw, _options(line, raw, to)))
            kept = True
            kp("mail.answered")
        except TurnedDown as no:
            kept = no.reply.code != CLOSING and await line.clear()
            raise _refused(no.reply) from no
        except Lost as lost:
            kp("mail.silent")
            raise _lost(lost) from lost
        except ProviderError:
            kept = True  # nothing was written
            raise
        finally:
            # Also on cancellation in mid-message: a connection in an unknown state is never used again.
            if kept and line.usable and not self._closed:
                self._idle.append(line)
            else:
                line.drop()
        return Receipt("done", message_id(envelope.key, self._settings), str(reply.code), scrub(reply.words))

    async def _free(self) -> Line:
        while self._idle:
            line = self._idle.pop()
            if line.usable:
                return line
            line.drop()
        return await self._connect()

    async def _connect(self) -> Line:
        smtp = await greeted(self._settings, me=sender(self._settings)[1].rpartition("@")[2])
        if smtp.supports_extension("pipelining") and isinstance(smtp.transport, Transport):
            return Pipelined(smtp.transport, smtp.supports_extension, timeout=self._settings.get("timeout", 30))
        return OneByOne(smtp)


def _options(line: Line, raw: bytes, to: str) -> tuple[str, ...]:
    """What MAIL FROM must announce. Raises `ProviderError` when the server cannot carry it."""
    if needs_smtputf8(to):
        if not line.offers("smtputf8"):
            words = "The mail server cannot deliver to an address with letters beyond ASCII."
            raise ProviderError(words, permanent=True, code="no-smtputf8")
        return ("SMTPUTF8", "BODY=8BITMIME")
    if raw.isascii():
        return ()
    if not line.offers("8bitmime"):
        raise ProviderError("The mail server takes seven-bit mail only.", permanent=True, code="no-8bitmime")
    return ("BODY=8BITMIME",)


def _refused(reply: Reply) -> ProviderError:
    permanent = reply.code // 100 == 5
    later = LATER if reply.code == CLOSING else None
    return ProviderError(scrub(reply.words), permanent=permanent, code=str(reply.code), retry_after=later)


def _lost(lost: Lost) -> ProviderError | OutcomeUnknown:
    if lost.begun:
        return OutcomeUnknown("The mail server fell silent after the message began.", code="lost-in-data")
    return ProviderError("The mail server hung up before the message.", permanent=False, code="lost")


def _plain_refused(settings: Mapping[str, Any]) -> str:
    """Why these settings would send words and password readable by anyone on the way, or ""."""
    if settings.get("tls", "starttls") != "none" or settings.get("allow_plain"):
        return ""
    host = str(settings.get("host", ""))
    try:
        nearby = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        nearby = False
    return "" if nearby else "Without TLS, mail may only go to this machine, unless allow_plain is set."
