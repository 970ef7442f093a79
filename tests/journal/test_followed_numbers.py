"""A database that was brought to a server with smaller transaction numbers goes on where its rows end."""

from __future__ import annotations

import psycopg
from django.db import connection, transaction

from makegood.acts.settle import settle_by_people
from makegood.channels.queries import Mark, list_settled
from makegood.journal.actions import record, seal
from makegood.journal.horizon import settled_below
from makegood.journal.queries import verify

FAR = 9_000_000_000  # beyond what a server of a test has reached, and beyond 32 bits


def ask(sql: str, *values: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.fetchone()[0]


def restored(rows: int = 3) -> None:
    """Rows that were written, and sealed, by another server that was far ahead."""
    with connection.cursor() as cursor:
        for number in range(rows):
            cursor.execute(
                "INSERT INTO entry (verb, subject, facts, xid) VALUES ('plan.made', 'plan:1', '{}', %s::text::xid8)",
                [str(FAR + number)],
            )


def sealed_there(database) -> None:
    """The seal that the other server had made over them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT mg_follow_xids()")
    assert seal() == 3


def test_nothing_is_shifted_in_a_database_that_was_never_restored(database):
    record("plan.made", "plan:1", actor=None)
    with transaction.atomic():
        record("plan.made", "plan:2", actor=None)
        assert ask("SELECT mg_follow_xids()") == 0, "a row of our own transaction is none of the future"
    assert ask("SELECT mg_xid_shift()") == 0
    assert seal() == 2


def test_without_a_shift_new_rows_would_stand_before_the_old_ones_and_never_be_sealed(database):
    restored()
    assert seal() == 0
    assert int(settled_below(connection.cursor())) < FAR


def test_new_rows_go_on_behind_the_restored_ones_and_everything_is_sealed_once(database):
    restored()
    sealed_there(database)
    record("plan.made", "plan:2", actor=None)
    assert int(ask("SELECT max(xid)::text FROM entry WHERE subject = 'plan:2'")) > FAR + 2
    assert seal() == 1
    assert seal() == 0
    found = verify()
    assert (found.findings, found.rows, found.unsealed) == ([], 4, 0)


def test_following_twice_changes_nothing(database):
    restored()
    first = ask("SELECT mg_follow_xids()")
    assert isinstance(first, int) and first > FAR - 10_000_000
    record("plan.made", "plan:2", actor=None)
    assert ask("SELECT mg_follow_xids()") == first == ask("SELECT mg_xid_shift()")


def test_a_database_restored_again_is_shifted_further(database):
    restored()
    ask("SELECT mg_follow_xids()")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO entry (verb, subject, facts, xid) VALUES ('plan.made', 'plan:9', '{}', %s::text::xid8)",
            [str(2 * FAR)],
        )
    ask("SELECT mg_follow_xids()")
    record("plan.made", "plan:10", actor=None)
    assert int(ask("SELECT xid::text FROM entry WHERE subject = 'plan:10'")) > 2 * FAR
    assert seal() == 5
    assert verify().findings == []


def test_a_slow_transaction_is_still_waited_for_after_a_shift(database):
    restored()
    sealed_there(database)
    with psycopg.connect(database.app_url) as slow:
        slow.execute("INSERT INTO entry (verb, subject, facts) VALUES ('plan.made', 'plan:slow', '{}')")
        record("plan.made", "plan:quick", actor=None)
        assert seal() == 0, "the quick one has the larger number: sealing it would leave the slow one behind"
        slow.commit()
    assert seal() == 2
    assert verify().findings == []


def test_what_people_settle_after_a_restore_is_seen_by_who_reads_on(database):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO settlement (key, status, code, xid) VALUES ('k1', 'done', 'posted', %s::text::xid8)",
            [str(FAR)],
        )
        ask("SELECT mg_follow_xids()")
    (first,) = list_settled(Mark())
    settle_by_people()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO settlement (key, status, code) VALUES ('k2', 'done', 'posted')")
    assert [one.key for one in list_settled(first.mark)] == ["k2"]
    settle_by_people()
    assert ask("SELECT xid::text::bigint > %s FROM cursor_place WHERE name = 'settlement'", FAR) is True


def test_every_stream_is_shifted(database):
    restored()
    shift = ask("SELECT mg_follow_xids()")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum WHERE a.attname = 'xid'"
        )
        defaults = dict(cursor.fetchall())
        cursor.execute("SELECT relation FROM sealed_stream")
        streams = {name for (name,) in cursor.fetchall()}
    assert streams <= set(defaults)
    assert {name for name, default in defaults.items() if str(shift) not in default} == set()
