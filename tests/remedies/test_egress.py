"""Calls go to public addresses, as they were vetted, and nowhere else."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from makegood.kit.plugins import ProviderError, Surroundings
from makegood.remedies.egress import Guarded, is_near, vet
from makegood.remedies.http import Http
from makegood.testing.contract import answers, made_up

FORBIDDEN = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
    "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "2002:0a00:0001::", "64:ff9b::a9fe:a9fe", "2001:db8::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_not_public(address: str) -> None:
    with pytest.raises(ProviderError) as caught:
        vet("shop.example", address, allow_loopback=False)
    assert (caught.value.permanent, caught.value.code) == (False, "egress-refused")


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    vet("shop.example", address, allow_loopback=False)


def test_loopback_only_when_the_connection_says_so() -> None:
    vet("localhost", "127.0.0.1", allow_loopback=True)
    vet("localhost", "::ffff:127.0.0.1", allow_loopback=True)
    with pytest.raises(ProviderError):
        vet("localhost", "10.0.0.1", allow_loopback=True)


def test_the_operator_may_allow_a_network_or_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEGOOD_EGRESS_ALLOW", " 10.1.0.0/16, erp.internal ,,")
    vet("other", "10.1.2.3", allow_loopback=False)
    vet("ERP.internal.", "192.168.7.7", allow_loopback=False)
    for host, address in (("other", "10.2.0.1"), ("xerp.internal", "192.168.7.7")):
        with pytest.raises(ProviderError):
            vet(host, address, allow_loopback=False)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.0.0.1", "localhost"])
def test_odd_spellings_are_vetted_after_resolving(host: str) -> None:
    async def resolve() -> Any:
        return await Guarded(allow_loopback=False).resolve(host, 80, socket.AF_INET)

    with pytest.raises(ProviderError):
        asyncio.run(resolve())


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/", "https://10.0.0.8/"]
)
def test_an_address_in_the_url_never_opens(url: str) -> None:
    async def no_database() -> Any:
        raise AssertionError("not asked")

    async def whole() -> None:
        await Http.open(Surroundings({"url": url, "perform": {"path": "x"}}, no_database))

    with pytest.raises(ProviderError) as caught:
        asyncio.run(whole())
    assert caught.value.code == "egress-refused"


def test_a_name_for_this_machine_is_refused_at_the_call() -> None:
    async def no_database() -> Any:
        raise AssertionError("not asked")

    async def whole() -> Any:
        plugin = await Http.open(Surroundings({"url": "https://localhost:9/", "perform": {"path": "x"}}, no_database))
        try:
            return await answers(plugin, [made_up(Http), made_up(Http)])
        finally:
            await plugin.close()

    found = asyncio.run(whole())
    assert [answer.code for answer in found.values()] == ["egress-refused"] * 2


def test_near_is_this_machine_only() -> None:
    assert [is_near(host) for host in ("localhost", "127.0.0.1", "::1", "127.0.0.1.example", "10.0.0.1")] == [
        True, True, True, False, False,
    ]  # fmt: skip
