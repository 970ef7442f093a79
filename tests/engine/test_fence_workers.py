"""Workers at the fence: a clone beside the original sends nothing, and a fence that falls stops who is sending."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter

import pytest
from django.db import connection, connections

from makegood.acts import fence
from makegood.acts.lift import lift_fence
from makegood.acts.sendlog import home_name
from makegood.acts.worker import work
from makegood.config.databases import point_at
from makegood.kit.home import home
from makegood.testing.http_provider import HttpProvider
from makegood.testing.smtp_server import SmtpServer
from tests.engine.fencing import clone_of, copied, fenced, live_in, quiet, start
from tests.engine.killing import SlowMail
from tests.engine.paying import given_mailing, given_paying
from tests.engine.recovery import chunks, live, rows, run, states

BOTH = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: http}
      - {id: say-so, do: tell, message: say-so, channels: [email]}
"""


def look_around(sweeps: int = 3) -> None:
    """A worker that starts now and looks around `sweeps` times."""
    fence._MEMORY.standing = None
    left = iter(range(sweeps))
    asyncio.run(work(until=lambda: next(left, None) is None, sweep_seconds=0.05))


def sent(mail: SmtpServer) -> Counter[str]:
    return Counter(message.recipient for message in mail.messages)


def test_a_clone_started_beside_the_original_sends_nothing_and_does_not_disturb_it(database, tmp_path, monkeypatch):
    """The database is copied within its server, the home with it, as an administrator does to try something out."""
    with SmtpServer() as mail, HttpProvider() as pay:
        made = given_paying(tmp_path, pay, count=6, playbook=BOTH)
        live(made.people, "email", mail.settings)
        plan = made.start("remedy")
        start()
        original = home()
        with clone_of(database, f"clone_{home_name()}") as urls:
            live_in(copied(original, tmp_path / "copy"), monkeypatch)
            point_at(*urls)
            look_around()
            assert fenced() == "elsewhere"
            assert states(plan) == {"planned": 12}
            assert (len(mail.messages), pay.requests) == (0, [])
            # Everything else goes on there.
            made.plan("remedy")
            connections.close_all()
            point_at(database.app_url, database.owner_url)
            live_in(original, monkeypatch)
            assert start().free
            assert run(plan).state == "done"
    assert sent(mail) == {f"c{n}@example.com": 1 for n in range(1, 7)}
    assert set(pay.effects.values()) == {1} and len(pay.effects) == 6
    assert fenced() == ""


def test_a_second_home_on_the_same_database_takes_nothing_before_it_is_admitted(database, tmp_path, monkeypatch):
    with SmtpServer() as mail:
        made = given_mailing(tmp_path, mail, count=4)
        plan = made.start("acknowledge")
        start()
        first = home()
        live_in(tmp_path / "second", monkeypatch)
        look_around()
        assert len(mail.messages) == 0
        assert rows("SELECT count(*) FROM chunk WHERE epoch > 0") == [(0,)]
        live_in(first, monkeypatch)
        start()
        assert run(plan).state == "done"
    assert sent(mail) == {f"c{n}@example.com": 1 for n in range(1, 5)}


@pytest.mark.timeout(120)
def test_a_fence_that_falls_while_mail_goes_out_stops_it_and_nobody_is_written_to_twice(database, tmp_path):
    with SlowMail() as mail:
        mail.latency = 0.05
        made = given_mailing(tmp_path, mail, count=200)
        plan = made.start("acknowledge")
        start()
        falling = threading.Thread(target=_fall_once, args=(mail, 20))
        falling.start()
        run(plan, until=lambda: bool(fenced()) and _at_rest())
        falling.join()
        stopped_at = len(mail.messages)
        assert 20 <= stopped_at < 200
        look_around()
        assert len(mail.messages) == stopped_at
        assert Counter(states(plan))["done"] == stopped_at, "what had left is recorded"
        mail.latency = 0.0
        lift_fence(actor=made.people.maya.id, reason="It was a drill", as_it_is=True)
        assert run(plan).state == "done"
    assert sent(mail) == {f"c{n}@example.com": 1 for n in range(1, 201)}


def _fall_once(mail: SlowMail, messages: int) -> None:
    try:
        end = time.monotonic() + 30
        while len(mail.messages) < messages and time.monotonic() < end:
            time.sleep(0.01)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE fence SET fenced_at = clock_timestamp(), reason = 'restored'")
    finally:
        connections.close_all()


def _at_rest() -> bool:
    """No chunk is held: everything that had begun has ended and is recorded."""
    return rows("SELECT count(*) FROM chunk WHERE lease_until > clock_timestamp()") == [(0,)]


def test_a_gap_with_an_open_window_is_looked_at_by_a_person_first(database, tmp_path):
    """A machine put back to a snapshot of last night: database and home agree, and both are old."""
    with SmtpServer() as mail:
        made = given_mailing(tmp_path, mail, count=3)
        plan = made.start("acknowledge")
        start()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE chunk SET claimed_to = hi, epoch = 1, home = %s", [home_name()])
        quiet(16 * 60)
        look_around()
        assert fenced() == "gap"
        assert len(mail.messages) == 0
        assert chunks(plan), "it waits"
        lift_fence(actor=made.people.maya.id, reason="The machine had slept", as_it_is=True)
        look_around(6)
    assert set(states(plan)) == {"unknown"}, "begun or not, nobody can say: hold"
