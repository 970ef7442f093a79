"""What the language of policies says, carried through a plan: rows, units, approval, what nobody verified."""

from __future__ import annotations

import pytest
from tests.engine.recovery import PLAYBOOK, POLICY, SCOPE, given_people, recovery, rows, turn
from tests.plans.doing import approved

from makegood.kit.errors import BadInput
from makegood.plans.stale import stale_reasons

LEGS = """\
customer,extra,late,day,leg
c1,10.00,3,2026-03-01,out
c1,20.00,0,2026-03-02,back
c1,30.01,5,2026-03-03,on
c2,8.00,4,,out
c3,7.00,0,2026-03-01,out
"""
BY_LEG = SCOPE.replace(
    "extra: {type: money, currency: EUR, merge: sum}",
    "extra: {type: money, currency: EUR, merge: each}\n  late: {type: integer, merge: each}\n"
    "  day: {type: date, merge: each}\n  leg: {type: text, merge: each}",
)
ROW_BY_ROW = """\
policy: {name: Legs, version: 2}
facts:
  extra: {type: money, currency: EUR, each: true, from: EUR 0}
  late: {type: integer, each: true, from: 0}
  day: {type: date, each: true, optional: true}
remedies:
  refund:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: fine, when: "late = 0", nothing: "It was in time."}
      - {id: late, default: true, amount: {percent: "50", of: extra}}
"""


def given(tmp_path, **texts):
    made = recovery(tmp_path, given_people(), **texts)
    made.load()
    return made


def decisions(plan):
    return rows(
        "SELECT a.customer_key, d.status, d.rule, d.minor, d.currency, d.reason FROM decision d JOIN affected a"
        " ON a.customer_id = d.customer_id AND a.scope_id = %s WHERE d.plan_id = %s ORDER BY 1",
        plan.scope_id,
        plan.id,
    )


def advice(plan):
    return {one["code"]: one["what"] for one in plan.findings if one["level"] == "advice"}


def test_each_row_of_a_customer_is_decided_and_summed(database, tmp_path):
    made = given(tmp_path, scope=BY_LEG, affected=LEGS, policy=ROW_BY_ROW)
    facts = dict(rows("SELECT customer_key, facts FROM affected ORDER BY 1"))
    assert '"late":["3","0","5"]' in facts["c1"].replace(" ", "") or '"late":[3,0,5]' in facts["c1"].replace(" ", "")
    plan = approved(made, "remedy")
    found = decisions(plan)
    assert [row[:5] for row in found] == [
        ("c1", "owed", "late", 2001, "EUR"),
        ("c2", "owed", "late", 400, "EUR"),
        ("c3", "nothing", "fine", None, "EUR"),
    ]
    assert found[0][5].startswith("2 of 3 rows: 50% of EUR 10.00 extra; 50% of EUR 30.01 extra.")
    assert found[0][5].endswith("(Legs, version 2, rule late.)")
    assert rows("SELECT step, sum(minor)::int FROM act WHERE plan_id = %s AND minor > 0 GROUP BY 1", plan.id) == [
        ("refund", 2401)
    ]
    assert stale_reasons(plan) == []


def test_a_scope_of_rows_needs_a_policy_that_reads_rows(database, tmp_path):
    made = recovery(
        tmp_path, given_people(), scope=BY_LEG, affected=LEGS, policy=ROW_BY_ROW.replace("each: true, ", "")
    )
    made.load()
    with pytest.raises(BadInput) as no:
        made.plan("remedy")
    assert {one.code for one in no.value.findings} == {"column-type"}


POINTS = POLICY.replace("currency: EUR", "unit: {name: points}").replace('"extra"', "500")
POINTS_TOLD = """\
---
subject: Sorry
---
We charged you twice, and we are sorry. We have paid your points back. If anything is wrong, answer this message.
"""
BY_HAND = PLAYBOOK.replace("provider: store-credit}", 'provider: task, with: {what: "Credit the points."}}')


def test_what_is_not_money_is_given_by_a_person(database, tmp_path):
    made = given(tmp_path, policy=POINTS, playbook=BY_HAND, told=POINTS_TOLD)
    plan = made.start("remedy")
    assert {row[1:5] for row in decisions(plan)} == {("owed", "all", None, "")}
    assert decisions(plan)[0][5] == "500 points: A fixed amount of 500 points."
    acts = rows("SELECT provider, minor, currency, basis FROM act WHERE plan_id = %s AND step = 'refund'", plan.id)
    assert set(acts) == {("task", None, None, "redress")}
    assert len(acts) == 5
    assert plan.summary["sums"] == {}
    turn(plan)
    told = rows("SELECT what FROM task ORDER BY key")
    assert set(told) == {("Credit the points.\n\n500 points: A fixed amount of 500 points.",)}
    assert len(told) == 5
    again = made.plan("remedy")
    assert again.acts == 0  # once is enough: the first acts are still open


def test_a_provider_of_money_cannot_give_it(database, tmp_path):
    made = recovery(tmp_path, given_people(), policy=POINTS)
    made.load()
    with pytest.raises(BadInput) as no:
        made.plan("remedy")
    codes = {one.code: one for one in no.value.findings}
    assert "unit-not-money" in codes
    assert "store-credit" in codes["unit-not-money"].what


def test_a_message_cannot_name_an_amount_that_is_no_money(database, tmp_path):
    made = recovery(tmp_path, given_people(), policy=POINTS, playbook=BY_HAND)
    made.load()
    plan = made.plan("remedy")
    assert [one["code"] for one in plan.findings if one["level"] == "blocking"]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("confidence: memory", "The policy Refunds is not verified: It was written from memory."),
        ('confidence: primary, unverified: ["The cap was not found."]',
         "The policy Refunds is not verified: The cap was not found."),
        ("confidence: primary", None),
    ],
)  # fmt: skip
def test_a_plan_says_what_nobody_verified(database, tmp_path, header, said):
    made = given(tmp_path, policy=f"policy: {{name: Refunds, {header}}}\n{POLICY}")
    assert advice(made.plan("remedy")).get("unverified-policy") == said
    assert "unverified-policy" not in advice(made.plan("acknowledge"))


def test_what_is_above_the_approval_waits_with_its_amount(database, tmp_path):
    policy = POLICY + '    approval: {above: EUR 3, says: "A manager looks first."}\n'
    made = given(tmp_path, policy=policy)
    plan = made.plan("remedy")
    found = decisions(plan)
    held = [row for row in found if row[1] == "hold"]
    assert held
    assert all(row[3] > 300 and row[5] == "A manager looks first." for row in held)
    paid = rows("SELECT count(*) FROM act WHERE plan_id = %s AND step = 'refund'", plan.id)[0][0]
    assert paid == len(found) - len(held)
    assert "held" in advice(plan)
    assert sum(one[4] for one in plan.summary["decided"]) == paid
