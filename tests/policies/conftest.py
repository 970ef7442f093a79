from __future__ import annotations

from collections.abc import Iterator

import pytest

from makegood.kit.columns import Columns


@pytest.fixture
def columns() -> Iterator[Columns]:
    with Columns(memory_mb=512, wall_seconds=120) as engine:
        yield engine
