"""The channels that keep their effect in the database pass the plug-in contract on a real PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from makegood.channels import CHANNELS
from makegood.channels.letter import Letter
from makegood.channels.outbox import Outbox
from makegood.channels.task import FixTask, Task
from makegood.kit.plugins import Envelope, Surroundings
from makegood.testing.contract import PluginContract, made_up


class InDatabase(PluginContract):
    table = ""
    settings: dict[str, Any] = {}

    @pytest.fixture(autouse=True)
    def _database(self, database: Any) -> None:
        self.url = database.app_url

    def surroundings(self) -> Surroundings:
        return Surroundings(self.settings, lambda: psycopg.AsyncConnection.connect(self.url))

    def effects(self, key: str) -> int:
        with psycopg.connect(self.url) as db:
            return db.execute(f"SELECT count(*) FROM {self.table} WHERE key = %s", [key]).fetchone()[0]


class TestOutbox(InDatabase):
    plugin = Outbox
    table = "outbox_message"

    def refused(self) -> Envelope:
        return made_up(Outbox, destination={"name": "Nobody"})


class TestLetter(InDatabase):
    plugin = Letter
    table = "letter"
    settings = {"letterhead": "The Shop\nMain Street 1"}

    def refused(self) -> Envelope:
        return made_up(Letter, destination={"name": "Nobody", "post": " \n"})


class TestTask(InDatabase):
    plugin = Task
    table = "task"

    def refused(self) -> Envelope:
        return made_up(Task, words=None, reason=" ")


class TestFixTask(InDatabase):
    plugin = FixTask
    table = "task"

    def envelope(self, **changes: Any) -> Envelope:
        return made_up(FixTask, instructions={"what": "Send the parcel again."}, **changes)


class TestRowsThatPostgresRefuses(InDatabase):
    """A NUL in a name is refused alone, wherever it stands in the window."""

    plugin = Letter
    table = "letter"
    settings = {"letterhead": "The Shop\nMain Street 1"}

    def refused(self) -> Envelope:
        good = made_up(Letter)
        return replace(good, destination={**good.destination, "name": "A\x00B"})


def test_registered_names_are_the_names_of_the_classes() -> None:
    assert CHANNELS.names() == ["anymail", "email", "letter", "outbox", "task", "webhook"]
    assert [CHANNELS.get(name).name for name in CHANNELS.names()] == CHANNELS.names()
