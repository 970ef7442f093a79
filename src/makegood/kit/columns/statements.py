"""The second fence around SQL that people write: one SELECT that reads tables and changes nothing.

The first fence is where it runs: the sealed child for files, the rights of the account for a database.
"""

from __future__ import annotations

import re

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import ParseError, TokenError

from makegood.kit.errors import BadInput, Place

MAX_LENGTH = 100_000
_STARTS = (TokenType.SELECT, TokenType.WITH, TokenType.FROM, TokenType.VALUES, TokenType.L_PAREN)
_CHANGES = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Into, exp.Lock, exp.DDL, exp.Command, exp.Copy)
_FILE = re.compile(r".*[/\\*:].*|.*\.(csv|tsv|txt|json|jsonl|ndjson|parquet|xlsx|db|duckdb|gz|zst)", re.IGNORECASE)
_FORBIDDEN = re.compile(
    r"read_\w+|glob|sniff_csv|(csv|parquet|json|arrow|pandas|iceberg|delta|sqlite|postgres|mysql)_\w*scan\w*|parquet_\w+"
    r"|query|query_table|getenv|getvariable|duckdb_\w+|pragma_\w+|st_read\w*|write_log|parse_duckdb_log\w*"
    r"|set_config|setval|nextval|setseed|pg_(?!typeof$|get_\w*def$)\w+|lo_\w+|dblink\w*|\w+_to_xml\w*|xmlparse"
    r"|txid_current|current_setting",
    re.IGNORECASE,
)


def check_select(sql: str, file: str, *, dialect: str = "duckdb") -> None:
    """Refuse, with BadInput naming file, line and column, anything but one SELECT (or WITH … SELECT).

    `dialect` is duckdb or postgres. Functions that read files or settings, or set state, are refused too.
    """
    if len(sql) > MAX_LENGTH:
        raise _refused(f"The query is longer than {MAX_LENGTH:,} characters.", "Shorten it.", Place(file))
    statement = _only_statement(sql, file, dialect)
    for node in statement.walk():
        if isinstance(node, _CHANGES):
            what = "The query would change something."
            raise _refused(what, "Only SELECT is allowed.", _place(node, sql, file))
        if isinstance(node, exp.Func) and _FORBIDDEN.fullmatch(name := _function(node)):
            what = f"The function {name.lower()}() is not allowed in a query."
            remedy = "Name the file or database as a source, and select from its name."
            raise _refused(what, remedy, _place(node, sql, file))
        if isinstance(node, exp.Table) and not node.db and _FILE.fullmatch(node.name):
            what = f"A query cannot read the file “{node.name}”."
            raise _refused(what, "Name the file as a source, and select from its name.", _place(node.this, sql, file))


def _only_statement(sql: str, file: str, dialect: str) -> exp.Expr:
    only = "Write one SELECT statement."
    try:
        tokens = [token for token in sqlglot.tokenize(sql, read=dialect) if token.token_type != TokenType.SEMICOLON]
        if not tokens:
            raise _refused("There is no query.", only, Place(file, 1, 1))
        if tokens[0].token_type not in _STARTS:
            what = f"A query cannot begin with {tokens[0].text.upper()[:40]}."
            raise _refused(what, only, _at(sql, tokens[0].start, file))
        statements = [statement for statement in sqlglot.parse(sql, read=dialect) if statement is not None]
    except ParseError as error:
        raise _not_sql(error, file) from error
    except TokenError as error:
        what = "The query has a quote or comment that is never closed."
        raise _refused(what, "Close it.", Place(file)) from error
    except RecursionError as error:
        what = "The query is nested too deeply."
        raise _refused(what, "Use WITH to name its parts.", Place(file)) from error
    if len(statements) != 1:
        what = f"There are {len(statements)} statements where one query is expected."
        second = sql.find(";")
        raise _refused(what, only, _at(sql, second, file))
    if not isinstance(statements[0], exp.Query | exp.Values):
        raise _refused("This is not a query.", only, Place(file, 1, 1))
    return statements[0]


def _not_sql(error: ParseError, file: str) -> BadInput:
    first = error.errors[0] if error.errors else {}
    line, end, near = first.get("line"), first.get("col"), str(first.get("highlight") or "")
    # sqlglot gives the column of the last character of the word it stumbled over.
    place = Place(file, line, max(1, end - len(near) + 1) if end else None)
    return _refused(f"The query is not valid SQL near “{near}”." if near else "The query is not valid SQL.", "", place)


def _function(node: exp.Func) -> str:
    return str(node.name) if isinstance(node, exp.Anonymous) else str(node.sql_name())


def _place(node: exp.Expr, sql: str, file: str) -> Place:
    """Where a node stands; sqlglot marks names, so for another node it is that of the first name in it."""
    for inner in node.walk():
        if "start" in inner.meta:
            return _at(sql, inner.meta["start"], file)
    return Place(file)


def _at(sql: str, offset: int, file: str) -> Place:
    return Place(file, sql.count("\n", 0, offset) + 1, offset - sql.rfind("\n", 0, offset))


def _refused(what: str, remedy: str, place: Place) -> BadInput:
    return BadInput(what, place=place, remedy=remedy or "Correct the query.", code="query-refused")
