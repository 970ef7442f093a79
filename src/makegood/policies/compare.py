"""Two policies over the same customers: who gains, who loses, what it costs, and where the answer itself changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from makegood.core.policy import Policy
from makegood.kit.columns import Columns
from makegood.kit.errors import Finding
from makegood.policies.bulk import Advance, bulk_engine, decided_sql, seal
from makegood.policies.customers import Customers, load_customers

LARGEST = 10
_JOINED = """
CREATE TABLE changed AS
SELECT coalesce(o.customer_id, n.customer_id) AS customer_id, coalesce(o.remedy, n.remedy) AS remedy,
 o.status AS was, n.status AS is_now, o.rule AS old_rule, n.rule AS new_rule,
 coalesce(o.currency, n.currency) AS currency,
 CASE WHEN o.status = 'owed' THEN o.minor ELSE 0 END AS old_minor,
 CASE WHEN n.status = 'owed' THEN n.minor ELSE 0 END AS new_minor,
 coalesce(o.status, 'nothing') IN ('owed', 'nothing')
 AND coalesce(n.status, 'nothing') IN ('owed', 'nothing') AS settled
FROM old_decided o FULL JOIN new_decided n
 ON o.customer_id = n.customer_id AND o.remedy = n.remedy AND o.currency IS NOT DISTINCT FROM n.currency
"""


@dataclass(frozen=True, slots=True)
class Shift:
    """One remedy in one currency: how many gain, lose and stay, and by how much, of those who are owed something or
    nothing in both. Of the others `held` are on hold in both, `undefined` in both, and `moved` come to or from one of
    these. `old` and `new` are sums of what is owed, in minor units."""

    remedy: str
    currency: str
    gain: int
    gained: int
    lose: int
    lost: int
    stay: int
    held: int
    undefined: int
    moved: int
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Move:
    """So many customers whose status, or whose rule with the same status, is another. None: not in that policy."""

    remedy: str
    was: str | None
    now: str | None
    customers: int


@dataclass(frozen=True, slots=True)
class Change:
    """One customer's change."""

    customer: str
    remedy: str
    currency: str
    old: int
    new: int
    was: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """`rows` of the file, and how many `customers` they are; `largest` changes come first by size; `found` as in
    `BulkRun`."""

    rows: int
    customers: int
    shifts: tuple[Shift, ...]
    moves: tuple[Move, ...]
    largest: tuple[Change, ...]
    found: tuple[Finding, ...]


def compare_policies(old: Policy, new: Policy, affected: Path, *, key: str = "", advance: Advance) -> Compared:
    """Set-wise over a file of any size. Raises `BadInput` for a file that lacks what either policy needs."""
    with bulk_engine() as columns:
        facts = {"old_facts": old.facts, "new_facts": new.facts}
        customers = load_customers(columns, affected, facts, key=key, by_line=True)
        seal(columns, affected)
        for index, (word, policy) in enumerate((("old", old), ("new", new))):
            facts_of = f"{word}_facts"
            sql = decided_sql(policy, facts_of, customers.relations[facts_of], reasons=False)

            def half(done: int, before: int = index * 50) -> None:
                advance(before + done // 2, 100)

            columns.run(f"CREATE TABLE {word}_decided AS {sql}", advance=half)
        columns.run(_JOINED)
        parts = _shifts(columns), _moves(columns), _largest(columns, customers)
        counted = columns.fetch(f"SELECT count(DISTINCT {customers.named}) FROM changed {customers.joined}")
        return Compared(customers.rows, int(str(counted[0][0])), *parts, customers.found)


def _shifts(columns: Columns) -> tuple[Shift, ...]:
    more, less = "settled AND new_minor > old_minor", "settled AND new_minor < old_minor"
    both = "was IS NOT DISTINCT FROM is_now"
    rows = columns.fetch(
        f"SELECT remedy, currency, count(*) FILTER ({more}),"
        f" coalesce(sum(new_minor - old_minor) FILTER ({more}), 0)::VARCHAR, count(*) FILTER ({less}),"
        f" coalesce(sum(old_minor - new_minor) FILTER ({less}), 0)::VARCHAR,"
        " count(*) FILTER (settled AND new_minor = old_minor),"
        f" count(*) FILTER ({both} AND was = 'hold'), count(*) FILTER ({both} AND was = 'undefined'),"
        f" count(*) FILTER (NOT settled AND NOT ({both})), sum(old_minor)::VARCHAR, sum(new_minor)::VARCHAR"
        " FROM changed GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return tuple(Shift(str(row[0]), str(row[1] or ""), *(int(str(cell)) for cell in row[2:])) for row in rows)


def _moves(columns: Columns) -> tuple[Move, ...]:
    rows = columns.fetch(
        "SELECT remedy, was, is_now, count(*) FROM changed WHERE was IS DISTINCT FROM is_now"
        " GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3"
    )
    return tuple(Move(str(remedy), _word(was), _word(now), int(str(count))) for remedy, was, now, count in rows)


def _largest(columns: Columns, customers: Customers) -> tuple[Change, ...]:
    rows = columns.fetch(
        f"SELECT {customers.named}, remedy, currency, old_minor, new_minor, was, is_now FROM changed"
        f" {customers.joined} WHERE settled AND old_minor <> new_minor"
        f" ORDER BY abs(new_minor - old_minor) DESC, 2, 1 LIMIT {LARGEST}"
    )
    return tuple(
        Change(str(who), str(remedy), str(currency or ""), int(str(old)), int(str(new)), _word(was), _word(now))
        for who, remedy, currency, old, new, was, now in rows
    )


def _word(value: object) -> str | None:
    return None if value is None else str(value)
