"""What is previewed is what is sent: the whole mail, byte for byte, but for its date."""

from __future__ import annotations

import re

import pytest
from tests.engine.recovery import AS_OF, PLAYBOOK, SCOPE, given_people, live, recovery, rows
from tests.plans.test_preview import EXTRA, PEOPLE, look

from makegood.acts.preview import show
from makegood.channels.models import OutboxMessage
from makegood.kit.errors import BadInput, Refused
from makegood.plans.draft import Wanted
from makegood.plans.preview import Choice, preview
from makegood.testing.smtp_server import SmtpServer

LANGUAGES = (
    PEOPLE.replace("address\n", "address,language\n").replace("com,\n", "com,,de\n").replace("Road\n", "Road,\n")
)
_DATE = re.compile(rb"^Date: .*\r\n", re.MULTILINE)


def undated(raw: bytes) -> bytes:
    assert len(_DATE.findall(raw)) == 1
    return _DATE.sub(b"", raw)


def given(tmp_path, **texts):
    people = given_people()
    people.brand.sender_name, people.brand.reply_to = "Ana Ruiz", "ana@shop.example"
    people.brand.postal = "The Shop\n1 Road"
    people.brand.save()
    contacts = PEOPLE.replace("c3,Cleo,,", "c3,Cleo,cleo@example.com,")
    return recovery(tmp_path, people, contacts=contacts, affected=EXTRA, **texts)


def previews(made, step, keys=("c1", "c2", "c3", "c4")):
    return {key: show(look(made, step, "key", key)) for key in keys}


@pytest.mark.parametrize(("stage", "step"), [("acknowledge", "say-so"), ("remedy", "tell-refund")])
def test_over_smtp_each_mail_is_the_one_that_was_shown(database, tmp_path, stage, step):
    with SmtpServer() as post:
        made = given(tmp_path)
        live(made.people, "email", dict(post.settings))
        made.load()
        shown = previews(made, step)
        made.carry_out(stage)
        sent = {mail.recipient: mail.raw for mail in post.messages}
    assert len(sent) == len(shown) == 4
    for one in shown.values():
        assert undated(one.mail) == undated(sent[one.envelope.destination["email"]])


def test_in_the_local_outbox_too_and_in_each_language(database, tmp_path):
    made = given(tmp_path, scope=SCOPE.replace("  email: email\n", "  email: email\n  language: language\n"))
    made.write(contacts=LANGUAGES.replace("c3,Cleo,,", "c3,Cleo,cleo@example.com,"))
    (made.path / "messages/say-so.de.md").write_text(
        "---\nsubject: Wir haben {{ extra }} zu viel genommen\n---\nGuten Tag {{ name }},\n\ndas waren wir.\n"
    )
    made.load()
    shown = previews(made, "say-so")
    made.carry_out("acknowledge")
    kept = {one.recipient: one for one in OutboxMessage.objects.all()}
    assert {key: one.words.locale for key, one in shown.items()} == {"c1": "de", "c2": "de", "c3": "en", "c4": "de"}
    for one in shown.values():
        there = kept[one.envelope.destination["email"]]
        assert (one.envelope.key, one.words.digest) == (there.key, there.digest)
        assert undated(one.mail) == undated(bytes(there.mime))


def test_a_date_that_counts_from_the_plan_is_the_same_at_the_same_moment(database, tmp_path):
    text = "---\nsubject: Hello\n---\nYou hear from us by {{ due | date }}.\n"
    made = given(tmp_path, say_so=text, playbook=PLAYBOOK.replace("noticed + 24 hours", "approved + 7 days"))
    made.load()
    stage = made.checked.playbook.stages["acknowledge"]
    wanted = Wanted(made.mistake, made.checked, {}, "acknowledge", made.people.maya.id, as_of=AS_OF)
    shown = show(preview(wanted, stage.steps[0], Choice("key", "c1")))
    made.carry_out("acknowledge")
    assert "9 March 2026" in shown.words.text or "March 9, 2026" in shown.words.text
    assert undated(shown.mail) == undated(bytes(OutboxMessage.objects.get(recipient="ann@example.com").mime))


def test_another_route_has_the_words_and_the_key_it_would_have_there(database, tmp_path):
    made = given(tmp_path)
    made.write(contacts=PEOPLE)
    made.load()
    letter = show(look(made, "say-so", "key", "c3"))
    assert (letter.provider, letter.fact, letter.mail) == ("letter", "post", b"")
    assert letter.settings["letterhead"].endswith("The Shop\n1 Road")
    with pytest.raises(Refused, match="Customer 'c3' has no e-mail address that 'email' could use"):
        show(look(made, "say-so", "key", "c3"), by="email")
    with pytest.raises(BadInput, match="does not go by 'phone'"):
        show(look(made, "say-so", "key", "c3"), by="phone")
    plan = made.start("acknowledge")
    (kept,) = rows("SELECT mg_act_key(%s, customer_id, step, sequence, via) FROM act WHERE plan_id = %s"
                   " AND provider = 'letter'", made.mistake.public_id, plan.id)  # fmt: skip
    assert letter.envelope.key == kept[0]


def test_the_words_are_those_of_the_attempt_whatever_the_route(database, tmp_path):
    made = given(tmp_path)
    made.write(contacts=PEOPLE)
    made.load()
    shown = previews(made, "tell-refund")
    made.carry_out("remedy")
    kept = dict(rows("SELECT key, words_digest FROM attempt WHERE words_digest <> ''"))
    assert {one.envelope.key: one.words.digest for one in shown.values()} == kept
    assert {one.provider for one in shown.values()} == {"email", "letter"}
    assert rows("SELECT subject, text FROM letter") == [(shown["c3"].words.subject, shown["c3"].words.text)]


def test_a_missing_fact_stands_in_brackets(database, tmp_path):
    text = (
        "---\nsubject: Hello\n---\n{{ name }}: {{ facts.cause }} {% if facts.later %}no{% endif %}{{ order.number }}\n"
    )
    made = given(tmp_path, say_so=text)
    made.load()
    shown = show(look(made, "say-so"))
    assert "[facts.cause]" in shown.words.text and "[order.number]" in shown.words.text
    assert shown.gaps == ("facts.cause", "order.number")


def test_an_address_that_is_none_is_a_sentence(database, tmp_path):
    made = given(tmp_path)
    made.write(contacts=PEOPLE.replace("ann@example.com", "ann at example"))
    made.load()
    with pytest.raises(Refused) as refused:
        show(look(made, "say-so", "key", "c1"), by="email")
    assert refused.value.what.endswith(".") and refused.value.remedy
