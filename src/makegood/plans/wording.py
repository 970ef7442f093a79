"""The words of a message as a plan sees them: one reading for each skeleton, every fault at its place in the template.

Pure. What is silenced in the template with a reason stays a finding, with that reason recorded; without one it is as if
the comment were not there.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from makegood.checks.disables import Disable
from makegood.checks.found import Fault, Reading, Span
from makegood.checks.planned import PLANNED
from makegood.checks.readable import Measure, measure
from makegood.checks.reading import LANGUAGES, read_text, tell_language
from makegood.checks.rule import Rule
from makegood.checks.rules import get_needs, get_rule
from makegood.checks.text import Text, split_text
from makegood.core.render import Traced
from makegood.core.render.traced import Piece
from makegood.kit.errors import Level, Place

LEVELS: dict[str, Level] = {"error": "blocking", "warning": "warning", "suggestion": "advice"}
NOT_IN_A_PLAN: dict[str, Level] = {"MG213": "blocking"}  # a message about a mistake sells nothing
_PERHAPS = re.compile(r"\b(?:may|might|could|whether|if|falls|ob|könnten?|vielleicht|möglicherweise)\b", re.IGNORECASE)
_RULES = {rule.id: rule for rule in PLANNED}
# What a message says by showing a value, whatever the words around it: slots by how they begin, and the elements.
_TOLD = {
    "amounts.": ("MG107", "MG109"),
    "prevention.text": ("MG108",),
    "update.news": ("MG107",),
    "update.next": ("MG110",),
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How the words of one step's message are read. `kind` "" asks for no element: at the desk a person has read it."""

    kind: str = "general"
    fault: str = "clear"
    language: str = ""
    audience: str = "consumer"
    attempt: int = 0

    @classmethod
    def of(cls, said: Mapping[str, Any], *, fault: str, kind: str = "general", attempt: int = 0) -> Manner:
        """What the front matter says, before what follows from the step (`kind`, `attempt`) and the mistake."""
        return cls(
            kind=str(said.get("kind", kind)),
            fault=str(said.get("fault", fault)),
            language=str(said.get("language", "")),
            audience=str(said.get("audience", "consumer")),
            attempt=int(said.get("attempt", attempt if attempt > 1 else 0)),
        )


@dataclass(frozen=True, slots=True)
class Said:
    """One thing found in a message, the same for all who get these words. `because` is the recorded reason; `own`
    says that it lies in a value of this one customer."""

    code: str
    level: Level
    what: str
    remedy: str
    place: Place
    because: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """A message as it was read. `language` is "" where the checker does not know it; nothing is said of it then."""

    traced: Traced
    text: Text
    reading: Reading | None
    language: str = ""
    said: tuple[Said, ...] = ()

    def spans(self, rule: str) -> list[tuple[int, int]]:
        """The sentences of the text that hold this element, as stretches of it; none that speaks of a possibility."""
        found = [one.span for one in self.reading.elements if one.id == rule] if self.reading else []
        spans = [self.text.get_span(one.start, one.end) for one in self.text.sentences]
        return [
            (sentence.start, sentence.end)
            for sentence in spans
            if any(sentence.start <= span.start < sentence.end for span in found)
            and not _PERHAPS.search(self.text.given[sentence.start : sentence.end])
        ]

    @property
    def apologises(self) -> bool:
        return self.reading is not None and any(one.id == "MG102" for one in self.reading.elements)


@dataclass(frozen=True)
class Template:
    """The file of a message: its name, its text as the author wrote it, and the comments that silence rules."""

    name: str
    text: str
    disables: tuple[Disable, ...] = field(init=False)
    lines: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        text = self.text.removeprefix("\ufeff").replace("\r\n", "\n")
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "disables", split_text(text).disables)
        object.__setattr__(self, "lines", (0, *(found.end() for found in re.finditer("\n", text))))

    def reason(self, rule: str, place: Place) -> str:
        """Why the template silences the rule at this place; "" where it does not, or gives no reason."""
        at = self.lines[place.line - 1] + (place.column or 1) - 1 if place.line else None
        for one in self.disables:
            if one.rule == rule and one.reason and (at is None or one.first <= at < one.last):
                return one.reason
        return ""

    def place_of(self, name: str) -> Place:
        """Where a fact is shown first; the file where it is shown by a loop or a filter alone."""
        found = re.search(rf"\{{\{{-?\s*{re.escape(name)}\b", self.text)
        return self.place(found.start()) if found else Place(self.name)

    def place(self, index: int) -> Place:
        line = bisect.bisect_right(self.lines, index)
        return Place(self.name, line, index - self.lines[line - 1] + 1)


def is_read(locale: str) -> bool:
    """Whether the checker knows this language, or has to tell it from the words ("")."""
    return not locale or locale.replace("_", "-").partition("-")[0] in LANGUAGES


def read_words(template: Template, traced: Traced, manner: Manner, *, spoken: str, attempt: int) -> Read:
    """Reads one customer's message for all who get the same skeleton. `spoken` is the message's own language, or ""."""
    text = split_text(traced.text)
    language = manner.language or spoken.replace("_", "-").partition("-")[0] or tell_language(text.plain).code
    if language not in LANGUAGES:
        return Read(traced, text, None)
    tries = manner.attempt or attempt
    reading = read_text(
        text,
        kind=manner.kind or "general",
        attempt=tries,
        fault=manner.fault,
        language=language,
        audience=manner.audience,
    )
    said = [*_faults(template, traced, reading), *_missing(template, traced, manner, reading)]
    said += _hard(template, measure(text, language), manner.audience)
    return Read(traced, text, reading, language, tuple(said))


def list_template_faults(template: Template, manner: Manner) -> list[Said]:
    """What can be said of a template before there is a customer: its own words, without what is filled in."""
    if manner.language and manner.language not in LANGUAGES:
        return []
    text = split_text(template.text)
    language = manner.language or tell_language(text.plain).code
    reading = read_text(text, kind="general", fault=manner.fault, language=language, audience=manner.audience)
    own = [one for one in (*reading.garbled, *reading.faults) if not re.search(r"\{[{%]|[%}]\}", one.match)]
    return [
        _said(template, one.id, one.severity, _of(one, one.match), one.suggestion, _at(template, one.span))
        for one in own
    ]


def rule_said(template: Template, code: str, detail: str, place: Place, *, level: Level | None = None) -> Said:
    """A finding of a rule that only a plan can judge, with what it is about."""
    rule = _rule(code)
    what = f"{rule.message} {detail}".strip()
    return _silenced(template, Said(code, level or LEVELS[rule.severity], what, rule.suggestion, place))


def _rule(code: str) -> Rule:
    return _RULES[code] if code in _RULES else get_rule(code)


def _faults(template: Template, traced: Traced, reading: Reading) -> Iterator[Said]:
    for one in (*reading.garbled, *reading.faults):
        piece = traced.piece_at(one.span.start)
        own = piece is not None and _is_own(piece) and one.span.end <= piece.end
        if own and one.id == "MG216":
            continue  # values are looked at in every message, not in this one for all
        place = traced.place(one.span.start)
        said = _said(template, one.id, one.severity, _of(one, shown(traced, one.span)), one.suggestion, place)
        yield replace(said, own=own)


def _is_own(piece: Piece) -> bool:
    """Whether it is a customer's value, and neither the author's words nor a fact of the mistake."""
    return bool(piece.slot) and not piece.slot.startswith("facts.")


def _missing(template: Template, traced: Traced, manner: Manner, reading: Reading) -> Iterator[Said]:
    """What this kind of message needs and does not say. A missing element has no place but the file.

    The plan knows what its values are: a message that shows an amount says what is done, and what is given; so does one
    that gives the money back in words. A step that tells a customer again (because more is owed now) is read as a
    second apology, and what only that needs is a suggestion.
    """
    needed = get_needs(manner.kind, attempt=manner.attempt or 1, fault=manner.fault) if manner.kind else {}
    slots = [piece.slot for piece in traced.slots(0, len(traced.text))]
    told = {rule for slot in slots for start, rules in _TOLD.items() if slot.startswith(start) for rule in rules}
    if any(one.id == "MG109" for one in reading.elements):
        told.add("MG107")
    for one in reading.missing if manner.kind else ():
        if one.id not in told:
            severity = needed.get(one.id, "suggestion")
            yield _said(template, one.id, severity, one.message, one.suggestion, Place(template.name))


def _hard(template: Template, measured: Measure, audience: str) -> Iterator[Said]:
    place = Place(template.name)
    if measured.is_hard(audience):
        formula = "Flesch reading ease" if measured.language == "en" else "Wiener Sachtextformel"
        bound = "at least" if measured.language == "en" else "at most"
        detail = f"{formula} is {measured.score:.0f}; for this audience {bound} {measured.bound(audience)}."
        yield rule_said(template, "MG506", detail, place)
    if measured.is_long(audience):
        detail = f"It has {measured.words} words; this audience reads {measured.most(audience)}."
        yield rule_said(template, "MG507", detail, place)


def _said(template: Template, code: str, severity: str, what: str, remedy: str, place: Place) -> Said:
    level = NOT_IN_A_PLAN.get(code, LEVELS[severity])
    return _silenced(template, Said(code, level, what, remedy, place))


def _silenced(template: Template, said: Said) -> Said:
    """The reason in the template is a recorded one: what blocks becomes what has a reason."""
    because = template.reason(said.code, said.place)
    if not because:
        return said
    level: Level = "advice" if said.level == "advice" else "warning"
    return replace(said, level=level, because=because)


def _of(fault: Fault, words: str) -> str:
    return f"“{words}”: {fault.message}"


def shown(traced: Traced, span: Span) -> str:
    """The words of a span, each customer's own value as its placeholder: a finding is no place for their data."""
    parts, at = [], span.start
    for piece in traced.slots(span.start, span.end):
        parts.append(traced.text[at : piece.start])
        told = not _is_own(piece)
        parts.append(
            traced.text[max(piece.start, span.start) : min(piece.end, span.end)] if told else f"{{{{ {piece.slot} }}}}"
        )
        at = piece.end
    parts.append(traced.text[at : span.end] if at < span.end else "")
    return " ".join("".join(parts).split())


def _at(template: Template, span: Span) -> Place:
    return Place(template.name, span.line, span.column)
