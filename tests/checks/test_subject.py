"""The subject of a message is read as its first paragraph, and what is found in it has its place there."""

from __future__ import annotations

import pytest

from makegood.checks.reading import read_text
from makegood.checks.text import split_text

BODY = "\nDear Ms Li,\n\nit arrives on Friday.\n"


@pytest.mark.parametrize(
    ("front", "line", "column"),
    [
        ("subject: Your parcel is late", 2, 10),
        ("subject:   Your parcel is late   # for now", 2, 12),
        ('subject: "Your parcel is late"', 2, 11),
        ("subject: 'Your parcel is late'", 2, 11),
        ("kind: x\nsubject: >-\n  Your parcel\n  is late\nmakegood: {}", 4, 3),
        ("subject: |\n  Your parcel is late\n", 3, 3),
        ("subject: Your parcel is late\r", 2, 10),
    ],
)
def test_the_subject_is_the_first_paragraph(front: str, line: int, column: int) -> None:
    message = split_text(f"---\n{front}\n---\n{BODY}")
    first = message.sentences[0]
    assert (first.text, first.paragraph) == ("Your parcel is late", 0)
    span = message.get_span(first.start, first.start + len("Your"))
    assert (span.line, span.column) == (line, column)
    assert [one.text for one in message.sentences[1:]] == ["Dear Ms Li,", "it arrives on Friday."]


@pytest.mark.parametrize(
    "front", ["subject:", "subject: # none", "subject: ''", "title: Your parcel is late", "x:\n  subject: y"]
)
def test_no_subject_is_nothing(front: str) -> None:
    message = split_text(f"---\n{front}\n---\n{BODY}")
    assert [one.text for one in message.sentences] == ["Dear Ms Li,", "it arrives on Friday."]


def test_a_subject_is_no_markdown_and_keeps_its_signs() -> None:
    message = split_text("---\nsubject: Order *12_3* <b> &amp; {{ name }}\n---\nHello.\n")
    assert message.sentences[0].text == "Order *12_3* <b> &amp; {{ name }}"


def test_what_customers_read_first_counts() -> None:
    message = split_text(f"---\nsubject: Your parcel is late, sorry for any inconvenience\n---\n{BODY}")
    reading = read_text(message, kind="late-order")
    assert {"ack", "regret", "dated"} <= {one.name for one in reading.elements}
    (fault,) = reading.faults
    assert (fault.name, fault.span.line, fault.match) == ("any_inconvenience", 2, "any inconvenience")


def test_the_body_begins_after_the_front_matter() -> None:
    text = f"---\nsubject: x\n---\n{BODY}"
    assert text[split_text(text).body :] == BODY
    assert split_text(BODY).body == 0
