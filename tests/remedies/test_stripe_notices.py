"""What Stripe says later: proved by its signature, however late, however often, in whatever order."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.remedies.stripes import perform, refund, settings

from makegood.kit.errors import BadInput
from makegood.kit.notices import Hears, Notice, NotTheirs
from makegood.remedies.stripe import Stripe
from makegood.testing.stripe_model import StripeModel
from makegood.testing.stripe_model_events import OLD_VERSION, Delivery, sign


def heard(delivery: Delivery, *, late: int = 0, **more) -> Notice:
    """Read so many seconds after it was sent."""
    at = datetime.fromtimestamp(delivery.at + late, UTC)
    (notice,) = Stripe.read_notices(settings(**more), delivery.headers, delivery.body, now=at)
    return notice


def given_events(*happens: str) -> tuple[StripeModel, str, str]:
    model = StripeModel()
    model.books.refunds_become = "pending"
    envelope = refund(model)
    perform(model, envelope)
    (reference,) = model.books.refunds
    for what in happens:
        model.clock.advance(timedelta(days=1))
        getattr(model.books, what)(reference)
    return model, envelope.key, reference


def of(model: StripeModel, kind: str) -> Delivery:
    return model.events.deliver(next(event for event in model.events.recorded if event["type"] == kind))


def test_it_hears() -> None:
    assert issubclass(Stripe, Hears)


def test_a_refund_that_arrived() -> None:
    model, key, reference = given_events("settle")
    notice = heard(of(model, "refund.updated"))
    assert (notice.says, notice.key, notice.reference) == ("done", key, reference)
    assert notice.code == "succeeded" and notice.at.tzinfo is not None


def test_a_refund_that_failed() -> None:
    model, key, _ = given_events("fail")
    notice = heard(of(model, "refund.failed"))
    assert (notice.says, notice.key, notice.code) == ("failed", key, "expired_or_canceled_card")
    assert "expired_or_canceled_card" in notice.words
    assert heard(of(model, "refund.updated")).says == "failed"


def test_a_refund_that_arrived_and_came_back() -> None:
    model, _, _ = given_events("settle", "fail")
    (last,) = [event for event in model.events.recorded if event["type"] == "refund.updated"][1:]
    assert heard(model.events.deliver(last)).says == "reversed"


def test_a_refund_that_waits_changes_nothing() -> None:
    model, _, _ = given_events()
    assert heard(of(model, "refund.created")).says == "noted"


def test_a_refund_by_hand_is_somebodys_own() -> None:
    model = StripeModel()
    model.books.fail(model.books.refund_in_dashboard(model.books.add_charge(1000)))
    notice = heard(of(model, "refund.failed"))
    assert notice.says == "noted" and notice.key == ""


def test_a_dispute() -> None:
    model = StripeModel()
    charge = model.books.add_charge(1000)
    model.books.close_dispute(model.books.open_dispute(charge), "won")
    opened, closed = heard(of(model, "charge.dispute.created")), heard(of(model, "charge.dispute.closed"))
    assert (opened.says, opened.reference, opened.code) == ("disputed", charge, "duplicate")
    assert closed.says == "noted"


def test_later_states_have_the_higher_order_within_one_second() -> None:
    model = StripeModel()
    model.books.refunds_become = "pending"
    perform(model, refund(model))
    (reference,) = model.books.refunds
    model.books.settle(reference)
    model.books.fail(reference)
    orders = [
        heard(model.events.deliver(event)).order
        for event in model.events.recorded
        if event["type"] in ("refund.created", "refund.updated")
    ]
    assert orders == sorted(orders) and len(set(orders)) == 3


@pytest.mark.parametrize(
    ("late", "theirs"), [(0, True), (299, True), (300, True), (301, False), (-300, True), (-301, False)]
)
def test_five_minutes(late: int, theirs: bool) -> None:
    model, _, _ = given_events("settle")
    if theirs:
        assert heard(of(model, "refund.updated"), late=late).says == "done"
    else:
        with pytest.raises(NotTheirs) as no:
            heard(of(model, "refund.updated"), late=late)
        assert no.value.code == "too-old"


def test_three_days_late_is_still_theirs_because_it_is_signed_when_it_is_sent() -> None:
    model, _, _ = given_events("settle")
    event = next(one for one in model.events.recorded if one["type"] == "refund.updated")
    late = heard(model.events.deliver(event, delay=3 * 86_400))
    assert late == heard(model.events.deliver(event))
    assert late.at == datetime.fromtimestamp(event["created"], UTC)


def test_an_event_of_five_days_ago_that_somebody_repeats_is_not() -> None:
    model, _, _ = given_events("settle")
    with pytest.raises(NotTheirs):
        heard(of(model, "refund.updated"), late=5 * 86_400)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "no-signature"),
        ("t=,v1=", "no-signature"),
        ("v1=abc", "no-signature"),
        ("t=1793610000", "no-signature"),
        ("t=1793610000,v0=abc", "no-signature"),
        ("t=x,v1=abc", "no-signature"),
        ("t=99999999999999,v1=abc", "no-signature"),
        ("t=1793610000,v1=abc", "wrong-signature"),
        ("t=1793610000,v1=äöü", "wrong-signature"),
    ],
)
def test_no_signature_of_theirs(header: str, code: str) -> None:
    delivery = Delivery(1_793_610_000, {"stripe-signature": header}, b"{}")
    with pytest.raises(NotTheirs) as no:
        heard(delivery)
    assert no.value.code == code


def test_one_changed_byte() -> None:
    model, _, _ = given_events("settle")
    delivery = of(model, "refund.updated")
    changed = Delivery(delivery.at, delivery.headers, delivery.body.replace(b"400", b"900"))
    assert changed.body != delivery.body
    with pytest.raises(NotTheirs):
        heard(changed)


def test_another_connections_secret() -> None:
    model, _, _ = given_events("settle")
    for secret, code in (("whsec_other", "wrong-signature"), ("", "no-key")):
        with pytest.raises(NotTheirs) as no:
            heard(of(model, "refund.updated"), webhook_secret=secret)
        assert no.value.code == code


def test_a_rotated_secret_signs_twice() -> None:
    body = json.dumps(_event()).encode()
    old, new = (sign(body, secret, 1_793_610_000) for secret in ("whsec_old", "whsec_model"))
    header = f"{old},{new.split(',')[1]}"
    assert heard(Delivery(1_793_610_000, {"stripe-signature": header}, body)).says == "noted"


def _event(**changes):
    event = {"id": "evt_1", "object": "event", "created": 1_793_610_000, "type": "customer.created"}
    return event | {"api_version": "2026-10-28.endive", "data": {"object": {"id": "cus_1"}}} | changes


def signed(body: bytes) -> Delivery:
    return Delivery(1_793_610_000, {"stripe-signature": sign(body, "whsec_model", 1_793_610_000)}, body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b"{" * 3000,
        b"\xff\xfe",
        json.dumps(_event(data=None)).encode(),
        json.dumps(_event(data={"object": []})).encode(),
        json.dumps(_event(id=7)).encode(),
        json.dumps(_event(created="yesterday")).encode(),
        json.dumps(_event(created=-1)).encode(),
        json.dumps(_event(created=1 << 40)).encode(),
        json.dumps(_event(object="v2.core.event")).encode(),
    ],
)
def test_theirs_and_cannot_be_read(body: bytes) -> None:
    with pytest.raises(BadInput) as bad:
        heard(signed(body))
    assert bad.value.code == "bad-event" and bad.value.remedy


@pytest.mark.parametrize(
    "change", [{"account": "acct_other"}, {"api_version": OLD_VERSION}, {"type": "capability.updated"}]
)
def test_of_another_account_an_old_version_or_unknown_is_only_noted(change: dict[str, str]) -> None:
    model, _, _ = given_events("fail")
    event = next(one for one in model.events.recorded if one["type"] == "refund.failed")
    notice = heard(signed(json.dumps(event | change).encode()))
    assert notice.says == "noted"
    same_event_at_our_endpoint = heard(signed(json.dumps(event).encode()))
    assert same_event_at_our_endpoint.says == "failed"
    assert "type" in change or notice.event != same_event_at_our_endpoint.event


def test_a_connected_account_hears_its_own() -> None:
    model, key, _ = given_events("fail")
    event = next(one for one in model.events.recorded if one["type"] == "refund.failed")
    body = json.dumps(event | {"account": "acct_shop"}).encode()
    assert heard(signed(body), account="acct_shop").key == key
    assert heard(signed(json.dumps(event).encode()), account="acct_shop").says == "noted"


@given(st.integers(0, 10_000))
def test_any_delivery_of_one_event_says_the_same(seed: int) -> None:
    model, _, _ = given_events("settle", "fail")
    said: dict[str, set[Notice]] = {}
    for delivery in model.events.shuffled(seed):
        if json.loads(delivery.body)["api_version"] != OLD_VERSION:
            notice = heard(delivery)
            said.setdefault(notice.event, set()).add(notice)
    assert all(len(notices) == 1 for notices in said.values())


@given(st.binary(max_size=200))
def test_any_bytes_that_are_signed_are_understood_or_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        heard(signed(body))
