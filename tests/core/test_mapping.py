"""scope.yaml: what is read and what is refused, with its place."""

from __future__ import annotations

import duckdb
import pytest

from makegood.core.expressions import Type
from makegood.core.mapping import ScopeMapping, parse_scope
from makegood.core.names import KEYWORDS
from makegood.documents.folder import read_document
from makegood.kit.errors import Finding

HEAD = "sources:\n  rows: {file: rows.csv}\n  people: {file: people.csv}\nfrom: rows\nkey: customer\ncolumns:\n"


def read(text: str) -> tuple[ScopeMapping | None, list[Finding]]:
    file, found = read_document(text, "scope", "scope.yaml")
    return (None, found) if file is None else parse_scope(file)


def refusal(text: str) -> tuple[str, int, int]:
    mapping, found = read(text)
    assert mapping is None
    assert len(found) == 1, found
    place = found[0].place
    assert place is not None
    assert place.line is not None
    assert place.column is not None
    assert found[0].remedy
    return found[0].code, place.line, place.column


def test_everything_it_says() -> None:
    mapping, found = read(
        "sources:\n"
        "  rows: {file: rows.csv, encoding: cp1252, delimiter: ';', skip: 2}\n"
        "  shop: {connection: shop-db, query: shop.sql}\n"
        "query: scope.sql\nkey: Customer No\nzone: Europe/Berlin\n"
        "columns:\n"
        "  extra: {type: money, currency: USD, merge: sum, from: Extra Amount}\n"
        "  cur: {type: text}\n"
        "  local: {type: money, currency_column: cur, merge: sum}\n"
        "  first_on: {type: date, merge: min, format: '%d/%m/%Y'}\n"
        "  seen: {type: instant, merge: max}\n"
        "  disputed: {type: boolean, merge: any, true_values: [J, 1], false_values: [N, 0]}\n"
        "  notes: {type: text, merge: list}\n"
        "contacts: {source: shop, key: id, name: name, email: mail, post: [street, city], prefer: [post, email]}\n"
    )
    assert found == []
    assert mapping is not None
    assert mapping.sources["rows"].options == {"encoding": "cp1252", "delimiter": ";", "skip": 2}
    assert mapping.sources["shop"].connection == "shop-db"
    assert (mapping.query, mapping.from_source, mapping.key) == ("scope.sql", None, "Customer No")
    assert mapping.types() == {
        "extra": Type("money", "USD"),
        "cur": Type("text"),
        "local": Type("money", "@cur"),
        "first_on": Type("date"),
        "seen": Type("instant"),
        "disputed": Type("boolean"),
        "notes": Type("text"),
    }
    assert mapping.columns["extra"].source == "Extra Amount"
    assert mapping.columns["seen"].zone == "Europe/Berlin"
    assert mapping.columns["first_on"].zone == ""
    assert mapping.columns["disputed"].true_values == ("j", "1")
    assert mapping.contacts is not None
    assert mapping.contacts.prefer == ("post", "email")
    assert mapping.contacts.post == ("street", "city")
    assert mapping.contacts.phone == ""


def test_contacts_prefer_what_there_is() -> None:
    mapping, _ = read(HEAD + "  n: {type: integer}\ncontacts: {source: people, key: id, post: address, email: mail}\n")
    assert mapping is not None
    assert mapping.contacts is not None
    assert mapping.contacts.prefer == ("email", "post")
    assert mapping.contacts.post == ("address",)


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("  customer_id: {type: text}", "reserved-name", 3),
        ("  name: {type: text}", "reserved-name", 3),
        ("  _line: {type: text}", "bad-name", 3),
        ("  Extra: {type: text}", "bad-name", 3),
        ("  first-on: {type: date}", "bad-name", 3),
        ("  select: {type: text}", "bad-name", 3),
        ("  case: {type: text}", "bad-name", 3),
        ("  n: {type: money}", "no-currency", 3),
        ("  n: {type: money, currency: ABC}", "unknown-currency", 20),
        ("  n: {type: money, currency_column: kur}", "unknown-column", 20),
        ("  n: {type: integer, currency: USD}", "needless-currency", 22),
        ("  n: {type: text, merge: sum}", "bad-merge", 19),
        ("  n: {type: boolean, merge: max}", "bad-merge", 22),
        ("  n: {type: integer, merge: any}", "bad-merge", 22),
        ("  n: {type: integer, merge: list}", "bad-merge", 22),
        ("  n: {type: date, format: '%d/%m'}", "bad-format", 19),
        ("  n: {type: date, format: '%d/%m/%Q %Y'}", "bad-format", 19),
        ("  n: {type: text, format: '%d/%m/%Y'}", "bad-format", 19),
        ("  n: {type: instant, zone: Mars/Base}", "unknown-zone", 22),
        ("  n: {type: boolean, true_values: [no]}", "bad-boolean-values", 3),
        ("  n: {type: real}", "schema-enum", 7),
        ("  n: {merge: sum}", "schema-required", 3),
        ("  n: {type: text, colour: red}", "schema-additionalproperties", 19),
    ],
)
def test_refused_columns(line: str, code: str, column: int) -> None:
    assert refusal(HEAD + line + "\n") == (code, 7, column)


def test_currency_column_must_agree_within_a_customer() -> None:
    text = HEAD + "  cur: {type: text, merge: first}\n  n: {type: money, currency_column: cur}\n"
    assert refusal(text)[0] == "unknown-column"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("from: rows", "from: row", "unknown-source"),
        ("from: rows", "from: rows\nzone: Nowhere", "unknown-zone"),
        ("from: rows\n", "", "schema-oneof"),
        ("from: rows", "from: rows\nquery: a.sql", "schema-oneof"),
        ("  rows: {file: rows.csv}", "  rows: {file: rows.csv, query: a.sql}", "schema-oneof"),
        ("  rows: {file: rows.csv}", "  rows: {connection: db}", "schema-oneof"),
        ("key: customer\n", "", "schema-required"),
        ("  people: {", "  order: {", "bad-name"),
    ],
)
def test_refused_heads(old: str, new: str, code: str) -> None:
    assert refusal(HEAD.replace(old, new) + "  n: {type: integer}\n")[0] == code


@pytest.mark.parametrize(
    ("contacts", "code"),
    [
        ("{source: persons, key: id}", "unknown-source"),
        ("{source: people, key: id, email: mail, prefer: [phone]}", "prefer-without-column"),
        ("{source: people, key: id, prefer: [pigeon]}", "schema-enum"),
        ("{source: people}", "schema-required"),
        ("{key: id, email: mail}", "schema-oneof"),
        ("{source: people, query: people.sql, key: id}", "schema-oneof"),
    ],
)
def test_refused_contacts(contacts: str, code: str) -> None:
    assert refusal(HEAD + f"  n: {{type: integer}}\ncontacts: {contacts}\n")[0] == code


def test_contacts_may_come_from_a_query() -> None:
    mapping, findings = read(HEAD + "  n: {type: integer}\ncontacts: {query: people.sql, key: id, email: mail}\n")
    assert mapping is not None and mapping.contacts is not None, findings
    assert (mapping.contacts.query, mapping.contacts.source, mapping.contacts.prefer) == ("people.sql", "", ("email",))


def test_words_that_duckdb_reserves_are_known() -> None:
    query = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
    with duckdb.connect() as connection:
        assert {word for (word,) in connection.execute(query).fetchall()} == KEYWORDS
