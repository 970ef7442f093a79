"""Letters, read back from the PDF: what stands where, what is refused, equal bytes for equal letters."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from makegood.kit.errors import BadInput
from makegood.kit.letterpaper import Letter, address_list_csv, letter_pdf, unprintable
from makegood.kit.letterpaper.flow import Line, break_lines, paginate, wrap

WHEN = datetime(1998, 7, 2, 13, 0, tzinfo=UTC)
POINTS = 72 / 25.4

LETTER = Letter(
    sender_lines=("Corner Shop", "5 Market Street", "Boston MA 02110"),
    address_lines=("Ada Lovelace", "12 St James's Square", "London SW1Y 4JH", "UNITED KINGDOM"),
    date_text="2 July 1998",
    subject="We charged you twice",
    text="Dear Ada,\n\nWe took $12.00 too much.\n\n- first\n- second\n\nAda's shop\n",
    reference="Ref. MG-1",
)
LONG = replace(LETTER, text="A paragraph of some length that goes on. " * 20 + "\n\n" + "And on it goes. \n\n" * 60)


def pages(raw: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages]


def placed(raw: bytes, page: int = 0) -> dict[str, tuple[float, float]]:
    """Each text with its place in millimetres from the top left corner."""
    found: dict[str, tuple[float, float]] = {}
    sheet = PdfReader(io.BytesIO(raw)).pages[page]
    height = float(sheet.mediabox.height)

    def visit(text: str, _cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        if text.strip():
            found[text.strip()] = (tm[4] / POINTS, (height - tm[5]) / POINTS)

    sheet.extract_text(visitor_text=visit)
    return found


def test_a_short_letter_is_one_page_without_a_page_number() -> None:
    (text,) = pages(letter_pdf([LETTER], created=WHEN))
    for line in (*LETTER.sender_lines, *LETTER.address_lines, "2 July 1998", "Ref. MG-1", "We charged you twice"):
        assert line in text
    assert "• first\n• second" in text
    assert "Page 1" not in text


def test_the_address_stands_in_the_window_of_form_b() -> None:
    where = placed(letter_pdf([LETTER], created=WHEN))
    for line in LETTER.address_lines:
        x, y = where[line]
        assert 20 <= x <= 105, line
        assert 62.7 <= y <= 90, line
    assert where["We charged you twice"][1] > 98
    back = next(place for text, place in where.items() if text.startswith("Corner Shop ·"))
    assert 45 <= back[1] <= 62.7


def test_six_address_lines_stay_inside_the_window() -> None:
    lines = tuple(f"line {n}" for n in range(6))
    where = placed(letter_pdf([replace(LETTER, address_lines=lines)], created=WHEN))
    assert max(where[line][1] for line in lines) <= 90


def test_paper_sizes() -> None:
    a4 = PdfReader(io.BytesIO(letter_pdf([LETTER], created=WHEN))).pages[0].mediabox
    us = PdfReader(io.BytesIO(letter_pdf([LETTER], created=WHEN, paper="Letter"))).pages[0].mediabox
    assert (round(float(a4.width)), round(float(a4.height))) == (595, 842)
    assert (round(float(us.width)), round(float(us.height))) == (612, 792)


def test_a_long_letter_says_which_page_of_how_many_and_the_next_letter_counts_anew() -> None:
    texts = pages(letter_pdf([LONG, LETTER, LONG], created=WHEN))
    count = (len(texts) - 1) // 2
    assert count >= 2
    wanted = [f"Page {n} of {count}" for n in range(1, count + 1)]
    for text, label in zip(texts, [*wanted, None, *wanted], strict=True):
        assert (label in text) if label else ("Page" not in text)
    assert sum(text.count("And on it goes.") for text in texts) == 120, "no line is lost between pages"


def test_the_page_label_can_be_another_language() -> None:
    texts = pages(letter_pdf([LONG], created=WHEN, page_label="Seite {page} von {pages}"))
    assert f"Seite 1 von {len(texts)}" in texts[0]


def test_equal_letters_give_equal_bytes() -> None:
    assert letter_pdf([LETTER, LONG], created=WHEN) == letter_pdf([LETTER, LONG], created=WHEN)
    assert PdfReader(io.BytesIO(letter_pdf([LETTER], created=WHEN))).metadata.creation_date == WHEN


@pytest.mark.parametrize("name", ["Łukasz Żółć", "Ñandú Peña", "Ελένη Παπαδοπούλου", "Дмитрий Щербаков", "Nguyễn Thị"])
def test_names_of_many_alphabets_are_printed(name: str) -> None:
    assert unprintable(name) == set()
    (text,) = pages(letter_pdf([replace(LETTER, address_lines=(name, "Street 1"))], created=WHEN))
    assert name in text


def test_a_decomposed_name_is_printed_composed() -> None:
    (text,) = pages(letter_pdf([replace(LETTER, address_lines=("Rene\u0301", "Street 1"))], created=WHEN))
    assert "René" in text
    assert unprintable("Rene\u0301\u200b") == set()


def test_what_has_no_glyph_is_named_and_never_replaced() -> None:
    assert unprintable("王 and 😀 and א, Ada\x07\n") == {"王", "😀", "א", "\x07"}
    with pytest.raises(BadInput, match=r"王 \(U\+738B\)") as refused:
        letter_pdf([replace(LETTER, address_lines=("王小明", "Street 1"))], created=WHEN)
    assert refused.value.code == "unprintable"


@pytest.mark.parametrize("field", ["sender_lines", "address_lines", "date_text", "subject", "text", "reference"])
def test_every_field_is_looked_at_for_missing_glyphs(field: str) -> None:
    value = ("王",) if field.endswith("lines") else "王"
    with pytest.raises(BadInput, match="U\\+738B"):
        letter_pdf([replace(LETTER, **{field: value})], created=WHEN)  # type: ignore[arg-type]


def test_the_alias_for_the_number_of_pages_is_plain_text() -> None:
    (text,) = pages(letter_pdf([replace(LETTER, text="a {nb} b **c** __d__\n")], created=WHEN))
    assert "a {nb} b **c** __d__" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"address_lines": ()}, "0 lines"),
        ({"address_lines": tuple("1234567")}, "7 lines"),
        ({"address_lines": ("x" * 120,)}, "too long"),
        ({"address_lines": ("a\nb",)}, "line break"),
    ],
)
def test_an_address_that_does_not_fit_is_refused(change: dict[str, tuple[str, ...]], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        letter_pdf([replace(LETTER, **change)], created=WHEN)  # type: ignore[arg-type]


def test_no_letter_is_refused() -> None:
    with pytest.raises(BadInput, match="no letter"):
        letter_pdf([], created=WHEN)


def test_a_long_name_is_set_smaller_instead_of_cut() -> None:
    name = "Donaudampfschifffahrtsgesellschaft Wien"
    (text,) = pages(letter_pdf([replace(LETTER, address_lines=(name, "Street 1"))], created=WHEN))
    assert name in text


def test_wrap_breaks_at_blanks_and_cuts_only_words_wider_than_a_line() -> None:
    assert wrap("aa bb cc", 5, len) == ["aa bb", "cc"]
    assert wrap("abcdefgh ij", 5, len) == ["abcde", "fgh", "ij"]
    assert wrap("", 5, len) == []


@settings(max_examples=80)
@given(st.lists(st.text("abc", min_size=1, max_size=12), max_size=20), st.integers(2, 15))
def test_wrap_loses_nothing_and_fits(words: list[str], width: int) -> None:
    lines = wrap(" ".join(words), width, len)
    assert "".join(lines).replace(" ", "") == "".join(words)
    assert all(len(line) <= width for line in lines)


def test_list_items_hang_under_their_first_line() -> None:
    lines = break_lines("- aaa bbb\n10. ccc ddd\n\nEnd", 7, len)
    assert lines == [
        Line("• aaa", 0),
        Line("bbb", 2),
        Line("10. ccc", 0),
        Line("ddd", 4),
        Line("", height=0.6),
        Line("End", 0),
    ]


@given(st.lists(st.booleans(), max_size=60), st.integers(2, 10), st.integers(2, 10))
def test_pages_keep_every_line_and_their_height(written: list[bool], first: int, later: int) -> None:
    lines = [Line(f"l{n}") if one else Line("", height=0.6) for n, one in enumerate(written)]
    made = paginate(lines, first, later)
    assert [line.text for page in made for line in page if line.text] == [line.text for line in lines if line.text]
    for number, page in enumerate(made):
        assert sum(line.height for line in page) <= (first if number == 0 else later) + 1e-9
        assert number == 0 or page[0].text


def test_the_address_list_has_a_line_a_letter_and_no_formula() -> None:
    evil = replace(
        LETTER, address_lines=("=HYPERLINK(1)", "+1", "-1", "@x", "  =2", 'a "quoted", name'), reference="=1"
    )
    raw = address_list_csv([LETTER, evil])
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["number", "reference", "line_1", "line_2", "line_3", "line_4", "line_5", "line_6"]
    assert rows[1] == ["1", "Ref. MG-1", *LETTER.address_lines, "", ""]
    assert rows[2] == ["2", "'=1", "'=HYPERLINK(1)", "'+1", "'-1", "'@x", "'  =2", 'a "quoted", name']
    assert raw.count(b"\r\n") == 3


@given(st.text(max_size=30))
def test_no_cell_begins_as_a_formula(cell: str) -> None:
    raw = address_list_csv([replace(LETTER, address_lines=(cell,), reference="")])
    row = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))[1]
    assert not row[2].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert row[2] in (cell, f"'{cell}")
