"""What providers say later, read by anymail's own views: proved, said in our words, once, and not for ever."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from makegood.channels.anymail import Anymail
from makegood.channels.anymail_providers import PROVIDERS
from makegood.kit.errors import BadInput
from makegood.kit.notices import Hears, Notice, NotTheirs
from makegood.kit.plugins import Surroundings
from makegood.testing.contract import EMAIL, answers, made_up
from makegood.testing.mail_provider import WEBHOOK, MailProvider

NOW = datetime(2026, 3, 2, 10, 1, tzinfo=UTC)
OURS = "mg-" + "a1" * 20
META = {"makegood_key": OURS}
BASIC = {"authorization": f"Basic {base64.b64encode(b'hook:secret-word').decode()}"}
APIS = ["postmark", "mailgun"]


@pytest.fixture
def provider() -> Iterator[MailProvider]:
    with MailProvider() as running:
        yield running


def sent(provider: MailProvider, api: str) -> str:
    """The key of a mail that was taken."""

    async def no_database() -> Any:
        raise AssertionError("a provider has no business in the database")

    async def whole() -> str:
        envelope = made_up(Anymail)
        plugin = await Anymail.open(Surroundings(provider.settings(api), no_database))
        try:
            (answer,) = (await answers(plugin, [envelope])).values()
        finally:
            await plugin.close()
        assert getattr(answer, "reference", "") == provider.taken(envelope.key)[0].id
        return envelope.key

    return asyncio.run(whole())


def read(settings: dict[str, Any], headers: dict[str, str], body: bytes, now: datetime = NOW) -> list[Notice]:
    return list(Anymail.read_notices(settings, headers, body, now=now))


def one(settings: dict[str, Any], headers: dict[str, str], event: Any) -> Notice:
    (found,) = read(settings, {"content-type": "application/json", **headers}, json.dumps(event).encode())
    return found


def test_the_plug_in_hears() -> None:
    assert issubclass(Anymail, Hears)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    ("what", "says", "about"),
    [
        ("delivered", "done", True),
        ("bounced", "bounced", True),
        ("deferred", "noted", True),
        ("complained", "complained", True),
        ("unsubscribed", "noted", True),
    ],
)
def test_what_became_of_a_mail_is_found_by_key_and_by_reference(
    provider: MailProvider, api: str, what: str, says: str, about: bool
) -> None:
    key = sent(provider, api)
    (notice,) = read(provider.settings(api), *provider.notice(api, key, what))
    assert (notice.says, notice.key, notice.reference) == (says, key, provider.taken(key)[0].id)
    assert notice.at == datetime(2026, 3, 2, 10, 0, 5, tzinfo=UTC)
    assert notice.order == int(notice.at.timestamp() * 1000)
    assert notice.address == (EMAIL if about else "")
    assert EMAIL not in notice.words
    assert read(provider.settings(api), *provider.notice(api, key, what))[0].event == notice.event
    others = {read(provider.settings(api), *provider.notice(api, key, other))[0].event for other in ("delivered",)}
    assert (notice.event in others) == (what == "delivered")


def test_a_full_mailbox_says_nothing_against_the_address(provider: MailProvider) -> None:
    key = sent(provider, "postmark")
    (soft,) = read(provider.settings(), *provider.notice("postmark", key, "soft"))
    assert (soft.says, soft.address) == ("bounced", "")
    assert read(provider.settings("mailgun"), *provider.notice("mailgun", sent(provider, "mailgun"), "soft"))[
        0
    ].says == ("noted")


@pytest.mark.parametrize(
    "change", [{"authorization": "Basic aG9vazp3cm9uZw=="}, {"authorization": ""}, {"authorization": "Bearer x"}]
)
def test_a_wrong_password_proves_nothing(provider: MailProvider, change: dict[str, str]) -> None:
    headers, body = provider.notice("postmark", sent(provider, "postmark"), "bounced")
    with pytest.raises(NotTheirs) as caught:
        read(provider.settings(), {**headers, **change}, body)
    assert caught.value.code == "bad-signature"


def test_a_changed_or_unsigned_body_proves_nothing(provider: MailProvider) -> None:
    headers, body = provider.notice("mailgun", sent(provider, "mailgun"), "bounced")
    event = json.loads(body)
    wrong = [
        {**event, "signature": {**event["signature"], "token": "other"}},
        {**event, "signature": {**event["signature"], "timestamp": "1772445600"}},
        {"event-data": event["event-data"]},
        {"signature": "x"},
        [],
    ]
    for changed in wrong:
        with pytest.raises(NotTheirs) as caught:
            read(provider.settings("mailgun"), headers, json.dumps(changed).encode())
        assert caught.value.code == "bad-signature", changed
    with pytest.raises(NotTheirs):
        read({**provider.settings("mailgun"), "signing_key": "another"}, headers, body)


@pytest.mark.parametrize(
    ("late", "theirs"), [(timedelta(hours=8), True), (timedelta(days=5), False), (-timedelta(hours=1), False)]
)
def test_a_signature_is_good_while_the_provider_tries_again(
    provider: MailProvider, late: timedelta, theirs: bool
) -> None:
    headers, body = provider.notice("mailgun", sent(provider, "mailgun"), "bounced", at=NOW - late)
    if theirs:
        assert read(provider.settings("mailgun"), headers, body)[0].says == "bounced"
        return
    with pytest.raises(NotTheirs) as caught:
        read(provider.settings("mailgun"), headers, body)
    assert caught.value.code == "stale-signature"


@pytest.mark.parametrize("api", APIS)
def test_without_a_secret_nothing_is_believed(provider: MailProvider, api: str) -> None:
    headers, body = provider.notice(api, sent(provider, api), "bounced")
    bare = {k: v for k, v in provider.settings(api).items() if k not in ("webhook_secret", "signing_key")}
    with pytest.raises(NotTheirs) as caught:
        read(bare, headers, body)
    assert caught.value.code == "no-webhook-secret"
    with pytest.raises(NotTheirs):
        read({"provider": "scaleway", "secret_key": "x", "project_id": "y", "webhook_secret": WEBHOOK}, headers, body)


@pytest.mark.parametrize(
    "body",
    [b"", b"no json", b"[1, 2]", b'"text"', b"null", b"[" * 100_000, b"\xff\xfe", b'{"RecordType": "Inbound"}',
     b'{"RecordType": "Delivery", "DeliveredAt": 7}'],
)  # fmt: skip
def test_words_that_cannot_be_understood_are_refused_as_a_whole(body: bytes) -> None:
    settings = {"provider": "postmark", "server_token": "t", "webhook_secret": WEBHOOK}
    with pytest.raises(BadInput) as caught:
        read(settings, {"content-type": "application/json", **BASIC}, body)
    assert caught.value.code == "unreadable-notice"


def test_what_is_not_asked_and_what_is_not_ours() -> None:
    settings = {"provider": "postmark", "server_token": "t", "webhook_secret": WEBHOOK}
    opened = {"RecordType": "Open", "MessageID": "pm-1", "Recipient": EMAIL, "ReceivedAt": "2026-03-02T10:00:00Z"}
    assert read(settings, {"content-type": "application/json", **BASIC}, json.dumps(opened).encode()) == []
    other = {
        **opened,
        "RecordType": "Delivery",
        "DeliveredAt": "2026-03-02T10:00:00Z",
        "Metadata": {"makegood_key": "x"},
    }
    assert (one(settings, BASIC, other).key, one(settings, BASIC, other).reference) == ("", "pm-1")


def test_several_events_of_one_request_and_a_signature_with_a_date() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    spki = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    settings = {"provider": "sendgrid", "api_key": "k", "signing_key": base64.b64encode(spki).decode()}
    common = {"email": EMAIL, "anymail_id": "sg-1", "makegood_key": OURS, "timestamp": 1772445600}
    events = [
        {**common, "event": "bounce", "type": "bounce", "sg_event_id": "e1", "reason": "550 no such user"},
        {**common, "event": "bounce", "type": "blocked", "sg_event_id": "e2", "reason": "550 blocked"},
        {**common, "event": "open", "sg_event_id": "e3"},
        {**common, "event": "dropped", "sg_event_id": "e4", "reason": "Bounced Address"},
        {**common, "event": "spamreport", "sg_event_id": "e5"},
    ]
    body = json.dumps(events).encode()

    def signed(at: datetime) -> dict[str, str]:
        stamp = str(int(at.timestamp()))
        signature = base64.b64encode(private.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
        name = "x-twilio-email-event-webhook"
        return {f"{name}-signature": signature, f"{name}-timestamp": stamp}

    found = read(settings, signed(NOW), body)
    assert [(notice.says, notice.key, bool(notice.address)) for notice in found] == [
        ("bounced", OURS, True),
        ("bounced", OURS, False),
        ("failed", OURS, True),
        ("complained", OURS, True),
    ]
    assert len({notice.event for notice in found}) == 4
    with pytest.raises(NotTheirs) as caught:
        read(settings, signed(NOW - timedelta(days=5)), body)
    assert caught.value.code == "stale-signature"
    with pytest.raises(NotTheirs):
        read(settings, signed(NOW), body + b" ")
    with pytest.raises(NotTheirs):
        read({**settings, "signing_key": "no key"}, signed(NOW), body)


def test_a_signature_over_the_whole_body() -> None:
    settings = {"provider": "mailersend", "api_token": "t", "signing_key": "word"}
    data = {"type": "hard_bounced", "id": "act-1", "created_at": "2026-03-02T10:00:00Z", "email": {
        "message": {"id": "ms-1"}, "recipient": {"email": EMAIL}, "tags": [OURS]}}  # fmt: skip
    body = json.dumps({"type": "activity.hard_bounced", "data": data}).encode()
    signature = hmac.new(b"word", body, hashlib.sha256).hexdigest()
    (notice,) = read(settings, {"signature": signature}, body)
    assert (notice.says, notice.key, notice.reference, notice.address) == ("bounced", OURS, "ms-1", EMAIL)
    soft = body.replace(b"hard_bounced", b"soft_bounced")
    signature = hmac.new(b"word", soft, hashlib.sha256).hexdigest()
    assert read(settings, {"signature": signature}, soft)[0].address == ""


def test_a_signature_over_a_form_and_the_webhooks_address() -> None:
    url = "https://makegood.shop.example/hooks/shop/email/"
    settings = {"provider": "mandrill", "api_key": "k", "signing_key": "word", "webhook_url": url}
    msg = {"email": EMAIL, "metadata": {"makegood_key": OURS}, "diag": "550 no", "tags": []}
    events = json.dumps([{"event": "hard_bounce", "_id": "md-1", "ts": 1772445600, "msg": msg}])
    form = {"mandrill_events": events}
    signed = hmac.new(b"word", f"{url}mandrill_events{events}".encode(), hashlib.sha1).digest()
    headers = {
        "x-mandrill-signature": base64.b64encode(signed).decode(),
        "content-type": "application/x-www-form-urlencoded",
    }
    (notice,) = read(settings, headers, urlencode(form).encode())
    assert (notice.says, notice.key, notice.address) == ("bounced", OURS, EMAIL)
    with pytest.raises(NotTheirs):
        read({**settings, "webhook_url": "https://elsewhere.example/"}, headers, urlencode(form).encode())


def test_a_signature_by_the_providers_private_key() -> None:
    private = rsa.generate_private_key(65537, 2048)
    spki = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    settings = {
        "provider": "postal",
        "api_key": "k",
        "api_url": "https://post.example/",
        "signing_key": base64.b64encode(spki).decode(),
    }
    event = {"event": "MessageSent", "timestamp": 1772445600.5, "payload": {
        "status": "Sent", "message": {"id": 17, "to": EMAIL, "direction": "outgoing", "tag": None}}}  # fmt: skip
    body = json.dumps(event).encode()
    signature = base64.b64encode(private.sign(body, padding.PKCS1v15(), hashes.SHA1())).decode()
    (notice,) = read(settings, {"x-postal-signature": signature}, body)
    assert (notice.says, notice.reference) == ("done", "17")
    with pytest.raises(NotTheirs):
        read(settings, {"x-postal-signature": "AAAA"}, body)


def test_a_signature_with_the_api_key() -> None:
    settings = {"provider": "unisender-go", "api_key": "api-word", "api_url": "https://go.example/"}
    data = {"status": "hard_bounced", "email": EMAIL, "event_time": "2026-03-02 10:00:00", "job_id": "j1",
            "metadata": {"makegood_key": OURS, "anymail_id": "ug-1"}}  # fmt: skip
    event = {
        "auth": "PLACE",
        "events_by_user": [{"events": [{"event_name": "transactional_email_status", "event_data": data}]}],
    }
    whole = json.dumps(event)
    auth = hashlib.md5(whole.replace("PLACE", "api-word").encode()).hexdigest()
    (notice,) = read(settings, {}, whole.replace("PLACE", auth).encode())
    assert (notice.says, notice.key, notice.reference) == ("bounced", OURS, "ug-1")
    with pytest.raises(NotTheirs):
        read({**settings, "api_key": "other"}, {}, whole.replace("PLACE", auth).encode())


@pytest.mark.parametrize(
    ("name", "event", "address"),
    [
        ("brevo", {"event": "hard_bounce", "email": EMAIL, "ts_epoch": 1772445600000, "message-id": "b1",
                   "X-Mailin-custom": json.dumps({"makegood_key": OURS})}, EMAIL),
        ("brevo", {"event": "soft_bounce", "email": EMAIL, "ts_epoch": 1772445600000, "message-id": "b1",
                   "X-Mailin-custom": json.dumps({"makegood_key": OURS})}, ""),
        ("mailjet", {"event": "bounce", "time": 1772445600, "MessageID": 7, "email": EMAIL, "hard_bounce": True,
                     "error": "user unknown", "Payload": json.dumps({"makegood_key": OURS})}, EMAIL),
        ("mailjet", {"event": "bounce", "time": 1772445600, "MessageID": 7, "email": EMAIL, "hard_bounce": False,
                     "error": "quota exceeded", "Payload": json.dumps({"makegood_key": OURS})}, ""),
        ("sparkpost", [{"msys": {"message_event": {
            "type": "bounce", "event_id": "s1", "timestamp": "1772445600", "transmission_id": "t1",
            "bounce_class": "10", "raw_rcpt_to": EMAIL, "rcpt_meta": META, "raw_reason": "550"}}}], EMAIL),
        ("sparkpost", [{"msys": {"message_event": {
            "type": "bounce", "event_id": "s1", "timestamp": "1772445600", "transmission_id": "t1",
            "bounce_class": "22", "raw_rcpt_to": EMAIL, "rcpt_meta": META, "raw_reason": "552"}}}], ""),
        ("mailtrap", {"events": [{"event": "bounce", "timestamp": 1772445600, "message_id": "mt1", "event_id": "e1",
                                  "email": EMAIL, "custom_variables": {"makegood_key": OURS}}]}, EMAIL),
        ("resend", {"type": "email.bounced", "created_at": "2026-03-02T10:00:00Z", "data": {
            "email_id": "re1", "to": [EMAIL], "bounce": {"message": "hard bounce message"},
            "headers": [{"name": "X-Metadata", "value": json.dumps({"makegood_key": OURS})}]}}, EMAIL),
    ],
)  # fmt: skip
def test_each_provider_that_gives_a_password_is_read(name: str, event: Any, address: str) -> None:
    notice = one({"provider": name, "api_key": "k", "api_token": "k", "webhook_secret": WEBHOOK}, BASIC, event)
    assert (notice.says, notice.key, notice.address) == ("bounced", OURS, address)
    assert notice.reference
    with pytest.raises(NotTheirs):
        one({"provider": name, "api_key": "k", "api_token": "k", "webhook_secret": "other:word"}, BASIC, event)


@pytest.mark.parametrize(
    "settings",
    [
        {"provider": "amazon-ses", "region": "eu-west-1", "webhook_secret": WEBHOOK},
        {"provider": "resend", "api_key": "k", "signing_key": "whsec_x"},
    ],
)
def test_a_library_that_is_missing_proves_nothing(settings: dict[str, Any]) -> None:
    missing = PROVIDERS[settings["provider"]]
    if find_spec(missing.library or missing.webhook_library):
        pytest.skip("it is installed here")
    with pytest.raises(NotTheirs) as caught:
        read(settings, BASIC, b"{}")
    assert caught.value.code == "library-missing"
