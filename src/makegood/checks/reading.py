"""Read one message: which elements it has, which faults, and what its kind needs and does not get."""

from __future__ import annotations

import re

from makegood.checks.found import Element, Fault, Missing, Reading
from makegood.checks.garbled import list_garbled
from makegood.checks.matching import Hit, Lowered, get_matcher
from makegood.checks.rule import Rule
from makegood.checks.rules import get_needs, get_rule, list_rules
from makegood.checks.text import Text, split_text
from makegood.languages.english import ENGLISH
from makegood.languages.german import GERMAN
from makegood.languages.language import Language

LANGUAGES = {language.code: language for language in (ENGLISH, GERMAN)}
# Responsibility has two meanings; a message that has either owns it (docs/checker-quality.md).
_PARTS = {"responsibility": ("cause_owned", "blame_accepted")}


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
    lowered = Lowered(message.sentences)
    hits = {
        part: list(get_matcher(spoken).list_hits(part, message.sentences, lowered))
        for rule in list_rules()
        for part in _PARTS.get(rule.name, (rule.name,))
    }
    garbled = _list_faults(get_rule("garbled"), list_garbled(message.plain, spoken), message)
    elements: list[Element] = []
    faults: list[Fault] = []
    for rule in list_rules():
        if rule.is_element:
            elements.extend([] if garbled else _list_elements(rule, hits, message))
        elif rule.name != "garbled" and not (rule.name == "jargon" and audience == "developer"):
            faults.extend(_list_faults(rule, hits[rule.name], message))
    found = {element.id for element in elements}
    missing = [
        Missing(rule.id, rule.name, need, rule.message, rule.suggestion)
        for rule, need in ((get_rule(one), need) for one, need in needs.items())
        if rule.id not in found
    ]
    faults.sort(key=lambda one: (one.span.start, one.id))
    return Reading(kind, spoken.code, tuple(elements), tuple(faults), tuple(missing), tuple(garbled))


def tell_language(plain: str) -> Language:
    """The language whose common words the text uses most; English when it uses none."""
    words = re.findall(r"[^\W\d_]+", plain[:4000].lower())
    common = {code: frozenset(language.common.split()) for code, language in LANGUAGES.items()}
    return max(LANGUAGES.values(), key=lambda language: sum(word in common[language.code] for word in words))


def _list_elements(rule: Rule, hits: dict[str, list[Hit]], message: Text) -> list[Element]:
    found = []
    for part in _PARTS.get(rule.name, (rule.name,)):
        for hit in hits[part]:
            span = message.get_span(hit.start, hit.end)
            parts = () if part == rule.name else (part,)
            found.append(Element(rule.id, rule.name, span, message.given[span.start : span.end], parts))
    return sorted(found, key=lambda one: one.span.start)


def _list_faults(rule: Rule, hits: list[Hit], message: Text) -> list[Fault]:
    found = []
    for hit in hits:
        span = message.get_span(hit.start, hit.end)
        match = message.given[span.start : span.end]
        found.append(Fault(rule.id, rule.name, rule.severity, span, rule.message, rule.suggestion, match))
    return found
