"""Every placeholder of a message must be something that will be known about each customer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Protocol

from makegood.core.mapping import ScopeMapping
from makegood.core.mistakefile import MistakeFile
from makegood.kit.errors import Finding, Place

STANDARD = (
    "name",
    "brand",
    "title",
    "noticed",
    "due",
    "update.number",
    "update.news",
    "update.next",
    "prevention.text",
    "prevention.done",
    "person",
)


class HasTexts(Protocol):
    @property
    def texts(self) -> Mapping[str, str]: ...
    def shown(self, name: str) -> str: ...


def check_placeholders(
    folder: HasTexts,
    used: Mapping[str, Collection[str]],
    scope: ScopeMapping,
    mistake: MistakeFile,
    remedies: Collection[str] | None,
) -> list[Finding]:
    """Findings for names that are neither a scope column, `facts.<id>`, `amounts.<remedy>` nor a standard name.
    `used` are the names by file.

    `remedies` None means that the policy is not known: amounts are not checked then. A fact that is not confirmed yet
    is advice: the message states it as true.
    """
    facts = {f"facts.{fact.id}": fact.confirmed for fact in mistake.facts}
    known = [*STANDARD, *scope.columns, *facts, *(f"amounts.{word}" for word in remedies or ())]
    found = []
    for file, names in sorted(used.items()):
        place = Place(folder.shown(file))
        text = folder.texts.get(file, "")
        for name in sorted(names):
            if name in known:
                if not facts.get(name, True):
                    what = f"The message states '{name}', which is not confirmed yet."
                    remedy = "Confirm the fact in mistake.yaml, or leave it out until it is."
                    found.append(Finding("unconfirmed-fact", what, remedy, "advice", _line(place, text, name)))
            elif not (remedies is None and name.startswith("amounts.")):
                close = get_close_matches(name, known, 1)
                remedy = f"Did you mean '{close[0]}'?" if close else f"There are: {', '.join(known)}."
                what = f"There is nothing called '{name}' to fill into the message."
                found.append(Finding("unknown-placeholder", what, remedy, place=_line(place, text, name)))
    return found


def _line(place: Place, text: str, name: str) -> Place:
    at = text.find(name)
    if at < 0:
        return place
    return Place(place.file, text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1)
