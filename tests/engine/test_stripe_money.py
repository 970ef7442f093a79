"""Money through Stripe by the real engine: who is settled elsewhere is not paid, everyone else once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from makegood.acts.actions import apply_plan, resume_plan
from makegood.kit.ids import act_key
from makegood.kit.money import Money
from makegood.plans.decide import decide_for
from makegood.plans.exclusions import list_excluded
from makegood.plans.models import Plan
from makegood.testing.stripe_model import KEY
from tests.engine.recovery import as_owner, carry, chunks, make_due, rows, run, states, turn, turns
from tests.engine.stripe_paying import CREDIT, a_server, charges, given_back, given_stripe


@pytest.fixture
def stripe():
    with a_server() as server:
        yield server


def findings(plan: Plan) -> dict[str, dict]:
    return {finding["code"]: finding for finding in plan.findings}


def actions_of(made, plan: Plan) -> Plan:
    made.approve(plan)
    return apply_plan(plan.id, actor=made.people.maya.id)


def test_of_3412_duplicates_the_99_that_are_settled_elsewhere_are_not_paid(database, tmp_path, stripe):
    """38 refunded in the dashboard, 61 disputed; 3,313 paid, the 99 named with the reason, every total equal."""
    model = stripe.model
    duplicates = charges(model, 3_412)
    names = list(duplicates)
    for number, name in enumerate(names[100:138]):
        model.books.refund_in_dashboard(name, None if number % 2 else 300)
    for name in names[1_000:1_061]:
        model.books.open_dispute(name)
    made = given_stripe(tmp_path, stripe, duplicates)
    plan = made.plan("remedy")
    assert plan.acts == 3_313 and plan.summary["looked"] == {"refund": {"already": 38, "disputed": 61, "fine": 3_313}}
    found = findings(plan)
    assert (found["given-already"]["count"], found["disputed-there"]["count"]) == (38, 61)
    assert found["given-already"]["examples"] == ["c101", "c102", "c103"]
    excluded = list_excluded(plan, rule="provider")
    assert len(excluded) == 99
    assert {one.customer_key for one in excluded} == {f"c{n}" for n in (*range(101, 139), *range(1_001, 1_062))}
    reasons = {one.customer_key: one.reason for one in excluded}
    assert reasons["c101"] == "EUR 3.00 of EUR 11.00 was refunded at Stripe, not by Makegood."
    assert reasons["c102"] == "EUR 11.01 of EUR 11.01 was refunded at Stripe, not by Makegood."
    assert reasons["c1001"] == (
        "EUR 20.00 of the payment is disputed at the customer's bank (duplicate, needs_response)."
    )
    plan = run(actions_of(made, plan), patience=240)
    assert plan.state == "done" and states(plan) == {"done": 3_313}
    ours = rows("SELECT sum(minor)::bigint FROM act WHERE plan_id = %s AND state = 'done'", plan.id)[0][0]
    assert (
        given_back(model)
        == ours
        == sum(duplicates.values()) - sum(duplicates[name] for name in (*names[100:138], *names[1_000:1_061]))
    )
    per_act = Counter(one["metadata"]["makegood_act"] for one in model.books.refunds.values() if one["metadata"])
    assert len(per_act) == 3_313 and set(per_act.values()) == {1}
    for charge in model.books.charges.values():
        assert charge["amount_refunded"] <= charge["amount_captured"]
    assert not [name for name in names[1_000:1_061] if model.books.charges[name]["amount_refunded"]]


def test_equal_views_of_the_provider_give_an_equal_digest(database, tmp_path, stripe):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 6))
    first, second = made.plan("remedy"), made.plan("remedy")
    assert first.digest == second.digest
    stripe.model.books.open_dispute(next(iter(stripe.model.books.charges)))
    third = made.plan("remedy")
    assert third.digest != first.digest and third.acts == 5


def test_what_is_refunded_in_the_dashboard_between_plan_and_apply_is_not_paid(database, tmp_path, stripe):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 4))
    plan = made.plan("remedy")
    assert plan.acts == 4
    one, other, *_ = stripe.model.books.charges
    stripe.model.books.refund_in_dashboard(one, 200)
    stripe.model.books.open_dispute(other)
    plan = turns(actions_of(made, plan))
    assert states(plan) == {"done": 2, "failed": 2}
    said = dict(rows("SELECT code, words FROM attempt WHERE answer = 'failed'"))
    assert said["provider-already"].startswith("EUR 2.00 of EUR 10.00 was refunded at Stripe")
    assert "disputed" in said["provider-disputed"]
    assert given_back(stripe.model) == 1002 + 1003


def test_a_persons_word_stands_within_what_is_left(database, tmp_path, stripe):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 3))
    one, other, third = stripe.model.books.charges
    stripe.model.books.refund_in_dashboard(one, 200)
    stripe.model.books.refund_in_dashboard(other, 200)
    stripe.model.books.refund_in_dashboard(third)
    assert made.plan("remedy").acts == 0
    words = {"remedy": "refund", "reason": "The 2.00 were for something else.", "actor": made.people.maya.id}
    decide_for(made.mistake, "c1", amount=Money(800, "EUR"), **words)
    decide_for(made.mistake, "c2", amount=Money(900, "EUR"), **words)
    decide_for(made.mistake, "c3", amount=Money(1, "EUR"), **words)
    plan = made.plan("remedy")
    assert plan.acts == 1
    reasons = {one.customer_key: one.reason for one in list_excluded(plan)}
    assert "more than is left: EUR 8.01" in reasons["c2"] and set(reasons) == {"c2", "c3"}
    plan = turns(actions_of(made, plan))
    assert states(plan) == {"done": 1} and given_back(stripe.model) == 800


def test_a_persons_word_over_a_dispute_is_tried_and_stripe_has_the_last(database, tmp_path, stripe):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 1))
    (charge,) = stripe.model.books.charges
    dispute = stripe.model.books.open_dispute(charge, "warning_needs_response")
    made.plan("remedy")
    decide_for(
        made.mistake, "c1", remedy="refund", amount=Money(500, "EUR"), reason="We agree.", actor=made.people.maya.id
    )
    plan = made.plan("remedy")
    assert plan.acts == 1
    plan = turns(actions_of(made, plan))
    assert rows("SELECT code FROM attempt") == [("charge_disputed",)] and states(plan) == {"failed": 1}
    stripe.model.books.close_dispute(dispute, "won")
    assert made.plan("remedy").acts == 1


@pytest.mark.parametrize("how", ["revoked", "unreachable", "broken"])
def test_a_provider_that_cannot_be_asked_blocks_the_plan(database, tmp_path, stripe, how):
    more = {"api_base": "http://127.0.0.1:9"} if how == "unreachable" else {}
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 15), **more)
    if how == "revoked":
        stripe.model.revoked.add(KEY)
    elif how == "broken":
        stripe.model.next(*["401"] * 40, on="GET")
    found = findings(made.plan("remedy"))["provider-not-asked"]
    assert found["level"] == "blocking" and "could not be asked" in found["what"]
    assert "makegood connections test stripe" in found["remedy"]


def test_too_little_on_the_account_is_said_with_the_figures(database, tmp_path, stripe):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 2))
    stripe.model.books.available["eur"] = 500
    found = findings(made.plan("remedy"))["balance-too-small"]
    assert found["level"] == "advice"
    assert "gives EUR 20.01; the provider's account has EUR 5.00, EUR 15.01 too little" in found["what"]


def test_credit_draws_nothing_from_the_balance(database, tmp_path, stripe):
    customers = {stripe.model.books.add_customer("eur"): 1000 + n for n in range(3)}
    made = given_stripe(tmp_path, stripe, customers, playbook=CREDIT)
    plan = made.plan("remedy")
    assert plan.acts == 3 and "balance-too-small" not in findings(plan)
    assert states(turns(actions_of(made, plan))) == {"done": 3}
    assert sorted(one["balance"] for one in stripe.model.books.customers.values()) == [-1002, -1001, -1000]


def test_payments_that_are_not_there_are_named(database, tmp_path, stripe):
    made = given_stripe(tmp_path, stripe, {**charges(stripe.model, 1), "ch_nowhere": 100, "oops": 100})
    plan = made.plan("remedy")
    assert plan.acts == 1 and findings(plan)["held-by-provider"]["count"] == 2
    reasons = {one.customer_key: one.reason for one in list_excluded(plan)}
    assert "knows no ch_nowhere" in reasons["c2"] and "is not the id of a charge" in reasons["c3"]


def test_a_key_revoked_in_the_middle_stops_the_plan_and_fails_nobody(database, tmp_path, stripe):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 4))
    plan = made.start("remedy")
    stripe.model.revoked.add(KEY)
    plan = turn(plan)
    assert plan.state == "stopped" and "api_key_expired" in plan.reason and "Expired API Key" in plan.reason
    assert states(plan) == {"waiting": 4} and rows("SELECT DISTINCT tries FROM act") == [(0,)]
    stripe.model.revoked.clear()
    resume_plan(plan.id, actor=made.people.maya.id)
    plan = turns(plan)
    assert states(plan) == {"done": 4} and given_back(stripe.model) == 4006


def test_lost_answers_are_looked_up_beside_the_payment(database, tmp_path, stripe):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 6))
    plan = made.start("remedy")
    stripe.model.next("lost", "truncated", "wrong-type", "other-object", "500-with-effect", "500-without-effect")
    plan = turn(plan)
    assert states(plan) == {"unknown": 6}
    make_due(plan)
    plan = turns(plan)
    # Stripe repeats its 500 for as long as it knows the key: that one is asked about again, and never called failed.
    assert states(plan) == {"done": 5, "unknown": 1}
    assert given_back(stripe.model) == rows("SELECT sum(minor)::bigint FROM act WHERE state = 'done'")[0][0]
    stripe.model.clock.advance(timedelta(hours=24))
    make_due(plan)
    assert states(turns(plan)) == {"done": 6} and given_back(stripe.model) == 6015
    assert max(Counter(one["metadata"]["makegood_act"] for one in stripe.model.books.refunds.values()).values()) == 1


def test_an_act_that_the_database_forgot_is_found_and_not_paid_again(database, tmp_path, stripe):
    """As after a restore of an older backup, days later, when Stripe has forgotten the key."""
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 2))
    customer = rows("SELECT customer_id FROM affected WHERE customer_key = 'c1'")[0][0]
    key = act_key(made.mistake.public_id, customer, "refund", 1)
    charge = next(iter(stripe.model.books.charges))
    stripe.model.books.refund({"charge": charge, "amount": "1000"}, {"makegood_act": key})
    plan = turns(made.start("remedy"))
    assert states(plan) == {"done": 2} and given_back(stripe.model) == 2001
    assert stripe.model.effects(key) == 1


@pytest.mark.parametrize("hours", [1, 30])
def test_a_window_that_was_interrupted_is_repeated_by_key_only_while_the_key_lives(database, tmp_path, stripe, hours):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 3))
    plan = made.start("remedy")
    (chunk,) = chunks(plan)
    first, second, _ = stripe.model.books.charges
    keys = {
        key: act_key(made.mistake.public_id, customer, "refund", 1)
        for key, customer in rows("SELECT customer_key, customer_id FROM affected")
    }
    # A worker claimed all three, Stripe refunded two, and the machine was off for a while.
    stripe.model.books.refund({"charge": first, "amount": "1000"}, {"makegood_act": keys["c1"]})
    stripe.model.books.refund({"charge": second, "amount": "1001"}, {"makegood_act": keys["c2"]})
    sql = "UPDATE chunk SET claimed_to = hi, epoch = 1, claimed_at = now() - make_interval(hours => %s) WHERE id = %s"
    as_owner(database, sql, hours, chunk)
    stripe.model.requests.clear()
    carry(chunk)
    posts = [request for request in stripe.model.requests if request.method == "POST"]
    assert len(posts) == (3 if hours < 23 else 1)
    if hours > 23:
        assert states(plan) == {"done": 3} and given_back(stripe.model) == 1000 + 1001 + 1002
        assert {stripe.model.effects(key) for key in keys.values()} == {1}
