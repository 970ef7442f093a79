"""Pause, resume, cancel, stop conditions, waves: what is claimed is finished, what is not is left alone."""

import asyncio
from datetime import timedelta

import pytest
from tests.engine.paying import REFUND_ONLY, given_paying
from tests.engine.recovery import (
    PLAYBOOK,
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

from makegood.acts.actions import apply_plan, cancel_plan, pause_plan, resume_plan
from makegood.acts.connections import connect
from makegood.acts.leases import take
from makegood.acts.sweep import sweep
from makegood.acts.windows import commit_window
from makegood.kit.errors import Refused
from makegood.plans.models import Plan
from makegood.testing.http_provider import HttpProvider


def started(tmp_path, count: int = 5, stage: str = "acknowledge", **texts: str):
    made = recovery(tmp_path, given_people(), count=count, **texts)
    made.load()
    return made, made.start(stage)


def claim(plan: Plan, upto: int) -> None:
    """A worker claimed a window and was never heard of again."""

    async def claimed():
        db = await connect()
        lease = await take(db, first, "gone:1")
        await commit_window(db, lease, [], claim_to=upto)
        await db.execute("UPDATE chunk SET lease_until = NULL")
        await db.close()

    first = chunks(plan)[0]
    asyncio.run(claimed())


def test_paused_resumed_and_done_with_nothing_twice(database, tmp_path):
    made, plan = started(tmp_path)
    claim(plan, upto=2)
    pause_plan(plan.id, actor=made.people.maya.id, reason="wait")
    for chunk in chunks(plan, "paused"):
        carry(chunk)
    assert states(plan) == {"planned": 5}
    resume_plan(plan.id, actor=made.people.maya.id)
    plan = turns(plan)
    assert (plan.state, states(plan), counters(plan)) == ("done", {"done": 5}, {"done": 5})
    assert rows("SELECT count(*) FROM outbox_message") == [(5,)]
    assert rows("SELECT count(*) FROM attempt") == [(5,)]


def test_no_chunk_of_a_paused_plan_is_taken_even_when_it_is_open(database, tmp_path):
    _, plan = started(tmp_path)
    Plan.objects.filter(id=plan.id).update(state="paused")
    carry(chunks(plan)[0])
    assert states(plan) == {"planned": 5}


def test_cancelling_leaves_alone_what_a_worker_has_claimed(database, tmp_path):
    made, plan = started(tmp_path)
    claim(plan, upto=2)
    assert cancel_plan(plan.id, actor=made.people.maya.id, reason="wrong") == 3
    assert states(plan) == {"planned": 2, "cancelled": 3}


def test_a_window_left_open_by_a_cancelled_plan_is_looked_into_and_never_sent(database, tmp_path):
    made, plan = started(tmp_path)
    carry(chunks(plan)[0])  # everything went out …
    rows("UPDATE act SET state = 'planned' WHERE ordinal <= 2 RETURNING 1")  # … of which two were never recorded
    rows("DELETE FROM outbox_message WHERE key = (SELECT key FROM attempt WHERE ordinal = 2) RETURNING 1")
    rows("UPDATE chunk SET state = 'open', settled_to = 0, claimed_to = 2, done = 3, lease_until = NULL RETURNING 1")
    cancel_plan(plan.id, actor=made.people.maya.id, reason="wrong")
    turn(plan)
    assert rows("SELECT ordinal, state FROM act ORDER BY ordinal LIMIT 3") == [
        (1, "done"),
        (2, "cancelled"),
        (3, "done"),
    ]
    assert rows("SELECT count(*) FROM outbox_message") == [(4,)]
    assert rows("SELECT claimed_to = settled_to, state FROM chunk") == [(True, "cancelled")]
    assert counters(plan) == {"done": 4}


def test_waiting_acts_of_a_cancelled_plan_are_cancelled_but_a_persons_task_goes_on(database, tmp_path):
    playbook = """\
stages:
  acknowledge:
    steps:
      - {id: call, do: fix, provider: task, with: {what: Call them and put it right.}}
"""
    made, plan = started(tmp_path, playbook=playbook)
    turn(plan)
    assert states(plan) == {"waiting": 5}
    plan = Plan.objects.get(id=plan.id)
    Plan.objects.filter(id=plan.id).update(state="applying")
    rows("UPDATE act SET next_at = clock_timestamp() WHERE ordinal = 1 RETURNING 1")
    assert cancel_plan(plan.id, actor=made.people.maya.id, reason="wrong") == 0
    assert states(plan) == {"waiting": 5}
    assert counters(plan) == {"waiting": 5}


def test_acts_in_an_open_window_of_a_later_try_are_left_alone_too(database, tmp_path):
    with HttpProvider() as provider:
        made, plan = paying(tmp_path, provider, count=3)
        provider.next("429", "429", "429")
        turn(plan)
        assert states(plan) == {"waiting": 3}
        rows("UPDATE act SET next_at = clock_timestamp() RETURNING 1")
        sweep()
        rows("UPDATE chunk SET claimed_to = lo + 1 WHERE again RETURNING 1")
        assert cancel_plan(plan.id, actor=made.people.maya.id, reason="wrong") == 1
        assert states(plan) == {"waiting": 2, "cancelled": 1}
        turn(plan)
        assert states(plan) == {"cancelled": 3}
        assert provider.effects == {}
    assert counters(plan) == {}


def paying(tmp_path, provider: HttpProvider, count: int = 5, rest: str = ""):
    made = given_paying(tmp_path, provider, count=count, playbook=REFUND_ONLY + rest)
    return made, made.start("remedy")


@pytest.mark.parametrize(("stop", "bad", "state"), [("2", 1, "done"), ("2", 2, "stopped"), ("40%", 2, "stopped")])
def test_too_many_failures_stop_the_plan_and_say_so_in_the_journal(database, tmp_path, stop, bad, state):
    with HttpProvider() as provider:
        rest = f"stop: {{failed: {stop}}}\nwaves: [{{size: 5}}, {{size: rest}}]\n"
        made, plan = paying(tmp_path, provider, rest=rest, count=8)
        provider.next(*["error-body"] * bad)
        plan = turns(plan)
        assert (plan.state, states(plan).get("failed")) == (state, bad)
        entries = rows("SELECT facts FROM entry WHERE verb = 'plan.stopped'")
        if state == "done":
            assert entries == []
            return
        assert plan.reason == "2 of 5 acts of wave 1 failed"
        assert len(entries) == 1
        assert plan.wave == 1
        resume_plan(plan.id, actor=made.people.maya.id)
        plan = turns(plan)
        assert (plan.state, states(plan)) == ("done", {"done": 6, "failed": 2})


def test_a_worker_that_died_before_stopping_the_plan_opens_no_next_wave(database, tmp_path):
    made, plan = started(tmp_path, playbook=PLAYBOOK + "stop: {failed: 1}\nwaves: [{size: 2}, {size: rest}]\n")
    carry(chunks(plan)[0])
    rows("UPDATE chunk SET failed = 1 RETURNING 1")
    sweep()
    assert Plan.objects.get(id=plan.id).state == "stopped"
    resume_plan(plan.id, actor=made.people.maya.id)
    sweep()
    assert Plan.objects.get(id=plan.id).wave == 2


def test_a_pilot_of_two_has_two_customers_and_waves_open_one_after_another(database, tmp_path):
    playbook = PLAYBOOK + "waves: [{size: 2}, {size: 1%}, {size: rest}]\n"
    _, plan = started(tmp_path, count=6, stage="remedy", playbook=playbook)
    assert rows("SELECT count(DISTINCT customer_id) FROM act WHERE wave = 1") == [(2,)]
    seen = []
    while plan.state == "applying":
        plan = turns(plan, most=1)
        opened = rows("SELECT DISTINCT wave FROM chunk ORDER BY wave")
        seen.append([wave for (wave,) in opened])
    assert plan.state == "done"
    assert states(plan) == {"done": 12}
    assert seen[0] == [1]
    assert seen == sorted(seen)
    verbs = [verb for (verb,) in rows("SELECT verb FROM entry WHERE verb IN ('wave.opened', 'plan.done') ORDER BY id")]
    assert verbs[-1] == "plan.done"


def test_a_wave_without_anybody_is_passed_over(database, tmp_path):
    _, plan = started(tmp_path, playbook=PLAYBOOK + "waves: [{size: 2}, {size: 1}, {size: rest}]\n")
    rows("DELETE FROM plan_part WHERE wave = 2 RETURNING 1")
    rows("UPDATE act SET state = 'cancelled' WHERE wave = 2 RETURNING 1")
    plan = turns(plan)
    assert (plan.state, states(plan)) == ("done", {"done": 4, "cancelled": 1})


def test_only_what_is_approved_is_applied_and_only_once(database, tmp_path):
    made = recovery(tmp_path, given_people())
    made.load()
    draft = made.plan("acknowledge")
    with pytest.raises(Refused, match="draft, not approved"):
        apply_plan(draft.id, actor=made.people.maya.id)
    made.approve(draft)
    apply_plan(draft.id, actor=made.people.maya.id)
    with pytest.raises(Refused, match="already applying"):
        apply_plan(draft.id, actor=made.people.maya.id)
    assert rows("SELECT count(*) FROM chunk") == [(1,)]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE plan SET settings = jsonb_set(settings, '{doubtful}', '\"resend\"') RETURNING 1",
        "UPDATE plan_part SET digest = repeat('0', 64) RETURNING 1",
        "DELETE FROM plan_part RETURNING 1",
    ],
)
def test_a_plan_changed_after_its_approval_is_not_applied(database, tmp_path, tampering):
    made = recovery(tmp_path, given_people())
    made.load()
    plan = made.ready("acknowledge")
    rows(tampering)
    with pytest.raises(Refused, match="not what was approved"):
        apply_plan(plan.id, actor=made.people.maya.id)
    assert rows("SELECT count(*) FROM chunk") == [(0,)]


def test_pausing_what_does_not_run_and_resuming_what_does_is_refused(database, tmp_path):
    made, plan = started(tmp_path)
    with pytest.raises(Refused, match="can resume"):
        resume_plan(plan.id, actor=made.people.maya.id)
    plan = turns(plan)
    with pytest.raises(Refused, match="can pause"):
        pause_plan(plan.id, actor=made.people.maya.id, reason="late")


def test_an_unknown_act_of_a_cancelled_plan_is_asked_about_until_the_answer_can_be_believed(
    database, tmp_path, monkeypatch
):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=2)
        plan = made.start("remedy")
        provider.next("lost-answer", "drop")
        turn(plan)
        assert states(plan) == {"unknown": 2}
        rows("UPDATE act SET next_at = clock_timestamp() RETURNING 1")
        sweep()
        assert rows("SELECT count(*) FROM act WHERE again IS NOT NULL") == [(2,)]
        cancel_plan(plan.id, actor=made.people.maya.id, reason="wrong")
        turn(plan)
        assert states(plan) == {"done": 1, "unknown": 1}
        assert rows("SELECT code FROM act WHERE state = 'unknown'") == [("asked-too-early",)]
        minutes = "SELECT round(extract(epoch FROM next_at - clock_timestamp()) / 60) FROM act WHERE state = 'unknown'"
        assert 60 < rows(minutes)[0][0] <= 65
        monkeypatch.setattr("makegood.acts.absence.BELIEVED_AFTER", timedelta(0))
        make_due(plan)
        turn(plan)
        assert states(plan) == {"done": 1, "cancelled": 1}
        assert set(provider.effects.values()) == {1}


def test_an_act_that_a_dead_worker_may_have_sent_is_not_called_off_because_the_next_try_was_refused(database, tmp_path):
    """The provider's lists may be behind: only the first holder knew when it sent, and it wrote nothing down."""
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=1)
        plan = made.start("remedy")
        claim(plan, upto=1)
        provider.next("429")
        turn(plan)
        assert (states(plan), rows("SELECT answer FROM attempt")) == ({"unknown": 1}, [("retry",)])
        cancel_plan(plan.id, actor=made.people.maya.id, reason="wrong")
        make_due(plan)
        turn(plan)
        assert rows("SELECT state, code FROM act") == [("unknown", "asked-too-early")]
