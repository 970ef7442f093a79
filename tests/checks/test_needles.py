"""Needles are in every match: of patterns in sight, and of each phrase of each language."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from makegood.checks.matching import Phrase
from makegood.checks.needles import find_needles
from makegood.checks.reading import LANGUAGES
from makegood.checks.rules import list_rules

PATTERNS = sorted(
    {
        language.spell_out(pattern)
        for language in LANGUAGES.values()
        for of_rule in language.phrases.values()
        for phrases in of_rule
        for pattern in phrases.find
    }
)


@pytest.mark.parametrize(
    ("pattern", "needles"),
    [
        (r"\bsorry\b", {"sorry"}),
        (r"(?:we|i) (?:are|am) sorry (?:if|when)", {" sorry "}),
        (r"apolog(?:y|ies)", {"apolog"}),
        (r"(?:rain|snow)y?", {"rain", "snow"}),
        (r"[ab](?:xyz)?", set()),
        (r"(?:xyz)*", set()),
        (r"(?:xyz){2,}", {"xyz"}),
        (r"(?:\w+|late)", set()),
        (r"[a-z]+ \d", {" "}),
        (r"(?=never)\w+", set()),
        (r"(?<!not )late", {"late"}),
        (r"(?i)late", set()),
        (r"(?i:late) day", {" day"}),
        (r"(?P<x>late) (?P=x)", {"late"}),
    ],
)
def test_what_a_pattern_needs(pattern: str, needles: set[str]) -> None:
    assert find_needles(pattern) == needles


def test_a_pattern_with_very_many_alternatives_is_simply_tried() -> None:
    assert find_needles("|".join(f"{number:03}" for number in range(100))) == set()


def test_most_phrases_have_needles() -> None:
    assert sum(bool(find_needles(pattern)) for pattern in PATTERNS) > len(PATTERNS) * 0.8


@settings(max_examples=150, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(st.data())
def test_every_match_of_every_phrase_holds_a_needle(drawn: st.DataObject) -> None:
    pattern = drawn.draw(st.sampled_from(PATTERNS))
    text = drawn.draw(st.from_regex(pattern))
    found = re.search(pattern, text)
    assert found is not None
    needles = find_needles(pattern)
    assert not needles or any(needle in found.group() for needle in needles)


def test_a_phrase_is_found_where_its_pattern_is() -> None:
    sentences = [text.lower() for rule in list_rules() for text in (*rule.good, *rule.bad)]
    for pattern in PATTERNS:
        phrase, plain = Phrase(pattern), re.compile(pattern)
        for text in sentences:
            found, expected = phrase.search(text), plain.search(text)
            assert (found and found.span()) == (expected and expected.span()), (pattern, text)
