"""A strict model of Stripe: what it promises about keys, money and events, and every way an answer is lost on the way.

In process it is pure: `StripeModel().answer(request)`, with a clock that the test moves. Over HTTP it is
`StripeServer` (stripe_model_server); `python -m makegood.testing.stripe_model --port 0 --log FILE` prints its port and
appends one line of JSON for each refund and credit, written before the answer.

`next` says how the next calls are met, in order, `always` all others of the same kind; both are for POST unless `on`
says otherwise:

    429 401 409 503           before the key layer: no trace
    drop                      the request never arrived
    500-without-effect 500-with-effect     kept under the key and replayed
    lost hang slow-headers slow-body truncated wrong-type       after the effect
    error-body                200 with an error in it, nothing done
    other-object              done, but the answer shows another account's object
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from makegood.testing.stripe_model_events import Events
from makegood.testing.stripe_model_keys import Answer, Keys, Pacing, Refused, VirtualClock
from makegood.testing.stripe_model_money import Books, Object
from makegood.testing.stripe_model_views import charge_view, intent_view, listed, shown

ACCOUNT = "acct_model"
KEY = "sk_test_model"
TRANSPORTS = frozenset({"lost", "hang", "slow-headers", "slow-body", "truncated"})
_ROUTES = [
    ("POST", r"/v1/refunds", "create_refund"),
    ("GET", r"/v1/refunds", "list_refunds"),
    ("GET", r"/v1/refunds/(?P<name>\w+)", "get_refund"),
    ("POST", r"/v1/refunds/(?P<name>\w+)/cancel", "cancel_refund"),
    ("GET", r"/v1/charges/(?P<name>\w+)", "get_charge"),
    ("POST", r"/v1/payment_intents", "create_intent"),
    ("GET", r"/v1/payment_intents/(?P<name>\w+)", "get_intent"),
    ("GET", r"/v1/disputes", "list_disputes"),
    ("GET", r"/v1/balance", "get_balance"),
    ("GET", r"/v1/events", "list_events"),
    ("POST", r"/v1/customers", "create_customer"),
    ("GET", r"/v1/customers/(?P<name>\w+)", "get_customer"),
    ("POST", r"/v1/customers/(?P<name>\w+)/balance_transactions", "create_credit"),
    ("GET", r"/v1/customers/(?P<name>\w+)/balance_transactions", "list_credits"),
]
_REFUND_PARAMS = {"charge", "payment_intent", "amount", "reason"}
_CREDIT_PARAMS = {"amount", "currency", "description"}
_INTENT_PARAMS = {"amount", "currency", "payment_method", "confirm", "automatic_payment_methods[enabled]"} | {
    "automatic_payment_methods[allow_redirects]"
}
_REASONS = {"duplicate", "fraudulent", "requested_by_customer"}


@dataclass(frozen=True)
class Request:
    """`path` without the query; `params` as they came, of the query or the form; header names are lower case."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]


class StripeModel:
    """`keys_of` maps secret keys to accounts; `connected` are accounts that this one may act for. `lag_ms` is how long
    a list does not show what was made."""

    def __init__(self, *, clock: VirtualClock | None = None, log: Path | None = None) -> None:
        self.clock = clock or VirtualClock()
        self.events = Events(self.clock)
        self.keys = Keys()
        self.pacing = Pacing()
        self.keys_of = {KEY: ACCOUNT}
        self.revoked: set[str] = set()
        self.closed: set[str] = set()
        self.connected: set[str] = set()
        self.lag_ms = 0
        self.always = "accept"
        self.requests: list[Request] = []
        self._books: dict[str, Books] = {}
        self._next: deque[tuple[str, str]] = deque()
        self._log = log
        self._one_at_a_time = threading.RLock()

    @property
    def books(self) -> Books:
        """Of the account itself."""
        return self.books_of(ACCOUNT)

    def books_of(self, account: str) -> Books:
        if account not in self._books:
            own = account == ACCOUNT

            def tell(kind: str, thing: Object, before: Object) -> None:
                self.events.record("" if own else account, kind, _public(thing), before)

            self._books[account] = Books(account, self.clock, tell)
        return self._books[account]

    def next(self, *behaviours: str, on: str = "POST") -> None:
        """`on` is how `METHOD /path` begins."""
        self._next.extend((behaviour, on) for behaviour in behaviours)

    def effects(self, key: str) -> int:
        """How many refunds and credits carry this act's key in their metadata."""
        made = [*self.books.refunds.values(), *self.books.credits.values()]
        return sum(one["metadata"].get("makegood_act") == key for one in made)

    def answer(self, request: Request) -> Answer:
        with self._one_at_a_time:
            self.clock.tick()
            self.requests.append(request)
            behaviour = self._met(request)
            try:
                return self._answer(request, behaviour)
            except Refused as no:
                return no.answer()

    def _met(self, request: Request) -> str:
        said = f"{request.method} {request.path}"
        for waiting in self._next:
            if said.startswith(waiting[1]):
                self._next.remove(waiting)
                return waiting[0]
        return self.always if request.method == "POST" else "accept"

    def _answer(self, request: Request, behaviour: str) -> Answer:
        if behaviour == "drop":
            return Answer(0, None, transport="drop")
        account = self._account(request)
        pattern, name, values = _route(request)
        if behaviour == "429":
            raise Refused(429, "Request rate limit exceeded.", word="rate_limit")
        self.pacing.take(f"{account} {request.method} {pattern}", self.clock.ms)
        if behaviour == "401":
            raise Refused(401, "Invalid API Key provided: sk_test_*****odel")
        if behaviour == "409":
            words = "This object cannot be accessed right now because another API request is accessing it."
            raise Refused(409, words, word="lock_timeout")
        if behaviour == "503":
            raise Refused(503, "Stripe is briefly unavailable.")
        if behaviour == "error-body":
            return Answer(200, {"error": {"type": "api_error", "message": "An unknown error occurred."}})
        if request.method == "GET":
            call: Callable[..., Any] = getattr(self, f"_{name}")
            return _spoilt(Answer(200, call(self.books_of(account), request.params, *values)), behaviour)
        return self._keyed(request, account, behaviour)

    def _account(self, request: Request) -> str:
        secret = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not secret:
            raise Refused(401, "You did not provide an API key.")
        if secret in self.revoked:
            raise Refused(401, "Expired API Key provided: sk_test_*****odel", word="api_key_expired")
        if secret not in self.keys_of:
            raise Refused(401, "Invalid API Key provided: sk_test_*****")
        account = request.headers.get("stripe-account") or self.keys_of[secret]
        foreign = account != self.keys_of[secret] and account not in self.connected
        if foreign or account in self.closed:
            words = f"The provided key does not have access to account '{account}' (or that account does not exist)."
            raise Refused(403, words, word="account_invalid")
        return account

    def _keyed(self, request: Request, account: str, behaviour: str) -> Answer:
        """The key layer around an endpoint: what it answered once it had begun stays its answer for 24 hours."""
        _, name, values = _route(request)
        params, metadata = _sorted_out(request.params)
        check: Callable[..., None] = _CHECKS[name]
        check(params)
        key = request.headers.get("idempotency-key", "")
        owner, now = (account, key), self.clock.ms
        if key and (kept := self.keys.find(owner, request.path, request.params, now)):
            return _spoilt(kept, behaviour)
        call: Callable[..., Object] = getattr(self, f"_{name}")
        try:
            if behaviour == "500-without-effect":
                raise Refused(500, "An unknown error occurred.", begun=True)
            made = call(self.books_of(account), params, metadata, *values)
            self._write_down(request, made)
            if behaviour == "500-with-effect":
                raise Refused(500, "An unknown error occurred.", begun=True)
            answer = Answer(200, shown(made))
        except Refused as no:
            if not no.begun:
                raise
            answer = no.answer()
        if key:
            self.keys.keep(owner, request.path, request.params, answer, now)
        return _spoilt(answer, behaviour)

    def _write_down(self, request: Request, made: Object) -> None:
        if self._log is None:
            return
        line = {"at": self.clock.ms, "path": request.path, **shown(made)}
        with self._log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")

    def _create_refund(self, books: Books, params: Mapping[str, str], metadata: Mapping[str, str]) -> Object:
        return books.refund(params, metadata)

    def _cancel_refund(self, books: Books, _params: object, _metadata: object, name: str) -> Object:
        return books.cancel(name)

    def _create_credit(self, books: Books, params: Mapping[str, str], metadata: Any, name: str) -> Object:
        return books.credit(name, params, metadata)

    def _create_intent(self, books: Books, params: Mapping[str, str], _metadata: object) -> Object:
        """A payment with a test card, as the sandbox takes it."""
        charge = books.add_charge(int(params["amount"]), params["currency"])
        if params.get("payment_method") == "pm_card_createDispute":
            books.open_dispute(charge)
        return books.intents[books.charges[charge]["payment_intent"]]

    def _create_customer(self, books: Books, _params: object, _metadata: object) -> Object:
        return books.customers[books.add_customer()]

    def _get_refund(self, books: Books, _params: object, name: str) -> Object:
        return shown(books.one(books.refunds, name, "refund"))

    def _get_charge(self, books: Books, _params: object, name: str) -> Object:
        return charge_view(books, name)

    def _get_intent(self, books: Books, params: Mapping[str, str], name: str) -> Object:
        return intent_view(books, name, expand="latest_charge" in params.values())

    def _get_customer(self, books: Books, _params: object, name: str) -> Object:
        return dict(books.one(books.customers, name, "customer"))

    def _get_balance(self, books: Books, _params: object) -> Object:
        lines = [{"amount": amount, "currency": currency} for currency, amount in sorted(books.available.items())]
        return {"object": "balance", "available": lines, "livemode": False, "pending": []}

    def _list_refunds(self, books: Books, params: Mapping[str, str]) -> Object:
        return listed(self._visible(books.refunds.values()), params, "/v1/refunds", ("charge", "payment_intent"))

    def _list_credits(self, books: Books, params: Mapping[str, str], name: str) -> Object:
        books.one(books.customers, name, "customer")
        found = [one for one in self._visible(books.credits.values()) if one["customer"] == name]
        return listed(found, params, f"/v1/customers/{name}/balance_transactions", ())

    def _list_disputes(self, books: Books, params: Mapping[str, str]) -> Object:
        return listed(books.disputes.values(), params, "/v1/disputes", ("charge", "payment_intent"))

    def _list_events(self, _books: Books, params: Mapping[str, str]) -> Object:
        return listed(self.events.recorded, params, "/v1/events", ("type",))

    def _visible(self, made: Any) -> list[Object]:
        return [one for one in made if self.clock.ms - one["made_ms"] >= self.lag_ms]


def _public(thing: Object) -> Object:
    return {**shown(thing), "object": thing["object"]}


def _route(request: Request) -> tuple[str, str, Sequence[str]]:
    for method, pattern, name in _ROUTES:
        if method == request.method and (found := re.fullmatch(pattern, request.path)):
            return pattern, name, found.groups()
    raise Refused(404, f"Unrecognized request URL ({request.method}: {request.path}).")


def _sorted_out(params: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    metadata = {
        found[1]: value for name, value in params.items() if (found := re.fullmatch(r"metadata\[(\w+)\]", name))
    }
    return {name: value for name, value in params.items() if not name.startswith("metadata[")}, metadata


def _check_refund(params: Mapping[str, str]) -> None:
    _check_known(params, _REFUND_PARAMS)
    if ("charge" in params) == ("payment_intent" in params):
        raise Refused(400, "One of the following params should be provided: charge or payment_intent.")
    if "amount" in params:
        _check_integer(params, positive=True)
    if params.get("reason", "duplicate") not in _REASONS:
        raise Refused(400, f"Invalid reason: must be one of {', '.join(sorted(_REASONS))}", param="reason")


def _check_credit(params: Mapping[str, str]) -> None:
    _check_known(params, _CREDIT_PARAMS)
    for name in ("amount", "currency"):
        if name not in params:
            raise Refused(400, f"Missing required param: {name}.", word="parameter_missing", param=name)
    _check_integer(params, positive=False)


def _check_known(params: Mapping[str, str], known: set[str]) -> None:
    for name in params:
        if name not in known and not name.startswith("expand"):
            raise Refused(400, f"Received unknown parameter: {name}", word="parameter_unknown", param=name)


def _check_integer(params: Mapping[str, str], *, positive: bool) -> None:
    if not re.fullmatch(r"[1-9]\d{0,11}" if positive else r"-?[1-9]\d{0,11}", params["amount"]):
        words = f"Invalid integer: {params['amount']}"
        raise Refused(400, words, word="parameter_invalid_integer", param="amount")


_CHECKS: dict[str, Callable[[Mapping[str, str]], None]] = {
    "create_refund": _check_refund,
    "create_credit": _check_credit,
    "cancel_refund": lambda params: _check_known(params, set()),
    "create_intent": lambda params: _check_known(params, _INTENT_PARAMS),
    "create_customer": lambda params: _check_known(params, {"name"}),
}


def _spoilt(answer: Answer, behaviour: str) -> Answer:
    """The same answer as it arrives, or does not."""
    if behaviour in TRANSPORTS:
        return replace(answer, transport=behaviour)
    if behaviour == "wrong-type":
        return Answer(answer.status, "<html>It worked</html>", {"Content-Type": "text/html"})
    if behaviour == "other-object" and answer.status == 200:
        other = {"id": "re_other000001", "charge": "ch_other000001", "customer": "cus_other000001", "metadata": {}}
        return replace(answer, body={**answer.body, **other})
    return answer


def main() -> None:
    from makegood.testing.stripe_model_server import StripeServer

    parser = argparse.ArgumentParser(description="A strict Stripe on 127.0.0.1 that logs its refunds and credits.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--always", default="accept", help="how every POST is met")
    parser.add_argument("--charges", type=int, default=0, help="how many charges of 10.00 USD there are")
    asked = parser.parse_args()
    model = StripeModel(clock=VirtualClock(running=True), log=asked.log)
    model.always = asked.always
    for _ in range(asked.charges):
        model.books.add_charge(1000)
    with StripeServer(model, port=asked.port) as server:
        print(server.port, flush=True)  # noqa: T201  the one line a parent reads
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
