"""The decision of one customer as text: what each remedy gives and why, then what worked on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from makegood.core.policy import Policy
from makegood.kit.columns import Columns
from makegood.kit.errors import BadInput, Place
from makegood.policies.deciding import Customer, Decision, decide, missing_facts
from makegood.policies.words import got, shown

THE_FACTS = Place("--fact")


@dataclass(frozen=True, slots=True)
class Explained:
    """One customer; `missing` are facts that must be there and are not."""

    decisions: tuple[Decision, ...]
    missing: tuple[str, ...]


def explain_customer(columns: Columns, policy: Policy, facts: Sequence[str], rows: Sequence[str]) -> Explained:
    """`facts` are `name=value`; each of `rows` holds several, between commas. Raises `BadInput`."""
    customer = Customer(read_facts(facts), [read_facts(_parts(row)) for row in rows], THE_FACTS)
    return Explained(tuple(decide(columns, policy, [customer])), tuple(missing_facts(policy, customer)))


def read_facts(texts: Sequence[str]) -> dict[str, Any]:
    """`name=value` pairs; an empty value is a missing one. Raises `BadInput` for what is no pair or is given twice."""
    found: dict[str, Any] = {}
    for text in texts:
        word, sign, value = text.partition("=")
        word = word.strip().lower()
        if not sign or not word:
            what = f"'{text}' is not a fact."
            raise BadInput(what, remedy="Write name=value, such as days_late=3.", code="bad-fact")
        if word in found:
            what = f"The fact '{word}' is given twice."
            raise BadInput(what, remedy="Keep one; facts of rows stand in --row.", code="bad-fact")
        found[word] = value.strip() or None
    return found


def sentences(policy: Policy, explained: Explained) -> Iterator[str]:
    """Paragraphs: for each remedy what it gives and why, then its trace, indented."""
    for decision in explained.decisions:
        remedy = policy.remedies[decision.remedy]
        basis = "owed" if remedy.basis == "redress" else "given as goodwill"
        yield f"{decision.remedy}: {got(remedy, decision)}{f' {basis}' if decision.status == 'owed' else ''}."
        yield f"  {decision.reason}"
        yield from (f"  {word}: {shown(value)}" for word, value in decision.also.items())
        yield from (f"  {payer} pays {shown(value)}" for payer, value in decision.shares.items())
        yield from (f"  - {line}" for line in decision.trace)


def _parts(row: str) -> list[str]:
    return [part for part in row.split(",") if part.strip()]
