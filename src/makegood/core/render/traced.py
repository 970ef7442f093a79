"""A message written for one customer, with the place in its file of everything that was written.

Slower than `Message.render`, and only for looking: what is sent never comes from here. The text is the author's
Markdown with the values in it, the subject before it as a paragraph of its own.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TextIO

from liquid import Mode, Token, Undefined
from liquid.builtin import content
from liquid.output import LimitedStringIO, NullIO
from liquid.template import BoundTemplate

from makegood.core.render.quiet import without_comments
from makegood.core.render.source import ALONE, Part, split_source, subject_part
from makegood.core.render.templates import LimitedEnvironment, SlotContext, SlotNode, SlotTag, Template
from makegood.core.render.values import plain
from makegood.kit.errors import Place


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text: `text[start:end]`. It stands at `at` of its part; `slot` is the name of the value shown,
    "" for the author's own words."""

    start: int
    end: int
    part: int
    at: int
    slot: str = ""


@dataclass(frozen=True, slots=True)
class Traced:
    """What one customer reads, and where each piece of it comes from."""

    text: str
    pieces: tuple[Piece, ...]
    parts: tuple[Part, ...] = field(repr=False)

    def piece_at(self, index: int) -> Piece | None:
        """The piece that the character belongs to; None between subject and text."""
        at = bisect.bisect_right(self.pieces, index, key=lambda piece: piece.start) - 1
        found = self.pieces[at] if at >= 0 else None
        return found if found is not None and index < found.end else None

    def place(self, index: int) -> Place:
        """Where in the file the character comes from; for a value where it is shown."""
        piece = self.piece_at(index)
        if piece is None:
            return Place(self.parts[0].file)
        return self.parts[piece.part].place(self.offset(index))

    def offset(self, index: int) -> int:
        """The place of a character of the text in its part of the file, counted in characters."""
        piece = self.piece_at(index)
        if piece is None:
            return 0
        return piece.at + (0 if piece.slot else index - piece.start)

    def slots(self, start: int, end: int) -> list[Piece]:
        """The values shown in `text[start:end]`."""
        return [piece for piece in self.pieces if piece.slot and piece.start < end and piece.end > start]


class TracedMessage:
    """A message file that `compile_message` accepts, parsed for tracing; `name` is its path as the person gave it."""

    def __init__(self, text: str, name: str) -> None:
        text = without_comments(text.removeprefix("\ufeff").replace("\r\n", "\n"))
        matter, body = split_source(text, name)
        subject = subject_part(matter, name)
        self.parts = (subject, body)
        self._templates = (_Source(subject.text, alone=False), _Source(body.text, alone=True))

    def write(self, facts: Mapping[str, object], *, locale: str) -> Traced:
        """The words for one customer; what is missing is left out. Raises `Unrenderable`."""
        known = {name: plain(value) for name, value in facts.items()}
        text, pieces = "", []
        for number, template in enumerate(self._templates):
            for written, at, slot in template.write(known, locale):
                pieces.append(Piece(len(text), len(text) + len(written), number, at, slot))
                text += written
            text += "" if number else "\n\n"
        return Traced(text, tuple(pieces), self.parts)


class _Source:
    """One part of the file: its template, and the way from places in what was parsed back to places in the part."""

    def __init__(self, text: str, *, alone: bool) -> None:
        self._starts, self._shifts = [0], [0]
        parsed = text
        if alone:
            parsed = ALONE.sub(r"\1", text)
            shift = 0
            for found in ALONE.finditer(text):
                before, after = found.start(1) - found.start(), found.end() - found.end(1)
                self._add(found.start() - shift, shift := shift + before)
                self._add(found.end(1) - shift, shift := shift + after)
        self._text = parsed
        template = ENVIRONMENT.from_string(parsed)
        if not isinstance(template, Template):
            raise TypeError("liquid made another kind of template")
        self._template = template

    def _add(self, start: int, shift: int) -> None:
        self._starts.append(start)
        self._shifts.append(shift)

    def write(self, known: Mapping[str, object], locale: str) -> list[tuple[str, int, str]]:
        """Each piece in order: what is written, its place in the part, the name of the value or ""."""
        context = _TraceContext(self._template, globals=known, locale=locale)
        buffer = LimitedStringIO(limit=LimitedEnvironment.output_stream_limit)
        self._template.write(context, buffer)
        return [(text, self._back(at, text, slot), slot) for text, at, slot in context.trace]

    def _back(self, at: int, text: str, slot: str) -> int:
        if not slot:  # white space that a tag took away stands before it
            at = max(self._text.find(text, at), at)
        return at + self._shifts[bisect.bisect_right(self._starts, at) - 1]


class _TraceContext(SlotContext):
    __slots__ = ("trace",)

    def __init__(self, template: BoundTemplate, *, globals: Mapping[str, object], locale: str) -> None:
        super().__init__(template, globals=globals, locale=locale)
        self.trace: list[tuple[str, int, str]] = []


class _TracedContent(content.ContentNode):
    __slots__ = ()

    def render_to_output(self, context: SlotContext, buffer: TextIO) -> int:  # type: ignore[override]  # always ours
        if isinstance(context, _TraceContext) and self.text and not isinstance(buffer, NullIO):
            context.trace.append((self.text, _start(self.token), ""))
        return buffer.write(self.text)


class _TracedLiteral(content.Literal):
    node_class = _TracedContent


class _TracedSlot(SlotNode):
    __slots__ = ()

    def render_to_output(self, context: SlotContext, buffer: TextIO) -> int:  # type: ignore[override]  # always ours
        before = len(context.slots)
        written = super().render_to_output(context, buffer)
        if isinstance(context, _TraceContext) and len(context.slots) > before:
            context.trace.append((context.slots[-1], _start(self.token), self.name))
        return written


class _TracedSlotTag(SlotTag):
    node_class = _TracedSlot


class _TracedEnvironment(LimitedEnvironment):
    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        self.add_tag(_TracedLiteral)
        self.add_tag(_TracedSlotTag)


def _start(token: Token) -> int:
    return token.start_index


ENVIRONMENT = _TracedEnvironment(tolerance=Mode.STRICT, undefined=Undefined, strict_filters=True)
