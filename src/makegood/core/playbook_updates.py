"""Updates: a step that tells the same people again and again until the mistake is fixed.

    {id: update, do: tell, message: progress, channels: [email], every: 24 hours, until: fixed}

Each occurrence is a plan of its own, with acts of the next sequence. It has news, or says when the next one comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from makegood.core.calendars import Calendar
from makegood.core.duetimes import Due, parse_due, resolve
from makegood.core.findings import Findings, Path
from makegood.core.playbook_rules import Stage, Step
from makegood.kit.errors import BadInput

MOST = 10  # occurrences that one approval by a person covers
LEAD = timedelta(hours=1)  # an update goes out within the last hour (or tenth) before the moment that was promised
_SHORTEST = timedelta(hours=1)
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def read_every(at: Findings, path: Path, text: Any, calendars: Mapping[str, Calendar]) -> Due | None:
    """The time between two occurrences, as lengths that count from `as_of`; a finding where it is none."""
    if text is None:
        return None
    try:
        every = parse_due(f"as_of + {text}", calendars)
        if resolve(every, {"as_of": _SOME_DAY}, ZoneInfo("UTC")) - _SOME_DAY >= _SHORTEST:
            return every
        what = f"'{text}' is shorter than an hour."
    except BadInput as no:
        if no.code == "unknown-calendar":
            at.refused(path, no)
            return None
        what = f"'{text}' is not a length of time."
    at.add(path, "bad-every", what, "Write for example 24 hours, 2 days or 1 business day in england.")
    return None


def check_updates(at: Findings, stages: Mapping[str, Stage]) -> None:
    """Only a tell is repeated, until the mistake is fixed, and in a stage of its own: its plans are made by the
    clock."""
    for stage in stages.values():
        for index, step in enumerate(stage.steps):
            path: Path = ("stages", stage.name, "steps", index)
            body = at.file.value["stages"][stage.name]["steps"][index]
            _check_words(at, path, step, body)
            if step.every is not None and len(stage.steps) > 1:
                what = f"The step '{step.id}' repeats, and stands beside others."
                at.add(path, "update-alone", what, "Give it a stage of its own, such as progress.")


def _check_words(at: Findings, path: Path, step: Step, body: Mapping[str, Any]) -> None:
    repeats = "every" in body
    if repeats and step.do != "tell":
        what = f"The step '{step.id}' is to {step.do}; only a tell is repeated."
        at.add((*path, "every"), "needless-setting", what, "Remove 'every'.")
    if repeats and "until" not in body:
        what = f"The step '{step.id}' repeats, and nothing ends it."
        at.add((*path, "every"), "incomplete-step", what, "Add until: fixed.")
    for word in ("until", "most"):
        if word in body and not repeats:
            what = f"'{word}' belongs to a step that repeats."
            at.add((*path, word), "needless-setting", what, f"Remove '{word}', or add every: 24 hours.")


@dataclass(frozen=True, slots=True)
class Promised:
    """What an update says of the next one: it comes by `by`, and may be made from `since` on. Aware, UTC."""

    since: datetime
    by: datetime


def promise_next(every: Due, as_of: datetime, last: Promised | None, zone: ZoneInfo) -> Promised:
    """The moment after an update of `as_of`: counted from the one that was promised for it, so that updates keep their
    hour; from `as_of` where it is the first, or comes early with its news. Raises `BadInput`: out of its calendar."""
    start = as_of if last is None or as_of < last.since else last.by
    moment = resolve(every, {"as_of": start}, zone)
    while moment <= as_of:
        moment = resolve(every, {"as_of": moment}, zone)
    return Promised(moment - min(LEAD, (moment - as_of) // 10), moment)
