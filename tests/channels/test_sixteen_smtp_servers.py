"""Sixteen ways a mail server can behave: what we say, what becomes of the act, and what the server really took.

Whatever we call done was taken once, whatever we call a no was not taken, and only what we call unknown may be either.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.channels.test_email_tls import certificate

from makegood.acts.answers import RESEND_AFTER, Rules, Tried, outcome_of
from makegood.channels.email import Email
from makegood.kit.plugins import Answer, Envelope, OutcomeUnknown, ProviderError, Receipt, Surroundings
from makegood.testing.contract import answers, made_up
from makegood.testing.smtp_server import OF_CONNECTION, OF_MESSAGE, SIXTEEN, SmtpServer

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
TRIED = Tried(
    ordinal=1, state="planned", tries=0, key="mg-1", words_digest="", commitment="", minor=None, currency=None
)
# way: what we say, its code, what the server took, the act's state afterwards
SAID: dict[str, tuple[str, str, int, str]] = {
    "accept": ("done", "250", 1, "done"),
    "421": ("not now", "421", 0, "waiting"),
    "450": ("not now", "450", 0, "waiting"),
    "451": ("not now", "451", 0, "waiting"),
    "452": ("not now", "452", 0, "waiting"),
    "550": ("never", "550", 0, "failed"),
    "554": ("never", "554", 0, "failed"),
    "drop-before-data": ("not now", "lost", 0, "waiting"),
    "drop-mid-data": ("unknown", "lost-in-data", 0, "unknown"),
    "drop-after-dot": ("unknown", "lost-in-data", 1, "unknown"),
    "hang-after-dot": ("unknown", "lost-in-data", 1, "unknown"),
    "greylist": ("not now", "450", 0, "waiting"),
    "drop-at-quit": ("done", "250", 1, "done"),
    "starttls-refused": ("not let in", "454", 0, "planned"),
    "535": ("not let in", "535", 0, "planned"),
    "seven-bit": ("never", "no-smtputf8", 0, "failed"),
}


def surroundings(server: SmtpServer, **settings: Any) -> Surroundings:
    async def no_database() -> Any:
        raise AssertionError("e-mail has no business in the database")

    return Surroundings({**server.settings, "timeout": 1, **settings}, no_database, 1)


def send(opened: Surroundings, *window: Envelope) -> list[Answer]:
    async def whole() -> list[Answer]:
        plugin = await Email.open(opened)
        try:
            found = await answers(plugin, window)
        finally:
            await plugin.close()
        return [found[index] for index in range(len(window))]

    return asyncio.run(whole())


def met(server: SmtpServer, way: str, folder: Path) -> tuple[str, str, str]:
    """What we say to a server that behaves this way, the code, and the act's next state."""
    envelope = made_up(Email)
    settings: dict[str, Any] = {}
    if way in OF_CONNECTION:
        server.on_connect.append(way)
    else:
        server.next(way)
    if way == "535":
        settings = {"user": "shop", "password": "secret-word"}
    if way == "starttls-refused":
        settings = {"tls": "starttls", "ca_file": str(folder / "ca.pem")}
    if way == "seven-bit":
        envelope = made_up(Email, destination={"name": "Jörg", "email": "jörg@mail.example"})
    try:
        answer = send(surroundings(server, **settings), envelope)[0]
    except ProviderError as no:
        assert not no.permanent, "nobody in the window is to blame"
        return "not let in", no.code, TRIED.state
    outcome = outcome_of(TRIED, answer, Rules(NOW, can_ask=False, doubtful="resend"))
    return _word(answer), outcome.code, outcome.state


def _word(answer: Answer) -> str:
    if isinstance(answer, Receipt):
        return "done"
    if isinstance(answer, OutcomeUnknown):
        return "unknown"
    assert isinstance(answer, ProviderError)
    return "never" if answer.permanent else "not now"


def test_there_are_sixteen_and_each_is_told() -> None:
    assert len(SIXTEEN) == len(set(SIXTEEN)) == 16
    assert set(SAID) == set(SIXTEEN)


@pytest.mark.parametrize("way", SIXTEEN)
def test_what_we_say_is_what_the_server_took(way: str, tmp_path: Path) -> None:
    said, code, taken, state = SAID[way]
    offered = certificate(tmp_path)[0] if way == "starttls-refused" else None
    with SmtpServer(tls=offered) as server:
        assert met(server, way, tmp_path) == (said, code, state)
    assert len(server.messages) == taken
    if said != "unknown":
        assert len(server.messages) == (1 if said == "done" else 0), "a clear word that was not true"


@pytest.mark.parametrize("way", [way for way in OF_MESSAGE if SAID[way][0] != "done"])
def test_one_message_that_is_met_so_leaves_the_others_alone(way: str) -> None:
    window = [made_up(Email, number=n, destination={"email": f"c{n}@mail.example"}) for n in range(3)]
    with SmtpServer() as server:
        server.next("accept", way)
        found = send(surroundings(server), *window)
    assert [_word(answer) for answer in found] == ["done", SAID[way][0], "done"]
    taken = [message.message_id for message in server.messages]
    assert [taken.count(f"<{envelope.key}@shop.example>") for envelope in window] == [1, SAID[way][2], 1]


def test_a_greylist_takes_the_same_message_at_the_second_try() -> None:
    envelope = made_up(Email)
    with SmtpServer() as server:
        server.always = "greylist"
        first, second = (send(surroundings(server), envelope)[0] for _ in range(2))
        stranger = send(surroundings(server), made_up(Email, destination={"email": "other@mail.example"}))[0]
    assert [_word(answer) for answer in (first, second, stranger)] == ["not now", "done", "not now"]
    assert [message.message_id for message in server.messages] == [f"<{envelope.key}@shop.example>"]


@pytest.mark.parametrize("way", ["drop-mid-data", "drop-after-dot", "hang-after-dot"])
def test_what_is_unknown_is_sent_again_once_or_held_as_the_mistake_says(way: str) -> None:
    with SmtpServer() as server:
        server.next(way)
        answer = send(surroundings(server), made_up(Email))[0]
    resend = outcome_of(TRIED, answer, Rules(NOW, can_ask=False, doubtful="resend"))
    hold = outcome_of(TRIED, answer, Rules(NOW, can_ask=False, doubtful="hold"))
    assert (resend.state, resend.next_at) == ("unknown", NOW + RESEND_AFTER)
    assert (hold.state, hold.next_at) == ("unknown", None)


def test_plain_mail_passes_a_seven_bit_server() -> None:
    with SmtpServer() as server:
        server.on_connect.append("seven-bit")
        assert isinstance(send(surroundings(server), made_up(Email))[0], Receipt)
    assert server.messages[0].raw.isascii()
