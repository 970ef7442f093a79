"""A line to a server that announces PIPELINING (RFC 2920): MAIL, RCPT and DATA in one write, then the message.

The message is only written after the server's 354, and only then may it have been taken: whatever is lost before is
*not sent*. All answers of a message are read in the loop's own callback; the sender is woken once, for the last.
"""

from __future__ import annotations

import asyncio
from asyncio import Transport
from collections.abc import Callable
from contextlib import suppress

from makegood.channels.smtp import CLOSING, GOODBYE, Lost, Post, Reply, TurnedDown
from makegood.kit.killpoints import kp

_LONGEST = 32 * 1024  # bytes of one answer; more is no SMTP
_NOTHING = b".\r\n"
_COMMANDS, _GO_AHEAD = 3, 354


class Pipelined(asyncio.Protocol):
    """Takes over `transport` between two commands. `timeout` (seconds) is for each answer."""

    def __init__(self, transport: Transport, offers: Callable[[str], bool], *, timeout: int) -> None:
        self.offers = offers
        self._transport = transport
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._buffer = b""
        self._lines: list[bytes] = []  # of an answer that goes on
        self._replies: list[Reply] = []  # to what is under way
        self._text = b""  # the message that waits for its 354; empty for a single command
        self._begun = False  # the message and its dot have been written
        self._waiter: asyncio.Future[Reply] | None = None
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        transport.set_protocol(self)

    @property
    def usable(self) -> bool:
        return not self._transport.is_closing()

    async def deliver(self, post: Post) -> Reply:
        options = "".join(f" {option}" for option in post.options)
        commands = f"MAIL FROM:<{post.sender}>{options}\r\nRCPT TO:<{post.recipient}>\r\nDATA\r\n"
        charset = "utf-8" if "SMTPUTF8" in post.options else "ascii"
        reply = await self._say(commands.encode(charset), post.raw.replace(b"\r\n.", b"\r\n..") + _NOTHING)
        kind = reply.code // 100
        if not self._begun or kind in (4, 5):
            raise TurnedDown(reply)
        if kind != 2:
            self.drop()
            raise Lost(begun=True)  # no answer that SMTP has here: it may have been a yes
        return reply

    async def clear(self) -> bool:
        try:
            return (await self._say(b"RSET\r\n")).code // 100 == 2
        except Lost:
            return False

    async def leave(self) -> None:
        # What was accepted stays accepted: a server that hangs up at QUIT changes nothing.
        self._timeout = min(self._timeout, GOODBYE)
        with suppress(Lost):
            await self._say(b"QUIT\r\n")
        self.drop()

    def drop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._transport.abort()

    async def _say(self, commands: bytes, text: bytes = b"") -> Reply:
        """Writes `commands` and waits for the answer that counts. Raises `Lost`."""
        if not self.usable:
            raise Lost(begun=False)
        self._replies.clear()
        self._begun, self._text = False, text
        self._waiter = self._loop.create_future()
        self._transport.write(commands)
        kp("mail.commands_written")
        self._watch()
        try:
            return await self._waiter
        finally:
            self._waiter, self._text = None, b""

    def data_received(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            if not (line[:3].isdigit() and line[3:4] in b" -\r"):
                return self._end()
            self._lines.append(line[4:].strip())
            if line[3:4] != b"-":
                words = b"\n".join(self._lines).decode("utf-8", "replace").replace("\0", "\ufffd")
                self._lines.clear()
                self._take(Reply(int(line[:3]), words))
        if len(self._buffer) + sum(map(len, self._lines)) > _LONGEST:
            self._end()
        return None

    def connection_lost(self, _error: Exception | None) -> None:
        self._end()

    def _take(self, reply: Reply) -> None:
        """One answer: to a single command, or in turn to MAIL, RCPT, DATA and the dot."""
        if self._waiter is None or self._waiter.done():
            return self._end()  # nobody asked: what comes next could be taken for an answer to the next message
        self._replies.append(reply)
        self._deadline = self._loop.time() + self._timeout
        if not self._text or len(self._replies) > _COMMANDS or reply.code == CLOSING:
            return self._answer(self._refusal() or reply)
        if len(self._replies) == _COMMANDS:
            if reply.code != _GO_AHEAD:
                return self._answer(self._refusal() or reply)
            if self._refusal():
                self._transport.write(_NOTHING)  # the server waits for a message to nobody
            else:
                self._begun = True
                self._transport.write(self._text)
        return None

    def _refusal(self) -> Reply | None:
        """The first no to MAIL or RCPT."""
        return next((reply for reply in self._replies[: _COMMANDS - 1] if reply.code // 100 != 2), None)

    def _answer(self, reply: Reply) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(reply)

    def _end(self) -> None:
        """Nothing more is understood or comes: a no that was heard stays a no."""
        self.drop()
        if self._waiter is not None and not self._waiter.done():
            if refusal := self._text and self._refusal():
                self._waiter.set_result(refusal)
            else:
                self._waiter.set_exception(Lost(begun=self._begun))

    def _watch(self) -> None:
        """One timer for all messages of the line: it looks at the deadline when it rings, instead of being set anew."""
        self._deadline = self._loop.time() + self._timeout
        if self._timer is None:
            self._timer = self._loop.call_at(self._deadline, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._waiter is None:
            return
        if self._loop.time() < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._ring)
        else:
            self._end()
