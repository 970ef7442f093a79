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
from makegood.core.render.plaintext import plain_text
from makegood.core.render.templates import LINK, MARKS, SLOT

CACHED_SKELETONS = 512

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_SCHEMES = {"https", "http", "mailto", "tel"}
_STYLES = {
    "p": "margin:0 0 16px",
    "h1": "margin:24px 0 12px;font-size:22px;line-height:1.3",
    "h2": "margin:24px 0 12px;font-size:19px;line-height:1.3",
    "h3": "margin:20px 0 8px;font-size:16px",
    "ul": "margin:0 0 16px;padding-left:24px",
    "ol": "margin:0 0 16px;padding-left:24px",
    "li": "margin:0 0 4px",
    "blockquote": "margin:0 0 16px;padding-left:12px;border-left:3px solid #999",
    "table": "margin:0 0 16px;border-collapse:collapse",
    "th": "padding:4px 16px 4px 0;text-align:left;border-bottom:1px solid #999",
    "td": "padding:4px 16px 4px 0;text-align:left;border-bottom:1px solid #ccc",
    "hr": "margin:24px 0;border:0;border-top:1px solid #999",
}
_HEAD = (
    '<!doctype html>\n<html lang="{lang}" dir="{dir}">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width">\n<meta name="color-scheme" content="light dark">\n'
    '<meta name="supported-color-schemes" content="light dark">\n'
    "<style>:root{{color-scheme:light dark}}</style>\n</head>\n"
    '<body style="margin:0;padding:24px 16px">\n<div style="max-width:560px;margin:0 auto;font-family:system-ui,'
    "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5\">\n"
)
_TAIL = "</div>\n</body>\n</html>\n"

_MARK = re.compile(f"({MARKS})")
_HREF = re.compile(f'(?<= href=")({MARKS})(?=")')
_OPENING = re.compile(f"<({'|'.join(_STYLES)})>")
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "yi", "ckb", "sd", "ug", "dv"})


@dataclass(frozen=True, slots=True)
class Gap:
    """A value's place: which part it replaces, which value it is, and whether it is the address of a link."""

    part: int
    value: int
    address: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Literal parts with gaps, for plain text and for HTML."""

    text: tuple[str, ...]
    text_gaps: tuple[Gap, ...]
    html: tuple[str, ...]
    html_gaps: tuple[Gap, ...]

    def fill(self, values: Sequence[str]) -> tuple[str, str]:
        """`(text, html)`. Raises `Unrenderable` when a value used as an address is not a safe one."""
        text = list(self.text)
        for gap in self.text_gaps:
            text[gap.part] = values[gap.value]
        markup = list(self.html)
        for gap in self.html_gaps:
            value = values[gap.value]
            markup[gap.part] = html.escape(safe_address(value) if gap.address else value)
        return "".join(text), "".join(markup)


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
    literal, gaps = _line_parts(skeleton)
    parts = list(literal)
    for gap in gaps:
        parts[gap.part] = values[gap.value]
    return " ".join("".join(parts).split())


@lru_cache(maxsize=CACHED_SKELETONS)
def _line_parts(skeleton: str) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    return _split(skeleton, address=False)


@lru_cache(maxsize=CACHED_SKELETONS)
def lay_out(skeleton: str, lang: str) -> Layout:
    """Raises `Unrenderable` when a value stands where it cannot be shown."""
    layout, troubles = examine(skeleton, lang)
    if troubles:
        raise Unrenderable(troubles[0].what, remedy=troubles[0].remedy)
    return layout


def examine(skeleton: str, lang: str) -> tuple[Layout, list[Trouble]]:
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
    body = _OPENING.sub(lambda found: f'<{found[1]} style="{_STYLES[found[1]]}">', body)
    language = lang.replace("_", "-")
    head = _HEAD.format(lang=language, dir="rtl" if language.split("-")[0] in _RIGHT_TO_LEFT else "ltr")
    text_parts, text_gaps = _split(text, address=False)
    html_parts, html_gaps = _split(head + body + _TAIL, address=True)
    return Layout(text_parts, text_gaps, html_parts, html_gaps), troubles


def _split(filled: str, *, address: bool) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    addresses = {found.start() for found in _HREF.finditer(filled)} if address else set()
    parts: list[str] = []
    gaps: list[Gap] = []
    end = 0
    for found in _MARK.finditer(filled):
        parts += [filled[end : found.start()], ""]
        gaps.append(Gap(len(parts) - 1, _index(found[0]), found.start() in addresses))
        end = found.end()
    return (*parts, filled[end:]), tuple(gaps)


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
