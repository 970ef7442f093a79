"""What every rule of the white list shares: the names read, refusals with their place, types that must agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches

from sqlglot import exp

from makegood.core.expressions_known import Known
from makegood.core.expressions_literals import Refusal, coerced, is_amount
from makegood.core.expressions_sql import Kind, Mode, TooLarge, Type, Value, name, quoted

# A function's name gets this at its end before parsing, so that no name means anything of its own to the parser.
CALL = "()"
# The code of what is refused only because something it reads was.
FOLLOWS = "follows"

_INSTEAD = {
    "upper": "Compare with lower(...).",
    "concat": "Texts are only compared, never joined.",
    "now": "Nothing here reads a clock; load dates as columns.",
    "current_date": "Nothing here reads a clock; load dates as columns.",
    "today": "Nothing here reads a clock; load dates as columns.",
    "if": "Write CASE WHEN ... THEN ... ELSE ... END.",
    "like": "Use contains(text, 'part') or starts_with(text, 'beginning').",
    "sum": "Use list_sum of a fact with list: true; rows are added by the remedy.",
    "avg": "Use list_mean of a fact with list: true.",
    "min": "Use least(a, b), or list_min of a list.",
    "max": "Use greatest(a, b), or list_max of a list.",
    "count": "Use list_count of a list, or rows_count().",
    "date_diff": "Use days_between(from, to).",
    "mod": "Use completed(x, period).",
    "intdiv": "Use completed(x, period) or floor(x).",
    "dpipe": "Texts are only compared, never joined.",
    "ilike": "Use contains(lower(text), 'part').",
}
_WORDS: dict[type[exp.Expression], str] = {
    exp.Subquery: "A subquery", exp.Select: "A query", exp.Star: "'*'", exp.Placeholder: "A parameter",
    exp.Parameter: "A parameter", exp.Alias: "A name after AS", exp.Null: "NULL", exp.Command: "A command",
    exp.Set: "A setting", exp.Pragma: "A setting", exp.Lambda: "A loop", exp.Copy: "Reading or writing a file",
    exp.Attach: "Opening a database", exp.With: "A query", exp.Union: "A query", exp.Window: "A window",
    exp.Array: "A list in brackets", exp.Struct: "A structure",
}  # fmt: skip

ORDERED = frozenset({"integer", "number", "money", "date", "instant"})
NUMBERS = frozenset({"integer", "number"})
AMOUNTS = frozenset({"integer", "number", "money"})

Rule = Callable[["Compiler", exp.Expression], Value]


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the white list. `shape` shows how it is written, for refusals."""

    rule: Callable[[Compiler, exp.Expression, list[exp.Expression]], Value]
    shape: str
    least: int
    most: int | None = None


class Compiler:
    """Turns one tree into a `Value`. Not to be used twice."""

    def __init__(
        self,
        rules: Mapping[type[exp.Expression], Rule],
        functions: Mapping[str, Function],
        known: Known,
        mode: Mode,
    ) -> None:
        self.rules, self.functions, self.known, self.mode = rules, functions, known, mode
        self.needed: dict[str, None] = {}
        self.spared: dict[str, None] = {}
        self.is_sparing = False
        self.proven: frozenset[str] = frozenset()

    def names_read(self) -> tuple[str, ...]:
        """Those it cannot do without first, then those only asked for inside `coalesce` or `IS NULL`."""
        return (*self.needed, *(word for word in self.spared if word not in self.needed))

    def compile(self, node: exp.Expression) -> Value:
        rule = self.rules.get(type(node))
        if rule is None:
            raise self.unlisted(node)
        try:
            value = rule(self, node)
        except TooLarge as no:
            what = f"'{shown(node)}' needs more than 128 bits, whatever the facts are."
            raise self.refuse(node, "too-fine", what, "Round in between, with round(x, digits).") from no
        return replace(value, nonzero=True) if value.sql in self.proven and not value.nonzero else value

    def read(self, word: str) -> None:
        (self.spared if self.is_sparing else self.needed)[word] = None

    def refuse(self, node: exp.Expression, code: str, what: str, remedy: str) -> Refusal:
        starts = [one.meta["start"] for one in node.walk() if "start" in one.meta]
        return Refusal(code, what, remedy, min(starts, default=0))

    def unlisted(self, node: exp.Expression) -> Refusal:
        spoken = _WORDS.get(type(node))
        if spoken is None and isinstance(node, exp.Func) and not isinstance(node, exp.Cast | exp.And | exp.Or):
            word = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower().removesuffix(CALL)
            close = get_close_matches(word, self.functions, 1)
            hint = _INSTEAD.get(word) or (f"Did you mean {close[0]}()?" if close else "")
            remedy = f"{hint} Allowed are {', '.join(sorted(self.functions))}.".strip()
            return self.refuse(node, "unlisted-function", f"The function {word}() is not allowed here.", remedy)
        remedy = _INSTEAD.get(node.key, "Use columns, literals, + - * /, comparisons, AND, OR, NOT, IN, BETWEEN, CASE.")
        what = f"{spoken or repr(shown(node))} is not allowed in an expression."
        return self.refuse(node, "not-allowed", what, remedy)

    @contextmanager
    def sparing(self) -> Iterator[None]:
        """Names read here may be missing."""
        before, self.is_sparing = self.is_sparing, True
        yield
        self.is_sparing = before

    @contextmanager
    def proving(self, nonzero: Iterable[str]) -> Iterator[None]:
        """Inside, values with this SQL are not zero."""
        before, self.proven = self.proven, self.proven | frozenset(nonzero)
        yield
        self.proven = before

    def unified(self, node: exp.Expression, values: list[Value]) -> list[Value]:
        """Values of one type: quoted literals take the type of their neighbours, integers meet numbers, and a plain 0
        is an amount beside an amount."""
        if any(value.amounts for value in values):
            values = self._chosen(node, values)
        leader = next((value for value in values if value.literal is None or value.type.kind != "text"), None)
        if leader is not None:
            values = [coerced(self, node, value, leader.type) for value in values]
        elif all(is_amount(value.literal or "") for value in values):
            values = [coerced(self, node, value, Type("money")) for value in values]
        money = next((value.type for value in values if value.type.kind == "money" and not value.type.many), None)
        if money is not None:
            # Nothing is nothing in every currency.
            values = [replace(value, type=money) if value.constant == 0 else value for value in values]
        units = {value.type.unit for value in values if value.type.unit}
        kinds = {replace(value.type, unit="") for value in values}
        if kinds == {Type("integer"), Type("number")}:
            kinds = {Type("number")}
        if len(kinds) > 1 or len(units) > 1:
            raise self.mixed(node, values)
        kind = replace(kinds.pop(), unit=next(iter(units), ""))
        return [replace(value, type=kind) for value in values]

    def _chosen(self, node: exp.Expression, values: list[Value]) -> list[Value]:
        """Of lists of amounts the one in the currency of what stands beside them; none is missing."""
        kind = next((value.type for value in values if value.type.kind == "money" and not value.amounts), None)
        kind = kind or (Type("money", self.known.own) if self.known.own else None)
        if kind is None or not kind.currency.startswith("@"):
            what = "A list of amounts needs money of a customer's own currency beside it."
            remedy = "Compare it with a fact of currency: '@column'; beside one currency write one amount."
            raise self.refuse(node, "mixed-currency", what, remedy)
        self.read(kind.currency[1:])
        word = f"upper(trim({name(kind.currency[1:])}))"
        return [_own(value, kind, word) if value.amounts else value for value in values]

    def mixed(self, node: exp.Expression, values: list[Value]) -> Refusal:
        kinds = list(dict.fromkeys(str(value.type) for value in values))
        moneys = [value for value in values if value.type.kind == "money"]
        if len(moneys) == len(values):
            remedy = "Nothing is converted by itself: use convert(amount, rate, 'EUR') with a rate among the facts."
            return self.refuse(node, "mixed-currency", f"Two currencies meet here: {' and '.join(kinds)}.", remedy)
        units = {value.type.unit for value in values if value.type.unit}
        if len(units) > 1:
            what = f"{' and '.join(kinds)} do not go together."
            return self.refuse(node, "mixed-unit", what, "Compare and add one unit with itself, or name it alike.")
        remedy = "Compare and add like with like."
        if moneys and not moneys[0].type.currency.startswith("@"):
            remedy = f"Write an amount with its currency in quotes: '{moneys[0].type.currency} 12.50'."
        return self.refuse(node, "expression-type", f"{' and '.join(kinds)} do not go together.", remedy)

    def of_kind(self, node: exp.Expression, value: Value, kinds: frozenset[str], remedy: str) -> Value:
        if value.type.kind not in kinds or value.type.many:
            what = f"{value.type} stands where {' or '.join(sorted(kinds))} is needed."
            raise self.refuse(node, "expression-type", what, remedy)
        return value

    def typed(self, node: exp.Expression, kind: Kind, remedy: str) -> Value:
        """A part of that kind; a quoted literal becomes a date, an instant or a text of it."""
        value = coerced(self, node, self.compile(node), Type(kind))
        return self.of_kind(node, value, frozenset({kind}), remedy)

    def condition(self, node: exp.Expression) -> Value:
        return self.of_kind(
            node, self.compile(node), frozenset({"boolean"}), "Write a comparison, or use a boolean column."
        )

    def divisor(self, node: exp.Expression, value: Value) -> Value:
        """What divides: proven not to be zero, or refused."""
        if value.constant == 0:
            remedy = "Divide by a number that is not zero."
            raise self.refuse(node, "division-by-zero", "This divides by zero.", remedy)
        if not value.is_nonzero:
            spoken = shown(node)
            what = f"'{spoken}' may be zero, and then nothing can be divided by it."
            remedy = (
                f"Give the fact a limit (above: 0), or write greatest({spoken}, 1), or"
                f" CASE WHEN {spoken} > 0 THEN ... ELSE ... END around the division."
            )
            raise self.refuse(node, "maybe-zero", what, remedy)
        return value


def _own(value: Value, kind: Type, word: str) -> Value:
    minor = [amount for _, amount in value.amounts]
    arms = " ".join(f"WHEN {quoted(code)} THEN {amount}::BIGINT" for code, amount in value.amounts)
    return Value(kind, f"(CASE {word} {arms} END)", low=min(minor), high=max(minor))


def text_again(node: exp.Expression) -> str:
    """A part of an expression as a text that can be read again."""
    return node.sql(dialect="duckdb", normalize_functions=False).replace(f"{CALL}(", "(")


def shown(node: exp.Expression) -> str:
    """A part of an expression as it may stand in a sentence."""
    text = node.sql(dialect="duckdb").replace(CALL, "")
    return text if len(text) <= 60 else f"{text[:57]}..."
