"""The proxy passes everything in clear weather, and exactly as much as it is told to in bad weather."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from makegood.testing.proxy import Proxy, Weather


class Echo(socketserver.ThreadingTCPServer):
    """Says back what it hears, then that it heard the end."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), EchoTalk)
        self.heard: list[bytes] = []
        self.ended = threading.Semaphore(0)


class EchoTalk(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        whole = b""
        try:
            while piece := self.request.recv(1000):
                whole += piece
                self.request.sendall(piece)
            self.request.sendall(b"!")
        except OSError:
            pass
        self.server.heard.append(whole)
        self.server.ended.release()


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(10)


@pytest.fixture
def proxy(echo: Echo) -> Iterator[Proxy]:
    with Proxy(echo.server_address) as made:
        yield made


def talk(proxy: Proxy, words: bytes = b"0123456789", *, timeout: float = 10) -> bytes:
    """Sends the words and the end, and reads until the other end."""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=timeout) as line:
        line.sendall(words)
        line.shutdown(socket.SHUT_WR)
        return read_all(line)


def read_all(line: socket.socket) -> bytes:
    whole = b""
    while piece := line.recv(1000):
        whole += piece
    return whole


def test_clear_weather_changes_nothing(proxy: Proxy, echo: Echo) -> None:
    words = bytes(range(256)) * 2000
    assert talk(proxy, words) == words + b"!"
    assert echo.heard == [words]
    assert proxy.passed == {"up": len(words), "down": len(words) + 1}
    assert proxy.met == 1


def test_a_slow_line_changes_nothing_but_the_time(proxy: Proxy) -> None:
    proxy.next(Weather(delay=0.01))
    assert talk(proxy) == b"0123456789!"


@pytest.mark.parametrize("most", [1, 4, 9])
def test_so_many_bytes_reach_the_server(proxy: Proxy, echo: Echo, most: int) -> None:
    proxy.next(Weather(up=most))
    with contextlib.suppress(ConnectionError):
        talk(proxy)
    echo.ended.acquire(timeout=10)
    assert echo.heard == [b"0123456789"[:most]]


@pytest.mark.parametrize("most", [1, 4, 10])
def test_so_many_bytes_come_back(proxy: Proxy, most: int) -> None:
    proxy.next(Weather(down=most))
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as line:
        line.sendall(b"0123456789")
        got = b""
        try:
            got = read_all(line)
        except ConnectionError:
            assert most < 10, "everything had arrived"
    assert got in (b"0123456789"[:most], b"")
    assert proxy.passed["down"] == most


def test_a_reset_is_seen_as_one(proxy: Proxy) -> None:
    proxy.next(Weather(down=0, ending="reset"))
    with pytest.raises(ConnectionResetError):
        talk(proxy)


def test_half_closed_the_server_sees_the_end_and_still_answers(proxy: Proxy, echo: Echo) -> None:
    proxy.next(Weather(up=4, ending="half"))
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as line:
        line.sendall(b"0123456789")
        assert read_all(line) == b"0123!"
    assert echo.heard == [b"0123"]


def test_a_swallowed_answer_leaves_the_client_waiting_for_what_has_happened(proxy: Proxy, echo: Echo) -> None:
    proxy.next(Weather(down=3, ending="silent"))
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as line:
        line.sendall(b"0123456789")
        got = b""
        while len(got) < 3:
            got += line.recv(10)
        line.settimeout(0.05)
        with pytest.raises(TimeoutError):
            line.recv(10)
    echo.ended.acquire(timeout=10)
    assert (got, echo.heard) == (b"012", [b"0123456789"])


def test_a_black_hole_takes_everything(proxy: Proxy, echo: Echo) -> None:
    proxy.next(Weather(up=0, down=0, ending="silent"))
    with pytest.raises(TimeoutError):
        talk(proxy, timeout=0.05)
    assert proxy.passed == {"up": 0, "down": 0}
    assert echo.heard == []


def test_the_next_ones_are_met_in_order_then_always(proxy: Proxy) -> None:
    proxy.next(Weather(down=0, ending="reset"), Weather())
    proxy.always = Weather(down=0, ending="reset")
    seen = []
    for _ in range(3):
        try:
            seen.append(talk(proxy))
        except ConnectionResetError:
            seen.append(b"reset")
    assert seen == [b"reset", b"0123456789!", b"reset"]


def test_open_connections_are_cut_at_once(proxy: Proxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as line:
        line.sendall(b"a")
        assert line.recv(1) == b"a"
        proxy.cut()
        assert line.recv(1) == b""


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    # The proxy closes at once: a client that is slow to say its words may find it gone (ENOTCONN).
    with Proxy(tmp_path / "nobody") as proxy, pytest.raises((OSError, AssertionError)) as met:
        assert talk(proxy) != b""
    assert not isinstance(met.value, TimeoutError)


def test_between_two_paths(echo: Echo, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    with Proxy(echo.server_address, listen=inner), Proxy(inner) as outer:
        assert talk(outer) == b"0123456789!"
