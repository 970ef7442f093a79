"""Passwords, roles and grants of the embedded PostgreSQL, and the connection strings made of them.

postgres   the bootstrap superuser: set-up, backup, doctor
mg_owner   owns the tables and changes them: migrations
mg_app     reads and writes rows; cannot create, alter or drop
mg_ro      reads
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from makegood.config.postgres.layout import PORT, write_durably
from makegood.kit.errors import Refused, Unavailable

Role = Literal["owner", "app", "ro", "admin"]

LOGINS: Mapping[Role, str] = {"owner": "mg_owner", "app": "mg_app", "ro": "mg_ro", "admin": "postgres"}
MAIN = "makegood"

# Written as the last statement of a database's set-up, inside the database: where it is missing, set-up runs again.
_MARK = "makegood roles 1"

_IS_PREPARED = "SELECT 1 FROM pg_database WHERE datname = %s AND shobj_description(oid, 'pg_database') = %s"
_GRANTS = """
REVOKE ALL ON DATABASE {db} FROM PUBLIC;
GRANT CONNECT ON DATABASE {db} TO mg_app, mg_ro;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO mg_app, mg_ro;
ALTER DEFAULT PRIVILEGES FOR ROLE mg_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE mg_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO mg_app;
ALTER DEFAULT PRIVILEGES FOR ROLE mg_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO mg_app;
ALTER DEFAULT PRIVILEGES FOR ROLE mg_owner IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO mg_app;
ALTER DEFAULT PRIVILEGES FOR ROLE mg_owner IN SCHEMA public GRANT SELECT ON TABLES TO mg_ro;
ALTER ROLE mg_ro SET default_transaction_read_only = on;
COMMENT ON DATABASE {db} IS {mark};
"""


def load_passwords(path: Path, *, fresh: bool) -> dict[str, str]:
    """Login → password from `path`; missing ones are made and stored when `fresh` (no database exists yet).

    Raises Refused when a database exists but its passwords are gone or unreadable.
    """
    found: object = {}
    if path.exists():
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            found = None
    known = {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
    if set(LOGINS.values()) <= known.keys():
        return known
    if not fresh:
        raise Refused(
            f"The database of this home exists, but {path} with its passwords is missing or damaged.",
            remedy="Put that file back from your backup of the home directory.",
            code="passwords-missing",
        )
    known |= {login: secrets.token_urlsafe(24) for login in LOGINS.values() if login not in known}
    write_durably(path, json.dumps(known, indent=2) + "\n")
    return known


def connection_url(role: Role, *, password: str, socket: Path, dbname: str = MAIN) -> str:
    """A libpq URL through the socket folder. It names the port, because PGPORT would otherwise choose the socket."""
    login = f"{LOGINS[role]}:{quote(password, '')}"
    return f"postgresql://{login}@/{quote(dbname, '')}?host={quote(str(socket), '')}&port={PORT}"


def knock(admin_url: str) -> str | None:
    """None when the server answers, else why not, in its own words if it has any.

    Raises Refused when it does not take our password.
    """
    try:
        with psycopg.connect(admin_url, connect_timeout=10):
            return None
    except psycopg.OperationalError as error:
        words = str(error)
    if "password authentication failed" in words:
        raise Refused(
            "The embedded PostgreSQL does not accept the passwords in secrets/postgres.json of this home.",
            remedy="Put that file back from the backup that belongs to these database files.",
            code="passwords-differ",
        )
    fatal = words.rpartition("FATAL:")[2] if "FATAL:" in words else "it does not answer yet"
    return fatal.strip().splitlines()[0]


def prepare(maintenance_url: str, target_url: str, passwords: Mapping[str, str]) -> None:
    """Make roles and the database of `target_url` with its grants, unless all is there; every step may be repeated.

    Both URLs are the admin's; `maintenance_url` names the database `postgres`.

    Raises Unavailable when PostgreSQL refuses, such as on a full disk.
    """
    dbname = str(conninfo_to_dict(target_url)["dbname"])
    try:
        with psycopg.connect(maintenance_url, autocommit=True) as connection:
            if connection.execute(_IS_PREPARED, [dbname, _MARK]).fetchone():
                return
            _make_roles(connection, passwords)
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [dbname]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER mg_owner").format(sql.Identifier(dbname)))
        with psycopg.connect(target_url) as connection:
            names = {"db": sql.Identifier(dbname), "mark": sql.Literal(_MARK)}
            connection.execute(sql.SQL(_GRANTS).format(**names))
    except psycopg.Error as error:
        raise Unavailable(
            f"The database could not be set up: {str(error).strip()}.",
            remedy="Remove the cause and start again; what is done already is kept.",
            code="database-setup-failed",
        ) from error


def _make_roles(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    # Left open by PostgreSQL to every login; Makegood's have nothing to do there.
    connection.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")
    for login in (LOGINS["owner"], LOGINS["app"], LOGINS["ro"]):
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login]).fetchone()
        # Hashed here, so that the password itself never reaches the server or its log.
        verifier = connection.pgconn.encrypt_password(passwords[login].encode(), login.encode(), b"scram-sha-256")
        connection.execute(
            sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                sql.SQL("ALTER" if known else "CREATE"), sql.Identifier(login), sql.Literal(verifier.decode())
            )
        )
