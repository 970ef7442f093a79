"""Which figures an expression meets, and when points decide it."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest

from makegood.core.expressions import Type
from makegood.policies.walk import Const, Flat, Line, Part, Point, Raw, Walk, tree_of, typed_point

TYPES = {
    "days": Type("integer"),
    "rate": Type("number"),
    "price": Type("money", "EUR"),
    "back": Type("money", "EUR"),
    "day": Type("date"),
    "at": Type("instant"),
    "kind": Type("text"),
    "open": Type("boolean"),
    "uptime": Type("number"),
}


def part_of(word: str) -> Part:
    if word == "limit":
        return Const(Fraction(20))
    if word == "open":
        return Flat()
    if word == "uptime":
        return Line(word, derived=True)
    return Line(word) if word in TYPES else Raw()


def walked(text: str) -> tuple[dict[str, set[Point]], bool]:
    walk = Walk(part_of, TYPES)
    walk.condition(text)
    return walk.edges, walk.exact


@pytest.mark.parametrize(
    ("text", "edges"),
    [
        ("days > 3", {"days": {Fraction(3)}}),
        ("3 < days", {"days": {Fraction(3)}}),
        ("days BETWEEN 1 AND 7", {"days": {Fraction(1), Fraction(7)}}),
        ("days + 2 >= 5", {"days": {Fraction(3)}}),
        ("2 * days - 1 = 5", {"days": {Fraction(3)}}),
        ("10 - days < 4", {"days": {Fraction(6)}}),
        ("-days < -4", {"days": {Fraction(4)}}),
        ("days / 2 > 1", {"days": {Fraction(2)}}),
        ("days >= limit", {"days": {Fraction(20)}}),
        ("rate < 99.9 OR rate > 99.95", {"rate": {Fraction("99.9"), Fraction("99.95")}}),
        ("price > 'EUR 12.50'", {"price": {Fraction(1250)}}),
        ("day < '2026-01-31'", {"day": {date(2026, 1, 31)}}),
        ("at >= '2026-01-31T09:00:00+01:00'", {"at": {datetime(2026, 1, 31, 8, 0)}}),
        ("kind IN ('delay', 'cancelled')", {"kind": {"delay", "cancelled"}}),
        ("coalesce(days, 0) > 3", {"days": {Fraction(3)}}),
        ("days IS NULL OR open", {}),
        ("CASE WHEN days > 3 THEN 1 ELSE 2 END = 2", {"days": {Fraction(3)}}),
        ("NOT (open AND (days = 4))", {"days": {Fraction(4)}}),
    ],
)
def test_points_decide_what_only_meets_figures(text: str, edges: dict[str, set[Point]]) -> None:
    assert walked(text) == (edges, True)


@pytest.mark.parametrize(
    "text",
    [
        "price > back",
        "days * days > 3",
        "days / rate > 3",
        "days_between(day, day) > 3",
        "starts_with(kind, 'd')",
        "coalesce(price, back) > 'EUR 1.00'",
        "CASE WHEN open THEN days ELSE 2 END = 2",
        "abs(days) > 2",
        "unknown > 2",
    ],
)
def test_points_do_not_decide_what_does_more(text: str) -> None:
    assert walked(text)[1] is False


def test_a_figure_beside_a_worked_out_value_is_noted_but_decides_nothing() -> None:
    assert walked("uptime < 99.0") == ({"uptime": {Fraction(99)}}, False)


def test_a_condition_inside_an_amount_has_its_edge() -> None:
    walk = Walk(part_of, TYPES)
    assert walk.expression("CASE WHEN days > 3 THEN price ELSE back END") == Raw()
    assert walk.edges == {"days": {Fraction(3)}}


def test_an_amount_alone_is_a_figure() -> None:
    assert Walk(part_of, TYPES).expression("EUR 5.00") == Const(Fraction(500))


def test_arithmetic_of_figures_is_a_figure() -> None:
    walk = Walk(part_of, TYPES)
    assert walk.expression("(limit - 5) * 2") == Const(Fraction(30))
    assert walk.expression("-(limit)") == Const(Fraction(-20))
    assert walk.expression("open") == Flat()


def test_what_is_no_expression_has_no_tree() -> None:
    assert tree_of("a; b", []) is None
    assert tree_of("'open", []) is None


@pytest.mark.parametrize("word", ["convert", "abs", "percent", "round"])
def test_a_name_means_nothing_of_its_own_beside_what_is_compared(word: str) -> None:
    """The parser has grammar of its own for some of these."""
    assert walked(f"days > 3 AND {word}(price, rate, 'EUR') > 'EUR 5.00'")[0]["days"] == {Fraction(3)}


def test_a_fact_may_be_called_like_a_word_of_sql() -> None:
    walk = Walk(lambda word: Line(word), {"limit": Type("integer")})
    walk.condition("limit > 3")
    assert walk.edges == {"limit": {Fraction(3)}}


@pytest.mark.parametrize(
    ("value", "kind", "point"),
    [
        (Fraction(1), Type("integer"), Fraction(1)),
        ("x", Type("integer"), None),
        ("EUR 2.00", Type("money", "EUR"), Fraction(200)),
        ("two", Type("money", "EUR"), None),
        ("2026-02-30", Type("date"), None),
        ("2026-02-28", Type("date"), date(2026, 2, 28)),
        ("2026-02-28T10:00:00Z", Type("instant"), datetime(2026, 2, 28, 10)),
        ("x", Type("text"), "x"),
        (True, Type("boolean"), True),
        ("x", None, None),
    ],
)
def test_literals_are_read_as_the_type_beside_them(value: object, kind: Type | None, point: Point | None) -> None:
    assert typed_point(value, kind) == point


def test_a_fact_beside_a_few_known_figures_meets_each_of_them() -> None:
    def part(word: str) -> Part:
        return Flat(frozenset({Fraction(120), Fraction(180)})) if word == "window" else part_of(word)

    walk = Walk(part, TYPES)
    walk.condition("days <= window + 1 AND days < CASE WHEN open THEN 1 ELSE 2 END")
    assert (walk.edges, walk.exact) == ({"days": {Fraction(121), Fraction(181), Fraction(1), Fraction(2)}}, True)
    walk.condition("days <= CASE WHEN open THEN price ELSE back END")
    assert not walk.exact
