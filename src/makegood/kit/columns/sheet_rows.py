"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) as rows of text; values only, never formulas or macros."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, WorksheetNotFound

from makegood.kit.columns.options import FileOptions
from makegood.kit.columns.rows import Rejected, Rows, header_names
from makegood.kit.errors import BadInput, Place

_MAX_UNPACKED = 2_000_000_000

Cell = int | float | str | bool | dt.date | dt.time | dt.timedelta


def open_sheet(path: Path, options: FileOptions) -> Rows:
    """The rows of one sheet (the first, unless named); lines are the row numbers the spreadsheet shows."""
    place = Place(str(path))
    sheet = _sheet(path, options, place)
    numbered = ((at, row) for at, row in _numbered(sheet) if at > options.skip)
    for line, first in numbered:
        header = header_names(first, options, Place(str(path), line))
        return Rows(header, _cells(numbered, (line, first) if options.header is False else None))
    what = f"The sheet “{sheet.name}” is empty."
    raise BadInput(what, place=place, remedy="Name the sheet that holds the rows.", code="sheet-empty")


def _cells(
    numbered: Iterator[tuple[int, list[str]]], first: tuple[int, list[str]] | None
) -> Iterator[tuple[int, Sequence[str]] | Rejected]:
    if first is not None:
        yield first
    yield from numbered


def _sheet(path: Path, options: FileOptions, place: Place) -> CalamineSheet:
    _refuse_bomb(path, place)
    try:
        book = CalamineWorkbook.from_path(str(path))
        name = options.sheet or book.sheet_names[0]
        return book.get_sheet_by_name(name)
    except PasswordError as error:
        what = "The workbook is protected by a password."
        raise BadInput(what, place=place, remedy="Save a copy without the password.", code="workbook-locked") from error
    except WorksheetNotFound as error:
        remedy = f"The sheets are: {', '.join(book.sheet_names)}."
        what = f"There is no sheet “{options.sheet}”."
        raise BadInput(what, place=place, remedy=remedy, code="sheet-missing") from error
    except (CalamineError, IndexError) as error:
        what = "The workbook cannot be read; it is damaged or not a workbook at all."
        remedy = "Open it in a spreadsheet and save it again."
        raise BadInput(what, place=place, remedy=remedy, code="workbook-damaged") from error


def _refuse_bomb(path: Path, place: Place) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > _MAX_UNPACKED:
        what = f"Unpacked, the workbook would take {unpacked // 1_000_000:,} MB."
        raise BadInput(what, place=place, remedy="Export the sheet as CSV.", code="workbook-too-large")


def _numbered(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank with the number the spreadsheet shows for it."""
    for at, row in enumerate(sheet.iter_rows(), 1):
        cells = [as_text(cell) for cell in row]
        if any(cells):
            yield at, cells


def as_text(cell: Cell) -> str:
    """The text of a cell: whole numbers without a point, other numbers to the 15 digits a workbook keeps."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float():
            return format(Decimal(format(cell, ".15g")).normalize() + 0, "f")  # + 0: a sheet can hold -0
        case dt.datetime():
            return cell.isoformat(sep=" ")
        case dt.date() | dt.time():
            return cell.isoformat()
    return str(cell)
