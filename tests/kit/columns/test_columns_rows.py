"""The small parts before the engine: names and literals, headers, cells of sheets, what a file's first bytes say."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kit.columns.kinds import kind_of
from makegood.kit.columns.options import FileOptions
from makegood.kit.columns.rows import Rejected, header_names, named, quoted
from makegood.kit.columns.sheet_rows import Cell, as_text
from makegood.kit.columns.tables import KEPT_REJECTIONS, Rejections
from makegood.kit.errors import BadInput, Place

FILE = Place("people.csv", 1)
PRINTED = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1)


@given(PRINTED, PRINTED)
def test_a_name_and_a_text_cannot_leave_their_quotes(name: str, text: str) -> None:
    with duckdb.connect(":memory:") as connection:
        told = connection.execute(f"SELECT {quoted(text)} AS {named(name)}")
        assert told.description[0][0] == name
        assert told.fetchall() == [(text,)]


@pytest.mark.parametrize(
    ("first", "options", "names"),
    [
        (["customer", "paid"], {}, ["customer", "paid"]),
        ([" customer ", "paid\t"], {}, ["customer", "paid"]),
        (["customer", "", " "], {}, ["customer", "column1", "column2"]),
        (["Año 2024", "1st", "a@b"], {}, ["Año 2024", "1st", "a@b"]),
        (["7", "x"], {"header": False}, ["column0", "column1"]),
        (["7", "x"], {"header": True}, ["7", "x"]),
        (["7", "x"], {"names": ("a", "b")}, ["a", "b"]),
        (["a", "b"], {"header": False, "names": ("x", "y")}, ["x", "y"]),
        (["a", "a"], {"names": ("x", "y")}, ["x", "y"]),
        ([], {}, []),
    ],
)
def test_what_columns_are_called(first: list[str], options: dict[str, object], names: list[str]) -> None:
    assert header_names(first, FileOptions.from_settings(options), FILE) == names


@pytest.mark.parametrize(
    ("first", "options", "code", "says"),
    [
        (["customer", "12"], {}, "header-missing", "“12”"),
        (["customer", "-1.250,00"], {}, "header-missing", "“-1.250,00”"),
        (["customer", "2024-02-29"], {}, "header-missing", "“2024-02-29”"),
        (["customer", "29.2.2024 08:00"], {}, "header-missing", "“29.2.2024 08:00”"),
        (["customer", " ada@x.example "], {}, "header-missing", "“ada@x.example”"),
        (["customer"], {"names": ("a", "b")}, "header-width", "2 column names were declared"),
        (["a", "A"], {}, "header-duplicate", "Columns 1 and 2 are both called “A”."),
        (["column1", ""], {}, "header-duplicate", "“column1”"),
        (["a", "_LINE"], {}, "header-reserved", "Column 2 is called “_LINE”"),
        (["x", "y"], {"names": ("_line", "b")}, "header-reserved", "“_line”"),
    ],
)
def test_which_headers_are_refused(first: list[str], options: dict[str, object], code: str, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        header_names(first, FileOptions.from_settings(options), FILE)
    assert (refused.value.code, refused.value.place) == (code, FILE)
    assert says in refused.value.what


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("007", "007"),
        ("", ""),
        (7, "7"),
        (7.0, "7"),
        (1200.0, "1200"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (1e15, "1000000000000000"),
        (1e-7, "0.0000001"),
        (-3.10, "-3.1"),
        (0.0, "0"),
        (-0.0, "0"),
        (True, "true"),
        (False, "false"),
        (dt.date(2024, 2, 29), "2024-02-29"),
        (dt.datetime(2024, 2, 29, 8, 30), "2024-02-29 08:30:00"),
        (dt.time(8, 30), "08:30:00"),
        (dt.timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_what_a_cell_of_a_sheet_says(cell: Cell, text: str) -> None:
    assert as_text(cell) == text


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_an_amount_kept_as_a_float_by_a_sheet_is_read_exactly(amount: Decimal) -> None:
    assert Decimal(as_text(float(amount))) == amount


@pytest.mark.parametrize(
    ("name", "declared", "content", "what", "remedy"),
    [
        ("a.csv", None, b"PAR1", "This should be a text file, but it is a Parquet file.", "Declare kind: parquet"),
        ("a.csv", None, b"\x1f\x8b", "This should be a text file, but it is gzip-compressed.", "Unpack or export"),
        ("a.csv", None, b"PK\x05\x06", "This should be a text file, but it is an empty zip archive.", "Unpack"),
        ("a.dat", "excel", b"a,b\n", "neither a workbook nor a Parquet file", "Declare kind: csv"),
        ("a.xlsx", None, b"\xff\xfe\x00\x01", "This should be a workbook", "Unpack or export"),
        ("a.csv", "parquet", b"a,b\n", "This should be a Parquet file", "Declare kind: csv"),
        ("a.csv", None, b"", "The file is empty.", "Export it again"),
        ("list", None, b"a\n", "A file named “list” could be anything.", "Declare its kind"),
    ],
)
def test_what_is_said_about_a_file_that_is_not_what_it_seems(
    tmp_path: Path, name: str, declared: str | None, content: bytes, what: str, remedy: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput) as refused:
        kind_of(tmp_path / name, FileOptions(kind=declared))
    assert what in refused.value.what
    assert refused.value.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("name", "declared", "content", "kind"),
    [
        ("a.XLSX", None, b"PK\x03\x04", "excel"),
        ("a.xls", None, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "excel"),
        ("a.pq", None, b"PAR1", "parquet"),
        ("a.export", "parquet", b"PAR1", "parquet"),
        ("a.xlsx", "csv", b"a,b\n", "csv"),
        ("a.csv", None, b"\xef\xbb\xbfa\n", "csv"),
    ],
)
def test_what_a_file_is(tmp_path: Path, name: str, declared: str | None, content: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert kind_of(tmp_path / name, FileOptions(kind=declared)) == kind


def test_the_first_thousand_rejections_are_kept_and_all_are_counted() -> None:
    kept = Rejections()
    for line in range(1, KEPT_REJECTIONS + 3):
        kept.add(Rejected(line, "Too short.", ""))
    assert kept.count == KEPT_REJECTIONS + 2
    assert [kept.kept[0].line, kept.kept[-1].line, len(kept.kept)] == [1, KEPT_REJECTIONS, KEPT_REJECTIONS]
