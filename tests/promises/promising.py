"""Messages that promise, and a clock that moves when it is told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connections
from tests.engine.recovery import PLAYBOOK, Recovery, given_people, recovery, rows

from makegood.testing.clock import VirtualClock

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday, ten in Berlin
DUE = PLAYBOOK.replace("provider: store-credit}", "provider: store-credit, due: noticed + 7 days}")
OWNED = "promises: {owner: maya@shop.example, missed: omar@shop.example}\n" + DUE
HEAD = "---\nsubject: We charged you twice\n---\nDear {{ name }},\n\n"
SORRY = "we charged you twice. That was our mistake, and we are sorry. We are paying your money back.\n"


@pytest.fixture
def clock(database):
    made = VirtualClock(database.admin_url, START)
    connections.close_all()
    yield made
    connections.close_all()
    made.close()


def saying(sentences: str) -> str:
    return HEAD + SORRY + sentences + "\nIf anything is wrong, answer this message.\n"


def promising(tmp_path, sentences: str, *, count: int = 3, **texts: str) -> Recovery:
    made = recovery(tmp_path, given_people(), count=count)
    made.write(**{"playbook": OWNED, "say_so": saying(sentences), **texts})
    made.load()
    return made


def events(kind: str | None = None) -> list[tuple]:
    found = rows("SELECT promise, kind, round FROM promise_event ORDER BY id")
    return [row for row in found if kind is None or row[1] == kind]


def entries() -> list[tuple[str, str]]:
    return rows("SELECT verb, subject FROM entry WHERE verb LIKE 'promise.%%' ORDER BY id")
