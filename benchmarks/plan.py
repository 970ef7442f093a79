"""Loading and planning 100,000 customers against plain COPY of the same rows, in one run: `python benchmarks/plan.py`.

Uses a server of its own in a temporary home with the settings of a real one. Prints seconds, ratios to COPY, and how
much this process grew (the column engine is a child of its own with a fixed limit).
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "makegood.config.settings"

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402

from makegood.config.databases import point_at  # noqa: E402
from makegood.config.embedded import EmbeddedServer  # noqa: E402
from makegood.documents.actions import push_folder  # noqa: E402
from makegood.documents.folder import check_folder, read_folder, starter  # noqa: E402
from makegood.mistakes.actions import align_mistake  # noqa: E402
from makegood.people.actions import add_first_person  # noqa: E402
from makegood.people.models import Brand  # noqa: E402
from makegood.plans.draft import Wanted, draft_plan  # noqa: E402
from makegood.plans.inputs import all_plugins  # noqa: E402
from makegood.scopes.load import Request, load_scope  # noqa: E402

SCOPE = """\
sources:
  affected: {file: affected.csv, header: true}
  contacts: {file: contacts.csv, header: true}
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
"""
PLAYBOOK = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
      - {id: told, do: tell, message: told, channels: [email, letter], after: [refund]}
"""
TOLD = "---\nsubject: Your money is back\n---\nDear {{ name }},\n\nwe gave you back {{ amounts.refund }}.\n"


def write(folder: Path, count: int) -> None:
    texts = {"mistake.yaml": starter()["mistake.yaml"], "scope.yaml": SCOPE, "policy.yaml": POLICY}
    for name, text in {**texts, "playbook.yaml": PLAYBOOK, "messages/told.md": TOLD}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    with (folder / "affected.csv").open("w") as rows, (folder / "contacts.csv").open("w") as contacts:
        rows.write("customer,extra\n")
        contacts.write("customer,name,email,address\n")
        for n in range(count):
            rows.write(f"c{n},{n % 90 + 1}.50\n")
            contacts.write(f"c{n},Customer {n},c{n}@example.com,Street {n}\n")


@contextmanager
def timed(what: str, seconds: dict[str, float]) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[what] = time.perf_counter() - started


def copied(table: str, where: str) -> float:
    """Seconds that COPY needs for the same rows into a table of the same columns and primary key."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE rows_again (LIKE {table} INCLUDING INDEXES) ON COMMIT DROP")
        raw = cursor.connection
        with raw.cursor() as reader, reader.copy(f"COPY (SELECT * FROM {table} WHERE {where}) TO STDOUT") as out:
            blocks = [bytes(block) for block in out]
        started = time.perf_counter()
        with raw.cursor() as writer, writer.copy("COPY rows_again FROM STDIN") as into:
            for block in blocks:
                into.write(block)
        return time.perf_counter() - started


def peak() -> int:
    """Megabytes this process needed at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(count: int) -> None:
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place, EmbeddedServer(Path(place) / "home") as server:
        os.environ["MAKEGOOD_HOME"] = str(Path(place) / "home")
        point_at(server.url("app"), server.url("owner"))
        call_command("migrate", database="owner", verbosity=0)
        staff, _ = add_first_person("Maya", "maya@shop.example")
        folder = Path(place) / "recovery"
        folder.mkdir()
        write(folder, count)
        checked = check_folder(read_folder(folder), all_plugins())
        if checked.mistake is None or checked.scope is None:
            raise SystemExit(f"The benchmark's documents are refused: {checked.findings}")
        mistake = align_mistake(checked.mistake, brand=Brand.objects.get(), actor=staff.id)
        revisions = push_folder(mistake, checked.folder, actor=staff.id, base=None)
        numbers = {name: revision.id for name, revision in revisions.items()}
        before = peak()
        for run in ("load", "load again"):
            with timed(run, seconds):
                scope = load_scope(Request(mistake, checked.scope, checked.folder, folder, numbers, staff.id))
        loaded = peak()
        for run in ("draft", "draft again"):
            with timed(run, seconds):
                plan = draft_plan(Wanted(mistake, checked, revisions, "remedy", staff.id))
        drafted = peak()
        rows = copied("affected", f"scope_id = {scope.id}")
        acts = copied("act", f"plan_id = {plan.id}") + copied("decision", f"plan_id = {plan.id}")
        connections.close_all()
    sys.stdout.write(f"{count:,} customers, {plan.acts:,} acts\n")
    for what, spent in seconds.items():
        against = rows if what.startswith("load") else acts
        sys.stdout.write(f"{what:12} {spent:6.1f} s   {spent / against:5.1f} x COPY ({against:.2f} s)\n")
    sys.stdout.write(f"peak memory: {before} MB before, {loaded} MB after loading, {drafted} MB after drafting\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
