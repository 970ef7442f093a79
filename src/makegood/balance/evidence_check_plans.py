"""Plans, acts, approvals and sums of a pack, computed again and compared with each other."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from makegood.balance.evidence_check_ledger import Credits, check_ledger
from makegood.balance.evidence_check_rows import Collected
from makegood.balance.evidence_findings import Checking
from makegood.core.layout import act_leaf
from makegood.core.planroot import PlanRoot
from makegood.kit.digest import sha256
from makegood.kit.ids import act_key

BALANCE = "balance.json"
_PLACES = dict.fromkeys(("planned", "waiting", "accepted"), "open") | {
    "cancelled": "withdrawn",
    "reversed": "withdrawn",
    "bounced": "failed",
}


@dataclass
class _Sums:
    """Minor units of approved acts by (currency, basis, place in the balance), and what the ledger must have paid."""

    money: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    credits: Credits = field(default_factory=Credits)


def check_plans(checking: Checking, collected: Collected) -> None:
    sums = _Sums()
    for name in checking.reader.names:
        if name.startswith("plans/") and name.endswith(".json"):
            checking.attempt(name, partial(_plan, checking, name, collected, sums))
    checking.attempt(BALANCE, lambda: _balance(checking, sums))
    if not checking.unsealed("ledger") and not checking.unsealed("attempt"):
        check_ledger(checking, collected.ledger, sums.credits)


def _plan(checking: Checking, name: str, collected: Collected, sums: _Sums) -> None:
    _Plan(checking, name, collected, sums).check()


class _Plan:
    def __init__(self, checking: Checking, file: str, collected: Collected, sums: _Sums) -> None:
        self.checking = checking
        self.file = file
        self.collected = collected
        self.sums = sums
        self.plan: dict[str, Any] = checking.reader.json(file)
        self.acts = f"plans/{self.plan['number']}/acts.csv"
        self.name = f"Plan {self.plan['number']}"

    def check(self) -> None:
        plan = self.plan
        self.checking.attempt("scopes.json", self._scope)
        for name, document in plan["documents"].items():
            file = f"documents/{name}@{document['number']}"
            if not document.get("withheld"):
                self.checking.attempt(file, partial(self._document, file, document))
        if self.acts in self.checking.reader.names or plan["state"] not in ("drafting", "failed", "superseded"):
            self.checking.attempt(self.acts, self._acts)
            if plan["digest"] != self._root():
                what = f"The digest of {self.name.lower()} is not that of its acts, texts, settings and scope."
                self.checking.say("pack-plan-digest", what, self.file)
        self._approvals()

    def _document(self, file: str, document: dict[str, Any]) -> None:
        if sha256(self.checking.reader.whole(file)) != document["digest"]:
            what = f"{file} is not the text that {self.name.lower()} names."
            self.checking.say("pack-document-changed", what, file)

    def _scope(self) -> None:
        scopes = {
            (scope["desk"], scope["version"]): scope["digest"] for scope in self.checking.reader.json("scopes.json")
        }
        scope = self.plan["scope"]
        if scopes.get((scope["desk"], scope["version"])) != scope["digest"]:
            what = f"{self.name} was made over another scope version than scopes.json has."
            self.checking.say("pack-scope-changed", what, "scopes.json")

    def _root(self) -> str:
        plan = self.plan
        root = PlanRoot(
            mistake=plan["settings"]["mistake"]["id"],
            stage=plan["stage"],
            scope=plan["scope"]["digest"],
            as_of=plan["as_of"],
            documents={name: document["digest"] for name, document in plan["documents"].items()},
            settings=plan["settings"],
        )
        return root.digest(part[3] for part in plan["parts"])

    def _acts(self) -> None:
        parts: Iterator[list[Any]] = iter(self.plan["parts"])
        part, whole, count = next(parts, None), hashlib.sha256(), 0
        sums: Counter[str] = Counter()
        for line, row in self._rows():
            count += 1
            if int(row["ordinal"]) != count:
                self._say(line, f"should be act {count}")
                count = int(row["ordinal"])
            self._act(line, row)
            if row["minor"]:
                sums[row["currency"]] += int(row["minor"])
            whole.update(row["leaf"].encode() + b"\n")
            if part is not None and count == part[2]:
                if whole.hexdigest() != part[3]:
                    self._say(line, f"ends part {part[0]}, whose acts are not those that were planned")
                part, whole = next(parts, None), hashlib.sha256()
        if part is not None or count != self.plan["acts"]:
            what = f"{self.name} has {self.plan['acts']} acts, {self.acts} has them up to act {count}."
            self.checking.say("pack-act-missing", what, self.acts)
        if dict(sums) != {currency: int(minor) for currency, minor in self.plan["summary"]["sums"].items()}:
            what = f"The sums of {self.name.lower()} are not those of its acts."
            self.checking.say("pack-sums-differ", what, self.file)

    def _rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        lines = csv.DictReader(line.decode() for line in self.checking.reader.lines(self.acts))
        for row in lines:
            yield lines.line_num, row

    def _act(self, line: int, row: dict[str, str]) -> None:
        customer, sequence = int(row["customer"]), int(row["sequence"])
        due = datetime.fromisoformat(row["due_at"])
        if act_leaf({**row, "customer_id": customer, "due_at": due, "minor": row["minor"] or None}) != row["leaf"]:
            self._say(line, "is not what its leaf covers")
        if (
            act_key(self.plan["settings"]["mistake"]["id"], customer, row["step"], sequence, int(row["via"]))
            != row["key"]
        ):
            self._say(line, "has a key that is not its own")
        if not self.plan["approved_at"]:
            return
        receipts, ordinal = self.collected.receipts.get(self.plan["id"]), int(row["ordinal"])
        found = receipts[ordinal] if receipts is not None and ordinal < len(receipts) else 0
        needed = max(int(row["tries"]), int(row["state"] == "done"))
        if found < needed and not self.checking.unsealed("attempt"):
            self._say(
                line, f"is {row['state']} after {row['tries']} tries, but has {found} receipts", "pack-no-receipt"
            )
        self._count(row)

    def _count(self, row: dict[str, str]) -> None:
        if not row["minor"]:
            return
        state = row["state"]
        self.sums.money[row["currency"], row["basis"], _PLACES.get(state, state)] += int(row["minor"])
        if self._plugin(row) == "store-credit":
            self.sums.credits.add(self.acts, row)

    def _plugin(self, row: dict[str, str]) -> str:
        """What carries the act out: as planned, or by the approved route that it is on now."""
        settings, via = self.plan["settings"], int(row["via"])
        name = settings["steps"][row["step"]]["routes"][via - 1][0] if via else row["provider"]
        return str(settings["providers"][name]["plugin"])

    def _approvals(self) -> None:
        for approval in self.plan["approvals"]:
            if approval["digest"] != self.plan["digest"]:
                what = f"{self.name} was approved by staff {approval['by']} under another digest than its own."
                self.checking.say("pack-approval-differs", what, self.file)
            known = (f"plan:{self.plan['id']}", approval["by"], approval["digest"]) in self.collected.approvals
            if not known and not self.checking.unsealed("entry"):
                what = f"The journal has no approval of {self.name.lower()} by staff {approval['by']} with this digest."
                self.checking.say("pack-approval-unknown", what, self.file)
        if self.plan["approved_at"] and not self.plan["approvals"]:
            self.checking.say("pack-approval-missing", f"{self.name} has no approval.", self.file)

    def _say(self, line: int, words: str, code: str = "pack-act-changed") -> None:
        self.checking.say(code, f"Line {line} of {self.acts} {words}.", self.acts, line)


def _balance(checking: Checking, sums: _Sums) -> None:
    balance = checking.reader.json(BALANCE)
    if balance is None:
        return
    for step in balance["steps"]:
        if sum(step["counts"].values()) != balance["affected"]:
            what = f"Step '{step['step']}' does not account for {balance['affected']} customers."
            checking.say("pack-sums-differ", what, BALANCE)
    places = ("done", "open", "unknown", "failed", "withdrawn")
    said = {(one["currency"], one["basis"], place): one[place] for one in balance["money"] for place in places}
    for currency, basis, place in sorted({*said, *sums.money}):
        there, acts = said.get((currency, basis, place), 0), sums.money[currency, basis, place]
        if there != acts:
            what = f"{currency} {basis} {place}: the balance says {there} minor units, the acts {acts}."
            checking.say("pack-sums-differ", what, BALANCE)
