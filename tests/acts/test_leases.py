"""One chunk, two workers: one lease, one epoch, and nothing written by whoever lost it."""

import asyncio
import time

from tests.engine.recovery import chunks, given_people, recovery, rows, states

from makegood.acts.answers import Outcome
from makegood.acts.connections import connect
from makegood.acts.leases import keep, release, take
from makegood.acts.pace import draw
from makegood.acts.sweep import sweep
from makegood.acts.windows import Fenced, commit_window


def started(tmp_path, count: int = 5):
    made = recovery(tmp_path, given_people(), count=count)
    made.load()
    plan = made.start("acknowledge")
    return plan, chunks(plan)[0]


async def expire(db) -> None:
    await db.execute("UPDATE chunk SET lease_until = clock_timestamp() - interval '1 second'")


def done(ordinal: int, state: str = "done") -> Outcome:
    return Outcome(ordinal, "planned", state, "ok", 1, attempt=state, key=f"k{ordinal}")


def test_only_one_of_two_workers_gets_the_chunk(database, tmp_path):
    _, chunk = started(tmp_path)

    async def both():
        first, second = await connect(), await connect()
        leases = await asyncio.gather(take(first, chunk, "a:1"), take(second, chunk, "b:2"))
        again = await take(second, chunk, "b:2")
        await first.close()
        await second.close()
        return leases, again

    leases, again = asyncio.run(both())
    assert sorted(lease is None for lease in leases) == [False, True]
    assert again is None


def test_an_old_holder_commits_nothing(database, tmp_path):
    plan, chunk = started(tmp_path)

    async def taken_over():
        db = await connect()
        old = await take(db, chunk, "a:1")
        await commit_window(db, old, [], claim_to=3)
        await expire(db)
        new = await take(db, chunk, "b:2")
        assert new.epoch == old.epoch + 1
        assert (new.claimed_to, new.settled_to) == (3, 0)
        try:
            await commit_window(db, old, [done(1), done(2)], claim_to=5)
            wrote = True
        except Fenced:
            wrote = False
        await release(db, old)  # must not give away what the new one holds
        held = await take(db, chunk, "c:3")
        await db.close()
        return wrote, held

    assert asyncio.run(taken_over()) == (False, None)
    assert states(plan) == {"planned": 5}
    assert rows("SELECT count(*) FROM attempt") == [(0,)]
    assert rows("SELECT claimed_to, settled_to, done FROM chunk") == [(3, 0, 0)]


def test_an_old_holder_waits_for_no_act_that_the_new_one_is_writing(database, tmp_path):
    """The fence is the first statement: two holders cannot lock each other's acts and die of it."""
    _, chunk = started(tmp_path)

    async def both():
        db, other = await connect(), await connect()
        old = await take(db, chunk, "a:1")
        await commit_window(db, old, [], claim_to=3)
        await expire(db)
        await take(other, chunk, "b:2")
        async with other.transaction():
            await other.execute("SELECT 1 FROM act WHERE ordinal <= 3 FOR UPDATE")
            try:
                await asyncio.wait_for(commit_window(db, old, [done(1)], claim_to=5), 10)
                fenced = False
            except Fenced:
                fenced = True
        await db.close()
        await other.close()
        return fenced

    assert asyncio.run(both()) is True


def test_a_paused_chunk_keeps_results_and_claims_nothing_more(database, tmp_path):
    plan, chunk = started(tmp_path)

    async def paused():
        db = await connect()
        lease = await take(db, chunk, "a:1")
        assert await commit_window(db, lease, [], claim_to=2) is True
        await db.execute("UPDATE chunk SET state = 'paused'")
        going = await commit_window(db, lease, [done(1), done(2)], claim_to=5)
        await db.close()
        return going

    assert asyncio.run(paused()) is False
    assert states(plan) == {"done": 2, "planned": 3}
    assert rows("SELECT claimed_to, settled_to, done FROM chunk") == [(2, 2, 2)]


def test_a_lease_is_renewed_beside_the_windows_and_ends_when_it_is_lost(database, tmp_path, monkeypatch):
    monkeypatch.setattr("makegood.acts.leases.LEASE_SECONDS", 0.3)
    _, chunk = started(tmp_path)

    async def kept():
        db = await connect()
        lease = await take(db, chunk, "a:1")
        before = lease.deadline
        heartbeat = asyncio.create_task(keep(lease))
        while lease.deadline == before:
            await asyncio.sleep(0.02)
        renewed = lease.may_send()
        await db.execute("UPDATE chunk SET epoch = epoch + 1")
        await asyncio.wait_for(heartbeat, 10)
        await db.close()
        return renewed, lease.may_send()

    assert asyncio.run(kept()) == (True, False)


def test_a_worker_starts_no_send_when_its_chunk_was_cancelled(database, tmp_path, monkeypatch):
    monkeypatch.setattr("makegood.acts.leases.LEASE_SECONDS", 0.3)
    _, chunk = started(tmp_path)

    async def cancelled():
        db = await connect()
        lease = await take(db, chunk, "a:1")
        await commit_window(db, lease, [], claim_to=2)
        heartbeat = asyncio.create_task(keep(lease))
        await db.execute("UPDATE chunk SET state = 'cancelled'")
        while lease.may_send():
            await asyncio.sleep(0.02)
        heartbeat.cancel()
        await asyncio.gather(heartbeat, return_exceptions=True)
        await db.close()
        return lease.stopping

    assert asyncio.run(cancelled()) is True


def test_the_deadline_is_earlier_than_the_databases(database, tmp_path):
    _, chunk = started(tmp_path)

    async def taken():
        db = await connect()
        asked = time.monotonic()
        lease = await take(db, chunk, "a:1")
        (left,) = (
            await (
                await db.execute("SELECT extract(epoch FROM lease_until - clock_timestamp()) AS s FROM chunk")
            ).fetchone()
        ).values()
        await db.close()
        return lease.deadline - asked, float(left)

    mine, theirs = asyncio.run(taken())
    assert mine < theirs


def test_the_home_of_an_open_window_is_remembered_and_two_homes_are_none(database, tmp_path, monkeypatch):
    _, chunk = started(tmp_path)
    homes = iter(["here", "here", "there", "there", "there"])
    monkeypatch.setattr("makegood.acts.leases.home_name", lambda: next(homes))
    monkeypatch.setattr("makegood.acts.windows.home_name", lambda: "there")

    async def moved():
        db, seen = await connect(), []
        for _ in range(3):
            lease = await take(db, chunk, "a:1")
            seen.append(lease.home)
            if len(seen) == 1:
                await db.execute("UPDATE chunk SET claimed_to = 3")
            await expire(db)
        await commit_window(db, lease, [], claim_to=5)
        await expire(db)
        seen.append((await take(db, chunk, "a:1")).home)
        await db.close()
        return seen

    assert asyncio.run(moved()) == ["here", "here", "*", "there"]


def bucket(per_second: float, tokens: float, ago: str) -> None:
    rows(
        "INSERT INTO pace (name, per_second, tokens, filled_at) "
        "VALUES ('b/p', %s, %s, clock_timestamp() - %s::interval) "
        "ON CONFLICT (name) DO UPDATE SET per_second = excluded.per_second, tokens = excluded.tokens, "
        "filled_at = excluded.filled_at RETURNING name",
        per_second,
        tokens,
        ago,
    )


def drawn(wanted: int) -> tuple[int, float]:
    async def once():
        db = await connect()
        found = await draw(db, "b/p", wanted)
        await db.close()
        return found

    return asyncio.run(once())


def test_a_bucket_holds_next_to_nothing_and_gives_whole_sends(database):
    assert drawn(64) == (64, 0.0)  # no bucket, no pace
    bucket(20, 0, "1 hour")
    assert drawn(64)[0] == 1
    bucket(1000, 0, "1 hour")
    assert drawn(64)[0] == 49
    bucket(0.001, 0, "0 seconds")
    assert drawn(3) == (0, 5.0)


def test_a_pace_below_one_a_second_also_sends(database):
    bucket(0.2, 0, "4 seconds")
    assert drawn(10)[0] == 0
    bucket(0.2, 0, "6 seconds")
    assert drawn(10)[0] == 1
    bucket(0.2, 0, "1 hour")
    assert drawn(10)[0] == 1


def test_a_clock_that_was_set_back_does_not_stop_the_pace(database):
    """A look that comes a moment late is not such a clock: time stands still for it."""
    bucket(20, 0, "-2 seconds")
    assert drawn(64)[0] == 0
    bucket(20, 0, "-1 hour")
    assert drawn(64)[0] == 0, "nothing has flowed in yet by the new clock"
    assert rows(
        "SELECT clock_timestamp() - filled_at < interval '5 seconds' AND filled_at <= clock_timestamp() FROM pace"
    ) == [(True,)]
    time.sleep(0.2)
    assert drawn(64)[0] == 1


def test_a_lease_from_before_the_clock_was_set_back_ends_one_lease_from_now(database, tmp_path):
    """Its holder may live: it counts by a clock of its own, from its last renewal, which was before this moment."""
    _, chunk = started(tmp_path)

    async def taken():
        db = await connect()
        lease = await take(db, chunk, "a:1")
        await db.close()
        return lease

    assert asyncio.run(taken()) is not None
    left = "SELECT round(extract(epoch FROM lease_until - clock_timestamp()))::int FROM chunk WHERE id = %s"
    for ahead, then in ((45, 45), (3600, 30)):
        rows(
            "UPDATE chunk SET lease_until = clock_timestamp() + make_interval(secs => %s) WHERE id = %s RETURNING 1",
            ahead,
            chunk,
        )
        sweep()
        assert abs(rows(left, chunk)[0][0] - then) <= 2
