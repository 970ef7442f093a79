"""A policy over a file: what is written, what is summed, what is refused; and two policies compared."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from tests.policies.test_explain import EACH
from tests.policies.written import PARCELS, policy_of

from makegood.kit.errors import BadInput
from makegood.policies.bulk import Total, Wanted, run_policy
from makegood.policies.compare import Change, Move, Shift, compare_policies

CSV = """customer_id,days_late,postage
a,0,4.90
b,1,4.90
c,2,10.00
d,3,10.00
e,-1,10.00
"""


def quiet(_done: int, _total: int | None) -> None:
    pass


@pytest.fixture
def affected(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text(CSV)
    return path


def written(path: Path) -> list[tuple[object, ...]]:
    return duckdb.sql(f"SELECT customer_id, remedy, status, rule, minor, currency FROM '{path}'").fetchall()


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_every_row_is_decided_and_summed(affected: Path, tmp_path: Path, ending: str) -> None:
    to = tmp_path / f"out.{ending}"
    ran = run_policy(policy_of(PARCELS), Wanted(affected, to), quiet)
    assert (ran.rows, ran.keyed, ran.path) == (5, True, to)
    assert ran.totals == (
        Total("postage_back", "nothing", "EUR", 1, None),
        Total("postage_back", "owed", "EUR", 3, 1745),
        Total("postage_back", "undefined", "EUR", 1, None),
    )
    assert written(to)[1:4] == [
        ("b", "postage_back", "owed", "late", 245, "EUR"),
        ("c", "postage_back", "owed", "late", 500, "EUR"),
        ("d", "postage_back", "owed", "late", 1000, "EUR"),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", f"out.{ending}"]


def test_reasons_and_what_worked_are_written_on_request(affected: Path, tmp_path: Path) -> None:
    to = tmp_path / "out.parquet"
    run_policy(policy_of(PARCELS), Wanted(affected, to, reasons=True), quiet)
    reason, trace = duckdb.sql(f"SELECT reason, trace FROM '{to}' WHERE customer_id = 'c'").fetchall()[0]
    assert "by share: days late 1" in reason and "share#row-2" in trace


def test_each_line_is_a_customer_where_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("days_late,postage\n1,4.90\n1,4.90\n")
    ran = run_policy(policy_of(PARCELS), Wanted(path, tmp_path / "out.csv"), quiet)
    assert ran.keyed is False
    assert [row[0] for row in written(tmp_path / "out.csv")] == [2, 3]


def test_rows_of_a_customer_are_one_decision(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("customer_id,member,minutes\na,yes,90\nb,no,10\na,yes,70\n")
    ran = run_policy(policy_of(EACH), Wanted(path, tmp_path / "out.csv"), quiet)
    assert [(one.status, one.customers, one.minor) for one in ran.totals] == [("nothing", 1, None), ("owed", 1, 1000)]


@pytest.mark.parametrize(
    ("name", "code"), [("out.xlsx", "answer-kind"), ("out", "answer-kind"), ("in.csv", "answer-exists")]
)
def test_an_answer_that_cannot_be_written_is_refused_first(
    affected: Path, tmp_path: Path, name: str, code: str
) -> None:
    with pytest.raises(BadInput) as refused:
        run_policy(policy_of(PARCELS), Wanted(affected, tmp_path / name), quiet)
    assert refused.value.code == code
    assert affected.read_text() == CSV


def test_an_answer_may_be_replaced(affected: Path, tmp_path: Path) -> None:
    to = tmp_path / "out.csv"
    to.write_text("old")
    run_policy(policy_of(PARCELS), Wanted(affected, to, overwrite=True), quiet)
    assert len(written(to)) == 5


def test_nothing_is_left_when_something_is_wrong(affected: Path, tmp_path: Path) -> None:
    to = tmp_path / "out.csv"
    to.write_text("old")
    affected.write_text(CSV.replace("postage", "price"))
    with pytest.raises(BadInput, match="lacks 1 column"):
        run_policy(policy_of(PARCELS), Wanted(affected, to, overwrite=True), quiet)
    assert to.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_whoever_has_a_value_that_cannot_be_read_is_undefined(affected: Path, tmp_path: Path) -> None:
    to = tmp_path / "out.csv"
    affected.write_text(CSV + "f,soon,1.00\n")
    ran = run_policy(policy_of(PARCELS), Wanted(affected, to, reasons=True), quiet)
    (finding,) = ran.found
    assert (finding.what, str(finding.place)) == ("'soon' in column days_late is not a whole number.", f"{affected}:7")
    reason = duckdb.sql(f"SELECT status, reason FROM '{to}' WHERE customer_id = 'f'").fetchall()
    assert reason[0][0] == "undefined" and "'soon' in column days_late is not a whole number." in reason[0][1]


def test_a_number_that_is_none_is_undefined(tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    duckdb.sql("SELECT 1 AS customer_id, 'nan'::DOUBLE AS days_late, 4.9::DOUBLE AS postage").write_parquet(str(path))
    ran = run_policy(policy_of(PARCELS), Wanted(path, tmp_path / "out.csv"), quiet)
    assert [one.status for one in ran.totals] == ["undefined"]


def test_how_far_it_is_is_told(tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    duckdb.sql(
        "SELECT range AS customer_id, range % 5 AS days_late, (range % 1000)::DECIMAL(9,2) AS postage"
        " FROM range(1500000)"
    ).write_parquet(str(path))
    heard: list[int] = []
    policy = policy_of(PARCELS)
    ran = run_policy(
        policy, Wanted(path, tmp_path / "out.parquet", reasons=True), lambda done, _total: heard.append(done)
    )
    assert heard == sorted(set(heard)) and heard and heard[-1] <= 100
    assert sum(one.customers for one in ran.totals) == 1_500_000


NEWER = PARCELS.replace("give: 50", "give: 60").replace('"< 1", give: 0', '"< 1", give: 10')


def test_who_gains_and_who_loses(affected: Path) -> None:
    found = compare_policies(policy_of(PARCELS), policy_of(NEWER), affected, advance=quiet)
    assert found.rows == 5
    assert found.shifts == (Shift("postage_back", "EUR", 3, 198, 0, 0, 1, 0, 1, 0, 1745, 1943),)
    assert found.moves == (Move("postage_back", "nothing", "owed", 1),)
    assert found.largest == (
        Change("c", "postage_back", "EUR", 500, 600, "owed", "owed"),
        Change("a", "postage_back", "EUR", 0, 49, "nothing", "owed"),
        Change("b", "postage_back", "EUR", 245, 294, "owed", "owed"),
    )


def test_the_other_way_round_they_lose(affected: Path) -> None:
    (shift,) = compare_policies(policy_of(NEWER), policy_of(PARCELS), affected, advance=quiet).shifts
    assert (shift.gain, shift.gained, shift.lose, shift.lost, shift.stay) == (0, 0, 3, 198, 1)


def test_a_policy_against_itself_changes_nothing(affected: Path) -> None:
    found = compare_policies(policy_of(PARCELS), policy_of(PARCELS), affected, advance=quiet)
    assert (found.moves, found.largest) == ((), ())
    assert [(one.gain, one.lose, one.stay) for one in found.shifts] == [(0, 0, 4)]


def test_a_remedy_in_another_currency_is_never_one_sum(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("days\n1\n2\n")
    text = (
        "facts: {days: {type: integer}}\nremedies:\n  r: {kind: fix, basis: redress, currency: EUR,"
        " rules: [{id: all, default: true, amount: EUR 5}]}\n"
    )
    other = text.replace("EUR", "USD")
    found = compare_policies(policy_of(text), policy_of(other), path, advance=quiet)
    assert [(one.currency, one.gain, one.lose, one.old, one.new) for one in found.shifts] == [
        ("EUR", 0, 2, 1000, 0),
        ("USD", 2, 0, 0, 1000),
    ]


def test_a_remedy_of_one_policy_only(affected: Path) -> None:
    other = policy_of(PARCELS.replace("postage_back", "postage"))
    found = compare_policies(policy_of(PARCELS), other, affected, advance=quiet)
    assert {(one.remedy, one.gain, one.lose) for one in found.shifts} == {("postage_back", 0, 3), ("postage", 3, 0)}
    assert Move("postage", None, "owed", 3) in found.moves


def test_two_lines_of_one_customer_are_compared_each_with_itself(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("customer_id,days_late,postage\na,0,4.90\na,1,4.90\n")
    found = compare_policies(policy_of(PARCELS), policy_of(NEWER), path, advance=quiet)
    assert [(one.customer, one.old, one.new) for one in found.largest] == [("a", 0, 49), ("a", 245, 294)]


LOCAL = """\
facts:
  cur: {type: text}
  paid_in: {type: money, currency: "@cur"}
remedies:
  back:
    kind: fix
    basis: redress
    currency_column: cur
    rules:
      - {id: all, default: true, amount: paid_in}
"""


@pytest.mark.parametrize("reasons", [False, True])
def test_amounts_of_two_currencies_are_two_sums(tmp_path: Path, reasons: bool) -> None:
    path = tmp_path / "in.csv"
    path.write_text("cur,paid_in\nEUR,5.00\nJPY,500\nJPY,700\n,1\n")
    ran = run_policy(policy_of(LOCAL), Wanted(path, tmp_path / "out.csv", reasons=reasons), quiet)
    assert [(one.status, one.currency, one.customers, one.minor) for one in ran.totals] == [
        ("owed", "EUR", 1, 500),
        ("owed", "JPY", 2, 1200),
        ("undefined", "", 1, None),
    ]


def test_currencies_of_customers_are_compared_each_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("cur,paid_in\nEUR,5.00\nJPY,500\n,1\n")
    newer = policy_of(LOCAL.replace("amount: paid_in", "amount: paid_in * 2"))
    found = compare_policies(policy_of(LOCAL), newer, path, advance=quiet)
    assert [(one.currency, one.gain, one.gained, one.stay) for one in found.shifts] == [
        ("", 0, 0, 0),
        ("EUR", 1, 500, 0),
        ("JPY", 1, 500, 0),
    ]


HELD = """\
facts:
  days: {type: integer, optional: true}
  parcel: {type: text, each: true}
remedies:
  paid:
    kind: fix
    basis: redress
    currency: EUR
    order: [sum]
    rules:
      - {id: long, when: "days > 9", hold: "A person looks."}
      - {id: late, when: "days > 3", amount: EUR 5}
      - {id: other, default: true, nothing: "In time."}
"""


def test_only_what_is_settled_in_both_is_a_gain_or_a_loss(tmp_path: Path) -> None:
    """One is on hold in both, one is held no longer, one is held now, one is undefined in both, one gains."""
    path = tmp_path / "in.csv"
    days = {"hold": "30", "was": "10", "gains": "3", "gap": "", "stays": "5"}
    path.write_text("customer_id,days,parcel\n" + "".join(f"{who},{n},a\n{who},{n},b\n" for who, n in days.items()))
    newer = HELD.replace("days > 9", "days > 12").replace("days > 3", "days > 2")
    found = compare_policies(policy_of(HELD), policy_of(newer), path, advance=quiet)
    assert (found.rows, found.customers) == (10, 5)
    (shift,) = found.shifts
    assert (shift.gain, shift.lose, shift.stay, shift.held, shift.undefined, shift.moved) == (1, 0, 1, 1, 1, 1)
    assert [one.customer for one in found.largest] == ["gains"]
    assert Move("paid", "hold", "owed", 1) in found.moves
