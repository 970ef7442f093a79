"""What a column, fact, parameter, table or value may be called, so that SQL reads it unquoted."""

from __future__ import annotations

import re

from sqlglot import exp
from sqlglot.errors import SqlglotError

from makegood.core.findings import Findings, Path

# Taken by the table of affected customers and by the standard names in messages.
RESERVED = frozenset(
    {
        "customer_id", "customer_key", "plan_id", "scope_id", "facts", "contact", "contacts", "line",
        "name", "amounts", "brand", "title", "noticed", "due", "link", "person", "prevention",
        "update",
    }
)  # fmt: skip
# DuckDB reserves these; as a table or column they would have to be quoted in every query.
KEYWORDS = frozenset(
    {
        "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "both", "case", "cast",
        "check", "collate", "column", "constraint", "create", "default", "deferrable", "desc", "describe",
        "distinct", "do", "else", "end", "except", "false", "fetch", "for", "foreign", "from", "group",
        "having", "in", "initially", "intersect", "into", "lambda", "lateral", "leading", "limit", "not",
        "null", "offset", "on", "only", "or", "order", "pivot", "pivot_longer", "pivot_wider", "placing",
        "primary", "qualify", "references", "returning", "select", "show", "some", "summarize", "symmetric",
        "table", "then", "to", "trailing", "true", "union", "unique", "unpivot", "using", "variadic", "when",
        "where", "window", "with",
    }
)  # fmt: skip
# Words of the deciding language; whatever else SQL reserves may be a name there.
LANGUAGE = frozenset(
    {
        "all", "and", "any", "as", "between", "case", "cast", "customer_id", "else", "end", "exists", "false", "filter",
        "from", "in", "is", "lambda", "not", "null", "or", "over", "select", "some", "then", "true", "try_cast",
        "using", "values", "when", "where",
    }
)  # fmt: skip
_NAME = re.compile(r"^[a-z][a-z0-9_]{0,62}$")


def check_plain_name(at: Findings, path: Path, word: str, what: str) -> None:
    """A name of the policy alone: no table has such a column."""
    if not _NAME.match(word) or word in LANGUAGE:
        remedy = "Use small letters, digits and _, beginning with a letter, and no word of the language such as 'when'."
        at.add(path, "bad-name", f"'{word}' cannot be the name of a {what}.", remedy)


def check_name(at: Findings, path: Path, word: str, what: str) -> None:
    if not _NAME.match(word):
        remedy = "Use small letters, digits and _, beginning with a letter."
        at.add(path, "bad-name", f"'{word}' cannot be the name of a {what}.", remedy)
        return
    try:
        usable = word not in KEYWORDS and isinstance(exp.maybe_parse(word, dialect="duckdb"), exp.Column)
    except SqlglotError:
        usable = False
    if not usable:
        at.add(path, "bad-name", f"'{word}' is a word of SQL itself.", f"Call it for example '{word}_value'.")
