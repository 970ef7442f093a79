"""One account's books as Stripe keeps them: charges, refunds, disputes, customers' credit, the balance.

Amounts are Stripe's: the smallest unit for most currencies, whole units for those without one, tenths of a unit's
thousandth never. Objects are plain dictionaries with the names of the API.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from makegood.testing.stripe_model_keys import Refused, VirtualClock

Object = dict[str, Any]
Tell = Callable[[str, Object, Object], None]  # the type of an event, the object as it is now, what it was before
WITH_THOUSANDTHS = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
_CARD = "card"


class Books:
    """What one account has. `refunds_become` is the status of the next refunds, `cannot_pay` the currencies that the
    account has no balance for; `tell` hears of every event."""

    def __init__(self, account: str, clock: VirtualClock, tell: Tell) -> None:
        self.account = account
        self.refunds_become = "succeeded"
        self.cannot_pay: set[str] = set()
        self.available: dict[str, int] = {}
        self.charges: dict[str, Object] = {}
        self.refunds: dict[str, Object] = {}
        self.disputes: dict[str, Object] = {}
        self.intents: dict[str, Object] = {}
        self.customers: dict[str, Object] = {}
        self.credits: dict[str, Object] = {}
        self._clock = clock
        self._tell = tell
        self._numbers = 0

    def add_charge(self, amount: int, currency: str = "usd", **changes: Any) -> str:
        """A captured charge and its payment intent; the money is on the balance. `changes` replace fields."""
        charge, intent = self._id("ch"), self._id("pi")
        made = {
            "id": charge,
            "object": "charge",
            "amount": amount,
            "amount_captured": amount,
            "amount_refunded": 0,
            "captured": True,
            "created": self._clock.seconds,
            "currency": currency,
            "disputed": False,
            "livemode": False,
            "metadata": {},
            "paid": True,
            "payment_intent": intent,
            "payment_method_details": {"type": _CARD},
            "refunded": False,
            "status": "succeeded",
        }
        self.charges[charge] = made | changes
        self.intents[intent] = {
            "id": intent,
            "object": "payment_intent",
            "amount": amount,
            "amount_received": amount,
            "currency": currency,
            "latest_charge": charge,
            "livemode": False,
            "metadata": {},
            "status": "succeeded",
        }
        self.available[currency] = self.available.get(currency, 0) + amount
        return charge

    def add_customer(self, currency: str = "usd") -> str:
        customer = self._id("cus")
        self.customers[customer] = {
            "id": customer,
            "object": "customer",
            "balance": 0,
            "currency": currency,
            "livemode": False,
            "metadata": {},
        }
        return customer

    def refund(self, params: Mapping[str, str], metadata: Mapping[str, str]) -> Object:
        """Raises `Refused` as the API does; an amount that is left out is all there is left."""
        charge = self.charge_of(params)
        amount = self._refundable(charge, int(params["amount"]) if "amount" in params else None)
        method = charge["payment_method_details"]["type"]
        short = self.available.get(charge["currency"], 0) < amount
        made = {
            "id": self._id("re"),
            "object": "refund",
            "amount": amount,
            "charge": charge["id"],
            "created": self._clock.seconds,
            "currency": charge["currency"],
            "metadata": dict(metadata),
            "payment_intent": charge["payment_intent"],
            "reason": params.get("reason"),
            "status": self.refunds_become,
            "made_ms": self._clock.ms,
        }
        if short:
            # A card's refund waits for money to come in; other methods fail at once.
            made |= {"status": "pending"} if method == _CARD else {"status": "failed"}
        self.refunds[made["id"]] = made
        if made["status"] == "failed":
            made["failure_reason"] = "insufficient_funds"
        else:
            self._move(made, amount)
            self._tell("charge.refunded", charge, {})
        self._tell("refund.created", made, {})
        return made

    def _refundable(self, charge: Object, asked: int | None) -> int:
        """The amount, or why not. What is refused here had begun: the key keeps the answer."""
        if charge["currency"] in self.cannot_pay:
            words = f"Your account has no balance in {charge['currency']} to refund from."
            raise Refused(400, words, param="currency", begun=True)
        if not charge["captured"] or charge["status"] != "succeeded":
            raise Refused(400, f"Charge {charge['id']} has not been captured.", param="charge", begun=True)
        rest = charge["amount_captured"] - charge["amount_refunded"]
        if rest <= 0:
            words = f"Charge {charge['id']} has already been refunded."
            raise Refused(400, words, word="charge_already_refunded", begun=True)
        if any(one["status"] not in ("won", "warning_closed") for one in self.list_disputes(charge["id"])):
            words = f"Charge {charge['id']} has been charged back; cannot issue a refund."
            raise Refused(400, words, word="charge_disputed", begun=True)
        amount = rest if asked is None else asked
        if amount > rest:
            words = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({rest})."
            raise Refused(400, words, param="amount", begun=True)
        if charge["currency"] in WITH_THOUSANDTHS and amount % 10:
            words = f"Invalid amount: the last digit must be 0 in {charge['currency']}."
            raise Refused(400, words, word="parameter_invalid_integer", param="amount", begun=True)
        return amount

    def settle(self, refund: str) -> None:
        """A refund that waited has arrived."""
        self._become(refund, "succeeded")

    def fail(self, refund: str, reason: str = "expired_or_canceled_card") -> None:
        """A refund comes back, early or late: the money is on the balance again, and owed again."""
        made = self.refunds[refund]
        self._move(made, -made["amount"])
        made["failure_reason"] = reason
        self._become(refund, "failed")
        self._tell("refund.failed", made, {})

    def cancel(self, refund: str) -> Object:
        """Only a refund that waits for the customer can be called off."""
        made = self.one(self.refunds, refund, "refund")
        if made["status"] != "requires_action":
            raise Refused(400, f"Refund {refund} is {made['status']} and can't be canceled.", begun=True)
        self._move(made, -made["amount"])
        self._become(refund, "canceled")
        return made

    def refund_in_dashboard(self, charge: str, amount: int | None = None) -> str:
        """Somebody of the firm does it by hand."""
        params = {"charge": charge} | ({"amount": str(amount)} if amount is not None else {})
        return str(self.refund(params, {})["id"])

    def open_dispute(self, charge: str, status: str = "needs_response") -> str:
        found = self.charges[charge]
        found["disputed"] = True
        dispute = self._id("dp")
        self.disputes[dispute] = {
            "id": dispute,
            "object": "dispute",
            "amount": found["amount"],
            "charge": charge,
            "created": self._clock.seconds,
            "currency": found["currency"],
            "payment_intent": found["payment_intent"],
            "reason": "duplicate",
            "status": status,
        }
        self._tell("charge.dispute.created", self.disputes[dispute], {})
        return dispute

    def close_dispute(self, dispute: str, status: str) -> None:
        """`status` is won or lost."""
        self.disputes[dispute]["status"] = status
        self._tell("charge.dispute.closed", self.disputes[dispute], {})

    def credit(self, customer: str, params: Mapping[str, str], metadata: Mapping[str, str]) -> Object:
        """A transaction on a customer's balance: negative is credit."""
        found = self.one(self.customers, customer, "customer")
        currency = params["currency"].lower()
        if currency in self.cannot_pay:
            raise Refused(400, f"Invalid currency: {currency}.", param="currency", begun=True)
        found["balance"] += int(params["amount"])
        made = {
            "id": self._id("cbtxn"),
            "object": "customer_balance_transaction",
            "amount": int(params["amount"]),
            "created": self._clock.seconds,
            "currency": currency,
            "customer": customer,
            "ending_balance": found["balance"],
            "metadata": dict(metadata),
            "type": "adjustment",
            "made_ms": self._clock.ms,
        }
        self.credits[made["id"]] = made
        return made

    def list_disputes(self, charge: str) -> list[Object]:
        return [one for one in self.disputes.values() if one["charge"] == charge]

    def charge_of(self, params: Mapping[str, str]) -> Object:
        if "charge" in params:
            return self.one(self.charges, params["charge"], "charge")
        intent = self.one(self.intents, params["payment_intent"], "payment_intent")
        return self.charges[intent["latest_charge"]]

    def one(self, table: Mapping[str, Object], name: str, kind: str) -> Object:
        if name not in table:
            raise Refused(404, f"No such {kind}: '{name}'", word="resource_missing", param=kind)
        return table[name]

    def _become(self, refund: str, status: str) -> None:
        made = self.refunds[refund]
        before = {"status": made["status"]}
        made["status"] = status
        self._tell("refund.updated", made, before)
        self._tell("charge.refund.updated", made, before)

    def _move(self, refund: Object, amount: int) -> None:
        """`amount` leaves the balance and is refunded; a negative one is the way back."""
        charge = self.charges[refund["charge"]]
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
        self.available[charge["currency"]] -= amount

    def _id(self, prefix: str) -> str:
        self._numbers += 1
        return f"{prefix}_{self.account.removeprefix('acct_')}{self._numbers:06d}"
