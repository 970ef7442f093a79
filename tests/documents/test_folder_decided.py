"""A folder, run: its rows typed, merged and decided in DuckDB, to the penny."""

from __future__ import annotations

import csv
import io

import duckdb
import pytest
from tests.twice import twice

from makegood.core.mapping import ScopeMapping, parse_scope
from makegood.core.mapping_sql import key_sql, merge_sql, typed_sql
from makegood.core.policy import Policy, parse_policy
from makegood.documents.folder import read_document


@pytest.fixture(scope="module")
def documents() -> tuple[ScopeMapping, Policy]:
    file, findings = read_document(twice()["scope.yaml"], "scope", "scope.yaml")
    assert file is not None, findings
    scope, findings = parse_scope(file)
    assert scope is not None, findings
    file, findings = read_document(twice()["policy.yaml"], "policy", "policy.yaml")
    assert file is not None, findings
    policy, findings = parse_policy(file, scope.types())
    assert policy is not None, findings
    return scope, policy


@pytest.fixture(scope="module")
def db(documents):
    scope, _ = documents
    rows = list(csv.DictReader(io.StringIO(twice()["affected.csv"])))
    names = list(rows[0])
    with duckdb.connect() as connection:
        columns = ", ".join(f'"{name}" VARCHAR' for name in names)
        connection.execute(f"CREATE TABLE source (_line BIGINT, {columns})")
        marks = ", ".join("?" * (len(names) + 1))
        for line, row in enumerate(rows, start=2):
            connection.execute(f"INSERT INTO source VALUES ({marks})", [line, *row.values()])
        typed = {word: typed_sql(column, f'"{column.source}"') for word, column in scope.columns.items()}
        values = ", ".join(f'{sql.value} AS "{word}"' for word, sql in typed.items())
        problems = ", ".join(sql.problem for sql in typed.values())
        key = key_sql(f'"{scope.key}"')
        connection.execute(
            f"CREATE TABLE typed AS SELECT _line, {key} AS key, {values}, list_filter([{problems}],"
            " lambda one: one IS NOT NULL) AS problems FROM source"
        )
        merged = ", ".join(f'{merge_sql(column).value} AS "{word}"' for word, column in scope.columns.items())
        connection.execute(
            "CREATE TABLE affected AS SELECT row_number() OVER (ORDER BY key) AS customer_id, key AS customer_key,"
            f" {merged} FROM typed GROUP BY key"
        )
        yield connection


def test_every_cell_is_read(db) -> None:
    assert db.execute("SELECT count(*), sum(len(problems)) FROM typed").fetchone() == (13, 0)


def test_rows_of_one_customer_are_merged(db) -> None:
    row = db.execute("SELECT extra, refunded, orders, disputed FROM affected WHERE customer_key = 'C-1006'").fetchone()
    assert row == (1925, 0, 2, False)
    assert db.execute("SELECT count(*), sum(extra) FROM affected").fetchone() == (12, 63_679)


def decided(db, documents, remedy: str) -> dict[str, tuple[str, int | None]]:
    _, policy = documents
    rows = db.execute(
        f"SELECT customer_key, status, minor FROM ({policy.decision_sql('affected')})"
        f" JOIN affected USING (customer_id) WHERE remedy = '{remedy}'"
    ).fetchall()
    return {key: (status, minor) for key, status, minor in rows}


def test_refunds(db, documents) -> None:
    found = decided(db, documents, "refund")
    assert len(found) == 12
    assert found["C-1004"] == ("nothing", None)
    assert found["C-1005"] == ("hold", None)
    assert found["C-1006"] == ("owed", 1925)
    assert found["C-1007"] == ("owed", 4400)
    paid = sum(minor or 0 for _, minor in found.values())
    assert paid == 63_679 - 4550 - 3120 - 2000


def test_gestures(db, documents) -> None:
    found = decided(db, documents, "sorry")
    assert found["C-1001"] == ("owed", 250)
    assert found["C-1002"] == ("owed", 1000)
    assert found["C-1003"] == ("owed", 200)
    assert found["C-1009"] == ("nothing", None)
    assert all(minor is None or (200 <= minor <= 1000 and minor % 10 == 0) for _, minor in found.values())


def test_a_bracketed_query_may_stand_for_the_table(db, documents) -> None:
    _, policy = documents
    some = "(SELECT * FROM affected WHERE customer_id <= 3)"
    assert db.execute(f"SELECT count(*) FROM ({policy.decision_sql(some)})").fetchone() == (6,)


def test_everybody_but_one_has_an_address_to_write_to() -> None:
    people = list(csv.DictReader(io.StringIO(twice()["contacts.csv"])))
    affected = {row["customer"] for row in csv.DictReader(io.StringIO(twice()["affected.csv"]))}
    assert {row["customer"] for row in people} == affected
    assert [row["customer"] for row in people if not row["email"]] == ["C-1010"]
    assert all(row["street"] and row["town"] and row["country"] for row in people)
