"""English: one language, its words, elements, remedies and faults each in a file of their own."""

from __future__ import annotations

from makegood.languages.english_elements import ELEMENTS
from makegood.languages.english_faults import FAULTS
from makegood.languages.english_grammar import GRAMMAR
from makegood.languages.english_plain import PLAIN
from makegood.languages.english_remedies import REMEDIES
from makegood.languages.english_words import WORDS
from makegood.languages.language import Language, joined

ENGLISH = Language(
    code="en",
    common="the and to of we you your our is are for that this with have was it not be on in",
    words=WORDS,
    phrases=joined({**ELEMENTS, **REMEDIES, **FAULTS}, PLAIN),
    grammar=GRAMMAR,
)
