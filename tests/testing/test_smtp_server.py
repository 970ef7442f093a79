"""The mail sink tells the truth about what it took, and lies to the sender exactly as asked."""

from __future__ import annotations

import contextlib
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from makegood.testing.smtp_server import AT_CONNECT, AT_DOT, AT_MAIL, AT_RCPT, SmtpServer

MAIL = "Message-ID: <m1@shop.example>\r\nSubject: s\r\n\r\n.leading dot\r\nÜ\r\n"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@contextlib.contextmanager
def talk(server: SmtpServer, patience: float = 5) -> Iterator[smtplib.SMTP]:
    """A client of the standard library, hung up whatever happens."""
    client = smtplib.SMTP(timeout=patience)
    try:
        client.connect("127.0.0.1", server.port)
        yield client
    finally:
        client.close()


def send(client: smtplib.SMTP, to: str = "ana@mail.example") -> str:
    """The code of the answer that ended it, or `silence`."""
    try:
        client.sendmail("shop@shop.example", [to], MAIL.encode(), mail_options=["BODY=8BITMIME"])
    except smtplib.SMTPRecipientsRefused as no:
        return str(no.recipients[to][0])
    except smtplib.SMTPDataError as no:
        with suppress(smtplib.SMTPException):
            client.rset()  # a refused DATA leaves the transaction open, and smtplib does not end it
        return str(no.smtp_code)
    except smtplib.SMTPResponseException as no:
        return str(no.smtp_code)
    except (smtplib.SMTPServerDisconnected, OSError):
        return "silence"
    return "250"


def test_what_it_took_is_what_was_sent(server: SmtpServer, tmp_path: Path) -> None:
    with talk(server) as client:
        assert send(client) == "250"
        assert send(client, "ben@mail.example") == "250"
        assert client.quit()[0] == 221
    first, second = server.messages
    assert (first.message_id, first.sender, first.recipient) == (
        "<m1@shop.example>",
        "shop@shop.example",
        "ana@mail.example",
    )
    assert first.raw.decode() == MAIL, "the doubled dot is undone, nothing else is changed"
    assert "BODY=8BITMIME" in first.options
    assert second.recipient == "ben@mail.example"
    assert server.connections == 1


@pytest.mark.parametrize("behaviour", [*AT_MAIL, *AT_RCPT, *AT_DOT, "354-refused"])
def test_refusals_say_their_code_and_take_nothing(server: SmtpServer, behaviour: str) -> None:
    server.next(behaviour)
    with talk(server) as client:
        wanted = "451" if behaviour == "354-refused" else behaviour[:3]
        assert send(client) == wanted
        assert server.messages == []
        if behaviour != "421":
            assert send(client) == "250", "the same connection carries the next message"
    assert len(server.messages) == (0 if behaviour == "421" else 1)


@pytest.mark.parametrize(
    ("behaviour", "taken"),
    [
        ("drop-before-data", 0),
        ("drop-mid-data", 0),
        ("drop-after-dot", 1),
        ("hang-after-dot", 1),
        ("hang-before-dot", 0),
    ],
)
def test_silences_sound_alike_whatever_was_taken(server: SmtpServer, behaviour: str, taken: int) -> None:
    server.next(behaviour)
    with talk(server, patience=0.4) as client:
        assert send(client) == "silence"
    assert len(server.messages) == taken


@pytest.mark.parametrize("manner", sorted(AT_CONNECT))
def test_doors_that_stay_closed(server: SmtpServer, manner: str) -> None:
    server.on_connect.append(manner)
    with pytest.raises((smtplib.SMTPException, OSError)), talk(server) as client:
        assert client.ehlo()[0] != 250
        raise smtplib.SMTPServerDisconnected
    with talk(server) as client:
        assert send(client) == "250", "only the one connection was met so"


def test_what_it_offers(server: SmtpServer) -> None:
    server.on_connect.extend(["accept", "seven-bit", "535"])
    offered = []
    for _ in range(3):
        with talk(server) as client:
            client.ehlo()
            offered.append(sorted(client.esmtp_features))
    assert offered[0] == ["8bitmime", "size", "smtputf8"]
    assert offered[1] == ["size"]
    assert "auth" in offered[2]


def test_a_password_is_asked_for_and_checked() -> None:
    with SmtpServer(password="right") as server:
        for given, code in (("right", 235), ("wrong", 535)):
            with talk(server) as client:
                client.ehlo()
                try:
                    said = client.login("shop", given)[0]
                except smtplib.SMTPAuthenticationError as no:
                    said = no.smtp_code
                assert said == code
        server.on_connect.append("535")
        with talk(server) as client, pytest.raises(smtplib.SMTPAuthenticationError):
            client.ehlo()
            client.login("shop", "right")


def test_behaviours_in_turn_then_always_and_a_goodbye_that_never_comes(server: SmtpServer) -> None:
    server.next("550", "accept")
    server.always = "451"
    server.on_connect.append("drop-at-quit")
    with talk(server) as client:
        assert [send(client) for _ in range(4)] == ["550", "250", "451", "451"]
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.quit()
    assert len(server.messages) == 1


def test_unknown_commands_and_resets_do_not_end_the_talk(server: SmtpServer) -> None:
    with talk(server) as client:
        assert client.docmd("VRFY", "ana")[0] == 502
        assert client.rset()[0] == client.noop()[0] == 250
        assert client.docmd("STARTTLS")[0] == 454, "it has no certificate"
        assert send(client) == "250"


def test_the_log_has_a_line_for_each_message_taken_before_the_answer(tmp_path: Path) -> None:
    log = tmp_path / "taken"
    with SmtpServer(log=log) as server:
        server.next("drop-after-dot", "550", "accept")
        for _ in range(3):
            with talk(server) as client:
                send(client)
    assert log.read_text().splitlines() == ["<m1@shop.example>\tana@mail.example"] * 2


def test_its_settings_reach_it(server: SmtpServer) -> None:
    assert server.settings == {
        "host": "127.0.0.1",
        "port": server.port,
        "tls": "none",
        "sender_email": "shop@shop.example",
    }


def test_a_port_that_is_taken_is_said_in_a_sentence(server: SmtpServer) -> None:
    with pytest.raises(OSError), SmtpServer(port=server.port):
        pass
    command = [sys.executable, "-m", "makegood.testing.smtp_server", "--port", str(server.port)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == f"Port {server.port} cannot be used (Address already in use). Take another: --port.\n"
