"""What is coming due, late and missed is said once: by many workers, after a crash, and over 400 days."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connections, transaction
from tests.engine.recovery import as_owner, rows, turns
from tests.promises.promising import START, clock, entries, events, promising

from makegood.acts.fence import fence_acts, look
from makegood.acts.promised import _SETTLED, _UNSAID
from makegood.acts.sweep import sweep
from makegood.balance.actions import close, closing_findings
from makegood.balance.invariants import by_id, check_invariants
from makegood.balance.queries import get_balance
from makegood.kit.errors import Refused
from makegood.kit.killpoints import Crashed, listening
from makegood.promises.actions import (
    Word,
    add_promise,
    answer_promise,
    keep_promise,
    pause_promise,
    release_promise,
    resume_promise,
)
from makegood.promises.jobs import _DUE, raise_due
from makegood.promises.queries import count_promises, list_late, list_promises

__all__ = ["clock"]
HOUR = 3_600
CLOCK = ("coming", "late", "missed")


def given_word(made, by="10 hours", **more):
    word = Word(what="I will call you about the second order.", by=by, owner=made.people.maya.id, **more)
    return add_promise(made.mistake, word, actor=made.people.maya.id)


def kinds():
    return [kind for _, kind, _ in events() if kind in CLOCK]


def at(clock):
    return dict(rows("SELECT kind, at FROM promise_event WHERE kind IN ('coming', 'late', 'missed')"))


@pytest.fixture
def made(clock, tmp_path):
    return promising(tmp_path, "You need to do nothing.")


def test_each_is_said_at_its_moment_and_once(clock, made):
    one = given_word(made, told=made.people.omar.id)
    assert (one.due_at, one.margin) == (START + timedelta(hours=10), timedelta(hours=1))
    for _ in range(14 * 12):
        clock.move(300)
        sweep()
    assert kinds() == list(CLOCK)
    hours = {kind: (moment - START) / timedelta(hours=1) for kind, moment in at(clock).items()}
    assert hours == {"coming": 9, "late": 10, "missed": 11}
    assert entries() == [(f"promise.{kind}", f"promise:{one.id}") for kind in ("made", "coming", "late", "missed")]
    (facts,) = rows(
        "SELECT facts::json ->> 'owner', facts::json ->> 'escalated' FROM entry WHERE verb = 'promise.missed'"
    )
    assert facts == (str(made.people.maya.id), str(made.people.omar.id))
    assert check_invariants() == []


def test_a_sweeper_that_was_away_says_late_and_missed_and_not_what_was_coming(clock, made):
    given_word(made)
    clock.move(100 * HOUR)
    assert [bool(examples) for examples in [rows(by_id()["I9"].sql)]] == [True], "nobody was told for four days"
    sweep()
    assert kinds() == ["late", "missed"]
    assert rows(by_id()["I9"].sql) == []


def test_a_fenced_database_alarms_nobody_and_is_no_breach(database, clock, made):
    look()
    given_word(made)
    clock.move(100 * HOUR)
    fence_acts("older")
    sweep()
    assert kinds() == [] and rows(by_id()["I9"].sql) == []
    as_owner(database, "UPDATE fence SET fenced_at = NULL")
    assert rows(by_id()["I9"].sql) != []
    sweep()
    assert kinds() == ["late", "missed"]


def test_two_workers_at_once_say_it_once(clock, made):
    for number in range(40):
        given_word(made, by=f"{number + 60} minutes")
    clock.move(400 * HOUR)
    start, said = threading.Barrier(4), []

    def worker():
        try:
            start.wait()
            for _ in range(6):
                with transaction.atomic():
                    said.append(raise_due(most=15))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=worker) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sum(said) == 80
    assert rows("SELECT count(*), count(DISTINCT (promise, kind)) FROM promise_event WHERE kind <> 'made'") == [
        (80, 80)
    ]
    assert rows("SELECT count(*) FROM entry WHERE verb IN ('promise.late', 'promise.missed')") == [(80,)]


@pytest.mark.parametrize("place", ["promise.raised", "promise.recorded", "promise.ended", "sweep.committed"])
def test_a_crash_says_it_after_all_and_once(clock, made, place):
    given_word(made)
    clock.move(10 * HOUR)

    def strike(passing):
        if passing == place:
            raise Crashed(passing)

    with listening(strike), pytest.raises(Crashed):
        sweep()
    for _ in range(3):
        sweep()
    assert kinds() == ["late"] and [verb for verb, _ in entries()] == ["promise.made", "promise.late"]


def test_the_index_refuses_a_second_event_whoever_writes_it(database, clock, made):
    one = given_word(made)
    clock.move(10 * HOUR)
    sweep()
    with psycopg.connect(database.app_url) as other, pytest.raises(psycopg.errors.UniqueViolation):
        other.execute("INSERT INTO promise_event (promise, kind, round, at) VALUES (%s, 'late', 0, now())", [one.id])
    with psycopg.connect(database.owner_url) as other, pytest.raises(psycopg.errors.RestrictViolation):
        other.execute("DELETE FROM promise_event")


def test_four_hundred_days_with_clock_changes_and_a_leap_day(database, tmp_path, clock):
    """A word every few days, local times around both clock changes, the turn of the year and 29 February."""
    clock.move((datetime(2027, 9, 20, 6, 0, tzinfo=UTC) - START).total_seconds())
    made, berlin = promising(tmp_path, "You need to do nothing."), ZoneInfo("Europe/Berlin")
    days = [
        "2027-10-31 02:30",
        "2027-12-31 23:59",
        "2028-02-29 12:00",
        "2028-02-29",
        "2028-03-26 02:30",
        "2028-10-29 02:30",
    ]
    own = [given_word(made, by=day) for day in days]
    own += [given_word(made, by=f"{length} days", zone="America/New_York") for length in range(2, 390, 13)]
    assert own[4].due_at.astimezone(berlin).isoformat() == "2028-03-26T03:30:00+02:00", "there is no 02:30 that day"
    assert own[5].due_at.astimezone(berlin).isoformat() == "2028-10-29T02:30:00+02:00", "the earlier of the two"
    for _ in range(400 * 6 + 60):
        clock.move(4 * HOUR)
        with transaction.atomic():
            raise_due()
    counted = dict(rows("SELECT kind, count(*) FROM promise_event GROUP BY kind"))
    assert counted == {"made": len(own), "coming": len(own), "late": len(own), "missed": len(own)}
    late = "SELECT count(*) FROM promise_event e JOIN promise p ON p.id = e.promise WHERE {}"
    assert rows(late.format("e.kind = 'late' AND e.at - p.due_at NOT BETWEEN interval '0' AND interval '4 hours'")) == [
        (0,)
    ]
    assert rows(late.format("e.kind = 'coming' AND e.at >= p.due_at")) == [(0,)]
    assert check_invariants() == []


def test_what_is_kept_paused_or_released_is_never_said_to_be_late(clock, made):
    kept, released, paused, open_ = (given_word(made) for _ in range(4))
    brand, maya = made.people.brand, made.people.maya.id
    keep_promise(kept.id, brand, actor=maya, how="I called at noon.")
    release_promise(released.id, brand, actor=maya, because="They asked for a letter instead.")
    pause_promise(paused.id, brand, actor=maya, because="They are on holiday.")
    clock.move(30 * HOUR)
    sweep()
    assert {promise for promise, kind, _ in events() if kind in CLOCK} == {open_.id}
    assert count_promises(made.mistake) == {"missed": 1, "paused": 1, "kept": 1, "released": 1}
    assert check_invariants() == []


def test_a_paused_promise_goes_on_with_the_time_that_was_left_and_is_said_anew(clock, made):
    brand, maya = made.people.brand, made.people.maya.id
    one = given_word(made)
    clock.move(9.5 * HOUR)
    sweep()
    pause_promise(one.id, brand, actor=maya, because="Their bank is closed.")
    clock.move(48 * HOUR)
    sweep()
    on = resume_promise(one.id, brand, actor=maya)
    assert on.due_at == START + timedelta(hours=58) and on.round == 1
    sweep()
    clock.move(0.6 * HOUR)
    sweep()
    assert [(kind, round_) for _, kind, round_ in events() if kind in CLOCK] == [
        ("coming", 0),
        ("coming", 1),
        ("late", 1),
    ]
    assert check_invariants() == []
    with pytest.raises(Refused, match="would hide that") as late:
        pause_promise(one.id, brand, actor=maya, because="We are late.")
    assert late.value.code == "late-already"


def test_a_mistake_closes_over_no_late_promise_that_nobody_answered(clock, tmp_path):
    made = promising(tmp_path, "You need to do nothing.")
    for stage in ("acknowledge", "remedy"):
        turns(made.start(stage))
    one = given_word(made)
    clock.move(12 * HOUR)
    sweep()
    (finding,) = closing_findings(get_balance(made.mistake), {})
    assert finding.code == "promise-unanswered"
    assert finding.what == (
        "Maya promised by 2026-03-02 20:00, and it is missed: I will call you about the second order."
    )
    with pytest.raises(Refused, match="cannot be closed yet"):
        close(made.mistake, actor=made.people.maya.id, reasons={})
    answer_promise(one.id, made.people.brand, actor=made.people.maya.id, because="I called a day late and said sorry.")
    with pytest.raises(Refused, match="answered already"):
        answer_promise(one.id, made.people.brand, actor=made.people.maya.id, because="Again.")
    assert list_late(made.mistake) == []
    assert close(made.mistake, actor=made.people.maya.id, reasons={}).unaccounted == 0
    assert check_invariants(deep=True) == []


def test_kept_late_answers_it_and_the_list_says_late(clock, made):
    one = given_word(made)
    clock.move(12 * HOUR)
    sweep()
    assert [row.id for row in list_promises(made.people.brand, late=True).rows] == [one.id]
    keep_promise(one.id, made.people.brand, actor=made.people.maya.id)
    assert list_promises(made.people.brand, late=True).rows == []
    assert [row.standing for row in list_promises(made.people.brand, ended=True).rows] == ["kept late"]
    with pytest.raises(Refused, match="is kept"):
        release_promise(one.id, made.people.brand, actor=made.people.maya.id, because="It is done.")


def test_pages_follow_each_other_by_the_moment(clock, made):
    given = [given_word(made, by=f"{hours} hours") for hours in (30, 10, 20, 40, 50)]
    order = [given[place].id for place in (1, 2, 0, 3, 4)]
    pages = [list_promises(made.people.brand, made.mistake, limit=2, page=page) for page in (1, 2, 3)]
    assert [row.id for page in pages for row in page.rows] == order
    assert [page.more for page in pages] == [True, True, False]


def test_a_sweep_reads_what_is_due_and_no_other_of_many_promises(database, clock, made):
    given_word(made)
    copied = (
        "INSERT INTO promise (mistake_id, step, mark, place, customers, what, by, owner_id, zone, calendar, due_at, "
        "margin, carried, state, reason, round, made_at, next_at) SELECT mistake_id, step, mark, place, 1, what, by, "
        "owner_id, zone, calendar, due_at + n * interval '1 minute', margin, '{}', 'open', '', 0, made_at, "
        "next_at + n * interval '1 minute' FROM promise, generate_series(1, 30000) n"
    )
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute(copied)
        admin.execute("VACUUM ANALYZE promise")
    for asked in (_DUE, _SETTLED, _UNSAID):
        plan = "\n".join(line for (line,) in rows(f"EXPLAIN {asked.replace('%(most)s', '5000')}"))
        assert "Seq Scan on promise" not in plan and "Index" in plan, plan
    with transaction.atomic():
        assert raise_due() == 0
    clock.move(9 * HOUR + 600)
    with transaction.atomic():
        assert raise_due() == 11
    assert rows("SELECT count(*) FROM promise_event WHERE kind = 'coming'") == [(11,)]
