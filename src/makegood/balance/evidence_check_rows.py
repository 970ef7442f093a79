"""The sealed rows of a pack: each line is in a seal, each row of ours that a seal names is there, the seals chain."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from makegood.balance.evidence_files import MANIFEST, Unreadable
from makegood.balance.evidence_findings import MALFORMED, Checking
from makegood.journal.chain import GENESIS, AnchorLines, leaf_of, rows_digest, seal_digest
from makegood.kit.digest import canonical, sha256

SEALS = "seals.jsonl"
FILES = {
    "attempt": "attempts.jsonl",
    "ledger": "ledger.jsonl",
    "entry": "entries.jsonl",
    "settlement": "settlements.jsonl",
    "notice": "notices.jsonl",
}
REVERSED = ":reversed"


@dataclass
class Collected:
    """What the sealed rows say, for comparing it with plans and balance.

    `receipts` counts them by plan id and ordinal; `ledger` is the net of minor units by currency; `approvals` are
    (subject, staff, digest) as the journal has them.
    """

    receipts: dict[int, array[int]] = field(default_factory=dict)
    ledger: dict[str, int] = field(default_factory=dict)
    approvals: set[tuple[str, int, str]] = field(default_factory=set)
    seals: dict[int, str] = field(default_factory=dict)

    def attempt(self, row: list[Any]) -> None:
        counts = self.receipts.setdefault(row[1], array("I"))
        if row[2] >= len(counts):
            counts.extend([0] * (row[2] + 1_000 - len(counts)))
        counts[row[2]] += 1

    def transfer(self, row: list[Any]) -> None:
        sign = -1 if row[1].endswith(REVERSED) else 1
        self.ledger[row[5]] = self.ledger.get(row[5], 0) + sign * row[4]

    def entry(self, row: list[Any]) -> None:
        if row[5] == "plan.approved":
            self.approvals.add((row[6], row[2], json.loads(row[7])["digest"]))


@dataclass
class _Leaves:
    """The lines of one file beside the seals of its stream. Out of order, one is kept until a seal wants it."""

    checking: Checking
    file: str
    visit: Callable[[list[Any]], None]
    strays: dict[int, tuple[str, int]] = field(default_factory=dict)
    missing: dict[int, tuple[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lines = self._read()

    def _read(self) -> Iterator[tuple[int, str, int]]:
        """(row id, leaf hash, line)."""
        lines = enumerate(self.checking.reader.lines(self.file), start=1)
        try:
            for number, raw in lines:
                try:
                    row = json.loads(raw)
                    self.visit(row)
                    yield int(row[0]), sha256(raw[:-1] if raw.endswith(b"\n") else raw), number
                except MALFORMED:
                    self.checking.say("pack-row-changed", f"Line {number} of {self.file} is no row.", self.file, number)
        except Unreadable as error:
            self.checking.say("pack-file-unreadable", f"{self.file} {error}.", self.file)

    def take(self, wanted: dict[int, str], seal: int) -> None:
        for row in [row for row in wanted if row in self.strays]:
            self._compare(row, wanted.pop(row), self.strays.pop(row))
        while wanted:
            line = next(self._lines, None)
            if line is None:
                break
            row, found, number = line
            if row in wanted:
                self._compare(row, wanted.pop(row), (found, number))
            else:
                self.strays[row] = (found, number)
        self.missing |= {row: (leaf, seal) for row, leaf in wanted.items()}

    def _compare(self, row: int, sealed: str, found: tuple[str, int]) -> None:
        if found[0] != sealed:
            what = f"Line {found[1]} of {self.file} (row {row}) is not the text that was sealed."
            self.checking.say("pack-row-changed", what, self.file, found[1])

    def finish(self) -> None:
        for row, leaf, line in self._lines:
            self.strays[row] = (leaf, line)
        for row, (_, line) in self.strays.items():
            what = f"Line {line} of {self.file} (row {row}) is in no seal."
            self.checking.say("pack-row-not-sealed", what, self.file, line)
        for row, (_, seal) in self.missing.items():
            what = f"Row {row} is missing from {self.file}; seal {seal} covers it."
            self.checking.say("pack-row-missing", what, self.file)


def check_rows(checking: Checking) -> Collected:
    collected = Collected()
    visits = {"attempt": collected.attempt, "ledger": collected.transfer, "entry": collected.entry}
    leaves = {
        stream: _Leaves(checking, file, visits.get(stream, lambda _: None))
        for stream, file in FILES.items()
        if file in checking.manifest.get("files", {}) or file in checking.reader.names
    }
    checking.attempt(SEALS, lambda: _seals(checking, leaves, collected))
    for one in leaves.values():
        one.finish()
    return collected


def _seals(checking: Checking, leaves: dict[str, _Leaves], collected: Collected) -> None:
    number, previous = 0, GENESIS
    for line, raw in enumerate(checking.reader.lines(SEALS), start=1):
        try:
            seal = json.loads(raw)
            broken = raw != canonical(seal).encode() + b"\n" or not _own_digest(seal)
            if seal["number"] != number + 1:
                what = f"Between seal {number} and seal {seal['number']} there is a gap."
                checking.say("pack-seal-missing", what, SEALS, line)
            elif seal["previous"] != previous:
                what = f"Seal {seal['number']} does not follow from seal {number}."
                checking.say("pack-seal-broken", what, SEALS, line)
            number, previous = int(seal["number"]), str(seal["digest"])
            collected.seals[number] = previous
            if "ids" in seal:
                broken |= _covered(seal, leaves)
        except MALFORMED:
            broken = True
        if broken:
            checking.say("pack-seal-broken", f"Line {line} of {SEALS} is not the seal that was made.", SEALS, line)
    last = checking.manifest.get("last_seal")
    if (last or {"number": 0, "digest": GENESIS}) != {"number": number, "digest": previous}:
        checking.say("pack-seal-missing", "The last seal is not the one that the manifest names.", MANIFEST)


def _own_digest(seal: dict[str, Any]) -> bool:
    own = seal_digest(seal["number"], seal["at"], seal["stream"], previous=seal["previous"], rows=seal["rows"])
    return bool(own == seal["digest"])


def _covered(seal: dict[str, Any], leaves: dict[str, _Leaves]) -> bool:
    """Hands the seal's rows to their file; true when the seal is not what its digest covers."""
    hashes = bytes.fromhex(seal["leaves"])
    at = {row: index for index, row in enumerate(seal["ids"])}
    leaves[seal["stream"]].take({row: leaf_of(hashes, at[row]).hex() for row in seal["ours"]}, seal["number"])
    return bool(rows_digest(seal["mark"], seal["ids"], hashes) != seal["rows"])


def check_anchor(checking: Checking, collected: Collected, anchor: Path) -> None:
    """Raises `OSError` when the anchor cannot be read."""
    lines = AnchorLines(anchor)
    last = max(collected.seals, default=0)
    for anchored in lines.portions():
        for number, digest in anchored.items():
            if number <= last and collected.seals.get(number) != digest:
                what = f"Seal {number} is not the one that was anchored in {anchor.name}."
                checking.say("pack-anchor-differs", what, SEALS)
    checking.findings += lines.findings
