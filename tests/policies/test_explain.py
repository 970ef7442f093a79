"""One customer from the command line: facts as text, the decision as text."""

from __future__ import annotations

import pytest
from tests.policies.test_trials import RICH
from tests.policies.written import PARCELS, policy_of

from makegood.kit.columns import Columns
from makegood.kit.errors import BadInput
from makegood.policies.deciding import Customer, decide, missing_facts
from makegood.policies.explain import explain_customer, read_facts, sentences


def test_facts_are_pairs() -> None:
    assert read_facts(["days_late=2", " Postage = EUR 4.90", "stars="]) == {
        "days_late": "2",
        "postage": "EUR 4.90",
        "stars": None,
    }
    assert read_facts(["kind=a=b"]) == {"kind": "a=b"}


@pytest.mark.parametrize("texts", [["days"], ["=2"], ["days=1", "Days=2"]])
def test_what_is_no_fact_is_refused(texts: list[str]) -> None:
    with pytest.raises(BadInput) as refused:
        read_facts(texts)
    assert refused.value.code == "bad-fact"


def test_a_sentence_for_each_remedy_then_what_worked(columns: Columns) -> None:
    policy = policy_of(PARCELS)
    explained = explain_customer(columns, policy, ["days_late=2", "postage=EUR 4.90"], [])
    first, why, *rest = sentences(policy, explained)
    assert first == "postage_back: EUR 2.45 owed."
    assert "by share: days late 1" in why
    assert rest == ["  - rule late", "  - share#row-2"]


def test_further_results_and_shares_are_told(columns: Columns) -> None:
    policy = policy_of(RICH)
    explained = explain_customer(columns, policy, ["days_late=3", "postage=4.90"], [])
    told = list(sentences(policy, explained))
    assert "  liability: EUR 3.00" in told
    assert "  carrier pays EUR 1.63" in told
    assert "points: 30 points given as goodwill." in told


def test_what_is_missing_is_named_and_undefined(columns: Columns) -> None:
    policy = policy_of(PARCELS)
    explained = explain_customer(columns, policy, ["days_late=2"], [])
    assert explained.missing == ("postage",)
    assert explained.decisions[0].status == "undefined"


def test_a_fact_that_is_not_known_is_refused_with_the_nearest(columns: Columns) -> None:
    with pytest.raises(BadInput) as refused:
        explain_customer(columns, policy_of(PARCELS), ["days_lat=2"], [])
    (finding,) = refused.value.findings
    assert finding.remedy == "Did you mean 'days_late'?"


EACH = """\
facts:
  member: {type: boolean}
  minutes: {type: integer, from: 0, each: true}
remedies:
  paid:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: late, when: "minutes > 60", amount: EUR 5}
      - {id: other, default: true, nothing: "In time."}
"""


def test_rows_of_a_customer(columns: Columns) -> None:
    policy = policy_of(EACH)
    explained = explain_customer(columns, policy, ["member=true"], ["minutes=90", "minutes=30", "minutes=61"])
    assert [(one.status, one.minor) for one in explained.decisions] == [("owed", 1000)]
    assert explained.missing == ()
    assert missing_facts(policy, Customer({"member": "yes"}, [{"minutes": ""}])) == ["minutes"]


def test_many_customers_are_decided_in_their_order(columns: Columns) -> None:
    policy = policy_of(EACH)
    customers = [Customer({"member": False}, [{"minutes": 61 * n}]) for n in range(20)]
    found = decide(columns, policy, customers)
    assert [one.customer for one in found] == list(range(20))
    assert [one.status for one in found] == ["nothing", *["owed"] * 19]
    assert decide(columns, policy, []) == []


def test_an_amount_may_name_the_currency_of_its_column(columns: Columns) -> None:
    text = """\
facts:
  cur: {type: text}
  late: {type: money, currency: "@cur"}
remedies:
  back: {kind: fix, basis: redress, currency_column: cur, rules: [{id: all, default: true, amount: late}]}
"""
    for written in ("GBP 10", "10 GBP", "10"):
        (one,) = explain_customer(columns, policy_of(text), ["cur=GBP", f"late={written}"], []).decisions
        assert (one.minor, one.currency) == (1000, "GBP")
    with pytest.raises(BadInput):
        explain_customer(columns, policy_of(text), ["cur=GBP", "late=EUR 10"], [])
