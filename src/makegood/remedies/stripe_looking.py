"""The look at a payment before money goes back: is it there, ours, disputed, given back already, and how much is left?

What was refunded under Makegood's own marks does not count as given elsewhere: it is in our books.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from makegood.kit.looking import Inspection
from makegood.kit.money import Money
from makegood.kit.plugins import scrub
from makegood.remedies.stripe_account import LIVE, Account
from makegood.remedies.stripe_answers import Order, receipt_of
from makegood.remedies.stripe_units import from_stripe

OVER = frozenset({"won", "warning_closed", "prevented"})  # disputes that no longer stand in the way


async def look(account: Account, order: Order, *, oldest: timedelta, now: datetime) -> Inspection:
    """Raises `ProviderError`, `OutcomeUnknown` when Stripe does not say."""
    if order.what == "customer-credit":
        return await _look_at_customer(account, order)
    charge = await account.charge(order.target)
    if charge is None:
        return Inspection("no-such-object", f"Stripe knows no {order.target} in this account.")
    currency = order.amount.currency
    if charge.get("currency") != currency.lower():
        paid_in = scrub(str(charge.get("currency")).upper(), limit=3)
        return Inspection("wrong-currency", f"The payment was made in {paid_in}; {currency} cannot be given back.")
    refunds = await account.made_for(order) if charge.get("amount_refunded") else []
    for one in refunds:
        if _act_of(one) == order.key and one.get("status") in LIVE:
            return Inspection("ours", "This act was done already.", receipt=receipt_of(one, order))
    return await _judged(account, order, charge, refunds, (oldest, now))


async def _judged(
    account: Account,
    order: Order,
    charge: Mapping[str, Any],
    refunds: Sequence[Mapping[str, Any]],
    age: tuple[timedelta, datetime],
) -> Inspection:
    currency = order.amount.currency.lower()
    captured, refunded = int(charge["amount_captured"]), int(charge["amount_refunded"])
    rest = from_stripe(captured - refunded, currency)
    if charge.get("disputed") and (words := _open_dispute(await account.disputes(str(charge["id"])))):
        return Inspection("disputed", words, rest=rest)
    ours = sum(int(one["amount"]) for one in refunds if _act_of(one) and one.get("status") in LIVE)
    elsewhere = from_stripe(max(refunded - ours, 0), currency)
    if elsewhere.minor > 0:
        whole = from_stripe(captured, currency)
        return Inspection("already", f"{elsewhere} of {whole} was refunded at Stripe, not by Makegood.", rest=rest)
    if order.amount > rest:
        return Inspection("rest-too-small", f"{rest} of the payment can still be refunded, not {order.amount}.", rest)
    oldest, now = age
    if "created" in charge and now - datetime.fromtimestamp(int(charge["created"]), UTC) > oldest:
        paid_on = datetime.fromtimestamp(int(charge["created"]), UTC).date().isoformat()
        words = f"The payment is of {paid_on}, older than {oldest.days} days: the refund may not arrive."
        return Inspection("too-old", words, rest=rest)
    return Inspection("fine", rest=rest)


async def _look_at_customer(account: Account, order: Order) -> Inspection:
    customer = await account.customer(order.target)
    if customer is None:
        return Inspection("no-such-object", f"Stripe knows no customer {order.target} in this account.")
    has = customer.get("currency")
    if has and has != order.amount.currency.lower():
        said = scrub(str(has).upper(), limit=3)
        return Inspection("wrong-currency", f"The customer is billed in {said}; credit in another currency is no use.")
    for one in await account.made_for(order):
        if _act_of(one) == order.key:
            return Inspection("ours", "This act was done already.", receipt=receipt_of(one, order))
    return Inspection("fine")


def complete(charge: Mapping[str, Any], refunds: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a list of refunds is all there is: lists lag, the charge itself does not."""
    listed = sum(int(one["amount"]) for one in refunds if one.get("status") in LIVE)
    return listed == int(charge.get("amount_refunded", 0))


def current(customer: Mapping[str, Any], transactions: Sequence[Mapping[str, Any]]) -> bool:
    """The same for the transactions on a customer's balance, newest first."""
    shown = int(transactions[0]["ending_balance"]) if transactions else 0
    return shown == int(customer.get("balance", 0))


def _open_dispute(disputes: Sequence[Mapping[str, Any]]) -> str:
    for one in disputes:
        status, reason = (scrub(str(one.get(name)), limit=40) for name in ("status", "reason"))
        if status not in OVER:
            disputed = from_stripe(int(one["amount"]), str(one["currency"]))
            return f"{disputed} of the payment is disputed at the customer's bank ({reason}, {status})."
    # The charge says disputed and the list does not show it yet.
    return "" if disputes else "The payment is disputed at the customer's bank."


def _act_of(made: Mapping[str, Any]) -> str:
    metadata = made.get("metadata")
    return str(metadata.get("makegood_act", "")) if isinstance(metadata, Mapping) else ""


def by_currency(balance: Mapping[str, Any]) -> dict[str, Money]:
    """What is available, of Stripe's balance object."""
    lines = balance.get("available")
    found: dict[str, Money] = {}
    for line in lines if isinstance(lines, list) else []:
        money = from_stripe(int(line["amount"]), str(line["currency"]))
        found[money.currency] = found.get(money.currency, Money(0, money.currency)) + money
    return found
