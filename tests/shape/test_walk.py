"""The walk of one row: from a line of a CSV file to a seal, and what it is in each room on the way."""

from __future__ import annotations

import json

from tests.engine.recovery import given_people, recovery, rows, run

from makegood.acts.actions import apply_plan
from makegood.balance.queries import get_balance
from makegood.core.layout import act_leaf
from makegood.journal.actions import seal
from makegood.journal.queries import verify
from makegood.kit.digest import chain, sha256
from makegood.kit.ids import act_key
from makegood.kit.plugins import Kind

HEAD = "customer,extra\n"
ANN = {"email": "ann@example.com", "language": None, "name": "Ann", "phone": None, "post": "Street 1"}
FIX: Kind = "fix"


def one(sql: str, *params: object) -> tuple:
    (row,) = rows(sql, *params)
    return row


def test_one_row_from_the_file_to_the_seal(database, tmp_path) -> None:
    people = given_people()
    made = recovery(
        tmp_path,
        people,
        affected=HEAD + "c1,7.50\nc1,0.25\n",
        contacts="customer,name,email,address\nc1,Ann,ann@example.com,Street 1\n",
    )

    # scopes: two lines of one customer are one row, canonical, with a digest anyone can compute
    scope = made.load()
    customer, key, facts, contact, digest = one(
        "SELECT customer_id, customer_key, facts, contact, facts_digest FROM affected WHERE scope_id = %s", scope.id
    )
    assert (key, json.loads(facts), json.loads(contact)) == ("c1", {"extra": 775}, ANN)
    assert digest == sha256(f"{facts}\n{contact}")
    assert (scope.counts["read"], scope.counts["affected"], scope.counts["merged"]) == (2, 1, 1)

    # customers: the key of the file became a person of the brand; the key is kept as an alias
    assert one("SELECT brand_id, value FROM customer_alias WHERE customer_id = %s AND kind = 'key'", customer) == (
        people.brand.id, "c1",
    )  # fmt: skip

    # plans: the policy decided, with rule and reason, and the decision became an act
    plan = made.plan("remedy")
    decision = one("SELECT status, rule, minor, currency, basis, reason FROM decision WHERE plan_id = %s", plan.id)
    assert decision == ("owed", "all", 775, "EUR", "redress", "EUR 7.75 extra.")
    columns = "ordinal, step, sequence, kind, provider, route, remedy, wave, due_at, minor, currency, basis, leaf"
    names = columns.split(", ")
    planned = rows(f"SELECT {columns} FROM act WHERE plan_id = %s ORDER BY ordinal", plan.id)
    refund, told = (dict(zip(names, row, strict=True)) for row in planned)
    assert (refund["step"], refund["kind"], refund["provider"], refund["minor"]) == (
        "refund", FIX, "store-credit", 775,
    )  # fmt: skip
    assert (told["step"], told["provider"], told["route"], told["minor"]) == ("tell-refund", "email", "email", None)
    for act in (refund, told):
        assert act["leaf"] == act_leaf({**act, "customer_id": customer, "facts_digest": digest})
    assert states(plan.id) == ["planned", "planned"]

    # plans: another person approved exactly these leaves; their identities are claimed for ever
    made.approve(plan)
    claimed = rows("SELECT customer_id, step, sequence FROM act_key WHERE plan_id = %s ORDER BY step", plan.id)
    assert claimed == [(customer, "refund", 1), (customer, "tell-refund", 1)]
    parts = rows("SELECT digest FROM plan_part WHERE plan_id = %s ORDER BY number", plan.id)
    assert parts == [(chain([refund["leaf"]]),), (chain([told["leaf"]]),)]

    # acts: carried out once, each with one attempt and the provider's own reference
    done = run(apply_plan(plan.id, actor=people.maya.id))
    assert (done.state, states(plan.id)) == ("done", ["done", "done"])
    attempts = rows("SELECT ordinal, answer, key FROM attempt WHERE plan_id = %s ORDER BY ordinal", plan.id)
    keys = {step: act_key(made.mistake.public_id, customer, step, 1) for step in ("refund", "tell-refund")}
    assert attempts == [
        (refund["ordinal"], "done", keys["refund"]),
        (told["ordinal"], "done", keys["tell-refund"]),
    ]

    # plug-ins: money in the ledger under the act's one key, words in the outbox
    assert one("SELECT key, minor, currency FROM ledger_transfer") == (keys["refund"], 775, "EUR")
    recipient, text = one("SELECT recipient, text FROM outbox_message")
    assert recipient == "ann@example.com"
    assert "Dear Ann" in text
    assert "we gave you back €7.75" in text

    # balance: the one customer is accounted for
    balance = get_balance(made.mistake)
    assert (balance.whole, balance.balanced) == (1, True)
    assert {step.step: step.counts.get("done") for step in balance.steps if step.counts.get("done")} == {
        "refund": 1, "tell-refund": 1,
    }  # fmt: skip

    # journal: what staff and machine did, in order, sealed; nothing of Ann herself is in it
    seal()
    entries = rows("SELECT verb, facts FROM entry WHERE mistake = %s ORDER BY id", made.mistake.id)
    verbs = [verb for verb, _ in entries]
    places = [verbs.index(verb) for verb in WALK]
    assert places == sorted(places), verbs
    assert not [text for _, text in entries if "ann@example.com" in text or "Street 1" in text]
    assert verify().findings == []


WALK = ["scope.loaded", "plan.drafted", "plan.approved", "plan.applied"]


def states(plan: int) -> list[str]:
    return [state for (state,) in rows("SELECT state FROM act WHERE plan_id = %s ORDER BY ordinal", plan)]
