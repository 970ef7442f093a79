"""A list in each row of a customer: in tests, from files, at edges; and never from a scope."""

from __future__ import annotations

from pathlib import Path

from tests.policies.written import policy_of

from makegood.core.expressions_sql import Type
from makegood.core.policy import parse_policy
from makegood.documents.folder import read_document
from makegood.kit.columns import Columns
from makegood.policies.bulk import Wanted, run_policy
from makegood.policies.coverage import coverage
from makegood.policies.edges import look
from makegood.policies.trials import run_tests

WAITS = """\
facts:
  waits: {type: integer, unit: min, from: 0, list: true, each: true}
  fare: {type: money, currency: EUR, from: EUR 0, each: true}
remedies:
  back:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: short, when: "list_sum(waits) < 60", nothing: "Less than an hour."}
      - {id: all, default: true, amount: "percent(10 * list_count(waits), fare)"}
tests:
  - name: three crossings
    rows: [{waits: [10, 50], fare: EUR 10}, {waits: [59], fare: EUR 10}, {waits: [30, 30, 1], fare: EUR 10}]
    expect: {back: EUR 5}
  - {name: no wait, rows: [{waits: [], fare: EUR 10}], expect: {back: {amount: nothing, rule: short}}}
  - {name: below zero, rows: [{waits: [3, -1], fare: EUR 10}], expect: {back: {amount: undefined, rule: facts}}}
"""


def test_each_row_has_its_list(columns: Columns) -> None:
    policy = policy_of(WAITS)
    trials = run_tests(columns, policy)
    assert [(trial.case.name, trial.misses) for trial in trials if trial.misses] == []
    assert all(one.touched for one in coverage(columns, policy, trials))


def test_edges_of_what_a_list_in_a_row_is_worth(columns: Columns) -> None:
    (edge,) = look(columns, policy_of(WAITS)).edges
    assert (edge.name, edge.edge, edge.differs) == ("list_sum(waits)", "60", True)
    assert [(side.where, side.gets["back"][1]) for side in edge.sides] == [
        ("below", "short"), ("at", "all"), ("above", "all"),
    ]  # fmt: skip


def test_lists_in_rows_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("customer_id,waits,fare\na,10; 50,10\na,59,10\nb,[],5\nc,70,5\nc,,5\n")
    run_policy(policy_of(WAITS), Wanted(tmp_path / "in.csv", tmp_path / "out.csv"), lambda *_: None)
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[1:] == ["a,back,owed,all,200,EUR", "b,back,nothing,short,,EUR", "c,back,undefined,facts,,EUR"]


def test_a_scope_has_no_lists_in_rows() -> None:
    file, _ = read_document(WAITS, "policy", "policy.yaml")
    assert file is not None
    scope = {"waits": Type("integer", many=True), "fare": Type("money", "EUR", many=True)}
    policy, found = parse_policy(file, scope)
    assert policy is None
    assert [(one.code, one.place.line if one.place else 0) for one in found] == [("column-type", 2)]
