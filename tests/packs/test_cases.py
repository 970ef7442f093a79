"""Every published case with a known answer is answered by a policy file: amount, currency and status exactly."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.packs.asking import Customer, Decision, ask, pack
from tests.packs.families import FAMILIES, Answer, Family, rows_of

from makegood.core.calendars import business_calendar

CASES = Path(__file__).parents[3] / "shared" / "data" / "policies" / "cases.jsonl"
AMOUNTS = ("amount", "double", "consumer_liability")
DATED = {"business_days": "business days", "calendar_days": "days"}
Case = Mapping[str, Any]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    if not CASES.exists():
        pytest.skip("shared/data/policies/cases.jsonl, the published cases, is not here")
    return [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def of(cases: Sequence[Case], scheme: str) -> list[Case]:
    found = [case for case in cases if case["scheme"] == scheme]
    assert found, scheme
    return found


def expected(case: Case) -> Answer:
    found = dict(case["expected"])
    for word in AMOUNTS:
        if found.get(word) is not None:
            found[word] = Decimal(found[word])
    return found


def answers(db: duckdb.DuckDBPyConnection, family: Family, customers: Sequence[Sequence[Customer]]) -> list[Answer]:
    """One answer a case; a case may ask about more than one customer."""
    owners = [number for number, group in enumerate(customers) for _ in group]
    groups: list[list[Decision]] = [[] for _ in customers]
    for decision in ask(db, family.pack, [customer for group in customers for customer in group]):
        groups[owners[decision.customer]].append(decision)
    return [family.answer(group) for group in groups]


@pytest.mark.parametrize("scheme", FAMILIES)
def test_a_family(db: duckdb.DuckDBPyConnection, cases: list[Case], scheme: str) -> None:
    family, asked = FAMILIES[scheme], of(cases, scheme)
    found = answers(db, family, [family.customers(case["inputs"]) for case in asked])
    assert dict(zip((case["id"] for case in asked), found, strict=True)) == {
        case["id"]: expected(case) for case in asked
    }


def test_totals_over_rows(db: duckdb.DuckDBPyConnection, cases: list[Case]) -> None:
    for case in of(cases, "aggregate"):
        family, customer = rows_of(case["inputs"])
        assert answers(db, family, [[customer]]) == [expected(case)], case["id"]
        (remedy,) = (one for word, one in pack(family.pack).remedies.items() if word in family.remedies)
        assert list(remedy.once_per) == case["inputs"]["dedupe_key"]


def test_no_family_is_left_out(cases: list[Case]) -> None:
    assert {case["scheme"] for case in cases} == {*FAMILIES, "aggregate"}
    assert Counter(case["scheme"] for case in cases).total() == 279


def test_the_table_of_clocks_has_the_terms_of_the_cases(cases: list[Case]) -> None:
    """A case says the term beside the clock's name: the pack's own figure must be that one."""
    table = pack(FAMILIES["clock"].pack).tables["term"]
    terms = {str(row.cells["clock"].literals[0]): row.give for row in table.rows}
    for case in of(cases, "clock"):
        inputs = case["inputs"]
        give = terms[FAMILIES["clock"].facts(inputs)["clock"]]
        assert give == {"n": inputs["n"], "unit": DATED.get(inputs["unit"], inputs["unit"])}, case["id"]


def test_the_calendar_of_ofcom_has_the_holidays_of_the_cases(cases: list[Case]) -> None:
    """The pack names a calendar; the cases list the holidays between report and repair."""
    known = set(business_calendar("GB", "ENG", (), ("sat", "sun"), (2024, 2026)).holidays)
    for case in of(cases, "ofcom_autocomp"):
        inputs = case["inputs"]
        if "holidays" not in inputs:
            continue
        first, last = (date.fromisoformat(inputs[word]) for word in ("reported_date", "restored_date"))
        given = {date.fromisoformat(text) for text in inputs["holidays"]}
        assert {day for day in known if first <= day <= last and day.weekday() < 5} == given, case["id"]
