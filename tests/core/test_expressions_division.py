"""A divisor must not be able to be zero: what proves it, what does not, and that no row ever gets a number from one."""

from __future__ import annotations

from datetime import date
from fractions import Fraction as F

import pytest
from expressing import USD, answers, read, refused

from makegood.core.expressions import Known, Series, Type, Value
from makegood.core.expressions_sql import constant

FACTS = {
    "a": USD, "n": Type("integer"), "m": Type("integer"), "x": Type("number"), "sure": Type("integer"),
    "kind": Type("text"), "d": Type("date"), "ok": Type("boolean"),
}  # fmt: skip
KNOWN = Known(
    FACTS,
    values={
        "legs": Value(Type("integer"), '"m"', low=1, high=2),
        "divisor": constant(F(3), Type("integer")),
        "share": Value(Type("number"), '"m"', 10, low=0, high=1000),
    },
    series={"rate": Series(Type("number"), ((date(2020, 1, 1), F(2)), (date(2021, 1, 1), F(4))))},
    positive=frozenset({"sure"}),
    limits={"sure": (1, 100)},
)

PROVEN = [
    "a / 2", "a / -2", "a / 0.5", "a / sure", "a / (2 * sure)", "a / sure / 3", "a / legs", "a / divisor", "a / -sure",
    "a / (sure + 1)", "a / at(rate, d)", "a / greatest(n, 1)", "a / greatest(x, 0.000000001)", "a / (abs(n) + 1)",
    "a / clamp(n, 1, 12)", "a / least(-1, n)", "a / weekday(d)", "a / (started(n, 60) + 1)",
    "CASE WHEN n > 0 THEN a / n ELSE a END",
    "CASE WHEN n >= 1 THEN a / n ELSE a END",
    "CASE WHEN n < 0 THEN a / n ELSE a END",
    "CASE WHEN n <= -0.5 THEN a / n ELSE a END",
    "CASE WHEN n <> 0 THEN a / n ELSE a END",
    "CASE WHEN n = 3 THEN a / n ELSE a END",
    "CASE WHEN 0 < n THEN a / n ELSE a END",
    "CASE WHEN n = 0 THEN a ELSE a / n END",
    "CASE WHEN n <= 0 THEN a ELSE a / n END",
    "CASE WHEN n = 0 THEN a WHEN ok THEN a / n ELSE a / n END",
    "CASE WHEN NOT (n = 0) THEN a / n ELSE a END",
    "CASE WHEN n > 0 AND ok THEN a / n ELSE a END",
    "CASE WHEN ok AND (n > 3 AND m > 3) THEN a / n / m ELSE a END",
    "CASE WHEN n = 0 OR m = 0 THEN a ELSE a / n / m END",
    "CASE WHEN n > 5 OR n < -5 THEN a / n ELSE a END",
    "CASE WHEN n BETWEEN 1 AND 5 THEN a / n ELSE a END",
    "CASE WHEN n IN (1, 2) THEN a / n ELSE a END",
    "CASE WHEN n NOT IN (0, 2) THEN a / n ELSE a END",
    "CASE WHEN n > sure THEN a / n ELSE a END",
    "CASE WHEN x > 0 THEN a / x ELSE a END",
    "CASE WHEN a > 'USD 0.00' THEN a / a ELSE 1 END",
    "CASE WHEN n + m > 0 THEN a / (n + m) ELSE a END",
    "CASE WHEN share > 0 THEN a / share ELSE a END",
    "CASE WHEN n > 0 THEN CASE WHEN ok THEN a / n ELSE a END ELSE a END",
    "CASE WHEN n > 0 THEN a / (n * n) ELSE a END",
    "CASE WHEN n > 0 THEN completed(m, n) ELSE 0 END",
    "n > 0 AND a / n > 'USD 1.00'",
    "n = 0 OR a / n > 'USD 1.00'",
    "NOT (n = 0) AND a / n > 'USD 1.00'",
]  # fmt: skip

NOT_PROVEN = [
    ("a / n", 5), ("a / x", 5), ("a / (n + 1)", 6), ("a / abs(n)", 5), ("a / share", 5), ("a / greatest(n, 0)", 5),
    ("a / greatest(n, m)", 5), ("a / least(n, 1)", 5), ("a / (sure - 1)", 6), ("a / (sure * n)", 6),
    ("a / floor(x)", 5),
    ("a / round(sure / 3)", 5), ("a / coalesce(n, 1)", 5), ("a / days_between(d, d)", 5), ("a / length(kind)", 5),
    ("a / completed(n, 60)", 5), ("round(a / n)", 11), ("a / n > 'USD 1.00'", 5), ("coalesce(a / n, a)", 14),
    ("CASE WHEN n >= 0 THEN a / n ELSE a END", 27),
    ("CASE WHEN n > -1 THEN a / n ELSE a END", 27),
    ("CASE WHEN m > 0 THEN a / n ELSE a END", 26),
    ("CASE WHEN n > 0 OR ok THEN a / n ELSE a END", 32),
    ("CASE WHEN n > 0 THEN a ELSE a / n END", 33),
    ("CASE WHEN n <> 0 THEN a ELSE a / n END", 34),
    ("CASE WHEN NOT (n > 0) THEN a / n ELSE a END", 32),
    ("CASE WHEN n > 0 THEN a / (n - 1) ELSE a END", 27),
    ("CASE WHEN n > 0 THEN a / (n + m) ELSE a END", 27),
    ("CASE WHEN n IS NOT NULL THEN a / n ELSE a END", 34),
    ("CASE WHEN n IN (0, 1) THEN a / n ELSE a END", 32),
    ("CASE WHEN n NOT IN (1, 2) THEN a / n ELSE a END", 36),
    ("CASE WHEN n BETWEEN -1 AND 5 THEN a / n ELSE a END", 39),
    ("CASE WHEN n > m THEN a / n ELSE a END", 26),
    ("CASE WHEN n = 0 AND ok THEN a ELSE a / n END", 40),
    ("n > 0 OR a / n > 'USD 1.00'", 14),
    ("a / n > 'USD 1.00' AND n > 0", 5),
    ("CASE WHEN n > 0 THEN a ELSE a END / n", 37),
]  # fmt: skip


@pytest.mark.parametrize("text", PROVEN)
def test_proven(duck, text: str) -> None:
    """Over every sign of each: what is compiled never raises and never divides by zero."""
    rows: list[dict[str, object]] = [
        {
            "a": 600,
            "n": n,
            "m": m,
            "x": None if n is None else f"{n}.5",
            "sure": 3,
            "kind": "k",
            "d": "2026-01-01",
            "ok": ok,
        }
        for n in (-7, -1, 0, 1, 2, None)
        for m in (1, 2)
        for ok in (True, False)
    ]
    found = answers(duck, text, KNOWN, rows)
    assert any(one is not None for one in found)


@pytest.mark.parametrize(("text", "column"), NOT_PROVEN)
def test_not_proven(text: str, column: int) -> None:
    assert refused(text, KNOWN) == ("maybe-zero", column)


@pytest.mark.parametrize(
    "text", ["a / 0", "a / 0.0", "a / (1 - 1)", "n / 0", "round(a / 0)", "CASE WHEN ok THEN a / 0 ELSE a END"]
)
def test_zero_itself(text: str) -> None:
    assert refused(text, KNOWN)[0] == "division-by-zero"


def test_the_remedy_names_the_divisor() -> None:
    from makegood.core.expressions import parse_expression
    from makegood.kit.errors import Finding, Place

    found = parse_expression("a / floor(x)", KNOWN, Place("policy.yaml", 1, 1))
    assert isinstance(found, Finding)
    assert "greatest(FLOOR(x), 1)" in found.remedy or "greatest(floor(x), 1)" in found.remedy


@pytest.mark.parametrize(
    ("text", "n", "wanted"),
    [
        ("CASE WHEN n > 0 THEN a / n ELSE a END", 7, F(600, 7)),
        ("CASE WHEN n > 0 THEN a / n ELSE a END", 0, 600),
        ("CASE WHEN n < 0 THEN a / n ELSE a END", -7, F(-600, 7)),
        ("CASE WHEN n <> 0 THEN a / n * n ELSE a END", -7, 600),
        ("CASE WHEN n <> 0 THEN 1 / n + 1 / n ELSE 0 END", -4, F(-1, 2)),
        ("CASE WHEN n <> 0 THEN 1 / n - m / n ELSE 0 END", 4, F(-1, 2)),
        ("CASE WHEN n <> 0 THEN 1 / n + m / 7 ELSE 0 END", 4, F(1, 4) + F(3, 7)),
        ("CASE WHEN n > 0 THEN least(1 / n, 0.3) ELSE 0 END", 4, F(1, 4)),
        ("CASE WHEN n > 0 THEN greatest(1 / n, m / (n * n)) ELSE 0 END", 4, F(1, 4)),
        ("CASE WHEN n > 0 THEN 100 * (n - m) / n ELSE 0 END", 4320000, F(100 * 4319997, 4320000)),
        ("n > 0 AND 100 * (n - m) / n < 99.9", 43200, False),
        ("n > 0 AND m / n < 1 / 3", 9, False),
        ("n > 0 AND m / n <= 1 / 3", 9, True),
        ("n > 0 AND a / n > 'USD 0.85'", 7, True),
        ("n > 0 AND a / n > 'USD 0.86'", 7, False),
        ("n <> 0 AND m / n > -1", -2, False),
        ("n <> 0 AND -1 < m / n", -4, True),
        ("a / sure * sure", 1, 600),
        ("x / greatest(n, 1)", 3, F(5, 6)),
        ("round(a / greatest(n, 1))", 7, 86),
        ("percent(m / greatest(n, 1), a)", 7, F(18, 7)),
    ],
)
def test_exact_quotients(duck, text: str, n: int, wanted: object) -> None:
    row = {"a": 600, "n": n, "m": 3, "x": "2.5", "sure": 7}
    assert answers(duck, text, KNOWN, [{}, row, {"n": n}])[1] == wanted


def test_a_season_ticket_is_divided_without_losing_a_cent(duck) -> None:
    """The fraction stays a fraction until it is rounded once."""
    row: dict[str, object] = {"a": 123456, "n": 2, "kind": "annual"}
    text = "percent(25, a / CASE WHEN kind = 'annual' THEN 464 WHEN kind = 'monthly' THEN 40 ELSE 2 END)"
    assert answers(duck, text, KNOWN, [row]) == [F(123456, 4 * 464)]
    assert answers(duck, f"round({text})", KNOWN, [row]) == [67]


def test_zero_that_slips_past_a_limit_is_missing(duck) -> None:
    """A fact is only as positive as its guard: without one the row is missing, not a number."""
    assert answers(duck, "a / sure", KNOWN, [{"a": 5, "sure": 0}, {"a": 5, "sure": None}]) == [None, None]
    assert read("a / sure > 'USD 1.00'", KNOWN).type == Type("boolean")
    assert answers(duck, "a / sure > 'USD 1.00'", KNOWN, [{"a": 5, "sure": 0}]) == [None]
