"""Reading the remedies: balances of the ledger, codes for messages, what is left in a pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Sum

from makegood.kit.money import Money
from makegood.remedies.models import Payout, PayoutBatch, Voucher

_BALANCE = """
SELECT currency, sum(minor)::bigint FROM (
    SELECT currency, minor FROM ledger_transfer WHERE credit = %(account)s
    UNION ALL SELECT currency, -minor FROM ledger_transfer WHERE debit = %(account)s) moves
GROUP BY currency ORDER BY currency
"""
_ALL = """
SELECT account, currency, sum(minor)::bigint FROM (
    SELECT credit AS account, currency, minor FROM ledger_transfer
    UNION ALL SELECT debit, currency, -minor FROM ledger_transfer) moves
GROUP BY account, currency ORDER BY account, currency
"""
_STATEMENT = """
SELECT key, CASE WHEN credit = %(account)s THEN minor ELSE -minor END, currency, memo, at
FROM ledger_transfer WHERE %(account)s IN (credit, debit) ORDER BY id
"""
_STOCK = """
SELECT p.name, v.currency, v.minor, count(*) FILTER (WHERE v.key IS NULL AND v.voided_at IS NULL
           AND (v.expires_on IS NULL OR v.expires_on >= (now() AT TIME ZONE 'UTC')::date)),
       count(v.key), count(v.id)
FROM voucher_pool p LEFT JOIN voucher v ON v.pool_id = p.id WHERE p.brand = %s
GROUP BY p.name, v.currency, v.minor ORDER BY p.name, v.currency, v.minor
"""


@dataclass(frozen=True)
class Move:
    """One line of an account's statement: positive when credited. `key` names the act."""

    key: str
    amount: Money
    memo: str
    at: datetime


@dataclass(frozen=True)
class Stock:
    """Codes of one pool and value: `free` can be given today; the rest of `loaded` is given, expired or void."""

    pool: str
    worth: Money | None
    free: int
    given: int
    loaded: int


def get_balance(account: str) -> dict[str, Money]:
    """By currency: credited less debited. An account without transfers has no currency."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCE, {"account": account})
        return {currency: Money(int(minor), currency) for currency, minor in cursor.fetchall()}


def list_balances() -> dict[tuple[str, str], Money]:
    """Every account's balance by (account, currency); per currency they sum to zero."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL)
        return {(account, currency): Money(int(minor), currency) for account, currency, minor in cursor.fetchall()}


def list_moves(account: str) -> list[Move]:
    """The account's statement, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, {"account": account})
        return [Move(key, Money(minor, currency), memo, at) for key, minor, currency, memo, at in cursor.fetchall()]


def get_voucher_codes(keys: Sequence[str]) -> dict[str, str]:
    """The code given under each key, for the message to the customer; taken-back codes are left out."""
    found = Voucher.objects.filter(key__in=list(keys), voided_at=None).values_list("key", "code")
    return {str(key): code for key, code in found}


def list_stock(brand: str) -> list[Stock]:
    """What is left in each pool of a brand, by value."""
    with connection.cursor() as cursor:
        cursor.execute(_STOCK, [brand])
        return [
            Stock(pool, Money(minor, currency) if currency else None, free, given, loaded)
            for pool, currency, minor, free, given, loaded in cursor.fetchall()
        ]


@dataclass(frozen=True)
class Waiting:
    """Lines of one account and currency that no file has yet."""

    payer: str
    lines: int
    total: Money


def list_payouts_waiting(brand: str) -> list[Waiting]:
    """What the next files of a brand would hold, by account and currency."""
    found = Payout.objects.filter(brand=brand, state="waiting").values_list("payer", "currency")
    sums = found.annotate(lines=Count("id"), minor=Sum("minor")).order_by("payer", "currency")
    return [Waiting(payer, lines, Money(int(minor), currency)) for payer, currency, lines, minor in sums]


def list_payout_files(brand: str) -> list[PayoutBatch]:
    """The files of a brand, newest first."""
    return list(PayoutBatch.objects.filter(brand=brand).order_by("-id"))
