"""Signed webhooks out: the contract as channel and as remedy, what each answer means, what the receiver says later."""

from __future__ import annotations

import asyncio
import hmac
import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from makegood.kit.clock import now
from makegood.kit.errors import BadInput
from makegood.kit.money import Money
from makegood.kit.notices import Hears, NotTheirs
from makegood.kit.plugins import Answer, Envelope, OutcomeUnknown, ProviderError, Receipt, Surroundings
from makegood.remedies.webhook import TellWebhook, Webhook
from makegood.testing.contract import EMAIL, NAME, PluginContract, answers, made_up
from makegood.testing.webhook_receiver import WebhookReceiver, new_secret


async def no_database() -> Any:
    raise AssertionError("this plug-in has no business in the database")


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as running:
        yield running


class TestFix(PluginContract):
    plugin = Webhook

    @pytest.fixture(autouse=True)
    def _receiver(self, receiver: WebhookReceiver) -> None:
        self.receiver = receiver

    def surroundings(self) -> Surroundings:
        return Surroundings(self.receiver.settings, no_database)

    def refused(self) -> Envelope | None:
        return self.envelope(amount=Money(0, "USD"))

    def busy(self) -> Envelope:
        self.receiver.next("429")
        return self.envelope()

    def effects(self, key: str) -> int:
        return self.receiver.effects.get(key, 0)


class TestTell(TestFix):
    plugin = TellWebhook

    def refused(self) -> Envelope:
        return self.envelope(words=None)


def act(settings: dict[str, Any], *window: Envelope, plugin: Any = Webhook) -> list[Answer]:
    async def whole() -> list[Answer]:
        opened = await plugin.open(Surroundings(settings, no_database, connections=1))
        try:
            found = await answers(opened, window)
        finally:
            await opened.close()
        return [found[index] for index in range(len(window))]

    return asyncio.run(whole())


def test_the_message_says_who_and_how_much_and_only_the_facts_that_are_named(receiver: WebhookReceiver) -> None:
    owed = {"basis": "redress", "facts": ["order", "missing"]}
    fix = made_up(Webhook, amount=Money(1250, "EUR"), instructions=owed, facts={"order": "A-1", "other": "KANARY"})
    (answer,) = act(receiver.settings, fix)
    assert answer == Receipt("done", "cr_1", "200")
    (message,) = receiver.messages
    assert message["type"] == "act.fix"
    about = message["data"]
    assert (about["amount"], about["minor"], about["currency"], about["basis"]) == ("12.50", 1250, "EUR", "redress")
    assert (about["key"], about["facts"]) == (fix.key, {"order": "A-1", "missing": None})
    assert not {"contact", "words"} & set(about)
    assert NAME not in str(message) and EMAIL not in str(message) and "KANARY" not in str(message)

    tell = made_up(TellWebhook, kind="ask")
    assert isinstance(act(receiver.settings, tell, plugin=TellWebhook)[0], Receipt)
    asked = receiver.messages[1]
    assert (asked["type"], asked["data"]["contact"]["email"]) == ("act.ask", EMAIL)
    assert asked["data"]["words"]["subject"] == "About your order"


def test_the_signature_is_that_of_the_standard_and_both_secrets_sign(receiver: WebhookReceiver) -> None:
    """Computed here by hand: HMAC-SHA256 over id, timestamp and body, with the secret's bytes."""
    settings = {**receiver.settings, "secret": new_secret(), "previous_secret": receiver.secret}
    envelope = made_up(Webhook)
    assert isinstance(act(settings, envelope)[0], Receipt), "a receiver that has the old secret still believes us"
    _, _, headers = receiver.requests[0]
    assert headers["webhook-id"] == envelope.key
    first, second = headers["webhook-signature"].split()
    for secret, signature in ((settings["secret"], first), (receiver.secret, second)):
        whole = f"{envelope.key}.{headers['webhook-timestamp']}.".encode() + _body(receiver)
        wanted = hmac.new(b64decode(secret.removeprefix("whsec_")), whole, sha256).digest()
        assert b64decode(signature.removeprefix("v1,")) == wanted


def _body(receiver: WebhookReceiver) -> bytes:
    return json.dumps(receiver.messages[-1], ensure_ascii=False, separators=(",", ":")).encode()


def test_a_receiver_with_another_secret_refuses_for_ever(receiver: WebhookReceiver) -> None:
    envelope = made_up(Webhook)
    (answer,) = act({**receiver.settings, "secret": new_secret()}, envelope)
    assert isinstance(answer, ProviderError)
    assert (answer.permanent, answer.code) == (True, "401")
    assert receiver.effects == {}


@pytest.mark.parametrize(
    ("behaviour", "status", "code"),
    [
        ("accept", "done", "200"),
        ("text", "done", "200"),
        ("empty", "done", "204"),
        ("html", "done", "200"),
        ("huge", "done", "200"),
        ("truncated", "done", "200"),
        ("pending", "accepted", "202"),
    ],
)
def test_every_2xx_is_a_yes_whatever_it_says(receiver: WebhookReceiver, behaviour: str, status: str, code: str) -> None:
    receiver.next(behaviour)
    envelope = made_up(Webhook)
    (answer,) = act(receiver.settings, envelope)
    assert isinstance(answer, Receipt), answer
    assert (answer.status, answer.code) == (status, code)
    assert answer.reference in (envelope.key, "cr_1")


@pytest.mark.parametrize(
    ("behaviour", "permanent", "code", "wait"),
    [
        ("429", False, "429", 3),
        ("503", False, "503", 7),
        ("409", False, "409", None),
        ("gone", True, "gone", None),
        ("teapot", True, "418", None),
        ("redirect", True, "302", None),
    ],
)
def test_every_no(receiver: WebhookReceiver, behaviour: str, permanent: bool, code: str, wait: int | None) -> None:
    receiver.next(behaviour)
    (answer,) = act(receiver.settings, made_up(Webhook))
    assert isinstance(answer, ProviderError), answer
    assert (answer.permanent, answer.code, answer.retry_after) == (permanent, code, wait)
    assert receiver.effects == {}


@pytest.mark.parametrize(
    ("behaviour", "effects"),
    [("lost-answer", 1), ("hang", 1), ("drop", 0), ("500-with-effect", 1), ("500-without-effect", 0)],
)
def test_silence_is_unknown_and_repeated_with_the_same_id(
    receiver: WebhookReceiver, behaviour: str, effects: int
) -> None:
    settings, envelope = {**receiver.settings, "timeout": 1}, made_up(Webhook)
    receiver.next(behaviour)
    assert isinstance(act(settings, envelope)[0], OutcomeUnknown)
    assert receiver.effects.get(envelope.key, 0) == effects
    assert isinstance(act(settings, envelope)[0], Receipt)
    assert receiver.effects == {envelope.key: 1}
    assert {headers["webhook-id"] for _, _, headers in receiver.requests} == {envelope.key}


def test_an_address_that_is_gone_is_not_called_again(receiver: WebhookReceiver) -> None:
    receiver.next("accept", "gone")
    found = act(receiver.settings, *(made_up(Webhook) for _ in range(5)))
    assert [type(one) for one in found] == [Receipt, *[ProviderError] * 4]
    assert len(receiver.requests) == 2


def test_what_must_not_be_called(receiver: WebhookReceiver) -> None:
    for change in ({"allow_loopback": False}, {"url": "http://shop.example/hook"}):
        with pytest.raises(ProviderError) as no:
            act({**receiver.settings, **change}, made_up(Webhook))
        assert no.value.code == "plain-refused"
    (answer,) = act({**receiver.settings, "url": "https://localhost/hook", "allow_loopback": False}, made_up(Webhook))
    assert isinstance(answer, ProviderError)
    assert answer.code in ("egress-refused", "unreachable")
    assert receiver.requests == []
    for secret in ("whsec_", "whsec_A"):
        with pytest.raises(ProviderError) as no:
            act({**receiver.settings, "secret": secret}, made_up(Webhook))
        assert no.value.code == "bad-secret"
    assert [one.code for one in Webhook.check({"url": "http://shop.example/", "secret": new_secret()}, {})] == [
        "plain-refused"
    ]
    assert [one.code for one in Webhook.check({"url": "https://shop.example/"}, {"what": 1})] == [
        "bad-connection",
        "bad-step",
    ]


# What the receiver says later.


def test_a_receiver_says_what_became_of_an_act(receiver: WebhookReceiver) -> None:
    assert isinstance(Webhook, Hears) and isinstance(TellWebhook, Hears)
    headers, body = receiver.notice("act.reversed", key="mg-1", reference="cr_1", code="AC04", words="sent back")
    (said,) = Webhook.read_notices(receiver.settings, headers, body, now=now())
    assert (said.event, said.says, said.key, said.reference) == ("msg_1", "reversed", "mg-1", "cr_1")
    assert (said.code, said.words, said.order) == ("AC04", "sent back", int(said.at.timestamp() * 1000))
    headers, body = receiver.notice("act.done", key="mg-1", version=7)
    (said,) = Webhook.read_notices(receiver.settings, headers, body, now=now())
    assert (said.says, said.order) == ("done", 7)


@pytest.mark.parametrize("past", [timedelta(minutes=6), timedelta(days=5), timedelta(minutes=-6)], ids=str)
def test_a_message_from_another_time_is_not_believed(receiver: WebhookReceiver, past: timedelta) -> None:
    headers, body = receiver.notice("act.done", key="mg-1")
    with pytest.raises(NotTheirs) as no:
        Webhook.read_notices(receiver.settings, headers, body, now=now() + past)
    assert no.value.code == "too-old"
    assert Webhook.read_notices(receiver.settings, headers, body, now=now() + timedelta(minutes=4))


def test_what_is_not_signed_by_us_is_not_believed(receiver: WebhookReceiver) -> None:
    headers, body = receiver.notice("act.done", key="mg-1")
    moment = now()
    forged: list[tuple[dict[str, str], bytes]] = [
        ({}, body),
        (headers, body.replace(b"mg-1", b"mg-2")),
        ({**headers, "webhook-id": "msg_2"}, body),
        ({**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}, body),
        ({**headers, "webhook-timestamp": "soon"}, body),
        ({**headers, "webhook-timestamp": "9" * 30}, body),
        ({**headers, "webhook-signature": ""}, body),
        ({**headers, "webhook-signature": "v1,"}, body),
        ({**headers, "webhook-signature": "v1,ä"}, body),
        ({**headers, "webhook-signature": headers["webhook-signature"].replace("v1,", "v1a,")}, body),
        ({**headers, "webhook-signature": headers["webhook-signature"].removeprefix("v1,")}, body),
        (headers, b"\xff" + body),
    ]
    for fake, text in forged:
        with pytest.raises(NotTheirs):
            Webhook.read_notices(receiver.settings, fake, text, now=moment)
    with pytest.raises(NotTheirs):
        Webhook.read_notices({**receiver.settings, "secret": new_secret()}, headers, body, now=moment)
    with pytest.raises(NotTheirs):
        Webhook.read_notices({**receiver.settings, "secret": "whsec_A"}, headers, body, now=moment)
    rotated = {**receiver.settings, "secret": new_secret(), "previous_secret": receiver.secret}
    among = {**headers, "webhook-signature": f"v1,AAAA v2,BBBB {headers['webhook-signature']}"}
    assert Webhook.read_notices(rotated, among, body, now=moment)


def test_our_own_message_sent_back_to_us_says_nothing(receiver: WebhookReceiver) -> None:
    act(receiver.settings, made_up(Webhook))
    _, _, headers = receiver.requests[0]
    with pytest.raises(BadInput) as no:
        Webhook.read_notices(receiver.settings, headers, _body(receiver), now=now())
    assert no.value.code == "no-notice"


@pytest.mark.parametrize("data", [{"type": "act.paid"}, {"type": "act.done"}, [], {"type": [], "data": {}}], ids=str)
def test_what_is_signed_and_no_notice(receiver: WebhookReceiver, data: Any) -> None:
    from standardwebhooks.webhooks import Webhook as Key

    moment = now()
    text = json.dumps(data)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Key(receiver.secret).sign("msg_1", moment, text),
    }
    with pytest.raises(BadInput):
        Webhook.read_notices(receiver.settings, headers, text.encode(), now=moment)


def test_a_guard_and_a_fresh_envelope_are_all_it_needs(receiver: WebhookReceiver) -> None:
    """The same act with other words is still the same act: the receiver keeps the first."""
    envelope = made_up(TellWebhook)
    other = replace(envelope, words=replace(envelope.words, subject="Other words"))  # type: ignore[type-var]
    for one in (envelope, other):
        assert isinstance(act(receiver.settings, one, plugin=TellWebhook)[0], Receipt)
    assert receiver.effects == {envelope.key: 1}
