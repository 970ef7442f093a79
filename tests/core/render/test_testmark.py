"""A test is marked in the language of the message, above the words, and by nothing that a customer's mail has."""

import pytest

from makegood.core.render import compile_message
from makegood.core.render.message import digest_words
from makegood.core.render.testmark import _SAID, marked, with_note

TEXT = "---\nsubject: Hello {{ name }}\n---\nDear {{ name }},\n\nwe did it.\n"


def written(text: str, locale: str = "en"):
    message, findings = compile_message(text, "messages/a.md")
    assert message is not None, findings
    return message.render({"name": "Ann"}, locale=locale)


@pytest.mark.parametrize("locale", sorted(_SAID))
def test_each_language_has_its_mark_and_its_note(locale):
    mark, note = _SAID[locale]
    words = marked(written(with_note(TEXT, "messages/a.md", locale), locale), locale)
    assert words.subject == f"[{mark}] Hello Ann"
    flat = " ".join(words.text.replace("\n>", "\n").split())
    assert 0 <= flat.index(note) < flat.index("Dear Ann")
    assert words.digest == digest_words(words.subject, words.text, words.html)


@pytest.mark.parametrize("locale", ["", "ja", "xx-YY"])
def test_any_other_language_is_marked_in_english(locale):
    assert "This is a test." in with_note(TEXT, "messages/a.md", locale)


def test_a_region_does_not_matter():
    assert "Dies ist ein Test." in with_note(TEXT, "messages/a.md", "de_AT")


def test_a_message_is_as_it_was_but_for_the_note():
    text = with_note("\ufeff" + TEXT.replace("\n", "\r\n"), "messages/a.md", "en")
    front, note, body = text.partition("> **This is a test. Only you get it, not the customer it is written to.**\n\n")
    assert note and front + body == TEXT


def test_a_list_first_is_not_swallowed_by_the_note():
    words = written(with_note("---\nsubject: Hello\n---\n- one\n- two\n", "messages/a.md", "en"))
    assert "<li" in words.html and "<blockquote" in words.html
