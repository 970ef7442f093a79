"""Folders, files and locks of the embedded PostgreSQL, without a server: who may use them and what is left behind."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest

from makegood.config.postgres import layout, locks
from makegood.config.postgres.account import Account, user_name
from makegood.config.postgres.layout import SOCKET_LIMIT, Layout
from makegood.config.postgres.locks import UpLock
from makegood.kit.errors import Refused, Unavailable

ME = Account("me", os.geteuid(), os.getegid(), switch=False)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ("cluster", "/srv/pg/data"),
        ("unfinished", "/srv/pg/data.unfinished"),
        ("log", "/srv/pg/log/postgresql.log"),
        ("users", "/srv/pg/users.lock"),
        ("starting", "/srv/pg/start.lock"),
        ("living", "/srv/pg/server.lock"),
        ("ballast", "/srv/pg/ballast"),
        ("socket", "/srv/pg/socket"),
        ("passwords", "/home/mg/secrets/postgres.json"),
    ],
)
def test_where_each_part_is(part: str, place: str) -> None:
    """Passwords stay in the home, also where the database had to move out of it."""
    assert getattr(Layout(Path("/home/mg"), Path("/srv/pg"), ME), part) == Path(place)


@pytest.mark.parametrize("letter", ["d", "ä"])
def test_the_socket_stays_inside_up_to_the_last_byte_the_kernel_takes(letter: str) -> None:
    inside = []
    for length in range(1, 110):
        base = Path("/") / (letter * length)
        socket = Layout(base, base, ME).socket
        assert len(os.fsencode(socket / ".s.PGSQL.5432")) <= SOCKET_LIMIT
        inside.append(socket == base / "socket")
    width = len(letter.encode())
    assert inside.count(True) == (SOCKET_LIMIT - len("//socket/.s.PGSQL.5432")) // width
    assert inside == sorted(inside, reverse=True), "once too long, always too long"


def test_two_deep_homes_do_not_meet_in_the_temporary_folder() -> None:
    one, other = (Layout(base, base, ME).socket for base in (Path("/" + "d" * 120), Path("/" + "e" * 120)))
    assert one != other
    assert one.parent == other.parent == Path(tempfile.gettempdir())
    assert one == Layout(Path("/elsewhere"), Path("/" + "d" * 120), ME).socket, "the same at every start"


def test_folders_are_made_with_their_parents_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o777)
    try:
        layout.make_folder(tmp_path / "a" / "b", 0o711)
    finally:
        os.umask(before)
    assert mode(tmp_path / "a" / "b") == 0o711
    assert mode(tmp_path / "a") == (0o755 if os.geteuid() == 0 else 0o700)


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine").chmod(0o750)
    layout.make_folder(tmp_path / "mine", 0o700)
    assert mode(tmp_path / "mine") == 0o750


def test_a_file_in_the_way_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("kept")
    with pytest.raises(FileExistsError):
        layout.make_folder(tmp_path / "taken", 0o700)
    with pytest.raises(OSError, match="taken"):
        layout.make_folder(tmp_path / "taken" / "below", 0o700)
    assert (tmp_path / "taken").read_text() == "kept"


@pytest.mark.parametrize("what", ["file", "symlink"])
def test_a_private_folder_is_never_something_else(tmp_path: Path, what: str) -> None:
    place, elsewhere = tmp_path / "socket", tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    place.write_text("") if what == "file" else place.symlink_to(elsewhere)
    with pytest.raises(Refused) as refused:
        layout.open_private(place, ME)
    assert refused.value.code == "socket-folder-not-ours"
    assert mode(elsewhere) == 0o755, "nothing was closed behind a link"


def test_writing_through_a_symlink_is_refused_and_replacing_one_leaves_its_target(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("kept")
    (tmp_path / "link").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="symbolic links"):
        layout.open_beside(tmp_path / "link", os.O_WRONLY)
    layout.write_durably(tmp_path / "link", "new")
    assert ((tmp_path / "link").read_text(), (tmp_path / "victim").read_text()) == ("new", "kept")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "victim"]


def test_a_user_without_a_name_is_a_number() -> None:
    assert user_name(0) == "root"
    assert user_name(3_999_999_999) == "3999999999"


@pytest.mark.parametrize(
    ("held", "wanted", "taken"),
    [("shared", "shared", True), ("shared", "alone", False), ("alone", "shared", False), ("alone", "alone", False)],
)
def test_who_may_hold_a_lock_beside_whom(tmp_path: Path, held: str, wanted: str, taken: bool) -> None:
    path = tmp_path / "a.lock"
    with locks.opened(path) as one, locks.opened(path) as other:
        assert locks.try_lock(one, shared=held == "shared")
        assert not locks.is_free(path)
        assert locks.try_lock(other, shared=wanted == "shared") is taken
    assert locks.is_free(path), "closing a descriptor unlocks"
    assert mode(path) == 0o600


def test_patience_ends_with_a_sentence_and_time_told_on_the_way(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clock, told = [0.0], []
    monkeypatch.setattr(locks.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(locks.time, "sleep", lambda seconds: clock.__setitem__(0, clock[0] + 2.0))
    with locks.opened(tmp_path / "a.lock") as one, locks.opened(tmp_path / "a.lock") as other:
        assert locks.try_lock(one)
        with pytest.raises(Unavailable) as busy:
            locks.wait_lock(other, shared=True, patience=5.0, waiting=told.append)
    assert told == [0.0, 2.0, 4.0]
    assert busy.value.code == "postgres-busy"
    assert "for 6 seconds" in busy.value.what


def test_a_lock_given_up_meanwhile_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path, told = tmp_path / "a.lock", []
    first = locks.open_lock(path)
    assert locks.try_lock(first)
    monkeypatch.setattr(locks.time, "sleep", lambda _seconds: os.close(first))
    with locks.opened(path) as other:
        locks.wait_lock(other, shared=False, patience=600.0, waiting=told.append)
        assert len(told) == 1
        assert not locks.is_free(path)


def test_one_up_a_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with UpLock(home), pytest.raises(Refused) as refused:
        UpLock(home).acquire()
    assert refused.value.code == "already-up"
    assert f"with pid {os.getpid()}" in refused.value.what
    assert (home / "up.lock").read_text() == "", "who left is not named any more"
    again = UpLock(home)
    again.acquire()
    again.release()
    again.release()
    with UpLock(tmp_path / "other"), UpLock(home):
        assert not locks.is_free(home / "up.lock")
