"""Cells of tables: what they accept, what they say in SQL, and their edges."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction as F

import pytest
from expressing import USD, table

from makegood.core.expressions import Cell, Known, Type, parse_cell
from makegood.kit.errors import Finding, Place

FACTS = {
    "n": Type("integer"),
    "x": Type("number"),
    "p": USD,
    "w": Type("text"),
    "b": Type("boolean"),
    "d": Type("date"),
    "s": Type("instant"),
}
PLACE = Place("policy.yaml", 3, 5)


def cell(text: object, kind: Type) -> Cell:
    found = parse_cell(text, kind, PLACE)
    assert isinstance(found, Cell), found
    return found


def holds(duck, word: str, text: object, rows: list[object]) -> list[object]:
    table(duck, FACTS, [{word: one} for one in rows])
    value = Known(FACTS).value(word)
    assert value is not None
    found = cell(text, FACTS[word]).condition(value)
    assert found.sql == cell(text, FACTS[word]).sql(value)
    return [row[0] for row in duck.execute(f"SELECT {found.sql} FROM facts ORDER BY row_").fetchall()]


@pytest.mark.parametrize(
    ("word", "text", "rows", "wanted"),
    [
        ("n", 3, [3, 4, None], [True, False, None]),
        ("n", "3", [3, 4, None], [True, False, None]),
        ("n", "-3", [3, -3, None], [False, True, None]),
        ("n", "< 180", [179, 180, None, -(2**63)], [True, False, None, True]),
        ("n", "<= 180", [180, 181, None], [True, False, None]),
        ("n", "> 180", [180, 181, None], [False, True, None]),
        ("n", ">= 180", [179, 180, 2**63 - 1], [False, True, True]),
        ("n", "<> 5", [5, 6, None], [False, True, None]),
        ("n", "!= 5", [5, 6, None], [False, True, None]),
        ("n", "[180..240)", [179, 180, 239, 240, None], [False, True, True, False, None]),
        ("n", "(180..240]", [180, 181, 240, 241], [False, True, True, False]),
        ("n", "[180..]", [179, 180], [False, True]),
        ("n", "(..240)", [239, 240], [True, False]),
        ("n", "[-5..-1]", [-6, -5, -1, 0], [False, True, True, False]),
        ("n", "> 1, < 5", [1, 2, 4, 5, None], [False, True, True, False, None]),
        ("n", "> 1.5", [1, 2], [False, True]),
        ("n", [1, 2], [1, 2, 3, None], [True, True, False, None]),
        ("n", [1, "[5..7)"], [1, 5, 7, None], [True, True, False, None]),
        ("n", ["missing", 2], [2, 3, None], [True, False, True]),
        ("n", "missing", [2, None], [False, True]),
        ("n", "any", [2, None], [True, True]),
        ("x", "[99.0..99.99)", ["98.999999999", "99", "99.99", None], [False, True, False, None]),
        ("x", "99.0", ["99", "99.000000001"], [True, False]),
        ("x", "< 0.0000000001", ["0", "0.000000001"], [True, False]),
        ("x", ["0.5", 1], ["0.5", "1", "2", None], [True, True, False, None]),
        ("x", "> 5", ["99999999999999999999999999999"], [True]),
        ("p", "USD 5.00", [500, 501, None], [True, False, None]),
        ("p", "< 5.00", [499, 500, None], [True, False, None]),
        ("p", "[USD 5..USD 10)", [499, 500, 1000], [False, True, False]),
        ("w", "other", ["other", "Other", None], [True, False, None]),
        ("w", ["severe", "storm"], ["storm", "calm", None], [True, False, None]),
        ("w", "'any'", ["any", "x", None], [True, False, None]),
        ("w", "'it''s'", ["it's", "its"], [True, False]),
        ("w", "<> storm", ["storm", "calm", None], [False, True, None]),
        ("w", "[a..b)", ["[a..b)", "a"], [True, False]),
        ("w", "x' OR true --", ["y", None], [False, None]),
        ("w", "missing", ["y", None], [False, True]),
        ("b", True, [True, False, None], [True, False, None]),
        ("b", "false", [True, False, None], [False, True, None]),
        ("d", "2026-01-31", ["2026-01-31", "2026-02-01", None], [True, False, None]),
        ("d", date(2026, 1, 31), ["2026-01-31", None], [True, None]),
        ("d", "[2026-01-01..2027-01-01)", ["2026-01-01", "2026-12-31", "2027-01-01"], [True, True, False]),
        ("d", ">= 2026-01-01", ["2025-12-31", "2026-01-01"], [False, True]),
        ("s", "< 2026-01-01T01:00:00+01:00", ["2025-12-31 23:59:59", "2026-01-01 00:00:00"], [True, False]),
    ],
)
def test_cells_in_duckdb(duck, word: str, text: object, rows: list[object], wanted: list[object]) -> None:
    assert holds(duck, word, text, rows) == wanted


@pytest.mark.parametrize(
    ("text", "kind", "edges"),
    [
        ("[180..240)", FACTS["n"], (F(180), F(240))),
        ("> 1.5", FACTS["n"], (F(3, 2),)),
        ([1, 2, 1], FACTS["n"], (F(1), F(2))),
        ("USD 5.00", USD, (F(500),)),
        (["a", "b"], FACTS["w"], ("a", "b")),
        ("true", FACTS["b"], (True,)),
        ("2026-01-31", FACTS["d"], (date(2026, 1, 31),)),
        ("> 2026-01-01T01:00:00+01:00", FACTS["s"], (datetime(2026, 1, 1, tzinfo=UTC),)),
        ("missing", FACTS["n"], ()),
        ("any", FACTS["n"], ()),
    ],
)
def test_edges(text: object, kind: Type, edges: tuple[object, ...]) -> None:
    assert cell(text, kind).literals == edges


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("[5..3)", FACTS["n"], "bad-cell"),
        ("[5..5)", FACTS["n"], "bad-cell"),
        ("> 5, < 5", FACTS["n"], "bad-cell"),
        ("[..]", FACTS["n"], "bad-cell"),
        ("<", FACTS["n"], "bad-cell"),
        ("> 1 < 5", FACTS["n"], "bad-number"),
        ("> 1, 5", FACTS["n"], "bad-cell"),
        ("five", FACTS["n"], "bad-number"),
        ("1e5", FACTS["n"], "bad-number"),
        ("NaN", FACTS["x"], "bad-number"),
        ("1234567890123456789", FACTS["n"], "bad-number"),
        ("", FACTS["n"], "bad-number"),
        (None, FACTS["n"], "bad-cell"),
        ([], FACTS["n"], "bad-cell"),
        ([[1]], FACTS["n"], "bad-cell"),
        ({"a": 1}, FACTS["n"], "bad-cell"),
        ("EUR 5.00", USD, "wrong-currency"),
        ("USD 5.001", USD, "too-many-digits"),
        ("USD 1,000.00", USD, "bad-amount"),
        ("5", Type("money", "@cur"), "mixed-currency"),
        ("2026-02-30", FACTS["d"], "bad-date"),
        ("2026-01-01T00:00:00", FACTS["s"], "bad-instant"),
        ("yes", FACTS["b"], "bad-boolean"),
        ("> true", FACTS["b"], "bad-cell"),
        ("3", Type("integer", many=True), "expression-type"),
    ],
)
def test_refused_with_its_place(text: object, kind: Type, code: str) -> None:
    found = parse_cell(text, kind, PLACE)
    assert isinstance(found, Finding), found
    assert (found.code, found.place) == (code, PLACE)
    assert found.remedy


def test_an_empty_text_is_a_text(duck) -> None:
    assert holds(duck, "w", "", ["", "a", None]) == [True, False, None]
