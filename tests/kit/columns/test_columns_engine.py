"""Queries in the engine: exact values, streams both ways, errors with their place, and a state that survives them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.kit.columns import Columns
from makegood.kit.errors import BadInput, MakegoodError


def test_values_arrive_exactly(columns) -> None:
    row = columns.fetch(
        "SELECT 9223372036854775807, 170141183460469231731687303715884105727, 0.10::DECIMAL(38,20), '', NULL, true, "
        "DATE '2024-02-29', TIMESTAMP '2024-01-02 03:04:05.000006', TIMESTAMPTZ '2024-01-02 03:00:00+02', "
        "TIME '12:30', [1.50, NULL], {'a': 1}, uuid '00000000-0000-0000-0000-000000000001', '\\xFF'::BLOB"
    )[0]
    assert row == (
        2**63 - 1,
        2**127 - 1,
        Decimal("0.10000000000000000000"),
        "",
        None,
        True,
        dt.date(2024, 2, 29),
        dt.datetime(2024, 1, 2, 3, 4, 5, 6),
        dt.datetime(2024, 1, 2, 1, tzinfo=dt.UTC),
        dt.time(12, 30),
        [Decimal("1.50"), None],
        {"a": 1},
        "00000000-0000-0000-0000-000000000001",
        b"\xff",
    )
    assert not any(isinstance(cell, float) for cell in row)


def test_a_zoned_time_does_not_disturb_order_or_nulls(columns) -> None:
    rows = columns.fetch(
        "SELECT i, CASE WHEN i % 2 = 0 THEN TIMESTAMPTZ '2024-01-01 00:00:00+00' END AS t, i AS i "
        "FROM range(1000) r(i) ORDER BY i DESC; "
    )
    assert [row[0] for row in rows] == list(range(999, -1, -1))
    assert rows[0][1] is None
    assert rows[1][1] == dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def test_a_result_is_never_cut(columns) -> None:
    assert len(columns.fetch("SELECT * FROM range(5)", limit=5)) == 5
    with pytest.raises(BadInput, match="more than 4 rows"):
        columns.fetch("SELECT * FROM range(5)", limit=4)


def test_describe_runs_nothing(columns) -> None:
    assert columns.describe("SELECT 1 AS a, 1.5::DECIMAL(10,2) AS b, error('ran')::VARCHAR AS c -- end") == [
        ("a", "INTEGER"),
        ("b", "DECIMAL(10,2)"),
        ("c", "VARCHAR"),
    ]


@pytest.mark.parametrize("how", ["run", "fetch", "describe", "stream"])
@pytest.mark.parametrize(
    ("sql", "line", "column", "says"),
    [
        ("SELEC 1", 1, None, "syntax error"),
        ("SELECT\n  'é', nope\nFROM (SELECT 1 AS a)", 2, 8, '“nope”|"nope" not found'),
        ("SELECT 1 FROM\n nowhere", 2, 2, "nowhere does not exist"),
    ],
)
def test_a_wrong_query_is_named_with_its_place(columns, how, sql, line, column, says) -> None:
    with pytest.raises(BadInput, match=says) as caught:
        if how == "stream":
            list(columns.stream(sql, file="scope.sql"))
        else:
            getattr(columns, how)(sql, file="scope.sql")
    place = caught.value.place
    assert place is not None and place.file == "scope.sql" and place.line == line
    assert column is None or place.column == column
    assert "\n" not in str(caught.value) and "{" not in str(caught.value)
    assert columns.fetch("SELECT 1") == [(1,)]


@pytest.mark.parametrize("sql", ["SELECT 1/0", "SELECT 1.00::DECIMAL(9,2) / 0", "SELECT 5 % 0", "SELECT 5 // 0"])
def test_division_by_zero_is_an_error_never_infinity(columns, sql) -> None:
    with pytest.raises(BadInput, match=r"(?i)division by zero"):
        columns.fetch(sql)


def test_a_wrong_value_is_an_error(columns) -> None:
    with pytest.raises(BadInput, match="Could not convert string 'x1' to INT32"):
        columns.fetch("SELECT CAST('x1' AS INTEGER)")


def test_null_and_empty_text_stay_apart_both_ways(columns) -> None:
    loaded = columns.load_stream("t", [("a", "VARCHAR"), ("b", "DECIMAL(10,2)")], [b"x,1.", b'5\n,\n"",3\n"q""\nz",\n'])
    assert (loaded.rows, loaded.columns) == (4, [("a", "VARCHAR"), ("b", "DECIMAL(10,2)")])
    assert columns.fetch("SELECT * FROM t") == [
        ("x", Decimal("1.50")),
        (None, None),
        ("", Decimal("3.00")),
        ('q"\nz', None),
    ]
    assert b"".join(columns.stream("SELECT * FROM t")) == b'x,1.50\n,\n"",3.00\n"q""\nz",\n'


def test_the_end_marker_of_copy_alone_in_its_line_is_quoted(columns) -> None:
    assert b"".join(columns.stream("SELECT unnest(['\\.', '', NULL])")) == b'"\\."\n""\n\n'


def test_a_million_rows_stream_in_blocks_and_are_counted(columns) -> None:
    stream = columns.stream("SELECT i, 'name ' || i FROM range(1000000) r(i)")
    sizes, lines = [], 0
    for block in stream:
        sizes.append(len(block))
        lines += block.count(b"\n")
    assert (stream.rows, lines) == (1_000_000, 1_000_000)
    assert max(sizes) <= 1 << 20 and len(sizes) > 10


def test_a_stream_may_be_left_in_the_middle(columns) -> None:
    for _ in range(3):
        blocks = iter(columns.stream("SELECT * FROM range(10000000)"))
        assert next(blocks).startswith(b"0\n1\n")
        blocks.close()
    assert columns.fetch("SELECT 1") == [(1,)]


def test_a_stream_that_fails_late_raises_and_has_no_count(columns) -> None:
    stream = columns.stream("SELECT CASE WHEN i < 900000 THEN i ELSE CAST('x' AS INT) END FROM range(1000000) r(i)")
    with pytest.raises(BadInput):
        for _ in stream:
            pass
    assert stream.rows is None


def test_nothing_may_be_asked_while_a_stream_is_open(columns) -> None:
    blocks = iter(columns.stream("SELECT * FROM range(10000000)"))
    next(blocks)
    with pytest.raises(RuntimeError, match="still open"):
        columns.fetch("SELECT 1")
    blocks.close()


def test_an_empty_stream_is_an_empty_table(columns) -> None:
    assert columns.load_stream("t", [("a", "INTEGER")], []).rows == 0
    assert b"".join(columns.stream("SELECT * FROM t")) == b""


@pytest.mark.parametrize("rows", [1, 3_000_000])
def test_a_giver_that_fails_leaves_no_table(columns, rows) -> None:
    def chunks():
        yield b"1\n" * rows
        raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError):
        columns.load_stream("t", [("a", "INTEGER")], chunks())
    with pytest.raises(BadInput, match="does not exist"):
        columns.fetch("SELECT * FROM t")


@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        ("INTEGER", b"1\nx\n", "Row 2: Could not convert"),
        ("INTEGER", b"1\n" * 1_000_000 + b"x\n" + b"1\n" * 5_000_000, "Row 1000001: Could not convert"),
        ("DECIMAL(4,2)", b"1234.5\n", "Row 1"),
        ("INTEGER", b"1,2\n", "Row 1: Expected"),
        ("NONSENSE", b"1\n" * 1_000_000, "NONSENSE does not exist"),
    ],
)
def test_a_stream_that_does_not_fit_is_an_error_and_no_table(columns, kind, content, says) -> None:
    with pytest.raises(BadInput, match=says):
        columns.load_stream("t", [("a", kind)], [content])
    assert columns.fetch("SELECT count(*) FROM duckdb_tables() WHERE table_name = 't'") == [(0,)]


def test_a_table_is_not_overwritten(columns) -> None:
    columns.load_stream("t", [("a", "INTEGER")], [b"1\n"])
    with pytest.raises(BadInput, match="already exists"):
        columns.load_stream("t", [("a", "INTEGER")], [b"2\n"])
    assert columns.fetch("SELECT * FROM t") == [(1,)]


def test_it_spills_instead_of_failing_when_a_sort_is_larger_than_memory() -> None:
    with Columns(memory_mb=200, threads=1, wall_seconds=120) as columns:
        columns.run("CREATE TABLE t AS SELECT i, md5(i::VARCHAR) AS m FROM range(3000000) r(i)")
        columns.run("CREATE TABLE u AS SELECT * FROM t ORDER BY m")
        assert columns.fetch("SELECT count(*), sum(i) FROM u") == [(3_000_000, 3_000_000 * 2_999_999 // 2)]


def test_outside_its_block_it_says_so() -> None:
    columns = Columns()
    with pytest.raises(RuntimeError, match="outside"):
        columns.run("SELECT 1")
    with Columns() as columns:
        pass
    with pytest.raises(MakegoodError, match="already stopped"):
        columns.run("SELECT 1")


CELL = st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=st.lists(st.tuples(CELL, CELL), max_size=30))
def test_what_goes_in_as_csv_comes_out_as_the_same_csv(columns, rows) -> None:
    def line(row) -> str:
        return ",".join("" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in row) + "\n"

    content = "".join(map(line, rows)).encode()
    columns.load_stream("t", [("a", "VARCHAR"), ("b", "VARCHAR")], [content[:7], content[7:]])
    assert columns.fetch("SELECT * FROM t") == rows
    out = b"".join(columns.stream("SELECT coalesce(a, ''), coalesce(b, '') FROM t")).decode()
    assert list(csv.reader(io.StringIO(out, newline=""))) == [[cell or "" for cell in row] for row in rows]
    columns.run("DROP TABLE t")
