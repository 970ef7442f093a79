"""The embedded PostgreSQL when something was killed, lost or left lying about: real servers, real signals."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from makegood.config import embedded
from makegood.config.embedded import EmbeddedServer
from makegood.config.postgres import cluster, locks
from makegood.config.postgres.binaries import find_binaries
from makegood.config.postgres.layout import open_home
from makegood.kit.errors import Refused, Unavailable


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mg-"))
    folder.chmod(0o711)
    with EmbeddedServer(folder / "home") as server, psycopg.connect(server.url("owner")) as owner:
        owner.execute("CREATE TABLE promise (n int PRIMARY KEY)")
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture
def pid_file(home: Path) -> Iterator[Path]:
    assert locks.is_free(home / "postgres" / "server.lock"), "each test begins and ends without a server"
    yield home / "postgres" / "data" / "postmaster.pid"
    assert locks.is_free(home / "postgres" / "server.lock")


def count(server: EmbeddedServer) -> int:
    with psycopg.connect(server.url("ro")) as reader:
        row = reader.execute("SELECT count(*) FROM promise").fetchone()
    assert row is not None
    return int(row[0])


def pid_of(home: Path) -> int:
    found = cluster.read_postmaster(home / "postgres" / "data")
    assert found is not None
    return found.pid


def stale(pid: int, home: Path) -> str:
    data = home / "postgres" / "data"
    return f"{pid}\n{data}\n1700000000\n5432\n{home}/postgres/socket\n\n  1234567   9999999\nready   \n"


def test_every_acknowledged_row_survives_kill_9_of_the_postmaster(home: Path, pid_file: Path) -> None:
    acknowledged: list[int] = []
    enough = threading.Event()

    def insert() -> None:
        try:
            with psycopg.connect(server.url("app"), autocommit=True) as app:
                for n in range(1_000_000):
                    app.execute("INSERT INTO promise VALUES (%s)", [n])
                    acknowledged.append(n)
                    if n == 50:
                        enough.set()
        except psycopg.OperationalError:
            pass

    with EmbeddedServer(home) as server:
        writer = threading.Thread(target=insert)
        writer.start()
        assert enough.wait(60)
        os.kill(pid_of(home), signal.SIGKILL)
        writer.join()
        server.start()
        with psycopg.connect(server.url("ro")) as reader:
            kept = {row[0] for row in reader.execute("SELECT n FROM promise")}
        assert set(acknowledged) <= kept
        assert len(kept) - len(acknowledged) in {0, 1}, "at most the one whose answer was lost"


def test_a_start_waits_for_what_a_killed_server_left_behind(
    home: Path, pid_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = threading.Event()

    def listen(sentence: str) -> None:
        if sentence.endswith("what is left of a killed server has not ended yet."):
            waiting.set()

    with EmbeddedServer(home, progress=listen) as server:
        before = count(server)
        with psycopg.connect(server.url("app")) as session:
            frozen = session.info.backend_pid
            monkeypatch.setattr(embedded, "PROGRESS_EVERY", 0.1)
            os.kill(frozen, signal.SIGSTOP)
            os.kill(pid_of(home), signal.SIGKILL)
            starter = threading.Thread(target=server.start)
            starter.start()
            assert waiting.wait(60)
            assert starter.is_alive(), "a second postmaster on the same files would destroy them"
            os.kill(frozen, signal.SIGKILL)
            starter.join()
            session.close()
        assert count(server) == before


def test_a_pid_file_whose_number_now_belongs_to_another_program(home: Path, pid_file: Path) -> None:
    other = subprocess.Popen(["/bin/sleep", "600"])
    pid_file.write_text(stale(other.pid, home))
    (home / "postgres" / "socket" / ".s.PGSQL.5432.lock").write_text(stale(other.pid, home))
    try:
        with EmbeddedServer(home) as server:
            assert count(server) >= 0
            assert pid_of(home) != other.pid
        assert other.poll() is None, "the unrelated program is left alone"
    finally:
        other.kill()
        other.wait()


def test_releasing_signals_no_stranger(home: Path, pid_file: Path) -> None:
    other = subprocess.Popen(["/bin/sleep", "600"])
    pid_file.write_text(stale(other.pid, home))
    cluster.ask_to_stop(pid_file.parent)
    assert not cluster.is_postmaster(other.pid, pid_file.parent)
    assert other.poll() is None
    other.kill()
    other.wait()
    assert not cluster.is_postmaster(other.pid, pid_file.parent)
    pid_file.unlink()


def test_a_pid_file_of_a_zombie(home: Path, pid_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ZOMBIE_PATIENCE", 0.2)
    zombie = subprocess.Popen(["/bin/true"])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    pid_file.write_text(stale(zombie.pid, home))
    with EmbeddedServer(home) as server:
        assert count(server) >= 0
    zombie.wait()


@pytest.mark.parametrize("content", ["", "no number\n", "4194305\n"])
def test_a_damaged_or_dead_pid_file(home: Path, pid_file: Path, content: str) -> None:
    pid_file.write_text(content)
    if os.geteuid() == 0:
        owner = pid_file.parent.stat()
        os.chown(pid_file, owner.st_uid, owner.st_gid)
    with EmbeddedServer(home) as server:
        assert count(server) >= 0


def test_a_server_started_by_hand_is_not_taken_over(home: Path, pid_file: Path) -> None:
    place, _ = open_home(home)
    with EmbeddedServer(home):
        pass
    with locks.opened(home / "another.lock") as other:
        cluster.launch(place, find_binaries(), settings={}, living=other)
    while not (found := cluster.read_postmaster(place.cluster)) or not cluster.is_postmaster(found.pid, place.cluster):
        time.sleep(0.02)
    with pytest.raises(Refused, match=f"PostgreSQL with pid {found.pid} was started on .*, but not by Makegood"):
        EmbeddedServer(home).start()
    os.kill(found.pid, signal.SIGINT)
    while cluster.is_postmaster(found.pid, place.cluster):
        time.sleep(0.02)


def test_a_half_made_set_up_of_roles_is_finished(home: Path, pid_file: Path) -> None:
    with EmbeddedServer(home) as server:
        with psycopg.connect(server.url("admin", dbname="postgres"), autocommit=True) as admin:
            admin.execute("COMMENT ON DATABASE makegood IS NULL")
            admin.execute("ALTER ROLE mg_app PASSWORD NULL")
            admin.execute("REVOKE ALL ON DATABASE makegood FROM mg_ro")
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            psycopg.connect(server.url("app"))
    with EmbeddedServer(home) as server, psycopg.connect(server.url("app")) as app:
        app.execute("SELECT 1")
        assert count(server) >= 0


def test_roles_without_their_database_are_completed(home: Path, pid_file: Path) -> None:
    with EmbeddedServer(home) as server, psycopg.connect(server.url("admin", dbname="postgres")) as admin:
        admin.autocommit = True
        admin.execute(sql.SQL("ALTER DATABASE makegood RENAME TO {}").format(sql.Identifier("kept aside")))
    with EmbeddedServer(home) as server:
        with psycopg.connect(server.url("owner")) as owner:
            owner.execute("CREATE TABLE promise (n int)")
        assert count(server) == 0
        with psycopg.connect(server.url("admin", dbname="postgres"), autocommit=True) as admin:
            admin.execute("DROP DATABASE makegood")
            admin.execute('ALTER DATABASE "kept aside" RENAME TO makegood')


def test_leftovers_of_a_killed_initdb_are_redone(home: Path) -> None:
    fresh = home.with_name("half")
    base = fresh / "postgres"
    (base / "data.unfinished" / "base").mkdir(parents=True)
    (base / "data.unfinished" / "PG_VERSION").write_text("18\n")
    (base / "initdb.password").write_text("old")
    base.chmod(0o711)
    fresh.chmod(0o711)
    with EmbeddedServer(fresh) as server, psycopg.connect(server.url("app")) as app:
        app.execute("SELECT 1")
    assert not (base / "data.unfinished").exists()
    assert not (base / "initdb.password").exists()


def test_killed_while_initdb_runs_then_started_again(home: Path) -> None:
    fresh = home.with_name("killed")
    script = "import sys; from pathlib import Path; from makegood.config.embedded import EmbeddedServer\n"
    script += "EmbeddedServer(Path(sys.argv[1])).start()"
    first = subprocess.Popen([sys.executable, "-c", script, str(fresh)])
    while not (fresh / "postgres" / "data.unfinished" / "PG_VERSION").exists():
        assert first.poll() is None
        time.sleep(0.005)
    first.kill()
    first.wait()
    assert not (fresh / "postgres" / "data").exists()
    # initdb itself was not killed and may still write: the start waits for its lock before it clears up.
    with EmbeddedServer(fresh) as server, psycopg.connect(server.url("app")) as app:
        app.execute("SELECT 1")


def test_a_server_that_cannot_start_says_why_at_once(home: Path, pid_file: Path) -> None:
    with pytest.raises(Unavailable) as failed:
        EmbeddedServer(home, settings={"shared_buffers": "plenty"}).start()
    assert 'invalid value for parameter "shared_buffers": "plenty"' in failed.value.what
    assert str(home / "postgres" / "log" / "postgresql.log") in failed.value.remedy
    with EmbeddedServer(home) as server:
        assert count(server) >= 0


def test_a_large_log_is_put_aside(home: Path, pid_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = home / "postgres" / "log" / "postgresql.log"
    monkeypatch.setattr(cluster, "LOG_LIMIT", log.stat().st_size - 1)
    old = log.read_text()
    with EmbeddedServer(home):
        assert log.with_suffix(".old.log").read_text() == old
        assert "ready to accept connections" in log.read_text()


def test_an_error_log_holds_no_personal_values(home: Path, pid_file: Path) -> None:
    with EmbeddedServer(home) as server, psycopg.connect(server.url("owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE person (mail text PRIMARY KEY)")
        owner.execute("INSERT INTO person VALUES ('ada@example.org')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("INSERT INTO person VALUES ('ada@example.org')")
    log = (home / "postgres" / "log" / "postgresql.log").read_text()
    assert "duplicate key value" in log
    assert "ada@example.org" not in log
