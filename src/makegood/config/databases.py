"""From `DATABASE_URL` to Django's settings; `MAKEGOOD_OWNER_URL` names the role that may change tables.

Migrations run on the connection `owner`, everything else on `default`, whose role can neither create tables nor
change what is append-only. With one URL for both, the triggers alone keep append-only tables append-only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from makegood.kit.errors import BadInput

_QUOTED = re.compile('".*"', re.DOTALL)  # libpq quotes what it could not read, which may be the password


def databases(environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Raises `BadInput` for a URL that PostgreSQL's own parser refuses."""
    app = environment.get("DATABASE_URL") or ""
    owner = environment.get("MAKEGOOD_OWNER_URL") or app
    return {"default": _entry(app, "DATABASE_URL"), "owner": _entry(owner, "MAKEGOOD_OWNER_URL")}


def _entry(url: str, name: str) -> dict[str, Any]:
    try:
        parts = conninfo_to_dict(url) if url else {}
    except ProgrammingError as error:
        raise BadInput(
            f"{name} is not a PostgreSQL address: {_QUOTED.sub('…', str(error).strip())}.",
            remedy="Write postgresql://user:password@host:5432/name.",
            code="bad-database-url",
        ) from error
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    entry: dict[str, Any] = {setting: str(parts.pop(key, "") or "") for key, setting in known.items()}
    entry["ENGINE"] = "django.db.backends.postgresql"
    entry["OPTIONS"] = {**parts, "application_name": "makegood"}
    entry["CONN_MAX_AGE"] = None
    entry["CONN_HEALTH_CHECKS"] = True  # at the start of a request: a restarted server is met with a new connection
    entry["TEST"] = {"MIRROR": None}
    return entry


def point_at(app_url: str, owner_url: str) -> None:
    """Points a running Django at other databases (tests, restores); open connections of this thread are closed."""
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    for alias, entry in databases({"DATABASE_URL": app_url, "MAKEGOOD_OWNER_URL": owner_url}).items():
        settings.DATABASES[alias].update(entry)
        connections[alias].settings_dict.update(entry)
