"""Who gets no act, each by name and with the reason, from the tables and from the command line."""

from __future__ import annotations

import pytest
from tests.cli.inprocess import Here, here
from tests.engine.recovery import given_people, recovery
from tests.engine.stripe_paying import a_server, charges, given_stripe

from makegood.kit.money import Money
from makegood.people.actions import add_person
from makegood.plans.decide import decide_for
from makegood.plans.exclusions import list_excluded

__all__ = ["here"]
POLICY = """\
remedies:
  refund:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: small, when: "extra < 'EUR 2.00'", nothing: "Too little to be sent."}
      - {id: large, when: "extra > 'EUR 4.00'", hold: "A person looks first."}
      - {id: all, default: true, amount: "extra"}
"""


def test_the_policys_own_exclusions_are_listed(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=5, policy=POLICY)
    made.load()
    decide_for(made.mistake, "c5", remedy="refund", amount=None, reason="They said no.", actor=made.people.maya.id)
    plan = made.plan("remedy")
    found = [(one.customer_key, one.status, one.rule, one.reason) for one in list_excluded(plan)]
    assert found == [
        ("c4", "hold", "large", "A person looks first."),
        ("c5", "nothing", "person", "They said no."),
        ("c1", "nothing", "small", "Too little to be sent."),
    ]
    assert [one.customer_key for one in list_excluded(plan, rule="small")] == ["c1"]
    assert list_excluded(plan, rule="provider") == [] and list_excluded(plan, rule="smal") == []
    assert len(list_excluded(plan, limit=2)) == 2


def test_a_person_who_pays_is_not_excluded(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=5, policy=POLICY)
    made.load()
    decide_for(
        made.mistake, "c5", remedy="refund", amount=Money(100, "EUR"), reason="Agreed.", actor=made.people.maya.id
    )
    assert "c5" not in {one.customer_key for one in list_excluded(made.plan("remedy"))}


@pytest.fixture
def planned(database, tmp_path):
    with a_server() as stripe:
        made = given_stripe(tmp_path, stripe, charges(stripe.model, 5))
        one, other, *_ = stripe.model.books.charges
        stripe.model.books.refund_in_dashboard(one)
        stripe.model.books.open_dispute(other)
        yield made.plan("remedy")


def test_the_command_names_each_with_the_reason(planned, here: Here, monkeypatch):
    brand = planned.mistake.brand
    _, token = add_person("Ann", "ann@shop.example", brand=brand, roles=["approver"], actor=planned.requested_by)
    monkeypatch.setenv("MAKEGOOD_TOKEN", token)
    shown = here("show", "double-charge", planned.number).out
    assert "provider:disputed" in shown and "--rule provider" in shown
    rows = here("excluded", "double-charge", planned.number, "--rule", "provider", "--json").json
    assert {row["customer"]: row["rule"] for row in rows} == {"c1": "provider:already", "c2": "provider:disputed"}
    assert rows[0]["reason"] == "EUR 10.00 of EUR 10.00 was refunded at Stripe, not by Makegood."
    text = " ".join(here("excluded", "double-charge", planned.number).out.split())
    assert "c2" in text and "disputed at" in text
