"""Rows become envelopes or an outcome that says why not: no database where no message and no earlier step is asked."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from makegood.acts.answers import MAX_TRIES
from makegood.acts.envelopes import LATEST, SOONEST, PlanView, _not_ready, _waits, facts_digest, sort_out, tried_of
from makegood.core.facts import FactColumn
from makegood.kit.digest import sha256
from makegood.kit.ids import act_key
from makegood.kit.money import Money

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STEP = {"kind": "fix", "instructions": {"account": "redress"}, "label": "refund", "message": "", "after": []}
PLAN = PlanView(
    id=3,
    mistake_id=1,
    scope_id=1,
    stage="remedy",
    settings={
        "zone": "Europe/Berlin",
        "mistake": {"id": "mk1", "brand": "default", "locale": "en"},
        "steps": {"refund": STEP},
    },
    revisions={},
    columns=[FactColumn("extra", "money", "EUR")],
    family=[3],
    applied_at=NOW,
)


def row(ordinal: int, state: str = "planned", **changes):
    facts, contact = (
        json.dumps({"extra": ordinal * 100}),
        json.dumps({"email": f"c{ordinal}@example.com", "post": None}),
    )
    whole = {
        "ordinal": ordinal, "customer_id": 10 + ordinal, "step": "refund", "sequence": 1, "kind": "fix",
        "provider": "store-credit", "route": "", "remedy": "refund", "wave": 1, "minor": ordinal * 100,
        "currency": "EUR", "basis": "redress", "state": state, "tries": 0, "via": 0, "since": None,
        "facts": facts, "contact": contact, "salt": b"\x01\x02", "reason": "",
        "facts_digest": facts_digest(facts, contact),
    }  # fmt: skip
    return whole | changes


def sorted_out(*rows, plan=PLAN):
    return asyncio.run(sort_out(None, plan, rows, now=NOW))


def test_what_is_at_rest_is_passed_over_and_the_rest_keeps_its_order():
    each = ["planned", "done", "waiting", "accepted", "failed", "unknown", "cancelled", "reversed", "bounced"]
    rows = [row(n, state) for n, state in enumerate(each, start=1)]
    window = sorted_out(*rows)
    assert [(envelope.ordinal, tried.state) for envelope, tried in window.ready] == [
        (1, "planned"),
        (3, "waiting"),
        (6, "unknown"),
    ]
    assert window.settled == []
    empty = sorted_out()
    assert (empty.ready, empty.settled) == ([], [])


def test_an_envelope_has_all_that_a_provider_is_given_and_nothing_empty():
    ((envelope, tried),) = sorted_out(row(2)).ready
    assert envelope.key == tried.key == act_key("mk1", 12, "refund", 1)
    assert envelope.amount == Money(200, "EUR")
    assert envelope.destination == {"email": "c2@example.com"}
    assert envelope.instructions == {"account": "redress", "basis": "redress"}
    assert (envelope.plan, envelope.ordinal, envelope.customer, envelope.words) == (3, 2, 12, None)
    assert envelope.facts == {"extra": 200}


def test_the_reason_is_the_policys_and_the_steps_own_name_where_the_policy_has_none():
    reasons = [envelope.reason for envelope, _ in sorted_out(row(1, reason="Taken twice."), row(2)).ready]
    assert reasons == ["Taken twice.", "refund"]


def test_an_act_without_money_has_no_amount_and_zero_is_an_amount():
    amounts = [envelope.amount for envelope, _ in sorted_out(row(1, minor=None, currency=None), row(2, minor=0)).ready]
    assert amounts == [None, Money(0, "EUR")]


def test_a_second_time_has_another_key_and_so_has_every_customer_and_step():
    keys = {tried_of(PLAN, row(n, sequence=s, step=step)).key for n in (1, 2) for s in (1, 2) for step in ("a", "b")}
    assert len(keys) == 8
    assert tried_of(PLAN, row(1, tries=5, state="unknown")).key == tried_of(PLAN, row(1)).key


def test_the_receipt_commits_to_the_address_without_telling_it():
    mailed = tried_of(PLAN, row(1, route="email"))
    assert mailed.commitment == sha256("0102/c1@example.com")
    assert "example" not in repr(mailed)
    assert tried_of(PLAN, row(1, route="email", salt=b"\x03")).commitment != mailed.commitment
    assert tried_of(PLAN, row(1)).commitment == sha256("0102/11")  # no route: the customer's number
    assert tried_of(PLAN, row(1, route="email", contact=None, salt=None)).commitment == sha256("/")  # erased meanwhile


@pytest.mark.parametrize(
    ("changes", "state", "code"),
    [
        ({"facts": None}, "cancelled", "erased"),
        ({"facts": json.dumps({"extra": 99_900})}, "failed", "facts-changed"),
        ({"contact": json.dumps({"email": "evil@example.com"})}, "failed", "facts-changed"),
        ({"facts_digest": "0" * 64}, "failed", "facts-changed"),
    ],
)
def test_who_was_erased_is_cancelled_and_what_was_changed_since_the_approval_fails(changes, state, code):
    window = sorted_out(row(1), row(2, **changes), row(3))
    assert [envelope.ordinal for envelope, _ in window.ready] == [1, 3]
    (outcome,) = window.settled
    assert (outcome.ordinal, outcome.state, outcome.code, outcome.next_at) == (2, state, code, None)
    assert outcome.attempt == "", "nothing was tried, so there is no receipt"


@pytest.mark.parametrize(
    ("earlier", "reason"),
    [
        ({}, None),
        ({"a": "done"}, None),
        ({"a": "done", "b": "done"}, None),
        ({"a": "accepted"}, "earlier-step-open"),
        ({"a": "planned"}, "earlier-step-open"),
        ({"a": "unknown"}, "earlier-step-open"),
        ({"a": "waiting", "b": "done"}, "earlier-step-open"),
        ({"a": "failed", "b": "done"}, "earlier-step-failed"),
        ({"a": "cancelled"}, "earlier-step-failed"),
        ({"a": "reversed"}, "earlier-step-failed"),
        ({"a": "bounced"}, "earlier-step-failed"),
        ({"a": "failed", "b": "waiting"}, "earlier-step-failed"),
    ],
)
def test_nobody_is_told_of_what_did_not_happen_or_may_not_have(earlier, reason):
    assert _not_ready(row(1), earlier) == reason


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        (timedelta(0), SOONEST),
        (timedelta(seconds=16), timedelta(seconds=2)),
        (timedelta(minutes=8), timedelta(minutes=1)),
        (timedelta(minutes=80), LATEST),
        (timedelta(days=30), LATEST),
    ],
)
def test_an_open_earlier_step_is_looked_at_ever_more_rarely(age, wait):
    outcome = _waits(replace(PLAN, applied_at=NOW - age), row(1, tries=4), "earlier-step-open", NOW)
    assert outcome.next_at == NOW + wait
    assert (outcome.state, outcome.tries) == ("waiting", 4), "waiting for others uses up none of the tries"
    assert outcome.tries < MAX_TRIES


def test_a_failed_earlier_step_waits_for_a_person_and_not_for_a_clock():
    outcome = _waits(PLAN, row(1), "earlier-step-failed", NOW)
    assert (outcome.state, outcome.next_at) == ("waiting", None)
