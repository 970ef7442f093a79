"""Templates before there is a customer: what stands in their own words, at its place, and why it may."""

import pytest

from makegood.kit.errors import Place
from makegood.plans.wording import Manner, Template, list_template_faults

HEAD = "---\nsubject: We charged you twice\n---\n"


def said(text, **manner):
    return list_template_faults(Template("m.md", HEAD + text), Manner(**manner))


def test_a_fault_is_found_where_it_stands():
    (one,) = said("Dear {{ name }},\n\nsorry for any inconvenience.\n")
    assert (one.code, one.level, one.place) == ("MG202", "warning", Place("m.md", 6, 11))
    assert one.what == "“any inconvenience”: Stock words stand where the real impact should be."


@pytest.mark.parametrize(
    "text", ["Dear {{ name }},", "{% if late %}We paid it back.{% endif %}", "{{ amounts.refund }}"]
)
def test_what_will_be_filled_in_is_no_fault(text):
    assert said(text) == []


def test_what_is_missing_is_not_said_before_there_is_a_message():
    assert said("Hello.") == []


def test_selling_blocks():
    assert [(one.code, one.level) for one in said("Check out our new range of boots!")] == [("MG213", "blocking")]


def test_a_reason_in_the_template_is_recorded_with_it():
    (one,) = said("<!-- makegood-disable-next-line MG201: § 5 -->\nWe are sorry if it hurt.\n")
    assert (one.level, one.because) == ("warning", "§ 5")


def test_a_reason_holds_where_it_stands_and_nowhere_else():
    first, second = said(
        "<!-- makegood-disable MG202: the law -->\nSorry for any inconvenience.\n<!-- makegood-enable MG202 -->\n"
        "Sorry for any inconvenience.\n"
    )
    assert (first.because, second.because) == ("the law", "")


def test_a_language_that_the_checker_does_not_know_is_left_alone():
    assert said("Sorry for any inconvenience.", language="fr") == []


def test_places_go_back_and_forth():
    template = Template("m.md", "\ufeffone\r\ntwo {{ three }}\n{{- four | date }}\n")
    assert template.place(4) == Place("m.md", 2, 1)
    assert template.place_of("three") == Place("m.md", 2, 5)
    assert template.place_of("four") == Place("m.md", 3, 1)
    assert template.place_of("five") == Place("m.md")
