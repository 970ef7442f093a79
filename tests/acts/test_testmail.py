"""A test to oneself, over real SMTP: it cannot be mistaken, leaves nothing behind but two lines in the journal, and
goes to nobody else."""

from __future__ import annotations

import email
import json
from collections.abc import Iterator
from dataclasses import replace
from email.policy import default
from typing import Any

import pytest
from tests.engine.fencing import copied, live_in, set_epoch, start
from tests.engine.recovery import PLAYBOOK, given_people, live, recovery, rows
from tests.plans.test_preview import EXTRA, PEOPLE, look

from makegood.acts.fence import WHY, fence_acts, why_held
from makegood.acts.testmail import send_test
from makegood.channels.suppression import suppress
from makegood.kit.errors import MakegoodError, Refused, Unavailable
from makegood.kit.home import home
from makegood.testing.mail_provider import MailProvider
from makegood.testing.smtp_server import SmtpServer


@pytest.fixture
def post() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def made(database: Any, tmp_path: Any, post: SmtpServer) -> Any:
    people = given_people()
    live(people, "email", {**post.settings, "bounce_address": "bounces+{key}@shop.example"})
    found = recovery(tmp_path, people, contacts=PEOPLE, affected=EXTRA)
    found.load()
    return found


def verbs() -> list[str]:
    return [verb for (verb,) in rows("SELECT verb FROM entry WHERE verb LIKE 'message.%%' ORDER BY id")]


def test_it_comes_to_whoever_asks_marked_as_a_test_and_with_the_customers_words(made, post):
    sent = send_test(look(made, "tell-refund", "longest"), made.people.maya)
    (mail,) = post.messages
    read = email.message_from_bytes(mail.raw, policy=default)
    text = read.get_body(("plain",)).get_content()
    page = read.get_body(("html",)).get_content()
    assert (mail.recipient, sent.to, str(read["To"])) == (
        "maya@shop.example", "maya@shop.example", "Maya <maya@shop.example>"
    )  # fmt: skip
    assert str(read["Subject"]) == sent.subject == "[TEST] Your money is back"
    assert text.strip().startswith("> This is a test. Only you get it, not the customer it is written to.")
    assert "This is a test. Only you get it" in page
    assert "Dear Bartholomew Featherstonehaugh" in text and "€7.00" in text
    assert mail.message_id.startswith("<test-") and mail.sender.startswith("bounces+test-")


def test_each_is_another_mail_and_none_has_the_key_of_the_act(made, post):
    found = look(made, "say-so")
    send_test(found, made.people.maya)
    send_test(found, made.people.maya)
    ids = {mail.message_id for mail in post.messages}
    assert len(ids) == 2 and not any("mg-" in one for one in ids)


@pytest.mark.parametrize(
    ("locale", "mark", "note"),
    [("de", "[TEST]", "Dies ist ein Test."), ("es-MX", "[PRUEBA]", "Esto es una prueba."), ("sv", "[TEST]", "This is")],
)
def test_the_mark_is_in_the_language_of_the_message(made, post, locale, mark, note):
    text = (made.path / "messages/say-so.md").read_text().replace("subject:", f"locale: {locale}\nsubject:")
    made.write(say_so=text)
    send_test(look(made, "say-so"), made.people.maya)
    read = email.message_from_bytes(post.messages[0].raw, policy=default)
    assert str(read["Subject"]).startswith(f"{mark} ")
    assert note in " ".join(read.get_body(("plain",)).get_content().split())


def test_no_act_comes_of_it_and_nobody_counts_as_told(made, post):
    tables = ("plan", "act", "attempt", "chunk", "outbox_message", "fence", "installation", "notice")
    before = {one: rows(f"SELECT count(*) FROM {one}")[0][0] for one in tables}
    send_test(look(made, "say-so"), made.people.maya)
    assert {one: rows(f"SELECT count(*) FROM {one}")[0][0] for one in tables} == before
    plan = made.carry_out("acknowledge")
    assert plan.acts == 4, "everybody is told still"


def test_the_journal_has_it_before_it_leaves_and_without_personal_values(made, post):
    send_test(look(made, "say-so", "longest"), made.people.maya)
    (entry,) = rows("SELECT verb, actor, facts FROM entry WHERE verb LIKE 'message.%%'")
    facts = json.loads(entry[2])
    assert entry[:2] == ("message.tested", made.people.maya.id)
    assert set(facts) == {"customer", "key", "step"} and facts["step"] == "say-so"
    assert f"<{facts['key']}@" in post.messages[0].message_id
    assert "Bartholomew" not in entry[2] and "@" not in entry[2]


# --- what keeps it from leaving


def test_not_without_a_live_connection(made, post):
    rows_off()
    with pytest.raises(Refused, match="the connection 'email' is not live"):
        send_test(look(made, "say-so"), made.people.maya)
    assert post.messages == [] and verbs() == []


def rows_off() -> None:
    from makegood.people.models import Connection

    Connection.objects.update(live=False)


def test_not_for_a_step_that_goes_by_letter(made, post):
    made.write(
        playbook=PLAYBOOK.replace("message: say-so, channels: [email, letter]", "message: say-so, channels: [letter]")
    )
    with pytest.raises(Refused, match="does not go by mail"):
        send_test(look(made, "say-so"), made.people.maya)


def test_a_customer_who_gets_a_letter_is_no_hindrance(made, post):
    send_test(look(made, "say-so", "key", "c3"), made.people.maya)
    assert b"Cleo" in post.messages[0].raw


def test_not_to_the_address_that_the_first_start_made_up(made, post):
    maya = replace(made.people.maya, email="root@localhost")
    with pytest.raises(Refused, match="where no mail arrives") as refused:
        send_test(look(made, "say-so"), maya)
    assert "makegood people address" in refused.value.remedy
    assert post.messages == []


def test_not_where_a_fact_is_missing(made, post):
    made.write(say_so="---\nsubject: Hello\n---\n{{ facts.cause }}\n")
    with pytest.raises(MakegoodError, match="cannot be written is not sent"):
        send_test(look(made, "say-so"), made.people.maya)
    assert post.messages == []


def test_not_to_an_address_that_asked_to_be_left_alone(made, post):
    suppress(made.people.brand, ["maya@shop.example"], reason="asked", actor=made.people.omar.id)
    with pytest.raises(Refused, match="No mail of this brand goes to your address"):
        send_test(look(made, "say-so"), made.people.maya)
    assert post.messages == []


def test_nothing_leaves_while_acts_are_fenced(made, post):
    start()
    assert why_held() == ""
    fence_acts("restored")
    with pytest.raises(Refused, match="not even a test: this database was restored from a backup"):
        send_test(look(made, "say-so"), made.people.maya)
    assert post.messages == [] and verbs() == []


def test_nor_from_a_database_that_is_older_than_its_home_has_seen_though_no_worker_has_looked(made, post):
    start()
    set_epoch(0)
    with pytest.raises(Refused, match=WHY["older"]):
        send_test(look(made, "say-so"), made.people.maya)
    assert rows("SELECT fenced_at FROM fence") == [(None,)], "it only looks: the next worker fences"


def test_nor_from_a_copy_on_another_server(made, post):
    start()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE fence SET place = '1/1'")
    with pytest.raises(Refused, match="restored or copied"):
        send_test(look(made, "say-so"), made.people.maya)


def test_nor_from_a_copy_of_the_home(made, post, tmp_path, monkeypatch):
    start()
    place = copied(home(), tmp_path / "copy")
    live_in(place, monkeypatch)
    with pytest.raises(Refused, match="this home is a copy, or it was moved"):
        send_test(look(made, "say-so"), made.people.maya)
    assert post.messages == []


def test_a_home_that_never_acted_may_send_a_test_and_is_not_admitted_by_it(made, post, tmp_path, monkeypatch):
    start()
    (tmp_path / "laptop").mkdir()
    live_in(tmp_path / "laptop", monkeypatch)
    send_test(look(made, "say-so"), made.people.maya)
    assert len(post.messages) == 1 and rows("SELECT count(*) FROM installation") == [(1,)]


# --- what the server says


@pytest.mark.parametrize(
    ("way", "kind", "says"),
    [
        ("550", Refused, "The mail server of 'email' says no: 5.1.1 no such user [address]."),
        ("451", Unavailable, "The test was not sent by 'email': 4.3.0 try later."),
        ("drop-after-dot", Unavailable, "Nobody knows whether it arrived: The mail server fell silent"),
    ],
)
def test_a_no_is_a_sentence_and_stands_in_the_journal(made, post, way, kind, says):
    post.next(way)
    with pytest.raises(kind) as refused:
        send_test(look(made, "say-so"), made.people.maya)
    assert refused.value.what.startswith(says) and refused.value.what.endswith(".")
    assert verbs() == ["message.tested", "message.test-failed"]


def test_a_server_that_is_not_there(made, post):
    from makegood.people.models import Connection

    found = Connection.objects.get()
    Connection.objects.update(settings={**found.settings, "port": 1})
    with pytest.raises(Unavailable, match="The test was not sent by 'email'") as refused:
        send_test(look(made, "say-so"), made.people.maya)
    assert refused.value.remedy == "See: makegood connections test email"


def test_through_a_provider_by_http(database, tmp_path):
    with MailProvider() as provider:
        people = given_people()
        live(people, "email", provider.settings(), plugin="anymail")
        made = recovery(tmp_path, people, contacts=PEOPLE, affected=EXTRA)
        made.load()
        sent = send_test(look(made, "say-so"), people.maya)
        (taken,) = provider.messages
    assert taken.recipient == "Maya <maya@shop.example>" and taken.words[0] == sent.subject
    assert taken.key.startswith("test-") and sent.receipt.reference == taken.id
