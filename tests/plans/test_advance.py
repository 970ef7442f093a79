"""Those about to be hit are told before it happens; those who have been, as affected, and nobody twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connections
from tests.engine.recovery import PLAYBOOK, SCOPE, given_people, recovery, rows, run, turns

from makegood.acts.actions import apply_plan
from makegood.balance.queries import get_balance
from makegood.plans.models import Plan
from makegood.testing.clock import VirtualClock

TODAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOMORROW = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)
DATED = SCOPE.replace("columns:\n", "columns:\n  expected_at: {type: instant}\n")
EARLY = """\
stages:
  advance:
    steps:
      - {id: warn, do: tell, message: warn, channels: [email], before: expected_at}
"""
ADVANCE = PLAYBOOK.replace("stages:\n", EARLY).replace(
    "due: noticed + 24 hours}", "due: noticed + 24 hours, since: expected_at, unless: [warn]}"
)
WARN = """\
---
subject: Your parcel will be late
---
Dear {{ name | default: "customer" }},

your parcel was to come on {{ expected_at | date: "long" }}. It will be late, and that is our mistake.
We are sorry. We have sent it again; you need to do nothing.
"""
HIT = "c1,1.50,\nc2,2.50,2026-03-01T10:00:00Z\nc3,3.50,2026-03-02T09:00:00Z\n"
AHEAD = "c4,4.50,2026-03-03T10:00:00Z\nc5,5.50,2026-03-03T16:00:00Z\n"


@pytest.fixture
def clock(database):
    made = VirtualClock(database.admin_url, TODAY)
    connections.close_all()
    yield made
    connections.close_all()
    made.close()


def parcels(tmp_path, affected=HIT + AHEAD, **texts):
    made = recovery(tmp_path, given_people(), count=6, playbook=ADVANCE, scope=DATED, **texts)
    made.write(affected="customer,extra,expected_at\n" + affected)
    (made.path / "messages" / "warn.md").write_text(WARN, encoding="utf-8")
    made.load()
    return made


def apply(made, stage, as_of):
    plan = made.plan(stage, as_of=as_of)
    assert not [finding for finding in plan.findings if finding["level"] == "blocking"], plan.findings
    made.approve(plan)
    return turns(apply_plan(plan.id, actor=made.people.maya.id))


def reached(step, state="done"):
    found = rows(
        "SELECT f.customer_key FROM act t JOIN plan p ON p.id = t.plan_id AND p.approved_at IS NOT NULL"
        " JOIN affected f ON f.scope_id = p.scope_id"
        " AND f.customer_id = t.customer_id WHERE t.step = %s AND t.state = %s ORDER BY 1",
        step, state,
    )  # fmt: skip
    return [key for (key,) in found]


def counts(made):
    return {step.step: dict(step.counts) for step in get_balance(made.mistake).steps}


def test_parcels_due_tomorrow_are_told_today_and_nobody_twice(clock, tmp_path):
    made = parcels(tmp_path)
    warned = apply(made, "advance", TODAY)
    assert warned.state == "done"
    assert reached("warn") == ["c4", "c5"]
    told = rows("SELECT recipient, text FROM outbox_message ORDER BY recipient")
    assert [recipient for recipient, _ in told] == ["c4@example.com", "c5@example.com"]
    assert "to come on March 3, 2026" in told[0][1]
    assert counts(made)["say-so"] == {"to come": 3, "not due": 2}
    apply(made, "acknowledge", TODAY)
    assert reached("say-so") == ["c1", "c2", "c3"], "at 09:00 what was expected at 09:00 has not come"
    assert counts(made)["warn"] == {"done": 2, "not due": 3}

    clock.move((TOMORROW - TODAY).total_seconds())
    made.write(affected="customer,extra,expected_at\n" + HIT + AHEAD + "c6,6.50,2026-03-03T12:00:00Z\n")
    made.load()
    assert made.plan("advance", as_of=TOMORROW).acts == 0
    apply(made, "acknowledge", TOMORROW)
    assert reached("say-so") == ["c1", "c2", "c3", "c6"], "who was told in advance is not told again"
    apply(made, "remedy", TOMORROW)
    assert reached("refund") == ["c1", "c2", "c3", "c4", "c5", "c6"], "hit is hit, however it was told"
    balance = get_balance(made.mistake)
    assert (balance.accounted, balance.whole, balance.balanced, balance.to_come) == (6, 6, True, [])


def test_an_acknowledgement_waits_for_those_who_are_not_hit_yet(clock, tmp_path):
    made = parcels(tmp_path)
    plan = apply(made, "acknowledge", TODAY)
    assert plan.summary["only"] == [["say-so", "expected_at is not ahead", 3, 5]]
    assert counts(made)["say-so"] == {"done": 3, "to come": 2}
    clock.move((TOMORROW - TODAY).total_seconds())
    assert counts(made)["say-so"] == {"done": 3, "not planned": 2}, "their moment has come, and nobody has told them"
    assert counts(made)["warn"] == {"not due": 5}, "nobody is left to be told in advance"
    apply(made, "acknowledge", TOMORROW)
    assert counts(made)["say-so"] == {"done": 5}


def test_a_notice_that_would_come_too_late_is_not_sent_and_they_are_told_as_affected(clock, tmp_path):
    made = parcels(tmp_path)
    plan = made.plan("advance", as_of=TODAY)
    clock.move(26 * 3600)  # 11:00 on the next day: the parcel of c4 should have been there an hour ago
    made.approve(plan)
    assert turns(apply_plan(plan.id, actor=made.people.maya.id)).state == "done"
    assert reached("warn") == ["c5"]
    assert reached("warn", "cancelled") == ["c4"]
    assert rows("SELECT DISTINCT code FROM act WHERE state = 'cancelled'") == [("too-late",)]
    assert rows("SELECT recipient FROM outbox_message") == [("c5@example.com",)]
    apply(made, "acknowledge", clock.now)
    assert reached("say-so") == ["c1", "c2", "c3", "c4"]
    assert counts(made)["warn"] == {"done": 1, "not due": 4}


def test_a_notice_that_came_back_is_told_anew_once_they_are_hit(clock, tmp_path):
    made = parcels(tmp_path)
    apply(made, "advance", TODAY)
    rows("UPDATE act SET state = 'bounced' WHERE step = 'warn' AND customer_id = (SELECT customer_id FROM affected"
         " WHERE customer_key = 'c4') RETURNING 1")  # fmt: skip
    assert counts(made)["warn"] == {"not due": 3, "failed": 1, "done": 1}
    clock.move((TOMORROW - TODAY).total_seconds())
    assert counts(made)["warn"] == {"not due": 4, "done": 1}, "it is too late for it: no plan could repeat it"
    apply(made, "acknowledge", TOMORROW)
    assert "c4" in reached("say-so") and "c5" not in reached("say-so")


def test_days_begin_in_the_zone_of_the_mistake(clock, tmp_path):
    """At 23:30 UTC it is the next day in Berlin: what is expected on that day is not ahead any more."""
    made = parcels(
        tmp_path,
        "c1,1.50,\nc2,2.50,2026-03-02\nc3,3.50,2026-03-03\nc4,4.50,2026-03-04\n",
    )
    made.write(scope=DATED.replace("{type: instant}", "{type: date}"))
    made.load()
    clock.move(14.5 * 3600)
    night = clock.now
    apply(made, "advance", night)
    assert reached("warn") == ["c4"]
    assert counts(made)["warn"] == {"done": 1, "not due": 3}
    apply(made, "acknowledge", night)
    assert reached("say-so") == ["c1", "c2", "c3"]


def test_a_fix_before_it_happens_is_for_those_not_hit_yet(clock, tmp_path):
    step = "{id: hurry, do: fix, provider: task, with: {what: Hurry.}, before: expected_at}"
    hurry = f"  rescue:\n    steps:\n      - {step}\n"
    made = parcels(tmp_path)
    made.write(playbook=ADVANCE.replace("  remedy:\n", f"{hurry}  remedy:\n"))
    plan = made.plan("rescue", as_of=TODAY)
    assert plan.acts == 2
    assert [finding["code"] for finding in plan.findings if finding["level"] == "blocking"] == []


def test_equal_input_gives_an_equal_digest_and_the_moment_is_part_of_it(clock, tmp_path):
    made = parcels(tmp_path)
    first, second = (made.plan("advance", as_of=TODAY).digest for _ in range(2))
    assert first == second
    assert made.plan("advance", as_of=clock.now.replace(second=1)).digest != first


def test_who_cannot_be_reached_in_advance_is_counted_among_those_ahead_only(clock, tmp_path):
    made = parcels(tmp_path)
    made.write(contacts="customer,name,email,address\nc4,D,c4@example.com,\n")
    made.load()
    plan = made.plan("advance", as_of=TODAY)
    (found,) = [finding for finding in plan.findings if finding["code"] == "unreachable"]
    assert (found["count"], found["examples"]) == (1, ["c5"])


def test_a_worker_in_the_real_world_tells_them_as_well(database, tmp_path):
    """The same by the queue, on the server's own clock: everything of 2026-03 is over."""
    made = parcels(tmp_path, "c1,1.50,2026-03-01T10:00:00Z\nc2,2.50,2999-01-01T10:00:00Z\n")
    plan = made.plan("advance", as_of=datetime(2026, 2, 1, tzinfo=UTC))
    made.approve(plan)
    done = run(apply_plan(plan.id, actor=made.people.maya.id))
    assert Plan.objects.get(id=done.id).state == "done"
    assert (reached("warn"), reached("warn", "cancelled")) == (["c2"], ["c1"])
