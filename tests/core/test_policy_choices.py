"""Choosing among remedies: one at most is owed."""

from __future__ import annotations

import duckdb
import pytest
from policies import DEFAULTS, FACTS, decide, remedy, text_of

CASH = remedy(
    '{id: no, when: "days > 90", nothing: "Too late."}\n{id: cash, default: true, amount: "price"}', name="cash"
)
GIFT = remedy(
    '{id: off, when: "rate > 50", undefined: "Nobody knows."}\n{id: gift, default: true, amount: "price * days"}',
    name="gift",
)
OTHER = remedy("{id: all, default: true, amount: EUR 1}", name="other")


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as connection:
        yield connection


def chosen(db, take: str, **row: object) -> dict[str, tuple[str, object, str]]:
    text = text_of(CASH, GIFT, OTHER, head="") + f"choose: [{{id: either, of: [cash, gift], take: {take}}}]\n"
    found = decide(db, text, {"rate": 1, **row})
    assert len(found) == 3
    return {one["remedy"]: (one["status"], one["minor"], one["rule"]) for one in found}


@pytest.mark.parametrize(
    ("take", "row", "cash", "gift"),
    [
        ("greatest", {"days": 2}, ("nothing", None, "either"), ("owed", 2000, "gift")),
        ("greatest", {"days": 1}, ("owed", 1000, "cash"), ("nothing", None, "either")),
        ("greatest", {"days": 0}, ("owed", 1000, "cash"), ("nothing", None, "gift")),
        ("greatest", {"days": 91}, ("nothing", None, "no"), ("owed", 91_000, "gift")),
        ("greatest", {"rate": 51}, ("undefined", None, "either"), ("undefined", None, "off")),
        ("first", {"days": 9}, ("owed", 1000, "cash"), ("nothing", None, "either")),
        ("first", {"days": 91}, ("nothing", None, "no"), ("owed", 91_000, "gift")),
        ("first", {"rate": 51}, ("owed", 1000, "cash"), ("undefined", None, "off")),
        ("note", {"note": "gift"}, ("nothing", None, "either"), ("owed", 2000, "gift")),
        ("note", {"note": "cash"}, ("owed", 1000, "cash"), ("nothing", None, "either")),
        ("note", {"note": None}, ("undefined", None, "either"), ("undefined", None, "either")),
        ("note", {"note": "both"}, ("undefined", None, "either"), ("undefined", None, "either")),
        ("note", {"note": "cash", "rate": 51}, ("owed", 1000, "cash"), ("undefined", None, "off")),
    ],
)  # fmt: skip
def test_one_at_most_is_owed(db, take, row, cash, gift) -> None:
    found = chosen(db, take, **row)
    assert found == {"cash": cash, "gift": gift, "other": ("owed", 100, "all")}


@pytest.mark.parametrize(
    ("wanted", "days", "cash", "gift"),
    [
        (None, 2, ("undefined", "either"), ("undefined", "either")),
        ("other", 2, ("undefined", "either"), ("undefined", "either")),
        ("gift", 2, ("nothing", "either"), ("owed", "gift")),
        (None, 99, ("nothing", "late"), ("nothing", "late")),
        ("cash", 99, ("nothing", "late"), ("nothing", "late")),
        (None, 50, ("nothing", "none"), ("nothing", "none")),
    ],
)
def test_who_is_excluded_needs_no_choice(db, wanted: str | None, days: int, cash: object, gift: object) -> None:
    """Although the fact that chooses is not optional: nobody is asked for what they could not have."""
    facts = FACTS.replace("note: {type: text, optional: true}", "wanted: {type: text, one_of: [cash, gift]}")
    rules = '{id: none, when: "days > 40", nothing: "None."}\n{id: %s, default: true, amount: "price"}'
    late = "exclude: [{id: late, when: 'days > 90', says: Too late.}]"
    text = text_of(*(remedy(rules % word, late, name=word) for word in ("cash", "gift")), facts=facts)
    text += "choose: [{id: either, of: [cash, gift], take: wanted}]\n"
    row = {**{word: value for word, value in DEFAULTS.items() if word != "note"}, "wanted": wanted, "days": days}
    found = {one["remedy"]: (one["status"], one["rule"]) for one in decide(db, text, row, defaults={})}
    assert found == {"cash": cash, "gift": gift}


def test_what_was_not_chosen_says_so(db) -> None:
    text = (
        text_of(CASH, GIFT, head="policy: {name: Two ways}") + "choose: [{id: either, of: [cash, gift], take: first}]\n"
    )
    reasons = {one["remedy"]: one["reason"] for one in decide(db, text, {"rate": 1})}
    assert reasons["gift"] == "Another remedy was chosen. (Two ways, rule either.)"
    assert reasons["cash"] == "EUR 10.00 price. (Two ways, rule cash.)"


def test_a_choice_among_rows(db) -> None:
    facts = "facts:\n  wanted: {type: text}\n  price: {type: money, currency: EUR, each: true}\n"
    text = text_of(
        remedy(name="a"), remedy('{id: half, default: true, amount: "percent(50, price)"}', name="b"), facts=facts
    )
    text += "choose: [{id: either, of: [a, b], take: wanted}]\n"
    found = decide(db, text, {"wanted": "b", "price": [100, 201]}, defaults={})
    assert [(one["remedy"], one["status"], one["minor"]) for one in found] == [
        ("a", "nothing", None),
        ("b", "owed", 151),
    ]
