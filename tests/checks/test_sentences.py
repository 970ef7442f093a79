"""Each rule in each language, sentence by sentence."""

from __future__ import annotations

import textwrap

import pytest
from tests.checks.sentences_elements import ELEMENTS
from tests.checks.sentences_faults import FAULTS
from tests.checks.sentences_german import GERMAN

from makegood.checks.reading import read_message
from makegood.checks.rule import Rule
from makegood.checks.rules import list_rules

LANGUAGES = {"en": {**ELEMENTS, **FAULTS}, "de": GERMAN}
CASES = [
    (language, name, says == "yes", sentence)
    for language, rules in LANGUAGES.items()
    for name, sentences in rules.items()
    for says, block in sentences.items()
    for sentence in textwrap.dedent(block).strip().splitlines()
]


@pytest.mark.parametrize(("language", "name", "says", "sentence"), CASES)
def test_a_sentence_says_it_or_does_not(language: str, name: str, says: bool, sentence: str) -> None:
    reading = read_message(sentence, kind="general", language=language)
    found = {one.name for one in (*reading.elements, *reading.faults)}
    assert (name in found) is says


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_sentences_of_both_sorts(language: str) -> None:
    names = [rule.name for rule in list_rules() if rule.name != "garbled"]
    assert sorted(LANGUAGES[language]) == sorted(names)
    assert all(sentences["yes"].strip() and sentences["no"].strip() for sentences in LANGUAGES[language].values())


@pytest.mark.parametrize("rule", list_rules(), ids=lambda rule: rule.id)
def test_the_examples_of_the_registry_are_true(rule: Rule) -> None:
    for examples, is_good in ((rule.good, True), (rule.bad, False)):
        for sentence in examples:
            reading = read_message(sentence, kind="general", language="en")
            found = {one.name for one in (*reading.elements, *reading.faults, *reading.garbled)}
            assert (rule.name in found) is (is_good if rule.is_element else not is_good), sentence
