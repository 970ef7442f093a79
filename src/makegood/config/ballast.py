"""A file that is nothing but room: on a full disk PostgreSQL cannot start, and without it nothing can be put right."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from makegood.acts.space import size_of

DEFAULT = "256MB"
NAME = "ballast"


def keep_ballast(place: Path) -> bool:
    """Makes `home/ballast`, of MAKEGOOD_BALLAST, where there is none and room for four of it; true when it is there."""
    path = place / NAME
    wanted = size_of(os.environ.get("MAKEGOOD_BALLAST") or DEFAULT, shutil.disk_usage(place).total, "MAKEGOOD_BALLAST")
    if path.exists() or not wanted or shutil.disk_usage(place).free < 4 * wanted:
        return path.exists()
    partial = path.with_name(f"{NAME}.{os.getpid()}")
    # Real blocks, not a hole: only those are free again when the file is deleted. Failing to get them is no error.
    with suppress(OSError):
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            os.posix_fallocate(file.fileno(), 0, wanted)
        partial.replace(path)
    partial.unlink(missing_ok=True)
    return path.exists()


def drop_ballast(place: Path) -> int:
    """Deletes what was kept aside, that of the database too; returns how many bytes are free by it."""
    freed = 0
    for path in (place / NAME, _base(place) / NAME):
        with suppress(FileNotFoundError):
            size = path.stat().st_blocks * 512
            path.unlink()
            freed += size
    return freed


def _base(place: Path) -> Path:
    own = place / "postgres"
    try:
        return Path((own / "moved-to").read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return own
