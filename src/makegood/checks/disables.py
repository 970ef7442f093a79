"""Comments in a message that silence rules.

    <!-- makegood-disable MG202: why -->  ...  <!-- makegood-enable MG202 -->
    <!-- makegood-disable-next-line MG201, shouting: why -->

Rules are named by id or name, the reason follows a colon or a dash. Without a rule all are meant, and only an `enable`
without a rule takes that back.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from makegood.checks.found import Span, span_of
from makegood.checks.rules import get_rule

_DIRECTIVE = re.compile(
    r"makegood-(?P<what>disable-next-line|disable|enable)(?![\w-])"
    r"(?P<rules>[^:—]*?)(?:(?:\s*[:—]|\s-+\s)(?P<reason>.*))?",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Disable:
    """One rule that one comment switches off in `given[first:last]`; `span` is the comment.

    `rule` is an id, None for all rules, or the word as written where it is no rule.
    """

    rule: str | None
    reason: str
    first: int
    last: int
    span: Span


def list_disables(given: str, comments: Sequence[tuple[int, int]], lines: Sequence[int]) -> list[Disable]:
    """What the comments of a message switch off, in their order.

    `comments` are start and end of each, `lines` the offsets at which the lines of `given` begin.
    """
    found: list[Disable] = []
    open_at: dict[str | None, list[int]] = {}  # by rule: places in `found` of what goes on
    for start, end in comments:
        directive = _DIRECTIVE.fullmatch(given[start + 4 : end].removesuffix("-->").strip())
        if directive is None:
            continue
        what = directive["what"].lower()
        words = re.split(r"[\s,]+", directive["rules"].strip(" ,\t\r\n"))
        rules = dict.fromkeys(_rule(word) for word in words)
        if what == "enable":
            for rule in list(open_at) if None in rules else rules:
                for place in open_at.pop(rule, []):
                    found[place] = replace(found[place], last=start)
            continue
        last = len(given)
        if what == "disable-next-line":
            line = bisect.bisect_right(lines, end)
            last = lines[line + 1] if line + 1 < len(lines) else last
        reason = " ".join((directive["reason"] or "").split())
        for rule in rules:
            if what == "disable":
                open_at.setdefault(rule, []).append(len(found))
            found.append(Disable(rule, reason, end, last, span_of(lines, start, end)))
    return found


def _rule(word: str) -> str | None:
    try:
        return get_rule(word).id if word else None
    except KeyError:
        return word
