"""The pages say what the program does: codes, settings, links and commands are compared with the source."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "makegood"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
READ = re.compile(r"""(?:environ(?:\.get)?|environment\.get|getenv|secret)[\[(]\s*["']([A-Z][A-Z0-9_]+)["']""")
NAMED = re.compile(r"""^[A-Z_]*VARIABLE\s*=\s*["']([A-Z][A-Z0-9_]+)["']""", re.MULTILINE)
# Everybody's conventions, not settings of ours.
COMMON = {"TERM", "COLUMNS", "PATH", "HOME"}


@pytest.fixture(scope="module")
def errors_page() -> Iterator[ModuleType]:
    """The tool as a module; a dataclass looks its module up by name while it is made."""
    spec = spec_from_file_location("errors_page", ROOT / "tools" / "errors_page.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "errors_page", module)
        spec.loader.exec_module(module)
        yield module


def test_the_page_of_errors_is_current(errors_page: ModuleType) -> None:
    assert (DOCS / "errors.md").read_text(encoding="utf-8") == errors_page.page(), "run: make format"


def test_where_the_page_of_errors_finds_its_codes(errors_page: ModuleType, tmp_path: Path) -> None:
    room = tmp_path / "plans"
    room.mkdir()
    (room / "actions.py").write_text(
        "def _bad(what: str, remedy: str, *, code: str = 'x'): ...\n"
        "def verb(plan):\n"
        "    what = f'Plan {plan} is old.'\n"
        "    raise Refused(what, remedy='Make it again.', code='stale')\n"
        "def other(found):\n"
        "    _bad('Two.', 'Keep one.', code='twice' if found else 'never')\n"
        "    Finding('no-name', 'No name.', 'Give one.')\n"
        "    raise ProviderError('The mailbox is full.', permanent=False, code='full')\n"
        "    raise Refused('Copied.', remedy='', code=found.code)\n"
        "class Finding:\n    code: str\n    what: str\n    remedy: str\n"
        "class ProviderError(Exception):\n    def __init__(self, words, *, permanent, code): ...\n"
    )
    said = {one.code: (one.what, one.remedy) for one in errors_page.collect(tmp_path)}
    assert said == {
        "stale": ("Plan … is old.", "Make it again."),
        "twice": ("Two.", "Keep one."),
        "never": ("Two.", "Keep one."),
        "no-name": ("No name.", "Give one."),
        "full": ("The mailbox is full.", ""),
    }
    assert "- `stale`: Plan … is old. *Make it again.*" in errors_page.page(tmp_path)


def settings_read() -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")]
    return {name for text in texts for pattern in (READ, NAMED) for name in pattern.findall(text)} - COMMON


def test_every_setting_is_documented() -> None:
    page = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", page, re.MULTILINE))
    read = {name.removesuffix("_FILE") for name in settings_read()}
    assert {"DATABASE_URL", "MAKEGOOD_HOME"} <= read
    assert read - documented == set(), "documented nowhere"
    assert documented - read == set(), "read nowhere"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def broken_links(page: Path) -> list[str]:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    targets = re.findall(r"(?<!`)\[[^\]`]*\]\(([^)\s]+)\)", text)
    here = [one.partition("#") for one in targets if not re.match(r"[a-z]+:", one)]
    missing = [path for path, _, _ in here if path and not (page.parent / path).exists()]
    for path, _, heading in here:
        target = page.parent / path if path else page
        if heading and target.exists() and heading not in headings(target):
            missing.append(f"{path}#{heading}")
    return missing


def headings(page: Path) -> set[str]:
    """Addresses of headings as Git hosts make them."""
    found = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).strip().replace(" ", "-") for one in found}


def test_what_a_broken_link_is(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text("# One two\n[x](a.md) [x](#one-two) [x](https://example.com) [x](b.md) [x](#three)\n")
    assert broken_links(page) == ["b.md", "#three"]


def console_commands() -> list[tuple[str, str]]:
    """`(page, command line)` of every `$ makegood …` in a block marked console."""
    found = []
    for page in PAGES:
        blocks = re.findall(r"^```console\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
        lines = [line for block in blocks for line in block.splitlines() if line.startswith("$ makegood ")]
        found += [(page.relative_to(ROOT).as_posix(), line.removeprefix("$ makegood ")) for line in lines]
    return found


@pytest.mark.skipif(find_spec("makegood.cli.main") is None, reason="there is no command line yet")
def test_commands_on_the_pages_exist() -> None:
    commands = {line.split()[0] for _, line in console_commands() if not line.startswith("-")}
    for command in sorted(commands):
        argv = [sys.executable, "-m", "makegood.cli", command, "--help"]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"makegood {command}: {done.stderr}"


def test_no_file_names_the_machine_it_was_written_on() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    place = re.compile(r"(?<![\w.}*])/(wor[k]|roo[t])/")
    kinds = {".py", ".md", ".toml", ".yaml", ".yml", ".json", ".lock", ".txt", ".in", ".sql", ""}
    paths = [ROOT / name for name in filter(None, listed.split("\0"))]
    texts = {path: path.read_text("utf-8", "replace") for path in paths if path.suffix in kinds and path.is_file()}
    assert [str(path) for path, text in texts.items() if place.search(text)] == []
