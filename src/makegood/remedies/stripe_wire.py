"""The way to Stripe: its SDK's own requests over our client, which knows *not sent* from *no answer* and keeps to
addresses that may be called. The SDK repeats nothing and tells nothing about this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol
from urllib.parse import urlsplit

import stripe
from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientConnectorSSLError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    TCPConnector,
)

from makegood.kit.killpoints import kp
from makegood.kit.plugins import OutcomeUnknown, ProviderError
from makegood.remedies.calling import Request
from makegood.remedies.egress import Guarded, vet_literal

stripe.enable_telemetry = False  # it would write a file beside the user's settings and send how long calls took
API_VERSION = "2026-10-28.endive"
CAP = 1 << 20  # bytes of an answer: a page of a hundred refunds fits many times
_CONNECT = 10  # seconds
_KEPT = frozenset({"authorization", "content-type", "idempotency-key", "stripe-account", "stripe-version"})


class Way(Protocol):
    """How one request gets there and back: status, body, headers. Raises `ProviderError` when it was not sent,
    `OutcomeUnknown` when there is no whole answer."""

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: str | None
    ) -> tuple[int, bytes, Mapping[str, str]]: ...

    async def close(self) -> None: ...


class Wire:
    """Over the network. `near` lets calls go to this machine."""

    def __init__(self, base: str, *, near: bool, timeout: int, connections: int) -> None:
        """Raises `ProviderError` for an address that must not be called."""
        vet_literal(urlsplit(base).hostname or "", allow_loopback=near)
        self._http = ClientSession(
            connector=TCPConnector(limit=connections, resolver=Guarded(allow_loopback=near)),
            timeout=ClientTimeout(total=timeout + _CONNECT, connect=_CONNECT),
            request_class=Request,
        )

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: str | None
    ) -> tuple[int, bytes, Mapping[str, str]]:
        try:
            kp("stripe.before_call")
            async with self._http.request(method, url, headers=headers, data=body, allow_redirects=False) as reply:
                kp("stripe.headers_read")
                read = await reply.content.read(CAP)
                while len(read) <= CAP and (more := await reply.content.read(CAP)):
                    read += more
                kp("stripe.answered")
                if len(read) > CAP:
                    raise OutcomeUnknown("Stripe's answer has no end.", code="unreadable-answer")
                return reply.status, read, {name.lower(): value for name, value in reply.headers.items()}
        except (ClientConnectorCertificateError, ClientConnectorSSLError) as error:
            words = "Stripe's certificate is not valid for its address: somebody may stand in between."
            raise ProviderError(words, permanent=False, code="certificate", stops=True) from error
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise ProviderError("Stripe cannot be reached.", permanent=False, code="unreachable") from error
        except (TimeoutError, ClientError, OSError) as error:
            raise OutcomeUnknown("Stripe did not answer.", code="no-answer") from error

    async def close(self) -> None:
        await self._http.close()


class SdkClient(stripe.HTTPClient):
    """The SDK's client over a `Way`. Of its headers only what Stripe needs goes out."""

    name: ClassVar[str] = "makegood"

    def __init__(self, way: Way) -> None:
        super().__init__()
        self._way = way

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        kept = {name: value for name, value in headers.items() if name.lower() in _KEPT}
        kept |= {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Makegood"}
        if method.lower() != "post":
            kept.pop("Content-Type", None)
        status, body, found = await self._way.send(method.upper(), url, kept, post_data)
        return body, status, found

    async def close_async(self) -> None:
        await self._way.close()
