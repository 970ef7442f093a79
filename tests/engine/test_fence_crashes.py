"""Killed at the worst moments of fence, reconciling, backup and restore: nothing is sent, nothing is lost."""

from __future__ import annotations

import os

import pytest
from django.db import connection, connections

from makegood.acts.lift import lift_fence
from makegood.acts.reconcile import Found
from makegood.acts.sendlog import home_name
from makegood.config.backup import list_backups
from makegood.config.databases import point_at
from makegood.config.start import start as begin
from makegood.kit.clock import now
from makegood.kit.errors import Refused
from makegood.kit.killpoints import Crashed, armed, listening
from makegood.plans.models import Plan
from makegood.testing.http_provider import HttpProvider
from tests.engine.fencing import clone_of, fenced, seen, set_epoch, start
from tests.engine.paying import given_paying
from tests.engine.recovery import rows, run, states
from tests.engine.restoring import backed_up, live_at, nothing
from tests.engine.test_fence_restore import assert_sound, find_out


def test_killed_before_the_file_is_written_the_next_start_is_free(database):
    start()
    before = seen()
    with listening(armed("fence.before_file:1:raise")), pytest.raises(Crashed):
        start()
    assert seen() == before < rows("SELECT epoch FROM fence")[0][0]
    assert start().free


def test_killed_right_after_the_fence_was_lifted_it_stays_lifted(database):
    start(), start()
    set_epoch(1)
    assert start().reason == "older"
    with listening(armed("fence.lifted:1:raise")), pytest.raises(Crashed):
        lift_fence(actor=1, reason="A drill", as_it_is=True)
    assert fenced() == ""
    assert start().free


@pytest.mark.parametrize("where", ["fence.in_reconcile", "fence.reconciled_window"])
def test_killed_while_reconciling_the_same_call_goes_on_and_counts_each_act_once(database, tmp_path, where):
    with HttpProvider() as pay:
        made = given_paying(tmp_path, pay, count=6)
        plan = made.start("remedy")
        start()
        with clone_of(database, f"clone_{home_name()}") as urls:
            run(plan, until=lambda: states(plan).get("done", 0) >= 3)
            done = len(pay.effects)
            connections.close_all()
            point_at(*urls)
            start()
            with listening(armed(f"{where}:1:raise")), pytest.raises(Crashed):
                find_out()
            assert fenced() == "elsewhere"
            assert find_out() == Found(found=done, absent=6 - done, doubtful=0, plans=1)
            assert rows("SELECT count(*) FROM attempt WHERE code = 'looked-up'") == [(done,)]
            lift_fence(actor=1, reason="The original is gone")
            assert run(Plan.objects.get(id=plan.id)).state == "done"
            assert set(pay.effects.values()) == {1} and len(pay.effects) == 6
            assert_sound()


@pytest.mark.parametrize("where", ["backup.dumped", "backup.before_rename"])
def test_a_backup_that_was_killed_is_none_and_what_it_left_is_removed(database, tmp_path, monkeypatch, where):
    target = tmp_path / "backups"
    with listening(armed(f"{where}:1:raise")), pytest.raises(Crashed):
        backed_up(target, monkeypatch, plain=True)
    assert list_backups(target) == []
    old, young = target / ".makegood-1.unfinished", target / ".makegood-2.unfinished"
    old.mkdir(), young.mkdir()
    long_ago = now().timestamp() - 90_000
    os.utime(old, (long_ago, long_ago))
    made = backed_up(target, monkeypatch, plain=True)
    assert list_backups(target) == [made.path]
    assert (old.exists(), young.exists()) == (False, True)


def test_a_restore_that_was_killed_is_not_taken_for_an_installation(database, tmp_path, monkeypatch):
    from makegood.config.restore import restore_backup

    made = backed_up(tmp_path / "backups", monkeypatch)
    live_at(tmp_path / "new", monkeypatch)
    with listening(armed("restore.unpacked:1:raise")), pytest.raises(Crashed):
        restore_backup(made.path, advance=nothing, say=nothing)
    with pytest.raises(Refused, match="was not finished"):
        begin()
    with pytest.raises(Refused) as refused:
        restore_backup(made.path, advance=nothing, say=nothing)
    assert refused.value.code == "home-not-empty"


def test_who_only_reads_is_told_too(database):
    from makegood.acts.fence import fenced_because

    assert fenced_because() == ""
    start()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE fence SET fenced_at = clock_timestamp(), reason = 'restored'")
    assert fenced_because() == "this database was restored from a backup"
