"""Loading a scope: sources into the column engine, rows typed and merged there, one COPY into a new partition.

Nothing is kept when it fails or is interrupted: the scope row says failed and why. Its partition, its rejections and
its new customers are made in one transaction and appear together or never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, transaction

from makegood.core.expressions_sql import name
from makegood.core.gathering import (
    CONTACT_PROBLEMS,
    COUNTS,
    DIGEST,
    PARTLY,
    REACH,
    REJECTIONS,
    gathering_sql,
    nobody_sums_sql,
)
from makegood.core.mapping import Column, ScopeMapping, Source
from makegood.customers.actions import resolve_customers
from makegood.documents.folder import Folder
from makegood.journal.actions import record
from makegood.kit.columns import Columns, check_select, copy_to_postgres
from makegood.kit.errors import BadInput, MakegoodError, Place
from makegood.kit.killpoints import kp
from makegood.mistakes.models import Mistake
from makegood.people.queries import access_connection
from makegood.scopes.failing import noting_failure
from makegood.scopes.models import Scope
from makegood.scopes.queries import newest_scope, scope_delta
from makegood.sources import get_source

KEPT_REJECTIONS = 100_000
# For sorting and joining a million rows without spilling each of them twice; a load has one connection.
_ROOM = "SET LOCAL work_mem = '64MB'; SET LOCAL maintenance_work_mem = '128MB'"
_REJECTION = (
    'COPY rejection (scope_id, source, line, "column", reason, remedy, value, customer_key) FROM STDIN '
    "(FORMAT csv, FORCE_NOT_NULL (value, customer_key))"
)
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Request:
    """`root` is where relative file paths start; `texts` come from the folder or its revisions."""

    mistake: Mistake
    mapping: ScopeMapping
    folder: Folder
    root: Path
    revisions: dict[str, int]
    actor: int
    desk: bool = False


def load_scope(request: Request, *, progress: Progress = lambda _: None) -> Scope:
    """A new version of who is affected. Raises `BadInput` for an unusable source or query, or when nobody is left."""
    scope = _begin(request)
    with noting_failure(lambda reason: _failed(scope, reason)), Columns() as columns:
        kp("intake.begun")
        _read_sources(columns, request, progress)
        kp("intake.read")
        progress("typing and merging rows")
        _gather(columns, request)
        kp("intake.gathered")
        return _store(columns, scope, request, progress)


def _failed(scope: Scope, reason: str) -> None:
    Scope.objects.filter(id=scope.id).update(state="failed", counts={"reason": reason})


@transaction.atomic
def _begin(request: Request) -> Scope:
    """The next version number; two loads at the same moment get two numbers."""
    Mistake.objects.select_for_update(of=("self",)).get(id=request.mistake.id)
    last = Scope.objects.filter(mistake=request.mistake, desk=request.desk).order_by("-version").first()
    return Scope.objects.create(
        mistake=request.mistake,
        version=last.version + 1 if last else 1,
        desk=request.desk,
        columns=[_stored(column) for column in request.mapping.columns.values()],
        revisions=request.revisions,
        made_by=request.actor,
    )


def _read_sources(columns: Columns, request: Request, progress: Progress) -> None:
    for source in request.mapping.sources.values():
        progress(f"reading {source.name}")
        kind, settings = _source_settings(source, request)
        loaded = get_source(kind).load(columns, source.name, settings)
        if loaded.rejected_count:
            rejected = columns.rejected(source.name)[0]
            raise BadInput(
                f"{loaded.rejected_count} rows of '{source.name}' cannot be read: {rejected.reason}",
                remedy="Correct these rows, or say in scope.yaml how the file is written.",
                place=Place(str(source.file or source.query), rejected.line),
                code="unreadable-rows",
            )
    columns.seal()


def _source_settings(source: Source, request: Request) -> tuple[str, dict[str, Any]]:
    if source.file is not None:
        return "file", {"path": str(request.root / source.file), **source.options}
    found = access_connection(request.mistake.brand_id, source.connection or "")
    query = source.query or ""
    sql = {"sql": request.folder.texts[query], "file": request.folder.shown(query)}
    return found.plugin, {**found.settings, **sql, **source.options}


def _gather(columns: Columns, request: Request) -> None:
    mapping = request.mapping
    if mapping.query:
        _run_query(columns, request, mapping.query, into="raw")
    else:
        source = name(mapping.from_source or "")
        columns.run(f"CREATE TABLE raw AS SELECT row_number() OVER () AS _row, * FROM {source}")
    if mapping.contacts and mapping.contacts.query:
        _run_query(columns, request, mapping.contacts.query, into="contact_raw")
    elif mapping.contacts:
        columns.run(f"CREATE TABLE contact_raw AS SELECT * FROM {name(mapping.contacts.source)}")
    _check_columns(columns, request)
    for statement in gathering_sql(mapping):
        columns.run(statement)


def _run_query(columns: Columns, request: Request, query: str, *, into: str) -> None:
    """The rows of a person's SQL file, numbered by `_row`, and by `_line` where it hands on no line of a file."""
    text, file = request.folder.texts[query], request.folder.shown(query)
    check_select(text, file)
    sql = text.rstrip().rstrip(";")
    named = {word for word, _ in columns.describe(sql, file=file)}  # a mistake has the place of the person's text
    columns.run(f"CREATE TABLE query_rows AS\n{sql}", file=file)
    line = "" if "_line" in named else "row_number() OVER () AS _line, "
    columns.run(f"CREATE TABLE {into} AS SELECT row_number() OVER () AS _row, {line}* FROM query_rows")
    columns.run("DROP TABLE query_rows")


def _check_columns(columns: Columns, request: Request) -> None:
    """Every column that scope.yaml names must be in the rows; the sentence lists what is there."""
    mapping, file = request.mapping, request.folder.shown("scope.yaml")
    needed: list[tuple[str, Place]] = [(mapping.key, Place(file))]
    needed += [(column.source, column.place) for column in mapping.columns.values()]
    _present(columns, "raw", needed)
    if mapping.contacts:
        contacts = mapping.contacts
        named = [contacts.key, contacts.name, contacts.email, contacts.phone, contacts.language, *contacts.post]
        _present(columns, "contact_raw", [(word, Place(file)) for word in named if word])


def _present(columns: Columns, table: str, needed: Iterable[tuple[str, Place]]) -> None:
    there = [word for word, _ in columns.describe(f"SELECT * FROM {table}") if word not in ("_row", "_line")]
    lower = {word.lower() for word in there}
    for word, place in needed:
        if word.lower() not in lower:
            raise BadInput(
                f"The rows have no column '{word}'.",
                remedy=f"They have: {', '.join(there[:30])}. Name one of these with `from:`.",
                place=place,
                code="missing-column",
            )


def _store(columns: Columns, scope: Scope, request: Request, progress: Progress) -> Scope:
    read, affected, merged, rejected, nobody = _counted(columns)
    if affected == 0:
        raise BadInput(
            f"Nobody is affected: {read} rows were read, {rejected} rejected, {nobody} without a customer.",
            remedy="Check the query, its period and the key in scope.yaml.",
            place=Place(request.folder.shown("scope.yaml")),
            code="empty-scope",
        )
    counts: dict[str, Any] = {
        "read": read,
        "affected": affected,
        "merged": merged,
        "rejected": rejected,
        "nobody": nobody,
        "nobody_sums": [list(row) for row in columns.fetch(nobody_sums_sql(list(request.mapping.columns.values())))],
    }
    partly = columns.fetch(PARTLY)[0]
    counts |= {"partly_rejected": partly[0], "partly_rejected_example": partly[1]}
    counts["contact_problems"] = columns.fetch(CONTACT_PROBLEMS)[0][0]
    counts |= _reach(columns)
    progress(f"storing {affected} customers")
    columns.allow(600 + affected // 1_000)
    with transaction.atomic():
        _copy(columns, scope, request)
        _keep_rejections(columns, scope)
        if before := _version_before(scope):
            Scope.objects.filter(id=scope.id).update(state="ready")
            scope.refresh_from_db()
            counts["delta"] = scope_delta(before, scope).as_json()
        kp("intake.before_ready")
        digest = str(columns.fetch(DIGEST)[0][0])
        Scope.objects.filter(id=scope.id).update(state="ready", counts=counts, digest=digest)
        scope.refresh_from_db()
        record(
            "scope.loaded",
            f"scope:{scope.id}",
            actor=request.actor,
            brand=request.mistake.brand_id,
            mistake=request.mistake.id,
            facts={"version": scope.version, "digest": digest, "affected": affected, "read": read},
        )
    return scope


def _counted(columns: Columns) -> tuple[int, int, int, int, int]:
    read, affected, merged, rejected, nobody = (int(str(value)) for value in columns.fetch(COUNTS)[0])
    if read != affected + merged + rejected + nobody:
        raise MakegoodError(
            f"{read} rows were read, but {affected} + {merged} + {rejected} + {nobody} are accounted for.",
            remedy="This is a bug in Makegood; please report it with the scope's files.",
            code="scope-does-not-balance",
        )
    return read, affected, merged, rejected, nobody


def _copy(columns: Columns, scope: Scope, request: Request) -> None:
    """COPY into a staging table, customers resolved set-wise, then one INSERT into the new partition."""
    with connection.cursor() as cursor:
        cursor.execute(_ROOM)
        cursor.execute(
            "CREATE TEMP TABLE stage (customer_key text, facts text, contact text, digest text) ON COMMIT DROP"
        )
        raw: psycopg.Connection[Any] = cursor.connection
        copy_to_postgres(
            columns,
            "SELECT customer_key, facts, contact, digest FROM snapshot",  # by key, which is by number
            raw,
            "COPY stage FROM STDIN (FORMAT csv)",
        )
        kp("intake.copied")
        cursor.execute("ANALYZE stage")
        resolve_customers(cursor, request.mistake.brand_id)
        cursor.execute("SELECT mg_new_part('affected', %s)", [scope.id])
        cursor.execute(
            f"INSERT INTO affected_{int(scope.id)} "
            "SELECT %s, r.customer_id, s.customer_key, s.facts, s.contact, s.digest "
            "FROM stage s JOIN resolved r USING (customer_key)",
            [scope.id],
        )
        kp("intake.before_attach")
        cursor.execute("SELECT mg_attach_part('affected', %s)", [scope.id])
        kp("intake.attached")


def _reach(columns: Columns) -> dict[str, int]:
    names = ("with_email", "with_post", "with_phone", "unreachable")
    return {name: int(str(count)) for name, count in zip(names, columns.fetch(REACH)[0], strict=True)}


def _version_before(scope: Scope) -> Scope | None:
    """The newest version that stood; a desk's scope has none, nor has one that a later load overtook."""
    before = None if scope.desk else newest_scope(scope.mistake)
    return before if before is not None and before.version < scope.version else None


def _keep_rejections(columns: Columns, scope: Scope) -> None:
    """The first ones, for a person to look at; the counts are of all."""
    with connection.cursor() as cursor:
        raw: psycopg.Connection[Any] = cursor.connection
        rows = f"SELECT {scope.id}, * FROM ({REJECTIONS.format(limit=KEPT_REJECTIONS)})"
        copy_to_postgres(columns, rows, raw, _REJECTION)


def _stored(column: Column) -> dict[str, str]:
    kept = {"name": column.name, "type": "text" if column.merge == "list" else column.kind}
    if column.currency.startswith("@"):
        kept["currency_column"] = column.currency[1:]
    elif column.currency:
        kept["currency"] = column.currency
    if column.merge == "each":
        kept["many"] = "yes"
    return kept
