"""What a text must hold for a pattern to match it: a few plain words, which are found far faster than the pattern.

Of the two hundred phrases of a language a sentence matches two or three; most others need a word that is not there. The
words are read off the pattern: of parts that follow each other any one will do, of alternatives one of each is needed.
What is not understood needs nothing: every text is then tried. Whether a pattern is right is for `re` to say.
"""

from __future__ import annotations

import re

_MOST = 24
"""Needles: looking for more than this takes as long as the pattern itself."""
_NOTHING: frozenset[str] = frozenset()
_TIMES = re.compile(r"(?:[*?]|\{0?,\d*\}|\{0(?:,\d*)?\}|(?P<some>\+|\{\d+(?:,\d*)?\}))[?+]?")
_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)
_OPEN = re.compile(
    r"\((?:\?(?:(?P<ahead><?[=!])|(?P<flags>[a-zA-Z-]+)(?P<on>[:)])|P=\w+(?P<back>)|P<\w+>|[:>]|(?P<odd>)))?"
)
_PLAIN = re.compile(r"[^\\\[\](){}.^$|*+?]+")


def find_needles(pattern: str) -> frozenset[str]:
    """Texts of which every match of `pattern` holds at least one; empty when nothing can be said."""
    reader = _Reader(pattern)
    needles = reader.read_choice()
    return needles if not reader.gave_up and len(needles) <= _MOST else _NOTHING


class _Reader:
    """Walks a pattern once, from `at` on."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.gave_up = False

    def read_choice(self) -> frozenset[str]:
        """The needles of alternatives up to the bracket that closes them: one of each, or nothing."""
        each = [self._read_sequence()]
        while self.pattern.startswith("|", self.at):
            self.at += 1
            each.append(self._read_sequence())
        return _NOTHING.union(*each) if all(each) else _NOTHING

    def _read_sequence(self) -> frozenset[str]:
        best, letters = _NOTHING, ""
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)" and not self.gave_up:
            plain = self._read_letters()
            least = self._read_times()
            if plain and least is None:
                letters += plain
                continue
            if plain:  # only the last letter is repeated
                letters += plain if least else plain[:-1]
                best, letters = _better(best, letters), ""
                continue
            best, letters = _better(best, letters), ""
            needles = self._read_part()
            if self._read_times() != 0:
                best = _better(best, needles)
        return _better(best, letters)

    def _read_letters(self) -> str:
        """Letters that stand for themselves; "" when something else comes next."""
        if match := _PLAIN.match(self.pattern, self.at):
            self.at = match.end()
            return match.group()
        if self.pattern[self.at] == "\\" and not self.pattern[self.at + 1 : self.at + 2].isalnum():
            self.at += 2
            return self.pattern[self.at - 1 : self.at]
        return ""

    def _read_times(self) -> int | None:
        """How often at least what came before is there, 0 or 1; None when nothing is said of it."""
        match = _TIMES.match(self.pattern, self.at)
        if not match:
            return None
        self.at = match.end()
        return int(match["some"] is not None)

    def _read_part(self) -> frozenset[str]:
        sign = self.pattern[self.at]
        if sign == "(":
            return self._read_group()
        match = _CLASS.match(self.pattern, self.at) if sign == "[" else None
        self.at = match.end() if match else self.at + (2 if sign == "\\" else 1)
        return _NOTHING

    def _read_group(self) -> frozenset[str]:
        match = _OPEN.match(self.pattern, self.at)
        assert match is not None  # noqa: S101  (the sign is an opening bracket)
        self.at = match.end()
        known = match["flags"] is None and match["odd"] is None
        if not known and match["on"] != ":":
            self.gave_up = True  # flags for the whole pattern, or a form of group that is not read here
            return _NOTHING
        needles = _NOTHING if match["back"] is not None else self.read_choice()
        self.at += 1
        return needles if known and match["ahead"] is None else _NOTHING


def _better(one: frozenset[str], other: frozenset[str] | str) -> frozenset[str]:
    """The needles that are rarer: long ones, and few."""
    if isinstance(other, str):
        other = frozenset({other} - {""})
    if not one or not other:
        return one or other
    return max(one, other, key=lambda needles: (min(3, *map(len, needles)), -len(needles)))
