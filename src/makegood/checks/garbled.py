"""Prose that is machine-spun or broken: thesaurus words where plain ones belong, words said twice.

One odd word is style; two different ones in one message are a pattern (a spinner swaps nearly every noun and verb).
The same idea finds spun papers by their "tortured phrases" (Cabanac, Labbe and Magazinov 2021).
"""

from __future__ import annotations

import re
from functools import cache

from makegood.checks.matching import Hit, lower
from makegood.languages.language import Language

_ENOUGH = 2


def list_garbled(plain: str, language: Language) -> list[Hit]:
    """The odd wordings of a message when it has at least two different ones; otherwise nothing."""
    matches = list(_pattern(language).finditer(lower(plain)))
    if len({match.group() for match in matches}) < _ENOUGH:
        return []
    return [Hit(0, match.start(), match.end()) for match in matches]


@cache
def _pattern(language: Language) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{language.words['spun']})\b")
