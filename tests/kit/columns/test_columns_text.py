"""Text files as people export them: every quirk is read right, refused with a sentence, or listed as rejected."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.kit.columns import Columns, FileOptions
from makegood.kit.errors import BadInput

CDNOW = (
    " customer_id date    number_of_cds  dollar_value\r\n"
    " 00001 19970101  1   11.77\r\n"
    " 00002 19970112  1   12.00\r\n"
    " 00002 19970112  5   77.00\r\n"
)


def load(columns: Columns, path: Path, content: bytes | str, **options: object):
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return columns.load_file("t", path, options)


def refused(columns: Columns, path: Path, content: bytes | str, **options: object) -> BadInput:
    with pytest.raises(BadInput) as caught:
        load(columns, path, content, **options)
    assert caught.value.place is not None
    assert caught.value.place.file == str(path)
    assert caught.value.remedy
    return caught.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "purchases.csv"


def test_every_column_is_text_and_every_row_has_its_line(columns, path) -> None:
    loaded = load(columns, path, "id,amount\n007,1.50\n8,\n")
    assert loaded.columns == [("id", "VARCHAR"), ("amount", "VARCHAR"), ("_line", "BIGINT")]
    assert (loaded.rows, loaded.rejected_count) == (2, 0)
    assert columns.fetch("SELECT * FROM t") == [("007", "1.50", 2), ("8", None, 3)]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("windows-1252", "windows-1252"),
        ("iso-8859-15", "l9"),
        ("utf-16-le", "utf-16-le"),
        ("utf-8-sig", "utf-8"),
    ],
)
def test_encodings(columns, path, encoding, declared) -> None:
    load(columns, path, "näme;preis\r\nZoë €;1,50\r\n".encode(encoding), encoding=declared)
    assert columns.fetch('SELECT "näme", preis FROM t') == [("Zoë €", "1,50")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found_out(columns, path, delimiter, end) -> None:
    rows = [["id", "note"], ["1", "first"], ["2", "second"]]
    load(columns, path, end.join(delimiter.join(row) for row in rows))
    assert columns.fetch("SELECT * FROM t") == [("1", "first", 2), ("2", "second", 3)]


def test_a_record_over_several_lines_has_the_line_it_starts_on(columns, path) -> None:
    load(columns, path, 'a,b\r\n1,"x\r\ny\nz"\r\n2,"say ""hi"""\r\n\r\n3,end')
    assert columns.fetch("SELECT * FROM t") == [("1", "x\r\ny\nz", 2), ("2", 'say "hi"', 5), ("3", "end", 7)]


def test_ragged_rows_are_rejected_with_their_line_and_counted(columns, path) -> None:
    loaded = load(columns, path, "a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n")
    assert (loaded.rows, loaded.rejected_count) == (2, 2)
    assert columns.rejected("t") == [
        (3, "The line has 2 fields, but the header has 3.", "4,5"),
        (4, "The line has 4 fields, but the header has 3.", "6,7,8,9"),
    ]


def test_text_after_a_closing_quote_is_rejected_and_the_next_line_is_read(columns, path) -> None:
    loaded = load(columns, path, 'a,b\n1,"x" y\n2,z\n')
    assert (loaded.rows, loaded.rejected_count) == (1, 1)
    assert columns.rejected("t")[0].line == 2
    assert columns.fetch("SELECT * FROM t") == [("2", "z", 3)]


def test_the_list_of_rejected_rows_is_capped_but_the_count_is_exact(columns, path) -> None:
    loaded = load(columns, path, "a,b\n1,2\n" + "x\n" * 2_500, delimiter=",")
    assert loaded.rejected_count == 2_500
    assert len(columns.rejected("t")) == 1_000
    assert columns.rejected("t")[-1].line == 1_002


def test_a_file_of_which_no_row_fits_is_an_error_and_leaves_no_table(columns, path) -> None:
    error = refused(columns, path, "a,b\n1\n2\n", delimiter=",")
    assert "None of the 2 rows" in error.what
    assert error.place is not None and error.place.line == 2
    with pytest.raises(BadInput, match="does not exist"):
        columns.fetch("SELECT * FROM t")


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("a,b,A\n1,2,3\n", 1, "Columns 1 and 3 are both called “A”"),
        ("_line,b\n1,2\n", 1, "keeps for the line number"),
        ("17,anna@example.com\n18,ben@example.com\n", 1, "looks like a value"),
        ("name,2024-01-05\nx,y\n", 1, "looks like a value"),
        ("a,b\n1,ok\n2,\xe9\n".encode("latin-1"), 3, "not in UTF-8"),
        (b"a,b\n1,x\x00y\n", 2, "NUL"),
        ('a,b\n1,ok\n2,"never closed\n3,c\n', 3, "never ends"),
        ("a,b\n1,ok\n2," + "x" * 1_000_001 + "\n", 3, "longer than 1,000,000"),
        ('a,b\n1,"' + "x\n" * 600_000 + '"\n', 2, "longer than 1,000,000"),
        ("a,b;c\n1,2;3\n", 1, "comma or semicolon"),
        ("a,b\n1\n2\n3,4\n", 1, "Most lines"),
        ("\n\n \n", None, "holds no line"),
        (b"", None, "empty"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_whole(columns, path, content, line, says) -> None:
    error = refused(columns, path, content)
    assert says in error.what
    assert error.place is not None and error.place.line == line


def test_a_wrong_encoding_is_named_with_line_and_column_and_the_remedy(columns, path) -> None:
    content = ("a,b\n" + "1,é\n" * 100_000).encode() + "2,Zoë\n".encode("latin-1")
    error = refused(columns, path, content)
    assert error.place is not None and (error.place.line, error.place.column) == (100_002, 5)
    assert "encoding: windows-1252" in error.remedy


@pytest.mark.parametrize("encoding", ["utf-17", "rot13", "base64"])
def test_an_unknown_encoding(columns, path, encoding) -> None:
    assert encoding in refused(columns, path, "a,b\n1,2\n", encoding=encoding).what


def test_a_nameless_column_is_named_by_its_place(columns, path) -> None:
    assert load(columns, path, ",id,\n0,a,b\n").columns[:3] == [
        ("column0", "VARCHAR"),
        ("id", "VARCHAR"),
        ("column2", "VARCHAR"),
    ]


def test_no_header_names_and_skip(columns, path) -> None:
    load(columns, path, "exported today\n1,a\n2,b\n", header=False, skip=1, names=["key", "note"])
    assert columns.fetch("SELECT key, note, _line FROM t") == [("1", "a", 2), ("2", "b", 3)]
    load_again = columns.load_file("u", path, {"header": False, "skip": 1})
    assert [name for name, _ in load_again.columns] == ["column0", "column1", "_line"]


def test_declared_names_must_fit(columns, path) -> None:
    assert "3 column names" in refused(columns, path, "1,a\n", header=False, names=["a", "b", "c"]).what


def test_a_header_that_looks_like_values_may_be_declared(columns, path) -> None:
    load(columns, path, "key,2024\na,b\n", header=True)
    assert columns.fetch('SELECT "2024" FROM t') == [("b",)]


def test_quotes_may_be_plain_text(columns, path) -> None:
    load(columns, path, 'a,b\n5",x\n', quote="")
    assert columns.fetch("SELECT a FROM t") == [('5"',)]


def test_aligned_text_is_one_column_split_in_sql(columns, tmp_path) -> None:
    path = tmp_path / "CDNOW_master.txt"
    load(columns, path, CDNOW)
    header = columns.describe("SELECT * FROM t")[0][0]
    rows = columns.fetch(
        f"""SELECT a[1], strptime(a[2], '%Y%m%d')::DATE::VARCHAR, a[3]::INT, a[4]::DECIMAL(12,2)::VARCHAR, _line
        FROM (SELECT regexp_split_to_array(trim("{header}"), '\\s+') a, _line FROM t)"""
    )
    assert rows == [
        ("00001", "1997-01-01", 1, "11.77", 2),
        ("00002", "1997-01-12", 1, "12.00", 3),
        ("00002", "1997-01-12", 5, "77.00", 4),
    ]


def test_names_with_quotes_and_paths_with_patterns(columns, tmp_path) -> None:
    path = tmp_path / "a [1] * it's.csv"
    load(columns, path, 'say ""hi"",it\'s\n1,2\n', quote="")
    assert columns.fetch('SELECT "it\'s", _line FROM t') == [("2", 2)]


def test_missing_files_and_folders(columns, tmp_path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        columns.load_file("t", tmp_path / "nothing.csv")
    with pytest.raises(BadInput, match="not a file"):
        columns.load_file("t", tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [{"delimeter": ","}, {"delimiter": "::"}, {"header": "yes"}, {"skip": -1}, {"names": "a"}, {"kind": "json"}],
)
def test_wrong_options_are_refused(wrong) -> None:
    with pytest.raises(BadInput) as caught:
        FileOptions.from_settings(wrong)
    assert next(iter(wrong)) in str(caught.value)


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=30))
def test_whatever_csv_can_write_arrives_unchanged(columns, tmp_path, rows) -> None:
    path = tmp_path / "any.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows([("a", "b"), *rows])
    loaded = columns.load_file("t", path, {"delimiter": ","})
    assert loaded.rejected_count == 0
    assert columns.fetch("SELECT a, b FROM t ORDER BY _line") == [(a or None, b or None) for a, b in rows]
    columns.run("DROP TABLE t")
