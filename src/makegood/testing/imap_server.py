"""A small IMAP server on loopback with one folder, and the ways it can let a reader down.

    with ImapServer() as server:
        server.deliver(b"From: ...")
        server.settings                      # of a connection `email` whose return mailbox this is
        server.flags                         # what was marked, letter by letter

It knows LOGIN, SELECT, UID SEARCH (UNKEYWORD, SMALLER), UID FETCH of whole letters, UID STORE, LOGOUT. Behaviours
(`next`, one a connection): accept, wrong-password, no-folder, drop-at-fetch, no-keywords (STORE is refused),
drop-greeting.
"""

from __future__ import annotations

import re
import socket
import socketserver
import threading
from collections import deque
from types import TracebackType
from typing import Any, BinaryIO

PASSWORD = "return-word"  # noqa: S105 - of a server for tests


class ImapServer:
    """Runs in threads of its own. `letters` are bytes, their UIDs count from 1."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.flags: list[set[str]] = []
        self.fetched: list[int] = []
        self._next: deque[str] = deque()
        self._server = _Doorway(self)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def next(self, *behaviours: str) -> None:
        """How the next connections are met, in order."""
        self._next.extend(behaviours)

    def next_manner(self) -> str:
        return self._next.popleft() if self._next else "accept"

    def deliver(self, *letters: bytes) -> None:
        for letter in letters:
            self.letters.append(letter)
            self.flags.append(set())

    @property
    def settings(self) -> dict[str, Any]:
        """Settings of a connection `email` whose return mailbox this is."""
        where = {"returns_host": "127.0.0.1", "returns_port": self.port, "returns_tls": "none"}
        return {**where, "returns_user": "returns", "returns_password": PASSWORD}

    def __enter__(self) -> ImapServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Doorway(socketserver.ThreadingTCPServer):
    """A thread for each connection."""

    def __init__(self, server: ImapServer) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.server = server

    def finish_request(self, request: Any, client_address: Any) -> None:
        with request.makefile("rb") as reading:
            _Talk(self.server, request, reading, self.server.next_manner()).run()


class _Talk:
    """One connection."""

    def __init__(self, server: ImapServer, wire: socket.socket, reading: BinaryIO, manner: str) -> None:
        self.server, self.wire, self.reading, self.manner = server, wire, reading, manner

    def run(self) -> None:
        if self.manner == "drop-greeting":
            return
        self._say("* OK [CAPABILITY IMAP4rev1] ready")
        while line := self.reading.readline().decode("utf-8", "replace").rstrip("\r\n"):
            tag, _, rest = line.partition(" ")
            words = rest.split(" ")
            verb = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
            if not self._turn(tag, verb, rest):
                return

    def _turn(self, tag: str, verb: str, rest: str) -> bool:
        """One command; False ends the connection."""
        turns = {
            "CAPABILITY": self._capability,
            "LOGIN": self._login,
            "SELECT": self._select,
            "UID SEARCH": self._search,
            "UID FETCH": self._fetch,
            "UID STORE": self._store,
        }
        if verb == "LOGOUT":
            self._say("* BYE", f"{tag} OK done")
            return False
        if verb not in turns:
            self._say(f"{tag} BAD no such command")
            return True
        said = turns[verb](rest)
        if said is None:
            return False
        self._say(f"{tag} {said}")
        return True

    def _capability(self, _rest: str) -> str:
        self._say("* CAPABILITY IMAP4rev1")
        return "OK done"

    def _login(self, rest: str) -> str:
        right = rest.replace('"', "").endswith(f" {PASSWORD}") and self.manner != "wrong-password"
        return "OK welcome" if right else "NO [AUTHENTICATIONFAILED] wrong user or password"

    def _select(self, _rest: str) -> str:
        if self.manner == "no-folder":
            return "NO [NONEXISTENT] there is no such folder"
        self._say(f"* {len(self.server.letters)} EXISTS", r"* OK [PERMANENTFLAGS (\Seen \*)] yours")
        return "OK [READ-WRITE] done"

    def _search(self, rest: str) -> str:
        without = re.search(r"UNKEYWORD (\S+)", rest)
        smaller = re.search(r"SMALLER (\d+)", rest)
        found = [
            str(uid)
            for uid, letter in enumerate(self.server.letters, start=1)
            if not (without and without.group(1).rstrip(")") in self.server.flags[uid - 1])
            and not (smaller and len(letter) >= int(smaller.group(1)))
        ]
        self._say(" ".join(["* SEARCH", *found]))
        return "OK done"

    def _fetch(self, rest: str) -> str | None:
        if self.manner == "drop-at-fetch":
            return None
        uid = int(rest.split(" ")[2])
        letter = self.server.letters[uid - 1]
        self.server.fetched.append(uid)
        self.wire.sendall(f"* {uid} FETCH (UID {uid} BODY[] {{{len(letter)}}}\r\n".encode() + letter + b")\r\n")
        return "OK done"

    def _store(self, rest: str) -> str:
        if self.manner == "no-keywords":
            return "NO keywords are not kept here"
        uid = int(rest.split(" ")[2])
        self.server.flags[uid - 1] |= set(rest[rest.index("(") + 1 : rest.rindex(")")].split())
        return "OK done"

    def _say(self, *lines: str) -> None:
        self.wire.sendall("".join(f"{line}\r\n" for line in lines).encode())
