"""English: one language, its elements and faults in two files."""

from __future__ import annotations

from makegood.languages.english_elements import ELEMENTS, WORDS
from makegood.languages.english_faults import FAULTS
from makegood.languages.language import Language

ENGLISH = Language(
    code="en",
    common="the and to of we you your our is are for that this with have was it not be on in",
    words=WORDS,
    phrases={**ELEMENTS, **FAULTS},
)
