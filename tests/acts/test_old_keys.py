"""A key that the provider may have forgotten is looked up, never simply repeated: that would pay a second time."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.engine.paying import given_paying
from tests.engine.recovery import carry, chunks, make_due, rows, states, turn

from makegood.acts.answers import Rules
from makegood.acts.carrier import Carrier
from makegood.acts.connections import connect
from makegood.acts.leases import take
from makegood.acts.windows import commit_window
from makegood.people.models import Connection
from makegood.remedies.http import Http
from makegood.testing.http_provider import HttpProvider


@pytest.fixture
def hours(monkeypatch):
    """Lets so many hours pass for workers; the provider knows a key for 23."""
    monkeypatch.setattr(Http, "key_life", timedelta(hours=23), raising=False)

    def passed(count: int) -> None:
        async def later(carrier: Carrier) -> Rules:
            rules = await as_it_is(carrier)
            return replace(rules, now=rules.now + timedelta(hours=count))

        monkeypatch.setattr(Carrier, "_rules", later)

    as_it_is = Carrier._rules
    return passed


def without_look_up(provider: HttpProvider) -> None:
    settings = json.loads(json.dumps(provider.settings).replace("facts.order", "facts.order_number"))
    del settings["look_up"]
    Connection.objects.filter(name="http").update(settings=settings)


def methods(provider: HttpProvider) -> list[str]:
    return [method for method, *_ in provider.requests]


@pytest.mark.parametrize(
    ("after", "posts", "state", "code"), [(22, 2, "done", "ok"), (23, 1, "unknown", "key-too-old")]
)
def test_what_cannot_be_asked_is_repeated_only_while_its_key_lives(
    database, tmp_path, hours, after, posts, state, code
):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=1)
        without_look_up(provider)
        provider.next("lost-answer")
        plan = turn(made.start("remedy"))
        assert states(plan) == {"unknown": 1}
        make_due(plan)
        hours(after)
        turn(plan)
        assert methods(provider).count("POST") == posts
        assert sum(provider.effects.values()) == 1
    [(now_is, said, next_at)] = rows("SELECT state, code, next_at FROM act")
    assert (now_is, next_at) == (state, None)
    assert state == "done" or said == code


def left_open(made) -> int:
    """A worker claims the window of a plan's chunk, and is heard of no more; returns the chunk."""
    (chunk,) = chunks(made.start("remedy"))

    async def claim() -> None:
        db = await connect()
        lease = await take(db, chunk, "lost")
        await commit_window(db, lease, [], claim_to=lease.hi)
        await db.close()

    asyncio.run(claim())
    rows("UPDATE chunk SET lease_until = clock_timestamp() - interval '1 s' RETURNING 1")
    return chunk


def test_an_open_window_is_repeated_while_its_keys_live_and_asked_about_later(database, tmp_path, hours):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=2)
        chunk = left_open(made)
        hours(24)
        carry(chunk)
        assert methods(provider)[:2] == ["GET", "GET"], "asked first"
        assert methods(provider).count("POST") == 2, "absent, so it is sent"
        assert sum(provider.effects.values()) == 2


def test_an_open_window_of_young_keys_is_simply_repeated(database, tmp_path, hours):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=2)
        chunk = left_open(made)
        hours(22)
        carry(chunk)
        assert methods(provider) == ["POST", "POST"]


def test_an_open_window_that_nobody_can_ask_about_waits_for_a_person(database, tmp_path, hours):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=2)
        without_look_up(provider)
        chunk = left_open(made)
        hours(24)
        carry(chunk)
        assert methods(provider) == []
    assert rows("SELECT DISTINCT state, code, next_at FROM act") == [("unknown", "key-too-old", None)]
