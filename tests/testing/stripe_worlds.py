"""Where the cases of stripe_cases are run: the model in process, the model over HTTP, Stripe's own sandbox."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import timedelta

from aiohttp import ClientSession
from tests.testing.stripe_cases import OnlyInTheModel, Reply

from makegood.testing.stripe_model import KEY, Request, StripeModel
from makegood.testing.stripe_model_events import API_VERSION
from makegood.testing.stripe_model_server import body_of


class InModel:
    """The model itself, with its clock."""

    def __init__(self, model: StripeModel) -> None:
        self.model = model
        self.account = ""

    def call(self, method: str, path: str, params: Mapping[str, str], key: str) -> Reply:
        headers = {"authorization": f"Bearer {KEY}", "stripe-account": self.account, "idempotency-key": key}
        answer = self.model.answer(Request(method, path, dict(params), headers))
        found = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status, json.loads(body_of(answer)), found

    def do(self, name: str, words: list[str]) -> None:
        doing: dict[str, Callable[..., None]] = {
            "advance": lambda hours: self.model.clock.advance(timedelta(hours=int(hours))),
            "lag": lambda seconds: setattr(self.model, "lag_ms", int(seconds) * 1000),
            "next": lambda behaviour: self.model.next(behaviour),
            "calls": self._calls,
            "busy": lambda key: self.model.keys.in_progress.update({key, f"case-{key}"}),
            "free": lambda _: self.model.keys.in_progress.clear(),
            "become": lambda status: setattr(self.model.books, "refunds_become", status),
            "settle": self.model.books.settle,
            "fail": self.model.books.fail,
            "balance": lambda currency, amount: self.model.books.available.update({currency: int(amount)}),
            "method": lambda charge, kind: self.model.books.charges[charge].update(
                payment_method_details={"type": kind}
            ),
            "dispute": lambda charge: _nothing(self.model.books.open_dispute(charge)),
            "won": self._won,
            "dashboard": lambda charge, amount: _nothing(self.model.books.refund_in_dashboard(charge, int(amount))),
            "revoke": lambda: self.model.revoked.add(KEY),
            "close": lambda: self.model.closed.add("acct_model"),
            "connect": self.model.connected.add,
            "account": lambda account: setattr(self, "account", account),
            "cannot-pay": lambda currency: self.model.books.cannot_pay.add(currency),
        }
        doing[name](*words)

    def _calls(self, count: str) -> None:
        """So many reads of one charge in this very second."""
        charge = next(iter(self.model.books.charges))
        for _ in range(int(count)):
            self.call("GET", f"/v1/charges/{charge}", {}, "")

    def _won(self, charge: str) -> None:
        for dispute in self.model.books.list_disputes(charge):
            self.model.books.close_dispute(dispute["id"], "won")


class OverHttp:
    """Any Stripe that answers at `base`: the model's server, or the sandbox with a test key."""

    def __init__(self, base: str, secret: str) -> None:
        self._base = base
        self._secret = secret

    def call(self, method: str, path: str, params: Mapping[str, str], key: str) -> Reply:
        return asyncio.run(self._call(method, path, params, key))

    def do(self, name: str, words: list[str]) -> None:
        raise OnlyInTheModel(f"{name} {' '.join(words)}")

    async def _call(self, method: str, path: str, params: Mapping[str, str], key: str) -> Reply:
        headers = {"Authorization": f"Bearer {self._secret}", "Stripe-Version": API_VERSION}
        headers |= {"Idempotency-Key": key} if key else {}
        body = {"data": params} if method == "POST" else {"params": params}
        async with ClientSession() as http, http.request(method, self._base + path, headers=headers, **body) as reply:
            found = {name.lower(): value for name, value in reply.headers.items()}
            return reply.status, await reply.json(), found


def _nothing(_: object) -> None:
    return None
