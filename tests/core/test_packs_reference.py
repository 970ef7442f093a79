"""The tests that stand in each pack, decided by the reference: it reads only the file, so that a mistake of the program
cannot hide in a test that the program itself was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from reference_expressions import Many, Money, amount, instant
from reference_policy import Reference, Result

import makegood

PACKS = sorted((Path(makegood.__file__).parent / "packs").rglob("*.yaml"))
SCHEMES = sorted((Path(__file__).parent / "schemes").glob("*.yaml"))
STATUS = {"nothing", "hold", "undefined"}


def typed(fact: Mapping[str, Any], text: Any, line: Mapping[str, Any]) -> Any:
    """A fact as it is written in a test."""
    if text is None or text == "null":
        return None
    kind, currency = fact["type"], fact.get("currency", "")
    if currency.startswith("@"):
        currency = line.get(currency[1:], "")
    if isinstance(text, list):
        zero = Money(Fraction(0), currency) if kind == "money" else Fraction(0)
        return Many(tuple(typed(fact, one, line) for one in text), zero)
    if kind == "money":
        return amount(text, currency)
    if kind in {"integer", "number"}:
        return Fraction(text)
    if kind == "boolean":
        return text == "true"
    return {"date": date.fromisoformat, "instant": instant}.get(kind, str)(text)


def cases(reference: Reference) -> Iterator[tuple[str, list[dict[str, Any]], Mapping[str, Any]]]:
    """Each test: its name, the customer's rows, what is expected. `like` takes the facts of an earlier one."""
    known: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {}
    for test in reference.file.body.get("tests") or ():
        facts, rows = known.get(test.get("like", ""), ({}, []))
        facts, rows = {**facts, **(test.get("facts") or {})}, test.get("rows") or rows
        known[test["name"]] = facts, rows
        lines = [{**facts, **row} for row in rows] or [facts]
        yield test["name"], lines, test["expect"]


def as_expected(wanted: Any, found: Result) -> bool:
    wanted = wanted if isinstance(wanted, dict) else {"amount": wanted}
    told = wanted.get("amount")
    if told in STATUS:
        right = found.status == told
    else:
        right = told is None or (found.minor is not None and Fraction(found.minor) == in_minor(told))
    right = right and found.rule == wanted.get("rule", found.rule)
    parts = {payer: amount(text).minor for payer, text in (wanted.get("shares") or {}).items()}
    return right and parts.items() <= {word: Fraction(one) for word, one in found.shares.items()}.items()


def in_minor(text: str) -> Fraction:
    """An amount, or a number of a unit that is no money: those of the packs have no digits after the point."""
    return amount(text).minor if text[:1].isalpha() else Fraction(text.split(maxsplit=1)[0])


@pytest.mark.parametrize("path", [*PACKS, *SCHEMES], ids=lambda path: path.stem)
def test_a_pack_says_what_the_reference_finds(path: Path) -> None:
    reference = Reference(path.read_text(encoding="utf-8"))
    count = 0
    for name, lines, expected in cases(reference):
        rows = [
            {word: typed(fact, line.get(word), line) for word, fact in reference.file.facts.items()} for line in lines
        ]
        found = reference.decide(rows)
        for remedy, wanted in expected.items():
            assert as_expected(wanted, found[remedy]), f"{name}: {remedy} is {found[remedy]}, not {wanted}"
            count += 1
    assert count > 0
