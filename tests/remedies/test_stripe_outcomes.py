"""Every answer of Stripe: what it means, what a person reads, and that nothing is given twice."""

from __future__ import annotations

import pytest
from tests.remedies.stripes import credit, over, perform, refund, settings, using

from makegood.kit.money import Money
from makegood.kit.plugins import OutcomeUnknown, ProviderError, Receipt
from makegood.remedies.stripe import Stripe
from makegood.testing.contract import answers
from makegood.testing.stripe_model import KEY, StripeModel
from makegood.testing.stripe_model_keys import VirtualClock


@pytest.fixture
def model() -> StripeModel:
    return StripeModel(clock=VirtualClock(step_ms=50))


def test_a_refund_carries_our_key_and_our_amount(model: StripeModel) -> None:
    envelope = refund(model)
    (answer,) = perform(model, envelope)
    (made,) = model.books.refunds.values()
    assert answer == Receipt("done", made["id"], "succeeded")
    assert made["amount"] == 400 and made["metadata"] == {"makegood_act": envelope.key}
    request = model.requests[-1]
    assert request.headers["idempotency-key"] == f"{envelope.key}/refunds"
    assert request.headers["stripe-version"] == "2026-10-28.endive"


def test_nothing_about_this_machine_goes_out(model: StripeModel) -> None:
    perform(model, refund(model))
    (request,) = model.requests
    assert set(request.headers) == {
        "accept",
        "accept-encoding",
        "authorization",
        "content-type",
        "idempotency-key",
        "stripe-version",
        "user-agent",
    }
    assert request.headers["user-agent"] == "Makegood"


def test_a_repeat_is_the_same_to_the_byte(model: StripeModel) -> None:
    envelope = refund(model)
    model.next("lost")
    first, second = perform(model, envelope)[0], perform(model, envelope)[0]
    assert isinstance(first, OutcomeUnknown) and isinstance(second, Receipt)
    posts = [request for request in model.requests if request.method == "POST"]
    assert len(posts) == 2 and posts[0].params == posts[1].params and posts[0].headers == posts[1].headers
    assert model.effects(envelope.key) == 1


@pytest.mark.parametrize(
    ("status", "answer", "code"),
    [("succeeded", "done", "succeeded"), ("pending", "accepted", "pending"), ("requires_action", "waiting", "")],
)
def test_each_state_of_a_refund(model: StripeModel, status: str, answer: str, code: str) -> None:
    model.books.refunds_become = status
    (found,) = perform(model, refund(model))
    assert isinstance(found, Receipt) and found.status == answer and found.code == (code or status)


@pytest.mark.parametrize(
    ("behaviour", "code", "permanent", "effects"),
    [
        ("429", "rate_limit", False, 0),
        ("409", "lock_timeout", False, 0),
        ("drop", "unreachable", False, 0),
        ("503", "503", None, 0),
        ("500-without-effect", "500", None, 0),
        ("500-with-effect", "500", None, 1),
        ("lost", "no-answer", None, 1),
        ("hang", "no-answer", None, 1),
        ("truncated", "no-answer", None, 1),
        ("wrong-type", "unreadable-answer", None, 1),
        ("error-body", "another-object", None, 0),
        ("other-object", "another-object", None, 1),
    ],
)
def test_what_an_answer_means(
    model: StripeModel, behaviour: str, code: str, permanent: bool | None, effects: int
) -> None:
    """`permanent` None: not known, and never called failed."""
    envelope = refund(model)
    model.next(behaviour)
    (answer,) = perform(model, envelope)
    if permanent is None:
        assert isinstance(answer, OutcomeUnknown), answer
    else:
        assert isinstance(answer, ProviderError) and answer.permanent == permanent and not answer.stops
    assert answer.code == code and answer.words
    assert model.effects(envelope.key) == effects


def test_429_says_when(model: StripeModel) -> None:
    envelope = refund(model)
    model.next("429")
    (answer,) = perform(model, envelope)
    assert isinstance(answer, ProviderError) and answer.retry_after == 3


def test_a_state_that_nobody_knows_is_for_a_person(model: StripeModel) -> None:
    model.books.refunds_become = "frozen"
    envelope = refund(model)
    (answer,) = perform(model, envelope)
    assert isinstance(answer, OutcomeUnknown) and answer.code == "unknown-status" and "'frozen'" in answer.words
    with pytest.raises(OutcomeUnknown, match="frozen"):
        using(model, lambda plugin: plugin.look_up_for(envelope))


@pytest.mark.parametrize("how", ["revoked", "closed", "401"])
def test_a_key_that_was_revoked_stops_everything(model: StripeModel, how: str) -> None:
    """What one was told of the account is true for all of the window, and no act is failed for it."""
    window = [refund(model) for _ in range(40)]
    if how == "revoked":
        model.revoked.add(KEY)
    elif how == "closed":
        model.closed.add("acct_model")
    else:
        model.next(*["401"] * 40)
    found = using(model, lambda plugin: answers(plugin, window))
    assert len(model.requests) <= 8  # those that were under way
    for answer in found.values():
        assert isinstance(answer, ProviderError) and answer.stops and not answer.permanent
    assert "Stripe says" in found[9].words and model.books.refunds == {}


@pytest.mark.parametrize(
    ("arrange", "code", "words"),
    [
        ("dashboard", "charge_already_refunded", "has already been refunded"),
        ("too much", "refused-amount", "greater than unrefunded amount"),
        ("disputed", "charge_disputed", "charged back"),
        ("cannot pay", "refused-currency", "no balance in usd"),
        ("other account", "resource_missing", "No such charge"),
        ("expired", "insufficient_funds", "insufficient_funds"),
    ],
)
def test_a_no_for_good_has_stripes_words(model: StripeModel, arrange: str, code: str, words: str) -> None:
    charge = model.books.add_charge(1000)
    if arrange == "dashboard":
        model.books.refund_in_dashboard(charge)
    elif arrange == "too much":
        model.books.refund_in_dashboard(charge, 700)
    elif arrange == "disputed":
        model.books.open_dispute(charge)
    elif arrange == "cannot pay":
        model.books.cannot_pay.add("usd")
    elif arrange == "other account":
        charge = model.books_of("acct_other").add_charge(1000)
    else:
        model.books.available["usd"] = 0
        model.books.charges[charge]["payment_method_details"] = {"type": "sepa_debit"}
    (answer,) = perform(model, refund(model, charge))
    assert isinstance(answer, ProviderError) and answer.permanent and not answer.stops
    assert answer.code == code and words in answer.words


def test_what_halted_one_window_does_not_halt_the_next(model: StripeModel) -> None:
    """A worker keeps the plug-in; the key may have been put right since."""
    envelope = refund(model)

    async def do(plugin: Stripe):
        model.revoked.add(KEY)
        first = await answers(plugin, [envelope])
        model.revoked.clear()
        return first[0], (await answers(plugin, [envelope]))[0]

    first, second = using(model, do)
    assert isinstance(first, ProviderError) and first.stops and isinstance(second, Receipt)


def test_the_same_key_for_something_else_is_refused(model: StripeModel) -> None:
    envelope = refund(model)
    perform(model, envelope)
    charge = str(envelope.facts["charge"])
    (answer,) = perform(model, refund(model, charge, amount=Money(300, "USD"), key=envelope.key))
    assert isinstance(answer, ProviderError) and answer.code == "key-used-for-other"
    assert model.effects(envelope.key) == 1


def test_a_replayed_answer_is_not_taken_for_the_present(model: StripeModel) -> None:
    """Stripe repeats `succeeded` under the key although the refund has come back since."""
    envelope = refund(model)
    (first,) = perform(model, envelope)
    assert isinstance(first, Receipt)
    model.books.fail(first.reference)
    (again,) = perform(model, envelope)
    assert isinstance(again, ProviderError) and again.permanent and again.code == "expired_or_canceled_card"
    assert model.effects(envelope.key) == 1


@pytest.mark.parametrize(
    "facts", [{}, {"charge": None}, {"charge": 17}, {"charge": "4242 4242"}, {"charge": "ch_/../x"}]
)
def test_a_fact_that_is_no_id_is_refused_before_any_call(model: StripeModel, facts: dict[str, object]) -> None:
    (answer,) = perform(model, refund(model).__class__(**{**_fields(refund(model)), "facts": facts}))
    assert isinstance(answer, ProviderError) and answer.permanent and answer.code == "no-charge"
    assert "4242" not in answer.words and model.requests == []


def _fields(envelope):
    return {name: getattr(envelope, name) for name in envelope.__slots__}


def test_a_connected_account_is_named_in_every_call(model: StripeModel) -> None:
    model.connected.add("acct_shop")
    books = model.books_of("acct_shop")
    envelope = refund(model, books.add_charge(1000))
    (answer,) = perform(model, envelope, account="acct_shop")
    assert isinstance(answer, Receipt) and len(books.refunds) == 1 and model.books.refunds == {}
    assert {request.headers["stripe-account"] for request in model.requests} == {"acct_shop"}


def test_look_up_finds_what_was_lost(model: StripeModel) -> None:
    envelope = refund(model)
    model.next("lost")
    perform(model, envelope)
    found = using(model, lambda plugin: plugin.look_up_for(envelope))
    by_key = using(model, lambda plugin: plugin.look_up(envelope.key))
    assert found is not None and found.status == "done" and by_key == found


def test_look_up_does_not_believe_a_list_that_lags(model: StripeModel) -> None:
    envelope = refund(model)
    model.lag_ms = 60_000
    model.next("lost")
    perform(model, envelope)
    with pytest.raises(OutcomeUnknown) as no:
        using(model, lambda plugin: plugin.look_up_for(envelope))
    assert no.value.code == "not-yet-known"
    model.lag_ms = 0
    assert using(model, lambda plugin: plugin.look_up_for(envelope)) is not None


def test_look_up_proves_absence_where_the_list_is_whole(model: StripeModel) -> None:
    envelope = refund(model)
    model.books.refund_in_dashboard(str(envelope.facts["charge"]), 100)
    assert using(model, lambda plugin: plugin.look_up_for(envelope)) is None
    assert using(model, lambda plugin: plugin.look_up_for(credit(model))) is None


def test_look_up_by_key_alone_proves_nothing(model: StripeModel) -> None:
    with pytest.raises(OutcomeUnknown) as no:
        using(model, lambda plugin: plugin.look_up("mg-never"))
    assert no.value.code == "payment-not-known"


def test_look_up_of_credit_that_lags(model: StripeModel) -> None:
    envelope = credit(model)
    model.lag_ms = 60_000
    perform(model, envelope)
    with pytest.raises(OutcomeUnknown, match="not show everything"):
        using(model, lambda plugin: plugin.look_up_for(envelope))


def test_look_up_through_pages(model: StripeModel) -> None:
    charge = model.books.add_charge(100_000)
    first = refund(model, charge)
    perform(model, first)
    for _ in range(205):
        model.books.refund_in_dashboard(charge, 1)
    found = using(model, lambda plugin: plugin.look_up_for(first))
    assert found is not None and found.status == "done"


def test_reads_are_repeated_and_then_given_up(model: StripeModel) -> None:
    envelope = refund(model)
    model.next("503", "429", on="GET")
    assert using(model, lambda plugin: plugin.look_up_for(envelope)) is None
    assert [seconds for seconds in model.waited if seconds >= 1] == [1, 3]  # then Retry-After
    model.next(*["503"] * 4, on="GET")
    with pytest.raises(OutcomeUnknown):
        using(model, lambda plugin: plugin.look_up_for(envelope))


def test_reads_keep_to_their_pace(model: StripeModel) -> None:
    """25 a second would be refused: with 20 a second nothing is, and the calls queue up behind each other."""
    window = [refund(model) for _ in range(60)]

    async def do(plugin: Stripe):
        return [one async for one in plugin.inspect(window)]

    assert len(using(model, do, per_second=20)) == 60
    assert max(model.waited) > 1  # the last of 60 calls comes three seconds after the first


def test_reverse_calls_off_only_what_waits_for_the_customer(model: StripeModel) -> None:
    envelope = refund(model)
    perform(model, envelope)
    for call in (lambda plugin: plugin.reverse_for(envelope), lambda plugin: plugin.reverse(envelope.key)):
        with pytest.raises(ProviderError) as no:
            using(model, call)
        assert no.value.permanent and no.value.code == "cannot-reverse" and "succeeded" in no.value.words


def test_reverse_of_credit_is_an_opposite_transaction(model: StripeModel) -> None:
    envelope = credit(model)
    perform(model, envelope)
    customer = model.books.customers[str(envelope.facts["stripe_customer"])]
    assert customer["balance"] == -500
    back = using(model, lambda plugin: plugin.reverse_for(envelope))
    assert back.status == "done" and customer["balance"] == 0
    assert [one["amount"] for one in model.books.credits.values()] == [-500, 500]


def test_reverse_by_key_alone_finds_nothing(model: StripeModel) -> None:
    with pytest.raises(ProviderError) as no:
        using(model, lambda plugin: plugin.reverse("mg-never"))
    assert no.value.code == "nothing-to-reverse"


def test_it_says_what_the_connection_is(model: StripeModel) -> None:
    model.books.add_charge(12_345)
    said = using(model, lambda plugin: plugin.describe())
    assert said == ["The key works, in test mode: no money moves.", "Available for refunds: USD 123.45."]
    assert model.books.refunds == {}


def test_it_says_what_the_key_may_not_do(model: StripeModel) -> None:
    model.next(*["401"], on="GET /v1/disputes")
    said = using(model, lambda plugin: plugin.describe(), webhook_secret="")
    assert any(line.startswith("The key may not read disputes") for line in said)
    assert "webhook_secret" in said[-1]


def test_a_revoked_key_is_not_described(model: StripeModel) -> None:
    model.revoked.add(KEY)
    with pytest.raises(ProviderError) as no:
        using(model, lambda plugin: plugin.describe())
    assert no.value.code == "api_key_expired"


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"api_base": "http://api.stripe.com"}, ["plain-refused"]),
        ({"api_base": "http://127.0.0.1:9", "allow_loopback": True}, []),
        ({"api_base": "http://127.0.0.1:9"}, ["plain-refused"]),
        ({"webhook_secret": ""}, ["no-webhook"]),
        ({"per_second": 0}, ["bad-connection"]),
    ],
)
def test_what_a_check_finds(changed: dict[str, object], codes: list[str]) -> None:
    found = Stripe.check(settings(**changed), {})
    assert [finding.code for finding in found] == codes or (found and codes == ["bad-connection"])


def test_a_reason_that_would_block_the_customers_card_is_not_offered() -> None:
    assert Stripe.check(settings(), {"reason": "fraudulent"})
    assert not Stripe.check(settings(), {"reason": "duplicate"})


def test_a_simulation_is_the_same_class_with_another_way(model: StripeModel) -> None:
    assert issubclass(over(model), Stripe) and over(model).key_life == Stripe.key_life
