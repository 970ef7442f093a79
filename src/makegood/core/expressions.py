"""The deciding language: SQL expressions over the scope's columns, white-listed, typed and exact.

`parse_expression` reads one with sqlglot (DuckDB dialect) and returns an `Expression` or a `Finding` with its place.
What is not on the list is refused. Missing values stay missing: an expression that needs an empty column is NULL in
SQL, and the policy makes that *undefined* with a reason; it is never zero and never a silent false.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError, SqlglotError, TokenError
from sqlglot.tokenizer_core import TokenType

from makegood.core.expressions_compiler import Compiler
from makegood.core.expressions_literals import Refusal
from makegood.core.expressions_rules import RULES
from makegood.core.expressions_sql import MODES, Mode, Type, Value, name, quoted
from makegood.kit.errors import BadInput, Finding, Place
from makegood.kit.money import Money

__all__ = ["MODES", "Expression", "Mode", "Type", "parse_expression"]

MAX_TEXT = 2_000
MAX_SQL = 100_000

# DuckDB's tokenizer keeps these for itself; in an expression of ours they are columns or functions.
_FREED = frozenset({"percent"})
_MONEY = re.compile(r"^\s*(?:[A-Z]{3}\s*[+-]?[\d.,]+|[+-]?[\d.,]+\s*[A-Z]{3})\s*$")


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. `columns` are those it reads, the ones it cannot do without first; `value` is SQL.

    `sql` is for booleans, texts and dates; amounts are `value.sql` over `value.den_sql`. Both may overflow: wrap them
    in `TRY(...)`.
    """

    text: str
    type: Type
    columns: tuple[str, ...]
    value: Value

    @property
    def sql(self) -> str:
        return self.value.sql

    def missing_sql(self) -> str:
        """SQL text: why the expression is NULL for this customer, in one sentence."""
        arms = [
            f"WHEN {name(column)} IS NULL THEN {quoted(f'There is no value in column {column} for this customer.')}"
            for column in self.columns
        ]
        other = quoted("It cannot be worked out: a division by zero, or a number too large.")
        return f"CASE {' '.join(arms)} ELSE {other} END" if arms else other


def parse_expression(
    text: str, columns: Mapping[str, Type], place: Place, *, mode: Mode = "half-up"
) -> Expression | Finding:
    """`place` is where the text begins; `mode` is how `round()` rounds. Never raises for what a person wrote."""
    try:
        if _MONEY.match(text):
            value = _money(text)
            return Expression(text.strip(), value.type, (), value)
        compiler = Compiler(RULES, columns, mode)
        value = compiler.compile(_tree(text))
    except Refusal as no:
        return Finding(no.code, no.what, no.remedy, place=_shift(place, text, no.start))
    if len(value.sql) > MAX_SQL:
        what = "The expression grows too large when it is worked out."
        return Finding("expression-too-long", what, "Split it into several rules.", place=place)
    return Expression(text.strip(), value.type, compiler.columns_read(), value)


def expected(expression: Expression | Finding, kind: str, place: Place) -> Expression | Finding:
    """The expression when its type is of `kind`, else the finding that says what it is."""
    if isinstance(expression, Finding) or expression.type.kind == kind:
        return expression
    what = f"'{expression.text}' is {expression.type}, but {kind} is needed here."
    remedy = "Write a condition such as extra > 'USD 0.00'." if kind == "boolean" else "Use a money column or USD 5.00."
    return Finding("expression-type", what, remedy, place=place)


def _tree(text: str) -> exp.Expression:
    if len(text) > MAX_TEXT:
        what = f"The expression is longer than {MAX_TEXT:,} characters."
        raise Refusal("expression-too-long", what, "Split it into several rules.", 0)
    dialect = DuckDB()
    try:
        tokens = dialect.tokenize(text)
        for token in tokens:
            if token.text.lower() in _FREED and token.token_type not in {TokenType.STRING, TokenType.IDENTIFIER}:
                token.token_type = TokenType.VAR
        trees = list(dialect.parser().parse(tokens, text))
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        what = str(first.get("description") or "Not an expression").rstrip(".")
        start = _offset(text, first.get("line"), first.get("col"), len(str(first.get("highlight") or "")))
        raise _not_sql(what, start) from error
    except (TokenError, SqlglotError) as error:
        raise _not_sql("A quote or a bracket is not closed", 0) from error
    except RecursionError as error:
        raise Refusal("expression-too-long", "The brackets are nested too deep.", "Simplify it.", 0) from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Expression):
        what = "There is nothing here." if not any(trees) else "There is more than one expression here."
        raise Refusal("expression-syntax", what, "Write exactly one expression, without a semicolon.", 0)
    return trees[0]


def _not_sql(what: str, start: int) -> Refusal:
    remedy = "Write it as SQL, for example days_late > 3 AND NOT disputed; texts stand in 'single quotes'."
    return Refusal("expression-syntax", f"This expression cannot be read: {what}.", remedy, start)


def _money(text: str) -> Value:
    try:
        money = Money.parse(text)
    except BadInput as no:
        raise Refusal(no.code, no.what, no.remedy, 0) from no
    return replace(Value(Type("money", money.currency), f"{money.minor}::HUGEINT"), literal=text.strip())


def _offset(text: str, line: object, column: object, length: int) -> int:
    """sqlglot counts a token's last column; the first is wanted."""
    if not isinstance(line, int) or not isinstance(column, int):
        return 0
    before = sum(len(one) + 1 for one in text.split("\n")[: line - 1])
    return max(0, before + column - max(length, 1))


def _shift(place: Place, text: str, start: int) -> Place:
    if place.line is None or place.column is None:
        return place
    lines = text[:start].split("\n")
    return Place(place.file, place.line + len(lines) - 1, place.column + len(lines[-1]))
