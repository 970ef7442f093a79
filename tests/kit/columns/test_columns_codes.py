"""Each way a file can be unreadable has a code of its own; read in this process, without a child."""

from __future__ import annotations

from pathlib import Path

import pytest

from makegood.kit.columns.kinds import kind_of
from makegood.kit.columns.options import FileOptions
from makegood.kit.columns.sheet_rows import open_sheet
from makegood.kit.columns.text_rows import open_text
from makegood.kit.errors import BadInput


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "file-empty"),
        ("a.dat", b"a,b\n1,2\n", "file-kind-unknown"),
        ("a", b"a,b\n1,2\n", "file-kind-unknown"),
        ("a.csv", b"PAR1", "file-kind-wrong"),
        ("a.csv", b"PK\x03\x04", "file-kind-wrong"),
        ("a.tsv", b"%PDF-1.7", "file-kind-wrong"),
        ("a.txt", b"SQLite format 3\x00", "file-kind-wrong"),
        ("a.csv", b"\x1f\x8b\x08", "file-kind-wrong"),
        ("a.parquet", b"a,b\n", "file-kind-wrong"),
        ("a.xlsx", b"a,b\n", "file-kind-wrong"),
        ("a.xlsx", b"PAR1", "file-kind-wrong"),
        ("a.ods", b"PK\x05\x06", "file-kind-wrong"),
    ],
)
def test_what_a_file_is_not(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput) as refused:
        kind_of(tmp_path / name, FileOptions())
    assert refused.value.code == code
    assert refused.value.place is not None
    assert refused.value.place.file == str(tmp_path / name)


@pytest.mark.parametrize(("name", "kind"), [("a.CSV", "csv"), ("a.tab", "csv"), ("a.txt", "csv"), ("b.tsv", "csv")])
def test_what_a_text_file_may_be_called(tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / name).write_text("a\n1\n", encoding="utf-8")
    assert kind_of(tmp_path / name, FileOptions()) == kind


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ({"delimeter": ";"}, "file-setting-unknown"),
        ({"kind": "json"}, "file-setting-bad"),
        ({"header": "yes"}, "file-setting-bad"),
        ({"header": 1}, "file-setting-bad"),
        ({"skip": -1}, "file-setting-bad"),
        ({"skip": True}, "file-setting-bad"),
        ({"skip": "2"}, "file-setting-bad"),
        ({"delimiter": "::"}, "file-setting-bad"),
        ({"quote": 1}, "file-setting-bad"),
        ({"names": "a,b"}, "file-setting-bad"),
        ({"names": ["a", ""]}, "file-setting-bad"),
        ({"names": [1]}, "file-setting-bad"),
        ({"sheet": 1}, "file-setting-bad"),
        ({"encoding": 8}, "file-setting-bad"),
    ],
)
def test_settings_of_a_file(setting: dict[str, object], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        FileOptions.from_settings(setting)
    assert refused.value.code == code
    assert next(iter(setting)) in refused.value.what


def test_settings_that_are_left_out_are_found_out() -> None:
    assert FileOptions.from_settings({"delimiter": None, "header": None}) == FileOptions()
    assert FileOptions.from_settings({"names": ["a", "b"]}).names == ("a", "b")
    assert FileOptions.from_settings({"delimiter": ""}).delimiter == ""


@pytest.mark.parametrize(
    ("content", "options", "code"),
    [
        (b"\n\n  \n", {}, "file-empty"),
        (b"a;b\n", {"skip": 1}, "file-empty"),
        (b"a,b\n\xff\xfe,1\n", {}, "encoding-wrong"),
        (b"a,b\n1,2\n", {"encoding": "rot13"}, "encoding-unknown"),
        (b"a,b\n1,2\n", {"encoding": "klingon"}, "encoding-unknown"),
        (b"a,b\n1\x00,2\n", {}, "nul-byte"),
        (b"a;b,c\n1;2,3\n", {}, "delimiter-unclear"),
        (b"a,b\n1\n2\n3\n", {}, "delimiter-wrong"),
        (b"a,A\n1,2\n", {}, "header-duplicate"),
        (b"a,_line\n1,2\n", {}, "header-reserved"),
        (b"a,b\n1,2\n", {"names": ["x"]}, "header-width"),
        (b"17,2.50\n18,3.50\n", {}, "header-missing"),
    ],
)
def test_a_text_file_as_a_whole(tmp_path: Path, content: bytes, options: dict[str, object], code: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        list(open_text(path, FileOptions.from_settings(options)).cells)
    assert refused.value.code == code
    assert refused.value.remedy.endswith(".")


def test_a_byte_that_is_not_utf_8_is_shown_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("name,x\nÄnn,1\nJos".encode() + b"\xe9,2\n")
    with pytest.raises(BadInput) as refused:
        list(open_text(tmp_path / "a.csv", FileOptions()).cells)
    assert refused.value.place is not None
    assert (refused.value.place.line, refused.value.place.column) == (3, 4)


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_damaged_workbook(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(BadInput) as refused:
        open_sheet(tmp_path / "a.xlsx", FileOptions())
    assert refused.value.code == "workbook-damaged"
