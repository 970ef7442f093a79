"""What Stripe does, as a table of cases in plain lines: run against the model, or against the sandbox with a key.

    charge c 1000 usd               a paid charge, known as c (and its payment intent as c.pi)
    disputed c 1000 usd             one whose card opens a dispute at once
    customer u                      a customer
    POST refunds charge=c key=k -> 200 status=succeeded as r
    GET refunds charge=c -> 200 count=1
    do NAME …                       what only the model can: advance 25h, lag 60, dashboard c 400, fail r, next 429 …

A word that is the name of a thing stands for its id. After `->`: the status, then fields of the answer (or of its
error) and what they are; `header.NAME` asks for a header, `count` for the length of a list, `!=` says what it is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Reply = tuple[int, Any, Mapping[str, str]]  # status, JSON, headers in lower case


class World(Protocol):
    """Where cases happen."""

    def call(self, method: str, path: str, params: Mapping[str, str], key: str) -> Reply: ...

    def do(self, name: str, words: list[str]) -> None:
        """Raises `OnlyInTheModel` where this cannot be brought about."""
        ...


class OnlyInTheModel(Exception):
    """The sandbox has no way to do this."""


@dataclass
class Run:
    """One case in one world; `names` are the things it has made."""

    world: World
    salt: str
    names: dict[str, str] = field(default_factory=dict)

    def lines(self, text: str) -> None:
        for line in filter(None, (part.strip() for part in text.strip().splitlines())):
            word, *rest = line.split()
            if word in ("charge", "disputed"):
                self._charge(word, *rest)
            elif word == "customer":
                self._customer(rest[0])
            elif word == "do":
                self.world.do(rest[0], [self.names.get(one, one) for one in rest[1:]])
            else:
                self._call(line)

    def _charge(self, word: str, name: str, amount: str, currency: str) -> None:
        card = "pm_card_createDispute" if word == "disputed" else "pm_card_bypassPending"
        params = {
            "amount": amount,
            "currency": currency,
            "payment_method": card,
            "confirm": "true",
            "automatic_payment_methods[enabled]": "true",
            "automatic_payment_methods[allow_redirects]": "never",
        }
        status, made, _ = self.world.call("POST", "/v1/payment_intents", params, "")
        assert status == 200, made
        self.names |= {name: made["latest_charge"], f"{name}.pi": made["id"]}

    def _customer(self, name: str) -> None:
        status, made, _ = self.world.call("POST", "/v1/customers", {}, "")
        assert status == 200, made
        self.names[name] = made["id"]

    def _call(self, line: str) -> None:
        asked, _, expected = (part.strip() for part in line.partition("->"))
        method, path, *pairs = asked.split()
        params = dict(pair.split("=", 1) for pair in pairs)
        key = params.pop("key", "")
        parts = [self.names.get(part, part) for part in path.split("/")]
        values = {name: self.names.get(value, value) for name, value in params.items()}
        reply = self.world.call(method, "/v1/" + "/".join(parts), values, f"{self.salt}-{key}" if key else "")
        self._compare(line, reply, expected.split())

    def _compare(self, line: str, reply: Reply, expected: list[str]) -> None:
        status, body, headers = reply
        assert str(status) == expected[0], f"{line}: {status} {body}"
        wanted = expected[1:]
        if "as" in wanted:
            place = wanted.index("as")
            self.names[wanted[place + 1]] = body["id"]
            wanted = wanted[:place] + wanted[place + 2 :]
        for pair in wanted:
            found = re.fullmatch(r"(.+?)(!?=)(.*)", pair)
            assert found, f"{line}: {pair} says nothing"
            name, how, value = found.groups()
            seen = _seen(name, body, headers)
            assert (seen == self.names.get(value, value)) == (how == "="), f"{line}: {name} is {seen!r}: {body}"


def _seen(name: str, body: Any, headers: Mapping[str, str]) -> str:
    """The value of one field as text; "" where there is none."""
    if name.startswith("header."):
        return headers.get(name.removeprefix("header."), "")
    if name == "count":
        return str(len(body["data"]))
    value = body.get("error", body)
    for part in name.split("."):
        value = value[int(part)] if isinstance(value, list) else value.get(part)
        if value is None:
            return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


CASES: dict[str, str] = {
    "a refund of everything": """
        charge c 1000 usd
        POST refunds charge=c key=k -> 200 object=refund amount=1000 currency=usd status=succeeded charge=c as r
        GET charges/c -> 200 amount_refunded=1000 refunded=true
        GET refunds/r -> 200 amount=1000""",
    "a refund by payment intent": """
        charge c 1000 usd
        POST refunds payment_intent=c.pi amount=400 -> 200 charge=c payment_intent=c.pi amount=400
        GET charges/c -> 200 amount_refunded=400 refunded=false""",
    "two refunds, each a part": """
        charge c 1000 usd
        POST refunds charge=c amount=400 key=a -> 200 amount=400
        POST refunds charge=c amount=600 key=b -> 200 amount=600
        GET refunds charge=c -> 200 count=2""",
    "two equal parts are two refunds": """
        charge c 1000 usd
        POST refunds charge=c amount=500 key=a -> 200 as one
        POST refunds charge=c amount=500 key=b -> 200 id!=one""",
    "more than the charge": """
        charge c 1000 usd
        POST refunds charge=c amount=1001 -> 400 type=invalid_request_error param=amount
        GET charges/c -> 200 amount_refunded=0""",
    "more than is left": """
        charge c 1000 usd
        POST refunds charge=c amount=700 -> 200
        POST refunds charge=c amount=301 -> 400 param=amount
        POST refunds charge=c amount=300 -> 200""",
    "a second refund of everything": """
        charge c 1000 usd
        POST refunds charge=c key=a -> 200
        POST refunds charge=c key=b -> 400 code=charge_already_refunded""",
    "nothing is no amount": """
        charge c 1000 usd
        POST refunds charge=c amount=0 -> 400 code=parameter_invalid_integer param=amount""",
    "less than nothing is no amount": """
        charge c 1000 usd
        POST refunds charge=c amount=-5 -> 400 code=parameter_invalid_integer""",
    "a point in an amount": """
        charge c 1000 usd
        POST refunds charge=c amount=9.99 -> 400 code=parameter_invalid_integer""",
    "a reason that Stripe knows": """
        charge c 1000 usd
        POST refunds charge=c reason=duplicate -> 200 reason=duplicate""",
    "a reason that it does not": """
        charge c 1000 usd
        POST refunds charge=c reason=sorry -> 400 param=reason""",
    "a parameter that does not exist": """
        charge c 1000 usd
        POST refunds charge=c colour=blue -> 400 code=parameter_unknown param=colour""",
    "no charge named": "POST refunds amount=5 -> 400 type=invalid_request_error",
    "a charge that does not exist": "POST refunds charge=ch_nowhere -> 404 code=resource_missing param=charge",
    "a payment intent that does not exist": "POST refunds payment_intent=pi_nowhere -> 404 code=resource_missing",
    "a refund that does not exist": "GET refunds/re_nowhere -> 404 code=resource_missing",
    "an address that does not exist": "GET nowhere -> 404 type=invalid_request_error",
    "metadata comes back": """
        charge c 1000 usd
        POST refunds charge=c metadata[makegood_act]=mg-1 -> 200 metadata.makegood_act=mg-1
        GET refunds charge=c -> 200 data.0.metadata.makegood_act=mg-1""",
    "a disputed charge": """
        disputed c 1000 usd
        GET charges/c -> 200 disputed=true
        POST refunds charge=c -> 400 code=charge_disputed""",
    "the dispute is listed": """
        disputed c 1000 usd
        GET disputes charge=c -> 200 count=1 data.0.charge=c""",
    "yen have no smaller unit": """
        charge c 500 jpy
        POST refunds charge=c amount=200 -> 200 amount=200 currency=jpy""",
    "dinars end in 0": """
        charge c 12500 kwd
        POST refunds charge=c amount=1234 -> 400 param=amount
        POST refunds charge=c amount=1230 -> 200 amount=1230""",
    "the same key gives the same refund": """
        charge c 1000 usd
        POST refunds charge=c amount=400 key=k -> 200 as r
        POST refunds charge=c amount=400 key=k -> 200 id=r header.idempotent-replayed=true
        GET refunds charge=c -> 200 count=1""",
    "no key, two refunds": """
        charge c 1000 usd
        POST refunds charge=c amount=400 -> 200 as r
        POST refunds charge=c amount=400 -> 200 id!=r""",
    "the same key with another amount": """
        charge c 1000 usd
        POST refunds charge=c amount=400 key=k -> 200
        POST refunds charge=c amount=500 key=k -> 400 type=idempotency_error
        GET charges/c -> 200 amount_refunded=400""",
    "the same key at another endpoint": """
        charge c 1000 usd
        customer u
        POST refunds charge=c amount=400 key=k -> 200
        POST customers/u/balance_transactions amount=-400 currency=usd key=k -> 400 type=idempotency_error""",
    "a no is kept under its key": """
        charge c 1000 usd
        POST refunds charge=c key=a -> 200
        POST refunds charge=c key=b -> 400 code=charge_already_refunded
        POST refunds charge=c key=b -> 400 code=charge_already_refunded header.idempotent-replayed=true""",
    "a bad parameter leaves the key free": """
        charge c 1000 usd
        POST refunds charge=c amount=0 key=k -> 400 code=parameter_invalid_integer
        POST refunds charge=c amount=10 key=k -> 200 amount=10""",
    "a key lives 24 hours": """
        charge c 1000 usd
        POST refunds charge=c amount=400 key=k -> 200 as r
        do advance 23
        POST refunds charge=c amount=400 key=k -> 200 id=r
        do advance 1
        POST refunds charge=c amount=400 key=k -> 200 id!=r""",
    "a key in progress": """
        charge c 1000 usd
        do busy k
        POST refunds charge=c amount=400 key=k -> 409 code=idempotency_key_in_use
        do free k
        POST refunds charge=c amount=400 key=k -> 200""",
    "429 comes before the key": """
        charge c 1000 usd
        do next 429
        POST refunds charge=c key=k -> 429 code=rate_limit header.retry-after=3
        POST refunds charge=c key=k -> 200 header.idempotent-replayed=""",
    "26 calls in one second": """
        charge c 1000 usd
        do calls 25
        GET charges/c -> 429 code=rate_limit
        do advance 1
        GET charges/c -> 200""",
    "each endpoint has its own 25": """
        charge c 1000 usd
        do calls 25
        GET refunds charge=c -> 200""",
    "401 comes before the key": """
        charge c 1000 usd
        do next 401
        POST refunds charge=c key=k -> 401
        POST refunds charge=c key=k -> 200""",
    "a lock": """
        charge c 1000 usd
        do next 409
        POST refunds charge=c key=k -> 409 code=lock_timeout
        POST refunds charge=c key=k -> 200""",
    "a 500 without effect is replayed": """
        charge c 1000 usd
        do next 500-without-effect
        POST refunds charge=c key=k -> 500 type=api_error
        POST refunds charge=c key=k -> 500 header.idempotent-replayed=true
        GET charges/c -> 200 amount_refunded=0""",
    "a 500 with effect is replayed": """
        charge c 1000 usd
        do next 500-with-effect
        POST refunds charge=c amount=400 key=k -> 500
        POST refunds charge=c amount=400 key=k -> 500
        GET charges/c -> 200 amount_refunded=400""",
    "a 503 leaves no trace": """
        charge c 1000 usd
        do next 503
        POST refunds charge=c key=k -> 503
        POST refunds charge=c key=k -> 200""",
    "200 with an error in it": """
        charge c 1000 usd
        do next error-body
        POST refunds charge=c key=k -> 200 type=api_error
        GET charges/c -> 200 amount_refunded=0""",
    "an answer about something else": """
        charge c 1000 usd
        do next other-object
        POST refunds charge=c amount=400 key=k -> 200 charge!=c
        GET charges/c -> 200 amount_refunded=400""",
    "a refund that waits, then arrives": """
        charge c 1000 usd
        do become pending
        POST refunds charge=c -> 200 status=pending as r
        do settle r
        GET refunds/r -> 200 status=succeeded""",
    "a refund that waits, then fails": """
        charge c 1000 usd
        do become pending
        POST refunds charge=c -> 200 status=pending as r
        do fail r
        GET refunds/r -> 200 status=failed failure_reason=expired_or_canceled_card
        GET charges/c -> 200 amount_refunded=0 refunded=false""",
    "a refund that arrived and comes back": """
        charge c 1000 usd
        POST refunds charge=c -> 200 status=succeeded as r
        GET balance -> 200 available.0.amount=0
        do fail r
        GET refunds/r -> 200 status=failed
        GET balance -> 200 available.0.amount=1000
        POST refunds charge=c -> 200""",
    "a refund that needs the customer, called off": """
        charge c 1000 usd
        do become requires_action
        POST refunds charge=c -> 200 status=requires_action as r
        POST refunds/r/cancel -> 200 status=canceled
        GET charges/c -> 200 amount_refunded=0""",
    "a refund that arrived is not called off": """
        charge c 1000 usd
        POST refunds charge=c -> 200 as r
        POST refunds/r/cancel -> 400""",
    "a card's refund waits for money": """
        charge c 1000 usd
        do balance usd 300
        POST refunds charge=c -> 200 status=pending
        GET balance -> 200 available.0.amount=-700""",
    "another method's refund fails without money": """
        charge c 1000 usd
        do balance usd 300
        do method c sepa_debit
        POST refunds charge=c -> 200 status=failed failure_reason=insufficient_funds
        GET charges/c -> 200 amount_refunded=0""",
    "a dispute that opens meanwhile": """
        charge c 1000 usd
        GET charges/c -> 200 disputed=false
        do dispute c
        POST refunds charge=c -> 400 code=charge_disputed""",
    "a dispute that was won": """
        charge c 1000 usd
        do dispute c
        do won c
        GET charges/c -> 200 disputed=true
        POST refunds charge=c -> 200""",
    "a refund by hand in the dashboard": """
        charge c 1000 usd
        do dashboard c 400
        GET charges/c -> 200 amount_refunded=400
        POST refunds charge=c amount=700 -> 400 param=amount""",
    "a list does not show at once what was made": """
        charge c 1000 usd
        do lag 60
        POST refunds charge=c amount=400 -> 200 as r
        GET refunds charge=c -> 200 count=0
        GET refunds/r -> 200 amount=400
        GET charges/c -> 200 amount_refunded=400
        do advance 1
        GET refunds charge=c -> 200 count=1""",
    "a list goes by pages, newest first": """
        charge c 1000 usd
        POST refunds charge=c amount=100 -> 200 as one
        POST refunds charge=c amount=200 -> 200 as two
        GET refunds charge=c limit=1 -> 200 count=1 has_more=true data.0.id=two
        GET refunds charge=c limit=1 starting_after=two -> 200 count=1 has_more=false data.0.id=one""",
    "a key that was revoked": """
        charge c 1000 usd
        do revoke
        POST refunds charge=c key=k -> 401 code=api_key_expired""",
    "an account that was closed": """
        charge c 1000 usd
        do close
        POST refunds charge=c key=k -> 403 code=account_invalid""",
    "an account of somebody else": """
        do account acct_other
        GET balance -> 403 code=account_invalid""",
    "a charge of another account": """
        charge c 1000 usd
        do connect acct_other
        do account acct_other
        GET charges/c -> 404 code=resource_missing""",
    "a currency that the account cannot pay": """
        charge c 12500 kwd
        do cannot-pay kwd
        POST refunds charge=c -> 400 param=currency""",
    "credit for a customer": """
        customer u
        POST customers/u/balance_transactions amount=-500 currency=usd key=k -> 200 amount=-500 ending_balance=-500
        GET customers/u -> 200 balance=-500
        GET customers/u/balance_transactions -> 200 count=1""",
    "credit twice under one key": """
        customer u
        POST customers/u/balance_transactions amount=-500 currency=usd key=k -> 200 as t
        POST customers/u/balance_transactions amount=-500 currency=usd key=k -> 200 id=t
        GET customers/u -> 200 balance=-500""",
    "credit taken back": """
        customer u
        POST customers/u/balance_transactions amount=-500 currency=usd key=k -> 200
        POST customers/u/balance_transactions amount=500 currency=usd key=l -> 200 ending_balance=0""",
    "credit for nobody": """
        POST customers/cus_nowhere/balance_transactions amount=-500 currency=usd -> 404 code=resource_missing""",
    "credit without a currency": """
        customer u
        POST customers/u/balance_transactions amount=-500 -> 400 code=parameter_missing param=currency""",
    "events tell of it": """
        charge c 1000 usd
        POST refunds charge=c -> 200
        GET events type=charge.refunded -> 200 count=1 data.0.data.object.id=c data.0.object=event""",
}
