"""What a check of a pack found, by file and line."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from makegood.balance.evidence_files import PackReader, Unreadable
from makegood.kit.errors import Finding, Place

REMEDY = "Ask for the pack again and compare its digest with the one in the journal; believe neither until they agree."
# What a changed byte can make of a file that was well formed; its hash has been named already.
MALFORMED = (csv.Error, KeyError, TypeError, ValueError, IndexError, AttributeError)
MOST_NAMED = 100


@dataclass
class Checking:
    """The pack and what was found so far. At most 100 lines are named for one reason, then one finding counts on."""

    reader: PackReader
    findings: list[Finding] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def say(self, code: str, what: str, file: str, line: int | None = None) -> None:
        count = self._counts[code, file] = self._counts.get((code, file), 0) + 1
        if count <= MOST_NAMED:
            self.findings.append(Finding(code, what, REMEDY, place=Place(file, line)))

    def unsealed(self, stream: str) -> int:
        counts = self.manifest.get("unsealed")
        return int(counts.get(stream, 0)) if isinstance(counts, dict) else 0

    def attempt(self, file: str, check: Callable[[], None]) -> None:
        """A check that a broken file can end; the others go on."""
        try:
            check()
        except Unreadable as error:
            self.say("pack-file-unreadable", f"{file} {error}.", file)
        except MALFORMED as error:
            what = f"{file} or a file it names is not in the form of a pack ({type(error).__name__}: {error})."
            self.say("pack-file-malformed", what, file)

    def finish(self) -> list[Finding]:
        for (code, file), count in self._counts.items():
            if count > MOST_NAMED:
                what = f"{count - MOST_NAMED} more lines of {file} are wrong in the same way."
                self.findings.append(Finding(code, what, REMEDY, place=Place(file), count=count - MOST_NAMED))
        return self.findings
