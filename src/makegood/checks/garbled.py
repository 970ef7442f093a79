"""Prose that is machine-spun or broken: thesaurus words where plain ones belong, words said twice.

One odd word is style; several different ones in one message are a pattern (a spinner swaps nearly every noun and verb).
The same idea finds spun papers by their "tortured phrases" (Cabanac, Labbe and Magazinov 2021). Wordings that nobody
writes (`spun`) weigh more than words that have a plain use as well (`odd`): a team may be a squad and sell a bundle.
"""

from __future__ import annotations

import re
from functools import cache

from makegood.checks.matching import Hit, lower
from makegood.languages.language import Language

_SPUN = 3
_ODD = 2
_ENOUGH = 5
"""Two that nobody writes, one of them and one odd word, or three odd words."""


def list_garbled(plain: str, language: Language) -> list[Hit]:
    """The odd wordings of a message when there are enough different ones; otherwise nothing."""
    text = lower(plain)
    spun, odd = (list(_pattern(language, name).finditer(text)) for name in ("spun", "odd"))
    weight = _SPUN * len({match.group() for match in spun}) + _ODD * len({match.group() for match in odd})
    if weight < _ENOUGH:
        return []
    return [Hit(0, match.start(), match.end()) for match in sorted((*spun, *odd), key=lambda match: match.start())]


@cache
def _pattern(language: Language, name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{language.words[name]})\b")
