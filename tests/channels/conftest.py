"""A fresh migrated database for each test, copied from the one that DATABASE_URL names."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from django.db import connections
from psycopg.conninfo import conninfo_to_dict, make_conninfo


@dataclass(frozen=True)
class Database:
    app_url: str
    owner_url: str


@pytest.fixture
def database(django_db_blocker: pytest.FixtureRequest) -> Iterator[Database]:
    app, owner = os.environ.get("DATABASE_URL"), os.environ.get("MAKEGOOD_OWNER_URL")
    assert app and owner, "Set DATABASE_URL and MAKEGOOD_OWNER_URL to a migrated database."
    template = conninfo_to_dict(app)["dbname"]
    name = f"t_{secrets.token_hex(6)}"
    root = make_conninfo(app, user="postgres", dbname="postgres")
    with psycopg.connect(root, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER mg_owner")
    default = connections["default"]
    old = default.settings_dict["NAME"]
    default.close()
    default.settings_dict["NAME"] = name
    with django_db_blocker.unblock():
        yield Database(make_conninfo(app, dbname=name), make_conninfo(owner, dbname=name))
        default.close()
    default.settings_dict["NAME"] = old
    with psycopg.connect(root, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
