"""Real PostgreSQL for every test that asks for `database`: one server a run, one fresh database a test."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

os.environ["DJANGO_SETTINGS_MODULE"] = "makegood.config.settings"
os.environ.setdefault("MAKEGOOD_SWEEP_SECONDS", "0.3")
# Hundreds of commands are started as processes of their own: each would compile every module anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from makegood.config.databases import point_at  # noqa: E402
from makegood.config.embedded import EmbeddedServer  # noqa: E402
from makegood.kit.digest import sha256  # noqa: E402
from makegood.kit.home import home  # noqa: E402

# No test says how long it may take: on a busy machine that would say nothing of the program.
settings.register_profile("makegood", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("makegood")

TEMPLATE = "mg_template"
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "200"}


@dataclass(frozen=True)
class Database:
    app_url: str
    owner_url: str
    admin_url: str
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """For processes that a test starts: the same database and home, nothing else of ours."""
        return {
            **os.environ,
            "DATABASE_URL": self.app_url,
            "MAKEGOOD_OWNER_URL": self.owner_url,
            "MAKEGOOD_HOME": str(self.home),
        }


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """One PostgreSQL for all worker processes of a run; the last of them stops it."""
    base = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    # Not below pytest's own folder, which is closed to the user that the server runs as when root runs the tests.
    named = os.environ.get("MAKEGOOD_TEST_SERVER")  # of the tests that start other tests
    server_home = Path(named or Path(tempfile.gettempdir()) / f"makegood-tests-{sha256(str(base))[:12]}")
    server_home.mkdir(mode=0o711, exist_ok=True)
    with EmbeddedServer(server_home, settings=FAST) as running:
        with_template(running)
        yield running
    if not named and not (server_home / "postgres" / "data" / "postmaster.pid").exists():
        shutil.rmtree(server_home, ignore_errors=True)


def with_template(running: EmbeddedServer) -> None:
    """Has the template database; the first process makes it, others wait."""
    with psycopg.connect(running.url("admin", dbname="postgres"), autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(1)")
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            _make_template(running, admin)


def _make_template(running: EmbeddedServer, admin: psycopg.Connection) -> None:
    running.prepare("mg_migrating")
    point_at(running.url("app", dbname="mg_migrating"), running.url("owner", dbname="mg_migrating"))
    call_command("migrate", database="owner", verbosity=0)
    connections.close_all()
    admin.execute(f"ALTER DATABASE mg_migrating RENAME TO {TEMPLATE}")


@pytest.fixture
def database(server: EmbeddedServer, tmp_path: Path) -> Iterator[Database]:
    with fresh_database(server, tmp_path) as made:
        yield made


@contextmanager
def fresh_database(server: EmbeddedServer, folder: Path) -> Iterator[Database]:
    """A database of its own with all tables, and a home in `folder`; this process points at both."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server.url("admin", dbname="postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER mg_owner")
    urls = [server.url(role, dbname=name) for role in ("app", "owner", "admin")]
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MAKEGOOD_HOME", str(folder / "home"))
        home.cache_clear()
        point_at(urls[0], urls[1])
        yield Database(*urls, home=folder / "home")
        connections.close_all()
        home.cache_clear()
    with psycopg.connect(server.url("admin", dbname="postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
