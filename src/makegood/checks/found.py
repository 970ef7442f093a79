"""What a check of one message returns: elements found, faults found, elements missing.

All offsets count characters of the text as it was given, from 0; lines and columns count from 1. A missing element
has no span: nobody can point at what is not there.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "suggestion"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the given text: `text[start:end]`; line and column of the first and of the one after the last."""

    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int


def span_of(lines: Sequence[int], start: int, end: int) -> Span:
    """The span of `text[start:end]`; `lines` are the offsets at which the lines of the text begin."""
    line = bisect.bisect_right(lines, start) - 1
    last = bisect.bisect_right(lines, end) - 1
    return Span(start, end, line + 1, start - lines[line] + 1, last + 1, end - lines[last] + 1)


@dataclass(frozen=True, slots=True)
class Element:
    """Something a good message contains, and where it says so. `parts` names what was seen (`cause_owned`)."""

    id: str
    name: str
    span: Span
    match: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something a good message does not say: where, why it hurts, and what to write instead."""

    id: str
    name: str
    severity: Severity
    span: Span
    message: str
    suggestion: str
    match: str


@dataclass(frozen=True, slots=True)
class Missing:
    """An element that this kind of message needs and does not have."""

    id: str
    name: str
    severity: Severity
    message: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One message, read: the kind it was read as, its language (`en`, `de`), and all that was found in it.

    `garbled` is filled when the wording looks machine-spun or broken. Such a text is not believed: its elements do not
    count, so `elements` is empty and what its kind needs is missing.
    """

    kind: str
    language: str
    elements: tuple[Element, ...] = ()
    faults: tuple[Fault, ...] = ()
    missing: tuple[Missing, ...] = ()
    garbled: tuple[Fault, ...] = field(default=())
