"""What PostgreSQL complains of, as sentences; a connection string is never repeated, it may hold a password."""

from __future__ import annotations

import re

import psycopg
from psycopg import errors

from makegood.kit.errors import BadInput, MakegoodError, Place, Unavailable

_CONNECTING = (
    (r"password authentication failed|no password supplied", "The database refused the user name or password.", True),
    (r"could not translate host name|Name or service not known|failed to resolve", "No host has that name.", True),
    (r"database \".*\" does not exist", "The server has no database of that name.", True),
    (r"role \".*\" does not exist", "The database has no user of that name.", True),
    (r"no pg_hba.conf entry", "The database does not accept this user from this host.", True),
    (r"Connection refused|No such file or directory", "Nothing answers at that host and port.", False),
    (r"timeout", "The database did not answer in time.", False),
    (r"too many (clients|connections)|remaining connection slots", "The database has no free connection.", False),
)


def from_connecting(error: psycopg.Error) -> MakegoodError:
    """BadInput when a setting of the connection is wrong, Unavailable when the server is out of reach."""
    for pattern, what, ours in _CONNECTING:
        if re.search(pattern, str(error)):
            if ours:
                return BadInput(what, remedy="Correct the connection's settings.", code="source-connection")
            remedy = "See that it runs and can be reached from here, then try again."
            return Unavailable(what, remedy=remedy, code="source-unreachable")
    if isinstance(error, psycopg.ProgrammingError):
        what = "The connection string cannot be read."
        return BadInput(what, remedy="Write it as postgresql://user@host:5432/database.", code="source-connection")
    return Unavailable(
        "The database cannot be reached.", remedy="See its log, then try again.", code="source-unreachable"
    )


def from_query(error: psycopg.Error, sql: str, file: str, seconds: int) -> MakegoodError:
    """The error of a query with its line and column in `sql`, where PostgreSQL gives one."""
    place = _place(error, sql, file)
    what = f"{error.diag.message_primary or 'The database gave up the query'}."
    match error:
        case errors.QueryCanceled():
            what, remedy = f"The query took longer than {seconds} seconds.", "Narrow it, or raise timeout_seconds."
        case errors.InsufficientPrivilege():
            remedy = "Ask for SELECT on it for this account."
        case errors.ReadOnlySqlTransaction():
            what, remedy = "The query would change something.", "Only SELECT is allowed."
        case errors.UndefinedTable() | errors.UndefinedColumn() | errors.UndefinedFunction():
            remedy = f"{error.diag.message_hint or 'Check the name and the schema.'}"
        case psycopg.OperationalError():
            what = "The connection to the database was lost."
            return Unavailable(what, remedy="Try again; nothing was loaded.", code="source-unreachable")
        case _:
            remedy = error.diag.message_hint or "Correct the query."
    return BadInput(what, place=place, remedy=remedy, code="source-query")


def _place(error: psycopg.Error, sql: str, file: str) -> Place:
    if not error.diag.statement_position:
        return Place(file)
    # PostgreSQL counts characters from 1, in the query as it was prepared: the text as it was given.
    ahead = sql[: int(error.diag.statement_position) - 1]
    return Place(file, ahead.count("\n") + 1, len(ahead) - ahead.rfind("\n"))
