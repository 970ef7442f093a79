"""A raw SMTP sink on loopback that records what it accepted and lies on request.

    with SmtpServer() as server:
        server.next("550", "drop-after-dot")       # the next two messages
        ...
        server.messages                            # what it took responsibility for

`python -m makegood.testing.smtp_server --port 0 --log FILE` prints its port and appends one line for each accepted
message (`<Message-ID> TAB recipient`), written before the answer, for tests that kill the sender. With `--keep
FOLDER` each mail is also a file there, to be opened in a mail program.

The sixteen ways that every sender must tell apart (`SIXTEEN`):

| way | of a | the server | takes | so the sender may say |
|---|---|---|---|---|
| `accept` | message | 250 after the dot | 1 | done |
| `421` | message | at MAIL, then hangs up | 0 | not now |
| `450` | message | at RCPT: mailbox busy | 0 | not now |
| `451` | message | after the dot: try later | 0 | not now |
| `452` | message | at MAIL: no space | 0 | not now |
| `550` | message | at RCPT: no such user | 0 | never |
| `554` | message | after the dot: content refused | 0 | never |
| `drop-before-data` | message | hangs up at RCPT | 0 | not now |
| `drop-mid-data` | message | hangs up in the middle | 0 | unknown |
| `drop-after-dot` | message | takes it, then hangs up | 1 | unknown |
| `hang-after-dot` | message | takes it, then falls silent | 1 | unknown |
| `drop-at-quit` | connection | hangs up at QUIT | 1 | done |
| `starttls-refused` | connection | 454 to STARTTLS | 0 | nobody was let in |
| `535` | connection | refuses the sign-in | 0 | nobody was let in |
| `greylist` | message | 450 to a stranger, takes the second try | 0, 1 | not now, then done |
| `seven-bit` | connection | offers neither 8BITMIME nor SMTPUTF8 | 0 | never, for what needs them |

More behaviours of a message (`next`, or `always`): 554-mail (at MAIL), 354-refused, drop-at-data (instead of 354),
hang-before-dot, slow (accepts late), nonsense-after-dot; of a connection (`on_connect`): accept, 421-greeting,
554-greeting, drop-greeting, 354-anyway (DATA is answered with 354 even when nobody was accepted, as RFC 2920 permits;
the dot is then refused).

Commands out of order are refused with 503. `pipelining` announces PIPELINING; `faults` counts messages to nobody that
held words.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import os
import ssl
import sys
import threading
from collections import deque
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path
from types import TracebackType

AT_MAIL = {"452": b"452 4.3.1 no space", "421": b"421 4.3.2 closing", "554-mail": b"554 5.7.1 sender refused"}
AT_RCPT = {"450": b"450 4.2.1 mailbox of %s busy", "550": b"550 5.1.1 no such user %s"}
AT_DOT = {"451": b"451 4.3.0 try later", "554": b"554 5.6.0 content refused"}
AT_CONNECT = {"421-greeting": b"421 4.3.2 too busy", "554-greeting": b"554 no service here", "drop-greeting": b""}
LONG = 3600
OF_MESSAGE = (
    *("accept", "421", "450", "451", "452", "550", "554", "drop-before-data", "drop-mid-data", "drop-after-dot"),
    *("hang-after-dot", "greylist"),
)
OF_CONNECTION = ("drop-at-quit", "starttls-refused", "535", "seven-bit")
SIXTEEN = OF_MESSAGE + OF_CONNECTION


@dataclass(frozen=True)
class Accepted:
    """A message the server took: `raw` is what came after DATA, dots undone; `options` those of MAIL FROM."""

    message_id: str
    sender: str
    recipient: str
    raw: bytes
    options: str


@dataclass
class Talk:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    manner: str
    behaviour: str = "accept"
    sender: str = ""
    options: str = ""
    recipient: str = ""
    in_mail: bool = False  # MAIL was taken
    to_someone: bool = False  # RCPT was taken
    secure: bool = False

    async def say(self, *lines: bytes) -> None:
        self.writer.write(b"".join(line + b"\r\n" for line in lines))
        await self.writer.drain()


class SmtpServer:
    """Runs in a thread of its own. `tls` offers STARTTLS, or wraps the whole connection when `implicit`."""

    def __init__(
        self,
        *,
        port: int = 0,
        log: Path | None = None,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        password: str = "",
        pipelining: bool = False,
    ) -> None:
        self.port = port
        self.pipelining = pipelining
        self.faults = 0
        self.messages: list[Accepted] = []
        self.connections = 0
        self.always = "accept"
        self.keep: Path | None = None  # a folder for what is taken, one file a mail, for mail programs
        self.on_connect: deque[str] = deque()
        self._next: deque[str] = deque()
        self._met: set[tuple[str, str]] = set()  # whom the greylist knows: sender and recipient
        self._log, self._tls, self._implicit, self._password = log, tls, implicit, password
        self._stopping = asyncio.Event()
        self._started = threading.Event()
        self._refused: OSError | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, name="smtp-sink", daemon=True)

    def next(self, *behaviours: str) -> None:
        """How the next messages are met, in order; afterwards `always`."""
        self._next.extend(behaviours)

    @property
    def settings(self) -> dict[str, object]:
        """Connection settings of the channel `email` that reach this server."""
        return {"host": "127.0.0.1", "port": self.port, "tls": "none", "sender_email": "shop@shop.example"}

    def __enter__(self) -> SmtpServer:
        self._loop = asyncio.new_event_loop()
        self._thread.start()
        self._started.wait()
        if self._refused:
            self._thread.join()
            raise self._refused
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        wrap = self._tls if self._implicit else None
        try:
            server = await asyncio.start_server(self._meet, "127.0.0.1", self.port, ssl=wrap, limit=1 << 20)
        except OSError as error:
            self._refused = error
            self._started.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._stopping.wait()
        # Connections that are being accepted must have begun before the server closes (asyncio loses them otherwise),
        # and aborted transports close their sockets in the loop's next turns.
        await asyncio.sleep(0.02)
        server.close()
        for talk in list(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await asyncio.sleep(0.02)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._talks.add(task)
            task.add_done_callback(self._talks.discard)
        self.connections += 1
        talk = Talk(reader, writer, self.on_connect.popleft() if self.on_connect else "accept")
        # The sink outlives every way a client can hang up; cancellation only comes when the sink stops.
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            if await self._greet(talk):
                while await self._turn(talk):
                    pass
        writer.transport.abort()

    async def _greet(self, talk: Talk) -> bool:
        if talk.manner in AT_CONNECT:
            if line := AT_CONNECT[talk.manner]:
                await talk.say(line)
            return False
        await talk.say(b"220 sink.example ESMTP")
        return True

    async def _turn(self, talk: Talk) -> bool:
        """One command; False ends the connection."""
        line = (await talk.reader.readuntil(b"\r\n")).decode("utf-8", "replace").rstrip("\r\n")
        verb = line.split(" ")[0].upper()
        turns = {
            "EHLO": self._ehlo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._body,
            "RSET": self._reset,
            "QUIT": self._quit,
        }
        if verb in turns:
            return await turns[verb](talk, line)
        await talk.say(b"250 ok" if verb == "NOOP" else b"502 no such command")
        return True

    async def _ehlo(self, talk: Talk, _line: str) -> bool:
        offers = [b"250-sink.example", *([b"250-PIPELINING"] if self.pipelining else [])]
        if talk.manner != "seven-bit":
            offers += [b"250-8BITMIME", b"250-SMTPUTF8"]
        if self._tls and not self._implicit and not talk.secure:
            offers.append(b"250-STARTTLS")
        if self._password or talk.manner == "535":
            offers.append(b"250-AUTH PLAIN")
        await talk.say(*offers, b"250 SIZE 10000000")
        return True

    async def _starttls(self, talk: Talk, _line: str) -> bool:
        if talk.manner == "starttls-refused" or self._tls is None:
            await talk.say(b"454 TLS not available")
            return True
        await talk.say(b"220 go ahead")
        await talk.writer.start_tls(self._tls)
        talk.secure = True
        return True

    async def _auth(self, talk: Talk, line: str) -> bool:
        if line.upper() == "AUTH PLAIN":
            await talk.say(b"334 ")
            line += " " + (await talk.reader.readuntil(b"\r\n")).decode().strip()
        given = base64.b64decode(line.split(" ")[2]).split(b"\0")[-1].decode()
        right = talk.manner != "535" and given == self._password
        await talk.say(b"235 welcome" if right else b"535 5.7.8 wrong user or password")
        return True

    async def _mail(self, talk: Talk, line: str) -> bool:
        if talk.in_mail:
            await talk.say(b"503 5.5.1 nested MAIL")
            return True
        talk.behaviour = self._next.popleft() if self._next else self.always
        address, _, talk.options = line[len("MAIL FROM:") :].partition(" ")
        talk.sender = address.strip("<>")
        refusal = AT_MAIL.get(talk.behaviour)
        talk.in_mail = refusal is None
        await talk.say(refusal or b"250 ok")
        return talk.behaviour != "421"

    async def _rcpt(self, talk: Talk, line: str) -> bool:
        if not talk.in_mail:
            await talk.say(b"503 5.5.1 need MAIL")
            return True
        if talk.behaviour == "drop-before-data":
            return False
        talk.recipient = line[len("RCPT TO:") :].partition(" ")[0].strip("<>")
        refusal = AT_RCPT.get("450" if self._is_stranger(talk) else talk.behaviour)
        talk.to_someone = refusal is None
        await talk.say(refusal % talk.recipient.encode() if refusal else b"250 ok")
        return True

    async def _reset(self, talk: Talk, _line: str) -> bool:
        talk.in_mail = talk.to_someone = False
        await talk.say(b"250 ok")
        return True

    def _is_stranger(self, talk: Talk) -> bool:
        pair = (talk.sender, talk.recipient)
        stranger = talk.behaviour == "greylist" and pair not in self._met
        self._met.add(pair)
        return stranger

    async def _body(self, talk: Talk, _line: str) -> bool:
        if not talk.to_someone:
            return await self._to_nobody(talk)
        if talk.behaviour == "drop-at-data":
            return False
        if talk.behaviour == "354-refused":
            await talk.say(b"451 4.3.0 not now")
            return True
        await talk.say(b"354 go ahead")
        if talk.behaviour == "drop-mid-data":
            await talk.reader.readuntil(b"\r\n")
            return False
        raw = await _until_dot(talk.reader)
        talk.in_mail = talk.to_someone = False
        if talk.behaviour == "hang-before-dot":
            await asyncio.sleep(LONG)
        if refusal := AT_DOT.get(talk.behaviour):
            await talk.say(refusal)
            return True
        self._accept(talk, raw)
        if talk.behaviour == "drop-after-dot":
            return False
        await asyncio.sleep({"hang-after-dot": LONG, "slow": 0.3}.get(talk.behaviour, 0))
        good = b"250 2.0.0 queued for %s as 4711" % talk.recipient.encode()
        await talk.say(b"what?" if talk.behaviour == "nonsense-after-dot" else good)
        return True

    async def _to_nobody(self, talk: Talk) -> bool:
        if talk.manner == "354-anyway":
            await talk.say(b"354 go ahead")
            self.faults += bool(await _until_dot(talk.reader))
            await talk.say(b"554 5.5.1 no valid recipients")
        else:
            await talk.say(b"503 5.5.1 need RCPT")
        return True

    async def _quit(self, talk: Talk, _line: str) -> bool:
        if talk.manner != "drop-at-quit":
            await talk.say(b"221 bye")
        return False

    def _accept(self, talk: Talk, raw: bytes) -> None:
        name = str(BytesHeaderParser().parsebytes(raw).get("Message-ID", "")).strip()
        if self._log is not None:
            with self._log.open("a", encoding="utf-8") as log:
                log.write(f"{name}\t{talk.recipient}\n")
        if self.keep is not None:
            self.keep.mkdir(parents=True, exist_ok=True)
            (self.keep / f"{len(self.messages) + 1}.eml").write_bytes(raw)
        self.messages.append(Accepted(name, talk.sender, talk.recipient, raw, talk.options))


async def _until_dot(reader: asyncio.StreamReader) -> bytes:
    lines = []
    while (line := await reader.readuntil(b"\r\n")) != b".\r\n":
        lines.append(line[1:] if line.startswith(b"..") else line)
    return b"".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="An SMTP sink on 127.0.0.1 that logs what it accepts.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--keep", type=Path, help="a folder for what it accepts, one file a mail")
    parser.add_argument("--always", default="accept", help="how every message is met")
    asked = parser.parse_args()
    try:
        with SmtpServer(port=asked.port, log=asked.log) as server:
            server.always, server.keep = asked.always, asked.keep
            print(server.port, flush=True)  # noqa: T201  the one line a parent reads
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()
    except OSError as error:
        sys.exit(f"Port {asked.port} cannot be used ({os.strerror(error.errno or 0)}). Take another: --port.")


if __name__ == "__main__":
    main()
