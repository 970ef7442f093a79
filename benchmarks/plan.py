"""Planning against COPY of exactly the rows that it wrote: `python -m benchmarks.plan [customers] [rounds]`.

A round is a recovery of its own with new customers and three acts each: loaded and drafted, then the rows that this
wrote are copied by plain COPY into tables of the same columns, with the same indexes made at the same moment (after
the rows where a part is attached, before them where the table stands). One run, rounds interleaved, median of the
ratios. Checking messages has a figure of its own. Processor seconds (of this process, the column engine and the server
process that serves it) are compared as well: they say the same on a busy machine.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.bench import TICKS, installation, machine, one, say
from benchmarks.three import given_recovery, given_team
from django.db import connections, transaction

import makegood.plans.draft as drafting

WHOLE = {
    "customer": "id",
    "customer_salt": "customer_id",
    "customer_alias": "customer_id",
    "contact_point": "customer_id",
}


def main(customers: int, rounds: int) -> None:
    say(machine())
    ratios, costs, messages = [], [], []
    with installation() as place:
        team = given_team()
        for number in range(1, rounds + 1):
            recovery = given_recovery(place / f"round{number}", f"round{number}", customers, team)
            known = one("SELECT coalesce(max(id), 0) FROM customer")[0]
            used = processor("default")
            with timed() as load:
                scope = recovery.load()
            with timed() as draft, checking_messages() as checks:
                plan = recovery.draft()
            used = processor("default") - used
            with tempfile.TemporaryDirectory(dir=place) as files:
                parts = {"affected": scope.id, "decision": plan.id, "act": plan.id}
                rows, copy, copying = copied(Path(files), known, parts)
            spent = load() + draft() - checks()
            ratios.append(spent / copy)
            costs.append(used / copying)
            messages.append(checks())
            say(
                f"{number}: {customers:,} customers, {plan.acts:,} acts, {rows:,} rows: load {load():.1f} s, draft"
                f" {draft() - checks():.1f} s, COPY {copy:.1f} s: {ratios[-1]:.2f}; processor {used:.1f} s,"
                f" COPY {copying:.1f} s: {costs[-1]:.2f}"
            )
    say(f"plan / COPY: median {statistics.median(ratios):.2f} of {rounds}; aim 1.5, ceiling 2.5")
    say(f"in processor seconds, message checks included: median {statistics.median(costs):.2f}")
    say(f"message checks, not included: {statistics.median(messages):.2f} s")
    say(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    """Gives the seconds of the block, once it is over."""
    started = time.perf_counter()
    took: list[float] = []
    yield lambda: took[0]
    took.append(time.perf_counter() - started)


def processor(alias: str) -> float:
    """Processor seconds so far of this process, of children that ended, and of the server process of a connection."""
    own = os.times()
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(own[:4]) + (int(words[11]) + int(words[12])) / TICKS


@contextmanager
def checking_messages() -> Iterator[Callable[[], float]]:
    """The seconds that the draft in this block spends on checking its messages."""
    real, took = drafting.read_messages, [0.0]

    def measured(*arguments: object) -> object:
        started = time.perf_counter()
        try:
            return real(*arguments)  # type: ignore[arg-type]
        finally:
            took[0] += time.perf_counter() - started

    drafting.read_messages = measured  # type: ignore[assignment]
    try:
        yield lambda: took[0]
    finally:
        drafting.read_messages = real


def copied(files: Path, known: int, parts: dict[str, int]) -> tuple[int, float, float]:
    """How many rows there are, how many seconds COPY needs for them in one transaction of the tables' owner, and how
    many processor seconds."""
    sources = {table: f"{table} WHERE {column} > {known}" for table, column in WHOLE.items()}
    sources |= {table: f"{table}_{part}" for table, part in parts.items()}
    sources["plan_part"] = f"plan_part WHERE plan_id = {parts['act']}"
    owner = connections["owner"]
    with owner.cursor() as cursor:
        for table, rows in sources.items():
            with (
                cursor.cursor.copy(f"COPY (SELECT * FROM {rows}) TO STDOUT") as out,
                (files / table).open("wb") as file,
            ):
                for block in out:
                    file.write(block)
        started, used = time.perf_counter(), processor("owner")
        with transaction.atomic(using="owner"):
            count = sum(_copy(cursor, table, parts.get(table), files / table) for table in sources)
        seconds, used = time.perf_counter() - started, processor("owner") - used
        for table in sources:
            cursor.execute(f"DROP TABLE copy_of_{table}")
    return count, seconds, used


def _copy(cursor: object, table: str, part: int | None, file: Path) -> int:
    like = table if part is None else f"{table}_{part}"
    options = "INCLUDING ALL EXCLUDING IDENTITY" if part is None else "INCLUDING DEFAULTS"
    cursor.execute(f"CREATE TABLE copy_of_{table} (LIKE {like} {options})")
    with file.open("rb") as rows, cursor.cursor.copy(f"COPY copy_of_{table} FROM STDIN") as into:
        while block := rows.read(1 << 20):
            into.write(block)
    count = int(cursor.cursor.rowcount)
    if part is not None:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [like])
        for number, (index,) in enumerate(cursor.fetchall()):
            head, rest = index.split(" ON ", 1)
            unique = "UNIQUE " if "UNIQUE" in head else ""
            cursor.execute(f"CREATE {unique}INDEX copy_{table}_{number} ON copy_of_{table} {rest.split(' ', 1)[1]}")
    return count


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, int(sys.argv[2]) if len(sys.argv) > 2 else 5)
