"""The disk fills up under PostgreSQL while acts are carried out, and is emptied again: workers wait, nothing is lost,
nothing happens twice, a person reads why, and the run goes on to its balance.

`makegood up` with its own PostgreSQL on a real small disk: with everything on it (`home`), with the log of PostgreSQL
alone (`log`: it dies and cannot even recover) or with its tables alone (`tables`: it lives and refuses). The guard that
stops acts before the disk is full is switched off for `home`, and cannot see the others; with it (`guarded`) PostgreSQL
never meets the wall.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections

from makegood.acts.actions import resume_plan
from makegood.acts.queries import list_unknown
from makegood.acts.sendlog import forget_name
from makegood.balance.invariants import check_invariants, check_provider_total
from makegood.config.databases import point_at
from makegood.config.embedded import EmbeddedServer
from makegood.journal.actions import seal
from makegood.journal.queries import verify
from makegood.kit.home import home
from makegood.plans.models import Plan
from tests.cli.conftest import Cli
from tests.cli.test_up import until, up
from tests.engine.killing import SlowMail, SlowProvider
from tests.engine.recovery import POLICY, SCOPE, contacts, counters, given_people, live, recovery, states
from tests.faults.asked import when_asked

CUSTOMERS = 1_200
TIMES = 3  # that the disk is full in a run
WORKERS, JOBS, CONNECTIONS = 2, 4, 4
SIZES = {"home": 420, "guarded": 420, "log": 96, "tables": 120}  # MB
MOVED = {"log": "pg_wal", "tables": "base"}  # of the database's folder, to the small disk
SMALL_LOG = "max_wal_size = '48MB'\nmin_wal_size = '32MB'\ncheckpoint_timeout = '30s'\n"
OF_THE_DISK = re.compile(r"No space left on device|disk with \S+ (is full|has)|disk is full|MB are free")
PLAYBOOK = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: http}
      - {id: tell-refund, do: tell, message: refund, channels: [email], after: [refund]}
waves: [{size: 10%}, {size: 30%}, {size: rest}]
"""


@dataclass
class Small:
    """A disk of its own."""

    place: Path

    def fill(self, *, leave: int) -> None:
        """Others are writing to it at the same time: whatever is left then is taken once more."""
        for number in range(20):
            room = shutil.disk_usage(self.place).free - leave
            if room <= 0:
                return
            with suppress(OSError), (self.place / f"full-{number}").open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, room)

    def empty(self) -> None:
        for path in self.place.glob("full-*"):
            path.unlink()


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[Small]:
    place.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}m,mode=0711", "makegood", place], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("this user may not mount a small disk")
    try:
        yield Small(place)
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


@contextmanager
def installed(place: Path) -> Iterator[EmbeddedServer]:
    """Tables in an installation's own PostgreSQL, and this process beside it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MAKEGOOD_HOME", str(place))
        home.cache_clear()
        forget_name()
        with EmbeddedServer(place) as server:
            with (place / "postgres" / "data" / "postgresql.conf").open("a") as file:
                file.write(SMALL_LOG)
            _reload(server)
            point_at(server.url("app"), server.url("owner"))
            call_command("migrate", database="owner", verbosity=0)
            yield server
            connections.close_all()
        home.cache_clear()
        forget_name()


@dataclass
class Run:
    """One recovery, the stack that carries it out, and everything that a person could read."""

    kind: str
    disk: Small
    folder: Path
    mail: SlowMail
    pay: SlowProvider
    lines: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    plan: Any = None
    actor: int = 0
    progress: int = 0

    def strike(self, server: EmbeddedServer, dice: random.Random) -> None:
        """The disk is full for some seconds, again and again, each time while acts are under way."""
        for _ in range(TIMES):
            self._moves_on()
            self.disk.fill(leave=20_000_000 if self.kind == "guarded" else dice.choice([0, 0, 60_000]))
            if self.kind == "log":
                _next_segments(server)
            time.sleep(dice.uniform(4.0, 8.0))
            self.progress = self._done()
            self.disk.empty()

    def _moves_on(self) -> None:
        """Waits until acts take effect again; a person resumes what was stopped."""
        wanted = self.progress + 60
        until("acts go on", lambda: self._looked_after() and self._done() >= min(wanted, 2 * CUSTOMERS))

    def finish(self) -> None:
        self.mail.latency = self.pay.latency = 0.0
        until("the end", lambda: self._looked_after() and self._state() == "done")

    def _looked_after(self) -> bool:
        with suppress(DatabaseError):
            if self._state() == "stopped":
                self.reasons.append(Plan.objects.get(id=self.plan.id).reason)
                resume_plan(self.plan.id, actor=self.actor)
        return True

    def _state(self) -> str:
        """Nothing while the database is away."""
        try:
            return Plan.objects.get(id=self.plan.id).state
        except DatabaseError:
            connections.close_all()
            return ""

    def _done(self) -> int:
        return len(self.pay.effects) + len(self.mail.messages)


@when_asked
@pytest.mark.timeout(400)
@pytest.mark.parametrize("kind", SIZES)
def test_a_full_disk_loses_nothing_and_the_run_goes_on_when_there_is_room(tmp_path, kind) -> None:
    with (
        small_disk(_reachable(kind), SIZES[kind]) as disk,
        SlowMail() as mail,
        SlowProvider(log=tmp_path / "log") as pay,
    ):
        place = disk.place / "home" if kind not in MOVED else disk.place.with_name("home")
        with installed(place) as server:
            run = Run(kind, disk, tmp_path, mail, pay)
            _plan(run)
            if kind in MOVED:
                _move(server, place, MOVED[kind], disk.place)
            with up(Cli(_environment(place, kind), tmp_path), "--workers", str(WORKERS)) as running:
                threading.Thread(target=lambda: run.lines.extend(running.stderr), daemon=True).start()
                run.strike(server, random.Random(kind))
                run.finish()
                running.send_signal(signal.SIGTERM)
                assert running.wait(60) == 0
            _look(run)
    shutil.rmtree(disk.place.parent, ignore_errors=True)


def _reachable(kind: str) -> Path:
    """A place that the server's own user can enter: pytest's folders are closed to it when root runs the tests."""
    import tempfile

    above = Path(tempfile.mkdtemp(prefix=f"makegood-disk-{kind}-"))
    above.chmod(0o711)
    return above / "disk"


def _environment(place: Path, kind: str) -> dict[str, str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.endswith(("DATABASE_URL", "OWNER_URL"))
    }
    guard = {} if kind == "guarded" else {"MAKEGOOD_FREE_SPACE": "0"}
    return {
        **environment,
        **guard,
        "MAKEGOOD_HOME": str(place),
        "MAKEGOOD_BALLAST": "0",
        "MAKEGOOD_LEASE_SECONDS": "2",
        "MAKEGOOD_SWEEP_SECONDS": "0.3",
        "MAKEGOOD_CONNECTIONS": str(CONNECTIONS),
    }


def _plan(run: Run) -> None:
    run.mail.latency, run.pay.latency = 0.15, 0.05
    people = given_people(limit="100000000")
    live(people, "email", {**run.mail.settings, "bounce_window": 0})
    live(people, "http", json.loads(json.dumps(run.pay.settings).replace("facts.order", "facts.order_number")))
    made = recovery(
        run.folder,
        people,
        scope=SCOPE.replace("columns:\n", "columns:\n  order_number: {type: text, merge: first}\n"),
        policy=POLICY,
        playbook=PLAYBOOK,
        affected="customer,extra,order_number\n" + "".join(f"c{n},{n % 90 + 1}.50,o{n}\n" for n in range(CUSTOMERS)),
        contacts="customer,name,email,address\n" + contacts(CUSTOMERS, first=0),
    )
    made.load()
    run.plan, run.actor = made.start("remedy"), people.maya.id
    connections.close_all()


def _move(server: EmbeddedServer, place: Path, part: str, disk: Path) -> None:
    """Stops PostgreSQL and puts a part of its files on another disk, as people do."""
    server.release()
    found = place / "postgres" / "data" / part
    subprocess.run(["cp", "-a", found, disk / part], check=True)
    shutil.rmtree(found)
    found.symlink_to(disk / part)
    server.start()


def _reload(server: EmbeddedServer) -> None:
    with psycopg.connect(server.url("admin"), autocommit=True) as admin:
        admin.execute("SELECT pg_reload_conf()")


def _next_segments(server: EmbeddedServer) -> None:
    """The log goes on to its next files, for which there is no room: PostgreSQL dies of it."""
    with suppress(psycopg.Error), psycopg.connect(server.url("admin"), autocommit=True) as admin:
        for _ in range(12):
            admin.execute("SELECT pg_switch_wal()")
            admin.execute("SELECT pg_logical_emit_message(false, 'makegood', 'something')")


def _look(run: Run) -> None:
    plan, said = Plan.objects.get(id=run.plan.id), " ".join(" ".join([*run.lines, *run.reasons]).split())
    effects = [json.loads(line) for line in (run.folder / "log").read_text().splitlines()]
    mailed = Counter(message.recipient for message in run.mail.messages)
    counted = states(plan)
    print(f"{run.kind}: {counted}, {len(mailed)} of {sum(mailed.values())} mails; stopped: {run.reasons}")
    print("".join(sorted({re.sub(r"\d+", "#", line) for line in run.lines})))
    assert plan.state == "done"
    assert set(counted) <= {"done", "unknown"} and sum(counted.values()) == 2 * CUSTOMERS, counted
    assert len(effects) == len({effect["key"] for effect in effects}) == CUSTOMERS, "each is paid once"
    assert sum(mailed.values()) == len(mailed), "nobody is written to twice"
    # Where the send log is on the full disk itself, it cannot say how a send ended: that is in doubt, and listed.
    doubtful = counted.get("unknown", 0)
    assert doubtful <= (TIMES * WORKERS * JOBS * CONNECTIONS if run.kind == "home" else 0)
    assert len(list_unknown(plan.mistake, limit=1000)) == doubtful
    assert len(mailed) >= CUSTOMERS - doubtful
    assert counters(plan) == {name: count for name, count in counted.items() if count}
    total = sum(int(effect["amount"].replace(".", "")) for effect in effects)
    assert check_invariants(deep=True) + check_provider_total("http", "EUR", total) == []
    seal()
    assert verify().findings == []
    assert OF_THE_DISK.search(said), said
    assert "nobody foresaw" not in said
    assert "Traceback" not in said
