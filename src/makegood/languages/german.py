"""German."""

from __future__ import annotations

from makegood.languages.language import Language, Phrases

_WORDS = {
    "spun": r"verschiebung ihres bündels|bündel|beweinen|wehklag\w*|der der|die die die|und und|zu zu|wir wir|sühnen",
    "sorry": r"entschuldig\w*|verzeih\w*|bedauer\w*|leid",
}

_PHRASES = {
    "regret": (Phrases((r"\bes tut (?:uns|mir)(?: \w+){0,2} leid\b", r"\b(?:wir|ich) (?:entschuldige|bedauer)\w*")),),
    "any_inconvenience": (Phrases((r"\bunannehmlichkeit(?:en)?\b",)),),
}

GERMAN = Language(
    code="de",
    common="der die das und ist wir sie ihre ihr nicht mit für ein eine auf zu den dem haben es",
    words=_WORDS,
    phrases=_PHRASES,
)
