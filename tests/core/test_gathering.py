"""Gathering in real DuckDB: each row ends in exactly one of four places, and the snapshot is the same every time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import duckdb
import pytest

from makegood.core.gathering import (
    CONTACT_PROBLEMS,
    COUNTS,
    DIGEST,
    PARTLY,
    REJECTIONS,
    gathering_sql,
    nobody_sums_sql,
)
from makegood.core.mapping import ScopeMapping, parse_scope
from makegood.documents.folder import read_document
from makegood.kit.digest import chain, sha256

CONTACTS = """\
contacts:
  source: people
  key: customer
  name: name
  email: email
  phone: phone
  post: [street, town]
  language: language
"""
EXTRA = "extra: {type: money, currency: EUR, merge: sum}"
Row = tuple[object, ...]


def mapping(*columns: str, contacts: str = "") -> ScopeMapping:
    body = "".join(f"  {column}\n" for column in columns)
    head = "sources:\n  rows: {file: rows.csv}\n  people: {file: people.csv}\nfrom: rows\nkey: customer\n"
    file, found = read_document(
        head + ("columns:\n" + body if body else "columns: {}\n") + contacts, "scope", "scope.yaml"
    )
    assert file is not None, found
    read, found = parse_scope(file)
    assert read is not None, found
    return read


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Tokyo'")
        yield connection


@pytest.fixture
def db(engine: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty schema; a whole database a test would take longer than the test."""
    engine.execute("CREATE SCHEMA one")
    engine.execute("USE one")
    yield engine
    engine.execute("USE main")
    engine.execute("DROP SCHEMA one CASCADE")


def gather(db, scope: ScopeMapping, names: str, rows: Sequence[Row], people: Sequence[Row] = ()) -> None:
    """`names` are the columns of `rows`, separated by blanks; lines count from 2 as in a file with a header."""
    words = names.split()
    db.execute(f"CREATE TABLE raw (_row BIGINT, _line BIGINT, {', '.join(f'{word} VARCHAR' for word in words)})")
    if rows:
        marks = ", ".join(f"({', '.join('?' * (len(words) + 2))})" for _ in rows)
        values = [value for number, row in enumerate(rows, start=1) for value in (number, number + 1, *row)]
        db.execute(f"INSERT INTO raw VALUES {marks}", values)
    db.execute(
        "CREATE TABLE contact_raw (_line BIGINT, customer VARCHAR, name VARCHAR, email VARCHAR, phone VARCHAR,"
        " street VARCHAR, town VARCHAR, language VARCHAR)"
    )
    for number, row in enumerate(people, start=2):
        db.execute("INSERT INTO contact_raw VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [number, *row])
    for statement in gathering_sql(scope):
        db.execute(statement)


def counts(db) -> tuple[int, ...]:
    """read, affected, merged, rejected, nobody"""
    found = tuple(int(value) for value in db.execute(COUNTS).fetchone())
    assert found[0] == sum(found[1:]), "every row ends in exactly one place"
    return found


def snapshot(db) -> dict[str, dict[str, object]]:
    found = db.execute("SELECT customer_key, facts FROM snapshot ORDER BY customer_key").fetchall()
    return {key: json.loads(facts) for key, facts in found}


def contact(db, key: str = "a") -> dict[str, object]:
    (text,) = db.execute("SELECT contact FROM snapshot WHERE customer_key = ?", [key]).fetchone()
    return json.loads(text)


def rejections(db) -> list[tuple[object, ...]]:
    return db.execute(REJECTIONS.format(limit=100)).fetchall()


@pytest.mark.parametrize(
    ("rows", "balance"),
    [
        ([], (0, 0, 0, 0, 0)),
        ([("a", "1.00")], (1, 1, 0, 0, 0)),
        ([("a", "1.00"), ("a", "2.00"), ("a", "3.00")], (3, 1, 2, 0, 0)),
        ([("a", "1.00"), ("b", "2.00")], (2, 2, 0, 0, 0)),
        ([("a", "x"), ("b", "2.00")], (2, 1, 0, 1, 0)),
        ([("a", "x"), ("a", "2.00")], (2, 1, 0, 1, 0)),
        ([("a", "x"), ("a", "y")], (2, 0, 0, 2, 0)),
        ([(None, "1.00"), ("", "2.00"), ("  ", "3.00")], (3, 0, 0, 0, 3)),
        ([(None, "x")], (1, 0, 0, 0, 1)),
        ([("a", "1.00"), (" a ", "2.00")], (2, 1, 1, 0, 0)),
        ([("a", "1.00"), ("A", "2.00")], (2, 2, 0, 0, 0)),
        ([("a", None), ("a", "2.00")], (2, 1, 1, 0, 0)),
        ([("a", "1"), ("b", "z"), (None, "5"), ("a", "2"), ("c", "1,5"), ("", "q")], (6, 1, 1, 2, 2)),
        ([("a", "999999999999999.99")] * 100, (100, 0, 0, 100, 0)),
    ],
)  # fmt: skip
def test_read_is_affected_and_merged_and_rejected_and_nobody(db, rows: list[Row], balance: tuple[int, ...]) -> None:
    gather(db, mapping(EXTRA), "customer extra", rows)
    assert counts(db) == balance


def test_a_row_wrong_in_two_columns_is_one_rejected_row_with_two_reasons(db) -> None:
    gather(db, mapping(EXTRA, "days: {type: integer, merge: max}"), "customer extra days", [("a", "x", "y")])
    assert counts(db) == (1, 0, 0, 1, 0)
    assert [row[2] for row in rejections(db)] == ["days", "extra"]


def test_a_row_that_repeats_its_line_is_still_two_rows(db) -> None:
    """After a join one line of a file stands on two rows; both are accounted for."""
    gather(db, mapping(EXTRA), "customer extra", [("a", "1.00"), ("a", "2.00")])
    for table in ("snapshot", "merged_rows", "nobody", "rejected", "typed", "contact", "contact_raw"):
        db.execute(f"DROP TABLE {table}")
    db.execute("UPDATE raw SET _line = 2")
    for statement in gathering_sql(mapping(EXTRA)):
        db.execute(statement)
    assert counts(db) == (2, 1, 1, 0, 0)


def test_rejections_come_in_the_order_of_the_file_and_say_what_to_do(db) -> None:
    gather(db, mapping(EXTRA), "customer extra", [("b", "x"), ("a", "y")])
    found = rejections(db)
    assert [(source, line, column, key) for source, line, column, _, _, _, key in found] == [
        ("scope", 2, "extra", "b"),
        ("scope", 3, "extra", "a"),
    ]
    assert all(reason and remedy.startswith("Write digits") for _, _, _, reason, remedy, _, _ in found)


def test_a_customer_with_one_bad_row_is_counted_as_partly_rejected(db) -> None:
    gather(db, mapping(EXTRA), "customer extra", [("a", "1"), ("a", "x"), ("b", "x"), ("c", "1")])
    assert db.execute(PARTLY).fetchone() == (1, "a")


@pytest.mark.parametrize(
    ("column", "values", "merged"),
    [
        ("v: {type: text}", ["x", None, "x"], "x"),
        ("v: {type: text}", [None, None], None),
        ("v: {type: text, merge: first}", [None, "second", "third"], "second"),
        ("v: {type: text, merge: list}", ["b", "a", None, "b"], "a; b"),
        ("v: {type: text, merge: list}", [None], None),
        ("v: {type: integer, merge: sum}", ["1", "2", "-5"], -2),
        ("v: {type: integer, merge: sum}", ["1", None], None),
        ("v: {type: integer, merge: min}", ["7", None, "3"], 3),
        ("v: {type: integer, merge: max}", ["7", "10"], 10),
        ("v: {type: number, merge: sum}", ["0.1", "0.2"], "0.300000000"),
        ("v: {type: number, merge: min}", ["0.10", "-0.2"], "-0.200000000"),
        ("v: {type: money, currency: KWD, merge: sum}", ["0.001", "0.002"], 3),
        ("v: {type: money, currency: JPY, merge: max}", ["7", "70"], 70),
        ("v: {type: date, merge: min}", ["2026-02-28", "2024-02-29"], "2024-02-29"),
        ("v: {type: date, merge: max}", [None, None], None),
        ("v: {type: instant, merge: min}", ["2026-01-01T00:00:00+01:00", "2026-01-01T00:00:00Z"],
         "2025-12-31T23:00:00.000000Z"),
        ("v: {type: boolean, merge: any}", [None, "yes"], True),
        ("v: {type: boolean, merge: any}", ["no", "no"], False),
        ("v: {type: boolean, merge: any}", ["no", None], None),
        ("v: {type: boolean, merge: all}", ["yes", "yes"], True),
        ("v: {type: boolean, merge: all}", ["yes", None], None),
        ("v: {type: boolean, merge: all}", [None, "no"], False),
    ],
)  # fmt: skip
def test_the_rows_of_one_customer_become_one_fact(db, column: str, values: list[object], merged: object) -> None:
    gather(db, mapping(column), "customer v", [("a", value) for value in values])
    assert snapshot(db) == {"a": {"v": merged}}
    assert counts(db) == (len(values), 1, len(values) - 1, 0, 0)


@pytest.mark.parametrize(
    ("column", "values", "says"),
    [
        ("v: {type: text}", ["S", "M"], "do not agree about v"),
        ("v: {type: money, currency: EUR}", ["1.00", "1.01"], "do not agree about v"),
        ("v: {type: date}", ["2026-01-31", "2026-02-01"], "do not agree about v"),
        ("v: {type: integer, merge: sum}", ["999999999999999999"] * 20, "sum of v is too large"),
    ],
)
def test_rows_that_cannot_become_one_reject_their_customer_whole(db, column, values, says) -> None:
    gather(db, mapping(column), "customer v", [("a", value) for value in values])
    assert counts(db) == (len(values), 0, 0, len(values), 0)
    assert {says in str(row[3]) for row in rejections(db)} == {True}
    assert len(rejections(db)) == len(values)


def test_the_money_of_nobody_is_summed_by_column(db) -> None:
    scope = mapping(EXTRA, "fee: {type: money, currency: USD, merge: sum}", "v: {type: text, merge: first}")
    gather(
        db, scope, "customer extra fee v", [(None, "1.50", "2.00", "x"), ("", "0.50", None, "y"), ("a", "9", "9", "")]
    )
    assert db.execute(nobody_sums_sql(list(scope.columns.values()))).fetchall() == [
        ("extra", "EUR", 200),
        ("fee", "USD", 200),
    ]


def test_without_a_money_column_there_is_no_sum(db) -> None:
    assert db.execute(nobody_sums_sql([])).fetchall() == []


def test_a_scope_without_columns_still_knows_who(db) -> None:
    gather(db, mapping(), "customer", [("a",), ("a",), ("b",)])
    assert counts(db) == (3, 2, 1, 0, 0)
    assert snapshot(db) == {"a": {}, "b": {}}


PERSON = ("a", "Ann", "ann@x.example", "+49 1", "Street 1", "10115 Town", "de")


def test_a_contact_has_every_way_there_is(db) -> None:
    gather(db, mapping(EXTRA, contacts=CONTACTS), "customer extra", [("a", "1")], [PERSON])
    assert contact(db) == {
        "email": "ann@x.example", "language": "de", "name": "Ann", "phone": "+49 1", "post": "Street 1\n10115 Town",
    }  # fmt: skip


@pytest.mark.parametrize(
    "email",
    ["plain", "a@", "@b.c", "a@b", "a b@c.example", "a@b.c,d@e.example", "<a@b.example>", "a@@b.example",
     "a;b@c.example", 'a"b@c.example', "a@b.e"],
)  # fmt: skip
def test_what_is_no_address_is_named_and_not_used(db, email: str) -> None:
    person = ("a", "Ann", email, None, "Street 1", None, None)
    gather(db, mapping(EXTRA, contacts=CONTACTS), "customer extra", [("a", "1")], [person])
    assert (contact(db)["email"], contact(db)["post"]) == (None, "Street 1")
    ((source, line, column, reason, remedy, _, key),) = rejections(db)
    assert (source, line, column, key) == ("contacts", 2, "email", "a")
    assert email in reason
    assert "another way" in remedy
    assert counts(db) == (1, 1, 0, 0, 0), "a wrong address takes nobody out of the scope"


def test_two_names_under_one_key_leave_the_customer_without_a_contact(db) -> None:
    people = [PERSON, ("a", "Bob", "bob@x.example", None, None, None, None), ("b", "Cy", None, "1", None, None, None)]
    gather(db, mapping(EXTRA, contacts=CONTACTS), "customer extra", [("a", "1"), ("b", "1")], people)
    assert contact(db, "a") == {}
    assert contact(db, "b")["phone"] == "1"
    ((_, line, column, reason, _, _, key),) = rejections(db)
    assert (line, column, reason, key) == (3, "name", "One key has two names: Ann and Bob.", "a")
    assert db.execute(CONTACT_PROBLEMS).fetchone() == (1,)


def test_the_same_name_twice_is_one_person_with_the_first_of_each_way(db) -> None:
    people = [
        ("a", "Ann", None, "1", None, None, None),
        ("a", "Ann", "x@y.example", "2", None, "Town", None),
        (" a ", " Ann ", "z@y.example", None, "Street", None, "en"),
    ]
    gather(db, mapping(EXTRA, contacts=CONTACTS), "customer extra", [("a", "1")], people)
    assert contact(db) == {"email": "x@y.example", "language": "en", "name": "Ann", "phone": "1", "post": "Town"}


def test_contacts_of_strangers_and_without_key_change_nothing(db) -> None:
    people = [
        ("z", "Zoe", "z@x.example", None, None, None, None),
        (None, "Nobody", "n@x.example", None, None, None, None),
    ]
    gather(db, mapping(EXTRA, contacts=CONTACTS), "customer extra", [("a", "1")], people)
    assert contact(db) == {}
    assert counts(db) == (1, 1, 0, 0, 0)


def digest(db) -> str:
    (found,) = db.execute(DIGEST).fetchone()
    return str(found)


def test_the_digest_can_be_worked_out_again_without_duckdb(db) -> None:
    rows = [(f"c{number:05}", f"{number}.50") for number in range(2_345)]
    gather(db, mapping(EXTRA), "customer extra", rows)
    leaves = []
    for key, amount in rows:
        facts = json.dumps({"extra": int(amount.replace(".", ""))}, separators=(",", ":"))
        leaves.append(f"{key} {sha256(f'{facts}{chr(10)}' + '{}')}")
    assert digest(db) == chain(chain(leaves[at : at + 1_000]) for at in range(0, len(leaves), 1_000))


@pytest.mark.parametrize(
    ("rows", "same"),
    [
        ([("b", "2.00"), ("a", "1.00")], True),
        ([("a", "0.50"), ("b", "2.00"), ("a", "0.50")], True),
        ([("a", "1.0"), ("b", " 2 ")], True),
        ([("a", "1.00"), ("b", "2.01")], False),
        ([("a", "2.00"), ("b", "1.00")], False),
        ([("a", "1.00")], False),
        ([("a", "1.00"), ("b", "2.00"), ("c", "0.00")], False),
        ([("a", "1.00"), ("B", "2.00")], False),
        ([("a", "1.00"), ("b", "2.00"), (None, "9.99")], True),
    ],
)
def test_equal_customers_equal_digest(db, rows: list[Row], same: bool) -> None:
    gather(db, mapping(EXTRA), "customer extra", rows)
    with duckdb.connect() as other:
        gather(other, mapping(EXTRA), "customer extra", [("a", "1.00"), ("b", "2.00")])
        assert (digest(db) == digest(other)) is same


def test_a_changed_contact_changes_the_digest(db) -> None:
    gather(db, mapping(EXTRA, contacts=CONTACTS), "customer extra", [("a", "1")], [PERSON])
    with duckdb.connect() as other:
        moved = (*PERSON[:4], "Street 2", *PERSON[5:])
        gather(other, mapping(EXTRA, contacts=CONTACTS), "customer extra", [("a", "1")], [moved])
        assert digest(db) != digest(other)


@pytest.mark.parametrize(
    "key", ["o'clock", 'say "x"', "a\\b", "ключ", "a;DROP TABLE snapshot;--", "a\u0301", "🙂", "a b"]
)
def test_a_key_is_only_a_text(db, key: str) -> None:
    gather(db, mapping(EXTRA), "customer extra", [(key, "1"), (key, "2")])
    assert snapshot(db) == {key: {"extra": 300}}
