"""What a language file holds: the phrases of each rule, as regular expressions over one sentence in lower case.

Sentences arrive with single blanks and straight quotes. `<name>` in a phrase stands for the word list `words[name]`,
so that a synonym is added in one place. Every phrase is written from the definition of its rule, never from a message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_NAMED = re.compile(r"<([a-z_]+)>")


@dataclass(frozen=True, slots=True)
class Phrases:
    """A sentence says it when one of `find` matches, none of `unless` does, and one of `beside`, where there are any.

    Stretches that `blind` matches are not looked at: "once it is fixed" fixes nothing. `cased`: capitals are kept.
    """

    find: tuple[str, ...]
    unless: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    cased: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """Classes of words, and for each element rows of classes that say it (`checks.grammar` reads them).

    `words`: the words of a class, blanks between; `endings`: an unknown word with this ending is read as the other one;
    `parts`: pieces that patterns name; `patterns`: by element, with those of `name!` a sentence does not count, and those
    of `name#` are headings that announce it; `mask` is what the elements in `masked` do not look at (after an *if*).
    """

    words: Mapping[str, str] = field(repr=False)
    endings: tuple[tuple[str, str], ...]
    parts: Mapping[str, str] = field(repr=False)
    patterns: Mapping[str, tuple[str, ...]] = field(repr=False)
    masked: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language: `code` as in BCP 47, its `common` words (blank between) that tell it from others, its phrases."""

    code: str
    common: str
    words: Mapping[str, str] = field(repr=False)
    phrases: Mapping[str, tuple[Phrases, ...]] = field(repr=False)
    grammar: Grammar | None = None

    def spell_out(self, phrase: str) -> str:
        """The phrase with its named word lists filled in. Raises `KeyError` for a list that does not exist."""
        while _NAMED.search(phrase):
            phrase = _NAMED.sub(lambda match: f"(?:{self.words[match.group(1)]})", phrase)
        return phrase


def joined(
    phrases: Mapping[str, tuple[Phrases, ...]], more: Mapping[str, tuple[Phrases, ...]]
) -> dict[str, tuple[Phrases, ...]]:
    """Both, by the name of the rule: what either finds is found."""
    return {name: (*phrases.get(name, ()), *more.get(name, ())) for name in {**phrases, **more}}
