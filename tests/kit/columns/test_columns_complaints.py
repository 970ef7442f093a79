"""DuckDB's own errors, made by DuckDB, as sentences: what is wrong, where in the person's SQL, what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb
import pytest

from makegood.kit.columns.complaints import from_duckdb
from makegood.kit.errors import BadInput, MakegoodError, Place


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        opened.execute("SET errors_as_json = true")
        opened.execute("CREATE TABLE people (customer VARCHAR, paid DECIMAL(9, 2))")
        yield opened


def complaint(connection: duckdb.DuckDBPyConnection, sql: str, *, ahead: str = "") -> MakegoodError:
    """What is told about `sql`, run with `ahead` in front of it."""
    with pytest.raises(duckdb.Error) as failed:
        connection.execute(ahead + sql).fetchall()
    return from_duckdb(failed.value, sql=sql, file="scope.sql", before=len(ahead.encode()), memory_mb=64)


@pytest.mark.parametrize("ahead", ["", "DESCRIBE ", "SELECT * FROM (\n"])
@pytest.mark.parametrize(
    ("sql", "place", "says"),
    [
        ("SELECT nobody FROM people", (1, 8), "nobody"),
        ("SELECT customer,\n  nobody FROM people", (2, 3), "nobody"),
        ("SELECT 'ä€😀', nobody FROM people", (1, 15), "nobody"),
        ("SELECT 1\nFROM persons", (2, 6), "persons"),
        ("SELECT no_such(1)", (1, 8), "no_such"),
    ],
)
def test_a_wrong_name_is_found_in_the_persons_own_text(
    connection: duckdb.DuckDBPyConnection, sql: str, place: tuple[int, int], says: str, ahead: str
) -> None:
    told = complaint(connection, sql + (") AS q" if "(" in ahead else ""), ahead=ahead)
    assert isinstance(told, BadInput)
    assert (told.code, told.place) == ("query-failed", Place("scope.sql", *place))
    assert says in told.what
    assert told.remedy.endswith("Correct the query.")
    assert "LINE " not in str(told)


def test_a_hint_of_the_engine_stands_in_the_remedy(connection: duckdb.DuckDBPyConnection) -> None:
    told = complaint(connection, "SELECT 1 FROM poeple")
    assert "people" in told.remedy
    assert told.remedy.startswith("Did you mean")


def test_a_value_that_is_no_number_is_named_and_ends_in_one_full_stop(connection: duckdb.DuckDBPyConnection) -> None:
    told = complaint(connection, "SELECT 'abc'::DECIMAL(9, 2)")
    assert "abc" in told.what
    assert told.what.endswith(".")
    assert not told.what.endswith("..")


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ("Conversion Error: no", "no."),
        ("Binder Error: no!", "no!"),
        ("Invalid Input Error: is it?\nmore", "is it?"),
        ("no prefix here", "no prefix here."),
        ("Out of Range Error: too big. Use TRY(x) instead", "too big."),
        (
            "CSV Error on Line: 7\nExpected Number of Columns: 2 Found: 3",
            "Row 7: Expected Number of Columns: 2 Found: 3.",
        ),
        ("CSV Error on Line: 7\nOriginal Line: a,b", "Row 7: It cannot be read."),
        ("Parser Error: bad\n\nLINE 1: SELECT x\n        ^", "bad."),
        ("", "The query failed."),
        ("\n\nLINE 1: x", "The query failed."),
    ],
)
@pytest.mark.parametrize("shape", ["json", "text"])
def test_the_first_line_is_the_sentence(message: str, what: str, shape: str) -> None:
    text = json.dumps({"exception_message": message}) if shape == "json" else message
    told = from_duckdb(duckdb.Error(text), sql="SELECT 1", file="q", before=0, memory_mb=64)
    assert told.what == what
    assert told.place == Place("q"), "nobody said where"


@pytest.mark.parametrize("text", ["{", "{]", 'Error {"a": 1', "[1]", '{"position": "x"}'])
def test_what_is_not_json_is_taken_as_words(text: str) -> None:
    told = from_duckdb(duckdb.Error(text), sql="SELECT 1", file="q", before=0, memory_mb=64)
    assert (told.code, told.place) == ("query-failed", Place("q"))


@pytest.mark.parametrize(
    "error",
    [
        duckdb.OutOfMemoryException("whatever"),
        duckdb.Error("failed to allocate data of size 16.0 KiB"),
        duckdb.Error("std::bad_alloc"),
        duckdb.IOException("the max_temp_directory_size was exceeded"),
    ],
)
def test_every_way_to_run_out_of_memory_is_told_alike(error: duckdb.Error) -> None:
    told = from_duckdb(error, sql="SELECT 1", file="q", before=0, memory_mb=2048)
    assert (told.code, told.what) == ("columns-memory", "The query needed more than 2,048 MB of memory.")


@pytest.mark.parametrize(
    ("position", "before", "line", "column"),
    [(0, 0, 1, 1), (9, 0, 2, 1), (9, 9, 1, 1), (18, 9, 2, 1), (3, 9, 1, 1), (999, 0, 3, 3)],
)
def test_a_position_is_a_line_and_a_column(position: int, before: int, line: int, column: int) -> None:
    error = duckdb.Error(json.dumps({"exception_message": "no", "position": str(position)}))
    told = from_duckdb(error, sql="SELECT 1\nFROM t\n--", file="q", before=before, memory_mb=64)
    assert told.place == Place("q", line, column)
