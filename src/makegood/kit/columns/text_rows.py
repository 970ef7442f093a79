"""CSV and other separated text, read strictly: every record is either cells or a rejection with its line.

Python's reader stands before DuckDB's on purpose: it knows the line each record starts on, never guesses, and an
upload reaches DuckDB only in one clean form.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

from makegood.kit.columns.options import FileOptions
from makegood.kit.columns.rows import EXCERPT, MAX_FIELD, Rejected, Rows, header_names
from makegood.kit.errors import BadInput, Place

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_NO_DELIMITER = "\x1f"
_SAMPLE_LINES = 500
_HEAD = 64  # bytes that tell an encoding, an even number


class _Reader(Protocol):
    """What csv.reader returns; the module has no public name for it."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


def open_text(path: Path, options: FileOptions) -> Rows:
    """The rows of a text file; raises BadInput for what makes the file as a whole unreadable."""
    encoding = _encoding(path, options.encoding)
    lines = _lines(path, encoding)
    skipped = sum(1 for _ in islice(lines, options.skip))
    sample = list(islice(lines, _SAMPLE_LINES))
    if not any(line.strip() for line in sample):
        raise _no_line(path)
    delimiter = _delimiter(sample, path, options)
    # An empty quote character switches quoting off: a lone " is then text like any other.
    csv.field_size_limit(MAX_FIELD)
    reader = _reader(chain(sample, lines), delimiter, options.quote, strict=True)
    records = _records(reader, skipped, path)
    for record in records:
        if isinstance(record, Rejected):
            place = Place(str(path), record.line)
            raise BadInput(record.reason, place=place, remedy="Correct the first line.", code="header-unreadable")
        line, first = record
        header = header_names(first, options, Place(str(path), line))
        rest = records if options.header is not False else chain([record], records)
        return Rows(header, _same_width(rest, len(header), delimiter))
    raise _no_line(path)


def _no_line(path: Path) -> BadInput:
    return BadInput("The file holds no line.", place=Place(str(path)), remedy="Export it again.", code="file-empty")


def _records(reader: _Reader, skipped: int, path: Path) -> Iterator[tuple[int, Sequence[str]] | Rejected]:
    while True:
        line = skipped + reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # The reader starts afresh on the next line; only a quote that swallows further lines would hide rows.
            if "unexpected end" in str(error) or "field limit" in str(error):
                raise BadInput(
                    f"A field that starts on this line is longer than {MAX_FIELD:,} characters or never ends.",
                    place=Place(str(path), line),
                    remedy='Look for a " that is opened and not closed, or declare quote: "" if quotes are plain text.',
                    code="field-endless",
                ) from error
            yield Rejected(line, "Text follows a closing quote, or a quote is doubled wrongly.", "")
            continue
        if record:
            yield line, record


def _same_width(
    records: Iterator[tuple[int, Sequence[str]] | Rejected], width: int, delimiter: str
) -> Iterator[tuple[int, Sequence[str]] | Rejected]:
    for record in records:
        if isinstance(record, Rejected) or len(record[1]) == width:
            yield record
            continue
        line, cells = record
        reason = f"The line has {len(cells)} fields, but the header has {width}."
        yield Rejected(line, reason, delimiter.join(cells)[:EXCERPT])


def _reader(lines: Iterable[str], delimiter: str, quote: str, *, strict: bool) -> _Reader:
    if quote:
        return csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=strict)
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE, strict=strict)


def _lines(path: Path, encoding: str) -> Iterator[str]:
    number = 0
    with path.open("r", encoding=encoding, newline="") as text:
        while True:
            try:
                line = text.readline(MAX_FIELD)
            except UnicodeError as error:
                raise _not_decodable(path, encoding, number) from error
            if not line:
                return
            number += 1
            if len(line) == MAX_FIELD or "\0" in line:
                long = len(line) == MAX_FIELD
                what = f"The line is longer than {MAX_FIELD:,} characters." if long else "The line holds a NUL byte."
                remedy = (
                    "See that this is a text file with line ends; a UTF-16 file must be declared: encoding: utf-16."
                )
                code = "line-too-long" if long else "nul-byte"
                raise BadInput(what, place=Place(str(path), number), remedy=remedy, code=code)
            yield line


def _encoding(path: Path, declared: str | None) -> str:
    if declared:
        try:
            known = codecs.lookup(declared)
        except LookupError:
            known = None
        # rot13 and its like are codecs too, but turn no bytes into text.
        if known is None or not known._is_text_encoding:
            remedy = "Use for example utf-8, windows-1252, iso-8859-1 or utf-16."
            what = f"There is no encoding “{declared}”."
            raise BadInput(what, place=Place(str(path)), remedy=remedy, code="encoding-unknown")
        return "utf-8-sig" if known.name == "utf-8" else known.name
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return next((name for bom, name in _BOMS if head.startswith(bom)), _without_mark(head) or "utf-8")


def _without_mark(head: bytes) -> str:
    """UTF-16 that does not say so: no text of one byte a letter has zeros, and here each second byte is one."""
    for name, zeros, letters in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if len(zeros) > 1 and zeros.count(0) * 10 >= len(zeros) * 9 and 0 not in letters:
            return name
    return ""


def _not_decodable(path: Path, encoding: str, lines_read: int) -> BadInput:
    place = Place(str(path), lines_read + 1)
    if encoding in ("utf-8", "utf-8-sig"):
        # The decoder works ahead in blocks; the line itself is found by a second look.
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                try:
                    raw.decode("utf-8")
                except UnicodeDecodeError as error:
                    column = len(raw[: error.start].decode("utf-8")) + 1
                    place = Place(str(path), number, column)
                    break
    remedy = "Name the encoding of the file, for example encoding: windows-1252."
    what = f"The file is not in {encoding.removesuffix('-sig').upper()}."
    return BadInput(what, place=place, remedy=remedy, code="encoding-wrong")


def _delimiter(sample: list[str], path: Path, options: FileOptions) -> str:
    if options.delimiter is not None:
        return options.delimiter or _NO_DELIMITER
    perfect: list[str] = []
    best, best_share, seen = _NO_DELIMITER, 0.5, False
    for delimiter in _DELIMITERS:
        widths = [len(record) for record in _tried(sample, delimiter, options.quote) if record]
        if not widths or widths[0] < 2:
            continue
        seen = True
        share = widths.count(widths[0]) / len(widths)
        if share == 1:
            perfect.append(delimiter)
        if share > best_share:
            best, best_share = delimiter, share
    if len(perfect) > 1:
        could = " or ".join(_DELIMITERS[delimiter] for delimiter in perfect)
        remedy = "Declare it, for example delimiter: ';'."
        what = f"The columns could be separated by {could}."
        raise BadInput(what, place=Place(str(path), 1), remedy=remedy, code="delimiter-unclear")
    if seen and best == _NO_DELIMITER:
        what = "Most lines do not have as many columns as the first one."
        remedy = "Declare the delimiter, or delimiter: '' if each line is one column."
        raise BadInput(what, place=Place(str(path), 1), remedy=remedy, code="delimiter-wrong")
    return best


def _tried(sample: list[str], delimiter: str, quote: str) -> list[list[str]]:
    try:
        return list(_reader(sample, delimiter, quote, strict=False))
    except csv.Error:
        return []
