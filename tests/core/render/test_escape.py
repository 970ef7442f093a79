"""Whatever a value holds, it is text: the same marks, links and headers as with a harmless value."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from makegood.core.render import Unrenderable, compile_message

BODY = """Dear {{ name }},

**{{ name }}** and _{{ name }}_ and `{{ name }}` in [words {{ name }}]({{ link }}).

- {{ name }}
- {{ name }}{{ name }}

# {{ name }}

| {{ name }} | b |
|---|---|
| {{ name }} | c |

> {{ name }}

{{ name }}

    {{ name }}

{% for n in names %}
1. {{ n }}
{% endfor %}
"""

MESSAGE, _FOUND = compile_message(f"---\nsubject: 'For {{{{ name }}}}: news'\n---\n{BODY}", "m.md")
LINK = "https://firm.example/p/1"

EVIL = [
    "<script>alert(1)</script>", "[x](https://evil.example)", "https://evil.example", "<https://evil.example>",
    "**bold**", "# head", "a\r\nBcc: x@evil.example", "a\n\n- b", "{{ link }}", "{% if x %}", "{{", "%}",
    "\x00\x1b[31m",
    "\U000f0000\U00100000", "\U000f0001", "&lt;b&gt; &amp; &#x3c;", "`code`", "| a | b |", "![i](https://e.example/i.png)",
    "\u202egpj.exe", "\u2028x", "a\tb", '"onclick="x', "'><b>", "\\", "---", "[1]: https://evil.example", "  lead  ",
    "<!--", "]]>", "\ufeff", "\u200d", "$&", "\\1", "%s %(x)s {0}",
]  # fmt: skip


class Tags(HTMLParser):
    """The tags with their attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.tags.append(("!--", ()))


def rendered(name: str) -> tuple[str, str, str]:
    assert MESSAGE is not None, _FOUND
    words = MESSAGE.render({"name": name, "link": LINK, "names": [name, name]}, locale="en")
    return words.subject, words.text, words.html


HARMLESS = rendered("NAME")


def visible(value: str) -> str:
    """What a reader may expect to see of a value: its line breaks as blanks, its control characters replaced."""
    value = re.sub("\r\n|[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]", " ", value)
    return re.sub("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "\ufffd", value)


@settings(max_examples=400)
@given(st.one_of(st.text(max_size=60), st.sampled_from(EVIL), st.tuples(st.sampled_from(EVIL), st.text()).map("".join)))
@example("<b>x</b>")
@example("\U000f0000")
def test_no_value_changes_anything_but_the_text(name: str) -> None:
    if not name or name.isspace():
        return
    subject, text, page = rendered(name)
    shown = visible(name)
    assert text == HARMLESS[1].replace("NAME", shown)
    assert page == HARMLESS[2].replace("NAME", html.escape(shown))
    assert Tags(page).tags == Tags(HARMLESS[2]).tags
    assert subject == " ".join(f"For {shown}: news".split())
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", subject)


@pytest.mark.parametrize("name", EVIL)
def test_the_reader_sees_the_value_itself(name: str) -> None:
    assert Tags(rendered(name)[2]).words.count(visible(name)) >= 10


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "JAVASCRIPT:alert(1)", " https://evil.example", "http://firm.example", "//evil.example",
        "https://", "https:///x", "data:text/html,x", "mailto:a@b.example", "/page", "x", "https://user@evil.example",
        "https://firm.example@evil.example/", "ftp://firm.example", "https://[::1", "http://localhost.evil.example",
    ],
)  # fmt: skip
def test_an_address_that_is_not_safe_is_refused(link: str) -> None:
    assert MESSAGE is not None
    with pytest.raises(Unrenderable, match="https"):
        MESSAGE.render({"name": "Ada", "link": link, "names": ["x"]}, locale="en")


@pytest.mark.parametrize("link", [LINK, "http://localhost:8000/p", "http://127.0.0.1/p", "https://bücher.example/ä b"])
def test_a_safe_address_is_percent_encoded(link: str) -> None:
    assert MESSAGE is not None
    words = MESSAGE.render({"name": "Ada", "link": link, "names": ["x"]}, locale="en")
    (found,) = re.findall('<a href="([^"]*)"', words.html)
    assert re.fullmatch(r"https?://[!-~]+", found)


@given(st.text(max_size=40))
def test_an_address_never_leaves_its_attribute(tail: str) -> None:
    assert MESSAGE is not None
    try:
        words = MESSAGE.render({"name": "NAME", "link": LINK + tail, "names": ["NAME", "NAME"]}, locale="en")
    except Unrenderable:
        return
    tags = Tags(words.html).tags
    assert [tag for tag, _ in tags] == [tag for tag, _ in Tags(HARMLESS[2]).tags]
    (attributes,) = [attributes for tag, attributes in tags if tag == "a"]
    assert [name for name, _ in attributes] == ["href", "style"]
    assert str(attributes[0][1]).startswith(LINK)


def test_a_link_shown_as_text_is_only_text() -> None:
    message, _ = compile_message("---\nsubject: x\n---\nSee {{ link }}.", "m.md")
    assert message is not None
    words = message.render({"link": "javascript:alert(1)"}, locale="en")
    assert words.text == "See javascript:alert(1).\n"
    assert "<a" not in words.html


def test_a_value_that_reaches_a_link_through_a_branch_is_refused_when_it_happens() -> None:
    body = "{% if a %}[x]({% endif %}{{ url }}{% if a %}){% endif %}"
    message, findings = compile_message(f"---\nsubject: x\n---\n{body}", "m.md")
    assert message is None
    assert [finding.code for finding in findings] == ["value-in-link"]
    body = "{% if a %}{% else %}\\{% endif %}[x]({{ url }})"
    message, findings = compile_message(f"---\nsubject: x\n---\n{body}", "m.md")
    assert message is not None, findings
    assert message.render({"url": "u"}, locale="en").text == "[x](u)\n"
    with pytest.raises(Unrenderable, match="address of a link"):
        message.render({"url": "https://evil.example", "a": True}, locale="en")
