"""What was changed after its approval is not carried out, and the plan says why; who is gone or erased is cancelled."""

import pytest
from tests.engine.paying import given_mailing, given_paying
from tests.engine.recovery import (
    as_owner,
    carry,
    chunks,
    contacts,
    given_people,
    recovery,
    rows,
    states,
    turn,
    turns,
)

from makegood.acts.sweep import sweep
from makegood.customers.actions import erase_customer
from makegood.people.models import Connection
from makegood.plans.models import Plan
from makegood.testing.http_provider import HttpProvider
from makegood.testing.smtp_server import SmtpServer


@pytest.fixture
def started(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=5)
    made.load()
    return made, made.start("remedy")


@pytest.mark.parametrize(
    ("tampering", "sentence"),
    [
        ("UPDATE act SET minor = minor + 1 WHERE ordinal = 3", "act 3 of plan 1 is not what was approved"),
        ("UPDATE act SET customer_id = 1 WHERE ordinal = 2", "act 2 of plan 1 is not what was approved"),
        ("UPDATE act SET leaf = repeat('0', 64) WHERE ordinal = 1", "act 1 of plan 1 is not what was approved"),
        ("DELETE FROM act WHERE ordinal = 5", "acts 1 to 5 of plan 1 are not the ones that were approved"),
    ],
)
def test_one_changed_act_stops_the_plan_before_its_first_send(database, started, tampering, sentence):
    _, plan = started
    as_owner(database, tampering)
    carry(chunks(plan)[0])
    plan = Plan.objects.get(id=plan.id)
    assert (plan.state, plan.reason) == ("stopped", sentence)
    assert rows("SELECT count(*) FROM ledger_transfer") == [(0,)]
    assert rows("SELECT facts::json ->> 'reason' FROM entry WHERE verb = 'plan.stopped'") == [(sentence,)]
    assert chunks(plan) == []


def test_a_changed_text_of_a_message_stops_the_plan(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=2)
    made.load()
    plan = made.start("acknowledge")
    as_owner(database, "ALTER TABLE revision DISABLE TRIGGER USER")
    as_owner(database, "UPDATE revision SET text = text || ' Buy now!' WHERE name = 'messages/say-so.md'")
    plan = turn(plan)
    assert (plan.state, states(plan)) == ("stopped", {"planned": 2})
    assert "'say-so' is not the one that was approved" in plan.reason
    assert rows("SELECT count(*) FROM outbox_message") == [(0,)]


def test_changed_facts_of_a_customer_fail_that_act_alone(database, started):
    _, plan = started
    as_owner(database, """UPDATE affected SET contact = replace(contact, 'c2@', 'evil@') WHERE customer_key = 'c2'""")
    plan = turns(plan)
    assert states(plan) == {"done": 8, "failed": 2}
    assert rows("SELECT DISTINCT code FROM act WHERE state = 'failed'") == [("facts-changed",)]
    assert rows("SELECT count(*) FROM outbox_message WHERE recipient LIKE 'evil%%'") == [(0,)]


@pytest.mark.parametrize("change", [{"live": False}, {"settings": {"host": "evil.example", "sender_email": "a@b.c"}}])
def test_a_changed_connection_stops_the_plan(database, tmp_path, change):
    with SmtpServer() as server:
        plan = given_mailing(tmp_path, server, count=2).start("acknowledge")
        Connection.objects.filter(name="email").update(**change)
        plan = turn(plan)
        assert plan.state == "stopped"
        assert "The connection to 'email' changed after the plan was made" in plan.reason
        assert server.messages == []


def test_a_missing_secret_stops_the_plan_and_names_it(database, tmp_path, monkeypatch):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=1)
        row = Connection.objects.get(name="http")
        row.settings = {**row.settings, "headers": {"Authorization": {"env": "SHOP_KEY"}}}
        row.save()
        monkeypatch.setenv("SHOP_KEY", "there while planning")
        plan = made.start("remedy")
        monkeypatch.delenv("SHOP_KEY")
        plan = turn(plan)
        assert plan.state == "stopped"
        assert "Set SHOP_KEY or SHOP_KEY_FILE" in plan.reason
        assert provider.effects == {}


def test_late_acts_of_a_plan_that_is_done_stop_alone(database, started):
    _, plan = started
    plan = turns(plan)
    assert plan.state == "done"
    rows("UPDATE act SET state = 'waiting', next_at = clock_timestamp() WHERE ordinal = 7 RETURNING 1")
    as_owner(database, "UPDATE act SET wave = 9 WHERE ordinal = 7")
    sweep()
    (late,) = chunks(plan)
    carry(late)
    carry(late)
    assert chunks(plan, "paused") == [late]
    assert rows("SELECT count(*) FROM entry WHERE verb = 'plan.stopped'") == [(1,)]


def test_an_erased_customers_acts_are_cancelled(database, started):
    made, plan = started
    (customer,) = rows("SELECT customer_id FROM act WHERE ordinal = 1")[0]
    erase_customer(customer, actor=made.people.maya.id)
    plan = turns(plan)
    assert (plan.state, states(plan)) == ("done", {"done": 8, "cancelled": 2})
    assert rows("SELECT DISTINCT code FROM act WHERE state = 'cancelled'") == [("erased",)]


def test_a_customer_gone_from_the_scope_has_open_acts_cancelled(database, tmp_path):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=3)
        plan = made.start("remedy")
        provider.next("error-body", "error-body", "error-body")
        plan = turns(plan)
        assert states(plan) == {"failed": 3}
    rows("UPDATE act SET state = 'waiting', code = '429' RETURNING 1")
    made.write(
        affected="customer,extra,order_number\nc1,1.50,o1\nc2,2.50,o2\nc4,4.50,o4\n",
        contacts="customer,name,email,address\n" + contacts(4),
    )
    made.load()
    made.ready("remedy")
    gone = rows(
        "SELECT f.customer_key, t.state, t.code FROM act t JOIN plan p ON p.id = t.plan_id JOIN affected f "
        "ON f.scope_id = p.scope_id AND f.customer_id = t.customer_id WHERE t.plan_id = %s ORDER BY 1",
        plan.id,
    )
    assert gone == [("c1", "waiting", "429"), ("c2", "waiting", "429"), ("c3", "cancelled", "not-affected")]
