"""A code is promised once: what approved plans have not given yet is not free for the next plan."""

from __future__ import annotations

import pytest
from tests.engine.recovery import MISTAKE, given_people, recovery
from tests.plans.doing import done

from makegood.remedies.actions import load_vouchers

PLAYBOOK = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
  sorry:
    steps:
      - {id: gift, do: make good, remedy: gift, provider: voucher, with: {pool: sorry-5}}
"""
POLICY = """\
remedies:
  refund:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: all, default: true, amount: "extra"}
  gift:
    kind: make good
    basis: goodwill
    currency: EUR
    rules:
      - {id: all, default: true, amount: "EUR 5.00"}
"""


@pytest.fixture
def people(database):
    return given_people()


def made_recovery(folder, people, slug):
    folder.mkdir()
    mistake = MISTAKE.replace("double-charge", slug)
    made = recovery(folder, people, count=3, playbook=PLAYBOOK, policy=POLICY, mistake=mistake)
    made.load()
    return made


def codes(people, folder, first, last, worth="5.00"):
    path = folder / "codes.csv"
    path.write_text(f"code,amount,currency\n{chr(10).join(f'C{n},{worth},EUR' for n in range(first, last))}\n")
    load_vouchers(people.brand.slug, "sorry-5", path, actor=people.maya.id)


def said(plan):
    return [one["what"] for one in plan.findings if one["code"] == "pool-too-small"]


def test_codes_of_approved_plans_are_promised(people, tmp_path):
    codes(people, tmp_path, 0, 5)
    codes(people, tmp_path, 5, 9, worth="7.00")
    first, second = (made_recovery(tmp_path / slug, people, slug) for slug in ("first", "second"))
    plan = first.plan("sorry")
    assert said(plan) == []
    assert said(second.plan("sorry")) == [], "a draft promises nothing"
    first.approve(plan)
    blocked = second.plan("sorry")
    assert said(blocked) == [
        "Pool 'sorry-5' has 5 free codes worth EUR 5.00, 3 of them promised by approved plans; this plan needs 3."
    ]
    done(plan)
    assert said(second.plan("sorry")) == [], "what is given is counted where it is: at the code"
    codes(people, tmp_path, 9, 10)
    assert said(second.plan("sorry")) == []


def test_an_empty_pool_is_said_with_its_value(people, tmp_path):
    codes(people, tmp_path, 0, 1)
    plan = made_recovery(tmp_path / "one", people, "one").plan("sorry")
    assert said(plan) == ["Pool 'sorry-5' has 1 free code worth EUR 5.00; this plan needs 3."]
