"""The examples in the docs are read by the code they describe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from makegood.core.mapping import parse_scope
from makegood.core.policy import parse_policy
from makegood.documents.folder import KINDS, read_document

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"


def example(kind: str) -> str:
    found = re.findall(r"```yaml\n(# (\w+)\.yaml\n.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (text,) = [text for text, name in found if name == kind]
    return text


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_passes_its_schema(kind) -> None:
    file, findings = read_document(example(kind), kind, f"{kind}.yaml")
    assert findings == []
    assert file is not None


def test_the_examples_scope_and_policy_fit() -> None:
    text = example("scope")
    text = text.replace("  purchases: {file", "  contacts: {file: contacts.csv}\n  purchases: {file", 1)
    text = text.replace(
        "columns:", "columns:\n  refunded: {type: money, currency: USD}\n  days_late: {type: integer}", 1
    )
    file, _ = read_document(text, "scope", "scope.yaml")
    assert file is not None
    mapping, findings = parse_scope(file)
    assert findings == []
    assert mapping is not None
    file, _ = read_document(example("policy"), "policy", "policy.yaml")
    assert file is not None
    policy, findings = parse_policy(file, mapping.types())
    assert findings == []
    assert policy is not None
    assert [rule.ending for rule in policy.remedies["refund"].rules] == ["hold", "nothing", "amount", "amount"]
