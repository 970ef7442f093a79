"""Writing verbs of the directory: resolve keys to customers, set-wise; erase one."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from makegood.journal.actions import record

# `stage(customer_key, …, contact)` is the caller's temporary table; `resolved(customer_key, customer_id)` is made here.
# Two loads of one brand at the same moment could both create the same key: the advisory lock lets one go first.
_LOCK = "SELECT pg_advisory_xact_lock(7236, %s)"
_RESOLVE = """
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT s.customer_key, coalesce(a.customer_id, nextval(pg_get_serial_sequence('customer', 'id'))) AS customer_id,
       a.customer_id IS NULL AS is_new
FROM (SELECT DISTINCT customer_key FROM stage) s
LEFT JOIN customer_alias a ON a.brand_id = %(brand)s AND a.kind = 'key' AND a.value = s.customer_key
"""
_NEW = """
INSERT INTO customer (id, brand_id) SELECT customer_id, %(brand)s FROM resolved WHERE is_new;
"""
_SALTS = """
INSERT INTO customer_salt (customer_id, salt)
SELECT customer_id, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) FROM resolved WHERE is_new
"""
_ALIASES = """
INSERT INTO customer_alias (brand_id, customer_id, kind, value)
SELECT %(brand)s, customer_id, 'key', customer_key FROM resolved WHERE is_new
"""
_CONTACTS = """
INSERT INTO contact_point (customer_id, kind, value)
SELECT r.customer_id, p.key, p.value FROM stage s JOIN resolved r USING (customer_key),
       LATERAL json_each_text(s.contact::json) p WHERE p.value IS NOT NULL
ON CONFLICT DO NOTHING
"""


def resolve_customers(cursor: Any, brand: int) -> None:
    """Makes `resolved` for all keys of `stage` in the caller's transaction; new keys become new customers."""
    cursor.execute(_LOCK, [brand])
    cursor.execute(_RESOLVE, {"brand": brand})
    for statement in (_NEW, _SALTS, _ALIASES):
        cursor.execute(statement, {"brand": brand})
    cursor.execute(_CONTACTS)


@transaction.atomic
def erase_customer(customer: int, *, actor: int) -> None:
    """Deletes names, addresses, keys, facts and the salt of one customer; money and the journal stay, as numbers.

    Acts that have not started are cancelled by the worker that meets them (reason *erased*).
    """
    with connection.cursor() as cursor:
        for table, column in (
            ("customer_alias", "customer_id"),
            ("contact_point", "customer_id"),
            ("customer_salt", "customer_id"),
            ("affected", "customer_id"),
            ("outbox_message", "customer"),
            ("letter", "customer"),
            ("task", "customer"),
        ):
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [customer])
        cursor.execute("UPDATE customer SET erased_at = now() WHERE id = %s", [customer])
    record("customer.erased", f"customer:{customer}", actor=actor)
