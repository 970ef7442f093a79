"""Workbooks and Parquet, whole and damaged, and files that are not what their name says."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import duckdb
import pytest

from makegood.kit.errors import BadInput

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACK = "http://schemas.openxmlformats.org/package/2006"


def write_xlsx(path: Path, sheets: dict[str, str]) -> None:
    """A workbook whose sheets are given as the XML of their rows; style 1 is a date, style 2 a date with time."""
    names = list(sheets)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-officedocument'
        f'.spreadsheetml.worksheet+xml"/>'
        for n in range(1, len(names) + 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACK}/content-types"><Default Extension="rels" ContentType="'
        'application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        f'spreadsheetml.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACK}/relationships"><Relationship Id="r1" '
        f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="s{n}"/>' for n, name in enumerate(names, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACK}/relationships">'
        + "".join(
            f'<Relationship Id="s{n}" Type="{REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(names) + 1)
        )
        + f'<Relationship Id="st" Type="{REL}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
        '<xf numFmtId="22"/></cellXfs></styleSheet>',
    }
    for n, name in enumerate(names, 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{sheets[name]}</sheetData></worksheet>'
        )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + content)


def text(cell: str, value: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{value}</t></is></c>'


ROWS = (
    f'<row r="1">{text("A1", "customer")}{text("B1", "amount")}{text("C1", "on")}{text("D1", "at")}{text("E1", "ok")}'
    "</row>"
    f'<row r="2">{text("A2", "007")}<c r="B2"><v>17850</v></c><c r="C2" s="1"><v>45296</v></c>'
    '<c r="D2" s="2"><v>45296.5</v></c><c r="E2" t="b"><v>1</v></c></row>'
    f'<row r="4">{text("A4", "Zoë &amp; Co")}<c r="B4"><v>0.30000000000000004</v></c></row>'
)


def test_a_workbook_is_text_with_the_rows_the_spreadsheet_shows(columns, tmp_path) -> None:
    write_xlsx(tmp_path / "b.xlsx", {"Sheet1": ROWS})
    loaded = columns.load_file("t", tmp_path / "b.xlsx")
    assert loaded.rows == 2
    assert all(kind == "VARCHAR" for name, kind in loaded.columns if name != "_line")
    first, second = columns.fetch("SELECT * FROM t")
    assert first == ("007", "17850", "2024-01-05", "2024-01-05 12:00:00", "true", 2)
    assert second == ("Zoë & Co", "0.3", None, None, None, 4)


def test_a_sheet_that_begins_lower_down_keeps_its_row_numbers(columns, tmp_path) -> None:
    rows = f'<row r="3">{text("B3", "key")}</row><row r="5">{text("B5", "x")}</row>'
    write_xlsx(tmp_path / "b.xlsx", {"S": rows})
    columns.load_file("t", tmp_path / "b.xlsx")
    assert columns.fetch("SELECT key, _line FROM t") == [("x", 5)]


def test_sheets_by_name_and_without_a_header(columns, tmp_path) -> None:
    write_xlsx(tmp_path / "b.xlsx", {"one": ROWS, "two": f'<row r="1">{text("A1", "x")}</row>'})
    columns.load_file("t", tmp_path / "b.xlsx", {"sheet": "two", "header": False})
    assert columns.fetch("SELECT * FROM t") == [("x", 1)]
    with pytest.raises(BadInput, match="one, two"):
        columns.load_file("u", tmp_path / "b.xlsx", {"sheet": "three"})


def test_an_empty_sheet(columns, tmp_path) -> None:
    write_xlsx(tmp_path / "b.xlsx", {"S": ""})
    with pytest.raises(BadInput, match="is empty"):
        columns.load_file("t", tmp_path / "b.xlsx")


def test_an_opendocument_sheet(columns, tmp_path) -> None:
    ns = "urn:oasis:names:tc:opendocument:xmlns"
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(f"<table:table-row>{cell.format(value)}</table:table-row>" for value in ("key", "k1"))
    content = (
        f'<office:document-content xmlns:office="{ns}:office:1.0" xmlns:table="{ns}:table:1.0" '
        f'xmlns:text="{ns}:text:1.0"><office:body><office:spreadsheet><table:table table:name="S">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "b.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{ns}:manifest:1.0"/>')
        archive.writestr("content.xml", content)
    columns.load_file("t", tmp_path / "b.ods")
    assert columns.fetch("SELECT key, _line FROM t") == [("k1", 2)]


def write_parquet(path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT i AS key, (i / 4)::DECIMAL(10,2) AS amount, DATE '2024-01-05' AS day FROM range(3) r(i)) "
            f"TO '{path}' (FORMAT parquet)"
        )


def test_parquet_keeps_its_types(columns, tmp_path) -> None:
    write_parquet(tmp_path / "p.parquet")
    loaded = columns.load_file("t", tmp_path / "p.parquet")
    assert loaded.columns == [("key", "BIGINT"), ("amount", "DECIMAL(10,2)"), ("day", "DATE"), ("_line", "BIGINT")]
    assert [row[3] for row in columns.fetch("SELECT * FROM t")] == [1, 2, 3]


@pytest.mark.parametrize("keep", [5, 100, -5])
def test_parquet_cut_short(columns, tmp_path, keep) -> None:
    write_parquet(tmp_path / "whole.parquet")
    (tmp_path / "p.parquet").write_bytes((tmp_path / "whole.parquet").read_bytes()[:keep])
    with pytest.raises(BadInput, match="cut short or damaged") as caught:
        columns.load_file("t", tmp_path / "p.parquet")
    assert caught.value.place is not None and caught.value.place.file.endswith("p.parquet")


@pytest.mark.parametrize("at", [20, 60, 200])
def test_a_damaged_parquet_file_is_an_error_or_read_never_a_crash(columns, tmp_path, at) -> None:
    write_parquet(tmp_path / "p.parquet")
    content = bytearray((tmp_path / "p.parquet").read_bytes())
    content[at : at + 8] = b"\xff" * 8
    (tmp_path / "p.parquet").write_bytes(content)
    try:
        columns.load_file("t", tmp_path / "p.parquet")
    except BadInput as error:
        assert error.remedy
    assert columns.fetch("SELECT 1") == [(1,)]


@pytest.mark.parametrize("cut", [50, 400])
def test_a_workbook_cut_short(columns, tmp_path, cut) -> None:
    write_xlsx(tmp_path / "b.xlsx", {"S": ROWS})
    (tmp_path / "b.xlsx").write_bytes((tmp_path / "b.xlsx").read_bytes()[:cut])
    with pytest.raises(BadInput, match="damaged"):
        columns.load_file("t", tmp_path / "b.xlsx")


def test_a_workbook_that_unpacks_to_gigabytes(columns, tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"x")
        # What the directory of the archive says is what is looked at, before anything is unpacked.
        archive.filelist[0].file_size = 2_100_000_000
    with pytest.raises(BadInput, match="would take 2,100 MB"):
        columns.load_file("t", tmp_path / "b.xlsx")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"PK\x03\x04rest", "zip archive or an Excel workbook"),
        ("a.csv", b"PAR1rest", "a Parquet file"),
        ("a.csv", gzip.compress(b"a,b", mtime=0), "gzip"),
        ("a.txt", b"%PDF-1.7", "a PDF"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        ("a.xls", b"id,amount\n1,2\n", "neither a workbook"),
        ("a.parquet", b"id,amount\n1,2\n", "neither a workbook"),
        ("a.parquet", b"PK\x03\x04rest", "zip archive"),
        ("a.dat", b"id,amount\n1,2\n", "could be anything"),
    ],
)
def test_a_file_that_lies_about_its_kind(columns, tmp_path, name, content, says) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput) as caught:
        columns.load_file("t", tmp_path / name)
    assert says in caught.value.what
    assert caught.value.remedy


def test_the_kind_may_be_declared(columns, tmp_path) -> None:
    (tmp_path / "a.dat").write_bytes(b"id,amount\n1,2\n")
    assert columns.load_file("t", tmp_path / "a.dat", {"kind": "csv"}).rows == 1
