"""The registry is complete, and each kind of message knows what it needs."""

from __future__ import annotations

import pytest

from makegood.checks.rules import KINDS, get_needs, get_rule, list_rules


def test_ids_are_the_published_ones() -> None:
    elements = [f"MG{number}" for number in range(101, 112)]
    faults = [f"MG{number}" for number in range(201, 220)]
    assert [rule.id for rule in list_rules()] == [*elements, *faults, "MG301"]
    assert [rule.id for rule in list_rules() if rule.is_element] == elements


def test_names_are_aliases() -> None:
    assert get_rule("conditional") is get_rule("mg201") is get_rule(" MG201 ")
    with pytest.raises(KeyError):
        get_rule("MG999")


@pytest.mark.parametrize("rule", list_rules(), ids=lambda rule: rule.id)
def test_a_rule_is_fit_to_be_read(rule) -> None:
    for text in (rule.definition, rule.message, rule.suggestion):
        assert text.endswith((".", "%.")) and len(text) < 200
    assert rule.good and rule.bad
    assert rule.page == f"rules/{rule.id}.md"


def test_needs_of_a_bill_and_of_an_outage() -> None:
    bill = get_needs("billing")
    assert bill["MG101"] == bill["MG105"] == "error"
    assert bill["MG109"] == "warning"
    assert "MG104" not in bill
    assert set(get_needs("outage")) == {"MG101", "MG105", "MG107", "MG110", "MG111"}


def test_a_second_apology_needs_everything() -> None:
    for kind in KINDS:
        assert get_needs(kind, attempt=2) == {f"MG{number}": "error" for number in range(101, 112)}


def test_nobody_owns_what_was_not_theirs() -> None:
    for fault in ("unclear", "none"):
        needs = get_needs("complaint", fault=fault)
        assert "MG103" not in needs
        assert needs["MG104"] == "error"
        assert get_needs("general", fault=fault)["MG104"] == "warning"


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        get_needs("sonnet")
