"""What a seal's digest covers, pure: an outsider recomputes it from a file, without a database.

A seal's digest is over its number, moment, stream, the seal before, and `rows`: the digest over which rows it covers
and their leaf hashes. So a seal whose rows are none of the reader's business can be shown by its `rows` digest alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from makegood.kit.digest import canonical, sha256
from makegood.kit.errors import Finding, Place

GENESIS = "0" * 64
LEAF_BYTES = 32
COMPARE = "Compare with the last backup and the anchored seals; tell the auditor before anything else is changed."


def rows_digest(mark: str, ids: Sequence[int], leaves: bytes) -> str:
    """`mark` is the transaction number of the last row; `leaves` are the rows' SHA-256 hashes one after the other."""
    return sha256(canonical({"mark": mark, "ids": list(ids), "leaves": leaves.hex()}))


def seal_digest(number: int, at: str, stream: str, *, previous: str, rows: str) -> str:
    """`at` is ISO 8601 in UTC with microseconds."""
    covered = {"number": number, "at": at, "stream": stream, "previous": previous, "rows": rows}
    return sha256(canonical(covered))


def leaf_of(leaves: bytes, index: int) -> bytes:
    return leaves[index * LEAF_BYTES : (index + 1) * LEAF_BYTES]


class AnchorLines:
    """The anchored seals of a file in portions of number → digest; what cannot be read is in `findings`."""

    def __init__(self, anchor: Path, size: int = 1_000) -> None:
        self.anchor = anchor
        self.size = size
        self.findings: list[Finding] = []

    def portions(self) -> Iterator[dict[int, str]]:
        """Raises `OSError` when the file cannot be read."""
        found: dict[int, str] = {}
        with self.anchor.open("rb") as file:
            for line, raw in enumerate(file, start=1):
                seal = _anchored(raw)
                if seal is None:
                    self.findings.append(self._unreadable(line))
                elif found.setdefault(seal[0], seal[1]) != seal[1]:
                    self.findings.append(self._twice(seal[0], line))
                if len(found) == self.size:
                    yield found
                    found = {}
        yield found

    def _unreadable(self, line: int) -> Finding:
        return Finding(
            "anchor-unreadable",
            f"Line {line} of {self.anchor.name} cannot be read: the seal it anchored is not compared.",
            "A line cut short by a full disk harms nothing when later lines agree; keep the file as it is.",
            place=Place(str(self.anchor), line),
        )

    def _twice(self, number: int, line: int) -> Finding:
        what = f"Seal {number} is anchored in {self.anchor.name} with two different digests."
        return Finding("anchor-differs", what, COMPARE, place=Place(str(self.anchor), line))


def _anchored(raw: bytes) -> tuple[int, str] | None:
    words = raw.decode("ascii", errors="replace").split()
    if len(words) < 2 or not words[0].isdigit() or len(words[1]) != len(GENESIS):
        return None
    if set(words[1]) - set("0123456789abcdef"):
        return None
    return int(words[0]), words[1]
