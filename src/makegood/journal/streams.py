"""The streams as they are now: which can be read, and their rows in sealing order, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.utils import ProgrammingError

from makegood.journal.chain import COMPARE
from makegood.journal.horizon import settled_below
from makegood.journal.models import Stream
from makegood.kit.errors import Finding

UNSEALED_AFTER = 300  # seconds
_PORTION = 2_000
_PROBE = "SELECT id, xid, at, {leaf} FROM {relation} LIMIT 0"
_MARKS = """
SELECT s.name, s.relation, s.leaf, coalesce(m.last_xid, '0'), coalesce(m.last_id, 0) FROM sealed_stream s
LEFT JOIN LATERAL (SELECT last_xid, last_id FROM seal WHERE stream = s.name ORDER BY number DESC LIMIT 1) m ON true
ORDER BY s.name
"""
_ANY = "SELECT %s WHERE EXISTS (SELECT FROM {relation} WHERE (xid, id) > (%s::xid8, %s))"
# Rows are looked for in the order of the index, whatever the planner thinks of a table that has just grown.
IN_ORDER = "SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off"
# Overdue is what a sealer could have sealed long ago: a row that waits for a transaction still running is not.
_ROWS = """
SELECT id, xid::text AS mark, sha256(convert_to({leaf}, 'UTF8')),
       xid < {below}::xid8 AND at < now() - make_interval(secs => {late})
FROM {relation} ORDER BY xid, id
"""


@dataclass(frozen=True, slots=True)
class Row:
    """`place` is (transaction number, id): the order in which rows are sealed. `leaf` is the SHA-256 of the leaf."""

    id: int
    place: tuple[int, int]
    leaf: bytes
    overdue: bool


def list_streams() -> tuple[list[Stream], list[Finding]]:
    """The registered streams that can be read, by name, and a sentence for each that cannot."""
    readable, findings = [], []
    for stream in Stream.objects.order_by("name"):
        reason = _unreadable(stream)
        if reason:
            what = f"{words(stream.name).capitalize()} cannot be read: {reason}."
            findings.append(Finding("stream-unreadable", what, COMPARE))
        else:
            readable.append(stream)
    return readable, findings


def list_unsealed() -> list[Stream]:
    """The streams that have rows no seal covers yet, as far as they can be read. Two questions, however many streams:
    a sweeper asks every few seconds, and mostly there is nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_MARKS)
        marked = [(Stream(*row[:3]), row[3:]) for row in cursor.fetchall()]
    waiting = {stream.name for stream, _ in marked}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(IN_ORDER)
            asked = " UNION ALL ".join(_ANY.format(relation=stream.relation) for stream, _ in marked)
            cursor.execute(asked, [value for stream, mark in marked for value in (stream.name, *mark)])
            waiting = {name for (name,) in cursor.fetchall()}
    except ProgrammingError:
        pass  # one of the tables is gone: each is looked at by itself
    return [stream for stream, _ in marked if stream.name in waiting and not _unreadable(stream)]


def _unreadable(stream: Stream) -> str:
    if not stream.leaf.strip():
        return "no leaf says what of a row is covered"
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [stream.relation])
        if cursor.fetchone()[0] is None:
            return f"its table '{stream.relation}' is gone"
        try:
            with transaction.atomic():
                cursor.execute(_PROBE.format(leaf=stream.leaf, relation=stream.relation))
        except ProgrammingError as error:
            return f"its leaf does not fit its table ({str(error).splitlines()[0]})"
    return ""


def rows_of(stream: Stream) -> Iterator[Row]:
    """Every row of a stream in sealing order, through a cursor of the server; within a transaction."""
    with connection.cursor() as cursor:
        below = settled_below(cursor)
    sql = _ROWS.format(leaf=stream.leaf, relation=stream.relation, late=UNSEALED_AFTER, below=f"'{below}'")
    with closing(connection.chunked_cursor()) as cursor:
        cursor.execute(sql)
        while portion := cursor.fetchmany(_PORTION):
            for number, xid, leaf, overdue in portion:
                yield Row(number, (int(xid), number), bytes(leaf), overdue)


def words(stream: str) -> str:
    """What people call a stream."""
    names = {
        "entry": "the journal",
        "ledger": "the ledger",
        "attempt": "the receipts",
        "settlement": "what people settled",
        "notice": "what providers said",
    }
    return names.get(stream, stream)
