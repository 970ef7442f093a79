"""Who may approve what: another person, within limits and budget, exactly the plan they looked at."""

import threading

import pytest
from django.db import connections
from tests.engine.recovery import PLAYBOOK, POLICY, contacts, customers, given_people, recovery, rows
from tests.plans.doing import approved, done

from makegood.kit.errors import NotAllowed, NotFound, Refused
from makegood.kit.money import Money
from makegood.mistakes.actions import close_mistake, reopen_mistake
from makegood.people.actions import Limits, add_person
from makegood.people.models import Connection, Limit
from makegood.people.queries import Person
from makegood.plans.approve import approve_plan, approve_standing
from makegood.plans.decide import decide_for
from makegood.plans.models import Approval, Plan

ALL = frozenset({"read", "draft", "approve", "apply"})
SUM_OF_5 = 1750


def given(tmp_path, limit="100000", count=5, **texts):
    made = recovery(tmp_path, given_people(limit), count=count, **texts)
    made.load()
    return made


def person(made, name, *, roles=("approver",), limits=None):
    limits = [Limits("EUR")] if limits is None else limits
    staff, _ = add_person(
        name, f"{name.lower()}@shop.example", brand=made.people.brand, roles=list(roles), actor=1, limits=limits
    )
    return Person(staff.id, staff.name, staff.email, ALL)


def why(error, made, plan, by=None):
    with pytest.raises(error) as refused:
        made.approve(plan, by)
    return refused.value


def test_the_planner_cannot_approve_nor_an_auditor_nor_somebody_from_another_brand(database, tmp_path):
    made = given(tmp_path)
    plan = made.plan("remedy")
    maya = Person(made.people.maya.id, "Maya", "maya@shop.example", ALL)
    assert why(NotAllowed, made, plan, maya).code == "own-plan"
    assert why(NotAllowed, made, plan, person(made, "Aude", roles=["auditor"])).code == "not-allowed"
    assert why(NotFound, made, plan, made.people.iris).what == "There is no brand 'default' for you."
    with pytest.raises(NotFound):
        approve_plan(plan.id + 99, plan.digest, made.people.omar)
    assert Approval.objects.count() == 0


def test_iris_learns_nothing_of_a_plan_that_is_not_hers(database, tmp_path):
    made = given(tmp_path)
    plan = approved(made, "remedy")
    with pytest.raises(NotFound) as hidden:
        approve_plan(plan.id, "another digest", made.people.iris)
    assert "approved" not in str(hidden.value)


def test_only_the_digest_that_was_looked_at_is_approved(database, tmp_path):
    made = given(tmp_path)
    plan = made.plan("remedy")
    with pytest.raises(Refused) as refused:
        approve_plan(plan.id, "0" * 64, made.people.omar)
    assert refused.value.code == "other-digest"
    made.approve(plan)
    assert why(Refused, made, plan).code == "not-a-draft"


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits("EUR", per_act=549), "One payment: EUR 5.50 is above the limit of Lena, EUR 5.49."),
        (Limits("EUR", per_day=SUM_OF_5 - 1), "Approvals within one day: EUR 17.50 is above"),
        (Limits("EUR", per_30_days=SUM_OF_5 - 1), "Approvals within 30 days: EUR 17.50 is above"),
        (Limits("EUR", per_mistake=SUM_OF_5 - 1), "The mistake so far and this plan: EUR 17.50 is above"),
        (Limits("USD", per_mistake=10**9), "Lena may not approve payments in EUR."),
    ],
)
def test_each_limit_stops_what_is_a_cent_above_it(database, tmp_path, limits, said):
    made = given(tmp_path)
    plan = made.plan("remedy")
    lena = person(made, "Lena", limits=[limits])
    assert why(NotAllowed, made, plan, lena).what.startswith(said)
    Limit.objects.filter(staff_id=lena.id).update(
        currency="EUR", per_act=550, per_day=SUM_OF_5, per_30_days=SUM_OF_5, per_mistake=SUM_OF_5
    )
    assert made.approve(plan, lena).plan.state == "approved"


def test_who_is_limited_to_1000_cannot_approve_50_more_on_990_paid(database, tmp_path):
    made = given(tmp_path, limit="1000", affected="customer,extra\nc1,990.00\n")
    done(approved(made, "remedy"))
    made.write(affected="customer,extra\nc1,990.00\nc2,50.00\n")
    made.load()
    plan = made.plan("remedy")
    assert plan.summary["sums"] == {"EUR": 5000}
    refused = why(NotAllowed, made, plan)
    assert refused.what == ("The mistake so far and this plan: EUR 1,040.00 is above the limit of Omar, EUR 1,000.00.")
    assert Plan.objects.get(id=plan.id).state == "draft"


def test_what_failed_or_was_cancelled_does_not_count_towards_the_limit(database, tmp_path):
    made = given(tmp_path, limit="1000", affected="customer,extra\nc1,990.00\n")
    done(approved(made, "remedy"), "failed")
    made.write(affected="customer,extra\nc1,990.00\nc2,10.00\n")
    made.load()
    plan = made.plan("remedy")
    assert plan.summary["sums"] == {"EUR": 100_000}
    assert made.approve(plan).plan.state == "approved"


def test_a_day_and_thirty_days_roll_on(database, tmp_path, time_machine):
    made = given(tmp_path)
    lena = person(made, "Lena", limits=[Limits("EUR", per_day=SUM_OF_5, per_30_days=SUM_OF_5 + 100)])
    plan = made.plan("remedy")
    made.approve(plan, lena)
    done(plan)
    at = Approval.objects.get().at
    made.write(affected="customer,extra\n" + customers(5) + "c6,1.00\nc7,0.50\n")
    made.load()
    plan = made.plan("remedy")
    assert "within one day: EUR 19.00" in why(NotAllowed, made, plan, lena).what
    time_machine.move_to(at.timestamp() + 2 * 86_400)
    assert "within 30 days: EUR 19.00" in why(NotAllowed, made, plan, lena).what
    time_machine.move_to(at.timestamp() + 31 * 86_400)
    assert made.approve(plan, lena).missing == 0


def test_two_people_must_approve_and_one_of_them_twice_is_one(database, tmp_path):
    made = given(tmp_path, playbook=PLAYBOOK + "approval: {people: 2}\n")
    plan = made.plan("remedy")
    assert made.approve(plan).missing == 1
    assert Plan.objects.get(id=plan.id).state == "draft"
    assert why(Refused, made, plan).code == "approved-twice"
    assert made.approve(plan, person(made, "Lena")).plan.state == "approved"


def test_a_second_approval_meets_a_newer_scope(database, tmp_path):
    made = given(tmp_path, playbook=PLAYBOOK + "approval: {people: 2}\n")
    plan = made.plan("remedy")
    made.approve(plan)
    made.load()
    assert why(Refused, made, plan, person(made, "Lena")).what == (
        "Plan 1 is stale: scope version 2 was loaded after it (the plan is over 1)."
    )


@pytest.mark.parametrize(
    ("word", "text", "name"),
    [
        ("policy", POLICY + "# changed\n", "policy.yaml"),
        ("playbook", PLAYBOOK + "# changed\n", "playbook.yaml"),
        ("told", "---\nsubject: Other\n---\nOther words.\n", "messages/refund.md"),
    ],
)
def test_a_changed_document_makes_a_plan_stale_and_is_named(database, tmp_path, word, text, name):
    made = given(tmp_path)
    plan = made.plan("remedy")
    before = {one: (made.path / one).read_text() for one in (name,)}
    made.write(**{word: text})
    made.push()
    assert why(Refused, made, plan).what == f"Plan 1 is stale: '{name}' has a newer revision, 2."
    (made.path / name).write_text(before[name])
    made.push()
    assert made.approve(plan).plan.state == "approved"


def test_a_connection_switched_live_makes_a_plan_stale(database, tmp_path):
    made = given(tmp_path)
    row = Connection.objects.create(brand=made.people.brand, name="email", plugin="email", settings={"host": "mx"})
    plan = made.plan("acknowledge")
    Connection.objects.filter(id=row.id).update(live=True)
    assert "the connection 'email' was changed or switched" in why(Refused, made, plan).what


def test_a_decision_by_a_person_is_not_overtaken_by_a_plan_that_waited(database, tmp_path):
    made = given(tmp_path)
    plan = made.plan("remedy")
    decide_for(made.mistake, "c1", remedy="refund", amount=None, reason="Paid back by phone.", actor=1)
    assert "1 customer was decided by a person after it was made" in why(Refused, made, plan).what
    again = made.plan("remedy")
    assert again.summary["sums"] == {"EUR": SUM_OF_5 - 150}
    decide_for(made.mistake, "c2", remedy="other", amount=Money(1, "EUR"), reason="Not of this stage.", actor=1)
    assert made.approve(again).plan.state == "approved"


TWO_STAGES = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
      - {id: tell-refund, do: tell, message: refund, channels: [email, letter], after: [refund]}
  sorry:
    steps:
      - {id: gift, do: make good, remedy: gift, provider: store-credit}
"""
GIFT = """\
  gift:
    kind: make good
    basis: goodwill
    currency: EUR
    rules:
      - {id: all, default: true, amount: "EUR 10.00"}
"""


@pytest.mark.parametrize(
    ("limit", "code"), [("budget: EUR 60.00\n", "over-budget"), ("caps: {per_customer: EUR 12.00}\n", "over-cap")]
)
def test_two_stages_that_fit_alone_do_not_fit_together(database, tmp_path, limit, code):
    made = given(tmp_path, policy=POLICY + GIFT, playbook=TWO_STAGES + limit)
    refund, gift = made.plan("remedy"), made.plan("sorry")
    assert not [finding for plan in (refund, gift) for finding in plan.findings if finding["level"] == "blocking"]
    made.approve(refund)
    assert why(Refused, made, gift).code == code
    made.write(playbook=TWO_STAGES)
    assert made.approve(made.plan("sorry")).plan.state == "approved"


def test_nobody_releases_money_to_themselves(database, tmp_path):
    lines = "customer,name,email,address\n" + contacts(4) + "c5,Omar,OMAR@shop.example,\n"
    made = given(tmp_path, contacts=lines)
    assert why(NotAllowed, made, made.plan("remedy")).code == "self-dealing"
    assert made.approve(made.plan("acknowledge")).plan.state == "approved"


def test_an_address_known_from_before_is_recognised(database, tmp_path):
    made = given(tmp_path, contacts="customer,name,email,address\nc5,Omar,omar@shop.example,\n")
    made.write(contacts="customer,name,email,address\nc5,Omar,other@shop.example,\n")
    made.load()
    assert why(NotAllowed, made, made.plan("remedy")).code == "self-dealing"


def standing(made, plan, who):
    return approve_standing(plan.id, plan.digest, who)


def test_the_standing_rule_covers_five_customers_within_ones_own_limits(database, tmp_path):
    made = given(tmp_path)
    maya = made.people.maya
    Limit.objects.update_or_create(staff_id=maya.id, brand=made.people.brand, currency="EUR", defaults={"per_act": 550})
    plan = made.plan("remedy")
    given_ = standing(made, plan, maya)
    assert given_ is not None
    assert (given_.rule, given_.plan.state, Approval.objects.get().approver) == ("standing", "approved", maya.id)


def test_the_standing_rule_does_not_cover(database, tmp_path):
    made = given(tmp_path, count=6)
    maya = made.people.maya
    Limit.objects.update_or_create(staff_id=maya.id, brand=made.people.brand, currency="EUR", defaults={"per_act": 650})
    assert standing(made, made.plan("remedy"), maya) is None, "six customers"
    made.write(affected="customer,extra\n" + customers(5))
    made.load()
    plan = made.plan("remedy")
    assert standing(made, plan, person(made, "Lena", roles=["lead"])) is None, "somebody else's plan"
    Limit.objects.filter(staff_id=maya.id).update(per_act=549)
    assert standing(made, plan, maya) is None, "above the limit"
    Limit.objects.filter(staff_id=maya.id).update(per_act=None)
    made.write(playbook=PLAYBOOK + "approval: {people: 2}\n")
    assert standing(made, made.plan("remedy"), maya) is None, "two people are asked for"
    made.write(playbook=PLAYBOOK, contacts="customer,name,email,address\nc1,M,maya@shop.example,\n")
    made.load()
    assert standing(made, made.plan("remedy"), maya) is None, "pays the requester"
    assert Approval.objects.count() == 0


def test_a_firm_of_one_waits_before_it_approves_its_own_plan(database, tmp_path, time_machine):
    made = given(tmp_path)
    brand, maya = made.people.brand, made.people.maya
    rows("UPDATE brand SET solo_wait = interval '4 hours' RETURNING id")
    Limit.objects.update_or_create(staff_id=maya.id, brand=brand, currency="EUR", defaults={"per_act": None})
    plan = made.plan("remedy")
    assert why(NotAllowed, made, plan, maya).code == "not-allowed", "the token does not allow it"
    able = Person(maya.id, maya.name, maya.email, ALL)
    time_machine.move_to(plan.made_at.timestamp() + 3.9 * 3600)
    assert why(NotAllowed, made, plan, able).code == "solo-wait"
    time_machine.move_to(plan.made_at.timestamp() + 4 * 3600 + 1)
    assert made.approve(plan, able).rule == "solo"


def test_open_acts_of_customers_who_are_gone_are_cancelled_and_nobody_elses(database, tmp_path):
    made = given(tmp_path)
    first = done(approved(made, "remedy"), "waiting")
    rows("UPDATE act SET state = 'done' WHERE plan_id = %s AND step = 'refund' RETURNING ordinal", first.id)
    made.write(affected="customer,extra\n" + customers(3))
    made.load()
    plan = made.plan("remedy")
    assert (plan.acts, plan.summary["gone"]) == (0, 2)
    assert made.approve(plan).plan.state == "done"
    assert rows("SELECT step, state, count(*) FROM act WHERE plan_id = %s GROUP BY 1, 2 ORDER BY 1, 2", first.id) == [
        ("refund", "done", 5),
        ("tell-refund", "cancelled", 2),
        ("tell-refund", "waiting", 3),
    ]


def test_what_a_worker_has_claimed_is_left_alone(database, tmp_path):
    made = given(tmp_path)
    first = done(approved(made, "remedy"), "waiting")
    rows("UPDATE act SET again = 7 WHERE plan_id = %s AND step = 'refund' RETURNING ordinal", first.id)
    made.write(affected="customer,extra\n" + customers(4))
    made.load()
    made.approve(made.plan("remedy"))
    assert rows("SELECT step FROM act WHERE plan_id = %s AND state = 'cancelled'", first.id) == [("tell-refund",)]


def test_nothing_to_do_is_nothing_to_approve(database, tmp_path):
    made = given(tmp_path)
    done(approved(made, "remedy"))
    assert why(Refused, made, made.plan("remedy")).code == "empty-plan"


def at_once(*calls):
    """Each call in a thread and a connection of its own, let go together; answers or errors in order."""
    ready, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        ready.wait()
        try:
            answers[place] = call()
        except (Refused, NotAllowed) as error:
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_plan_approved_twice_at_the_same_moment_is_approved_once(database, tmp_path):
    made = given(tmp_path)
    plan = made.plan("remedy")
    omar, lena = made.people.omar, person(made, "Lena")
    answers = at_once(*(lambda who=who: made.approve(plan, who) for who in (omar, lena, omar, lena)))
    assert sorted(getattr(one, "code", "approved") for one in answers) == ["approved", *["not-a-draft"] * 3]
    assert Approval.objects.count() == 1
    assert rows("SELECT count(*) FROM act_key") == [(10,)]


def test_eight_at_the_edge_of_the_limit_never_pass_it(database, tmp_path):
    gifts = [f"gift{n}" for n in range(8)]
    policy = "remedies:\n" + POLICY.split("\n", 1)[1] + "".join(GIFT.replace("gift:", f"{one}:", 1) for one in gifts)
    playbook = TWO_STAGES.split("  sorry:", maxsplit=1)[0] + "".join(
        f"  {one}:\n    steps:\n      - {{id: {one}, do: make good, remedy: {one}, provider: store-credit}}\n"
        for one in gifts
    )
    made = given(tmp_path, limit="150", policy=policy, playbook=playbook)
    plans = [made.plan(one) for one in gifts]
    answers = at_once(*(lambda plan=plan: made.approve(plan) for plan in plans))
    assert sorted(getattr(one, "code", "approved") for one in answers) == [*["approved"] * 3, *["over-limit"] * 5]
    assert rows("SELECT sum(minor)::int FROM act JOIN plan ON plan.id = plan_id WHERE approved_at IS NOT NULL") == [
        (15_000,)
    ]


def test_an_identity_that_another_plan_holds_is_stale(database, tmp_path):
    made = given(tmp_path)
    plan = made.plan("remedy")
    rows(
        "INSERT INTO act_key SELECT mistake_id, customer_id, step, sequence, 999, 1 FROM act WHERE plan_id = %s"
        " AND ordinal = 1 RETURNING ordinal",
        plan.id,
    )
    refused = why(Refused, made, plan)
    assert (refused.code, "another approved plan already has" in refused.what) == ("stale-plan", True)
    assert Plan.objects.get(id=plan.id).state == "draft"
    assert rows("SELECT count(*) FROM act_key") == [(1,)]


def test_nothing_is_planned_or_approved_for_a_closed_mistake(database, tmp_path):
    made = given(tmp_path)
    plan = made.plan("acknowledge")
    close_mistake(made.mistake, actor=made.people.maya.id, facts={})
    assert why(Refused, made, plan).code == "mistake-closed"
    with pytest.raises(Refused) as refused:
        made.plan("acknowledge")
    assert refused.value.code == "mistake-closed"
    reopen_mistake(made.mistake, actor=made.people.maya.id, reason="One more was hit.")
    made.approve(plan)
    assert Plan.objects.get(id=plan.id).state == "approved"
