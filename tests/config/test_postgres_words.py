"""What the embedded PostgreSQL says when something is wrong, and the addresses it is reached by; no server is run."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from makegood.config import embedded
from makegood.config.databases import databases
from makegood.config.embedded import PROGRESS_EVERY, EmbeddedServer
from makegood.config.postgres import cluster, roles
from makegood.config.postgres.roles import LOGINS, Role
from makegood.config.postgres.sentences import ended_badly, file_errors, waiting_for
from makegood.kit.errors import MakegoodError, Refused, Unavailable


@pytest.mark.parametrize(
    ("number", "kind", "code", "remedy"),
    [
        (errno.ENOSPC, Unavailable, "disk-full", "Free space"),
        (errno.EDQUOT, Unavailable, "disk-full", "Free space"),
        (errno.EACCES, Refused, "home-not-writable", "MAKEGOOD_HOME"),
        (errno.EPERM, Refused, "home-not-writable", "MAKEGOOD_HOME"),
        (errno.EROFS, Refused, "home-not-writable", "MAKEGOOD_HOME"),
        (errno.ELOOP, Unavailable, "home-unusable", "MAKEGOOD_HOME"),
        (errno.ENOTDIR, Unavailable, "home-unusable", "MAKEGOOD_HOME"),
    ],
)
def test_an_error_of_the_file_system(number: int, kind: type[MakegoodError], code: str, remedy: str) -> None:
    with pytest.raises(MakegoodError) as failed, file_errors(Path("/srv/mg")):
        raise OSError(number, os.strerror(number), "/srv/mg/postgres")
    assert (type(failed.value), failed.value.code) == (kind, code)
    assert "/srv/mg/postgres" in failed.value.what
    assert remedy in failed.value.remedy


@pytest.mark.parametrize("error", [OSError("it broke"), shutil.Error([("a", "b", "it broke")])])
def test_an_error_without_a_number_says_what_it_knows(error: OSError) -> None:
    with pytest.raises(Unavailable) as failed, file_errors(Path("/srv/mg")):
        raise error
    assert failed.value.what.startswith("/srv/mg cannot be used for the database: ")
    assert "it broke" in failed.value.what


def test_what_is_no_error_of_the_file_system_stays_what_it_is() -> None:
    with pytest.raises(Refused, match="Mine"), file_errors(Path("/srv/mg")):
        raise Refused("Mine.", remedy="Keep.", code="mine")


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        ("", "postgres-failed", "It ended: it said nothing."),
        ("\n \n", "postgres-failed", "It ended: it said nothing."),
        ("FATAL:  no", "postgres-failed", "It ended: FATAL:  no."),
        ("initdb: error: no.\n", "postgres-failed", "It ended: initdb: error: no."),
        ("1\n2\n\n3\n4", "postgres-failed", "It ended: 2 / 3 / 4."),
        ("1\nPANIC: No space left on device\n3\n4\n5", "disk-full", "It ended: the disk with /srv/mg is full."),
    ],
)
def test_how_a_program_of_postgresql_ended(words: str, code: str, what: str) -> None:
    error = ended_badly("It ended", words, base=Path("/srv/mg"), log=Path("/srv/mg/log"))
    assert (error.code, error.what) == (code, what)


def test_the_full_disk_is_the_one_on_which_there_was_no_room(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "pg_wal").symlink_to(tmp_path / "other")
    words = 'PANIC:  could not write to file "pg_wal/xlogtemp.7": No space left on device\nLOG:  aborting\nthe end'
    error = ended_badly("It ended", words, base=tmp_path, log=tmp_path / "log")
    assert (error.code, error.what) == ("disk-full", f"It ended: the disk with {tmp_path / 'other'} is full.")


@pytest.mark.parametrize(
    ("reason", "log", "launched", "says"),
    [
        ("no answer", ["LOG:  automatic recovery in progress"], True, "replaying its log"),
        ("no answer", ["LOG:  redo starts at 0/1"], False, "replaying its log"),
        ("the database system is starting up", [], False, "the database system is starting up"),
        ("no answer", [], False, "killed server"),
        ("no answer", ["LOG:  ready"], True, "no answer"),
    ],
)
def test_why_one_waits(reason: str, log: list[str], launched: bool, says: str) -> None:
    assert says in waiting_for(reason, log, launched=launched)


@pytest.mark.parametrize("role", list(LOGINS))
@pytest.mark.parametrize("socket", ["/srv/mg/socket", "/srv/my shop/ä&b=c?#%", "/tmp/makegood-1"])
def test_an_address_reads_back_the_same_by_libpq_and_by_django(role: Role, socket: str) -> None:
    password, dbname = "p/@:%&=? ä", "shop 'one'/?"
    url = roles.connection_url(role, password=password, socket=Path(socket), dbname=dbname)
    assert conninfo_to_dict(url) == {
        "user": LOGINS[role], "password": password, "host": socket, "port": "5432", "dbname": dbname,
    }  # fmt: skip
    entry = databases({"DATABASE_URL": url})["default"]
    assert (entry["USER"], entry["PASSWORD"], entry["HOST"], entry["NAME"]) == (LOGINS[role], password, socket, dbname)


def test_passwords_are_made_once_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "postgres.json"
    made = roles.load_passwords(path, fresh=True)
    assert set(made) == set(LOGINS.values())
    assert len(set(made.values())) == len(made), "each login has its own"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert roles.load_passwords(path, fresh=False) == roles.load_passwords(path, fresh=True) == made


def test_passwords_half_written_are_completed_only_for_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "postgres.json"
    path.write_text(json.dumps({"mg_app": "kept"}), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        roles.load_passwords(path, fresh=False)
    assert refused.value.code == "passwords-missing"
    assert roles.load_passwords(path, fresh=True)["mg_app"] == "kept"


@pytest.mark.parametrize(
    ("found", "code", "remedy"),
    [
        ("18\n", None, ""),
        ("17\n", "other-postgres-version", "Dump it with the Makegood that made it"),
        ("9.6", "other-postgres-version", "Dump it with the Makegood that made it"),
        ("19", "other-postgres-version", "Install the newer Makegood"),
        ("", "other-postgres-version", "Dump it"),
        (None, "not-a-database", "Restore it from a backup"),
    ],
)
def test_whose_files_these_are(tmp_path: Path, found: str | None, code: str | None, remedy: str) -> None:
    if found is not None:
        (tmp_path / "PG_VERSION").write_text(found, encoding="ascii")
    if code is None:
        cluster.check_version(tmp_path)
        return
    with pytest.raises(Refused) as refused:
        cluster.check_version(tmp_path)
    assert refused.value.code == code
    assert refused.value.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("content", "pid", "socket"),
    [
        (None, None, None),
        ("", None, None),
        ("x\n", None, None),
        ("71\n", 71, None),
        ("71\n/d\n1\n5432\n\n", 71, None),
        ("71\n/d\n1\n5432\n/run/pg\n\n", 71, "/run/pg"),
    ],
)
def test_what_a_pid_file_says_while_it_is_written(
    tmp_path: Path, content: str | None, pid: int | None, socket: str | None
) -> None:
    if content is not None:
        (tmp_path / "postmaster.pid").write_text(content, encoding="utf-8")
    found = cluster.read_postmaster(tmp_path)
    assert (found and found.pid, found and found.socket) == (pid, socket and Path(socket))


def test_we_are_no_postmaster(tmp_path: Path) -> None:
    assert not cluster.is_postmaster(os.getpid(), tmp_path)
    assert not cluster.is_postmaster(2**22 + 1, tmp_path), "no process has such a number"


def test_one_who_waits_hears_a_sentence_every_few_seconds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said: list[str] = []
    server = EmbeddedServer(tmp_path, progress=said.append)
    clock = [1000.0]
    monkeypatch.setattr(embedded.time, "monotonic", lambda: clock[0])
    for second in range(8):
        clock[0] = 1000.0 + second
        server._tell(float(second), "it is slow")
    assert said == [f"Waiting for the embedded PostgreSQL since {at} s: it is slow." for at in (3, 6)]
    assert PROGRESS_EVERY == 3


def test_a_server_that_was_not_started_has_no_address(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "home")
    with pytest.raises(Refused) as refused:
        server.url("app")
    assert (refused.value.code, refused.value.remedy) == ("postgres-not-started", "Call start() first.")
    server.release()
    assert not (tmp_path / "home").exists(), "asking makes nothing"
