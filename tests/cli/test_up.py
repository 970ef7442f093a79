"""`up` keeps workers alive, refuses a second one, and stops in order."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from tests.cli.conftest import Cli
from tests.conftest import Database

from makegood.config.supervisor import Supervisor

PATIENCE = 60  # seconds until a test gives up waiting


def workers_of(parent: int) -> list[int]:
    found = []
    for one in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = one.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(one.parent.name))
    return sorted(found)


def until(what: str, true: object) -> None:
    end = time.monotonic() + PATIENCE
    while not true():  # type: ignore[operator] # a callable
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.05)


@contextmanager
def up(cli: Cli, *words: str) -> Iterator[subprocess.Popen[str]]:
    web = () if "--web" in words else ("--no-web",)
    running = cli.start("up", *words, *web)
    assert running.stderr is not None
    try:
        said = ""
        while "Ctrl-C stops it." not in " ".join(said.split()):
            line = running.stderr.readline()
            assert line, said
            said += line
        yield running
    finally:
        if running.poll() is None:
            running.send_signal(signal.SIGINT)
        running.wait(PATIENCE)
        running.stdout.close()
        running.stderr.close()


def heard(database: Database) -> int:
    with psycopg.connect(database.app_url) as db:
        return int(db.execute("SELECT count(*) FROM procrastinate_workers").fetchone()[0])


def test_workers_run_are_restarted_when_killed_and_stop_on_ctrl_c(cli: Cli, database: Database) -> None:
    cli("people")
    with up(cli, "--workers", "2") as running:
        until("two workers", lambda: heard(database) == 2)
        first = workers_of(running.pid)
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        until("another worker", lambda: len(workers_of(running.pid)) == 2 and first[0] not in workers_of(running.pid))
        second = cli("up", "--no-web", code=1)
        assert f"`makegood up` already runs for {cli.environment['MAKEGOOD_HOME']} with pid" in second.said
        assert f"pid {running.pid}." in second.said
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=PATIENCE)
    assert running.returncode == 130
    said = " ".join(err.split())
    assert f"Worker 1 (pid {first[0]}) was killed by signal 9 (SIGKILL); starting it again." in said or (
        f"Worker 2 (pid {first[0]}) was killed by signal 9 (SIGKILL); starting it again." in said
    )
    assert said.endswith("and the same command goes on from there.")
    assert "Traceback" not in err and out == ""
    assert not any(Path(f"/proc/{pid}").exists() for pid in first)
    assert (Path(cli.environment["MAKEGOOD_HOME"]) / "up.lock").read_text() == ""


def test_sigterm_stops_in_order_with_exit_code_0_and_the_journal_is_sealed(cli: Cli, database: Database) -> None:
    cli("people")
    with up(cli, "--workers", "1") as running:
        with psycopg.connect(database.app_url, autocommit=True) as db:
            until("a seal", lambda: db.execute("SELECT count(*) FROM seal").fetchone()[0])
        (worker,) = workers_of(running.pid)
        running.terminate()
        _, err = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0
    assert err.splitlines()[-1] == "Makegood is down."
    assert not Path(f"/proc/{worker}").exists()


def test_workers_stop_when_up_itself_is_killed(cli: Cli, database: Database) -> None:
    cli("people")
    with up(cli, "--workers", "1") as running:
        until("a worker", lambda: heard(database) == 1)
        (worker,) = workers_of(running.pid)
        running.kill()
        until("no worker", lambda: not Path(f"/proc/{worker}").exists() or zombie(worker))
    with up(cli, "--workers", "1"):
        pass


def zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_one_worker_alone_stops_on_sigterm(cli: Cli, database: Database) -> None:
    cli("people")
    worker = cli.start("work")
    until("the worker", lambda: heard(database) == 1)
    worker.terminate()
    _, err = worker.communicate(timeout=PATIENCE)
    assert (worker.returncode, err) == (0, "")


def test_a_database_that_goes_away_and_comes_back_is_lines_not_tracebacks(cli: Cli, database: Database) -> None:
    cli("people")
    with up(cli, "--workers", "1") as running:
        until("the worker", lambda: heard(database) == 1)
        with psycopg.connect(database.admin_url, autocommit=True) as db:
            mine = "datname = current_database() AND pid <> pg_backend_pid()"
            db.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}")
        cli("brand", "set", "default", "--zone", "Europe/Berlin")
        with psycopg.connect(database.app_url, autocommit=True) as db:
            until("sealed again", lambda: db.execute("SELECT sum(cardinality(ids)) >= 3 FROM seal").fetchone()[0])
        running.terminate()
        _, err = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0
    assert "Traceback" not in err


class DyingServer:
    """A server that is found dead once."""

    def __init__(self) -> None:
        self.dead, self.starts = True, 0

    def watch(self, timeout: float | None = None) -> bool:
        return self.dead

    def start(self) -> None:
        self.dead, self.starts = False, self.starts + 1


def test_a_worker_that_cannot_live_is_started_with_growing_pauses_and_a_dead_server_at_once() -> None:
    said: list[str] = []
    server = DyingServer()
    supervisor = Supervisor(["/bin/sh", "-c", "exit 3"], workers=1, server=server, say=said.append)

    def say(sentence: str) -> None:
        said.append(sentence)
        if sum("exit code 3" in one for one in said) == 3:
            os.kill(os.getpid(), signal.SIGTERM)

    supervisor._say = say
    before = signal.getsignal(signal.SIGTERM)
    assert supervisor.run() == signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before
    assert said[0] == "PostgreSQL ended; starting it again."
    assert server.starts == 1
    assert supervisor._workers[0].pause == pytest.approx(2.0)
