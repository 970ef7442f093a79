"""Every added row is sealed; a changed, missing or never sealed row is named."""

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from tests.journal.damage import add_entries, as_admin

from makegood.journal import actions
from makegood.journal.actions import record, seal
from makegood.journal.queries import verify


def test_sealed_rows_verify(database, tmp_path):
    add_entries(5)
    assert seal(tmp_path / "anchor") == 5
    assert seal(tmp_path / "anchor") == 0
    verified = verify(tmp_path / "anchor")
    assert (verified.rows, verified.seals, verified.unsealed, verified.findings) == (5, 1, 0, [])


def test_a_changed_row_is_named(database):
    add_entries(5)
    seal()
    as_admin(database, "UPDATE entry SET facts = replace(facts, '3', '4') WHERE id = 4")
    assert [f.what for f in verify().findings] == ["Row 4 of the journal was changed."]


def test_a_missing_row_is_named(database):
    add_entries(5)
    seal()
    as_admin(database, "DELETE FROM entry WHERE id = 2")
    assert [f.what for f in verify().findings] == ["Row 2 of the journal is missing."]


def test_a_changed_seal_and_a_missing_seal_are_named(database):
    for _ in range(3):
        add_entries(2)
        seal()
    as_admin(database, "UPDATE seal SET leaves = substr(leaves, 2) || '\\x00' WHERE number = 1")
    assert "Seal 1 was changed." in [f.what for f in verify().findings]
    as_admin(database, "DELETE FROM seal WHERE number = 2")
    assert "Seal 2 is missing." in [f.what for f in verify().findings]


def test_a_chain_rewritten_from_the_start_differs_from_its_anchor(database, tmp_path):
    anchor = tmp_path / "anchor"
    add_entries(3)
    seal(anchor)
    as_admin(database, "DELETE FROM seal", "UPDATE entry SET verb = 'other' WHERE id = 1")
    seal()
    assert [f.code for f in verify().findings] == []
    assert [f.code for f in verify(anchor).findings] == ["anchor-differs"]


def test_a_row_added_behind_the_seals_is_overdue(database):
    add_entries(1)
    seal()
    as_admin(
        database,
        "INSERT INTO entry (verb, subject, facts, at) VALUES ('x', 'y', '{}', now() - interval '10 minutes')",
    )
    findings = verify().findings
    assert [f.code for f in findings] == ["entry-unsealed"]
    assert seal() == 1
    assert verify().findings == []


def test_a_slow_transaction_is_never_sealed_past(database):
    add_entries(1)
    with psycopg.connect(database.app_url) as slow:
        slow.execute("INSERT INTO entry (verb, subject, facts) VALUES ('slow', 's', '{}')")
        add_entries(1)
        assert seal() == 1  # only what was there before the slow transaction began
        slow.commit()
    assert seal() == 2
    assert verify().findings == []


def test_more_rows_than_one_batch(database):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO entry (verb, subject, facts) SELECT 'v', 's' || n, '{}' FROM generate_series(1, 2500) n"
        )
    assert seal() == 2500
    assert verify().seals == 3


@pytest.mark.parametrize("statement", ["UPDATE entry SET verb = 'x'", "DELETE FROM entry", "TRUNCATE entry"])
def test_entries_are_only_ever_added(database, statement):
    add_entries(1)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_application_cannot_register_streams(database):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO sealed_stream VALUES ('x', 'entry', '1')")


def test_an_entry_refuses_floats(database):
    with pytest.raises(TypeError):
        record("x", "y", actor=None, facts={"share": 0.5})


@pytest.mark.parametrize(
    "facts",
    [
        {"to": "anna@example.com"},
        {"steps": [{"note": "asked Anna.Berg@Shop.Example yesterday"}]},
        {"anna@example.com": 1},
    ],
)
def test_an_entry_refuses_an_address(database, facts):
    with pytest.raises(ValueError, match=r"no e-mail address, but 'x\.told' has one of \d+ letters"):
        record("x.told", "y", actor=None, facts=facts)
    with pytest.raises(ValueError, match="no e-mail address"):
        record("x.told", "customer:anna@example.com", actor=None)
    assert seal() == 0


def test_an_entry_takes_what_only_looks_a_little_like_an_address(database):
    record("x", "policy.yaml@3", actor=None, facts={"rate": "3 @ 4.50", "name": "refund@3", "at": "10:00"})
    assert seal() == 1


def test_a_long_transaction_in_another_database_holds_nothing_up(database, server):
    add_entries(2)
    with psycopg.connect(server.url("admin", dbname="postgres")) as other:
        other.execute("SELECT pg_current_xact_id()")
        add_entries(1)
        assert seal() == 3
    assert verify().findings == []


def test_a_batch_costs_what_it_seals_not_what_waits(database, monkeypatch):
    as_admin(
        database,
        "CREATE SEQUENCE leaves_made",
        "GRANT USAGE ON leaves_made TO PUBLIC",
        "UPDATE sealed_stream SET leaf = 'nextval(''leaves_made'')::text' WHERE name = 'entry'",
    )
    monkeypatch.setattr(actions, "BATCH", 2)
    add_entries(7)
    assert seal() == 7
    with psycopg.connect(database.admin_url) as admin:
        assert admin.execute("SELECT last_value FROM leaves_made").fetchone() == (7,)
