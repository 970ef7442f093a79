"""The rooms on the map, in the import contracts and on the disk are the same, and look alike inside."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.shape.source import ROOT, SOURCE

USUAL = {"__init__", "models", "actions", "queries", "jobs", "apps", "partitions"}
# Plug-ins, languages and checks are one file each, and these rooms keep no tables: files are named for what they hold.
FREE = {
    "kit",
    "core",
    "policies",
    "imports",
    "sources",
    "remedies",
    "channels",
    "config",
    "testing",
    "cli",
    "api",
    "console",
    "languages",
    "checks",
}
# What a room with tables holds beside the usual files: an action or a query that outgrew its file, named by verb.
EXTRA: dict[str, set[str]] = {
    # places and streams are read by seals, evidence and verify alike; chain and compare are pure
    "journal": {"horizon", "appendonly", "chain", "compare", "places", "streams"},
    # accounts: one's own and others'; joining: by a link; passwords and sessions: how they are kept and where they end
    "people": {"accounts", "joining", "lists", "passwords", "secrets", "sessions"},
    "notices": {"returns"},
    "documents": {"folder", "kits", "languages", "placeholders"},
    "scopes": {"load", "failing"},
    "mistakes": {"preventing"},
    "plans": {
        *("accept", "apologies", "knowing", "lettercheck", "letters", "literals", "others", "wording"),
        *(
            "amounts",
            "approve",
            "decide",
            "diff",
            "draft",
            "findings",
            "inputs",
            "limits",
            "messages",
            "pools",
            "stale",
        ),
        *("exclusions", "looking"),
        *("computing", "preview", "unknowns", "promised", "promising"),
        *("bulk", "summary", "supersede", "suppressed", "tally", "updates", "prevented", "again"),
    },
    "desk": {"case"},
    # written (rows, files, words), checked (one file a kind of row); the check runs without a database
    "balance": {
        *("evidence", "evidence_rows", "evidence_files", "evidence_words", "evidence_write", "evidence_findings"),
        *("counted", "invariants", "listing"),
        *("evidence_check", "evidence_check_ledger", "evidence_check_plans", "evidence_check_rows"),
    },
    "acts": {
        *("hearing", "promised", "reroute"),
        *(
            "absence",
            "answers",
            "carrier",
            "carry",
            "connections",
            "envelopes",
            "guards",
            "leases",
            "looking",
            "pace",
            "pools",
            "providers",
        ),
        *("fence", "homes", "lift", "reconcile", "space"),
        *("preview", "testmail"),
        *("sendlog", "settle", "stops", "suppressed", "sweep", "updates", "windows", "worker"),
    },
}


def rooms_on_disk() -> set[str]:
    return {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}


def rooms_on_the_map() -> list[str]:
    """Rooms of the table in docs/architecture.md, low to high; rooms of one line in their order."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.split("## Rooms, low to high")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
    return [room for cell in cells for room in re.findall(r"`(\w+)`", cell)]


def rooms_in_the_contract() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (one for one in settings["tool"]["importlinter"]["contracts"] if one["id"] == "rooms")
    return [room for layer in reversed(contract["layers"]) for room in re.findall(r"\w+", layer)]


def test_every_room_is_on_the_map_and_in_the_contract() -> None:
    assert rooms_on_disk() - set(rooms_on_the_map()) == set()
    assert sorted(rooms_in_the_contract()) == sorted(rooms_on_the_map())


def test_the_contract_keeps_the_order_of_the_map() -> None:
    # config stands on its own line: the command line starts it, so it is imported from above and below.
    order = [room for room in rooms_on_the_map() if room != "config"]
    assert [room for room in rooms_in_the_contract() if room != "config"] == order


def test_rooms_hold_the_usual_files() -> None:
    unlisted = [
        f"{room}/{path.name}"
        for room in sorted(rooms_on_disk() - FREE)
        for path in sorted((SOURCE / room).glob("*.py"))
        if path.stem not in USUAL | EXTRA.get(room, set())
    ]
    assert unlisted == [], "name the file by its verb, then list it in EXTRA"


def test_no_listed_file_is_gone() -> None:
    listed = {f"{room}/{name}" for room, names in EXTRA.items() for name in names}
    assert {one for one in listed if not (SOURCE / f"{one}.py").exists()} == set()


def test_no_two_files_are_alike() -> None:
    """A copy is a rule that will be changed in one place only; empty files and app configurations are short."""
    seen: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > 15:
            assert text not in seen, f"{path} repeats {seen[text]}"
            seen[text] = str(path)


def _contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "contracts.py")]
    environment = {"PYTHONPATH": str(folder / "src"), "PATH": ""}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_import_contracts_are_kept() -> None:
    done = _contracts(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_import_contracts_can_be_broken(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    wrong = {
        "kit/money.py": "from makegood.core import policy",
        "channels/outbox.py": "from makegood.remedies import voucher",
        "core/policy.py": "import django.db",
        "acts/actions.py": "from makegood.testing import contract",
    }
    for name, line in wrong.items():
        path = tmp_path / "src" / "makegood" / name
        path.write_text(f"{path.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    (tmp_path / "src" / "makegood" / "annexe").mkdir()
    (tmp_path / "src" / "makegood" / "annexe" / "__init__.py").write_text("")
    done = _contracts(tmp_path)
    assert done.returncode != 0
    for broken in ("makegood.annexe", "kit.money -> makegood.core", "channels.outbox -> makegood.remedies"):
        assert broken in done.stdout
    assert "makegood.core.policy -> django" in done.stdout
    assert "makegood.acts.actions" in done.stdout
