"""Reading the journal: does every row still say what was sealed, and is every seal still there?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from makegood.journal.actions import GENESIS, seal_digest
from makegood.journal.models import Seal, Stream
from makegood.kit.digest import sha256
from makegood.kit.errors import Finding

UNSEALED_AFTER = 300  # seconds


@dataclass(frozen=True)
class Verified:
    """`rows` sealed rows were read again in `seals` seals; `findings` name every row that is not as it was."""

    rows: int
    seals: int
    unsealed: int
    findings: list[Finding]


def verify(anchor: Path | None = None) -> Verified:
    """Reads every sealed row again. Names changed, missing and overdue unsealed rows, and broken or missing seals."""
    findings: list[Finding] = []
    rows = seals = 0
    leaves = {stream.name: stream for stream in Stream.objects.all()}
    for sealed, broken in _walk_seals():
        seals += 1
        rows += len(sealed.ids)
        findings += broken
        findings += _compare(sealed, leaves[sealed.stream])
    unsealed = 0
    for stream in leaves.values():
        count, overdue = _unsealed(stream)
        unsealed += count
        findings += overdue
    findings += _against_anchor(anchor)
    return Verified(rows=rows, seals=seals, unsealed=unsealed, findings=findings)


def _walk_seals() -> Iterator[tuple[Seal, list[Finding]]]:
    previous, number = GENESIS, 0
    for sealed in Seal.objects.order_by("number").iterator(chunk_size=50):
        broken = []
        if sealed.number != number + 1:
            missing = f"{number + 1}" if sealed.number == number + 2 else f"{number + 1} to {sealed.number - 1}"
            broken.append(_finding("seal-missing", f"Seal {missing} is missing."))
        elif sealed.previous != previous:
            broken.append(_finding("seal-broken", f"Seal {sealed.number} does not follow from seal {number}."))
        if sealed.digest != seal_digest(sealed.previous, sealed.stream, sealed.ids, bytes(sealed.leaves)):
            broken.append(_finding("seal-broken", f"Seal {sealed.number} was changed."))
        previous, number = sealed.digest, sealed.number
        yield sealed, broken


def _compare(sealed: Seal, stream: Stream) -> list[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {stream.leaf} FROM {stream.relation} WHERE id = ANY(%s)", [sealed.ids])
        found = dict(cursor.fetchall())
    leaves = bytes(sealed.leaves)
    findings = []
    for index, row in enumerate(sealed.ids):
        was = leaves[index * 32 : index * 32 + 32].hex()
        if row not in found:
            findings.append(_finding(f"{stream.name}-missing", f"Row {row} of {_words(stream)} is missing."))
        elif sha256(found[row]) != was:
            findings.append(_finding(f"{stream.name}-changed", f"Row {row} of {_words(stream)} was changed."))
    return findings


def _unsealed(stream: Stream) -> tuple[int, list[Finding]]:
    """Rows after the last seal's mark. A row can only be *overdue* when it has an `at` older than five minutes."""
    mark = "SELECT last_xid, last_id FROM seal WHERE stream = %s ORDER BY number DESC LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(mark, [stream.name])
        last_xid, last_id = cursor.fetchone() or ("0", 0)
        late = "at < now() - make_interval(secs => %s)"
        sql = f"""
            SELECT count(*), count(*) FILTER (WHERE {late}), min(id) FILTER (WHERE {late})
            FROM {stream.relation} WHERE (xid, id) > (%s::xid8, %s)
        """
        cursor.execute(sql, [UNSEALED_AFTER, UNSEALED_AFTER, last_xid, last_id])
        count, overdue, first = cursor.fetchone()
    if not overdue:
        return count, []
    what = f"{overdue} rows of {_words(stream)} were never sealed, the first is row {first}."
    return count, [_finding(f"{stream.name}-unsealed", what)]


def _against_anchor(anchor: Path | None) -> list[Finding]:
    """Every anchored seal must still have the digest that was written outside the database."""
    if anchor is None or not anchor.exists():
        return []
    anchored = {}
    for line in anchor.read_text(encoding="utf-8").splitlines():
        number, digest, *_ = line.split(" ")
        anchored[int(number)] = digest
    kept = dict(Seal.objects.filter(number__in=anchored).values_list("number", "digest"))
    return [
        _finding("anchor-differs", f"Seal {number} is not the one that was anchored in {anchor.name}.")
        for number, digest in anchored.items()
        if kept.get(number) != digest
    ]


def _words(stream: Stream) -> str:
    return {"entry": "the journal", "ledger": "the ledger", "attempt": "the receipts"}.get(stream.name, stream.name)


def _finding(code: str, what: str) -> Finding:
    return Finding(
        code=code,
        what=what,
        remedy="Compare with the last backup and the anchored seals; tell the auditor before anything else is changed.",
    )
