"""MAIL, RCPT and DATA in one write: what each order of answers, splits and silences means."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.channels.test_email_outcomes import no_of, opened, send

from makegood.channels.email import Email
from makegood.channels.pipelined import Pipelined
from makegood.channels.smtp import Lost, Post, Reply, TurnedDown
from makegood.kit.plugins import OutcomeUnknown, Receipt
from makegood.testing.contract import made_up
from makegood.testing.smtp_server import SmtpServer

POST = Post("shop@shop.example", "jo@mail.example", b"Subject: x\r\n\r\n.one\r\n..two\r\nthree.\r\n")
COMMANDS = b"MAIL FROM:<shop@shop.example>\r\nRCPT TO:<jo@mail.example>\r\nDATA\r\n"
TEXT = b"Subject: x\r\n\r\n..one\r\n...two\r\nthree.\r\n.\r\n"
YES = b"250 ok\r\n"


class Wire(asyncio.Transport):
    """What was written, in memory; `abort` is told to the protocol in the loop's next turn, as a socket does."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = False

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def is_closing(self) -> bool:
        return self.closed

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def abort(self) -> None:
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)


def delivering(
    *said: bytes | None, post: Post = POST, timeout: int = 30
) -> tuple[Reply | TurnedDown | Lost, Wire, Pipelined]:
    """One message while the server says this piece by piece (None: it hangs up)."""

    async def whole() -> tuple[Reply | TurnedDown | Lost, Wire, Pipelined]:
        wire = Wire()
        line = Pipelined(wire, lambda _: False, timeout=timeout)
        task = asyncio.create_task(line.deliver(post))
        await asyncio.sleep(0)
        for piece in said:
            if piece is None:
                wire.abort()
            else:
                line.data_received(piece)
            await asyncio.sleep(0)
        (found,) = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(found, Reply | TurnedDown | Lost), found
        return found, wire, line

    return asyncio.run(whole())


def code_of(found: object) -> int:
    assert isinstance(found, TurnedDown), found
    return found.reply.code


def test_the_commands_are_one_write_and_the_text_follows_the_354() -> None:
    found, wire, line = delivering(YES + YES, b"354 go\r\n", b"250 2.0.0 queued\r\n")
    assert wire.written == [COMMANDS, TEXT]
    assert (found, line.usable) == (Reply(250, "2.0.0 queued"), True)


def test_nothing_of_the_text_is_written_before_the_354() -> None:
    found, wire, _ = delivering(YES + YES, None)
    assert wire.written == [COMMANDS]
    assert isinstance(found, Lost)
    assert not found.begun


def test_answers_in_any_pieces_are_the_same_answers() -> None:
    whole = b"250-a\r\n250 b\r\n250 ok\r\n354 go\r\n250-2.0.0 taken\r\n250 as 4711\r\n"
    for size in range(1, len(whole)):
        pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
        found, wire, _ = delivering(*pieces)
        assert found == Reply(250, "2.0.0 taken\nas 4711"), size
        assert wire.written == [COMMANDS, TEXT]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ((b"552 too large\r\n503 no\r\n503 no\r\n",), 552),
        ((YES, b"550 unknown\r\n", b"503 no\r\n"), 550),
        ((YES, b"550 unknown\r\n", b"554 no valid recipients\r\n"), 550),
        ((YES, YES, b"451 not now\r\n"), 451),
        ((YES, YES, b"250 not a 354\r\n"), 250),
        ((YES, YES, b"354 go\r\n", b"554 spam\r\n"), 554),
        ((b"421 closing\r\n",), 421),
        ((YES, YES, b"354 go\r\n", b"421 closing\r\n"), 421),
    ],
)
def test_the_first_no_is_the_answer(said: tuple[bytes, ...], code: int) -> None:
    assert code_of(delivering(*said)[0]) == code


def test_a_354_after_a_refused_address_gets_an_empty_message_and_no_words() -> None:
    found, wire, _ = delivering(YES + b"550 unknown\r\n354 go\r\n", b"250 taken for nobody\r\n")
    assert code_of(found) == 550
    assert wire.written == [COMMANDS, b".\r\n"]


@pytest.mark.parametrize("then", [None, b"", b"gibberish\r\n"], ids=["hangs-up", "silent", "gibberish"])
def test_a_no_that_was_heard_stays_a_no(then: bytes | None) -> None:
    found, _, line = delivering(YES + b"550 unknown\r\n", then, timeout=0)
    assert (code_of(found), line.usable) == (550, False)


@pytest.mark.parametrize("then", [None, b"", b"what?\r\n", b"354 more\r\n", b"250" + b"x" * 40_000])
def test_after_the_dot_everything_but_an_answer_is_doubt(then: bytes | None) -> None:
    found, _, line = delivering(YES + YES + b"354 go\r\n", then, timeout=0)
    assert isinstance(found, Lost)
    assert (found.begun, line.usable) == (True, False)


@pytest.mark.parametrize("then", [None, b"", b"what?\r\n", b"-" * 40_000, b"250-on and on\r\n" * 4_000])
def test_before_the_text_everything_but_an_answer_is_not_sent(then: bytes | None) -> None:
    found, wire, line = delivering(YES, then, timeout=0)
    assert isinstance(found, Lost)
    assert (found.begun, line.usable, wire.written) == (False, False, [COMMANDS])


def test_an_answer_nobody_asked_for_ends_the_line() -> None:
    _, _, line = delivering(YES + YES + b"354 go\r\n", YES + b"421 idle for too long\r\n")
    assert not line.usable


def test_what_cannot_be_kept_is_replaced() -> None:
    found, _, _ = delivering(YES + YES + b"354 go\r\n", b"250 a\xff\0b\r\n")
    assert found == Reply(250, "a\ufffd\ufffdb")


def test_options_and_letters_beyond_ascii() -> None:
    post = Post("shop@shop.example", "jörg@mail.example", b"x\r\n", ("SMTPUTF8", "BODY=8BITMIME"))
    _, wire, _ = delivering(YES + YES + b"354 go\r\n", YES, post=post)
    assert wire.written[0].startswith(b"MAIL FROM:<shop@shop.example> SMTPUTF8 BODY=8BITMIME\r\nRCPT TO:<j\xc3\xb6rg@")


def said_by(line: Callable[[Pipelined], Awaitable[Any]], *said: bytes) -> tuple[Any, Wire]:
    async def whole() -> tuple[Any, Wire]:
        wire = Wire()
        pipelined = Pipelined(wire, lambda _: False, timeout=0)
        task = asyncio.ensure_future(line(pipelined))
        await asyncio.sleep(0)
        for piece in said:
            pipelined.data_received(piece)
        return await task, wire

    return asyncio.run(whole())


def test_the_line_is_cleared_only_by_a_yes() -> None:
    assert said_by(lambda line: line.clear(), YES)[0] is True
    assert said_by(lambda line: line.clear(), b"421 closing\r\n")[0] is False
    assert said_by(lambda line: line.clear())[0] is False


def test_leaving_says_goodbye_and_does_not_wait_for_ever() -> None:
    _, wire = said_by(lambda line: line.leave())
    assert (wire.written, wire.closed) == ([b"QUIT\r\n"], True)


def test_a_line_that_is_closed_sends_nothing() -> None:
    async def whole() -> Wire:
        wire = Wire()
        line = Pipelined(wire, lambda _: False, timeout=1)
        line.drop()
        with pytest.raises(Lost) as caught:
            await line.deliver(POST)
        assert not caught.value.begun
        return wire

    assert asyncio.run(whole()).written == []


def test_who_is_cancelled_in_mid_message_leaves_no_line_behind() -> None:
    async def whole(server: SmtpServer) -> None:
        plugin = await Email.open(opened(server))
        server.next("hang-after-dot")
        task = asyncio.create_task(anext(aiter(plugin.perform([made_up(Email)]))))  # type: ignore[arg-type] # a generator
        while not server.messages:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        found = [answer async for _, answer in plugin.perform([made_up(Email)])]
        await plugin.close()
        assert isinstance(found[0], Receipt)

    with SmtpServer(pipelining=True) as server:
        asyncio.run(whole(server))
        assert server.connections == 2


def test_a_server_that_always_asks_for_the_message_gets_no_words_for_nobody() -> None:
    with SmtpServer(pipelining=True) as server:
        server.on_connect.append("354-anyway")
        server.next("accept", "550", "452", "accept")
        found = send(opened(server), *(made_up(Email) for _ in range(4)))
        assert [no_of(answer).code for answer in found[1:3]] == ["550", "452"]
        assert [isinstance(answer, Receipt) for answer in found] == [True, False, False, True]
        assert (server.connections, server.faults, len(server.messages)) == (1, 0, 2)


def test_lost_instead_of_354_is_not_sent_where_nothing_was_written() -> None:
    with SmtpServer(pipelining=True) as server:
        server.next("drop-at-data")
        assert no_of(send(opened(server), made_up(Email))[0]).code == "lost"
    with SmtpServer() as server:
        server.next("drop-at-data")  # aiosmtplib does not tell how far it came
        assert isinstance(send(opened(server), made_up(Email))[0], OutcomeUnknown)
