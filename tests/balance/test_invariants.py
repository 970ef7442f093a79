"""What must always hold: silent after real work, and heard when somebody changes the row that breaks it."""

from __future__ import annotations

import psycopg
import pytest
from tests.engine.recovery import Recovery, given_people, recovery, rows, states

from makegood.balance.invariants import INVARIANTS, by_id, check_invariants, check_provider_total
from makegood.plans.models import Plan

PROMISE = (
    "promise (mistake_id, step, mark, place, customers, what, by, owner_id, zone, calendar, margin, carried, reason, "
    "round, made_at, state, due_at, next_at) VALUES ((SELECT min(id) FROM mistake), '', '', '', 1, 'I will call you.', "
    "'1 hour', (SELECT min(id) FROM staff), 'UTC', '', interval '15 minutes', '{}', '', 0, now() - interval '1 day'"
)
# invariant, what somebody with the keys to the database does to it
DAMAGE = [
    ("I1-parts", "DELETE FROM plan_part WHERE step = 'refund'"),
    ("I1-waves", "DELETE FROM chunk WHERE step = 'refund'"),
    ("I1-waves", "UPDATE chunk SET wave = 9 WHERE step = 'refund'"),
    ("I1-windows", "UPDATE chunk SET settled_to = claimed_to + 1 WHERE step = 'refund'"),
    ("I1-windows", "UPDATE chunk SET claimed_to = hi - 1, settled_to = hi - 1 WHERE step = 'refund'"),
    ("I1-rest", "UPDATE chunk SET state = 'open' WHERE step = 'refund'"),
    ("I1-tally", "UPDATE act SET state = 'failed' WHERE ordinal = 1"),
    ("I1-tally", "DELETE FROM act_tally WHERE step = 'refund'"),
    ("I1-tally", "UPDATE act_tally SET minor = minor + 1 WHERE state = 'done' AND step = 'refund'"),
    ("I1-directory", "DELETE FROM customer"),
    ("I1-directory", "UPDATE customer_salt SET customer_id = customer_id + 100"),
    ("I1-counters", "UPDATE chunk SET done = done - 1 WHERE step = 'refund'"),
    ("I1-counters", "UPDATE act SET state = 'unknown' WHERE ordinal = 1"),
    ("I1-planned", "UPDATE act SET state = 'planned' WHERE ordinal = 1"),
    (
        "I2",
        "INSERT INTO ledger_transfer (key, debit, credit, minor, currency, memo) "
        "SELECT key || ':reversed', credit, debit, minor - 1, currency, '' FROM ledger_transfer LIMIT 1",
    ),
    ("I3-ledger", "UPDATE ledger_transfer SET minor = minor + 1 WHERE id = 1"),
    ("I3-ledger", "DELETE FROM ledger_transfer WHERE id = 1"),
    ("I3-ledger", "UPDATE ledger_transfer SET key = 'mg-of-nobody' WHERE id = 1"),
    (
        "I4",
        "INSERT INTO attempt (plan_id, ordinal, chunk_id, epoch, key, answer, code, reference, words, words_digest, "
        "commitment) SELECT plan_id, ordinal, chunk_id, epoch, key, answer, code, 'again', '', '', '' FROM attempt "
        "WHERE answer = 'done' LIMIT 1",
    ),
    ("I5-approved", "DELETE FROM approval"),
    ("I5-approved", "UPDATE plan SET digest = repeat('0', 64) WHERE approved_at IS NOT NULL"),
    ("I5-chunks", "UPDATE chunk SET digest = repeat('0', 64) WHERE step = 'refund'"),
    ("I5-acts", "UPDATE act SET minor = minor + 1 WHERE ordinal = 1"),
    ("I6", """UPDATE plan SET settings = settings || '{"budget": {"EUR": 1}}'"""),
    ("I7", "UPDATE plan SET requested_by = (SELECT approver FROM approval LIMIT 1)"),
    ("I9", f"INSERT INTO {PROMISE}, 'open', now() - interval '1 hour', now() - interval '1 hour')"),
    ("I9", f"INSERT INTO {PROMISE}, 'open', now() + interval '1 hour', NULL)"),
    ("I9", f"INSERT INTO {PROMISE}, 'kept', now() - interval '1 hour', NULL)"),
    ("I9", f"INSERT INTO {PROMISE}, 'paused', now() + interval '1 hour', now())"),
    ("I10", "DELETE FROM act_key WHERE ordinal = 1"),
    ("I10", "UPDATE act_key SET ordinal = 99 WHERE ordinal = 1"),
    ("I12-attempts", "DELETE FROM attempt WHERE ordinal = 1"),
    ("I12-money", "UPDATE act SET state = 'failed' WHERE ordinal = 1"),
    (
        "I14",
        "UPDATE chunk SET state = 'open', settled_to = lo - 1, lease_until = now() - interval '91 seconds' "
        "WHERE step = 'refund'",
    ),
    ("I15", "UPDATE act SET state = 'unknown', next_at = now() - interval '25 hours' WHERE ordinal = 1"),
]


@pytest.fixture
def made(database, tmp_path) -> Recovery:
    found = recovery(tmp_path, given_people(), count=3)
    found.load()
    plan = found.carry_out("remedy")
    assert states(plan).get("done", 0) >= 3
    return found


def test_they_hold_after_real_work(made) -> None:
    assert check_invariants(deep=True) == []


def test_they_hold_at_every_stage_of_a_plan(database, tmp_path) -> None:
    found = recovery(tmp_path, given_people(), count=3)
    assert check_invariants(deep=True) == []
    found.load()
    plan = found.plan("remedy")
    assert check_invariants(deep=True) == []
    found.approve(plan)
    assert check_invariants(deep=True) == []


def test_each_is_heard_when_it_is_broken(database, made) -> None:
    heard = {}
    for name, damage in DAMAGE:
        with psycopg.connect(database.admin_url) as admin:
            admin.execute("SET session_replication_role = replica")
            admin.execute(damage)
            heard[damage] = bool(admin.execute(f"SELECT 1 FROM ({by_id()[name].sql}) t").fetchone())
            admin.rollback()
    assert {damage for damage, found in heard.items() if not found} == set()


@pytest.mark.parametrize(("code", "heard"), [("cannot-be-written", False), ("suppressed", False), ("550", True)])
def test_what_can_no_longer_be_sent_ends_without_a_further_try(database, made, code: str, heard: bool) -> None:
    """Tried once and put off; before the next try the money that it speaks of had gone back."""
    with psycopg.connect(database.admin_url) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE act SET state = 'failed', code = %s WHERE ordinal = 1", [code])
        admin.execute("UPDATE attempt SET answer = 'retry' WHERE ordinal = 1")
        assert bool(admin.execute(f"SELECT 1 FROM ({by_id()['I12-attempts'].sql}) t").fetchone()) == heard
        admin.rollback()


def test_a_key_given_twice_and_an_event_taken_in_twice_are_heard_where_no_index_stands_guard(database, made) -> None:
    with psycopg.connect(database.admin_url) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("ALTER TABLE act_key DROP CONSTRAINT act_key_pkey")
        admin.execute("INSERT INTO act_key SELECT * FROM act_key WHERE ordinal = 1")
        admin.execute("ALTER TABLE notice DROP CONSTRAINT notice_once")
        notice = (
            "INSERT INTO notice (brand, connection, event, says, said_at, position, key, reference, code, words) "
            "VALUES (1, 1, 'evt_1', 'done', now(), 1, '', '', '', '')"
        )
        admin.execute(notice)
        admin.execute(notice)
        unique = admin.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'customer_alias'::regclass AND contype IN ('u', 'p')"
        ).fetchall()
        for (name,) in unique:
            admin.execute(f"ALTER TABLE customer_alias DROP CONSTRAINT {name}")
        admin.execute(
            "INSERT INTO customer_alias (brand_id, customer_id, kind, value) "
            "SELECT brand_id, customer_id + 1, kind, value FROM customer_alias LIMIT 1"
        )
        for name in ("I10", "I13", "I20"):
            assert admin.execute(f"SELECT 1 FROM ({by_id()[name].sql}) t").fetchone(), name
        admin.rollback()


def test_every_invariant_has_its_damage() -> None:
    apart = {"I13", "I20"}
    assert {one.id for one in INVARIANTS} == {name for name, _ in DAMAGE} | apart


def test_a_finding_names_the_sentence_and_the_first_rows(database, made) -> None:
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE act SET minor = minor + 1 WHERE minor IS NOT NULL")
    (found,) = [one for one in check_invariants(deep=True) if "I5-acts" in one.what]
    plan = Plan.objects.get(stage="remedy")
    assert found.code == "does-not-hold"
    assert "An act is what was approved" in found.what
    assert found.count == 3
    assert found.examples == tuple(f"plan {plan.id} act {n}" for n in (1, 2, 3))
    assert [one for one in check_invariants() if "I5-acts" in one.what] == [], "it is a deep one"


def test_what_the_provider_says_is_compared_with_what_is_done_here(database, made) -> None:
    (total,) = rows("SELECT sum(minor) FROM act WHERE state = 'done'")[0]
    assert check_provider_total("store-credit", "EUR", int(total)) == []
    (found,) = check_provider_total("store-credit", "EUR", int(total) + 150)
    assert f"{int(total) + 150} minor units of EUR; {total} are done here" in found.what
