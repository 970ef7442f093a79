"""What an answer of Stripe means: a receipt, a no, or not known. Stripe's own code and words are kept.

A 409 or 429 is *not now*; a 5xx or an answer that cannot be read is *unknown*; a key that was revoked or an account
that was closed is nobody's recipient's fault and stops the plan; any other 4xx is a no for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import stripe

from makegood.kit.money import Money
from makegood.kit.plugins import OutcomeUnknown, ProviderError, Receipt, scrub
from makegood.remedies.answers import seconds
from makegood.remedies.stripe_units import to_stripe

What = Literal["refund", "customer-credit"]
BUSY = frozenset({409, 424, 425, 429})
# Codes of a 400 that say the account or its key cannot do this for anybody.
OF_THE_ACCOUNT = frozenset(
    {
        "account_closed",
        "account_invalid",
        "api_key_expired",
        "livemode_mismatch",
        "platform_api_key_expired",
        "secret_key_required",
        "testmode_charges_only",
    }
)


@dataclass(frozen=True)
class Order:
    """What is asked of Stripe for one act. `target` is the charge, payment intent or customer; `params` are what is
    sent, the same at every repeat."""

    what: What
    key: str
    target: str
    amount: Money
    params: Mapping[str, Any]

    @property
    def endpoint_key(self) -> str:
        """Stripe's keys belong to one endpoint; ours says which."""
        return f"{self.key}/{'refunds' if self.what == 'refund' else 'balance_transactions'}"


def order_of(key: str, amount: Money, facts: Mapping[str, Any], instructions: Mapping[str, Any]) -> Order:
    """Raises `ProviderError` (permanent) when the facts do not name what Stripe needs."""
    what: What = instructions.get("what", "refund")
    metadata = {"makegood_act": key}
    minor = to_stripe(amount)
    if what == "customer-credit":
        customer = _named(facts, str(instructions.get("customer", "stripe_customer")), ("cus_",), "a customer")
        credit: dict[str, Any] = {"amount": -minor, "currency": amount.currency.lower(), "metadata": metadata}
        if description := instructions.get("description"):
            credit["description"] = description
        return Order(what, key, customer, amount, credit)
    charge = _named(facts, str(instructions.get("charge", "charge")), ("ch_", "py_", "pi_"), "a charge")
    params: dict[str, Any] = {charge_name(charge): charge, "amount": minor, "metadata": metadata}
    if reason := instructions.get("reason"):
        params["reason"] = reason
    return Order(what, key, charge, amount, params)


def charge_name(target: str) -> str:
    return "payment_intent" if target.startswith("pi_") else "charge"


def _named(facts: Mapping[str, Any], fact: str, prefixes: tuple[str, ...], what: str) -> str:
    value = facts.get(fact)
    name = value.strip() if isinstance(value, str) else ""
    if name.startswith(prefixes) and name.replace("_", "").isalnum() and len(name) <= 255:
        return name
    words = f"The fact '{fact}' is not the id of {what} at Stripe ({', '.join(prefixes)}…)."
    raise ProviderError(words, permanent=True, code=f"no-{what.rsplit(maxsplit=1)[-1]}")


def refusal_of(error: stripe.StripeError) -> ProviderError | OutcomeUnknown:
    """What an error of the SDK means."""
    status = error.http_status or 0
    kind, code, param = (_said(error, name) for name in ("type", "code", "param"))
    word = code or (f"refused-{param}" if param else str(status))
    words = f"Stripe says {status} {word}: {scrub(error.user_message or '')}".rstrip(": ")
    if not status or status < 400:
        return OutcomeUnknown("Stripe answers, but the answer cannot be read.", code="unreadable-answer")
    if status >= 500 or status == 408:
        return OutcomeUnknown(words, code=str(status))
    if status in BUSY:
        wait = seconds(str((error.headers or {}).get("retry-after", "")))
        return ProviderError(words, permanent=False, code=word, retry_after=wait)
    if kind == "idempotency_error":
        return ProviderError(words, permanent=True, code="key-used-for-other")
    if status in (401, 403) or code in OF_THE_ACCOUNT:
        return ProviderError(words, permanent=False, code=word, stops=True)
    return ProviderError(words, permanent=True, code=word)


def is_absent(error: stripe.StripeError) -> bool:
    return error.http_status == 404 and _said(error, "code") == "resource_missing"


def _said(error: stripe.StripeError, name: str) -> str:
    body = error.json_body
    found = body.get("error") if isinstance(body, dict) else None
    value = found.get(name) if isinstance(found, dict) else None
    return value if isinstance(value, str) else ""


def plain(made: object) -> dict[str, Any]:
    """The SDK's object as a dictionary; an empty one for anything that is none."""
    return made.to_dict() if isinstance(made, stripe.StripeObject) else {}


def replayed(made: object) -> bool:
    """Whether Stripe gave an answer that it had given before: it says how things were then."""
    response = made.last_response if isinstance(made, stripe.StripeObject) else None
    return response is not None and response.headers.get("idempotent-replayed", "") == "true"


def receipt_of(made: Mapping[str, Any], order: Order) -> Receipt:
    """The receipt of what Stripe shows. Raises `OutcomeUnknown` when it is not the act that was asked for, or in a
    state that nobody knows; `ProviderError` when it did not take effect."""
    if not _is_asked(made, order):
        words = "Stripe's answer is about something else than was asked."
        raise OutcomeUnknown(words, code="another-object")
    if order.what == "customer-credit":
        return Receipt("done", str(made["id"]), "credited")
    return refund_receipt(made)


def refund_receipt(made: Mapping[str, Any]) -> Receipt:
    reference, status = str(made["id"]), str(made.get("status"))
    if status == "succeeded":
        return Receipt("done", reference, status)
    if status == "pending":
        return Receipt("accepted", reference, status)
    if status == "requires_action":
        return Receipt("waiting", reference, status, "The customer must say where the money goes; Stripe has asked.")
    if status in ("failed", "canceled"):
        reason = scrub(str(made.get("failure_reason") or status))
        raise ProviderError(f"Stripe says the refund {reference} {status}: {reason}.", permanent=True, code=reason)
    words = f"Stripe says the refund {reference} is '{scrub(status, limit=40)}', which is not a known state."
    raise OutcomeUnknown(words, code="unknown-status")


def _is_asked(made: Mapping[str, Any], order: Order) -> bool:
    metadata = made.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("makegood_act") != order.key or not made.get("id"):
        return False
    if made.get("currency") != order.amount.currency.lower() or made.get("amount") != order.params["amount"]:
        return False
    if order.what == "customer-credit":
        return made.get("object") == "customer_balance_transaction" and made.get("customer") == order.target
    return made.get("object") == "refund" and made.get(charge_name(order.target)) == order.target
