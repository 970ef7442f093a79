"""A backup of the test's database, and homes in which it is put back, with clusters of their own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections

from makegood.acts import fence
from makegood.acts.sendlog import forget_name
from makegood.config.backup import Backup, make_backup
from makegood.config.databases import point_at
from makegood.config.embedded import EmbeddedServer
from makegood.config.restore import Restored, restore_backup
from makegood.kit.home import home

PASSPHRASE = "twelve words that nobody guesses"


def nothing(*_said: object) -> None:
    pass


def backed_up(target: Path, monkeypatch: pytest.MonkeyPatch, **options: object) -> Backup:
    monkeypatch.setenv("MAKEGOOD_BACKUP_PASSPHRASE", PASSPHRASE)
    return make_backup(target, home(), advance=nothing, say=nothing, **options)  # type: ignore[arg-type]


@contextmanager
def restored(source: Path, monkeypatch: pytest.MonkeyPatch, **options: object) -> Iterator[Restored]:
    """Restored in this process, into a home of its own with a cluster of its own; the process lives there meanwhile."""
    # Below /tmp itself, which the database's user can reach.
    folder = Path(tempfile.mkdtemp(prefix="makegood-restore-"))
    folder.chmod(0o755)
    before = {name: os.environ.get(name) for name in ("DATABASE_URL", "MAKEGOOD_OWNER_URL", "MAKEGOOD_SECRET_KEY")}
    for name in before:
        monkeypatch.delenv(name, raising=False)
    was = home()
    urls = tuple(_url(alias) for alias in ("default", "owner"))
    connections.close_all()
    live_at(folder / "home", monkeypatch)
    try:
        done = restore_backup(source, advance=nothing, say=nothing, **options)  # type: ignore[arg-type]
        with EmbeddedServer(home(), settings={"fsync": "off"}) as server:
            point_at(server.url("app"), server.url("owner"))
            yield done
    finally:
        connections.close_all()
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        live_at(was, monkeypatch)
        point_at(*urls)
        shutil.rmtree(folder)


def live_at(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEGOOD_HOME", str(place))
    home.cache_clear()
    forget_name()
    fence._MEMORY.standing = None


def _url(alias: str) -> str:
    from makegood.acts.connections import conninfo

    return conninfo(alias)
