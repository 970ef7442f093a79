"""What one customer is promised at the desk: kept when the agent's task is done, gone with the customer."""

from __future__ import annotations

from datetime import date

from tests.engine.recovery import given_people, rows, turns

from makegood.acts.sweep import sweep
from makegood.channels.actions import finish_task
from makegood.customers.actions import erase_customer
from makegood.desk.actions import approve_one, draft_one
from makegood.desk.case import Case
from makegood.plans.models import Plan
from makegood.promises.models import Promise

CASE = Case(
    name="Ada", what="We sent you the wrong lamp.", key="c77", email="ada@home.example", todo="We bring the right one.",
    by=date(2099, 3, 4),
)  # fmt: skip


def test_the_agents_day_is_kept_when_their_task_is_done(database):
    people = given_people()
    drafted = draft_one(CASE, brand=people.brand, person=people.maya)
    assert [one["code"] for one in drafted.plan.findings if "promise" in one["code"]] == [], "it is theirs"
    approve_one(drafted, people.maya)
    (one,) = Promise.objects.all()
    assert (one.owner_id, one.carried, one.customers) == (people.maya.id, ["fix"], 1)
    assert f"{one.due_at:%Y-%m-%d %H:%M}" == "2099-03-04 23:59"
    turns(Plan.objects.get(id=drafted.plan.id))
    sweep()
    assert Promise.objects.get().state == "open"
    ((key,),) = rows("SELECT key FROM task")
    finish_task(key, staff=people.maya.id, proof="Brought on Tuesday.")
    for _ in range(3):
        sweep()
    assert Promise.objects.get().state == "kept"


def test_it_goes_with_the_customer_and_its_events_say_nothing(database):
    people = given_people()
    approve_one(draft_one(CASE, brand=people.brand, person=people.maya), people.maya)
    erase_customer(Promise.objects.get().customer, actor=people.maya.id)
    assert Promise.objects.count() == 0
    assert rows("SELECT kind FROM promise_event") == [("made",)]
