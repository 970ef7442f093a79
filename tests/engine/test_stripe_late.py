"""What Stripe says days later reaches the act: a refund that arrives, one that fails, one that comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from makegood.acts.sweep import sweep
from makegood.kit.clock import now
from makegood.notices.actions import hear
from makegood.people.models import Connection
from makegood.testing.stripe_model_events import sign
from tests.engine.recovery import rows, states, turns
from tests.engine.stripe_paying import a_server, charges, given_back, given_stripe


@pytest.fixture
def stripe():
    with a_server() as server:
        yield server


def delivered(stripe, seed: int) -> None:
    """Every event so far, one to three times, in any order, some in an old version; signed as they are sent."""
    connection = Connection.objects.get(name="stripe")
    for delivery in stripe.model.events.shuffled(seed):
        signature = sign(delivery.body, stripe.model.events.secret, int(now().timestamp()))
        hear(connection, {"Stripe-Signature": signature}, delivery.body)
    sweep()


def seen(plan) -> dict[str, str]:
    """State by the customer's number."""
    return dict(
        rows(
            "SELECT f.customer_key, t.state FROM act t JOIN plan p ON p.id = t.plan_id"
            " JOIN affected f ON f.scope_id = p.scope_id AND f.customer_id = t.customer_id WHERE t.plan_id = %s",
            plan.id,
        )
    )


@pytest.mark.parametrize("seed", range(4))
def test_what_waited_settles_or_fails(database, tmp_path, stripe, seed):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 3))
    stripe.model.books.refunds_become = "pending"
    plan = turns(made.start("remedy"))
    assert states(plan) == {"accepted": 3}
    by_charge = {one["charge"]: name for name, one in stripe.model.books.refunds.items()}
    first, second, third = (by_charge[charge] for charge in stripe.model.books.charges)
    stripe.model.clock.advance(timedelta(days=2))
    stripe.model.books.settle(first)
    stripe.model.books.fail(second)
    delivered(stripe, seed)
    assert seen(plan) == {"c1": "done", "c2": "failed", "c3": "accepted"}
    assert rows("SELECT code FROM act WHERE state = 'failed'") == [("expired_or_canceled_card",)]
    stripe.model.books.settle(third)
    delivered(stripe, seed + 100)
    assert seen(plan)["c3"] == "done"
    assert given_back(stripe.model) == rows("SELECT sum(minor)::bigint FROM act WHERE state = 'done'")[0][0]


@pytest.mark.parametrize("seed", range(4))
def test_a_refund_that_comes_back_after_five_days_is_owed_again(database, tmp_path, stripe, seed):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 2))
    plan = turns(made.start("remedy"))
    assert states(plan) == {"done": 2}
    charge = next(iter(stripe.model.books.charges))
    (back,) = (name for name, one in stripe.model.books.refunds.items() if one["charge"] == charge)
    stripe.model.clock.advance(timedelta(days=5))
    stripe.model.books.fail(back, "declined")
    delivered(stripe, seed)
    # Stripe's refund.failed does not tell that it had arrived, its refund.updated does: either way it is owed again.
    assert seen(plan)["c1"] in ("reversed", "failed") and seen(plan)["c2"] == "done"
    assert given_back(stripe.model) == rows("SELECT sum(minor)::bigint FROM act WHERE state = 'done'")[0][0] == 1001
    again = made.plan("remedy")
    assert again.acts == 1 and again.summary["looked"] == {"refund": {"fine": 1}}
