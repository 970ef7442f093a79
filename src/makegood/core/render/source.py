"""From a message file to a `Message`, or to findings with file, line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from liquid.exceptions import LiquidError
from liquid.span import Span

from makegood.core.render.bound import bind
from makegood.core.render.errors import Unrenderable
from makegood.core.render.layout import examine
from makegood.core.render.message import Message
from makegood.core.render.quiet import without_comments
from makegood.core.render.spoken import Spoken, message_of
from makegood.core.render.templates import ENVIRONMENT, MARKS, Template, parse
from makegood.core.render.values import locale_of
from makegood.kit import yamlfile
from makegood.kit.digest import sha256
from makegood.kit.errors import BadInput, Finding, Level, Place
from makegood.kit.mime import says_no_reply

MAX_SOURCE = 100_000

KINDS = [
    "general", "late-order", "billing", "outage", "outage-resolved", "breach", "complaint", "public-reply", "cancelled",
    "advance", "acknowledge", "explain", "progress", "remedy", "ask", "prevention",
]  # fmt: skip
SCHEMA: dict[str, object] = {
    "type": "object",
    "required": ["subject"],
    "additionalProperties": False,
    "description": "Begin the file with '---', 'subject: …', '---', then the text.",
    "properties": {
        "subject": {"type": "string", "minLength": 1, "description": "Write 'subject:' and the line customers see."},
        "locale": {"type": "string", "description": "The language the message is written in, such as en, en-GB or de."},
        "sender_name": {
            "type": "string",
            "minLength": 1,
            "maxLength": 100,
            "pattern": "^[^\\x00-\\x1f\\x7f{}]*$",
            "description": "Who it comes from, a person best: one line of plain text, no placeholders.",
        },
        "reply_to": {
            "type": "string",
            "pattern": "^[^@\\s{}<>,;]+@[^@\\s{}<>,;]+$",
            "maxLength": 254,
            "description": "One address where a person reads the answers, such as ana@shop.example.",
        },
        "makegood": {
            "type": "object",
            "additionalProperties": False,
            "description": "What the check of the words should know: kind, attempt, fault, language, audience, ignore.",
            "properties": {
                # The kinds are those of `checks.rules`, which this room does not know; a test compares the two.
                "kind": {"enum": KINDS},
                "attempt": {"type": "integer", "minimum": 1, "maximum": 99},
                "fault": {"enum": ["clear", "unclear", "none"]},
                "language": {"enum": ["en", "de"]},
                "audience": {"enum": ["consumer", "business", "developer"]},
                "ignore": {"type": "array", "items": {"type": "string"}},
            },
        },
    },
}

_FENCE = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
ALONE = re.compile(r"^[ \t]*(\{%-?(?:[^%]|%(?!\}))*-?%\})[ \t]*\n", re.MULTILINE)
_RESERVED = re.compile(MARKS)
_ENTITY = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
_TAG_NAME = re.compile(r"\{%-?\s*(\w+)")
_BLOCKS = frozenset({"if", "unless", "case", "for"})
_DEAD_LINK = re.compile(r"(?<=\w)\]\(\s*(?!https?://|mailto:|tel:|\{[{%]|<)[^)\s]*")
_IMAGE = re.compile(r"!\[")
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the file with the place of its first character; `column` counts only on its first line."""

    text: str
    file: str
    line: int
    column: int = 1
    indented: bool = False

    def place(self, index: int) -> Place:
        before = self.text[: max(index, 0)]
        lines = before.count("\n")
        if self.indented or not lines:
            return Place(self.file, self.line, self.column + (0 if self.indented else len(before)))
        return Place(self.file, self.line + lines, len(before) - before.rfind("\n"))


def compile_message(text: str, name: str) -> tuple[Message | None, list[Finding]]:
    """Reads a message file; `name` is its path as the person gave it. None when a finding is blocking."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if len(text) > MAX_SOURCE:
        return None, [
            _finding("too-large", f"The message is longer than {MAX_SOURCE} characters.", "Shorten it.", Place(name))
        ]
    given, text = text, without_comments(text)
    try:
        matter, body = split_source(text, name)
    except BadInput as error:
        return None, [_finding(error.code, error.what, error.remedy, error.place)]
    language = message_of(name)[1]
    findings = [*yamlfile.check_schema(matter, SCHEMA), *_bad_locale(matter, language), *_no_reply(matter)]
    subject = subject_part(matter, name)
    templates = [_template(part, findings) for part in (subject, body)]
    findings += [*_reserved(subject), *_reserved(body), *_body_findings(body, templates[1])]
    first, second = templates
    if first is None or second is None or any(finding.blocking for finding in findings):
        return None, _sorted(findings)
    parsed, parsed_body = parse(subject.text), parse(ALONE.sub(r"\1", body.text))
    bound, bound_body = bind(parsed), bind(parsed_body)
    message = Message(
        name=name,
        digest=sha256(given),
        placeholders=frozenset({*_placeholders(first), *_placeholders(second)}),
        locale=str(matter.value.get("locale", language)),
        sender_name=str(matter.value.get("sender_name", "")),
        reply_to=str(matter.value.get("reply_to", "")),
        checked_as=dict(matter.value.get("makegood", {})),
        _subject=parsed,
        _body=parsed_body,
        _bound=(bound, bound_body) if bound and bound_body else None,
    )
    return message, _sorted(findings)


def compile_spoken(name: str, texts: Mapping[str, str], default: str) -> tuple[Spoken | None, list[Finding]]:
    """One message from its files, each by its path inside the folder; None when a finding of any is blocking.

    `default` is the mistake's language: of customers who have none, or one that there is no file for.
    """
    compiled = {message_of(file)[1]: compile_message(text, file) for file, text in sorted(texts.items())}
    findings = [finding for _, found in compiled.values() for finding in found]
    by_language = {language: message for language, (message, _) in compiled.items() if message is not None}
    whole = by_language and len(by_language) == len(compiled)
    return (Spoken(name, by_language, default) if whole else None), findings


def split_source(text: str, name: str) -> tuple[yamlfile.YamlFile, Part]:
    fences = list(_FENCE.finditer(text))[:2]
    if len(fences) < 2 or fences[0].start() != 0:
        raise BadInput(
            "The file does not begin with its front matter.",
            remedy="Begin it with a line '---', then 'subject: …', then a line '---'; the text comes after.",
            place=Place(name, 1, 1),
            code="no-front-matter",
        )
    matter = yamlfile.parse("\n" + text[fences[0].end() + 1 : fences[1].start()], name)
    start = min(fences[1].end() + 1, len(text))
    return matter, Part(text[start:], name, text.count("\n", 0, start) + 1)


def subject_part(matter: yamlfile.YamlFile, name: str) -> Part:
    subject = matter.value.get("subject", "") if isinstance(matter.value, dict) else ""
    place = matter.place(("subject",))
    return Part(str(subject), name, place.line or 1, place.column or 1, indented=True)


def _bad_locale(matter: yamlfile.YamlFile, language: str) -> list[Finding]:
    """`language` is the one of the file's name, "" where it has none."""
    locale = matter.value.get("locale") if isinstance(matter.value, dict) else None
    if not isinstance(locale, str):
        return []
    try:
        spoken = locale_of(locale).language
    except Unrenderable as error:
        return [_finding("unknown-locale", error.what, error.remedy, matter.place(("locale",)))]
    if language and spoken != locale_of(language).language:
        what = f"The file's name says '{language}', its locale '{locale}'."
        return [_finding("two-locales", what, "Remove `locale`, or rename the file.", matter.place(("locale",)))]
    return []


def _no_reply(matter: yamlfile.YamlFile) -> list[Finding]:
    address = matter.value.get("reply_to") if isinstance(matter.value, dict) else None
    if not isinstance(address, str) or not says_no_reply(address):
        return []
    what = f"'{address}' says that nobody reads the answers."
    remedy = "Name an address where a person reads them."
    return [_finding("no-reply", what, remedy, matter.place(("reply_to",)), level="advice")]


def _template(part: Part, findings: list[Finding]) -> Template | None:
    try:
        template = parse(part.text)
    except LiquidError as error:
        index = _unclosed(part.text) if "expected tag end" in str(error.message) else None
        if index is None:
            index = error.token.start_index if error.token else 0
        remedy = "Check the braces, the name of the tag and its end tag; see the reference of messages."
        findings.append(_finding("bad-liquid", f"This is not understood: {error.message}.", remedy, part.place(index)))
        return None
    for name, spans in template.analyze().filters.items():
        if name not in ENVIRONMENT.filters:
            what, remedy = f"There is no filter '{name}'.", f"Known: {', '.join(sorted(ENVIRONMENT.filters))}."
            findings += [_finding("unknown-filter", what, remedy, _at(part, span)) for span in spans]
    return template


def _unclosed(source: str) -> int | None:
    """Where the innermost block opens that is not closed, or is closed by another block's end."""
    opened: list[tuple[str, int]] = []
    for found in _TAG_NAME.finditer(source):
        name = found[1]
        if name in _BLOCKS:
            opened.append((name, found.start()))
        elif name.startswith("end") and opened:
            if name != f"end{opened[-1][0]}":
                break
            opened.pop()
    return opened[-1][1] if opened else None


def _at(part: Part, span: Span) -> Place:
    return part.place(span.index)


def _placeholders(template: Template) -> Iterator[str]:
    for variables in template.analyze().globals.values():
        for variable in variables:
            names: list[str] = []
            for segment in variable.segments:
                if not isinstance(segment, str):
                    break
                names.append(segment)
            yield ".".join(names)


def _reserved(part: Part) -> list[Finding]:
    """Characters Makegood marks values with must not come from the author, not even as `&#xF0000;`."""
    starts = [found.start() for found in _RESERVED.finditer(part.text)]
    for found in _ENTITY.finditer(part.text):
        code = int(found[1], 16) if found[1] else int(found[2])
        if code <= 0x10FFFF and _RESERVED.match(chr(code)):
            starts.append(found.start())
    remedy = "Remove the character; it has no meaning of its own."
    return [_finding("reserved-character", "This character is reserved.", remedy, part.place(at)) for at in starts]


def _body_findings(body: Part, template: Template | None) -> list[Finding]:
    findings: list[Finding] = []
    if not body.text.strip():
        findings.append(_finding("empty-message", "The message has no text.", "Write it below '---'.", body.place(0)))
    for found in _TAG.finditer(body.text):
        what, remedy = f"'{found[0]}' is shown as it stands: HTML has no effect here.", "Use Markdown, or remove it."
        findings.append(_finding("html-in-message", what, remedy, body.place(found.start()), level="advice"))
    for found in _DEAD_LINK.finditer(body.text):
        what, remedy = "This is not a link customers can follow.", "Write an address with https://, mailto: or tel:."
        findings.append(_finding("dead-link", what, remedy, body.place(found.start()), level="advice"))
    if template is None:
        return findings
    skeleton, slots = template.every_branch()
    for trouble in examine(skeleton, "en")[1]:
        if trouble.value is not None:
            index = slots[trouble.value].token.start_index
        else:
            found_image = _IMAGE.search(body.text)
            index = found_image.start() if found_image else 0
        findings.append(_finding(trouble.code, trouble.what, trouble.remedy, body.place(index)))
    return findings


def _finding(code: str, what: str, remedy: str, place: Place | None, *, level: Level = "blocking") -> Finding:
    return Finding(code=code, what=what, remedy=remedy, place=place, level=level)


def _sorted(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.place.line or 0, f.place.column or 0) if f.place else (0, 0))
