"""A recovery is a folder: reading one from disk, and checking all its documents against each other.

Reading knows nothing of meaning and checking nothing of disks; a revision stored in the database is checked by the same
`check_folder` from its texts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from makegood.core.mapping import ScopeMapping, parse_scope
from makegood.core.mistakefile import MistakeFile, parse_mistake
from makegood.core.playbook import Playbook, Plugins, parse_playbook
from makegood.core.policy import Policy, parse_policy
from makegood.core.render.spoken import by_message
from makegood.documents.languages import check_languages
from makegood.documents.placeholders import check_placeholders
from makegood.kit.errors import BadInput, Finding, NotFound, Place
from makegood.kit.yamlfile import MAX_BYTES, YamlFile, check_schema, parse

Kind = Literal["mistake", "scope", "policy", "playbook"]
KINDS: tuple[Kind, ...] = ("mistake", "scope", "policy", "playbook")


@dataclass(frozen=True, slots=True)
class Folder:
    """`texts` are the documents by name inside the folder (`policy.yaml`, `scope.sql`, `messages/remedy.md`)."""

    path: str
    texts: Mapping[str, str]

    @property
    def messages(self) -> dict[str, dict[str, str]]:
        """The files of each message by language, by its name without folder, language and ending."""
        return by_message(self.texts)

    def shown(self, name: str) -> str:
        """The path of a document as the person gave the folder."""
        return str(Path(self.path) / name) if self.path else name


@dataclass(frozen=True, slots=True)
class CheckedFolder:
    """What could be read (None where a document blocks) and every finding, in the order of the documents."""

    folder: Folder
    mistake: MistakeFile | None
    scope: ScopeMapping | None
    policy: Policy | None
    playbook: Playbook | None
    findings: tuple[Finding, ...] = field(default=())

    @property
    def blocked(self) -> bool:
        return any(finding.blocking for finding in self.findings)


@cache
def schema(kind: Kind) -> dict[str, Any]:
    """The published JSON Schema of a document."""
    text = files("makegood.documents").joinpath("schemas", f"{kind}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def read_folder(path: Path) -> Folder:
    """Reads the YAML files, all `.sql` files beside them and `messages/*.md`. Rows of customers are not read here.

    Raises `NotFound` for a missing folder or document, `BadInput` for what is no folder, too large or not UTF-8.
    """
    if not path.exists():
        what = f"There is no folder '{path}'."
        raise NotFound(what, remedy=f"Check the name, or create it: makegood init {path}.", code="no-folder")
    if not path.is_dir():
        raise BadInput(f"'{path}' is a file, not a folder.", remedy="Name the folder it is in.", code="not-a-folder")
    for kind in KINDS:
        if not (path / f"{kind}.yaml").is_file():
            what = f"The folder has no {kind}.yaml."
            remedy = (
                f"A recovery is a folder with {', '.join(f'{one}.yaml' for one in KINDS)}; makegood init writes one."
            )
            raise NotFound(what, remedy=remedy, place=Place(str(path)), code="missing-document")
    found = [path / f"{kind}.yaml" for kind in KINDS]
    found += sorted(path.glob("*.sql")) + sorted((path / "messages").glob("*.md"))
    return Folder(str(path), {one.relative_to(path).as_posix(): read_text(one) for one in found})


def check_folder(
    folder: Folder, plugins: Plugins, *, message_placeholders: Mapping[str, set[str]] | None = None
) -> CheckedFolder:
    """Parses all documents and checks them against each other; never raises for what a person wrote.

    `message_placeholders` are the dotted names each message file uses (rendering knows them); without it they are not
    checked. A document that is missing from `folder.texts` is a finding.
    """
    found: list[Finding] = []
    read = {kind: _document(folder, kind, found) for kind in KINDS}
    mistake = _parsed(parse_mistake, read["mistake"], found)
    scope = _parsed(parse_scope, read["scope"], found)
    policy = None
    if (file := read["policy"]) is not None and scope is not None:
        policy, findings = parse_policy(file, scope.types())
        found += findings
    playbook = None
    if (file := read["playbook"]) is not None:
        remedies = policy.remedies if policy is not None else None
        fault = mistake.fault if mistake is not None else "clear"
        columns = scope.types() if scope is not None else None
        playbook, findings = parse_playbook(file, remedies, folder.messages, plugins, fault=fault, columns=columns)
        found += findings
    found += _queries(folder, scope, read["scope"])
    if message_placeholders is not None and scope is not None and mistake is not None:
        amounts = {word for word, one in policy.remedies.items() if one.in_unit is None} if policy is not None else None
        found += check_placeholders(folder, message_placeholders, scope, mistake, amounts)
        found += check_languages(folder, folder.messages, message_placeholders, mistake.locale)
    return CheckedFolder(folder, mistake, scope, policy, playbook, tuple(found))


def read_mistake(path: Path) -> MistakeFile:
    """The mistake of a folder, without its other documents. Raises `BadInput` with every finding."""
    name = str(path / "mistake.yaml")
    file, findings = read_document(read_text(path / "mistake.yaml"), "mistake", name)
    mistake = None
    if file is not None:
        mistake, findings = parse_mistake(file)
    if mistake is None:
        what = f"'{name}' cannot be read."
        raise BadInput(what, remedy="Solve what stands below.", findings=tuple(findings), code="documents-blocked")
    return mistake


def read_document(text: str, kind: Kind, name: str) -> tuple[YamlFile | None, list[Finding]]:
    """One YAML document, parsed and checked against its schema; None when anything blocks."""
    try:
        file = parse(text, name)
    except BadInput as no:
        return None, [Finding(no.code, no.what, no.remedy, place=no.place)]
    findings = check_schema(file, schema(kind))
    return (None if findings else file), findings


def _document(folder: Folder, kind: Kind, found: list[Finding]) -> YamlFile | None:
    name = f"{kind}.yaml"
    if name not in folder.texts:
        found.append(
            Finding("missing-document", f"There is no {name}.", "makegood init writes one.", place=Place(name))
        )
        return None
    file, findings = read_document(folder.texts[name], kind, folder.shown(name))
    found += findings
    return file


def _parsed(parse_one: Any, file: YamlFile | None, found: list[Finding]) -> Any:
    if file is None:
        return None
    document, findings = parse_one(file)
    found += findings
    return document


def _queries(folder: Folder, scope: ScopeMapping | None, file: YamlFile | None) -> list[Finding]:
    """Every SQL file that scope.yaml names must be in the folder."""
    if scope is None or file is None:
        return []
    named: list[tuple[tuple[str, ...], str]] = [(("query",), scope.query)] if scope.query else []
    if scope.contacts is not None and scope.contacts.query:
        named.append((("contacts", "query"), scope.contacts.query))
    named += [(("sources", word, "query"), one.query) for word, one in scope.sources.items() if one.query]
    known = ", ".join(name for name in folder.texts if name.endswith(".sql")) or "none"
    return [
        Finding("missing-query", f"There is no file '{name}'.", f"The folder has: {known}.", place=file.place(path))
        for path, name in named
        if name not in folder.texts
    ]


def read_text(path: Path) -> str:
    """A document's text. Raises `BadInput` for what cannot be read, is too large or is not UTF-8."""
    try:
        content = path.read_bytes()
    except OSError as error:
        what = f"The file cannot be read: {error.strerror}."
        raise BadInput(what, remedy="Check its permissions.", place=Place(str(path)), code="unreadable") from error
    if len(content) > MAX_BYTES:
        raise BadInput("The file is larger than 2 MB.", remedy="Split it.", place=Place(str(path)), code="too-large")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        place = Place(str(path), before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        what = f"The file is not UTF-8: byte {error.start} cannot be read."
        remedy = "Save it as UTF-8; spreadsheets and old editors write cp1252."
        raise BadInput(what, remedy=remedy, place=place, code="not-utf-8") from error
