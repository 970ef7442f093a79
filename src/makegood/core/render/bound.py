"""A text without loops, bound once: each `{{ … }}` is a path into the facts and its filters, each `{% if %}` a choice.

Conditions are Liquid's own expressions, asked of the facts. It gives what Liquid gives for the same text, or nothing:
whenever a fact is missing or a filter objects, Liquid runs after all and says what is wrong, so there is one place for
that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from liquid.ast import BlockNode, Node
from liquid.builtin import content, if_tag, unless_tag
from liquid.builtin.expressions import Filter, FilteredExpression, Path, PositionalArgument, StringLiteral
from liquid.exceptions import LiquidError
from liquid.expression import Expression

from makegood.core.render.errors import Unrenderable
from makegood.core.render.filters import FILTERS, is_missing
from makegood.core.render.templates import LINK, MAX_SLOTS, SLOT, LimitedEnvironment, SlotContext, SlotNode, Template
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
    first_mark: int
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
class _Choice:
    """The first branch whose condition is as wanted; else `rest`."""

    branches: tuple[tuple[Expression, bool, _Run], ...]
    rest: _Run

    def taken(self, context: SlotContext) -> _Run:
        for condition, wanted, run in self.branches:
            if bool(condition.evaluate(context)) is wanted:
                return run
        return self.rest


_Run: TypeAlias = "tuple[str | _Slot | _Choice, ...]"


class _Plain(Mapping[str, object]):
    """Facts as conditions see them, each made plain when it is asked for."""

    def __init__(self, facts: Mapping[str, object]) -> None:
        self._facts = facts

    def __getitem__(self, name: str) -> object:
        return plain(self._facts[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


@dataclass(frozen=True, slots=True)
class Bound:
    """The text with its slots and choices; `template` is what it was bound from."""

    run: _Run
    template: Template

    def fill(self, facts: Mapping[str, object], locale: str) -> tuple[str, list[str]] | None:
        """The skeleton, with a mark for each value, and the values in order; None when only Liquid can say what this
        text is for these facts."""
        writing = _Writing(self.template, facts, locale)
        try:
            return ("".join(writing.text), writing.values) if writing.write(self.run) else None
        except (LiquidError, TypeError, Unrenderable):
            return None


class _Writing:
    """One text for one customer."""

    __slots__ = ("_context", "_facts", "_speaker", "_template", "text", "values")

    def __init__(self, template: Template, facts: Mapping[str, object], locale: str) -> None:
        self._template, self._facts, self._speaker = template, facts, _Speaker(locale)
        self._context: SlotContext | None = None
        self.text: list[str] = []
        self.values: list[str] = []

    def write(self, run: _Run) -> bool:
        """False where a value is missing."""
        for one in run:
            if type(one) is str:
                self.text.append(one)
            elif type(one) is _Slot:
                value = one.text(self._facts, self._speaker)
                if value is None:
                    return False
                self.text.append(chr(one.first_mark + len(self.values)))
                self.values.append(value)
            elif type(one) is _Choice and not self.write(one.taken(self._asked())):
                return False
        return True

    def _asked(self) -> SlotContext:
        if self._context is None:
            self._context = SlotContext(self._template, globals=_Plain(self._facts), locale=self._speaker.shown_locale)
        return self._context


def bind(template: Template) -> Bound | None:
    """None for a text that Liquid has to run each time."""
    skeleton, slots = template.every_branch()
    # Liquid counts bytes of what it writes; far below the limit nothing needs counting.
    if len(slots) > MAX_SLOTS or len(skeleton) * 4 > LimitedEnvironment.output_stream_limit or "\r" in skeleton:
        return None
    run = _run(template.nodes)
    return None if run is None else Bound(run, template)


def check_facts(facts: Mapping[str, object]) -> None:
    """Raises `Unrenderable` for a fact that no message could show, whether this one shows it or not."""
    for value in facts.values():
        if type(value) not in _FLAT and not (type(value) is dict and _FLAT.issuperset(map(type, value.values()))):
            plain(value)


def _run(nodes: Iterable[Node]) -> _Run | None:
    found: list[str | _Slot | _Choice] = []
    for node in nodes:
        one = _one(node)
        if one is None:
            return None
        found.append(one)
    return tuple(found)


def _one(node: Node) -> str | _Slot | _Choice | None:
    if isinstance(node, content.ContentNode):
        return node.text
    if isinstance(node, SlotNode):
        return _slot(node)
    # Liquid writes nothing of a condition without words, yet asks it: that is left to Liquid.
    if not isinstance(node, if_tag.IfNode | unless_tag.UnlessNode) or node.blank:
        return None
    wanted = isinstance(node, if_tag.IfNode)
    blocks = [(node.condition, wanted, node.consequence)]
    blocks += [(other.expression, True, other.block) for other in node.alternatives]
    runs = [(condition, holds, _block(block)) for condition, holds, block in blocks]
    rest = _block(node.default) if node.default else ()
    branches = tuple((condition, holds, run) for condition, holds, run in runs if run is not None)
    if rest is None or len(branches) < len(runs):
        return None
    return _Choice(branches, rest)


def _block(block: BlockNode) -> _Run | None:
    """A block of white space alone writes nothing, as Liquid has it."""
    run = _run(block.nodes)
    return () if run is not None and block.blank else run


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
    mark = LINK if node.is_link else SLOT
    return _Slot(node.name, mark, path, tuple(one for one in filters if one))


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
