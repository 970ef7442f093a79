"""What the front matter of a message says about its check:

    ---
    makegood: {kind: outage, attempt: 2, ignore: [MG202]}
    ---

Other keys belong to others (a site generator's) and are left alone; the `subject` is read with the message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from makegood.cli.checking.catalogue import WORDS
from makegood.cli.checking.settings import Settings
from makegood.kit.errors import BadInput, Finding, Place, refuse

ONE_OF = {"kind": WORDS.kinds, "fault": WORDS.faults, "language": WORDS.languages, "audience": WORDS.audiences}
KEYS = (*ONE_OF, "attempt", "ignore")
_OPENED = re.compile(r"---[ \t]*\r?\n(?=[\w-]+[ \t]*:)")


@dataclass(frozen=True, slots=True)
class Front:
    """Settings of one message, and the rules its front matter ignores, each id with its place.

    `is_template`: it has a `subject`, as the messages of a recovery have, which are filled in for each customer.
    """

    settings: Settings
    ignored: Mapping[str, Place]
    is_template: bool = False


def read_front(front: str, given: str, name: str) -> Front:
    """Reads front matter; `front` is what `checks.text` found between the lines `---`, `given` the whole message.

    Raises `BadInput` with file, line and column for front matter that is not closed, broken YAML, unknown keys, wrong
    values.
    """
    if not front.strip():
        if _OPENED.match(given):
            what = "The front matter is opened by '---' and never closed."
            remedy = "End it with a line '---'."
            raise BadInput(what, remedy=remedy, place=Place(name, 1, 1), code="front-matter-open")
        return Front(Settings(), {})
    from makegood.kit.yamlfile import parse  # it takes longer to start than to check a message

    read = parse(f"\n{front}", name)  # the line '---' before it, so that lines are those of the file
    whole = read.value if isinstance(read.value, dict) else {}
    own = whole.get("makegood")
    if own is None:
        return Front(Settings(), {}, is_template="subject" in whole)
    findings: list[Finding] = []
    values, ignored = {}, {}
    if not isinstance(own, dict):
        findings.append(_wrong("makegood is not a table.", "Write makegood: {kind: ...}.", read.place(("makegood",))))
        own = {}
    for key, value in own.items():
        place = read.place(("makegood", key))
        remedy = _remedy(key, value)
        if remedy:
            findings.append(_wrong(f"{key} is '{value}'." if key in KEYS else f"'{key}' is not known.", remedy, place))
        elif key == "ignore":
            ignored = {WORDS.rules[one]: read.place(("makegood", key, n)) for n, one in enumerate(value)}
        else:
            values[key] = value
    if findings:
        raise refuse("The front matter cannot be used.", findings, remedy="Correct it.")
    return Front(Settings(**values), ignored, is_template="subject" in whole)


def _remedy(key: str, value: object) -> str:
    """What to do about a value; "" when it is right."""
    if key in ONE_OF:
        return "" if value in ONE_OF[key] else f"Write one of: {', '.join(ONE_OF[key])}."
    if key == "attempt":
        right = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 99
        return "" if right else "Write a whole number from 1: 2 for the second apology."
    if key == "ignore":
        right = isinstance(value, list) and all(isinstance(one, str) and one in WORDS.rules for one in value)
        return "" if right else "Write a list of rules, such as [MG202]; see them with 'makegood explain'."
    return f"Known are: {', '.join(KEYS)}."


def _wrong(what: str, remedy: str, place: Place) -> Finding:
    return Finding("front-matter-wrong", what, remedy, place=place)
