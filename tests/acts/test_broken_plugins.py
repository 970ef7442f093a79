"""A plug-in that breaks, a provider that is away, a disk that is full: recorded, said, tried again; no worker dies."""

import logging
import os

import pytest
from tests.engine.paying import given_mailing, given_paying
from tests.engine.recovery import (
    carry,
    chunks,
    counters,
    given_people,
    make_due,
    recovery,
    rows,
    states,
    turn,
    turns,
)

from makegood.acts.sendlog import SendLog
from makegood.channels.outbox import Outbox
from makegood.kit.plugins import ProviderError, each
from makegood.remedies.http import Http
from makegood.remedies.store_credit import StoreCredit
from makegood.testing.http_provider import HttpProvider
from makegood.testing.smtp_server import SmtpServer


@pytest.fixture
def told(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=5)
    made.load()
    return made, made.start("acknowledge")


def test_a_plug_in_that_breaks_after_it_began_leaves_unknown_acts_that_are_looked_up(told, monkeypatch, caplog):
    _, plan = told
    store = Outbox.store

    async def broken(self, cursor, envelopes):
        await store(self, cursor, envelopes)
        raise RuntimeError("a bug")

    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr(Outbox, "store", broken)
        plan = turn(plan)
    assert (plan.state, states(plan), counters(plan)) == ("applying", {"unknown": 5}, {"unknown": 5})
    assert rows("SELECT DISTINCT code FROM attempt") == [("plug-in-broke",)]
    assert "The plug-in outbox broke in chunk" in caplog.text
    plan = turns(plan)
    assert (plan.state, states(plan)) == ("done", {"done": 5})
    assert rows("SELECT count(*) FROM outbox_message") == [(5,)]


def test_a_plug_in_that_breaks_before_it_began_is_tried_again_later_and_not_at_once(told, monkeypatch):
    _, plan = told

    def broken(self, envelope):
        raise KeyError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr(Outbox, "refusal", broken)
        plan = turn(plan)
    assert states(plan) == {"waiting": 5}
    assert rows("SELECT min(next_at) > clock_timestamp() + interval '3 seconds', min(tries) FROM act") == [(True, 1)]
    assert states(turns(plan)) == {"done": 5}


def test_what_had_ended_before_the_plug_in_broke_keeps_its_answer(database, tmp_path, monkeypatch):
    with HttpProvider() as provider:
        plan = given_paying(tmp_path, provider, count=6).start("remedy")
        act = Http._act

        async def third_breaks(self, envelope):
            if len(provider.effects) >= 3:
                raise ZeroDivisionError
            return await act(self, envelope)

        async def one_by_one(self, window):
            from dataclasses import replace

            async for pair in each(window, self._act, surroundings=replace(self._surroundings, connections=1)):
                yield pair

        with monkeypatch.context() as patched:
            patched.setattr(Http, "_act", third_breaks)
            patched.setattr(Http, "perform", one_by_one)
            plan = turn(plan)
        assert states(plan)["done"] == 3
        assert sum(states(plan).values()) == 6
        plan = turns(plan)
        assert (plan.state, states(plan)) == ("done", {"done": 6})
        assert set(provider.effects.values()) == {1}


def test_an_error_nobody_foresaw_stops_the_plan_with_a_sentence(told, monkeypatch, caplog):
    _, plan = told

    async def broken(*args, **kwargs):
        raise KeyError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr("makegood.acts.carrier.sort_out", broken)
        plan = turn(plan)
    assert plan.state == "stopped"
    assert plan.reason == "a worker met an error that nobody foresaw (KeyError); its log has more"
    from makegood.acts.actions import resume_plan

    resume_plan(plan.id, actor=1)
    plan = turns(plan)
    assert (plan.state, states(plan)) == ("done", {"done": 5})


def test_a_provider_that_is_away_is_tried_again_later_and_the_plan_says_so(database, tmp_path):
    with SmtpServer() as server:
        plan = given_mailing(tmp_path, server, count=2).start("acknowledge")
        server.on_connect.append("421-greeting")
        plan = turn(plan)
        assert (plan.state, states(plan)) == ("applying", {"planned": 2})
        assert plan.reason == "email: The mail server says 421: 4.3.2 too busy It is tried again."
        assert rows("SELECT due_at > clock_timestamp() + interval '30 seconds', lease_until FROM chunk") == [
            (True, None)
        ]
        carry(chunks(plan)[0])
        assert server.connections == 1
        plan = turns(plan)
        assert (plan.state, plan.reason, states(plan)) == ("done", "", {"done": 2})


def test_a_provider_that_says_never_stops_the_plan(told, monkeypatch):
    _, plan = told

    async def never(surroundings):
        raise ProviderError("This account is closed.", permanent=True, code="closed")

    monkeypatch.setattr(Outbox, "open", never)
    plan = turn(plan)
    assert (plan.state, plan.reason) == ("stopped", "email: This account is closed.")


def test_a_full_disk_under_the_log_stops_the_sending_and_the_plan_says_why(database, tmp_path, monkeypatch):
    with SmtpServer() as server:
        made = given_mailing(tmp_path, server, count=5)
        plan = made.start("acknowledge")
        opened = SendLog.__init__

        def on_a_full_disk(self, *args):
            opened(self, *args)
            full = os.open("/dev/full", os.O_WRONLY)
            os.dup2(full, self._file)
            os.close(full)

        with monkeypatch.context() as patched:
            patched.setattr(SendLog, "__init__", on_a_full_disk)
            plan = turn(plan)
        assert plan.state == "stopped"
        assert "No space left on device" in plan.reason
        assert server.messages == []
        from makegood.acts.actions import resume_plan

        resume_plan(plan.id, actor=made.people.maya.id)
        plan = turns(plan)
        assert (plan.state, states(plan)) == ("done", {"done": 5})
        assert len(server.messages) == 5


def test_a_log_that_cannot_even_be_opened_stops_the_plan_too(database, tmp_path, monkeypatch):
    with SmtpServer() as server:
        plan = given_mailing(tmp_path, server, count=1).start("acknowledge")

        def no_room(*args):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("makegood.acts.carry.SendLog", no_room)
        plan = turn(plan)
        assert plan.state == "stopped"
        assert "free the disk of MAKEGOOD_HOME" in plan.reason


def test_no_connection_to_the_database_is_left_behind(database, tmp_path, monkeypatch):
    made = recovery(tmp_path, given_people(), count=3)
    made.load()
    plan = made.start("remedy")
    before = _connections()

    async def broken(self, cursor, envelopes):
        raise RuntimeError("a bug")

    monkeypatch.setattr(StoreCredit, "store", broken)
    for _ in range(3):
        plan = turn(plan)
        make_due(plan)
    assert _connections() == before


def _connections() -> int:
    return rows("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state IS NOT NULL")[0][0]


def test_a_worker_frozen_in_a_transaction_is_cut_off_by_the_server(database):
    """Its row locks would hold up everyone else for as long as it sleeps."""
    import asyncio

    from makegood.acts.connections import connect, plain_connection

    async def limits():
        found = []
        for opened in (await connect(), await plain_connection()):
            row = await (
                await opened.execute("SELECT current_setting('idle_in_transaction_session_timeout')")
            ).fetchone()
            found.append(next(iter(row.values())) if isinstance(row, dict) else row[0])
            await opened.close()
        return found

    assert asyncio.run(limits()) == ["30s", "30s"]
