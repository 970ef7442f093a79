"""A family of plug-ins is a table that everyone can read, loaded when used."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from makegood.channels import CHANNELS
from makegood.kit.errors import NotFound
from makegood.kit.registry import Registry
from makegood.remedies import REMEDIES

FAMILY = Registry("makegood.tests", "letter", {"b": "decimal:Decimal", "a": "fractions:Fraction"})


def test_a_name_gives_its_class() -> None:
    from decimal import Decimal

    assert FAMILY.get("b") is Decimal


def test_names_are_in_order() -> None:
    assert FAMILY.names() == ["a", "b"]


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(NotFound) as no:
        FAMILY.get("c")
    assert no.value.code == "unknown-letter"
    assert "'c'" in no.value.what
    assert "a, b" in no.value.remedy


def test_another_package_may_add_one_but_not_replace_one(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [EntryPoint("c", "pathlib:Path", "makegood.tests"), EntryPoint("a", "pathlib:Path", "makegood.tests")]
    monkeypatch.setattr("makegood.kit.registry.entry_points", lambda group: points if group == FAMILY.group else [])
    assert FAMILY.names() == ["a", "b", "c"]
    assert FAMILY.get("c") is Path
    assert FAMILY.get("a") is not Path


@pytest.mark.parametrize("family", [CHANNELS, REMEDIES], ids=["channels", "remedies"])
def test_every_registered_plug_in_is_there_under_its_own_name(family: Registry) -> None:
    for name in family.names():
        plugin = family.get(name)
        assert plugin.name == name
        assert plugin.label
        assert plugin.kinds <= {"tell", "fix", "make good", "ask"}


def test_a_table_alone_loads_no_library() -> None:
    program = (
        "import sys; from makegood.channels import CHANNELS; from makegood.remedies import REMEDIES; "
        "print(sorted({'aiohttp', 'aiosmtplib', 'fpdf', 'django'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
