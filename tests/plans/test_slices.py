"""A plan of any size is stored in pieces: the same rows, the same digest, whatever the size of a piece."""

import pytest
from tests.engine.recovery import POLICY, given_people, recovery, rows

import makegood.plans.draft as draft
from makegood.kit.columns import Columns
from makegood.plans.models import Plan

_ROWS = "SELECT ordinal, customer_id, step, kind, provider, wave, due_at, minor, leaf FROM act WHERE plan_id = %s"


@pytest.mark.parametrize("size", [1, 7, 20, 21])
def test_pieces_of_any_size_make_the_same_plan(database, tmp_path, monkeypatch, size):
    made = recovery(tmp_path, given_people(), count=10)
    made.load()
    whole = made.plan("remedy")
    stored = rows(f"{_ROWS} ORDER BY ordinal", whole.id)
    monkeypatch.setattr(draft, "SLICE", size)
    pieces = made.plan("remedy")
    assert (pieces.digest, pieces.acts) == (whole.digest, 20)
    assert rows(f"{_ROWS} ORDER BY ordinal", pieces.id) == stored
    assert rows("SELECT min(lo), max(hi), sum(hi - lo + 1) FROM plan_part WHERE plan_id = %s", pieces.id) == [
        (1, 20, 20)
    ]


def test_a_plan_without_acts_is_stored_as_well(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=2, policy=POLICY.replace('amount: "extra"', "nothing: Too small."))
    made.load()
    plan = made.plan("remedy")
    assert (plan.state, plan.acts, rows("SELECT count(*) FROM act WHERE plan_id = %s", plan.id)) == ("draft", 0, [(0,)])


def test_tables_that_are_needed_no_more_are_gone_before_the_rows_are_written(database, tmp_path, monkeypatch):
    made = recovery(tmp_path, given_people(), count=2)
    made.load()
    kept, real = [], draft.copy_to_postgres

    def copying(columns: Columns, *rest):
        kept.append({name for (name,) in columns.fetch("SELECT table_name FROM duckdb_tables()")})
        return real(columns, *rest)

    monkeypatch.setattr(draft, "copy_to_postgres", copying)
    made.plan("remedy")
    forgotten = {"candidate", "ranked", "sorted", "loaded", "affected", "decided", "existing", "told_amount"}
    assert [tables & forgotten for tables in kept] == [set()] * len(kept)
    assert {"act", "part", "final"} <= kept[0]
    assert Plan.objects.get().state == "draft"
