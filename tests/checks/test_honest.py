"""The rules on wording that they were not made from: sentences and whole letters of people who never saw them."""

from __future__ import annotations

import textwrap

import pytest
from tests.checks.letters_honest import ELEMENTS, LETTERS
from tests.checks.sentences_honest import FIRST, NOT, SECOND, THIRD

from makegood.checks.reading import read_message
from makegood.checks.rules import list_rules

FAULTS = {rule.name for rule in list_rules() if not rule.is_element}


def said(text: str, language: str) -> set[str]:
    reading = read_message(textwrap.dedent(text).strip(), kind="general", language=language)
    return {one.name for one in (*reading.elements, *reading.faults)}


def spread(*sets: dict[str, dict[str, str]]) -> list[tuple[str, str, str]]:
    return [
        (language, name, sentence)
        for one in sets
        for language, rules in one.items()
        for name, block in rules.items()
        for sentence in textwrap.dedent(block).strip().splitlines()
    ]


@pytest.mark.parametrize(("language", "name", "sentence"), spread(FIRST, SECOND))
def test_an_honest_sentence_says_it(language: str, name: str, sentence: str) -> None:
    assert name in said(sentence, language)


@pytest.mark.parametrize(("language", "name", "sentence"), spread(NOT))
def test_what_only_looks_like_it_does_not(language: str, name: str, sentence: str) -> None:
    assert name not in said(sentence, language)


@pytest.mark.parametrize(("language", "name", "sentence"), spread(THIRD))
def test_no_honest_sentence_is_a_fault(language: str, name: str, sentence: str) -> None:
    assert not said(sentence, language) & FAULTS


def test_sentences_alone_that_the_rules_have_never_seen() -> None:
    """Few are read, which docs/checker-quality.md says; a rule that reads fewer has got worse."""
    assert sum(name in said(sentence, language) for language, name, sentence in spread(THIRD)) >= 10


@pytest.mark.parametrize("who", LETTERS)
def test_an_honest_letter_lacks_nothing_and_has_no_fault(who: str) -> None:
    language, text = LETTERS[who]
    found = said(text, language)
    assert [name for name in ELEMENTS if name not in found] == []
    assert not found & FAULTS
