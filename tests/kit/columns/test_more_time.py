"""A block may be given more time for work whose size is known, never less."""

from __future__ import annotations

import time

import pytest

from makegood.kit.columns import Columns
from makegood.kit.errors import MakegoodError


def test_time_that_is_over_can_be_given_again() -> None:
    with Columns(wall_seconds=120) as columns:
        columns._deadline = time.monotonic() - 1
        columns.allow(60)
        assert columns.fetch("SELECT 42 AS answer") == [(42,)]
        columns._deadline = time.monotonic() - 1
        with pytest.raises(MakegoodError) as over:
            columns.fetch("SELECT 42 AS answer")
    assert over.value.code == "columns-time"


def test_what_was_allowed_is_never_made_less() -> None:
    with Columns(wall_seconds=120) as columns:
        before = columns._deadline
        columns.allow(1)
        assert columns._deadline == before
