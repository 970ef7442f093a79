"""The whole page of one message, byte for byte: a change of layout is a change of every digest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.core.render import Frame, Value, compile_message
from makegood.core.render.layout import opening
from makegood.core.render.page import closing_lines
from makegood.kit.money import Money
from makegood.kit.plugins import SEAM, Words

SOURCE = """---
subject: "{{ name }}, we charged you twice"
locale: en-GB
---
Dear {{ name }},

We took **{{ refund }}** too much.

- {{ day }}
- the shop at _Market Street_

[Your page]({{ link }})
"""
SHOP = Frame("Corner Shop & Sons Ltd", ("12 Market Street", "Leeds LS1 4DT"), "help@firm.example")
FACTS: dict[str, Value] = {
    "name": "Ada & Co",
    "refund": Money(1200, "GBP"),
    "day": date(1998, 7, 2),
    "link": "https://firm.example/p?a=1&b=2",
}

TEXT = """\
Dear Ada & Co,

We took £12.00 too much.

- 2 July 1998
- the shop at Market Street

Your page (https://firm.example/p?a=1&b=2)
"""
CLOSING = """
-- 
Corner Shop & Sons Ltd, 12 Market Street, Leeds LS1 4DT
Questions? Answer this e-mail, or write to help@firm.example.
"""  # noqa: W291 - a signature's mark ends in a blank
PAGE = Path(__file__).with_name("page.html")


def rendered(body: str = "", *, frame: Frame = SHOP, locale: str = "en-GB", front: str = "") -> Words:
    source = f"---\nsubject: x\n{front}---\n{body}" if body else SOURCE
    message, findings = compile_message(source, "messages/remedy.md")
    assert message is not None, findings
    return message.render(FACTS, locale=locale, frame=frame)


class Reader(HTMLParser):
    """What a person reads of a page, without what is hidden, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words, self.links, self._hidden, self._depth = "", list[str](), 0, 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in ("meta", "br", "hr"):
            return
        self._depth += 1
        if not self._hidden and (tag in ("style", "title") or "display:none" in (found.get("style") or "")):
            self._hidden = self._depth
        if tag == "a":
            self.links.append(found.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden == self._depth:
            self._hidden = 0
        self._depth -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += data + " "


def test_the_whole_message() -> None:
    words = rendered()
    assert words.subject == "x" or words.subject == "Ada & Co, we charged you twice"
    assert (words.text, words.closing, words.locale) == (TEXT, CLOSING, "en-GB")
    assert words.html == PAGE.read_text(encoding="utf-8")


def test_the_page_loads_nothing_and_tracks_nobody() -> None:
    page = rendered().html
    for forbidden in ("<img", "<script", "<link", "@import", "@font-face", "url(", "src=", "background=", "<v:"):
        assert forbidden not in page
    addresses = set(re.findall(r"https?://[^\s\"'<>]+", page))
    assert addresses == {"https://firm.example/p?a=1&amp;b=2", "http://www.w3.org/1999/xhtml"}


def test_page_and_plain_text_say_the_same() -> None:
    words = rendered()
    page = Reader(words.html)
    plain = re.sub(r" \(https?://[^)]*\)", "", words.text + words.closing)
    plain = re.sub("^(?:- |-- $)", "", plain, flags=re.MULTILINE)
    shown = re.sub(r"\s+([.,])", r"\1", " ".join(page.words.split()))
    assert shown == " ".join(f"{SHOP.brand} {plain}".split())
    assert page.links == ["https://firm.example/p?a=1&b=2", "mailto:help@firm.example"]


def test_another_run_of_the_program_makes_the_same_bytes() -> None:
    code = (
        "import sys\nfrom makegood.core.render.layout import examine\nfrom makegood.core.render.page import Frame\n"
        "parts = examine('# a\\n\\n> [b](https://c.example)\\n\\n|a|b|\\n|-|-|\\n|1|2|\\n\\n3. x\\n', 'de', "
        "Frame('A', ('B',), 'c@d.example'))[0]\nsys.stdout.write(repr(parts))"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(made) == 1


@pytest.mark.parametrize("body", ["[Your page]({{ link }})", "[Your **page**](https://x.example)", "> [x]({{ link }})"])
def test_a_link_alone_in_its_paragraph_is_a_button(body: str) -> None:
    page = rendered(f"Hello.\n\n{body}\n\nBye.").html
    (button,) = re.findall(r'<table class="button".*?</table>', page, re.DOTALL)
    assert button.count("<a ") == 1
    assert "color:#ffffff" in button
    assert page.index("Hello.") < page.index(button) < page.index("Bye.")


@pytest.mark.parametrize(
    "body",
    [
        "See [your page]({{ link }}).", "[a]({{ link }}) [b]({{ link }})", "[a]({{ link }})\n[b](https://x.example)",
        "- [a]({{ link }})", "[write](mailto:a@x.example)", "[call](tel:+441)", "# [a]({{ link }})",
    ],
)  # fmt: skip
def test_other_links_stay_links(body: str) -> None:
    page = rendered(f"Hello.\n\n{body}\n").html
    assert 'class="button"' not in page
    assert '<a href="' in page


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Dear Ada,\n\nWe charged you twice. We are sorry.", "We charged you twice. We are sorry."),
        ("Guten Tag Ada!\n\nDas war unser Fehler.", "Das war unser Fehler."),
        ("We charged you twice.\n\nMore.", "We charged you twice."),
        ("See [x] (https://x.example/y) now.", "See [x] now."),
        ("Write to us (help@x.example) now.", "Write to us now."),
        ("A" * 100 + ". " + "B" * 60 + ".", "A" * 100 + "."),
        ("word " * 60, ("word " * 36)[:180].rpartition(" ")[0] + " …"),
        ("", ""),
        ("Dear Ada,", ""),
    ],
)
def test_what_is_shown_beside_the_subject(text: str, wanted: str) -> None:
    assert opening(text) == wanted


def test_the_line_beside_the_subject_is_hidden_on_the_page_and_holds_the_customers_own_values() -> None:
    page = rendered().html
    assert f'overflow:hidden;">{SEAM}We took £12.00 too much.{SEAM}</div>' in page


@pytest.mark.parametrize(
    ("frame", "wanted"),
    [
        (Frame(), []),
        (Frame("Shop Ltd"), []),
        (Frame("Shop Ltd", ("1 Road", "", "Town")), ["Shop Ltd, 1 Road, Town"]),
        (Frame("Shop Ltd", (), "no-reply@x.example"), []),
        (Frame("Shop Ltd", (), "a@x.example"), ["Questions? Answer this e-mail, or write to a@x.example."]),
    ],
)
def test_nothing_stands_there_that_is_not_known(frame: Frame, wanted: list[str]) -> None:
    assert closing_lines(frame, "en") == wanted
    assert ("border-top" in rendered("Hi.", frame=frame).html) == bool(wanted)
    assert ("border-bottom" in rendered("Hi.", frame=frame).html) == bool(frame.brand)


def test_how_to_reach_a_person_is_said_in_the_language_of_the_words() -> None:
    assert closing_lines(SHOP, "de-AT")[1] == (
        "Fragen? Eine Antwort auf diese E-Mail genügt, oder eine Nachricht an help@firm.example."
    )
    assert closing_lines(SHOP, "fi")[1] == "help@firm.example"


def test_the_address_of_the_message_goes_before_the_brands() -> None:
    words = rendered("Hi.", front="sender_name: Ana Ruiz, Shop Ltd\nreply_to: ana@firm.example\n")
    assert (words.sender_name, words.reply_to) == ("Ana Ruiz, Shop Ltd", "ana@firm.example")
    assert Reader(words.html).links == ["mailto:ana@firm.example"]
    assert "help@firm.example" not in words.html + words.closing


@given(st.text(st.characters(exclude_categories=("Cs", "Co", "Cc")), min_size=1, max_size=40))
def test_whatever_a_brand_is_called_is_text(name: str) -> None:
    name = f"{name}@closing@<b>&"
    page = rendered("Hi.", frame=Frame(name, (name,), "a@x.example")).html
    reader = Reader(page)
    assert " ".join(name.split()) in " ".join(reader.words.split())
    assert reader.links == ["mailto:a@x.example"]
    assert "<b>" not in page


def test_night_has_a_colour_for_every_colour_of_the_day() -> None:
    night = rendered().html.split("prefers-color-scheme: dark", 1)[1].split("</style>", 1)[0]
    for part in ("body, .page", ".page p", ".page a", ".page .faint", ".page .button a", ".page blockquote"):
        assert part in night
    assert night.count("!important") >= 7
