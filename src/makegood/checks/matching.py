"""Where the phrases of a language match the sentences of a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from makegood.checks.grammar import get_parser
from makegood.checks.needles import find_needles
from makegood.checks.text import Sentence
from makegood.languages.language import Language, Phrases


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

    def search(self, text: str) -> re.Match[str] | None:
        """The first place in the text, as `re.search` finds it."""
        for needle in self.needles:
            if needle in text:
                break
        else:
            if self.needles:
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


class Matcher:
    """The phrases of one language, compiled when they are first needed, so that a start stays fast."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._compiled: dict[str, tuple[_Compiled, ...]] = {}
        self._read: list[str] | None = None  # the message whose words are in `_letters`
        self._letters: list[tuple[str, list[int], int]] = []

    def list_hits(self, name: str, sentences: tuple[Sentence, ...], lowered: list[str]) -> Iterator[Hit]:
        """At most one hit a sentence, in the order of the text: the earliest of the rule's phrases, or by grammar."""
        compiled = self._compiled.get(name)
        if compiled is None:
            compiled = self._compiled[name] = tuple(self._compile(one) for one in self.language.phrases.get(name, ()))
        for number, sentence in enumerate(sentences):
            matches = [_match(one, sentence.text if one.cased else lowered[number]) for one in compiled]
            found = [match for match in matches if match]
            if found:
                first = min(found, key=lambda match: match.start())
                words = first.group()
                start = first.start() + len(words) - len(words.lstrip())
                yield Hit(number, sentence.start + start, sentence.start + first.start() + len(words.rstrip()))
            elif found_by_grammar := self._search_grammar(name, number, lowered):
                start, end = found_by_grammar
                yield Hit(number, sentence.start + start, sentence.start + end)

    def _search_grammar(self, name: str, number: int, lowered: list[str]) -> tuple[int, int] | None:
        grammar = self.language.grammar
        if grammar is None or name not in grammar.patterns:
            return None
        parser = get_parser(grammar)
        if self._read is not lowered:
            self._read, self._letters = lowered, [parser.read(text) for text in lowered]
        letters, places, tries = self._letters[number]
        found = parser.search(name, letters, tries)
        if found is None:
            return None
        return places[found[0]], len(lowered[number][: places[found[1]]].rstrip(" ,;:.!?"))

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


def _join(phrases: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{one})" for one in phrases)) if phrases else None


def _match(compiled: _Compiled, text: str) -> re.Match[str] | None:
    if compiled.blind:
        text = compiled.blind.sub(lambda match: "\0" * len(match.group()), text)
    matches = [match for find in compiled.find if (match := find.search(text)) and match.end() > match.start()]
    if not matches:
        return None
    if compiled.unless and compiled.unless.search(text):
        return None
    if compiled.beside and not compiled.beside.search(text):
        return None
    return min(matches, key=lambda match: match.start())
