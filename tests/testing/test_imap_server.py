"""The small IMAP server speaks as a client of the standard library expects, and lets it down as it is told."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator

import pytest

from makegood.testing.imap_server import PASSWORD, ImapServer

LETTER = b"From: jo@mail.example\r\nSubject: Hello\r\n\r\nText with (brackets) and {9}\r\n"


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with ImapServer() as running:
        running.deliver(LETTER, LETTER * 20)
        yield running


@pytest.fixture
def client(server: ImapServer) -> Iterator[imaplib.IMAP4]:
    made = imaplib.IMAP4("127.0.0.1", server.port, timeout=5)
    made.login("returns", PASSWORD)
    made.select("INBOX")
    yield made
    made.logout()


def found(client: imaplib.IMAP4, asked: str) -> list[bytes]:
    said, uids = client.uid("search", asked)
    assert said == "OK"
    return uids[0].split()


def test_letters_are_found_by_size_and_by_what_they_are_not_marked_with(
    server: ImapServer, client: imaplib.IMAP4
) -> None:
    assert found(client, "UNKEYWORD Looked SMALLER 100000") == [b"1", b"2"]
    assert found(client, f"UNKEYWORD Looked SMALLER {len(LETTER) + 1}") == [b"1"]
    assert found(client, f"UNKEYWORD Looked SMALLER {len(LETTER)}") == []
    client.uid("store", "1", "+FLAGS", r"(Looked \Seen)")
    client.uid("store", "1", "+FLAGS", "(More)")
    assert server.flags == [{"Looked", r"\Seen", "More"}, set()]
    assert found(client, "UNKEYWORD Looked SMALLER 100000") == [b"2"]


def test_a_letter_arrives_as_it_was_delivered(server: ImapServer, client: imaplib.IMAP4) -> None:
    _, parts = client.uid("fetch", "1", "(BODY.PEEK[])")
    assert parts[0][1] == LETTER
    assert (server.fetched, server.flags[0]) == ([1], set()), "looking leaves no mark"


def test_nothing_can_be_ended_here(client: imaplib.IMAP4) -> None:
    with pytest.raises(imaplib.IMAP4.error):
        client.expunge()


@pytest.mark.parametrize("word", ["wrong", ""])
def test_a_wrong_password(server: ImapServer, word: str) -> None:
    made = imaplib.IMAP4("127.0.0.1", server.port, timeout=5)
    with pytest.raises(imaplib.IMAP4.error):
        made.login("returns", word)
    made.logout()


def test_how_it_lets_a_reader_down(server: ImapServer) -> None:
    server.next("drop-greeting", "wrong-password", "no-folder", "no-keywords", "drop-at-fetch")
    with pytest.raises(imaplib.IMAP4.abort):
        imaplib.IMAP4("127.0.0.1", server.port, timeout=5)
    refused = imaplib.IMAP4("127.0.0.1", server.port, timeout=5)
    with pytest.raises(imaplib.IMAP4.error):
        refused.login("returns", PASSWORD)
    refused.logout()
    closed = _inside(server)
    assert closed.select("INBOX")[0] == "NO"
    closed.logout()
    forgetful = _inside(server)
    forgetful.select("INBOX")
    assert forgetful.uid("store", "1", "+FLAGS", "(Looked)")[0] == "NO"
    forgetful.logout()
    cut = _inside(server)
    cut.select("INBOX")
    with pytest.raises(imaplib.IMAP4.abort):
        cut.uid("fetch", "1", "(BODY.PEEK[])")
    cut.shutdown()
    assert server.flags == [set(), set()]


def _inside(server: ImapServer) -> imaplib.IMAP4:
    made = imaplib.IMAP4("127.0.0.1", server.port, timeout=5)
    made.login("returns", PASSWORD)
    return made
