"""Two worker hosts on one PostgreSQL: `python -m benchmarks.two_hosts [customers]`, as root, with iproute2.

Two network namespaces stand for the hosts: each has an address of its own, a home of its own and one worker, and
reaches PostgreSQL over TCP only. The second host is admitted as a person would admit it. Both carry out one plan; then
every act is looked at: done once, one attempt, one effect, by which host.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.bench import ROOT, machine, one, say
from benchmarks.three import given_recovery, given_team
from django.core.management import call_command
from django.db import connection, connections
from psycopg import connect
from psycopg.conninfo import conninfo_to_dict

from makegood.acts.actions import apply_plan
from makegood.config.databases import point_at
from makegood.config.embedded import EmbeddedServer
from makegood.config.supervisor import worker_command
from makegood.plans.approve import approve_plan

HOSTS = {"mg-east": "10.83.1", "mg-west": "10.83.2"}  # namespace: the first three numbers of its network
IP = shutil.which("ip") or ""
_ADMIT = "from makegood.acts.lift import admit_home; admit_home(actor=1)"
_DJANGO = "import django; django.setup(); "
_BY_HOST = """
SELECT split_part(c.worker, ':', 2), count(DISTINCT c.id), count(*) FROM attempt a JOIN chunk c ON c.id = a.chunk_id
WHERE a.plan_id = %s AND a.answer = 'done' GROUP BY 1 ORDER BY 1
"""
_ONCE = """
SELECT (SELECT count(*) FROM act WHERE plan_id = %(plan)s AND state = 'done'),
       (SELECT count(*) FROM attempt WHERE plan_id = %(plan)s AND answer = 'done'),
       (SELECT count(DISTINCT ordinal) FROM attempt WHERE plan_id = %(plan)s AND answer = 'done'),
       (SELECT count(*) FROM attempt WHERE plan_id = %(plan)s AND answer <> 'done'),
       (SELECT count(*) FROM ledger_transfer), (SELECT count(*) FROM outbox_message)
"""


def main(customers: int) -> None:
    if problem := _cannot():
        say(f"Not shown here: {problem}")
        return
    say(machine())
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name, network in HOSTS.items():
            stack.enter_context(_host(name, network))
        listens = ",".join(f"{network}.1" for network in HOSTS.values())
        server = stack.enter_context(EmbeddedServer(place / "server", settings={"listen_addresses": listens}))
        stack.callback(connections.close_all)
        _let_in(server)
        os.environ["MAKEGOOD_HOME"] = str(place / "server")
        point_at(server.url("app"), server.url("owner"))
        call_command("migrate", database="owner", verbosity=0)
        _carry_out(server, place, customers, stack)


def _cannot() -> str:
    if os.geteuid() != 0:
        return "network namespaces need root."
    if not IP:
        return "there is no 'ip'; Debian's package is iproute2."
    tried = subprocess.run([IP, "netns", "add", "mg-try"], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        return f"this machine allows no network namespace ({tried.stderr.strip()})."
    subprocess.run([IP, "netns", "del", "mg-try"], check=False)
    return ""


@contextmanager
def _host(name: str, network: str) -> Iterator[None]:
    """A namespace with one wire to this machine: .1 is here, .2 there."""
    ours, theirs = f"{name}-0", f"{name}-1"
    _ip("netns", "add", name)
    try:
        _ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", name)
        _ip("addr", "add", f"{network}.1/24", "dev", ours)
        _ip("link", "set", ours, "up")
        _ip("-n", name, "addr", "add", f"{network}.2/24", "dev", theirs)
        _ip("-n", name, "link", "set", theirs, "up")
        _ip("-n", name, "link", "set", "lo", "up")
        yield
    finally:
        _ip("netns", "del", name)  # the wire goes with it


def _ip(*words: str) -> None:
    subprocess.run([IP, *words], check=True)


def _let_in(server: EmbeddedServer) -> None:
    """The server takes passwords from the two networks as it does from its socket."""
    with connect(server.url("admin", dbname="postgres"), autocommit=True) as admin:
        (file,) = admin.execute("SHOW hba_file").fetchone() or ("",)
        with Path(file).open("a", encoding="utf-8") as rules:
            rules.writelines(f"host all all {network}.0/24 scram-sha-256\n" for network in HOSTS.values())
        admin.execute("SELECT pg_reload_conf()")


def _carry_out(server: EmbeddedServer, place: Path, customers: int, stack: ExitStack) -> None:
    team = given_team()
    recovery = given_recovery(place / "recovery", "two-hosts", customers, team)
    recovery.load()
    plan = recovery.draft()
    approve_plan(plan.id, plan.digest, team.omar)
    workers = {}
    for number, (name, network) in enumerate(HOSTS.items()):
        environment = _environment(server, f"{network}.1", place / name)
        workers[name] = stack.enter_context(_worker(name, environment, place / f"{name}.log"))
        _wait("SELECT count(*) FROM installation", number + 1)
        if number:
            _there(name, environment, [sys.executable, "-c", _DJANGO + _ADMIT])
        _wait("SELECT count(*) FROM installation WHERE admitted_at IS NOT NULL", number + 1)
    started = time.perf_counter()
    apply_plan(plan.id, actor=team.maya.id)
    while one("SELECT state FROM plan WHERE id = %s", plan.id)[0] == "applying":
        time.sleep(0.2)
    took = time.perf_counter() - started
    state = one("SELECT state FROM plan WHERE id = %s", plan.id)[0]
    say(f"{plan.acts:,} acts in {took:.1f} s by two hosts, plan {state}")
    hosts = {str(pid): name for name, pid in workers.items()}
    with connection.cursor() as cursor:
        cursor.execute(_BY_HOST, [plan.id])
        for pid, chunks, acts in cursor.fetchall():
            say(f"{hosts.get(pid, pid)}: {chunks} chunks, {acts:,} acts")
        cursor.execute(_ONCE, {"plan": plan.id})
        done, attempts, once, other, transfers, messages = cursor.fetchone()
    say(f"{done:,} acts done, {attempts:,} attempts done, of {once:,} different acts; {other:,} other answers")
    say(f"effects: {transfers:,} ledger transfers, {messages:,} messages in the outbox")
    if not done == attempts == once == plan.acts == transfers + messages:
        raise SystemExit("Something was lost or done twice.")
    say("each act was carried out exactly once")


def _environment(server: EmbeddedServer, address: str, home: Path) -> dict[str, str]:
    home.mkdir()
    urls = {"DATABASE_URL": server.url("app"), "MAKEGOOD_OWNER_URL": server.url("owner")}
    over_tcp = {name: _over_tcp(url, address) for name, url in urls.items()}
    return {**os.environ, **over_tcp, "MAKEGOOD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "makegood.config.settings"}


def _over_tcp(url: str, address: str) -> str:
    words = conninfo_to_dict(url)
    return f"postgresql://{words['user']}:{words['password']}@{address}:{words['port']}/{words['dbname']}"


@contextmanager
def _worker(host: str, environment: dict[str, str], log: Path) -> Iterator[int]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            [IP, "netns", "exec", host, *worker_command()], env=environment, cwd=ROOT, stderr=out
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(60)


def _there(host: str, environment: dict[str, str], command: list[str]) -> None:
    subprocess.run([IP, "netns", "exec", host, *command], env=environment, cwd=ROOT, check=True)


def _wait(sql: str, count: int) -> None:
    until = time.monotonic() + 120
    while one(sql)[0] < count:
        if time.monotonic() > until:
            raise SystemExit(f"Nothing came after two minutes: {sql}")
        time.sleep(0.1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
