"""The files of a backup: sealed with a passphrase in pieces, so that none is ever whole in memory, and their digests.

A sealed file is `MGB1`, seven random bytes, then pieces of one megabyte, each encrypted with AES-256-GCM under a nonce
of those bytes, the piece's number and whether it is the last: pieces cannot be changed, left out, moved or cut off.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from makegood.kit.errors import BadInput

PIECE = 1 << 20
_TAG = 16
_MAGIC = b"MGB1"
_PREFIX = 7
_CHECK = b"makegood backup"


@dataclass(frozen=True, slots=True)
class Written:
    """A file of a backup as it lies there: SHA-256 and bytes."""

    digest: str
    size: int


class Key:
    """The key that a passphrase gives with the backup's salt. `check` proves a passphrase without opening a file."""

    def __init__(self, passphrase: str, salt: bytes) -> None:
        self._cipher = AESGCM(Scrypt(salt=salt, length=32, n=1 << 15, r=8, p=1).derive(passphrase.encode()))

    def check(self) -> str:
        nonce = os.urandom(12)
        return (nonce + self._cipher.encrypt(nonce, _CHECK, b"check")).hex()

    def fits(self, check: str) -> bool:
        kept = bytes.fromhex(check)
        try:
            return self._cipher.decrypt(kept[:12], kept[12:], b"check") == _CHECK
        except InvalidTag:
            return False

    def seal(self, nonce: bytes, piece: bytes, name: str) -> bytes:
        return self._cipher.encrypt(nonce, piece, name.encode())

    def open(self, nonce: bytes, piece: bytes, name: str) -> bytes:
        """Raises `InvalidTag`."""
        return self._cipher.decrypt(nonce, piece, name.encode())


class Writer:
    """Writes one file of a backup, sealed when there is a key; `done()` makes it durable and says its digest."""

    def __init__(self, path: Path, key: Key | None) -> None:
        self._name = path.name
        self._key = key
        self._digest = hashlib.sha256()
        self._size = 0
        self._number = 0
        self._pending = bytearray()
        self._prefix = os.urandom(_PREFIX)
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        if key is not None:
            self._put(_MAGIC + self._prefix)

    def write(self, content: bytes) -> int:
        if self._key is None:
            self._put(content)
            return len(content)
        self._pending += content
        while len(self._pending) > PIECE:  # the last piece is known only at the end
            self._seal(bytes(self._pending[:PIECE]), last=False)
            del self._pending[:PIECE]
        return len(content)

    def done(self) -> Written:
        if self._key is not None:
            self._seal(bytes(self._pending), last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return Written(self._digest.hexdigest(), self._size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        assert self._key is not None  # noqa: S101 - asked before
        self._put(self._key.seal(_nonce(self._prefix, self._number, last=last), piece, self._name))
        self._number += 1

    def _put(self, content: bytes) -> None:
        self._file.write(content)
        self._digest.update(content)
        self._size += len(content)


def read_file(path: Path, key: Key | None) -> Iterator[bytes]:
    """The content of a file of a backup, piece by piece. Raises `BadInput` when it was damaged or cut off."""
    with path.open("rb") as file:
        if key is None:
            while plain := file.read(PIECE):
                yield plain
            return
        head = file.read(len(_MAGIC) + _PREFIX)
        if not head.startswith(_MAGIC):
            raise damaged(path)
        piece, number = file.read(PIECE + _TAG), 0
        while piece:
            following = file.read(PIECE + _TAG)
            nonce = _nonce(head[len(_MAGIC) :], number, last=not following)
            try:
                yield key.open(nonce, piece, path.name)
            except InvalidTag:
                raise damaged(path) from None
            piece, number = following, number + 1
        if number == 0:
            raise damaged(path)


def digest_file(path: Path) -> Written:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while content := file.read(PIECE):
            digest.update(content)
            size += len(content)
    return Written(digest.hexdigest(), size)


def damaged(path: Path) -> BadInput:
    return BadInput(
        f"{path.name} of the backup was changed, damaged or cut off.",
        remedy="Take another copy of this backup, or an earlier backup.",
        code="backup-damaged",
    )


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">I", number) + bytes([last])
