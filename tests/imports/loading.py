"""An export taken the whole way: recognised, written down, pushed and loaded by the real verbs."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engine.recovery import given_people, recovery, rows

from makegood.imports.suggest import suggest
from makegood.imports.suggested import Suggested
from makegood.imports.writing import written
from makegood.scopes.models import Scope
from makegood.scopes.queries import list_rejections

EXPORTS = Path(__file__).with_name("exports")


@dataclass(frozen=True)
class Taken:
    suggested: Suggested
    texts: dict[str, str]
    scope: Scope

    @property
    def counts(self) -> tuple[int, int, int, int, int]:
        """read, affected, merged, rejected, nobody"""
        counts = self.scope.counts
        return tuple(counts[word] for word in ("read", "affected", "merged", "rejected", "nobody"))

    @property
    def facts(self) -> dict[str, dict[str, Any]]:
        return self._column("facts")

    @property
    def contacts(self) -> dict[str, dict[str, Any]]:
        found = self._column("contact")
        return {key: {word: value for word, value in one.items() if value} for key, one in found.items()}

    @property
    def rejected(self) -> list[tuple[str, int | None, str, str]]:
        return [(one.source, one.line, one.column, one.reason) for one in list_rejections(self.scope)]

    def _column(self, column: str) -> dict[str, dict[str, Any]]:
        found = rows(f"SELECT customer_key, {column} FROM affected WHERE scope_id = %s", self.scope.id)
        return {key: json.loads(text) for key, text in found}


def taken(tmp_path: Path, export: str, *, contacts: str = "", **said: str) -> Taken:
    """`export` and `contacts` are files of `exports`; they are copied into the recovery's folder first."""
    made = recovery(tmp_path, given_people()).write(policy="remedies: {}\n", playbook="stages: {}\n")
    for name in filter(None, (export, contacts)):
        shutil.copy(EXPORTS / name, made.path)
    beside = made.path / contacts if contacts else None
    suggested = suggest(made.path / export, contacts=beside, **said)
    texts = {name: text.replace(f'"{made.path}/', '"') for name, text in written(suggested).items()}
    for name, text in texts.items():
        (made.path / name).write_text(text, encoding="utf-8")
    return Taken(suggested, texts, made.load())
