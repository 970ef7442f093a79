"""A PostgreSQL with the template database for programs beside pytest."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "makegood.config.settings"

import django

django.setup()

from makegood.config.embedded import EmbeddedServer  # noqa: E402
from tests.conftest import FAST, with_template  # noqa: E402


@contextmanager
def serving() -> Iterator[Path]:
    """The home of the server: the one that `MAKEGOOD_TEST_SERVER` names, or one that ends with this program."""
    if named := os.environ.get("MAKEGOOD_TEST_SERVER"):
        yield Path(named)
        return
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # the server's own user must reach it when root starts it
        home = Path(folder) / "server"
        with EmbeddedServer(home, settings=FAST) as server:
            with_template(server)
            yield home
