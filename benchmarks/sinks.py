"""Sinks that are as little work as Python allows, each in a process of its own: `python -m benchmarks.sinks smtp [ms]`.

They answer at once, or after so many milliseconds. Prints its port. For each line on its standard input it prints how
many messages or calls it has taken so far. The SMTP sink announces PIPELINING, 8BITMIME and SMTPUTF8 and takes
everything; the HTTP sink answers every request with 200 and a small JSON object, keeping the connection.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from typing import cast

TAKEN = {"count": 0}
MOMENTS: list[float] = []
LATENCY = int(sys.argv[2]) / 1000 if len(sys.argv) > 2 else 0
EHLO = b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 10000000\r\n"
ANSWERS = {b"EHLO": EHLO, b"HELO": b"250 ok\r\n", b"DATA": b"354 go ahead\r\n", b"QUIT": b"221 bye\r\n"}
DOT = b"\r\n.\r\n"
REPLY = b'{"id":"r-1","status":"done"}'
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(REPLY), REPLY)


class Smtp(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.buffer = b""
        self.in_text = False
        transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        said: list[bytes] = []
        while self._turn(said):
            pass
        if said:
            answer(self.transport, b"".join(said))
        if said and said[-1].startswith(b"221"):
            self.transport.close()

    def _turn(self, said: list[bytes]) -> bool:
        if self.in_text:
            _, dot, rest = self.buffer.partition(DOT)
            if not dot:
                return False
            self.in_text, self.buffer = False, rest
            TAKEN["count"] += 1
            said.append(b"250 2.0.0 queued\r\n")
            return True
        line, end, rest = self.buffer.partition(b"\r\n")
        if not end:
            return False
        self.buffer = rest
        verb = line[:4].upper()
        self.in_text = verb == b"DATA"
        said.append(ANSWERS.get(verb, b"250 ok\r\n"))
        return True


class Http(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            head, end, rest = self.buffer.partition(b"\r\n\r\n")
            if not end:
                return
            _, _, after = head.lower().partition(b"content-length:")
            length = int(after.partition(b"\r\n")[0] or 0)
            if len(rest) < length:
                return
            self.buffer = rest[length:]
            TAKEN["count"] += 1
            MOMENTS.append(time.monotonic())
            answer(self.transport, OK)


def answer(transport: asyncio.Transport, said: bytes) -> None:
    if LATENCY:
        asyncio.get_running_loop().call_later(LATENCY, transport.write, said)
    else:
        transport.write(said)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def serve(protocol: Callable[[], asyncio.Protocol]) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, backlog=512)
    say(str(server.sockets[0].getsockname()[1]))
    done = loop.create_future()

    def asked() -> None:
        if line := sys.stdin.readline():
            say(" ".join(map(str, MOMENTS)) if line == "moments\n" else str(TAKEN["count"]))
        elif not done.done():
            done.set_result(None)

    loop.add_reader(sys.stdin.fileno(), asked)
    await done


if __name__ == "__main__":
    asyncio.run(serve({"smtp": Smtp, "http": Http}[sys.argv[1]]))
