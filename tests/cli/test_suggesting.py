"""`makegood suggest`: what it says first, what it writes, and that it overwrites nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.conftest import Cli
from tests.imports.loading import EXPORTS


def test_a_known_export_is_named_and_shown(alone: Cli) -> None:
    ran = alone("suggest", EXPORTS / "stripe-payments.csv", "--json").json
    assert (ran["title"], ran["preset"]) == ("Stripe, export of payments", "stripe-payments")
    assert sorted(ran["files"]) == ["contacts.sql", "scope.sql", "scope.yaml"]
    assert any("which language" in one for one in ran["unknown"])


def test_what_is_not_known_is_said_before_anything_else(alone: Cli, tmp_path: Path) -> None:
    shutil.copy(EXPORTS / "zendesk-tickets.csv", tmp_path / "tickets.csv")
    ran = alone("suggest", "tickets.csv", "--to", "case")
    said = " ".join(ran.out.split())
    assert said.startswith(
        "Zendesk, export of tickets. - not known: Times carry no zone; they are in your account's: say it with --zone."
    )
    assert ran.out.splitlines()[-1] == "    makegood scope case"
    assert 'export: {file: "../tickets.csv"}' in (tmp_path / "case/scope.yaml").read_text()
    assert (tmp_path / "case/scope.sql").stat().st_mode & 0o777 == 0o644


def test_nothing_is_overwritten(alone: Cli, tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case/scope.sql").write_text("SELECT 1")
    refused = alone("suggest", EXPORTS / "zendesk-tickets.csv", "--to", "case", code=1)
    assert refused.said == (
        "'case' has scope.sql already. Name another folder, or move these away first; nothing was written."
    )
    assert [one.name for one in (tmp_path / "case").iterdir()] == ["scope.sql"]


def test_bad_files_zones_and_currencies(alone: Cli, tmp_path: Path) -> None:
    (tmp_path / "head.csv").write_text("a,b\n")
    assert "The file has a header and no rows." in alone("suggest", "head.csv", code=1).said
    assert "There is no such file." in alone("suggest", "none.csv", code=1).said
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n")
    assert "Nowhere" in alone("suggest", "rows.csv", "--zone", "Nowhere", code=1).said
    assert "not an ISO 4217" in alone("suggest", "rows.csv", "--currency", "Euro", code=1).said
