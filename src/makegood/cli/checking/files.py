"""Message files as text: one size that is read, one encoding, and a sentence for everything else."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from makegood.kit.errors import BadInput, Place

LARGEST = 1_000_000  # bytes: some 150,000 words; nobody reads a longer message
STDIN = "-"
NAMELESS = "<stdin>"


@dataclass(frozen=True, slots=True)
class MessageFile:
    """One message: the name that is shown for it, the folder whose settings hold, and its text as it stands."""

    name: str
    folder: Path
    text: str


def read_message_file(name: str, *, stdin_filename: str | None = None) -> MessageFile:
    """Reads one file, or standard input for `-`; a byte order mark is left out.

    Raises `BadInput` for folders, for what is missing, unreadable, larger than `LARGEST`, not UTF-8 or not text.
    """
    if name == STDIN:
        shown = stdin_filename or NAMELESS
        folder = Path(stdin_filename).parent if stdin_filename else Path()
        return MessageFile(shown, folder.resolve(), _text(_beginning(sys.stdin.buffer), shown))
    path = Path(name)
    try:
        with path.open("rb") as file:
            content = _beginning(file)
    except IsADirectoryError as error:
        remedy = f"Name its files, such as {path / '*.md'}."
        raise _bad("This is a folder.", remedy, Place(name), code="message-folder") from error
    except FileNotFoundError as error:
        raise _bad("There is no such file.", "Check the name.", Place(name), code="message-missing") from error
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        why = getattr(error, "strerror", None) or str(error)
        raise _bad(f"The file cannot be read: {why}.", "See that you may read it.", Place(name)) from error
    return MessageFile(name, path.parent.resolve(), _text(content, name))


def _beginning(file: BinaryIO) -> bytes:
    """All of it, but never more than shows that it is too large: a pipe may have no end."""
    parts, missing = [], LARGEST + 1
    while missing and (part := file.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _text(content: bytes, name: str) -> str:
    if len(content) > LARGEST:
        what = "The file is larger than 1 MB: no message is."
        raise _bad(what, "Name the message alone, without what surrounds it.", Place(name), code="message-too-large")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        what = "The file is in UTF-16, not UTF-8."
        raise _bad(what, "Save it as UTF-8.", Place(name, 1, 1), code="message-encoding")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        what = f"The file is not UTF-8: the byte 0x{content[error.start]:02X} cannot stand here."
        remedy = "Save it as UTF-8; it is probably in Windows-1252 or ISO 8859-1."
        raise _bad(what, remedy, _place(name, before), code="message-encoding") from error
    if "\0" in text:
        what = "The file is not text: it holds a NUL character."
        place = _place(name, text[: text.index("\0")])
        raise _bad(what, "Save the message as plain text, Markdown or HTML.", place, code="message-not-text")
    return text


def _place(name: str, before: str) -> Place:
    return Place(name, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _bad(what: str, remedy: str, place: Place, *, code: str = "message-unreadable") -> BadInput:
    return BadInput(what, remedy=remedy, place=place, code=code)
