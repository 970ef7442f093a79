"""A line to a mail server: it carries one message at a time and says how far a message came when it fails.

Connecting, TLS and signing in are aiosmtplib's. A server that announces PIPELINING then gets its messages from
`channels.pipelined`, any other from aiosmtplib, command by command.
"""

from __future__ import annotations

import ssl
from asyncio import BaseTransport, WriteTransport
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from makegood.kit.killpoints import kp
from makegood.kit.plugins import ProviderError, scrub

LATER = 60  # seconds before a server that closed or refused the connection is asked again
CLOSING = 421
GOODBYE = 5  # seconds a server has to answer QUIT
_PORTS = {"none": 25, "starttls": 587, "implicit": 465}


@dataclass(frozen=True, slots=True)
class Post:
    """One message for one recipient. `raw` has CRLF line ends only; the addresses can stand in a command."""

    sender: str
    recipient: str
    raw: bytes
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """The server's answer: three digits and what it says, lines joined by newlines."""

    code: int
    words: str


class TurnedDown(Exception):
    """The server did not take the message."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.words)
        self.reply = reply


class Lost(Exception):
    """No answer any more. `begun`: the whole message had been written, so the server may have taken it."""

    def __init__(self, *, begun: bool) -> None:
        super().__init__("The mail server hung up or fell silent.")
        self.begun = begun


class Line(Protocol):
    """A connection that is greeted, secured and signed in."""

    @property
    def usable(self) -> bool:
        """False once either side has closed it."""
        ...

    def offers(self, extension: str) -> bool: ...

    async def deliver(self, post: Post) -> Reply:
        """The server's yes (2xx after the message). Raises `TurnedDown` or `Lost`."""
        ...

    async def clear(self) -> bool:
        """After a refusal: makes the line ready for the next message, if that is possible."""
        ...

    async def leave(self) -> None:
        """Says goodbye and closes."""
        ...

    def drop(self) -> None:
        """Closes at once: a TLS connection that is only closed waits for the peer's goodbye."""
        ...


class OneByOne:
    """A line to a server without PIPELINING: each command waits for the answer to the one before."""

    def __init__(self, smtp: SMTP) -> None:
        self._smtp = smtp

    @property
    def usable(self) -> bool:
        return self._smtp.is_connected

    def offers(self, extension: str) -> bool:
        return self._smtp.supports_extension(extension)

    async def deliver(self, post: Post) -> Reply:
        encoding = "utf-8" if "SMTPUTF8" in post.options else "ascii"
        try:
            await self._smtp.mail(post.sender, options=post.options, encoding=encoding)
            kp("mail.from_said")
            await self._smtp.rcpt(post.recipient, encoding=encoding)
        except SMTPResponseException as error:
            raise TurnedDown(_reply(error)) from error
        except (SMTPException, OSError) as error:
            raise Lost(begun=False) from error
        kp("mail.before_body")
        try:
            answer = await self._smtp.data(post.raw)
        except SMTPResponseException as error:
            if error.code // 100 in (4, 5):
                raise TurnedDown(_reply(error)) from error
            raise Lost(begun=True) from error  # no answer of this protocol: it may have been a yes
        except (SMTPException, OSError) as error:
            raise Lost(begun=True) from error
        return Reply(answer.code, cleaned(answer.message))

    async def clear(self) -> bool:
        kp("mail.before_reset")
        try:
            await self._smtp.rset()
        except (SMTPException, OSError):
            return False
        return True

    async def leave(self) -> None:
        transport = self._smtp.transport
        with suppress(SMTPException, OSError):
            await self._smtp.quit(timeout=GOODBYE)
        self._close(transport)

    def drop(self) -> None:
        self._close(self._smtp.transport)

    def _close(self, transport: BaseTransport | None) -> None:
        self._smtp.close()
        if isinstance(transport, WriteTransport):
            transport.abort()


async def greeted(settings: Mapping[str, Any], *, me: str) -> SMTP:
    """A connection past EHLO, TLS and signing in; `me` is the domain we say we are.

    Raises `ProviderError` (not permanent: no recipient is to blame).
    """
    smtp = _client(settings, me)
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
            OneByOne(smtp).drop()


def cleaned(words: str) -> str:
    """What can be kept: no bytes that are not text, no NUL."""
    return words.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")


def _client(settings: Mapping[str, Any], me: str) -> SMTP:
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
        local_hostname=me,
    )


def _reply(error: SMTPResponseException) -> Reply:
    return Reply(error.code, cleaned(error.message))


def _unreached(words: str, code: str) -> ProviderError:
    return ProviderError(cleaned(words), permanent=False, code=code, retry_after=LATER)
