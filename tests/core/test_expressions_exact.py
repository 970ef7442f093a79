"""Amounts in DuckDB against Fraction: every rounding mode, both signs, no DOUBLE on the way."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from deciding import nearest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.core.expressions import MODES, Expression, Type, parse_expression
from makegood.core.expressions_exact import rounded
from makegood.kit.errors import Place

COLUMNS = {"a": Type("money", "USD"), "b": Type("money", "USD"), "n": Type("integer"), "r": Type("number")}
MINOR = st.integers(-(10**15), 10**15)
SMALL = st.integers(-10_000, 10_000)
RATE = st.decimals(min_value=-1000, max_value=1000, places=9, allow_nan=False)
QUIET = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as connection:
        yield connection


def compiled(text: str, mode: str = "half-up") -> Expression:
    found = parse_expression(text, COLUMNS, Place("p"), mode=mode)  # type: ignore[arg-type]
    assert isinstance(found, Expression), found
    return found


def evaluate(db, text: str, *, a: int = 0, b: int = 0, n: int = 0, r: Decimal = Decimal(0), mode: str = "half-up"):
    found = compiled(text, mode)
    row = f"(SELECT {a}::BIGINT AS a, {b}::BIGINT AS b, {n}::BIGINT AS n, '{r:f}'::DECIMAL(38,9) AS r)"
    if not found.value.numeric:
        return db.execute(f"SELECT {found.sql} FROM {row}").fetchone()[0]
    query = f"SELECT {found.value.sql} AS x, {found.value.den_sql} AS y FROM {row}"
    assert {kind for _, kind, *_ in db.execute(f"DESCRIBE {query}").fetchall()} <= {"HUGEINT", "BIGINT"}
    num, den = db.execute(query).fetchone()
    return None if num is None or den is None else Fraction(num, den)


@QUIET
@given(num=st.integers(-(10**30), 10**30), den=st.integers(1, 10**6), mode=st.sampled_from(MODES))
def test_rounding_is_what_fractions_say(db, num: int, den: int, mode) -> None:
    sql = rounded(f"({num})::HUGEINT", f"({den})::HUGEINT", mode)
    assert db.execute(f"SELECT {sql}").fetchone() == (nearest(Fraction(num, den), mode),)


@pytest.mark.parametrize(
    ("mode", "answers"),
    [
        ("half-up", [-3, -2, -1, 0, 1, 2, 3]),
        ("half-even", [-2, -2, 0, 0, 0, 2, 2]),
        ("down", [-2, -1, 0, 0, 0, 1, 2]),
        ("up", [-3, -2, -1, 0, 1, 2, 3]),
    ],
)
def test_ties(db, mode, answers: list[int]) -> None:
    ties = [-5, -3, -1, 0, 1, 3, 5]
    found = [db.execute(f"SELECT {rounded(f'({x})::HUGEINT', '2::HUGEINT', mode)}").fetchone()[0] for x in ties]
    assert found == answers


@QUIET
@given(a=MINOR, b=MINOR)
def test_sums(db, a: int, b: int) -> None:
    assert evaluate(db, "a - b + a", a=a, b=b) == 2 * a - b


@QUIET
@given(a=MINOR, r=RATE)
def test_percent(db, a: int, r: Decimal) -> None:
    assert evaluate(db, "percent(r, a)", a=a, r=r) == Fraction(r) * a / 100


@QUIET
@given(a=MINOR, n=SMALL, mode=st.sampled_from(MODES))
def test_division_inside_round(db, a: int, n: int, mode: str) -> None:
    answer = evaluate(db, "CASE WHEN n <> 0 THEN round(a / n, 1) ELSE 'USD 0.00' END", a=a, n=n, mode=mode)
    assert answer == (0 if n == 0 else nearest(Fraction(a, n) / 10, mode) * 10)


@QUIET
@given(n=SMALL, r=RATE, mode=st.sampled_from(MODES))
def test_numbers_round_to_digits(db, n: int, r: Decimal, mode: str) -> None:
    answer = evaluate(db, "round(n * r, 3)", n=n, r=r, mode=mode)
    assert answer == Fraction(nearest(n * Fraction(r) * 1000, mode), 1000)


@QUIET
@given(a=SMALL, b=SMALL, n=SMALL)
def test_comparisons_of_divisions(db, a: int, b: int, n: int) -> None:
    sure = "b <> 'USD 0.00' AND n <> 0"
    if b == 0 or n == 0:
        assert evaluate(db, f"{sure} AND a / b < n / n", a=a, b=b, n=n) is False
    else:
        assert evaluate(db, f"{sure} AND a / b < 0.75", a=a, b=b, n=n) is (Fraction(a, b) < Fraction(3, 4))
        assert evaluate(db, f"{sure} AND a / n <= b / n", a=a, b=b, n=n) is (Fraction(a, n) <= Fraction(b, n))


@QUIET
@given(a=MINOR, b=MINOR, n=SMALL)
def test_least_and_greatest(db, a: int, b: int, n: int) -> None:
    assert evaluate(db, "least(a, b * 0.5, percent(n, a))", a=a, b=b, n=n) == min(
        a, Fraction(b, 2), Fraction(n * a, 100)
    )
    assert evaluate(db, "greatest(a, b, a - b)", a=a, b=b) == max(a, b, a - b)
    if n:
        answer = max(nearest(Fraction(a, n), "half-up"), b)
        sure = "CASE WHEN n <> 0 THEN greatest(round(a / n), b) ELSE a END"
        assert evaluate(db, sure, a=a, b=b, n=n) == answer


@QUIET
@given(a=MINOR, b=MINOR, n=SMALL)
def test_case(db, a: int, b: int, n: int) -> None:
    text = "CASE WHEN n > 0 THEN percent(33.3, a) WHEN a > b THEN a * 2 ELSE b END"
    answer = Fraction(333 * a, 1000) if n > 0 else 2 * a if a > b else b
    assert evaluate(db, text, a=a, b=b, n=n) == answer


@QUIET
@given(a=SMALL, b=SMALL, n=st.integers(-50, 50))
def test_case_with_divisions(db, a: int, b: int, n: int) -> None:
    text = "CASE WHEN n = 0 AND a > b THEN a ELSE round(CASE WHEN a > b AND n <> 0 THEN a / n ELSE b END) END"
    want = a if a > b and n == 0 else nearest(Fraction(a, n) if a > b else Fraction(b), "half-up")
    assert evaluate(db, text, a=a, b=b, n=n) == want


@pytest.mark.parametrize("r", ["-0.500000000", "0.000000001", "999999999.999999999", "-999999999999999999.123456789"])
def test_number_columns_keep_every_digit(db, r: str) -> None:
    assert evaluate(db, "r", r=Decimal(r)) == Fraction(r)
