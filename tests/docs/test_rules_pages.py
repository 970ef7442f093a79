"""The pages of the rules are those that the registry gives, and each rule has one."""

from __future__ import annotations

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from makegood.checks.rules import KINDS, get_needs
from makegood.cli.checking.catalogue import ALL
from makegood.cli.checking.formats import FORMATS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "rules"
GUIDE = ROOT / "docs" / "reference" / "check.md"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = spec_from_file_location("rules_pages", ROOT / "tools" / "rules_pages.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_current(tool: ModuleType) -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert written == tool.pages(), "run: make format"


def test_the_tool_takes_out_pages_of_rules_that_are_gone(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool, "FOLDER", tmp_path)
    (tmp_path / "MG999.md").write_text("old")
    assert tool.main() == 0
    assert {path.stem for path in tmp_path.iterdir()} == {"README", *(rule.id for rule in ALL)}


def test_each_page_has_examples_of_both_sorts(tool: ModuleType) -> None:
    for rule in ALL:
        page = tool.pages()[f"{rule.id}.md"]
        assert page.startswith(f"# {rule.id} {rule.name}\n")
        assert page.count("\n## ") == 3
        assert len(re.findall(r"^- ", page, re.MULTILINE)) == len(rule.good) + len(rule.bad) >= 2


def test_the_list_says_what_each_kind_needs(tool: ModuleType) -> None:
    rows = dict(re.findall(r"^\| ([a-z-]+) \| (.*) \|$", tool.pages()["README.md"].split("## What")[1], re.MULTILINE))
    elements = [rule.id for rule in ALL if rule.is_element]
    for kind in KINDS:
        needs = dict(zip(elements, (cell.strip() for cell in rows[kind].split("|")), strict=True))
        assert {rule: level for rule, level in needs.items() if level} == get_needs(kind)


def test_the_pages_are_linked_and_the_guide_names_every_format() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert "(rules/README.md)" in index and "(reference/check.md)" in index
    guide = GUIDE.read_text(encoding="utf-8")
    assert [name for name in FORMATS if f"**{name}**" not in guide] == []


def test_the_example_in_the_guide_is_what_the_command_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from makegood.cli.main import main

    (tmp_path / "letter.md").write_text(
        "We apologise for any inconvenience this may have caused due to our payment provider.\n"
    )
    monkeypatch.chdir(tmp_path)
    assert main(["check", "letter.md"]) == 1
    said = capsys.readouterr().out
    shown = re.search(r"^```console\n\$ makegood check letter.md\n(.*?)^```", GUIDE.read_text("utf-8"), re.S | re.M)
    assert shown and said.startswith(shown[1])
