"""Where calls may go: public addresses only, looked up once and connected to exactly as they were vetted.

A name that resolves to the firm's own network, a cloud's metadata address or this machine is refused, unless the
operator lists the host or network in MAKEGOOD_EGRESS_ALLOW (`10.0.0.0/8, erp.internal`).
"""

from __future__ import annotations

import os
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from makegood.kit.plugins import ProviderError

Address = IPv4Address | IPv6Address
_NAT64 = ip_network("64:ff9b::/96")


class Guarded(AbstractResolver):
    """Resolves a name and gives only addresses that may be called: aiohttp connects to these and no others."""

    def __init__(self, *, allow_loopback: bool) -> None:
        self._allow_loopback = allow_loopback
        self._names = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises `ProviderError` when any of the addresses is not allowed."""
        found = await self._names.resolve(host, port, family)
        for one in found:
            vet(host, one["host"], allow_loopback=self._allow_loopback)
        return found

    async def close(self) -> None:
        await self._names.close()


def vet(host: str, address: str, *, allow_loopback: bool) -> None:
    """Raises `ProviderError` when calls to this address are not allowed. `host` is the name that was asked for."""
    real = _real(ip_address(address.partition("%")[0]))
    if (real.is_loopback and allow_loopback) or _listed(host, real):
        return
    if not real.is_global or real.is_multicast:
        words = "The address is not public. An operator can allow it in MAKEGOOD_EGRESS_ALLOW."
        raise ProviderError(words, permanent=False, code="egress-refused")


def vet_literal(host: str, *, allow_loopback: bool) -> None:
    """The same for a host written as an address, which no resolver ever sees."""
    try:
        ip_address(host)
    except ValueError:
        return
    vet(host, host, allow_loopback=allow_loopback)


def is_near(host: str) -> bool:
    """Whether the host is written as this machine: the only place plain HTTP may go unasked."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _real(address: Address) -> Address:
    """The address a packet ends up at: IPv4 inside IPv6 (mapped, 6to4, Teredo, NAT64) is judged as IPv4."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if inner is None and address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    return inner or address


def _listed(host: str, address: Address) -> bool:
    for entry in os.environ.get("MAKEGOOD_EGRESS_ALLOW", "").split(","):
        allowed = entry.strip()
        if not allowed:
            continue
        try:
            if address in ip_network(allowed, strict=False):
                return True
        except ValueError:
            if host.lower().rstrip(".") == allowed.lower().rstrip("."):
                return True
    return False
