"""Letters as PDF: the address where the window is (DIN 5008 form B, or a US number 10 envelope), fold marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from makegood.kit.errors import BadInput
from makegood.kit.letterpaper.flow import Line, break_lines, paginate
from makegood.kit.letterpaper.typeface import FAMILY, printable_form, typeface, unprintable

if TYPE_CHECKING:
    from fpdf import FPDF

Paper = Literal["A4", "Letter"]

MAX_ADDRESS_LINES = 6
_SMALLEST = 7.0


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `sender_lines` and `address_lines` from the name downwards, `text` as in `Words.text`,
    `reference` is what the customer can quote ("" for none)."""

    sender_lines: tuple[str, ...]
    address_lines: tuple[str, ...]
    date_text: str
    subject: str
    text: str
    reference: str = ""

    def all_text(self) -> str:
        """Every character the letter shows, for `unprintable`."""
        return "\n".join(
            (*self.sender_lines, *self.address_lines, self.date_text, self.subject, self.text, self.reference)
        )


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Millimetres from the top left corner of the paper."""

    width: float
    height: float
    window_x: float
    return_y: float
    address_y: float
    subject_y: float
    folds: tuple[float, ...]
    left: float = 25.0
    right: float = 20.0
    bottom: float = 25.0
    line: float = 5.2

    @property
    def measure(self) -> float:
        return self.width - self.left - self.right

    @property
    def foot(self) -> float:
        return self.height - self.bottom


_SHEETS: dict[Paper, _Sheet] = {
    "A4": _Sheet(210.0, 297.0, 25.0, 57.7, 62.7, 98.5, (105.0, 210.0)),
    "Letter": _Sheet(215.9, 279.4, 25.0, 51.0, 56.0, 98.5, (93.1, 186.3)),
}


def letter_pdf(
    letters: Sequence[Letter],
    *,
    created: datetime,
    paper: Paper = "A4",
    page_label: str = "Page {page} of {pages}",
) -> bytes:
    """All letters in one file, each on pages of its own. Equal input gives equal bytes.

    `created` (with a zone) is the file's creation date; the page label stands on letters of several pages. Raises
    `BadInput` for no letter at all, a character the typeface lacks (all are named), or an address that does not fit.
    """
    if not letters:
        raise _bad("There is no letter to print.", "Choose at least one.")
    for letter in letters:
        _check(letter, page_label)
    from fpdf import FPDF  # half a second, for those who print

    pdf = FPDF(unit="mm", format=paper)
    pdf.str_alias_nb_pages = ""  # a customer's own "{nb}" must stay as written
    pdf.set_creation_date(created)
    pdf.set_producer("Makegood")
    pdf.set_title(printable_form(letters[0].subject) if len(letters) == 1 else f"{len(letters)} letters")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    with typeface(pdf):
        for letter in letters:
            _Desk(pdf, _SHEETS[paper], letter).print(page_label)
        return bytes(pdf.output())


@dataclass
class _Desk:
    """One letter being set."""

    pdf: FPDF
    sheet: _Sheet
    letter: Letter

    def print(self, page_label: str) -> None:
        sheet = self.sheet
        subject = self._broken(self.letter.subject, "B")
        body = self._broken(self.letter.text, "")
        start = sheet.subject_y + (len(subject) + 1) * sheet.line
        capacity = (sheet.foot - start) / sheet.line, (sheet.foot - 35.0) / sheet.line
        pages = paginate(body, *capacity)
        for number, lines in enumerate(pages, start=1):
            self.pdf.add_page()
            self._fold_marks()
            if number == 1:
                self._head()
                self._lines(subject, sheet.subject_y, "B")
            self._lines(lines, start if number == 1 else 35.0, "")
            if len(pages) > 1:
                self._font(8)
                label = page_label.replace("{page}", str(number)).replace("{pages}", str(len(pages)))
                self._put(sheet.width - sheet.right - self.pdf.get_string_width(label), sheet.height - 15.0, label)

    def _head(self) -> None:
        sheet, letter = self.sheet, self.letter
        x = sheet.width - sheet.right - 65.0
        for index, line in enumerate(letter.sender_lines):
            self._fit(line, 65.0, 12 if index == 0 else 9, "B" if index == 0 else "")
            self._put(x, 15.0 + 5.0 * index, line)
        back = " · ".join(letter.sender_lines)
        self._fit(back, 80.0, 7, "", smallest=4.5)
        self._put(sheet.window_x, sheet.return_y, back)
        for index, line in enumerate(letter.address_lines):
            self._fit(line, 80.0, 11)
            self._put(sheet.window_x, sheet.address_y + 4.55 * index, line)
        for index, line in enumerate(filter(None, (letter.date_text, letter.reference))):
            self._fit(line, 65.0, 10)
            self._put(x, sheet.address_y + 5.0 * index, line)

    def _fold_marks(self) -> None:
        self.pdf.set_draw_color(150)
        self.pdf.set_line_width(0.1)
        for y in self.sheet.folds:
            self.pdf.line(5.0, y, 9.0, y)

    def _broken(self, text: str, style: str) -> list[Line]:
        self._font(11, style)
        return break_lines(printable_form(text), self.sheet.measure, self.pdf.get_string_width)

    def _lines(self, lines: Sequence[Line], y: float, style: str) -> None:
        self._font(11, style)
        for line in lines:
            if line.text:
                self._put(self.sheet.left + line.indent, y, line.text)
            y += line.height * self.sheet.line

    def _fit(self, line: str, width: float, size: float, style: str = "", *, smallest: float = _SMALLEST) -> None:
        """Sets the largest size, at most `size`, in which the line fits."""
        line = printable_form(line)
        self._font(size, style)
        natural = self.pdf.get_string_width(line)
        if natural > width:
            size = size * width / natural
            if size < smallest:
                raise _bad(f"The line '{line}' is too long for the letter.", "Shorten it or divide it into two lines.")
            self._font(size, style)

    def _font(self, size: float, style: str = "") -> None:
        self.pdf.set_font(FAMILY, style, size)

    def _put(self, x: float, y: float, text: str) -> None:
        if not text:  # no sender above the window: a cell without text has no width to measure
            return
        self.pdf.set_xy(x, y)
        self.pdf.cell(text=printable_form(text), h=self.sheet.line)


def _check(letter: Letter, page_label: str) -> None:
    missing = unprintable(letter.all_text() + page_label)
    if missing:
        named = ", ".join(
            f"{char if char.isprintable() else ''} (U+{ord(char):04X})".strip() for char in sorted(missing)
        )
        raise _bad(
            f"A letter holds characters that cannot be printed: {named}.",
            "Write the name in Latin, Greek or Cyrillic letters, or send this letter by hand.",
            code="unprintable",
        )
    if not letter.address_lines or len(letter.address_lines) > MAX_ADDRESS_LINES:
        count = len(letter.address_lines)
        raise _bad(f"An address has {count} lines; the window shows 1 to {MAX_ADDRESS_LINES}.", "Correct the address.")
    for line in (*letter.sender_lines, *letter.address_lines, letter.date_text, letter.reference):
        if "\n" in line:
            raise _bad(f"The line {line!r} holds a line break.", "Give each line on its own.")


def _bad(what: str, remedy: str, *, code: str = "bad-letter") -> BadInput:
    return BadInput(what, remedy=remedy, code=code)
