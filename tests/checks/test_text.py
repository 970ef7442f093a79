"""A message taken apart keeps the place of every character."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.checks.text import split_text


def sentences(text: str) -> list[str]:
    return [one.text for one in split_text(text).sentences]


def at(text: str, words: str) -> tuple[int, int, str]:
    """Line, column and given words of the first place where `words` stand in the plain text."""
    message = split_text(text)
    start = message.plain.index(words)
    span = message.get_span(start, start + len(words))
    return span.line, span.column, text[span.start : span.end]


def test_plain_sentences() -> None:
    assert sentences("We are late. You waited two hours!  Was that fair?\n") == [
        "We are late.",
        "You waited two hours!",
        "Was that fair?",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Dear Ms. Li, we owe you an answer.",
        "At 9 a.m. we went to the shop.",
        "Bring fruit, e.g. pears, to Mr. Ode.",
        "Wir kommen am 3. Juni vorbei.",
        "Das gilt z. B. für Ihre Rechnung.",
    ],
)
def test_a_dot_that_ends_no_sentence(text: str) -> None:
    assert sentences(text) == [text]


def test_markdown_is_read_without_its_marks() -> None:
    text = "## What *happened*\n\n- The **lamp** was [broken](https://x.example/a?b=c)\n2. `one` more\n\n> quoted\n"
    assert sentences(text) == ["What happened", "The lamp was broken", "one more", "quoted"]


def test_words_with_underscores_stay_whole() -> None:
    assert sentences("The file order_lines_2 was lost.") == ["The file order_lines_2 was lost."]


def test_html_is_read_without_its_tags() -> None:
    text = "<html><head><style>p {color: red}</style></head><p>We&nbsp;are <b>sorry</b>.</p><p>Fish &amp; chips<br>Cold"
    assert sentences(text) == ["We are sorry.", "Fish & chips", "Cold"]


def test_scripts_comments_and_code_are_not_read() -> None:
    text = "Before.\n<script>if (a < b) { sorry() }</script>\n<!-- sorry -->\n```\nsorry\n```\nAfter.\n"
    assert sentences(text) == ["Before.", "After."]


def test_what_only_looks_like_a_tag_is_text() -> None:
    assert sentences("Hello <Name>, 3 < 4.") == ["Hello <Name>, 3 < 4."]


def test_places_are_those_of_the_given_text() -> None:
    text = "---\nmakegood: {kind: outage}\n---\n\nDear Li,\n\nyour **order\n  4471** isn’t&nbsp;here.\n"
    assert at(text, "order 4471") == (7, 8, "order\n  4471")
    assert at(text, "isn't here") == (8, 10, "isn’t&nbsp;here")


def test_front_matter_is_kept_apart() -> None:
    message = split_text("---\nmakegood: {kind: outage}\n---\nWe were down.\n")
    assert message.front == "makegood: {kind: outage}\n"
    assert [one.text for one in message.sentences] == ["We were down."]
    assert split_text("We were down.\n---\nkind: x\n---\n").front == ""


def test_paragraphs_are_counted() -> None:
    message = split_text("One. Two.\n\nThree.\n\n* four\n* five\n")
    assert [one.paragraph for one in message.sentences] == [0, 0, 1, 2, 3]


def test_a_line_that_stands_alone_is_a_sentence() -> None:
    assert sentences("Resolved\nThe site is back.\nMonitoring\nWe watch it.") == [
        "Resolved",
        "The site is back.",
        "Monitoring",
        "We watch it.",
    ]


def test_a_wrapped_line_is_one_sentence() -> None:
    text = "This sentence is long enough to be wrapped by an editor at\nthe eightieth column and goes on."
    assert len(sentences(text)) == 1


@pytest.mark.parametrize("piece", ["<!--", "<script>", "a.", "[", "*", "> ", "~~~\n", "&amp;", "<b>", " \n", "İ"])
def test_hostile_repetition_ends(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    started = time.perf_counter()
    split_text(text)
    assert time.perf_counter() - started < 20


@given(st.text(alphabet="aB .!?\n\t*_`<>/-&;#[](){}'\"’“İé9", max_size=200))
def test_any_text_is_taken_apart_with_true_places(text: str) -> None:
    message = split_text(text)
    for sentence in message.sentences:
        assert sentence.text == message.plain[sentence.start : sentence.end]
        span = message.get_span(sentence.start, sentence.end)
        assert 0 <= span.start < span.end <= len(text)
        lines = text[: span.start].split("\n")
        assert (span.line, span.column) == (len(lines), len(lines[-1]) + 1)
