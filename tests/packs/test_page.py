"""Each pack says where it comes from, on itself and on the page of packs."""

from __future__ import annotations

import json
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.packs.asking import PACKS, pack, pack_text
from tests.packs.families import FAMILIES, PARTIES
from tests.packs.test_cases import CASES

from makegood.documents.folder import read_document

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def packs_page() -> ModuleType:
    spec = spec_from_file_location("packs_page", ROOT / "tools" / "packs_page.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_says_where_it_comes_from(name: str) -> None:
    header = pack(name).header
    assert header.name and header.version and header.source
    # What nobody published is an example and says so.
    assert header.confidence or header.source.startswith("An example")


def test_the_page_of_packs_is_current(packs_page: ModuleType) -> None:
    written = (ROOT / "docs" / "reference" / "packs.md").read_text(encoding="utf-8")
    assert written == packs_page.page(), "run: make format"


def test_the_page_names_the_packs_that_answer(packs_page: ModuleType) -> None:
    answered = {family: one.pack for family, one in FAMILIES.items()}
    said = {family: pack for family, (_, pack) in packs_page.FAMILIES.items() if family != "aggregate"}
    assert said == answered
    totals = packs_page.FAMILIES["aggregate"][1].split(", ")
    assert totals[0] == PARTIES["eu261"].pack
    assert set(totals) <= set(PACKS)


def test_the_page_counts_the_cases(packs_page: ModuleType) -> None:
    if not CASES.exists():
        pytest.skip("shared/data/policies/cases.jsonl, the published cases, is not here")
    lines = CASES.read_text(encoding="utf-8").splitlines()
    counted = Counter(json.loads(line)["scheme"] for line in lines)
    assert {family: cases for family, (cases, _) in packs_page.FAMILIES.items()} == counted


def test_a_party_has_the_rules_of_one_passenger() -> None:
    """The two files differ in what counts passengers, and in nothing else."""
    one, many = (written(name) for name in ("eu261", "eu261-party"))
    assert one["tables"] == many["tables"]
    alone, party = (dict(policy["remedies"]["compensation"]) for policy in (one, many))
    assert party.pop("rows") == {"once_per": ["passenger", "flight", "flight_date"]}
    assert alone.pop("rules")[-1]["amount"] == "band.base * passengers"
    assert party.pop("rules")[:-1] == one["remedies"]["compensation"]["rules"][:-1]
    assert alone == party


def written(name: str) -> dict[str, Any]:
    file, found = read_document(pack_text(name), "policy", name)
    assert file is not None, found
    value: dict[str, Any] = file.value
    return value
