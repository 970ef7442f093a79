"""How well the message checker reads: `python benchmarks/checker.py --data FOLDER [--source NAME ...] [--per-source]`.

FOLDER holds `labelled.jsonl` (text, source, elements and faults as 0 or 1) and `taxonomy.jsonl` (sentences a rule must
find and must leave alone). Messages of one template count once: otherwise one template's easy sentences decide. Prints
F1 a label with 95 % bootstrap intervals (messages drawn anew, 2,000 times, fixed seed), the macro averages that are
promised, false faults a message, and every exception of the taxonomy.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from makegood.checks.reading import read_message
from makegood.checks.rules import list_rules

CORE = ("ack", "regret", "impact", "explanation", "fix", "prevention", "contact")
STOCK = ("any_inconvenience", "boilerplate", "vague_time", "conditional")
ALIKE = 0.4
DRAWS = 2000
Pair = tuple[bool, bool]


def say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")


@dataclass(frozen=True)
class Row:
    """One labelled message and what the checker found: for each label (is there, was found)."""

    id: str
    source: str
    pairs: dict[str, Pair]

    @property
    def false_faults(self) -> int:
        faults = {rule.name for rule in list_rules() if not rule.is_element}
        return sum(found and not there for name, (there, found) in self.pairs.items() if name in faults)


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z']+", text.lower())
    return {tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))}


def drop_templates(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Messages without those that repeat an earlier one: more than 40 % of the four-word runs of the shorter."""
    kept: list[tuple[dict[str, Any], set[tuple[str, ...]]]] = []
    for message in messages:
        own = shingles(message["text"])
        if all(len(own & other) / min(len(own), len(other)) <= ALIKE for _, other in kept):
            kept.append((message, own))
    return [message for message, _ in kept]


def score(message: dict[str, Any]) -> Row:
    reading = read_message(message["text"], kind="general", language=message["lang"])
    found = {one.name for one in (*reading.elements, *reading.faults)}
    labels = {**message["elements"], **message["faults"]}
    return Row(message["id"], message["source"], {name: (bool(there), name in found) for name, there in labels.items()})


def f1(pairs: Iterable[Pair]) -> float | None:
    """F1 of one label; None where it is neither there nor found."""
    pairs = list(pairs)
    both = sum(there and found for there, found in pairs)
    wrong = sum(there != found for there, found in pairs)
    return 2 * both / (2 * both + wrong) if both + wrong else None


def macro(rows: list[Row], names: tuple[str, ...]) -> float:
    scores = [one for name in names if (one := f1(row.pairs[name] for row in rows)) is not None]
    return sum(scores) / len(scores) if scores else float("nan")


def interval(rows: list[Row], measure: Callable[[list[Row]], float | None]) -> tuple[float, float]:
    """The middle 95 % of the measure over messages drawn anew with replacement."""
    dice = random.Random(20260101)  # noqa: S311  (a fixed seed, so that a table can be made again)
    draws = (measure(dice.choices(rows, k=len(rows))) for _ in range(DRAWS))
    values = sorted(one for one in draws if one is not None and not math.isnan(one))
    return (values[int(len(values) * 0.025)], values[int(len(values) * 0.975)]) if values else (0.0, 0.0)


def print_table(rows: list[Row]) -> None:
    say("| label | there | found | both | F1 | 95 % |\n|---|---|---|---|---|---|")
    for name in rows[0].pairs:
        pairs = [row.pairs[name] for row in rows]
        there, found = (sum(pair[at] for pair in pairs) for at in (0, 1))
        value = f1(pairs)
        low, high = interval(rows, lambda drawn, name=name: f1(row.pairs[name] for row in drawn))  # type: ignore[misc]
        told = f"{value:.2f} | {low:.2f} to {high:.2f}" if value is not None else "- | -"
        say(f"| `{name}` | {there} | {found} | {sum(a and b for a, b in pairs)} | {told} |")


def print_promises(rows: list[Row]) -> bool:
    kept = True
    for told, names, least in (("seven elements", CORE, 0.85), ("four stock faults", STOCK, 0.80)):
        value = macro(rows, names)
        low, high = interval(rows, lambda drawn, names=names: macro(drawn, names))  # type: ignore[misc]
        kept &= value >= least
        say(f"macro F1, {told}: {value:.3f} ({low:.3f} to {high:.3f}), promised {least}")
    false = sum(row.false_faults for row in rows) / len(rows)
    say(f"false faults a message: {false:.2f}, promised at most 0.30")
    return kept and false <= 0.30


def list_exceptions(rules: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """How many taxonomy sentences there are, and those the checker reads otherwise."""
    count, wrong = 0, []
    for rule in rules:
        for sort in ("positive", "hard_negative"):
            for sentence in rule[sort]:
                reading = read_message(sentence, kind="general")
                found = {one.name for one in (*reading.elements, *reading.faults)}
                count += 1
                if (rule["name"] in found) != (sort == "positive"):
                    wrong.append(f"{rule['id']} {rule['name']}, {sort.replace('_', ' ')}: {sentence}")
    return count, wrong


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with labelled.jsonl and taxonomy.jsonl")
    parser.add_argument("--source", action="append", help="only messages of this source")
    parser.add_argument("--per-source", action="store_true", help="the promises for each source as well")
    given = parser.parse_args(arguments)
    messages = [
        one for one in read_lines(given.data / "labelled.jsonl") if not given.source or one["source"] in given.source
    ]
    rows = [score(one) for one in drop_templates(messages)]
    say(f"{len(messages)} messages, {len(rows)} after templates\n")
    print_table(rows)
    say()
    kept = print_promises(rows)
    if given.per_source:
        for source in sorted({row.source for row in rows}):
            own = [row for row in rows if row.source == source]
            say(f"\n{source}, {len(own)} messages")
            print_promises(own)
    count, wrong = list_exceptions(read_lines(given.data / "taxonomy.jsonl"))
    say("\n  ".join([f"\ntaxonomy: {len(wrong)} exceptions of {count}, promised at most 6", *wrong]))
    return 0 if kept and len(wrong) <= 6 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
