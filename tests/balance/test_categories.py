"""Every category of the balance in its place, sums of money that come out, and the gate at the end."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.recovery import PLAYBOOK, POLICY, contacts, customers, given_people, recovery, rows
from tests.plans.doing import approved, done

from makegood.balance.actions import _REMEDIES, close, closing_findings
from makegood.balance.queries import (
    ACCOUNTED,
    CATEGORIES,
    OPEN,
    Balance,
    MoneyBalance,
    StepBalance,
    get_balance,
    list_customers,
    paid,
)
from makegood.desk.actions import draft_one
from makegood.desk.case import Case
from makegood.kit.errors import Refused
from makegood.kit.money import Money
from makegood.mistakes.actions import align_mistake
from makegood.mistakes.models import Mistake
from makegood.plans.approve import approve_plan
from makegood.plans.models import Plan

RULES = POLICY.replace(
    "    rules:\n",
    "    rules:\n"
    '      - {id: disputed, when: "extra > \'EUR 9.00\'", hold: "A person looks first."}\n'
    '      - {id: small, when: "extra < \'EUR 2.00\'", nothing: "Too small."}\n',
)
LATER = PLAYBOOK + "  follow-up:\n    steps:\n      - {id: ask, do: ask, message: say-so, channels: [email]}\n"


def by_step(balance):
    return {step.step: dict(step.counts) for step in balance.steps}


def act_states(plan, step: str, **state_of) -> None:
    """As the provider would have left them: the acts of some customers in these states."""
    for key, state in state_of.items():
        rows(
            "UPDATE act SET state = %s WHERE plan_id = %s AND step = %s AND customer_id ="
            " (SELECT max(customer_id) FROM affected WHERE customer_key = %s) RETURNING 1",
            state, plan.id, step, key,
        )  # fmt: skip


def test_every_category_is_reached_and_everyone_is_in_one_a_step(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=9, policy=RULES, playbook=LATER)
    made.write(contacts="customer,name,email,address\n" + contacts(8))
    made.load()
    plan = done(approved(made, "acknowledge"))
    plan = done(approved(made, "remedy"))
    rows("UPDATE act SET state = 'accepted', settles_at = now() WHERE step = 'say-so' AND customer_id = 1 RETURNING 1")
    act_states(plan, "refund", c3="unknown", c4="failed", c5="accepted", c6="waiting", c7="planned", c8="reversed")
    made.write(affected="customer,extra\n" + customers(10))
    made.load()
    balance = get_balance(made.mistake)
    counts = by_step(balance)
    assert counts["refund"] == {
        "done": 1, "unknown": 1, "failed": 2, "open": 3, "nothing": 1, "held": 1, "not planned": 1}  # fmt: skip
    assert counts["say-so"] == {"done": 7, "sent": 1, "unreachable": 2}
    assert counts["ask"] == {"to come": 10}
    assert counts["tell-refund"]["not due"] == 1, "nothing was owed, so there is nothing to tell"
    reached = {category for step in counts.values() for category in step}
    assert set(CATEGORIES) - reached == {"undefined"}, "an undefined customer blocks the plan: see below"
    assert balance.balanced
    assert all(sum(step.values()) == balance.whole == 10 for step in counts.values())
    assert balance.to_come == ["follow-up"]
    (money,) = balance.money
    assert (money.planned, money.done) == (3850, 250)
    assert (money.unknown, money.failed, money.withdrawn, money.open) == (350, 450, 850, 550 + 650 + 750)
    listed = list_customers(made.mistake, categories=["failed", "unknown"])
    assert listed == [["c3", "refund", "unknown"], ["c4", "refund", "failed"], ["c8", "refund", "failed"]]
    assert list_customers(made.mistake, categories=["unreachable"], step="say-so") == [
        ["c10", "say-so", "unreachable"], ["c9", "say-so", "unreachable"]]  # fmt: skip
    assert len(list_customers(made.mistake, categories=["to come"], limit=4)) == 4
    assert list_customers(made.mistake, categories=["done"], step="no such step") == []
    assert list_customers(made.mistake, categories=[]) == []


def test_what_the_policy_came_to_leave_open_is_undefined(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=2)
    made.load()
    plan = done(approved(made, "remedy"), "cancelled")
    rows("UPDATE decision SET status = 'undefined' WHERE plan_id = %s RETURNING 1", plan.id)
    assert by_step(get_balance(made.mistake))["refund"] == {"undefined": 2}


def test_nobody_is_known_before_a_scope_and_nobody_is_listed(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=2)
    made.push()
    with pytest.raises(Refused) as refused:
        get_balance(made.mistake)
    assert refused.value.code == "no-scope"
    assert list_customers(made.mistake, categories=CATEGORIES) == []


def test_who_left_the_scope_is_counted_no_more_but_the_money_they_had_is(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=3)
    made.load()
    done(approved(made, "acknowledge"))
    done(approved(made, "remedy"))
    made.write(affected="customer,extra\n" + customers(2))
    made.load()
    balance = get_balance(made.mistake)
    assert (balance.whole, balance.accounted, balance.balanced) == (2, 2, True)
    assert by_step(balance)["refund"] == {"done": 2}
    assert paid(balance) == ["EUR 7.50 redress"], "c3 was paid, affected or not"


def test_the_desk_and_a_stage_together_count_one_customer_once_and_all_the_money(database, tmp_path):
    people = given_people()
    made = recovery(tmp_path, people, count=2)
    made.load()
    case = Case(name="A", key="c1", email="c1@example.com", what="We charged you twice.", refund=Money(150, "EUR"))
    drafted = draft_one(case, brand=people.brand, person=people.maya, mistake=made.mistake)
    approve_plan(drafted.plan.id, drafted.plan.digest, people.omar)
    done(drafted.plan)
    done(approved(made, "acknowledge"))
    remedy = done(approved(made, "remedy"))
    assert remedy.summary["sums"] == {"EUR": 250}
    balance = get_balance(made.mistake)
    assert (balance.whole, balance.accounted, balance.balanced) == (2, 2, True)
    assert [(one.planned, one.done) for one in balance.money] == [(400, 400)]


def test_a_mistake_closes_with_every_reason_given_and_only_once(database, tmp_path):
    people = given_people()
    made = recovery(tmp_path, people, count=2)
    made.write(contacts="customer,name,email,address\n" + contacts(1))
    made.load()
    done(approved(made, "acknowledge"))
    remedy = done(approved(made, "remedy"))
    maya = people.maya.id
    for reasons in ({}, {"unreachable": ""}, {"nobody": "x", "rejected": "x"}):
        with pytest.raises(Refused) as refused:
            close(made.mistake, actor=maya, reasons=reasons)
        assert {finding.code for finding in refused.value.findings} == {"not-tell"}
        assert refused.value.what == "1 of 2 customers not accounted for."
    Plan.objects.filter(id=remedy.id).update(state="paused")
    with pytest.raises(Refused) as refused:
        close(made.mistake, actor=maya, reasons={"unreachable": "Moved."})
    assert [finding.what for finding in refused.value.findings] == [f"Plan {remedy.number} is paused."]
    Plan.objects.filter(id=remedy.id).update(state="done")
    assert close(made.mistake, actor=maya, reasons={"unreachable": "Moved.", "nobody": ""}).unreachable_only == 1
    with pytest.raises(Refused) as refused:
        close(made.mistake, actor=maya, reasons={"unreachable": "Moved."})
    assert (refused.value.code, refused.value.what) == ("closed", f"'{made.mistake.title}' is closed already.")
    entries = rows("SELECT facts::json ->> 'reasons' FROM entry WHERE verb LIKE '%%closed%%'")
    assert entries == [('["unreachable"]',)], "which reasons were given is in the journal, once"


def step(kind: str = "fix", name: str = "refund", **counts: int) -> StepBalance:
    return StepBalance(name, kind, "remedy", {word.replace("_", " "): n for word, n in counts.items()})


def a_balance(mistake, *steps, nobody=0, rejected=0, money=(), whole=1) -> Balance:
    scope = SimpleNamespace(counts={"nobody": nobody, "rejected": rejected})
    return Balance(mistake, scope, steps, money, whole=whole, accounted=0, unreachable_only=0)


def test_the_gate_says_what_is_open_where_and_what_to_do(database, tmp_path):
    made = recovery(tmp_path, given_people())
    made.push()
    mistake = align_mistake(made.checked.mistake, brand=made.people.brand, actor=made.people.maya.id)
    for category in OPEN:
        (found,) = closing_findings(a_balance(mistake, step("make good", "gift", **{category: 1})), {})
        assert found.code == "not-make-good"
        assert (found.what, found.remedy) == (f"1 customer is {category} at 'gift'.", _REMEDIES[category])
        assert found.blocking
    for category in ACCOUNTED:
        assert closing_findings(a_balance(mistake, step(**{category: 1})), {}) == []
    rest = a_balance(mistake, step(done=1), nobody=2, rejected=3)
    assert [finding.what for finding in closing_findings(rest, {"nobody": ""})] == [
        "2 rows have no customer.",
        "3 rows of the scope could not be used.",
    ]
    assert closing_findings(rest, {"nobody": "Cash.", "rejected": "Tests."}) == []
    reason = {"unreachable": "Moved."}
    assert closing_findings(a_balance(mistake, step(unreachable=1)), reason) == []
    assert [f.code for f in closing_findings(a_balance(mistake, step(held=1)), reason)] == ["not-fix"], (
        "a reason for the unreachable excuses nobody else"
    )
    lost = MoneyBalance("EUR", "redress", 100, 99, 0, 0, 0, 0)
    for wrong in (a_balance(mistake, step(done=1), whole=2), a_balance(mistake, step(done=1), money=[lost])):
        assert [finding.code for finding in closing_findings(wrong, {})] == ["not-balanced"]
    assert Mistake.objects.get(id=mistake.id).state == "open"


@given(st.lists(st.integers(0, 10**12), min_size=5, max_size=5), st.integers(-3, 3))
def test_money_is_balanced_to_the_last_cent_or_not_at_all(parts, off):
    assert MoneyBalance("EUR", "redress", sum(parts) + off, *parts).balanced == (off == 0)


@given(st.dictionaries(st.sampled_from(CATEGORIES), st.integers(0, 1000)))
def test_a_step_has_everyone_accounted_for_or_not_and_nobody_twice(counts):
    one = StepBalance("refund", "fix", "remedy", counts)
    assert one.total == one.unaccounted + sum(counts.get(category, 0) for category in ACCOUNTED)
    assert not set(ACCOUNTED) & set(OPEN)
    assert set(_REMEDIES) == set(OPEN), "there is something to do about every category that is not accounted for"
