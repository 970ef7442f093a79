"""A message file compiled once, rendered for each customer: pure, no clock, equal input gives equal bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from makegood.core.render.bound import Bound, check_facts
from makegood.core.render.errors import MissingFact, Unrenderable
from makegood.core.render.layout import fill_line, lay_out
from makegood.core.render.page import NO_FRAME, Frame
from makegood.core.render.templates import Template
from makegood.core.render.values import Value, locale_of, plain
from makegood.kit.digest import sha256
from makegood.kit.plugins import SEAM, Words

MAX_LENGTH = 1_000_000
_Parts = tuple[str, list[str], str, list[str]]  # subject with marks, its values, body with marks, its values
Parts = tuple[str, list[str], str, list[str], str]  # and the language


@dataclass(frozen=True, slots=True)
class Message:
    """`placeholders` are the dotted names of all facts the message looks at, also in conditions and loops.

    `digest` is SHA-256 of the file's text; `checked_as` is what it says to the checker. `locale` is the
    language it is written in ("" when the file names none), `sender_name` the person or name it comes from, `reply_to`
    the address that answers go to ("" for the brand's own).
    """

    name: str
    digest: str
    placeholders: frozenset[str]
    locale: str = ""
    sender_name: str = ""
    reply_to: str = ""
    checked_as: Mapping[str, Any] = field(default_factory=dict, compare=False)
    _subject: Template = field(repr=False, compare=False, kw_only=True)
    _body: Template = field(repr=False, compare=False, kw_only=True)
    _bound: tuple[Bound, Bound] | None = field(repr=False, compare=False, kw_only=True, default=None)

    def render(self, facts: Mapping[str, Value], *, locale: str, frame: Frame = NO_FRAME) -> Words:
        """The words for one customer; `frame` is what stands around them in a mail.

        `locale` (en, de-AT, pt_BR) shapes money, numbers and dates, unless the message is written in another
        language: then its own. Raises `MissingFact` with all names at once, `Unrenderable` for a fact that cannot be
        shown, a link that is not safe, or a message over its limits.
        """
        return self.fill(self.parts(facts, locale=locale), frame)

    def parts(self, facts: Mapping[str, Value], *, locale: str) -> Parts:
        """What `render` fills in, before it is filled in. Raises as `render` does."""
        spoken = self._spoken(locale)
        return (*(self._filled(facts, spoken) or self._run(facts, spoken)), spoken)

    def fill(self, parts: Parts, frame: Frame = NO_FRAME) -> Words:
        """The words of these parts. Raises as `render` does."""
        line, line_values, skeleton, values, spoken = parts
        subject = fill_line(line, line_values)
        if not subject:
            raise MissingFact(["subject"], message=self.name)
        if self.reply_to and frame.reply_to != self.reply_to:
            frame = frame._replace(reply_to=self.reply_to)
        layout = lay_out(skeleton, spoken, frame)
        text, page = layout.fill(values)
        html = SEAM.join(page)
        if len(text) + len(html) > MAX_LENGTH:
            raise Unrenderable("The message is longer than a million characters.", remedy="Shorten its lists.")
        digest = digest_words(subject, text, html)
        return Words(
            subject, text, html, digest, spoken,
            closing=layout.closing, sender_name=self.sender_name, reply_to=self.reply_to, page=page,
        )  # fmt: skip

    def _filled(self, facts: Mapping[str, Value], locale: str) -> _Parts | None:
        """Skeletons and values without running Liquid; None where that is not enough."""
        if self._bound is None:
            return None
        check_facts(facts)
        subject, body = self._bound
        line = subject.fill(facts, locale)
        words = body.fill(facts, locale) if line is not None else None
        return None if line is None or words is None else (*line, *words)

    def _run(self, facts: Mapping[str, Value], locale: str) -> _Parts:
        known = {name: plain(value) for name, value in facts.items()}
        line, line_values, missing = self._subject.run(known, locale=locale)
        skeleton, values, missing_too = self._body.run(known, locale=locale)
        if missing or missing_too:
            raise MissingFact([*missing, *missing_too], message=self.name)
        return line, line_values, skeleton, values

    def _spoken(self, locale: str) -> str:
        if self.locale and locale_of(self.locale).language != locale_of(locale).language:
            return self.locale
        return locale


def digest_words(subject: str, text: str, html: str) -> str:
    """SHA-256 over the three parts, a NUL between them (no part can hold one)."""
    return sha256("\0".join((subject, text, html)))
