"""An erased customer is in no table any more: canaries are planted in every personal place, then looked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.customers.traces import traces
from tests.engine.recovery import Recovery, given_people, live, recovery, rows, turns

from makegood.channels.actions import finish_task, mark_posted, print_batch
from makegood.customers.actions import ERASED, _without, erase_customer
from makegood.desk.actions import approve_one, draft_one
from makegood.desk.case import Case
from makegood.journal.actions import seal
from makegood.journal.queries import verify
from makegood.kit.clock import now
from makegood.kit.errors import NotFound
from makegood.kit.money import Money
from makegood.plans.models import Plan
from makegood.promises.actions import Word, add_promise

KEY, NAME, EMAIL = "a-kanary-77", "Wilhelmina Kanary", "wilhelmina@kanary.example"
STREET, PHONE, STORY = "Kanary Lane 77", "+44 1632 960777", "Kanary was sold the wrong seeds"
CANARIES = ("kanary", "wilhelmina", "960777")
SCOPE = """\
sources:
  affected: {file: affected.csv, header: true}
  contacts: {file: contacts.csv, header: true}
from: affected
key: customer
columns:
  extra: {type: money, currency: EUR, merge: sum}
  story: {type: text, merge: first}
contacts:
  source: contacts
  key: customer
  name: name
  email: email
  phone: phone
  post: [address]
  prefer: [email, post, phone]
"""
PLAYBOOK = """\
stages:
  acknowledge:
    steps:
      - {id: say-so, do: tell, message: say-so, channels: [email]}
      - {id: write, do: tell, message: say-so, channels: [letter]}
      - {id: call, do: tell, message: say-so, channels: [task], with: {what: "Call and say sorry."}}
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
      - {id: tell-refund, do: tell, message: refund, channels: [email], after: [refund]}
"""
GOOD = f"customer,extra,story\n{KEY},7.50,{STORY}\nc2,2.50,Late\nc3,3.50,\n"
BAD = f"{GOOD}{KEY},kanary-not-money,\nc3,nor-this,\n"
CONTACTS = f"customer,name,email,phone,address\n{KEY},{NAME},{EMAIL},{PHONE},{STREET}\n" + "".join(
    f"c{n},Customer {n},c{n}@example.com,+44 1632 96000{n},Street {n}\n" for n in (2, 3)
)


def number_of(key: str) -> int:
    ((number,),) = rows("SELECT customer_id FROM customer_alias WHERE value = %s", key)
    return number


def given_canaries(tmp_path: Path) -> Recovery:
    """A first load with rejected rows and a draft that names them, then a good one: told three ways, and paid."""
    people = given_people()
    live(people, "letter", {"letterhead": "The Shop\nMain Street 1"})
    live(people, "task", {})
    made = recovery(tmp_path, people, scope=SCOPE, playbook=PLAYBOOK, affected=BAD, contacts=CONTACTS)
    made.load()
    made.plan("remedy")
    made.write(affected=GOOD.replace("7.50", "8.50"))
    made.load()
    for stage in ("acknowledge", "remedy"):
        turns(made.start(stage))
    return made


def test_the_canaries_are_gone_from_every_table_and_the_proof_still_holds(database: Any, tmp_path: Path) -> None:
    made = given_canaries(tmp_path)
    batch = print_batch(made.mistake.public_id, tmp_path / "out", staff=made.people.maya.id)
    mark_posted(batch.name, staff=made.people.maya.id, at=now())
    ((key,),) = rows("SELECT key FROM task WHERE customer = %s", number_of(KEY))
    finish_task(key, staff=made.people.maya.id, proof="Wilhelmina Kanary was kind.")
    word = Word("I will call Wilhelmina Kanary.", "2 hours", made.people.maya.id, customer=number_of(KEY))
    add_promise(made.mistake, word, actor=made.people.maya.id)
    planted = traces(database.admin_url, *CANARIES)
    for table in (
        "customer_alias",
        "contact_point",
        "affected",
        "outbox_message",
        "letter",
        "task",
        "promise",
        "rejection",
        "plan.findings",
        "plan.summary",
        "scope.counts",
    ):
        assert any(place.startswith(table) for place in planted), f"no canary in {table}"
    seal()
    money = rows("SELECT key, debit, credit, minor, currency FROM ledger_transfer ORDER BY id")
    acts = rows("SELECT count(*), sum(minor) FROM act")
    number = number_of(KEY)
    erase_customer(number, actor=made.people.maya.id)
    assert traces(database.admin_url, *CANARIES) == set()
    assert rows("SELECT key, debit, credit, minor, currency FROM ledger_transfer ORDER BY id") == money
    assert rows("SELECT count(*), sum(minor) FROM act") == acts
    assert rows("SELECT erased_at IS NOT NULL FROM customer WHERE id = %s", number) == [(True,)]
    assert rows("SELECT count(*) FROM customer_salt WHERE customer_id = %s", number) == [(0,)]
    seal()
    verified = verify()
    assert (verified.findings, verified.unsealed) == ([], 0)
    assert len(traces(database.admin_url, "c2@example.com")) >= 3, "the neighbours are untouched"
    assert rows("SELECT count(*) FROM rejection WHERE customer_key = 'c3'") == [(1,)]


def test_erasing_again_and_erasing_nobody(database: Any, tmp_path: Path) -> None:
    """A key that comes back after erasure is a new person; a number that never was is in no journal."""
    people = given_people()
    made = recovery(tmp_path, people, scope=SCOPE, playbook=PLAYBOOK, affected=GOOD, contacts=CONTACTS)
    made.load()
    first, actor = number_of(KEY), people.maya.id
    erase_customer(first, actor=actor)
    ((erased_at,),) = rows("SELECT erased_at FROM customer WHERE id = %s", first)
    erase_customer(first, actor=actor)
    assert rows("SELECT erased_at FROM customer WHERE id = %s", first) == [(erased_at,)], "the first moment stays"
    with pytest.raises(NotFound) as no:
        erase_customer(10**9, actor=actor)
    assert no.value.code == "no-customer"
    assert (
        rows("SELECT subject, brand FROM entry WHERE verb = 'customer.erased'")
        == [(f"customer:{first}", people.brand.id)] * 2
    )
    assert rows("SELECT count(*) FROM affected") == [(2,)]
    made.load()
    again = number_of(KEY)
    assert again != first
    assert rows("SELECT count(*) FROM affected WHERE customer_id = %s", first) == [(0,)]
    assert rows("SELECT count(*) FROM customer_salt") == [(3,)]


def test_acts_of_an_erased_customer_are_cancelled_not_sent(database: Any, tmp_path: Path) -> None:
    """Approved, not yet applied, then erased: the others are told, nothing of the erased one is written anew."""
    made = recovery(tmp_path, given_people(), scope=SCOPE, affected=GOOD, contacts=CONTACTS)
    made.load()
    plan = made.start("acknowledge")
    number = number_of(KEY)
    erase_customer(number, actor=made.people.maya.id)
    turns(plan)
    said = rows("SELECT customer_id = %s, state FROM act WHERE plan_id = %s ORDER BY 1", number, plan.id)
    assert said == [(False, "done"), (False, "done"), (True, "cancelled")]
    assert rows("SELECT count(*), count(*) FILTER (WHERE customer = %s) FROM outbox_message", number) == [(2, 0)]
    assert traces(database.admin_url, *CANARIES) == set()


def test_examples_lose_the_key_and_nothing_else() -> None:
    """A customer may be called like a word of the product: only what stands as an example is blanked."""
    kept = {
        "level": "blocking",
        "examples": ["blocking", "c2", "blocking-2"],
        "delta": {"new": 1, "examples": {"new": ["blocking"], "gone": []}},
        "partly_rejected_example": "blocking",
        "list": ["blocking"],
        "count": 1,
    }
    assert _without(kept, {"blocking"}) == {
        "level": "blocking",
        "examples": [ERASED, "c2", "blocking-2"],
        "delta": {"new": 1, "examples": {"new": [ERASED], "gone": []}},
        "partly_rejected_example": ERASED,
        "list": ["blocking"],
        "count": 1,
    }
    assert _without(kept, set()) == kept


def test_one_customer_from_the_desk(database: Any) -> None:
    """What an agent typed into the fields of one customer goes with the customer."""
    people = given_people()
    case = Case(
        name=NAME,
        key=KEY,
        email=EMAIL,
        phone=PHONE,
        post=STREET,
        what="We charged you twice.",
        impact="Kanary could not pay the rent.",
        wish="Kanary wants the money back.",
        refund=Money(12_50, "USD"),
    )
    drafted = draft_one(case, brand=people.brand, person=people.maya)
    assert approve_one(drafted, people.maya) is not None
    turns(Plan.objects.get(id=drafted.plan.id))
    assert len(traces(database.admin_url, *CANARIES)) > 5
    erase_customer(number_of(KEY), actor=people.maya.id)
    assert traces(database.admin_url, *CANARIES) == set()
    assert rows("SELECT minor, currency FROM ledger_transfer") == [(1250, "USD")]
