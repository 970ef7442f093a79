"""The strict mail providers are strict: asked over plain HTTP, without any code of the channels."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from makegood.testing.mail_provider import API_KEY, DOMAIN, PLAIN, SIGNING_KEY, TOKEN, WEBHOOK, MailProvider

KEY = "mg-" + "5" * 40
LETTER = {
    "From": f"The Shop <help@{DOMAIN}>",
    "To": "Jo <jo@mail.example>",
    "Subject": "About your order",
    "TextBody": "text",
    "HtmlBody": "<p>text</p>",
    "Metadata": {"makegood_key": KEY},
    "Headers": [{"Name": "Message-ID", "Value": f"<{KEY}@{DOMAIN}>"}, {"Name": "X-PM-KeepID", "Value": "true"}],
}
FORM = {
    "from": f"help@{DOMAIN}",
    "to": "jo@mail.example",
    "subject": "About your order",
    "text": "text",
    "html": "<p>text</p>",
    "v:makegood_key": KEY,
    "h:Message-ID": f"<{KEY}@{DOMAIN}>",
}


@pytest.fixture
def provider() -> Iterator[MailProvider]:
    with MailProvider() as running:
        yield running


def ask(
    provider: MailProvider, path: str, body: bytes, headers: dict[str, str], patience: float = 5
) -> tuple[int, Any]:
    """Status and JSON (or text). Raises what `http.client` raises when no answer comes."""
    connection = http.client.HTTPConnection("127.0.0.1", provider.port, timeout=patience)
    try:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        raw = response.read().decode()
    finally:
        connection.close()
    try:
        return response.status, json.loads(raw)
    except ValueError:
        return response.status, raw


def postmark(provider: MailProvider, *, token: str = TOKEN, patience: float = 5, **changes: Any) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json", "X-Postmark-Server-Token": token}
    return ask(provider, "/email", json.dumps({**LETTER, **changes}).encode(), headers, patience)


def mailgun(provider: MailProvider, *, key: str = API_KEY, domain: str = DOMAIN, **changes: str) -> tuple[int, Any]:
    password = base64.b64encode(f"api:{key}".encode()).decode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {password}"}
    return ask(provider, f"/v3/{domain}/messages", urlencode({**FORM, **changes}).encode(), headers)


def test_a_good_letter_is_taken_once_by_each(provider: MailProvider) -> None:
    status, said = postmark(provider)
    assert (status, said["ErrorCode"], said["MessageID"]) == (200, 0, "pm-00000001")
    assert mailgun(provider) == (200, {"id": f"<00000002@{DOMAIN}>", "message": "Queued. Thank you."})
    first, second = provider.taken(KEY)
    assert (first.api, second.api) == ("postmark", "mailgun")
    assert first.words == second.words == ("About your order", "text", "<p>text</p>")
    assert first.message_id == second.message_id == f"<{KEY}@{DOMAIN}>"


def test_a_message_id_is_kept_only_when_that_is_asked_for(provider: MailProvider) -> None:
    postmark(provider, Headers=LETTER["Headers"][:1])
    assert provider.messages[0].message_id == ""


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic %%%"}, {"Authorization": "Bearer mailgun-key"}])
def test_a_stranger_is_sent_away(provider: MailProvider, headers: dict[str, str]) -> None:
    assert ask(provider, f"/v3/{DOMAIN}/messages", b"", headers)[0] == 401
    assert ask(provider, "/email", b"{}", headers)[0] == 401
    assert postmark(provider, token="another")[0] == 401
    assert mailgun(provider, key="another")[0] == 401
    assert provider.messages == []


@pytest.mark.parametrize(
    "changes",
    [
        {"From": "help@other.example"},
        {"To": "jo@mail.example, mo@mail.example"},
        {"To": "nobody"},
        {"Subject": ""},
        {"TextBody": ""},
        {"HtmlBody": ""},
        {"Metadata": {}},
    ],
)
def test_what_is_not_whole_is_refused(provider: MailProvider, changes: dict[str, Any]) -> None:
    status, said = postmark(provider, **changes)
    assert (status, said["ErrorCode"]) == (422, 300)
    names = {"From": "from", "To": "to", "Subject": "subject", "TextBody": "text", "HtmlBody": "html"}
    form = {names.get(name, "v:makegood_key"): value or "" for name, value in changes.items()}
    assert mailgun(provider, **form)[0] == 400
    assert provider.messages == []


def test_a_domain_and_a_body_that_are_not_known(provider: MailProvider) -> None:
    assert mailgun(provider, domain="other.example") == (404, {"message": "Domain not found: other.example"})
    assert ask(provider, "/email", b"no json", {"X-Postmark-Server-Token": TOKEN})[0] == 422


@pytest.mark.parametrize("behaviour", sorted(PLAIN))
def test_a_plain_no_takes_nothing(provider: MailProvider, behaviour: str) -> None:
    provider.next(behaviour)
    assert postmark(provider)[0] == PLAIN[behaviour][0]
    assert provider.messages == []
    assert postmark(provider)[0] == 200, "only the next message was met so"


@pytest.mark.parametrize(("behaviour", "taken"), [("drop", 0), ("lost-answer", 1), ("half-body", 1), ("hang", 1)])
def test_an_answer_that_does_not_come(provider: MailProvider, behaviour: str, taken: int) -> None:
    provider.next(behaviour)
    with pytest.raises((http.client.HTTPException, OSError)):
        postmark(provider, patience=0.3)
    assert len(provider.messages) == taken


@pytest.mark.parametrize(
    ("behaviour", "status", "taken"),
    [("500-after", 500, 1), ("html", 200, 1), ("odd-status", 200, 1), ("error-body", 200, 0)],
)
def test_an_answer_that_says_something_else(provider: MailProvider, behaviour: str, status: int, taken: int) -> None:
    provider.always = behaviour
    said = postmark(provider)
    assert said[0] == status
    assert "MessageID" not in str(said[1])
    assert len(provider.messages) == taken


def test_an_inactive_recipient_is_named_as_the_provider_names_it(provider: MailProvider) -> None:
    provider.next("422", "422")
    status, said = postmark(provider)
    assert (status, said["ErrorCode"]) == (422, 406)
    assert "Found inactive addresses: jo@mail.example." in said["Message"]
    assert mailgun(provider)[0] == 400


@pytest.mark.parametrize("says", ["delivered", "bounced", "soft", "deferred", "complained", "unsubscribed"])
def test_notices_are_signed_and_name_the_message(provider: MailProvider, says: str) -> None:
    postmark(provider)
    headers, body = provider.notice("postmark", KEY, says)
    assert base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode() == WEBHOOK
    event = json.loads(body)
    assert (event["MessageID"], event["Metadata"]) == ("pm-00000001", {"makegood_key": KEY})
    _, body = provider.notice("mailgun", KEY, says, at=datetime(2026, 3, 3, tzinfo=UTC))
    signed = json.loads(body)["signature"]
    expected = hmac.new(SIGNING_KEY.encode(), f"{signed['timestamp']}{signed['token']}".encode(), hashlib.sha256)
    assert signed["signature"] == expected.hexdigest()
    assert signed["timestamp"] == "1772496000"
