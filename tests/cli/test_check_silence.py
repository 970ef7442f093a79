"""Comments that silence rules in a message: what they reach, that they are counted, and that unused ones are told."""

from __future__ import annotations

import pytest
from tests.cli.conftest import FAMOUS, Checker

SPOILT = ["MG202", "MG201", "MG205"]


def test_a_comment_silences_its_rule_from_there_on(checker: Checker) -> None:
    text = f"{FAMOUS}\n\n<!-- makegood-disable MG201: our lawyer\n insists -->\n\n{FAMOUS}\n\n{FAMOUS}\n"
    assert checker.faults(text, code=1) == [*SPOILT, "MG202", "MG205", "MG202", "MG205"]
    (file,) = checker("check", "letter.md", "-f", "json", code=1).json["files"]
    assert [(one["rule"], one["line"], one["reason"]) for one in file["silenced"]] == [
        ("MG201", 6, "our lawyer insists"),
        ("MG201", 8, "our lawyer insists"),
    ]


def test_until_it_is_enabled_again(checker: Checker) -> None:
    text = f"<!-- makegood-disable MG201 MG202 -->\n\n{FAMOUS}\n\n<!-- makegood-enable MG201 MG202 -->\n\n{FAMOUS}\n"
    assert checker.faults(text, code=1) == ["MG205", *SPOILT]


def test_the_next_line_alone(checker: Checker) -> None:
    text = f"<!-- makegood-disable-next-line MG202, MG205: a quotation -->\n{FAMOUS}\n\n{FAMOUS}\n"
    assert checker.faults(text, code=1) == ["MG201", *SPOILT]


@pytest.mark.parametrize("word", ["any_inconvenience", "mg202", "MG202"])
def test_a_name_is_as_good_as_an_id(checker: Checker, word: str) -> None:
    assert checker.faults(f"<!-- makegood-disable {word} — because -->\n\n{FAMOUS}\n", code=1) == ["MG201", "MG205"]


def test_a_name_of_one_word_with_its_reason(checker: Checker) -> None:
    assert checker.faults(f"<!-- makegood-disable conditional: prescribed -->\n\n{FAMOUS}\n") == ["MG202", "MG205"]


def test_without_a_rule_everything_is_silenced_also_what_is_missing(checker: Checker) -> None:
    assert checker.check(f"<!-- makegood-disable -->\n\n{FAMOUS}\n", "--kind", "complaint") == []
    text = f"<!-- makegood-disable -->\n\n{FAMOUS}\n\n<!-- makegood-enable -->\n"
    found = checker.check(text, "--kind", "complaint", code=1)
    assert found and all(one["line"] is None for one in found), "what is missing is missing in the whole message"


def test_a_missing_element_is_silenced_by_its_name_anywhere(checker: Checker) -> None:
    assert "MG101" in {one["rule"] for one in checker.check("Nothing.")}
    assert "MG101" not in {one["rule"] for one in checker.check("Nothing.\n\n<!-- makegood-disable ack: a test -->")}


def test_the_summary_counts_what_is_silenced(checker: Checker) -> None:
    checker.write({"letter.md": f"<!-- makegood-disable MG201 -->\n\n{FAMOUS}\n"})
    assert checker("check", "letter.md").out.rstrip().endswith("; 1 silenced.")


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("<!-- makegood-disable MG218: a product in capitals -->", "Nothing is silenced here: MG218."),
        ("<!-- makegood-disable-next-line MG201: it is not there -->", "Nothing is silenced here: MG201."),
        ("<!-- makegood-disable-next-line -->", "Nothing is silenced here."),
    ],
)
def test_a_comment_that_silences_nothing_is_told(checker: Checker, comment: str, said: str) -> None:
    text = f"Good morning.\n\n  {comment}\n\n{FAMOUS}\n"
    (one,) = (one for one in checker.check(text, code=1) if one["rule"] == "MG401")
    assert (one["message"], one["line"], one["column"], one["match"]) == (said, 3, 3, comment)
    assert one["level"] == "warning"


def test_of_two_rules_the_unused_one_is_told(checker: Checker) -> None:
    found = checker.check(f"<!-- makegood-disable MG201 MG218 -->\n\n{FAMOUS}\n")
    assert [one["message"] for one in found if one["rule"] == "MG401"] == ["Nothing is silenced here: MG218."]


def test_an_unused_rule_of_the_front_matter_is_told_at_its_place(checker: Checker) -> None:
    found = checker.check(f"---\nmakegood:\n  ignore: [MG201, shouting]\n---\n{FAMOUS}\n")
    (one,) = (one for one in found if one["rule"] == "MG401")
    assert (one["line"], one["column"], one["match"]) == (3, 19, "shouting")


def test_a_comment_counts_as_used_where_the_settings_switch_its_rule_off(checker: Checker) -> None:
    checker.write({"makegood.toml": '[rules.MG201]\nlevel = "off"\n'})
    assert checker.faults(f"<!-- makegood-disable MG201 -->\n\n{FAMOUS}\n") == ["MG202", "MG205"]
    (file,) = checker("check", "letter.md", "-f", "json").json["files"]
    assert file["silenced"] == []


def test_the_report_of_unused_comments_can_be_switched_off(checker: Checker) -> None:
    checker.write({"makegood.toml": '[rules.unused_disable]\nlevel = "off"\n'})
    assert checker.faults("Good morning.\n\n<!-- makegood-disable MG201 -->") == []


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("<!-- makegood-disable MG999: x -->", ["MG999"]),
        ("<!-- makegood-disable MG201 prescribed -->", ["prescribed"]),
        ("<!-- makegood-disable conditonal -->", ["conditonal"]),
    ],
)
def test_what_is_no_rule_is_told(checker: Checker, comment: str, words: list[str]) -> None:
    found = checker.check(f"{comment}\n\n{FAMOUS}\n", code=0 if "MG201" in comment else 1)
    assert [one["message"] for one in found if one["rule"] == "MG402"] == [f"This is no rule: {one}." for one in words]
    assert ("MG201" in {one["rule"] for one in found}) == ("MG201" not in comment), "a wrong word silences nothing"


def test_a_comment_of_another_kind_is_left_alone(checker: Checker) -> None:
    assert checker.faults(f"<!-- makegood is checked by Omar; disable nothing -->\n\n{FAMOUS}\n", code=1) == SPOILT
