"""A mail that came back, read: a delivery status notification, a complaint, or a report in a server's own words.

RFC 3464 and RFC 5965 where the server follows them, else the words of qmail, Exim, Exchange and Gmail. The act is found
by our Message-ID in the copy of what we sent, or by the address the report was sent to (`bounces+<key>@…`). Anything
else, such as an out-of-office answer, is somebody's letter and none of our business.

The bytes are a stranger's: parts, depth, and the length of what is looked at are limited, and no header is unfolded by
the library's own grammar.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from makegood.kit.digest import sha256
from makegood.kit.notices import Notice, Says
from makegood.kit.plugins import scrub

LARGEST = 400_000  # bytes of a mail that is looked at: a report holds our mail, and ours are small
MOST_PARTS, DEEPEST = 40, 8
_BUSY = ((b"boundary", 30), (b"action:", 500), (b"content-type:", 100))  # more of them would only keep the parser busy
_HEAD, _LINE, _TEXT = 200, 2_000, 60_000  # headers of a part, characters of one, characters of a body

_KEY = re.compile(r"mg-[0-9a-f]{40}")
_OUR_ID = re.compile(r"message-id:\s*<(mg-[0-9a-f]{40})@", re.IGNORECASE)
_VERP = re.compile(r"\+(mg-[0-9a-f]{40})@")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.-])([45]\d\d)(?=[ -])")
_ADDRESS = re.compile(r"[^\s<>;,:\"'()]+@[^\s<>;,:\"'()]+")
_SERVERS = ("mailer-daemon", "postmaster", "mail-daemon", "maildaemon", "mdaemon", "microsoftexchange")
_LATER = re.compile(
    r"\b(delay(ed)?|will (be )?retr(y|ied)|not yet been delivered|still (trying|being)|no action is required"
    r"|warning message only|temporar(y|ily))\b",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"(could ?n[o']t be delivered|not be delivered|delivery .{0,60}?failed|failed permanently|permanent (fatal )?error"
    r"|undeliver(able|ed)|returned to sender|did not reach|unable to deliver|gave up|giving up)",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(user|mailbox|recipient|address|account)[^.\n]{0,40}(unknown|not found|does ?n[o']t exist|no longer|disabled"
    r"|inactive|invalid|unavailable)"
    r"|(no such|unknown|invalid|bad) (user|mailbox|recipient|address|account|destination)",
    re.IGNORECASE,
)
# Statuses that say something of the address itself (RFC 3463): wrong, moved, or switched off; not full, not refused.
_DEAD = re.compile(r"5\.1\.(0|1|2|3|6|10)|5\.2\.1|5\.4\.310")


@dataclass(frozen=True)
class Report:
    """What one mail says of one recipient, as it was written there."""

    action: str  # failed, delayed, delivered, complained
    status: str
    words: str
    recipient: str


def read_returned(raw: bytes, *, now: datetime) -> list[Notice]:
    """What a mail says of acts; empty for everybody else's letters. Never raises for what a stranger wrote."""
    if len(raw) > LARGEST or any(raw.lower().count(word) > most for word, most in _BUSY):
        return []
    try:
        mail = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw)
        parts = list(_parts(mail))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return []  # the parser gave up: nothing a mail server writes looks like this
    reports = _reports(mail, parts)
    key = _key_of(mail, parts) if reports else ""
    if not key:
        return []
    at = _moment(mail, now)
    # Its own Message-ID names it wherever it is read; without one its bytes do.
    name = sha256(f"{_first(mail, 'message-id') or hashlib.sha256(raw).hexdigest()}\n{key}")[:32]
    return [_notice(report, key, at, f"returned-{name}-{place}") for place, report in enumerate(reports)]


def _notice(report: Report, key: str, at: datetime, event: str) -> Notice:
    says: dict[str, Says] = {"failed": "bounced", "complained": "complained", "delivered": "done"}
    dead = report.action != "failed" or _DEAD.fullmatch(report.status) or _is_nobody(report)
    return Notice(
        event=event,
        says=says.get(report.action, "noted"),
        at=at,
        order=int(at.timestamp() * 1000),
        key=key,
        code=report.status or report.action,
        words=scrub(report.words),
        address=report.recipient if dead and report.action in ("failed", "complained") else "",
    )


def _is_nobody(report: Report) -> bool:
    """A bare 5.0.0 or no status at all says nothing; then the server's words decide."""
    return report.status in ("", "5.0.0", "5.5.0", "5.5.1") and bool(_NOBODY.search(report.words))


def _parts(mail: Message, depth: int = 0) -> Iterator[Message]:
    """The mail and what is in it, also within a message that is attached, as far as the limits go."""
    waiting: list[tuple[Message, int]] = [(mail, depth)]
    seen = 0
    while waiting and seen < MOST_PARTS:
        part, level = waiting.pop(0)
        seen += 1
        yield part
        if level < DEEPEST:
            waiting += [(one, level + 1) for one in _inner(part)]


def _inner(part: Message) -> list[Message]:
    held = part.get_payload()
    return [one for one in held if isinstance(one, Message)] if isinstance(held, list) else []


def _headers(part: Message, name: str) -> Iterator[str]:
    """Values as they were sent: unfolded, cut, never decoded by a grammar that a stranger could keep busy."""
    items = part.raw_items() if hasattr(part, "raw_items") else part.items()
    for place, (header, value) in enumerate(items):
        if place >= _HEAD:
            return
        if header.lower() == name:
            whole = str(value)[:_LINE].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            yield " ".join(whole.split())


def _first(part: Message, name: str) -> str:
    return next(_headers(part, name), "")


def _kind(part: Message) -> str:
    return _first(part, "content-type").partition(";")[0].strip().lower()


def _reports(mail: Message, parts: list[Message]) -> list[Report]:
    for part in parts:
        if _kind(part) == "message/feedback-report":
            return _complaint(part)
    status = [report for part in parts if _kind(part) == "message/delivery-status" for report in _statuses(part)]
    return status or _in_words(mail, parts)


def _statuses(part: Message) -> list[Report]:
    """RFC 3464: the blocks after the first are about one recipient each."""
    found = []
    for block in _inner(part):
        action = _first(block, "action").partition(" ")[0].lower()
        recipient = _first(block, "original-recipient") or _first(block, "final-recipient")
        if not action or not recipient:
            continue
        status = next(iter(_STATUS.findall(_first(block, "status"))), "")
        words = _first(block, "diagnostic-code").partition(";")[2].strip()
        told = "failed" if action == "failed" else action if action in ("delayed", "delivered") else "noted"
        found.append(Report(told, status, words, _address(recipient)))
    return found[:MOST_PARTS]


def _complaint(part: Message) -> list[Report]:
    """RFC 5965. `not-spam` takes a complaint back, which is nobody's complaint."""
    block = next(iter(_inner(part)), part)
    kind = _first(block, "feedback-type").lower()
    if kind in ("", "not-spam"):
        return []
    recipient = _first(block, "original-rcpt-to") or _first(block, "removal-recipient")
    return [Report("complained", "", kind, _address(recipient))]


def _in_words(mail: Message, parts: list[Message]) -> list[Report]:
    """Servers that write to people only. A person's own answer, or their absence note, comes from them, not from a
    server's own address."""
    author = _first(mail, "from").lower()
    failed = _first(mail, "x-failed-recipients")
    if not failed and not any(server in author for server in _SERVERS):
        return []
    text = "\n".join(_text(part) for part in parts if _kind(part) in ("", "text/plain"))
    own = re.split(
        r"--- ?(?:below this line|original message)|this is a copy of", text, maxsplit=1, flags=re.IGNORECASE
    )[0]
    subject = _first(mail, "subject")
    if not (failed or _NEVER.search(f"{subject}\n{own}") or _LATER.search(f"{subject}\n{own}")):
        return []
    status = next(iter(_STATUS.findall(own)), "")
    later = status.startswith("4") or (not status.startswith("5") and not failed and bool(_LATER.search(subject + own)))
    line = _telling(own)
    recipient = _address(failed) or _address(line) or _address(own)
    if later and not _NEVER.search(own):
        return [Report("delayed", status, line, recipient)]
    if not status and (reply := _REPLY.search(own)):
        status = "" if reply.group(1).startswith("5") else status
    return [Report("failed", status, line or subject, recipient)]


def _telling(text: str) -> str:
    """The line that says why: with a status, a reply code or the words for nobody."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return next((line for line in lines if _STATUS.search(line) or _NOBODY.search(line) or _REPLY.search(line)), "")


def _text(part: Message) -> str:
    raw = part.get_payload(decode=True)
    return raw[: 4 * _TEXT].decode("utf-8", "replace")[:_TEXT] if isinstance(raw, bytes) else ""


def _key_of(mail: Message, parts: list[Message]) -> str:
    """Our key: in the address the report came to, in the copy of our mail, or in what the report answers."""
    for name in ("delivered-to", "x-original-to", "envelope-to", "to"):
        for value in _headers(mail, name):
            if found := _VERP.search(value):
                return found.group(1)
    for part in parts[1:]:
        if found := _KEY.search(_first(part, "message-id")):
            return found.group(0)
    for part in parts:
        if _kind(part) in ("", "text/plain", "text/rfc822-headers", "message/rfc822") and (
            found := _OUR_ID.search(_text(part))
        ):
            return found.group(1)
    for name in ("in-reply-to", "references"):
        if found := _KEY.search(_first(mail, name)):
            return found.group(0)
    return ""


def _address(text: str) -> str:
    found = _ADDRESS.search(text)
    return found.group(0).strip(".") if found else ""


def _moment(mail: Message, now: datetime) -> datetime:
    """When the report was written; a date that is nonsense or to come is today's."""
    try:
        said = parsedate_to_datetime(_first(mail, "date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return now
    said = said if said.tzinfo else said.replace(tzinfo=UTC)
    return min(said, now)
