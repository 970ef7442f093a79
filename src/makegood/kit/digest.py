"""One canonical form and one hash: SHA-256 over canonical JSON, leaves in key order, digests over leaves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any


def canonical(value: Any) -> str:
    """JSON with sorted keys, no blanks, no float (raises `TypeError`): equal facts, equal text."""
    _refuse_float(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(text: str | bytes) -> str:
    """Hex SHA-256 of a text (UTF-8) or bytes."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def digest_of(value: Any) -> str:
    return sha256(canonical(value))


def chain(digests: Iterable[str]) -> str:
    """The digest over digests (or leaves) in the order given, one a line."""
    whole = hashlib.sha256()
    for one in digests:
        whole.update(one.encode())
        whole.update(b"\n")
    return whole.hexdigest()


def _refuse_float(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical form; use an integer, a Decimal as text, or a string")
    if isinstance(value, dict):
        for key, item in value.items():
            _refuse_float(key)
            _refuse_float(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_float(item)
