"""What each way of failing means with a provider: refused, not sent, unknown, done. The provider says what it took."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.channels.test_email_tls import certificate

from makegood.channels.anymail import Anymail
from makegood.kit.plugins import Answer, Envelope, OutcomeUnknown, ProviderError, Receipt, Surroundings, Words
from makegood.testing.contract import EMAIL, NAME, answers, made_up
from makegood.testing.mail_provider import MailProvider
from makegood.testing.smtp_server import SmtpServer

APIS = ["postmark", "mailgun"]


@pytest.fixture
def provider() -> Iterator[MailProvider]:
    with MailProvider() as running:
        yield running


def opened(settings: dict[str, Any], *, connections: int = 1) -> Surroundings:
    async def no_database() -> Any:
        raise AssertionError("a provider has no business in the database")

    return Surroundings(settings, no_database, connections)


def send(surroundings: Surroundings, *window: Envelope) -> list[Answer]:
    async def whole() -> list[Answer]:
        plugin = await Anymail.open(surroundings)
        try:
            found = await answers(plugin, window)
        finally:
            await plugin.close()
        return [found[index] for index in range(len(window))]

    return asyncio.run(whole())


def no_of(answer: Answer) -> ProviderError:
    assert isinstance(answer, ProviderError), answer
    return answer


@pytest.mark.parametrize("api", APIS)
def test_what_was_taken_is_what_was_written(provider: MailProvider, api: str) -> None:
    envelope = made_up(Anymail)
    settings = {**provider.settings(api), "sender_name": 'The "Shop", Ltd', "reply_to": "answer@shop.example"}
    receipt = send(opened(settings), envelope)[0]
    (taken,) = provider.taken(envelope.key)
    assert isinstance(receipt, Receipt)
    assert (receipt.reference, receipt.code) == (taken.id, {"postmark": "sent", "mailgun": "queued"}[api])
    assert envelope.words is not None
    assert taken.words == (envelope.words.subject, envelope.words.text, envelope.words.html)
    assert taken.message_id == f"<{envelope.key}@shop.example>"
    assert EMAIL in taken.recipient
    assert NAME in taken.recipient
    assert taken.sender.endswith("<help@shop.example>")


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    ("behaviour", "code", "taken"),
    [
        ("500", "500", 0),
        ("503", "503", 0),
        ("500-after", "500", 1),
        ("lost-answer", "no-answer", 1),
        ("hang", "no-answer", 1),
        ("drop", "no-answer", 0),
        ("half-body", "no-answer", 1),
        ("html", "unreadable-answer", 1),
        ("odd-status", "unreadable-answer", 1),
        ("error-body", "unreadable-answer", 0),
    ],
)
def test_what_cannot_be_known_is_unknown(
    provider: MailProvider, api: str, behaviour: str, code: str, taken: int
) -> None:
    provider.next(behaviour)
    envelope = made_up(Anymail)
    answer = send(opened(provider.settings(api)), envelope)[0]
    assert isinstance(answer, OutcomeUnknown), answer
    assert answer.code == code
    assert len(provider.taken(envelope.key)) == taken
    assert provider.requests == 1, "nothing is repeated by itself"


def test_a_yes_with_an_error_in_it_keeps_the_providers_words(provider: MailProvider) -> None:
    provider.next("error-body")
    answer = send(opened(provider.settings()), made_up(Anymail))[0]
    assert isinstance(answer, OutcomeUnknown)
    assert answer.words == "The provider says 200: The account is closed."


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(("behaviour", "wait"), [("401", 60), ("403", 60), ("429", 7), ("redirect", 60)])
def test_what_is_said_of_the_account_blames_no_recipient(
    provider: MailProvider, api: str, behaviour: str, wait: int
) -> None:
    provider.next(behaviour)
    no = no_of(send(opened(provider.settings(api)), made_up(Anymail))[0])
    assert (no.permanent, no.code, no.retry_after) == (
        False,
        {"redirect": "redirected"}.get(behaviour, behaviour),
        wait,
    )
    assert provider.messages == []


@pytest.mark.parametrize("api", APIS)
def test_a_key_that_was_revoked_in_the_middle(provider: MailProvider, api: str) -> None:
    settings = {**provider.settings(api), "server_token": "old", "api_key": "old"}
    kept = {name: settings[name] for name in provider.settings(api)}
    no = no_of(send(opened(kept), made_up(Anymail))[0])
    assert (no.permanent, no.code) == (False, "401")
    assert "old" not in no.words


def test_a_domain_the_provider_does_not_know_is_not_the_recipients_fault(provider: MailProvider) -> None:
    no = no_of(send(opened({**provider.settings("mailgun"), "sender_domain": "other.example"}), made_up(Anymail))[0])
    assert (no.permanent, no.code) == (False, "404")


def test_an_inactive_recipient_is_refused_for_good_and_not_named(provider: MailProvider) -> None:
    provider.next("422", "accept")
    refused, taken = send(opened(provider.settings()), made_up(Anymail), made_up(Anymail))
    no = no_of(refused)
    assert (no.permanent, no.code) == (True, "rejected")
    assert no.words.startswith("You tried to send to a recipient that has been marked as inactive.")
    assert EMAIL not in no.words
    assert isinstance(taken, Receipt)


def test_a_refused_form_is_refused_for_good(provider: MailProvider) -> None:
    provider.next("422")
    no = no_of(send(opened(provider.settings("mailgun")), made_up(Anymail))[0])
    assert (no.permanent, no.code) == (True, "400")
    assert NAME not in no.words
    assert EMAIL not in no.words


def test_a_sender_the_provider_does_not_know(provider: MailProvider) -> None:
    no = no_of(send(opened({**provider.settings(), "sender_email": "me@else.example"}), made_up(Anymail))[0])
    assert (no.permanent, no.code) == (True, "422")
    assert no.words == "The provider says 422: Invalid […] address: […]."


def test_calls_run_beside_each_other_within_the_limit(provider: MailProvider) -> None:
    provider.always = "slow"
    found = send(opened(provider.settings(), connections=3), *(made_up(Anymail) for _ in range(12)))
    assert all(isinstance(answer, Receipt) for answer in found)
    assert 2 <= provider.most_at_once <= 3


def test_nobody_listens() -> None:
    with MailProvider() as gone:
        settings = gone.settings()
    no = no_of(send(opened(settings), made_up(Anymail))[0])
    assert (no.permanent, no.code) == (False, "unreachable")


def test_a_name_that_leads_nowhere(provider: MailProvider) -> None:
    settings = {**provider.settings(), "api_url": "https://nowhere.invalid/"}
    no = no_of(send(opened(settings), made_up(Anymail))[0])
    assert (no.permanent, no.code) == (False, "unreachable")


def test_a_certificate_that_changed_sends_nothing(tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    with SmtpServer(tls=context, implicit=True) as other:
        settings = {"provider": "postmark", "server_token": "t", "sender_email": "help@shop.example"}
        url = f"https://127.0.0.1:{other.port}/"
        no = no_of(send(opened({**settings, "api_url": url, "timeout": 2}), made_up(Anymail))[0])
    assert (no.permanent, no.code) == (False, "tls")


def test_a_port_that_speaks_no_tls() -> None:
    with SmtpServer() as plain:
        settings = {"provider": "postmark", "server_token": "t", "sender_email": "help@shop.example"}
        url = f"https://127.0.0.1:{plain.port}/"
        no = no_of(send(opened({**settings, "api_url": url, "timeout": 2}), made_up(Anymail))[0])
    assert (no.permanent, no.code) == (False, "tls")


@pytest.mark.parametrize("address", ["", "nobody", "a b@c.example", "a@b.example\r\nBcc: x@y.example", "a@b@c"])
def test_an_impossible_address_never_reaches_the_provider(provider: MailProvider, address: str) -> None:
    no = no_of(send(opened(provider.settings()), made_up(Anymail, destination={"email": address}))[0])
    assert no.permanent
    assert no.code in ("no-address", "bad-address")
    assert provider.requests == 0


def test_a_line_break_in_name_or_subject_starts_no_header(provider: MailProvider) -> None:
    words = Words("About\r\nBcc: x@y.example", "text", "<p>text</p>", "d" * 64)
    envelope = made_up(Anymail, words=words, destination={"name": "Jo\r\nBcc: x@y.example", "email": EMAIL})
    send(opened(provider.settings()), envelope)
    (taken,) = provider.messages
    assert taken.words[0] == "About Bcc: x@y.example"
    assert "\n" not in taken.recipient
    assert taken.recipient.endswith(f"<{EMAIL}>")


def test_without_words_there_is_no_mail(provider: MailProvider) -> None:
    assert no_of(send(opened(provider.settings()), made_up(Anymail, words=None))[0]).code == "no-words"
    assert provider.requests == 0


def test_names_with_letters_beyond_ascii_arrive_whole(provider: MailProvider) -> None:
    envelope = made_up(Anymail, destination={"name": "Jörg Müller", "email": "info@bücher.example"})
    send(opened(provider.settings()), envelope)
    assert provider.messages[0].recipient.endswith("<info@xn--bcher-kva.example>")
    assert "rg M" in provider.messages[0].recipient
