"""A policy set-wise against one hand-written query: `python -m benchmarks.policy [rows] [rounds] [FOLDER]`.

EU261, the pack, over that many passengers in a Parquet file, decisions into another one. By hand: the best DuckDB
query that we can write, with the same guards for missing values, NaN and limits, which also returns the rule. Each
run has a column engine of its own, started before the clock; rounds are interleaved, medians of the ratios. All must
decide every passenger alike. Then a million rows as one command, start of the program included.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from benchmarks.bench import ROOT, figures, machine, processor_seconds, say

from makegood.kit.columns import Columns
from makegood.policies.bulk import FORMATS, decided_sql
from makegood.policies.customers import load_customers
from makegood.policies.opening import open_policy

PACK = "pack:eu261"
MEMORY_MB = 1024
COMMAND_ROWS = 1_000_000

# One in a hundred facts is missing, one in a thousand cannot be: NaN, below zero, or a word that nobody knows.
MAKE = """
COPY (
  SELECT i AS customer_id,
    CASE WHEN a % 1000 = 0 THEN 'strike' WHEN a % 100 = 1 THEN NULL WHEN a % 100 < 60 THEN 'delay'
      WHEN a % 100 < 85 THEN 'cancellation' ELSE 'denied_boarding' END AS event,
    CASE WHEN b % 1000 = 0 THEN 'NaN'::DOUBLE WHEN b % 1000 = 1 THEN -1 WHEN b % 100 = 2 THEN NULL
      ELSE 100 + b // 1000 % 9000 END::DOUBLE AS distance_km,
    c % 3 = 0 AS intra_eu,
    CASE WHEN d % 100 = 0 THEN NULL ELSE d // 100 % 420 END::INTEGER AS arrival_delay_min,
    CASE WHEN e % 100 = 0 THEN NULL ELSE e // 100 % 500 END::INTEGER AS notice_hours,
    c // 3 % 2 = 0 AS rerouted,
    CASE WHEN f % 100 = 0 THEN NULL ELSE f // 100 % 180 END::INTEGER AS dep_early_min,
    c // 6 % 10 = 0 AS extraordinary,
    c // 60 % 20 > 0 AS in_scope,
    CASE WHEN f // 18000 % 1000 = 0 THEN 0 ELSE 1 + f // 18000 % 4 END::INTEGER AS passengers
  FROM (SELECT i, hash(i, 1) % 1000000007 AS a, hash(i, 2) % 1000000007 AS b,
    hash(i, 3) % 1000000007 AS c, hash(i, 4) % 1000000007 AS d,
    hash(i, 5) % 1000000007 AS e, hash(i, 6) % 1000000007 AS f
    FROM range({rows}) AS r(i))
) TO '{out}' (FORMAT parquet)
"""

# Guards, then the rule (NULL: it cannot be said), then the amount; halves are exact in cents.
HAND = """
SELECT customer_id,
  CASE WHEN rule IS NULL OR minor IS NULL AND rule = 'due' THEN 'undefined' WHEN rule = 'due' THEN 'owed'
    ELSE 'nothing' END AS status,
  rule, minor
FROM (SELECT customer_id, rule, CASE WHEN rule = 'due' THEN base * passengers // CASE
      WHEN event = 'delay' THEN CASE WHEN "window" = 240 AND arrival_delay_min < 240 THEN 2 ELSE 1 END
      WHEN NOT rerouted THEN 1 WHEN arrival_delay_min IS NULL THEN NULL WHEN arrival_delay_min <= "window" THEN 2
      ELSE 1 END END AS minor
  FROM (SELECT *,
      CASE WHEN distance_km <= 1500 THEN 25000 WHEN intra_eu OR distance_km <= 3500 THEN 40000 ELSE 60000 END AS base,
      CASE WHEN distance_km <= 1500 THEN 120 WHEN intra_eu OR distance_km <= 3500 THEN 180 ELSE 240 END AS "window",
      CASE
        WHEN event IS NULL OR event NOT IN ('delay', 'cancellation', 'denied_boarding') THEN NULL
        WHEN distance_km IS NULL OR isnan(distance_km) OR distance_km <= 0 OR distance_km > 20100 THEN NULL
        WHEN intra_eu IS NULL OR rerouted IS NULL OR extraordinary IS NULL OR in_scope IS NULL THEN NULL
        WHEN passengers IS NULL OR passengers < 1 OR passengers > 1000 THEN NULL
        WHEN arrival_delay_min < -1440 OR arrival_delay_min > 100000 OR notice_hours < 0 THEN NULL
        WHEN dep_early_min < -100000 OR dep_early_min > 100000 THEN NULL
        WHEN NOT in_scope THEN 'out-of-scope'
        WHEN extraordinary AND event <> 'denied_boarding' THEN 'extraordinary'
        WHEN event = 'delay' THEN CASE WHEN arrival_delay_min < 180 THEN 'under-three-hours'
          WHEN arrival_delay_min >= 180 THEN 'due' END
        WHEN event = 'denied_boarding' THEN 'due'
        WHEN notice_hours IS NULL THEN NULL
        WHEN notice_hours >= 336 THEN 'told-two-weeks-before'
        WHEN NOT rerouted THEN 'due'
        WHEN notice_hours >= 168 THEN CASE WHEN dep_early_min > 120 OR arrival_delay_min >= 240 THEN 'due'
          WHEN dep_early_min IS NOT NULL AND arrival_delay_min IS NOT NULL THEN 'rerouted-week-before' END
        ELSE CASE WHEN dep_early_min > 60 OR arrival_delay_min >= 120 THEN 'due'
          WHEN dep_early_min IS NOT NULL AND arrival_delay_min IS NOT NULL THEN 'rerouted-closely' END
      END AS rule
    FROM read_parquet('{source}')))
"""
SUMMED = """SELECT count(*), sum(hash(customer_id, status, CASE WHEN status <> 'undefined' THEN rule END,
 CASE WHEN status = 'owed' THEN minor END)::HUGEINT) FROM read_parquet('{out}')"""

Run = Callable[[Columns, Path, Path], None]


def main(rows: int, rounds: int, folder: Path | None) -> None:
    say(machine())
    with tempfile.TemporaryDirectory(dir=folder) as place:
        source, out = Path(place) / "flights.parquet", Path(place) / "out.parquet"
        duckdb.execute(MAKE.format(rows=rows, out=source))
        say(f"{rows:,} rows, {source.stat().st_size >> 20} MB of Parquet")
        found: dict[str, list[Cost]] = {"by hand": [], "amounts": [], "sentences": []}
        runs: dict[str, Run] = {"by hand": by_hand, "amounts": amounts, "sentences": sentences}
        for number in range(1, rounds + 1):
            for word, run in runs.items():
                found[word].append(measured(run, source, out))
                checked(out, word, source)
            say(f"{number}: " + "; ".join(f"{word} {costs[-1]}" for word, costs in found.items()))
        for word, aim in (("amounts", "aim 1.5, ceiling 2"), ("sentences", "ceiling 3")):
            pairs = list(zip(found[word], found["by hand"], strict=True))
            say(figures(f"{word} / by hand", [one.seconds / hand.seconds for one, hand in pairs], aim=aim))
            used = [one.processor / hand.processor for one, hand in pairs]
            say(figures(f"{word} / by hand, by processor seconds", used, aim=aim))
        command(Path(place), rounds)


@dataclass(frozen=True)
class Cost:
    """Seconds, processor seconds of this process and the engine, and the engine's peak memory in MB."""

    seconds: float
    processor: float
    memory: int

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s, processor {self.processor:.2f} s, {self.memory} MB"


def measured(run: Run, source: Path, out: Path) -> Cost:
    out.unlink(missing_ok=True)
    with Columns(memory_mb=MEMORY_MB) as columns:
        columns.fetch("SELECT 1")
        began, used = time.perf_counter(), processor(columns)
        run(columns, source, out)
        spent, used = time.perf_counter() - began, processor(columns) - used
        status = Path(f"/proc/{columns.pid}/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return Cost(spent, used, int(peak.split()[1]) >> 10)


def processor(columns: Columns) -> float:
    return time.process_time() + processor_seconds(columns.pid)


def by_hand(columns: Columns, source: Path, out: Path) -> None:
    _copied(columns, HAND.format(source=source), out)


def amounts(columns: Columns, source: Path, out: Path) -> None:
    _decided(columns, source, out, sentences=False)


def sentences(columns: Columns, source: Path, out: Path) -> None:
    _decided(columns, source, out, sentences=True)


def _decided(columns: Columns, source: Path, out: Path, *, sentences: bool) -> None:
    policy = open_policy(PACK).policy
    loaded = load_customers(columns, source, {"affected": policy.facts})
    _copied(columns, decided_sql(policy, "affected", loaded.relations["affected"], reasons=sentences), out)


def _copied(columns: Columns, sql: str, out: Path) -> None:
    columns.run(f"COPY ({sql}) TO '{out}' (FORMAT {FORMATS['.parquet']})")


_sums: dict[Path, tuple[object, ...]] = {}


def checked(out: Path, word: str, source: Path) -> None:
    """Every passenger is decided as by hand."""
    found = duckdb.execute(SUMMED.format(out=out)).fetchone()
    if found is None or found != _sums.setdefault(source, found):
        raise SystemExit(f"{word} decides otherwise: {found} instead of {_sums[source]}")


def command(place: Path, rounds: int) -> None:
    """The command that a person types, from its start to its end."""
    source, out = place / "million.parquet", place / "million-out.parquet"
    duckdb.execute(MAKE.format(rows=COMMAND_ROWS, out=source))
    program = str(Path(sys.executable).parent / "makegood")
    words = [program, "policy", "run", PACK, "--affected", str(source), "--to", str(out)]
    seconds, used = [], []
    for _ in range(rounds):
        out.unlink(missing_ok=True)
        began, before = time.perf_counter(), ended_children()
        subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - began)
        used.append(ended_children() - before)
    told = ", ".join(f"{one:.2f}" for one in seconds)
    middle = statistics.median(seconds)
    say(f"makegood policy run, {COMMAND_ROWS:,} rows: {middle:.2f} s (median of {told}; ceiling 2 s)")
    say(f"processor: {statistics.median(used):.2f} s on {os.cpu_count()} cores")


def ended_children() -> float:
    """Processor seconds of the programs that were started and have ended."""
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    asked = sys.argv[1:]
    main(
        int(asked[0]) if asked else 20_000_000,
        int(asked[1]) if len(asked) > 1 else 5,
        Path(asked[2]) if len(asked) > 2 else None,
    )
