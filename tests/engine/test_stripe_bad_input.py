"""What a payment provider may do to us: each ends in a state a person can act on, with the provider's words."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from makegood.acts.actions import resume_plan
from makegood.kit.clock import now
from makegood.kit.notices import NotTheirs
from makegood.kit.plugins import ProviderError
from makegood.notices.actions import hear
from makegood.notices.queries import count_notices
from makegood.people.models import Connection
from makegood.remedies.stripe_wire import Wire
from makegood.testing.stripe_model import KEY
from makegood.testing.stripe_model_events import sign
from tests.engine.recovery import make_due, rows, states, turn, turns
from tests.engine.stripe_paying import a_server, charges, given_back, given_stripe


@pytest.fixture
def stripe():
    with a_server() as server:
        yield server


def last_words() -> tuple[str, str]:
    """Code and words of the newest attempt."""
    return rows("SELECT code, words FROM attempt ORDER BY id DESC LIMIT 1")[0]


@pytest.mark.parametrize(
    ("behaviour", "code", "words"),
    [
        ("error-body", "another-object", "something else than was asked"),
        ("truncated", "no-answer", "did not answer"),
        ("wrong-type", "unreadable-answer", "cannot be read"),
        ("other-object", "another-object", "something else than was asked"),
        ("lost", "no-answer", "did not answer"),
        ("503", "503", "Stripe is briefly unavailable"),
        ("500-with-effect", "500", "An unknown error occurred"),
    ],
)
def test_an_answer_that_says_nothing_sure_is_unknown_and_then_known(database, tmp_path, stripe, behaviour, code, words):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 1))
    plan = made.start("remedy")
    stripe.model.next(behaviour)
    plan = turn(plan)
    assert states(plan) == {"unknown": 1}
    found, said = last_words()
    assert found == code and words in said
    make_due(plan)
    plan = turns(plan)
    assert states(plan) == {"done": 1} and given_back(stripe.model) == 1000


def test_a_status_that_nobody_knows_stays_unknown_for_a_person(database, tmp_path, stripe):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 1))
    plan = made.start("remedy")
    stripe.model.books.refunds_become = "frozen"
    plan = turns(plan, most=3)
    assert states(plan) == {"unknown": 1}
    code, words = last_words()
    assert code == "unknown-status" and "'frozen'" in words and "re_model" in words
    assert len(stripe.model.books.refunds) == 1


def test_a_currency_that_the_account_cannot_pay(database, tmp_path, stripe):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 2))
    plan = made.start("remedy")
    stripe.model.books.cannot_pay.add("eur")
    plan = turns(plan)
    assert states(plan) == {"failed": 2}
    assert "no balance in eur" in last_words()[1]


def test_an_account_that_was_closed_stops_the_plan(database, tmp_path, stripe):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 3))
    plan = made.start("remedy")
    stripe.model.closed.add("acct_model")
    plan = turn(plan)
    assert plan.state == "stopped" and "account_invalid" in plan.reason
    assert states(plan) == {"waiting": 3}


def test_a_key_that_is_revoked_between_the_look_and_the_refund(database, tmp_path, stripe):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 5))
    plan = made.start("remedy")
    stripe.model.next(*["401"] * 5)
    plan = turn(plan)
    assert plan.state == "stopped" and states(plan) == {"waiting": 5}
    resume_plan(plan.id, actor=made.people.maya.id)
    assert states(turns(plan)) == {"done": 5}


def test_a_certificate_that_changed_stops_the_plan(database, tmp_path, stripe, monkeypatch):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 2))
    plan = made.start("remedy")

    async def another_certificate(*_):
        raise ProviderError("Stripe's certificate is not valid.", permanent=False, code="certificate", stops=True)

    monkeypatch.setattr(Wire, "send", another_certificate)  # what the wire says of a real one is tested beside it
    plan = turn(plan)
    assert plan.state == "stopped" and "certificate" in plan.reason
    assert states(plan) == {"waiting": 2} and stripe.model.books.refunds == {}


@pytest.mark.parametrize("days", [0, 5])
def test_an_event_that_somebody_repeats_days_later_is_not_taken_in(database, tmp_path, stripe, days):
    """Signed five days ago: a repeat. Signed now, of something five days ago: Stripe is late, and heard."""
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 1))
    assert states(turns(made.start("remedy"))) == {"done": 1}
    connection = Connection.objects.get(name="stripe")
    event = {**stripe.model.events.recorded[-1], "created": int((now() - timedelta(days=5)).timestamp())}
    body = json.dumps(event).encode()
    signed_at = int((now() - timedelta(days=days)).timestamp())
    headers = {"Stripe-Signature": sign(body, stripe.model.events.secret, signed_at)}
    if days:
        with pytest.raises(NotTheirs, match="more than five minutes ago"):
            hear(connection, headers, body)
    else:
        assert hear(connection, headers, body) == 1 and hear(connection, headers, body) == 0
    assert sum(count_notices(connection.brand_id).values()) == (0 if days else 1)


def test_a_wrong_signature_is_not_taken_in(database, tmp_path, stripe):
    given_stripe(tmp_path, stripe, charges(stripe.model, 1))
    connection = Connection.objects.get(name="stripe")
    with pytest.raises(NotTheirs, match="not of this connection"):
        hear(connection, {"Stripe-Signature": sign(b"{}", "whsec_other", int(now().timestamp()))}, b"{}")


def test_events_in_any_order_any_number_of_times_are_kept_once(database, tmp_path, stripe):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 3))
    stripe.model.books.refunds_become = "pending"
    plan = turns(made.start("remedy"))
    assert states(plan) == {"accepted": 3}
    for number, refund in enumerate(list(stripe.model.books.refunds)):
        (stripe.model.books.settle if number else stripe.model.books.fail)(refund)
    connection = Connection.objects.get(name="stripe")
    for delivery in stripe.model.events.shuffled(3):
        fresh = sign(delivery.body, stripe.model.events.secret, int(now().timestamp()))
        hear(connection, {"Stripe-Signature": fresh}, delivery.body)
    deliveries = stripe.model.events.shuffled(3)
    once = {(body["id"], body["api_version"]) for body in (json.loads(one.body) for one in deliveries)}
    assert sum(count_notices(connection.brand_id).values()) == len(once) < len(deliveries)
    keys = {key for (key,) in rows("SELECT DISTINCT key FROM notice WHERE says IN ('done', 'failed')")}
    assert keys <= {key for (key,) in rows("SELECT key FROM attempt")}


def test_the_key_is_in_no_table(database, tmp_path, stripe):
    """The secret key is a setting of the connection, and nowhere else."""
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 1))
    turns(made.start("remedy"))
    for table in ("attempt", "entry", "plan", "decision", "notice"):
        assert not [row for row in rows(f"SELECT {table}::text FROM {table}") if KEY in row[0]]
