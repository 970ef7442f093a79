"""Sealed files: what goes in comes out, and nothing that was changed, cut off, moved or read with another key does."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from makegood.config.backup_files import PIECE, Key, Writer, digest_file, read_file
from makegood.kit.errors import BadInput

SALT = bytes(16)


@pytest.fixture(scope="module")
def key() -> Key:
    return Key("twelve words that nobody guesses", SALT)


def written(path: Path, content: bytes, key: Key | None, step: int = 100_003):
    with Writer(path, key) as file:
        for start in range(0, len(content), step):
            assert file.write(content[start : start + step]) == len(content[start : start + step])
        return file.done()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 5])
@pytest.mark.parametrize("sealed", [True, False])
def test_what_goes_in_comes_out_and_the_digest_is_of_what_lies_there(tmp_path, key, size, sealed):
    content = os.urandom(size)
    path = tmp_path / "database.dump"
    done = written(path, content, key if sealed else None)
    assert b"".join(read_file(path, key if sealed else None)) == content
    assert done == digest_file(path)
    assert (done.size, done.digest) == (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
    assert path.stat().st_mode & 0o777 == 0o600
    if sealed and size > 16:
        assert content[:16] not in path.read_bytes()


def damage_flip(raw: bytes) -> bytes:
    return raw[:-40] + bytes([raw[-40] ^ 1]) + raw[-39:]


def damage_cut_a_piece(raw: bytes) -> bytes:
    return raw[: 11 + 2 * (PIECE + 16)]


def damage_cut_a_byte(raw: bytes) -> bytes:
    return raw[:-1]


def damage_swap(raw: bytes) -> bytes:
    size = PIECE + 16
    return raw[:11] + raw[11 + size : 11 + 2 * size] + raw[11 : 11 + size] + raw[11 + 2 * size :]


def damage_leave_out(raw: bytes) -> bytes:
    return raw[:11] + raw[11 + PIECE + 16 :]


def damage_empty(raw: bytes) -> bytes:
    return raw[:11]


def damage_nothing_at_all(raw: bytes) -> bytes:
    return b""


def damage_more(raw: bytes) -> bytes:
    return raw + b"more"


@pytest.mark.parametrize(
    "damage",
    [
        damage_flip,
        damage_cut_a_piece,
        damage_cut_a_byte,
        damage_swap,
        damage_leave_out,
        damage_empty,
        damage_nothing_at_all,
        damage_more,
    ],
)
def test_whatever_was_done_to_a_sealed_file_is_noticed(tmp_path, key, damage):
    path = tmp_path / "home.tar"
    written(path, os.urandom(2 * PIECE + 77), key)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(BadInput, match="was changed, damaged or cut off"):
        b"".join(read_file(path, key))


def test_a_file_cannot_stand_for_another_one_of_the_same_backup(tmp_path, key):
    written(tmp_path / "keys.tar", b"keys", key)
    (tmp_path / "keys.tar").rename(tmp_path / "home.tar")
    with pytest.raises(BadInput):
        b"".join(read_file(tmp_path / "home.tar", key))


def test_another_passphrase_or_another_salt_is_another_key(tmp_path, key):
    check = key.check()
    assert key.fits(check)
    assert not Key("twelve words that nobody guessed", SALT).fits(check)
    assert not Key("twelve words that nobody guesses", bytes(15) + b"1").fits(check)
    assert key.check() != check, "a fresh nonce each time"


def test_a_file_is_never_written_over(tmp_path, key):
    written(tmp_path / "home.tar", b"first", key)
    with pytest.raises(FileExistsError):
        Writer(tmp_path / "home.tar", key)
