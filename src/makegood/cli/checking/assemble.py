"""One message from its file to what is shown of it: settings, reading, levels, allowed phrases, silence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from makegood.checks.found import Reading
from makegood.checks.reading import read_text
from makegood.checks.text import split_text
from makegood.cli.checking.files import MessageFile
from makegood.cli.checking.front import read_front
from makegood.cli.checking.results import Checked, Shown, reaches
from makegood.cli.checking.settings import Settings
from makegood.cli.checking.silence import silence

DEFAULT = Settings(
    kind="general", attempt=1, fault="clear", audience="consumer", min_level="suggestion", fail_on="error"
)
# The order in which a message is best read: the failure first, without a cushion (Veltsos 2012), then who owns it, what
# it meant and why, what is done, what comes next.
ORDER = tuple(f"MG{number}" for number in (101, 102, 103, 105, 104, 106, 107, 109, 110, 108, 111))


def check_file(file: MessageFile, given: Settings, near: Settings) -> Checked:
    """Checks one message. The command's options (`given`) go before its front matter, that before the settings near it.

    Raises `BadInput` for front matter that cannot be used.
    """
    message = split_text(file.text)
    front = read_front(message.front, file.text, file.name)
    settings = given.over(front.settings).over(near).over(DEFAULT)
    kind, attempt = settings.kind or "", settings.attempt or 1
    reading = read_text(
        message,
        kind=kind,
        attempt=attempt,
        fault=settings.fault or "",
        language=settings.language,
        audience=settings.audience or "",
    )
    found = list(_found(reading, message.body, is_template=front.is_template))
    left, silenced, wrong = silence(found, message, front.ignored)
    said = partial(_settled, settings=settings, kind=kind, text=file.text.casefold())
    shown = [one for one in map(said, (*left, *wrong)) if one and reaches(one.level, settings.min_level or "")]
    return Checked(
        file=file.name,
        text=file.text,
        kind=kind,
        language=reading.language,
        attempt=attempt,
        elements=reading.elements,
        shown=tuple(sorted(shown, key=_order)),
        silenced=tuple(sorted(filter(None, map(said, silenced)), key=_order)),
        fail_on=settings.fail_on or "error",
    )


def _found(reading: Reading, body: int, *, is_template: bool) -> Iterator[Shown]:
    for fault in (*reading.garbled, *reading.faults):
        if is_template and fault.name == "placeholder" and fault.match.startswith(("{{", "{%")):
            continue  # it will be filled in; 'makegood validate' says whether it can be
        yield Shown(
            fault.id, fault.name, fault.severity, fault.message, fault.suggestion, extent=fault.span, match=fault.match
        )
    for one in reading.missing:
        yield Shown(
            one.id, one.name, one.severity, one.message, f"{one.suggestion} {_place_for(one.id, reading, body)}"
        )


def _place_for(element: str, reading: Reading, body: int) -> str:
    """Where a missing element belongs: behind those that come before it and are there, each where it is said first.

    What only the subject says does not count: nothing is to be written into the front matter, which ends at `body`.
    """
    before = ORDER[: ORDER.index(element)]
    first: dict[str, int] = {}
    for one in (one for one in reading.elements if one.span.start >= body):
        first[one.id] = min(first.get(one.id, one.span.end_line), one.span.end_line)
    lines = [line for known, line in first.items() if known in before]
    return f"Its place is after line {max(lines)}." if lines else "Its place is at the beginning."


def _settled(one: Shown, *, settings: Settings, kind: str, text: str) -> Shown | None:
    """The finding with its level by the settings; None when they switch it off or allow its words."""
    said = settings.of_rule(one.rule, kind)
    if said.level == "off" or any(_lies_in(one, phrase, text) for phrase in said.allow):
        return None
    return replace(one, level=said.level) if said.level else one


def _lies_in(one: Shown, phrase: str, text: str) -> bool:
    """Whether the words of a finding stand within the allowed phrase, at this place of the text."""
    if one.extent is None:
        return False
    pattern = r"\s+".join(re.escape(word) for word in phrase.casefold().split())
    return any(
        hit.start() <= one.extent.start and one.extent.end <= hit.end()
        for hit in re.finditer(rf"(?<!\w){pattern}(?!\w)", text)
    )


def _order(one: Shown) -> tuple[bool, int, str]:
    """By place, then what is missing."""
    return (one.extent is None, one.extent.start if one.extent else 0, one.rule)
