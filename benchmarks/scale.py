"""A whole recovery at N customers with three acts each: `python -m benchmarks.scale N [folder]`.

Load, draft, approve, carry out with one worker a core, balance, close. Prints seconds, acts a second, the highest
memory of each kind of process and the size of the database. With a folder it goes on where it was interrupted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.bench import ROOT, machine, one, say
from benchmarks.three import Recovery, Team, given_team, pushed, write
from django.core.management import call_command
from django.db import connections

from makegood.acts.actions import apply_plan
from makegood.balance.actions import close
from makegood.balance.queries import get_balance
from makegood.config.databases import point_at
from makegood.config.embedded import EmbeddedServer
from makegood.config.supervisor import worker_command
from makegood.people.models import Staff
from makegood.people.queries import Person
from makegood.plans.approve import approve_plan
from makegood.plans.models import Plan

MB = 1 << 20


@dataclass
class Peaks:
    """The highest memory of each kind of process below this one, in MB: all it touched (`VmHWM`), and its own without
    what it shares (`RssAnon`). A server process's VmHWM holds the pages of the common buffers it has looked at."""

    touched: dict[str, int] = field(default_factory=dict)
    own: dict[str, int] = field(default_factory=dict)

    def watch(self, over: threading.Event) -> None:
        while not over.wait(0.2):
            for pid, kind in _family():
                seen = _memory(pid)
                self.touched[kind] = max(self.touched.get(kind, 0), seen.get("VmHWM", 0) // 1024)
                self.own[kind] = max(self.own.get(kind, 0), seen.get("RssAnon", 0) // 1024)

    def line(self) -> str:
        kinds = (f"{kind} {self.touched[kind]} ({self.own[kind]} its own)" for kind in sorted(self.touched))
        return "highest memory, MB: " + ", ".join(kinds)


def _family() -> list[tuple[int, str]]:
    """Processes started by this one, directly or not, and their kinds."""
    parents, names = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            pid, parent = int(folder.name), _parent(int(folder.name))
            names[pid] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (OSError, IndexError):
            continue
        parents[pid] = parent
    found = [(os.getpid(), "this program")]
    for pid, name in names.items():
        if "makegood.kit.columns.child" in name and _ours(pid, parents):
            found.append((pid, "column engine"))
        elif "makegood.cli work" in name and _ours(pid, parents):
            found.append((pid, "worker"))
        elif name.startswith("postgres:") and parents.get(pid) in _SERVER:
            found.append((pid, "PostgreSQL process"))
    return found


_SERVER: set[int] = set()  # the postmaster's id: a daemon, no child of ours


def _ours(pid: int, parents: dict[int, int]) -> bool:
    while pid > 1 and pid != os.getpid():
        pid = parents.get(pid, 0)
    return pid == os.getpid()


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def _memory(pid: int) -> dict[str, int]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    return {line.split(":")[0]: int(line.split()[1]) for line in lines if line.startswith(("VmHWM", "RssAnon"))}


class Run:
    """The steps in order, each once: what is done and how long it took is kept beside the home."""

    def __init__(self, place: Path, customers: int) -> None:
        self.place, self.customers = place, customers
        self.notes = place / f"scale-{customers}.json"
        self.took: dict[str, float] = json.loads(self.notes.read_text()) if self.notes.exists() else {}

    def step(self, name: str, verb: Callable[[], object]) -> None:
        if name in self.took:
            say(f"{name:12} {self.took[name]:9.1f} s, earlier")
            return
        started = time.perf_counter()
        verb()
        self.took[name] = time.perf_counter() - started
        self.notes.write_text(json.dumps(self.took))
        say(f"{name:12} {self.took[name]:9.1f} s")


def main(customers: int, place: Path) -> None:
    say(machine())
    peaks, over = Peaks(), threading.Event()
    watching = threading.Thread(target=peaks.watch, args=(over,), daemon=True)
    with EmbeddedServer(place / "home") as server:
        os.environ |= {
            "MAKEGOOD_HOME": str(place / "home"),
            "DATABASE_URL": server.url("app"),
            "MAKEGOOD_OWNER_URL": server.url("owner"),
        }
        point_at(server.url("app"), server.url("owner"))
        call_command("migrate", database="owner", verbosity=0)
        _SERVER.add(_parent(one("SELECT pg_backend_pid()")[0]))
        watching.start()
        try:
            carry_through(Run(place, customers), customers, place)
        finally:
            over.set()
            watching.join()
            say(peaks.line())
            size = one("SELECT pg_database_size(current_database())")[0]
            say(f"database: {size // MB:,} MB")
            connections.close_all()


def carry_through(run: Run, customers: int, place: Path) -> None:
    folder, name = place / f"recovery-{customers}", f"scale-{customers}"
    team = _team()
    if not (folder / "contacts.parquet").exists():
        write(folder, name, customers)
    recovery = pushed(folder, team)
    run.step("load", recovery.load)
    run.step("draft", recovery.draft)
    plan = Plan.objects.filter(mistake=recovery.mistake).exclude(state="failed").get()
    run.step("approve", lambda: approve_plan(plan.id, plan.digest, team.omar))
    run.step("apply", lambda: apply_plan(plan.id, actor=team.maya.id))
    run.step("carry out", lambda: _carry_out(plan))
    say(f"{plan.acts:,} acts, {plan.acts / run.took['carry out']:,.0f} a second with {os.cpu_count()} workers")
    run.step("balance", lambda: _balance(recovery))
    run.step("close", lambda: close(recovery.mistake, actor=team.maya.id, reasons={}))


def _team() -> Team:
    people = {staff.name: staff for staff in Staff.objects.all()}
    if not people:
        return given_team()
    return Team(
        Person(
            people["Maya"].id, "Maya", people["Maya"].email, frozenset({"read", "report", "draft", "apply", "admin"})
        ),
        Person(people["Omar"].id, "Omar", people["Omar"].email, frozenset({"read", "approve"})),
    )


def _carry_out(plan: Plan) -> None:
    """One worker a core until the plan is at rest; says how far it is once a minute."""
    workers = [subprocess.Popen(worker_command(), cwd=ROOT) for _ in range(os.cpu_count() or 1)]
    try:
        said = time.monotonic()
        while one("SELECT state FROM plan WHERE id = %s", plan.id)[0] == "applying":
            time.sleep(0.2)
            if time.monotonic() - said > 60:
                said = time.monotonic()
                say(f"  {one('SELECT sum(done)::bigint FROM chunk WHERE plan_id = %s', plan.id)[0]:,} done")
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(60)


def _balance(recovery: Recovery) -> None:
    balance = get_balance(recovery.mistake)
    counts = {step.step: dict(step.counts) for step in balance.steps}
    say(f"{balance.accounted:,} of {balance.whole:,} accounted for, balanced: {balance.balanced}; {counts}")


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    if len(sys.argv) > 2:
        Path(sys.argv[2]).mkdir(parents=True, exist_ok=True)
        main(number, Path(sys.argv[2]).absolute())
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(number, Path(temporary))
