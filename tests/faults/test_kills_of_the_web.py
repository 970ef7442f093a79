"""The web server is killed and frozen while a provider's events arrive: what was answered 2xx is kept, and counts once.

`makegood up` with one worker and a web server of two processes. The provider says each event until it is answered, as
providers do. Half of the events it then says again now and then; the other half never, so that one which was answered
and lost would stay lost.
"""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connections

from makegood.balance.invariants import check_invariants
from makegood.config.serving import ANSWER
from makegood.plans.models import Plan
from makegood.testing.webhook_receiver import WebhookReceiver
from tests.cli.conftest import Cli
from tests.cli.test_up import until, up, workers_of
from tests.engine.recovery import counters, given_people, live, recovery, rows, states, turns
from tests.faults.asked import when_asked

CUSTOMERS, BACK = 1500, 150  # refunds that the provider took, and those of them that come back later
CLIENTS = 8
STRIKES = ["kill process"] * 8 + ["kill server"] * 4 + ["freeze process"] * 3 + ["freeze server"] * 2
Event = tuple[str, str, dict[str, Any]]  # its id, what it says, about what
PLAYBOOK = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: webhook}
"""


@dataclass(eq=False)
class Provider:
    """Says its events from several threads at once. `said` are those that were answered 2xx."""

    receiver: WebhookReceiver
    port: int
    events: deque[Event]
    said: set[str] = field(default_factory=set)
    again: list[Event] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    struck: threading.Event = field(default_factory=threading.Event)  # no more strikes

    @contextmanager
    def saying(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._say_all, args=[number]) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.struck.set()
            for thread in threads:
                thread.join()

    def _say_all(self, number: int) -> None:
        dice = random.Random(number)
        while True:
            event = self._next(dice)
            if event is None:
                if self.struck.is_set():
                    return
                time.sleep(0.05)
                continue
            status = self._say(*event)
            self.met[status] += 1
            if status == "204":
                self.said.add(event[0])
                if int(event[0].rpartition("-")[2]) % 2:
                    self.again.append(event)
            else:
                self.events.append(event)
            if not self.struck.is_set():
                time.sleep(dice.uniform(0.05, 0.4))

    def _next(self, dice: random.Random) -> Event | None:
        if self.again and dice.random() < 0.2:
            return dice.choice(self.again)
        try:
            return self.events.popleft()
        except IndexError:
            return None

    def _say(self, event: str, says: str, about: dict[str, Any]) -> str:
        headers, body = self.receiver.notice(says, event=event, **about)
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=4)
        try:
            web.request("POST", "/hooks/default/webhook/", body=body, headers=headers)
            answer = web.getresponse()
            answer.read()
            return str(answer.status)
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            web.close()


@when_asked
@pytest.mark.timeout(400)
def test_no_event_that_was_answered_is_lost_and_none_counts_twice(database, tmp_path) -> None:
    with WebhookReceiver() as receiver:
        plan = _taken(receiver, tmp_path)
        provider = Provider(receiver, _free_port(), _events())
        cli = Cli(database.environment | {"MAKEGOOD_WEB_PROCESSES": "2"}, tmp_path)
        with up(cli, "--workers", "1", "--web", "--bind", f"127.0.0.1:{provider.port}") as running:
            lines = _reading(running)
            until("two web processes", lambda: len(_processes(running.pid)) == 2)
            with provider.saying():
                killed = _strike(running.pid, random.Random(20_260_306))
            until("everything is heard", lambda: _heard() == CUSTOMERS + BACK)
            running.send_signal(signal.SIGTERM)
            assert running.wait(60) == 0
    connections.close_all()
    _look(plan, provider)
    said = " ".join(" ".join(lines).split())
    for pid in killed:
        assert f"The web server (pid {pid}) was killed by signal 9 (SIGKILL); starting it again." in said
    assert "Traceback" not in said


def _taken(receiver: WebhookReceiver, folder: Any) -> Plan:
    """Refunds that the firm's own system has taken in: what became of each it says later."""
    receiver.always = "pending"
    people = given_people(limit="100000000")
    live(people, "webhook", receiver.settings)
    made = recovery(folder, people, count=CUSTOMERS, playbook=PLAYBOOK)
    made.load()
    plan = turns(made.start("remedy"))
    assert states(plan) == {"accepted": CUSTOMERS}
    connections.close_all()
    return plan


def _events() -> deque[Event]:
    keys = [key for (key,) in rows("SELECT key FROM attempt WHERE epoch > 0 ORDER BY ordinal")]
    assert len(set(keys)) == CUSTOMERS
    found = [(f"done-{place}", "act.done", {"key": key, "version": 1}) for place, key in enumerate(keys)]
    found += [(f"back-{place}", "act.reversed", {"key": key, "version": 2}) for place, key in enumerate(keys[:BACK])]
    random.Random(3).shuffle(found)
    return deque(found)


def _strike(parent: int, dice: random.Random) -> list[int]:
    """Returns the process ids of the web servers that were killed: the supervisor starts each again."""
    order = list(STRIKES)
    dice.shuffle(order)
    killed = []
    for what in [*order, "freeze a process for good"]:
        time.sleep(dice.uniform(0.2, 1.0))
        server = _server(parent)
        until("web processes", lambda: len(_processes(parent)) == 2)
        process = dice.choice(_processes(parent))
        if what == "kill process":
            os.kill(process, signal.SIGKILL)
        elif what == "kill server":
            os.kill(server, signal.SIGKILL)
            killed.append(server)
            until("another web server", lambda gone=server: _server(parent) != gone)
        elif what == "freeze a process for good":  # its parent must find that out
            os.kill(process, signal.SIGSTOP)
            time.sleep(ANSWER)
            until("it was replaced", lambda gone=process: gone not in _processes(parent))
        else:
            frozen = process if what == "freeze process" else server
            os.kill(frozen, signal.SIGSTOP)
            time.sleep(dice.uniform(0.5, 4.0))
            os.kill(frozen, signal.SIGCONT)
    return killed


def _server(parent: int) -> int:
    """The child of `up` that has children of its own, as soon as it has."""
    until("a web server", lambda: any(workers_of(pid) for pid in workers_of(parent)))
    return next((pid for pid in workers_of(parent) if workers_of(pid)), 0)


def _processes(parent: int) -> list[int]:
    return [one for pid in workers_of(parent) for one in workers_of(pid)]


def _reading(running: Any) -> list[str]:
    """What `up` says from now on, read as it comes: a full pipe would stop it."""
    lines: list[str] = []
    threading.Thread(target=lambda: lines.extend(running.stderr), daemon=True).start()
    return lines


def _heard() -> int:
    """Events that a sweep has brought to their acts."""
    return int(rows("SELECT count(*) FROM heard WHERE state = 'taken'")[0][0])


def _look(plan: Plan, provider: Provider) -> None:
    print(f"answers: {dict(provider.met)}")
    kept = [event for (event,) in rows("SELECT event FROM notice")]
    assert provider.said - set(kept) == set(), "answered 2xx, and lost"
    assert len(kept) == len(set(kept)) == len(provider.said) == CUSTOMERS + BACK
    assert provider.met["204"] > CUSTOMERS + BACK, "some were said again"
    assert sum(provider.met.values()) - provider.met["204"] >= 5, "the strikes met no request"
    assert states(plan) == {"done": CUSTOMERS - BACK, "reversed": BACK}
    assert counters(plan) == {"done": CUSTOMERS - BACK, "failed": BACK}
    twice = "SELECT ordinal, answer FROM attempt WHERE epoch = 0 GROUP BY ordinal, answer HAVING count(*) > 1"
    assert rows(twice) == []
    assert check_invariants(deep=True) == []


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
