"""Where the web server listens, and under which address others reach it."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from makegood.kit.errors import BadInput, Unavailable

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
DEFAULT_BIND = "127.0.0.1:8080"
_WAITING = 512  # connections that may wait to be accepted


@dataclass(frozen=True)
class Address:
    """The address others use. `place` is its host, with the port where it is not the usual one, as in a `Host` line."""

    scheme: str
    host: str
    place: str

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.place}"

    @property
    def secure(self) -> bool:
        return self.scheme == "https"


def public_address(environment: Mapping[str, str]) -> Address | None:
    """What MAKEGOOD_URL says, or None. Raises `BadInput` for a text that is no address."""
    url = environment.get("MAKEGOOD_URL", "")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in ("http", "https") and not parts.username else None
        port = parts.port
    except ValueError:
        host = port = None
    if not host:
        raise BadInput(
            "MAKEGOOD_URL is not an address.", remedy="Write for example https://care.shop.example.", code="bad-url"
        )
    host = f"[{host}]" if ":" in host else host
    usual = port in (None, 443 if parts.scheme == "https" else 80)
    return Address(parts.scheme, host, host if usual else f"{host}:{port}")


def allowed_hosts(environment: Mapping[str, str]) -> list[str]:
    """The names a request may be addressed to: this machine's own, and the one of MAKEGOOD_URL.

    Raises `BadInput` for a MAKEGOOD_URL that is no address.
    """
    address = public_address(environment)
    return [address.host, *LOCAL_HOSTS] if address else list(LOCAL_HOSTS)


def join_address(environment: Mapping[str, str], secret: str, *, here: str = f"http://{DEFAULT_BIND}") -> str:
    """Where an invitation is accepted: under MAKEGOOD_URL, else `here`."""
    address = public_address(environment)
    return f"{address.origin if address else here}/join/{secret}"


def proxies(environment: Mapping[str, str]) -> int:
    """How many proxies stand before the web server and add to X-Forwarded-For. Raises `BadInput`."""
    text = environment.get("MAKEGOOD_PROXIES") or "0"
    if not text.isdecimal() or int(text) > 9:
        raise BadInput(f"MAKEGOOD_PROXIES is '{text}'.", remedy="Give a number from 0 to 9.", code="bad-number")
    return int(text)


def listen(bind: str) -> socket.socket:
    """A listening socket for `host:port`, `[IPv6]:port` or a port; port 0 takes any that is free.

    Raises `BadInput` for another text, `Unavailable` when that place cannot be had.
    """
    host, _, port = bind.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or "127.0.0.1"
    if not port.isdecimal() or int(port) > 65_535:
        raise BadInput(
            f"'{bind}' is not a place to listen.", remedy=f"Write {DEFAULT_BIND} or [::1]:8080.", code="bad-bind"
        )
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, protocol)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(place)
            found.listen(_WAITING)
        except OSError:
            found.close()
            raise
    except OSError as error:
        raise Unavailable(
            f"The web server cannot listen on {bind}: {error.strerror or error}.",
            remedy="End what listens there, or name another place with MAKEGOOD_BIND or --bind.",
            code="cannot-listen",
        ) from error
    return found
