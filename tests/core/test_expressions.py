"""What the deciding language accepts, refuses and where it points."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest

from makegood.core.expressions import Expression, Type, expected, parse_expression
from makegood.kit.errors import Finding, Place

COLUMNS = {
    "extra": Type("money", "USD"),
    "refunded": Type("money", "USD"),
    "fee": Type("money", "EUR"),
    "local": Type("money", "@cur"),
    "cur": Type("text"),
    "days_late": Type("integer"),
    "rate": Type("number"),
    "disputed": Type("boolean"),
    "kind": Type("text"),
    "first_on": Type("date"),
    "last_on": Type("date"),
    "seen": Type("instant"),
}
TABLE = """CREATE TABLE affected (customer_id BIGINT, extra BIGINT, refunded BIGINT, fee BIGINT, local BIGINT,
 cur VARCHAR, days_late BIGINT, rate DECIMAL(38,9), disputed BOOLEAN, kind VARCHAR, first_on DATE,
 last_on DATE, seen TIMESTAMP)"""
ROW = """INSERT INTO affected VALUES (1, 1200, 500, 300, 700, 'JPY', 4, 12.5, true, 'Late post', DATE '2026-01-31',
 DATE '2026-03-01', TIMESTAMP '2026-01-31 08:00:00')"""


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as connection:
        connection.execute(TABLE)
        connection.execute(ROW)
        yield connection


def read(text: str) -> Expression:
    found = parse_expression(text, COLUMNS, Place("policy.yaml", 7, 11))
    assert isinstance(found, Expression), found
    return found


def refuses(text: str) -> tuple[int, str]:
    """The column in the text (1-based) and the code."""
    found = parse_expression(text, COLUMNS, Place("policy.yaml", 7, 11))
    assert isinstance(found, Finding), f"{text} was accepted"
    assert found.remedy
    assert found.place is not None
    assert found.place.line == 7
    assert found.place.column is not None
    return found.place.column - 10, found.code


def value(db, text: str):
    found = read(text)
    sql = found.sql
    if found.value.numeric:
        sql = f"{sql}, {found.value.den_sql}"
    row = db.execute(f"SELECT {sql} FROM affected").fetchone()
    types = db.execute(f"DESCRIBE SELECT {sql} FROM affected").fetchall()
    assert "DOUBLE" not in {kind for _, kind, *_ in types}
    assert "DOUBLE" not in found.sql
    return row if found.value.numeric else row[0]


@pytest.mark.parametrize(
    ("text", "kind", "currency"),
    [
        ("extra", "money", "USD"),
        ("USD 12.50", "money", "USD"),
        ("money('12.50', 'USD')", "money", "USD"),
        ("extra - refunded", "money", "USD"),
        ("extra * 2", "money", "USD"),
        ("0.5 * extra", "money", "USD"),
        ("percent(50, extra)", "money", "USD"),
        ("PERCENT(rate, extra)", "money", "USD"),
        ("round(extra / 3, 2)", "money", "USD"),
        ("round(local / 3)", "money", "@cur"),
        ("greatest(extra, 'USD 5.00')", "money", "USD"),
        ("extra > refunded", "boolean", ""),
        ("extra >= 'USD 5.00'", "boolean", ""),
        ("refunded > 'USD 0.00' AND extra / refunded > 2", "boolean", ""),
        ("days_late / 2", "number", ""),
        ("days_late BETWEEN 2 AND 4", "boolean", ""),
        ("kind IN ('a', 'b') OR NOT disputed", "boolean", ""),
        ("days_between(first_on, last_on)", "integer", ""),
        ("days_between('2026-01-01', first_on) + 1", "integer", ""),
        ("first_on >= DATE '2026-01-01'", "boolean", ""),
        ("seen < '2026-02-01T00:00:00+01:00'", "boolean", ""),
        ("coalesce(refunded, 'USD 0.00')", "money", "USD"),
        ("CASE WHEN disputed THEN days_late ELSE 0.5 END", "number", ""),
        ("length(kind) > 3 AND starts_with(lower(kind), 'late') AND contains(kind, 'x')", "boolean", ""),
        ("abs(-days_late)", "integer", ""),
        ("round(rate, 2)", "number", ""),
        ("refunded IS NOT NULL", "boolean", ""),
        ('"extra"', "money", "USD"),
        ("Extra", "money", "USD"),
    ],
)
def test_accepts_and_types(text: str, kind: str, currency: str) -> None:
    assert replace(read(text).type, unit="") == Type(kind, currency)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "column", "code"),
    [
        ("extra * refunded", 1, "money-times-money"),
        ("extra + 5", 1, "expression-type"),
        ("extra > 5", 1, "expression-type"),
        ("extra + fee", 1, "mixed-currency"),
        ("extra > 'EUR 5.00'", 1, "mixed-currency"),
        ("local > 'USD 5.00'", 1, "mixed-currency"),
        ("days_late > 3 AND extr > 'USD 1.00'", 19, "unknown-column"),
        ("3 + refnded", 5, "unknown-column"),
        ("coalesce(days_late / rate, 1) > 2", 22, "maybe-zero"),
        ("extra / refunded > 2", 9, "maybe-zero"),
        ("days_late // 2", 1, "not-allowed"),
        ("days_late % 2", 1, "not-allowed"),
        ("round(extra / 0)", 15, "division-by-zero"),
        ("sum(extra)", 1, "unlisted-function"),
        ("count(*)", 1, "unlisted-function"),
        ("read_csv('/etc/passwd')", 1, "unlisted-function"),
        ("getenv('HOME')", 1, "unlisted-function"),
        ("now()", 1, "unlisted-function"),
        ("3 + random()", 5, "unlisted-function"),
        ("if(disputed, 1, 2)", 1, "unlisted-function"),
        ("(SELECT 1)", 9, "not-allowed"),
        ("days_late IN (SELECT 1)", 1, "not-allowed"),
        ("EXISTS (SELECT 1)", 16, "unlisted-function"),
        ("*", 1, "not-allowed"),
        ("affected.extra", 1, "not-allowed"),
        ("$1", 1, "not-allowed"),
        ("?", 1, "not-allowed"),
        ("CAST(rate AS DOUBLE)", 6, "not-allowed"),
        ("rate::DOUBLE", 1, "not-allowed"),
        ("kind || 'x'", 1, "not-allowed"),
        ("kind LIKE 'a%'", 1, "not-allowed"),
        ("extra AS e", 1, "not-allowed"),
        ("NULL", 1, "not-allowed"),
        ("disputed IS TRUE", 1, "not-allowed"),
        ("kind > 'a'", 1, "expression-type"),
        ("disputed > disputed", 1, "expression-type"),
        ("kind = 3", 1, "expression-type"),
        ("first_on + 3", 1, "expression-type"),
        ("NOT days_late", 5, "expression-type"),
        ("disputed AND extra", 14, "expression-type"),
        ("first_on > '2026-02-30'", 1, "bad-date"),
        ("DATE '31.1.2026' < first_on", 6, "bad-date"),
        ("seen > '2026-01-01T00:00:00'", 1, "bad-instant"),
        ("CASE WHEN disputed THEN 1 END", 11, "case-without-else"),
        ("CASE kind WHEN 'a' THEN 1 ELSE 2 END", 6, "case-without-else"),
        ("round(extra, 3)", 14, "too-many-digits"),
        ("round(local, 2)", 14, "too-many-digits"),
        ("round(rate, days_late)", 13, "expression-type"),
        ("round(rate, 2, 'down')", 1, "expression-type"),
        ("percent(extra, 50)", 9, "expression-type"),
        ("percent(50)", 1, "expression-type"),
        ("money('1.005', 'USD')", 1, "too-many-digits"),
        ("money('1', 'ABC')", 12, "unknown-currency"),
        ("money('1,5', 'USD')", 1, "bad-amount"),
        ("USD 1.005", 1, "too-many-digits"),
        ("days_late > 1e5", 13, "bad-number"),
        ("days_late > 1234567890123456789", 13, "bad-number"),
        ("days_late >", 11, "expression-syntax"),
        ("days_late > 3; DROP TABLE affected", 1, "expression-syntax"),
        ("'open", 1, "expression-syntax"),
        ("", 1, "expression-syntax"),
        ("   ", 1, "expression-syntax"),
        ("extra = ", 7, "expression-syntax"),
        ("(" * 900 + "1" + ")" * 900, 1, "expression-too-long"),
        ("days_late > 3 OR " * 200 + "disputed", 1, "expression-too-long"),
        ("ABS('x')", 5, "expression-type"),
        ("least(kind, kind)", 1, "expression-type"),
    ],
)
def test_refuses_with_place(text: str, column: int, code: str) -> None:
    assert refuses(text) == (column, code)


def test_suggests_the_nearest_column() -> None:
    found = parse_expression("extre > 'USD 1.00'", COLUMNS, Place("policy.yaml", 1, 1))
    assert isinstance(found, Finding)
    assert found.remedy == "Did you mean 'extra'?"


def test_says_how_to_write_an_amount() -> None:
    found = parse_expression("extra > 5", COLUMNS, Place("policy.yaml", 1, 1))
    assert isinstance(found, Finding)
    assert "'USD 12.50'" in found.remedy


def test_place_on_a_later_line() -> None:
    found = parse_expression("disputed\nOR\n  extr > refunded", COLUMNS, Place("policy.yaml", 7, 1))
    assert isinstance(found, Finding)
    assert found.place == Place("policy.yaml", 9, 3)


def test_expected_names_both_types() -> None:
    place = Place("policy.yaml", 1, 1)
    found = expected(read("days_late"), "boolean", place)
    assert isinstance(found, Finding)
    assert found.what == "'days_late' is integer, but boolean is needed here."
    assert isinstance(expected(read("disputed"), "boolean", place), Expression)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("days_late > 3 AND NOT (kind = 'x')", True),
        ("extra - refunded = 'USD 7.00'", True),
        ("refunded > 'USD 0.00' AND extra / refunded = 2.4", True),
        ("days_between(first_on, last_on) = 29", True),
        ("days_between(last_on, first_on) = -29", True),
        ("first_on IN ('2026-01-31', '2026-02-01')", True),
        ("seen = '2026-01-31T09:00:00+01:00'", True),
        ("kind = 'it''s'", False),
        ("lower(kind) = 'late post'", True),
        ("length(kind) = 9", True),
        ("rate = 12.5", True),
        ("rate * 3 > 37.499999999", True),
        ("days_late NOT BETWEEN 5 AND 9", True),
        ("percent(12.5, extra) = 'USD 1.50'", True),
        ("CASE WHEN days_late > 9 THEN 'a' WHEN disputed THEN 'b' ELSE 'c' END = 'b'", True),
        ("least(first_on, last_on) = first_on", True),
        ("round(10 / 4) = 3", True),
        ("-days_late < 0", True),
        ("days_late / -2 < -1.9", True),
        ("abs(days_late - 9) = 5", True),
    ],
)
def test_conditions_in_duckdb(db, text: str, answer: bool) -> None:
    assert value(db, text) is answer


@pytest.mark.parametrize(
    "text",
    [
        "days_late > 3",
        "CASE WHEN days_late > 3 THEN disputed ELSE false END",
        "least(days_late, 5) > 1",
        "greatest(days_late, 5) > 1",
        "days_late IN (1, 2)",
        "days_late BETWEEN 1 AND 2",
        "NOT (days_late > 3)",
        "percent(days_late, extra) > 'USD 1.00'",
        "round(days_late / 3) = 1",
        "days_late = 1 AND disputed",
    ],
)
def test_missing_values_stay_missing(db, text: str) -> None:
    db.execute("CREATE OR REPLACE TABLE gap AS SELECT * REPLACE (NULL::BIGINT AS days_late) FROM affected")
    found = read(text)
    answer, reason = db.execute(f"SELECT {found.sql}, {found.missing_sql()} FROM gap").fetchone()
    assert answer is None
    assert reason == "There is no value in column days_late for this customer."


def test_what_is_decided_anyway_does_not_need_the_missing(db) -> None:
    db.execute("CREATE OR REPLACE TABLE gap AS SELECT * REPLACE (NULL::BIGINT AS days_late) FROM affected")
    for text, answer in [
        ("disputed OR days_late > 3", True),
        ("NOT disputed AND days_late > 3", False),
        ("days_late IS NULL", True),
        ("coalesce(days_late, 0) = 0", True),
    ]:
        assert db.execute(f"SELECT {read(text).sql} FROM gap").fetchone() == (answer,)


def test_reason_names_what_it_cannot_do_without_first() -> None:
    assert read("coalesce(refunded, extra) > 'USD 1.00' AND days_late > 1").columns == (
        "days_late",
        "refunded",
        "extra",
    )


def test_overflow_is_missing_not_a_crash(db) -> None:
    text = " * ".join(["999999999999999999 * days_late"] * 3) + " > 1"
    assert value(db, text) is None
    assert refuses(" * ".join(["999999999999999999"] * 3) + " * days_late > 1") == (1, "too-fine")


def test_quotes_cannot_escape(db) -> None:
    assert value(db, "kind = 'x'' OR true --'") is False
