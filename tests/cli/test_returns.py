"""Returned mail from the command line: what came back, what was left alone, and a mailbox that is down."""

from __future__ import annotations

from tests.channels.test_returned import ANSWER, mail, report
from tests.cli.conftest import Cli

from makegood.testing.imap_server import PASSWORD, ImapServer
from makegood.testing.smtp_server import SmtpServer

MAIL = ["--plugin", "email", "--set", "host=127.0.0.1", "--set", "tls=none", "--set", "sender_email=help@example.com"]


def connect(cli: Cli, name: str, port: int, *more: str) -> None:
    where = ["returns_host=127.0.0.1", f"returns_port={port}", "returns_tls=none", "returns_user=returns", *more]
    settings = [word for setting in where for word in ("--set", setting)]
    cli("connections", "add", name, *MAIL, *settings, "--secret", "returns_password=ENV:RETURNS_WORD")
    cli("connections", "live", name, "on")


def test_nothing_to_read(cli: Cli) -> None:
    assert "No live connection has a return mailbox" in cli("returns").out
    assert cli("returns", "--json").json == {"read": [], "not_read": []}


def test_what_came_back_is_counted(cli: Cli) -> None:
    with ImapServer() as imap:
        imap.deliver(report("failed", "5.1.1"), mail(ANSWER))
        connect(cli, "mail", imap.port)
        read = cli("returns", "--json", RETURNS_WORD=PASSWORD).json
        assert read == {"read": [{"mailbox": "mail", "said": {"bounced": 1}, "new": 1, "others": 1}], "not_read": []}
        assert "none" in cli("returns", RETURNS_WORD=PASSWORD).out
    down = cli("returns", "--json", code=1, RETURNS_WORD=PASSWORD).json
    assert [one["code"] for one in down["not_read"]] == ["mailbox-unreachable"]
    assert "'mail' was not read" in cli("returns", code=1).out


def test_a_test_of_the_connection_opens_its_mailbox_too(cli: Cli) -> None:
    with SmtpServer() as post:
        with ImapServer() as imap:
            imap.deliver(report("failed", "5.1.1"))
            connect(cli, "mail", imap.port, f"port={post.port}")
            said = cli("connections", "test", "mail", RETURNS_WORD=PASSWORD).out
            assert said == "'mail' answers.\nIts return mailbox answers too.\n"
            refused = cli("connections", "test", "mail", code=1, RETURNS_WORD="another").said
            assert refused.startswith("The return mailbox refuses what it is asked")
        assert imap.flags == [set()], "nothing is read by a test"
        down = cli("connections", "test", "mail", code=1, RETURNS_WORD=PASSWORD).said
        assert down.startswith("The return mailbox cannot be reached")
