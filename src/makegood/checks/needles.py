"""What a text must hold for a pattern to match it: a few plain words, which are found far faster than the pattern.

Of the two hundred phrases of a language a sentence matches two or three; most others need a word that is not there. The
words are read off the pattern as Python's own `re` parses it: of parts that follow each other any one will do, of
alternatives one of each is needed. What is not understood needs nothing: every text is then tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import _constants, _parser  # type: ignore[attr-defined]  # not in the stubs; the only reader of patterns there is
from typing import Any

_MOST = 24
"""Needles: looking for more than this takes as long as the pattern itself."""


def find_needles(pattern: str) -> frozenset[str]:
    """Texts of which every match of `pattern` holds at least one; empty when nothing can be said."""
    parsed = _parser.parse(pattern)
    if parsed.state.flags & re.IGNORECASE:
        return frozenset()
    needles = _of_sequence(parsed)
    return needles if len(needles) <= _MOST else frozenset()


def _of_sequence(parts: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    best: frozenset[str] = frozenset()
    letters = ""
    for kind, value in [*parts, (None, None)]:
        if kind is _constants.LITERAL:
            letters += chr(value)
            continue
        best = _better(_better(best, frozenset({letters} - {""})), _of_part(kind, value))
        letters = ""
    return best


def _of_part(kind: Any, value: Any) -> frozenset[str]:
    if kind is _constants.SUBPATTERN:
        _, flags, _, inner = value
        return frozenset() if flags & re.IGNORECASE else _of_sequence(inner)
    if kind is _constants.BRANCH:
        each = [_of_sequence(branch) for branch in value[1]]
        return frozenset().union(*each) if all(each) else frozenset()
    if kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT) and value[0] > 0:
        return _of_sequence(value[2])
    return frozenset()


def _better(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """The needles that are rarer: long ones, and few."""
    if not one or not other:
        return one or other
    return max(one, other, key=lambda needles: (min(3, *map(len, needles)), -len(needles)))
