"""A second apology: for those on the list, with something new for each, and somebody who answers for it."""

from __future__ import annotations

import pytest
from tests.engine.recovery import MISTAKE, PLAYBOOK, POLICY, given_people, recovery, rows, turns

from makegood.acts.actions import apply_plan
from makegood.balance.actions import close, closing_findings
from makegood.balance.queries import get_balance
from makegood.kit.errors import BadInput, NotFound, Refused
from makegood.plans.again import count_listed, not_put_right

TWICE = (
    POLICY
    + """\
  sorry:
    kind: make good
    basis: goodwill
    currency: EUR
    rules:
      - {id: none, when: "extra > 'EUR 3.00'", nothing: "Nothing more."}
      - {id: more, default: true, amount: "EUR 10.00"}
"""
)
SECOND = (
    PLAYBOOK
    + """\
  second-apology:
    attempt: 2
    person: Ann Smith, head of service
    needs: [remedy]
    steps:
      - {id: second-sorry, do: make good, remedy: sorry, provider: store-credit}
      - {id: second-letter, do: tell, message: second, channels: [email, letter], after: [second-sorry],
         due: noticed + 14 days}
"""
)
MESSAGE = """\
---
subject: We did not put it right
makegood: {attempt: 2}
---
Dear {{ name }},

we charged you twice, and our first answer did not put it right. That was our mistake, and we are sorry. You had to wait
another week for your money, and could not use it. We know how annoying it is to ask for your own money a second time.
It happened because our system sent the payment again without checking the first one. We have paid your money back, and
we have given you {{ amounts.sorry }} more for the trouble. From now on our system checks each payment against the last
one before it is sent. We will write to you again by {{ due | date: "long" }}. If anything is still wrong, answer this
message.

{{ person }}
"""


@pytest.fixture
def made(database, tmp_path):
    found = MISTAKE.replace("confirmed: false", "confirmed: true")
    made = recovery(tmp_path, given_people(), count=3, playbook=SECOND, policy=TWICE, mistake=found)
    words(made, MESSAGE)
    made.load()
    for stage in ("acknowledge", "remedy"):
        apply(made, stage)
    return made


def words(made, text):
    (made.path / "messages" / "second.md").write_text(text, encoding="utf-8")


def apply(made, stage="second-apology"):
    plan = made.plan(stage)
    assert blocking(plan) == []
    made.explain(plan)
    made.approve(plan)
    return turns(apply_plan(plan.id, actor=made.people.maya.id))


def blocking(plan):
    return [finding["code"] for finding in plan.findings if finding["level"] == "blocking"]


def again(made, key="c1", *, withdrawn=False):
    return not_put_right(made.mistake, key, reason="Not yet.", actor=made.people.maya.id, withdrawn=withdrawn)


def counts(made):
    return {step.step: dict(step.counts) for step in get_balance(made.mistake).steps}


def test_who_was_not_put_right_gets_something_new_and_a_letter_from_somebody(made):
    again(made)
    plan = apply(made)
    assert plan.summary["only"][0] == ["second-sorry", "first remedy did not put them right", 1, 3]
    reached = rows("SELECT t.step, f.customer_key, t.minor FROM act t JOIN affected f USING (customer_id)"
                   " WHERE t.stage = 'second-apology' AND t.state = 'done' ORDER BY t.step")  # fmt: skip
    assert reached == [("second-letter", "c1", None), ("second-sorry", "c1", 1_000)]
    (text,) = rows("SELECT text FROM outbox_message ORDER BY id DESC LIMIT 1")[0]
    assert "given you €10.00 more" in text and "Ann Smith, head of service" in text
    assert counts(made)["second-sorry"] == {"done": 1, "not due": 2}
    assert made.plan("second-apology").acts == 0, "once"
    again(made, "c2")
    assert counts(made)["second-sorry"] == {"done": 1, "not planned": 1, "not due": 1}
    assert made.plan("second-apology").acts == 2


def test_a_mistake_does_not_close_over_somebody_on_the_list(made):
    assert closing_findings(get_balance(made.mistake), {}) == [], "nobody is on it"
    again(made)
    assert counts(made)["second-sorry"] == {"to come": 1, "not due": 2}
    assert closing_findings(get_balance(made.mistake), {})
    made.write(playbook=PLAYBOOK + "  other:\n    steps:\n"
               "      - {id: more, do: make good, remedy: sorry, provider: store-credit}\n")  # fmt: skip
    made.push()
    (found,) = [one for one in closing_findings(get_balance(made.mistake), {}) if one.code == "not-put-right"]
    assert found.count == 1
    made.write(playbook=SECOND)
    apply(made)
    assert close(made.mistake, actor=made.people.maya.id, reasons={}).accounted == 3


def test_nothing_new_is_refused_customer_by_customer(made):
    again(made, "c1")
    again(made, "c3")
    plan = made.plan("second-apology")
    (found,) = [finding for finding in plan.findings if finding["code"] == "nothing-new"]
    assert (found["level"], found["count"], found["examples"]) == ("blocking", 1, ["c3"])
    with pytest.raises(Refused, match="blocking"):
        made.approve(plan)
    again(made, "c3", withdrawn=True)
    apply(made)


def test_words_that_name_nobody_or_hide_what_they_are_are_refused(made):
    again(made)
    words(made, MESSAGE.replace("{{ person }}", "The team"))
    assert blocking(made.plan("second-apology")) == ["person-not-named"]
    words(made, MESSAGE.replace("makegood: {attempt: 2}\n", ""))
    assert blocking(made.plan("second-apology")) == ["attempt-differs"]


def test_who_was_taken_off_the_list_makes_a_plan_stale(made):
    again(made)
    plan = made.plan("second-apology")
    made.explain(plan)
    again(made, "c2")
    again(made, withdrawn=True)
    with pytest.raises(Refused, match="taken off the list"):
        made.approve(plan)
    assert count_listed(made.mistake.id) == 1
    assert made.plan("second-apology").digest != plan.digest
    again(made, "c1")
    again(made, "c2", withdrawn=True)
    assert made.plan("second-apology").digest == plan.digest, "the same list, the same plan"


def test_the_list_is_kept_as_it_was_said(made):
    with pytest.raises(BadInput, match="needs a reason"):
        not_put_right(made.mistake, "c1", reason=" ", actor=made.people.maya.id)
    with pytest.raises(NotFound, match="'c9'"):
        again(made, "c9")
    with pytest.raises(Refused, match="not on the list"):
        again(made, withdrawn=True)
    again(made)
    with pytest.raises(Refused, match="is on the list"):
        again(made)
    verbs = rows("SELECT verb FROM entry WHERE verb LIKE 'customer.%%' ORDER BY id")
    assert verbs == [("customer.not-put-right",)]
    close_ = closing_findings(get_balance(made.mistake), {})
    assert close_ and count_listed(made.mistake.id) == 1
