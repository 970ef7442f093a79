"""A finished prevention sends its message, once; one that is not finished sends none."""

from __future__ import annotations

from datetime import date

import pytest
from tests.engine.recovery import PLAYBOOK, contacts, customers, given_people, recovery, rows, turns

from makegood.acts.actions import apply_plan
from makegood.balance.queries import get_balance
from makegood.kit.errors import BadInput, NotFound, Refused
from makegood.mistakes.preventing import Wanted, add_prevention, finish_prevention
from makegood.mistakes.queries import list_preventions

SAYING = PLAYBOOK + (
    "  prevention:\n    steps:\n"
    "      - {id: prevented, do: tell, message: prevented, channels: [email], prevention: second-key}\n"
)
MESSAGE = """\
---
subject: What we have changed
---
Dear {{ name }},

since {{ prevention.done | date: "short" }} this is in place: {{ prevention.text }}
"""
KEY = Wanted("second-key", "Each  payment has a key\nof its own.", "Payments", date(2026, 4, 30))


@pytest.fixture
def made(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=2, playbook=SAYING)
    (made.path / "messages" / "prevented.md").write_text(MESSAGE, encoding="utf-8")
    made.load()
    return made


def add(made, wanted=KEY):
    return add_prevention(made.mistake, wanted, actor=made.people.maya.id)


def finish(made, *, finished=True):
    return finish_prevention(made.mistake, "second-key", actor=made.people.maya.id, finished=finished)


def blocking(plan):
    return [finding["code"] for finding in plan.findings if finding["level"] == "blocking"]


def apply(made):
    plan = made.plan("prevention")
    assert blocking(plan) == []
    made.explain(plan)
    made.approve(plan)
    return turns(apply_plan(plan.id, actor=made.people.maya.id))


def told():
    return rows("SELECT recipient, text FROM outbox_message ORDER BY recipient")


def test_a_finished_prevention_sends_its_message_once(made):
    add(made)
    finish(made)
    plan = apply(made)
    done = plan.settings["steps"]["prevented"]["prevention"]
    assert done["text"] == "Each payment has a key of its own."
    assert [recipient for recipient, _ in told()] == ["c1@example.com", "c2@example.com"]
    assert "this is in place: Each payment has a key of its own." in told()[0][1]
    assert made.plan("prevention").acts == 0, "planned again"
    finish(made, finished=False)
    finish(made)
    assert made.plan("prevention").acts == 0, "finished again"
    made.write(affected="customer,extra\n" + customers(3))
    made.write(contacts="customer,name,email,address\n" + contacts(3))
    made.load()
    apply(made)
    assert [recipient for recipient, _ in told()] == ["c1@example.com", "c2@example.com", "c3@example.com"]


def test_nothing_is_said_before_it_is_done(made):
    plan = made.plan("prevention")
    assert "no-prevention" in blocking(plan)
    add(made)
    plan = made.plan("prevention")
    (open_,) = [finding for finding in plan.findings if finding["code"] == "prevention-open"]
    assert "Payments, due 2026-04-30" in open_["what"]
    assert open_["level"] == "blocking" and "playbook.yaml:11" in open_["where"]
    with pytest.raises(Refused, match="blocking"):
        made.approve(plan)
    counts = {step.step: dict(step.counts) for step in get_balance(made.mistake).steps}
    assert counts["prevented"] == {"to come": 2}


def test_what_turned_out_not_to_be_done_makes_a_plan_stale(made):
    add(made)
    finish(made)
    plan = made.plan("prevention")
    made.explain(plan)
    finish(made, finished=False)
    with pytest.raises(Refused, match="'second-key' is not what it was"):
        made.approve(plan)
    finish(made)
    with pytest.raises(Refused, match="'second-key' is not what it was"):
        made.approve(plan)  # its message names another day
    again = made.plan("prevention")
    assert again.digest != plan.digest
    made.explain(again)
    made.approve(again)


def test_equal_input_gives_an_equal_digest(made):
    add(made)
    finish(made)
    assert made.plan("prevention").digest == made.plan("prevention").digest


def test_what_is_recorded_is_listed_and_journalled(made):
    made.push()
    add(made)
    add(made, Wanted("training", "Everybody learns it.", "Ops", date(2026, 5, 1)))
    finish(made)
    assert [(one.name, one.owner, one.done_at is not None) for one in list_preventions(made.mistake)] == [
        ("second-key", "Payments", True),
        ("training", "Ops", False),
    ]
    verbs = rows("SELECT verb FROM entry WHERE verb LIKE 'prevention.%%' ORDER BY id")
    assert verbs == [("prevention.added",), ("prevention.added",), ("prevention.finished",)]
    assert rows("SELECT count(*) FROM entry WHERE facts::text LIKE '%%payment has%%'") == [(0,)], "a digest is enough"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Wanted("Second Key", "It is done.", "Ops", date(2026, 5, 1)), "bad-name"),
        (Wanted("key", " \n ", "Ops", date(2026, 5, 1)), "bad-prevention"),
        (Wanted("key", "x" * 2_001, "Ops", date(2026, 5, 1)), "bad-prevention"),
        (Wanted("key", "It is done.", " ", date(2026, 5, 1)), "bad-prevention"),
    ],
)
def test_what_cannot_be_recorded(made, wanted, code):
    with pytest.raises(BadInput) as refused:
        add(made, wanted)
    assert refused.value.code == code


def test_twice_is_once(made):
    add(made)
    with pytest.raises(Refused, match="already"):
        add(made)
    with pytest.raises(Refused, match="not finished already"):
        finish(made, finished=False)
    finish(made)
    with pytest.raises(Refused, match="recorded as finished already"):
        finish(made)
    with pytest.raises(NotFound, match="no prevention 'other'"):
        finish_prevention(made.mistake, "other", actor=made.people.maya.id)
