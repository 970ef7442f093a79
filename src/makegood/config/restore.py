"""`makegood restore`: a backup into an empty home, or the empty database of DATABASE_URL; proved, and fenced."""

from __future__ import annotations

import io
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from makegood.config.backup import Advance, Say, list_backups, passphrase, read_manifest
from makegood.config.backup_files import Key, damaged, digest_file, read_file
from makegood.config.postgres.sentences import file_errors
from makegood.config.start import Started, find_home, make_home, named_database, set_up
from makegood.kit.errors import BadInput, Finding, Refused
from makegood.kit.killpoints import kp

UNFINISHED = "restore.unfinished"
_COUNT = "SELECT count(*) FROM {}"
_REVOKE = """
DO $$ DECLARE one text; BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mg_app') THEN RETURN; END IF;
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO mg_app', current_database());
    FOR one IN SELECT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
               WHERE p.proname = 'mg_refuse_change' LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM mg_app', one);
    END LOOP;
    REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON sealed_stream, partitioned FROM mg_app;
END $$
"""


@dataclass
class Restored:
    """`findings` name everything that is not as the backup says it was; `erased` customers were erased again."""

    home: Path
    source: Path
    manifest: dict[str, Any]
    findings: list[Finding] = field(default_factory=list)
    erased: int = 0


def find_source(source: Path) -> Path:
    """A backup, or the newest one in a folder of them. Raises `BadInput`."""
    if (source / "manifest.json").exists():
        return source
    found = list_backups(source) if source.is_dir() else []
    if not found:
        read_manifest(source)
    return found[-1]


def restore_backup(source: Path, *, erasures: Path | None = None, advance: Advance, say: Say) -> Restored:
    """Puts the backup back, proves it, and leaves acts fenced.

    Raises `BadInput` for a wrong passphrase or damaged files, `Refused` when home or database is not empty, before
    anything is written; `Unavailable` when PostgreSQL refuses.
    """
    source = find_source(source)
    manifest = read_manifest(source)
    key = _key_of(manifest)
    place = find_home()
    check_empty_home(place)
    gone = _read_erasures(erasures) if erasures else []
    say("Comparing the files with their digests.")
    _check_digests(source, manifest)
    make_home(place)
    with file_errors(place):
        (place / UNFINISHED).write_text(f"{source}\n", encoding="utf-8")
        _unpack(source / "keys.tar", key, place / "secrets")
        _unpack(source / "home.tar", key, place)
    kp("restore.unpacked")
    with ExitStack() as undo:
        say("Starting the database.")
        started = _database(place, say, undo)
        say("Putting the rows back.")
        _put_back(source, key, started, place)
        (place / UNFINISHED).unlink()
        restored = Restored(place, source, manifest)
        _take_over(restored, say)
        say("Proving what was restored.")
        restored.findings = _counts(manifest["counts"])
        restored.erased = _erase_again(gone)
        restored.findings += _prove(place)
        advance(1, 1)
    return restored


def check_empty_home(place: Path) -> None:
    """Raises `Refused` when something lives there already."""
    found = [path.name for path in place.iterdir()] if place.is_dir() else []
    if found:
        raise Refused(
            f"The home {place} is not empty.",
            remedy="Name another one with MAKEGOOD_HOME, or move this one away; it is not written over.",
            code="home-not-empty",
        )


def _key_of(manifest: dict[str, Any]) -> Key | None:
    if not manifest["sealed"]:
        return None
    words = passphrase()
    if words is None:
        raise BadInput(
            "This backup is sealed, and there is no passphrase.",
            remedy="Set MAKEGOOD_BACKUP_PASSPHRASE or MAKEGOOD_BACKUP_PASSPHRASE_FILE.",
            code="no-passphrase",
        )
    key = Key(words, bytes.fromhex(manifest["sealed"]["salt"]))
    if not key.fits(manifest["sealed"]["check"]):
        raise BadInput(
            "The passphrase does not fit this backup.",
            remedy="Use the one it was made with; without it nobody can read the backup.",
            code="wrong-passphrase",
        )
    return key


def _check_digests(source: Path, manifest: dict[str, Any]) -> None:
    for name, written in manifest["files"].items():
        try:
            found = digest_file(source / name)
        except FileNotFoundError:
            raise damaged(source / name) from None
        if (found.digest, found.size) != (written["digest"], written["size"]):
            raise damaged(source / name)


class _Pieces(io.RawIOBase):
    """What `read_file` yields, as a file that tarfile reads."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            following = next(self._pieces, None)
            if following is None:
                return 0
            self._rest = following
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def _unpack(path: Path, key: Key | None, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    pieces = read_file(path, key)
    with tarfile.open(fileobj=io.BufferedReader(_Pieces(pieces)), mode="r|") as packed:
        for member in packed:
            # `data` refuses what leads out of the folder; modes are ours.
            packed.extract(member, into, filter="data")
            target = into / member.name
            if target.is_file():
                target.chmod(0o600)
    for _ in pieces:  # to the end, so that a file that was cut off is noticed
        pass


def _database(place: Path, say: Say, undo: ExitStack) -> Started:
    """A server with an empty database, nothing prepared in it: the dump brings its own rights."""
    if named_database():
        started = Started(place, None)
        with psycopg.connect(os.environ.get("MAKEGOOD_OWNER_URL") or os.environ["DATABASE_URL"]) as db:
            row = db.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace").fetchone()
        if row and row[0]:
            raise Refused(
                "The database that DATABASE_URL names is not empty.",
                remedy="Name an empty one; an existing database is not written over.",
                code="database-not-empty",
            )
    else:
        from makegood.config.embedded import EmbeddedServer

        server = EmbeddedServer(place, progress=say)
        server.start()
        undo.callback(server.release)
        with psycopg.connect(server.url("admin", dbname="postgres"), autocommit=True) as admin:
            admin.execute("DROP DATABASE makegood")
            admin.execute("CREATE DATABASE makegood OWNER mg_owner")
        os.environ["DATABASE_URL"], os.environ["MAKEGOOD_OWNER_URL"] = server.url("app"), server.url("owner")
        started = Started(place, server)
    undo.callback(set_up(place))
    return started


def _put_back(source: Path, key: Key | None, started: Started, place: Path) -> None:
    from makegood.acts.connections import conninfo
    from makegood.config.backup_tools import restore

    with _in_clear(source / "database.dump", key, place) as dumped:
        restore(conninfo("owner"), dumped, privileges=started.server is not None, jobs=min(os.cpu_count() or 1, 4))
    if started.server is not None:
        started.server.prepare("makegood")
    with psycopg.connect(conninfo("owner"), autocommit=True) as owner:
        owner.execute(_REVOKE)
        owner.execute("ANALYZE")


@contextmanager
def _in_clear(path: Path, key: Key | None, place: Path) -> Iterator[Path]:
    """The dump as a file pg_restore can seek in; a sealed one is opened into the home and removed again."""
    if key is None:
        yield path
        return
    descriptor, name = tempfile.mkstemp(prefix="restore-", dir=place)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for piece in read_file(path, key):
                file.write(piece)
        yield Path(name)
    finally:
        Path(name).unlink()


def _take_over(restored: Restored, say: Say) -> None:
    """Tables of this version, transaction numbers that go on, acts fenced."""
    from django.db import connection, transaction

    from makegood.acts.fence import fence_restored
    from makegood.config.tables import bring_up_to_date
    from makegood.journal.actions import record

    bring_up_to_date(say)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT mg_follow_xids()")
            # Sign-ins that ended after the backup was made would open again: everyone signs in anew.
            cursor.execute("DELETE FROM usersessions_usersession")
            cursor.execute("DELETE FROM django_session")
        fence_restored()
        facts = {"epoch": restored.manifest["epoch"], "made_at": restored.manifest["made_at"]}
        record("backup.restored", "backup", actor=None, facts=facts)


def _prove(place: Path) -> list[Finding]:
    from makegood.balance.invariants import check_invariants
    from makegood.journal.queries import verify

    findings = verify(place / "anchors" / "seals.log").findings
    findings += check_invariants(deep=True)
    return findings + _keys_fit()


def _counts(wanted: dict[str, int]) -> list[Finding]:
    from django.db import connection

    added = {"entry": 2}  # what restoring itself wrote: that acts are fenced, and that this was restored
    moving = {
        "django_session",
        "usersessions_usersession",
        "tried",
        "django_migrations",
        "procrastinate_jobs",
        "procrastinate_events",
        "procrastinate_workers",
        "fence",
    }
    findings = []
    with connection.cursor() as cursor:
        for table, count in wanted.items():
            if table in moving:
                continue
            cursor.execute(sql.SQL(_COUNT).format(sql.Identifier(table)).as_string(None))
            found = cursor.fetchone()[0]
            if not count <= found <= count + added.get(table, 0):
                what = f"Table {table} has {found:,} rows, and had {count:,} when the backup was made."
                findings.append(Finding("rows-missing", what, "Restore again, from another copy of the backup."))
    return findings


def _keys_fit() -> list[Finding]:
    """Says at once when a stored secret cannot be opened: with the first mail it would be too late."""
    from makegood.people.models import Connection
    from makegood.people.secrets import resolve_secrets

    findings = []
    for connection in Connection.objects.order_by("id"):
        try:
            resolve_secrets(_sealed_only(connection.settings))
        except BadInput as error:
            what = f"Connection '{connection.name}': {error.what}"
            findings.append(Finding("key-does-not-fit", what, error.remedy))
    return findings


def _sealed_only(settings: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if isinstance(value, dict) and "env" not in value}


def _read_erasures(path: Path) -> list[int]:
    """Customers of a list of erasures: one number a line, whatever stands behind it. Raises `BadInput`."""
    found = []
    for number, line in enumerate(path.read_text(encoding="ascii", errors="replace").splitlines(), start=1):
        if not line.strip():
            continue
        first = line.split()[0]
        if not first.isdigit():
            raise BadInput(
                f"Line {number} of {path} is no erasure.",
                remedy="Take anchors/erasures.log of the home whose customers were erased.",
                code="bad-erasures",
            )
        found.append(int(first))
    return list(dict.fromkeys(found))


def _erase_again(customers: list[int]) -> int:
    """Who was erased after the backup was made comes back with it: they are erased once more."""
    from makegood.customers.actions import erase_customer
    from makegood.customers.models import Customer

    waiting = Customer.objects.filter(id__in=customers, erased_at=None).order_by("id").values_list("id", flat=True)
    count = 0
    for customer in list(waiting):
        erase_customer(customer, actor=0)
        count += 1
    return count
