"""Functions of texts."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from makegood.core.expressions_compiler import Compiler, Function
from makegood.core.expressions_sql import Type, Value, boolean

Args = list[exp.Expression]


def _test(word: str) -> Callable[[Compiler, exp.Expression, Args], Value]:
    def rule(at: Compiler, _node: exp.Expression, args: Args) -> Value:
        parts = [at.typed(one, "text", f"Write {word}(text_column, 'part').") for one in args]
        return boolean(f"{word}({parts[0].sql}, {parts[1].sql})")

    return rule


def _lower(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    return Value(Type("text"), f"lower({at.typed(args[0], 'text', 'lower() takes a text.').sql})")


def _length(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    value = at.typed(args[0], "text", "length() takes a text.")
    return Value(Type("integer"), f"length({value.sql})", low=0, high=2**32)


FUNCTIONS: dict[str, Function] = {
    "contains": Function(_test("contains"), "contains(text, part)", 2),
    "starts_with": Function(_test("starts_with"), "starts_with(text, part)", 2),
    "lower": Function(_lower, "lower(text)", 1),
    "length": Function(_length, "length(text)", 1),
}
