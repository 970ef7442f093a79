"""The ledger is double entry, only ever added to, and one key is one transfer."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from makegood.kit.money import Money
from makegood.kit.plugins import Answer, Envelope, ProviderError, Receipt, Surroundings
from makegood.remedies.queries import get_balance, list_balances, list_moves
from makegood.remedies.store_credit import StoreCredit
from makegood.testing.contract import answers, made_up


def surroundings(database: Any) -> Surroundings:
    return Surroundings({}, lambda: psycopg.AsyncConnection.connect(database.app_url))


def act(database: Any, *window: Envelope) -> list[Answer]:
    async def whole() -> list[Answer]:
        plugin = await StoreCredit.open(surroundings(database))
        try:
            found = await answers(plugin, window)
        finally:
            await plugin.close()
        return [found[index] for index in range(len(window))]

    return asyncio.run(whole())


def reverse(database: Any, key: str) -> Receipt:
    async def whole() -> Receipt:
        plugin = await StoreCredit.open(surroundings(database))
        try:
            return await plugin.reverse(key)
        finally:
            await plugin.close()

    return asyncio.run(whole())


def credit(customer: int, minor: int, **changes: Any) -> Envelope:
    amount = Money(minor, changes.pop("currency", "USD"))
    return made_up(StoreCredit, **{"brand": "b1", "customer": customer, "amount": amount, **changes})


def test_owed_and_given_are_never_one_account(database: Any) -> None:
    window = [
        credit(1, 500),
        credit(1, 200, kind="make good"),
        credit(1, 99, kind="make good", instructions={"basis": "redress"}),
        credit(2, 1000, currency="JPY"),
    ]
    assert all(isinstance(answer, Receipt) for answer in act(database, *window))
    assert get_balance("customer:1:credit") == {"USD": Money(799, "USD")}
    assert get_balance("customer:2:credit") == {"JPY": Money(1000, "JPY")}
    assert get_balance("brand:b1:redress") == {"JPY": Money(-1000, "JPY"), "USD": Money(-599, "USD")}
    assert get_balance("brand:b1:goodwill") == {"USD": Money(-200, "USD")}
    assert get_balance("customer:3:credit") == {}


def sums(balances: dict[tuple[str, str], Money]) -> dict[str, int]:
    found: dict[str, int] = {}
    for (_, currency), money in balances.items():
        found[currency] = found.get(currency, 0) + money.minor
    return found


def test_the_books_balance_after_many_workers_and_reversals(database: Any) -> None:
    """Six workers carry out overlapping windows, each reversal is asked for twice: everything is back at zero."""
    window = [credit(number % 40, 100 + number, key=f"mg-{number}") for number in range(300)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda shift: act(database, *window[shift:], *window[:shift]), range(0, 300, 50)))
    assert sums(list_balances()) == {"USD": 0}
    assert get_balance("brand:b1:redress") == {"USD": Money(-sum(100 + n for n in range(300)), "USD")}
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: reverse(database, f"mg-{number}"), [*range(60), *range(60)]))
    for number in range(60):
        assert [move.amount.minor for move in list_moves(f"customer:{number}:credit") if move.memo == "reversed"] == [
            -(100 + other) for other in range(60) if other % 40 == number
        ]
    assert sums(list_balances()) == {"USD": 0}
    assert get_balance("brand:b1:redress") == {"USD": Money(-sum(100 + n for n in range(60, 300)), "USD")}


@pytest.mark.parametrize(
    "other",
    [
        {"amount": Money(501, "USD")},
        {"amount": Money(500, "EUR")},
        {"customer": 2},
        {"brand": "b2"},
        {"kind": "make good"},
    ],
)
def test_a_key_means_one_transfer_for_ever(database: Any, other: dict[str, Any]) -> None:
    assert isinstance(act(database, credit(1, 500, key="mg-1"))[0], Receipt)
    answer = act(database, made_up(StoreCredit, **{"key": "mg-1", "brand": "b1", "customer": 1, "kind": "fix",
                                                   "amount": Money(500, "USD"), **other}))[0]  # fmt: skip
    assert isinstance(answer, ProviderError)
    assert (answer.permanent, answer.code) == (True, "key-used-for-other")
    assert get_balance("customer:1:credit") == {"USD": Money(500, "USD")}


def test_a_reversal_is_never_itself_reversed_into_money(database: Any) -> None:
    act(database, credit(1, 500, key="mg-1"))
    reverse(database, "mg-1")
    reverse(database, "mg-1")
    assert get_balance("customer:1:credit") == {"USD": Money(0, "USD")}
    assert [move.amount.minor for move in list_moves("customer:1:credit")] == [500, -500]


@pytest.mark.parametrize(
    "change",
    ["UPDATE ledger_transfer SET minor = 1", "DELETE FROM ledger_transfer", "TRUNCATE ledger_transfer"],
)
@pytest.mark.parametrize("who", ["app_url", "owner_url"])
def test_nothing_is_ever_changed(database: Any, change: str, who: str) -> None:
    act(database, credit(1, 500))
    with psycopg.connect(getattr(database, who)) as db, pytest.raises(psycopg.Error):
        db.execute(change)
    assert get_balance("customer:1:credit") == {"USD": Money(500, "USD")}


@pytest.mark.parametrize(
    "row",
    ["('k', 'a', 'b', 0, 'USD')", "('k', 'a', 'b', -5, 'USD')", "('k', 'a', 'a', 5, 'USD')"],
)
def test_the_table_itself_refuses_nonsense(database: Any, row: str) -> None:
    with psycopg.connect(database.app_url) as db, pytest.raises(psycopg.errors.CheckViolation):
        db.execute(f"INSERT INTO ledger_transfer (key, debit, credit, minor, currency) VALUES {row}")


def test_the_ledger_is_a_sealed_stream_whose_leaves_name_no_one(database: Any) -> None:
    act(database, credit(7, 500, key="mg-7"))
    with psycopg.connect(database.app_url) as db:
        leaf = db.execute("SELECT leaf FROM sealed_stream WHERE name = 'ledger'").fetchone()[0]
        said = db.execute(f"SELECT {leaf} FROM ledger_transfer").fetchone()[0]
    assert '"mg-7", "brand:b1:redress", "customer:7:credit", 500, "USD"' in said
    assert "Wilhelmina" not in said


def test_a_lost_database_is_unknown_and_the_next_window_connects_again(database: Any) -> None:
    envelope = credit(1, 500)

    async def whole() -> tuple[Answer, Answer]:
        plugin = await StoreCredit.open(surroundings(database))
        backend = plugin._connection.info.backend_pid
        with psycopg.connect(database.app_url, autocommit=True) as db:
            db.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
        lost = (await answers(plugin, [envelope]))[0]
        again = (await answers(plugin, [envelope]))[0]
        await plugin.close()
        return lost, again

    lost, again = asyncio.run(whole())
    assert not isinstance(lost, Receipt)
    assert not getattr(lost, "permanent", False)
    assert isinstance(again, Receipt)
    assert get_balance("customer:1:credit") == {"USD": Money(500, "USD")}


def test_no_database_at_all() -> None:
    gone = Surroundings({}, lambda: psycopg.AsyncConnection.connect("host=127.0.0.1 port=1 connect_timeout=2"))
    with pytest.raises(ProviderError) as caught:
        asyncio.run(StoreCredit.open(gone))
    assert (caught.value.permanent, caught.value.code) == (False, "database-gone")
