"""Rounding, periods, shares and amounts: worked out by hand, over rows with missing, huge and negative values."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from expressing import USD, answer, answers, read, refused

from makegood.core.expressions import Known, Type

FACTS = {
    "paid": USD,
    "fee": Type("money", "EUR"),
    "cur": Type("text"),
    "local": Type("money", "@cur"),
    "n": Type("integer"),
    "m": Type("integer"),
    "minutes": Type("integer", unit="min"),
    "x": Type("number"),
    "y": Type("number"),
    "rate": Type("number", unit="percent"),
}
BIG = 2**63 - 1


@pytest.mark.parametrize(
    ("text", "of", "wanted"),
    [
        ("greatest(paid, 0)", {"paid": -5}, 0),
        ("coalesce(local, 0)", {"cur": "JPY"}, 0),
        ("CASE WHEN paid > 0 THEN paid ELSE 0 END", {"paid": -5}, 0),
        ("CASE WHEN n > 3 THEN 'USD 250.00' ELSE 'USD 400.00' END", {"n": 4}, 25000),
        ("abs(n)", {"n": -7}, 7),
        ("abs(n)", {"n": -(2**63)}, 2**63),
        ("-n", {"n": -(2**63)}, 2**63),
        ("n + n", {"n": BIG}, 2 * BIG),
        ("n - m", {"n": BIG, "m": -BIG}, 2 * BIG),
        ("n * n", {"n": BIG}, BIG**2),
        ("n * n", {"n": -BIG}, BIG**2),
        ("least(n, 3)", {"n": 7}, 3),
        ("least(n, 2.5)", {"n": 7}, F(5, 2)),
        ("greatest(n, m, 0)", {"n": -7, "m": -9}, 0),
        ("clamp(n, 1, 5)", {"n": -7}, 1),
        ("clamp(n, 1, 5)", {"n": 9}, 5),
        ("clamp(n, 1, 5)", {"n": 3}, 3),
        ("clamp(n, 5, m)", {"n": 3, "m": 1}, 1),
        ("round(x)", {"x": "2.5"}, 3),
        ("round(x)", {"x": "-2.5"}, -3),
        ("round(x, 2)", {"x": "1.005"}, F(101, 100)),
        ("round(paid / 3)", {"paid": 1000}, 333),
        ("round(paid / 3, 0)", {"paid": 1000}, 300),
        ("round_to(n, 25)", {"n": 1337}, 1325),
        ("round_to(n, 25)", {"n": 1338}, 1350),
        ("round_to(n, 25)", {"n": -1338}, -1350),
        ("round_to(n, 25, 'up')", {"n": 1326}, 1350),
        ("round_to(n, 25, 'down')", {"n": -1349}, -1325),
        ("round_to(n, 2, 'half-even')", {"n": 3}, 4),
        ("round_to(n, 2, 'half-even')", {"n": 5}, 4),
        ("round_to(x, 0.05)", {"x": "1.024"}, 1),
        ("round_to(x, 0.05)", {"x": "1.025"}, F(105, 100)),
        ("round_to(paid, 'USD 0.05')", {"paid": 1012}, 1010),
        ("round_to(paid, 'USD 0.05')", {"paid": 1013}, 1015),
        ("round_to(paid, 25)", {"paid": 62499}, 62500),
        ("round_to(paid, 25)", {"paid": 61249}, 60000),
        ("round_to(paid, 25, 'up')", {"paid": 60001}, 62500),
        ("round_to(paid / 3, 'USD 0.01', 'down')", {"paid": 500}, 166),
        ("floor(x)", {"x": "2.999999999"}, 2),
        ("floor(x)", {"x": "-2.000000001"}, -3),
        ("floor(x)", {"x": "-2"}, -2),
        ("ceil(x)", {"x": "2.000000001"}, 3),
        ("ceil(x)", {"x": "-2.999999999"}, -2),
        ("ceil(n / 3)", {"n": 7}, 3),
        ("floor(n / 3)", {"n": -7}, -3),
        ("floor(n)", {"n": -7}, -7),
        ("completed(minutes, 720)", {"minutes": 1439}, 1),
        ("completed(minutes, 720)", {"minutes": 1440}, 2),
        ("completed(minutes, 720)", {"minutes": 0}, 0),
        ("completed(minutes, 720)", {"minutes": -1}, 0),
        ("completed(minutes - 720, 720)", {"minutes": 719}, 0),
        ("completed(minutes, 720)", {"minutes": BIG}, BIG // 720),
        ("started(minutes, 720)", {"minutes": 1}, 1),
        ("started(minutes, 720)", {"minutes": 720}, 1),
        ("started(minutes, 720)", {"minutes": 721}, 2),
        ("started(minutes, 720)", {"minutes": 0}, 0),
        ("started(minutes, 720)", {"minutes": -BIG}, 0),
        ("completed(x, 0.5)", {"x": "1.75"}, 3),
        ("completed(paid, 'USD 5.00')", {"paid": 1999}, 3),
        ("completed(n, greatest(m, 1))", {"n": 7, "m": 2}, 3),
        ("completed(n, greatest(m, 1))", {"n": 7, "m": -2}, 7),
        ("percent(50, paid)", {"paid": 101}, F(101, 2)),
        ("percent(rate, paid)", {"rate": "12.5", "paid": 1000}, 125),
        ("percent(rate, paid)", {"rate": "-12.5", "paid": 1000}, -125),
        ("percent(33.3, n)", {"n": 10}, F(333, 100)),
        ("percent(n, 'USD 5.00')", {"n": 3}, 15),
        ("money(n, 'USD')", {"n": 12}, 1200),
        ("money(x, 'USD')", {"x": "12.345"}, F(12345, 10)),
        ("money(n, 'JPY')", {"n": 12}, 12),
        ("money('12.50', 'KWD')", {}, 12500),
        ("convert(fee, x, 'USD')", {"fee": 1000, "x": "1.0834"}, F(10834, 10)),
        ("convert(paid, x, 'JPY')", {"paid": 1000, "x": "151.25"}, F(15125, 10)),
        ("convert(local, x, 'USD')", {"local": 1000, "cur": "JPY", "x": "0.0066"}, 660),
        ("convert(local, x, 'USD')", {"local": 1000, "cur": " kwd ", "x": "3.25"}, 325),
        ("convert(local, x, 'USD')", {"local": 1000, "cur": "EUR", "x": "1"}, 1000),
        ("coalesce(n, m, 0)", {"m": 4}, 4),
        ("coalesce(n, 0)", {}, 0),
        ("coalesce(n / 3, x, 1)", {"x": "0.5"}, F(1, 2)),
        ("length('four') + n", {"n": 1}, 5),
    ],
)  # fmt: skip
def test_by_hand(duck, text: str, of: dict[str, object], wanted: int | F) -> None:
    assert answer(duck, text, FACTS, **of) == wanted


@pytest.mark.parametrize(
    ("mode", "wanted"),
    [("half-up", [-3, -2, 2, 3]), ("half-even", [-2, -2, 2, 2]), ("down", [-2, -1, 1, 2]), ("up", [-3, -2, 2, 3])],
)
def test_round_goes_by_the_mode_of_the_remedy(duck, mode, wanted: list[int]) -> None:
    rows: list[dict[str, object]] = [{"x": text} for text in ("-2.5", "-1.5", "1.5", "2.5")]
    assert answers(duck, "round(x)", FACTS, rows, mode=mode) == wanted
    assert answers(duck, "round_to(x, 1)", FACTS, rows, mode=mode) == wanted


NEEDING_N = [
    "abs(n)", "-n", "n + 1", "2 * n", "n / 3", "m / greatest(n, 1)", "least(n, 3)", "greatest(3, n)",
    "clamp(n, 0, 3)", "clamp(1, n, 3)", "clamp(1, 0, n)", "round(n / 3)", "round(n, 2)", "round_to(n, 25)",
    "round_to(n, 25, 'up')", "floor(n / 2)", "ceil(n / 2)", "completed(n, 3)", "started(n, 3)",
    "completed(3, greatest(n, 1))", "percent(n, paid)", "percent(3, n)", "money(n, 'USD')", "convert(paid, n, 'EUR')",
    "CASE WHEN n > 3 THEN 1 ELSE 2 END", "CASE WHEN m > 0 THEN n ELSE m END", "n > 3", "n = 3", "n IN (1, 2)",
    "n BETWEEN 1 AND 2", "n < 2.5", "n = 2.5", "n <> 2.5", "n * 0", "n > m", "NOT n > 3", "m / 3 > n / 7",
]  # fmt: skip


@pytest.mark.parametrize("text", NEEDING_N)
def test_a_missing_value_is_never_a_number(duck, text: str) -> None:
    rows: list[dict[str, object]] = [{"m": 5, "paid": 100}, {"n": 4, "m": 5, "paid": 100}, {"m": 5, "paid": 100}]
    gap, whole, last = answers(duck, text, FACTS, rows)
    assert gap is None
    assert last is None
    assert whole is not None


@pytest.mark.parametrize(
    "text", ["x * y", "x + y", "x / 3", "percent(x, paid)", "round(x)", "-x", "abs(x)", "x * x > 1"]
)
def test_a_huge_number_is_missing_or_right_never_wrong(duck, text: str) -> None:
    huge = "99999999999999999999999999999"
    rows: list[dict[str, object]] = [{"x": huge, "y": huge, "paid": 100}, {"x": "2", "y": "3", "paid": 100}]
    first, second = answers(duck, text, FACTS, rows)
    assert first is None
    assert second in {6, 5, F(2, 3), 2, -2, True}


def test_huge_numbers_are_compared_as_they_are(duck) -> None:
    huge = "99999999999999999999999999999"
    assert answer(duck, "x > y", FACTS, x=huge, y="1.5") is True
    assert answer(duck, "x <= 12.5", FACTS, x="-" + huge) is True
    assert answer(duck, "x IN (1, 2.5)", FACTS, x=huge) is False


def test_past_128_bits_is_missing(duck) -> None:
    assert answer(duck, "n * n * n", FACTS, n=BIG) is None
    assert answer(duck, "n * n * n", FACTS, n=10**12) == 10**36
    assert answer(duck, "n * n * n > 5", FACTS, n=-BIG) is None


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("round_to(n, 0)", "division-by-zero", 13),
        ("round_to(n, -5)", "expression-type", 14),
        ("round_to(n, m)", "maybe-zero", 13),
        ("round_to(n, 5, 'nearest')", "expression-type", 16),
        ("round_to(paid, 'EUR 0.05')", "mixed-currency", 16),
        ("round_to(local, 25)", "expression-type", 17),
        ("completed(n, 0)", "division-by-zero", 14),
        ("completed(n, m)", "maybe-zero", 14),
        ("completed(n, -3)", "expression-type", 15),
        ("started(paid, 5)", "expression-type", 1),
        ("floor(paid)", "expression-type", 7),
        ("percent(paid, 5)", "expression-type", 9),
        ("greatest(paid, 1)", "expression-type", 1),
        ("CASE WHEN n > 3 THEN 'USD 250.00' ELSE 'EUR 400.00' END", "mixed-currency", 11),
        ("percent(5, cur)", "expression-type", 12),
        ("convert(n, x, 'USD')", "expression-type", 9),
        ("convert(paid, fee, 'EUR')", "expression-type", 15),
        ("convert(paid, x, 'EURO')", "unknown-currency", 18),
        ("convert(paid, x, cur)", "expression-type", 18),
        ("money(paid, 'EUR')", "expression-type", 7),
        ("money(n, 'ABC')", "unknown-currency", 10),
        ("clamp(n, 1)", "expression-type", 1),
        ("least(n)", "expression-type", 1),
        ("abs(n, m)", "expression-type", 1),
        ("minutes + rate", "mixed-unit", 1),
        ("minutes > rate", "mixed-unit", 1),
        ("minutes IN (rate, 3)", "mixed-unit", 1),
        ("CASE WHEN n > 1 THEN minutes ELSE rate END", "mixed-unit", 11),
        ("coalesce(minutes, rate)", "mixed-unit", 1),
        ("completed(minutes, rate)", "mixed-unit", 1),
    ],
)  # fmt: skip
def test_refused(text: str, code: str, column: int) -> None:
    assert refused(text, FACTS) == (code, column)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("minutes + 30", "min"),
        ("minutes + n", "min"),
        ("minutes / 60", "min"),
        ("minutes * rate", "min*percent"),
        ("minutes / greatest(minutes, 1)", ""),
        ("60 / greatest(minutes, 1)", "1/min"),
        ("minutes / greatest(minutes, 1) + n", ""),
        ("rate * minutes / greatest(minutes, 1)", "percent"),
        ("completed(minutes, 720)", ""),
        ("round(minutes / 60, 1)", "min"),
        ("n * 2", ""),
    ],
)
def test_units(text: str, unit: str) -> None:
    assert read(text, FACTS).type.unit == unit


def test_one_unit_written_in_several_ways() -> None:
    facts = {"a": Type("integer", unit="minutes"), "b": Type("integer", unit="min"), "s": Type("instant")}
    assert read("a > b", facts).type == Type("boolean")
    assert read("a > minutes_between(s, s)", facts).type == Type("boolean")
    assert refused("a > hours_between(s, s)", facts) == ("mixed-unit", 1)


def test_declared_limits_make_plain_arithmetic() -> None:
    known = Known(
        {"n": Type("integer"), "m": Type("integer"), "x": Type("number")}, limits={"n": (0, 10**6), "m": (0, 10**6)}
    )
    for text in ("n * 60 + m > 180", "n + m - 5", "completed(n, 720) * 25", "CASE WHEN n > m THEN n ELSE 3 * m END"):
        found = read(text, known)
        assert "HUGEINT" not in found.sql
    assert "HUGEINT" in read("n * n * n * n", known).sql


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("n > 3", '("n" > 3)'),
        ("3 < n", '("n" > 3)'),
        ("n >= 2.5", '("n" >= 3)'),
        ("n > 2.5", '("n" > 2)'),
        ("n < -2.5", '("n" < -2)'),
        ("x > 12.5", '("x" > 12.5)'),
        ("x <= -0.000000001", '("x" <= -0.000000001)'),
        ("x < 0.0000000001", '("x" < 0.000000001)'),
        ("x > y", '("x" > "y")'),
        ("paid >= 'USD 5.00'", '("paid" >= 500)'),
        ("n IN (1, 2)", '("n" IN (1, 2))'),
        ("x IN (1, 2.5)", '("x" IN (1, 2.5))'),
        ("cur IN ('a', 'b')", """("cur" IN ('a', 'b'))"""),
        ("n BETWEEN 1 AND 5", '(("n" >= 1) AND ("n" <= 5))'),
        ("n / 4 > 2", '("n" > 8)'),
        ("percent(50, paid) > 'USD 5.00'", '("paid" > 1000)'),
        ("n = m", '("n" = "m")'),
    ],
)
def test_comparisons_cost_what_a_hand_written_one_costs(text: str, sql: str) -> None:
    found = read(text, FACTS)
    assert found.sql == sql
