"""A mistake opens from one sentence, follows its file, and tells only what is confirmed."""

import pytest
from tests.engine.recovery import MISTAKE, given_people, recovery, rows

from makegood.kit.errors import BadInput, NotFound
from makegood.mistakes.actions import report_mistake, slug_of
from makegood.mistakes.queries import access_mistake, list_facts
from makegood.people.models import Brand


def test_one_sentence_opens_a_mistake(database):
    people = given_people()
    made = report_mistake("  We charged\n some  customers twice. ", brand=people.brand, actor=people.maya.id)
    assert (made.title, made.state, made.zone) == ("We charged some customers twice.", "open", people.brand.zone)
    assert made.slug == made.public_id
    assert rows("SELECT verb, facts FROM entry WHERE verb = 'mistake.reported'")[0][0] == "mistake.reported"


@pytest.mark.parametrize("sentence", ["", " \n\t ", "x" * 301])
def test_no_sentence_or_an_endless_one_is_refused(database, sentence):
    people = given_people()
    with pytest.raises(BadInput) as refused:
        report_mistake(sentence, brand=people.brand, actor=people.maya.id)
    assert refused.value.code == "bad-sentence"


def test_a_folder_opens_its_mistake_once_and_then_changes_it(database, tmp_path):
    made = recovery(tmp_path, given_people())
    made.push()
    first = made.mistake
    made.write(mistake=MISTAKE.replace("some customers twice", "164 customers twice"))
    made.push()
    assert (made.mistake.id, made.mistake.title) == (first.id, "We charged 164 customers twice")
    assert rows("SELECT count(*) FROM mistake") == [(1,)]


def test_a_fact_keeps_the_moment_it_was_confirmed_and_loses_it_when_it_opens_again(database, tmp_path):
    made = recovery(tmp_path, given_people())
    made.push()
    facts = {fact.name: fact.confirmed_at for fact in list_facts(made.mistake)}
    assert (facts["what"] is not None, facts["cause"]) == (True, None)
    made.write(mistake=MISTAKE.replace("confirmed: false", "confirmed: true"))
    made.push()
    again = {fact.name: fact.confirmed_at for fact in list_facts(made.mistake)}
    assert again["what"] == facts["what"]
    assert again["cause"] is not None
    made.write(mistake=MISTAKE.split("  - {id: cause")[0].replace("confirmed: true", "confirmed: false"))
    made.push()
    assert [(fact.name, fact.confirmed_at) for fact in list_facts(made.mistake)] == [("what", None)]
    verbs = [verb for (verb,) in rows("SELECT verb FROM entry WHERE verb LIKE 'fact.%%' ORDER BY id")]
    assert verbs == ["fact.confirmed", "fact.open", "fact.confirmed", "fact.open"]


def test_a_mistake_is_found_by_either_name_and_only_in_its_brand(database, tmp_path):
    made = recovery(tmp_path, given_people())
    made.push()
    brand = made.people.brand
    assert access_mistake("double-charge", brand=brand).id == made.mistake.id
    assert access_mistake(made.mistake.public_id, brand=brand).id == made.mistake.id
    with pytest.raises(NotFound) as unknown:
        access_mistake("double-charges", brand=brand)
    assert "There are: double-charge." in unknown.value.remedy
    with pytest.raises(NotFound) as hidden:
        access_mistake("double-charge", brand=Brand.objects.get(slug="other"))
    assert "none yet" in hidden.value.remedy


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("We charged some customers twice, sorry!", "we-charged-some-customers-twice"),
        ("Ärger mit Gebühren", "arger-mit-gebuhren"),
        ("!", "mistake"),
    ],
)
def test_a_folder_is_named_after_the_sentence(title, slug):
    assert slug_of(title) == slug
