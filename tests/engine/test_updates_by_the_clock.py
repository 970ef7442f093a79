"""Updates go out on time while nobody looks: three simulated days, on a clock that moves when it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from makegood.acts.actions import apply_plan, pause_plan
from makegood.acts.sweep import sweep
from makegood.acts.updates import call_updates, make_next
from makegood.balance.invariants import check_invariants
from makegood.kit.errors import Refused
from makegood.mistakes.actions import add_news, close_mistake, set_fixed
from makegood.plans.approve import approve_by_schedule
from makegood.plans.models import Approval, Plan
from makegood.plans.updates import promised_updates
from tests.engine.recovery import customers, rows, run, turns
from tests.plans.test_updates import DAY, MESSAGE, PROGRESS, START, blocking, clock, repairing, tell, told

__all__ = ["clock"]
HOUR = timedelta(hours=1)


def pass_time(clock, made, length, step=HOUR):
    """Hour by hour: one sweep, the updates it asks for, and whatever is to be carried out."""
    end = clock.now + length
    while clock.now < end:
        clock.move(step.total_seconds())
        sweep()
        for (plan,) in rows("SELECT (args ->> 'plan')::bigint FROM procrastinate_jobs"
                            " WHERE task_name = 'makegood.acts.make_update' AND status = 'todo'"):  # fmt: skip
            rows("DELETE FROM procrastinate_jobs WHERE task_name = 'makegood.acts.make_update' RETURNING 1")
            applied = make_next(plan)
            if applied is not None and applied.state == "applying":
                turns(applied)


def sent_at(made):
    found = rows("SELECT min(settled_at) FROM act WHERE step = 'update' AND state = 'done'"
                 " GROUP BY sequence ORDER BY sequence")  # fmt: skip
    return [moment for (moment,) in found]


def waits(made):
    found = rows("SELECT facts::json ->> 'reason' FROM entry WHERE verb = 'update.waits' ORDER BY id")
    return [reason for (reason,) in found]


def updates(made):
    plans = Plan.objects.filter(mistake=made.mistake, stage="progress").order_by("number")
    return [(plan.settings["update"]["number"], plan.state) for plan in plans if plan.state != "superseded"]


def test_a_fix_open_for_three_days_sends_its_updates_on_time(clock, tmp_path):
    made = repairing(tmp_path)
    tell(made, START)
    pass_time(clock, made, 3 * DAY + timedelta(hours=5))
    assert updates(made) == [(1, "done"), (2, "done"), (3, "done"), (4, "done")]
    moments = sent_at(made)
    assert moments[0] == START
    for number, moment in enumerate(moments[1:], start=1):
        promised = START + number * DAY
        assert promised - HOUR <= moment <= promised, "within the hour before the promised moment"
    texts = told()
    assert len(texts) == 4 and all("There is nothing new yet." in text for text in texts)
    assert "message 4." in texts[3] and "March 6, 2026" in texts[3]
    rules = list(Approval.objects.filter(plan__mistake=made.mistake).order_by("id").values_list("rule", "approver"))
    omar = made.people.omar.id
    assert rules == [("person", omar)] + 3 * [("schedule", omar)]
    assert check_invariants() == []
    set_fixed(made.mistake, actor=made.people.maya.id)
    pass_time(clock, made, 2 * DAY, step=6 * HOUR)
    assert len(told()) == 4, "it is fixed"
    assert rows("SELECT count(*) FROM plan WHERE update_at IS NOT NULL") == [(0,)]


def test_news_waits_for_a_person_and_silence_is_never_longer_than_promised(clock, tmp_path):
    made = repairing(tmp_path)
    tell(made, START)
    clock.move(3600)
    add_news(made.mistake, "The part is here.", actor=made.people.maya.id)
    pass_time(clock, made, timedelta(hours=22))
    assert waits(made) == ["its news has not been approved"]
    assert updates(made) == [(1, "done"), (2, "draft")]
    assert len(told()) == 1
    pass_time(clock, made, timedelta(hours=2))
    assert updates(made) == [(1, "done"), (2, "done")]
    assert "There is nothing new yet." in told()[1], "nobody approved the words"
    pass_time(clock, made, timedelta(hours=22))
    draft = Plan.objects.get(mistake=made.mistake, stage="progress", state="draft")
    assert draft.settings["update"]["news"] == "The part is here.", "it is still to be told"
    made.approve(draft)
    turns(apply_plan(draft.id, actor=made.people.maya.id))
    assert "What is new: The part is here." in told()[2]
    pass_time(clock, made, timedelta(hours=26))
    assert updates(made)[-1] == (4, "done"), "a person's approval of the news goes on covering the schedule"
    assert "There is nothing new yet." in told()[3]


@pytest.mark.parametrize("change", ["documents", "scope", "facts"])
def test_what_nobody_approved_waits_for_a_person(clock, tmp_path, change):
    made = repairing(tmp_path)
    tell(made, START)
    if change == "documents":
        (made.path / "messages" / "progress.md").write_text(MESSAGE.replace("Dear", "Hello"), encoding="utf-8")
        made.push()
    elif change == "scope":
        made.write(affected="customer,extra\n" + customers(2))
        made.load()
    else:
        text = (made.path / "mistake.yaml").read_text(encoding="utf-8").replace("confirmed: false", "confirmed: true")
        made.write(mistake=text)
        made.push()
    pass_time(clock, made, 2 * DAY)
    assert updates(made) == [(1, "done"), (2, "draft")]
    assert waits(made) == ["the scope was loaded again" if change == "scope" else "the documents were changed"]
    ((stage, by),) = promised_updates(made.mistake)
    assert (stage, by) == ("progress", START + DAY)
    assert by < clock.now, "and everybody can see that it is overdue"


def test_one_approval_covers_so_many_and_no_more(clock, tmp_path):
    made = repairing(tmp_path, playbook=PROGRESS.replace("until: fixed", "until: fixed, most: 2"))
    tell(made, START)
    pass_time(clock, made, 2 * DAY + 6 * HOUR, step=6 * HOUR)
    assert updates(made) == [(1, "done"), (2, "done"), (3, "draft")]
    assert waits(made) == ["one approval covers 2 updates"]
    draft = Plan.objects.get(mistake=made.mistake, state="draft")
    with pytest.raises(Refused, match="one approval covers 2 updates"):
        approve_by_schedule(draft.id, draft.digest)
    clock.move(18 * 3600)
    with pytest.raises(Refused, match="the next time it tells has passed"):
        made.approve(draft)
    assert tell(made, clock.now).settings["update"]["number"] == 3
    pass_time(clock, made, DAY)
    assert updates(made)[-1] == (4, "done"), "a person's approval covers two again"


def test_the_rule_approves_no_news_and_no_first_update(clock, tmp_path):
    made = repairing(tmp_path)
    first = made.plan("progress", as_of=START)
    with pytest.raises(Refused, match="nobody has approved the first one"):
        approve_by_schedule(first.id, first.digest)
    tell(made, START)
    add_news(made.mistake, "The part is here.", actor=made.people.maya.id)
    second = made.plan("progress", as_of=START + DAY)
    assert blocking(second) == []
    with pytest.raises(Refused, match="it has news"):
        approve_by_schedule(second.id, second.digest)
    with pytest.raises(Refused, match="not the digest"):
        approve_by_schedule(second.id, first.digest)


def test_an_update_waits_for_the_one_before_and_is_asked_for_again(clock, tmp_path):
    made = repairing(tmp_path)
    first = tell(made, START)
    clock.move(24 * 3600)
    later = made.ready("remedy")
    assert call_updates() == 1
    assert call_updates() == 0, "asked for a moment ago"
    clock.move(301)
    assert call_updates() == 1
    rows("UPDATE plan SET state = 'paused' WHERE id = %s RETURNING 1", first.id)
    assert make_next(first.id) is None
    assert updates(made) == [(1, "paused")]
    rows("UPDATE plan SET state = 'done' WHERE id = %s RETURNING 1", first.id)
    made_now = make_next(first.id)
    assert made_now is not None and made_now.state == "applying"
    assert make_next(first.id) is None, "made once"
    assert later.stage == "remedy"


def test_a_closed_mistake_updates_nobody(clock, tmp_path):
    made = repairing(tmp_path)
    first = tell(made, START)
    close_mistake(made.mistake, actor=made.people.maya.id, facts={})
    clock.move(30 * 3600)
    assert make_next(first.id) is None
    assert call_updates() == 0


def test_a_paused_plan_is_no_reason_to_forget(clock, tmp_path):
    made = repairing(tmp_path)
    plan = made.ready("progress")
    started = apply_plan(plan.id, actor=made.people.maya.id)
    pause_plan(started.id, actor=made.people.maya.id, reason="")
    clock.move(24 * 3600)
    assert call_updates() == 1
    assert make_next(started.id) is None
    ((_, by),) = promised_updates(made.mistake)
    assert by <= clock.now


def test_a_worker_makes_it_by_its_queue(database, tmp_path):
    """The whole way: the sweeper asks, a job plans, approves and applies, a chunk is carried out."""
    made = repairing(tmp_path)
    tell(made, datetime.now(UTC).replace(microsecond=0) - timedelta(hours=23, minutes=30))

    def second_is_done():
        return updates(made)[-1] == (2, "done")

    run(Plan.objects.filter(stage="progress").first(), until=second_is_done)
    assert len(told()) == 2


STOCK = MESSAGE.replace("There is nothing new yet.", "We are sorry for any inconvenience.")


def test_a_warning_that_was_explained_stays_explained_and_a_new_one_waits(clock, tmp_path):
    made = repairing(tmp_path, STOCK)
    add_news(made.mistake, "The part is here.", actor=made.people.maya.id)
    tell(made, START)  # with news there is nothing to warn of
    pass_time(clock, made, DAY)
    assert waits(made) == ["its words have warnings without a recorded reason"]
    draft = Plan.objects.get(mistake=made.mistake, stage="progress", state="draft")
    made.explain(draft)
    made.approve(draft)
    turns(apply_plan(draft.id, actor=made.people.maya.id))
    pass_time(clock, made, DAY)
    assert updates(made) == [(1, "done"), (2, "done"), (3, "done")]
    ((accepted,),) = rows(
        "SELECT facts::json ->> 'accepted' FROM entry WHERE verb = 'plan.approved' ORDER BY id DESC LIMIT 1"
    )
    assert accepted, "the reasons that stood are part of the approval"
