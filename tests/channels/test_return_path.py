"""Where a mail comes back to: the sender, or an address of its own for each act."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from makegood.channels.email import Email
from makegood.channels.mail import return_path
from makegood.channels.returned import read_returned
from makegood.cli.registered import settings_findings
from makegood.kit.clock import now
from makegood.kit.plugins import Receipt, Surroundings
from makegood.testing.contract import answers, made_up
from makegood.testing.smtp_server import SmtpServer

KEY = "mg-" + "c" * 40
MAIL = {"host": "mx.shop.example", "sender_email": "help@shop.example"}


def test_without_a_setting_it_is_the_sender() -> None:
    assert return_path(KEY, MAIL) == "help@shop.example"


@pytest.mark.parametrize(
    "pattern", ["bounces+{key}@shop.example", "{key}@returns.shop.example", "b-{key}-x@bücher.example"]
)
def test_each_act_has_an_address_of_its_own(pattern: str) -> None:
    found = return_path(KEY, {**MAIL, "bounce_address": pattern})
    assert KEY in found
    assert found.isascii()
    assert settings_findings("email", {**MAIL, "bounce_address": pattern}) == []


@pytest.mark.parametrize("pattern", ["bounces@shop.example", "{key}", "a b+{key}@shop.example", "x@{key}"])
def test_a_pattern_that_says_nothing_is_refused(pattern: str) -> None:
    assert settings_findings("email", {**MAIL, "bounce_address": pattern})


def test_a_report_about_a_mail_finds_its_act_by_that_address_alone() -> None:
    async def no_database() -> Any:
        raise AssertionError("e-mail has no business in the database")

    async def whole(server: SmtpServer, envelope: Any) -> Any:
        settings = {**server.settings, "bounce_address": "bounces+{key}@shop.example"}
        plugin = await Email.open(Surroundings(settings, no_database))
        try:
            return (await answers(plugin, [envelope]))[0]
        finally:
            await plugin.close()

    envelope = made_up(Email)
    for pipelining in (False, True):
        with SmtpServer(pipelining=pipelining) as server:
            assert isinstance(asyncio.run(whole(server, envelope)), Receipt)
        back = server.messages[0].sender
        assert back == f"bounces+{envelope.key}@shop.example"
        assert b"From: shop@shop.example" in server.messages[0].raw, "what people see is the sender"
    bare = f"From: mailer-daemon@mx.example\r\nTo: {back}\r\nSubject: Undeliverable\r\n\r\n550 no such user here\r\n"
    (notice,) = read_returned(bare.encode(), now=now())
    assert (notice.says, notice.key) == ("bounced", envelope.key)
