"""Credits on Makegood's own ledger against the acts that gave them. Sums first; lines only where the sums differ."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from makegood.balance.evidence_findings import Checking

LEDGER = "ledger.jsonl"
REVERSED = ":reversed"
# Sent, and the result not written down yet: the transfer may be there or not.
_UNDER_WAY = ("planned", "waiting", "unknown", "accepted")


@dataclass
class Credits:
    """What acts with store credit say: `done` by currency, and the files of acts that have any."""

    done: Counter[str] = field(default_factory=Counter)
    files: list[str] = field(default_factory=list)

    def add(self, file: str, row: Mapping[str, str]) -> None:
        if row["state"] == "done":
            self.done[row["currency"]] += int(row["minor"])
        if file not in self.files:
            self.files.append(file)


def check_ledger(checking: Checking, paid: Mapping[str, int], credits: Credits) -> None:
    """`paid` is the ledger's net by currency, in minor units."""
    if {currency: minor for currency, minor in paid.items() if minor} != +credits.done:
        checking.attempt(LEDGER, lambda: _by_key(checking, credits))


def _by_key(checking: Checking, credits: Credits) -> None:
    booked: dict[str, tuple[int, int]] = {}  # key → net minor units, line
    for line, raw in enumerate(checking.reader.lines(LEDGER), start=1):
        row = json.loads(raw)
        key, sign = row[1].removesuffix(REVERSED), -1 if row[1].endswith(REVERSED) else 1
        booked[key] = (booked.get(key, (0, 0))[0] + sign * int(row[4]), line)
    for file in credits.files:
        rows = csv.DictReader(line.decode() for line in checking.reader.lines(file))
        for row in rows:
            net, _ = booked.pop(row["key"], (0, 0))
            wanted = int(row["minor"] or 0) if row["state"] == "done" else 0
            if net != wanted and row["state"] not in _UNDER_WAY:
                what = f"Line {rows.line_num} of {file} is {row['state']}: {wanted} minor units, the ledger has {net}."
                checking.say("pack-sums-differ", what, file, rows.line_num)
    for key, (net, line) in booked.items():
        if net:
            what = f"Line {line} of {LEDGER} credits {net} minor units under {key}, which no act has."
            checking.say("pack-sums-differ", what, LEDGER, line)
