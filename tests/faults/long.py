"""Real kills of the whole stack: workers, PostgreSQL, both at once; workers that freeze and wake. Hours, if asked.

    python -m tests.faults.long --log kills.jsonl --kills 500 --freezes 50 --postgres 100 --both 50

Each run carries out 20,000 acts (a refund over HTTP and a mail for each of 10,000 customers) on a PostgreSQL of its own
with fsync on, and strikes at seeded moments, whenever somebody is at work. A line of JSON is added to the log for each
run; started again with the same log, the program goes on where it was. The last line it prints is the sum.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from tests.faults.serving import EmbeddedServer

T = TypeVar("T")
DURABLE = {"max_connections": "200"}
LEASE, CONNECTIONS = 2, 4
PER_RUN = {"kill": 36, "freeze": 4, "postgres": 8, "both": 4}
WINDOW = 64
PLAYBOOK = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: http}
      - {id: tell-refund, do: tell, message: refund, channels: [email], after: [refund]}
waves: [{size: 5%}, {size: 5%}, {size: 10%}, {size: 10%}, {size: 10%}, {size: 20%}, {size: 20%}, {size: rest}]
doubtful: DOUBTFUL
"""
MAIL_COMES = 20  # seconds in which a wave's refunds are through and its mail begins
TAKEN_OVER = 20  # seconds in which somebody takes a frozen worker's chunks over


@dataclass
class Run:
    """What is struck in one run, and what was seen. `journal` False: a killed worker's log is lost as well."""

    seed: int
    doubtful: str
    journal: bool
    events: dict[str, int]
    customers: int
    struck: Counter[str] = field(default_factory=Counter)
    in_window: int = 0
    doubtful_begun: int = 0
    doubtful_most: int = 0
    windows_hit: int = 0
    frozen: list[tuple[list[tuple[int, int]], set[tuple[int, str]], str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    seconds: int = 0

    def as_line(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "doubtful": self.doubtful,
            "journal": self.journal,
            "customers": self.customers,
            **{f"struck_{name}": self.struck[name] for name in PER_RUN},
            "ended_by_itself": self.struck["worker ended by itself"],
            "did_not_stop_when_asked": self.struck["did not stop when asked"],
            "in_an_open_window": self.in_window,
            "mails_begun_and_not_ended": self.doubtful_begun,
            "most_at_one_kill": self.doubtful_most,
            "windows_hit": self.windows_hit,
            **self.seen,
            "problems": self.problems,
            "seconds": self.seconds,
        }


class Stack:
    """The server, the workers, the two sinks, and one plan that is carried out."""

    def __init__(self, run: Run, server: EmbeddedServer, database: Any, folder: Path) -> None:
        from tests.engine.killing import SlowMail, SlowProvider, Workers

        self.run, self.server, self.database, self.folder = run, server, database, folder
        self.dice = random.Random(run.seed)
        self.mail, self.pay = SlowMail(), SlowProvider(log=folder / "effects.log")
        self.mail.latency, self.pay.latency = 0.2, 0.04
        environment = {
            **database.environment,
            "MAKEGOOD_LEASE_SECONDS": str(LEASE),
            "MAKEGOOD_SWEEP_SECONDS": "0.3",
            "MAKEGOOD_CONNECTIONS": str(CONNECTIONS),
        }
        self.workers = Workers(environment, database.home, 3, folder / "workers.log")

    def carry_out(self) -> None:
        with self.mail, self.pay:
            self.plan = self._planned()
            with self.workers:
                self._strike()
                self.mail.latency = self.pay.latency = 0.0
                self._until_done()
                self._stop()
            self._look()

    def _planned(self) -> Any:
        from tests.engine.recovery import POLICY, SCOPE, contacts, given_people, live, recovery

        people = given_people(limit="100000000")
        live(people, "email", self.mail.settings)
        live(people, "http", json.loads(json.dumps(self.pay.settings).replace("facts.order", "facts.order_number")))
        count = self.run.customers
        made = recovery(
            self.folder,
            people,
            scope=SCOPE.replace("columns:\n", "columns:\n  order_number: {type: text, merge: first}\n"),
            policy=POLICY,
            playbook=PLAYBOOK.replace("DOUBTFUL", self.run.doubtful),
            affected="customer,extra,order_number\n" + "".join(f"c{n},{n % 90 + 1}.50,o{n}\n" for n in range(count)),
            contacts="customer,name,email,address\n" + contacts(count, first=0),
        )
        made.load()
        return made.start("remedy")

    # -- striking

    def _strike(self) -> None:
        order = [what for what, count in self.run.events.items() for _ in range(count)]
        self.dice.shuffle(order)
        for number, what in enumerate(order):
            if not self._anybody_at_work():
                return
            # However late the strikes come, the work must not be through before the last of them.
            ahead = len(self.mail.messages) / self.run.customers > number / len(order)
            self.mail.latency = 1.0 if ahead else 0.2
            if self.dice.random() < 0.5:
                self._await_mail()
            time.sleep(self.dice.uniform(0.02, 0.4))
            if not self._anybody_at_work():  # it may lie between two windows of everybody: a strike there proves little
                return
            getattr(self, f"_{what}")()
            self.run.struck[what] += 1
            self._refill()

    def _kill(self) -> None:
        hit = self.workers.kill(self._victim())
        self._note(hit)

    def _freeze(self) -> None:
        victim = self._victim()
        hit = self.workers.freeze(victim)
        self._note(hit, frozen=True)
        held = [(chunk, epoch) for chunk, epoch, _ in hit.chunks]
        begun = {(chunk, ordinal) for chunk, epoch in held for ordinal in self.workers.begun(chunk, epoch)}
        deadline = time.monotonic() + TAKEN_OVER
        taken: list[tuple[int, int]] = []
        while held and len(taken) < len(held) and time.monotonic() < deadline:
            time.sleep(0.3)
            taken = [(chunk, epoch) for chunk, epoch in held if self._epoch(chunk) > epoch]
        woken_at = str(self._rows("SELECT clock_timestamp()")[0][0])
        self.workers.wake(victim)
        self.run.frozen.append((taken, begun, woken_at))

    def _postgres(self) -> None:
        windows = self._open_windows()
        self._kill_postgres()
        self.run.in_window += bool(windows)
        self.run.windows_hit += windows

    def _both(self) -> None:
        windows = self._open_windows()
        victim = self._victim()
        self._kill_postgres(also=victim)
        self.run.in_window += bool(windows)
        self.run.windows_hit += windows
        self.workers.alive.remove(victim)
        for chunk, epoch, _ in self._rows("SELECT id, epoch, provider FROM chunk WHERE worker LIKE %s", f"%:{victim}"):
            self.run.doubtful_begun += self.workers._doubtful(chunk, epoch)

    def _kill_postgres(self, also: int | None = None) -> None:
        from django.db import connections

        pid = int((self.server.home / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
        if also is not None:
            os.kill(also, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
        connections.close_all()
        self.server.start()

    def _note(self, hit: Any, *, frozen: bool = False) -> None:
        run = self.run
        run.in_window += bool(hit.chunks)
        run.windows_hit += len(hit.chunks)
        run.doubtful_begun += hit.doubtful
        run.doubtful_most = max(run.doubtful_most, hit.doubtful)
        if not run.journal and not frozen:
            for chunk, epoch, _ in hit.chunks:
                for path in (self.workers.home / "acts").glob(f"*-{chunk}-{epoch}.log"):
                    path.unlink()

    def _victim(self) -> int:
        return self.dice.choice(self._again(self.workers.busy) or self.workers.alive)

    def _anybody_at_work(self) -> bool:
        """Waits until somebody has an open window; false when the plan has ended before."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self._refill()
            if self._again(self.workers.busy):
                return True
            if self._state() != "applying":
                return False
            time.sleep(0.01)
        return self._state() == "applying"

    def _await_mail(self) -> None:
        """On a busy machine every strike came before the first mail of its wave."""
        deadline = time.monotonic() + MAIL_COMES
        while time.monotonic() < deadline and not self._again(lambda: self.workers.busy("email")):
            self._refill()
            time.sleep(0.01)

    def _refill(self) -> None:
        """Starts workers in the place of those that ended, as the supervisor does."""
        alive = self._living()
        self.run.struck["worker ended by itself"] += len(self.workers.alive) - len(alive)
        self.workers.alive[:] = alive
        while len(self.workers.alive) < self.workers.count:
            self.workers.spawn()

    def _until_done(self) -> None:
        deadline = time.monotonic() + 900
        while self._state() == "applying" and time.monotonic() < deadline:
            self._refill()
            time.sleep(0.3)

    def _stop(self) -> None:
        """Asks the workers to stop; one that has not within a minute is counted."""
        for pid in self.workers.alive:
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 60
        while (left := self._living()) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.run.struck["did not stop when asked"] += len(left)

    def _living(self) -> list[int]:
        return [pid for pid in self.workers.alive if Path(f"/proc/{pid}").exists()]

    # -- looking

    def _look(self) -> None:
        from makegood.balance.invariants import check_invariants, check_provider_total
        from makegood.journal.actions import seal
        from makegood.journal.queries import verify
        from tests.engine.recovery import counters, states

        run, count = self.run, self.run.customers
        counted, state = states(self.plan), self._state()
        effects = [json.loads(line) for line in (self.folder / "effects.log").read_text().splitlines()]
        paid = Counter(effect["key"] for effect in effects)
        mailed = Counter(message.recipient for message in self.mail.messages)
        told = "SELECT count(*) FROM act WHERE plan_id = %s AND kind = 'tell' AND state IN ('done', 'accepted')"
        repeats = sum(times - 1 for times in mailed.values())
        run.seen = {
            "acts_settled": counted.get("done", 0) + counted.get("accepted", 0),
            "unknown": counted.get("unknown", 0),
            "paid": len(paid),
            "paid_twice": sum(1 for times in paid.values() if times > 1),
            "not_paid": count - len(paid),
            "mails": sum(mailed.values()),
            "mail_repeats": repeats,
            "told_and_never_mailed": max(0, self._rows(told, self.plan.id)[0][0] - len(mailed)),
            "late_rows_of_frozen": sum(self._late(*one) for one in run.frozen),
            "frozen_and_taken_over": sum(len(taken) for taken, _, _ in run.frozen),
        }
        lost = 2 * count - sum(counted.values())
        problems = {
            f"the plan is {state}": state != "done",
            f"acts are {counted}": bool(set(counted) - {"done", "accepted", "unknown"}),
            f"{lost} acts are lost": lost != 0,
            f"{run.seen['paid_twice']} were paid twice": run.seen["paid_twice"] > 0,
            f"{run.seen['not_paid']} were not paid": run.seen["not_paid"] > 0,
            f"{run.seen['told_and_never_mailed']} are called told and were not": run.seen["told_and_never_mailed"] > 0,
            f"the counters are {counters(self.plan)}": sum(counters(self.plan).values()) != 2 * count,
            f"a frozen worker wrote {run.seen['late_rows_of_frozen']} rows": run.seen["late_rows_of_frozen"] > 0,
            f"{repeats} repeats in spite of hold": run.doubtful == "hold" and repeats > 0,
            f"{repeats} repeats, more than were under way": run.doubtful == "resend" and repeats > self._most_repeats(),
            f"{counted.get('unknown')} unknown with resend": run.doubtful == "resend" and run.journal
            and counted.get("unknown", 0) > 0,
        }  # fmt: skip
        run.problems += [what for what, wrong in problems.items() if wrong]
        run.problems += [finding.what for finding in check_invariants(deep=True)]
        total = sum(int(effect["amount"].replace(".", "")) for effect in effects)
        run.problems += [finding.what for finding in check_provider_total("http", "EUR", total)]
        seal()
        run.problems += [finding.what for finding in verify().findings]
        words = (self.folder / "workers.log").read_text()
        if (place := words.find("nobody foresaw")) >= 0:
            run.problems.append(f"a worker met an error that nobody foresaw: {words[place : place + 4000]}")

    def _most_repeats(self) -> int:
        """With the journal: what was begun and not ended. Without: a window for each that was open."""
        return self.run.doubtful_begun if self.run.journal else WINDOW * self.run.windows_hit

    def _late(self, taken: Sequence[tuple[int, int]], begun: set[tuple[int, str]], woken_at: str) -> int:
        sql = "SELECT count(*) FROM attempt WHERE chunk_id = %s AND epoch = %s AND at > %s"
        return sum(self._rows(sql, chunk, epoch, woken_at)[0][0] for chunk, epoch in taken)

    def _state(self) -> str:
        return str(self._rows("SELECT state FROM plan WHERE id = %s", self.plan.id)[0][0])

    def _epoch(self, chunk: int) -> int:
        return int(self._rows("SELECT epoch FROM chunk WHERE id = %s", chunk)[0][0])

    def _open_windows(self) -> int:
        sql = "SELECT count(*) FROM chunk WHERE claimed_to > settled_to AND lease_until > clock_timestamp()"
        return int(self._rows(sql)[0][0])

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        from tests.engine.recovery import rows

        return self._again(lambda: rows(sql, *values))

    def _again(self, ask: Callable[[], T]) -> T:
        """The server may be recovering still: asked again for half a minute."""
        from django.db import DatabaseError, connections

        for _ in range(60):
            try:
                return ask()
            except DatabaseError:
                connections.close_all()
                time.sleep(0.5)
        return ask()


def one_run(run: Run) -> Run:
    from tests.conftest import fresh_database, with_template

    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        with EmbeddedServer(Path(folder) / "server", settings=DURABLE) as server:
            with_template(server)
            with fresh_database(server, Path(folder)) as database:
                Stack(run, server, database, Path(folder)).carry_out()
    run.seconds = round(time.monotonic() - started)
    return run


def summed(lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    total: Counter[str] = Counter()
    for line in lines:
        total.update({name: value for name, value in line.items() if type(value) is int and name != "seed"})
    total["most_at_one_kill"] = max((line["most_at_one_kill"] for line in lines), default=0)
    strikes = sum(total[f"struck_{name}"] for name in PER_RUN)
    share = f"{100 * total['in_an_open_window'] // max(1, strikes)} %"
    problems = [what for line in lines for what in line["problems"]]
    return {"runs": len(lines), "strikes": strikes, "hit_an_open_window": share, **total, "problems": problems}


def read_log(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.faults.long")
    asked.add_argument("--log", type=Path, required=True)
    for name, count in (("kills", 500), ("freezes", 50), ("postgres", 100), ("both", 50)):
        asked.add_argument(f"--{name}", type=int, default=count)
    asked.add_argument("--customers", type=int, default=10_000)
    asked.add_argument("--first", type=int, default=1, help="seed of the first run; another for a second log")
    asked.add_argument("--minutes", type=int, default=600, help="starts no new run after these")
    given = asked.parse_args()
    wanted = {"kill": given.kills, "freeze": given.freezes, "postgres": given.postgres, "both": given.both}
    ends = time.monotonic() + 60 * given.minutes
    while time.monotonic() < ends:
        lines = read_log(given.log)
        left = {name: count - sum(line[f"struck_{name}"] for line in lines) for name, count in wanted.items()}
        if all(count <= 0 for count in left.values()):
            break
        events = {name: max(0, min(left[name], most)) for name, most in PER_RUN.items()}
        kind = [("resend", True), ("hold", True), ("resend", False), ("hold", False)][len(lines) % 4]
        run = one_run(Run(given.first + len(lines), kind[0], kind[1], events, given.customers))
        with given.log.open("a") as log:
            log.write(json.dumps(run.as_line()) + "\n")
        print(json.dumps(run.as_line()), flush=True)
    total = summed(read_log(given.log))
    print(json.dumps(total, indent=1))
    return int(bool(total["problems"]))


if __name__ == "__main__":
    raise SystemExit(main())
