"""One customer, through the same engine: told, put right, accounted for, or waiting for another person."""

import asyncio
from datetime import date

import pytest
from tests.engine.recovery import given_people, rows

from makegood.acts.actions import apply_plan
from makegood.acts.sweep import sweep
from makegood.acts.worker import work
from makegood.balance.queries import get_balance
from makegood.desk.actions import approve_one, draft_one, finish_fixed
from makegood.desk.case import Case
from makegood.kit.errors import BadInput, Refused
from makegood.kit.money import Money
from makegood.plans.approve import approve_plan
from makegood.plans.models import Approval, Plan

ANA = Case(
    name="Ana Peña",
    email="ana@example.com",
    what="We charged you twice for order 1042.",
    impact="Your rent bounced.",
    wish="My money back.",
    refund=Money(12_50, "USD"),
    credit=Money(5_00, "USD"),
)


def carry_out(plan):
    asyncio.run(work(until=lambda: Plan.objects.get(id=plan.id).state != "applying", sweep_seconds=0.2))


def test_within_her_own_limits_one_person_puts_one_customer_right(database):
    people = given_people()
    drafted = draft_one(ANA, brand=people.brand, person=people.maya)
    assert "We charged you twice for order 1042. That was our mistake" in drafted.words.text
    assert "$12.50" in drafted.words.text and "$5.00" in drafted.words.text
    approved = approve_one(drafted, people.maya)
    assert approved.rule == "standing"
    carry_out(drafted.plan)
    assert rows("SELECT debit, minor FROM ledger_transfer ORDER BY minor") == [
        ("brand:default:goodwill", 500),
        ("brand:default:redress", 1250),
    ]
    assert rows("SELECT recipient FROM outbox_message") == [("ana@example.com",)]
    balance = get_balance(drafted.plan.mistake)
    assert (balance.whole, balance.accounted, balance.balanced) == (1, 1, True)


def test_above_the_limit_it_waits_for_another_person(database):
    people = given_people()
    large = Case(name="Ana", email="ana@example.com", what="We lost your parcel.", refund=Money(75_00, "USD"))
    drafted = draft_one(large, brand=people.brand, person=people.maya)
    assert approve_one(drafted, people.maya) is None
    assert Plan.objects.get(id=drafted.plan.id).state == "draft"
    assert Approval.objects.count() == 0
    approve_plan(drafted.plan.id, drafted.plan.digest, people.omar)
    apply_plan(drafted.plan.id, actor=people.maya.id)
    carry_out(drafted.plan)
    assert rows("SELECT sum(minor) FROM ledger_transfer") == [(7500,)]


def test_words_alone_are_refused_and_so_is_a_gesture(database):
    people = given_people()
    with pytest.raises(Refused) as refused:
        draft_one(Case(name="Ana", email="a@example.com", what="We were rude."), brand=people.brand, person=people.maya)
    assert refused.value.code == "words-only"
    gesture = Case(name="Ana", email="a@example.com", what="We were rude.", credit=Money(500, "USD"))
    with pytest.raises(Refused) as refused:
        draft_one(gesture, brand=people.brand, person=people.maya)
    assert refused.value.code == "gesture-only"


def test_what_was_put_right_already_is_recorded_with_its_proof(database):
    people = given_people()
    case = Case(name="Ana", email="a@example.com", what="We had your address wrong.", fixed="We corrected it today.")
    drafted = draft_one(case, brand=people.brand, person=people.maya)
    approve_one(drafted, people.maya)
    carry_out(drafted.plan)
    finish_fixed(drafted, people.maya)
    sweep()
    assert rows("SELECT step, state FROM act ORDER BY step") == [("fix", "done"), ("say-so", "done")]
    assert get_balance(drafted.plan.mistake).unaccounted == 0


def test_what_will_be_done_needs_a_date_and_stays_open_until_it_is(database):
    people = given_people()
    with pytest.raises(BadInput):
        Case(name="Ana", email="a@example.com", what="x", todo="We send it again.").check()
    case = Case(name="Ana", email="a@example.com", what="We lost it.", todo="We send it again.", by=date(2026, 12, 24))
    drafted = draft_one(case, brand=people.brand, person=people.maya)
    assert (
        "by 24 December 2026" in drafted.words.text
        or "Dec 24, 2026" in drafted.words.text
        or "December 24" in drafted.words.text
    )
    approve_one(drafted, people.maya)
    carry_out(drafted.plan)
    assert get_balance(drafted.plan.mistake).unaccounted == 1


def test_what_a_person_types_cannot_change_the_documents(database):
    people = given_people()
    nasty = 'x": {"currency": "EUR"}} {% for a in b %} {{ name }} [link](https://evil.example) =cmd|'
    case = Case(name='Ana, "A"\nB', email="a@example.com", what=nasty, impact="=1+1", refund=Money(100, "USD"))
    drafted = draft_one(case, brand=people.brand, person=people.maya)
    assert nasty in drafted.words.text
    assert 'evil.example"' not in drafted.words.html


def test_an_agent_cannot_pay_themselves(database):
    people = given_people()
    case = Case(name="Maya", email="MAYA@shop.example", what="We charged you twice.", refund=Money(100, "USD"))
    drafted = draft_one(case, brand=people.brand, person=people.maya)
    assert approve_one(drafted, people.maya) is None
