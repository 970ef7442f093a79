"""A policy by its path, or by the name of a pack that comes with Makegood: `pack:eu261`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from makegood.core.expressions_sql import Type
from makegood.core.mapping import parse_scope
from makegood.core.policy import Policy, parse_policy
from makegood.documents.folder import read_document, read_text
from makegood.kit.errors import Finding, NotFound, refuse
from makegood.kit.yamlfile import YamlFile, parse

PACK = "pack:"
# The header alone: reading forty whole packs takes seconds.
_HEAD = re.compile(r"^policy:.*?(?=^[^\s#]|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Opened:
    """A policy that can be used; `name` is what the person gave, `advice` what was found without blocking."""

    name: str
    file: YamlFile
    policy: Policy
    advice: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack by its name, and what its header says."""

    name: str
    title: str
    version: str
    source: str
    confidence: str


def open_policy(name: str) -> Opened:
    """Raises `NotFound` for a missing file or pack, `BadInput` with every finding for a policy that cannot be used."""
    file, policy, findings = read_policy(name)
    if file is None or policy is None:
        blocking = [finding for finding in findings if finding.blocking]
        raise refuse(f"The policy '{name}' cannot be used yet.", blocking, remedy="Solve what stands below.")
    return Opened(name, file, policy, tuple(findings))


def read_policy(name: str) -> tuple[YamlFile | None, Policy | None, list[Finding]]:
    """The same with what is wrong as findings. Raises only where there is nothing to read."""
    shown = name if name.startswith(PACK) else str(_path(name))
    file, findings = read_document(policy_text(name), "policy", shown)
    if file is None:
        return None, None, findings
    columns, wrong = _columns_beside(name, declares=bool(file.value.get("facts")))
    policy, found = parse_policy(file, columns) if not wrong else (None, wrong)
    return file, policy, [*findings, *found]


def paid_beside(name: str) -> set[str] | None:
    """Remedies that a step of the playbook beside the policy pays; None where there is no playbook to read."""
    text = _beside(name, "playbook.yaml")
    file = read_document(text, "playbook", "playbook.yaml")[0] if text is not None else None
    if file is None:
        return None
    steps = [step for stage in file.value["stages"].values() for step in stage["steps"]]
    return {str(step["remedy"]) for step in steps if step.get("remedy")}


def _columns_beside(name: str, *, declares: bool) -> tuple[dict[str, Type] | None, list[Finding]]:
    """The columns of a recovery's scope.yaml; None where the policy stands alone and its facts are the columns."""
    text = _beside(name, "scope.yaml")
    if text is None:
        return None, []
    where = str(_path(name).with_name("scope.yaml"))
    file, findings = read_document(text, "scope", where)
    mapping = None
    if file is not None:
        mapping, findings = parse_scope(file)
    if mapping is None:
        return None, [] if declares else findings
    return mapping.types(), []


def _beside(name: str, document: str) -> str | None:
    if name.startswith(PACK):
        return None
    path = _path(name).with_name(document)
    return read_text(path) if path.is_file() else None


def _path(name: str) -> Path:
    return Path(name) / "policy.yaml" if Path(name).is_dir() else Path(name)


def policy_text(name: str) -> str:
    """The text of a policy. Raises `NotFound` where there is none, `BadInput` for a folder or an unreadable file."""
    if name.startswith(PACK):
        return pack_text(name.removeprefix(PACK))
    path = _path(name)
    if not path.exists():
        what = f"There is no policy '{name}'."
        raise NotFound(what, remedy="Check the path; a pack is called pack:NAME.", code="no-policy")
    return read_text(path)


def pack_text(name: str) -> str:
    """The text of a pack. Raises `NotFound` with the nearest name."""
    found = _packs().get(name)
    if found is None:
        close = get_close_matches(name, _packs(), 1)
        remedy = f"Did you mean '{close[0]}'?" if close else "List them: makegood policy packs"
        raise NotFound(f"There is no pack '{name}'.", remedy=remedy, code="no-pack")
    return found.read_text(encoding="utf-8")


def list_packs() -> list[Pack]:
    """Every pack in the order of names."""
    found = []
    for name, one in _packs().items():
        text = _HEAD.search(one.read_text(encoding="utf-8"))
        head = parse(text[0], f"{PACK}{name}").value["policy"] if text else {}
        words = {key: str(head.get(key, "")) for key in ("name", "version", "source", "confidence")}
        found.append(Pack(name, words["name"], words["version"], words["source"], words["confidence"]))
    return found


@cache
def _packs() -> dict[str, Traversable]:
    """Packs by name: `packs/eu261.yaml`, or `packs/eu261/policy.yaml`."""
    root = files("makegood").joinpath("packs")
    found = {}
    for one in _yaml_below(root) if root.is_dir() else ():
        parts = one[0]
        name = parts[-1].removesuffix(".yaml")
        found[parts[-2] if name == "policy" and len(parts) > 1 else name] = one[1]
    return dict(sorted(found.items()))


def _yaml_below(root: Traversable, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Traversable]]:
    for one in root.iterdir():
        parts = (*before, one.name)
        if one.is_dir():
            yield from _yaml_below(one, parts)
        elif one.name.endswith(".yaml"):
            yield parts, one
