"""A recovery folder: reading, and checking its documents against each other."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.twice import write_twice

from makegood.core.playbook import Plugins
from makegood.core.render import compile_message
from makegood.documents.folder import (
    KINDS,
    CheckedFolder,
    Folder,
    check_folder,
    read_folder,
    read_mistake,
    schema,
)
from makegood.kit.errors import BadInput, NotFound


@dataclass(frozen=True)
class Facts:
    kinds: frozenset[str]
    route: str = ""
    needs_money: bool = False


PLUGINS = Plugins(
    remedies={"store-credit": Facts(frozenset({"fix", "make good"}), needs_money=True)},
    channels={name: Facts(frozenset({"tell", "ask"}), name) for name in ("email", "letter")},
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_twice(tmp_path / "recovery")


def placeholders(folder: Folder) -> dict[str, set[str]]:
    found = {}
    for file in (one for files in folder.messages.values() for one in files.values()):
        message, findings = compile_message(folder.texts[file], folder.shown(file))
        assert message is not None, findings
        assert not [finding for finding in findings if finding.blocking]
        found[file] = set(message.placeholders)
    return found


def checked(path: Path) -> CheckedFolder:
    folder = read_folder(path)
    return check_folder(folder, PLUGINS, message_placeholders=placeholders(folder))


def edited(path: Path, name: str, old: str, new: str) -> CheckedFolder:
    text = (path / name).read_text(encoding="utf-8")
    assert old in text
    (path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return checked(path)


def test_a_whole_folder_passes_its_own_check(path: Path) -> None:
    found = checked(path)
    assert found.findings == ()
    assert not found.blocked
    assert found.mistake is not None
    assert found.scope is not None
    assert found.policy is not None
    assert found.playbook is not None
    assert list(found.folder.messages) == ["acknowledge", "ask", "remedy"]


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_valid_named_and_strict(kind) -> None:
    found = schema(kind)
    Draft202012Validator.check_schema(found)
    assert found["$id"] == f"urn:makegood:schema:{kind}:{2 if kind == 'policy' else 1}"
    assert found["title"]
    todo, objects = [found], 0
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            if node.get("type") == "object" and "properties" in node:
                objects += 1
                assert node["additionalProperties"] is False, json.dumps(node)[:200]
                assert node["description"].endswith(".")
                assert all("description" in one for one in node["properties"].values()), list(node["properties"])
            todo += node.values()
        elif isinstance(node, list):
            todo += node
    assert objects


def test_missing_folder_and_files(tmp_path: Path, path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        read_folder(tmp_path / "nowhere")
    assert caught.value.code == "no-folder"
    assert "makegood init" in caught.value.remedy
    with pytest.raises(BadInput) as wrong:
        read_folder(path / "policy.yaml")
    assert wrong.value.code == "not-a-folder"
    (path / "policy.yaml").unlink()
    with pytest.raises(NotFound) as missing:
        read_folder(path)
    assert missing.value.code == "missing-document"
    assert "policy.yaml" in missing.value.what
    assert "makegood init" in missing.value.remedy


def test_wrong_encoding_says_which_byte(path: Path) -> None:
    (path / "policy.yaml").write_bytes("# first\n# über".encode("cp1252"))
    with pytest.raises(BadInput) as caught:
        read_folder(path)
    assert caught.value.code == "not-utf-8"
    assert "byte 10 " in caught.value.what
    assert str(caught.value.place) == f"{path / 'policy.yaml'}:2:3"


def test_a_byte_order_mark_is_no_text(path: Path) -> None:
    text = (path / "policy.yaml").read_bytes()
    (path / "policy.yaml").write_bytes(b"\xef\xbb\xbf" + text)
    assert not checked(path).blocked


def test_too_large_and_unreadable(path: Path) -> None:
    (path / "scope.sql").write_text("-" * 2_000_001)
    with pytest.raises(BadInput) as caught:
        read_folder(path)
    assert caught.value.code == "too-large"
    (path / "scope.sql").unlink()
    (path / "scope.sql").mkdir()
    with pytest.raises(BadInput) as directory:
        read_folder(path)
    assert directory.value.code == "unreadable"


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("policy.yaml", "refunded >= extra", "refund >= extra", "unknown-column"),
        ("policy.yaml", "  sorry:\n    kind: make good", "  sorry:\n    kind: fix", "kind-mismatch"),
        ("scope.yaml", "from: affected ", "query: scope.sql # ", "missing-query"),
        ("playbook.yaml", "message: remedy", "message: remedied", "unknown-message"),
        ("messages/remedy.md", "{{ amounts.refund }}", "{{ amounts.refnd }}", "unknown-placeholder"),
        ("messages/remedy.md", "{{ facts.cause }}", "{{ facts.clause }}", "unknown-placeholder"),
        ("messages/ask.md", "{{ name }}", "{{ nickname }}", "unknown-placeholder"),
        ("mistake.yaml", "zone: Europe/London", "zone: Europe/Lundon", "unknown-zone"),
        ("mistake.yaml", "mistake: ", "mistake: [", "bad-yaml"),
        ("scope.yaml", "key: customer  ", "keys: customer  ", "schema-additionalproperties"),
    ],
)
def test_documents_are_checked_against_each_other(path: Path, name: str, old: str, new: str, code: str) -> None:
    found = edited(path, name, old, new)
    assert found.blocked
    assert code in {finding.code for finding in found.findings}
    first = next(finding for finding in found.findings if finding.code == code)
    assert first.place is not None
    assert first.place.file.startswith(str(path))
    assert first.place.line is not None


def test_unknown_placeholders_have_a_place_and_a_suggestion(path: Path) -> None:
    found = edited(path, "messages/acknowledge.md", "{{ extra }}", "{{ extr }}")
    (finding,) = found.findings
    assert str(finding.place).endswith("messages/acknowledge.md:6:74")
    assert finding.remedy == "Did you mean 'extra'?"


def test_unconfirmed_facts_are_advice(path: Path) -> None:
    found = edited(path, "mistake.yaml", 'slow to answer.", confirmed: true', 'slow to answer.", confirmed: false')
    assert [(finding.code, finding.level) for finding in found.findings] == [("unconfirmed-fact", "advice")]
    assert not found.blocked


def test_fault_unclear_lets_words_stand_alone(path: Path) -> None:
    (path / "policy.yaml").write_text("remedies: {}\n")
    (path / "playbook.yaml").write_text(
        "stages:\n  a:\n    steps:\n      - {id: x, do: tell, message: acknowledge, channels: [email]}\n"
    )
    (path / "messages" / "remedy.md").unlink()
    assert [finding.code for finding in checked(path).findings] == ["words-only"]
    assert checked(path).blocked
    assert not edited(path, "mistake.yaml", "fault: clear", "fault: unclear").blocked


def test_a_broken_policy_does_not_hide_the_rest(path: Path) -> None:
    edited(path, "policy.yaml", "kind: fix ", "kind: fox ")
    found = edited(path, "playbook.yaml", "noticed + 24 hours", "soon")
    assert found.policy is None
    assert {"schema-enum", "bad-due"} <= {finding.code for finding in found.findings}


def test_missing_texts_are_findings(path: Path) -> None:
    folder = read_folder(path)
    texts = {name: text for name, text in folder.texts.items() if name != "policy.yaml"}
    found = check_folder(replace(folder, texts=texts), PLUGINS)
    assert [finding.code for finding in found.findings] == ["missing-document"]
    assert found.policy is None


def test_a_mistake_alone_is_read_whole_or_refused_with_every_finding(path: Path) -> None:
    assert read_mistake(path).slug
    file = path / "mistake.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"owner: me\nwhose: mine\n{text}", encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read_mistake(path)
    assert refused.value.code == "documents-blocked"
    assert str(file) in refused.value.what
    assert refused.value.findings
