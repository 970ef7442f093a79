"""`pg_dump` and `pg_restore`: the wheel's, or those of a folder that a setting names; passwords stay out of sight."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from makegood.config.backup_files import PIECE, Writer
from makegood.config.postgres.binaries import MAJOR, find_binaries
from makegood.kit.errors import Refused, Unavailable

# libpq's own names for what an address says: an environment is not shown by ps, arguments are.
_NAMES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslrootcert": "PGSSLROOTCERT",
    "options": "PGOPTIONS",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}


def find_tool(name: str, conninfo: str) -> Path:
    """The program. The wheel's speaks no TLS: a server that demands it needs MAKEGOOD_POSTGRES_BIN, or one in PATH.

    Raises `Unavailable` when there is none.
    """
    named = os.environ.get("MAKEGOOD_POSTGRES_BIN")
    if named:
        path = Path(named) / name
        if path.is_file():
            return path
    elif str(conninfo_to_dict(conninfo).get("sslmode") or "") not in ("require", "verify-ca", "verify-full"):
        return find_binaries() / name
    elif found := shutil.which(name):
        return Path(found)
    raise Unavailable(
        f"There is no {name} that can speak to this server.",
        remedy="Install PostgreSQL's client programs, of the server's version or newer, and name their folder with "
        "MAKEGOOD_POSTGRES_BIN.",
        code="no-client-program",
    )


def check_server(version: int) -> None:
    """Raises `Refused` for a server newer than the wheel's programs, unless others are named."""
    if version // 10_000 > MAJOR and not os.environ.get("MAKEGOOD_POSTGRES_BIN"):
        raise Refused(
            f"The server is PostgreSQL {version // 10_000}; this Makegood brings programs of version {MAJOR}.",
            remedy="Name the folder with the server's own programs with MAKEGOOD_POSTGRES_BIN.",
            code="newer-server",
        )


def dump(conninfo: str, snapshot: str, into: Writer, advance: Callable[[int], None]) -> None:
    """Everything of the database as it was at the snapshot, in PostgreSQL's custom format."""
    argv = [find_tool("pg_dump", conninfo), "--format=custom", "--compress=gzip:4", "--no-subscriptions"]
    argv += [f"--snapshot={snapshot}", "--lock-wait-timeout=60s", "--no-password"]
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            [str(word) for word in argv], stdout=subprocess.PIPE, stderr=said, env=_environment(conninfo)
        )
        assert running.stdout is not None  # noqa: S101 - asked for above
        try:
            done = 0
            while content := running.stdout.read(PIECE):
                into.write(content)
                done += len(content)
                advance(done)
        finally:
            running.stdout.close()
            if running.poll() is None and done == 0:
                running.terminate()
            code = running.wait()
        if code != 0:
            said.seek(0)
            raise _failed("The database could not be dumped", said.read().decode("utf-8", "replace"))


def restore(conninfo: str, dumped: Path, *, privileges: bool, jobs: int) -> None:
    """Puts a dump into an empty database; stops at the first thing that fails. Raises `Unavailable` with its words."""
    argv = [find_tool("pg_restore", conninfo), "--no-owner", "--exit-on-error", "--no-password", f"--jobs={jobs}"]
    argv += ["--dbname", str(conninfo_to_dict(conninfo)["dbname"])]
    argv += [] if privileges else ["--no-privileges"]
    ended = subprocess.run(
        [*(str(word) for word in argv), str(dumped)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env=_environment(conninfo),
    )
    if ended.returncode != 0:
        raise _failed("The database could not be restored", ended.stderr)


def _environment(conninfo: str) -> dict[str, str]:
    parts = {name: str(value) for name, value in conninfo_to_dict(conninfo).items() if value}
    chosen = {_NAMES[name]: value for name, value in parts.items() if name in _NAMES}
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": os.environ.get("HOME", "/"), **chosen}


def _failed(what: str, words: str) -> Unavailable:
    said = " / ".join([line.strip() for line in words.splitlines() if line.strip()][:3]) or "it said nothing"
    return Unavailable(
        f"{what}: {said.removesuffix('.')}.",
        remedy="Remove the cause named there and start again; nothing half-made is left under the name of a backup.",
        code="dump-failed",
    )
