"""A policy by its path, in a recovery's folder, or from a pack."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.policies.written import PARCELS
from tests.twice import write_twice

from makegood.kit.errors import BadInput, NotFound
from makegood.policies.opening import list_packs, open_policy, pack_text, paid_beside, read_policy


def test_a_policy_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "parcels.yaml"
    path.write_text(PARCELS)
    opened = open_policy(str(path))
    assert opened.policy.header.name == "Late parcels"
    assert list(opened.policy.facts) == ["days_late", "postage"]
    assert str(opened.policy.remedies["postage_back"].place).startswith(f"{path}:")


def test_a_policy_that_is_not_there() -> None:
    with pytest.raises(NotFound, match="There is no policy"):
        open_policy("nowhere.yaml")


def test_every_finding_of_a_policy_that_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "parcels.yaml"
    path.write_text(PARCELS.replace("percent(share, postage)", "share / days_late").replace("share = 0", "shar = 0"))
    with pytest.raises(BadInput) as refused:
        open_policy(str(path))
    assert {finding.code for finding in refused.value.findings} >= {"unknown-column"}
    assert all(finding.place is not None and finding.place.line for finding in refused.value.findings)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_twice(tmp_path / "f")


def test_a_policy_of_a_recovery_reads_the_columns_of_its_scope(folder: Path) -> None:
    opened = open_policy(str(folder))
    assert "extra" in opened.policy.facts
    assert open_policy(str(folder / "policy.yaml")).policy.facts.keys() == opened.policy.facts.keys()


def test_what_the_playbook_beside_it_pays(folder: Path, tmp_path: Path) -> None:
    assert "refund" in (paid_beside(str(folder)) or set())
    (tmp_path / "alone.yaml").write_text(PARCELS)
    assert paid_beside(str(tmp_path / "alone.yaml")) is None
    assert paid_beside("pack:any") is None


def test_a_scope_that_cannot_be_read_is_told(folder: Path) -> None:
    (folder / "scope.yaml").write_text("sources: {}\n")
    _, policy, findings = read_policy(str(folder))
    assert policy is None
    assert all(str(finding.place).startswith(str(folder / "scope.yaml")) for finding in findings)


def test_packs_have_their_names(tmp_path: Path) -> None:
    for pack in list_packs():
        assert pack_text(pack.name)
    with pytest.raises(NotFound) as missing:
        open_policy("pack:nothing-like-it")
    assert missing.value.code == "no-pack"
