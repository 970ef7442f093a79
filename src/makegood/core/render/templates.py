"""Liquid with every limit set, which writes a mark where a value goes and keeps the value apart.

A mark is one character of a private-use plane: U+F0000 + n for the n-th value shown, U+100000 + n where the value
is the standard fact `link`. The text with marks (the skeleton) holds only what the author wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, TextIO

from liquid import Environment, Mode, Token, Undefined
from liquid.ast import Node
from liquid.builtin import comment_tag, content, for_tag, if_tag, illegal, inline_comment_tag, unless_tag
from liquid.builtin.expressions import LoopExpression
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags import assign_tag, case_tag
from liquid.context import RenderContext
from liquid.exceptions import LiquidError, LiquidInterrupt
from liquid.expression import Expression
from liquid.output import LimitedStringIO
from liquid.template import BoundTemplate
from liquid.utils import ReadOnlyChainMap

from makegood.core.render.errors import Unrenderable
from makegood.core.render.filters import FILTERS, is_missing
from makegood.core.render.values import shown

SLOT = 0xF0000
LINK = 0x100000
MAX_SLOTS = 5_000
LINKS = "[\U00100000-\U0010fffd]"
MARKS = "[\U000f0000-\U000ffffd\U00100000-\U0010fffd]"


class SlotContext(RenderContext):
    """One rendering: the values met so far, the names of those missing, and the locale.

    The scope holds the facts only; Liquid's own `now` and `today` would read the clock.
    """

    __slots__ = ("missing", "shown_locale", "slots")

    def __init__(self, template: BoundTemplate, *, globals: Mapping[str, object], locale: str = "en") -> None:
        super().__init__(template, globals=globals)
        self.scope = ReadOnlyChainMap(self.locals, self.globals)
        self.slots: list[str] = []
        self.missing: list[str] = []
        self.shown_locale = locale


class SlotNode(OutputNode):
    """`{{ … }}`: writes a mark, keeps the value."""

    __slots__ = ("is_link", "name")

    def __init__(self, token: Token, expression: Expression) -> None:
        super().__init__(token, expression)
        self.name = str(getattr(expression, "left", expression))
        self.is_link = str(expression) == "link"

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        if not isinstance(context, SlotContext):
            raise TypeError("a message is rendered in its own context")
        value = self.expression.evaluate(context)
        if is_missing(value):
            context.missing.append(self.name)
            return 0
        index = len(context.slots)
        if index >= MAX_SLOTS:
            raise Unrenderable(f"The message shows more than {MAX_SLOTS} values.", remedy="Shorten its loops.")
        context.slots.append(shown(value, context.shown_locale, name=self.name))
        return buffer.write(chr((LINK if self.is_link else SLOT) + index))


class SlotTag(Output):
    node_class = SlotNode


class LoopNode(for_tag.ForNode):
    """`{% for %}`: a list that is missing, or empty without `{% else %}`, is a missing fact, not silence."""

    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        expression = self.expression
        if self.default is None and isinstance(expression, LoopExpression) and isinstance(context, SlotContext):
            looped = expression.iterable.evaluate(context)
            if is_missing(looped) or looped == []:
                context.missing.append(str(expression.iterable))
                return 0
        return super().render_to_output(context, buffer)


class LoopTag(for_tag.ForTag):
    node_class = LoopNode


class Template(BoundTemplate):
    """A parsed text. `run` is pure: facts in, skeleton, values and missing names out."""

    def run(self, facts: Mapping[str, object], *, locale: str) -> tuple[str, list[str], list[str]]:
        """Raises `Unrenderable` when a limit is met or a comparison makes no sense."""
        context = SlotContext(self, globals=facts, locale=locale)
        buffer = LimitedStringIO(limit=LimitedEnvironment.output_stream_limit)
        self.write(context, buffer)
        return buffer.getvalue(), context.slots, context.missing

    def write(self, context: SlotContext, buffer: TextIO) -> None:
        """Raises `Unrenderable` as `run` does."""
        try:
            for node in self.nodes:
                node.render(context, buffer)
        except (LiquidError, LiquidInterrupt) as error:
            reason = error.message if isinstance(error, LiquidError) else f"unexpected '{error}'"
            raise Unrenderable(
                f"The message could not be written: {reason}.",
                remedy="Look at the conditions, loops and filters of the message.",
            ) from error

    def every_branch(self) -> tuple[str, list[SlotNode]]:
        """The skeleton with each branch and loop body taken once, and its slots in order of their marks."""
        slots: list[SlotNode] = []
        parts: list[str] = []
        static = SlotContext(self, globals={})
        for node in self.nodes:
            for leaf in _leaves(node, static):
                if isinstance(leaf, SlotNode):
                    parts.append(chr((LINK if leaf.is_link else SLOT) + len(slots)))
                    slots.append(leaf)
                elif isinstance(leaf, content.ContentNode):
                    parts.append(leaf.text)
        return "".join(parts), slots


def _leaves(node: Node, static: RenderContext) -> Iterator[Node]:
    children = list(node.children(static))
    if not children:
        yield node
    for child in children:
        yield from _leaves(child, static)


class LimitedEnvironment(Environment):
    """Only tags and filters that cannot reach outside the facts; every limit set."""

    block_nesting_limit: ClassVar[int] = 16
    context_depth_limit: ClassVar[int] = 16
    loop_iteration_limit: ClassVar[int] = 2_000
    local_namespace_limit: ClassVar[int] = 100_000
    output_stream_limit: ClassVar[int] = 200_000
    template_class = Template

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:  # noqa: ARG002  liquid's signature
        for tag in (
            content.Literal,
            SlotTag,
            illegal.Illegal,
            if_tag.IfTag,
            unless_tag.UnlessTag,
            case_tag.CaseTag,
            LoopTag,
            for_tag.BreakTag,
            for_tag.ContinueTag,
            assign_tag.AssignTag,
            comment_tag.CommentTag,
            inline_comment_tag.InlineCommentTag,
        ):
            self.add_tag(tag)
        for name, function in FILTERS.items():
            self.add_filter(name, function)


ENVIRONMENT = LimitedEnvironment(tolerance=Mode.STRICT, undefined=Undefined, strict_filters=True)


def parse(source: str) -> Template:
    """Raises liquid's `LiquidError` with a token for what is not understood."""
    template = ENVIRONMENT.from_string(source)
    if not isinstance(template, Template):
        raise TypeError("liquid made another kind of template")
    return template
