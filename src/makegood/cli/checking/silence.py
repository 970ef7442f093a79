"""Comments that silence rules inside a message, and what is wrong with the comments themselves.

    <!-- makegood-disable MG202: the regulator prescribes this sentence -->  ...  <!-- makegood-enable MG202 -->
    <!-- makegood-disable-next-line MG212: our readers are engineers -->

A finding is silenced where it begins. What is missing in the whole message is silenced by a comment that names it
anywhere, or by one that names no rule and is never taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from makegood.checks.found import Span
from makegood.checks.text import Disable, Text
from makegood.cli.checking.catalogue import UNKNOWN, UNUSED, WORDS
from makegood.cli.checking.results import Shown

if TYPE_CHECKING:
    from makegood.checks.rule import Rule
    from makegood.kit.errors import Place


@dataclass(frozen=True, slots=True)
class _Use:
    """One rule that one comment silences (None: every rule)."""

    rule: str | None
    disable: Disable

    def covers(self, one: Shown, length: int) -> bool:
        if self.rule not in (None, one.rule):
            return False
        if one.extent is None:
            return self.rule is not None or self.disable.last == length
        return self.disable.first <= one.extent.start < self.disable.last


def silence(
    found: Sequence[Shown], message: Text, ignored: Mapping[str, Place]
) -> tuple[list[Shown], list[Shown], list[Shown]]:
    """What is left of `found`, what is silenced (each with its reason), and what is wrong with the silencing.

    `ignored` are the rules of the front matter.
    """
    uses = [_Use(rule, one) for one in message.disables for rule in _rules(one)]
    used: set[int] = set()
    heeded: set[str] = set()
    left, silenced = [], []
    for one in found:
        by = [number for number, use in enumerate(uses) if use.covers(one, len(message.given))]
        used.update(by)
        if by:
            silenced.append(replace(one, reason=uses[by[0]].disable.reason))
        elif one.rule in ignored:
            heeded.add(one.rule)
            silenced.append(replace(one, reason="front matter"))
        else:
            left.append(one)
    idle = [use for number, use in enumerate(uses) if number not in used]
    unused = [_about(UNUSED, message, use.disable, use.rule) for use in idle]
    unheeded = [_in_front(rule, place, message) for rule, place in ignored.items() if rule not in heeded]
    unknown = [_about(UNKNOWN, message, one, word) for one in message.disables for word in _unknown(one)]
    return left, silenced, [*unheeded, *unused, *unknown]


def _rules(disable: Disable) -> Iterator[str | None]:
    if not disable.rules:
        yield None
    yield from dict.fromkeys(WORDS.rules[word] for word in map(_plain, disable.rules) if word in WORDS.rules)


def _unknown(disable: Disable) -> list[str]:
    return [word for word in disable.rules if _plain(word) not in WORDS.rules]


def _plain(word: str) -> str:
    return word.upper() if word[:2].upper() == "MG" else word.lower()


def _about(rule: Rule, message: Text, disable: Disable, word: str | None) -> Shown:
    said = f"{rule.message[:-1]}: {word}." if word else rule.message
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
