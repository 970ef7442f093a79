"""A small vocabulary: Maya runs the recovery, Omar approves, Iris has no access; a recovery from a few CSV lines."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from makegood.acts.actions import apply_plan
from makegood.acts.jobs import carry_out_chunk
from makegood.acts.sweep import sweep
from makegood.acts.worker import work
from makegood.documents.actions import push_folder
from makegood.documents.folder import check_folder, read_folder
from makegood.mistakes.actions import align_mistake
from makegood.people.actions import Limits, add_brand, add_first_person, add_person
from makegood.people.models import Brand, Connection, Staff
from makegood.people.queries import Person
from makegood.plans.accept import accept_findings
from makegood.plans.approve import approve_plan
from makegood.plans.draft import Wanted, draft_plan
from makegood.plans.inputs import all_plugins
from makegood.plans.models import Plan
from makegood.scopes.load import Request, load_scope

AS_OF = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

MISTAKE = """\
mistake: double-charge
title: We charged some customers twice
brand: default
kind: outcome
fault: clear
zone: Europe/Berlin
currency: EUR
noticed: {at: 2026-03-02T08:00:00+01:00, how: customer}
facts:
  - {id: what, text: "We took the money for one order twice.", confirmed: true}
  - {id: cause, text: "A retry had no key.", confirmed: false}
"""
SCOPE = """\
sources:
  affected: {file: affected.csv, header: true}
  contacts: {file: contacts.csv, header: true}
from: affected
key: customer
columns:
  extra: {type: money, currency: EUR, merge: sum}
contacts:
  source: contacts
  key: customer
  name: name
  email: email
  post: [address]
  prefer: [email, post]
"""
POLICY = """\
remedies:
  refund:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: all, default: true, amount: "extra"}
"""
PLAYBOOK = """\
stages:
  acknowledge:
    steps:
      - {id: say-so, do: tell, message: say-so, channels: [email, letter], due: noticed + 24 hours}
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
      - {id: tell-refund, do: tell, message: refund, channels: [email, letter], after: [refund]}
"""
SAY_SO = """\
---
subject: We charged you twice
---
Dear {{ name | default: "customer" }},

we charged you twice. That was our mistake, and we are sorry. We are paying your money back. You will hear from us by
Friday; you need to do nothing.
"""
REFUND = """\
---
subject: Your money is back
---
Dear {{ name | default: "customer" }},

we charged you twice, and we are sorry: we gave you back {{ amounts.refund }}.
If anything is wrong, answer this message.
"""


@dataclass
class People:
    maya: Person
    omar: Person
    iris: Person
    brand: Brand


def given_people(limit: str = "100000") -> People:
    maya, _ = add_first_person("Maya", "maya@shop.example")
    brand = Brand.objects.get(slug="default")
    limits = [Limits("EUR", per_mistake=int(limit) * 100), Limits("USD", per_mistake=int(limit) * 100)]
    omar, _ = add_person("Omar", "omar@shop.example", brand=brand, roles=["approver"], actor=maya.id, limits=limits)
    other = add_brand("other", legal_name="Other Ltd", actor=maya.id)
    iris, _ = add_person("Iris", "iris@other.example", brand=other, roles=["approver"], actor=maya.id)
    return People(
        _person(maya, "read report draft apply admin"), _person(omar, "read approve"), _person(iris, "approve"), brand
    )


def _person(staff: Staff, scopes: str) -> Person:
    return Person(staff.id, staff.name, staff.email, frozenset(scopes.split()))


@dataclass
class Recovery:
    """A folder on disk that is pushed, loaded, planned, approved and applied by the real verbs."""

    path: Path
    people: People
    files: dict[str, str] = field(default_factory=dict)

    def write(self, **texts: str) -> Recovery:
        names = {"say_so": "messages/say-so.md", "told": "messages/refund.md"}
        for word, text in texts.items():
            name = names.get(word) or (f"{word}.csv" if word in ("affected", "contacts") else f"{word}.yaml")
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return self

    def push(self):
        folder = read_folder(self.path)
        checked = check_folder(folder, all_plugins())
        assert checked.mistake is not None, checked.findings
        self.mistake = align_mistake(checked.mistake, brand=self.people.brand, actor=self.people.maya.id)
        newest = {name: revision.number for name, revision in getattr(self, "revisions", {}).items()}
        self.revisions = push_folder(self.mistake, folder, actor=self.people.maya.id, base=newest)
        self.checked = checked
        return checked

    def request(self) -> Request:
        checked = self.push()
        assert checked.scope is not None, checked.findings
        return Request(
            mistake=self.mistake,
            mapping=checked.scope,
            folder=checked.folder,
            root=self.path,
            revisions={name: revision.id for name, revision in self.revisions.items()},
            actor=self.people.maya.id,
        )

    def load(self):
        return load_scope(self.request())

    def plan(self, stage: str, as_of: datetime = AS_OF) -> Plan:
        self.push()
        return draft_plan(
            Wanted(
                mistake=self.mistake,
                checked=self.checked,
                revisions=self.revisions,
                stage=stage,
                actor=self.people.maya.id,
                as_of=as_of,
            )
        )

    def approve(self, plan: Plan, by: Person | None = None):
        return approve_plan(plan.id, plan.digest, by or self.people.omar)

    def explain(self, plan: Plan) -> None:
        """A reason for each warning about the words of messages, in tests that are about something else."""
        for rule in sorted({one["code"] for one in plan.findings if one["level"] == "warning"}):
            accept_findings(plan, rule, "It is only a test.", self.people.maya)

    def ready(self, stage: str) -> Plan:
        """A plan that is approved and not applied."""
        plan = self.plan(stage)
        assert not [finding for finding in plan.findings if finding["level"] == "blocking"], plan.findings
        self.explain(plan)
        self.approve(plan)
        return Plan.objects.get(id=plan.id)

    def start(self, stage: str) -> Plan:
        """A plan that is applied, and nobody works yet."""
        return apply_plan(self.ready(stage).id, actor=self.people.maya.id)

    def carry_out(self, stage: str) -> Plan:
        plan = self.plan(stage)
        self.explain(plan)
        self.approve(plan)
        return run(apply_plan(plan.id, actor=self.people.maya.id))


def run(plan: Plan, *, until: Callable[[], bool] | None = None, patience: int = 45) -> Plan:
    """Works in this process until the plan is at rest (or `until()`); gives up after `patience` seconds."""
    deadline = time.monotonic() + patience

    def at_rest() -> bool:
        assert time.monotonic() < deadline, f"not at rest: {states(plan)}"
        return until() if until else Plan.objects.get(id=plan.id).state not in ("applying",)

    asyncio.run(_until(at_rest))
    return Plan.objects.get(id=plan.id)


async def _until(at_rest: Callable[[], bool]) -> None:
    """A worker logs what its sweeps raise and goes on; a test wants to fail."""
    failed: list[AssertionError] = []

    def asked() -> bool:
        try:
            return at_rest()
        except AssertionError as error:
            failed.append(error)
            return True

    await work(until=asked, sweep_seconds=0.1)
    if failed:
        raise failed[0]


def customers(count: int, first: int = 1) -> str:
    return "".join(f"c{n},{n}.50\n" for n in range(first, first + count))


def contacts(count: int, first: int = 1) -> str:
    return "".join(f"c{n},Customer {n},c{n}@example.com,\n" for n in range(first, first + count))


def recovery(path: Path, people: People, count: int = 5, **texts: str) -> Recovery:
    made = Recovery(path / "recovery", people).write(
        mistake=MISTAKE,
        scope=SCOPE,
        policy=POLICY,
        playbook=PLAYBOOK,
        say_so=SAY_SO,
        told=REFUND,
        affected="customer,extra\n" + customers(count),
        contacts="customer,name,email,address\n" + contacts(count),
    )
    return made.write(**texts)


def rows(sql: str, *params: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return cursor.fetchall()


def states(plan: Plan) -> dict[str, int]:
    return dict(rows("SELECT state, count(*) FROM act WHERE plan_id = %s GROUP BY state", plan.id))


def carry(chunk: int) -> None:
    """One worker carries out one chunk as far as it goes, in this thread, without a queue."""
    asyncio.run(carry_out_chunk(chunk))


def chunks(plan: Plan, state: str = "open") -> list[int]:
    found = rows("SELECT id FROM chunk WHERE plan_id = %s AND state = %s ORDER BY id", plan.id, state)
    return [chunk for (chunk,) in found]


def turn(plan: Plan) -> Plan:
    """One sweep, then every chunk that a worker would be woken for, once."""
    sweep()
    sleeping = rows(
        "SELECT id FROM chunk WHERE plan_id = %s AND (state = 'open' AND due_at <= clock_timestamp() "
        "OR state = 'cancelled' AND claimed_to > settled_to) ORDER BY id",
        plan.id,
    )
    for (chunk,) in sleeping:
        carry(chunk)
    return Plan.objects.get(id=plan.id)


def make_due(plan: Plan) -> None:
    """Lets the waiting of every act and chunk be over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE act SET next_at = clock_timestamp() WHERE plan_id = %s AND next_at IS NOT NULL", [plan.id]
        )
        cursor.execute("UPDATE chunk SET due_at = clock_timestamp() WHERE plan_id = %s", [plan.id])


def turns(plan: Plan, most: int = 8) -> Plan:
    """Turns with no waiting in between, until the plan is at rest; at most `most`."""
    for _ in range(most):
        plan = turn(plan)
        if plan.state != "applying":
            break
        make_due(plan)
    return plan


def as_owner(database: Any, sql: str, *params: object) -> None:
    """What somebody with the keys to the database could do to it."""
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute(sql, params)


def counters(plan: Plan) -> dict[str, int]:
    """The chunks' counters by state, without those at zero."""
    names = ("done", "failed", "unknown", "waiting")
    sums = rows("SELECT sum(done), sum(failed), sum(unknown), sum(waiting) FROM chunk WHERE plan_id = %s", plan.id)[0]
    return {name: int(count) for name, count in zip(names, sums, strict=True) if count}


def live(people: People, name: str, settings: dict[str, object], plugin: str = "") -> Connection:
    """A connection that is switched live."""
    return Connection.objects.create(brand=people.brand, name=name, plugin=plugin or name, settings=settings, live=True)
