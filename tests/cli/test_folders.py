"""`init` and `validate` work on files alone."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
from tests.cli.conftest import COMMAND, Cli
from tests.twice import write_twice

KIT = ("--kit", "charged-twice")


def test_a_kit_is_written_and_valid(alone: Cli, tmp_path: Path) -> None:
    wrote = alone("init", "our mistake", *KIT)
    assert wrote.out.splitlines()[-1] == "    makegood validate 'our mistake'"
    assert alone("validate", "our mistake").out == (
        "15 documents: nothing to solve.\nNext:\n    makegood scope 'our mistake'\n"
    )
    checked = alone("validate", "our mistake", "--json").json
    assert checked["blocking"] == 0 and "messages/remedy.en.md" in checked["documents"]
    assert (tmp_path / "our mistake/policy.yaml").stat().st_mode & 0o777 == 0o644


def test_a_folder_with_anything_in_it_is_not_touched(alone: Cli, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").write_text("mine")
    assert alone("init", "full", *KIT, code=1).said == (
        "'full' is not an empty folder. Name one that does not exist yet; nothing was written."
    )
    assert alone("init", "full/notes.txt", *KIT, code=1).said.startswith("'full/notes.txt' is not an empty folder.")
    assert [one.name for one in (tmp_path / "full").iterdir()] == ["notes.txt"]
    (tmp_path / "empty").mkdir()
    alone("init", "empty", *KIT)


def test_without_a_kind_of_mistake_a_script_is_told_which_there_are(alone: Cli, tmp_path: Path) -> None:
    said = alone("init", "case", code=64).said
    assert said.startswith(
        "Which kind of mistake is it? Say it with --kit: charged-twice, data-exposed, late-delivery,"
    )
    assert not (tmp_path / "case").exists()


@pytest.mark.parametrize("answers", ["4\n", "outage\n", "0\n7\noutag\n 4 \n"])
def test_without_a_kind_of_mistake_a_person_is_asked(alone: Cli, tmp_path: Path, answers: str) -> None:
    """At a terminal: by number or name, and again after what is neither."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, answers.encode())
        words = [*COMMAND, "init", "case"]
        ended = subprocess.run(words, env=alone.environment, cwd=tmp_path, stdin=theirs, capture_output=True, text=True)
    finally:
        os.close(ours)
        os.close(theirs)
    assert ended.returncode == 0, ended
    assert "4  outage         A service that people pay for did not work" in ended.stdout
    assert "Which one is nearest to your mistake?" in ended.stdout
    assert ("Did you mean 'outage'?" in ended.stdout) is ("outag\n" in answers)
    assert "mistake: outage\n" in (tmp_path / "case/mistake.yaml").read_text()


def test_each_problem_has_file_line_and_column(alone: Cli, tmp_path: Path) -> None:
    write_twice(tmp_path / "f")
    policy, message = tmp_path / "f/policy.yaml", tmp_path / "f/messages/remedy.md"
    policy.write_text(policy.read_text().replace('amount: "extra - refunded"', 'amount: "extr - refunded"'))
    message.write_text(message.read_text() + "\n{{ nmae }}\n{% if orders %}\n")
    ran = alone("validate", "f", code=1)
    at = next(i for i, line in enumerate(policy.read_text().splitlines(), 1) if "extr -" in line)
    assert f"f/policy.yaml:{at}:" in ran.out
    assert "Did you mean 'extra'?" in ran.out
    assert "f/messages/remedy.md:" in ran.out
    assert ran.out.splitlines()[-1].endswith("to solve first.")
    found = json.loads(alone("validate", "f", "--json", code=1).out)
    assert found["blocking"] == sum(one["level"] == "blocking" for one in found["findings"]) >= 2
    assert all(one["where"].count(":") == 2 for one in found["findings"])


def test_a_placeholder_without_a_fact_is_found(alone: Cli, tmp_path: Path) -> None:
    write_twice(tmp_path / "f")
    message = tmp_path / "f/messages/remedy.md"
    message.write_text(message.read_text() + "\n{{ nmae }}\n")
    (found,) = alone("validate", "f", "--json", code=1).json["findings"]
    assert found["code"] == "unknown-placeholder"
    assert found["remedy"] == "Did you mean 'name'?"


def test_what_is_no_folder_of_a_recovery_is_a_sentence(alone: Cli, tmp_path: Path) -> None:
    assert alone("validate", "nowhere", code=1).said == (
        "There is no folder 'nowhere'. Check the name, or create it: makegood init nowhere."
    )
    (tmp_path / "empty").mkdir()
    said = alone("validate", "empty", code=1).said
    assert said.startswith("The folder has no mistake.yaml. Where: empty")
    assert alone("validate", "empty", "--json", code=1).json["error"]["where"] == "empty"


def test_a_disk_that_is_full_and_a_folder_that_is_closed_are_sentences(alone: Cli, tmp_path: Path) -> None:
    words = ["bash", "-c", f"{' '.join(COMMAND)} --version > /dev/full"]
    full = subprocess.run(words, env=alone.environment, stderr=subprocess.PIPE)
    assert full.returncode == 1
    assert full.stderr.decode().startswith("The disk is full.\n")
    assert alone("init", "/proc/none", *KIT, code=1).said.startswith("No such file or directory. Where: /proc/none")
