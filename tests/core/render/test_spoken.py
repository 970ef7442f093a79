"""One message in several languages: which file a customer gets, and what its name says."""

from __future__ import annotations

import pytest

from makegood.core.render import compile_message, compile_spoken
from makegood.core.render.spoken import Spoken, by_message, choose, message_of


@pytest.mark.parametrize(
    ("file", "name", "language"),
    [
        ("messages/remedy.md", "remedy", ""),
        ("messages/remedy.de.md", "remedy", "de"),
        ("case/messages/remedy.de-AT.md", "remedy", "de-AT"),
        ("messages/remedy.de_AT.md", "remedy", "de-AT"),
        ("messages/remedy.v2.md", "remedy.v2", ""),
        ("messages/remedy.xq.md", "remedy.xq", ""),  # no language of the list
        ("messages/remedy.new.md", "remedy.new", ""),
        ("messages/remedy.v2.fr.md", "remedy.v2", "fr"),
    ],
)
def test_the_name_of_a_file_says_the_language(file: str, name: str, language: str) -> None:
    assert message_of(file) == (name, language)


def test_files_of_a_folder_by_message() -> None:
    found = by_message(["scope.sql", "messages/a.en.md", "messages/a.de.md", "messages/b.md"])
    assert found == {"a": {"de": "messages/a.de.md", "en": "messages/a.en.md"}, "b": {"": "messages/b.md"}}


@pytest.mark.parametrize(
    ("languages", "locale", "default", "chosen"),
    [
        (["en", "de"], "de", "en", "de"),
        (["en", "de"], "de-CH", "en", "de"),
        (["en", "de"], "DE", "en", "de"),
        (["en", "de", "de-CH"], "de_CH", "en", "de-CH"),
        (["en", "de-CH"], "de", "en", "de-CH"),
        (["en", "de"], "fr", "en", "en"),
        (["en", "de"], "", "de", "de"),
        (["", "de"], "fr", "de", ""),
        (["", "de"], "", "de", ""),
        ([""], "de", "en", ""),
        (["fr", "it"], "de", "en", "fr"),
    ],
)
def test_which_language_a_customer_gets(languages: list[str], locale: str, default: str, chosen: str) -> None:
    assert choose(languages, locale, default) == chosen


def spoken(default: str = "en", **texts: str) -> Spoken:
    files = {f"messages/sorry.{language}.md": text for language, text in texts.items()}
    found, findings = compile_spoken("sorry", files, default)
    assert found is not None, findings
    return found


ENGLISH = "---\nsubject: Sorry\n---\nDear {{ name }}, {{ items }} things came late.\n"
GERMAN = "---\nsubject: Entschuldigung\n---\nGuten Tag {{ name }}, {{ items }} Dinge kamen zu spät; {{ shop }}.\n"
FACTS = {"name": "Ana", "items": 1200, "shop": "Laden"}


def test_each_reads_their_own_with_its_numbers() -> None:
    sorry = spoken(en=ENGLISH, de=GERMAN)
    assert sorry.placeholders == {"name", "items", "shop"}
    german = sorry.render(FACTS, locale="de-AT")
    assert (german.subject, german.locale) == ("Entschuldigung", "de-AT")
    assert "1.200 Dinge" in sorry.render(FACTS, locale="de").text
    french = sorry.render(FACTS, locale="fr")  # an English text never holds a French number
    assert (french.locale, "1,200 things" in french.text) == ("en", True)
    assert sorry.render(FACTS, locale="").subject == "Sorry"
    assert spoken("de", en=ENGLISH, de=GERMAN).render(FACTS, locale="").subject == "Entschuldigung"


def test_a_fact_only_one_language_names_is_missing_only_there() -> None:
    sorry = spoken(en=ENGLISH, de=GERMAN)
    known = {"name": "Ana", "items": 2}
    assert sorry.render(known, locale="en").subject == "Sorry"
    with pytest.raises(Exception, match="shop"):
        sorry.render(known, locale="de")


def test_one_broken_language_breaks_the_message() -> None:
    found, findings = compile_spoken("a", {"messages/a.en.md": ENGLISH, "messages/a.de.md": "{{ oops"}, "en")
    assert found is None
    assert [(one.code, one.place.file) for one in findings if one.place] == [("no-front-matter", "messages/a.de.md")]


def test_the_file_name_and_the_front_matter_say_one_language() -> None:
    text = "---\nsubject: Sorry\nlocale: {}\n---\nText.\n"
    _, findings = compile_message(text.format("en"), "messages/a.de.md")
    assert [(one.code, one.place.line) for one in findings if one.place] == [("two-locales", 3)]
    message, findings = compile_message(text.format("de-AT"), "messages/a.de.md")
    assert message is not None and message.locale == "de-AT" and not findings
    message, _ = compile_message("---\nsubject: Sorry\n---\nText.\n", "messages/a.de.md")
    assert message is not None and message.locale == "de"
