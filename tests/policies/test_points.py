"""Points that stand for all values, and how they are written."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction as F

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.core.expressions import Type
from makegood.policies.points import Cell, Limits, beside, between, cells_of, decimal_text, holds, sql_of, text_of, told
from makegood.policies.walk import Point

WHOLE, NUMBER, EUR = Type("integer"), Type("number"), Type("money", "EUR")


def points(kind: Type, *edges: Point, limits: Limits = Limits(), ends: bool = True) -> list[Point | None]:
    return [cell.point for cell in cells_of(kind, edges, limits, ends=ends)]


def test_each_edge_and_each_stretch_between_two_has_a_point() -> None:
    assert points(WHOLE, F(3), F(10)) == [2, 3, 6, 10, 11]
    assert points(WHOLE, F(3), F(4)) == [2, 3, 4, 5]
    assert points(NUMBER, F(99), F("99.9")) == [98, 99, F("99.4"), F("99.9"), F("100.9")]
    assert points(EUR, F(400)) == [399, 400, 401]
    assert points(Type("date"), date(2026, 1, 1)) == [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2)]


def test_without_an_edge_one_point_stands_for_all() -> None:
    assert len(points(WHOLE)) == 1
    assert points(Type("text")) == ["other"]
    assert points(Type("boolean")) == [True, False]


def test_limits_are_points_themselves_and_nothing_lies_beyond() -> None:
    assert points(WHOLE, F(1), F(3), limits=Limits(low=F(0))) == [0, 1, 2, 3, 4]
    assert points(WHOLE, F(1), limits=Limits(low=F(0), above=True, high=F(5))) == [1, 3, 5]
    assert points(NUMBER, F(50), limits=Limits(F(0), F(100), below=True)) == [0, 25, 50, 75]


def test_without_the_ends_a_stretch_up_to_a_limit_is_still_there() -> None:
    found = cells_of(WHOLE, [F(1), F(3)], Limits(low=F(0)), ends=False)
    assert [told(WHOLE, cell) for cell in found] == ["below 1", "at 1", "between 1 and 3", "at 3", "above 3"]
    assert points(WHOLE, F(10), limits=Limits(low=F(0), high=F(10)), ends=False) == [9, 10]
    assert points(WHOLE, F(0), limits=Limits(low=F(0)), ends=False) == [0, 1]


def test_an_edge_between_two_whole_numbers_is_both_of_them() -> None:
    assert points(WHOLE, F("2.5")) == [1, 2, 3, 4]


def test_a_text_has_one_value_for_all_others() -> None:
    assert points(Type("text"), "b", "a") == ["a", "b", "other"]
    assert points(Type("text"), "other") == ["other", "other-"]
    closed = cells_of(Type("text"), ["a"], words=["a", "b"])
    assert [cell.point for cell in closed] == ["a", "b"]


def test_neighbours_are_what_a_person_would_write() -> None:
    assert beside(WHOLE, F(3), []) == (2, 4)
    assert beside(WHOLE, F("2.5"), []) == (2, 3)
    assert beside(NUMBER, F(99), [F("99.9")]) == (F("98.99"), F("99.01"))
    assert beside(EUR, F(400), []) == (399, 401)
    assert beside(Type("date"), date(2026, 3, 1), []) == (date(2026, 2, 28), date(2026, 3, 2))
    assert beside(Type("instant"), datetime(2026, 1, 1), [])[0] == datetime(2025, 12, 31, 23, 59, 59)
    assert beside(Type("text"), "a", []) == (None, None)


@pytest.mark.parametrize(
    ("kind", "point", "text", "sql"),
    [
        (WHOLE, F(3), "3", "3::BIGINT"),
        (NUMBER, F("99.5"), "99.5", "99.5::DECIMAL(38,9)"),
        (EUR, F(490), "EUR 4.90", "490::BIGINT"),
        (EUR, F(-5), "EUR -0.05", "-5::BIGINT"),
        (Type("money", "JPY"), F(40), "JPY 40", "40::BIGINT"),
        (Type("money", "@cur"), F(1250), "12.50", "1250::BIGINT"),
        (Type("date"), date(2026, 1, 31), "2026-01-31", "DATE '2026-01-31'"),
        (Type("instant"), datetime(2026, 1, 31, 9), "2026-01-31T09:00:00Z", "TIMESTAMP '2026-01-31 09:00:00'"),
        (Type("boolean"), True, "true", "true"),
        (Type("text"), "it's", "it's", "'it''s'"),
        (WHOLE, None, "missing", "NULL::BIGINT"),
    ],
)
def test_how_a_point_is_written(kind: Type, point: Point | None, text: str, sql: str) -> None:
    assert text_of(kind, point) == text
    assert sql_of(kind, point) == sql
    duckdb.sql(f"SELECT {sql}").fetchall()


@given(st.fractions(max_denominator=1000), st.fractions(max_denominator=1000))
def test_between_is_strictly_between(one: F, other: F) -> None:
    low, high = sorted((one, other))
    for kind in (NUMBER, WHOLE, EUR):
        found = between(kind, low, high)
        assert found is None or low < found < high  # type: ignore[operator]
    if high - low > F(1, 10**8):
        assert between(NUMBER, low, high) is not None


@given(st.lists(st.integers(-50, 50), max_size=5), st.integers(-60, 60))
def test_every_value_falls_into_exactly_one_cell(edges: list[int], value: int) -> None:
    cells = cells_of(WHOLE, [F(one) for one in edges])
    assert sum(holds(cell, F(value)) for cell in cells) == 1 or (not edges and len(cells) == 1)


def test_missing_is_a_cell_of_its_own() -> None:
    gone = Cell(None, at=True)
    assert holds(gone, None) and not holds(gone, F(1)) and not holds(Cell(F(1), at=True), None)
    assert told(WHOLE, gone) == "missing"
    assert told(Type("text"), Cell("other")) == "anything else"
    assert told(Type("boolean"), Cell(True, at=True)) == "true"


def test_decimals_are_exact_to_nine_digits() -> None:
    assert decimal_text(F("-0.000000001")) == "-0.000000001"
    assert decimal_text(F(1, 3)) == "0.333333333"
    assert decimal_text(F(5)) == "5"
