"""Why the embedded PostgreSQL cannot run: full disks, wrong versions, lost passwords, and the sentence for each."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from makegood.config import embedded
from makegood.config.embedded import EmbeddedServer, UpLock
from makegood.config.postgres import binaries, cluster, layout, locks, roles, sentences
from makegood.kit.errors import MakegoodError, Refused, Unavailable

QUICK = {"fsync": "off"}
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become another user")


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="mg-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="mg-"))
    made.chmod(0o711)
    with EmbeddedServer(made / "home", settings=QUICK):
        pass
    yield made / "home"
    shutil.rmtree(made)


def answers(server: EmbeddedServer) -> bool:
    with psycopg.connect(server.url("app")) as app:
        return app.execute("SELECT 1").fetchone() == (1,)


def refusal(home: Path) -> MakegoodError:
    with pytest.raises(MakegoodError) as refused:
        EmbeddedServer(home, settings=QUICK).start()
    assert refused.value.what.endswith(".")
    assert refused.value.remedy.endswith(".")
    return refused.value


def test_a_home_below_a_file(folder: Path) -> None:
    (folder / "file").write_text("")
    error = refusal(folder / "file" / "home")
    assert (error.code, type(error)) == ("home-unusable", Unavailable)


def test_a_home_that_is_a_file(folder: Path) -> None:
    (folder / "file").write_text("")
    assert refusal(folder / "file").code == "home-unusable"


def test_a_home_nobody_may_write() -> None:
    error = refusal(Path("/sys/makegood"))
    assert (error.code, type(error)) == ("home-not-writable", Refused)
    assert "MAKEGOOD_HOME" in error.remedy
    with pytest.raises(Refused, match="may not use"):
        UpLock(Path("/sys/makegood")).acquire()


@pytest.mark.parametrize(("version", "remedy"), [("19", "Install the newer Makegood"), ("17", "Dump it with")])
def test_a_home_of_another_postgres_version(home: Path, version: str, remedy: str) -> None:
    file = home / "postgres" / "data" / "PG_VERSION"
    file.write_text(f"{version}\n")
    try:
        error = refusal(home)
    finally:
        file.write_text("18\n")
    assert error.code == "other-postgres-version"
    assert f"was made by PostgreSQL {version}; this Makegood brings version 18." in error.what
    assert error.remedy.startswith(remedy)


def test_a_data_folder_that_is_no_database(folder: Path) -> None:
    kept = folder / "home" / "postgres" / "data" / "thesis.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine")
    (folder / "home" / "secrets").mkdir()
    passwords = dict.fromkeys(roles.LOGINS.values(), "x")
    (folder / "home" / "secrets" / "postgres.json").write_text(json.dumps(passwords))
    if os.geteuid() == 0:
        os.chown(kept.parent, 65534, 65534)
    assert refusal(folder / "home").code == "not-a-database"
    assert kept.read_text() == "mine"


@pytest.mark.parametrize("content", [None, "{", "[]", '{"mg_app": "x"}'])
def test_passwords_that_are_gone_are_never_made_anew(home: Path, content: str | None) -> None:
    file = home / "secrets" / "postgres.json"
    kept = file.read_text()
    file.unlink()
    if content is not None:
        file.write_text(content)
    try:
        assert refusal(home).code == "passwords-missing"
        assert (file.read_text() if file.exists() else None) == content
    finally:
        file.write_text(kept)


def test_passwords_of_another_home(home: Path) -> None:
    file = home / "secrets" / "postgres.json"
    kept = file.read_text()
    file.write_text(json.dumps(dict.fromkeys(roles.LOGINS.values(), "x" * 32)))
    try:
        assert refusal(home).code == "passwords-differ"
    finally:
        file.write_text(kept)
    assert locks.is_free(home / "postgres" / "server.lock"), "what it started is stopped again"


def test_the_wheel_is_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "PACKAGE", "no_such_wheel")
    error = refusal(folder / "home")
    assert error.code == "postgres-wheel-missing"
    assert "pip install" in error.remedy
    assert not (folder / "home" / "postgres" / "data").exists()


def test_too_little_space_to_start(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster.shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(1, 1, 63 * 1024 * 1024))
    error = refusal(home)
    assert error.code == "disk-full"
    assert "Only 63 MB are free" in error.what
    if (home / "postgres" / "ballast").exists():
        assert f"Deleting {home}/postgres/ballast frees 64 MB" in error.remedy


@AS_ROOT
def test_a_disk_that_fills_during_initdb(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m,mode=755", "none", disk], check=False).returncode:
        pytest.skip("this machine does not let root mount a small disk")
    try:
        monkeypatch.setattr(cluster, "FREE_TO_MAKE", 0)
        error = refusal(disk / "home")
        assert (error.code, type(error)) == ("disk-full", Unavailable)
        assert not (disk / "home" / "postgres" / "data").exists()
        assert not (disk / "home" / "postgres" / "data.unfinished").exists()
        subprocess.run(["mount", "-o", "remount,size=400m", disk], check=True)
        with EmbeddedServer(disk / "home") as server:
            assert answers(server), "after space was freed"
    finally:
        subprocess.run(["umount", disk], check=True)


def test_errors_of_the_file_system_become_sentences(folder: Path) -> None:
    for number, code in ((errno.ENOSPC, "disk-full"), (errno.EROFS, "home-not-writable"), (errno.EIO, "home-unusable")):
        with pytest.raises(MakegoodError) as failed, sentences.file_errors(folder):
            raise OSError(number, os.strerror(number))
        assert (failed.value.code, str(folder) in failed.value.what) == (code, True)


def test_a_program_that_says_nothing_still_gets_a_sentence(folder: Path) -> None:
    silent = sentences.ended_badly("It ended", "", base=folder, log=folder / "log")
    assert silent.what == "It ended: it said nothing."
    wordy = sentences.ended_badly("It ended", "1\n\n2\n3\n4\n", base=folder, log=folder / "log")
    assert wordy.what == "It ended: 2 / 3 / 4."


def test_why_a_start_takes_long() -> None:
    redo = ["LOG:  redo in progress, elapsed time: 10.00 s, current LSN: 0/3D3A2B8"]
    assert sentences.waiting_for("the database system is starting up", redo, launched=True).startswith(
        "it is replaying"
    )
    assert "killed server" in sentences.waiting_for("no answer", [], launched=False)
    assert sentences.waiting_for("no answer", [], launched=True) == "no answer"


def test_a_socket_nobody_listens_on_is_no_answer_yet(folder: Path) -> None:
    url = roles.connection_url("admin", password="p/@:%", socket=folder)
    assert psycopg.conninfo.conninfo_to_dict(url)["password"] == "p/@:%"
    assert roles.knock(url) == "it does not answer yet"


def test_a_start_gives_up_on_a_stuck_neighbour(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as hurried, locks.opened(home / "postgres" / "start.lock") as other:
        hurried.setattr(embedded, "START_PATIENCE", 0.1)
        assert locks.try_lock(other)
        error = refusal(home)
    assert (error.code, type(error)) == ("postgres-busy", Unavailable)
    with EmbeddedServer(home) as server:
        assert answers(server)


def test_the_last_lines_of_a_log(folder: Path) -> None:
    assert cluster.last_lines(folder / "none", 3) == []
    (folder / "log").write_bytes(b"x" * 20_000 + b"\none\n\ntwo\n\xff\n")
    assert cluster.last_lines(folder / "log", 3) == ["one", "two", "\ufffd"]
    assert cluster.last_lines(folder / "log", 3, since=20_005) == ["two", "\ufffd"]


def test_durable_writing_replaces_and_leaves_no_rest(folder: Path) -> None:
    for text in ("one", "two"):
        layout.write_durably(folder / "file", text)
    assert (folder / "file").read_text() == "two"
    assert stat.S_IMODE((folder / "file").stat().st_mode) == 0o600
    (folder / "taken").mkdir()
    with pytest.raises(IsADirectoryError):
        layout.write_durably(folder / "taken", "x")
    assert sorted(path.name for path in folder.iterdir()) == ["file", "taken"]
