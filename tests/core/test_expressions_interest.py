"""Simple interest: figures worked out by hand, and a reference that adds up day by day."""

from __future__ import annotations

import random
from calendar import isleap
from datetime import date, timedelta
from fractions import Fraction as F

import pytest
from expressing import USD, answer, answers, refused

from makegood.core.expressions import Known, Series, Type

FACTS = {"p": USD, "rate": Type("number"), "d": Type("date"), "e": Type("date"), "n": Type("integer")}
POINTS = (
    (date(2023, 12, 31), F("5.25")),
    (date(2024, 2, 29), F("4.75")),
    (date(2024, 12, 31), F(-1)),
    (date(2025, 3, 31), F(0)),
)
KNOWN = Known(
    FACTS,
    series={
        "bank": Series(Type("number"), POINTS),
        "floored": Series(Type("number"), POINTS, before=F("0.1")),
        "amounts": Series(USD, ((date(2020, 1, 1), F(5)),)),
    },
)


@pytest.mark.parametrize(
    ("text", "p", "d", "e", "wanted"),
    [
        # 1,000.00 at 8 % for 100 days of 365: 21.917808...
        ("interest(p, 8, d, e, 365)", 100000, "2026-01-01", "2026-04-11", F(100000 * 8 * 100, 36500)),
        ("interest(p, 8, d, e, 360)", 100000, "2026-01-01", "2026-04-11", F(100000 * 8 * 100, 36000)),
        # A leap year in 365 is 366 days.
        ("interest(p, 8, d, e, 365)", 100000, "2024-01-01", "2025-01-01", F(8000 * 366, 365)),
        ("interest(p, 8, d, e, 'actual')", 100000, "2024-01-01", "2025-01-01", 8000),
        ("interest(p, 8, d, e, 'actual')", 100000, "2023-01-01", "2024-01-01", 8000),
        # 31 December 2023 is a day of 2023, 1 January 2024 one of 2024.
        ("interest(p, 8, d, e, 'actual')", 100000, "2023-12-31", "2024-01-02", F(8000, 365) + F(8000, 366)),
        ("interest(p, 8, d, e, 'actual')", 100000, "1899-12-31", "1900-01-02", F(16000, 365)),
        ("interest(p, 8, d, e, 'actual')", 100000, "2000-01-01", "2001-01-01", 8000),
        ("interest(p, 8, d, e, '30/360')", 100000, "2026-01-31", "2026-02-28", F(8000 * 28, 360)),
        ("interest(p, 8, d, e, '30/360')", 100000, "2026-01-30", "2026-01-31", 0),
        ("interest(p, 8, d, e, '30/360')", 100000, "2026-01-01", "2027-01-01", 8000),
        ("interest(p, 12.5, d, e, 365)", -36500, "2026-01-01", "2026-01-11", F(-125)),
        ("interest(p, -1, d, e, 365)", 36500, "2026-01-01", "2026-01-11", F(-10)),
        ("interest(p, 8, d, e, 365)", 100000, "2026-01-02", "2026-01-01", 0),
        ("interest(p, 8, d, e, 'actual')", 100000, "2026-01-02", "2026-01-01", 0),
        ("interest(p, 8, d, e, '30/360')", 100000, "2026-01-02", "2026-01-01", 0),
        ("interest(p, 8, d, d, 365)", 100000, "2026-01-02", None, 0),
        ("interest(p, 8, d, '2026-01-03', 365)", 36500, "2026-01-02", None, 8),
        ("interest(p, 8, d, e, 365)", 2**63 - 1, "2026-01-01", "2026-01-02", F((2**63 - 1) * 8, 36500)),
        # Published: 2,500.00 at 8 % and 169.68 a hundred and one days at 1.68 a day; exact it is 169.49 of 7,655.80.
        ("round(interest(p, 8, d, e, 365))", 765580, "2026-01-01", "2026-04-12", 16948),
        ("101 * round(interest(p, 8, d, add_days(d, 1), 365))", 765580, "2026-01-01", None, 16968),
        ("interest_over(p, bank, d, e, 365)", 36500, "2024-01-01", "2024-01-11", F("52.5")),
        # Ten days at 5.25 up to 28 February, then ten at 4.75.
        ("interest_over(p, bank, d, e, 365)", 36500, "2024-02-19", "2024-03-10", F("100")),
        ("interest_over(p, bank, d, e, 365)", 36500, "2023-12-31", "2024-01-01", F("5.25")),
        ("interest_over(p, bank, d, e, 365)", 36500, "2023-12-30", "2024-01-01", None),
        ("interest_over(p, bank, d, e, 365)", 36500, "2023-12-01", "2023-12-31", None),
        ("interest_over(p, bank, d, e, 365)", 36500, "2026-01-01", "2027-01-01", 0),
        ("interest_over(p, bank, d, e, 365)", 36500, "2025-01-01", "2025-01-11", -10),
        ("interest_over(p, floored, d, e, 365)", 36500, "2023-12-30", "2024-01-01", F("5.35")),
        ("interest_over(p, floored, d, e, 365)", 36500, "2024-01-01", "2023-01-01", 0),
    ],
)
def test_by_hand(duck, text: str, p: int, d: str, e: str | None, wanted: object) -> None:
    assert answer(duck, text, KNOWN, p=p, d=d, e=e) == wanted


def share(start: date, end: date, basis: str, rate_on) -> F:
    """Day by day. For 30/360 a day counts what the 30-day calendar moves on by."""
    total, day = F(0), start
    while day < end:
        after = day + timedelta(days=1)
        if basis == "actual":
            part = F(1, 366 if isleap(day.year) else 365)
        elif basis == "30/360":
            part = F(
                (after.year - day.year) * 360 + (after.month - day.month) * 30 + min(after.day, 30) - min(day.day, 30),
                360,
            )
        else:
            part = F(1, int(basis))
        total += part * rate_on(day)
        day = after
    return total


def rate_on(day: date) -> F:
    return next((rate for since, rate in reversed(POINTS) if since <= day), F("0.1"))


@pytest.mark.parametrize("basis", ["365", "360", "actual", "30/360"])
def test_against_adding_up_the_days(duck, basis: str) -> None:
    draw = random.Random(11)  # a repeatable sample
    pairs = [(date(2023, 6, 1) + timedelta(days=draw.randrange(900)), draw.randrange(0, 600)) for _ in range(40)]
    spans = [(start, start + timedelta(days=days)) for start, days in pairs]
    rows: list[dict[str, object]] = [{"p": 123457, "d": start, "e": end, "rate": "7.125"} for start, end in spans]
    word = basis if basis.isdigit() else f"'{basis}'"
    found = answers(duck, f"interest_over(p, floored, d, e, {word})", KNOWN, rows)
    assert found == [share(start, end, basis, rate_on) * F(123457, 100) for start, end in spans]
    found = answers(duck, f"interest(p, rate, d, e, {word})", KNOWN, rows)
    assert found == [share(start, end, basis, lambda _: F("7.125")) * F(123457, 100) for start, end in spans]


@pytest.mark.parametrize(
    "text",
    [
        "interest(p, rate, d, e, 365)",
        "interest(p, rate, d, e, 'actual')",
        "interest(p, rate, d, e, '30/360')",
        "interest_over(p, floored, d, e, 'actual')",
    ],
)
@pytest.mark.parametrize("gap", ["p", "rate", "d", "e"])
def test_what_is_missing_is_missing(duck, text: str, gap: str) -> None:
    there = {"p": 100, "rate": "8", "d": date(2024, 1, 1), "e": date(2024, 2, 1)}
    rows: list[dict[str, object]] = [{**there, gap: None}, there]
    first, second = answers(duck, text, KNOWN, rows)
    assert (first is None) is (gap in text)
    assert second is not None


def test_infinite_dates_bear_no_interest(duck) -> None:
    rows: list[dict[str, object]] = [
        {"p": 100, "d": "2024-01-01", "e": "infinity"},
        {"p": 100, "d": "-infinity", "e": "2024-01-01"},
    ]
    for text in ("interest(p, 8, d, e, 365)", "interest(p, 8, d, e, 'actual')", "interest_over(p, floored, d, e, 365)"):
        assert answers(duck, text, KNOWN, rows) == [None, None]


def test_a_huge_rate_is_missing_or_right(duck) -> None:
    rows: list[dict[str, object]] = [
        {"p": 2**63 - 1, "rate": "99999999999999999999999999999", "d": "2024-01-01", "e": "2024-02-01"},
        {"p": 2**63 - 1, "rate": "99999999999999", "d": "2024-01-01", "e": "2024-02-01"},
        {"p": 100, "rate": "3.65", "d": "2024-01-01", "e": "2024-01-11"},
    ]
    assert answers(duck, "interest(p, rate, d, e, 365)", KNOWN, rows) == [None, None, F(1, 10)]


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("interest(p, 8, d, e, 364)", "bad-basis", 22),
        ("interest(p, 8, d, e, n)", "bad-basis", 22),
        ("interest(p, 8, d, e)", "expression-type", 1),
        ("interest(d, 8, d, e, 365)", "expression-type", 10),
        ("interest(p, p, d, e, 365)", "expression-type", 13),
        ("interest(p, 8, n, e, 365)", "expression-type", 16),
        ("interest_over(p, rate, d, e, 365)", "unknown-series", 18),
        ("interest_over(p, amounts, d, e, 365)", "expression-type", 18),
    ],
)
def test_refused(text: str, code: str, column: int) -> None:
    assert refused(text, KNOWN) == (code, column)
