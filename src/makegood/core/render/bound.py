"""A text without conditions and loops, bound once: each `{{ … }}` is a path into the facts and its filters.

It gives what Liquid gives for the same text, or nothing: whenever a fact is missing or a filter objects, Liquid runs
after all and says what is wrong, so there is one place for that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from liquid.builtin import content
from liquid.builtin.expressions import Filter, FilteredExpression, Path, PositionalArgument, StringLiteral
from liquid.exceptions import LiquidError

from makegood.core.render.errors import Unrenderable
from makegood.core.render.filters import FILTERS, is_missing
from makegood.core.render.templates import MAX_SLOTS, LimitedEnvironment, SlotNode, Template
from makegood.core.render.values import money_text, plain, shown
from makegood.kit.money import Money

_MEANT_BY_LIQUID = frozenset({"size", "first", "last"})  # as a path's end these are questions, not names
_FLAT = frozenset({str, int, bool, Decimal, date, datetime, type(None), Money})
_Filter = Callable[[object, "_Speaker"], object]


@dataclass(frozen=True, slots=True)
class _Speaker:
    """The part of a render context that filters see."""

    shown_locale: str


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str
    path: tuple[str, ...]
    filters: tuple[_Filter, ...]

    def text(self, facts: Mapping[str, object], speaker: _Speaker) -> str | None:
        """What is shown; None when the fact is missing or the path leads elsewhere than through names."""
        value: object = facts
        for segment in self.path:
            if type(value) is not dict and not isinstance(value, Mapping):
                return None
            value = value.get(segment)
        if not self.filters and type(value) is Money:
            return money_text(value, speaker.shown_locale)
        value = plain(value, depth=len(self.path) - 1)
        for one in self.filters:
            value = one(value, speaker)
        return None if is_missing(value) else shown(value, speaker.shown_locale, name=self.name)


@dataclass(frozen=True, slots=True)
class Bound:
    """`skeleton` is the text with a mark for each slot, always the same one."""

    skeleton: str
    slots: tuple[_Slot, ...]

    def fill(self, facts: Mapping[str, object], locale: str) -> list[str] | None:
        """The values in order; None when only Liquid can say what this text is for these facts."""
        speaker = _Speaker(locale)
        values: list[str] = []
        try:
            for slot in self.slots:
                text = slot.text(facts, speaker)
                if text is None:
                    return None
                values.append(text)
        except (LiquidError, TypeError, Unrenderable):
            return None
        return values


def bind(template: Template) -> Bound | None:
    """None for a text that Liquid has to run each time."""
    skeleton, nodes = template.every_branch()
    simple = all(isinstance(node, content.ContentNode | SlotNode) for node in template.nodes)
    # Liquid counts bytes of what it writes; far below the limit nothing needs counting.
    if not simple or len(nodes) > MAX_SLOTS or len(skeleton) * 4 > LimitedEnvironment.output_stream_limit:
        return None
    slots = [_slot(node) for node in nodes]
    if "\r" in skeleton or not all(slots):
        return None
    return Bound(skeleton, tuple(slot for slot in slots if slot))


def check_facts(facts: Mapping[str, object]) -> None:
    """Raises `Unrenderable` for a fact that no message could show, whether this one shows it or not."""
    for value in facts.values():
        if type(value) not in _FLAT and not (type(value) is dict and _FLAT.issuperset(map(type, value.values()))):
            plain(value)


def _slot(node: SlotNode) -> _Slot | None:
    expression = node.expression
    if not isinstance(expression, FilteredExpression) or not isinstance(expression.left, Path):
        return None
    path = tuple(part for part in expression.left.path if isinstance(part, str))
    if len(path) < len(expression.left.path) or _MEANT_BY_LIQUID & set(path[1:]):
        return None
    filters = [_filter(one) for one in expression.filters or ()]
    if None in filters:
        return None
    return _Slot(node.name, path, tuple(one for one in filters if one))


def _filter(one: Filter) -> _Filter | None:
    function = FILTERS.get(one.name)
    arguments = _texts(one.args)
    if function is None or arguments is None:
        return None
    if getattr(function, "with_context", False):
        return lambda value, speaker: function(value, *arguments, context=speaker)
    return lambda value, _: function(value, *arguments)


def _texts(arguments: Sequence[object]) -> list[str] | None:
    """Arguments that are the same for every customer."""
    found = [
        argument.value.value
        for argument in arguments
        if isinstance(argument, PositionalArgument) and isinstance(argument.value, StringLiteral)
    ]
    return found if len(found) == len(arguments) else None
