"""Room on the disk: acts stop while there is little, because a full one stops the database in the middle of them."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from makegood.kit.errors import BadInput
from makegood.kit.home import home

GIGABYTE = 1_000_000_000
_SIZE = re.compile(r"(\d{1,6}) ?(%|[KMGT]B)")
_UNITS = {"KB": 1_000, "MB": 1_000_000, "GB": GIGABYTE, "TB": 1_000 * GIGABYTE}


def short_of_space() -> str:
    """A sentence without its end when the home's disk, or that of its database, has too little room; "" otherwise."""
    for place in _places():
        usage = shutil.disk_usage(place)
        kept = kept_free(usage.total)
        if usage.free < kept:
            return f"the disk with {place} has {_megabytes(usage.free)} free, and {_megabytes(kept)} are to stay free"
    return ""


def kept_free(total: int) -> int:
    """Bytes that stay free of a disk: MAKEGOOD_FREE_SPACE, else 1 GB, or 10 % of a disk smaller than 10 GB."""
    said = os.environ.get("MAKEGOOD_FREE_SPACE")
    return size_of(said, total, "MAKEGOOD_FREE_SPACE") if said else min(GIGABYTE, total // 10)


def size_of(said: str, total: int, setting: str) -> int:
    """Reads `500MB`, `2 GB`, `10%` (of `total`) or `0`. Raises `BadInput`."""
    if said.strip() == "0":
        return 0
    found = _SIZE.fullmatch(said.strip().upper())
    if found is None:
        raise BadInput(f"{setting} is '{said}'.", remedy="Write 500MB, 2GB, 10% or 0.", code="bad-size")
    number = int(found[1])
    return total * number // 100 if found[2] == "%" else number * _UNITS[found[2]]


def _places() -> list[Path]:
    place = home()
    moved = place / "postgres" / "moved-to"
    return [place, Path(moved.read_text(encoding="utf-8").strip())] if moved.exists() else [place]


def _megabytes(size: int) -> str:
    return f"{size // 1_000_000:,} MB"
