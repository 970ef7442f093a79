"""`makegood accept` from the command line: a warning, its reason, and the approval that follows."""

from __future__ import annotations

import pytest
from tests.cli.inprocess import Office, _fresh_home, here, office
from tests.twice import write_twice

__all__ = ["_fresh_home", "here", "office"]
AS_OF = ("--as-of", "2026-03-05T10:00:00+00:00")
NAME = "charged-twice"


@pytest.fixture
def number(office: Office) -> int:
    """A plan whose message has a warning at line 12."""
    typing = office.is_("root")
    write_twice(typing.folder / "case")
    letter = typing.folder / "case/messages/acknowledge.md"
    letter.write_text(letter.read_text() + "\nSorry for any inconvenience.\n")
    said = typing("validate", "case").out
    assert f"case/messages/acknowledge.md:{letter.read_text().count(chr(10))}:11  warning  MG202" in said
    assert "nothing to solve, 1 warning to mend or to give a reason for." in " ".join(said.split())
    plan = typing("plan", "case", "--stage", "acknowledge", *AS_OF, "--json", code=2).json
    assert [one["count"] for one in plan["findings"] if one["code"] == "MG202"] == [12]
    kept: int = plan["plan"]
    return kept


def test_it_is_refused_then_explained_then_approved(office: Office, number: int) -> None:
    digest = office.here("show", NAME, number, "--json").json["digest"]
    refused = office.is_("Omar").refused("approve", NAME, number, "--digest", digest)
    assert (refused["code"], refused["findings"][0]["code"]) == ("warnings-open", "MG202")
    typing = office.is_("root")
    said = typing("accept", NAME, number, "mg202", "--because", "The regulator prescribes it.").out
    assert said == f"Recorded for 1 warning MG202 of plan {number}.\n"
    assert "Reason recorded: The regulator prescribes it." in typing("show", NAME, number).out
    again = typing("plan", "case", "--stage", "acknowledge", *AS_OF, "--json", code=2).json
    assert [one["because"] for one in again["findings"] if one["code"] == "MG202"] == ["The regulator prescribes it."]
    assert again["digest"] == digest
    assert "is approved by Omar" in office.is_("Omar")("approve", NAME, again["plan"], "--digest", digest).out


def test_a_rule_that_is_no_warning_here_is_told(office: Office, number: int) -> None:
    refused = office.here.refused("accept", NAME, number, "MG101", "--because", "Why not.")
    assert (refused["code"], "MG202" in refused["remedy"]) == ("no-finding", True)
    assert office.here.refused("accept", NAME, number, "MG202", "--because", " ")["code"] == "no-reason"
