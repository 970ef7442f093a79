"""The way to Stripe over real sockets: not sent, no answer, an answer without end, a certificate that changed."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest
from tests.channels.test_email_tls import certificate
from tests.remedies.stripes import no_database, refund

from makegood.kit.plugins import Answer, Guard, NotSent, OutcomeUnknown, ProviderError, Receipt, Surroundings
from makegood.remedies.stripe import Stripe
from makegood.remedies.stripe_wire import CAP, Wire
from makegood.testing.contract import answers
from makegood.testing.stripe_model_server import StripeServer


@pytest.fixture
def server() -> Iterator[StripeServer]:
    with StripeServer() as running:
        yield running


def one(server: StripeServer, guard: Guard | None = None, **more: object) -> Answer:
    async def whole() -> Answer:
        plugin = await Stripe.open(Surroundings({**server.settings, **more}, no_database, guard=guard or Guard()))
        try:
            return (await answers(plugin, [refund(server.model)]))[0]
        finally:
            await plugin.close()

    return asyncio.run(whole())


@pytest.mark.parametrize(
    ("behaviour", "meaning"),
    [
        ("accept", "succeeded"),
        ("slow-headers", "succeeded"),
        ("slow-body", "succeeded"),
        ("lost", "no-answer"),
        ("truncated", "no-answer"),
        ("wrong-type", "unreadable-answer"),
    ],
)
def test_over_a_socket(server: StripeServer, behaviour: str, meaning: str) -> None:
    server.model.next(behaviour)
    answer = one(server)
    assert answer.code == meaning and isinstance(answer, Receipt) == (meaning == "succeeded")
    assert len(server.model.books.refunds) == 1


def test_a_worker_that_stood_still_while_it_connected_writes_nothing(server: StripeServer) -> None:
    class Frozen(Guard):
        def still(self) -> bool:
            return False

    assert isinstance(one(server, guard=Frozen()), NotSent)
    assert not server.model.books.refunds
    assert isinstance(one(server), Receipt), "the next one may"


def test_silence_is_not_known(server: StripeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("makegood.remedies.stripe_wire._CONNECT", 0.2)
    server.model.next("hang")
    answer = one(server, timeout=0)
    assert isinstance(answer, OutcomeUnknown) and answer.code == "no-answer"


def test_nobody_listens(server: StripeServer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        answer = one(server, api_base=f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert isinstance(answer, ProviderError) and not answer.permanent and answer.code == "unreachable"


def test_an_answer_without_end(server: StripeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("makegood.remedies.stripe_wire.CAP", 64)
    assert CAP > 100_000
    answer = one(server)
    assert isinstance(answer, OutcomeUnknown) and answer.code == "unreadable-answer"


def test_a_certificate_that_is_not_stripes(server: StripeServer, tmp_path) -> None:
    """Nothing is sent, the plan stops, and a person reads why."""
    context, _ = certificate(tmp_path)

    async def whole() -> None:
        listening = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
        port = listening.sockets[0].getsockname()[1]
        wire = Wire(f"https://127.0.0.1:{port}", near=True, timeout=5, connections=1)
        try:
            with pytest.raises(ProviderError) as no:
                await wire.send("GET", f"https://127.0.0.1:{port}/v1/balance", {}, None)
            assert no.value.stops and no.value.code == "certificate" and "certificate" in no.value.words
        finally:
            await wire.close()
            listening.close()

    asyncio.run(whole())


@pytest.mark.parametrize(
    ("base", "near", "code"),
    [
        ("http://api.stripe.com", False, "plain-refused"),
        ("http://127.0.0.1:1", False, "plain-refused"),
        ("https://10.0.0.1", False, "egress-refused"),
        ("https://127.0.0.1", False, "egress-refused"),
    ],
)
def test_where_calls_may_go(base: str, near: bool, code: str) -> None:
    settings = {"secret_key": "sk_test_x", "api_base": base, "allow_loopback": near}
    with pytest.raises(ProviderError) as no:
        asyncio.run(Stripe.open(Surroundings(settings, no_database)))
    assert no.value.code == code and not no.value.permanent
