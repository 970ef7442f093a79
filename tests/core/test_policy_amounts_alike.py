"""An amount is the same amount however it is written: as a figure, as a share of a figure, or as a part of a fact.

Tried in every place of a remedy where an amount may stand, alone and after rounding, for one row and for several.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import duckdb
import pytest
from policies import decide, remedy, text_of

CUSTOMERS = 25
FACTS = """facts:
  fee: {type: money, currency: EUR, from: EUR 0}
  twice: {type: money, currency: EUR, from: EUR 0}
  two: {type: integer, from: 1}
  days: {type: integer, from: 0}
  owner: {type: text, one_of: [a, b]}
"""
ALL = "{id: all, default: true, amount: AMOUNT}"
RULES = {
    "rule": ALL.replace("AMOUNT", "X"),
    "share": ALL.replace("AMOUNT", '{percent: "50", of: X}'),
    "floor": ALL.replace("AMOUNT", '{percent: "50", of: fee, floor: X}'),
    "cap of a rule": ALL.replace("AMOUNT", '{percent: "50", of: fee, cap: X}'),
    "first": ALL.replace("AMOUNT", "{accrue: {count: days, first: X, each: EUR 1}}"),
    "each": ALL.replace("AMOUNT", "{accrue: {count: days, first: EUR 1, each: X}}"),
    "rates": ALL.replace("AMOUNT", "{accrue: {count: days, rates: [{to: 2, each: X}, {each: EUR 0.01}]}}"),
    "last rate": ALL.replace("AMOUNT", "{accrue: {count: days, rates: [{to: 2, each: EUR 9}, {each: X}]}}"),
    "cap of an accrual": ALL.replace("AMOUNT", "{accrue: {count: days, each: EUR 7, cap: X}}"),
}
FEE = ALL.replace("AMOUNT", "fee")
PARTS = {
    "add": "add: [{id: more, when: days > 1, amount: X, says: More.}]",
    "excess": "excess: X",
    "set_off": "set_off: [X, EUR 0.01]",
    "cap": "cap: X",
    "minimum": "minimum: X",
    "strict minimum": "minimum: {amount: X, strict: true}",
    "approval": "approval: {above: X, says: A person looks.}",
}
ORDERS = ["", "order: [round, add, reduce, excess, set_off, cap, minimum]"]
MOSTS = ["most: [{per: [owner], amount: X}]", "most: [{per: [], times: 3}, {per: [], amount: X}]"]


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as connection:
        yield connection


def forms(cents: int) -> list[str]:
    """The same amount four times: a figure, a share, and two parts of facts, the last over a denominator of its own."""
    return [
        f"EUR {cents / 100:.2f}",
        f"\"percent(50, 'EUR {cents / 50:.2f}')\"",
        '"twice / 2"',
        '"twice / two"',
    ]


def told(db: duckdb.DuckDBPyConnection, text: str, rows: Sequence[dict[str, Any]]) -> list[Any]:
    """What does not depend on how the amount is written."""
    words = ("customer_id", "remedy", "status", "rule", "minor", "shares")
    return [[one[word] for word in words] for one in decide(db, text, *rows, defaults={})]


def texts() -> dict[str, str]:
    made = {word: text_of(remedy(rule), facts=FACTS) for word, rule in RULES.items()}
    for word, part in PARTS.items():
        for order in ORDERS:
            made[f"{word} {order}"] = text_of(remedy(FEE, part, order), facts=FACTS)
    half = "reduce: [{id: half, percent: 50}]"
    made |= {f"{word} after a reduction": text_of(remedy(RULES[word], half), facts=FACTS) for word in RULES}
    split = "split: [{payer: a, share: 2}, {payer: b, share: 1}]"
    made["split"] = text_of(remedy(RULES["rule"], split), facts=FACTS)
    other = remedy(FEE, name="rest")
    head = "choose: [{id: one, of: [pay, rest], take: greatest}]"
    made["choose"] = text_of(remedy(RULES["rule"]), other, facts=FACTS, head=head)
    return made


@pytest.mark.parametrize("word", texts())
def test_an_amount_may_be_written_in_any_way(db, word: str) -> None:
    """All customers have the same amount, which a figure can say, and fees on both sides of it."""
    random = Random(word)
    cents = random.choice([1, 99, 333, 7500])
    fees = [0, 1, cents - 1, cents, cents + 1, 2 * cents, 2 * cents + 1, 3 * cents]
    rows = [
        {"fee": random.choice(fees), "twice": 2 * cents, "two": 2, "days": random.randint(0, 4), "owner": "a"}
        for _ in range(CUSTOMERS)
    ]
    plain, *others = (told(db, texts()[word].replace("X", form), rows) for form in forms(cents))
    assert others == [plain] * len(others)


def test_each_place_matters(db) -> None:
    """The amount is read where the test above puts it: with another one the decision is another."""
    row = {"fee": 10_000, "twice": 15_000, "two": 2, "days": 4, "owner": "a"}
    for word, text in texts().items():
        low, high = (told(db, text.replace("X", form), [row]) for form in ("EUR 3", "EUR 150"))
        assert low != high, word


@pytest.mark.parametrize("most", MOSTS)
@pytest.mark.parametrize("mode", ["half-up", "up"])
def test_a_limit_over_rows_may_be_written_in_any_way(db, most: str, mode: str) -> None:
    facts = FACTS.replace("EUR 0}", "EUR 0, each: true}").replace("[a, b]}", "[a, b], each: true}")
    text = text_of(remedy(FEE, f"rows: {{{most}}}", f"rounding: {{mode: {mode}}}"), facts=facts)
    random = Random(most)
    cents = random.choice([333, 7500])
    rows = []
    for _ in range(CUSTOMERS):
        many = random.randint(1, 6)
        fees = [random.choice([0, 1, cents // 3, cents, 2 * cents]) for _ in range(many)]
        owners = [random.choice("ab") for _ in range(many)]
        rows.append({"fee": fees, "owner": owners, "twice": [2 * cents] * many, "two": 2, "days": 1})
    plain, *others = (told(db, text.replace("X", form), rows) for form in forms(cents))
    assert others == [plain] * len(others)
    # A limit that is no whole number of cents is never exceeded.
    odd = [{**row, "twice": [2 * cents + 1] * len(row["fee"])} for row in rows]
    assert told(db, text.replace("X", '"twice / 2"'), odd) == plain
