"""Where the web server listens, and under which address others reach it."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from makegood.kit.errors import BadInput, Unavailable

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
DEFAULT_BIND = "127.0.0.1:8080"
_WAITING = 512  # connections that may wait to be accepted


def allowed_hosts(environment: Mapping[str, str]) -> list[str]:
    """The names a request may be addressed to: this machine's own, and the one of MAKEGOOD_URL.

    Raises `BadInput` for a MAKEGOOD_URL that is no address.
    """
    url = environment.get("MAKEGOOD_URL", "")
    if not url:
        return list(LOCAL_HOSTS)
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in ("http", "https") and not parts.username else None
    except ValueError:
        host = None
    if not host:
        raise BadInput(
            "MAKEGOOD_URL is not an address.", remedy="Write for example https://care.shop.example.", code="bad-url"
        )
    return [f"[{host}]" if ":" in host else host, *LOCAL_HOSTS]


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
