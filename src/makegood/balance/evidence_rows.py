"""What of the database goes into a pack, streamed: acts, decisions, and a mistake's sealed rows as their leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection

from makegood.journal.chain import rows_digest
from makegood.journal.models import Seal, Stream
from makegood.kit.clock import iso
from makegood.kit.digest import canonical

PORTION = 5_000
FILES = {
    "attempt": "attempts.jsonl",
    "ledger": "ledger.jsonl",
    "entry": "entries.jsonl",
    "settlement": "settlements.jsonl",
    "notice": "notices.jsonl",
}
_UTC = "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
_KEY = """'mg-' || left(encode(sha256(convert_to(
    '{mistake}/' || customer_id || '/' || step || '/' || sequence || CASE WHEN {via} > 0 THEN '/' || {via} ELSE '' END,
    'UTF8')), 'hex'), 40)"""
ACTS = f"""
SELECT ordinal, customer_id AS customer, step, sequence, kind, provider, route, remedy, wave,
       {_UTC.format("due_at")} AS due_at, minor, currency, basis, facts_digest, leaf, {{key}} AS key, state, code,
       tries, via, {_UTC.format("settled_at")} AS settled_at
FROM act WHERE plan_id = {{plan}} ORDER BY ordinal
"""
# A person's reason is their own words about one customer: it stays in the database.
DECISIONS = """
SELECT customer_id AS customer, remedy, status, rule, minor, currency, basis,
       CASE WHEN rule = 'person' THEN '' ELSE reason END AS reason
FROM decision WHERE plan_id = {plan} ORDER BY customer_id, remedy
"""
CUSTOMERS = """
SELECT DISTINCT ON (customer_id) customer_id AS customer, customer_key AS key, contact::json ->> 'name' AS name, contact
FROM affected WHERE scope_id = ANY(ARRAY[{scopes}]::bigint[]) ORDER BY customer_id, scope_id DESC
"""
_KEYS = "SELECT {key} FROM act, generate_series(0, via) AS way WHERE plan_id = ANY(ARRAY[{plans}]::bigint[])"
_OURS = {
    "entry": "mistake = {id}",
    "attempt": "plan_id = ANY(ARRAY[{plans}]::bigint[])",
    "ledger": "split_part(key, ':', 1) IN ({keys})",
    "settlement": "key IN ({keys})",
    # A provider that does not give our key back is known by its own id, which the receipt has.
    "notice": """(key IN ({keys})
        OR key = '' AND reference <> ''
           AND reference IN (SELECT reference FROM attempt WHERE plan_id = ANY(ARRAY[{plans}]::bigint[])))""",
}
_LAST = "SELECT last_xid, last_id FROM seal WHERE stream = %s ORDER BY number DESC LIMIT 1"


@dataclass(frozen=True)
class Ours:
    """Which rows are of this mistake: its id, its public id, and the plans that were approved."""

    id: int
    mistake: str
    plans: Sequence[int]

    def where(self, stream: str) -> str:
        plans = ", ".join(str(int(plan)) for plan in self.plans)
        keys = _KEYS.format(key=key_sql(self.mistake, via="way"), plans=plans)
        return _OURS[stream].format(id=int(self.id), plans=plans, keys=keys)


def key_sql(mistake: str, *, via: str = "via") -> str:
    """SQL for the key of an act, the same as `kit.ids.act_key`; of each route so far where `via` is a column
    that counts them. A public id has letters, digits and a hyphen only."""
    if not mistake.replace("-", "").isalnum():
        raise ValueError(f"'{mistake}' is no public id")
    return _KEY.format(mistake=mistake, via=via)


def copied(sql: str) -> Iterator[bytes]:
    """The rows of a query as CSV with heads, as the server sends them."""
    with connection.cursor() as cursor:
        raw: psycopg.Connection[Any] = cursor.connection
        with raw.cursor() as plain, plain.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv, HEADER)") as copy:
            for portion in copy:
                yield bytes(portion)


@dataclass
class SealedRows:
    """The rows of one stream that are of this mistake and sealed, in sealing order.

    `unsealed` counts those that came after the last seal; they are not in the pack.
    """

    stream: Stream
    ours: Ours
    unsealed: int = 0
    _waiting: list[tuple[int, int]] = field(default_factory=list)

    def leaves(self) -> Iterator[bytes]:
        with connection.cursor() as cursor:
            cursor.execute(_LAST, [self.stream.name])
            xid, row = cursor.fetchone() or ("0", 0)
            self._upto = f"(xid, id) <= ('{int(xid)}'::xid8, {int(row)})"
            where = self.ours.where(self.stream.name)
            cursor.execute(f"SELECT count(*) FROM {self.stream.relation} WHERE {where} AND NOT {self._upto}")
            self.unsealed = cursor.fetchone()[0]
        for (leaf,) in self._read(self.stream.leaf):
            yield leaf.encode() + b"\n"

    def begin(self) -> None:
        """Starts reading the same rows once more, their places only, beside the seals."""
        self._places = self._read("xid::text AS mark, id")
        self._next = next(self._places, None)

    def within(self, sealed: Seal) -> list[int]:
        """Ids of our rows that this seal covers. A row up to its mark that it does not name is covered by none."""
        mark, found, ids = (int(sealed.last_xid), sealed.last_id), [], set(sealed.ids)
        while self._next is not None and (int(self._next[0]), self._next[1]) <= mark:
            if self._next[1] in ids:
                found.append(self._next[1])
            self._next = next(self._places, None)
        return found

    def _read(self, columns: str) -> Iterator[Any]:
        where = self.ours.where(self.stream.name)
        sql = f"SELECT {columns} FROM {self.stream.relation} WHERE {where} AND {self._upto} ORDER BY xid, id"
        with closing(connection.chunked_cursor()) as cursor:
            cursor.execute(sql)
            while portion := cursor.fetchmany(PORTION):
                yield from portion


def seal_lines(streams: Sequence[SealedRows]) -> Iterator[bytes]:
    """Every seal from the first to the last, one a line.

    A seal that covers a row of ours shows the ids and leaf hashes of all its rows, so that membership can be checked;
    any other only the digest over them, so that the chain can.
    """
    by_name = {rows.stream.name: rows for rows in streams}
    for rows in streams:
        rows.begin()
    for sealed in Seal.objects.order_by("number").iterator(chunk_size=20):
        leaves = bytes(sealed.leaves)
        line: dict[str, object] = {
            "number": sealed.number,
            "at": iso(sealed.at),
            "stream": sealed.stream,
            "previous": sealed.previous,
            "rows": rows_digest(sealed.last_xid, sealed.ids, leaves),
            "digest": sealed.digest,
        }
        ours = by_name[sealed.stream].within(sealed) if sealed.stream in by_name else []
        if ours:
            line |= {"mark": sealed.last_xid, "ids": sealed.ids, "leaves": leaves.hex(), "ours": ours}
        yield canonical(line).encode() + b"\n"
