"""What each way of failing means: refused, not sent, unknown, done. The server says what it really took."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest

from makegood.channels.email import Email
from makegood.kit.plugins import Answer, Envelope, OutcomeUnknown, ProviderError, Receipt, Surroundings
from makegood.testing.contract import EMAIL, NAME, answers, made_up
from makegood.testing.smtp_server import SmtpServer


@pytest.fixture(params=[False, True], ids=["one-by-one", "pipelined"])
def server(request: pytest.FixtureRequest) -> Iterator[SmtpServer]:
    with SmtpServer(pipelining=request.param) as running:
        yield running


def opened(server: SmtpServer, *, connections: int = 1, **settings: Any) -> Surroundings:
    async def no_database() -> Any:
        raise AssertionError("e-mail has no business in the database")

    return Surroundings({**server.settings, "timeout": 1, **settings}, no_database, connections)


def send(surroundings: Surroundings, *window: Envelope) -> list[Answer]:
    async def whole() -> list[Answer]:
        plugin = await Email.open(surroundings)
        try:
            found = await answers(plugin, window)
        finally:
            await plugin.close()
        return [found[index] for index in range(len(window))]

    return asyncio.run(whole())


def no_of(answer: Answer) -> ProviderError:
    assert isinstance(answer, ProviderError), answer
    return answer


@pytest.mark.parametrize("behaviour", ["550", "554-mail", "554"])
def test_5xx_is_a_permanent_no_with_its_code(server: SmtpServer, behaviour: str) -> None:
    server.next(behaviour)
    no = no_of(send(opened(server), made_up(Email))[0])
    assert (no.permanent, no.code) == (True, behaviour[:3])
    assert server.messages == []


@pytest.mark.parametrize("behaviour", ["450", "451", "452", "421", "354-refused"])
def test_4xx_is_a_no_for_now(server: SmtpServer, behaviour: str) -> None:
    server.next(behaviour)
    no = no_of(send(opened(server), made_up(Email))[0])
    assert not no.permanent
    assert no.code == {"354-refused": "451"}.get(behaviour, behaviour)
    assert server.messages == []


@pytest.mark.parametrize(("behaviour", "taken"), [("drop-mid-data", 0), ("drop-after-dot", 1), ("hang-after-dot", 1),
                                                  ("hang-before-dot", 0), ("nonsense-after-dot", 1)])  # fmt: skip
def test_silence_after_data_began_is_unknown_whatever_the_server_took(
    server: SmtpServer, behaviour: str, taken: int
) -> None:
    server.next(behaviour)
    answer = send(opened(server), made_up(Email))[0]
    assert isinstance(answer, OutcomeUnknown)
    assert answer.code == "lost-in-data"
    assert len(server.messages) == taken


def test_lost_before_the_message_is_not_sent(server: SmtpServer) -> None:
    server.next("drop-before-data")
    no = no_of(send(opened(server), made_up(Email))[0])
    assert (no.permanent, no.code) == (False, "lost")
    assert server.messages == []


def test_lost_at_quit_is_done(server: SmtpServer) -> None:
    server.on_connect.append("drop-at-quit")
    answer = send(opened(server), made_up(Email))[0]
    assert isinstance(answer, Receipt)
    assert (answer.status, answer.code, len(server.messages)) == ("done", "250", 1)


def test_a_slow_yes_is_a_yes(server: SmtpServer) -> None:
    server.next("slow")
    assert isinstance(send(opened(server), made_up(Email))[0], Receipt)


def test_one_refused_address_leaves_the_others_and_the_connection_alone(server: SmtpServer) -> None:
    server.next("accept", "550", "accept", "451", "accept")
    window = [made_up(Email) for _ in range(5)]
    found = send(opened(server), *window)
    assert [type(answer) for answer in found] == [Receipt, ProviderError, Receipt, ProviderError, Receipt]
    assert server.connections == 1
    assert [message.message_id for message in server.messages] == [f"<{window[n].key}@shop.example>" for n in (0, 2, 4)]


def test_after_421_and_after_silence_the_next_message_gets_a_fresh_connection(server: SmtpServer) -> None:
    server.next("421", "drop-after-dot", "accept")
    found = send(opened(server), *(made_up(Email) for _ in range(3)))
    assert [type(answer) for answer in found] == [ProviderError, OutcomeUnknown, Receipt]
    assert server.connections == 3


def test_connections_are_reused_and_bounded(server: SmtpServer) -> None:
    found = send(opened(server, connections=4), *(made_up(Email) for _ in range(60)))
    assert all(isinstance(answer, Receipt) for answer in found)
    assert len({message.message_id for message in server.messages}) == 60
    assert server.connections <= 4


@pytest.mark.parametrize(("manner", "code"), [("421-greeting", "421"), ("554-greeting", "554"),
                                              ("drop-greeting", "unreachable"), ("535", "535")])  # fmt: skip
def test_a_server_that_does_not_let_us_in_condemns_no_recipient(server: SmtpServer, manner: str, code: str) -> None:
    server.on_connect.append(manner)
    settings = {"user": "shop", "password": "secret-word"} if manner == "535" else {}
    with pytest.raises(ProviderError) as caught:
        send(opened(server, **settings), made_up(Email))
    assert (caught.value.permanent, caught.value.code) == (False, code)
    assert "secret-word" not in str(caught.value)


def test_nobody_listens() -> None:
    with SmtpServer() as gone:
        surroundings = opened(gone)
    with pytest.raises(ProviderError) as caught:
        send(surroundings, made_up(Email))
    assert (caught.value.permanent, caught.value.code) == (False, "unreachable")


def test_the_mail_is_what_was_written(server: SmtpServer) -> None:
    envelope = made_up(Email)
    answer = send(opened(server, sender_name="The Shop", reply_to="help@shop.example"), envelope)[0]
    message = message_from_bytes(server.messages[0].raw, policy=policy.default)
    assert isinstance(answer, Receipt)
    assert answer.reference == message["Message-ID"] == f"<{envelope.key}@shop.example>"
    assert (message["From"], message["Reply-To"]) == ("The Shop <shop@shop.example>", "help@shop.example")
    assert message["To"] == f"{NAME} <{EMAIL}>"
    assert message["Subject"] == "About your order"
    assert envelope.words is not None
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n").strip() == envelope.words.text.strip()
    assert (server.messages[0].sender, server.messages[0].recipient) == ("shop@shop.example", EMAIL)


def test_the_servers_words_lose_the_address(server: SmtpServer) -> None:
    server.next("550", "accept")
    refused, accepted = send(opened(server), made_up(Email), made_up(Email))
    assert no_of(refused).words == "5.1.1 no such user [address]"
    assert isinstance(accepted, Receipt)
    assert accepted.words == "2.0.0 queued for [address] as 4711"


def test_letters_beyond_ascii_before_the_at(server: SmtpServer) -> None:
    envelope = made_up(Email, destination={"name": "Jörg", "email": "jörg@mail.example"})
    assert isinstance(send(opened(server), envelope)[0], Receipt)
    assert server.messages[0].recipient == "jörg@mail.example"
    assert "SMTPUTF8" in server.messages[0].options
    server.on_connect.append("seven-bit")
    assert no_of(send(opened(server), envelope)[0]).code == "no-smtputf8"


def test_an_international_domain_travels_as_punycode(server: SmtpServer) -> None:
    envelope = made_up(Email, destination={"email": "info@bücher.example"})
    server.on_connect.append("seven-bit")
    assert isinstance(send(opened(server), envelope)[0], Receipt)
    assert server.messages[0].recipient == "info@xn--bcher-kva.example"


@pytest.mark.parametrize("address", ["", "nobody", "a b@c.example", "a@b.example\r\nRCPT TO:<x@y.example>", "a@b@c"])
def test_an_impossible_address_never_reaches_the_server(server: SmtpServer, address: str) -> None:
    no = no_of(send(opened(server), made_up(Email, destination={"email": address}))[0])
    assert no.permanent
    assert no.code in ("no-address", "bad-address")
    assert server.messages == []


def test_without_words_there_is_no_mail(server: SmtpServer) -> None:
    assert no_of(send(opened(server), made_up(Email, words=None))[0]).code == "no-words"
