"""Every kind of damage is named: stream, row, and for a receipt the act it belongs to."""

import pytest
from django.db import connection
from tests.engine.recovery import given_people, recovery, rows
from tests.journal.damage import (
    add_entries,
    add_many_entries,
    add_receipts,
    add_transfers,
    as_admin,
    whats,
)

from makegood.journal.actions import seal
from makegood.journal.queries import one_moment, verify
from makegood.kit.digest import sha256


@pytest.fixture
def carried_out(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=3)
    made.load()
    plan = made.carry_out("acknowledge")
    seal()
    assert verify().findings == []
    return plan


def receipt_of(plan, ordinal):
    ((row,),) = rows("SELECT id FROM attempt WHERE plan_id = %s AND ordinal = %s", plan.id, ordinal)
    return row


@pytest.mark.parametrize(
    "change",
    [
        "words = words || '.'",
        "code = overlay(code placing 'X' from 1 for 1)",
        "minor = 1",
        "key = substr(key, 2)",
        "at = at + interval '1 microsecond'",
        "epoch = epoch + 1",
    ],
)
def test_one_changed_byte_in_one_receipt(database, carried_out, change):
    row = receipt_of(carried_out, 2)
    as_admin(database, f"UPDATE attempt SET {change} WHERE id = {row}")
    verified = verify()
    assert whats(verified) == [f"Row {row} of the receipts (act 2 of plan 1 of double-charge) was changed."]
    assert verified.findings[0].code == "attempt-changed"


def test_a_deleted_receipt_and_the_act_that_lost_it(database, carried_out):
    row = receipt_of(carried_out, 3)
    as_admin(database, f"DELETE FROM attempt WHERE id = {row}")
    assert whats(verify()) == [
        f"Row {row} of the receipts is missing.",
        "Act 3 of plan 1 of double-charge was tried and has no receipt.",
    ]


def test_a_deleted_journal_row(database, carried_out):
    ((row,),) = rows("SELECT id FROM entry WHERE verb = 'plan.approved'")
    as_admin(database, f"DELETE FROM entry WHERE id = {row}")
    assert whats(verify()) == [f"Row {row} of the journal is missing."]


def test_a_changed_ledger_row(database):
    add_transfers(5)
    seal()
    as_admin(database, "UPDATE ledger_transfer SET minor = minor + 1 WHERE id = 4")
    assert whats(verify()) == ["Row 4 of the ledger was changed."]


def test_a_row_added_behind_the_seals(database):
    add_entries(3)
    seal()
    add_entries(2)
    seal()
    as_admin(
        database,
        "INSERT INTO entry (verb, subject, facts, xid)"
        " SELECT 'plan.approved', 'plan:1', '{}', xid FROM entry WHERE id = 1",
    )
    assert whats(verify()) == ["Row 6 of the journal was added behind the seals."]


def test_a_receipt_doubled_in_another_plan(database):
    """Ids of receipts are unique by the sequence only: the same number in another part is an added row."""
    add_receipts(3, plan=1)
    seal()
    add_receipts(0, plan=2)
    copied = "id, ordinal, chunk_id, epoch, at, xid, key, answer, code, reference, words, words_digest, commitment"
    as_admin(database, f"INSERT INTO attempt (plan_id, {copied}) SELECT 2, {copied} FROM attempt WHERE ordinal = 2")
    findings = verify().findings
    assert {f.code for f in findings} <= {"attempt-behind", "attempt-changed"}
    assert "Row 2 of the receipts was added behind the seals." in [f.what for f in findings]


def test_a_row_with_another_transaction_number(database):
    add_entries(2)
    seal()
    add_entries(2)
    seal()
    as_admin(database, "UPDATE entry SET xid = (SELECT xid FROM entry WHERE id = 4) WHERE id = 1")
    assert whats(verify()) == ["Row 1 of the journal does not stand where it was sealed."]


def test_a_deleted_seal_and_the_rows_that_lost_it(database):
    for _ in range(3):
        add_entries(2)
        seal()
    as_admin(database, "DELETE FROM seal WHERE number = 2")
    assert whats(verify()) == ["Seal 2 is missing.", "2 rows of the journal have lost the seal that covered them."]
    as_admin(database, "DELETE FROM seal WHERE number = 1")
    assert "Seals 1 to 2 are missing." in whats(verify())


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 microsecond'",
        "last_xid = (last_xid::bigint + 1)::text",
        "last_xid = 'x'",
        "last_id = last_id + 1",
        "ids[1] = 77",
        "leaves = set_byte(leaves, 40, get_byte(leaves, 40) # 1)",
        "previous = 'z' || substr(previous, 2)",
        "digest = 'z' || substr(digest, 2)",
    ],
)
def test_one_changed_value_in_a_seal(database, change):
    for _ in range(2):
        add_entries(3)
        seal()
    as_admin(database, f"UPDATE seal SET {change} WHERE number = 2")
    found = whats(verify())
    assert "Seal 2 was changed." in found or "Seal 2 does not follow from seal 1." in found


def test_two_seals_in_each_others_place(database):
    for _ in range(2):
        add_entries(3)
        seal()
    as_admin(database, "UPDATE seal SET number = number + 10", "UPDATE seal SET number = 13 - number")
    assert "Seal 1 was changed." in whats(verify())


def test_more_than_a_hundred_damaged_rows_are_counted(database):
    add_many_entries(250)
    seal()
    as_admin(database, "UPDATE entry SET verb = 'other' WHERE id > 20")
    findings = verify().findings
    assert len(findings) == 101
    assert findings[0].what == "Row 21 of the journal was changed."
    assert (findings[-1].what, findings[-1].count) == ("130 more rows of the journal: each was changed.", 130)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("DROP TABLE settlement", "What people settled cannot be read: its table 'settlement' is gone."),
        ("ALTER TABLE settlement DROP COLUMN code", "What people settled cannot be read: its leaf does not fit"),
        ("UPDATE sealed_stream SET leaf = ' ' WHERE name = 'settlement'", "no leaf says what of a row is covered"),
        ("UPDATE sealed_stream SET leaf = 'json_build(' WHERE name = 'settlement'", "its leaf does not fit its table"),
        ("DELETE FROM sealed_stream WHERE name = 'settlement'", "Seal 1 covers 'settlement', which is not registered"),
    ],
)
def test_a_stream_that_cannot_be_read_is_a_sentence_and_the_others_go_on(database, statement, sentence):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO settlement (key, status, code) VALUES ('mg-1', 'done', 'seen')")
    assert seal() == 1
    as_admin(database, statement)
    add_entries(2)
    assert seal() == 2
    as_admin(database, "UPDATE entry SET verb = 'other' WHERE id = 2")
    found = whats(verify())
    assert len(found) == 2
    assert any(sentence in one for one in found)
    assert "Row 2 of the journal was changed." in found


def test_a_leaf_that_leaves_a_column_out_is_told_by_every_row(database):
    add_entries(2)
    seal()
    as_admin(database, "UPDATE sealed_stream SET leaf = 'json_build_array(id, verb)::text' WHERE name = 'entry'")
    assert [f.code for f in verify().findings] == ["entry-changed", "entry-changed"]


def test_what_comes_while_the_journal_is_read_does_not_disturb(database):
    import psycopg

    add_entries(3)
    seal()
    with one_moment(), psycopg.connect(database.app_url, autocommit=True) as other:
        assert verify().rows == 3
        other.execute("INSERT INTO entry (verb, subject, facts) VALUES ('late', 's', '{}')")
        verified = verify()
    assert (verified.rows, verified.unsealed, verified.findings) == (3, 0, [])
    assert verify().unsealed == 1


def test_the_leaf_hash_is_the_one_an_outsider_computes(database):
    add_entries(1)
    seal()
    ((leaf,),) = rows("SELECT leaf FROM sealed_stream WHERE name = 'entry'")
    ((text,),) = rows(f"SELECT {leaf} FROM entry")
    ((sealed,),) = rows("SELECT encode(leaves, 'hex') FROM seal")
    assert sha256(text) == sealed
