"""Writing verbs of the journal: add an entry, seal what has settled."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from makegood.journal.models import Entry, Stream
from makegood.kit.clock import iso, now
from makegood.kit.digest import canonical, sha256

BATCH = 1_000
GENESIS = "0" * 64
_SEALER = 0x6D67_7365  # advisory lock: one sealer at a time

_NEXT_ROWS = """
SELECT id, xid::text, {leaf} FROM {relation}
WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) AND (xid, id) > (%s::xid8, %s)
ORDER BY xid, id LIMIT %s
"""
# A row whose transaction is not yet below the oldest running one is left for the next seal: sealing past it would let
# a slow transaction commit behind the seal, where no seal would ever cover it.
_LAST_SEAL = "SELECT number, digest FROM seal ORDER BY number DESC LIMIT 1"
_MARK = "SELECT last_xid, last_id FROM seal WHERE stream = %s ORDER BY number DESC LIMIT 1"
_ADD_SEAL = """
INSERT INTO seal (number, stream, last_xid, last_id, ids, leaves, previous, digest)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


def record(
    verb: str,
    subject: str,
    *,
    actor: int | None,
    brand: int | None = None,
    mistake: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Adds one entry in the caller's transaction: the last line of every writing verb.

    `verb` is past tense with its room (`plan.approved`), `subject` names the row (`plan:12`). `facts` hold ids, money
    in minor units, codes and digests; never a name, an address or a customer's words.
    """
    Entry.objects.create(
        verb=verb, subject=subject, actor=actor, brand=brand, mistake=mistake, facts=canonical(dict(facts or {}))
    )


def seal(anchor: Path | None = None) -> int:
    """Seals every settled row that is not sealed yet; returns how many rows. Appends the last seal to `anchor`.

    Safe to call from anywhere at any time: one sealer works, others return 0.
    """
    rows = 0
    for stream in Stream.objects.order_by("name"):
        while found := _seal_batch(stream):
            rows += found
    if rows and anchor is not None:
        _drop_anchor(anchor)
    return rows


@transaction.atomic
def _seal_batch(stream: Stream) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_MARK, [stream.name])
        last_xid, last_id = cursor.fetchone() or ("0", 0)
        cursor.execute(_NEXT_ROWS.format(leaf=stream.leaf, relation=stream.relation), [last_xid, last_id, BATCH])
        rows = cursor.fetchall()
        if not rows:
            return 0
        cursor.execute(_LAST_SEAL)
        number, previous = cursor.fetchone() or (0, GENESIS)
        ids = [row[0] for row in rows]
        leaves = b"".join(bytes.fromhex(sha256(row[2])) for row in rows)
        digest = seal_digest(previous, stream.name, ids, leaves)
        cursor.execute(_ADD_SEAL, [number + 1, stream.name, rows[-1][1], ids[-1], ids, leaves, previous, digest])
    return len(rows)


def seal_digest(previous: str, stream: str, ids: list[int], leaves: bytes) -> str:
    """What a seal's digest covers: the seal before, the stream, which rows, and their leaves."""
    return sha256(canonical({"previous": previous, "stream": stream, "ids": ids, "leaves": leaves.hex()}))


def _drop_anchor(anchor: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LAST_SEAL)
        number, digest = cursor.fetchone()
    anchor.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(anchor, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{number} {digest} {iso(now())}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
