"""Checking a pack offline: no database, no Django, nothing believed that can be computed again."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

from makegood.balance.evidence_check_plans import check_plans
from makegood.balance.evidence_check_rows import check_anchor, check_rows
from makegood.balance.evidence_files import MANIFEST, PackReader, manifest_digest, pretty
from makegood.balance.evidence_findings import Checking
from makegood.kit.errors import Finding


def verify_pack(path: Path, *, anchor: Path | None = None) -> list[Finding]:
    """Everything in the pack that does not agree with the rest of it, by file and line; empty when all does.

    With `anchor`, a copy of the file that the business wrote outside its database, the pack's seals are compared with
    it too. Raises `BadInput` when `path` is no pack.
    """
    with PackReader(path) as reader:
        checking = Checking(reader)
        checking.attempt(MANIFEST, lambda: _manifest(checking))
        collected = check_rows(checking)
        check_plans(checking, collected)
        if anchor is not None:
            check_anchor(checking, collected, anchor)
        return checking.finish()


def _manifest(checking: Checking) -> None:
    reader = checking.reader
    manifest = reader.json(MANIFEST)
    checking.manifest = manifest
    if reader.whole(MANIFEST) != pretty(manifest).encode() or manifest["digest"] != manifest_digest(manifest):
        checking.say("pack-manifest-changed", "The manifest was changed: its digest is not its own.", MANIFEST)
    for name in sorted(set(reader.names) - set(manifest["files"]) - {MANIFEST}):
        checking.say("pack-file-added", f"{name} is not in the manifest.", name)
    for name, written in sorted(manifest["files"].items()):
        checking.attempt(name, partial(_file, checking, name, written))
    for stream, count in sorted(manifest["unsealed"].items()):
        what = f"{count} rows of '{stream}' were not sealed yet when the pack was written; they are not in it."
        remedy = "Ask for a pack written a few minutes later."
        checking.findings.append(Finding("pack-not-all-sealed", what, remedy, level="advice", count=count))


def _file(checking: Checking, name: str, written: dict[str, Any]) -> None:
    whole, size = hashlib.sha256(), 0
    for line in checking.reader.lines(name):
        whole.update(line)
        size += len(line)
    if whole.hexdigest() != written["sha256"] or size != written["bytes"]:
        checking.say("pack-file-changed", f"{name} is not the file that the manifest names.", name)
