"""Restored, nothing leaves before reconciling; after it, exactly what had not happened."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from django.db import connection, connections

from makegood.acts.actions import apply_plan, settle_unknown
from makegood.acts.lift import lift_fence
from makegood.acts.queries import list_unknown
from makegood.acts.reconcile import IN_DOUBT, Found, reconcile
from makegood.acts.sendlog import home_name
from makegood.balance.invariants import check_invariants
from makegood.config.databases import point_at
from makegood.journal.actions import seal
from makegood.journal.models import Entry
from makegood.journal.queries import verify
from makegood.kit.errors import Refused, Unavailable
from makegood.kit.home import home
from makegood.plans.models import Plan
from makegood.testing.http_provider import HttpProvider
from makegood.testing.smtp_server import SmtpServer
from tests.engine.fencing import clone_of, fenced, quiet, start
from tests.engine.killing import SlowMail
from tests.engine.paying import REFUND_ONLY, given_mailing, given_paying
from tests.engine.recovery import live, rows, run, states
from tests.engine.restoring import backed_up, restored
from tests.engine.test_fence_workers import look_around, sent

WAVES = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: http}
      - {id: say-so, do: tell, message: say-so, channels: [email]}
waves: [{size: 3}, {size: rest}]
doubtful: DOUBTFUL
"""
HOLD = """\
stages:
  acknowledge:
    steps:
      - {id: say-so, do: tell, message: say-so, channels: [email]}
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
doubtful: DOUBTFUL
"""


def find_out() -> Found:
    try:
        return asyncio.run(reconcile(actor=1, told=lambda _done, _all: None))
    finally:
        connections.close_all()


def assert_sound() -> None:
    assert check_invariants(deep=True) == []
    seal()
    assert verify().findings == []


@pytest.mark.timeout(180)
@pytest.mark.parametrize("doubtful", ["hold", "resend"])
def test_last_nights_backup_sends_nothing_before_reconciling_and_then_exactly_the_rest(
    database, tmp_path, monkeypatch, doubtful
):
    with SmtpServer() as mail, HttpProvider() as pay:
        made = given_paying(tmp_path, pay, count=8, playbook=WAVES.replace("DOUBTFUL", doubtful))
        live(made.people, "email", mail.settings)
        plan = made.start("remedy")
        start()
        backup = backed_up(tmp_path / "backups", monkeypatch)
        run(plan, until=lambda: states(plan).get("done", 0) >= 6)  # this morning, and then the disk broke
        paid, written = set(pay.effects), sent(mail)
        assert len(paid) >= 3 and sum(written.values()) >= 3
        with restored(backup.path, monkeypatch) as done:
            assert done.findings == []
            look_around()
            assert fenced() == "restored"
            assert (set(pay.effects), sent(mail)) == (paid, written), "nothing leaves before reconciling"
            found = find_out()
            assert found.found == len(paid)
            assert (found.absent, found.doubtful) == ((8 - len(paid), 8) if doubtful == "hold" else (16 - len(paid), 0))
            assert (set(pay.effects), sent(mail)) == (paid, written), "reconciling sends nothing"
            assert Counter(pay.effects.values()) == {1: len(paid)}
            with pytest.raises(Refused):
                apply_plan(plan.id, actor=1)
            lift_fence(actor=1, reason="Restored after the disk broke")
            run(Plan.objects.get(id=plan.id))
            assert set(pay.effects.values()) == {1} and len(pay.effects) == 8, "each refund once"
            if doubtful == "hold":
                assert sent(mail) == written, "nobody is written to again"
                assert len(list_unknown(made.mistake)) == 8
                _settle_from_the_log(mail, plan)
                assert "unknown" not in states(plan)
            else:
                assert set(sent(mail)) == {f"c{n}@example.com" for n in range(1, 9)}
                assert all(times <= 1 + written[name] for name, times in sent(mail).items())
            assert_sound()
    assert start().free


def _settle_from_the_log(mail: SmtpServer, plan: Plan) -> None:
    """A person looks into the mail server's log."""
    unknown = rows(
        "SELECT t.ordinal, f.contact::json ->> 'email' FROM act t JOIN plan p ON p.id = t.plan_id JOIN affected f "
        "ON f.scope_id = p.scope_id AND f.customer_id = t.customer_id WHERE t.plan_id = %s AND t.state = 'unknown'",
        plan.id,
    )
    for ordinal, address in unknown:
        settle_unknown(plan.id, ordinal, took_effect=address in sent(mail), actor=1, proof="the mail server's log")


def test_a_silent_provider_interrupts_and_the_same_call_goes_on_and_counts_each_act_once(database, tmp_path):
    with HttpProvider() as pay:
        made = given_paying(tmp_path, pay, count=10)
        plan = made.start("remedy")
        start()
        with clone_of(database, f"clone_{home_name()}") as urls:
            run(plan, until=lambda: states(plan).get("done", 0) >= 4)
            done = len(pay.effects)
            connections.close_all()
            point_at(*urls)
            assert start().reason == "elsewhere"
            pay.next("accept", "accept", "503", "accept", "accept")
            with pytest.raises(Unavailable) as silent:
                find_out()
            assert silent.value.code == "provider-silent"
            with pytest.raises(Refused, match="has not been found out"):
                lift_fence(actor=1, reason="Too early")
            assert find_out() == Found(found=done, absent=10 - done, doubtful=0, plans=1)
            assert find_out() == Found(found=done, absent=10 - done, doubtful=0, plans=1), "twice changes nothing"
            assert rows("SELECT count(*) FROM attempt WHERE code = 'looked-up'") == [(done,)]
            lift_fence(actor=1, reason="The original is gone")
            assert run(Plan.objects.get(id=plan.id)).state == "done"
            assert set(pay.effects.values()) == {1} and len(pay.effects) == 10
            assert_sound()


def test_a_plan_that_was_applied_after_the_backup_is_found_out_about_as_well(database, tmp_path):
    with HttpProvider() as pay:
        made = given_paying(tmp_path, pay, count=5, playbook=REFUND_ONLY + "waves: [{size: 2}, {size: rest}]\n")
        plan = made.ready("remedy")
        start()
        with clone_of(database, f"clone_{home_name()}") as urls:
            assert run(apply_plan(plan.id, actor=made.people.maya.id)).state == "done"
            connections.close_all()
            point_at(*urls)
            start()
            assert find_out() == Found(found=5, absent=0, doubtful=0, plans=1)
            assert Plan.objects.get(id=plan.id).state == "approved", "a person applies it"
            lift_fence(actor=1, reason="The original is gone")
            before = len(pay.requests)
            assert run(apply_plan(plan.id, actor=made.people.maya.id)).state == "done"
            assert [method for method, _, _ in pay.requests[before:] if method == "POST"] == []
            assert rows("SELECT sum(done) FROM chunk") == [(5,)]
            assert_sound()


@pytest.mark.parametrize(("doubtful", "repeats"), [("hold", 0), ("resend", 0)])
def test_the_send_logs_of_the_home_say_who_was_written_to(database, tmp_path, doubtful, repeats):
    """The database was put back, the home stayed: what its logs say was answered is neither asked nor sent again."""
    with SlowMail() as mail:
        mail.latency = 0.05
        made = given_mailing(tmp_path, mail, count=150, playbook=HOLD.replace("DOUBTFUL", doubtful))
        plan = made.start("acknowledge")
        start()
        with clone_of(database, f"clone_{home_name()}") as urls:
            run(plan, until=lambda: len(mail.messages) >= 30)
            mail.latency = 0.0
            written = sent(mail)
            assert 30 <= len(written) < 150
            connections.close_all()
            point_at(*urls)
            assert start().reason in ("elsewhere", "older")
            found = find_out()
            assert found.found == len(written)
            assert (found.absent, found.doubtful) == (
                (0, 150 - len(written)) if doubtful == "hold" else (150 - len(written), 0)
            )
            lift_fence(actor=1, reason="Put back after a mistake")
            run(Plan.objects.get(id=plan.id))
            counted = sent(mail)
            assert max(counted.values()) == 1 + repeats
            assert len(counted) == (len(written) if doubtful == "hold" else 150)
            codes = rows("SELECT count(*) FROM act WHERE code = %s", IN_DOUBT)
            assert codes == [(150 - len(written) if doubtful == "hold" else 0,)]
            assert list((home() / "acts").glob("before-*/*.log")), "logs of the lost future are out of the way"
            assert_sound()


def test_a_gap_puts_only_what_was_under_way_in_doubt(database, tmp_path):
    with SmtpServer() as mail:
        made = given_mailing(tmp_path, mail, count=4, playbook=HOLD.replace("DOUBTFUL", "hold"))
        plan = made.start("acknowledge")
        start()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE chunk SET claimed_to = lo + 1, epoch = 1, home = %s", [home_name()])
        quiet(16 * 60)
        assert start().reason == "gap"
        found = find_out()
        assert (found.found, found.doubtful) == (0, 0)
        lift_fence(actor=1, reason="The machine had slept")
        run(plan, until=lambda: states(plan).get("done", 0) == 2)
        assert states(plan) == {"done": 2, "unknown": 2}
        assert max(sent(mail).values()) == 1


def test_nothing_is_asked_where_acts_are_free_or_a_worker_still_ends_its_windows(database, tmp_path):
    with HttpProvider() as pay:
        made = given_paying(tmp_path, pay, count=3)
        made.start("remedy")
        start()
        with pytest.raises(Refused, match="not fenced"):
            find_out()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE fence SET fenced_at = clock_timestamp(), reason = 'restored'")
            cursor.execute("UPDATE chunk SET lease_until = clock_timestamp() + interval '20 s'")
        with pytest.raises(Refused) as busy:
            find_out()
        assert busy.value.code == "still-ending"
        assert pay.requests == []


def test_what_is_kept_in_the_database_itself_is_left_alone_and_the_journal_says_what_was_found(database, tmp_path):
    with SmtpServer() as mail:
        made = given_mailing(tmp_path, mail, count=3, playbook=HOLD.replace("DOUBTFUL", "resend"))
        plan = made.start("remedy")
        start()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE fence SET fenced_at = clock_timestamp(), reason = 'restored'")
        assert find_out() == Found(plans=1)
        (entry,) = Entry.objects.filter(verb="acts.reconciled")
        assert (entry.actor, entry.facts) == (1, '{"absent":0,"doubtful":0,"found":0}')
        lift_fence(actor=1, reason="A drill")
        assert run(plan).state == "done"
        assert rows("SELECT count(*) FROM ledger_transfer") == [(3,)]
