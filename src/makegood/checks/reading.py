"""Read one message: which elements it has, which faults, and what its kind needs and does not get."""

from __future__ import annotations

import re

from makegood.checks.found import Element, Fault, Missing, Reading
from makegood.checks.rules import get_needs, get_rule, list_rules
from makegood.checks.text import Sentence, Text, split_text
from makegood.languages.english import ENGLISH
from makegood.languages.german import GERMAN
from makegood.languages.language import Language, get_pattern

LANGUAGES = {language.code: language for language in (ENGLISH, GERMAN)}


def read_message(
    text: str,
    *,
    kind: str,
    attempt: int = 1,
    fault: str = "clear",
    language: str | None = None,
    audience: str = "consumer",
) -> Reading:
    """Read one message in Markdown, HTML or plain text.

    `kind` is one of `rules.KINDS`; `attempt` counts the apologies to this customer for this mistake, from 1; `fault`
    is `clear`, `unclear` or `none`; `language` is `en`, `de` or None to tell it from the words; `audience` is
    `consumer`, `business` or `developer`. Raises `KeyError` for an unknown kind or language.
    """
    return read_text(split_text(text), kind=kind, attempt=attempt, fault=fault, language=language, audience=audience)


def read_text(
    message: Text,
    *,
    kind: str,
    attempt: int = 1,
    fault: str = "clear",
    language: str | None = None,
    audience: str = "consumer",
) -> Reading:
    """`read_message` for a text that is already taken apart."""
    needs = get_needs(kind, attempt=attempt, fault=fault)
    spoken = LANGUAGES[language] if language else tell_language(message.plain)
    elements: list[Element] = []
    faults: list[Fault] = []
    for rule in list_rules():
        if rule.name == "jargon" and audience == "developer":
            continue
        for sentence, match in _list_matches(message, spoken, rule.name):
            span = message.get_span(sentence.start + match.start(), sentence.start + match.end())
            words = message.given[span.start : span.end]
            if rule.is_element:
                elements.append(Element(rule.id, rule.name, span, words))
            else:
                faults.append(Fault(rule.id, rule.name, rule.severity, span, rule.message, rule.suggestion, words))
    found = {element.id for element in elements}
    missing = [
        Missing(rule.id, rule.name, need, rule.message, rule.suggestion)
        for rule, need in ((get_rule(one), need) for one, need in needs.items())
        if rule.id not in found
    ]
    faults.sort(key=lambda one: (one.span.start, one.id))
    return Reading(kind, spoken.code, tuple(elements), tuple(faults), tuple(missing))


def tell_language(plain: str) -> Language:
    """The language whose common words the text uses most; English when it uses none."""
    words = re.findall(r"[^\W\d_]+", plain[:4000].lower())
    common = {code: frozenset(language.common.split()) for code, language in LANGUAGES.items()}
    return max(LANGUAGES.values(), key=lambda language: sum(word in common[language.code] for word in words))


def _list_matches(message: Text, spoken: Language, name: str) -> list[tuple[Sentence, re.Match[str]]]:
    phrases = spoken.phrases.get(name)
    if phrases is None:
        return []
    found = []
    for sentence in message.sentences:
        lowered = sentence.text.lower()
        if any(get_pattern(spoken.spell_out(phrase)).search(lowered) for phrase in phrases.unless):
            continue
        matches = (get_pattern(spoken.spell_out(phrase)).search(lowered) for phrase in phrases.find)
        first = next((match for match in matches if match), None)
        if first and first.end() > first.start():
            found.append((sentence, first))
    return found
