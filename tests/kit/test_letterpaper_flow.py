"""Lines and pages counted by hand: with `len` as the measure a millimetre is a letter, and every result can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kit.letterpaper.flow import Line, break_lines, paginate, wrap
from makegood.kit.letterpaper.typeface import printable_form, unprintable

BLANK = Line("", height=0.6)


def texts(pages: list[list[Line]]) -> list[str]:
    return [" ".join(line.text for line in page) for page in pages]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, []),
        ("a", 5, ["a"]),
        ("aaaaa", 5, ["aaaaa"]),
        ("aaaaaa", 5, ["aaaaa", "a"]),
        ("aa aa", 5, ["aa aa"]),
        ("aa aaa", 5, ["aa", "aaa"]),
        ("a bbbbbbb c", 5, ["a", "bbbbb", "bb c"]),
        ("abc", 1, ["a", "b", "c"]),
        ("abc", 0, ["a", "b", "c"]),
        ("a  b", 5, ["a  b"]),
        ("a\u00a0b c", 3, ["a\u00a0b", "c"]),
    ],
)
def test_where_a_line_breaks(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width, len) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("\n\na\n\n", [Line("a")]),
        ("a\n\n\nb", [Line("a"), BLANK, BLANK, Line("b")]),
        ("a\n   \nb", [Line("a"), BLANK, Line("b")]),
        ("- a", [Line("• a")]),
        ("-a", [Line("-a")]),
        ("- ", [Line("• ")]),
        ("12. a", [Line("12. a")]),
        ("1998. a", [Line("1998. a")]),
        ("> a", [Line("> a")]),
        ("  - a", [Line("• a", 4)]),
        ("   a", [Line("a", 3)]),
        ("- aaaaaaaa bbb", [Line("• aaaaaaaa"), Line("bbb", 2)]),
        ("123. aaaaa b", [Line("123. aaaaa"), Line("b", 5)]),
        ("USD 5.00 - not 6", [Line("USD 5.00 -"), Line("not 6")]),
    ],
)
def test_what_a_line_of_a_message_becomes(text: str, lines: list[Line]) -> None:
    assert break_lines(text, 10, len) == lines


@given(st.integers(0, 200), st.sampled_from(["word", "- item", "3. item", "> said"]))
def test_text_moved_far_to_the_right_stays_on_the_paper(blanks: int, text: str) -> None:
    for line in break_lines("first\n" + " " * blanks + text, 40, len):
        assert line.indent + len(line.text) <= 40


@pytest.mark.parametrize(
    ("lines", "first", "later", "pages"),
    [
        ([], 3, 3, [""]),
        (["a", "b", "c"], 3, 3, ["a b c"]),
        (["a", "b", "c"], 2, 3, ["a b", "c"]),
        (["a", "b", "c", "d", "e"], 1, 2, ["a", "b c", "d e"]),
        (["a", "b"], 0, 2, ["", "a b"]),
        (["a", "b"], -4, 2, ["", "a b"]),
        (["a", "", "b"], 1.6, 3, ["a ", "b"]),
        (["a", "", "b"], 1, 3, ["a", "b"]),
        (["a", "b", ""], 2, 3, ["a b"]),
        (["a", "", "", "", "b"], 1, 3, ["a", "b"]),
        (["", "a"], 1, 3, ["a"]),
    ],
)
def test_which_page_a_line_is_on(lines: list[str], first: float, later: float, pages: list[str]) -> None:
    assert texts(paginate([Line(text) if text else BLANK for text in lines], first, later)) == pages


@pytest.mark.parametrize(
    ("written", "set_as"),
    [
        ("a\tb", "a b"),
        ("a\r\nb", "a\nb"),
        ("Zoe\u0308", "Zoë"),
        ("Donau\u00addampf", "Donaudampf"),
        ("a\u200bb\ufeff", "ab"),
        ("\u200eada\u200f", "ada"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_what_is_written_and_what_is_set(written: str, set_as: str) -> None:
    assert printable_form(written) == set_as
    assert unprintable(written) == set()


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Ada\n", set()),
        ("Łukasz Ελένη Иван €", set()),
        ("王 Ada 王", {"王"}),
        ("a\rb", {"\r"}),
        ("a\x07b\x00", {"\x07", "\x00"}),
        ("\x85", {"\x85"}),
        ("عمر", {"ع", "م", "ر"}),
        ("😀!", {"😀"}),
    ],
)
def test_which_characters_a_letter_cannot_show(text: str, missing: set[str]) -> None:
    assert unprintable(text) == missing
