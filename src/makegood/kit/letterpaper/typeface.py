"""The embedded typeface, and which characters it can set."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Roboto"
FILES = {"": FONTS / "Roboto-Regular.ttf", "B": FONTS / "Roboto-Bold.ttf"}

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))


def printable_form(text: str) -> str:
    """Composed characters (NFC), invisible ones dropped, tabs as blanks: what the letter sets."""
    return unicodedata.normalize("NFC", text).translate(_INVISIBLE).replace("\t", " ").replace("\r\n", "\n")


def unprintable(text: str) -> set[str]:
    """The characters of the text a letter cannot show; empty when all is well."""
    return {char for char in printable_form(text) if char != "\n" and ord(char) not in _glyphs()}


@contextmanager
def typeface(pdf: FPDF) -> Iterator[FPDF]:
    """The document with the typeface added; the font files, which fpdf leaves open, are closed at the end."""
    from fpdf.fonts import TTFFont  # half a second, for those who print

    try:
        for style, path in FILES.items():
            pdf.add_font(FAMILY, style, path)
        yield pdf
    finally:
        for font in pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()


@cache
def _glyphs() -> frozenset[int]:
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

    with typeface(FPDF()) as pdf:
        known = [frozenset(font.cmap) for font in pdf.fonts.values() if isinstance(font, TTFFont)]
    return frozenset(code for code in frozenset.intersection(*known) if code >= 0x20 and not 0x7F <= code < 0xA0)
