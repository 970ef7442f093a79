"""Parquet read where it lies, and how far a long statement is."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from makegood.kit.columns import Columns
from makegood.kit.errors import BadInput


def rows_into(path: Path, count: int) -> Path:
    duckdb.sql(f"SELECT range AS n, 'x' || range AS word FROM range({count})").write_parquet(str(path))
    return path


def test_a_view_has_the_rows_of_the_file_with_their_numbers(columns: Columns, tmp_path: Path) -> None:
    loaded = columns.view_parquet("t", rows_into(tmp_path / "plain.parquet", 3))
    assert (loaded.rows, loaded.columns) == (3, [("n", "BIGINT"), ("word", "VARCHAR"), ("_line", "BIGINT")])
    assert columns.fetch("SELECT * FROM t") == [(0, "x0", 1), (1, "x1", 2), (2, "x2", 3)]


def test_two_views_and_names_that_look_like_patterns(columns: Columns, tmp_path: Path) -> None:
    columns.view_parquet("a", rows_into(tmp_path / "in*[1]?.parquet", 2))
    columns.view_parquet("b", rows_into(tmp_path / "it's.parquet", 5))
    assert columns.fetch("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)") == [(2, 5)]


def test_a_view_reads_nothing_before_it_is_asked(columns: Columns, tmp_path: Path) -> None:
    path = rows_into(tmp_path / "in.parquet", 2)
    columns.view_parquet("t", path)
    path.unlink()
    with pytest.raises(BadInput):
        columns.fetch("SELECT sum(n) FROM t")


def test_a_sealed_child_reads_it_only_where_the_file_is_allowed(columns: Columns, tmp_path: Path) -> None:
    path = rows_into(tmp_path / "in.parquet", 4)
    columns.view_parquet("t", path)
    columns.view_parquet("u", rows_into(tmp_path / "other.parquet", 4))
    columns.run(f"SET allowed_paths = ['{path}']")
    columns.seal()
    assert columns.fetch("SELECT sum(n) FROM t") == [(6,)]
    with pytest.raises(BadInput, match="disabled by configuration"):
        columns.fetch("SELECT sum(n) FROM u")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file-empty"), (b"a,b\n1,2\n", "file-kind-wrong"), (b"PAR1 and nothing else", "parquet-damaged")],
)
def test_what_is_no_parquet_file_is_refused(columns: Columns, tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "in.parquet"
    path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        columns.view_parquet("t", path)
    assert refused.value.code == code
    assert refused.value.place is not None and refused.value.place.file == str(path)


def test_a_file_that_is_not_there(columns: Columns, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        columns.view_parquet("t", tmp_path / "nothing.parquet")
    assert refused.value.code == "file-missing"


def test_how_far_a_statement_is(columns: Columns) -> None:
    heard: list[int] = []
    columns.run(
        "CREATE TABLE t AS SELECT sum(md5(range::VARCHAR)[1:2] = 'ab') AS n FROM range(12000000)", advance=heard.append
    )
    assert heard == sorted(set(heard)) and heard
    assert all(0 <= one <= 100 for one in heard)
    assert columns.fetch("SELECT count(*) FROM t") == [(1,)]


def test_a_statement_that_fails_says_so_also_when_it_is_watched(columns: Columns) -> None:
    with pytest.raises(BadInput):
        columns.run("CREATE TABLE t AS SELECT nothing", advance=lambda _done: None)
    columns.run("CREATE TABLE t AS SELECT 1 AS n", advance=lambda _done: None)
    assert columns.fetch("SELECT n FROM t") == [(1,)]
