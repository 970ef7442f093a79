"""Rows of word classes: how they are read, where they match, and what they find in sentences of many kinds."""

from __future__ import annotations

import textwrap
import time

import pytest
from tests.checks import (
    sentences_grammar,
    sentences_grammar_further,
    sentences_grammar_german,
    sentences_grammar_later,
    sentences_grammar_not,
)

from makegood.checks.grammar import Parser, get_parser
from makegood.checks.reading import LANGUAGES, read_message
from makegood.checks.rows import read_row
from makegood.languages.inflection import inflect
from makegood.languages.language import Grammar

SMALL = Grammar(
    words={"WE": "we i", "BE": "is was", "NOT": "not never n't", "MENDED": "fixed replaced", "THING": "pump lamp"},
    endings=(("ly", "quickly"),),
    parts={"done": "( have | had )? MENDED"},
    patterns={
        "fix": ("WE quickly? <done> the? _*2 THING", "THING BE ( MENDED | good as new )"),
        "fix!": ("at your request",),
        "ask": ("^ ( is | are ) =*4 ASKS", "NUM : NUM"),
        "mask": ("if =*9",),
    },
    masked=frozenset({"fix"}),
)


def find(text: str, name: str = "fix") -> str | None:
    words = Parser(SMALL).read(text)
    found = Parser(SMALL).search(name, words)
    return text[words.places[found[0]] : words.places[found[1]]].strip() if found else None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("today we fixed the old pump", "we fixed the old pump"),
        ("we have replaced the lamp", "we have replaced the lamp"),
        ("i swiftly replaced the lamp", "i swiftly replaced the lamp"),
        ("the lamp is good as new", "lamp is good as new"),
        ("we fixed the big old grey pump", None),
        ("we fixed, the pump", None),
        ("we have never fixed the pump", None),
        ("we fixed the never used pump", None),
        ("we fixed the pump at your request", None),
        ("write if we fixed the pump", None),
        ("we fixed the pump?", None),
        ("", None),
    ],
)
def test_a_row_matches_words_by_class(text: str, found: str | None) -> None:
    assert find(text) == found


def test_a_question_and_numbers_have_signs_of_their_own() -> None:
    assert find("is the pump old?", "ask") == "is the pump old?"
    assert find("is the pump old", "ask") is None
    assert find("open 9 : 17", "ask") == "9 : 17"


def test_a_class_that_does_not_exist_is_refused() -> None:
    wrong = Grammar(words={"NOT": "not"}, endings=(), parts={}, patterns={"fix": ("WEE",)}, masked=frozenset())
    with pytest.raises(KeyError, match="WEE"):
        Parser(wrong)
    with pytest.raises(KeyError, match="gone"):
        read_row("<gone> back", {})


def test_alternatives_of_one_word_become_one_place() -> None:
    (place,) = read_row("( back | again | up and running )", {}).places
    assert isinstance(place.what, tuple)
    assert [len(row.places) for row in place.what] == [1, 3]


def test_the_rarest_words_are_the_key() -> None:
    row = read_row("we ( have | had )? ( mended | fixed ) _*3", {})
    key = row.find_key(lambda atom: 1000 if atom.is_common else len(atom.words))
    assert {word for atom in key for word in atom.words} == {"mended", "fixed"}
    assert read_row("we? ( back | _ )", {}).find_key(lambda _: 1) == frozenset()


def test_verbs_have_their_forms() -> None:
    forms = inflect("fix stop replace carry send add", {"send": ("sent",)})
    assert forms["S"].split() == ["fixes", "stops", "replaces", "carries", "sends", "adds"]
    assert forms["ED"].split() == ["fixed", "stopped", "replaced", "carried", "sent", "added"]
    assert forms["ING"].split() == ["fixing", "stopping", "replacing", "carrying", "sending", "adding"]


def test_the_words_of_a_match_are_reported_where_they_stand() -> None:
    text = "Good morning.\n\nThe crew has swapped both of the pumps, and the pool is warm."
    reading = read_message(text, kind="general", language="en")
    (fix,) = [one for one in reading.elements if one.name == "fix"]
    assert fix.match.startswith("The crew has swapped")
    assert text[fix.span.start : fix.span.end] == fix.match
    assert fix.span.line == 3


def test_an_endless_sentence_does_not_take_long() -> None:
    parser = get_parser(LANGUAGES["en"].grammar)  # type: ignore[arg-type]
    text = "we have the pump that is " * 4000
    began = time.perf_counter()
    words = parser.read(text)
    for name in ("ack", "impact", "explanation", "fix", "prevention", "contact"):
        parser.search(name, words)
    assert time.perf_counter() - began < 2


def cases(*books: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (name, one)
        for book in books
        for name, block in book.items()
        for one in textwrap.dedent(block).strip().splitlines()
    ]


SAYS = [
    ("en", *one) for one in cases(sentences_grammar.SAYS, sentences_grammar_further.SAYS, sentences_grammar_later.SAYS)
]
SAYS += [("de", *one) for one in cases(sentences_grammar_german.SAYS)]
SAYS_NOT = [("en", *one) for one in cases(sentences_grammar_not.SAYS_NOT)]
SAYS_NOT += [("de", *one) for one in cases(sentences_grammar_german.SAYS_NOT)]


@pytest.mark.parametrize(("language", "name", "sentence"), SAYS)
def test_a_sentence_says_it(language: str, name: str, sentence: str) -> None:
    assert name in {one.name for one in read_message(sentence, kind="general", language=language).elements}


@pytest.mark.parametrize(("language", "name", "sentence"), SAYS_NOT)
def test_a_sentence_does_not_say_it(language: str, name: str, sentence: str) -> None:
    assert name not in {one.name for one in read_message(sentence, kind="general", language=language).elements}


INCIDENT = """# Storage on 3 May

## Impact
All tenants on shard nine, for the whole of the morning.

## Root cause
{cause}

## Next steps
Windows per tenant, one calendar, and an owner for both by June.
"""


@pytest.mark.parametrize(
    ("cause", "found"),
    [
        ("Somebody else's window overlapping ours by two hours or so.", True),
        ("We are still investigating this, and hope to have news.", False),
        ("Later.", False),
    ],
)
def test_a_heading_announces_what_stands_below(cause: str, found: bool) -> None:
    reading = read_message(INCIDENT.format(cause=cause), kind="general")
    matches = {one.name: one.match for one in reading.elements}
    assert matches["impact"] == "All tenants on shard nine, for the whole of the morning."
    assert matches["prevention"].startswith("Windows per tenant")
    assert (matches.get("explanation") == cause) is found
