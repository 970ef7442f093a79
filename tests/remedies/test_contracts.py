"""Every remedy passes the plug-in contract: ledger and vouchers on PostgreSQL, http against the strict provider."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from makegood.kit.money import Money
from makegood.kit.plugins import Envelope, Surroundings
from makegood.remedies import REMEDIES
from makegood.remedies.http import Http
from makegood.remedies.store_credit import StoreCredit
from makegood.remedies.voucher import Voucher
from makegood.testing.contract import PluginContract, made_up
from makegood.testing.http_provider import HttpProvider


class TestStoreCredit(PluginContract):
    plugin = StoreCredit

    @pytest.fixture(autouse=True)
    def _database(self, database: Any) -> None:
        self.url = database.app_url

    def surroundings(self) -> Surroundings:
        return Surroundings({}, lambda: psycopg.AsyncConnection.connect(self.url))

    def effects(self, key: str) -> int:
        with psycopg.connect(self.url) as db:
            return db.execute("SELECT count(*) FROM ledger_transfer WHERE key = %s", [key]).fetchone()[0]

    def refused(self) -> Envelope:
        return made_up(StoreCredit, amount=Money(-1, "USD"))


class TestVoucher(PluginContract):
    plugin = Voucher

    @pytest.fixture(autouse=True)
    def _codes(self, database: Any) -> None:
        self.url = database.app_url
        with psycopg.connect(self.url) as db:
            pool = db.execute("INSERT INTO voucher_pool (brand, name) VALUES ('contract', 'sorry') RETURNING id")
            number = pool.fetchone()[0]
            db.execute(
                "INSERT INTO voucher (pool_id, code, minor, currency)"
                " SELECT %s, 'CODE-' || n, 500, 'USD' FROM generate_series(1, 400) n",
                [number],
            )

    def surroundings(self) -> Surroundings:
        return Surroundings({}, lambda: psycopg.AsyncConnection.connect(self.url))

    def envelope(self, **changes: Any) -> Envelope:
        return made_up(Voucher, **{"instructions": {"pool": "sorry"}, **changes})

    def refused(self) -> Envelope:
        return self.envelope(instructions={})

    def busy(self) -> Envelope:
        return self.envelope(instructions={"pool": "no-such-pool"})

    def effects(self, key: str) -> int:
        with psycopg.connect(self.url) as db:
            return db.execute("SELECT count(*) FROM voucher WHERE key = %s", [key]).fetchone()[0]


class TestHttp(PluginContract):
    plugin = Http

    @pytest.fixture(autouse=True)
    def _provider(self) -> Iterator[None]:
        with HttpProvider() as provider:
            self.provider = provider
            yield

    def surroundings(self) -> Surroundings:
        return Surroundings(self.provider.settings, _no_database)

    def envelope(self, **changes: Any) -> Envelope:
        return made_up(Http, **{"amount": Money(500, "USD"), **changes})

    def refused(self) -> Envelope:
        return self.envelope(amount=Money(500, "KWD"))

    def busy(self) -> Envelope:
        self.provider.next("429")
        return self.envelope()

    def effects(self, key: str) -> int:
        return self.provider.effects.get(key, 0)


async def _no_database() -> Any:
    raise AssertionError("this plug-in has no business in the database")


def test_registered_names_are_the_names_of_the_classes() -> None:
    assert REMEDIES.names() == ["http", "payout", "store-credit", "stripe", "task", "voucher", "webhook"]
    assert [REMEDIES.get(name).name for name in REMEDIES.names()] == REMEDIES.names()
