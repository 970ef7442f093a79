"""One stream's rows against its seals, side by side, in the order in which they were sealed."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection

from makegood.journal.chain import COMPARE, leaf_of
from makegood.journal.models import Seal, Stream
from makegood.journal.places import acts_without_receipt, places_of
from makegood.journal.streams import Row, rows_of, words
from makegood.kit.errors import Finding

MOST_NAMED = 100
_AGAIN = "SELECT id, sha256(convert_to({leaf}, 'UTF8')) FROM {relation} WHERE id = ANY(%s)"

UNSEALED = "Workers seal: where none has run since, seal now (makegood seal) and verify again. Otherwise:"


@dataclass
class Compared:
    """What is wrong with the rows of one stream. `lost_seals` says that seals before the next one are missing."""

    stream: Stream
    lost_seals: bool = False
    unsealed: int = 0
    _changed: list[int] = field(default_factory=list)
    _missing: dict[int, bytes] = field(default_factory=dict)
    _extra: list[int] = field(default_factory=list)
    _uncovered: int = 0
    _overdue: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rows = rows_of(self.stream)
        self._next: Row | None = next(self._rows, None)

    def take(self, sealed: Seal) -> None:
        """Compares the rows up to the seal's mark with what the seal says of them."""
        leaves = bytes(sealed.leaves)
        wanted = {row: leaf_of(leaves, index) for index, row in enumerate(sealed.ids)}
        mark = (int(sealed.last_xid) if sealed.last_xid.isdigit() else 0, sealed.last_id)
        while self._next is not None and self._next.place <= mark:
            leaf = wanted.pop(self._next.id, None)
            if leaf is None and self.lost_seals:
                self._uncovered += 1
            elif leaf is None:
                self._extra.append(self._next.id)
            elif leaf != self._next.leaf:
                self._changed.append(self._next.id)
            self._next = next(self._rows, None)
        self._missing |= wanted
        self.lost_seals = False

    def finish(self) -> list[Finding]:
        """Reads what no seal covers yet and says everything that was found."""
        while self._next is not None:
            self.unsealed += 1
            if self._next.overdue:
                self._overdue.append(self._next.id)
            self._next = next(self._rows, None)
        moved = self._moved()
        findings = self._named("changed", self._changed, "was changed")
        findings += self._missing_rows()
        findings += self._named("moved", moved, "does not stand where it was sealed")
        findings += self._named("behind", self._extra, "was added behind the seals")
        name = words(self.stream.name)
        if self._uncovered:
            what = f"{self._uncovered} rows of {name} have lost the seal that covered them."
            findings.append(Finding(f"{self.stream.name}-uncovered", what, COMPARE, count=self._uncovered))
        if self._overdue:
            what = f"{len(self._overdue)} rows of {name} were never sealed, the first is row {min(self._overdue)}."
            remedy = f"{UNSEALED} {COMPARE[0].lower()}{COMPARE[1:]}"
            findings.append(Finding(f"{self.stream.name}-unsealed", what, remedy, count=len(self._overdue)))
        return findings

    def _moved(self) -> list[int]:
        """Rows that are there, but with another transaction number than when they were sealed: not missing."""
        if not self._missing:
            return []
        with connection.cursor() as cursor:
            sql = _AGAIN.format(leaf=self.stream.leaf, relation=self.stream.relation)
            cursor.execute(sql, [list(self._missing)])
            found = {row: bytes(leaf) for row, leaf in cursor.fetchall()}
        self._changed += [row for row, leaf in found.items() if leaf != self._missing[row]]
        moved = [row for row, leaf in found.items() if leaf == self._missing[row]]
        self._extra = [row for row in self._extra if row not in found]
        self._missing = {row: leaf for row, leaf in self._missing.items() if row not in found}
        return sorted(moved)

    def _missing_rows(self) -> list[Finding]:
        findings = self._named("missing", sorted(self._missing), "is missing")
        if self._missing and self.stream.name == "attempt":
            findings += [
                Finding("act-without-receipt", f"{place[0].upper()}{place[1:]} was tried and has no receipt.", COMPARE)
                for place in acts_without_receipt(MOST_NAMED)
            ]
        return findings

    def _named(self, code: str, rows: list[int], verb: str) -> list[Finding]:
        named = sorted(rows)[:MOST_NAMED]
        places = places_of(self.stream.name, named) if named else {}
        name = words(self.stream.name)
        findings = [
            Finding(f"{self.stream.name}-{code}", f"Row {row} of {name}{_in(places.get(row))} {verb}.", COMPARE)
            for row in named
        ]
        if more := len(rows) - len(named):
            what = f"{more} more rows of {name}: each {verb}."
            findings.append(Finding(f"{self.stream.name}-{code}", what, COMPARE, count=more))
        return findings


def _in(place: str | None) -> str:
    return f" ({place})" if place else ""
