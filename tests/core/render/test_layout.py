"""Skeletons: laid out once, sanitised, values in their gaps; and every shape of plain text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from makegood.core.render import Unrenderable, compile_message
from makegood.core.render.layout import examine, fill_line, lay_out, safe_address
from makegood.core.render.templates import LINK, MARKS, SLOT
from makegood.kit.plugins import SEAM

A, B, TO = chr(SLOT), chr(SLOT + 1), chr(LINK + 2)

ALLOWED = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul", "html", "head", "title", "meta", "style", "body", "div",
}  # fmt: skip


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def text_of(markdown: str) -> str:
    return lay_out(markdown, "en").fill([])[0]


@pytest.mark.parametrize(
    ("markdown", "wanted"),
    [
        ("a\nb", "a b\n"),
        ("a  \nb", "a\nb\n"),
        ("a\n\nb", "a\n\nb\n"),
        ("# Head\ntext", "Head\n\ntext\n"),
        ("- a\n- b", "- a\n- b\n"),
        ("* a\n\n* b", "- a\n- b\n"),
        ("3. a\n4. b", "3. a\n4. b\n"),
        ("- a\n  - b\n    - c\n- d", "- a\n  - b\n    - c\n- d\n"),
        ("1. a\n   - b\n2. c", "1. a\n   - b\n2. c\n"),
        ("text\n\n- a\n\ntext", "text\n\n- a\n\ntext\n"),
        ("- a\n\n1. b", "- a\n\n1. b\n"),
        ("> a\n> b\n\nc", "> a b\n\nc\n"),
        ("> - a\n> - b", "> - a\n> - b\n"),
        ("-\n- b", "-\n- b\n"),
        ("```\nx = 1\n  y\n```", "x = 1\n  y\n"),
        ("    code", "code\n"),
        ("a\n\n***\n\nb", "a\n\n---\n\nb\n"),
        ("**a** _b_ `c` \\*d\\*", "a b c *d*\n"),
        ("[a](https://x.example)", "a (https://x.example)\n"),
        ("[a **b**](https://x.example) c", "a b (https://x.example) c\n"),
        ("<https://x.example>", "https://x.example\n"),
        ("<a@x.example>", "a@x.example\n"),
        ("[a@x.example](mailto:a@x.example)", "a@x.example\n"),
        ("| a | b |\n|---|---|\n| 1 | **2** |", "a | b\n1 | 2\n"),
        ("a &lt; b &amp; c", "a < b & c\n"),
        ("<b>a</b>", "<b>a</b>\n"),
        ("", "\n"),
    ],
)
def test_plain_text(markdown: str, wanted: str) -> None:
    assert text_of(markdown) == wanted


def test_values_stand_in_their_gaps() -> None:
    layout = lay_out(f"Dear **{A}**, see [{B}]({TO}). {A}", "en")
    text, parts = layout.fill(["<Ada>", "B&B", "https://x.example/?a&b"])
    page = SEAM.join(parts)
    assert text == "Dear <Ada>, see B&B (https://x.example/?a&b). <Ada>\n"
    assert "<strong>&lt;Ada&gt;</strong>" in page
    assert re.search('<a href="https://x[.]example/[?]a&amp;b" style="[^"]*">B&amp;B</a>', page)


def test_one_skeleton_is_laid_out_once() -> None:
    first = lay_out(f"Once only {A}", "en")
    assert lay_out(f"Once only {A}", "en") is first
    assert lay_out(f"Once only {A}", "de") is not first


def test_the_cache_is_bounded() -> None:
    size = lay_out.cache_info().maxsize
    assert size is not None
    for number in range(size + 50):
        lay_out(f"Skeleton {number}", "en")
    assert lay_out.cache_info().currsize == size


@pytest.mark.parametrize(
    ("skeleton", "code"),
    [
        (f"[x]({A})", "value-in-link"),
        (f"[x](https://x.example/{A})", "value-in-link"),
        (f"[x]({TO}x)", "value-in-link"),
        (f"<https://x.example/{A}>", "value-in-link"),
        (f'[x](https://x.example "{A}")', "value-lost"),
        (f"```{A}\nx\n```", "value-lost"),
        (f"[x]: https://x.example/{A}\n\ny", "value-lost"),
        ("![x](https://x.example/y.png)", "message-image"),
        (f"![{A}](https://x.example/y.png)", "message-image"),
    ],
)
def test_troubles(skeleton: str, code: str) -> None:
    assert code in [trouble.code for trouble in examine(skeleton, "en")[1]]
    with pytest.raises(Unrenderable):
        lay_out(skeleton, "en")


markdown = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=("Co", "Cs")), max_size=8),
        st.sampled_from([
            A, B, "**", "_", "`", "[", "](", ")", "](https://x.example)", "![", "\n", "\n\n", "- ", "1. ", "> ", "# ",
            "| ",
            "|---|", "```", "    ", "<b>", "<script>", "</div>", "<!--", "&lt;", "&#x3c;", "\\", "---", "===", "<https://",
            "javascript:alert(1)", '" onclick="', "[a]: ", "<a href=x>", TO, "](" + TO + ")",
        ]),
    ),
    max_size=25,
).map("".join)  # fmt: skip


@settings(max_examples=600)
@given(markdown)
@example(f"[{A}][{A}]\n\n[{A}]: {TO}")
@example(f"<b {A}>")
def test_whatever_the_author_writes_the_page_is_clean_and_no_value_is_lost(source: str) -> None:
    layout, troubles = examine(source, "en")
    if troubles:
        return
    wanted = set(re.findall(MARKS, source))
    values = ["VALUE-0", "VALUE-1", "https://firm.example/p"]
    text, parts = layout.fill(values)
    page = SEAM.join(parts)
    for mark in wanted:
        value = values[ord(mark) - (LINK if ord(mark) >= LINK else SLOT)]
        assert value in text
        assert value in page
    assert not re.search(MARKS, text + page)
    for tag, attributes in Tags(page).found:
        assert tag in ALLOWED
        assert not [name for name in attributes if name.startswith("on")]
        href = attributes.get("href")
        assert href is None or re.match("https?://|mailto:|tel:|$", href, re.IGNORECASE), href


@settings(max_examples=80)
@given(st.text(max_size=200))
@example("---\nsubject: x\n---\n{{")
@example("---\nsubject: x\n---\n{% for a in b %}")
@example("---\nsubject: '{% if %}'\n---\nx")
@example("---\nsubject: &a [*a]\n---\nx")
@example("---\n\n---\nx")
@example("---\n---\n")
@example("---\nsubject: 1998-07-02\n---\n{{ x | date: }}")
@example("---\nsubject: x\n---\n{{ x[y.z]['a'] }}{{ x.first }}{{ (1..3) }}")
def test_any_text_gives_a_message_or_findings_never_an_error(source: str) -> None:
    for text in (source, f"---\nsubject: x\n---\n{source}", f"---\n{source}\n---\nHi"):
        message, findings = compile_message(text, "m.md")
        assert (message is None) == any(finding.blocking for finding in findings)
        assert all(finding.remedy and finding.place for finding in findings)


@given(
    st.lists(
        st.sampled_from(["{{", "}}", "{%", "%}", " x ", "|", "if", "for", "endif", "in", "'", ".", "[", "]", "\n"])
    )
)
def test_scraps_of_liquid_give_findings_never_an_error(scraps: list[str]) -> None:
    message, findings = compile_message("---\nsubject: x\n---\nHi " + " ".join(scraps), "m.md")
    assert (message is None) == any(finding.blocking for finding in findings)


def test_a_subject_is_one_line_without_markdown() -> None:
    assert fill_line(f"  **For** {A}\n {B}", ["a  b", "*c*"]) == "**For** a b *c*"


@given(st.text(max_size=60))
def test_a_safe_address_is_ascii_without_quotes_or_blanks(tail: str) -> None:
    try:
        address = safe_address("https://firm.example/" + tail)
    except Unrenderable:
        return
    assert re.fullmatch(r"https://firm\.example/[!-~]*", address)
    assert not set(address) & set('"<>\\^`{|} ')
