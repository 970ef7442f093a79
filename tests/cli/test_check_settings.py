"""`makegood.toml`, `pyproject.toml`, front matter and options: what holds, and what is refused with its place."""

from __future__ import annotations

import pytest
from tests.cli.conftest import FAMOUS, Checker

SPOILT = ["MG202", "MG201", "MG205"]


def test_a_rule_is_switched_off_or_changed(checker: Checker) -> None:
    checker.write({"makegood.toml": '[rules.MG201]\nlevel = "off"\n[rules.any_inconvenience]\nlevel = "suggestion"\n'})
    found = {one["rule"]: one["level"] for one in checker.check(FAMOUS)}
    assert "MG201" not in found
    assert found["MG202"] == "suggestion"
    assert found["MG205"] == "warning"


def test_a_missing_element_is_changed_too(checker: Checker) -> None:
    checker.write({"makegood.toml": '[rules.ack]\nlevel = "error"\n[rules.MG107]\nlevel = "off"\n'})
    found = {one["rule"]: one["level"] for one in checker.check("Nothing.", code=1)}
    assert found["MG101"] == "error" and "MG107" not in found


def test_a_rule_for_one_kind_goes_before_the_general_one(checker: Checker) -> None:
    text = '[rules.MG202]\nlevel = "off"\n[kinds.breach.rules.MG202]\nlevel = "error"\n'
    checker.write({"makegood.toml": text})
    assert "MG202" not in checker.faults(FAMOUS, code=1)
    found = {one["rule"]: one["level"] for one in checker.check(FAMOUS, "--kind", "breach", code=1)}
    assert found["MG202"] == "error"


def test_allowed_phrases_allow_what_lies_within_them_only(checker: Checker) -> None:
    checker.write({"makegood.toml": 'allow = ["for ANY inconvenience  this"]\n'})
    assert checker.faults(FAMOUS, code=1) == ["MG201", "MG205"]
    assert checker.faults(FAMOUS.replace("for any", "for\n  any"), code=1) == ["MG201", "MG205"]
    checker.write({"makegood.toml": 'allow = ["inconvenience", "or any inconvenience this"]\n'})
    assert checker.faults(FAMOUS, code=1) == SPOILT
    checker.write({"makegood.toml": '[rules.MG205]\nallow = ["any inconvenience", "due to our payment provider"]\n'})
    assert checker.faults(FAMOUS, code=1) == ["MG202", "MG201"]


def test_defaults_come_from_the_settings_and_options_go_first(checker: Checker) -> None:
    checker.write({"makegood.toml": 'kind = "billing"\nfail-on = "warning"\nmin-level = "warning"\nattempt = 2\n'})
    checker.write({"letter.md": "Nothing."})
    (file,) = checker("check", "letter.md", "-f", "json", code=1).json["files"]
    assert (file["kind"], file["attempt"]) == ("billing", 2)
    (file,) = checker("check", "letter.md", "-f", "json", "--kind", "outage", "--attempt", 1, code=1).json["files"]
    assert (file["kind"], file["attempt"]) == ("outage", 1)


def test_the_nearest_file_alone_holds(checker: Checker) -> None:
    checker.write(
        {
            "makegood.toml": '[rules.MG201]\nlevel = "off"\n',
            "far/deep/letter.md": FAMOUS,
            "near/makegood.toml": '[rules.MG202]\nlevel = "off"\n',
            "near/letter.md": FAMOUS,
            "shared/pyproject.toml": '[project]\nname = "makegood"\n[tool.makegood.rules.MG205]\nlevel = "off"\n',
            "shared/letter.md": FAMOUS,
            "other/pyproject.toml": "[tool.other]\n# of makegood nothing\n",
            "other/letter.md": FAMOUS,
        }
    )
    names = ["far/deep", "near", "shared", "other"]
    files = checker("check", *(f"{one}/letter.md" for one in names), "-f", "json", code=1).json["files"]
    found = {file["file"]: [one["rule"] for one in file["findings"] if one["line"]] for file in files}
    assert list(found.values()) == [["MG202", "MG205"], ["MG201", "MG205"], ["MG202", "MG201"], ["MG202", "MG205"]]


def test_a_named_file_holds_instead(checker: Checker) -> None:
    checker.write({"makegood.toml": '[rules.MG201]\nlevel = "off"\n', "strict.toml": 'fail-on = "suggestion"\n'})
    assert "MG201" in checker.faults(FAMOUS, "--config", "strict.toml", code=1)
    assert "The settings cannot be read" in checker("check", "letter.md", "--config", "none.toml", code=2).said


def test_front_matter_goes_between_options_and_settings(checker: Checker) -> None:
    checker.write({"makegood.toml": 'kind = "billing"\n'})
    front = "---\nsubject: Your bill\nmakegood: {kind: outage, attempt: 2, ignore: [MG202, conditional]}\n---\n"
    checker.write({"letter.md": front + FAMOUS})
    (file,) = checker("check", "letter.md", "-f", "json", code=1).json["files"]
    assert (file["kind"], file["attempt"]) == ("outage", 2)
    assert [one["rule"] for one in file["findings"] if one["line"]] == ["MG205"]
    assert file["findings"][0]["line"] == 5
    assert {one["rule"]: one["reason"] for one in file["silenced"]} == dict.fromkeys(["MG202", "MG201"], "front matter")
    (file,) = checker("check", "letter.md", "-f", "json", "--kind", "complaint", code=1).json["files"]
    assert file["kind"] == "complaint"


def test_front_matter_of_others_is_left_alone(checker: Checker) -> None:
    assert checker.faults(f"---\ntitle: x\nkind: [1, 2]\n---\n{FAMOUS}", code=1) == SPOILT
    assert checker.faults(f"---\n\n{FAMOUS}", code=1) == SPOILT, "a line, no front matter"


@pytest.mark.parametrize(
    ("settings", "place", "said"),
    [
        ("kind = ", "1:8", "not valid TOML"),
        ('[rules.MG201]\nlevel = "of"\n', "2:1", "level is 'of'. Write one of: off, error"),
        ('# rules.MG999\n[rules.MG999]\nlevel = "off"\n', "2:8", "'MG999' is not known here."),
        ("[rules.conditonal]\n", "1:8", "Did you mean 'conditional'?"),
        ('kinds = "all"\n', "1:1", "'kinds' should be a table."),
        ("[kinds.outage]\nlevel = 1\n", "2:1", "'level' is not known here. Known are: rules."),
        ('min-level = "off"\n', "1:1", "Write one of: error, warning, suggestion."),
        ("attempt = true\n", "1:1", "attempt is True."),
        ("attempt = 0\n", "1:1", "whole number from 1"),
        ("allow = [1]\n", "1:1", "Write a list of phrases"),
        ("fial-on = 1\n", "1:1", "Did you mean 'fail-on'?"),
        ("x = " + "[" * 2000, "", "nested too deeply"),
        ("kind = 'outage'\nkind = 'breach'\n", "2:16", "not valid TOML"),
        (b"a = 1\n# \xff\n", "2", "not in UTF-8"),
        ("#" * 1_000_001, "", "larger than 1 MB"),
    ],
)
def test_settings_that_cannot_be_used(checker: Checker, settings: str | bytes, place: str, said: str) -> None:
    checker.write({"makegood.toml": settings, "a.md": FAMOUS, "b.md": FAMOUS})
    ran = checker("check", "a.md", "b.md", code=2)
    assert said in ran.said
    assert ran.said.count(said) == 1, "said once for both files"
    assert f"makegood.toml{place and ':'}{place}" in "".join(ran.err.split())


def test_every_wrong_key_is_named_at_once(checker: Checker) -> None:
    checker.write({"makegood.toml": 'kind = "x"\nfault = 3\nlanguage = "xx"\n', "a.md": ""})
    said = checker("check", "a.md", code=2).said
    for part in ("kind is 'x'.", "fault is 3.", "language is 'xx'."):
        assert part in said


@pytest.mark.parametrize(
    ("front", "place", "said"),
    [
        ("makegood: {kind: outgae}", "2:12", "kind is 'outgae'."),
        ("title: x\nmakegood:\n  attempt: two", "4:3", "attempt is 'two'. Write a whole number"),
        ("makegood: {ignore: [MG999]}", "2:12", "Write a list of rules"),
        ("makegood: {ignore: MG202}", "2:12", "Write a list of rules"),
        ("makegood: {colour: red}", "2:12", "'colour' is not known. Known are: kind,"),
        ("makegood: outage", "2:1", "makegood is not a table."),
        ("makegood: {kind: outage", "3:1", "This is not valid YAML"),
        ("a: &x 1\nb: *x", "3:4", "The alias '*x' is not read."),
    ],
)
def test_front_matter_that_cannot_be_used(checker: Checker, front: str, place: str, said: str) -> None:
    checker.write({"letter.md": f"---\n{front}\n---\n{FAMOUS}"})
    ran = checker("check", "letter.md", code=2)
    assert said in ran.said
    assert f"letter.md:{place}" in ran.said
    assert ran.out == ""


def test_front_matter_that_is_never_closed(checker: Checker) -> None:
    checker.write({"letter.md": f"---\nsubject: x\n\n{FAMOUS}"})
    assert "never closed. Where: letter.md:1:1 End it with a line '---'." in checker("check", "letter.md", code=2).said
