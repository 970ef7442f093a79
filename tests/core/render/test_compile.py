"""Message files: what is read, what is refused, and the place each finding names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from makegood.core.render import Message, compile_message
from makegood.core.render.templates import ENVIRONMENT
from makegood.kit.digest import sha256
from makegood.kit.errors import Finding

NAME = "messages/remedy.md"


def source(body: str, *, subject: str = "Hello", more: str = "") -> str:
    return f'---\nsubject: "{subject}"\n{more}---\n{body}'


def findings(text: str) -> list[Finding]:
    message, found = compile_message(text, NAME)
    assert (message is None) == any(one.blocking for one in found)
    return found


def only(text: str) -> Finding:
    (one,) = findings(text)
    return one


def compiled(text: str) -> Message:
    message, found = compile_message(text, NAME)
    assert message is not None, found
    return message


def test_a_message_knows_what_it_needs() -> None:
    body = (
        "{% if late %}{{ days }} days{% elsif a.b %}{% endif %}\n"
        "{% for p in purchases %}{{ p.amount }} of {{ shop.name }}{{ forloop.index }}{% endfor %}\n"
        '{% assign who = customer.name | default: "you" %}{{ who }}'
    )
    text = source(body, subject="{{ name }}", more="locale: en-GB\nsender_name: Corner Shop\n")
    message = compiled(text)
    assert message.placeholders == {"late", "days", "a.b", "purchases", "shop.name", "customer.name", "name"}
    assert message.digest == sha256(text)
    assert (message.name, message.locale, message.sender_name) == (NAME, "en-GB", "Corner Shop")


def test_another_text_has_another_digest_and_line_ends_do_not_count() -> None:
    assert compiled(source("a")).digest != compiled(source("b")).digest
    assert compiled(source("a\nb")).digest == compiled(source("a\nb").replace("\n", "\r\n")).digest
    assert compiled("\ufeff" + source("a")).digest == compiled(source("a")).digest


@pytest.mark.parametrize("text", ["", "Hello", "\n---\nsubject: x\n---\nHi", "---\nsubject: x\nHi"])
def test_without_front_matter(text: str) -> None:
    one = only(text)
    assert (one.code, str(one.place)) == ("no-front-matter", f"{NAME}:1:1")


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("---\nsubject: x\n  bad: [\n---\nHi", "bad-yaml", f"{NAME}:3:6"),
        ("---\nlocale: en\n---\nHi", "schema-required", f"{NAME}:1:1"),
        ("---\nsubject: x\ntypo: 1\n---\nHi", "schema-additionalproperties", f"{NAME}:3:1"),
        ("---\nsubject: [x]\n---\nHi", "schema-type", f"{NAME}:2:1"),
        ("---\n- x\n---\nHi", "schema-type", f"{NAME}:1:1"),
        ("---\nsubject: x\nlocale: xx-nowhere\n---\nHi", "unknown-locale", f"{NAME}:3:1"),
        ("---\nsubject: x\nsender_name: '{{ name }}'\n---\nHi", "schema-pattern", f"{NAME}:3:1"),
        ("---\nsubject: x\n---\n \n", "empty-message", f"{NAME}:4:1"),
        ("---\nsubject: '{{ x'\n---\nHi", "bad-liquid", f"{NAME}:2:1"),
        (source("Hi\n  {{ x | shout }}"), "unknown-filter", f"{NAME}:5:10"),
        (source("Hi\n\nab {% if x %}"), "bad-liquid", f"{NAME}:6:7"),
        (source("Hi {{ name"), "bad-liquid", f"{NAME}:4:4"),
        (source("Hi ![x](https://a.example/b.png)"), "message-image", f"{NAME}:4:4"),
        (source("Hi\n[x](https://a.example/{{ id }})"), "value-in-link", f"{NAME}:5:26"),
        (source("[x]({{ url }})"), "value-in-link", f"{NAME}:4:8"),
        (source("[x]({{ link }}{{ id }})"), "value-in-link", f"{NAME}:4:8"),
        (source("[x](<{{ link | upcase }}>)"), "value-in-link", f"{NAME}:4:9"),
        (source('[x](https://a.example "{{ t }}")'), "value-lost", f"{NAME}:4:27"),
        (source("[x]: {{ url }}\n\nHi"), "value-lost", f"{NAME}:4:9"),
        (source("```{{ x }}\ncode\n```"), "value-lost", f"{NAME}:4:7"),
        (source("A \U000f0000 b"), "reserved-character", f"{NAME}:4:3"),
        (source("A &#xF0000; b"), "reserved-character", f"{NAME}:4:3"),
        (source("A &#983040; b"), "reserved-character", f"{NAME}:4:3"),
    ],
)
def test_each_fault_names_its_place_and_a_remedy(text: str, code: str, place: str) -> None:
    one = findings(text)[0]
    assert (one.code, one.blocking) == (code, True)
    assert one.place is not None
    assert str(one.place).split(":")[:2] == place.split(":")[:2]
    assert one.place.column is not None
    assert one.remedy


@pytest.mark.parametrize(
    ("text", "column"),
    [(source("Hi ![x](https://a.example/b.png)"), 4), (source("A &#xF0000; b"), 3), (source("ab <b>c"), 4)],
)
def test_columns_count_from_one(text: str, column: int) -> None:
    place = findings(text)[0].place
    assert place is not None
    assert (place.line, place.column) == (4, column)


@pytest.mark.parametrize("target", ["/page", "javascript:alert(1)", "www.firm.example", "data:text/html,x"])
def test_a_link_that_would_be_no_link_is_said_so(target: str) -> None:
    message, (one,) = compile_message(source(f"Hi [x]({target})"), NAME)
    assert message is not None
    assert (one.code, one.blocking, str(one.place)) == ("dead-link", False, f"{NAME}:4:6")
    assert "<a" not in message.render({}, locale="en").html


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("ab {% if x %}\nc", "4:4"),
        ("{% if x %}{% endif %}\n{% for p in x %}", "5:1"),
        ("{% for p in x %}\n  {% if p %}{% endfor %}", "5:16"),
        ("{% case x %}{% when 1 %}", "4:1"),
    ],
)
def test_what_is_not_closed_is_named_where_it_opens(body: str, place: str) -> None:
    assert str(findings(source(body))[0].place) == f"{NAME}:{place}"


@pytest.mark.parametrize(
    "tag",
    [
        "{% include 'x' %}", "{% render 'x' %}", "{% capture x %}a{% endcapture %}", "{% cycle 'a', 'b' %}",
        "{% increment x %}", "{% decrement x %}", "{% tablerow a in b %}{% endtablerow %}", "{% echo x %}",
        "{% ifchanged %}{% endifchanged %}", "{% liquid echo x %}", "{% extends 'x' %}", "{% block x %}{% endblock %}",
    ],
)  # fmt: skip
def test_tags_that_are_not_needed_do_not_exist(tag: str) -> None:
    assert findings(source(f"Hi {tag}"))[0].code == "bad-liquid"


@pytest.mark.parametrize(
    "name",
    [
        "replace",
        "append",
        "times",
        "split",
        "join",
        "map",
        "where",
        "safe",
        "escape",
        "strip_html",
        "url_decode",
        "sort",
    ],
)
def test_filters_that_are_not_needed_do_not_exist(name: str) -> None:
    one = only(source(f"Hi {{{{ x | {name}: 'a', 'b' }}}}"))
    assert one.code == "unknown-filter"
    assert "plural" in one.remedy


def test_html_is_shown_as_it_stands_and_said_so() -> None:
    message, (one,) = compile_message(source("Hi <b>you</b>".replace("</b>", "")), NAME)
    assert message is not None
    assert (one.code, one.blocking) == ("html-in-message", False)
    assert "&lt;b&gt;you" in message.render({}, locale="en").html


def test_several_faults_are_named_together_in_order() -> None:
    text = "---\nsubject: x\ntypo: 1\n---\n{{ a | shout }}\n![x](https://a.example/b)\n"
    assert [one.code for one in findings(text)] == ["schema-additionalproperties", "unknown-filter", "message-image"]


def test_a_file_too_large() -> None:
    assert only(source("x" * 100_001)).code == "too-large"


def test_nesting_is_limited() -> None:
    deep = "{% if a %}" * 40 + "x" + "{% endif %}" * 40
    assert findings(source(deep))[0].code == "bad-liquid"


@pytest.mark.parametrize("body", ["[x]({{ link }})", "[x](<{{ link }}>)", "[x][1]\n\n[1]: {{ link }}\n"])
def test_the_link_fact_may_be_an_address(body: str) -> None:
    message = compiled(source(body))
    words = message.render({"link": "https://firm.example/p?a=1&b=2"}, locale="en")
    assert re.search('<a href="https://firm[.]example/p[?]a=1&amp;b=2" style="[^"]*">x</a>', words.html)
    assert words.text == "x (https://firm.example/p?a=1&b=2)\n"


def test_the_example_of_the_reference_is_a_message() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "messages.md").read_text(encoding="utf-8")
    example = page.split("```markdown\n", 1)[1].split("```", 1)[0]
    message, found = compile_message(example, NAME)
    assert message is not None
    assert found == []
    assert message.placeholders == {"name", "refund", "purchases", "first_on", "late", "days", "due"}
    for name in ENVIRONMENT.filters:
        assert f"`{name}" in page, "every filter is in the reference"
