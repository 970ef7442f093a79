"""Writing verbs of the journal: add an entry, seal what has settled."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from makegood.journal.chain import GENESIS, rows_digest, seal_digest
from makegood.journal.horizon import settled_below
from makegood.journal.models import Entry, Stream
from makegood.journal.streams import IN_ORDER, list_unsealed
from makegood.kit.clock import iso, now
from makegood.kit.digest import canonical
from makegood.kit.errors import Unavailable
from makegood.kit.killpoints import kp

BATCH = 1_000
_SEALER = 0x6D67_7365  # advisory lock: one sealer at a time
_TAIL = 256  # bytes of an anchor file that hold its last line
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)

# The leaves are made of the rows that were chosen, not of all that wait, and these are read in the order of the index:
# else each batch would cost as much as the whole backlog.
_NEXT_ROWS = """
SELECT id, xid::text AS mark, sha256(convert_to({leaf}, 'UTF8')) FROM (
    SELECT * FROM {relation} WHERE xid < %s::xid8 AND (xid, id) > (%s::xid8, %s) ORDER BY xid, id LIMIT %s
) AS chosen ORDER BY xid, id
"""
# `AS mark`: without a name of its own the text would be called xid, and ORDER BY would sort 1000 before 999.
# A row whose transaction is not yet below the oldest running one is left for the next seal: sealing past it would let
# a slow transaction commit behind the seal, where no seal would ever cover it.
_LAST_SEAL = "SELECT number, digest FROM seal ORDER BY number DESC LIMIT 1"
_MARK = "SELECT last_xid, last_id FROM seal WHERE stream = %s ORDER BY number DESC LIMIT 1"
_ADD_SEAL = """
INSERT INTO seal (number, at, stream, last_xid, last_id, ids, leaves, previous, digest)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
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
    in minor units, codes and digests; never a name, an address or a customer's words. Raises `TypeError` for a float
    and `ValueError` for what looks like an e-mail address: an entry can never be removed again.
    """
    entry(verb, subject, actor=actor, brand=brand, mistake=mistake, facts=facts).save(force_insert=True)


def entry(
    verb: str,
    subject: str,
    *,
    actor: int | None,
    brand: int | None = None,
    mistake: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Entry:
    """One entry for `record_all`; raises as `record` does."""
    text = canonical(dict(facts or {}))
    if found := _ADDRESS.search(f"{subject} {text}"):
        raise ValueError(f"an entry keeps no e-mail address, but '{verb}' has one of {len(found[0])} letters")
    return Entry(verb=verb, subject=subject, actor=actor, brand=brand, mistake=mistake, facts=text)


def record_all(entries: Iterable[Entry]) -> None:
    """Adds many entries at once, in their order: what a clock has to say of a thousand rows."""
    Entry.objects.bulk_create(entries)


def seal(anchor: Path | None = None) -> int:
    """Seals every settled row that is not sealed yet; returns how many rows. Appends the last seal to `anchor`.

    Safe to call from anywhere at any time: one sealer works, others return 0. A stream that cannot be read is left
    out, so that the others are sealed; `verify` says so. Raises `Unavailable` when the anchor cannot be written: the
    seals stand, and the next call anchors them.
    """
    rows = 0
    for stream in list_unsealed():
        while found := _seal_batch(stream):
            rows += found
    if anchor is not None:
        kp("seal.before_anchor")
        _drop_anchor(anchor)
    return rows


@transaction.atomic
def _seal_batch(stream: Stream) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER])
        if not cursor.fetchone()[0]:
            return 0
        kp("seal.locked")
        cursor.execute(_MARK, [stream.name])
        last_xid, last_id = cursor.fetchone() or ("0", 0)
        below = settled_below(cursor)
        cursor.execute(IN_ORDER)
        cursor.execute(_NEXT_ROWS.format(leaf=stream.leaf, relation=stream.relation), [below, last_xid, last_id, BATCH])
        rows = cursor.fetchall()
        if not rows:
            return 0
        kp("seal.read")
        cursor.execute(_LAST_SEAL)
        number, previous = cursor.fetchone() or (0, GENESIS)
        cursor.execute("SELECT clock_timestamp()")
        (at,) = cursor.fetchone()
        cursor.execute(_ADD_SEAL, _seal_row(stream, rows, at, number=number + 1, previous=previous))
        kp("seal.added")
    return len(rows)


def _seal_row(
    stream: Stream, rows: list[tuple[int, str, bytes]], at: datetime, *, number: int, previous: str
) -> list[Any]:
    ids = [row[0] for row in rows]
    leaves = b"".join(bytes(row[2]) for row in rows)
    mark = rows[-1][1]
    digest = seal_digest(number, iso(at), stream.name, previous=previous, rows=rows_digest(mark, ids, leaves))
    return [number, at, stream.name, mark, ids[-1], ids, leaves, previous, digest]


def _drop_anchor(anchor: Path) -> None:
    """Anchors the last seal unless the file ends in it already, as after a sealer that died before its anchor."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_SEAL)
        last = cursor.fetchone()
    if last is None:
        return
    try:
        anchor.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(anchor, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            tail = os.pread(descriptor, _TAIL, max(0, os.fstat(descriptor).st_size - _TAIL))
            if tail.rpartition(b"\n")[0].rpartition(b"\n")[2].startswith(f"{last[0]} {last[1]} ".encode()):
                return
            # A line that a power cut left without its end must not swallow this one.
            start = "" if not tail or tail.endswith(b"\n") else "\n"
            os.write(descriptor, f"{start}{last[0]} {last[1]} {iso(now())}\n".encode())
            kp("seal.before_fsync")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise Unavailable(
            f"The seals cannot be anchored in '{anchor}': {error.strerror}.",
            remedy="Make room or give rights to write there; sealing again anchors them.",
            code="anchor-not-written",
        ) from error
