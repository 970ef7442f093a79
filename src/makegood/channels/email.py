"""E-mail over SMTP: one message a recipient, connections kept open, and the truth about what the server took.

Refused before the message was accepted is a no; a connection lost after DATA began is *unknown*, because servers
that accepted the message and servers that did not look the same from here; lost at QUIT is a yes.
"""

from __future__ import annotations

import ssl
from asyncio import BaseTransport, WriteTransport
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, ClassVar, Self

from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError

from makegood.channels.mail import SENDER_SETTINGS, mail, message_id, recipient, sender
from makegood.kit.errors import Finding
from makegood.kit.kept import schema_findings
from makegood.kit.killpoints import kp
from makegood.kit.mime import needs_smtputf8
from makegood.kit.plugins import Answer, Envelope, OutcomeUnknown, ProviderError, Receipt, Surroundings, each, scrub

_PORTS = {"none": 25, "starttls": 587, "implicit": 465}
_CLOSING = 421
_LATER = 60  # seconds before a server that closed or refused the connection is asked again


class Email:
    name: ClassVar[str] = "email"
    label: ClassVar[str] = "E-mail over SMTP"
    kinds: ClassVar[frozenset[str]] = frozenset({"tell", "ask"})
    route: ClassVar[str] = "email"
    needs_money: ClassVar[bool] = False
    repeatable: ClassVar[bool] = False
    can_look_up: ClassVar[bool] = False
    can_reverse: ClassVar[bool] = False
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
            **SENDER_SETTINGS,
        },
    }
    instructions_schema: ClassVar[dict[str, Any]] = {"type": "object", "additionalProperties": False, "properties": {}}

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._settings = surroundings.settings
        self._idle: list[SMTP] = []
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
        while self._idle:
            await _leave(self._idle.pop())

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
        raw, to = mail(envelope, self._settings), recipient(envelope)
        smtp = await self._free()
        kept = False
        try:
            receipt = await self._hand_over(smtp, raw, to, envelope.key)
            kept = True
            return receipt
        except ProviderError as no:
            kept = no.code != str(_CLOSING) and await _ready_again(smtp)
            raise
        finally:
            # Also on cancellation in mid-message: a connection in an unknown state is never used again.
            if kept and smtp.is_connected and not self._closed:
                self._idle.append(smtp)
            else:
                _drop(smtp)

    async def _hand_over(self, smtp: SMTP, raw: bytes, to: str, key: str) -> Receipt:
        try:
            options = _options(smtp, raw, to)
            encoding = "utf-8" if "SMTPUTF8" in options else "ascii"
            await smtp.mail(sender(self._settings)[1], options=options, encoding=encoding)
            kp("mail.from_said")
            await smtp.rcpt(to, encoding=encoding)
        except SMTPResponseException as error:
            raise _refused(error) from error
        except (SMTPException, OSError) as error:
            raise ProviderError("The mail server hung up before the message.", permanent=False, code="lost") from error
        try:
            kp("mail.before_body")
            answer = await smtp.data(raw)
        except SMTPResponseException as error:
            raise _refused(error) from error
        except (SMTPServerDisconnected, SMTPTimeoutError, OSError) as error:
            kp("mail.silent")
            raise OutcomeUnknown("The mail server fell silent after the message began.", code="lost-in-data") from error
        kp("mail.answered")
        return Receipt("done", message_id(key, self._settings), str(answer.code), scrub(answer.message))

    async def _free(self) -> SMTP:
        while self._idle:
            smtp = self._idle.pop()
            if smtp.is_connected:
                return smtp
            _drop(smtp)
        return await self._connect()

    async def _connect(self) -> SMTP:
        smtp = _client(self._settings)
        ready = False
        try:
            kp("mail.before_connect")
            await smtp.connect()
            kp("mail.connected")
            await smtp.ehlo()
            ready = True
            return smtp
        except ssl.SSLError as error:
            raise _unreached("The mail server's certificate or TLS is not right.", "tls") from error
        except SMTPResponseException as error:
            raise _unreached(f"The mail server says {error.code}: {scrub(error.message)}", str(error.code)) from error
        except (SMTPException, OSError) as error:
            if isinstance(error.__cause__, ssl.SSLError):
                raise _unreached("The mail server's certificate or TLS is not right.", "tls") from error
            raise _unreached(f"The mail server cannot be reached: {scrub(str(error))}", "unreachable") from error
        finally:
            if not ready:
                _drop(smtp)


def _client(settings: Mapping[str, Any]) -> SMTP:
    tls = settings.get("tls", "starttls")
    return SMTP(
        hostname=settings["host"],
        port=settings.get("port") or _PORTS[tls],
        timeout=settings.get("timeout", 30),
        use_tls=tls == "implicit",
        start_tls=tls == "starttls",
        username=settings.get("user"),
        password=settings.get("password"),
        # The system's trust store, hostnames checked, TLS 1.2 or newer; there is no setting to skip the check.
        tls_context=None if tls == "none" else ssl.create_default_context(cafile=settings.get("ca_file")),
        local_hostname=sender(settings)[1].rpartition("@")[2],
    )


def _options(smtp: SMTP, raw: bytes, to: str) -> list[str]:
    """What MAIL FROM must announce. Raises `ProviderError` when the server cannot carry it."""
    if needs_smtputf8(to):
        if not smtp.supports_extension("smtputf8"):
            words = "The mail server cannot deliver to an address with letters beyond ASCII."
            raise ProviderError(words, permanent=True, code="no-smtputf8")
        return ["SMTPUTF8", "BODY=8BITMIME"]
    if raw.isascii():
        return []
    if not smtp.supports_extension("8bitmime"):
        raise ProviderError("The mail server takes seven-bit mail only.", permanent=True, code="no-8bitmime")
    return ["BODY=8BITMIME"]


def _refused(error: SMTPResponseException) -> ProviderError:
    words, closing = scrub(error.message), error.code == _CLOSING
    permanent = 500 <= error.code < 600
    return ProviderError(words, permanent=permanent, code=str(error.code), retry_after=_LATER if closing else None)


def _unreached(words: str, code: str) -> ProviderError:
    return ProviderError(words, permanent=False, code=code, retry_after=_LATER)


async def _ready_again(smtp: SMTP) -> bool:
    """Clears a refused message so that the connection can carry the next one."""
    try:
        kp("mail.before_reset")
        await smtp.rset()
    except (SMTPException, OSError):
        return False
    return True


async def _leave(smtp: SMTP) -> None:
    # What was accepted stays accepted: a server that hangs up at QUIT changes nothing.
    kp("mail.before_quit")
    transport = smtp.transport
    with suppress(SMTPException, OSError):
        await smtp.quit(timeout=5)
    _drop(smtp, transport)


def _drop(smtp: SMTP, transport: BaseTransport | None = None) -> None:
    """Closes at once: a TLS connection that is only closed waits for the peer's goodbye."""
    transport = transport or smtp.transport
    smtp.close()
    if isinstance(transport, WriteTransport):
        transport.abort()


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
