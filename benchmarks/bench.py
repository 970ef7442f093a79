"""What the benchmarks share: a server of its own, worker processes, sinks, processor seconds, ratios."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

os.environ["DJANGO_SETTINGS_MODULE"] = "makegood.config.settings"
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from makegood.acts.actions import apply_plan  # noqa: E402
from makegood.config.databases import point_at  # noqa: E402
from makegood.config.embedded import EmbeddedServer  # noqa: E402
from makegood.config.supervisor import worker_command  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def machine() -> str:
    """One line on what this ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {memory} GiB, {platform.system()} {platform.machine()}, Python " + (
        f"{platform.python_version()}, Django {django.__version__}; load before: {load:.1f}"
    )


@contextmanager
def installation() -> Iterator[Path]:
    """A fresh installation with the settings of a real one; yields a folder for whatever the benchmark writes."""
    with tempfile.TemporaryDirectory() as place, EmbeddedServer(Path(place) / "home") as server:
        os.environ |= {
            "MAKEGOOD_HOME": str(Path(place) / "home"),
            "DATABASE_URL": server.url("app"),
            "MAKEGOOD_OWNER_URL": server.url("owner"),
        }
        point_at(server.url("app"), server.url("owner"))
        call_command("migrate", database="owner", verbosity=0)
        yield Path(place)
        connections.close_all()


def one(sql: str, *params: object) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return cursor.fetchone()


@contextmanager
def workers(count: int, *, module: str = "") -> Iterator[list[int]]:
    """Worker processes as `makegood up` starts them (or as `module` does), past their start-up; yields their ids."""
    before = one("SELECT coalesce(max(id), 0) FROM procrastinate_workers")[0]
    command = [sys.executable, "-m", module] if module else worker_command()
    started = [subprocess.Popen(command, env=os.environ.copy(), cwd=ROOT) for _ in range(count)]
    try:
        while one("SELECT count(*) FROM procrastinate_workers WHERE id > %s", before)[0] < count:
            time.sleep(0.05)
        yield [process.pid for process in started]
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(60)


def applied(plan: int, actor: int) -> None:
    apply_plan(plan, actor=actor)


def carried_out(plan: int, actor: int) -> tuple[int, float]:
    """Applies the plan and waits for the workers: acts done, seconds from before the apply to the last result."""
    started = time.perf_counter()
    begin = one("SELECT clock_timestamp()")[0]
    apply_plan(plan, actor=actor)
    while one("SELECT state FROM plan WHERE id = %s", plan)[0] == "applying":
        time.sleep(0.1)
        if time.perf_counter() - started > 3600:
            raise SystemExit("The plan is not at rest after an hour.")
    count, last = one(
        "SELECT count(*), max(settled_at) FROM act WHERE plan_id = %s AND state IN ('done', 'accepted')", plan
    )
    return count, (last - begin).total_seconds()


@dataclass(frozen=True)
class Sink:
    port: int
    pid: int
    taken: Callable[[], int]
    moments: Callable[[], list[float]]


@contextmanager
def sink(kind: str, latency: int = 0) -> Iterator[Sink]:
    """A sink in a process of its own that answers after `latency` milliseconds; `taken` says how much it has taken so
    far, `moments` when (HTTP only)."""
    command = [sys.executable, "-m", "benchmarks.sinks", kind, str(latency)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    asking, telling = pipes(process)

    def taken() -> int:
        asking.write("\n")
        asking.flush()
        return int(telling.readline())

    def moments() -> list[float]:
        asking.write("moments\n")
        asking.flush()
        return [float(moment) for moment in telling.readline().split()]

    try:
        yield Sink(int(telling.readline()), process.pid, taken, moments)
    finally:
        asking.close()
        process.wait(10)


def pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    """Its standard input and output."""
    if process.stdin is None or process.stdout is None:
        raise SystemExit("A process was started without pipes.")
    return process.stdin, process.stdout


def side_by_side(commands: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Starts processes that print `ready`, lets them go at once: seconds until the last says that it is done, and the
    processor seconds between, which is what each then prints."""
    running = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for command in commands
    ]
    for process in running:
        if pipes(process)[1].readline() != "ready\n":
            raise SystemExit(f"{' '.join(process.args)} did not start")
    started = time.perf_counter()
    for process in running:
        pipes(process)[0].close()
    used = [pipes(process)[1].readline() for process in running]
    spent = time.perf_counter() - started
    if any([process.wait() for process in running]):  # noqa: C419 - every one is waited for
        raise SystemExit("A bare client failed; its message is above.")
    return spent, sum(float(one) for one in used)


def processor_seconds(pid: int) -> float:
    """User and system time of a process, of its dead children and of its living ones (PostgreSQL's backends)."""
    ticks = _ticks(pid, (11, 12, 13, 14))
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with suppress(OSError):  # it has ended meanwhile, and counts as a dead one next time
            ticks += _ticks(int(child), (11, 12))
    return ticks / TICKS


def _ticks(pid: int, places: Sequence[int]) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(fields[place]) for place in places)


def postmaster() -> int:
    """The parent of our backend."""
    (backend,) = one("SELECT pg_backend_pid()")
    return _ticks(backend, (1,))


@contextmanager
def counted(spent: dict[str, float], **pids: Sequence[int]) -> Iterator[None]:
    """Adds the processor seconds that groups of processes use meanwhile to `spent`, by the group's name."""
    before = {name: sum(map(processor_seconds, group)) for name, group in pids.items()}
    yield
    for name, group in pids.items():
        spent[name] = spent.get(name, 0) + sum(map(processor_seconds, group)) - before[name]


def figures(name: str, ratios: Sequence[float], *, aim: str) -> str:
    told = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    return f"{name}: {statistics.median(ratios):.2f} (median of {told}; {aim})"
