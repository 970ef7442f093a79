"""The spine: scope, plan, approve, apply, on real PostgreSQL with the real worker."""

from makegood.journal.actions import seal
from makegood.journal.queries import verify
from tests.engine.recovery import given_people, recovery, rows, states


def test_everyone_is_told_and_paid_once(database, tmp_path):
    people = given_people()
    made = recovery(tmp_path, people, count=5)
    scope = made.load()
    assert scope.counts["affected"] == 5
    acknowledged = made.carry_out("acknowledge")
    assert (acknowledged.state, states(acknowledged)) == ("done", {"done": 5})
    remedy = made.carry_out("remedy")
    assert (remedy.state, states(remedy)) == ("done", {"done": 10})
    assert rows("SELECT count(*), sum(minor) FROM ledger_transfer") == [(5, 1750)]
    assert rows("SELECT count(*) FROM outbox_message") == [(10,)]
    assert "we gave you back €1.50" in rows("SELECT text FROM outbox_message WHERE recipient = 'c1@example.com'")[1][0]
    seal()
    assert verify().findings == []


def test_planned_and_applied_twice_makes_no_second_act(database, tmp_path):
    people = given_people()
    made = recovery(tmp_path, people, count=5)
    made.load()
    made.carry_out("acknowledge")
    again = made.plan("acknowledge")
    assert again.acts == 0
