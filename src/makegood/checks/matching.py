"""Where the phrases of a language match the sentences of a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from makegood.checks.grammar import Parser, Words, get_parser
from makegood.checks.needles import find_needles
from makegood.checks.text import Sentence
from makegood.languages.language import Language, Phrases

_HEADING = 7
"""Words: longer is a sentence and no heading."""
_TOLD = 5
"""Words: what stands under a heading says nothing when it is shorter."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found: the sentence's place in the message and the stretch of the plain text."""

    sentence: int
    start: int
    end: int


class Phrase:
    """One phrase to look for: compiled once a text holds one of its needles, which most texts do not."""

    __slots__ = ("_compiled", "needles", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.needles = tuple(find_needles(pattern))
        self._compiled: re.Pattern[str] | None = None

    def may_be_in(self, text: str) -> bool:
        """Whether the text holds one of the needles, or there are none to look for."""
        for needle in self.needles:
            if needle in text:
                return True
        return not self.needles

    def search(self, text: str) -> re.Match[str] | None:
        """The first place in the text, as `re.search` finds it."""
        if not self.may_be_in(text):
            return None
        if self._compiled is None:
            self._compiled = re.compile(self.pattern)
        return self._compiled.search(text)


@dataclass(frozen=True, slots=True)
class _Compiled:
    find: tuple[Phrase, ...]
    unless: re.Pattern[str] | None
    beside: re.Pattern[str] | None
    blind: re.Pattern[str] | None
    cased: bool


class Lowered:
    """The sentences of one message in small letters, and the letters of their words once a grammar asks."""

    __slots__ = ("_words", "texts", "whole")

    def __init__(self, sentences: tuple[Sentence, ...]) -> None:
        self.texts = [lower(sentence.text) for sentence in sentences]
        self.whole = "\n".join(self.texts)
        self._words: list[Words] | None = None

    def read(self, parser: Parser) -> list[Words]:
        """The words of each sentence; one message is read with one parser."""
        if self._words is None:
            self._words = [parser.read(text) for text in self.texts]
        return self._words


class Matcher:
    """The phrases of one language, compiled when they are first needed, so that a start stays fast."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._compiled: dict[str, tuple[_Compiled, ...]] = {}

    def list_hits(self, name: str, sentences: tuple[Sentence, ...], lowered: Lowered) -> Iterator[Hit]:
        """At most one hit a sentence, in the order of the text: the earliest of the rule's phrases.

        Only where no phrase of the rule is in the whole message its grammar is asked: it takes longer to get ready.
        """
        compiled = self._compiled.get(name)
        if compiled is None:
            compiled = self._compiled[name] = tuple(self._compile(one) for one in self.language.phrases.get(name, ()))
        # Most phrases are in no sentence of a message: look once before each sentence is looked at.
        alive = [
            (one, phrases)
            for one in compiled
            if (phrases := [find for find in one.find if one.cased or find.may_be_in(lowered.whole)])
        ]
        none = True
        for number, sentence in enumerate(sentences if alive else ()):
            matches = [
                _match(one, phrases, sentence.text if one.cased else lowered.texts[number]) for one, phrases in alive
            ]
            found = [match for match in matches if match]
            if found:
                none = False
                first = min(found, key=lambda match: match.start())
                words = first.group()
                start = first.start() + len(words) - len(words.lstrip())
                yield Hit(number, sentence.start + start, sentence.start + first.start() + len(words.rstrip()))
        if none and self.language.grammar and name in self.language.grammar.patterns:
            yield from _list_by_grammar(name, sentences, lowered, get_parser(self.language.grammar))

    def _compile(self, phrases: Phrases) -> _Compiled:
        spell = self.language.spell_out
        return _Compiled(
            find=tuple(Phrase(spell(one)) for one in phrases.find),
            unless=_join([spell(one) for one in phrases.unless]),
            beside=_join([spell(one) for one in phrases.beside]),
            blind=_join([spell(one) for one in phrases.blind]),
            cased=phrases.cased,
        )


@cache
def get_matcher(language: Language) -> Matcher:
    """The matcher of a language; compiled phrases are kept for the life of the program."""
    return Matcher(language)


def lower(text: str) -> str:
    """Small letters, one for one, so that places stay true: a letter whose small form is longer stays as it is."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def _list_by_grammar(name: str, sentences: tuple[Sentence, ...], lowered: Lowered, parser: Parser) -> Iterator[Hit]:
    """What the rows find; when that is nothing, what stands under a heading that announces it (`name#`)."""
    each = lowered.read(parser)
    none = True
    for number, words in enumerate(each):
        if found := parser.search(name, words):
            none = False
            start, end = words.places[found[0]], words.places[found[1]]
            end = len(lowered.texts[number][:end].rstrip(" ,;:.!?"))
            yield Hit(number, sentences[number].start + start, sentences[number].start + end)
    for number in range(len(each) - 1 if none else 0):
        heading, below = sentences[number], sentences[number + 1]
        is_heading = len(each[number].letters) <= _HEADING and heading.text[-1] not in ".!,;"
        is_told = len(each[number + 1].letters) >= _TOLD and not parser.is_barred(name, each[number + 1])
        if is_heading and is_told and parser.search(f"{name}#", each[number]):
            yield Hit(number + 1, below.start, below.end)


def _join(phrases: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{one})" for one in phrases)) if phrases else None


def _match(compiled: _Compiled, phrases: list[Phrase], text: str) -> re.Match[str] | None:
    if compiled.blind:
        text = compiled.blind.sub(lambda match: "\0" * len(match.group()), text)
    matches = [match for find in phrases if (match := find.search(text)) and match.end() > match.start()]
    if not matches:
        return None
    if compiled.unless and compiled.unless.search(text):
        return None
    if compiled.beside and not compiled.beside.search(text):
        return None
    return min(matches, key=lambda match: match.start())
