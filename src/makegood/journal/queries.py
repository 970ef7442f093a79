"""Reading the journal: does every row still say what was sealed, and is every seal still there?

One pass: the seals in their order, and beside them the rows of each stream in the order in which they were sealed. So
the cost grows with the rows, the memory does not, and a row that no seal names is met on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from makegood.journal.chain import COMPARE, GENESIS, AnchorLines, rows_digest, seal_digest
from makegood.journal.compare import Compared
from makegood.journal.models import Seal, Stream
from makegood.journal.streams import list_streams
from makegood.kit.clock import iso
from makegood.kit.errors import Finding


@dataclass(frozen=True)
class Verified:
    """`rows` sealed rows were read again in `seals` seals; `findings` name every row that is not as it was.

    `unsealed` rows came after the last seal. At most 100 rows of a stream are named for one reason; one more finding
    counts the others.
    """

    rows: int
    seals: int
    unsealed: int
    findings: list[Finding]


def verify(anchor: Path | None = None) -> Verified:
    """Reads every sealed row again. Names changed, missing, added and overdue rows, and broken or missing seals.

    Everything is read at one moment, so that sealing and working may go on meanwhile.
    """
    with one_moment():
        readable, findings = list_streams()
        registered = set(Stream.objects.values_list("name", flat=True))
        compared = {stream.name: Compared(stream) for stream in readable}
        gone: set[str] = set()
        rows = seals = 0
        for sealed, broken, gap in _walk_seals():
            seals += 1
            rows += len(sealed.ids)
            findings += broken
            if gap:
                for stream in compared.values():
                    stream.lost_seals = True
            if sealed.stream in compared:
                compared[sealed.stream].take(sealed)
            elif sealed.stream not in registered | gone:
                gone.add(sealed.stream)
                what = f"Seal {sealed.number} covers '{sealed.stream}', which is not registered any more."
                findings.append(Finding("stream-gone", what, COMPARE))
        for stream in compared.values():
            findings += stream.finish()
        findings += _against_anchor(anchor)
    return Verified(rows=rows, seals=seals, unsealed=sum(one.unsealed for one in compared.values()), findings=findings)


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything read inside is as it was at one moment; nothing can be written."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _walk_seals() -> Iterator[tuple[Seal, list[Finding], bool]]:
    """Each seal with what is wrong with it, and whether seals before it are missing."""
    previous, number = GENESIS, 0
    for sealed in Seal.objects.order_by("number").iterator(chunk_size=20):
        broken = []
        gap = sealed.number != number + 1
        if gap:
            first, last = number + 1, sealed.number - 1
            missing = f"Seal {first} is" if first == last else f"Seals {first} to {last} are"
            broken.append(Finding("seal-missing", f"{missing} missing.", COMPARE))
        elif sealed.previous != previous:
            what = f"Seal {sealed.number} does not follow from seal {number}."
            broken.append(Finding("seal-broken", what, COMPARE))
        if _digest(sealed) != sealed.digest or sealed.ids[-1:] != [sealed.last_id]:
            broken.append(Finding("seal-broken", f"Seal {sealed.number} was changed.", COMPARE))
        previous, number = sealed.digest, sealed.number
        yield sealed, broken, gap


def _digest(sealed: Seal) -> str:
    rows = rows_digest(sealed.last_xid, sealed.ids, bytes(sealed.leaves))
    return seal_digest(sealed.number, iso(sealed.at), sealed.stream, previous=sealed.previous, rows=rows)


def _against_anchor(anchor: Path | None) -> list[Finding]:
    """Every anchored seal must still have the digest that was written outside the database.

    Seals newer than the anchor are no fault: a sealer may die between the two, and the next one anchors again.
    """
    if anchor is None or not anchor.exists():
        return []
    last = Seal.objects.order_by("-number").values_list("number", flat=True).first() or 0
    findings: list[Finding] = []
    lines = AnchorLines(anchor)
    for anchored in lines.portions():
        kept = dict(Seal.objects.filter(number__in=anchored).values_list("number", "digest"))
        for number, digest in anchored.items():
            if number > last:
                what = f"Seal {number} was anchored in {anchor.name}, but the database ends at seal {last}."
                findings.append(Finding("anchor-ahead", what, COMPARE))
            elif kept.get(number) != digest:
                what = f"Seal {number} is not the one that was anchored in {anchor.name}."
                findings.append(Finding("anchor-differs", what, COMPARE))
    return findings + lines.findings
