"""Calls over HTTP as every plug-in makes them: vetted addresses, TLS, no redirects, a capped answer.

Not connected is *not sent*; silence after the request was written is *unknown*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    StreamReader,
    TCPConnector,
)
from aiohttp.connector import Connection
from yarl import URL

from makegood.kit.killpoints import kp
from makegood.kit.plugins import OutcomeUnknown, ProviderError, Surroundings, about_to_write
from makegood.remedies.answers import Reply
from makegood.remedies.egress import Guarded, is_near, vet_literal

CAP = 64 * 1024  # bytes of an answer that are read
TIMEOUT = 30  # seconds for an answer
_CONNECT = 10  # seconds


class Request(ClientRequest):
    """A request that asks once more whether it may leave, with its open connection in hand."""

    async def send(self, conn: Connection) -> ClientResponse:
        about_to_write()
        return await super().send(conn)


def session(surroundings: Surroundings, headers: Mapping[str, str]) -> ClientSession:
    """Connects at the first call. Raises `ProviderError` for a `url` in the settings that must not be called."""
    settings = surroundings.settings
    if unsafe := why_unsafe(settings):
        raise ProviderError(unsafe, permanent=False, code="plain-refused")
    near = bool(settings.get("allow_loopback"))
    vet_literal(urlsplit(settings["url"]).hostname or "", allow_loopback=near)
    return ClientSession(
        # Addresses are vetted at each new connection and used as vetted: a name cannot move in between.
        connector=TCPConnector(limit=surroundings.connections, resolver=Guarded(allow_loopback=near)),
        # Connecting has its own limit, because not connected is *not sent*, and silence later is *unknown*.
        timeout=ClientTimeout(total=settings.get("timeout", TIMEOUT) + _CONNECT, connect=_CONNECT),
        headers={"Accept": "application/json", "Accept-Encoding": "identity", **headers},
        request_class=Request,
    )


async def ask(http: ClientSession, method: str, url: str, *, headers: Mapping[str, str], **body: Any) -> Reply:
    """One request; `body` is `json=` or `data=`. Raises `ProviderError` or `NotSent` (not sent), `OutcomeUnknown`."""
    # PUT and DELETE are repeated by the client library on a stale connection; the key makes that harmless.
    try:
        kp("http.before_call")
        async with http.request(
            method, URL(url, encoded=True), headers=headers, allow_redirects=False, **body
        ) as response:
            kp("http.headers_read")
            read = await _read(response.content)
            kp("http.answered")
            return Reply(response.status, read[:CAP], response.headers.get("Retry-After", ""), len(read) > CAP)
    except (ClientConnectorError, ConnectionTimeoutError) as error:
        raise ProviderError("The provider cannot be reached.", permanent=False, code="unreachable") from error
    except (TimeoutError, ClientError, OSError) as error:
        raise OutcomeUnknown("The provider did not answer.", code="no-answer") from error


def why_unsafe(settings: Mapping[str, Any]) -> str:
    """Why these settings would send money and secrets readable by anyone on the way, or ""."""
    url = urlsplit(str(settings.get("url", "")))
    if url.scheme == "https" or settings.get("allow_http"):
        return ""
    nearby = settings.get("allow_loopback") and is_near(url.hostname or "")
    return "" if nearby else "Plain HTTP is refused, unless the connection says allow_http."


async def _read(content: StreamReader) -> bytes:
    """The body up to one byte over the cap: an endless answer costs no memory."""
    parts, size = [], 0
    while size <= CAP and (part := await content.read(CAP + 1 - size)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)
