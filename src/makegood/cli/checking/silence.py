"""Comments that silence rules inside a message, and what is wrong with the comments themselves.

    <!-- makegood-disable MG202: the regulator prescribes this sentence -->  ...  <!-- makegood-enable MG202 -->
    <!-- makegood-disable-next-line MG212: our readers are engineers -->

A finding is silenced where it begins. What is missing in the whole message is silenced by a comment that names it
anywhere, or by one that names no rule and is never taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from makegood.checks.disables import Disable
from makegood.checks.found import Span
from makegood.checks.planned import PLANNED
from makegood.checks.text import Text
from makegood.cli.checking.catalogue import UNKNOWN, UNUSED, WORDS
from makegood.cli.checking.results import Shown

if TYPE_CHECKING:
    from makegood.checks.rule import Rule
    from makegood.kit.errors import Place


_OF_PLANS = frozenset(rule.id for rule in PLANNED)  # whether these silence anything, only a plan can say


def silence(
    found: Sequence[Shown], message: Text, ignored: Mapping[str, Place]
) -> tuple[list[Shown], list[Shown], list[Shown]]:
    """What is left of `found`, what is silenced (each with its reason), and what is wrong with the silencing.

    `ignored` are the rules of the front matter.
    """
    known = [one for one in message.disables if _is_rule(one)]
    used: set[int] = set()
    heeded: set[str] = set()
    left, silenced = [], []
    for one in found:
        by = [number for number, disable in enumerate(known) if _covers(disable, one, len(message.given))]
        used.update(by)
        if by:
            silenced.append(replace(one, reason=known[by[0]].reason))
        elif one.rule in ignored:
            heeded.add(one.rule)
            silenced.append(replace(one, reason="front matter"))
        else:
            left.append(one)
    unheeded = [_in_front(rule, place, message) for rule, place in ignored.items() if rule not in heeded]
    own = [number for number, one in enumerate(known) if one.rule not in _OF_PLANS]
    unused = [_about(UNUSED, message, known[number]) for number in own if number not in used]
    unknown = [_about(UNKNOWN, message, one) for one in message.disables if not _is_rule(one)]
    return left, silenced, [*unheeded, *unused, *unknown]


def _is_rule(disable: Disable) -> bool:
    return disable.rule is None or disable.rule in WORDS.rules


def _covers(disable: Disable, one: Shown, length: int) -> bool:
    if disable.rule not in (None, one.rule):
        return False
    if one.extent is None:
        return disable.rule is not None or disable.last == length
    return disable.first <= one.extent.start < disable.last


def _about(rule: Rule, message: Text, disable: Disable) -> Shown:
    said = f"{rule.message[:-1]}: {disable.rule}." if disable.rule else rule.message
    comment = message.given[disable.span.start : disable.span.end]
    return Shown(rule.id, rule.name, rule.severity, said, rule.suggestion, disable.span, comment)


def _in_front(rule: str, place: Place, message: Text) -> Shown:
    line, column = place.line or 1, place.column or 1
    lines = message.given.splitlines(keepends=True)
    start = sum(map(len, lines[: line - 1])) + column - 1
    word = next(word for word in (rule, *_names(rule)) if message.given.startswith(word, start))
    span = Span(start, start + len(word), line, column, line, column + len(word))
    said = f"{UNUSED.message[:-1]}: {rule}."
    return Shown(UNUSED.id, UNUSED.name, UNUSED.severity, said, UNUSED.suggestion, span, word)


def _names(rule: str) -> list[str]:
    return [word for word, known in WORDS.rules.items() if known == rule]
