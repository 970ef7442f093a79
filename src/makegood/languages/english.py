"""English."""

from __future__ import annotations

from makegood.languages.language import Language, Phrases

_WORDS = {
    "sorry": r"sorry|apolog\w+|regret|regrets|pardon|excuse",
    "bother": r"inconveniences?|confusion|frustrations?|disruptions?|hassle|troubles?|bother|annoyance",
    "hap": r"cause[ds]?|caus(?:es|ing)|created?|occurred|experienced?|led to|meant|brought",
    "outside": r"vendor|provider|supplier|carrier|courier|contractor|partner|airline|bank|processor|operator",
}

_PHRASES = {
    "regret": Phrases(
        (
            r"\b(?:we|i)(?: are|'re| am|'m)?(?: \w+){0,2} (?:sorry|apologi[sz]e|regret)\b",
            r"\b(?:my|our)(?: \w+){0,2} apolog(?:y|ies)\b",
            r"^(?:so |very |really )?sorry\b",
        ),
        (r"\bsorry (?:to|you)\b", r"\bregret to inform\b"),
    ),
    "conditional": Phrases(
        (
            r"(?<=sorry )if\b",
            r"\b(?:this|it|that|which) (?:may|might|could) (?:have )?(?:<hap>)",
            r"\bshould you have been\b",
        ),
    ),
    "any_inconvenience": Phrases(
        (
            r"\bany(?: \w+){0,2} (?:<bother>)\b",
            r"\b(?:for|about|regret|understand|excuse)(?: the| this| these)?(?: \w+)?(?= (?:<bother>)) (?:<bother>)\b",
            r"\bmolestias\b|\binconvenientes\b|\bgêne occasionnée\b|\bdésagréments?\b|\btranstornos?\b",
        ),
    ),
    "blame_third_party": Phrases(
        (r"\b(?:due to|because of|caused by) (?:our|the|a)(?: \w+){0,2} (?:<outside>)\b",),
    ),
}

ENGLISH = Language(
    code="en",
    common="the and to of we you your our is are for that this with have was it not be on in",
    words=_WORDS,
    phrases=_PHRASES,
)
