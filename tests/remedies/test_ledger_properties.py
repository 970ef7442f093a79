"""Whatever is credited and taken back, in any order and again: the books sum to zero and agree with a plain model."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from typing import Any

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.kit.money import Money
from makegood.kit.plugins import Answer, ProviderError, Receipt, Surroundings
from makegood.remedies.amounts import LARGEST
from makegood.remedies.queries import get_balance, list_balances, list_moves
from makegood.remedies.store_credit import StoreCredit
from makegood.testing.contract import answers, made_up

Books = Counter[tuple[str, str]]
credits_ = st.tuples(
    st.just("credit"),
    st.integers(0, 7),  # key
    st.integers(0, 2),  # customer
    st.sampled_from(["fix", "make good"]),
    st.one_of(st.integers(1, 10_000), st.sampled_from([1, LARGEST])),
    st.sampled_from(["USD", "EUR", "JPY"]),
)
reversals = st.tuples(st.just("reverse"), st.integers(0, 7))
histories = st.lists(st.one_of(credits_, credits_, reversals), min_size=1, max_size=25)
_run = itertools.count(1)


class Model:
    """What a careful person with a sheet of paper would have written down."""

    def __init__(self) -> None:
        self.given: dict[int, tuple[int, str, int, str]] = {}
        self.taken: set[int] = set()

    def credit(self, key: int, *what: Any) -> str:
        if self.given.setdefault(key, what) != what:
            return "key-used-for-other"
        return "reversed" if key in self.taken else "booked"

    def reverse(self, key: int) -> str:
        if key not in self.given:
            return "nothing-to-reverse"
        self.taken.add(key)
        return "reversed"

    def books(self, brand: str, first: int) -> Books:
        books: Books = Counter()
        for key, (customer, kind, minor, currency) in self.given.items():
            basis = {"fix": "redress", "make good": "goodwill"}[kind]
            moved = 0 if key in self.taken else minor
            books[f"brand:{brand}:{basis}", currency] -= moved
            books[f"customer:{first + customer}:credit", currency] += moved
        return books


async def play(database: Any, brand: str, first: int, history: list[Any]) -> tuple[Model, list[tuple[str, str]]]:
    """Plays a history on the ledger and on the model; returns what each of the two said, step by step."""
    model, said = Model(), []
    plugin = await StoreCredit.open(Surroundings({}, lambda: psycopg.AsyncConnection.connect(database.app_url)))
    try:
        for verb, key, *rest in history:
            if verb == "reverse":
                try:
                    found: Answer = await plugin.reverse(f"{brand}-{key}")
                except ProviderError as no:
                    found = no
                said.append((found.code, model.reverse(key)))
                continue
            customer, kind, minor, currency = rest
            envelope = made_up(
                StoreCredit,
                key=f"{brand}-{key}",
                brand=brand,
                customer=first + customer,
                kind=kind,
                amount=Money(minor, currency),
            )
            window = [envelope, envelope] if minor % 2 else [envelope]
            found = (await answers(plugin, window))[0]
            said.append((found.code, model.credit(key, *rest)))
    finally:
        await plugin.close()
    return model, said


def test_the_books_always_sum_to_zero(database: Any) -> None:
    @settings(
        max_examples=25,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(histories)
    def histories_end_as_the_model_says(history: list[Any]) -> None:
        number = next(_run)
        brand, first = f"b{number}", number * 10
        model, said = asyncio.run(play(database, brand, first, history))
        assert [ledger for ledger, _ in said] == [paper for _, paper in said]
        expected = model.books(brand, first)
        accounts = {account for account, _ in expected}
        found = {
            (account, currency): money.minor for account in accounts for currency, money in get_balance(account).items()
        }
        assert found == dict(expected)
        for account in accounts:
            moves = list_moves(account)
            for currency, balance in get_balance(account).items():
                assert sum(move.amount.minor for move in moves if move.amount.currency == currency) == balance.minor
            assert len({move.key for move in moves}) == len(moves), "no key moves money twice in one account"

    histories_end_as_the_model_says()
    sums: Counter[str] = Counter()
    for (_, currency), money in list_balances().items():
        sums[currency] += money.minor
    assert set(sums) == {"USD", "EUR", "JPY"}
    assert set(sums.values()) == {0}


def test_the_largest_sums_stay_exact(database: Any) -> None:
    """9,000 times the largest payment overflows nothing that is summed."""
    with psycopg.connect(database.app_url) as db:
        db.execute(
            "INSERT INTO ledger_transfer (key, debit, credit, minor, currency)"
            " SELECT 'k' || n, 'brand:b:redress', 'customer:1:credit', %s, 'USD' FROM generate_series(1, 9000) n",
            [LARGEST],
        )
    assert get_balance("customer:1:credit") == {"USD": Money(9_000 * LARGEST, "USD")}
    answer = asyncio.run(_one(database, made_up(StoreCredit, amount=Money(LARGEST + 1, "USD"))))
    assert isinstance(answer, ProviderError) and answer.code == "bad-amount"
    answer = asyncio.run(_one(database, made_up(StoreCredit, amount=Money(LARGEST, "USD"))))
    assert isinstance(answer, Receipt)


async def _one(database: Any, envelope: Any) -> Answer:
    plugin = await StoreCredit.open(Surroundings({}, lambda: psycopg.AsyncConnection.connect(database.app_url)))
    try:
        return (await answers(plugin, [envelope]))[0]
    finally:
        await plugin.close()
