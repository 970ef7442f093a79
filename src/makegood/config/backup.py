"""`makegood backup`: database, keys and files of the home in one folder that can be put back anywhere.

    makegood-20261130T020000Z/
        manifest.json        what it is, in clear: versions, counts, epoch, digests; no personal value
        database.dump        PostgreSQL's custom format, one moment of the whole database
        keys.tar             the home's secrets, without the passwords of its own PostgreSQL
        home.tar             anchors, send logs and whatever else the home holds

It is written under another name and renamed at the end, so a folder of that name is whole. Right after the moment of
the dump the epoch moves on: put back, the database is older than what its homes have seen, and acts are fenced.
"""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from makegood import __version__
from makegood.config.backup_files import Key, Writer, Written
from makegood.config.backup_tools import check_server, dump
from makegood.config.postgres.layout import sync_folder
from makegood.kit.clock import iso, now
from makegood.kit.errors import BadInput, Refused
from makegood.kit.home import secret
from makegood.kit.killpoints import kp

FORMAT = 1
NAME = "makegood-"
PASSPHRASE = "MAKEGOOD_BACKUP_PASSPHRASE"  # noqa: S105 - a setting's name
LEFT_FOR = 86_400  # seconds until what a killed backup left is removed
SHORTEST = 12  # letters of a passphrase
# Not of the home that is put back: its database, locks, what it has seen, who it is, and logs of bugs.
LEFT_OUT = ("postgres", "epochs", "logs", "secrets", "ballast", "acts/name")
NOT_KEYS = ("postgres.json",)
_TABLES = """
SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname
"""


@dataclass(frozen=True)
class Backup:
    path: Path
    manifest: dict[str, Any]
    dropped: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return sum(int(file["size"]) for file in self.manifest["files"].values())


@dataclass(frozen=True)
class Moment:
    """One moment of the database: its snapshot, and what is counted in it."""

    snapshot: str
    facts: dict[str, Any]


Say = Callable[[str], None]
Advance = Callable[[int, int | None], None]


def passphrase() -> str | None:
    """From MAKEGOOD_BACKUP_PASSPHRASE(_FILE). Raises `BadInput` for one that is too short to protect anything."""
    found = secret("MAKEGOOD_BACKUP_PASSPHRASE")
    if found is not None and len(found) < SHORTEST:
        raise BadInput(
            f"The passphrase of the backup is shorter than {SHORTEST} letters.",
            remedy="Take some words that nobody would guess, and keep them apart from the backup.",
            code="short-passphrase",
        )
    return found


def make_backup(
    target: Path, place: Path, *, plain: bool = False, keep: int | None = None, advance: Advance, say: Say
) -> Backup:
    """Writes a backup of the home `place` and its database into the folder `target`; keeps the newest `keep`.

    Raises `BadInput` without a passphrase (unless `plain`), `Unavailable` when dumping fails, `OSError` when the disk
    is full: nothing is left under the name of a backup then.
    """
    from makegood.journal.actions import record

    target = target.absolute()
    words = None if plain else passphrase()
    if words is None and not plain:
        raise BadInput(
            "There is no passphrase for the backup.",
            remedy=f"Set {PASSPHRASE} or {PASSPHRASE}_FILE, or say --without-encryption: whoever has the backup then "
            "has every customer's address and every key.",
            code="no-passphrase",
        )
    salt = os.urandom(16)
    key = Key(words, salt) if words else None
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{NAME}{now():%Y%m%dT%H%M%S%fZ}"
    with _unfinished(target, name) as folder:
        files = {}
        say("Dumping the database.")
        with _one_moment() as moment:
            files["database.dump"] = _dump(folder, key, moment, advance)
        kp("backup.dumped")
        say("Copying keys and files.")
        files["keys.tar"] = _pack(folder / "keys.tar", key, place / "secrets", NOT_KEYS)
        files["home.tar"] = _pack(folder / "home.tar", key, place, LEFT_OUT)
        manifest = _manifest(moment, files, key, salt)
        kp("backup.packed")
        _write_manifest(folder / "manifest.json", manifest)
    facts = {"database": manifest["database"], "epoch": manifest["epoch"], "sealed": key is not None}
    kp("backup.before_record")
    record("backup.made", "backup", actor=None, facts=facts)
    return Backup(target / name, manifest, tuple(_drop_old(target, manifest["database"], keep)))


def read_manifest(folder: Path) -> dict[str, Any]:
    """Raises `BadInput` when there is none, or one of a newer Makegood."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        number = int(manifest["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{folder} is no backup of Makegood.",
            remedy="Name the folder that begins with 'makegood-', or the one in which such folders lie.",
            code="no-backup",
        ) from error
    if number > FORMAT:
        raise BadInput(
            f"This backup was made by a newer Makegood ({manifest.get('makegood', '?')}).",
            remedy="Restore it with that version.",
            code="newer-backup",
        )
    found: dict[str, Any] = manifest
    return found


def list_backups(target: Path, database: str | None = None) -> list[Path]:
    """The backups in a folder, oldest first; only those of one database when it is named."""
    found = []
    for folder in sorted(target.glob(f"{NAME}*")):
        try:
            manifest = read_manifest(folder)
        except BadInput:
            continue
        if database in (None, manifest["database"]):
            found.append(folder)
    return found


@contextmanager
def _unfinished(target: Path, name: str) -> Iterator[Path]:
    for left in target.glob(f".{NAME}*.unfinished"):  # by one that was killed
        if now().timestamp() - left.stat().st_mtime > LEFT_FOR:
            shutil.rmtree(left)
    folder = target / f".{name}.unfinished"
    folder.mkdir(mode=0o700)
    try:
        yield folder
        sync_folder(folder)
        kp("backup.before_rename")
        folder.rename(target / name)
        sync_folder(target)
    finally:
        if folder.exists():
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _one_moment() -> Iterator[Moment]:
    """A snapshot that pg_dump reads too. The epoch moves on as soon as it is taken."""
    from makegood.acts import fence
    from makegood.acts.connections import conninfo

    with psycopg.connect(conninfo("owner")) as db:
        db.execute("SET idle_in_transaction_session_timeout = 0")
        db.commit()
        db.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        check_server(db.info.server_version)
        row = db.execute("SELECT pg_export_snapshot(), current_setting('server_version')").fetchone()
        assert row is not None  # noqa: S101 - a SELECT without FROM always has a row
        fence.pass_backup()
        yield Moment(row[0], {"postgresql": row[1], **_seen(db)})


def _seen(db: psycopg.Connection) -> dict[str, Any]:
    known = db.execute("SELECT id, epoch FROM fence").fetchone() or ("", 0)
    last = db.execute("SELECT number, digest FROM seal ORDER BY number DESC LIMIT 1").fetchone()
    counts = {}
    for (table,) in db.execute(_TABLES).fetchall():
        row = db.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        counts[table] = row[0] if row else 0
    size = db.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
    return {
        "database": known[0],
        "epoch": known[1],
        "last_seal": list(last) if last else None,
        "counts": counts,
        "database_size": size[0],
    }


def _dump(folder: Path, key: Key | None, moment: Moment, advance: Advance) -> Written:
    from makegood.acts.connections import conninfo

    with Writer(folder / "database.dump", key) as file:
        whole = int(moment.facts["database_size"])
        dump(conninfo("owner"), moment.snapshot, file, lambda done: advance(done, max(whole, done)))
        return file.done()


def _pack(path: Path, key: Key | None, root: Path, left_out: tuple[str, ...]) -> Written:
    """A tar of the regular files below `root`; one that disappears meanwhile is left out."""
    with Writer(path, key) as file:
        with tarfile.open(fileobj=file, mode="w|") as packed:  # type: ignore[call-overload] # it only writes
            for found in sorted(root.rglob("*")):
                name = found.relative_to(root).as_posix()
                ours = any(name == one or name.startswith(f"{one}/") for one in left_out)
                if ours or name.endswith(".lock") or found.is_symlink() or not found.is_file():
                    continue
                try:
                    packed.add(found, arcname=name, recursive=False)
                except FileNotFoundError:
                    continue
        return file.done()


def _manifest(moment: Moment, files: dict[str, Written], key: Key | None, salt: bytes) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "makegood": __version__,
        "made_at": iso(now()),
        **moment.facts,
        "sealed": {"salt": salt.hex(), "check": key.check()} if key else None,
        "files": {name: asdict(written) for name, written in files.items()},
    }


def _write_manifest(path: Path, manifest: dict[str, Any]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(json.dumps(manifest, indent=2, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _drop_old(target: Path, database: str, keep: int | None) -> list[str]:
    if keep is None:
        return []
    if keep < 1:
        raise Refused("At least one backup is kept.", remedy="Say --keep 1 or more.", code="keep-none")
    dropped = list_backups(target, database)[:-keep]
    for folder in dropped:
        # Without its manifest it is no backup any more, however far removing it comes.
        (folder / "manifest.json").unlink()
        shutil.rmtree(folder)
    return [folder.name for folder in dropped]
