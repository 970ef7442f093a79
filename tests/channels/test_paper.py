"""Letters before they are stored: what can be printed, what cannot, and a list of addresses no spreadsheet computes."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest

from makegood.channels.letter import Letter
from makegood.channels.paper import page, trimmed, why_not
from makegood.kit.errors import BadInput
from makegood.kit.letterpaper import Letter as Page
from makegood.kit.letterpaper import address_list_csv, letter_pdf
from makegood.kit.plugins import ProviderError, Surroundings, Words
from makegood.testing.contract import made_up

WRITTEN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def stored(
    lines: str = "Ana Peña\nRoad 1\nTown", *, sender: str = "The Shop\nMain Street 1", text: str = "Dear Ana,"
) -> Page:
    return page(sender, lines, "Our mistake", text, "en", reference="m-1", written=WRITTEN)


def pdf(*letters: Page, paper: Any = "A4") -> str:
    reader = pypdf.PdfReader(io.BytesIO(letter_pdf(letters, created=WRITTEN, paper=paper)))
    return "\n".join(one.extract_text() for one in reader.pages)


def refused(envelope: Any, letterhead: str = "The Shop\nMain Street 1") -> ProviderError | None:
    """What the plug-in says before it stores anything; no database is asked for it."""

    async def no_database() -> Any:
        raise AssertionError("not asked")

    plugin = Letter(Surroundings({"letterhead": letterhead}, no_database), None)
    return plugin.refusal(envelope)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("sender", ["", " \n\t\n "])
def test_a_letter_without_a_sender_still_prints(sender: str, paper: str) -> None:
    """Letters of before there was a letterhead: they are in the table and must not stop a batch."""
    said = pdf(stored(sender=sender), stored(), paper=paper)
    assert said.count("Ana Peña") == 2
    assert said.count("Main Street 1") == 2, "once as the head, once above the window, of the second letter only"


def test_a_letter_of_nothing_but_an_address_prints() -> None:
    bare = Page((), ("Ana",), "", "", "")
    assert "Ana" in pdf(bare)


@pytest.mark.parametrize("letterhead", ["", "  \n "])
def test_a_new_letter_without_a_sender_waits_for_a_letterhead(letterhead: str) -> None:
    no = refused(made_up(Letter), letterhead)
    assert no is not None
    assert (no.permanent, no.code) == (False, "no-letterhead"), "it goes on once somebody gives one"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"words": None}, "no-words"),
        ({"destination": {}}, "no-address"),
        ({"destination": {"post": "\n \n", "name": "Ana"}}, "no-address"),
        ({"destination": {"post": "Road 1", "name": "王小明"}}, "unprintable"),
        ({"destination": {"post": "Road 1 \U0001f600", "name": "Ana"}}, "unprintable"),
        ({"words": Words("Subject", "a\x07bell", "", "d" * 64)}, "unprintable"),
        ({"words": Words("שלום", "text", "", "d" * 64)}, "unprintable"),
        ({"destination": {"post": "1\n2\n3\n4\n5\n6", "name": "Ana"}}, "address-too-long"),
    ],
)
def test_what_can_never_be_printed_is_a_permanent_no(changes: dict[str, Any], code: str) -> None:
    no = refused(made_up(Letter, **changes))
    assert no is not None
    assert (no.permanent, no.code) == (True, code)
    assert no.words.endswith(".")
    assert "Ana" not in no.words and "Road" not in no.words, "an answer is kept for ever: no name, no address"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Łukasz Żak", "Straße, œuvre, naïve, €"),
        ("Nguyễn Văn Đức", "curly “quotes” – dashes — …"),
        ("Γιώργος", "Дмитрий"),
        ("Zero\u200bWidth", "soft\u00adhyphen and\ttab"),
        ("A\u030angstro\u0308m", "NFD is composed"),
    ],
)
def test_what_can_be_printed_is_not_refused(name: str, text: str) -> None:
    envelope = made_up(Letter, destination={"name": name, "post": "Road 1\nTown"}, words=Words("S", text, "", "d" * 64))
    assert refused(envelope) is None
    assert pdf(stored(f"{name}\nRoad 1", text=text))


def test_at_most_five_characters_are_named_by_their_codes() -> None:
    no = why_not(stored(text="一二三四五六七"))
    assert no is not None
    assert no.words.count("U+") == 5
    assert "U+4E00" in no.words


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["  Ana   Peña ", "", " \t", "Road\u00a01"], ("Ana Peña", "Road 1")),
        ([], ()),
        (["\n"], ()),
        (["a\nb"], ("a b",)),
    ],
)
def test_lines_are_trimmed(lines: list[str], kept: tuple[str, ...]) -> None:
    assert trimmed(lines) == kept


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "March 2, 2026"),
        ("en-GB", "2 March 2026"),
        ("de", "2. März 2026"),
        ("es_ES", "2 de marzo de 2026"),
        ("xx", "March 2, 2026"),
        ("", "March 2, 2026"),
        ("not a locale", "March 2, 2026"),
    ],
)
def test_the_date_is_in_the_words_language_or_else_english(locale: str, said: str) -> None:
    written = page("S", "A", "subject", "text", locale, reference="", written=WRITTEN)
    assert written.date_text == said


def cells(*letters: Page) -> list[list[str]]:
    raw = address_list_csv(letters)
    assert raw.startswith(b"\xef\xbb\xbf"), "Excel reads names right only with the mark"
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "evil",
    [
        '=HYPERLINK("http://x.example","y")',
        "=1+1",
        "+44 1632 960000",
        "-2+3",
        "@SUM(A1:A9)",
        "  =1+1",
        "\u00a0=1+1",
        "＝1+1",
        "＠x",
        "\t=1+1",
        "\r=1",
    ],
)
def test_no_cell_of_the_address_list_is_a_formula(evil: str) -> None:
    for letter in (
        Page(("S",), (evil, "Road 1"), "", "s", "t"),
        Page(("S",), ("Ana", evil), "", "s", "t"),
        Page(("S",), ("Ana",), "", "s", "t", reference=evil),
    ):
        _, row = cells(letter)
        assert not [
            cell for cell in row if cell.strip(" \u00a0").startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＠"))
        ]
        assert f"'{evil}" in row, "the apostrophe is all that is added: nothing of a name is lost"


def test_the_address_list_has_one_line_a_letter_whatever_a_name_holds() -> None:
    rows = cells(
        stored('Ana "Anita" Peña, Dr.\nRoad; 1\nTown'), stored("Łukasz\nA\nB\nC\nD\nE"), stored("O'Brien\n12-14 Road")
    )
    assert rows[0] == ["number", "reference", *(f"line_{n}" for n in range(1, 7))]
    assert rows[1] == ["1", "m-1", 'Ana "Anita" Peña, Dr.', "Road; 1", "Town", "", "", ""]
    assert rows[2] == ["2", "m-1", "Łukasz", "A", "B", "C", "D", "E"]
    assert rows[3][2:4] == ["O'Brien", "12-14 Road"], "a hyphen or an apostrophe inside is no formula"
    assert {len(row) for row in rows} == {8}
    assert cells() == [rows[0]]


def test_one_bad_letter_names_itself_when_printed_by_hand() -> None:
    with pytest.raises(BadInput) as no:
        letter_pdf([stored(), stored("王\nRoad")], created=WRITTEN)
    assert (no.value.code, "U+738B" in no.value.what) == ("unprintable", True)
    for bad in (
        Page(("S",), (), "", "s", "t"),
        Page(("S",), ("x",) * 7, "", "s", "t"),
        Page(("S",), ("a\nb",), "", "s", "t"),
    ):
        with pytest.raises(BadInput):
            letter_pdf([bad], created=WRITTEN)
    with pytest.raises(BadInput):
        letter_pdf([], created=WRITTEN)
    assert letter_pdf([stored()], created=WRITTEN) == letter_pdf([stored()], created=WRITTEN)
