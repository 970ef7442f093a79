"""The model of Stripe against the table of what Stripe does: in process, over HTTP, and in the sandbox with a key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections import Counter
from datetime import timedelta

import pytest
from tests.testing.stripe_cases import CASES, OnlyInTheModel, Run
from tests.testing.stripe_worlds import InModel, OverHttp

from makegood.testing.stripe_model import KEY, Request, StripeModel
from makegood.testing.stripe_model_events import LATEST_SECONDS, OLD_VERSION, sign
from makegood.testing.stripe_model_keys import VirtualClock
from makegood.testing.stripe_model_server import StripeServer

SANDBOX = "MAKEGOOD_TEST_STRIPE_KEY"
IN_BOTH = [name for name, text in CASES.items() if "do " not in text and "do\n" not in text]


def test_there_are_sixty_cases() -> None:
    assert len(CASES) >= 60
    assert len(IN_BOTH) >= 30


@pytest.mark.parametrize("case", CASES)
def test_case(case: str) -> None:
    Run(InModel(StripeModel()), "case").lines(CASES[case])


@pytest.fixture(scope="module")
def server():
    with StripeServer() as running:
        running.model.pacing.limit = None
        yield running


@pytest.mark.parametrize("case", [name for name in IN_BOTH if name != "events tell of it"])
def test_case_over_http(case: str, server: StripeServer) -> None:
    Run(OverHttp(server.settings["api_base"], KEY), f"http-{case}".replace(" ", "-")).lines(CASES[case])


@pytest.mark.parametrize("case", IN_BOTH)
def test_case_in_the_sandbox(case: str) -> None:
    secret = os.environ.get(SANDBOX, "")
    if not secret.startswith("sk_test_"):
        pytest.skip(f"{SANDBOX} holds no test key: the table was not compared with Stripe itself")
    Run(OverHttp("https://api.stripe.com", secret), f"mg-{os.urandom(8).hex()}").lines(CASES[case])


@pytest.mark.parametrize(
    "wrong",
    [
        "charge c 1000 usd\nPOST refunds charge=c -> 400",
        "charge c 1000 usd\nPOST refunds charge=c -> 200 amount=999",
        "charge c 1000 usd\nPOST refunds charge=c -> 200 status!=succeeded",
        "charge c 1000 usd\nGET refunds charge=c -> 200 count=1",
        "charge c 1000 usd\nGET charges/c -> 200 nonsense",
    ],
)
def test_a_case_that_is_not_so_fails(wrong: str) -> None:
    with pytest.raises(AssertionError):
        Run(InModel(StripeModel()), "case").lines(wrong)


def test_the_sandbox_cannot_do_what_only_the_model_can() -> None:
    with pytest.raises(OnlyInTheModel, match="advance 23"):
        OverHttp("http://127.0.0.1:1", KEY).do("advance", ["23"])


def post(model: StripeModel, charge: str, key: str = "", **more: str):
    headers = {"authorization": f"Bearer {KEY}", "idempotency-key": key}
    return model.answer(Request("POST", "/v1/refunds", {"charge": charge, **more}, headers))


@pytest.mark.parametrize("behaviour", ["lost", "hang", "slow-headers", "slow-body", "truncated", "wrong-type"])
def test_what_is_spoilt_on_the_way_has_taken_effect(behaviour: str) -> None:
    model = StripeModel()
    charge = model.books.add_charge(1000)
    model.next(behaviour)
    answer = post(model, charge, "k", **{"metadata[makegood_act]": "mg-1"})
    assert behaviour in (answer.transport, "wrong-type")
    assert model.effects("mg-1") == 1
    again = post(model, charge, "k", **{"metadata[makegood_act]": "mg-1"})
    assert again.headers["Idempotent-Replayed"] == "true" and model.effects("mg-1") == 1


def test_a_dropped_request_has_not() -> None:
    model = StripeModel()
    charge = model.books.add_charge(1000)
    model.next("drop")
    assert post(model, charge, "k").transport == "drop"
    assert model.books.refunds == {}


def test_behaviours_wait_for_their_call() -> None:
    model = StripeModel()
    charge = model.books.add_charge(1000)
    model.next("503", on="GET /v1/charges")
    assert post(model, charge).status == 200
    headers = {"authorization": f"Bearer {KEY}"}
    answers = [model.answer(Request("GET", f"/v1/charges/{charge}", {}, headers)).status for _ in range(2)]
    assert answers == [503, 200]


def test_money_is_neither_made_nor_lost() -> None:
    """Whatever happens to refunds: what left the balance is what is refunded and did not come back."""
    model = StripeModel(clock=VirtualClock(step_ms=100))
    charges = [model.books.add_charge(1000 + n) for n in range(40)]
    paid_in = sum(model.books.available.values())
    for number, charge in enumerate(charges):
        model.books.refunds_become = ("succeeded", "pending", "requires_action")[number % 3]
        post(model, charge, f"k{number}", amount="400")
    for number, refund in enumerate(list(model.books.refunds.values())):
        if refund["status"] == "pending":
            (model.books.settle if number % 2 else model.books.fail)(refund["id"])
        elif number % 5 == 0:
            model.books.fail(refund["id"])
    held = [one for one in model.books.refunds.values() if one["status"] not in ("failed", "canceled")]
    gone = sum(one["amount"] for one in held)
    assert 0 < len(held) < 40
    assert paid_in - model.books.available["usd"] == gone
    assert sum(charge["amount_refunded"] for charge in model.books.charges.values()) == gone


def test_the_clock_moves_only_when_it_is_moved() -> None:
    still, stepping = VirtualClock(), VirtualClock(step_ms=40)
    before = still.ms
    still.tick()
    assert still.ms == before
    still.advance(timedelta(days=3, seconds=1))
    assert still.ms - before == (3 * 86_400 + 1) * 1000
    start = stepping.ms
    for _ in range(25):
        stepping.tick()
    assert stepping.ms - start == 1000
    assert still.moment().tzinfo is not None


def test_a_running_clock_never_goes_back() -> None:
    clock = VirtualClock(running=True)
    seen = [clock.ms for _ in range(1000)]
    assert seen == sorted(seen)


def test_events_are_signed_repeated_late_and_out_of_order() -> None:
    model = StripeModel()
    refund = model.books.refund_in_dashboard(model.books.add_charge(1000), 400)
    model.books.fail(refund)
    kinds = Counter(event["type"] for event in model.events.recorded)
    assert kinds == {
        "charge.refunded": 1,
        "refund.created": 1,
        "refund.updated": 1,
        "charge.refund.updated": 1,
        "refund.failed": 1,
    }
    deliveries = model.events.shuffled(7)
    bodies = [json.loads(one.body) for one in deliveries]
    assert {body["id"] for body in bodies} == {event["id"] for event in model.events.recorded}
    assert len(bodies) > len(model.events.recorded)
    assert [one.at for one in deliveries] == sorted(one.at for one in deliveries)
    assert max(one.at for one in deliveries) == model.clock.seconds + LATEST_SECONDS
    assert OLD_VERSION in {body["api_version"] for body in bodies}
    for one in deliveries:
        assert one.headers["stripe-signature"] == sign(one.body, model.events.secret, one.at)


def test_an_event_shows_the_object_as_it_was() -> None:
    model = StripeModel()
    model.books.refunds_become = "pending"
    refund = model.books.refund_in_dashboard(model.books.add_charge(1000))
    model.books.settle(refund)
    seen = {event["type"]: event["data"]["object"].get("status") for event in model.events.recorded}
    assert seen["refund.created"] == "pending" and seen["refund.updated"] == "succeeded"


def test_the_sdk_agrees_on_signatures() -> None:
    from stripe import WebhookSignature

    body = b'{"id": "evt_1"}'
    header = sign(body, "whsec_x", 1_793_610_000)
    assert WebhookSignature.verify_header(body, header, "whsec_x")


def test_as_a_program_it_logs_before_it_answers(tmp_path) -> None:
    log = tmp_path / "effects.jsonl"
    command = [sys.executable, "-m", "makegood.testing.stripe_model", "--log", str(log), "--charges", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            port = int(program.stdout.readline())
            url = f"http://127.0.0.1:{port}/v1/refunds"
            request = urllib.request.Request(url, data=b"charge=ch_model000001", method="POST")
            request.add_header("Authorization", f"Bearer {KEY}")
            with urllib.request.urlopen(request) as reply:
                made = json.load(reply)
            (line,) = log.read_text().splitlines()
            assert json.loads(line)["id"] == made["id"] and json.loads(line)["amount"] == 1000
        finally:
            program.kill()
