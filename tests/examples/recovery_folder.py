"""A prepared example folder, checked, gathered and decided with the real parts, without a database."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from makegood.channels import CHANNELS
from makegood.core.facts import FactColumn, typed_facts
from makegood.core.gathering import COUNTS, gathering_sql, nobody_sums_sql
from makegood.core.playbook import Plugins
from makegood.core.render import Message, compile_message
from makegood.documents.folder import CheckedFolder, Folder, check_folder, read_folder
from makegood.kit.columns import Columns, check_select
from makegood.kit.errors import NotFound
from makegood.kit.letterpaper import unprintable
from makegood.kit.money import Money
from makegood.remedies import REMEDIES
from makegood.testing.packages import packaged_file

EXAMPLES = Path(__file__).parents[2] / "examples"
RETAIL = Path(__file__).parents[3] / "shared" / "data" / "online-retail" / "online_retail.parquet"


def example(name: str) -> ModuleType:
    """prepare.py of an example; its folder has a hyphen, so it is no package."""
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), EXAMPLES / name / "prepare.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def need_package(package: str, inside: str) -> None:
    try:
        packaged_file(package, inside)
    except NotFound as missing:
        pytest.skip(f"{missing.what} {missing.remedy}")


@dataclass(frozen=True)
class Counts:
    read: int
    affected: int
    merged: int
    rejected: int
    nobody: int


def compiled(folder: Folder) -> dict[str, Message]:
    """By name; the examples are in one language."""
    messages = {}
    for name, files in folder.messages.items():
        ((_, file),) = files.items()
        message, findings = compile_message(folder.texts[file], file)
        assert message is not None and findings == [], findings
        messages[name] = message
    return messages


def checked(root: Path) -> CheckedFolder:
    """The folder, checked with all registered plug-ins and the placeholders of its messages."""
    folder = read_folder(root)
    remedies, channels = ({name: one.get(name) for name in one.names()} for one in (REMEDIES, CHANNELS))
    used = {message.name: set(message.placeholders) for message in compiled(folder).values()}
    return check_folder(folder, Plugins(remedies, channels), message_placeholders=used)


class Gathered:
    """An open column engine with the tables of `core.gathering` and `affected` as policies see it."""

    def __init__(self, columns: Columns, folder: CheckedFolder) -> None:
        assert folder.scope is not None and folder.policy is not None and folder.mistake is not None
        self.columns, self.folder = columns, folder.folder
        self.scope, self.policy, self.mistake = folder.scope, folder.policy, folder.mistake

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        return self.columns.fetch(sql, 100_000)

    @property
    def counts(self) -> Counts:
        return Counts(*(int(value) for value in self.fetch(COUNTS)[0]))

    def nobody_sums(self) -> dict[str, int]:
        sums = self.fetch(nobody_sums_sql(list(self.scope.columns.values())))
        return {name: int(minor) for name, _, minor in sums}

    def customers(self) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
        """Facts and contact of each affected customer by key, as they are stored."""
        rows = self.fetch("SELECT customer_key, facts, contact FROM snapshot ORDER BY customer_key")
        return {key: (json.loads(facts), json.loads(contact)) for key, facts, contact in rows}

    def unreachable(self, *routes: str) -> list[str]:
        """Who cannot be reached by any of the routes (email, post, phone)."""
        return [key for key, (_, contact) in self.customers().items() if not any(contact.get(one) for one in routes)]

    def decisions(self) -> dict[tuple[str, str], tuple[str, str, int]]:
        """(customer key, remedy) to (status, rule, minor units)."""
        sql = self.policy.decision_sql("affected")
        rows = self.fetch(
            f"SELECT customer_key, remedy, status, rule, coalesce(minor, 0) FROM ({sql}) JOIN affected USING"
            " (customer_id)"
        )
        return {(key, remedy): (status, rule, int(minor)) for key, remedy, status, rule, minor in rows}

    def by_rule(self, remedy: str) -> dict[str, tuple[int, int]]:
        """Customers and minor units of each rule of a remedy."""
        found: dict[str, tuple[int, int]] = {}
        for (_, word), (_, rule, minor) in self.decisions().items():
            if word == remedy:
                count, total = found.get(rule, (0, 0))
                found[rule] = (count + 1, total + minor)
        return found

    def render(self, message: str, *, every: int = 1) -> dict[str, str]:
        """The message to each customer with a name (or to one of `every`), subject first; letters can print it."""
        template, texts = compiled(self.folder)[message], {}
        amounts: dict[str, dict[str, Money]] = {}
        for (key, remedy), (status, _, minor) in self.decisions().items():
            if status == "owed":
                currency = self.policy.remedies[remedy].currency
                amounts.setdefault(key, {})[remedy] = Money(minor, currency)
        kinds = [FactColumn(c.name, c.kind, c.currency) for c in self.scope.columns.values()]
        zone = ZoneInfo(self.mistake.zone)
        for key, (facts, contact) in list(self.customers().items())[::every]:
            if not contact.get("name"):
                continue
            known = {
                **typed_facts(json.dumps(facts), kinds, zone), "name": contact["name"], "amounts": amounts.get(key, {}),
                "brand": "The Example Firm", "noticed": self.mistake.noticed_at.astimezone(zone),
                "facts": {fact.id: fact.text for fact in self.mistake.facts if fact.confirmed},
            }  # fmt: skip
            words = template.render(known, locale=contact.get("language") or "en")
            texts[key] = f"{words.subject}\n{words.text}"
            assert unprintable(texts[key]) == set()
        return texts


@contextmanager
def gathered(root: Path) -> Iterator[Gathered]:
    """Reads the sources of the folder, runs its query sealed in, types and merges, as loading a scope does."""
    folder = checked(root)
    assert not folder.blocked, folder.findings
    assert folder.scope is not None
    with Columns() as columns:
        for source in folder.scope.sources.values():
            loaded = columns.load_file(source.name, root / str(source.file), dict(source.options))
            assert loaded.rejected_count == 0
        columns.seal()
        if folder.scope.query:
            sql = folder.folder.texts[folder.scope.query]
            check_select(sql, folder.scope.query)
            columns.run(f"CREATE TABLE query_rows AS\n{sql}", file=folder.scope.query)
            named = {name for name, _ in columns.describe("SELECT * FROM query_rows")}
            line = "" if "_line" in named else "row_number() OVER () AS _line, "
            columns.run(f"CREATE TABLE raw AS SELECT row_number() OVER () AS _row, {line}* FROM query_rows")
        else:
            columns.run(f"CREATE TABLE raw AS SELECT row_number() OVER () AS _row, * FROM {folder.scope.from_source}")
        if folder.scope.contacts:
            columns.run(f"CREATE TABLE contact_raw AS SELECT * FROM {folder.scope.contacts.source}")
        for statement in gathering_sql(folder.scope):
            columns.run(statement)
        columns.run(
            "CREATE TABLE affected AS SELECT row_number() OVER (ORDER BY customer_key) AS customer_id, * EXCLUDE"
            " (rows, problem) FROM merged_rows WHERE problem IS NULL"
        )
        yield Gathered(columns, folder)


def retail_or_skip() -> Path:
    path = Path(os.environ.get("MAKEGOOD_RETAIL", str(RETAIL)))
    if not path.is_file():
        pytest.skip(f"The Online Retail records are not at {path}; get them from the UCI repository to run this test.")
    return path
