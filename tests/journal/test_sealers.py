"""Sealing goes on beside everything else: several sealers, slow transactions, a death between seal and anchor."""

import os
import threading
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from tests.engine.recovery import rows
from tests.journal.damage import add_entries, add_many_entries, as_admin, whats

from makegood.journal import actions
from makegood.journal.actions import seal
from makegood.journal.queries import verify
from makegood.kit.clock import now
from makegood.kit.errors import Unavailable


def test_many_sealers_at_once_seal_each_row_once(database, tmp_path):
    add_many_entries(20_000)
    sealed, start = [], threading.Barrier(4)

    def sealer():
        start.wait()
        try:
            for _ in range(3):
                sealed.append(seal(tmp_path / "anchor"))
        finally:
            connections.close_all()

    sealers = [threading.Thread(target=sealer) for _ in range(4)]
    for thread in sealers:
        thread.start()
    for thread in sealers:
        thread.join()
    seal(tmp_path / "anchor")
    assert rows("SELECT count(*), count(DISTINCT i) FROM seal, unnest(ids) i") == [(20_000, 20_000)]
    assert rows("SELECT count(*), max(number) FROM seal") == [(20, 20)]
    verified = verify(tmp_path / "anchor")
    assert (verified.rows, verified.unsealed, verified.findings) == (20_000, 0, [])


def test_a_sealer_at_work_makes_the_other_leave(database):
    add_entries(1)
    with psycopg.connect(database.app_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [actions._SEALER])
        assert seal() == 0
    assert seal() == 1


def test_rows_that_wait_for_a_long_transaction_are_not_overdue(database):
    with psycopg.connect(database.app_url) as slow:
        slow.execute("INSERT INTO entry (verb, subject, facts, at) VALUES ('slow', 's', '{}', %s)", [long_ago()])
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO entry (verb, subject, facts, at) VALUES ('quick', 'q', '{}', %s)", [long_ago()])
        assert seal() == 0
        verified = verify()
        assert (verified.unsealed, verified.findings) == (1, [])
        slow.commit()
    assert [f.code for f in verify().findings] == ["entry-unsealed"]
    assert seal() == 2
    assert verify().findings == []


def long_ago():
    return now() - timedelta(hours=1)


def test_rows_of_a_transaction_that_failed_leave_no_gap(database):
    add_entries(1)
    with psycopg.connect(database.app_url) as failing:
        failing.execute("INSERT INTO entry (verb, subject, facts) VALUES ('never', 'n', '{}')")
        failing.rollback()
    add_entries(1)
    assert seal() == 2
    assert verify().findings == []


def test_transaction_numbers_are_numbers_not_words(database, monkeypatch):
    """999 is before 1000: sorted as words, rows would be sealed twice and others never."""
    monkeypatch.setattr(actions, "BATCH", 3)
    for xid in (9, 10, 99, 100, 101):
        insert = f"INSERT INTO entry (verb, subject, facts, xid) VALUES ('x', 'y', '{{}}', '{xid}')"
        as_admin(database, insert, insert)
    assert seal() == 10
    assert rows("SELECT ids, last_xid FROM seal ORDER BY number") == [
        ([1, 2, 3], "10"),
        ([4, 5, 6], "99"),
        ([7, 8, 9], "101"),
        ([10], "101"),
    ]
    assert verify().findings == []


def test_a_seal_that_is_undone_is_made_again(database):
    add_entries(2)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert seal() == 2
        1 / 0  # noqa: B018
    assert seal() == 2
    assert verify().seals == 1


def test_a_death_between_seal_and_anchor(database, tmp_path, monkeypatch):
    """The anchor is behind the seals: no fault. The next round anchors, though it has nothing to seal."""
    anchor = tmp_path / "anchors" / "seals.log"
    add_entries(1)
    seal(anchor)
    add_entries(1)
    with monkeypatch.context() as dying:

        def die(path):
            raise KeyboardInterrupt

        dying.setattr(actions, "_drop_anchor", die)
        with pytest.raises(KeyboardInterrupt):
            seal(anchor)
    assert verify(anchor).findings == []
    assert [line.split()[0] for line in anchor.read_text().splitlines()] == ["1"]
    assert seal(anchor) == 0
    assert [line.split()[0] for line in anchor.read_text().splitlines()] == ["1", "2"]
    assert seal(anchor) == 0
    assert len(anchor.read_text().splitlines()) == 2


def test_an_anchor_ahead_of_the_database(database, tmp_path):
    """A backup from before, or the last seals deleted: both are told."""
    anchor = tmp_path / "anchor"
    for _ in range(3):
        add_entries(1)
        seal(anchor)
    as_admin(database, "DELETE FROM seal WHERE number > 1", "DELETE FROM entry WHERE id > 1")
    assert whats(verify()) == []
    assert whats(verify(anchor)) == [
        "Seal 2 was anchored in anchor, but the database ends at seal 1.",
        "Seal 3 was anchored in anchor, but the database ends at seal 1.",
    ]


def test_an_empty_database_anchors_nothing(database, tmp_path):
    assert seal(tmp_path / "anchor") == 0
    assert not (tmp_path / "anchor").exists()
    assert verify(tmp_path / "anchor").findings == []


@pytest.mark.parametrize(
    "line", ["", "2", "two abc", "2 abcdef 2026-01-01", "\x00\xff\x80", "-1 " + "0" * 64, "2 " + "g" * 64]
)
def test_an_unreadable_line_of_the_anchor_is_named(database, tmp_path, line):
    anchor = tmp_path / "anchor"
    add_entries(1)
    seal(anchor)
    with anchor.open("a", encoding="latin-1") as file:
        file.write(line + "\n")
    add_entries(1)
    seal(anchor)
    findings = verify(anchor).findings
    assert [f.code for f in findings] == ["anchor-unreadable"]
    assert findings[0].what == "Line 2 of anchor cannot be read: the seal it anchored is not compared."
    assert str(findings[0].place) == f"{anchor}:2"


def test_a_torn_last_line_does_not_swallow_the_next(database, tmp_path):
    anchor = tmp_path / "anchor"
    add_entries(1)
    seal(anchor)
    anchor.write_text(anchor.read_text()[:30])
    add_entries(1)
    seal(anchor)
    assert len(anchor.read_text().splitlines()) == 2
    assert [f.code for f in verify(anchor).findings] == ["anchor-unreadable"]


def test_one_seal_anchored_with_two_digests(database, tmp_path):
    anchor = tmp_path / "anchor"
    add_entries(1)
    seal(anchor)
    with anchor.open("a") as file:
        file.write(f"1 {'a' * 64} 2026-01-01T00:00:00Z\n")
    assert whats(verify(anchor)) == ["Seal 1 is anchored in anchor with two different digests."]


def test_an_anchor_that_cannot_be_written_keeps_the_seals(database, tmp_path):
    (tmp_path / "anchor").mkdir()
    add_entries(1)
    with pytest.raises(Unavailable, match="cannot be anchored"):
        seal(tmp_path / "anchor")
    assert rows("SELECT count(*) FROM seal") == [(1,)]
    os.rmdir(tmp_path / "anchor")
    assert seal(tmp_path / "anchor") == 0
    assert (tmp_path / "anchor").read_text().startswith("1 ")


def test_where_nothing_waits_a_sealer_asks_little_however_many_streams_there_are(database):
    add_entries(3)
    assert seal() == 3
    with CaptureQueriesContext(connection) as asked:
        assert seal() == 0
    assert len(asked) <= 5, [one["sql"] for one in asked]
