"""What each answer of the firm's own system means, and that a lost answer is found again, never paid twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from makegood.kit.money import Money
from makegood.kit.plugins import (
    Answer,
    Envelope,
    Guard,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    Receipt,
    Surroundings,
)
from makegood.remedies.http import Http
from makegood.testing.contract import answers, made_up, nonsense_currency
from makegood.testing.http_provider import HttpProvider


@pytest.fixture
def provider() -> Iterator[HttpProvider]:
    with HttpProvider() as running:
        yield running


def surroundings(settings: dict[str, Any], guard: Guard | None = None) -> Surroundings:
    async def no_database() -> Any:
        raise AssertionError("this plug-in has no business in the database")

    return Surroundings(settings, no_database, guard=guard or Guard())


def credit(**changes: Any) -> Envelope:
    return made_up(Http, **{"amount": Money(1250, "USD"), **changes})


def act(settings: dict[str, Any], *window: Envelope, guard: Guard | None = None) -> list[Answer]:
    async def whole() -> list[Answer]:
        plugin = await Http.open(surroundings(settings, guard))
        try:
            found = await answers(plugin, window)
        finally:
            await plugin.close()
        return [found[index] for index in range(len(window))]

    return asyncio.run(whole())


def look_up(settings: dict[str, Any], key: str) -> Receipt | None:
    async def whole() -> Receipt | None:
        plugin = await Http.open(surroundings(settings))
        try:
            return await plugin.look_up(key)
        finally:
            await plugin.close()

    return asyncio.run(whole())


@pytest.mark.parametrize(
    ("behaviour", "effects"),
    [
        ("lost-answer", 1),
        ("hang", 1),
        ("drop", 0),
        ("500-with-effect", 1),
        ("500-without-effect", 0),
        ("503", 0),
        ("truncated", 1),
        ("huge", 1),
        ("html", 1),
    ],
)
def test_unknown_until_looked_up(provider: HttpProvider, behaviour: str, effects: int) -> None:
    settings, envelope = {**provider.settings, "timeout": 1}, credit()
    provider.next(behaviour)
    answer = act(settings, envelope)[0]
    assert isinstance(answer, OutcomeUnknown), answer
    assert provider.effects.get(envelope.key, 0) == effects
    assert (look_up(settings, envelope.key) is not None) == (effects == 1)
    assert isinstance(act(settings, envelope)[0], Receipt)
    assert provider.effects[envelope.key] == 1


@pytest.mark.parametrize(("behaviour", "wait"), [("429", 3), ("409", None)])
def test_not_now(provider: HttpProvider, behaviour: str, wait: int | None) -> None:
    provider.next(behaviour)
    answer = act(provider.settings, credit())[0]
    assert isinstance(answer, ProviderError)
    assert (answer.permanent, answer.code, answer.retry_after) == (False, behaviour, wait)


@pytest.mark.parametrize(("behaviour", "code"), [("401", "401"), ("error-body", "200"), ("redirect", "302")])
def test_a_permanent_no(provider: HttpProvider, behaviour: str, code: str) -> None:
    provider.next(behaviour)
    answer = act(provider.settings, credit())[0]
    assert isinstance(answer, ProviderError)
    assert (answer.permanent, answer.code) == (True, code)
    assert provider.effects == {}
    assert len(provider.requests) == 1, "a redirect must not be followed"


def test_accepted_is_not_done(provider: HttpProvider) -> None:
    provider.next("pending")
    answer = act(provider.settings, credit())[0]
    assert isinstance(answer, Receipt)
    assert answer.status == "accepted"


def test_same_key_with_another_body_is_refused_by_the_provider(provider: HttpProvider) -> None:
    envelope = credit()
    act(provider.settings, envelope)
    answer = act(provider.settings, credit(key=envelope.key, amount=Money(9900, "USD")))[0]
    assert isinstance(answer, ProviderError)
    assert (answer.permanent, answer.code) == (True, "400")
    assert answer.words == "The provider says 400: idempotency_mismatch"


def test_nobody_listens_is_not_sent() -> None:
    with HttpProvider() as gone:
        settings = gone.settings
    answer = act(settings, credit())[0]
    assert isinstance(answer, ProviderError)
    assert (answer.permanent, answer.code) == (False, "unreachable")


def test_a_worker_that_stood_still_while_it_connected_writes_nothing(provider: HttpProvider) -> None:
    """The guard said yes before there was a line; once there is one, the lease is over."""

    class Frozen(Guard):
        taken_back = 0

        def still(self) -> bool:
            return False

        def never(self, _envelope: Envelope) -> None:
            self.taken_back += 1

    guard = Frozen()
    found = act(provider.settings, credit(), guard=guard)
    assert [type(answer) for answer in found] == [NotSent]
    assert (provider.requests, provider.effects, guard.taken_back) == ([], {}, 1)
    assert [type(answer) for answer in act(provider.settings, credit())] == [Receipt], "the next one may"


def test_a_look_up_asks_nobody(provider: HttpProvider) -> None:
    assert look_up(provider.settings, "never-seen") is None


def test_the_request_is_what_the_template_says(provider: HttpProvider) -> None:
    envelope = credit(customer=17, amount=Money(1200, "JPY"))
    answer = act(provider.settings, envelope)[0]
    assert isinstance(answer, Receipt)
    assert answer.reference == "cr_1"
    _, _, headers = provider.requests[0]
    assert headers["Idempotency-Key"] == envelope.key
    assert headers["Authorization"] == "Bearer secret-token"
    assert provider._bodies[envelope.key] == {
        "customer": 17,
        "amount": "1200",
        "currency": "JPY",
        "order": "A-4711",
        "note": f"For act {envelope.key}: You were charged twice.",
    }


@pytest.mark.parametrize("amount", [Money(0, "USD"), Money(-5, "USD"), nonsense_currency(), Money(10**18, "USD")])
def test_impossible_amounts_never_leave(provider: HttpProvider, amount: Money) -> None:
    answer = act(provider.settings, credit(amount=amount))[0]
    assert isinstance(answer, ProviderError)
    assert answer.permanent
    assert provider.requests == []


def test_a_missing_fact_stops_that_act_alone(provider: HttpProvider) -> None:
    bad, good = act(provider.settings, credit(facts={}), credit())
    assert isinstance(bad, ProviderError)
    assert (bad.permanent, bad.code) == (True, "no-value")
    assert "facts.order" in bad.words
    assert isinstance(good, Receipt)


def test_a_look_up_that_is_refused_proves_nothing(provider: HttpProvider) -> None:
    for behaviour in ("401", "429", "500-without-effect"):
        provider.next(behaviour)
        with pytest.raises(OutcomeUnknown):
            look_up(provider.settings, "mg-1")
    assert look_up(provider.settings, "mg-1") is None


def test_without_a_look_up_nothing_is_known(provider: HttpProvider) -> None:
    settings = {name: value for name, value in provider.settings.items() if name != "look_up"}
    with pytest.raises(OutcomeUnknown) as caught:
        look_up(settings, "mg-1")
    assert caught.value.code == "no-look-up"


def test_a_key_in_the_path_stays_one_segment(provider: HttpProvider) -> None:
    assert look_up(provider.settings, "../../admin?x=1#") is None
    assert provider.requests[-1][1] == "/credits/../../admin?x=1#", "the server decodes what was one encoded segment"


def test_check_names_what_is_wrong(provider: HttpProvider) -> None:
    settings = provider.settings
    assert Http.check(settings, {}) == []
    codes = [finding.code for finding in Http.check({**settings, "honours_key": False}, {})]
    assert codes == ["key-not-honoured"]
    assert [f.code for f in Http.check({"perform": {"path": "x"}}, {})] == ["bad-connection"]
    remote = {**settings, "url": "http://shop.example/"}
    assert [f.code for f in Http.check(remote, {})] == ["plain-refused"]
    asks = {**settings, "perform": {"path": "x", "body": {"a": "{nonsense}", "b": "{with.article}"}}}
    assert [f.code for f in Http.check(asks, {})] == ["unknown-placeholder", "no-value"]
    assert [f.code for f in Http.check(asks, {"article": "A1"})] == ["unknown-placeholder"]
    late = {**settings, "look_up": {"path": "credits/{customer}"}}
    assert [f.code for f in Http.check(late, {})] == ["unknown-placeholder"]
