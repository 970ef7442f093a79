"""The deciding language: SQL expressions over the scope's columns, white-listed, typed and exact.

`parse_expression` reads one with sqlglot (DuckDB dialect) and returns an `Expression` or a `Finding` with its place.
What is not on the list is refused. Missing values stay missing: an expression that needs an empty column is NULL in
SQL, and the policy makes that *undefined* with a reason; it is never zero and never a silent false.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError, SqlglotError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from makegood.core.expressions_cells import Cell, parse_cell
from makegood.core.expressions_certain import is_certain
from makegood.core.expressions_compiler import CALL, Compiler
from makegood.core.expressions_functions import FUNCTIONS
from makegood.core.expressions_known import Known, Series, dated, known
from makegood.core.expressions_literals import Refusal, is_amount, money_literal
from makegood.core.expressions_rules import RULES
from makegood.core.expressions_sql import MODES, Mode, Type, Value, name, quoted
from makegood.kit.errors import Finding, Place

__all__ = [
    "MODES", "Cell", "Expression", "Known", "Mode", "Series", "Type", "Value", "dated", "parse_cell",
    "parse_expression", "syntax_tree",
]  # fmt: skip

MAX_TEXT = 2_000
MAX_SQL = 100_000

# Words of the language itself; every other name is free for facts, whatever DuckDB means by it.
_OURS = frozenset(
    {"and", "or", "not", "in", "between", "is", "null", "case", "when", "then", "else", "end", "true", "false", "as",
     "select", "from", "where", "cast"}
)  # fmt: skip
_BRACKETED = frozenset({"exists", "any", "all", "some", "try_cast", "over", "filter", "lambda", "values", "using"})
_BARE_AMOUNT = re.compile(r"\b(?!AND|NOT|END)[A-Z]{3} \d+(?:\.\d+)?")
_QUOTED = re.compile(r"'[^']*'")
_STATEMENTS = frozenset(
    {"set", "reset", "pragma", "copy", "attach", "detach", "install", "load", "with", "insert", "update", "delete",
     "create", "drop", "alter", "truncate", "merge", "explain", "describe", "show", "use", "call", "execute",
     "prepare", "select", "from", "begin", "commit", "rollback", "vacuum", "analyze",
     "checkpoint", "export", "import", "summarize"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. `names` are the facts, values and series it reads, `columns` the facts among them, both
    with those it cannot do without first; `value` is SQL.

    `sql` is for booleans, texts and dates; amounts are `value.sql` over `value.den_sql`. Neither raises, whatever the
    row: what cannot be worked out is NULL.

    `spared` are the names that may be missing in a place, in `coalesce` or `IS NULL`; `needed` those it needs in some
    place. A name may be both. `certain`: it is NULL only where a name it reads is.
    """

    text: str
    type: Type
    columns: tuple[str, ...]
    value: Value
    names: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    certain: bool = False
    needed: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        return self.value.sql

    def missing_sql(self) -> str:
        """SQL text: why the expression is NULL for this customer, in one sentence."""
        arms = [
            f"WHEN {name(column)} IS NULL THEN {quoted(f'There is no value in column {column} for this customer.')}"
            for column in self.columns
        ]
        other = quoted("It cannot be worked out: a number is too large, or a date is out of range.")
        return f"CASE {' '.join(arms)} ELSE {other} END" if arms else other


def parse_expression(
    text: str, names: Known | Mapping[str, Type], place: Place, *, mode: Mode = "half-up"
) -> Expression | Finding:
    """`place` is where the text begins; `mode` is how `round()` rounds. Never raises for what a person wrote."""
    here = known(names)
    try:
        if is_amount(text):
            value = replace(money_literal(text), literal=text.strip())
            return Expression(text.strip(), value.type, (), value, certain=True)
        compiler = Compiler(RULES, FUNCTIONS, here, mode)
        tree = syntax_tree(text, here.words())
        value = compiler.compile(tree)
    except Refusal as no:
        return Finding(no.code, no.what, no.remedy, place=_shift(place, text, no.start))
    except RecursionError:
        what = "The brackets are nested too deep."
        return Finding("expression-too-long", what, "Simplify it.", place=place)
    if len(value.sql) + len(str(value.den)) > MAX_SQL:
        what = "The expression grows too large when it is worked out."
        return Finding("expression-too-long", what, "Split it into values or rules.", place=place)
    words = compiler.names_read()
    facts = tuple(word for word in words if word in here.columns)
    needed, spared = tuple(compiler.needed), tuple(compiler.spared)
    return Expression(text.strip(), value.type, facts, value, words, spared, is_certain(tree, value), needed)


def expected(expression: Expression | Finding, kind: str, place: Place) -> Expression | Finding:
    """The expression when its type is of `kind`, else the finding that says what it is."""
    if isinstance(expression, Finding) or expression.type.kind == kind:
        return expression
    what = f"'{expression.text}' is {expression.type}, but {kind} is needed here."
    remedy = "Write a condition such as extra > 'USD 0.00'." if kind == "boolean" else "Use a money column or USD 5.00."
    return Finding("expression-type", what, remedy, place=place)


def syntax_tree(text: str, words: Iterable[str]) -> exp.Expression:
    """The tree of one expression in which `words` are names; a function's name ends in `CALL`. Raises `Refusal`."""
    if len(text) > MAX_TEXT:
        what = f"The expression is longer than {MAX_TEXT:,} characters."
        raise Refusal("expression-too-long", what, "Split it into several rules.", 0)
    dialect = DuckDB()
    try:
        tokens = dialect.tokenize(text)
        _free(tokens, words)
        trees = list(dialect.parser().parse(tokens, text))
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        what = str(first.get("description") or "Not an expression").rstrip(".")
        start = _offset(text, first.get("line"), first.get("col"), len(str(first.get("highlight") or "")))
        raise _not_sql(text, what, start) from error
    except (TokenError, SqlglotError) as error:
        raise _not_sql(text, "A quote or a bracket is not closed", 0) from error
    except RecursionError as error:
        raise Refusal("expression-too-long", "The brackets are nested too deep.", "Simplify it.", 0) from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Expression):
        what = "There is nothing here." if not any(trees) else "There is more than one expression here."
        raise Refusal("expression-syntax", what, "Write exactly one expression, without a semicolon.", 0)
    return trees[0]


def _free(tokens: list[Token], names: Iterable[str]) -> None:
    """Names mean nothing of their own to the parser: a function is a call, and a fact may be called `limit`."""
    words = {part for word in names for part in word.split(".")} - _OURS
    for index, token in enumerate(tokens):
        if token.token_type in {TokenType.STRING, TokenType.IDENTIFIER, TokenType.NUMBER}:
            continue
        word = token.text.lower()
        after = tokens[index + 1].token_type if index + 1 < len(tokens) else None
        if after == TokenType.L_PAREN and word.isidentifier() and word not in _OURS | _BRACKETED:
            token.text, token.token_type = word + CALL, TokenType.VAR
        elif word in words and not (word == "date" and after == TokenType.STRING):
            token.token_type = TokenType.VAR
    first = tokens[0] if tokens else None
    if first is not None and first.token_type != TokenType.VAR and first.text.lower() in _STATEMENTS:
        what = f"'{first.text}' begins a statement, and this is an expression: nothing is read, written or set here."
        raise Refusal("not-allowed", what, "Compare and calculate with facts only.", first.start)


def _not_sql(text: str, what: str, start: int) -> Refusal:
    bare = _BARE_AMOUNT.search(_QUOTED.sub(lambda found: " " * len(found[0]), text))
    if bare is not None:
        what = f"'{bare[0]}' is not in quotes"
        remedy = f"Write amounts in quotes: '{bare[0]}'."
        return Refusal("expression-syntax", f"This expression cannot be read: {what}.", remedy, bare.start())
    remedy = "Write it as SQL, for example days_late > 3 AND NOT disputed; texts stand in 'single quotes'."
    return Refusal("expression-syntax", f"This expression cannot be read: {what}.", remedy, start)


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
