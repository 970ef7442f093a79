"""What an HTTP answer means. First the connection's own rules, in order; then what HTTP says.

A 5xx is *unknown*: the call may have taken effect. So is a 2xx that cannot be read or that no rule recognises.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Literal, Never

from makegood.kit.clock import now
from makegood.kit.plugins import OutcomeUnknown, ProviderError, Receipt, scrub

Means = Literal["done", "accepted", "waiting", "permanent", "retry", "unknown"]
RULE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["means"],
    "properties": {
        "status": {"type": "string", "pattern": "^[1-5]([0-9][0-9]|xx)$", "description": "200 or 2xx."},
        "pointer": {"type": "string", "pattern": "^/", "description": "A place in the JSON answer, such as /state."},
        "equals": {"type": ["string", "integer", "boolean", "null"], "description": "What stands there."},
        "means": {"enum": ["done", "accepted", "waiting", "permanent", "retry", "unknown"]},
        "code": {"type": "string", "pattern": "^[a-z0-9-]{1,40}$"},
    },
}
_MISSING = object()
_RETRY = {409, 425, 429}
_LONGEST_WAIT = 86_400


@dataclass(frozen=True)
class Reply:
    """An answer as it came: `body` is at most the cap, `cut` says that there was more."""

    status: int
    body: bytes
    retry_after: str = ""
    cut: bool = False

    def json(self) -> Any:
        """The JSON value, None for an empty body, or `_MISSING` when it cannot be read."""
        if self.cut:
            return _MISSING
        try:
            return json.loads(self.body) if self.body.strip() else None
        except (ValueError, RecursionError):
            return _MISSING


def judge(reply: Reply, rules: Sequence[Mapping[str, Any]], *, reference: str) -> Receipt:
    """The receipt. Raises `ProviderError` or `OutcomeUnknown`. `reference` is a JSON pointer, or "" for none."""
    value = reply.json()
    for rule in rules:
        if _fits(rule, reply.status, value):
            return _as_ruled(rule, reply, value, reference)
    if not 200 <= reply.status < 300:
        refuse(reply, value)
    if value is _MISSING:
        raise OutcomeUnknown("The provider says yes, but the answer cannot be read.", code="unreadable-answer")
    if any(rule["means"] in ("done", "accepted", "waiting") for rule in rules):
        raise OutcomeUnknown("The provider's answer fits no rule of the connection.", code="unexpected-answer")
    return Receipt("done", _reference(value, reference), str(reply.status))


def is_ruled(reply: Reply, rules: Sequence[Mapping[str, Any]]) -> bool:
    """Whether one of the connection's own rules decides about this answer."""
    value = reply.json()
    return any(_fits(rule, reply.status, value) for rule in rules)


def refuse(reply: Reply, value: Any) -> Never:
    """What a status beyond 2xx means by itself: raises `ProviderError` or `OutcomeUnknown`."""
    code = str(reply.status)
    words = f"The provider says {code}: {_words(value)}".rstrip(": ")
    if reply.status >= 500 or reply.status == 408:
        raise OutcomeUnknown(words, code=code)
    if reply.status in _RETRY:
        raise ProviderError(words, permanent=False, code=code, retry_after=seconds(reply.retry_after))
    raise ProviderError(words, permanent=True, code=code)


def at(value: Any, pointer: str) -> Any:
    """The value at a JSON pointer (RFC 6901), or `_MISSING`."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return _MISSING
    return value


def seconds(retry_after: str) -> int | None:
    """Retry-After as seconds from now, at most a day; None when it says nothing."""
    if retry_after.isdigit():
        return min(int(retry_after[:9]), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(retry_after)
        return max(0, min(int((moment - now()).total_seconds()), _LONGEST_WAIT))
    except (ValueError, TypeError):  # TypeError: a date without a zone
        return None


def _fits(rule: Mapping[str, Any], status: int, value: Any) -> bool:
    asked = str(rule.get("status", ""))
    if asked and asked not in (str(status), f"{status // 100}xx"):
        return False
    if "pointer" not in rule:
        return True
    found = at(value, rule["pointer"])
    if "equals" not in rule:
        return found is not _MISSING
    return found is not _MISSING and type(found) is type(rule["equals"]) and found == rule["equals"]


def _as_ruled(rule: Mapping[str, Any], reply: Reply, value: Any, reference: str) -> Receipt:
    means: Means = rule["means"]
    code = str(rule.get("code") or reply.status)
    words = f"The provider says {code}: {_words(value)}".rstrip(": ")
    if means == "unknown":
        raise OutcomeUnknown(words, code=code)
    if means == "permanent" or means == "retry":  # noqa: PLR1714  mypy narrows equality, not membership
        wait = seconds(reply.retry_after)
        raise ProviderError(words, permanent=means == "permanent", code=code, retry_after=wait)
    if value is _MISSING:
        raise OutcomeUnknown("The provider says yes, but the answer cannot be read.", code="unreadable-answer")
    return Receipt(means, _reference(value, reference), code)


def _reference(value: Any, pointer: str) -> str:
    found = at(value, pointer) if pointer else ""
    named = str(found) if isinstance(found, str | int) else ""
    return "" if "@" in named else named[:100]  # an id may be a long number, but never an address


def _words(value: Any) -> str:
    """The provider's own short explanation where it gives one; never the whole answer, it may echo the customer."""
    for pointer in ("/code", "/error/code", "/error", "/type"):
        found = at(value, pointer)
        if isinstance(found, str) and found and " " not in found:
            return scrub(found, limit=60)
    return ""
