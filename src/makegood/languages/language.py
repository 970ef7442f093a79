"""What a language file holds: the phrases of each rule, as regular expressions over one sentence in lower case.

A sentence says what a rule looks for when one of `find` matches and none of `unless` does. Sentences arrive with single
blanks and straight quotes. `<name>` in a phrase stands for the word list `words[name]`, so that a synonym is added in
one place. Every phrase is written from the definition of its rule, never from a message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

_NAMED = re.compile(r"<([a-z_]+)>")


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one rule."""

    find: tuple[str, ...]
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Language:
    """One language: `code` as in BCP 47, its `common` words (blank between) that tell it from others, its phrases."""

    code: str
    common: str
    words: Mapping[str, str] = field(repr=False)
    phrases: Mapping[str, Phrases] = field(repr=False)

    def spell_out(self, phrase: str) -> str:
        """The phrase with its named word lists filled in. Raises `KeyError` for a list that does not exist."""
        while _NAMED.search(phrase):
            phrase = _NAMED.sub(lambda match: f"(?:{self.words[match.group(1)]})", phrase)
        return phrase


@cache
def get_pattern(phrase: str) -> re.Pattern[str]:
    """The compiled phrase; compiled once, when it is first needed, so that a start stays fast."""
    return re.compile(phrase)
