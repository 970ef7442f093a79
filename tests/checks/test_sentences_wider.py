"""The rules on sentences of trades they were not made with, and on sentences that have nothing to do with a mistake."""

from __future__ import annotations

import textwrap

import pytest
from tests.checks.sentences_further import FURTHER
from tests.checks.sentences_further_german import FURTHER_GERMAN
from tests.checks.sentences_wider import NEUTRAL, WIDER
from tests.checks.sentences_wider_german import NEUTRAL_GERMAN, WIDER_GERMAN

from makegood.checks.reading import read_message
from makegood.checks.rules import list_rules


def lines(block: str) -> list[str]:
    return textwrap.dedent(block).strip().splitlines()


SAYS = [
    (language, name, sentence)
    for language, rules in (("en", WIDER), ("en", FURTHER), ("de", WIDER_GERMAN), ("de", FURTHER_GERMAN))
    for name, block in rules.items()
    for sentence in lines(block)
]
NOTHING = [("en", one) for one in lines(NEUTRAL)] + [("de", one) for one in lines(NEUTRAL_GERMAN)]
# A sentence that has nothing to do with a mistake may still tell the customer what to do, and by when.
HARMLESS = {"contact", "dated"}


@pytest.mark.parametrize(("language", "name", "sentence"), SAYS)
def test_a_sentence_of_another_trade_says_it(language: str, name: str, sentence: str) -> None:
    reading = read_message(sentence, kind="general", language=language)
    assert name in {one.name for one in (*reading.elements, *reading.faults)}


@pytest.mark.parametrize(("language", "sentence"), NOTHING)
def test_a_sentence_about_no_mistake_says_nothing(language: str, sentence: str) -> None:
    reading = read_message(sentence, kind="general", language=language)
    assert {one.name for one in (*reading.elements, *reading.faults)} <= HARMLESS


def test_german_has_sentences_for_every_rule() -> None:
    assert {rule.name for rule in list_rules()} - set(WIDER_GERMAN) == {"garbled"}
