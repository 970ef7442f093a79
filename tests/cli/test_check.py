"""`makegood check` and `makegood explain` as people and scripts meet them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import COMMAND, FAMOUS, PLACES, Checker, Cli
from tests.twice import write_twice

from makegood.checks.rules import KINDS
from makegood.cli.checking.catalogue import ALL

ROOT = Path(__file__).resolve().parents[2]
CALM = "Nothing happened.\n"


@pytest.fixture
def found(checker: Checker) -> Iterator[list[dict]]:
    yield checker.check(f"Dear Ms Okafor,\n\n{FAMOUS}\n", code=1)


def test_the_famous_sentence_fails_by_its_condition_with_three_faults_at_their_columns(found: list[dict]) -> None:
    placed = {one["rule"]: one for one in found if one["rule"] in PLACES}
    assert {rule: (one["column"], one["end_column"]) for rule, one in placed.items()} == PLACES
    assert {one["line"] for one in placed.values()} == {3}
    assert [one["rule"] for one in found if one["level"] == "error"] == ["MG201"]
    assert placed["MG201"]["match"] == FAMOUS[35:55]


def test_text_gives_place_words_reason_and_remedy(checker: Checker) -> None:
    checker.write({"letter.md": f"\n{FAMOUS}\n"})
    out = checker("check", "letter.md", code=1).out
    for rule, (column, _) in PLACES.items():
        assert f"letter.md:2:{column}: " in out and f" {rule} " in out
    assert 'letter.md:2:36: error MG201 conditional\n    "this may have caused"\n    ' in out
    assert "(missing)" in out and "letter.md:1:1: warning MG101 ack (missing)" in out
    assert out.splitlines()[-1].startswith("1 message: 1 error, ")
    assert all(len(line) <= 80 for line in out.splitlines())


def test_what_is_missing_has_no_place_and_comes_last(found: list[dict]) -> None:
    missing = [one for one in found if one["line"] is None]
    assert missing and found[-len(missing) :] == missing
    assert all(one["rule"].startswith("MG1") and one["match"] == "" and one["start"] is None for one in missing)


def test_what_is_missing_has_a_place_to_go_to(checker: Checker) -> None:
    text = "Dear Ms Okafor,\n\nWe are sorry that your order is late.\n\nYours, Omar\n\nAgain, we are sorry.\n"
    said = {one["rule"]: one["suggestion"] for one in checker.check(text, "--kind", "billing", code=1)}
    assert said["MG111"].endswith("Its place is after line 3.")
    said = {one["rule"]: one["suggestion"] for one in checker.check("Nothing.", "--kind", "billing", code=1)}
    assert said["MG101"].endswith("Its place is at the beginning.")


def test_exit_codes(checker: Checker) -> None:
    checker.write({"bad.md": FAMOUS, "calm.md": CALM})
    checker("check", "calm.md")  # warnings alone
    checker("check", "calm.md", "--fail-on", "warning", code=1)
    checker("check", "bad.md", code=1)
    checker("check", "bad.md", "--exit-zero")
    checker("check", "bad.md", "--no-exit")
    checker("check", "bad.md", "none.md", code=2)
    checker("check", "none.md", "--exit-zero", code=2)
    for wrong in (["check"], ["check", "bad.md", "--kind", "x"], ["check", "bad.md", "--no-such-option"]):
        checker(*wrong, code=2)


def test_json_as_of_every_command(checker: Checker) -> None:
    checker.write({"bad.md": FAMOUS})
    assert checker("check", "bad.md", "--json", code=1).out == checker("check", "bad.md", "-f", "json", code=1).out
    assert checker("check", "bad.md", "--json", "--kind", "x", code=2).json["error"]["code"] == "unknown-choice"


def test_levels_that_are_shown(checker: Checker) -> None:
    levels = {one["level"] for one in checker.check(FAMOUS, "--kind", "complaint", code=1)}
    assert {"error", "warning"} <= levels
    assert {one["level"] for one in checker.check(FAMOUS, "--min-level", "error", code=1)} == {"error"}
    # What is not shown does not fail.
    assert checker.check(CALM, "--min-level", "error", "--fail-on", "warning") == []


def test_kind_attempt_and_fault_say_what_is_missing(checker: Checker) -> None:
    def missing(*words: object, code: int = 0) -> set[str]:
        return {one["rule"] for one in checker.check(CALM, *words, code=code) if not one["line"]}

    assert "MG103" not in missing()
    assert "MG103" in missing("--kind", "billing", code=1)
    assert "MG103" not in missing("--kind", "billing", "--fault", "none", code=1)
    assert len(missing("--attempt", 2, code=1)) == 11


def test_help_names_every_kind(checker: Checker) -> None:
    out = " ".join(checker("check", "--help").out.split())
    assert [kind for kind in KINDS if kind not in out] == []


def test_a_file_named_twice_is_checked_once(checker: Checker) -> None:
    checker.write({"calm.md": CALM})
    assert len(checker("check", "calm.md", "calm.md", "-f", "json").json["files"]) == 1


def test_the_placeholders_of_a_message_template_are_no_fault(checker: Checker) -> None:
    text = "Dear {{ name }},\n\n{% if late %}Your order is late.{% endif %}\n\nDear [NAME],\n"
    assert checker.faults(text, code=1).count("MG216") > 1
    for front in ("subject: Late", "subject: Late\nmakegood: {kind: general}"):
        found = checker.check(f"---\n{front}\n---\n{text}", code=1)
        assert [one["match"] for one in found if one["rule"] == "MG216"] == ["[NAME]"]


def test_the_letters_of_a_recovery_have_no_error(checker: Checker) -> None:
    letters = sorted((write_twice(checker.folder / "recovery") / "messages").glob("*.md"))
    assert letters
    assert {
        one["level"] for file in checker("check", *letters, "--json").json["files"] for one in file["findings"]
    } <= {
        "warning",
        "suggestion",
    }


def test_html_is_read_like_markdown(checker: Checker) -> None:
    checker.write({"letter.html": f"<html><body>\n<p>{FAMOUS}</p>\n<script>if (sorry) {{}}</script></body></html>"})
    (file,) = checker("check", "letter.html", "-f", "json", code=1).json["files"]
    placed = {one["rule"]: one["column"] - len("<p>") for one in file["findings"] if one["line"] == 2}
    assert placed == {rule: column for rule, (column, _) in PLACES.items()}


def test_standard_input(tmp_path: Path) -> None:
    def piped(*words: str) -> subprocess.CompletedProcess[bytes]:
        given = f"{FAMOUS}\n".encode()
        return subprocess.run([*COMMAND, "check", "-", *words], input=given, cwd=tmp_path, capture_output=True)

    assert b"<stdin>:1:36: error MG201" in piped().stdout
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "makegood.toml").write_text('[rules.MG201]\nlevel = "off"\n')
    named = piped("--stdin-filename", "letters/new.md")
    assert b"letters/new.md:1:18: warning MG202" in named.stdout
    assert named.returncode == 0, "the settings of the folder hold"


def test_it_needs_neither_home_nor_database(alone: Cli) -> None:
    (alone.folder / "letter.md").write_text(FAMOUS)
    assert "MG201" in alone("check", "letter.md", code=1).out
    assert "MG201" in alone("explain", "conditional").out


def test_it_loads_no_framework_no_database_and_no_network(tmp_path: Path) -> None:
    (tmp_path / "letter.md").write_text(FAMOUS)
    heavy = ("django", "psycopg", "duckdb", "sqlglot", "aiohttp", "asyncio", "rich", "jsonschema", "ruamel")
    look = f"""import sys
from makegood.cli.main import main
main(["check", "letter.md"])
print([one for one in {heavy} if one in sys.modules], file=sys.stderr)"""
    done = subprocess.run([sys.executable, "-c", look], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "[]\n")


def test_explain_says_what_a_rule_means(checker: Checker) -> None:
    by_id, by_name = checker("explain", "mg201").out, checker("explain", "conditional").out
    assert by_id == by_name
    for part in ("MG201 conditional", "Fault, error", "Reported:", "Better:", "makegood-disable MG201: the reason"):
        assert part in by_id
    element = checker("explain", "MG103").out
    assert "Says it:" in element and "Needed: error when missing in late-order, billing" in element
    assert checker("explain", "MG201", "--json").json["name"] == "conditional"


def test_explain_lists_and_knows_every_rule(checker: Checker) -> None:
    out = checker("explain").out
    assert [rule.id for rule in ALL if f"{rule.id}  {rule.name}" not in out] == []
    assert [one["id"] for one in checker("explain", "--json").json] == [rule.id for rule in ALL]
    for rule in ALL:
        assert rule.message.split()[0] in checker("explain", rule.id).out


def test_explain_of_a_rule_that_is_not(checker: Checker) -> None:
    assert "Did you mean 'conditional'?" in checker("explain", "conditonal", code=1).said
    assert "makegood explain" in checker("explain", "zzz", code=1).said


def test_colours_on_a_terminal_only(tmp_path: Path) -> None:
    import pty

    (tmp_path / "letter.md").write_text(FAMOUS)
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    done = subprocess.run([*COMMAND, "check", "letter.md"], cwd=tmp_path, stdout=theirs, env=environment)
    os.close(theirs)
    shown = os.read(ours, 100_000)
    os.close(ours)
    assert done.returncode == 1
    assert b"\x1b[31merror\x1b[0m MG201" in shown


def test_the_pre_commit_hook_calls_this_command() -> None:
    from makegood.kit.yamlfile import parse

    (hook,) = parse((ROOT / ".pre-commit-hooks.yaml").read_text(), "hooks").value
    assert hook["id"] == "makegood-check"
    assert hook["types_or"] == ["markdown", "plain-text", "html"]
    program, command = hook["entry"].split()
    assert program == "makegood"
    done = subprocess.run([*COMMAND, command, "--help"], capture_output=True, text=True)
    assert done.returncode == 0
