"""One message in several languages: `remedy.en.md` and `remedy.de.md` are the message *remedy*.

Each customer gets the one in their own language, else `remedy.md`, else the one in the mistake's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from babel.localedata import exists

from makegood.core.render.message import Message
from makegood.core.render.page import NO_FRAME, Frame
from makegood.core.render.values import Value
from makegood.kit.plugins import Words

FOLDER = "messages/"
_NAMED = re.compile(r"(?P<name>.+)\.(?P<language>[a-z]{2})(?:[-_](?P<region>[A-Z]{2}))?")


def message_of(file: str) -> tuple[str, str]:
    """Name and language of a file: `messages/remedy.de-AT.md` is (`remedy`, `de-AT`), `remedy.md` (`remedy`, "").

    Only languages that CLDR knows count: `messages/remedy.v2.md` is the message `remedy.v2`.
    """
    stem = file.rsplit("/", 1)[-1].removesuffix(".md")
    found = _NAMED.fullmatch(stem)
    if found is None or not exists(found["language"]):
        return stem, ""
    return found["name"], found["language"] + (f"-{found['region']}" if found["region"] else "")


def by_message(files: Iterable[str]) -> dict[str, dict[str, str]]:
    """The messages among a folder's documents by name, each with its files by language, "" for one that names none."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(one for one in files if one.startswith(FOLDER)):
        name, language = message_of(file)
        found.setdefault(name, {})[language] = file
    return found


def choose(languages: Iterable[str], locale: str, default: str) -> str:
    """Which of `languages` a customer who reads `locale` gets; `default` is the mistake's own. One must be there."""
    there = {one.replace("_", "-").lower(): one for one in languages}
    for wanted in (locale, default):
        exact = wanted.replace("_", "-").lower()
        for one in (exact, exact.partition("-")[0]):
            if one in there:
                return there[one]
        near = sorted(one for one in there if one.partition("-")[0] == exact.partition("-")[0] and exact)
        if near:
            return there[near[0]]
        if "" in there:
            return ""
    return there[min(there)]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message as a step names it, in each of its languages; `default` is the language of the mistake."""

    name: str
    by_language: Mapping[str, Message]
    default: str

    @property
    def placeholders(self) -> frozenset[str]:
        """What any of the languages names."""
        return frozenset().union(*(one.placeholders for one in self.by_language.values()))

    def of(self, locale: str) -> Message:
        return self.by_language[choose(self.by_language, locale, self.default)]

    def render(self, facts: Mapping[str, Value], *, locale: str, frame: Frame = NO_FRAME) -> Words:
        """The words for one customer who reads `locale` ("" where nobody knows). Raises as `Message.render`."""
        spoken = locale or self.default
        return self.of(spoken).render(facts, locale=spoken, frame=frame)
