"""The look when a plan is made: what each answer of a provider does to a decision, and how long it may take."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from tests.engine.stripe_paying import a_server, charges, given_stripe

from makegood.kit.looking import Inspection
from makegood.kit.money import Money
from makegood.kit.plugins import OutcomeUnknown, ProviderError
from makegood.people.models import Connection
from makegood.plans.draft import Wanted, draft_plan
from makegood.plans.looking import MOST_FAILED, _judged, _Row

NOTHING, REST = Money(0, "EUR"), Money(600, "EUR")


def row(amount: int = 500, *, by_person: bool = False) -> _Row:
    return _Row(1, by_person, Money(amount, "EUR"), 1, {})


@pytest.mark.parametrize(
    ("verdict", "rest", "by_person", "amount", "expected", "status"),
    [
        ("fine", REST, False, 500, "fine", ""),
        ("ours", None, False, 500, "fine", ""),
        ("already", NOTHING, False, 500, "already", "nothing"),
        ("already", NOTHING, True, 500, "already", "nothing"),
        ("already", REST, False, 500, "already", "hold"),
        ("already", REST, True, 500, "fine", ""),
        ("already", REST, True, 700, "already", "hold"),
        ("disputed", REST, False, 500, "disputed", "hold"),
        ("disputed", REST, True, 500, "fine", ""),
        ("rest-too-small", REST, True, 700, "rest-too-small", "hold"),
        ("too-old", REST, False, 500, "too-old", "hold"),
        ("no-such-object", None, True, 500, "no-such-object", "hold"),
        ("wrong-currency", None, True, 500, "wrong-currency", "hold"),
        ("other-account", None, False, 500, "other-account", "hold"),
    ],
)
def test_what_a_look_does_to_a_decision(verdict, rest, by_person, amount, expected, status):
    found, now, reason = _judged(Inspection(verdict, "Why.", rest=rest), row(amount, by_person=by_person), 0)
    assert (found, now) == (expected, status) and bool(reason) == bool(status)


def test_single_looks_that_fail_hold_their_customer_and_many_are_the_providers_fault():
    silent = OutcomeUnknown("Stripe did not answer.")
    assert _judged(silent, row(), 0)[:2] == ("not-looked-at", "hold")
    assert "did not answer" in _judged(silent, row(), MOST_FAILED - 1)[2]
    with pytest.raises(OutcomeUnknown):
        _judged(silent, row(), MOST_FAILED)
    revoked = ProviderError("Expired.", permanent=False, code="api_key_expired", stops=True)
    with pytest.raises(ProviderError):
        _judged(revoked, row(), 0)


@pytest.fixture
def stripe():
    with a_server() as server:
        yield server


def test_a_payment_that_stripe_cannot_show_is_held_alone(database, tmp_path, stripe):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 5))
    stripe.model.next(*["error-body"] * 4, on=f"GET /v1/charges/{next(iter(stripe.model.books.charges))}")
    plan = made.plan("remedy")
    assert plan.acts == 4 and plan.summary["looked"] == {"refund": {"fine": 4, "not-looked-at": 1}}
    assert plan.settings["looked"] == plan.summary["looked"]


def test_a_connection_that_is_not_live_is_not_asked(database, tmp_path, stripe):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 2))
    Connection.objects.update(live=False)
    plan = made.plan("remedy")
    assert "not-live" in {finding["code"] for finding in plan.findings}
    assert stripe.model.requests == [] and plan.summary["looked"] == {} and "looked" not in plan.settings


def test_it_says_how_far_it_is_and_may_take_its_time(database, tmp_path, stripe, monkeypatch):
    made = given_stripe(tmp_path, stripe, charges(stripe.model, 5), per_second=7)
    monkeypatch.setattr("makegood.plans.looking.WINDOW", 2)
    monkeypatch.setattr("makegood.remedies.stripe_account.asyncio", SimpleNamespace(sleep=_at_once))
    made.push()
    told: list[str] = []
    wanted = Wanted(
        mistake=made.mistake, checked=made.checked, revisions=made.revisions, stage="remedy", actor=made.people.maya.id
    )
    plan = draft_plan(wanted, progress=told.append)
    assert plan.acts == 5
    assert [line for line in told if line.startswith("asking")] == [
        "asking the provider of refund about each payment: 0"
    ]
    reads = [request for request in stripe.model.requests if request.path.startswith("/v1/charges/")]
    assert len(reads) == 5


async def _at_once(_seconds: float) -> None:
    return None
