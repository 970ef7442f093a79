"""What every rule of the white list shares: the columns read, refusals with their place, types that must agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches

from sqlglot import exp

from makegood.core.expressions_literals import Refusal, coerced
from makegood.core.expressions_sql import Mode, Type, Value

FUNCTIONS = (
    "abs", "case", "coalesce", "contains", "days_between", "greatest", "least", "length", "lower", "money", "percent",
    "round", "starts_with",
)  # fmt: skip
_INSTEAD = {
    "upper": "Compare with lower(...).",
    "concat": "Texts are only compared, never joined.",
    "now": "Nothing here reads a clock; load dates as columns.",
    "current_date": "Nothing here reads a clock; load dates as columns.",
    "if": "Write CASE WHEN ... THEN ... ELSE ... END.",
    "floor": "Use round(x, digits); the policy's rounding mode says how.",
    "ceil": "Use round(x, digits); the policy's rounding mode says how.",
    "like": "Use contains(text, 'part') or starts_with(text, 'beginning').",
}
_WORDS: dict[type[exp.Expression], str] = {
    exp.Subquery: "A subquery", exp.Select: "A query", exp.Star: "'*'", exp.Placeholder: "A parameter",
    exp.Parameter: "A parameter", exp.Alias: "A name after AS", exp.Null: "NULL", exp.Command: "A command",
}  # fmt: skip

ORDERED = frozenset({"integer", "number", "money", "date", "instant"})
FRACTION = "A division leaves a fraction that nobody rounded."


class Compiler:
    """Turns one tree into a `Value`. Not to be used twice."""

    def __init__(self, rules: Mapping[type[exp.Expression], Rule], columns: Mapping[str, Type], mode: Mode) -> None:
        self.rules, self.columns, self.mode = rules, columns, mode
        self.needed: dict[str, None] = {}
        self.spared: dict[str, None] = {}
        self.is_sparing = False
        self.is_dividing = False

    def columns_read(self) -> tuple[str, ...]:
        """Those it cannot do without first, then those only asked for inside `coalesce` or `IS NULL`."""
        return (*self.needed, *(column for column in self.spared if column not in self.needed))

    def compile(self, node: exp.Expression) -> Value:
        rule = self.rules.get(type(node))
        if rule is None:
            raise self.unlisted(node)
        return rule(self, node)

    def refuse(self, node: exp.Expression, code: str, what: str, remedy: str) -> Refusal:
        starts = [one.meta["start"] for one in node.walk() if "start" in one.meta]
        return Refusal(code, what, remedy, min(starts, default=0))

    def unlisted(self, node: exp.Expression) -> Refusal:
        if isinstance(node, exp.Func) and not isinstance(node, exp.Cast | exp.And | exp.Or):
            word = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
            close = get_close_matches(word, FUNCTIONS, 1)
            hint = _INSTEAD.get(word) or (f"Did you mean {close[0]}()?" if close else "")
            remedy = f"{hint} Allowed are {', '.join(FUNCTIONS)}.".strip()
            return self.refuse(node, "unlisted-function", f"The function {word}() is not allowed here.", remedy)
        word = _WORDS.get(type(node), f"'{node.key}'")
        remedy = _INSTEAD.get(node.key, "Use columns, literals, + - * /, comparisons, AND, OR, NOT, IN, BETWEEN, CASE.")
        return self.refuse(node, "not-allowed", f"{word} is not allowed in an expression.", remedy)

    @contextmanager
    def dividing(self) -> Iterator[None]:
        before, self.is_dividing = self.is_dividing, True
        yield
        self.is_dividing = before

    @contextmanager
    def sparing(self) -> Iterator[None]:
        before, self.is_sparing = self.is_sparing, True
        yield
        self.is_sparing = before

    def unified(self, node: exp.Expression, values: list[Value]) -> list[Value]:
        """Values of one type: quoted literals take the type of their neighbours, integers meet numbers."""
        leader = next((value for value in values if value.literal is None), values[0])
        values = [coerced(self, node, value, leader.type) for value in values]
        kinds = {value.type for value in values}
        if kinds == {Type("integer"), Type("number")}:
            return [replace(value, type=Type("number")) for value in values]
        if len(kinds) > 1:
            raise self.mixed(node, values)
        return values

    def mixed(self, node: exp.Expression, values: list[Value]) -> Refusal:
        kinds = list(dict.fromkeys(str(value.type) for value in values))
        moneys = [value for value in values if value.type.kind == "money"]
        if len(moneys) == len(values):
            remedy = "Makegood never converts; use columns and literals of one currency."
            return self.refuse(node, "mixed-currency", f"Two currencies meet here: {' and '.join(kinds)}.", remedy)
        remedy = "Compare and add like with like."
        if moneys and not moneys[0].type.currency.startswith("@"):
            remedy = f"Write an amount with its currency in quotes: '{moneys[0].type.currency} 12.50'."
        return self.refuse(node, "expression-type", f"{' and '.join(kinds)} do not go together.", remedy)

    def of_kind(self, node: exp.Expression, value: Value, kinds: frozenset[str], remedy: str) -> Value:
        if value.type.kind not in kinds:
            what = f"{value.type} stands where {' or '.join(sorted(kinds))} is needed."
            raise self.refuse(node, "expression-type", what, remedy)
        return value

    def condition(self, node: exp.Expression) -> Value:
        return self.of_kind(
            node, self.compile(node), frozenset({"boolean"}), "Write a comparison, or use a boolean column."
        )


Rule = Callable[[Compiler, exp.Expression], Value]
