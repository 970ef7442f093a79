"""Whom a mail comes from and where its answers go: the message before the connection."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from makegood.channels.anymail import Anymail
from makegood.channels.email import Email
from makegood.channels.mail import mail, shown_sender
from makegood.core.render import Frame, compile_message
from makegood.kit.errors import BadInput
from makegood.kit.mime import says_no_reply
from makegood.kit.plugins import Envelope, Plugin, ProviderError, Surroundings, Words
from makegood.testing.contract import answers, made_up
from makegood.testing.mail_provider import MailProvider

SETTINGS = {"sender_name": "Shop Ltd", "sender_email": "shop@shop.example", "reply_to": "help@shop.example"}
FRAME = Frame("Löwen Ltd", ("1 Road", "Town"), "help@shop.example")


@pytest.fixture
def provider() -> Iterator[MailProvider]:
    with MailProvider() as running:
        yield running


def words(front: str = "", body: str = "Dear Ada,\n\nwe charged you twice.") -> Words:
    message, findings = compile_message(f"---\nsubject: About your order\n{front}---\n{body}\n", "messages/m.md")
    assert message is not None, findings
    return message.render({}, locale="en", frame=FRAME)


def envelope(plugin: type[Plugin], front: str = "") -> Envelope:
    return replace(made_up(plugin), words=words(front))


def read(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


PERSON = "sender_name: Ana Ruiz, Shop Ltd\nreply_to: ana@shop.example\n"


def test_a_message_names_its_person_and_where_answers_are_read() -> None:
    found = read(mail(envelope(Email, PERSON), SETTINGS))
    assert (found["From"], found["Reply-To"]) == ('"Ana Ruiz, Shop Ltd" <shop@shop.example>', "ana@shop.example")


def test_without_them_the_connections_are_used() -> None:
    found = read(mail(envelope(Email), SETTINGS))
    assert (found["From"], found["Reply-To"]) == ("Shop Ltd <shop@shop.example>", "help@shop.example")
    found = read(mail(envelope(Email), {"sender_email": "shop@shop.example"}))
    assert (found["From"], found["Reply-To"]) == ("shop@shop.example", None)


@pytest.mark.parametrize("api", ["postmark", "mailgun"])
def test_a_providers_mail_says_the_same(provider: MailProvider, api: str) -> None:
    async def send() -> None:
        async def no_database() -> Any:
            raise AssertionError("no database is needed")

        opened = await Anymail.open(
            Surroundings(
                {**provider.settings(api), **SETTINGS, "sender_email": provider.settings(api)["sender_email"]},
                no_database,
            )
        )
        try:
            await answers(opened, [envelope(Anymail, PERSON)])
        finally:
            await opened.close()

    asyncio.run(send())
    (taken,) = provider.messages
    assert "Ana Ruiz, Shop Ltd" in taken.sender
    assert taken.reply_to == "ana@shop.example"
    assert taken.words[1] == words().text + words().closing.replace("help@", "ana@")


def test_an_address_that_cannot_be_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(BadInput):
        shown_sender(replace(words(), reply_to="a@b@c"), SETTINGS)
    with pytest.raises(ProviderError) as caught:
        mail(replace(made_up(Email), words=replace(words(), reply_to="a@b@c")), SETTINGS)
    assert (caught.value.permanent, caught.value.code) == (True, "bad-mail")


def test_the_mail_keeps_to_what_mail_programs_expect() -> None:
    raw = mail(envelope(Email, PERSON), SETTINGS)
    found = read(raw)
    assert not found.defects
    assert found.get_content_type() == "multipart/alternative"
    parts = list(found.iter_parts())
    assert [(part.get_content_type(), part.get_content_charset()) for part in parts] == [
        ("text/plain", "utf-8"), ("text/html", "utf-8")]  # fmt: skip
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
    plain, page = (str(part.get_content()).replace("\r\n", "\n") for part in parts)
    assert plain == words(PERSON).text + words(PERSON).closing
    assert page.rstrip("\n") == words(PERSON).html.rstrip("\n")
    assert "Löwen Ltd, 1 Road, Town" in plain
    assert not [no for no in ("<img", "src=", "<link", "@import", "url(", "<script") if no in page]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("no-reply@x.example", True), ("NoReply@x.example", True), ("do_not_reply@x.example", True),
        ("donotreply+7@x.example", True), ("nicht-antworten@x.example", True), ("keine-antwort@x.example", True),
        ("noreply-orders@x.example", True), ("help@x.example", False), ("nora@x.example", False),
        ("reply@x.example", False), ("ana@no-reply.example", False), ("", False),
    ],
)  # fmt: skip
def test_an_address_that_says_nobody_reads_it(address: str, said: bool) -> None:
    assert says_no_reply(address) is said


def test_a_message_with_such_an_address_is_told_so_with_its_place() -> None:
    message, (finding,) = compile_message("---\nsubject: x\nreply_to: no-reply@x.example\n---\nHi", "messages/m.md")
    assert message is not None
    assert (finding.code, finding.level, str(finding.place)) == ("no-reply", "advice", "messages/m.md:3:1")


@pytest.mark.parametrize("address", ["ana", "a@b, c@d", "Ana <a@b.example>", "a b@c", "{{ email }}", ""])
def test_where_answers_go_is_one_address_and_no_fact(address: str) -> None:
    message, findings = compile_message(f"---\nsubject: x\nreply_to: '{address}'\n---\nHi", "messages/m.md")
    assert message is None
    assert findings[0].place is not None
