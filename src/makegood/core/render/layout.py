"""A skeleton laid out and sanitised once; after that a message is its literals joined with escaped values.

A value is filled in after the Markdown has been read and the HTML sanitised, so it can only ever be text, or, where
it is the fact `link`, the address of a link.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink, validateLink
from markdown_it.token import Token

from makegood.core.render.errors import Unrenderable
from makegood.core.render.page import NO_FRAME, Frame, around, closing_text, dressed
from makegood.core.render.plaintext import plain_text
from makegood.core.render.templates import LINK, LINKS, MARKS, SLOT

CACHED_SKELETONS = 512

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_SCHEMES = {"https", "http", "mailto", "tel"}

_MARK = re.compile(f"({MARKS})")
_HREF = re.compile(f'(?<= href=")({MARKS})(?=")')
_GREETING = re.compile(r".{0,80}[,!:،，：]")
_ADDRESS = re.compile(r" \((?:https?://|tel:|[^()\s]+@)[^()\s]*\)|" + rf" \({LINKS}\)")
_SENTENCE_END = re.compile(r"(?<=[.!?…。])\s+")
_LINE, _LONGEST = 120, 180  # characters that most lists of mail show, and more than any of them does


@dataclass(frozen=True, slots=True)
class Gap:
    """A value's place: which part it replaces, which value it is, and whether it is the address of a link."""

    part: int
    value: int
    address: bool


@dataclass(frozen=True, slots=True)
class Gapped:
    """Literal parts with gaps between them."""

    parts: tuple[str, ...]
    gaps: tuple[Gap, ...]

    def text(self, values: Sequence[str]) -> str:
        parts = list(self.parts)
        for gap in self.gaps:
            parts[gap.part] = values[gap.value]
        return "".join(parts)

    def markup(self, values: Sequence[str]) -> str:
        """Raises `Unrenderable` when a value used as an address is not a safe one."""
        parts = list(self.parts)
        for gap in self.gaps:
            value = values[gap.value]
            parts[gap.part] = html.escape(safe_address(value) if gap.address else value)
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Layout:
    """The plain text, and of the page what differs from customer to customer (`opening`, `body`) and what does not."""

    text: Gapped
    opening: Gapped
    body: Gapped
    fixed: tuple[str, str, str]
    closing: str = ""  # what the plain text of a mail ends with; the page has it already

    def fill(self, values: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        """Plain text and the parts of the page. Raises `Unrenderable` when a value used as an address is not safe."""
        head, middle, foot = self.fixed
        page = (head, self.opening.markup(values), middle, self.body.markup(values), foot)
        return self.text.text(values), page


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something the author must change: `value` is the index of the slot it is about, if it is about one."""

    code: str
    what: str
    remedy: str
    value: int | None = None


def _markdown() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "typographer": False, "linkify": False}).enable("table")
    # Otherwise a mark in an address would be percent-encoded and no longer be found.
    reader.normalizeLink = _normal  # type: ignore[method-assign] # markdown-it's own way to set it
    reader.validateLink = lambda url: bool(_MARK.search(url)) or _allowed(url)  # type: ignore[method-assign] # the same
    return reader


def _normal(url: str) -> str:
    return url if _MARK.search(url) else normalizeLink(url)


def _allowed(url: str) -> bool:
    return validateLink(url) and url.partition(":")[0].strip().lower() in _SCHEMES


def fill_line(skeleton: str, values: Sequence[str]) -> str:
    """A subject: no Markdown, one line, runs of blanks as one blank."""
    return " ".join(_line_parts(skeleton).text(values).split())


@lru_cache(maxsize=CACHED_SKELETONS)
def _line_parts(skeleton: str) -> Gapped:
    return _split(skeleton, address=False)


@lru_cache(maxsize=CACHED_SKELETONS)
def lay_out(skeleton: str, lang: str, frame: Frame = NO_FRAME) -> Layout:
    """Raises `Unrenderable` when a value stands where it cannot be shown."""
    layout, troubles = examine(skeleton, lang, frame)
    if troubles:
        raise Unrenderable(troubles[0].what, remedy=troubles[0].remedy)
    return layout


def examine(skeleton: str, lang: str, frame: Frame = NO_FRAME) -> tuple[Layout, list[Trouble]]:
    """The layout and all that is wrong with it."""
    tokens = _READER.parse(skeleton)
    troubles = _bad_tokens(tokens)
    body = nh3.clean(
        _READER.renderer.render(tokens, _READER.options, {}),
        tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None, strip_comments=True,
    )  # fmt: skip
    text = plain_text(tokens)
    wanted, in_html, in_text = (set(_MARK.findall(one)) for one in (skeleton, body, text))
    told = {trouble.value for trouble in troubles}
    for mark in sorted(wanted - (in_html & in_text)):
        if _index(mark) not in told:
            troubles.append(_lost(_index(mark)))
    language = lang.replace("_", "-")
    layout = Layout(
        text=_split(text, address=False),
        opening=_split(html.escape(opening(text)), address=False),
        body=_split(dressed(body, language).strip("\n"), address=True),
        fixed=around(language, frame),
        closing=closing_text(frame, language),
    )
    return layout, troubles


def opening(text: str) -> str:
    """What mail programs show beside the subject: the first sentences after the greeting, about a line of them."""
    blocks = [" ".join(_ADDRESS.sub("", block).split()) for block in text.split("\n\n")]
    found = next((block for block in blocks if block and not _GREETING.fullmatch(block)), "")
    sentences = _SENTENCE_END.split(found)
    line = sentences[0]
    for sentence in sentences[1:]:
        if len(line) + len(sentence) > _LINE:
            break
        line += f" {sentence}"
    return line if len(line) <= _LONGEST else line[:_LONGEST].rpartition(" ")[0] + " …"


def _split(filled: str, *, address: bool) -> Gapped:
    addresses = {found.start() for found in _HREF.finditer(filled)} if address else set()
    parts: list[str] = []
    gaps: list[Gap] = []
    end = 0
    for found in _MARK.finditer(filled):
        parts += [filled[end : found.start()], ""]
        gaps.append(Gap(len(parts) - 1, _index(found[0]), found.start() in addresses))
        end = found.end()
    return Gapped((*parts, filled[end:]), tuple(gaps))


def _index(mark: str) -> int:
    return ord(mark) - (LINK if ord(mark) >= LINK else SLOT)


def _bad_tokens(tokens: Sequence[Token]) -> list[Trouble]:
    troubles: list[Trouble] = []
    for token in (child for one in tokens for child in (one, *(one.children or ()))):
        if token.type == "image":
            troubles.append(Trouble("message-image", "The message holds an image.", "Leave it out, or link to a page."))
        elif token.type == "link_open":
            troubles += _bad_link(str(token.attrs.get("href", "")))
    return troubles


def _bad_link(href: str) -> list[Trouble]:
    marks = _MARK.findall(href)
    if not marks or (len(href) == 1 and ord(href) >= LINK):
        return []
    return [
        Trouble(
            "value-in-link",
            "A value stands inside the address of a link.",
            "Only the fact 'link', alone, may be an address: [text]({{ link }}).",
            value=_index(marks[0]),
        )
    ]


def _lost(value: int) -> Trouble:
    return Trouble(
        "value-lost",
        "A value stands where it would not be shown.",
        "Put it into the text itself, not into a link's title, a definition or the line of a code fence.",
        value=value,
    )


def safe_address(url: str) -> str:
    """The address percent-encoded. Raises `Unrenderable` unless it is https, or http to this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    local = host in ("localhost", "127.0.0.1", "::1")
    if (
        url != url.strip()
        or not host
        or "@" in parts.netloc
        or not (parts.scheme == "https" or (parts.scheme == "http" and local))
    ):
        raise Unrenderable(
            "The fact 'link' is not an https address.", remedy="Give the address of the customer's page."
        )
    return quote(url, safe="!#$%&'()*+,-./:;=?@[]_~")


_READER = _markdown()
