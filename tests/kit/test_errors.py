"""What people read when something is wrong: what, where, remedy; one code; one exit code."""

from __future__ import annotations

import pytest

from makegood.kit.errors import (
    BadInput,
    Finding,
    MakegoodError,
    NotAllowed,
    NotFound,
    Place,
    Refused,
    Unavailable,
    UsageError,
    refuse,
)

KINDS = [MakegoodError, BadInput, NotFound, NotAllowed, Refused, Unavailable, UsageError]


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place("scope.yaml"), "scope.yaml"),
        (Place("scope.yaml", 3), "scope.yaml:3"),
        (Place("scope.yaml", 3, 9), "scope.yaml:3:9"),
        (Place("a b/ü.csv", 1, 1), "a b/ü.csv:1:1"),
    ],
)
def test_a_place_reads_like_an_editors(place: Place, text: str) -> None:
    assert str(place) == text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_has_its_three_parts_in_this_order(kind: type[MakegoodError]) -> None:
    error = kind("The file is empty.", remedy="Export it again.", place=Place("a.csv", 2), code="file-empty")
    assert (error.what, error.remedy, error.place) == ("The file is empty.", "Export it again.", Place("a.csv", 2))
    assert str(error) == "a.csv:2: The file is empty. Export it again."
    assert error.args == ("The file is empty.",)
    assert error.code == "file-empty"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_without_a_place_nothing_stands_before_the_sentence(kind: type[MakegoodError]) -> None:
    assert str(kind("Gone.", remedy="")) == "Gone."
    assert kind("Gone.", remedy="").code == kind.__name__


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_wrong_command_line_ends_otherwise_than_a_refusal(kind: type[MakegoodError]) -> None:
    assert kind("x", remedy="y").exit_code == (64 if kind is UsageError else 1)


def test_a_finding_blocks_unless_it_says_advice() -> None:
    assert Finding("no-fix", "x", "y").blocking
    assert not Finding("no-fix", "x", "y", level="advice").blocking


def test_a_finding_for_programs() -> None:
    finding = Finding("gap", "3 rows.", "Look.", "advice", Place("a.csv", 4), count=3, examples=("c1", "c2"))
    assert finding.as_json() == {
        "code": "gap",
        "level": "advice",
        "what": "3 rows.",
        "where": "a.csv:4",
        "remedy": "Look.",
        "count": 3,
        "examples": ["c1", "c2"],
    }
    assert Finding("gap", "x", "y").as_json()["where"] is None


def test_a_document_is_refused_with_all_its_findings_and_the_first_ones_place_and_code() -> None:
    first, second = Finding("one", "x", "y", place=Place("p.yaml", 2, 1)), Finding("two", "x", "y")
    error = refuse("The policy cannot be used.", [first, second], remedy="Correct it.")
    assert error.findings == (first, second)
    assert (error.place, error.code) == (Place("p.yaml", 2, 1), "one")
    assert refuse("The policy cannot be used.", [], remedy="Correct it.").place is None


@pytest.mark.parametrize("kind", [BadInput, Refused])
def test_refusals_can_carry_every_reason(kind: type[BadInput] | type[Refused]) -> None:
    assert kind("x", remedy="y").findings == ()
    assert len(kind("x", remedy="y", findings=(Finding("a", "b", "c"),)).findings) == 1


def test_findings_and_places_cannot_be_changed_afterwards() -> None:
    with pytest.raises(AttributeError):
        Finding("a", "b", "c").code = "d"  # type: ignore[misc] # it is frozen
    assert len({Place("a", 1), Place("a", 1), Place("a", 2)}) == 2
