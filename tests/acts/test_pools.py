"""What a worker keeps between chunks: reused by the next, never shared, never kept when something went wrong."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from django.db import OperationalError as Gone
from psycopg import OperationalError, errors
from tests.engine.paying import given_mailing
from tests.engine.recovery import chunks, states

from makegood.acts import pools
from makegood.acts.carry import carry_out
from makegood.acts.connections import connect, why_away
from makegood.acts.pools import Relay, opened, pooled
from makegood.channels.email import Email
from makegood.kit.plugins import Guard, Receipt
from makegood.testing.contract import made_up
from makegood.testing.smtp_server import SmtpServer


class Toy:
    """A plug-in that counts."""

    opened = closed = 0

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.fit = True
        Toy.opened += 1

    def lasts(self) -> bool:
        return self.fit

    async def close(self) -> None:
        Toy.closed += 1


class Passing:
    """A plug-in that says nothing about lasting."""

    def __init__(self, guard: Guard) -> None:
        Toy.opened += 1

    async def close(self) -> None:
        Toy.closed += 1


class Yes(Guard):
    pass


@pytest.fixture(autouse=True)
def _count_anew():
    Toy.opened = Toy.closed = 0


@pytest.fixture
def a_letter():
    return made_up(Email)


async def toy(guard: Guard):
    return Toy(guard)


async def use(key: str, opening=toy, guard: Guard | None = None):
    async with opened(key, guard or Guard(), opening) as plugin:
        return plugin


def test_the_next_chunk_gets_what_the_last_one_had_open():
    async def whole():
        async with pooled():
            first, second, other = await use("a"), await use("a"), await use("b")
            assert first is second
            assert other is not first
            assert (Toy.opened, Toy.closed) == (2, 0)

    asyncio.run(whole())
    assert Toy.closed == 2


def test_two_chunks_at_once_share_nothing():
    async def whole():
        async with pooled(), opened("a", Guard(), toy) as first, opened("a", Guard(), toy) as second:
            assert first is not second

    asyncio.run(whole())
    assert (Toy.opened, Toy.closed) == (2, 2)


def test_outside_a_worker_nothing_is_kept():
    async def whole():
        assert await use("a") is not await use("a")

    asyncio.run(whole())
    assert (Toy.opened, Toy.closed) == (2, 2)


def test_what_broke_or_does_not_last_is_closed():
    async def broken():
        async with opened("a", Guard(), toy):
            raise KeyError("x")

    async def passing(guard: Guard):
        return Passing(guard)

    async def whole():
        async with pooled() as pool:
            with pytest.raises(KeyError):
                await broken()
            await use("b", passing)
            (await use("c")).fit = False
            await use("c")
            assert (Toy.opened, Toy.closed) == (4, 3)
            assert [len(resting) for resting in pool.plugins.values()] == [1]

    asyncio.run(whole())
    assert Toy.closed == 4


def test_each_chunk_has_its_own_guard_and_between_chunks_nobody_may_send(a_letter):
    async def whole():
        async with pooled():
            plugin = await use("a")
            assert isinstance(plugin.guard, Relay)
            assert plugin.guard.begin(a_letter) is False
            mine = Yes()
            async with opened("a", mine, toy) as again:
                assert again is plugin
                assert again.guard.guard is mine
                assert again.guard.begin(a_letter) is True

    asyncio.run(whole())


def test_whatever_is_asked_of_a_guard_is_asked_of_the_one_of_the_chunk(a_letter):
    """A question that is not handed on would be answered with yes."""
    asked = []

    class Mine(Guard):
        def begin(self, envelope):
            asked.append("begin")
            return False

        def still(self):
            asked.append("still")
            return False

        def never(self, envelope):
            asked.append("never")

        def end(self, envelope, answer):
            asked.append("end")

    questions = {name for name in vars(Guard) if not name.startswith("_")}
    relay = Relay(Mine())
    assert relay.begin(a_letter) is relay.still() is False
    relay.never(a_letter)
    relay.end(a_letter, Receipt("done", "r"))
    assert set(asked) == questions


def test_only_what_rested_too_long_is_closed(monkeypatch: pytest.MonkeyPatch):
    clock = [1000.0]
    monkeypatch.setattr(pools.time, "monotonic", lambda: clock[0])

    async def whole():
        async with pooled() as pool:
            await use("a")
            clock[0] += 20
            await use("b")
            clock[0] += 15
            await pool.close(rested_for=30)
            assert [key for key, resting in pool.plugins.items() if resting] == ["b"]
            assert Toy.closed == 1

    asyncio.run(whole())


async def backend(db) -> int:
    return (await (await db.execute("SELECT pg_backend_pid() AS pid")).fetchone())["pid"]


async def a_backend() -> int:
    async with pools.database() as db:
        return await backend(db)


def test_a_database_connection_serves_the_next_chunk(database):
    async def whole():
        assert await a_backend() != await a_backend()
        async with pooled():
            first = await a_backend()
            assert await a_backend() == first
            async with pools.database() as one, pools.database() as two:
                assert await backend(one) != await backend(two)

    asyncio.run(whole())


def test_a_connection_that_died_or_is_in_a_transaction_is_not_handed_on(database):
    async def whole():
        async with pooled():
            first = await a_backend()
            admin = await connect()
            await admin.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
            await admin.close()
            second = await a_backend()
            assert second != first
            async with pools.database() as db:
                await db.execute("BEGIN")
            assert await a_backend() != second

    asyncio.run(whole())


def test_errors_close_the_connection(database):
    async def failing():
        async with pools.database() as db:
            await db.execute("SELECT 1/0")

    async def whole():
        async with pooled() as pool:
            with pytest.raises(psycopg.Error):
                await failing()
            assert pool.databases == []

    asyncio.run(whole())


def test_mail_of_the_next_chunk_goes_over_the_same_lines(database, tmp_path):
    with SmtpServer(pipelining=True) as server:
        made = given_mailing(tmp_path, server, count=1)
        plan = made.start("acknowledge")
        first = chunks(plan)[0]

        async def whole():
            async with pooled():
                await carry_out(first, worker="a:1", running=set())
                assert server.connections == 1
                async with pools.database() as db:
                    await db.execute("UPDATE act SET state = 'planned' WHERE plan_id = %s", [plan.id])
                    await db.execute("UPDATE chunk SET state = 'open', claimed_to = lo - 1, settled_to = lo - 1")
                await carry_out(first, worker="a:1", running=set())
                assert (server.connections, len(server.messages)) == (1, 2)

        asyncio.run(whole())
    assert set(states(plan)) <= {"accepted", "done"}


def test_a_database_that_dies_at_the_first_look_at_the_fence_stops_no_plan(database, tmp_path, monkeypatch):
    """The look is Django's, the chunk's own statements are the driver's: both are a database that is gone for now."""
    from tests.engine.recovery import carry, chunks, given_people, recovery, states

    from makegood.acts import fence
    from makegood.plans.models import Plan

    made = recovery(tmp_path, given_people(), count=2)
    made.load()
    plan = made.start("remedy")

    def gone():
        raise Gone("server closed the connection unexpectedly")

    monkeypatch.setattr(fence, "remembered", lambda: None)
    monkeypatch.setattr(fence, "_look_apart", gone)
    carry(chunks(plan)[0])
    assert Plan.objects.get(id=plan.id).state == "applying"
    assert states(plan) == {"planned": 4}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (errors.DiskFull("could not extend file for anna@example.com"), "the database's disk is full"),
        (errors.AdminShutdown("terminating"), "the database does not answer (AdminShutdown)"),
        (OperationalError("server closed"), "the database does not answer (OperationalError)"),
    ],
)
def test_what_keeps_the_database_away_is_said_without_its_own_words(error, said):
    assert why_away(error) == said
    try:
        raise Gone("what Django makes of it") from error
    except Gone as wrapped:
        assert why_away(wrapped) == said.replace(type(error).__name__, "OperationalError")
