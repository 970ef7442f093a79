"""A recovery with three acts a customer, for the benchmarks of scale: give the money back, add a credit, tell.

Store credit and the local outbox carry it out: nothing leaves the machine, and every act is a row with its proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import benchmarks.bench  # noqa: F401 - sets Django up
import duckdb

from makegood.documents.actions import push_folder
from makegood.documents.folder import CheckedFolder, check_folder, read_folder, starter
from makegood.documents.models import Revision
from makegood.mistakes.actions import align_mistake
from makegood.mistakes.models import Mistake
from makegood.people.actions import Limits, add_first_person, add_person
from makegood.people.models import Brand
from makegood.people.queries import Person
from makegood.plans.draft import Wanted, draft_plan
from makegood.plans.inputs import all_plugins
from makegood.plans.models import Plan
from makegood.scopes.load import Request, load_scope
from makegood.scopes.models import Scope

SCOPE = """\
sources:
  affected: {file: affected.parquet}
  contacts: {file: contacts.parquet}
from: affected
key: customer
columns:
  extra: {type: money, currency: USD, merge: sum}
contacts: {source: contacts, key: customer, name: name, email: email, post: [address]}
"""
POLICY = """\
remedies:
  refund:
    kind: fix
    basis: redress
    currency: USD
    rules: [{id: all, default: true, amount: "extra"}]
  sorry:
    kind: make good
    basis: goodwill
    currency: USD
    rules: [{id: all, default: true, amount: "USD 5.00"}]
"""
PLAYBOOK = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
      - {id: sorry, do: make good, remedy: sorry, provider: store-credit}
      - {id: told, do: tell, message: told, channels: [email, letter], after: [refund]}
"""
TOLD = """\
---
subject: Your money is back
---
Dear {{ name }},

we charged you twice and are sorry. We gave you back {{ amounts.refund }}, and {{ amounts.sorry }} for the trouble.
"""


@dataclass(frozen=True)
class Team:
    maya: Person
    omar: Person


@dataclass(frozen=True)
class Recovery:
    """A pushed folder of documents and files; every name of a mistake has customers of its own."""

    mistake: Mistake
    checked: CheckedFolder
    revisions: dict[str, Revision]
    folder: Path
    team: Team

    def load(self) -> Scope:
        if self.checked.scope is None:
            raise SystemExit(f"The benchmark's documents are refused: {self.checked.findings}")
        numbers = {name: revision.id for name, revision in self.revisions.items()}
        request = Request(
            self.mistake, self.checked.scope, self.checked.folder, self.folder, numbers, self.team.maya.id
        )
        return load_scope(request)

    def draft(self) -> Plan:
        return draft_plan(Wanted(self.mistake, self.checked, self.revisions, "remedy", self.team.maya.id))


def given_team() -> Team:
    """One who plans and carries out, another who approves without a limit."""
    maya, _ = add_first_person("Maya", "maya@shop.example")
    omar, _ = add_person(
        "Omar",
        "omar@shop.example",
        brand=Brand.objects.get(),
        roles=["approver"],
        actor=maya.id,
        limits=[Limits("USD", per_act=None, per_mistake=None, per_day=None, per_30_days=None)],
    )
    return Team(
        Person(maya.id, "Maya", maya.email, frozenset({"read", "report", "draft", "apply", "admin"})),
        Person(omar.id, "Omar", omar.email, frozenset({"read", "approve"})),
    )


def given_recovery(folder: Path, name: str, customers: int, team: Team) -> Recovery:
    """Writes documents and Parquet files for customers `<name>-<number>`, and pushes them."""
    write(folder, name, customers)
    return pushed(folder, team)


def pushed(folder: Path, team: Team) -> Recovery:
    checked = check_folder(read_folder(folder), all_plugins())
    if checked.mistake is None:
        raise SystemExit(f"The benchmark's documents are refused: {checked.findings}")
    mistake = align_mistake(checked.mistake, brand=Brand.objects.get(), actor=team.maya.id)
    newest = {row.name: row for row in Revision.objects.filter(mistake=mistake).order_by("number")}
    revisions = newest or push_folder(mistake, checked.folder, actor=team.maya.id, base=None)
    return Recovery(mistake, checked, revisions, folder, team)


def write(folder: Path, name: str, customers: int) -> None:
    mistake = starter()["mistake.yaml"].splitlines()
    texts = {
        "mistake.yaml": "\n".join(f"mistake: {name}" if line.startswith("mistake:") else line for line in mistake)
        + "\n",
        "scope.yaml": SCOPE,
        "policy.yaml": POLICY,
        "playbook.yaml": PLAYBOOK,
        "messages/told.md": TOLD,
    }
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    with duckdb.connect() as rows:
        rows.execute("SET memory_limit = '500MB'")
        numbers = f"range(1, {customers + 1}) AS t(n)"
        for file, picked in (
            ("affected", f"'{name}-' || n AS customer, (n % 90 + 1) || '.50' AS extra"),
            (
                "contacts",
                f"'{name}-' || n AS customer, 'Customer ' || n AS name, '{name}' || n || '@customer.example' AS email,"
                " 'Street ' || n AS address",
            ),
        ):
            rows.execute(f"COPY (SELECT {picked} FROM {numbers}) TO '{folder / file}.parquet' (FORMAT parquet)")
