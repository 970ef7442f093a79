"""Each English rule, sentence by sentence."""

from __future__ import annotations

import textwrap

import pytest
from tests.checks.sentences_elements import ELEMENTS
from tests.checks.sentences_faults import FAULTS

from makegood.checks.reading import read_message

CASES = [
    (name, says == "yes", sentence)
    for name, sentences in {**ELEMENTS, **FAULTS}.items()
    for says, block in sentences.items()
    for sentence in textwrap.dedent(block).strip().splitlines()
]


@pytest.mark.parametrize(("name", "says", "sentence"), CASES)
def test_a_sentence_says_it_or_does_not(name: str, says: bool, sentence: str) -> None:
    reading = read_message(sentence, kind="general", language="en")
    found = {one.name for one in (*reading.elements, *reading.faults)}
    assert (name in found) is says
