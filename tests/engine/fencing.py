"""A home and a database that drift apart: restored, copied, moved; and a process that starts anew."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from makegood.acts import fence
from makegood.config.databases import point_at
from makegood.kit.home import home
from tests.engine.recovery import rows


def start() -> fence.Standing:
    """What a process that starts now finds."""
    fence._MEMORY.standing = None
    return fence.look()


def live_in(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEGOOD_HOME", str(place))
    home.cache_clear()


def copied(place: Path, to: Path) -> Path:
    """As `cp -a` does it."""
    shutil.copytree(place, to, symlinks=True)
    return to


def quiet(seconds: int = 3600) -> None:
    """Nobody was heard of for so long; negative: the clock was put back."""
    for table in ("fence", "installation"):
        _write(f"UPDATE {table} SET heard_at = clock_timestamp() - make_interval(secs => {seconds})")


def set_epoch(epoch: int) -> None:
    _write(f"UPDATE fence SET epoch = {epoch}")


def _write(sql: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)


def epoch_file() -> Path:
    (path,) = (home() / "epochs").glob("*.json")
    return path


def seen() -> int:
    return int(json.loads(epoch_file().read_text())["epoch"])


def fenced() -> str:
    """Why the database is fenced, or ""."""
    return rows("SELECT reason FROM fence")[0][0]


@contextmanager
def clone_of(database, name: str) -> Iterator[tuple[str, str]]:
    """Another database of the same server with the same rows; gives its two URLs."""
    from django.db import connections

    connections.close_all()
    urls = [url.replace(f"/{_name(url)}?", f"/{name}?") for url in (database.app_url, database.owner_url)]
    admin_url = database.admin_url.replace(f"/{_name(database.admin_url)}?", "/postgres?")
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {_name(database.app_url)} OWNER mg_owner")
        try:
            yield urls[0], urls[1]
        finally:
            connections.close_all()
            point_at(database.app_url, database.owner_url)
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _name(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0] if "?host" not in url else url.partition("@/")[2].partition("?")[0]
