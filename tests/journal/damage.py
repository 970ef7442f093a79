"""What somebody with all power over the database could do, and rows to do it to."""

from __future__ import annotations

import psycopg
from django.db import connection

from makegood.journal.actions import record

RECEIPTS = """
INSERT INTO attempt (plan_id, ordinal, chunk_id, epoch, key, answer, code, reference, words, words_digest, commitment,
                     minor, currency)
SELECT %(plan)s, n, 1, 1, 'mg-' || n, 'done', 'booked', 'transfer-' || n, '', '', '', 100 + n, 'EUR'
FROM generate_series(1, %(count)s) n
"""
ENTRIES = """
INSERT INTO entry (verb, subject, facts) SELECT 'test.added', 'thing:' || n, '{"n":' || n || '}'
FROM generate_series(1, %s) n
"""


def as_admin(database, *statements):
    """Triggers switched off, as only a superuser can."""
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        for statement in statements:
            admin.execute(statement)


def add_entries(count):
    for number in range(count):
        record("test.added", f"thing:{number}", actor=None, facts={"n": number})


def add_many_entries(count):
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [count])


def add_receipts(count, plan=1):
    """Receipts of a plan that has no acts: the seals do not ask for them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"attempt_{plan}"])
        if cursor.fetchone()[0] is None:
            cursor.execute("SELECT mg_new_part('attempt', %s), mg_attach_part('attempt', %s)", [plan, plan])
        cursor.execute(RECEIPTS, {"plan": plan, "count": count})


def add_transfers(count):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_transfer (key, debit, credit, minor, currency)"
            " SELECT 'mg-' || n, 'brand:default:redress', 'customer:' || n || ':credit', 100 + n, 'EUR'"
            " FROM generate_series(1, %s) n",
            [count],
        )


def whats(verified):
    return [finding.what for finding in verified.findings]
