"""What a file is, by its first bytes as well as by its name: a .csv that is a workbook is refused by name."""

from __future__ import annotations

from pathlib import Path

from makegood.kit.columns.options import FileOptions
from makegood.kit.errors import BadInput, Place

_BY_SUFFIX = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".tab"), "csv"),
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), "excel"),
}
_BY_MAGIC = (
    (b"PK\x03\x04", "excel", "a zip archive or an Excel workbook"),
    (b"PK\x05\x06", "", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "excel", "an old Excel workbook or a password-protected one"),
    (b"PAR1", "parquet", "a Parquet file"),
    (b"\x1f\x8b", "", "gzip-compressed"),
    (b"\x28\xb5\x2f\xfd", "", "zstd-compressed"),
    (b"%PDF", "", "a PDF"),
    (b"SQLite format 3\x00", "", "an SQLite database"),
)
_CALLED = {"csv": "a text file", "parquet": "a Parquet file", "excel": "a workbook"}


def kind_of(path: Path, options: FileOptions) -> str:
    """csv, parquet or excel; raises BadInput when name and content contradict each other."""
    place = Place(str(path))
    kind = options.kind or _BY_SUFFIX.get(path.suffix.lower())
    if kind is None:
        raise BadInput(
            f"A file named “{path.name}” could be anything.",
            place=place,
            remedy="Declare its kind: csv, parquet or excel.",
            code="file-kind-unknown",
        )
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        remedy = "Export it again, and look at it before loading."
        raise BadInput("The file is empty.", place=place, remedy=remedy, code="file-empty")
    for magic, found, called in _BY_MAGIC:
        if head.startswith(magic):
            if found != kind:
                raise _lies(kind, found, called, place)
            return kind
    if kind != "csv":
        raise _lies(kind, "csv" if head.isascii() else "", "neither a workbook nor a Parquet file", place)
    return kind


def _lies(kind: str, found: str, called: str, place: Place) -> BadInput:
    remedy = f"Declare kind: {found}, or give the file its true name." if found else "Unpack or export it as CSV first."
    what = f"This should be {_CALLED[kind]}, but it is {called}."
    return BadInput(what, place=place, remedy=remedy, code="file-kind-wrong")
