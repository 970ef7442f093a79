"""`init` and `validate` work on files alone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.cli.conftest import COMMAND, Cli


def test_a_starter_is_written_and_valid(alone: Cli, tmp_path: Path) -> None:
    wrote = alone("init", "our mistake")
    assert wrote.out.splitlines()[-1] == "    makegood validate 'our mistake'"
    assert alone("validate", "our mistake").out == (
        "7 documents: nothing to solve.\nNext:\n    makegood scope 'our mistake'\n"
    )
    checked = alone("validate", "our mistake", "--json").json
    assert checked["blocking"] == 0 and "messages/remedy.md" in checked["documents"]
    assert (tmp_path / "our mistake/policy.yaml").stat().st_mode & 0o777 == 0o644


def test_a_folder_with_anything_in_it_is_not_touched(alone: Cli, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").write_text("mine")
    assert alone("init", "full", code=1).said == (
        "'full' is not an empty folder. Name one that does not exist yet; nothing was written."
    )
    assert alone("init", "full/notes.txt", code=1).said.startswith("'full/notes.txt' is not an empty folder.")
    assert [one.name for one in (tmp_path / "full").iterdir()] == ["notes.txt"]
    (tmp_path / "empty").mkdir()
    alone("init", "empty")


def test_each_problem_has_file_line_and_column(alone: Cli, tmp_path: Path) -> None:
    alone("init", "f")
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
    alone("init", "f")
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
    assert alone("init", "/proc/none", code=1).said.startswith("No such file or directory. Where: /proc/none")
