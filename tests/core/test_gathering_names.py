"""A source may be called what our own tables are called: neither reads the other's rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.recovery import SCOPE, given_people, recovery, rows

from makegood.core.mapping import parse_scope
from makegood.documents.folder import read_document
from makegood.kit.columns import Columns
from makegood.kit.errors import BadInput

OURS = (
    "raw", "typed", "rejected", "nobody", "merged_rows", "contact", "contact_raw", "contact_typed", "two_names",
    "snapshot", "query_rows", "affected", "final", "act", "part", "stage", "resolved",
)  # fmt: skip


def test_tables_made_after_sealing_do_not_meet_what_was_loaded(tmp_path: Path) -> None:
    with Columns() as columns:
        for word in OURS:
            (tmp_path / f"{word}.csv").write_text(f"customer\n{word}-1\n", encoding="utf-8")
            columns.load_file(word, tmp_path / f"{word}.csv", {"header": True})
        columns.seal()
        for word in OURS:
            columns.run(f"CREATE TABLE {word} AS SELECT customer || ' again' AS customer FROM {word}")
        for word in OURS:
            assert columns.fetch(f"SELECT customer FROM {word}") == [(f"{word}-1 again",)]
            assert columns.fetch(f"SELECT customer FROM main.{word}") == [(f"{word}-1",)]


def test_a_person_cannot_change_where_tables_are_looked_for() -> None:
    with Columns() as columns:
        columns.seal()
        with pytest.raises(BadInput) as refused:
            columns.run("SET lock_configuration = false")
        assert refused.value.code == "query-failed"


@pytest.mark.parametrize("word", ["raw", "contact", "typed", "snapshot", "query_rows"])
def test_a_scope_from_a_source_of_that_name(database, tmp_path: Path, word: str) -> None:
    scope = SCOPE.replace("  affected: {file", f"  {word}: {{file").replace("from: affected", f"from: {word}")
    loaded = recovery(tmp_path, given_people(), count=3, scope=scope).load()
    assert (loaded.counts["affected"], loaded.counts["with_email"]) == (3, 3)
    found = rows("SELECT customer_key, facts FROM affected WHERE scope_id = %s ORDER BY customer_key", loaded.id)
    assert found == [("c1", '{"extra":150}'), ("c2", '{"extra":250}'), ("c3", '{"extra":350}')]


@pytest.mark.parametrize("word", ["contact", "contact_raw", "two_names", "snapshot"])
def test_contacts_from_a_source_of_that_name(database, tmp_path: Path, word: str) -> None:
    scope = SCOPE.replace("  contacts: {file", f"  {word}: {{file").replace("source: contacts", f"source: {word}")
    loaded = recovery(tmp_path, given_people(), count=3, scope=scope).load()
    assert (loaded.counts["affected"], loaded.counts["with_email"]) == (3, 3)


def test_contacts_called_raw_are_refused_with_another_name() -> None:
    scope = SCOPE.replace("  contacts: {file", "  raw: {file").replace("source: contacts", "source: raw")
    file, _ = read_document(scope, "scope", "scope.yaml")
    assert file is not None
    mapping, found = parse_scope(file)
    assert mapping is None
    ((code, line),) = [(finding.code, finding.place and finding.place.line) for finding in found]
    assert (code, line) == ("reserved-name", 9)
