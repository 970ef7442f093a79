"""The two pages of a pack that people read first. Plain text, at most 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from makegood.kit.clock import spoken
from makegood.kit.money import Money

WIDTH = 80

README = """\
EVIDENCE OF A RECOVERY

What this is. A business made a mistake and put it right with Makegood. This
pack shows what was planned, who approved it, what was done, and what came of
it, so that somebody outside can check it without the business's database.
Start with summary.txt.

What is in it.
  manifest.json      every file with its SHA-256, size and rows; who wrote it
  mistake.json       what happened, the facts, when it was noticed
  scopes.json        each version of who is affected: counts and digests
  documents/         the texts that the plans name, NAME@REVISION
  plans/N.json       a plan: settings, digest, findings, approvals
  plans/N/acts.csv   each step for each customer, by number, with its leaf
  plans/N/decisions.csv  what the policy said for each customer
  attempts.jsonl     receipts: each try and its answer
  ledger.jsonl       transfers on the ledger
  entries.jsonl      the journal: who did what, when
  settlements.jsonl  what people reported as done
  notices.jsonl      what providers said of it later
  seals.jsonl        the seals over those rows, and the chain between them
  balance.json       everyone accounted for, in sums
Customers are numbers.
{personal}

How to check it all:
  makegood verify THIS

How to check it by hand, with sha256sum and a few lines of Python 3. The hash
of every file is in manifest.json:
  sha256sum plans/1/acts.csv

Each line of these (attempts to notices) is the exact text that
was sealed; its first number is its id. Is each in a seal, and do the seals
follow one from the other?

  import hashlib, json
  def h(v): return hashlib.sha256(json.dumps(v, sort_keys=True,
      separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
  files = {{"attempt": "attempts", "ledger": "ledger", "entry": "entries",
           "settlement": "settlements", "notice": "notices"}}
  sealed, before = {{s: {{}} for s in files}}, "0" * 64
  for line in open("seals.jsonl"):
      s = json.loads(line)
      if "ids" in s:
          assert s["rows"] == h({{k: s[k] for k in ("mark", "ids", "leaves")}})
          hashes = [s["leaves"][n:n+64] for n in range(0, len(s["leaves"]), 64)]
          sealed[s["stream"]].update(zip(s["ids"], hashes))
      assert s["previous"] == before
      covered = ("number", "at", "stream", "previous", "rows")
      before = h({{k: s[k] for k in covered}})
      assert s["digest"] == before
  for stream, name in files.items():
      for line in open(name + ".jsonl", "rb"):
          text = line.rstrip(b"\\n")
          assert hashlib.sha256(text).hexdigest() == \\
              sealed[stream][json.loads(text)[0]]
  print("every row is sealed, and the seals follow each other")

Then compare the last seal (number and digest, in manifest.json) with a copy
that you got at the time and that the business could not change: the anchor
file, a mail, a printed page.

What it proves. That these rows are, to the byte, those that were sealed; that
nothing is missing between two seals; that the approved digest is the digest of
exactly these acts, texts and settings.

What it cannot prove. That the rows were true when they were written; that
nobody rebuilt everything, seals included, before the first anchor left the
business; that a bank or a mail server did what its receipt says.
"""
_WITHOUT = "Names, addresses, customer keys and harm facts are not in this pack."
_WITH = "customers.csv says who they are: keep this pack locked away."


@dataclass
class Summary:
    """What the one page says. Money in minor units; times as text."""

    title: str
    mistake: str
    lines: list[tuple[str, str]] = field(default_factory=list)

    def add(self, word: str, text: str) -> None:
        self.lines.append((word, text))

    def page(self) -> str:
        page = [*textwrap.wrap(self.title, WIDTH), f"Evidence of {self.mistake}", "=" * WIDTH, ""]
        for word, text in self.lines:
            for number, part in enumerate(textwrap.wrap(text, WIDTH - 16) or [""]):
                page.append(f"{word if number == 0 else '':<16}{part}".rstrip())
        return "\n".join(page) + "\n"


def readme(*, personal: bool) -> str:
    return README.format(personal=_WITH if personal else _WITHOUT)


def money_lines(money: Sequence[Mapping[str, Any]]) -> list[str]:
    """`EUR 17.50 redress: done EUR 17.50`, one a currency and basis."""
    found = []
    for one in money:
        parts = [
            f"{word} {Money(int(one[word]), one['currency'])}"
            for word in ("done", "open", "unknown", "failed", "withdrawn")
            if one[word]
        ]
        found.append(f"{Money(int(one['planned']), one['currency'])} {one['basis']}: {', '.join(parts) or 'nothing'}")
    return found


def told_line(told: Mapping[str, Any]) -> str:
    if not told:
        return "nobody yet"
    times = {word: spoken(timedelta(seconds=int(told[word]))) for word in ("first", "median", "last")}
    return (
        f"{told['customers']} customers; after it was noticed the first in {times['first']}, the middle one in "
        f"{times['median']}, the last in {times['last']}"
    )
