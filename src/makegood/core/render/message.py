"""A message file compiled once, rendered for each customer: pure, no clock, equal input gives equal bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from makegood.core.render.errors import MissingFact, Unrenderable
from makegood.core.render.layout import fill_line, lay_out
from makegood.core.render.templates import Template
from makegood.core.render.values import Value, locale_of, plain
from makegood.kit.digest import sha256
from makegood.kit.plugins import Words

MAX_LENGTH = 1_000_000


@dataclass(frozen=True, slots=True)
class Message:
    """`placeholders` are the dotted names of all facts the message looks at, also in conditions and loops.

    `digest` is SHA-256 of the file's text. `locale` is the language it is written in ("" when the file names none),
    `sender_name` the display name it asks for ("" for the brand's own).
    """

    name: str
    digest: str
    placeholders: frozenset[str]
    locale: str = ""
    sender_name: str = ""
    _subject: Template = field(repr=False, compare=False, kw_only=True)
    _body: Template = field(repr=False, compare=False, kw_only=True)

    def render(self, facts: Mapping[str, Value], *, locale: str) -> Words:
        """The words for one customer.

        `locale` (en, de-AT, pt_BR) shapes money, numbers and dates, unless the message is written in another
        language: then its own. Raises `MissingFact` with all names at once, `Unrenderable` for a fact that cannot be
        shown, a link that is not safe, or a message over its limits.
        """
        spoken = self._spoken(locale)
        known = {name: plain(value) for name, value in facts.items()}
        line, line_values, missing = self._subject.run(known, locale=spoken)
        skeleton, values, missing_too = self._body.run(known, locale=spoken)
        if missing or missing_too:
            raise MissingFact([*missing, *missing_too], message=self.name)
        subject = fill_line(line, line_values)
        if not subject:
            raise MissingFact(["subject"], message=self.name)
        text, html = lay_out(skeleton, spoken).fill(values)
        if len(text) + len(html) > MAX_LENGTH:
            raise Unrenderable("The message is longer than a million characters.", remedy="Shorten its lists.")
        return Words(subject, text, html, digest_words(subject, text, html), spoken)

    def _spoken(self, locale: str) -> str:
        if self.locale and locale_of(self.locale).language != locale_of(locale).language:
            return self.locale
        return locale


def digest_words(subject: str, text: str, html: str) -> str:
    """SHA-256 over the three parts, a NUL between them (no part can hold one)."""
    return sha256("\0".join((subject, text, html)))
