"""One PostgreSQL server: make its files, launch it, recognise it, stop it.

`server.lock` tells whether anything of the server lives. It is taken here and inherited by the postmaster and, through
it, by every backend, so that it becomes free only when the last of them is gone. Process numbers cannot tell that: they
are used again, they belong to zombies, and they mean something else in another container.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from makegood.config.postgres.binaries import MAJOR
from makegood.config.postgres.layout import PORT, Layout, open_beside, sync_folder
from makegood.config.postgres.sentences import ended_badly
from makegood.kit.errors import Refused, Unavailable

MEGABYTE = 1024 * 1024
FREE_TO_START = 64 * MEGABYTE
FREE_TO_MAKE = 160 * MEGABYTE
BALLAST = 64 * MEGABYTE
FREE_FOR_BALLAST = 2048 * MEGABYTE
LOG_LIMIT = 10 * MEGABYTE
ZOMBIE_PATIENCE = 5.0  # seconds; a killed postmaster was measured as a zombie for up to 2 s

# Written into postgresql.conf once, where the owner may change them.
_SETTINGS = {
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "idle_in_transaction_session_timeout": "10min",
    "password_encryption": "scram-sha-256",
    # Statements and the details of an error hold personal values: they stay out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What `postmaster.pid` says: the process and the folder of its socket, None until the server has opened it."""

    pid: int
    socket: Path | None


def check_version(cluster: Path) -> None:
    """Raises Refused when the database files are of another PostgreSQL major version, or no database at all."""
    try:
        found = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise Refused(
            f"{cluster} exists, but holds no PostgreSQL database.",
            remedy="Restore it from a backup, or move it away to start with an empty database.",
            code="not-a-database",
        ) from None
    if found != str(MAJOR):
        newer = found.isdigit() and int(found) > MAJOR
        raise Refused(
            f"The database in {cluster} was made by PostgreSQL {found}; this Makegood brings version {MAJOR}.",
            remedy="Install the newer Makegood that made it."
            if newer
            else f"Dump it with the Makegood that made it and restore the dump into a new home under version {MAJOR}.",
            code="other-postgres-version",
        )


def check_space(layout: Layout, needed: int) -> None:
    """Raises Unavailable when fewer than `needed` bytes are free: a server out of space cannot even recover."""
    free = shutil.disk_usage(layout.base).free
    if free < needed:
        hint = f" Deleting {layout.ballast} frees 64 MB at once." if layout.ballast.exists() else ""
        raise Unavailable(
            f"Only {free // MEGABYTE} MB are free at {layout.base}; PostgreSQL needs {needed // MEGABYTE} MB to start.",
            remedy=f"Free space on that disk, then start again.{hint}",
            code="disk-full",
        )


def make_cluster(layout: Layout, binaries: Path, *, password: str, living: int) -> None:
    """Run initdb beside the final place and rename, so that `data` is whole or absent.

    The caller holds `server.lock` by the descriptor `living`; initdb inherits it, so that one left behind by a killed
    Makegood is waited for. Raises Unavailable with initdb's words.
    """
    check_space(layout, FREE_TO_MAKE)
    if layout.unfinished.exists():
        shutil.rmtree(layout.unfinished)
    layout.unfinished.mkdir(mode=0o700)
    layout.account.own(layout.unfinished)
    word = layout.unfinished.with_name("initdb.password")
    word.unlink(missing_ok=True)
    try:
        fd = os.open(word, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "w", encoding="ascii") as file:
            file.write(password + "\n")
        layout.account.own(word)
        _initdb(layout, binaries, word, living)
    finally:
        word.unlink(missing_ok=True)
    layout.unfinished.rename(layout.cluster)
    sync_folder(layout.base)
    if shutil.disk_usage(layout.base).free > FREE_FOR_BALLAST:
        _write_ballast(layout.ballast)


def _initdb(layout: Layout, binaries: Path, word: Path, living: int) -> None:
    argv: list[str | Path] = [
        binaries / "initdb",
        f"--pgdata={layout.unfinished}",
        "--username=postgres",
        f"--pwfile={word}",
        "--auth-local=scram-sha-256",
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        "--no-instructions",
    ]
    argv += [f"--set={name}={value}" for name, value in _SETTINGS.items()]
    ended = layout.account.run(argv, keep=(living,))
    if ended.returncode != 0:
        shutil.rmtree(layout.unfinished, ignore_errors=True)
        raise ended_badly("The database could not be created", ended.stdout, base=layout.base, log=layout.log)


def _write_ballast(path: Path) -> None:
    # Real blocks, not a hole: only those are free again when the file is deleted. Failing to get them is no error.
    with suppress(OSError), path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, BALLAST)


def launch(layout: Layout, binaries: Path, *, settings: Mapping[str, str], living: int) -> int:
    """Start the server detached, without a TCP port; it inherits the lock held by `living`. Does not wait for it.

    Returns where in the log its own lines begin, in bytes.
    """
    check_space(layout, FREE_TO_START)
    argv: list[str | Path] = [binaries / "postgres", "-D", layout.cluster, "-h", "", "-p", str(PORT)]
    argv += ["-k", layout.socket, "-c", "unix_socket_permissions=0700"]
    for name, value in settings.items():
        argv += ["-c", f"{name}={value}"]
    if layout.log.exists() and layout.log.stat().st_size > LOG_LIMIT:
        layout.log.replace(layout.log.with_suffix(".old.log"))
    log = open_beside(layout.log, os.O_WRONLY | os.O_APPEND)
    try:
        # The shell ends at once and leaves the server to init: it is nobody's child, whoever started it may go.
        begin = os.lseek(log, 0, os.SEEK_END)
        layout.account.run(["/bin/sh", "-c", '"$@" &', "sh", *argv], keep=(living,), output=log)
        return begin
    finally:
        os.close(log)


def read_postmaster(cluster: Path) -> Postmaster | None:
    """What `postmaster.pid` says, or None where there is none or only the beginning of one."""
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        # The server writes the file in two goes: the fifth line is empty or missing before it has a socket.
        return Postmaster(int(lines[0]), Path(lines[4]) if len(lines) > 4 and lines[4] else None)
    except (FileNotFoundError, ValueError, IndexError):
        return None


def is_postmaster(pid: int, cluster: Path) -> bool:
    """True when `pid` is alive, no zombie, and a postgres for just this folder."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if Path(os.fsdecode(words[0])).name != "postgres":
            return False
        return os.fsencode(cluster) in words or Path(f"/proc/{pid}/cwd").resolve() == cluster.resolve()
    except OSError:
        # Gone meanwhile, or not ours to look at.
        return False


def clear_stale_pid(layout: Layout) -> None:
    """Remove a `postmaster.pid` that would block a start although nothing of the server lives.

    The caller holds `server.lock`. A file whose process is gone is left to PostgreSQL, which then checks its shared
    memory too. Raises Refused when somebody started a server here by hand.
    """
    file = layout.cluster / "postmaster.pid"
    began = time.monotonic()
    while file.exists():
        found = read_postmaster(layout.cluster)
        if found and is_postmaster(found.pid, layout.cluster):
            raise Refused(
                f"PostgreSQL with pid {found.pid} was started on {layout.cluster}, but not by Makegood.",
                remedy=f"Stop it with `kill -INT {found.pid}`, then start again.",
                code="foreign-postgres",
            )
        if found and not os.path.exists(f"/proc/{found.pid}"):  # noqa: PTH110  a zombie's folder cannot be resolved
            return
        if found is None or not _is_zombie(found.pid) or time.monotonic() - began > ZOMBIE_PATIENCE:
            for stale in (file, *(layout.socket / f".s.PGSQL.{PORT}{end}" for end in (".lock", ""))):
                stale.unlink(missing_ok=True)
            return
        time.sleep(0.05)


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def ask_to_stop(cluster: Path) -> None:
    """Fast shutdown: sessions are ended, transactions rolled back, a checkpoint written. Does not wait for it."""
    found = read_postmaster(cluster)
    if found is None:
        return
    try:
        # Held by descriptor between the look and the signal: the number may belong to another process by then.
        descriptor = os.pidfd_open(found.pid)
    except ProcessLookupError:
        return
    try:
        if is_postmaster(found.pid, cluster):
            signal.pidfd_send_signal(descriptor, signal.SIGINT)
    except ProcessLookupError:
        return
    finally:
        os.close(descriptor)


def last_lines(log: Path, count: int, *, since: int = 0) -> list[str]:
    """The last `count` lines of the server's log after the first `since` bytes; empty when there is no log."""
    try:
        with log.open("rb") as file:
            file.seek(max(since, file.seek(0, os.SEEK_END) - 8192))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []
    return [line for line in lines if line.strip()][-count:]
