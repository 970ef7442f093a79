"""Answers about one customer: which can be made something of, and which documents they become."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest

from makegood.desk.case import Case, case_documents, case_files
from makegood.documents.folder import Folder, check_folder
from makegood.kit.errors import BadInput
from makegood.kit.money import Money
from makegood.plans.inputs import all_plugins

ANA = Case(name="Ana", email="ana@example.com", what="We charged you twice.", refund=Money(12_50, "USD"))
MISTAKE = json.dumps(
    {
        "mistake": "m-new",
        "title": "We charged you twice.",
        "brand": "default",
        "kind": "outcome",
        "fault": "clear",
        "zone": "UTC",
        "currency": "USD",
        "noticed": {"at": "2026-03-02T08:00:00+00:00", "how": "customer"},
    }
)


def documents(case: Case) -> dict[str, str]:
    return case_documents(case, stage="one-1", mistake_text=MISTAKE)


def playbook(case: Case) -> list[dict[str, object]]:
    steps: list[dict[str, object]] = json.loads(documents(case)["playbook.yaml"])["stages"]["one-1"]["steps"]
    return steps


@pytest.mark.parametrize(
    ("answers", "code", "flag"),
    [
        ({"name": " "}, "incomplete-case", "--name"),
        ({"what": ""}, "incomplete-case", "--what"),
        ({"email": ""}, "incomplete-case", "--email"),
        ({"refund": Money(0, "USD")}, "bad-amount", "more than zero"),
        ({"credit": Money(-1, "USD")}, "bad-amount", "more than zero"),
        ({"todo": "We send it again."}, "promise-without-date", "--by"),
        ({"by": date(2026, 12, 24)}, "promise-of-nothing", "--do"),
    ],
)
def test_answers_that_nothing_can_be_made_of_name_their_flag(answers: dict[str, object], code: str, flag: str) -> None:
    with pytest.raises(BadInput) as refused:
        replace(ANA, **answers).check()  # type: ignore[arg-type] # the table mixes kinds on purpose
    assert refused.value.code == code
    assert flag in refused.value.remedy


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"credit": Money(1, "JPY")},
        {"todo": "We send it again.", "by": date(2026, 12, 24)},
        {"email": "", "post": "1 Mill Lane\nLeeds"},
        {"email": "", "phone": "+44 1"},
    ],
)
def test_answers_that_are_enough(answers: dict[str, object]) -> None:
    replace(ANA, **answers).check()  # type: ignore[arg-type] # the table mixes kinds on purpose


@pytest.mark.parametrize(
    ("case", "key"),
    [
        (replace(ANA, key="C-7"), "C-7"),
        (ANA, "ana@example.com"),
        (replace(ANA, email="", phone="+44 1"), "+44 1"),
        (replace(ANA, email="", post="1 Mill Lane"), "Ana"),
    ],
)
def test_the_key_is_the_firms_own_number_else_the_best_contact(case: Case, key: str) -> None:
    assert case.customer_key == key


@pytest.mark.parametrize(
    ("answers", "channels", "prefer"),
    [
        ({}, ["email"], ["email"]),
        ({"post": "x"}, ["email", "letter"], ["email", "post"]),
        ({"phone": "1"}, ["email", "task"], ["email", "phone"]),
        ({"email": "", "post": "x", "phone": "1"}, ["letter", "task"], ["post", "phone"]),
    ],
)
def test_ways_to_reach_somebody_are_in_order_of_preference(
    answers: dict[str, str], channels: list[str], prefer: list[str]
) -> None:
    case = replace(ANA, **answers)  # type: ignore[arg-type] # texts only
    assert case.channels == channels
    assert json.loads(documents(case)["scope.yaml"])["contacts"]["prefer"] == prefer
    assert playbook(case)[-1]["channels"] == channels


@pytest.mark.parametrize(
    ("case", "steps"),
    [
        (ANA, [("refund", "fix", None), ("say-so", "tell", ["refund"])]),
        (
            replace(ANA, credit=Money(5_00, "USD")),
            [("refund", "fix", None), ("sorry", "make good", None), ("say-so", "tell", ["refund", "sorry"])],
        ),
        (replace(ANA, refund=None, fixed="We corrected it."), [("fix", "fix", None), ("say-so", "tell", None)]),
        (
            replace(ANA, todo="We send it.", by=date(2026, 12, 24)),
            [("refund", "fix", None), ("fix", "fix", None), ("say-so", "tell", ["refund"])],
        ),
    ],
)
def test_the_message_waits_for_the_money_and_never_for_a_persons_task(
    case: Case, steps: list[tuple[str, str, object]]
) -> None:
    assert [(step["id"], step["do"], step.get("after")) for step in playbook(case)] == steps


@pytest.mark.parametrize(
    "case",
    [
        ANA,
        replace(ANA, credit=Money(5, "USD"), impact="Rent.", wish="Money back.", wish_amount=Money(20_00, "USD")),
        replace(ANA, refund=None, todo="We send it again.", by=date(2026, 12, 24)),
        replace(ANA, refund=Money(500, "JPY"), credit=Money(5, "EUR"), language="de"),
        replace(ANA, email="", post="1 Mill Lane\nLeeds", phone="+44 1", key="C-7"),
        replace(ANA, what='"} {% if x %} {{ nmae }} [a](https://evil.example) \n\t\\'),
        replace(ANA, name="Ünal {{ what }}", impact="{{ nothing }}"),
    ],
)
def test_the_documents_of_one_pass_the_checks_of_a_million(case: Case) -> None:
    checked = check_folder(Folder("", documents(case)), all_plugins())
    assert [finding.what for finding in checked.findings if finding.blocking] == []
    assert checked.scope is not None


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (replace(ANA, refund=None), "words-only"),
        (replace(ANA, refund=None, credit=Money(5_00, "USD")), "gesture-only"),
    ],
)
def test_words_alone_and_a_gesture_alone_are_no_recovery(case: Case, code: str) -> None:
    checked = check_folder(Folder("", documents(case)), all_plugins())
    assert [finding.code for finding in checked.findings if finding.blocking] == [code]


def test_rows_hold_what_was_said_on_one_line_and_money_without_its_currency() -> None:
    files = case_files(replace(ANA, what='He said "no",\nthen\tyes.', credit=Money(5, "JPY"), by=date(2026, 1, 31)))
    (row,) = csv.DictReader(io.StringIO(files["case.csv"]))
    assert row["what"] == 'He said "no", then yes.'
    assert (row["refund"], row["credit"], row["wish_amount"], row["promised_by"]) == ("12.50", "5", "", "2026-01-31")


def test_an_address_keeps_its_lines() -> None:
    files = case_files(replace(ANA, post="1 Mill Lane\nLeeds LS1\nUnited Kingdom"))
    (row,) = csv.DictReader(io.StringIO(files["contact.csv"]))
    assert row["post"].splitlines() == ["1 Mill Lane", "Leeds LS1", "United Kingdom"]
    assert row["customer"] == "ana@example.com"


def test_money_of_two_currencies_stays_in_two_remedies() -> None:
    case = replace(ANA, refund=Money(500, "JPY"), credit=Money(5, "EUR"))
    remedies = json.loads(documents(case)["policy.yaml"])["remedies"]
    assert {name: (one["kind"], one["basis"], one["currency"]) for name, one in remedies.items()} == {
        "refund": ("fix", "redress", "JPY"),
        "credit": ("make good", "goodwill", "EUR"),
    }


def test_own_words_replace_the_message_whole() -> None:
    own = "---\nsubject: Sorry\n---\nDear {{ name }}, sorry."
    assert documents(replace(ANA, own_words=own))["messages/one-1.md"] == own
