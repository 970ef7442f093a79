"""Customers of two languages in one plan: each is told in their own, and a gap is found before anything is sent."""

from __future__ import annotations

from makegood.plans.messages import list_samples
from tests.engine.recovery import SCOPE, Recovery, given_people, recovery, rows

PEOPLE = """\
customer,name,email,address,language
c1,Ann,ann@example.com,,en
c2,Bea,bea@example.com,,de-AT
c3,Cleo,cleo@example.com,,
c4,Dai,dai@example.com,,fr
"""


def given(tmp_path, **words: str) -> Recovery:
    made = recovery(tmp_path, given_people(), count=4, contacts=PEOPLE)
    made.write(scope=SCOPE.replace("  email: email\n", "  email: email\n  language: language\n"))
    (made.path / "messages/say-so.md").unlink()
    for language, text in words.items():
        (made.path / f"messages/say-so.{language}.md").write_text(f"---\nsubject: {language}\n---\n{text}\n")
    made.load()
    return made


def test_each_is_told_in_their_own_language(database, tmp_path):
    made = given(tmp_path, en="We took {{ extra }}.", de="Wir haben {{ extra }} genommen.")
    made.carry_out("acknowledge")
    said = dict(rows("SELECT recipient, subject || ': ' || text FROM outbox_message"))
    assert {who: text.strip().replace("\xa0", " ") for who, text in said.items()} == {
        "ann@example.com": "en: We took €1.50.",
        "bea@example.com": "de: Wir haben € 2,50 genommen.",
        "cleo@example.com": "en: We took €3.50.",
        "dai@example.com": "en: We took €4.50.",
    }


def test_the_language_of_the_mistake_is_for_all_others(database, tmp_path):
    made = given(tmp_path, en="We did.", de="Wir waren das.")
    mistake = (made.path / "mistake.yaml").read_text()
    made.write(mistake=mistake.replace("currency: EUR", "currency: EUR\nlocale: de"))
    plan = made.plan("acknowledge")
    assert {sample.customer_key: sample.words.subject for sample in list_samples(plan)} == {"c1": "en", "c3": "de"}


def test_what_one_language_lacks_is_found_for_those_who_read_it(database, tmp_path):
    made = given(tmp_path, en="We did.", de="Wir waren das, {{ facts.cause }}.")
    plan = made.plan("acknowledge")
    (found,) = [one for one in plan.findings if one["code"] == "message-incomplete"]
    assert (found["count"], found["examples"]) == (1, ["c2"])
