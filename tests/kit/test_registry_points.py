"""Plug-ins of other packages: found by entry point, loaded when used, never in place of one of ours."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from makegood.kit.errors import NotFound
from makegood.kit.registry import Registry

GROUP = "makegood.tests"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[EntryPoint]:
    points: list[EntryPoint] = []
    monkeypatch.setattr(
        "makegood.kit.registry.entry_points", lambda group: [point for point in points if point.group == group]
    )
    return points


def test_an_empty_family_knows_nothing() -> None:
    with pytest.raises(NotFound) as no:
        Registry("makegood.nobody", "remedy", {}).get("refund")
    assert (no.value.what, no.value.code) == ("There is no remedy called 'refund'.", "unknown-remedy")


def test_the_table_is_not_loaded_before_it_is_used(installed: list[EntryPoint]) -> None:
    installed.append(EntryPoint("theirs", "no.such.module:Thing", GROUP))
    family = Registry(GROUP, "remedy", {"ours": "no.such.module:Thing"})
    assert family.names() == ["ours", "theirs"]
    for name in family.names():
        with pytest.raises(ModuleNotFoundError):
            family.get(name)


def test_an_attribute_that_is_gone_is_our_fault_and_no_unknown_name(installed: list[EntryPoint]) -> None:
    with pytest.raises(AttributeError):
        Registry(GROUP, "remedy", {"ours": "decimal:Nothing"}).get("ours")


def test_another_familys_entry_points_do_not_count(installed: list[EntryPoint]) -> None:
    installed.append(EntryPoint("c", "pathlib:Path", "makegood.channels"))
    family = Registry(GROUP, "remedy", {"a": "decimal:Decimal"})
    assert family.names() == ["a"]
    with pytest.raises(NotFound):
        family.get("c")


def test_a_later_change_of_the_table_given_changes_nothing() -> None:
    table = {"a": "decimal:Decimal"}
    family = Registry("makegood.nobody", "remedy", table)
    table["a"] = "pathlib:Path"
    table["b"] = "pathlib:Path"
    assert (family.names(), family.get("a").__name__) == (["a"], "Decimal")


@pytest.mark.parametrize("name", ["", "A", " a", "a ", "decimal:Decimal"])
def test_a_name_is_exact(name: str) -> None:
    with pytest.raises(NotFound, match="Use one of: a"):
        Registry("makegood.nobody", "remedy", {"a": "decimal:Decimal"}).get(name)
