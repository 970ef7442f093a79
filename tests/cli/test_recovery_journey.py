"""A recovery from its folder to a closed mistake, by the commands alone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.cli.inprocess import Here, Office, _fresh_home, here, office
from tests.twice import write_twice

__all__ = ["_fresh_home", "here", "office"]
NAME = "charged-twice"
AS_OF = ("--as-of", "2026-03-05T10:00:00+00:00")


@pytest.fixture
def folder(office: Office) -> Path:
    """All but the last stage, which asks a week later."""
    typing = office.is_("root")
    path = write_twice(typing.folder / "case")
    playbook = path / "playbook.yaml"
    text = playbook.read_text()
    playbook.write_text(text[: text.index("  ask:")] + text[text.index("budget:") :])
    (path / "messages/ask.md").unlink()
    return path


def planned(office: Office, stage: str = "acknowledge", code: int = 2) -> Any:
    return office.is_("root")("plan", "case", "--stage", stage, *AS_OF, "--json", code=code).json


def approved(office: Office, stage: str = "acknowledge") -> int:
    plan = planned(office, stage)
    said = office.is_("Omar")("approve", NAME, plan["plan"], "--digest", plan["digest"][:12]).out
    assert f"makegood apply {NAME} {plan['plan']}" in said
    office.is_("root")
    number: int = plan["plan"]
    return number


def carried_out(office: Office, stage: str = "acknowledge") -> int:
    number = approved(office, stage)
    assert office.here("apply", NAME, number, "--json").json["state"] == "done"
    return number


def posted(typing: Here) -> None:
    """Letters printed and posted, so that who has no e-mail is told too."""
    batch = typing("letters", "print", NAME, "--to", "post").out.split()[-1]
    assert typing("letters", "posted", batch).out == "1 letter in the post.\n"


def unaccounted(typing: Here) -> list[list[str]]:
    return typing("status", NAME, "--who", "--json").json["who"]


def test_the_whole_journey(office: Office, folder: Path) -> None:
    typing = office.is_("root")
    assert "nothing to solve" in typing("validate", "case").out
    loaded = " ".join(typing("scope", "case").out.split())
    assert "Scope version 1: 12 customers affected." in loaded
    assert "13 rows read = 12 affected + 1 merged + 0 rejected + 0 nobody known." in loaded
    assert typing("rejections", NAME).out == "None were rejected.\n"

    carried_out(office)
    assert unaccounted(typing) == [["C-1010", "say-so", "open"]]
    assert "11 messages in the outbox." in typing("outbox", NAME).out
    posted(typing)
    assert unaccounted(typing) == []

    carried_out(office, "remedy")
    posted(typing)
    assert unaccounted(typing) == [["C-1005", "refund", "held"]]
    refusal = typing.refused("close", NAME)
    assert refusal["code"] == "not-accounted-for"
    assert [one["what"] for one in refusal["findings"]] == ["1 customer is held at 'refund'."]
    said = typing("decide", NAME, "C-1005", "--remedy", "refund", "--nothing", "--reason", "The bank paid it.").out
    assert "Decided for C-1005: nothing as 'refund'." in said
    planned(office, "remedy", code=0)

    assert unaccounted(typing) == []
    shown = typing("status", NAME).out
    assert "12 customers: 12 accounted for.\nThe sums balance.\n" in shown
    assert "Redress: planned GBP 540.09, paid GBP 540.09." in shown
    assert "12 of 12 customers accounted for." in typing("close", NAME).out
    assert typing.refused("close", NAME)["code"] == "closed"
    assert typing.refused("plan", "case", "--stage", "remedy")["code"] == "mistake-closed"
    check_evidence(typing)


def check_evidence(typing: Here) -> None:
    for target in ("pack", "pack.zip"):
        assert f"makegood verify {target}" in typing("evidence", NAME, "--to", target).out
        assert typing("verify", target).out == "The pack is whole and true.\n"
    refused = typing.refused("evidence", NAME, "--to", "pack")
    assert "pack" in (refused["where"] or "") + refused["what"]
    texts = [one for one in sorted(Path("pack").rglob("*")) if one.suffix in (".csv", ".json", ".jsonl", ".ndjson")]
    largest = max(texts, key=lambda one: one.stat().st_size)
    changed = largest.read_bytes()
    largest.write_bytes(changed[:-20] + bytes([changed[-20] ^ 1]) + changed[-19:])
    assert "not as they were" in typing("verify", "pack", code=1).out
    assert any(largest.name in str(one) for one in typing("verify", "pack", "--json", code=1).json["findings"])
    assert "All are as they were." in typing("verify").out


def test_a_plan_has_an_exit_code_for_each_end(office: Office, folder: Path) -> None:
    typing = office.is_("root")
    first = planned(office)
    again = planned(office)
    assert first["digest"] == again["digest"]
    assert (first["acts"], first["stage"], first["state"], first["scope"]) == (12, "acknowledge", "draft", 1)
    assert set(first["documents"]) >= {"mistake.yaml", "playbook.yaml", "messages/acknowledge.md"}
    shown = typing("plan", "case", "--stage", "acknowledge", *AS_OF, "--samples", code=2).out
    assert "Next, by another person:" in shown and "Subject: We charged you twice" in shown
    assert typing.refused("plan", "case", "--stage", "nothing")["remedy"]
    assert typing.refused("plan", "nowhere", "--stage", "acknowledge")["what"] == "There is no folder 'nowhere'."
    assert typing.refused("plan", "case", "--stage", "acknowledge", "--as-of", "noon")["code"] == "bad-instant"
    assert typing.refused("plan", "case", "--stage", "acknowledge", "--as-of", "2026-03-05")["code"] == "bad-instant"
    assert typing.refused("plan", "case", code=64)["code"] == "usage"
    assert "--stage" in typing("plan", "case", code=64).said
    carried_out(office)
    planned(office, code=0)


@pytest.mark.parametrize("digest", ["", "1234567", "f" * 12, "zz"])
def test_nobody_approves_what_they_did_not_look_at(office: Office, folder: Path, digest: str) -> None:
    plan = planned(office)
    typing = office.is_("Omar")
    refused = typing.refused("approve", NAME, plan["plan"], "--digest", digest)
    assert refused["code"] == "other-digest"
    assert f"makegood show {NAME} {plan['plan']}" in refused["remedy"]
    assert [one["state"] for one in typing("plans", NAME, "--json").json] == ["draft"]


def test_who_planned_audits_reports_or_is_from_elsewhere_does_not_approve(office: Office, folder: Path) -> None:
    plan = planned(office)
    words = ("approve", NAME, plan["plan"], "--digest", plan["digest"])
    codes = {name: office.is_(name).refused(*words)["code"] for name in ("root", "Ada", "Ned", "Iris")}
    assert all(codes.values()), codes
    assert office.is_("root")("plans", NAME, "--json").json[0]["state"] == "draft"
    assert office.is_("Ada")("status", NAME).code == 0
    assert office.is_("Iris").refused("status", NAME)["what"]
    assert office.is_("Ada").refused("apply", NAME, plan["plan"])["what"]


def test_what_was_not_approved_is_not_applied_and_what_was_is_applied_once(office: Office, folder: Path) -> None:
    plan = planned(office)
    typing = office.is_("root")
    assert typing.refused("apply", NAME, plan["plan"])["what"]
    assert "makegood plan" in typing.refused("apply", NAME, 99)["remedy"] + " makegood plan"
    number = approved(office)
    typing("apply", NAME, number)
    before = typing("outbox", NAME, "--json").json
    assert typing.refused("apply", NAME, number)["what"]
    assert typing("outbox", NAME, "--json").json == before
    assert len(before) == 11


def test_paused_it_waits_resumed_it_goes_on_and_cancelled_it_stays(office: Office, folder: Path) -> None:
    number = approved(office)
    typing = office.here
    assert "being carried out by the workers" in typing("apply", NAME, number, "--detach").out
    assert f"makegood resume {NAME} {number}" in typing("pause", NAME, number, "--reason", "Looking again.").out
    assert typing("plans", NAME, "--json").json[-1]["state"] == "paused"
    assert f"makegood apply {NAME} {number}" in typing("resume", NAME, number).out
    assert typing("cancel", NAME, number, code=64).said.startswith("Missing option")
    assert "12 acts of plan" in typing("cancel", NAME, number, "--reason", "Wrong text.").out
    assert typing("outbox", NAME).out == "Nothing is in the outbox.\n"
    assert typing("resume", NAME, number, code=1).said


def test_an_interrupted_apply_goes_on_by_the_same_command(office: Office, folder: Path) -> None:
    number = approved(office)
    office.here("apply", NAME, number, "--detach")
    assert "11 done" in office.here("apply", NAME, number).out
    assert len(office.here("outbox", NAME, "--json").json) == 11


def test_a_decision_is_an_amount_or_nothing(office: Office, folder: Path) -> None:
    typing = office.is_("root")
    typing("scope", "case")
    words = ("decide", NAME, "C-1005", "--remedy", "refund", "--reason", "Looked at it.")
    assert "an amount or nothing" in typing(*words, code=64).said
    assert "an amount or nothing" in typing(*words, "--amount", "GBP 1", "--nothing", code=64).said
    assert "names no currency" in typing(*words, "--amount", "12", code=1).said
    assert "GBP 12.50 as 'refund'" in typing(*words, "--amount", "GBP 12.50").out
    nobody = ("decide", NAME, "C-9", "--remedy", "refund", "--reason", "x", "--nothing")
    assert "C-9" in typing(*nobody, code=1).said
    approved(office)


def test_plans_are_listed_shown_and_compared(office: Office, folder: Path) -> None:
    typing = office.is_("root")
    assert typing("validate", "case").code == 0
    number = carried_out(office)
    first = typing("show", NAME, number, "--json").json
    affected = folder / "affected.csv"
    old = "C-1001,A-20411,2026-03-02,1,24.90"
    affected.write_text(affected.read_text().replace(old, "C-1001,A-1,2026-03-02,1,30.00"))
    assert "0 new, 1 changed, 0 gone" in typing("scope", "case").out
    second = planned(office, "remedy")
    assert first["digest"] != second["digest"]
    listed = typing("plans", NAME).out
    assert first["digest"][:12] in listed and second["digest"][:12] in listed
    assert typing("show", NAME, second["plan"]).out.count(second["digest"]) == 1
    assert typing("show", "case", second["plan"], "--json").json["digest"] == second["digest"]
    third = planned(office, "remedy")
    gone = typing.refused("diff", NAME, second["plan"], third["plan"])
    assert "superseded" in gone["what"] or gone["remedy"]
    assert typing.refused("show", NAME, 7)["remedy"] == "There are: 1, 2, 3."


def test_rows_that_cannot_be_used_are_listed_with_their_lines(office: Office, folder: Path) -> None:
    typing = office.is_("root")
    with (folder / "affected.csv").open("a") as file:
        file.write("C-1013,A-1,2026-03-99,1,5.00,0.00,no\n")
    loaded = typing("scope", "case").out
    assert f"See them: makegood rejections {NAME}" in loaded
    (row,) = typing("rejections", NAME, "--json").json
    assert row["column"] == "charged_on" and row["reason"] and row["remedy"]
    assert "charged_on" in typing("rejections", NAME).out


def test_a_folder_without_sources_is_a_sentence_and_loads_nothing(office: Office, folder: Path) -> None:
    typing = office.is_("root")
    (folder / "affected.csv").unlink()
    refused = typing.refused("scope", "case")
    assert "affected.csv" in str(refused)
    shutil.rmtree(folder)
    assert typing.refused("scope", "case")["what"] == "There is no folder 'case'."
