"""Writing verbs of the directory: resolve keys to customers, set-wise; erase one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from makegood.journal.actions import record
from makegood.kit.errors import NotFound
from makegood.kit.killpoints import kp

# `stage(customer_key, …, contact)` is the caller's temporary table, one row a key; `resolved(customer_key, customer_id,
# is_new)` is made here.
# Two loads of one brand at the same moment could both create the same key: the advisory lock lets one go first.
_LOCK = "SELECT pg_advisory_xact_lock(7236, %s)"
# One look for all: the rows below have no foreign keys, whose check a row would cost more than the row.
_BRAND = "SELECT id FROM brand WHERE id = %s FOR KEY SHARE"
# Numbers in the order of the keys, so that both indexes of the new rows grow at their ends.
_RESOLVE = """
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT s.customer_key, coalesce(a.customer_id, nextval(pg_get_serial_sequence('customer', 'id'))) AS customer_id,
       a.customer_id IS NULL AS is_new
FROM stage s
LEFT JOIN customer_alias a ON a.brand_id = %(brand)s AND a.kind = 'key' AND a.value = s.customer_key
ORDER BY s.customer_key
"""
_NEW = """
INSERT INTO customer (id, brand_id) SELECT customer_id, %(brand)s FROM resolved WHERE is_new ORDER BY customer_id
"""
# One draw of 244 random bits for the whole load, hashed with each number and forgotten with the statement: no salt
# tells of another, and none costs a call of its own to the system's source of randomness.
_SALTS = """
WITH seed AS MATERIALIZED (SELECT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) AS bytes)
INSERT INTO customer_salt (customer_id, salt)
SELECT customer_id, sha256(bytes || int8send(customer_id)) FROM resolved, seed WHERE is_new ORDER BY customer_id
"""
_ALIASES = """
INSERT INTO customer_alias (brand_id, customer_id, kind, value)
SELECT %(brand)s, customer_id, 'key', customer_key FROM resolved WHERE is_new ORDER BY customer_key
"""
_FIELDS = """
    SELECT r.customer_id, field.key AS kind, field.value FROM stage s JOIN resolved r USING (customer_key),
           LATERAL json_each_text(s.contact::json) AS field WHERE field.value IS NOT NULL AND {}
"""
_CONTACTS = f"INSERT INTO contact_point (customer_id, kind, value) {_FIELDS.format('r.is_new')} ORDER BY 1"
# Of those who were known, most have said nothing new.
_NEWS = f"""
INSERT INTO contact_point (customer_id, kind, value)
SELECT p.customer_id, p.kind, p.value FROM ({_FIELDS.format("NOT r.is_new")}) p
WHERE NOT EXISTS (SELECT FROM contact_point c
                  WHERE c.customer_id = p.customer_id AND c.kind = p.kind AND c.value = p.value)
ORDER BY 1
"""

_ERASURES = "SELECT id, subject FROM entry WHERE verb = 'customer.erased' AND id > %s ORDER BY id"
# A balance that was counted with the customer is counted anew.
_COUNTED = "DELETE FROM balance_counted WHERE mistake_id IN (SELECT id FROM mistake WHERE brand_id = %s)"

ERASED = "[erased]"
_PERSONAL = (
    ("customer_alias", "customer_id"),
    ("contact_point", "customer_id"),
    ("customer_salt", "customer_id"),
    ("affected", "customer_id"),
    ("outbox_message", "customer"),
    ("letter", "customer"),
    ("payout", "customer"),
    ("task", "customer"),
    ("promise", "customer"),
)
_EXAMPLES = (("plan", "findings"), ("plan", "summary"), ("scope", "counts"))
_KEYS = """
SELECT value FROM customer_alias WHERE customer_id = %(customer)s AND kind = 'key'
UNION SELECT customer_key FROM affected WHERE customer_id = %(customer)s
"""
_REJECTED = """
DELETE FROM rejection r USING scope s, mistake m
WHERE s.id = r.scope_id AND m.id = s.mistake_id AND m.brand_id = %(brand)s AND r.customer_key = ANY(%(keys)s)
"""
# As text first: a plan without findings or one that names others is not written again.
_NAMED = """
SELECT t.id, t.{column}::text FROM {table} t JOIN mistake m ON m.id = t.mistake_id
WHERE m.brand_id = %(brand)s AND EXISTS (
    SELECT FROM unnest(%(keys)s::text[]) AS asked(key)
    WHERE position(to_jsonb(asked.key)::text IN t.{column}::text) > 0)
ORDER BY t.id FOR UPDATE OF t
"""


def resolve_customers(cursor: Any, brand: int) -> None:
    """Makes `resolved` for all keys of `stage` in the caller's transaction; new keys become new customers.

    `stage` is the caller's, each key in it once. Raises `NotFound` for a brand that is not there.
    """
    cursor.execute(_LOCK, [brand])
    cursor.execute(_BRAND, [brand])
    if cursor.fetchone() is None:
        raise NotFound(f"There is no brand {brand}.", remedy="See 'makegood people'.", code="no-brand")
    kp("intake.before_resolve")
    cursor.execute(_RESOLVE, {"brand": brand})
    cursor.execute("ANALYZE resolved")
    for statement in (_NEW, _SALTS, _ALIASES):
        cursor.execute(statement, {"brand": brand})
    kp("intake.in_resolve")
    cursor.execute(_CONTACTS)
    cursor.execute(_NEWS)


@transaction.atomic
def erase_customer(customer: int, *, actor: int) -> None:
    """Deletes names, addresses, keys, facts and the salt of one customer; money and the journal stay, as numbers.

    Acts that have not started are cancelled by the worker that meets them (reason *erased*). A second time changes
    nothing but what has come since. Raises `NotFound`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT brand_id FROM customer WHERE id = %s", [customer])
        found = cursor.fetchone()
        if found is None:
            raise NotFound(f"There is no customer {customer}.", remedy="Use the customer's number.", code="no-customer")
        # A load that knows the customer already would write their rows after we looked: it ends first, or starts anew.
        cursor.execute(_LOCK, found)
        kp("erase.locked")
        cursor.execute(_KEYS, {"customer": customer})
        keys = [key for (key,) in cursor.fetchall()]
        cursor.execute(_REJECTED, {"brand": found[0], "keys": keys})
        for table, column in _EXAMPLES:
            _blank_examples(cursor, table, column, {"brand": found[0], "keys": keys})
        kp("erase.blanked")
        for table, column in _PERSONAL:
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [customer])
        kp("erase.deleted")
        cursor.execute(_COUNTED, found)
        cursor.execute("UPDATE customer SET erased_at = coalesce(erased_at, now()) WHERE id = %s", [customer])
    kp("erase.marked")
    record("customer.erased", f"customer:{customer}", actor=actor, brand=found[0])


def _blank_examples(cursor: Any, table: str, column: str, asked: dict[str, Any]) -> None:
    """Checks and counts name a few customers by key, as examples: these stay in number, but say no key."""
    cursor.execute(_NAMED.format(table=table, column=column), asked)
    for row, kept in cursor.fetchall():
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE id = %s",
            [json.dumps(_without(json.loads(kept), set(asked["keys"]))), row],
        )


def _without(value: Any, keys: set[str], *, example: bool = False) -> Any:
    """A JSON value whose examples name none of the keys. Other values stay: a customer may be called `blocking`."""
    if isinstance(value, dict):
        return {name: _without(part, keys, example=example or "example" in name) for name, part in value.items()}
    if isinstance(value, list):
        return [_without(part, keys, example=example) for part in value]
    return ERASED if example and value in keys else value


def keep_erasures(path: Path) -> int:
    """Appends to a list outside the database who was erased since its last line; returns how many.

    A backup from before an erasure brings the person back: whoever restores it erases them again by this list.
    """
    last = _last_erasure(path)
    with connection.cursor() as cursor:
        cursor.execute(_ERASURES, [last])
        found = cursor.fetchall()
    if found:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.writelines(f"{subject.partition(':')[2]} entry {entry}\n" for entry, subject in found)
            file.flush()
            os.fsync(file.fileno())
    return len(found)


def _last_erasure(path: Path) -> int:
    """The entry of the last whole line; a line cut off is written again."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return 0
    whole = [line.split() for line in lines if len(line.split()) == 3]
    return int(whole[-1][2]) if whole else 0
