"""The embedded PostgreSQL when all goes well: one home, real servers, several processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from makegood.config.embedded import EmbeddedServer, Role, UpLock
from makegood.config.postgres import cluster, locks
from makegood.kit.errors import Refused

QUICK = {"fsync": "off"}

# A second user of one home in a process of its own: says that it is there, then waits for a line or its death.
USER = """
import sys
from pathlib import Path
from makegood.config.embedded import EmbeddedServer
with EmbeddedServer(Path(sys.argv[1]), settings={"fsync": "off"}):
    print("there", flush=True)
    sys.stdin.readline()
"""


def open_folder() -> Path:
    # Not tmp_path: as root that is closed to the server's user, which is a case of its own.
    folder = Path(tempfile.mkdtemp(prefix="mg-"))
    folder.chmod(0o711)
    return folder


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """The home of `server`, which runs for all tests of this file."""
    folder = open_folder()
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(home, settings=QUICK) as running:
        yield running
    assert is_down(home), "the last user leaves no server behind"


@pytest.fixture(scope="module")
def quiet() -> Iterator[Path]:
    """A home without a server between the tests."""
    folder = open_folder()
    with EmbeddedServer(folder / "home", settings=QUICK):
        pass
    yield folder / "home"
    assert is_down(folder / "home")
    shutil.rmtree(folder)


def is_down(home: Path) -> bool:
    return locks.is_free(home / "postgres" / "server.lock")


def pid_of(home: Path) -> int:
    found = cluster.read_postmaster(home / "postgres" / "data")
    assert found is not None
    return found.pid


def ask(server: EmbeddedServer, query: str, role: Role = "app") -> object:
    with psycopg.connect(server.url(role)) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def second_user(home: Path) -> subprocess.Popen[str]:
    user = subprocess.Popen(
        [sys.executable, "-c", USER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert user.stdout is not None
    assert user.stdout.readline() == "there\n"
    return user


def leave(user: subprocess.Popen[str]) -> None:
    user.communicate("go\n")
    assert user.returncode == 0


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("role", "login"), [("owner", "mg_owner"), ("app", "mg_app"), ("ro", "mg_ro"), ("admin", "postgres")]
)
def test_each_role_connects_with_its_own_login(server: EmbeddedServer, role: Role, login: str) -> None:
    assert ask(server, "SELECT current_user || ' ' || current_database()", role) == f"{login} makegood"


def test_the_cluster_is_made_as_decided(server: EmbeddedServer) -> None:
    expected = {
        "server_encoding": "UTF8",
        "data_checksums": "on",
        "TimeZone": "UTC",
        "jit": "off",
        "listen_addresses": "",
        "idle_in_transaction_session_timeout": "10min",
        "max_connections": "100",
        "max_wal_size": "1GB",
        "shared_buffers": "128MB",
        "password_encryption": "scram-sha-256",
    }
    assert {name: ask(server, f"SELECT current_setting('{name}')") for name in expected} == expected
    assert (
        ask(server, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname='makegood'") == "bC.UTF-8"
    )
    assert ask(server, "SELECT current_setting('server_version_num')::int / 10000") == 18


def test_a_wrong_password_is_refused(server: EmbeddedServer) -> None:
    url = server.url("app")
    login = url.removeprefix("postgresql://").partition("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.replace(login, "mg_app:guess"))
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(url.replace(login, "postgres"))


def test_passwords_are_random_and_scram_only(server: EmbeddedServer, home: Path) -> None:
    passwords = json.loads((home / "secrets" / "postgres.json").read_text())
    assert set(passwords) == {"postgres", "mg_owner", "mg_app", "mg_ro"}
    assert len(set(passwords.values())) == 4
    assert min(len(word) for word in passwords.values()) == 32
    stored = "SELECT bool_and(rolpassword LIKE 'SCRAM-SHA-256$%') FROM pg_authid WHERE rolcanlogin"
    assert ask(server, stored, "admin") is True


def test_no_tcp_port_is_open(server: EmbeddedServer, home: Path) -> None:
    sockets = {os.readlink(f) for f in Path(f"/proc/{pid_of(home)}/fd").iterdir() if f.is_symlink()}
    inodes = {name.removeprefix("socket:[").rstrip("]") for name in sockets if name.startswith("socket:[")}

    def inodes_in(table: str, column: int) -> set[str]:
        return {line.split()[column] for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]}

    assert inodes & inodes_in("unix", 6), "the one door it has"
    assert not inodes & (inodes_in("tcp", 9) | inodes_in("tcp6", 9))


def test_folders_and_secrets_are_private(server: EmbeddedServer, home: Path) -> None:
    base = home / "postgres"
    assert [mode(base / name) for name in ("data", "socket", "log")] == [0o700] * 3
    assert mode(home / "secrets") == 0o700
    private = [home / "secrets" / "postgres.json", base / "log" / "postgresql.log", base / "users.lock"]
    assert [mode(path) for path in private] == [0o600] * 3
    assert mode(home) & 0o066 == 0
    assert not (base / "data.unfinished").exists()
    assert not (base / "initdb.password").exists()


def test_the_server_never_runs_as_root(server: EmbeddedServer, home: Path) -> None:
    owner = os.stat(f"/proc/{pid_of(home)}").st_uid
    assert owner != 0
    assert (home / "postgres" / "data").stat().st_uid == owner
    groups = [line for line in Path(f"/proc/{pid_of(home)}/status").read_text().splitlines() if line[:7] == "Groups:"]
    if os.geteuid() == 0:
        assert groups[0].split()[1:] == [], "root's groups are dropped too"


def test_the_environment_cannot_move_server_or_client(
    server: EmbeddedServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PGPORT": "6000", "PGHOST": "nowhere.invalid", "PGUSER": "x", "PGDATA": "/nowhere"}.items():
        monkeypatch.setenv(name, value)
    server.release()
    server.start()
    assert ask(server, "SELECT current_setting('port')") == "5432"
    assert b"PGDATA" not in Path(f"/proc/{pid_of(home)}/environ").read_bytes()


def test_app_reads_and_writes_what_the_owner_makes_but_makes_nothing(server: EmbeddedServer) -> None:
    with psycopg.connect(server.url("owner")) as owner:
        owner.execute("CREATE TABLE note (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, word text)")
        owner.execute("CREATE SEQUENCE counter")
        owner.execute("CREATE FUNCTION three() RETURNS int LANGUAGE sql AS 'SELECT 3'")
    with psycopg.connect(server.url("app"), autocommit=True) as app:
        app.execute("INSERT INTO note (word) VALUES ('sorry'), ('again')")
        app.execute("UPDATE note SET word = 'made good' WHERE word = 'sorry'")
        app.execute("DELETE FROM note WHERE word = 'again'")
        assert app.execute("SELECT nextval('counter'), three()").fetchone() == (1, 3)
        for forbidden in (
            "CREATE TABLE mine (id int)",
            "CREATE TEMPORARY TABLE mine (id int)",
            "CREATE SCHEMA mine",
            "ALTER TABLE note ADD COLUMN more text",
            "DROP TABLE note",
            "TRUNCATE note",
            "SET ROLE mg_owner",
            "CREATE ROLE other",
            "CREATE DATABASE other",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                app.execute(forbidden)
    assert ask(server, "SELECT string_agg(word, ',') FROM note", "ro") == "made good"


def test_the_reader_writes_nothing_even_after_lifting_its_read_only_flag(server: EmbeddedServer) -> None:
    with psycopg.connect(server.url("ro"), autocommit=True) as reader:
        with pytest.raises(errors.ReadOnlySqlTransaction):
            reader.execute("INSERT INTO note (word) VALUES ('x')")
        reader.execute("SET default_transaction_read_only = off")
        for forbidden in ("INSERT INTO note (word) VALUES ('x')", "SELECT nextval('counter')", "SELECT three()"):
            with pytest.raises(errors.InsufficientPrivilege):
                reader.execute(forbidden)


@pytest.mark.parametrize("dbname", ["postgres", "template1"])
def test_only_the_admin_enters_the_maintenance_databases(server: EmbeddedServer, dbname: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(server.url("app", dbname=dbname))
    with psycopg.connect(server.url("admin", dbname=dbname)) as admin:
        assert admin.info.dbname == dbname


def test_another_database_gets_the_same_grants(server: EmbeddedServer) -> None:
    for _ in range(2):
        server.prepare("second_one")
    with psycopg.connect(server.url("owner", dbname="second_one")) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS note (word text)")
    with psycopg.connect(server.url("app", dbname="second_one"), autocommit=True) as app:
        app.execute("INSERT INTO note VALUES ('x')")
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mine (id int)")


def test_starting_twice_changes_nothing(server: EmbeddedServer, home: Path) -> None:
    before, url = pid_of(home), server.url("app")
    server.start()
    assert (pid_of(home), server.url("app")) == (before, url)


def test_a_second_process_attaches_and_only_the_last_one_stops_the_server(quiet: Path) -> None:
    first = EmbeddedServer(quiet, settings=QUICK)
    first.start()
    pid = pid_of(quiet)
    user = second_user(quiet)
    assert pid_of(quiet) == pid
    first.release()
    assert not is_down(quiet), "the second user still needs it"
    leave(user)
    assert is_down(quiet)


def test_the_starter_may_go_first(quiet: Path) -> None:
    user = second_user(quiet)
    pid = pid_of(quiet)
    with EmbeddedServer(quiet) as second:
        leave(user)
        assert pid_of(quiet) == pid
        assert ask(second, "SELECT 1") == 1
    assert is_down(quiet)


def test_a_user_killed_outright_no_longer_counts(quiet: Path) -> None:
    user = second_user(quiet)
    user.kill()
    user.communicate()
    assert not is_down(quiet), "kill -9 cannot clean up after itself"
    with EmbeddedServer(quiet) as next_user:
        assert ask(next_user, "SELECT 1") == 1
    assert is_down(quiet)


def test_leaving_python_releases(quiet: Path) -> None:
    script = USER.replace("with EmbeddedServer", "s = EmbeddedServer").replace(":\n    print", ")\ns.start()\nprint")
    script = script.replace('{"fsync": "off"}))', '{"fsync": "off"})').replace("    sys.stdin.readline()", "")
    ended = subprocess.run([sys.executable, "-c", script, str(quiet)], capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.stderr) == ("there\n", "")
    assert is_down(quiet)


def test_a_forked_child_that_leaves_does_not_release_for_its_parent(server: EmbeddedServer, home: Path) -> None:
    child = os.fork()
    if child == 0:
        server.release()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert ask(server, "SELECT 1") == 1
    # Our own lock still counts: another user that comes and goes is not the last.
    leave(second_user(home))
    assert not is_down(home)


def test_many_processes_may_start_a_new_home_at_once(quiet: Path) -> None:
    fresh = quiet.with_name("together")
    command = [sys.executable, "-c", USER, str(fresh)]
    users = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = {user.stdout.readline() for user in users if user.stdout}
    assert said == {"there\n"}
    log = (fresh / "postgres" / "log" / "postgresql.log").read_text()
    assert log.count("starting PostgreSQL") == 1
    for user in users:
        leave(user)
    assert is_down(fresh)


def test_watch_tells_when_the_server_ends_and_start_brings_it_back(server: EmbeddedServer, home: Path) -> None:
    assert server.watch(timeout=0.05) is False
    before = pid_of(home)
    os.kill(before, signal.SIGKILL)
    assert server.watch() is True
    assert server.watch() is True, "a dead one stays dead"
    server.start()
    assert pid_of(home) != before
    assert server.watch(timeout=0) is False
    assert ask(server, "SELECT 1") == 1


def test_before_start_and_after_release_there_is_no_url(quiet: Path) -> None:
    server = EmbeddedServer(quiet)
    with pytest.raises(Refused, match="Call start"):
        server.url("app")
    with server:
        assert server.url("app").startswith("postgresql://mg_app:")
    with pytest.raises(Refused, match="Call start"):
        server.watch()
    server.release()


def test_a_second_up_is_refused_and_told_who_has_it(quiet: Path) -> None:
    script = "import sys; from pathlib import Path; from makegood.config.embedded import UpLock\n"
    script += "UpLock(Path(sys.argv[1])).acquire(); print('up', flush=True); sys.stdin.readline()"
    command = [sys.executable, "-c", script, str(quiet)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "up\n"
    with pytest.raises(Refused) as refused:
        UpLock(quiet).acquire()
    assert str(refused.value).startswith(f"`makegood up` already runs for {quiet} with pid {holder.pid}. ")
    assert refused.value.code == "already-up"
    holder.kill()
    holder.communicate()
    with UpLock(quiet), pytest.raises(Refused, match=f"with pid {os.getpid()}"):
        UpLock(quiet).acquire()
    with UpLock(quiet):
        assert (quiet / "up.lock").read_text() == f"{os.getpid()}\n"


def test_the_ballast_is_real_and_listed(server: EmbeddedServer, home: Path) -> None:
    ballast = home / "postgres" / "ballast"
    if shutil.disk_usage(home).free < 2 * cluster.FREE_FOR_BALLAST:
        pytest.skip("too little free space on this machine for a ballast")
    assert ballast.stat().st_blocks * 512 >= 64 * 1024 * 1024
