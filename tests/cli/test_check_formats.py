"""The formats for machines: each says the same as the others, in the form that its readers know."""

from __future__ import annotations

import os
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator
from tests.cli.conftest import FAMOUS, PLACES, Checker
from tests.cli.sarif_shape import SARIF

from makegood.cli.checking import sarif
from makegood.cli.checking.catalogue import ALL
from makegood.cli.checking.formats import FORMATS

SILENCED = f"<!-- makegood-disable MG202: prescribed -->\n\n{FAMOUS}\n"


def sarif_of(checker: Checker, *words: object, code: int) -> dict[str, Any]:
    """The one run of the SARIF, whose form is looked at."""
    log = checker("check", *words, "-f", "sarif", code=code).json
    Draft202012Validator(SARIF).validate(log)
    (run,) = log["runs"]
    return run


def regions(run: dict[str, Any], rule: str) -> list[dict[str, Any]]:
    of_rule = [result for result in run["results"] if result["ruleId"] == rule]
    return [result["locations"][0]["physicalLocation"].get("region") for result in of_rule]


def test_sarif_has_the_famous_faults_at_their_columns(checker: Checker) -> None:
    checker.write({"letter.md": f"Dear Ms Okafor,\n\n{FAMOUS}\n"})
    run = sarif_of(checker, "letter.md", code=1)
    assert run["columnKind"] == "unicodeCodePoints"
    for rule, (start, end) in PLACES.items():
        (region,) = regions(run, rule)
        assert (region["startLine"], region["startColumn"]) == (3, start)
        assert (region["endLine"], region["endColumn"]) == (3, end)
        assert region["charOffset"] == 17 + start - 1 and region["charLength"] == end - start
        assert region["snippet"]["text"] == FAMOUS[start - 1 : end - 1]
    levels = {result["ruleId"]: result["level"] for result in run["results"]}
    assert (levels["MG201"], levels["MG202"]) == ("error", "warning")
    assert regions(run, "MG101") == [None], "what is missing has a file, and no place in it"


def test_sarif_knows_every_rule_and_leads_to_it(checker: Checker) -> None:
    checker.write({"letter.md": FAMOUS})
    run = sarif_of(checker, "letter.md", code=1)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in ALL]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert all(rule["help"]["markdown"].startswith(f"# {rule['id']} {rule['name']}") for rule in rules)


def test_sarif_names_the_help_page_where_the_distribution_says_where_its_documentation_is(
    checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker.write({"letter.md": FAMOUS})
    named = {"Project-URL": ["Source, https://x.example", "Documentation, https://makegood.example/docs"]}

    class Metadata:
        def get_all(self, key: str) -> list[str]:
            return named[key]

    monkeypatch.setattr(sarif, "metadata", lambda name: Metadata())
    rules = sarif_of(checker, "letter.md", code=1)["tool"]["driver"]["rules"]
    assert rules[0]["helpUri"] == "https://makegood.example/docs/rules/MG101.md"
    named["Project-URL"] = []
    assert "helpUri" not in sarif_of(checker, "letter.md", code=1)["tool"]["driver"]["rules"][0]


def test_columns_count_code_points_behind_an_emoji(checker: Checker) -> None:
    checker.write({"letter.md": f"\ufeff😀 {FAMOUS}\r\n\r\n😀 {FAMOUS}\r\n"})
    run = sarif_of(checker, "letter.md", code=1)
    places = [(region["startLine"], region["startColumn"]) for region in regions(run, "MG201")]
    assert places == [(1, 38), (3, 38)]


def test_a_fingerprint_stays_when_text_is_put_in_above(checker: Checker) -> None:
    def prints() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for result in sarif_of(checker, "letter.md", code=1)["results"]:
            found.setdefault(result["ruleId"], []).extend(result["partialFingerprints"].values())
        return found

    checker.write({"letter.md": f"{FAMOUS}\n\n{FAMOUS}\n"})
    before = prints()
    checker.write({"letter.md": f"Dear Ms Okafor,\n\n{FAMOUS}\n\n{FAMOUS}\n"})
    assert prints() == before
    assert len(set(before["MG201"])) == 2, "two alike are two"


def test_what_is_silenced_is_suppressed_with_its_reason(checker: Checker) -> None:
    checker.write({"letter.md": SILENCED})
    results = sarif_of(checker, "letter.md", code=1)["results"]
    suppressed = {result["ruleId"]: result["suppressions"] for result in results if "suppressions" in result}
    assert suppressed == {"MG202": [{"kind": "inSource", "justification": "prescribed"}]}


def test_sarif_addresses_are_addresses(checker: Checker) -> None:
    odd = "my letters/grüße #1?.md"
    checker.write({odd: FAMOUS})
    whole = checker.folder / odd
    relative, absolute = (
        sarif_of(checker, name, code=1)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        for name in (odd, whole)
    )
    assert relative == {"uri": "my%20letters/gr%C3%BC%C3%9Fe%20%231%3F.md", "uriBaseId": "%SRCROOT%"}
    assert absolute == {"uri": whole.as_uri()}


def test_what_cannot_be_read_is_in_every_format(checker: Checker) -> None:
    checker.write({"letter.md": FAMOUS, "old.md": b"Gr\xfc\xdfe"})
    words = ("letter.md", "old.md", "none.md")
    (invocation,) = sarif_of(checker, *words, code=2)["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    first, second = invocation["toolExecutionNotifications"]
    assert first["descriptor"]["id"] == "message-encoding"
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 3}
    assert "region" not in second["locations"][0]["physicalLocation"]
    told = checker("check", *words, "-f", "json", code=2).json
    assert [one["code"] for one in told["failures"]] == ["message-encoding", "message-missing"]
    assert [file["file"] for file in told["files"]] == ["letter.md"]
    assert "::error file=old.md::The file is not UTF-8" in checker("check", *words, "-f", "github", code=2).out
    assert 'errors="2"' in checker("check", *words, "-f", "junit", code=2).out
    assert "error MG201" in checker("check", *words, code=2).out, "the others are checked all the same"


def test_json_says_what_was_found_and_where(checker: Checker) -> None:
    text = f"We apologise for the wrong bill.\n\n{FAMOUS}\n"
    checker.write({"letter.md": text, "calm.md": "Nothing.\n"})
    told = checker("check", "letter.md", "calm.md", "-f", "json", code=1).json
    assert (told["version"], told["exit_code"], told["failures"]) == (1, 1, [])
    letter, _ = told["files"]
    assert (letter["kind"], letter["language"], letter["attempt"]) == ("general", "en", 1)
    regret = next(one for one in letter["elements"] if one["name"] == "regret")
    assert text[regret["start"] : regret["end"]] == regret["match"]
    for one in (*letter["findings"], *letter["elements"]):
        if one["line"]:
            assert text[one["start"] : one["end"]] == one["match"]
            assert text.splitlines()[one["line"] - 1][one["column"] - 1 :].startswith(one["match"])
    levels = [one["level"] for file in told["files"] for one in file["findings"]]
    assert told["counts"] == {level: levels.count(level) for level in ("error", "warning", "suggestion")}


def test_github_annotations(checker: Checker) -> None:
    checker.write({"a, b.md": f"{FAMOUS}\n\nIt is 100% sorted.\n"})
    lines = checker("check", "a, b.md", "-f", "github", code=1).out.splitlines()
    (line,) = (one for one in lines if "MG201" in one)
    head, _, said = line.removeprefix("::").partition("::")
    assert head == "error file=a%2C b.md,line=1,endLine=1,col=36,endColumn=56,title=MG201 conditional"
    assert said and ":" in said
    (missing,) = (one for one in lines if "MG101" in one)
    assert missing.startswith("::warning file=a%2C b.md,title=MG101 ack::")


def test_github_escapes_what_would_end_a_command(checker: Checker) -> None:
    from makegood.checks.found import Span
    from makegood.cli.checking import github
    from makegood.cli.checking.results import Checked, Run, Shown

    over_lines = Shown("MG201", "conditional", "suggestion", "50% sure\n::error::x", "", Span(0, 9, 1, 1, 2, 3), "x")
    checked = Checked("a.md", "", "general", "en", 1, (), (over_lines,))
    said = github.write(Run((checked,)))
    assert said == "::notice file=a.md,line=1,endLine=2,title=MG201 conditional::50%25 sure%0A::error::x\n"


def test_junit_fails_what_reaches_fail_on_and_passes_the_rest(checker: Checker) -> None:
    checker.write({"letter.md": f"{FAMOUS}\n", "silent.md": "<!-- makegood-disable: all of it -->\n"})
    root = ElementTree.fromstring(checker("check", "letter.md", "silent.md", "-f", "junit", code=1).out)
    letter, silent = root
    assert [case.get("name") for case in letter if case.find("failure") is not None] == ["MG201 conditional"]
    assert (letter.get("failures"), root.get("failures")) == ("1", "1")
    case = next(case for case in letter if case.get("name") == "MG205 blame_third_party")
    assert case.get("line") == "1" and "letter.md:1:57: warning MG205" in (case.findtext("system-out") or "")
    assert len(letter) == int(letter.get("tests") or 0)
    assert [case.get("name") for case in silent if case.find("failure") is not None] == []


def test_junit_of_a_message_without_findings_has_one_case_that_passes(checker: Checker) -> None:
    checker.write({"silent.md": "<!-- makegood-disable -->\n"})
    (suite,) = ElementTree.fromstring(checker("check", "silent.md", "-f", "junit").out)
    (case,) = suite
    assert (case.get("name"), len(case), suite.get("tests")) == ("check", 0, "1")


@pytest.mark.parametrize("form", FORMATS)
def test_no_form_is_broken_by_what_messages_and_names_hold(checker: Checker, form: str) -> None:
    name = '<a&"b>\x01.md'
    checker.write({name: f'{FAMOUS[:-1]} <b onclick="x">&amp;</b> \x0b\x02 ]]> ]]  😀\u2028\n'})
    odd = os.fsdecode(b"\xff.md")
    (checker.folder / odd).write_text(FAMOUS)
    ran = checker("check", name, odd, "-f", form, code=1)
    assert "MG201" in ran.out
    if form == "junit":
        assert len(ElementTree.fromstring(ran.out)) == 2
    elif form in ("json", "sarif"):
        assert ran.json and ran.out.isascii()
    else:
        assert ("\x01" not in ran.out and "\x02" not in ran.out) or form == "github"


def test_every_format_counts_the_same(checker: Checker) -> None:
    checker.write({"letter.md": f"{FAMOUS}\n\nAgain: {FAMOUS}\n"})
    count = len(checker.check(f"{FAMOUS}\n\nAgain: {FAMOUS}\n", code=1))
    assert len(sarif_of(checker, "letter.md", code=1)["results"]) == count
    assert len(checker("check", "letter.md", "-f", "github", code=1).out.splitlines()) == count
    assert checker("check", "letter.md", "-f", "junit", code=1).out.count("<testcase") == count
    assert checker("check", "letter.md", code=1).out.count("letter.md:") == count
