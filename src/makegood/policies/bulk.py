"""A policy over a file of customers: decisions in a file, sums read back from it.

The rows are decided while they stream through the column engine: its memory is bounded and does not grow with the file.
The answer appears under its name only once it is whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from makegood.core.expressions_sql import quoted
from makegood.core.policy import Policy
from makegood.core.policy_rules import Remedy
from makegood.kit.columns import Columns
from makegood.kit.errors import BadInput, Finding, Place
from makegood.policies.customers import load_customers

Advance = Callable[[int, int | None], None]
FORMATS = {".parquet": "PARQUET, COMPRESSION zstd", ".pq": "PARQUET, COMPRESSION zstd", ".csv": "CSV, HEADER true"}
A_DAY = 86_400
SPILL_MB = 200_000


@dataclass(frozen=True, slots=True)
class Total:
    """What a remedy gives all customers of one status and currency; `minor` None where nothing is to be paid."""

    remedy: str
    status: str
    currency: str
    customers: int
    minor: int | None


@dataclass(frozen=True, slots=True)
class BulkRun:
    """`rows` of the file; `keyed` is False where each line was a customer; `found` says what cannot be
    read (whoever has such a value is undefined where it is needed), and who stands in several rows."""

    path: Path
    rows: int
    keyed: bool
    totals: tuple[Total, ...]
    found: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to decide: rows of `affected`, the column `key` of its customers ("" finds it), the answer's path `to`, and
    whether it says why."""

    affected: Path
    to: Path
    key: str = ""
    reasons: bool = False
    overwrite: bool = False


def run_policy(policy: Policy, wanted: Wanted, advance: Advance) -> BulkRun:
    """Decides every row. Raises `BadInput` for a file that cannot be read or lacks a column, and for an answer that is
    there already; then nothing is written."""
    form = FORMATS.get(wanted.to.suffix.lower())
    if form is None:
        what = f"Decisions cannot be written as '{wanted.to.suffix or wanted.to.name}'."
        raise BadInput(what, remedy="Name a file that ends in .parquet or .csv.", code="answer-kind")
    if wanted.to.exists() and not wanted.overwrite:
        what = "There is a file of this name already."
        raise BadInput(
            what, remedy="Name another, or add --overwrite.", place=Place(str(wanted.to)), code="answer-exists"
        )
    with bulk_engine() as columns, _unfinished(wanted.to) as part:
        customers = load_customers(columns, wanted.affected, {"affected": policy.facts}, key=wanted.key)
        seal(columns, part, wanted.affected)
        sql = decided_sql(policy, "affected", customers.relations["affected"], reasons=wanted.reasons)
        columns.run(
            f"COPY ({sql}) TO {quoted(str(part.resolve()))} (FORMAT {form}, USE_TMP_FILE false)",
            advance=lambda done: advance(done, 100),
        )
        totals = _totals(columns, part.resolve(), wanted.to.suffix.lower())
        part.rename(wanted.to)
    return BulkRun(wanted.to, customers.rows, customers.keyed, totals, customers.found)


@contextmanager
def bulk_engine() -> Iterator[Columns]:
    """A column engine that may take long and spill, and counts how far it is."""
    threads = max(2, len(os.sched_getaffinity(0)))
    with Columns(wall_seconds=A_DAY, spill_mb=SPILL_MB, threads=threads) as columns:
        yield columns


def seal(columns: Columns, *paths: Path) -> None:
    """From here on nothing outside can be reached but these files."""
    allowed = ", ".join(quoted(str(path.resolve())) for path in paths)
    columns.run(f"SET allowed_paths = [{allowed}]")
    columns.seal()


def decided_sql(policy: Policy, relation: str, stored: Mapping[str, str], *, reasons: bool) -> str:
    """One row a customer and remedy: status, rule, amount in minor units, currency; with `reasons` also the sentence,
    further results, shares and the trace."""
    parts = "customer_id, remedy, status, rule, minor"
    if reasons:
        more = "currency, reason, also, shares, array_to_string(trace, '; ') AS trace"
        return f"SELECT {parts}, {more} FROM ({policy.full_sql(relation, stored=stored)})"
    if any(remedy.currency.startswith("@") for remedy in policy.remedies.values()):
        # Each customer has their own, and amounts of two currencies are never one sum.
        return f"SELECT {parts}, currency FROM ({policy.decision_sql(relation, stored=stored)})"
    return f"SELECT {parts}, {_currency(policy)} AS currency FROM ({policy.amounts_sql(relation, stored=stored)})"


def _currency(policy: Policy) -> str:
    """What each remedy is paid in, in a type that DuckDB writes as a number."""
    paid = {word: quoted(_paid_in(one)) for word, one in policy.remedies.items()}
    kind = f"ENUM({', '.join(dict.fromkeys(paid.values()))})"
    if len(set(paid.values())) == 1:
        return f"{next(iter(paid.values()))}::{kind}"
    return f"CASE remedy {' '.join(f'WHEN {quoted(word)} THEN {one}::{kind}' for word, one in paid.items())} END"


def _paid_in(remedy: Remedy) -> str:
    return remedy.in_unit.name if remedy.in_unit else remedy.currency


def _totals(columns: Columns, answer: Path, suffix: str) -> tuple[Total, ...]:
    """Sums of what was written, not of what was meant."""
    read = "read_parquet" if suffix != ".csv" else "read_csv"
    options = "" if read == "read_parquet" else ", header = true, all_varchar = true"
    rows = columns.fetch(
        "SELECT remedy, status, currency, count(*), sum(minor::BIGINT)::VARCHAR"
        f" FROM {read}({quoted(str(answer))}{options}) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    return tuple(
        Total(
            str(remedy), str(status), str(currency or ""), int(str(count)), None if minor is None else int(str(minor))
        )
        for remedy, status, currency, count, minor in rows
    )


@contextmanager
def _unfinished(to: Path) -> Iterator[Path]:
    """A file beside the answer that is gone when anything goes wrong."""
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        part.touch(exist_ok=False)
        yield part
    finally:
        part.unlink(missing_ok=True)
