"""What people read when they back up and restore."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Cli

SEALED = {"MAKEGOOD_BACKUP_PASSPHRASE": "twelve words that nobody guesses"}


@pytest.fixture
def fresh() -> Iterator[Cli]:
    """A home that does not exist yet and no DATABASE_URL; below /tmp itself, which the database's user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="makegood-cli-"))
    folder.chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "MAKEGOOD_OWNER_URL")}
    yield Cli(kept | {"MAKEGOOD_HOME": str(folder / "home")}, folder)
    shutil.rmtree(folder)


def test_a_backup_by_one_command_and_a_restore_by_another(cli: Cli, fresh: Cli, tmp_path: Path) -> None:
    cli("brand", "add", "north", "--legal-name", "North Ltd")
    made = cli("backup", "backups", **SEALED)
    assert made.out.startswith("Backup made: ")
    (folder,) = (tmp_path / "backups").iterdir()
    assert str(folder) in made.out
    back = fresh("restore", tmp_path / "backups", **SEALED)
    assert "Everything is as it was" in " ".join(back.out.split())
    assert "makegood reconcile" in back.out
    slugs = [one["slug"] for one in fresh("brand", "--json").json]
    assert slugs == ["default", "north"]
    again = fresh("restore", tmp_path / "backups", code=1, **SEALED)
    assert "is not empty" in again.said


def test_what_is_missing_is_said_with_what_to_do(cli: Cli, tmp_path: Path) -> None:
    assert "There is no passphrase for the backup." in cli("backup", "b", code=1).said
    wrong = cli("restore", "b", code=1, MAKEGOOD_HOME=str(tmp_path / "new")).said
    assert "is no backup of Makegood" in wrong
    plain = cli("backup", "b", "--without-encryption", "--json")
    assert plain.json["manifest"]["sealed"] is None
    assert json.loads((Path(plain.json["path"]) / "manifest.json").read_text())["format"] == 1


def test_doctor_names_the_last_backup(cli: Cli) -> None:
    looks = {one["what"]: one for one in cli("doctor", "--json").json["looks"]}
    assert looks["backup"]["seen"] == "none yet" and looks["backup"]["findings"] == []
    cli("backup", "b", "--without-encryption")
    looks = {one["what"]: one for one in cli("doctor", "--json").json["looks"]}
    assert looks["backup"]["seen"].startswith("the last ")
