"""How hard a message is to read, and how long: two published formulas, and what each audience can be asked to read.

English: Flesch reading ease (Flesch 1948), 0 to 100, higher is easier. German: the first Wiener Sachtextformel
(Bamberger and Vanecek 1984), a school year, lower is easier. Syllables are counted by groups of vowels: near enough for
a mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from makegood.checks.text import Text

FEWEST = 30  # words: of less, a formula says nothing
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_ENGLISH = re.compile(r"[aeiouy]+")
_GERMAN = re.compile(r"[aeiouyäöü]+")
# By audience: the least Flesch ease, the highest school year, the most words. Sixty is "plain English", fifty what most
# adults still read at once; a breach letter, which few do, is below forty (Zou et al. 2019).
_BOUNDS = {"consumer": (50, 12, 300), "business": (40, 14, 400), "developer": (30, 15, 600)}


@dataclass(frozen=True, slots=True)
class Measure:
    """`score` is Flesch reading ease (`en`) or the Wiener school year (`de`); None for a text of too few words."""

    language: str
    words: int
    sentences: int
    score: float | None

    def is_hard(self, audience: str) -> bool:
        least, highest, _ = _BOUNDS[audience]
        if self.score is None:
            return False
        return self.score < least if self.language == "en" else self.score > highest

    def is_long(self, audience: str) -> bool:
        return self.words > _BOUNDS[audience][2]

    def bound(self, audience: str) -> int:
        """What `score` is held against."""
        return _BOUNDS[audience][0 if self.language == "en" else 1]

    def most(self, audience: str) -> int:
        """The words this audience can be asked to read."""
        return _BOUNDS[audience][2]


def measure(text: Text, language: str) -> Measure:
    """Measures a message that is taken apart; `language` is `en` or `de`."""
    words = [word.lower() for word in _WORD.findall(text.plain)]
    sentences = [one for one in text.sentences if len(_WORD.findall(one.text)) > 1]
    score = None
    if len(words) >= FEWEST and sentences:
        score = _flesch(words, len(sentences)) if language == "en" else _wiener(words, len(sentences))
    return Measure(language, len(words), len(sentences), score)


def count_syllables(word: str, language: str) -> int:
    """Syllables of a word in small letters, at least one."""
    if language == "de":
        return max(1, len(_GERMAN.findall(word)))
    count = len(_ENGLISH.findall(word))
    silent = word.endswith("e") and not word.endswith(("le", "ee", "oe", "ye")) and count > 1
    ended = word.endswith("ed") and not word.endswith(("ted", "ded")) and count > 1
    return max(1, count - silent - ended)


def _flesch(words: list[str], sentences: int) -> float:
    syllables = sum(count_syllables(word, "en") for word in words)
    return 206.835 - 1.015 * len(words) / sentences - 84.6 * syllables / len(words)


def _wiener(words: list[str], sentences: int) -> float:
    counts = [count_syllables(word, "de") for word in words]
    many = 100 * sum(count >= 3 for count in counts) / len(words)
    one = 100 * sum(count == 1 for count in counts) / len(words)
    long = 100 * sum(len(word) > 6 for word in words) / len(words)
    return 0.1935 * many + 0.1672 * len(words) / sentences + 0.1297 * long - 0.0327 * one - 0.875
