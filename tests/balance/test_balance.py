"""Everyone is in exactly one category a step, sums come out, and a mistake closes only when nobody is left."""

import pytest
from tests.engine.recovery import POLICY, given_people, recovery, run

from makegood.acts.actions import apply_plan
from makegood.balance.actions import close
from makegood.balance.queries import get_balance, list_customers
from makegood.desk.actions import draft_one
from makegood.desk.case import Case
from makegood.kit.errors import Refused
from makegood.kit.money import Money
from makegood.mistakes.models import Mistake
from makegood.plans.approve import approve_plan
from makegood.plans.decide import decide_for

HOLDING = POLICY.replace(
    "    rules:\n",
    "    rules:\n"
    '      - {id: disputed, when: "extra > \'EUR 5.00\'", hold: "A person looks first."}\n'
    '      - {id: small, when: "extra < \'EUR 2.00\'", nothing: "Too small."}\n',
)


def given_recovery(tmp_path, people, **texts):
    made = recovery(tmp_path, people, count=5, **texts)
    made.write(contacts="customer,name,email,address\nc1,A,c1@example.com,\nc2,B,c2@example.com,\nc3,C,,Street 1\n")
    made.load()
    return made


def counts(balance):
    return {step.step: dict(step.counts) for step in balance.steps}


def test_before_anything_everyone_is_unaccounted_for(database, tmp_path):
    made = given_recovery(tmp_path, given_people())
    balance = get_balance(made.mistake)
    assert (balance.whole, balance.accounted, balance.balanced) == (5, 0, True)
    assert counts(balance)["say-so"] == {"to come": 5}
    assert balance.to_come == ["acknowledge", "remedy"]


def test_each_customer_is_in_one_category_and_the_money_comes_out(database, tmp_path):
    made = given_recovery(tmp_path, given_people(), policy=HOLDING)
    made.carry_out("acknowledge")
    made.carry_out("remedy")
    balance = get_balance(made.mistake)
    assert counts(balance) == {
        "say-so": {"done": 2, "open": 1, "unreachable": 2},
        "refund": {"nothing": 1, "done": 3, "held": 1},
        "tell-refund": {"not due": 1, "done": 1, "open": 1, "unreachable": 2},
    }
    assert balance.balanced
    assert [(one.planned, one.done, one.basis) for one in balance.money] == [(1050, 1050, "redress")]
    assert list_customers(made.mistake, categories=["held"]) == [["c5", "refund", "held"]]
    assert balance.told["customers"] == 2


def test_a_mistake_does_not_close_over_anyone(database, tmp_path):
    people = given_people()
    made = given_recovery(tmp_path, people, policy=HOLDING)
    made.carry_out("acknowledge")
    made.carry_out("remedy")
    with pytest.raises(Refused) as refused:
        close(made.mistake, actor=people.maya.id, reasons={})
    said = [finding.what for finding in refused.value.findings]
    assert "1 customer is held at 'refund'." in said
    assert "2 customers are unreachable at 'say-so'." in said
    assert "1 customer is open at 'say-so'." in said
    assert Mistake.objects.get(id=made.mistake.id).state == "open"


def test_it_closes_when_everyone_is_accounted_for(database, tmp_path):
    people = given_people()
    made = recovery(tmp_path, people, count=3, policy=HOLDING)
    made.load()
    made.carry_out("acknowledge")
    made.carry_out("remedy")
    balance = close(made.mistake, actor=people.maya.id, reasons={})
    assert (balance.accounted, balance.whole) == (3, 3)
    with pytest.raises(Refused):
        close(made.mistake, actor=people.maya.id, reasons={})


def test_a_held_customer_is_paid_what_a_person_decides(database, tmp_path):
    people = given_people()
    made = recovery(tmp_path, people, count=5, policy=HOLDING)
    made.load()
    made.carry_out("acknowledge")
    made.carry_out("remedy")
    decide_for(
        made.mistake,
        "c5",
        remedy="refund",
        amount=Money(400, "EUR"),
        reason="Seen with the bank.",
        actor=people.maya.id,
    )
    plan = made.plan("remedy")
    assert (plan.acts, plan.summary["sums"]) == (2, {"EUR": 400})


def test_a_held_customer_who_is_owed_nothing_is_accounted_for(database, tmp_path):
    people = given_people()
    made = recovery(tmp_path, people, count=5, policy=HOLDING)
    made.load()
    made.carry_out("acknowledge")
    made.carry_out("remedy")
    assert get_balance(made.mistake).unaccounted == 1
    decide_for(made.mistake, "c5", remedy="refund", amount=None, reason="The bank paid.", actor=people.maya.id)
    assert get_balance(made.mistake).unaccounted == 0


def test_a_customer_from_the_desk_is_counted_once(database, tmp_path):
    people = given_people()
    made = recovery(tmp_path, people, count=3)
    made.push()
    case = Case(name="A", key="c1", email="c1@example.com", what="We charged you twice.", refund=Money(150, "EUR"))
    drafted = draft_one(case, brand=people.brand, person=people.maya, mistake=made.mistake)
    approve_plan(drafted.plan.id, drafted.plan.digest, people.omar)
    run(apply_plan(drafted.plan.id, actor=people.maya.id))
    made.load()
    made.carry_out("acknowledge")
    remedy = made.carry_out("remedy")
    assert remedy.summary["sums"] == {"EUR": 600}
    balance = get_balance(made.mistake)
    assert (balance.whole, balance.accounted, balance.balanced) == (3, 3, True)
    assert counts(balance)["tell-refund"] == {"done": 2, "not due": 1}


def test_closing_says_why_the_unreachable_cannot_be_told(database, tmp_path):
    people = given_people()
    made = recovery(tmp_path, people, count=3)
    made.write(contacts="customer,name,email,address\nc1,A,c1@example.com,\nc2,B,c2@example.com,\n")
    made.load()
    made.carry_out("acknowledge")
    made.carry_out("remedy")
    with pytest.raises(Refused):
        close(made.mistake, actor=people.maya.id, reasons={})
    balance = close(made.mistake, actor=people.maya.id, reasons={"unreachable": "Moved; three letters came back."})
    assert balance.unreachable_only == 1
