"""The look before money: each verdict with its sentence, and what a person may decide all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.remedies.stripes import credit, perform, refund, using

from makegood.kit.looking import FOR_A_PERSON, Describes, FindsByAct, Inspection, Looks, looks, may_pay
from makegood.kit.money import Money
from makegood.kit.plugins import Envelope, OutcomeUnknown, ProviderError
from makegood.remedies.store_credit import StoreCredit
from makegood.remedies.stripe import Stripe
from makegood.testing.stripe_model import KEY, StripeModel
from makegood.testing.stripe_model_keys import VirtualClock


@pytest.fixture
def model() -> StripeModel:
    return StripeModel(clock=VirtualClock(step_ms=50))


def look(model: StripeModel, envelope: Envelope, **more) -> Inspection:
    async def do(plugin: Stripe):
        return [one async for one in plugin.inspect([envelope])]

    ((index, found),) = using(model, do, **more)
    assert index == 0
    if isinstance(found, ProviderError | OutcomeUnknown):
        raise found
    return found


def test_a_payment_that_is_whole(model: StripeModel) -> None:
    found = look(model, refund(model))
    assert found == Inspection("fine", rest=Money(1000, "USD"))
    assert [request.method for request in model.requests] == ["GET"]


def test_by_payment_intent(model: StripeModel) -> None:
    charge = model.books.add_charge(1000)
    envelope = refund(model, str(model.books.charges[charge]["payment_intent"]))
    assert look(model, envelope).verdict == "fine"
    model.books.open_dispute(charge)
    assert look(model, envelope).verdict == "disputed"


@pytest.mark.parametrize(
    ("amount", "rest", "words"),
    [(None, 0, "USD 10.00 of USD 10.00 was refunded at Stripe"), (250, 750, "USD 2.50 of USD 10.00 was refunded")],
)
def test_refunded_elsewhere(model: StripeModel, amount: int | None, rest: int, words: str) -> None:
    charge = model.books.add_charge(1000)
    model.books.refund_in_dashboard(charge, amount)
    found = look(model, refund(model, charge))
    assert found.verdict == "already" and found.rest == Money(rest, "USD")
    assert words in found.words and "not by Makegood" in found.words


def test_a_refund_elsewhere_that_came_back_does_not_count(model: StripeModel) -> None:
    charge = model.books.add_charge(1000)
    model.books.fail(model.books.refund_in_dashboard(charge))
    assert look(model, refund(model, charge)).verdict == "fine"


def test_what_makegood_gave_before_is_not_elsewhere(model: StripeModel) -> None:
    """Of 10.00 an earlier plan gave 4.00: the difference of 3.00 may follow, 7.00 are left."""
    charge = model.books.add_charge(1000)
    perform(model, refund(model, charge))
    found = look(model, refund(model, charge, amount=Money(300, "USD")))
    assert found == Inspection("fine", rest=Money(600, "USD"))


def test_the_act_itself_was_done(model: StripeModel) -> None:
    """After a restore the database does not know it; Stripe does, long after the key has died."""
    envelope = refund(model)
    (receipt,) = perform(model, envelope)
    model.clock.advance(timedelta(days=3))
    found = look(model, envelope)
    assert found.verdict == "ours" and found.receipt == receipt


@pytest.mark.parametrize(
    ("status", "verdict"),
    [("needs_response", "disputed"), ("under_review", "disputed"), ("lost", "disputed"), ("won", "fine")],
)
def test_disputed(model: StripeModel, status: str, verdict: str) -> None:
    charge = model.books.add_charge(1000)
    model.books.open_dispute(charge, status)
    found = look(model, refund(model, charge))
    assert found.verdict == verdict
    assert (
        verdict == "fine"
        or f"USD 10.00 of the payment is disputed at the customer's bank (duplicate, {status})" in (found.words)
    )


def test_disputed_and_the_list_does_not_show_it_yet(model: StripeModel) -> None:
    charge = model.books.add_charge(1000)
    model.books.charges[charge]["disputed"] = True
    assert look(model, refund(model, charge)).verdict == "disputed"


def test_less_is_left_than_is_owed(model: StripeModel) -> None:
    charge = model.books.add_charge(1000)
    perform(model, refund(model, charge, amount=Money(700, "USD")))
    found = look(model, refund(model, charge))
    assert found.verdict == "rest-too-small" and "USD 3.00 of the payment can still be refunded, not USD 4.00" in (
        found.words
    )


def test_more_than_was_ever_paid(model: StripeModel) -> None:
    assert look(model, refund(model, amount=Money(1001, "USD"))).verdict == "rest-too-small"


def test_an_intent_that_was_never_paid(model: StripeModel) -> None:
    charge = model.books.add_charge(1000)
    intent = str(model.books.charges[charge]["payment_intent"])
    model.books.intents[intent]["latest_charge"] = None
    found = look(model, refund(model, intent))
    assert found.verdict == "rest-too-small" and found.rest == Money(0, "USD")


def test_a_payment_that_is_too_old(model: StripeModel) -> None:
    envelope = refund(model)
    model.clock.advance(timedelta(days=366))
    found = look(model, envelope)
    assert found.verdict == "too-old" and "2026-11-02, older than 365 days" in found.words
    assert look(model, envelope, oldest_days=400).verdict == "fine"


def test_a_payment_that_there_is_not(model: StripeModel) -> None:
    assert look(model, refund(model, "ch_nowhere")).verdict == "no-such-object"
    other = model.books_of("acct_other").add_charge(1000)
    assert look(model, refund(model, other)).verdict == "no-such-object"
    assert "is not the id of a charge" in look(model, refund(model, "4242")).words


def test_another_currency(model: StripeModel) -> None:
    found = look(model, refund(model, amount=Money(400, "EUR")))
    assert found.verdict == "wrong-currency" and "made in USD" in found.words


def test_credit(model: StripeModel) -> None:
    assert look(model, credit(model)) == Inspection("fine")
    assert look(model, credit(model, amount=Money(400, "EUR"))).verdict == "wrong-currency"
    assert look(model, credit(model, facts={"stripe_customer": "cus_nowhere"})).verdict == "no-such-object"
    envelope = credit(model)
    (receipt,) = perform(model, envelope)
    assert look(model, envelope).receipt == receipt


def test_a_look_that_fails_says_so(model: StripeModel) -> None:
    model.next(*["503"] * 4, on="GET")
    with pytest.raises(OutcomeUnknown):
        look(model, refund(model))
    model.revoked.add(KEY)
    with pytest.raises(ProviderError) as no:
        look(model, refund(model))
    assert no.value.stops


def test_a_revoked_key_is_asked_once(model: StripeModel) -> None:
    model.revoked.add(KEY)
    window = [refund(model) for _ in range(50)]

    async def do(plugin: Stripe):
        return [one async for one in plugin.inspect(window)]

    found = using(model, do)
    assert len(found) == 50 and all(isinstance(one, ProviderError) for _, one in found)
    assert len(model.requests) <= 8  # those that were under way


def test_the_balance(model: StripeModel) -> None:
    for amount, currency in ((1000, "usd"), (500, "jpy"), (12_500, "kwd"), (2000, "usd")):
        model.books.add_charge(amount, currency)
    found = using(model, lambda plugin: plugin.balance({}))
    assert found == {"USD": Money(3000, "USD"), "JPY": Money(500, "JPY"), "KWD": Money(12_500, "KWD")}


REST = Money(600, "USD")


@pytest.mark.parametrize(
    ("verdict", "amount", "by_person", "may"),
    [
        ("fine", 600, False, True),
        ("disputed", 600, False, False),
        ("disputed", 600, True, True),
        ("disputed", 601, True, False),
        ("already", 600, True, True),
        ("already", 601, True, False),
        ("already", 600, False, False),
        ("too-old", 600, True, True),
        ("rest-too-small", 601, True, False),
        ("no-such-object", 600, True, False),
        ("other-account", 600, True, False),
        ("wrong-currency", 600, True, False),
        ("ours", 600, True, False),
    ],
)
def test_who_may_pay_all_the_same(verdict, amount: int, by_person: bool, may: bool) -> None:
    assert may_pay(Inspection(verdict, rest=REST), Money(amount, "USD"), by_person=by_person) == may


def test_a_rest_in_another_currency_is_no_bound_that_is_kept() -> None:
    assert not may_pay(Inspection("disputed", rest=REST), Money(1, "EUR"), by_person=True)
    assert not may_pay(Inspection("disputed", rest=REST), None, by_person=True)
    assert {"rest-too-small", "ours", "fine"}.isdisjoint(FOR_A_PERSON)


def test_which_remedies_look() -> None:
    assert looks(Stripe) and not looks(StoreCredit)
    for seam in (Looks, FindsByAct, Describes):
        assert issubclass(Stripe, seam) and not issubclass(StoreCredit, seam)
