"""A TCP proxy for bad weather: what passes through it is cut, held up, swallowed or reset, byte by byte as told.

    with Proxy(("127.0.0.1", 25)) as proxy:
        proxy.next(Weather(down=10))          # the next connection ends after ten bytes of answers

Runs in a thread of its own. An address is `(host, port)` or the path of a Unix socket; with `listen` the proxy stands
at such a path itself, which is how one comes between a worker and the PostgreSQL that Makegood brings along.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

Address = tuple[str, int] | Path
Ending = Literal["close", "reset", "half", "silent"]
_PIECE = 65_536
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER of no seconds: closing sends a reset


@dataclass(frozen=True)
class Weather:
    """What one connection meets. `up` and `down` are bytes that pass to the server and back before `ending`:

    close    both sides are closed
    reset    both sides see a reset
    half     only this direction ends, the other one goes on
    silent   nothing more passes in this direction, and nobody is told; with `up=0` a black hole

    `delay` holds every piece up for so many seconds.
    """

    up: int | None = None
    down: int | None = None
    ending: Ending = "close"
    delay: float = 0.0


CLEAR = Weather()


@dataclass(eq=False)
class _Line:
    """One connection: the client's side, the server's side."""

    weather: Weather
    client: asyncio.StreamWriter
    server: asyncio.StreamWriter

    def end(self, *, reset: bool) -> None:
        for side in (self.client, self.server):
            raw = side.get_extra_info("socket")
            if reset and raw is not None and raw.family != socket.AF_UNIX:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            side.transport.abort()


class Proxy:
    """`passed` are the bytes that went up and down, over all connections; `met` how many connections there were."""

    def __init__(self, to: Address, *, listen: Path | None = None) -> None:
        self.port = 0
        self.always = CLEAR
        self.passed = {"up": 0, "down": 0}
        self.met = 0
        self._to = to
        self._listen = listen
        self._next: deque[Weather] = deque()
        self._lines: set[_Line] = set()
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="proxy", daemon=True)

    def next(self, *weathers: Weather) -> None:
        """What the next connections meet, in order; afterwards `always`."""
        self._next.extend(weathers)

    def cut(self, *, reset: bool = False) -> None:
        """Ends every connection that is open now."""
        done = threading.Event()

        def end() -> None:
            for line in list(self._lines):
                line.end(reset=reset)
            done.set()

        self._loop.call_soon_threadsafe(end)
        done.wait(10)

    def __enter__(self) -> Proxy:
        self._thread.start()
        self._started.wait(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        if self._listen is not None:
            server: asyncio.Server = await asyncio.start_unix_server(self._meet, self._listen)
        else:
            server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._stopping.wait()
        server.close()
        for line in list(self._lines):
            line.end(reset=False)
        while self._lines:  # each ends as soon as its sides are gone
            await asyncio.sleep(0)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.met += 1
        weather = self._next.popleft() if self._next else self.always
        try:
            back, forth = await self._connect()
        except OSError:
            writer.transport.abort()
            return
        line = _Line(weather, writer, forth)
        self._lines.add(line)
        try:
            await asyncio.gather(
                self._carry(line, "up", reader, forth, weather.up),
                self._carry(line, "down", back, writer, weather.down),
            )
        finally:
            self._lines.discard(line)
            line.end(reset=False)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._to, Path):
            return await asyncio.open_unix_connection(self._to)
        return await asyncio.open_connection(*self._to)

    async def _carry(
        self, line: _Line, way: str, source: asyncio.StreamReader, sink: asyncio.StreamWriter, most: int | None
    ) -> None:
        """Passes pieces on until the source ends or `most` bytes have gone."""
        left, over = most, False
        with contextlib.suppress(ConnectionError):
            while piece := await source.read(_PIECE):
                if line.weather.delay:
                    await asyncio.sleep(line.weather.delay)
                if over:
                    continue
                allowed = piece if left is None else piece[:left]
                self.passed[way] += len(allowed)
                sink.write(allowed)
                await sink.drain()
                if left is not None:
                    left -= len(allowed)
                    over = left <= 0
                    if over and not self._goes_on(line, sink):
                        return
            if not over and sink.can_write_eof() and not sink.is_closing():
                sink.write_eof()

    @staticmethod
    def _goes_on(line: _Line, sink: asyncio.StreamWriter) -> bool:
        """The limit is reached: true when the source is still read, and what comes is lost."""
        if line.weather.ending in ("close", "reset"):
            line.end(reset=line.weather.ending == "reset")
            return False
        if line.weather.ending == "half" and sink.can_write_eof() and not sink.is_closing():
            sink.write_eof()
        return True
