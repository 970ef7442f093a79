"""E-mail passes the plug-in contract against a real SMTP conversation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from makegood.channels.email import Email
from makegood.kit.plugins import Envelope, Surroundings
from makegood.testing.contract import PluginContract, made_up
from makegood.testing.smtp_server import SmtpServer


class TestEmail(PluginContract):
    plugin = Email
    pipelining = False

    @pytest.fixture(autouse=True)
    def _server(self) -> Iterator[None]:
        with SmtpServer(pipelining=self.pipelining) as server:
            self.server = server
            yield

    def surroundings(self) -> Surroundings:
        return Surroundings(self.server.settings, _no_database)

    def effects(self, key: str) -> int:
        return sum(message.message_id == f"<{key}@shop.example>" for message in self.server.messages)

    def refused(self) -> Envelope:
        return made_up(Email, destination={"email": "not an address"})

    def busy(self) -> Envelope:
        self.server.next("450")
        return made_up(Email)


class TestEmailPipelined(TestEmail):
    pipelining = True


async def _no_database() -> Any:
    raise AssertionError("this plug-in has no business in the database")
