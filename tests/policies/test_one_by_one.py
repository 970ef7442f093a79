"""A file, a list of customers and one customer at a time: three ways to ask, one answer."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import duckdb
import pytest
from tests.policies.test_coverage import WORKING
from tests.policies.written import policy_of

from makegood.kit.columns import Columns
from makegood.policies.bulk import Wanted, run_policy
from makegood.policies.compare import compare_policies
from makegood.policies.deciding import Customer, Decision, decide

WORDS = ("days", "price", "event", "kind", "stars", "member")
Asked = dict[str, str]


def quiet(_done: int, _total: int | None) -> None:
    pass


def customers(count: int, seed: int) -> list[Asked]:
    dice = random.Random(seed)
    return [
        {
            "days": str(dice.choice([0, 2, 3, 4, 10, 11, 40])),
            "price": dice.choice(["0", "4.99", "5.00", "37.35", "899.99", "900.00", "900.01"]),
            "event": dice.choice(["2019-03-31", "2019-04-01", "2021-03-31", "2021-04-01", "2026-01-01"]),
            "kind": dice.choice(["air", "rail", "sea", "road"]),
            "stars": dice.choice(["", "0", "3"]),
            "member": dice.choice(["true", "false"]),
        }
        for _ in range(count)
    ]


def into(path: Path, asked: list[Asked]) -> Path:
    with path.open("w", newline="") as out:
        rows = csv.DictWriter(out, ["customer_id", *WORDS], lineterminator="\n")
        rows.writeheader()
        rows.writerows({"customer_id": f"c{at}", **one} for at, one in enumerate(asked))
    return path


def plain(decision: Decision) -> tuple[str, str, int | None]:
    return decision.status, decision.rule, decision.minor


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_is_decided_as_its_customers(columns: Columns, tmp_path: Path, seed: int, kind: str) -> None:
    policy, asked = policy_of(WORKING), customers(300, seed)
    path = into(tmp_path / "in.csv", asked)
    if kind == "parquet":
        typed = (
            "days::INTEGER AS days, price::DECIMAL(9,2) AS price, event::DATE AS event, kind, stars::BIGINT AS stars"
        )
        duckdb.sql(
            f"SELECT customer_id, {typed}, member::BOOLEAN AS member"
            f" FROM read_csv('{path}', all_varchar = true, nullstr = '')"
        ).write_parquet(str(tmp_path / "in.parquet"))
        path = tmp_path / "in.parquet"
    run_policy(policy, Wanted(path, tmp_path / "out.parquet", reasons=True), quiet)
    rows = duckdb.sql(
        f"SELECT customer_id, status, rule, minor, reason, trace FROM '{tmp_path / 'out.parquet'}'"
    ).fetchall()
    written = {row[0]: row[1:] for row in rows}
    together = decide(columns, policy, [Customer(one) for one in asked])
    assert len(written) == len(together) == 300
    for one in together:
        status, rule, minor, reason, trace = written[f"c{one.customer}"]
        assert (status, rule, minor) == plain(one)
        assert (reason, trace) == (one.reason, "; ".join(one.trace))
    assert {one.status for one in together} == {"owed", "nothing", "hold", "undefined"}


def test_the_fast_answer_is_the_full_one(tmp_path: Path) -> None:
    policy, path = policy_of(WORKING), into(tmp_path / "in.csv", customers(500, 3))
    for name, reasons in (("fast", False), ("full", True)):
        run_policy(policy, Wanted(path, tmp_path / f"{name}.parquet", reasons=reasons), quiet)
    parts = "customer_id, remedy, status, rule, minor, currency"
    fast, full = (
        duckdb.sql(f"SELECT {parts} FROM '{tmp_path / name}.parquet' ORDER BY 1").fetchall()
        for name in ("fast", "full")
    )
    assert fast == full and len(fast) == 500


def test_one_at_a_time_is_as_all_together(columns: Columns) -> None:
    policy, asked = policy_of(WORKING), [Customer(one) for one in customers(25, 4)]
    together = decide(columns, policy, asked)
    for one, customer in zip(together, asked, strict=True):
        (alone,) = decide(columns, policy, [customer])
        assert (plain(alone), alone.reason, alone.trace) == (plain(one), one.reason, one.trace)


def test_a_comparison_adds_up_to_the_two_answers(columns: Columns, tmp_path: Path) -> None:
    old, new = policy_of(WORKING), policy_of(WORKING.replace("give: 50", "give: 40").replace("EUR 20", "EUR 30"))
    asked = customers(400, 5)
    path = into(tmp_path / "in.csv", asked)
    (shift,) = compare_policies(old, new, path, advance=quiet).shifts
    before, after = (list(decide(columns, p, [Customer(a) for a in asked])) for p in (old, new))
    settled = [both for both in zip(before, after, strict=True) if {one.status for one in both} <= {"owed", "nothing"}]
    changes = [_owed(two) - _owed(one) for one, two in settled]
    assert (shift.old, shift.new) == (sum(map(_owed, before)), sum(map(_owed, after)))
    assert (shift.gain, shift.lose, shift.stay) == (
        sum(one > 0 for one in changes),
        sum(one < 0 for one in changes),
        sum(one == 0 for one in changes),
    )
    assert (shift.gained, shift.lost) == (sum(x for x in changes if x > 0), -sum(x for x in changes if x < 0))
    assert shift.gain and shift.lose


def test_the_largest_changes_come_first(tmp_path: Path) -> None:
    old, new = policy_of(WORKING), policy_of(WORKING.replace("give: 50", "give: 40"))
    found = compare_policies(old, new, into(tmp_path / "in.csv", customers(400, 6)), advance=quiet).largest
    sizes = [abs(one.new - one.old) for one in found]
    assert len(found) == 10 and sizes == sorted(sizes, reverse=True) and sizes[-1] > 0


def _owed(decision: Decision) -> int:
    return (decision.minor or 0) if decision.status == "owed" else 0
