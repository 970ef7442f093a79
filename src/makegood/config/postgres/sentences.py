"""Errors of the file system and of PostgreSQL's programs as sentences a person can act on."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from makegood.config.postgres.account import user_name
from makegood.kit.errors import MakegoodError, Refused, Unavailable


@contextmanager
def file_errors(home: Path) -> Iterator[None]:
    """Turn an OSError inside the block into Refused (no right to write) or Unavailable (disk full, anything else)."""
    try:
        yield
    except OSError as error:
        raise _file_error(error, home) from error


def ended_badly(what: str, words: str, *, base: Path, log: Path) -> Unavailable:
    """The error for a program of PostgreSQL that ended with `words`; its last three lines are shown."""
    if "No space left on device" in words:
        return Unavailable(
            f"{what}: the disk with {_full(words, base)} is full.",
            remedy="Free space on that disk, then start again; nothing half-made is left.",
            code="disk-full",
        )
    said = " / ".join([line.strip() for line in words.splitlines() if line.strip()][-3:]) or "it said nothing"
    return Unavailable(
        f"{what}: {said.removesuffix('.')}.",
        remedy=f"Remove the cause named there and start again; the log is {log}.",
        code="postgres-failed",
    )


def _full(words: str, base: Path) -> Path:
    """The folder for which there was no room: parts of a database may be on other disks than the rest."""
    named = re.search(r'file "([^"]+)": No space left', words)
    inside = base / "data" / named[1] if named else base
    return inside.parent.resolve() if named and inside.parent.exists() else base


def waiting_for(reason: str, log: list[str], *, launched: bool) -> str:
    """Why a start takes long: from the server's answer and the last lines of its log."""
    if any("recovery" in line or "redo" in line for line in log):
        return "it is replaying its log after a crash, nothing is lost"
    if not launched and "starting up" not in reason:
        return "what is left of a killed server has not ended yet"
    return reason


def _file_error(error: OSError, home: Path) -> MakegoodError:
    place = error.filename or home
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Unavailable(f"The disk with {place} is full.", remedy="Free space and start again.", code="disk-full")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        who = user_name(os.geteuid())
        return Refused(
            f"User {who} may not use {place} ({error.strerror}).",
            remedy="Give that user the directory, or name another one with MAKEGOOD_HOME.",
            code="home-not-writable",
        )
    return Unavailable(
        f"{place} cannot be used for the database: {error.strerror or error}.",
        remedy="Name another directory with MAKEGOOD_HOME.",
        code="home-unusable",
    )
