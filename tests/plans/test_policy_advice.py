"""What a check of the policy finds stands in every plan that pays, with its place, and stops nothing."""

from __future__ import annotations

from tests.engine.recovery import POLICY, given_people, recovery

from makegood.plans.models import Plan

HOLED = """\
facts:
  extra: {type: money, currency: EUR, from: EUR 0}
parameters:
  unused_bar: EUR 5
tables:
  share:
    rows:
      - {extra: "< EUR 5.00", give: 50}
      - {extra: "> EUR 5.00", give: 100}
    otherwise: {undefined: "The terms say nothing of exactly five euros."}
remedies:
  refund:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: never, when: "extra > 'EUR 9.00' AND extra < 'EUR 8.00'", amount: extra}
      - {id: all, default: true, amount: "percent(share, extra)"}
  sorry_gift:
    kind: make good
    basis: goodwill
    currency: EUR
    rules:
      - {id: all, default: true, amount: EUR 1.00}
"""


def made(tmp_path, **texts):
    one = recovery(tmp_path, given_people(), count=4, **texts)
    one.load()
    return one


def found(plan: Plan) -> dict[str, tuple[str, str, str]]:
    return {one["code"]: (one["level"], one["where"], one["what"]) for one in plan.findings}


def test_a_plan_that_pays_carries_what_was_found(database, tmp_path):
    recovery_ = made(tmp_path, policy=HOLED)
    codes = found(recovery_.plan("remedy"))
    lines = HOLED.splitlines()
    for code, begins in {
        "unused-parameter": "unused_bar:",
        "table-hole": '- {extra: "< EUR 5.00"',
        "unreachable-rule": "- {id: never",
    }.items():
        level, where, _ = codes[code]
        assert level == "advice"
        file, line, _ = where.rsplit(":", 2)
        assert file.endswith("policy.yaml")
        assert lines[int(line) - 1].strip().startswith(begins)
    assert "Such a customer: extra EUR 5.00." in codes["table-hole"][2]


def test_advice_holds_up_no_approval(database, tmp_path):
    recovery_ = made(tmp_path, policy=HOLED)
    assert recovery_.approve(recovery_.plan("remedy")).plan.state == "approved"


def test_saying_so_is_not_bothered_with_the_policy(database, tmp_path):
    codes = found(made(tmp_path, policy=HOLED).plan("acknowledge"))
    assert not {"unused-parameter", "table-hole", "unreachable-rule"} & codes.keys()


def test_a_policy_without_mistakes_adds_nothing(database, tmp_path):
    codes = found(made(tmp_path, policy=POLICY).plan("remedy"))
    assert not {code for code in codes if code.startswith(("unused-", "table-", "unreachable-", "no-figure"))}


def test_the_same_policy_twice_is_the_same_plan(database, tmp_path):
    recovery_ = made(tmp_path, policy=HOLED)
    one, two = recovery_.plan("remedy"), recovery_.plan("remedy")
    assert one.digest == two.digest
    assert one.findings == two.findings
