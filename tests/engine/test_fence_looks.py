"""Which installations may act: every way in which a database and its homes come to differ, and the harmless ones."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from django.db import connection, connections

from makegood.acts import fence, homes
from makegood.acts.lift import admit_home, describe, lift_fence
from makegood.acts.sendlog import SendLog, home_name
from makegood.config.databases import point_at
from makegood.journal.models import Entry
from makegood.kit.errors import Refused
from makegood.kit.home import home
from tests.engine.fencing import clone_of, copied, epoch_file, fenced, live_in, quiet, seen, set_epoch, start
from tests.engine.recovery import given_people, recovery, rows

HERE = homes.Traits(machine="m1", path="/srv/mg", inode=7, cards=("c1", "c2"), server="db:5432/mg")


def test_the_first_home_may_act_and_the_epoch_grows_with_every_start(database):
    assert start().free
    first = seen()
    assert start().epoch == first + 1 == seen()
    assert start().free
    assert rows("SELECT count(*) FROM installation WHERE admitted_at IS NOT NULL") == [(1,)]
    assert fenced() == "" and not Entry.objects.filter(verb="acts.fenced").exists()


def test_within_one_process_the_epoch_moves_once_a_minute(database):
    before = start().epoch
    assert fence.look().epoch == before
    with connection.cursor() as cursor:
        cursor.execute("UPDATE fence SET advanced_at = clock_timestamp() - interval '61 s', heard_at = 'yesterday'")
    assert fence.look().epoch == before + 1 == seen()


def test_killed_between_the_database_and_the_file_nothing_is_fenced(database):
    start()
    set_epoch(seen() + 1)
    assert start().free


def test_a_database_older_than_its_home_is_fenced(database):
    start(), start()
    set_epoch(seen() - 1)
    standing = start()
    assert (standing.reason, fenced()) == ("older", "older")
    assert Entry.objects.filter(verb="acts.fenced").values_list("facts", flat=True)[0] == '{"reason":"older"}'
    assert start().reason == "older", "it stays until a person lifts it"
    assert Entry.objects.filter(verb="acts.fenced").count() == 1


def test_workers_that_start_at_one_moment_do_not_take_each_other_for_a_restored_database(database, monkeypatch):
    """One reads the database; another moves the epoch on, commits and keeps it; the one reads what is kept."""
    start(), start()
    read, epoch = homes.read_kept, seen()

    def read_late(name: str) -> homes.Kept | None:
        if seen() == epoch:
            other = threading.Thread(target=_moved_on, args=[name])
            other.start()
            other.join()
        return read(name)

    monkeypatch.setattr(homes, "read_kept", read_late)
    assert start().free
    assert (fenced(), seen()) == ("", epoch + 2)


def _moved_on(database: str) -> None:
    set_epoch(seen() + 1)
    homes.write_kept(database, seen() + 1)
    connections.close_all()


def test_a_file_that_is_replaced_while_it_is_read_is_no_copy(database):
    start()
    name, stop = epoch_file().stem, threading.Event()

    def replace_it() -> None:
        for epoch in range(2, 400):
            homes.write_kept(name, epoch)
        stop.set()

    other = threading.Thread(target=replace_it)
    other.start()
    found = []
    while not stop.is_set():
        found.append(homes.read_kept(name))
    other.join()
    assert all(one is not None and not one.copied for one in found)


def test_a_worker_that_runs_while_the_database_is_put_back_finds_it(database):
    start(), start()
    set_epoch(1)
    epoch_file().unlink()
    assert fence.look().reason == "older"


def test_a_clone_of_the_database_is_fenced_and_the_original_goes_on(database):
    start()
    with clone_of(database, f"clone_{home_name()}") as urls:
        point_at(*urls)
        assert start().reason == "elsewhere"
        assert fenced() == "elsewhere"
    assert start().free
    assert fenced() == ""


@pytest.mark.parametrize("move", ["copied", "moved"])
def test_a_home_that_was_copied_or_moved_is_fenced_once_nobody_else_is_heard_of(database, tmp_path, monkeypatch, move):
    start()
    if move == "copied":
        copied(home(), tmp_path / "copy")
    else:
        home().rename(tmp_path / "copy")
    live_in(tmp_path / "copy", monkeypatch)
    standing = start()
    assert standing.reason == "not-admitted" and "is not the one that was admitted" in standing.words
    assert fenced() == "", "the original was heard of a moment ago: it may go on"
    quiet()
    assert start().reason == "home-moved"
    assert fenced() == "home-moved"


def test_a_copied_home_beside_the_original_does_not_disturb_it(database, tmp_path, monkeypatch):
    start()
    original = home()
    live_in(copied(original, tmp_path / "copy"), monkeypatch)
    assert not start().free
    live_in(original, monkeypatch)
    assert start().free


def test_a_home_put_back_in_place_from_a_copy_of_itself_is_told_by_its_file(database, tmp_path):
    start()
    kept = copied(home(), tmp_path / "copy")
    back = epoch_file().with_suffix(".new")  # written while the first is there: both have an inode of their own
    back.write_bytes(next((kept / "epochs").glob("*.json")).read_bytes())
    back.replace(epoch_file())
    quiet()
    assert start().reason == "home-moved"


def test_a_second_host_waits_to_be_admitted_and_a_home_that_acts_vouches_for_the_database(
    database, tmp_path, monkeypatch
):
    people = given_people()
    start()
    first = home_name()
    live_in(tmp_path / "second", monkeypatch)
    standing = start()
    assert (standing.reason, standing.remedy) == ("not-admitted", "An admin lets this home act: makegood fence admit.")
    with pytest.raises(Refused) as refused:
        admit_home(actor=people.maya.id, patience=0.2)
    assert refused.value.code == "nobody-vouches"
    stop = threading.Event()
    beating = threading.Thread(target=_beat, args=(first, stop))
    beating.start()
    try:
        assert admit_home(actor=people.maya.id) == home_name() != first
    finally:
        stop.set()
        beating.join()
    assert start().free
    assert Entry.objects.filter(verb="home.admitted", actor=people.maya.id).exists()
    assert [one.here for one in describe().homes] == [False, True]
    with pytest.raises(Refused, match="may act already"):
        admit_home(actor=people.maya.id)


def _beat(name: str, stop: threading.Event) -> None:
    try:
        while not stop.wait(0.05):
            with connection.cursor() as cursor:
                cursor.execute("UPDATE installation SET heard_at = clock_timestamp() WHERE name = %s", [name])
    finally:
        connections.close_all()


def test_a_new_home_for_a_database_that_nobody_vouches_for_is_fenced(database, tmp_path, monkeypatch):
    """Last night's backup put into its server by hand, and a new machine in place of the one that burnt."""
    start()
    quiet()
    live_in(tmp_path / "new", monkeypatch)
    assert start().reason == "home-new"
    assert fenced() == "home-new"


@pytest.mark.parametrize("damage", ["", "{", '{"epoch": "x", "inode": 1}', "[]"])
def test_a_lost_or_damaged_file_is_written_again_by_who_runs_and_fences_who_starts(database, damage):
    start(), start()
    epoch_file().write_text(damage) if damage else epoch_file().unlink()
    assert fence.look().free
    assert seen() > 1
    epoch_file().write_text(damage) if damage else epoch_file().unlink()
    quiet()
    assert start().reason == "file-lost"


def test_a_lost_file_is_no_trouble_before_the_second_start(database):
    start()
    epoch_file().unlink()
    assert start().free
    assert seen() >= 1


@pytest.mark.parametrize("away", [3600, -3600])
def test_a_clock_that_steps_or_a_long_rest_without_acts_under_way_is_no_reason(database, away):
    start()
    quiet(away)
    assert start().free


@pytest.mark.parametrize("away", [901, -3600])
def test_a_gap_with_acts_under_way_fences_who_starts_but_not_who_ran_all_the_time(database, tmp_path, away):
    _given_open_window(tmp_path)
    start()
    quiet(away)
    assert fence.look().free, "its own clock saw no gap: the database's was put on or back"
    quiet(away)
    assert start().reason == "gap"
    assert [(one.plan, one.provider, one.acts) for one in describe().under_way] == [(1, "store-credit", 2)]


def test_a_short_gap_is_no_gap(database, tmp_path):
    _given_open_window(tmp_path)
    start()
    quiet(880)
    assert start().free


def _given_open_window(tmp_path) -> None:
    made = recovery(tmp_path, given_people(), count=3)
    made.load()
    made.start("remedy")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE chunk SET claimed_to = lo + 1, epoch = 1 WHERE id = (SELECT min(id) FROM chunk "
            "WHERE provider = 'store-credit')"
        )


def test_send_logs_that_know_more_than_the_database_fence_it(database, tmp_path):
    _given_open_window(tmp_path)
    start()
    ((chunk, plan),) = rows("SELECT id, plan_id FROM chunk WHERE epoch = 1")
    SendLog(plan, chunk, 1).close()
    assert start().free
    SendLog(plan, chunk, 2).close()
    assert start().reason == "logs-ahead"


def test_two_homes_that_start_first_at_one_moment_make_one_epoch(database):
    found: list[str] = []

    def look() -> None:
        try:
            found.append(fence.look().reason)
        finally:
            connections.close_all()

    fence._MEMORY.standing = None
    both = [threading.Thread(target=look) for _ in range(4)]
    [one.start() for one in both]
    [one.join() for one in both]
    assert found == ["", "", "", ""]
    assert rows("SELECT count(*) FROM fence") == [(1,)]


def test_a_person_lifts_the_fence_and_other_homes_need_not_be_fenced_again(database, tmp_path):
    people = given_people()
    start(), start()
    other = seen() + 3  # another home saw a little more before the database was put back
    set_epoch(1)
    start()
    with pytest.raises(Refused) as refused:
        lift_fence(actor=people.maya.id, reason="It is Monday")
    assert refused.value.code == "not-reconciled"
    lift_fence(actor=people.maya.id, reason="Moved to the new server", as_it_is=True)
    assert start().free
    assert start().epoch > other
    (entry,) = Entry.objects.filter(verb="acts.released")
    assert '"why":"older"' in entry.facts and '"asked":false' in entry.facts and entry.actor == people.maya.id
    with pytest.raises(Refused, match="not fenced"):
        lift_fence(actor=people.maya.id, reason="Again")


def test_a_moved_home_gets_a_name_of_its_own_when_it_is_let_act(database, tmp_path, monkeypatch):
    """Its send logs are then never taken for those of the home it was copied from."""
    people = given_people()
    start()
    before = home_name()
    live_in(copied(home(), tmp_path / "copy"), monkeypatch)
    quiet()
    assert start().reason == "home-moved"
    lift_fence(actor=people.maya.id, reason="The old machine is gone", as_it_is=True)
    assert start().free
    assert home_name() != before


def test_logs_of_a_future_that_was_lost_are_put_away_when_the_fence_is_lifted(database, tmp_path):
    _given_open_window(tmp_path)
    start()
    ((chunk, plan),) = rows("SELECT id, plan_id FROM chunk WHERE epoch = 1")
    for number, epoch in ((chunk, 1), (chunk, 2), (chunk + 1000, 1)):
        SendLog(plan, number, epoch).close()
    start()
    lift_fence(actor=1, reason="Looked into", as_it_is=True)
    assert [path.name for path in (home() / "acts").glob("*.log")] == [f"{plan}-{chunk}-1.log"]
    assert len(list((home() / "acts").glob("before-*/*.log"))) == 2
    assert start().free


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, []),
        ({"machine": "m2"}, ["it is on another machine"]),
        ({"machine": ""}, []),
        ({"cards": ("c9",)}, ["the machine has other network cards"]),
        ({"cards": ("c2", "c9")}, []),
        ({"cards": ()}, []),
        ({"path": "/srv/other"}, ["it was at /srv/mg"]),
        ({"inode": 8}, ["its files were copied"]),
        ({"server": "db2:5432/mg"}, ["its database was at db:5432/mg"]),
        ({"machine": "m2", "cards": ("c9",), "inode": 8}, ["it is on another machine", "its files were copied"]),
    ],
)
def test_what_speaks_against_a_home(changed, words):
    assert homes.differences(HERE, replace(HERE, **changed)) == words


def test_traits_are_kept_as_text(database):
    now = homes.traits()
    assert homes.Traits.from_text(now.as_text()) == now
    assert now.path == str(home().resolve())
    assert now.server.startswith("socket/t_")


def test_nothing_is_sent_while_a_fence_falls(database, tmp_path):
    """A lease that is held claims nothing more, and who wants one gets none."""
    import asyncio

    from makegood.acts.connections import connect
    from makegood.acts.leases import take
    from makegood.acts.windows import commit_window

    made = recovery(tmp_path, given_people(), count=3)
    made.load()
    made.start("remedy")
    start()
    chunks = [number for (number,) in rows("SELECT id FROM chunk WHERE provider = 'store-credit'")]

    async def work() -> tuple[bool, object, bool]:
        db = await connect()
        try:
            lease = await take(db, chunks[0], "w")
            assert lease is not None
            await db.execute("UPDATE fence SET fenced_at = clock_timestamp(), reason = 'restored'")
            going = await commit_window(db, lease, [], claim_to=lease.lo)
            await db.execute("UPDATE chunk SET lease_until = NULL")
            return going, await take(db, chunks[0], "w"), lease.claimed_to >= lease.lo
        finally:
            await db.close()

    assert asyncio.run(work()) == (False, None, False)
