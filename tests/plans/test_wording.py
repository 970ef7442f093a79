"""The words of a plan's messages: one finding for one fault of a template, at its place, with a count and examples."""

import pytest
from tests.engine.recovery import MISTAKE, PLAYBOOK, given_people, recovery

FAMOUS = """\
---
subject: We charged you twice
---
Dear {{ name }},

we charged you twice.
We apologise for any inconvenience this may have caused, due to our payment provider.
"""
GOOD = """\
---
subject: We charged you twice
---
Dear {{ name }},

we charged you twice. That was our mistake, and we are sorry. We are paying your money back.
You will hear from us by Friday; you need to do nothing.
"""


def planned(tmp_path, stage="acknowledge", count=7, **texts):
    made = recovery(tmp_path, given_people(), count=count, **texts)
    made.load()
    return made.plan(stage)


def words(plan):
    return {(one["code"], one["where"]): one for one in plan.findings if one["code"].startswith("MG")}


def test_the_famous_sentence_is_three_findings_at_its_three_places(database, tmp_path):
    found = words(planned(tmp_path, say_so=FAMOUS))
    at = [
        found[code, f"messages/say-so.md:7:{column}"] for code, column in (("MG202", 18), ("MG201", 36), ("MG205", 58))
    ]
    assert [one["level"] for one in at] == ["warning", "blocking", "warning"]
    assert [one["what"].partition(":")[0] for one in at] == [
        "“any inconvenience”", "“this may have caused”", "“due to our payment provider”",
    ]  # fmt: skip
    assert {(one["count"], tuple(one["examples"])) for one in at} == {(7, ("c1", "c2", "c3"))}


def test_a_good_message_has_nothing_to_say_about(database, tmp_path):
    assert words(planned(tmp_path, say_so=GOOD)) == {}


def test_one_fault_in_two_branches_counts_each_once(database, tmp_path):
    text = GOOD.replace(
        "we charged you twice. That",
        "{% if extra > 3.5 %}a lot{% else %}a bit{% endif %} too much, for any inconvenience. That",
    )
    text = text.replace("{% else %}a bit", "{% else %}a bit of any inconvenience,")
    found = words(planned(tmp_path, say_so=text))
    line = text.split("\n")[5]
    first, last = line.index("any inconvenience,") + 1, line.index("any inconvenience. That") + 1
    assert found["MG202", f"messages/say-so.md:6:{first}"]["count"] == 3
    assert found["MG202", f"messages/say-so.md:6:{last}"]["count"] == 4


def test_the_kind_says_what_is_needed(database, tmp_path):
    text = GOOD.replace("---\nDear", "makegood: {kind: billing}\n---\nDear")
    found = words(planned(tmp_path, say_so=text))
    assert [(code, one["level"]) for (code, _), one in found.items()] == [
        ("MG106", "warning"), ("MG108", "warning"),
    ]  # fmt: skip


def test_an_unclear_fault_asks_for_empathy_instead(database, tmp_path):
    found = words(planned(tmp_path, say_so=GOOD, mistake=MISTAKE.replace("fault: clear", "fault: unclear")))
    assert [code for code, _ in found] == ["MG104"]


def test_an_ask_is_no_apology_and_says_what_it_is_about_and_how_to_answer(database, tmp_path):
    playbook = PLAYBOOK.replace("do: tell, message: say-so", "do: ask, message: say-so")
    text = "---\nsubject: Is it solved?\n---\nDear {{ name }},\n\nis it solved? Sorry for any inconvenience.\n"
    found = words(planned(tmp_path, say_so=text, playbook=playbook))
    assert {(code, one["level"]) for (code, _), one in found.items()} == {
        ("MG101", "warning"), ("MG202", "warning"),
    }  # fmt: skip


def test_praise_and_selling_block(database, tmp_path):
    found = words(planned(tmp_path, say_so=GOOD + "\nCheck out our new range of boots!\n"))
    assert [(code, one["level"]) for (code, _), one in found.items()] == [("MG213", "blocking")]


def test_a_cause_is_told_once_it_is_confirmed(database, tmp_path):
    text = GOOD.replace("We are paying", "It happened because a file was sent twice. We are paying")
    before = words(planned(tmp_path / "before", say_so=text))
    assert [(code, one["level"], one["where"]) for (code, _), one in before.items()] == [
        ("MG504", "blocking", "messages/say-so.md:6:75")
    ]


def test_a_confirmed_cause_is_told_freely(database, tmp_path):
    text = GOOD.replace("We are paying", "It happened because a file was sent twice. We are paying")
    confirmed = MISTAKE.replace('had no key.", confirmed: false', 'had no key.", confirmed: true')
    assert words(planned(tmp_path, say_so=text, mistake=confirmed)) == {}


def test_a_customers_own_value_is_shown_as_its_placeholder(database, tmp_path):
    contacts = "customer,name,email,address\nc1,any inconvenience,c1@example.com,\n"
    found = words(planned(tmp_path, count=1, say_so=GOOD, contacts=contacts))
    ((code, where), one), *_ = found.items()
    assert (code, where) == ("MG202", "messages/say-so.md:4:6")
    assert one["what"].startswith("“{{ name }}”")


def test_a_german_message_is_read_in_german_and_one_in_french_is_left_alone(database, tmp_path):
    german = (
        GOOD.replace("subject", "locale: de\nsubject")
        + "\nFür etwaige Unannehmlichkeiten bitten wir um Entschuldigung.\n"
    )
    assert any(code == "MG202" for code, _ in words(planned(tmp_path / "de", say_so=german)))


def test_what_the_checker_cannot_read_it_does_not_judge(database, tmp_path):
    french = GOOD.replace("subject", "locale: fr\nsubject") + "\nVeuillez nous excuser pour la gêne occasionnée.\n"
    assert words(planned(tmp_path, say_so=french)) == {}


def test_a_long_message_is_only_a_suggestion(database, tmp_path):
    found = words(planned(tmp_path, say_so=GOOD + "\n" + "We paid the money back to your card. " * 60))
    assert [(code, one["level"]) for (code, _), one in found.items()] == [("MG507", "advice")]
    assert "It has 516 words; this audience reads 300." in next(iter(found.values()))["what"]


@pytest.mark.parametrize("stage", ["acknowledge", "remedy"])
def test_the_fixtures_own_messages_pass(database, tmp_path, stage):
    assert words(planned(tmp_path, stage=stage)) == {}
