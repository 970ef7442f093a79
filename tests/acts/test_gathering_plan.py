"""The sweeper's gathering stays linear also when the statistics are from before anything waited."""

from __future__ import annotations

from tests.acts.test_stopping import started
from tests.engine.recovery import as_owner, rows

from makegood.acts.sweep import _GATHER, sweep


def test_acts_that_wait_all_at_once_are_not_looked_for_row_by_row(database, tmp_path) -> None:
    _, plan = started(tmp_path, count=2_000)
    part = f"act_{plan.id}"
    as_owner(database, f"ANALYZE {part}")
    as_owner(database, f"ALTER TABLE {part} SET (autovacuum_enabled = false)")
    rows("UPDATE act SET state = 'waiting', code = 'earlier-step-open', next_at = clock_timestamp() RETURNING 1")
    said = "\n".join(line for (line,) in rows(f"EXPLAIN {_GATHER}".replace("%(plans)s", f"ARRAY[{plan.id}]")))
    assert said.count("next_at_idx") <= 1, f"once to find what is due, never for each of them:\n{said}"
    swept = sweep()
    assert swept is not None
    assert swept.gathered == 2_000
