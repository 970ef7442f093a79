"""E-mail through a provider passes the plug-in contract over real HTTP, with two providers' APIs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from makegood.channels.anymail import Anymail
from makegood.kit.plugins import Envelope, Surroundings
from makegood.testing.contract import PluginContract, made_up
from makegood.testing.mail_provider import MailProvider


class TestPostmark(PluginContract):
    plugin = Anymail
    api = "postmark"

    @pytest.fixture(autouse=True)
    def _provider(self) -> Iterator[None]:
        with MailProvider() as provider:
            self.provider = provider
            yield

    def surroundings(self) -> Surroundings:
        return Surroundings(self.provider.settings(self.api), _no_database)

    def effects(self, key: str) -> int:
        return len(self.provider.taken(key))

    def refused(self) -> Envelope:
        return made_up(Anymail, destination={"email": "not an address"})

    def busy(self) -> Envelope:
        self.provider.next("429")
        return made_up(Anymail)


class TestMailgun(TestPostmark):
    api = "mailgun"


async def _no_database() -> Any:
    raise AssertionError("this plug-in has no business in the database")
