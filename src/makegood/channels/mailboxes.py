"""The mailbox that returned mail comes to: over IMAP, or a Maildir that a mail server on this machine fills.

Letters are looked at without marking them as read. What was a report is marked as read; everything else stays as it
was, with a mark that only we look for, so that it is not fetched again every few minutes.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Protocol

from imap_tools.utils import encode_folder

from makegood.channels.returned import LARGEST
from makegood.kit.errors import BadInput, Unavailable

SEEN = "MakegoodSeen"
_TIMEOUT = 30
_CHECK = "Check host, user and password of the return mailbox; what waits there is read the next time."


class Mailbox(Protocol):
    def letters(self, limit: int) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of letters that were not looked at yet, oldest first, at most `limit`."""
        ...

    def mark(self, name: str, *, report: bool) -> None:
        """The letter was looked at: it is not given again. A report is marked as read."""
        ...


def has_mailbox(settings: Mapping[str, Any]) -> bool:
    return bool(settings.get("returns_host") or settings.get("returns_maildir"))


@contextmanager
def open_mailbox(settings: Mapping[str, Any]) -> Iterator[Mailbox]:
    """Raises `Unavailable` when the mailbox is out of reach, then or later; `BadInput` for settings that cannot be."""
    if folder := settings.get("returns_maildir"):
        yield Maildir(Path(str(folder)))
        return
    try:
        with _signed_in(settings) as client:
            yield Imap(client)
    except (imaplib.IMAP4.abort, OSError) as error:
        why = "its certificate is not right" if isinstance(error, ssl.SSLError) else "it does not answer"
        what = f"The return mailbox cannot be reached: {why}."
        raise Unavailable(what, remedy=_CHECK, code="mailbox-unreachable") from error
    except imaplib.IMAP4.error as error:
        what = "The return mailbox refuses what it is asked: to let us in, to open the folder, or to keep a mark."
        raise Unavailable(what, remedy=_CHECK, code="mailbox-refuses") from error


class Imap:
    def __init__(self, client: imaplib.IMAP4) -> None:
        self._client = client

    def letters(self, limit: int) -> Iterator[tuple[str, bytes]]:
        found = _agreed(self._client.uid("search", f"UNKEYWORD {SEEN} SMALLER {LARGEST}"))
        uids = found[0].split() if found and isinstance(found[0], bytes) else []
        for uid in uids[:limit]:
            # The bytes as they are: they are a stranger's and are read with limits.
            parts = _agreed(self._client.uid("fetch", uid.decode(), "(BODY.PEEK[])"))
            raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
            if isinstance(raw, bytes):  # somebody else may have taken it away meanwhile
                yield uid.decode(), raw

    def mark(self, name: str, *, report: bool) -> None:
        # Marks are only added, and nothing is expunged: what others marked for deletion is theirs to delete.
        _agreed(self._client.uid("store", name, "+FLAGS", f"({SEEN} \\Seen)" if report else f"({SEEN})"))


class Maildir:
    """A mail server puts letters into `new`; who has looked at one moves it to `cur`."""

    def __init__(self, folder: Path) -> None:
        self._new, self._cur = folder / "new", folder / "cur"
        if not self._new.is_dir() or not self._cur.is_dir():
            raise Unavailable(
                f"'{folder}' is no Maildir: it has no folders new and cur.",
                remedy="Name the Maildir that the mail server delivers to, readable by the worker.",
                code="no-maildir",
            )

    def letters(self, limit: int) -> Iterator[tuple[str, bytes]]:
        for path in sorted(self._new.iterdir(), key=lambda one: one.name)[:limit]:
            if path.is_file() and path.stat().st_size <= LARGEST:
                yield path.name, path.read_bytes()

    def mark(self, name: str, *, report: bool) -> None:
        (self._new / name).replace(self._cur / f"{name.partition(':')[0]}:2,{'S' if report else ''}")


@contextmanager
def _signed_in(settings: Mapping[str, Any]) -> Iterator[imaplib.IMAP4]:
    client, left = _connected(settings), False
    try:
        if settings.get("returns_tls", "implicit") == "starttls":
            client.starttls(_context(settings))
        client.login(str(settings.get("returns_user", "")), str(settings.get("returns_password", "")))
        folder = encode_folder(str(settings.get("returns_folder", "INBOX")))
        _agreed(client.select(folder.decode()))
        yield client
        client.logout()
        left = True
    finally:
        if not left:
            with suppress(OSError):
                client.shutdown()


def _connected(settings: Mapping[str, Any]) -> imaplib.IMAP4:
    host, tls = str(settings["returns_host"]), settings.get("returns_tls", "implicit")
    port = int(settings.get("returns_port") or {"implicit": 993, "starttls": 143, "none": 143}[tls])
    if tls == "none" and not _is_near(host):
        raise BadInput(
            "Without TLS a return mailbox may only be on this machine.",
            remedy="Use returns_tls: implicit or starttls.",
            code="plain-refused",
        )
    if tls == "implicit":
        return imaplib.IMAP4_SSL(host, port, ssl_context=_context(settings), timeout=_TIMEOUT)
    return imaplib.IMAP4(host, port, timeout=_TIMEOUT)


def _context(settings: Mapping[str, Any]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.get("ca_file"))


def _agreed(answer: tuple[str, list[Any]]) -> list[Any]:
    """What the server gave. Raises imaplib's error when it said no."""
    said, given = answer
    if said != "OK":
        raise imaplib.IMAP4.error(said)
    return given


def _is_near(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
