"""What changed between two plans: customers, sums, documents, settings; and what a draft adds to what was done."""

import json

import pytest
from tests.engine.recovery import POLICY, REFUND, contacts, customers, given_people, recovery, rows
from tests.plans.doing import approved, done

from makegood.kit.errors import Refused
from makegood.plans.diff import diff_done, diff_plans
from makegood.plans.models import Plan

LATER = "customer,extra\n" + customers(2) + "c3,9.00\nc5,5.50\nc6,6.50\n"  # c4 is gone, c3 changed, c6 is new


def by_step(diff):
    return {one.step: (one.same, one.new.count, one.gone.count, one.changed.count) for one in diff.steps}


def test_two_drafts_differ_in_people_amounts_documents_and_scope(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=5)
    made.load()
    made.plan("remedy")
    made.write(affected=LATER, contacts="customer,name,email,address\n" + contacts(6))
    made.write(told=REFUND.replace("your money", "your money,"), policy=POLICY.replace("extra}", "extra}"))
    made.write(told=REFUND + "\nWe are sorry.\n")
    made.load()
    new = made.plan("remedy")
    diff = new.summary["changed_from"]
    assert (diff["stage"], diff["before"], diff["after"], diff["scopes"]) == ("remedy", 1, 2, [1, 2])
    steps = {one["step"]: one for one in diff["steps"]}
    refund = steps["refund"]
    assert (refund["same"], refund["new"]["count"], refund["gone"]["count"], refund["changed"]["count"]) == (3, 1, 1, 1)
    assert refund["new"] == {"count": 1, "examples": ["c6"], "sums": {"EUR": [0, 650]}}
    assert refund["gone"] == {"count": 1, "examples": ["c4"], "sums": {"EUR": [450, 0]}}
    assert refund["changed"] == {"count": 1, "examples": ["c3"], "sums": {"EUR": [350, 900]}}
    assert steps["tell-refund"]["changed"]["count"] == 0
    (message,) = diff["documents"]
    assert (message["name"], message["before"], message["after"]) == ("messages/refund.md", 1, 2)
    assert "+We are sorry." in message["text"]
    assert "--- messages/refund.md @1" in message["text"]


def test_a_superseded_draft_is_dropped_and_says_where_the_difference_is(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=3)
    made.load()
    first = made.plan("remedy")
    second = made.plan("remedy")
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "draft")
    tables = "SELECT count(*) FROM pg_class WHERE relname IN (%s, %s)"
    assert rows(tables, f"act_{first.id}", f"decision_{first.id}") == [(0,)]
    assert rows(tables, f"act_{second.id}", f"decision_{second.id}") == [(2,)]
    assert rows("SELECT count(*) FROM plan_part WHERE plan_id = %s", first.id) == [(0,)]
    with pytest.raises(Refused) as refused:
        diff_plans(first, second)
    assert refused.value.code == "no-rows"
    kept = second.summary["changed_from"]
    assert [(one["step"], one["same"]) for one in kept["steps"]] == [("refund", 3), ("tell-refund", 3)]
    assert kept["documents"] == kept["settings"] == []


def test_plans_of_two_stages_are_not_compared(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=2)
    made.load()
    with pytest.raises(Refused) as refused:
        diff_plans(made.plan("acknowledge"), made.plan("remedy"))
    assert "'acknowledge'" in refused.value.what
    assert refused.value.code == "other-stage"


def test_a_draft_against_what_was_done_shows_the_new_the_raised_and_the_gone(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=5)
    made.load()
    first = done(approved(made, "remedy"))
    made.write(affected=LATER, contacts="customer,name,email,address\n" + contacts(6))
    made.load()
    draft = made.plan("remedy")
    diff = diff_done(draft)
    assert by_step(diff) == {"refund": (3, 1, 1, 1), "tell-refund": (3, 1, 1, 1)}
    refund = diff.steps[0]
    assert (refund.new.examples, refund.gone.examples, refund.changed.examples) == (("c6",), ("c4",), ("c3",))
    assert refund.changed.sums == {"EUR": (350, 900)}
    assert diff.before is None
    assert diff.scopes == (1, 2)
    assert by_step(diff_plans(first, draft))["refund"] == (0, 1, 4, 1)


def test_a_setting_that_changed_is_named_with_both_values(database, tmp_path):
    people = given_people()
    made = recovery(tmp_path, people, count=2)
    made.load()
    made.plan("remedy")
    made.write(playbook=(made.path / "playbook.yaml").read_text() + "budget: EUR 50.00\napproval: {people: 2}\n")
    diff = made.plan("remedy").summary["changed_from"]
    settings = {name: (before, after) for name, before, after in diff["settings"]}
    assert settings["approvers"] == (1, 2)
    assert settings["budget.EUR"] == (None, 5000)


def test_the_difference_is_plain_json_and_the_same_each_time(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=9)
    made.load()
    first = done(approved(made, "remedy"))
    made.write(affected="customer,extra\n" + customers(9).replace(".50", ".75"))
    made.load()
    second = made.plan("remedy")
    diff = diff_plans(first, second)
    assert json.loads(json.dumps(diff.as_json())) == diff.as_json() == diff_plans(first, second).as_json()
    assert diff.steps[0].changed.count == 9
    assert len(diff.steps[0].changed.examples) == 5
    assert not diff.empty
    assert "refund: 0 new, 0 gone, 9 changed, 0 as before." in diff.lines()
    assert "  changed: c1, c2, c3, c4, c5, …; EUR 49.50 became EUR 2.25" in diff.lines()
    assert diff_plans(second, second).lines()[1:] == ["Nothing differs."]
    assert diff_plans(second, Plan.objects.get(id=second.id)).empty
