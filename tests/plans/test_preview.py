"""A message before there is a plan: whom it shows, what it may name, and what nobody can know yet."""

import pytest
from django.db import connection
from tests.engine.recovery import PLAYBOOK, SCOPE, given_people, recovery, rows

from makegood.kit.errors import BadInput, NotFound, Refused
from makegood.kit.money import Money
from makegood.plans import preview as room
from makegood.plans.draft import Wanted
from makegood.plans.preview import Choice, Previewed, preview

PEOPLE = """\
customer,name,email,address
c1,Ann,ann@example.com,
c2,Bartholomew Featherstonehaugh,bart@example.com,
c3,Cleo,,1 Road
c4,Dai,dai@example.com,
"""
EXTRA = "customer,extra\nc1,9.50\nc2,7.00\nc3,3.25\nc4,12.00\n"


def loaded(tmp_path, **texts):
    made = recovery(tmp_path, given_people(), **({"contacts": PEOPLE, "affected": EXTRA} | texts))
    made.load()
    return made


def look(made, step, by="first", key="") -> Previewed:
    made.push()
    stage, found = next(
        (stage.name, one)
        for stage in made.checked.playbook.stages.values()
        for one in stage.steps
        if one.id == step
    )  # fmt: skip
    wanted = Wanted(made.mistake, made.checked, {}, stage, made.people.maya.id)
    return preview(wanted, found, Choice(by, key))


# --- whom it shows


def test_the_first_the_longest_name_the_smallest_amount_and_the_one_that_is_named(database, tmp_path):
    made = loaded(tmp_path)
    assert {by: look(made, "tell-refund", by).key for by in ("first", "longest", "smallest")} == {
        "first": "c1", "longest": "c2", "smallest": "c3"
    }  # fmt: skip
    named = look(made, "tell-refund", "key", "c4")
    assert (named.key, named.amounts) == ("c4", {"refund": Money.parse("EUR 12.00")})
    assert named.choice.why == "the one you named"


def test_only_those_who_would_get_it_are_chosen_from(database, tmp_path):
    playbook = PLAYBOOK.replace("message: say-so, channels: [email, letter]", "message: say-so, channels: [letter]")
    found = look(loaded(tmp_path, playbook=playbook), "say-so")
    assert (found.key, found.row["provider"], found.row["route"]) == ("c3", "letter", "post")


def test_a_thousand_are_looked_at_before_everybody(database, tmp_path, monkeypatch):
    monkeypatch.setattr(room, "A_FEW", 2)
    few = {by: room.Part(part.only.replace("1000", "2")) for by, part in room._FEW.items()}
    monkeypatch.setattr(room, "_FEW", few)
    asked: list[str] = []
    compute = room._compute
    monkeypatch.setattr(room, "_compute", lambda c, i, part, p: asked.append(part.only) or compute(c, i, part, p))
    made = loaded(tmp_path)
    assert look(made, "say-so", "longest").key == "c2"
    assert asked == [few["longest"].only]
    asked.clear()
    made.write(
        playbook=PLAYBOOK.replace("message: say-so, channels: [email, letter]", "message: say-so, channels: [letter]")
    )
    assert look(made, "say-so").key == "c3", "nobody of the few gets it, so everybody is looked at"
    assert asked == [few["first"].only, ""]


def test_it_is_the_customer_that_the_whole_of_them_would_give(database, tmp_path, monkeypatch):
    made = recovery(tmp_path, given_people(), count=30)
    made.load()
    whole = {by: look(made, "say-so", by).key for by in ("first", "longest")}
    monkeypatch.setattr(room, "A_FEW", 5)
    monkeypatch.setattr(room, "_FEW", {by: room.Part(p.only.replace("1000", "5")) for by, p in room._FEW.items()})
    assert {by: look(made, "say-so", by).key for by in ("first", "longest")} == whole


def test_a_key_that_the_scope_does_not_have(database, tmp_path):
    with pytest.raises(NotFound, match="no customer 'c9'"):
        look(loaded(tmp_path), "say-so", "key", "c9")


def test_no_amount_is_no_smallest_one(database, tmp_path):
    with pytest.raises(Refused, match="gets an amount in the stage acknowledge"):
        look(loaded(tmp_path), "say-so", "smallest")


def test_a_customer_who_is_owed_nothing_gets_no_such_message(database, tmp_path):
    made = loaded(tmp_path, affected=EXTRA.replace("3.25", "0.00"))
    with pytest.raises(Refused) as refused:
        look(made, "tell-refund", "key", "c3")
    assert refused.value.what == "Customer 'c3' would not get 'tell-refund'. refund: nothing. Nothing is owed."


# --- nothing is done


def test_nothing_is_stored(database, tmp_path):
    made = loaded(tmp_path)
    made.push()
    before = counts()
    look(made, "tell-refund")
    made.write(say_so=(made.path / "messages/say-so.md").read_text().replace("by\nFriday", "by Monday"))
    assert counts() == before


def counts() -> dict[str, int]:
    tables = ("plan", "act", "decision", "attempt", "entry", "outbox_message", "revision", "chunk", "act_key")
    return {one: rows(f"SELECT count(*) FROM {one}")[0][0] for one in tables}


# --- after and before


def test_what_was_sent_already_can_still_be_seen_and_says_so(database, tmp_path):
    made = loaded(tmp_path)
    made.carry_out("acknowledge")
    found = look(made, "say-so")
    assert found.unknown[0] == "It has been sent: shown as if nobody had been told or paid yet."


def test_a_step_that_comes_after_another_stage_is_shown_as_if_that_were_done(database, tmp_path):
    playbook = PLAYBOOK.replace("      - {id: tell-refund", "  told:\n    steps:\n      - {id: tell-refund")
    made = loaded(tmp_path, playbook=playbook)
    found = look(made, "tell-refund", "smallest")
    assert (found.key, found.amounts, found.stage) == ("c3", {"refund": Money.parse("EUR 3.25")}, "told")
    assert found.unknown[0] == "It comes after 'refund': shown as if that had been done."
    made.carry_out("remedy")
    now = look(made, "tell-refund", "key", "c3")
    assert now.amounts == found.amounts, "what was assumed is what came"
    assert not any("as if" in one for one in now.unknown)


# --- what nobody knows yet


def test_a_date_that_counts_from_the_plan_is_said(database, tmp_path):
    text = "---\nsubject: Hello\n---\nYou hear from us by {{ due | date }}.\n"
    made = loaded(tmp_path, say_so=text, playbook=PLAYBOOK.replace("noticed + 24 hours", "approved + 7 days"))
    assert any("`due` counts from now" in one for one in look(made, "say-so").unknown)
    made.write(playbook=PLAYBOOK)
    assert not any("`due`" in one for one in look(made, "say-so").unknown)


def test_a_connection_that_is_not_live_is_said(database, tmp_path):
    assert (
        "No connection for email is live: the local outbox would keep it." in look(loaded(tmp_path), "say-so").unknown
    )


def test_a_missing_fact_is_a_finding_and_the_preview_goes_on(database, tmp_path):
    text = "---\nsubject: Hello\n---\nCall {{ phone_number }}, {{ facts.cause }}\n"
    found = look(loaded(tmp_path, say_so=text), "say-so")
    assert not found.written
    (one,) = found.findings
    assert one.code == "message-incomplete" and "facts.cause, phone_number" in one.what
    assert str(one.place) == "messages/say-so.md"


def test_a_message_that_cannot_be_read_is_named_with_its_place(database, tmp_path):
    with pytest.raises(BadInput, match="cannot be read") as refused:
        look(loaded(tmp_path, say_so="---\nsubject: Hello\n---\n{{ name\n"), "say-so")
    assert str(refused.value.findings[0].place) == "messages/say-so.md:4:1"


# --- the check of this one message


def test_the_check_reads_this_message_with_what_the_plan_knows(database, tmp_path):
    text = "---\nsubject: Hello\n---\nWe apologise for any inconvenience. We have paid you back EUR 99.00.\n"
    found = look(loaded(tmp_path, told=text), "tell-refund")
    codes = {(one.code, str(one.place)) for one in found.findings}
    assert ("MG202", "messages/refund.md:4:18") in codes
    assert any(code == "MG217" for code, _ in codes), "an amount that this plan does not pay"


def test_each_language_is_read_in_its_own_file(database, tmp_path):
    people = PEOPLE.replace("address\n", "address,language\n").replace("com,\n", "com,,de\n")
    made = loaded(tmp_path, scope=SCOPE.replace("  email: email\n", "  email: email\n  language: language\n"),
                  contacts=people.replace("1 Road\n", "1 Road,en\n"))  # fmt: skip
    (made.path / "messages/say-so.md").rename(made.path / "messages/say-so.en.md")
    (made.path / "messages/say-so.de.md").write_text("---\nsubject: Hallo\n---\nEs ist etwas passiert.\n")
    assert look(made, "say-so").file == "messages/say-so.de.md"
    assert look(made, "say-so", "key", "c3").file == "messages/say-so.en.md"


def test_a_scope_with_other_columns_is_refused_as_a_plan_refuses_it(database, tmp_path):
    made = loaded(tmp_path)
    made.write(scope=SCOPE.replace("extra: {type: money, currency: EUR, merge: sum}", "extra: {type: text}"))
    with pytest.raises((Refused, BadInput)):
        look(made, "say-so")
    assert connection.connection is not None
