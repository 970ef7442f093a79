"""Business days over named calendars and lists of holidays, against counting day by day."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from expressing import answer, answers, refused

from makegood.core.expressions import Known, Type

FACTS = {
    "d": Type("date"),
    "e": Type("date"),
    "n": Type("integer"),
    "off": Type("date", many=True),
    "km": Type("integer", unit="km"),
}
KNOWN = Known(FACTS, calendars={"england": "_cal_england_"})
# Easter, the bank holidays of 2026 and 1 January 2027 in England.
HOLIDAYS = [
    date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 5, 25), date(2026, 8, 31),
    date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1),
]  # fmt: skip
FIRST, LAST = date(2025, 1, 1), date(2028, 12, 31)
FORMS = ["england", "off"]


def is_one(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def calendar() -> str:
    """The one row that a query with a named calendar carries."""
    span = [FIRST + timedelta(days=i) for i in range((LAST - FIRST).days + 1)]
    ordinals = [sum(is_one(day) for day in span[: i + 1]) for i in range(len(span))]
    days = ", ".join(f"DATE '{day}'" for day in span if is_one(day))
    return (
        f"CREATE OR REPLACE TABLE england AS SELECT [{days}]::DATE[] AS _cal_england_days,"
        f" {ordinals}::INTEGER[] AS _cal_england_ordinals, DATE '{FIRST}' AS _cal_england_first"
    )


@pytest.fixture(scope="module", autouse=True)
def england(duck) -> None:
    duck.execute(calendar())


def row(**of: object) -> dict[str, object]:
    # Out of order, twice, on a Sunday and missing: none of it changes an answer.
    return {"off": [*reversed(HOLIDAYS), HOLIDAYS[1], date(2026, 4, 5), None], **of}


def asked(duck, text: str, rows: list[dict[str, object]]) -> list[object]:
    return list(answers(duck, text, KNOWN, rows, beside="CROSS JOIN england"))


def nth(day: date, n: int) -> date:
    """Counting day by day."""
    step = timedelta(days=1 if n > 0 else -1)
    left = abs(n)
    while left:
        day += step
        left -= is_one(day)
    return day


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("start", "n", "wanted"),
    [
        ("2026-04-02", 1, "2026-04-07"),  # over Good Friday and Easter Monday
        ("2026-04-02", 3, "2026-04-09"),
        ("2026-04-03", 1, "2026-04-07"),  # from a holiday: day 0, whatever it is
        ("2026-04-03", 0, "2026-04-03"),
        ("2026-04-04", 1, "2026-04-07"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-28", 1, "2026-11-30"),
        ("2026-12-24", 1, "2026-12-29"),
        ("2026-12-24", 5, "2027-01-05"),
        ("2026-04-07", -1, "2026-04-02"),
        ("2026-04-05", -1, "2026-04-02"),
        ("2026-04-06", -2, "2026-04-01"),
        ("2026-11-30", -1, "2026-11-27"),
    ],
)
def test_add_by_hand(duck, form: str, start: str, n: int, wanted: str) -> None:
    assert asked(duck, f"add_business_days(d, n, {form})", [row(d=start, n=n)]) == [date.fromisoformat(wanted)]
    assert asked(duck, f"add_business_days('{start}', {n}, {form})", [row()]) == [date.fromisoformat(wanted)]


@pytest.mark.parametrize("form", FORMS)
def test_add_against_counting(duck, form: str) -> None:
    draw = random.Random(7)  # a repeatable sample
    pairs = [(date(2026, 1, 1) + timedelta(days=draw.randrange(365)), draw.randrange(-60, 61)) for _ in range(300)]
    found = asked(duck, f"add_business_days(d, n, {form})", [row(d=day, n=n) for day, n in pairs])
    assert found == [nth(day, n) for day, n in pairs]


@pytest.mark.parametrize("form", FORMS)
def test_between_against_counting(duck, form: str) -> None:
    draw = random.Random(8)  # a repeatable sample
    year = [date(2026, 1, 1) + timedelta(days=i) for i in range(365)]
    days = [(draw.choice(year), draw.choice(year)) for _ in range(200)]
    found = asked(duck, f"business_days_between(d, e, {form})", [row(d=a, e=b) for a, b in days])

    def after(a: date, b: date) -> int:
        return sum(is_one(a + timedelta(days=i)) for i in range(1, (b - a).days + 1))

    assert found == [after(a, b) if a <= b else -after(b, a) for a, b in days]


@pytest.mark.parametrize("form", FORMS)
def test_is_and_next_for_every_day_of_a_year(duck, form: str) -> None:
    days = [date(2026, 1, 1) + timedelta(days=i) for i in range(365)]
    rows = [row(d=day) for day in days]
    assert asked(duck, f"is_business_day(d, {form})", rows) == [is_one(day) for day in days]
    following = [day if is_one(day) else nth(day, 1) for day in days]
    assert asked(duck, f"next_business_day(d, {form})", rows) == following


TEXTS = [
    "add_business_days(d, n, {})", "add_business_days(d, 3, {})", "add_business_days(d, -3, {})",
    "add_business_days(d, 0, {})", "business_days_between(d, e, {})", "business_days_between(e, d, {})",
    "is_business_day(d, {})", "next_business_day(d, {})",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", TEXTS)
def test_a_missing_date_is_never_an_answer(duck, form: str, text: str) -> None:
    there = row(d=date(2026, 5, 5), e=date(2026, 6, 5), n=2)
    gap, found, last = asked(duck, text.format(form), [row(), there, row(e=date(2026, 6, 5))])
    assert gap is None
    assert last is None
    assert found is not None


@pytest.mark.parametrize("text", TEXTS)
def test_missing_holidays_are_missing(duck, text: str) -> None:
    there = {"d": date(2026, 5, 5), "e": date(2026, 6, 5), "n": 2}
    gap, found = asked(duck, text.format("off"), [there, {**there, "off": []}])
    assert gap is None
    assert found is not None


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2029, 1, 1), date(1, 1, 1), date(9999, 12, 31)])
def test_outside_of_a_calendar_is_missing(duck, text: str, day: date) -> None:
    assert asked(duck, text.format("england"), [row(d=day, e=date(2026, 6, 5), n=1)]) == [None]


@pytest.mark.parametrize("n", [2**63 - 1, -(2**63), 10_000, -10_000])
def test_a_huge_count_is_missing(duck, n: int) -> None:
    rows = [row(d=date(2026, 5, 5), n=n), row(d=date(2026, 5, 5), n=1)]
    assert asked(duck, "add_business_days(d, n, england)", rows) == [None, date(2026, 5, 6)]


@pytest.mark.parametrize("n", [2**63 - 1, -(2**63), 2**40])
def test_a_huge_count_over_a_list_is_missing(duck, n: int) -> None:
    rows = [row(d=date(2026, 5, 5), n=n), row(d=date(2026, 5, 5), n=1)]
    assert asked(duck, "add_business_days(d, n, off)", rows) == [None, date(2026, 5, 6)]


def test_a_mixed_clock(duck) -> None:
    """Two working days, then calendar days."""
    text = "days_between(add_business_days(d, 2, england), e)"
    assert answer(duck, "days_between(d, e)", KNOWN, d=date(2026, 4, 2), e=date(2026, 4, 12)) == 10
    assert asked(duck, text, [row(d=date(2026, 4, 2), e=date(2026, 4, 12))]) == [4]


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("add_business_days(d, 3, wales)", "unknown-calendar", 25),
        ("add_business_days(d, 3, n)", "unknown-calendar", 25),
        ("add_business_days(d, 3, 'england')", "unknown-calendar", 25),
        ("add_business_days(d, 3)", "expression-type", 1),
        ("add_business_days(d, km, england)", "mixed-unit", 22),
        ("add_business_days(n, 3, england)", "expression-type", 19),
        ("is_business_day(off, england)", "expression-type", 17),
        ("england > 3", "unknown-column", 1),
    ],
)
def test_refused(text: str, code: str, column: int) -> None:
    assert refused(text, KNOWN) == (code, column)
