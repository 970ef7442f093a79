"""One stage for each test that asks: planned once, set back for every batch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import fresh_database
from tests.faults.stage import Stage


@pytest.fixture(scope="module")
def stage(server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    with fresh_database(server, folder) as database:
        made = Stage(database, folder)
        yield made
        made.close()
