"""Clocks that are set while real workers are at work: the database's, and the wall clock of the workers' host.

What is promised holds at every step: everybody is paid once and nothing is lost. The one limit is a database's clock
that is set *forward* by more than is left of a lease: then two workers may hold a chunk, and a mail that is under way
at that moment may go twice.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from makegood.balance.invariants import check_invariants, check_provider_total
from makegood.plans.models import Plan
from makegood.testing.clock import SetClock
from tests.engine.killing import SlowMail, SlowProvider, Workers
from tests.engine.recovery import POLICY, SCOPE, contacts, counters, given_people, live, recovery, rows, states
from tests.faults.asked import when_asked

CUSTOMERS = 900
LEASE, CONNECTIONS = 2, 4
SAFE = LEASE / 2  # a lease is renewed after a third of it: two thirds are left at least, but for a busy machine
PLAYBOOK = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: http}
      - {id: tell-refund, do: tell, message: refund, channels: [email], after: [refund]}
waves: [{size: 20%}, {size: 30%}, {size: rest}]
doubtful: resend
"""
# By how many seconds the database's clock is wrong, one step after the other.
STEPS: dict[str, list[float]] = {
    "less-than-a-lease": [0.9, 0, -0.9, 0, 0.6, -0.3, 0.5, 0],
    "back": [-20, -40, -60, -3600, -3620, 0],
    "forward": [20, 60, 3600, 7200, 7230],
    "both": [20, 0, 3600, -3600, 0, -20, 40, 0],
}
AT_RISK = "SELECT id, claimed_to - settled_to FROM chunk WHERE provider = 'email' AND claimed_to > settled_to"


@dataclass
class Seen:
    """In how many steps somebody had an open window, and how many mails were claimed when it went forward by more than
    is surely left of a lease."""

    in_window: int = 0
    at_risk: int = 0


@when_asked
@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", STEPS)
def test_the_databases_clock_is_set_while_workers_are_at_it(database, tmp_path, name) -> None:
    shifts = STEPS[name]
    clock = SetClock(database.admin_url)
    connections.close_all()  # connections from before keep the real clock
    with closing(clock), SlowMail() as mail, SlowProvider(log=tmp_path / "effects.log") as pay:
        mail.latency, pay.latency = 0.15, 0.04
        plan = _planned(tmp_path, mail, pay)
        with Workers(_environment(database), database.home, 3, tmp_path / "workers.log"):
            seen = _step(clock.set, shifts, random.Random(name))
            mail.latency = pay.latency = 0.0
            plan = _until_done(plan, clock, shifts[-1])
    # Set back, the clock lets everything that waits wait longer: then nobody may be at work for a while.
    assert seen.in_window >= len(shifts) * (0.5 if name == "back" else 0.8), "the steps were not at work's time"
    _look(plan, mail, tmp_path, repeats=seen.at_risk)


@when_asked
@pytest.mark.timeout(400)
def test_the_wall_clock_of_the_workers_host_is_of_no_account(database, tmp_path) -> None:
    """Leases, waits and pace go by the database's clock, sends by one that nobody sets."""
    wrong = tmp_path / "wrong"
    wrong.write_text("0")
    environment = _environment(database) | {"MAKEGOOD_TEST_WALL": str(wrong)}
    with SlowMail() as mail, SlowProvider(log=tmp_path / "effects.log") as pay:
        mail.latency, pay.latency = 0.15, 0.04
        plan = _planned(tmp_path, mail, pay)
        with Workers(environment, database.home, 3, tmp_path / "workers.log"):
            shifts = [5, -5, 86400, -86400, 40 * 365 * 86400, -40 * 365 * 86400, 30]
            seen = _step(lambda ahead: _put(wrong, ahead), shifts, random.Random(7))
            mail.latency = pay.latency = 0.0
            plan = _until_done(plan)
    assert seen.in_window >= len(shifts) - 1
    _look(plan, mail, tmp_path, repeats=0)


def _put(path: Path, seconds: float) -> None:
    whole = path.with_suffix(".new")
    whole.write_text(str(seconds))
    whole.replace(path)


def _environment(database: Any) -> dict[str, str]:
    return {
        **database.environment,
        "MAKEGOOD_LEASE_SECONDS": str(LEASE),
        "MAKEGOOD_SWEEP_SECONDS": "0.3",
        "MAKEGOOD_CONNECTIONS": str(CONNECTIONS),
    }


def _planned(tmp_path: Path, mail: SlowMail, pay: SlowProvider) -> Plan:
    people = given_people(limit="100000000")
    live(people, "email", {**mail.settings, "bounce_window": 0})
    live(people, "http", json.loads(json.dumps(pay.settings).replace("facts.order", "facts.order_number")))
    made = recovery(
        tmp_path,
        people,
        scope=SCOPE.replace("columns:\n", "columns:\n  order_number: {type: text, merge: first}\n"),
        policy=POLICY,
        playbook=PLAYBOOK,
        affected="customer,extra,order_number\n" + "".join(f"c{n},{n % 90 + 1}.50,o{n}\n" for n in range(CUSTOMERS)),
        contacts="customer,name,email,address\n" + contacts(CUSTOMERS, first=0),
    )
    made.load()
    return made.start("remedy")


def _step(put: Callable[[float], None], shifts: list[float], dice: random.Random) -> Seen:
    """Sets the clock again and again, each time at a random moment at which somebody has an open window."""
    seen, was = Seen(), 0.0
    for ahead in shifts:
        deadline = time.monotonic() + 20
        open_now = False
        while not open_now and time.monotonic() < deadline:
            while not _open() and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(dice.uniform(0.0, 0.1))
            open_now = bool(_open())
        seen.in_window += open_now
        before = dict(rows(AT_RISK))
        put(ahead)
        after = dict(rows(AT_RISK))
        if ahead - was > SAFE:
            seen.at_risk += sum(max(before.get(chunk, 0), after.get(chunk, 0)) for chunk in before | after)
        was = ahead
        time.sleep(dice.uniform(0.3, 1.3 * LEASE))
    return seen


def _open() -> int:
    """Chunks with an open window, whatever the clock says of their leases."""
    return int(rows("SELECT count(*) FROM chunk WHERE state = 'open' AND claimed_to > settled_to")[0][0])


def _until_done(plan: Plan, clock: SetClock | None = None, ahead: float = 0.0) -> Plan:
    """What waits, waits by the clock as it was then, up to ten minutes: time passes while nobody works."""
    deadline, idle = time.monotonic() + 240, time.monotonic()
    while (now := Plan.objects.get(id=plan.id)).state == "applying":
        assert time.monotonic() < deadline, states(plan)
        time.sleep(0.2)
        idle = time.monotonic() if _open() else idle
        if clock is not None and time.monotonic() - idle > 3:
            ahead, idle = ahead + 700, time.monotonic()
            clock.set(ahead)
    return now


def _look(plan: Plan, mail: SlowMail, folder: Path, *, repeats: int) -> None:
    assert (plan.state, states(plan)) == ("done", {"done": 2 * CUSTOMERS})
    assert counters(plan) == {"done": 2 * CUSTOMERS}
    effects = [json.loads(line) for line in (folder / "effects.log").read_text().splitlines()]
    assert len(effects) == len({effect["key"] for effect in effects}) == CUSTOMERS, "each is paid once"
    mailed = Counter(message.recipient for message in mail.messages)
    again = sum(times - 1 for times in mailed.values())
    print(f"{len(mail.messages)} mails, {again} of them again; {repeats} were claimed when the clock went too far")
    assert len(mailed) == CUSTOMERS
    assert again <= repeats
    total = sum(int(effect["amount"].replace(".", "")) for effect in effects)
    assert check_invariants(deep=True) + check_provider_total("http", "EUR", total) == []
    assert "nobody foresaw" not in (folder / "workers.log").read_text()
