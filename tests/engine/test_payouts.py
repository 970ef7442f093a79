"""From a scope with accounts to money in the bank's hands: what is paid is what the bank has, and what stayed there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from makegood.acts.actions import apply_plan
from makegood.acts.sweep import sweep
from makegood.balance.evidence import verify_pack, write_pack
from makegood.kit.clock import now
from makegood.remedies.models import Payout
from makegood.remedies.payout_actions import export_payouts, hand_over_payouts, return_payout
from tests.engine.recovery import POLICY, SCOPE, given_people, live, recovery, rows, run, states
from tests.remedies.payouts import IBANS, SETTINGS

WITH_ACCOUNTS = SCOPE.replace("  extra: {type: money", "  iban: {type: text, merge: first}\n  extra: {type: money")
BY_TRANSFER = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: payout, with: {iban: iban, holder: name, purpose: Refund}}
"""
AFFECTED = f"""\
customer,extra,iban
c1,1.50,{IBANS[0]}
c2,2.50,{IBANS[1][:4]} {IBANS[1][4:]}
c3,3.50,DE88370400440532013000
"""


TWO_WAYS = BY_TRANSFER.replace("provider: payout", "providers: [payout, store-credit]")


def settled(most: int = 200) -> None:
    """Sweeps until the settlements are seen: a transaction in any database of the server may hold them back."""
    for _ in range(most):
        sweep()
        if not rows("SELECT 1 FROM act WHERE state = 'accepted'"):
            return


def test_accepted_until_handed_over_and_a_bad_account_is_a_person_s_task(database: Any, tmp_path: Any) -> None:
    people = given_people()
    live(people, "payout", SETTINGS)
    made = recovery(tmp_path, people, scope=WITH_ACCOUNTS, policy=POLICY, playbook=BY_TRANSFER, affected=AFFECTED)
    made.load()
    plan = made.plan("remedy")
    assert not [one for one in plan.findings if one["level"] == "blocking"], plan.findings
    made.approve(plan)
    plan = run(apply_plan(plan.id, actor=people.maya.id), until=lambda: states(plan) == {"accepted": 2, "failed": 1})
    assert rows("SELECT code FROM act WHERE state = 'failed'") == [("bad-iban",)]
    assert sorted(Payout.objects.values_list("account", "holder", "minor")) == [
        (IBANS[0], "Customer 1", 150),
        (IBANS[1], "Customer 2", 250),
    ]
    on = now().date() + timedelta(days=1)
    done = export_payouts(people.brand, "payout", tmp_path / "bank", staff=people.maya.id, on=on)
    assert (done.lines, done.total.minor) == (2, 400)
    settled(3)
    assert states(plan) == {"accepted": 2, "failed": 1}, "a file on a disk is no payment"
    hand_over_payouts(done.name, brand=people.brand, staff=people.omar.id, reference="B-2026-1")
    settled()
    assert states(plan) == {"done": 2, "failed": 1}

    write_pack(made.mistake, tmp_path / "pack", actor=people.maya.id, anchor=None)
    assert verify_pack(tmp_path / "pack") == []
    assert (tmp_path / "pack" / "settlements.jsonl").read_text().count("handed-over") == 2
    for file in (tmp_path / "pack").rglob("*"):
        assert file.is_dir() or IBANS[0].encode() not in file.read_bytes(), f"{file.name} names an account"


def test_what_no_bank_can_pay_and_what_came_back_take_the_next_route(database: Any, tmp_path: Any) -> None:
    people = given_people()
    live(people, "payout", SETTINGS)
    made = recovery(tmp_path, people, scope=WITH_ACCOUNTS, policy=POLICY, playbook=TWO_WAYS, affected=AFFECTED)
    made.load()
    plan = made.plan("remedy")
    made.approve(plan)
    plan = run(apply_plan(plan.id, actor=people.maya.id), until=lambda: states(plan) == {"accepted": 2, "done": 1})
    credited = "SELECT credit, minor FROM ledger_transfer ORDER BY id"
    assert [minor for _, minor in rows(credited)] == [350], "an account that cannot be: the money came another way"
    on = now().date() + timedelta(days=1)
    done = export_payouts(people.brand, "payout", tmp_path / "bank", staff=people.maya.id, on=on)
    hand_over_payouts(done.name, brand=people.brand, staff=people.omar.id, reference="B-2026-1")
    settled()
    assert states(plan) == {"done": 3}
    first = Payout.objects.get(minor=150)
    return_payout(first.key, brand=people.brand, staff=people.omar.id, code="AC04")
    run(plan, until=lambda: len(rows(credited)) == 2)
    assert sorted(minor for _, minor in rows(credited)) == [150, 350]
    run(plan, until=lambda: states(plan) == {"done": 3})
    assert sorted(rows("SELECT state, minor FROM payout")) == [("handed over", 250), ("returned", 150)]
