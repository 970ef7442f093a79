"""Two starts at the same moment: neither clears away what the other has just made."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from makegood.kit.columns import Columns, launch


def test_a_start_that_is_not_locked_yet_is_not_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, met = fcntl.flock, []

    def another_starts_first(lock: int, how: int) -> None:
        if how == fcntl.LOCK_EX and not met:
            met.append(sorted(path.name for path in tmp_path.iterdir()))
            launch._sweep(tmp_path)
        real(lock, how)

    monkeypatch.setattr("makegood.kit.columns.launch.fcntl.flock", another_starts_first)
    with Columns(workdir=tmp_path) as columns:
        assert columns.fetch("SELECT 1 AS one") == [(1,)]
        assert columns.workdir.name.startswith(launch.PREFIX)
    assert len(met[0]) == 1, "there was a directory to clear away"
    assert list(tmp_path.iterdir()) == [], "and none is left"
