"""5,000 acts by workers that are killed twenty times and frozen five times: nothing lost, nobody paid twice."""

from __future__ import annotations

import json
import random
import time
from collections import Counter

import pytest
from django.db import connections

from makegood.acts.actions import settle_unknown
from makegood.journal.actions import seal
from makegood.journal.queries import verify
from makegood.people.models import Connection
from makegood.plans.models import Plan
from tests.engine.killing import SlowMail, SlowProvider, Workers
from tests.engine.recovery import POLICY, SCOPE, contacts, given_people, recovery, rows, states

CUSTOMERS = 2_500
KILLS, FREEZES = 20, 5
LEASE, CONNECTIONS, JOBS = 2, 4, 4
PLAYBOOK = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: PROVIDER}
      - {id: tell-refund, do: tell, message: refund, channels: [email], after: [refund]}
doubtful: DOUBTFUL
"""


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("doubtful", "provider"), [("resend", "http"), ("hold", "store-credit")])
def test_killed_and_frozen_workers_lose_nothing_and_pay_nobody_twice(database, tmp_path, doubtful, provider):
    with SlowMail() as mail, SlowProvider(log=tmp_path / "effects.log") as pay:
        mail.latency, pay.latency = 0.06, 0.015
        plan = _given_plan(tmp_path, doubtful, provider, (mail, pay))
        environment = {
            **database.environment,
            "MAKEGOOD_LEASE_SECONDS": str(LEASE),
            "MAKEGOOD_SWEEP_SECONDS": "0.3",
            "MAKEGOOD_CONNECTIONS": str(CONNECTIONS),
        }
        with Workers(environment, database.home, 3, tmp_path / "workers.log") as workers:
            hits = _kill_and_freeze(workers, random.Random(20_260_302), mail)
            mail.latency = pay.latency = 0.001
            _until_done(plan)
            for pid in list(workers.alive):
                workers.stop(pid)
        _assert_windows_were_hit(hits)
        _assert_mails(mail, doubtful, plan, hits)
        _assert_paid_once(provider, tmp_path)
        _assert_accounts(plan)
        if doubtful == "hold":
            _settle_from_the_mail_servers_log(mail, plan)
    assert states(plan)["done"] == 2 * CUSTOMERS - rows_failed(plan)
    assert "nobody foresaw" not in (tmp_path / "workers.log").read_text()
    seal()
    assert verify().findings == []


def _given_plan(tmp_path, doubtful: str, provider: str, sinks: tuple[SlowMail, SlowProvider]) -> Plan:
    mail, pay = sinks
    people = given_people(limit="1000000")
    final = {**mail.settings, "bounce_window": 0}
    Connection.objects.create(brand=people.brand, name="email", plugin="email", settings=final, live=True)
    calls = json.loads(json.dumps(pay.settings).replace("facts.order", "facts.order_number"))
    Connection.objects.create(brand=people.brand, name="http", plugin="http", settings=calls, live=True)
    made = recovery(
        tmp_path,
        people,
        scope=SCOPE.replace("columns:\n", "columns:\n  order_number: {type: text, merge: first}\n"),
        policy=POLICY,
        playbook=PLAYBOOK.replace("PROVIDER", provider).replace("DOUBTFUL", doubtful),
        affected="customer,extra,order_number\n" + "".join(f"c{n},{n % 90 + 1}.50,o{n}\n" for n in range(CUSTOMERS)),
        contacts="customer,name,email,address\n" + contacts(CUSTOMERS, first=0),
    )
    made.load()
    plan = made.start("remedy")
    assert plan.acts == 2 * CUSTOMERS
    return plan


def _kill_and_freeze(workers: Workers, dice: random.Random, mail: SlowMail) -> list:
    """In a seeded order, each at a random moment; whoever is hit works on something whenever anybody does."""
    order = ["kill"] * KILLS + ["freeze"] * FREEZES
    dice.shuffle(order)
    hits, frozen = [], []
    for number, what in enumerate(order):
        # On a busy machine strikes come late: mail must not be through before the last of them.
        ahead = len(mail.messages) / CUSTOMERS > number / len(order)
        mail.latency = 0.5 if ahead else 0.06
        _busy(workers)
        time.sleep(dice.uniform(0.02, 0.35))
        victim = dice.choice(_busy(workers))
        if what == "kill":
            hits.append(workers.kill(victim))
            continue
        hit = workers.freeze(victim)
        hits.append(hit)
        before = {chunk: workers.begun(chunk, epoch) for chunk, epoch, _ in hit.chunks}
        files = {chunk: _open_log(workers, chunk, epoch) for chunk, epoch, _ in hit.chunks}
        time.sleep(LEASE * 1.3)
        taken = [(chunk, epoch) for chunk, epoch, _ in hit.chunks if _epoch(chunk) > epoch]
        (woken_at,) = rows("SELECT clock_timestamp()")[0]
        workers.wake(victim)
        frozen.append((taken, before, files, woken_at))
    time.sleep(0.5)
    assert sum(len(taken) for taken, *_ in frozen) > 0, "no frozen worker was ever taken over"
    for taken, before, files, woken_at in frozen:
        for chunk, epoch in taken:
            late = rows(
                "SELECT count(*) FROM attempt WHERE chunk_id = %s AND epoch = %s AND at > %s", chunk, epoch, woken_at
            )
            assert late == [(0,)], "a woken worker wrote a row"
            if files[chunk] is not None:
                begun = [line.split()[1].rstrip(";") for line in files[chunk] if line.startswith("b ")]
                taken_back = {line.split()[1].rstrip(";") for line in files[chunk] if line.startswith("n ")}
                assert set(begun) - taken_back <= set(before[chunk]), "a woken worker started a new send"
        for file in files.values():
            if file is not None:
                file.close()
    return hits


def _open_log(workers: Workers, chunk: int, epoch: int):
    """Kept open: the next holder removes the file when the chunk is done."""
    found = list((workers.home / "acts").glob(f"*-{chunk}-{epoch}.log"))
    return found[0].open() if found else None


def _epoch(chunk: int) -> int:
    return rows("SELECT epoch FROM chunk WHERE id = %s", chunk)[0][0]


def _busy(workers: Workers) -> list[int]:
    """Whoever has an open window, as soon as anybody has."""
    deadline = time.monotonic() + 30
    while not (found := workers.busy()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found or workers.alive


def _until_done(plan: Plan) -> None:
    deadline = time.monotonic() + 120
    while Plan.objects.get(id=plan.id).state == "applying":
        assert time.monotonic() < deadline, states(plan)
        time.sleep(0.2)
    connections.close_all()
    assert Plan.objects.get(id=plan.id).state == "done"


def _assert_windows_were_hit(hits) -> None:
    assert len(hits) == KILLS + FREEZES
    open_windows = sum(1 for hit in hits if hit.chunks)
    print(f"{open_windows} of {len(hits)} hit an open window; mails begun, not ended: {[hit.doubtful for hit in hits]}")
    assert open_windows >= 0.9 * len(hits)
    assert all(hit.doubtful <= CONNECTIONS * JOBS for hit in hits)


def _assert_mails(mail: SlowMail, doubtful: str, plan: Plan, hits) -> None:
    repeats = sum(times - 1 for times in mail.repeats().values())
    unknown = states(plan).get("unknown", 0)
    print(f"{doubtful}: {len(mail.messages)} mails, {repeats} repeats, {unknown} unknown, {Counter(states(plan))}")
    began = sum(hit.doubtful for hit in hits)
    recipients = {message.recipient for message in mail.messages}
    if doubtful == "resend":
        assert (unknown, len(recipients)) == (0, CUSTOMERS)
        assert repeats <= began
    else:
        assert repeats == 0
        assert len(recipients) >= CUSTOMERS - unknown
        assert unknown <= began
    # One Message-ID for one customer, however often it was sent.
    assert len({message.message_id for message in mail.messages}) == len(recipients)


def _assert_paid_once(provider: str, tmp_path) -> None:
    wanted = sum((n % 90 + 1) * 100 + 50 for n in range(CUSTOMERS))
    if provider == "http":
        effects = [json.loads(line) for line in (tmp_path / "effects.log").read_text().splitlines()]
        assert len(effects) == len({effect["key"] for effect in effects}) == CUSTOMERS
        assert sum(int(effect["amount"].replace(".", "")) for effect in effects) == wanted
    else:
        assert rows("SELECT count(*), count(DISTINCT key), sum(minor) FROM ledger_transfer") == [
            (CUSTOMERS, CUSTOMERS, wanted)
        ]


def _assert_accounts(plan: Plan) -> None:
    """Every act is at rest and has an attempt that says so; counters equal states; jobs of the dead are tidied."""
    counted = states(plan)
    assert sum(counted.values()) == 2 * CUSTOMERS
    assert set(counted) <= {"done", "unknown"}
    counters = rows("SELECT sum(done), sum(failed), sum(unknown), sum(waiting) FROM chunk WHERE plan_id = %s", plan.id)
    assert counters == [(counted["done"], 0, counted.get("unknown", 0), 0)]
    without = (
        "SELECT count(*) FROM act WHERE plan_id = %s AND NOT EXISTS (SELECT 1 FROM attempt a "
        "WHERE a.plan_id = act.plan_id AND a.ordinal = act.ordinal AND a.answer = act.state)"
    )
    assert rows(without, plan.id) == [(0,)]
    assert rows("SELECT count(*) FROM chunk WHERE settled_to < claimed_to OR state <> 'done'") == [(0,)]
    twice = (
        "SELECT count(*) FROM (SELECT ordinal FROM attempt WHERE plan_id = %s AND answer = 'done' "
        "GROUP BY ordinal HAVING count(*) > 1) AS t"
    )
    assert rows(twice, plan.id) == [(0,)]


def _settle_from_the_mail_servers_log(mail: SlowMail, plan: Plan) -> None:
    """What a person does with the acts in doubt: searches the mail server's log, and says what it says."""
    sent = {message.recipient for message in mail.messages}
    unknown = rows(
        "SELECT t.ordinal, f.contact::json ->> 'email' FROM act t JOIN plan p ON p.id = t.plan_id JOIN affected f "
        "ON f.scope_id = p.scope_id AND f.customer_id = t.customer_id WHERE t.plan_id = %s AND t.state = 'unknown'",
        plan.id,
    )
    for ordinal, address in unknown:
        settle_unknown(plan.id, ordinal, took_effect=address in sent, actor=1, proof="the mail server's log")
    assert "unknown" not in states(plan)


def rows_failed(plan: Plan) -> int:
    return states(plan).get("failed", 0)
