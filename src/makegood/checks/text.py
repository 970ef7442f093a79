"""Markdown, HTML or plain text to sentences, with every character's place in the given text.

    given text ──► plain: markup gone, blanks collapsed, quotes straight ──► paragraphs ──► sentences
                   places: for each plain character its offset in the given text

One reader serves the three formats: a Markdown message may hold HTML, and plain text holds neither. Comments, scripts,
styles, code fences, link targets and the `@reader` of a public reply are not read. `\n` in `plain` ends a line that
stands alone, `\n\n` a paragraph.
"""

from __future__ import annotations

import html
import re
from array import array
from dataclasses import dataclass

from makegood.checks.disables import Disable, list_disables
from makegood.checks.found import Span, span_of

_TAGS = (
    "a abbr address article aside b blockquote body br button caption center cite code col colgroup dd div dl dt em "
    "figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i img input label li link main mark meta "
    "nav ol option p pre s section select small span strike strong sub sup table tbody td tfoot th thead time title tr "
    "u ul"
)
_BLOCK_TAGS = (
    "address article aside blockquote body caption center dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "head header hr html li main nav ol p pre section table tbody td tfoot th thead title tr ul"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_TOKEN = re.compile(
    rf"""
    (?P<comment><!--)
  | (?P<skip><(?P<skipped>script|style)\b)
  | (?P<tag></?(?P<name>{"|".join(_TAGS.split())})\b[^<>]*>)
  | (?P<entity>&(?:\#\d{{1,7}}|\#x[0-9a-f]{{1,6}}|[a-z][a-z0-9]{{1,30}});)
  | (?P<fence>^[ ]{{0,3}}(?:```|~~~)[^\n]*(?:\n|\Z))
  | (?P<rule>^[ ]{{0,3}}(?:-[ ]?){{3,}}$|^[ ]{{0,3}}(?:\*[ ]?){{3,}}$|^={{3,}}[ \t]*$)
  | (?P<item>^[ \t]{{0,12}}(?:[-*+•]|\d{{1,3}}[.)])[ \t]+)
  | (?P<heading>^[ ]{{0,3}}\#{{1,6}}[ \t]+)
  | (?P<quote>^[ ]{{0,3}}(?:>[ ]?)+)
  | (?P<target>\]\([^()\s]{{1,2000}}(?:[ ]+"[^"\n]{{0,200}}")?\))
  | (?P<open>!?\[(?=[^\[\]\n]{{1,300}}\]\())
  | (?P<emphasis>\*{{1,3}}|(?<!\w)_{{1,3}}(?=\w)|(?<=[\w.!?,])_{{1,3}}(?!\w)|`{{1,2}})
  | (?P<reader>(?<![\w.@])@\w{{1,50}}(?![\w@]|\.\w))
  | (?P<blank>\s{{2,}}|[^\S ])
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
# The line customers see first: plain, in quotes, or a block (`>` or `|`) with its lines indented below.
_SUBJECT = re.compile(
    r"^subject[ \t]*:[ \t]*(?:[>|][-+]?[ \t]*\r?\n(?P<lines>(?:[ \t]+[^\n]*(?:\n|\Z))+)|"
    r"(?:(?P<quote>[\"'])(?P<quoted>[^\n]*)(?P=quote)|(?P<line>[^\s\"'>|#][^\n]*?)(?:[ \t]+#[^\n]*)?)[ \t]*\r?$)",
    re.MULTILINE,
)
_STRAIGHT = str.maketrans("‘’‚‛“”„‟«»′\u00ad\u200b\ufeff", '\'\'\'\'""""""\'   ')
# A dot after these ends no sentence.
_SHORT = re.compile(
    r"(?:^|[\s(\"'])(?:Mr|Mrs|Ms|Dr|Prof|St|No|Nr|Art|vs|etc|e\.g|i\.e|approx|Inc|Ltd|Co|Corp|Jr|Sr|dept|ca|bzw|ggf|"
    r"inkl|z\.\s?B|d\.\s?h|u\.\s?a|Std|Min|Tel|Str|Abs|usw|evtl|Hr|Fr|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Okt|Nov|Dec|Dez|"
    r"[A-Za-z]|\d{1,2})\.$"
)
_STOP = re.compile(r"[.!?…]+[\"')\]]*(?=\s|$)|\n+")
_LONGEST = 1500
"""Characters: a longer sentence is cut, so that one endless line cannot make a check endless."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `text` is `plain[start:end]`; paragraphs count from 0."""

    text: str
    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Text:
    """A message taken apart; its subject is the first paragraph of `plain`, as customers read it first.

    `front` is the YAML of its front matter, without the `---` lines; empty when none. `body` is where in the given text
    the message begins after it.
    """

    given: str
    plain: str
    sentences: tuple[Sentence, ...]
    disables: tuple[Disable, ...]
    front: str
    body: int
    _places: array[int]
    _lines: list[int]

    def get_span(self, start: int, end: int) -> Span:
        """The span in the given text of `plain[start:end]`; `end` is greater than `start`."""
        return span_of(self._lines, self._places[start], self._places[end - 1] + 1)


def split_text(given: str) -> Text:
    """Take a message apart. Never fails: what is not understood is read as text."""
    lines = [0, *(match.end() for match in re.finditer("\n", given))]
    front = _FRONT.match(given)
    body = front.end() if front else 0
    reader = _Reader(given, lines)
    if front:
        reader.read_subject(*front.span(1))
    reader.read(body)
    plain = "".join(reader.parts)
    return Text(
        given=given,
        plain=plain,
        sentences=tuple(_list_sentences(plain)),
        disables=tuple(list_disables(given, reader.comments, lines)),
        front=front.group(1) if front else "",
        body=body,
        _places=reader.places,
        _lines=lines,
    )


class _Reader:
    """Walks the given text once and collects the plain characters with their places."""

    def __init__(self, given: str, lines: list[int]) -> None:
        self.given = given
        self.lines = lines
        self.parts: list[str] = []
        self.places: array[int] = array("Q")
        self.comments: list[tuple[int, int]] = []
        self._last = "\n\n"

    def read(self, at: int) -> None:
        given = self.given
        while match := _TOKEN.search(given, at):
            self._add(given[at : match.start()], at)
            at = max(self._take(match), match.start() + 1)
        self._add(given[at:], at)

    def read_subject(self, start: int, end: int) -> None:
        """Read the subject out of the front matter `given[start:end]`, as plain words: it is not Markdown."""
        match = _SUBJECT.search(self.given, start, end)
        if not match:
            return
        kind = next(one for one in ("lines", "quoted", "line") if match[one] is not None)
        for line in re.finditer(r"[^\s][^\r\n]*", match[kind]):
            self._add(line.group().rstrip(), match.start(kind) + line.start())
            self._break(" ", match.start(kind) + line.end())
        self._break("\n\n", match.end())

    def _add(self, text: str, at: int) -> None:
        if text.startswith(" ") and self._last.endswith((" ", "\n")):
            text, at = text[1:], at + 1
        if text:
            self.parts.append(text.translate(_STRAIGHT))
            self.places.extend(range(at, at + len(text)))
            self._last = text[-2:]

    def _break(self, mark: str, at: int) -> None:
        """End a word, a line or a paragraph; a stronger break swallows a weaker one before it."""
        if self._last.endswith("\n\n") or (self._last.endswith(("\n", " ")) and mark == " "):
            return
        if self._last.endswith(" "):
            self.parts[-1] = self.parts[-1][:-1]
            del self.places[-1:]
        elif self._last.endswith("\n"):
            mark = mark[1:]
        if mark:
            self.parts.append(mark)
            self.places.extend([at] * len(mark))
            self._last = (self._last + mark)[-2:]

    def _take(self, match: re.Match[str]) -> int:
        """Read one token; returns where to go on."""
        kind, start, end = match.lastgroup, match.start(), match.end()
        if kind == "name":
            kind = "tag"
        if kind == "skipped":
            kind = "skip"
        if kind in ("comment", "skip", "fence"):
            return self._skip(kind, match)
        if kind == "entity":
            text = html.unescape(match.group())
            if text.isspace():
                self._break(" ", start)
            else:
                self.parts.append(text.translate(_STRAIGHT))
                self.places.extend([start] * (len(text) - 1) + [end - 1])
                self._last = text[-2:]
        elif kind == "tag":
            name = match.group("name").lower()
            if name in _BLOCKS:
                self._break("\n\n", start)
            elif name == "br":
                self._break("\n", start)
        elif kind in ("rule", "item", "heading"):
            self._break("\n\n", start)
        elif kind == "blank":
            self._blank(match)
        return end

    def _skip(self, kind: str, match: re.Match[str]) -> int:
        given, start, end = self.given, match.start(), match.end()
        if kind == "comment":
            mark = given.find("-->", end)
            stop = len(given) if mark < 0 else mark + 3
            self.comments.append((start, stop))
            return stop
        if kind == "skip":
            close = re.compile(rf"</{match.group('skipped')}\s*>", re.IGNORECASE).search(given, end)
            return close.end() if close else len(given)
        fence = match.group().strip()[:3]
        line = given.find(f"\n{fence}", end - 1)
        self._break("\n\n", start)
        return len(given) if line < 0 else line + 1 + len(fence)

    def _blank(self, match: re.Match[str]) -> None:
        lines = match.group().count("\n")
        if lines >= 2:
            self._break("\n\n", match.start())
        elif lines and self._stands_alone(match):
            self._break("\n", match.start())
        else:
            self._break(" ", match.start())

    def _stands_alone(self, match: re.Match[str]) -> bool:
        """Whether one line end ends a sentence: after a stop, or after a short line unless a small letter follows."""
        given, start = self.given, match.start()
        line = given[max(given.rfind("\n", 0, start) + 1, start - 200) : start].rstrip()
        after = given[match.end() : match.end() + 1]
        if not line or after.islower() or after in "({[\"'“„":
            return False
        return line[-1] in ".!?:;…" or (not after.isdigit() and len(line) < 55)


def _list_sentences(plain: str) -> list[Sentence]:
    found: list[Sentence] = []
    paragraph, start = 0, 0
    for stop in _STOP.finditer(plain):
        end = stop.start() if stop.group()[0] == "\n" else stop.end()
        if stop.group()[0] != "\n" and not _ends_sentence(plain, start, stop):
            continue
        _cut(plain, start, end, paragraph, found)
        start = stop.end()
        if stop.group().startswith("\n\n"):
            paragraph += 1
    _cut(plain, start, len(plain), paragraph, found)
    return found


def _ends_sentence(plain: str, start: int, stop: re.Match[str]) -> bool:
    after = plain[stop.end() : stop.end() + 2].lstrip()
    if after and after[0].islower():
        return False
    return stop.group() != "." or not _SHORT.search(plain, max(start, stop.start() - 12), stop.end())


def _cut(plain: str, start: int, end: int, paragraph: int, found: list[Sentence]) -> None:
    while start < end and plain[start] in " \n":
        start += 1
    while end > start and plain[end - 1] in " \n":
        end -= 1
    while end - start > _LONGEST:
        blank = plain.rfind(" ", start, start + _LONGEST)
        cut = blank if blank > start else start + _LONGEST
        found.append(Sentence(plain[start:cut], start, cut, paragraph))
        start = cut + 1 if blank > start else cut
    if start < end:
        found.append(Sentence(plain[start:end], start, end, paragraph))
