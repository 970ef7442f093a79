"""Dates promised in messages: a row for each sentence and moment, with an owner, from when the plan is applied."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from tests.engine.recovery import SCOPE, contacts, customers, rows, run, turns
from tests.plans.test_updates import PROGRESS, repairing, tell
from tests.promises.promising import DUE, START, clock, entries, events, promising, saying

from makegood.acts.actions import apply_plan, cancel_plan
from makegood.acts.sweep import sweep
from makegood.balance.invariants import check_invariants
from makegood.cli.planview import show_plan
from makegood.mistakes.actions import set_fixed
from makegood.plans.models import Plan
from makegood.promises.models import Promise

__all__ = ["clock"]


def lines(plan):
    return [
        (one["by"], one["at"], one["customers"], one["carried"])
        for one in Plan.objects.get(id=plan.id).summary["promises"]["lines"]
    ]


def codes(plan):
    return [one["code"] for one in plan.findings if one["code"].startswith(("promise", "unknown-owner"))]


def test_a_sentence_with_two_times_is_two_promises_with_an_owner_and_their_moments(clock, tmp_path):
    made = promising(
        tmp_path, "You will have the money by {{ due | date }}. We will write to you again within 24 hours."
    )
    plan = made.plan("acknowledge", as_of=START)
    assert codes(plan) == [] and Promise.objects.count() == 0, "a draft has promised nothing"
    made.approve(plan)
    assert Promise.objects.count() == 0, "nor has a plan that nobody was told of"
    clock.move(3600)
    apply_plan(plan.id, actor=made.people.maya.id)
    money, again = Promise.objects.order_by("id")
    assert (money.what, money.place) == ("You will have the money by {{ due }}.", "messages/say-so.md:7:1")
    assert (money.due_at, money.carried) == (datetime(2026, 3, 9, 7, 0, tzinfo=UTC), ["refund"])
    assert (again.due_at, again.carried) == (START + timedelta(hours=25), []), "counted from the sending"
    assert {(one.plan, one.step, one.customers, one.zone) for one in (money, again)} == {
        (plan.id, "say-so", 3, "Europe/Berlin")
    }
    assert {(one.owner.email, one.told.email) for one in (money, again)} == {("maya@shop.example", "omar@shop.example")}
    assert events() == [(money.id, "made", 0), (again.id, "made", 0)]
    assert rows("SELECT facts::json ->> 'promises' FROM entry WHERE verb = 'promises.made'") == [
        (f"[{money.id},{again.id}]",)
    ]
    assert check_invariants(deep=True) == []


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("We will write to you again by Friday 6 March.", "2026-03-06 23:59"),
        ("We will write to you again by March 6th, 2026 at 4 pm.", "2026-03-06 16:00"),
        ("We will write to you again by Friday.", "2026-03-06 23:59"),
        ("We will write to you again by 18:30 tomorrow.", "2026-03-03 18:30"),
        ("We will call you within two business days.", "2026-03-04 10:00"),
        ("The money will reach you in 3 weeks.", "2026-03-23 10:00"),
        ("We will write again today by 6 pm.", "2026-03-02 18:00"),
        ("We will write to you by Monday.", "2026-03-02 23:59"),
        ("Bis Freitag, den 6. März, schreiben wir Ihnen wieder.", "2026-03-06 23:59"),
        ("Sie haben das Geld bis zum 13.03.2026 auf Ihrem Konto.", "2026-03-13 23:59"),
        ("Wir melden uns innerhalb von 24 Stunden wieder bei Ihnen.", "2026-03-03 10:00"),
        ("Innerhalb von zwei Werktagen rufen wir Sie an.", "2026-03-04 10:00"),
        ("Wir schreiben Ihnen bis morgen 12 Uhr.", "2026-03-03 12:00"),
    ],
)  # fmt: skip
def test_what_is_typed_is_read_in_the_mistakes_zone(clock, tmp_path, sentence, due):
    text = saying(sentence)
    if re.search(r"\b(?:wir|Wir|Sie)\b", sentence):
        text = GERMAN + sentence + "\n\nWenn etwas nicht stimmt, antworten Sie auf diese Nachricht.\n"
    made = promising(tmp_path, "", say_so=text)
    apply_ = made.plan("acknowledge", as_of=START)
    made.explain(apply_)
    made.approve(apply_)
    apply_plan(apply_.id, actor=made.people.maya.id)
    found = [
        f"{moment:%Y-%m-%d %H:%M}" for (moment,) in rows("SELECT due_at AT TIME ZONE 'Europe/Berlin' FROM promise")
    ]
    assert found == [due]


GERMAN = """\
---
subject: Wir haben zweimal abgebucht
---
Guten Tag {{ name }},

wir haben Ihnen zweimal Geld abgebucht. Das war unser Fehler, und es tut uns leid. Wir zahlen Ihr Geld zurück.
"""


@pytest.mark.parametrize(
    "sentence",
    [
        "We noticed it on {{ noticed | date }}.",
        "We noticed it on 26 February, on a Thursday.",
        "Please answer by 20 March 2026.",
        "The second payment was made on 6 January 2026.",
        "It may be that your bank needs until Friday.",
    ],
)
def test_what_is_past_or_asked_of_the_customer_is_no_promise(clock, tmp_path, sentence):
    made = promising(tmp_path, sentence)
    assert lines(made.plan("acknowledge", as_of=START)) == []


def test_a_customers_own_day_is_one_row_with_the_first_the_last_and_how_many(clock, tmp_path):
    days = {"c1": "2026-03-05", "c2": "2026-03-20", "c3": "2026-02-20", "c4": "2026-03-11"}
    made = promising(
        tmp_path, "Your parcel will reach you by {{ expected | date }}.", count=4,
        scope=SCOPE.replace("merge: sum}", "merge: sum}\n  expected: {type: date}"),
        affected="customer,extra,expected\n" + "".join(f"{key},1.50,{day}\n" for key, day in days.items()),
    )  # fmt: skip
    made.start("acknowledge")
    (one,) = Promise.objects.all()
    assert (one.customers, one.carried) == (3, []), "whose day has passed was promised nothing"
    assert [f"{at.astimezone(UTC):%m-%d %H:%M}" for at in (one.due_at, one.last_at)] == ["03-05 22:59", "03-20 22:59"]
    assert one.what == "Your parcel will reach you by {{ expected }}."
    assert not rows("SELECT 1 FROM promise WHERE what LIKE '%%March%%' OR what LIKE '%%Customer%%'")


def test_one_sentence_in_two_wordings_is_one_promise_and_each_language_has_its_own(clock, tmp_path):
    wordings = "{% if extra > 2 %}It was a lot of money.{% endif %} We will write to you again by Friday."
    made = promising(tmp_path, wordings, count=5)
    (made.path / "messages" / "say-so.md").unlink()
    (made.path / "messages" / "say-so.en.md").write_text(saying(wordings), encoding="utf-8")
    german = (
        GERMAN + "Bis Freitag schreiben wir Ihnen wieder. Wenn etwas nicht stimmt, antworten Sie auf diese Nachricht.\n"
    )
    (made.path / "messages" / "say-so.de.md").write_text(german, encoding="utf-8")
    lines_ = contacts(5).replace("\n", ",en\n").splitlines(keepends=True)
    lines_[0] = lines_[0].replace(",en", ",de")
    made.write(
        scope=SCOPE.replace("  name: name\n", "  name: name\n  language: language\n"),
        contacts="customer,name,email,address,language\n" + "".join(lines_),
    )
    made.load()
    plan = made.plan("acknowledge", as_of=START)
    told = [(one["place"].partition(":")[0], one["customers"]) for one in plan.summary["promises"]["lines"]]
    assert sorted(told) == [("messages/say-so.de.md", 1), ("messages/say-so.en.md", 4)]


def test_without_a_name_the_plan_says_so_and_its_author_is_the_owner(clock, tmp_path):
    made = promising(tmp_path, "We will write to you again by Friday.", playbook=DUE)
    plan = made.start("acknowledge")
    (said,) = [one for one in plan.findings if one["code"] == "promise-without-owner"]
    assert (said["level"], said["what"]) == ("advice", "1 date is promised, and nobody is named who keeps them.")
    assert "promises: {owner: ann@shop.example}" in said["remedy"]
    assert Promise.objects.get().owner.email == "maya@shop.example"


def test_the_name_that_signs_the_message_is_an_owner_and_a_stranger_is_refused(clock, tmp_path):
    signed = saying("We will write to you again by Friday.").replace(
        "---\nDear", "sender_name: Omar, Corner Shop Ltd\n---\nDear"
    )
    made = promising(tmp_path, "", playbook=DUE, say_so=signed)
    plan = made.start("acknowledge")
    assert "promise-without-owner" not in codes(plan)
    assert Promise.objects.get().owner.email == "omar@shop.example"
    stranger = "promises: {owner: nobody@else.example}\n" + DUE
    again = made.write(playbook=stranger).plan("acknowledge")
    (said,) = [one for one in again.findings if one["code"] == "unknown-owner"]
    assert said["level"] == "blocking" and "'nobody@else.example'" in said["what"]


def test_the_plan_shows_what_it_promises_before_anybody_approves(clock, tmp_path, capsys):
    made = promising(tmp_path, "You will have the money by {{ due | date }}. We will write to you again by Friday.")
    show_plan(made.plan("acknowledge", as_of=START), {}, folder="here")
    shown = capsys.readouterr().out
    assert all(len(line) <= 80 for line in shown.splitlines() if not line.startswith(("Digest", "    ")))
    words = " ".join(shown.split())
    assert "Promised to 3 customers by 2026-03-09 08:00, kept by refund: You will have the money by {{ due }}." in words
    assert (
        "Promised to 3 customers (“Friday”, counted from the sending): We will write to you again by Friday." in words
    )


def test_a_time_that_cannot_be_told_is_an_advice_with_its_place(clock, tmp_path):
    plan = promising(tmp_path, "We will write to you again by the end of the week.").plan("acknowledge", as_of=START)
    (said,) = [one for one in plan.findings if one["code"] == "promise-untold"]
    assert (said["level"], said["count"], said["where"]) == ("advice", 3, "messages/say-so.md:7:1")
    assert lines(plan) == []


def test_a_promise_that_acts_carry_is_kept_when_they_settle_and_not_before(clock, tmp_path):
    made = promising(tmp_path, "You will have the money by {{ due | date }}.")
    turns(made.start("acknowledge"))
    assert Promise.objects.get().state == "open"
    turns(made.start("remedy"))
    sweep()
    (one,) = Promise.objects.all()
    assert (one.state, one.reason, one.next_at) == ("kept", "acts-settled", None)
    assert entries() == [("promise.kept", f"promise:{one.id}")]
    sweep()
    assert events("kept") == [(one.id, "kept", 0)]
    assert check_invariants(deep=True) == []


def test_the_money_of_those_who_joined_the_scope_later_counts_as_well(clock, tmp_path):
    made = promising(tmp_path, "You will have the money by {{ due | date }}.")
    turns(made.start("remedy"))
    made.write(affected="customer,extra\n" + customers(5), contacts="customer,name,email,address\n" + contacts(5))
    made.load()
    turns(made.start("acknowledge"))
    sweep()
    assert Promise.objects.get().state == "open", "two of the five who were promised it have no act yet"
    turns(made.start("remedy"))
    sweep()
    assert Promise.objects.get().state == "kept"


def test_the_next_update_is_promised_and_kept_by_the_next_one(clock, tmp_path):
    made = repairing(tmp_path, playbook="promises: {owner: maya@shop.example}\n" + PROGRESS)
    tell(made, START)
    (first,) = Promise.objects.all()
    assert (first.due_at, first.carried, first.by) == (START + timedelta(days=1), ["update"], "update.next")
    clock.move(82_000)
    tell(made, START + timedelta(hours=23, minutes=30))
    sweep()
    kept, second = Promise.objects.order_by("id")
    assert (kept.state, second.state) == ("kept", "open")
    set_fixed(made.mistake, actor=made.people.maya.id)
    sweep()
    second.refresh_from_db()
    assert second.state == "open", "it was promised, and nobody has told them that it is fixed"
    turns(made.start("remedy"))
    sweep()
    second.refresh_from_db()
    assert second.state == "kept", "whatever they are told then is the news"


def test_a_plan_that_was_cancelled_before_anybody_read_it_owes_nothing(clock, tmp_path):
    made = promising(tmp_path, "We will write to you again by Friday.")
    plan = made.start("acknowledge")
    cancel_plan(plan.id, actor=made.people.maya.id, reason="wrong words")
    sweep()
    (one,) = Promise.objects.all()
    assert (one.state, one.reason) == ("released", "never-said")
    assert entries() == [("promise.released", f"promise:{one.id}")]


def test_a_plan_cancelled_after_some_were_told_still_owes_it(database, tmp_path):
    made = promising(
        tmp_path, "We will write to you again by Friday.", playbook="waves: [{size: 1}, {size: rest}]\n" + DUE
    )
    plan = made.start("acknowledge")
    run(plan, until=lambda: bool(rows("SELECT 1 FROM act WHERE state = 'done'")))
    if Plan.objects.get(id=plan.id).state == "applying":
        cancel_plan(plan.id, actor=made.people.maya.id, reason="wrong words")
    sweep()
    assert Promise.objects.get().state == "open"
