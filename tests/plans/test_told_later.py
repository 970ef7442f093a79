"""Put right while nobody could reach them, told what they got once an address is found."""

from tests.engine.recovery import given_people, recovery, rows

from makegood.balance.queries import get_balance


def test_the_unreachable_are_paid_at_once_and_told_the_amount_when_an_address_is_found(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=2)
    made.write(contacts="customer,name,email,address\nc1,A,c1@example.com,\n")
    made.load()
    made.carry_out("acknowledge")
    made.carry_out("remedy")
    assert rows("SELECT count(*) FROM ledger_transfer") == [(2,)]
    assert get_balance(made.mistake).unreachable_only == 1
    made.write(contacts="customer,name,email,address\nc1,A,c1@example.com,\nc2,B,c2@example.com,\n")
    made.load()
    plan = made.plan("remedy")
    assert (plan.acts, plan.summary["sums"], [f for f in plan.findings if f["level"] == "blocking"]) == (1, {}, [])
    made.carry_out("acknowledge")
    made.carry_out("remedy")
    assert rows("SELECT count(*) FROM ledger_transfer") == [(2,)]
    told = rows("SELECT text FROM outbox_message WHERE recipient = 'c2@example.com' ORDER BY id")
    assert "we gave you back €2.50" in told[-1][0]
    assert get_balance(made.mistake).unaccounted == 0
