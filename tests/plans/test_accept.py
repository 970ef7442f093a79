"""Warnings need a recorded reason: who may give it, how long it holds, what the approver's entry keeps."""

import json

import pytest
from tests.engine.recovery import given_people, recovery, rows
from tests.plans.test_wording import FAMOUS, GOOD

from makegood.kit.errors import BadInput, NotAllowed, NotFound, Refused
from makegood.plans.accept import accept_findings, check_reasons, with_reasons

WARNED = GOOD.replace("We are paying", "Sorry for any inconvenience. We are paying")
WHY = "The regulator prescribes this sentence."


@pytest.fixture
def made(database, tmp_path):
    made = recovery(tmp_path, given_people(), say_so=WARNED)
    made.load()
    return made


def test_a_warning_without_a_reason_keeps_a_plan_from_approval(made):
    plan = made.plan("acknowledge")
    with pytest.raises(Refused) as no:
        made.approve(plan)
    assert (no.value.code, [one.code for one in no.value.findings]) == ("warnings-open", ["MG202"])
    assert "makegood accept double-charge 1 MG202 --because" in no.value.remedy


def test_with_a_reason_it_is_approved_and_the_entry_keeps_which(made):
    plan = made.plan("acknowledge")
    digest = plan.digest
    assert accept_findings(plan, "mg202", f"  {WHY}\n", made.people.maya) == 1
    plan.refresh_from_db()
    assert plan.digest == digest, "a reason changes nothing that is carried out"
    (one,) = [one for one in with_reasons(plan) if one["code"] == "MG202"]
    assert one["because"] == WHY
    assert made.approve(plan).plan.state == "approved"
    verbs = dict(rows("SELECT verb, facts FROM entry WHERE verb IN ('plan.accepted', 'plan.approved')"))
    accepted, approved = json.loads(verbs["plan.accepted"]), json.loads(verbs["plan.approved"])
    assert list(approved["accepted"]) == accepted["marks"] == [one["mark"]]
    assert approved["accepted"][one["mark"]] == accepted["because"]
    assert WHY not in "".join(verbs.values()), "what people type is no part of the journal"


def test_planned_again_with_the_same_text_the_reason_holds(made):
    accept_findings(made.plan("acknowledge"), "MG202", WHY, made.people.maya)
    again = made.plan("acknowledge")
    check_reasons(again)
    assert made.approve(again).plan.state == "approved"


def test_in_another_text_it_is_needed_again(made):
    accept_findings(made.plan("acknowledge"), "MG202", WHY, made.people.maya)
    made.write(say_so=WARNED + "\nOne more line.\n")
    with pytest.raises(Refused) as no:
        made.approve(made.plan("acknowledge"))
    assert no.value.code == "warnings-open"


def test_another_stage_needs_its_own(made):
    accept_findings(made.plan("acknowledge"), "MG202", WHY, made.people.maya)
    made.write(told=WARNED + "\nWe gave you back {{ amounts.refund }}.\n")
    with pytest.raises(Refused):
        check_reasons(made.plan("remedy"))


def test_a_comment_with_its_reason_in_the_template_is_one(made):
    comment = "<!-- makegood-disable MG202: the regulator prescribes it -->"
    made.write(say_so=WARNED.replace("Dear", f"{comment}\nDear"))
    plan = made.plan("acknowledge")
    (one,) = [one for one in plan.findings if one["code"] == "MG202"]
    assert (one["level"], one["because"]) == ("warning", "the regulator prescribes it")
    assert made.approve(plan).plan.state == "approved"


@pytest.mark.parametrize(
    "comment", ["<!-- makegood-disable MG202 -->", "<!-- makegood-disable MG201: another rule -->"]
)
def test_a_comment_without_a_reason_or_for_another_rule_is_none(made, comment):
    made.write(say_so=WARNED.replace("Dear", f"{comment}\nDear"))
    with pytest.raises(Refused):
        check_reasons(made.plan("acknowledge"))


def test_what_blocks_is_mended_and_a_law_may_prescribe_it_in_the_template(made):
    made.write(say_so=FAMOUS)
    plan = made.plan("acknowledge")
    with pytest.raises(Refused) as no:
        accept_findings(plan, "MG201", WHY, made.people.maya)
    assert no.value.code == "not-a-warning"
    made.write(
        say_so=WARNED.replace(
            "Sorry for", "<!-- makegood-disable-next-line MG201: § 5 -->\nWe are sorry if it hurt. Sorry for"
        )
    )
    (one,) = [one for one in made.plan("acknowledge").findings if one["code"] == "MG201"]
    assert (one["level"], one["because"]) == ("warning", "§ 5")


def test_only_one_at_its_place(made):
    made.write(say_so=WARNED + "\nSorry for any inconvenience.\n")
    plan = made.plan("acknowledge")
    places = [one["where"] for one in plan.findings if one["code"] == "MG202"]
    assert len(places) == 2
    assert accept_findings(plan, "MG202", WHY, made.people.maya, where=places[0]) == 1
    with pytest.raises(Refused):
        check_reasons(plan)
    assert accept_findings(plan, "MG202", WHY, made.people.maya, where=places[1]) == 1
    check_reasons(plan)


def test_the_newest_reason_is_the_one_that_is_shown(made):
    plan = made.plan("acknowledge")
    accept_findings(plan, "MG202", WHY, made.people.maya)
    accept_findings(plan, "MG202", "The court ordered it.", made.people.maya)
    assert [one["because"] for one in with_reasons(plan) if "because" in one] == ["The court ordered it."]


def test_who_may_not_and_what_is_no_reason(made):
    plan = made.plan("acknowledge")
    with pytest.raises(NotAllowed):
        accept_findings(plan, "MG202", WHY, made.people.omar)
    for reason in ("", "  x ", "x" * 501):
        with pytest.raises(BadInput):
            accept_findings(plan, "MG202", reason, made.people.maya)
    with pytest.raises(NotFound) as no:
        accept_findings(plan, "MG218", WHY, made.people.maya)
    assert "MG202" in no.value.remedy
    accept_findings(plan, "MG202", WHY, made.people.maya)
    made.approve(plan)
    with pytest.raises(Refused) as late:
        accept_findings(plan, "MG202", WHY, made.people.maya)
    assert late.value.code == "not-a-draft"
