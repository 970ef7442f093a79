"""Facts on their way: from canonical JSON into DuckDB, into messages, into the root of a plan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from makegood.core.deciding import (
    AFFECTED_SCHEMA,
    EXISTING_SCHEMA,
    affected_sql,
    decided_sql,
    same_types,
)
from makegood.core.expressions_sql import Type
from makegood.core.facts import FactColumn, read_columns, typed_facts
from makegood.core.layout import StepLine
from makegood.core.messagefacts import message_facts
from makegood.core.planroot import PlanRoot
from makegood.kit.digest import chain, digest_of
from makegood.kit.money import Money

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Tokyo'")
        connection.execute(f"CREATE TABLE loaded ({', '.join(f'{word} {kind}' for word, kind in AFFECTED_SCHEMA)})")
        yield connection


def load(db, facts: dict[str, object], contact: dict[str, object] | None = None, customer: int = 1) -> None:
    row = [customer, f"k{customer}", json.dumps(facts), json.dumps(contact or {}), "d"]
    db.execute("INSERT INTO loaded VALUES (?, ?, ?, ?, ?)", row)


# type, canonical JSON, DuckDB's type and value, what a message gets
TYPED: list[tuple[FactColumn, object, str, object, object]] = [
    (FactColumn("v", "text"), "a 'b' \"c\"", "VARCHAR", "a 'b' \"c\"", "a 'b' \"c\""),
    (FactColumn("v", "text"), "17", "VARCHAR", "17", "17"),
    (FactColumn("v", "text"), "null", "VARCHAR", "null", "null"),
    (FactColumn("v", "integer"), -17850, "BIGINT", -17850, -17850),
    (FactColumn("v", "integer"), 0, "BIGINT", 0, 0),
    (FactColumn("v", "integer"), 999_999_999_999_999_999, "BIGINT", 10**18 - 1, 10**18 - 1),
    (FactColumn("v", "number"), "0.1", "DECIMAL(38,9)", Decimal("0.1"), Decimal("0.1")),
    (FactColumn("v", "number"), "-12345678901234567.123456789", "DECIMAL(38,9)",
     Decimal("-12345678901234567.123456789"), Decimal("-12345678901234567.123456789")),
    (FactColumn("v", "money", "USD"), 1250, "BIGINT", 1250, Money(1250, "USD")),
    (FactColumn("v", "money", "JPY"), -700, "BIGINT", -700, Money(-700, "JPY")),
    (FactColumn("v", "money", "", "cur"), 700, "BIGINT", 700, Money(700, "KWD")),
    (FactColumn("v", "boolean"), True, "BOOLEAN", True, True),
    (FactColumn("v", "boolean"), False, "BOOLEAN", False, False),
    (FactColumn("v", "date"), "2024-02-29", "DATE", date(2024, 2, 29), date(2024, 2, 29)),
    (FactColumn("v", "instant"), "2026-03-29T01:30:00.000000Z", "TIMESTAMP", datetime(2026, 3, 29, 1, 30),
     datetime(2026, 3, 29, 3, 30, tzinfo=BERLIN)),
    (FactColumn("v", "instant"), "2025-12-31T23:00:00.000001Z", "TIMESTAMP", datetime(2025, 12, 31, 23, 0, 0, 1),
     datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=BERLIN)),
]  # fmt: skip
KINDS = ["text", "integer", "number", "money", "boolean", "date", "instant"]


@pytest.mark.parametrize(("column", "stored", "kind", "value", "_shown"), TYPED)
def test_a_fact_is_typed_again_exactly(db, column: FactColumn, stored, kind: str, value, _shown) -> None:
    load(db, {"v": stored, "cur": "KWD"})
    db.execute(affected_sql([column]))
    described = {word: typed for word, typed, *_ in db.execute("DESCRIBE affected").fetchall()}
    assert described["v"] == kind
    assert db.execute("SELECT v FROM affected").fetchone() == (value,)


@pytest.mark.parametrize(("column", "stored", "_kind", "_value", "shown"), TYPED)
def test_a_fact_for_a_message(column: FactColumn, stored, _kind, _value, shown) -> None:
    text = json.dumps({"v": stored, "cur": "KWD"})
    assert typed_facts(text, [column], BERLIN) == {"v": shown}


def test_an_instant_is_shown_in_the_mistakes_zone() -> None:
    column = FactColumn("v", "instant")
    found = typed_facts('{"v": "2026-01-01T00:00:00.000000Z"}', [column], ZoneInfo("Pacific/Kiritimati"))["v"]
    assert isinstance(found, datetime)
    assert found.isoformat() == "2026-01-01T14:00:00+14:00"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("facts", [{"v": None}, {}])
def test_what_is_missing_stays_missing(db, kind: str, facts: dict[str, object]) -> None:
    """Never zero, never false, never the word null."""
    column = FactColumn("v", kind, "USD" if kind == "money" else "")
    load(db, facts)
    db.execute(affected_sql([column]))
    assert db.execute("SELECT v FROM affected").fetchone() == (None,)
    assert typed_facts(json.dumps(facts), [column], BERLIN) == {"v": None}


@pytest.mark.parametrize("currency", [None, ""])
def test_money_without_a_currency_is_missing(currency: str | None) -> None:
    text = json.dumps({"v": 700, "cur": currency})
    assert typed_facts(text, [FactColumn("v", "money", "", "cur")], BERLIN) == {"v": None}


def test_a_list_stays_a_list_of_its_type() -> None:
    text = json.dumps({"v": [100, None, 250]})
    assert typed_facts(text, [FactColumn("v", "money", "EUR")], BERLIN)["v"] == [
        Money(100, "EUR"),
        None,
        Money(250, "EUR"),
    ]


@pytest.mark.parametrize(
    ("contact", "reach"),
    [
        ({}, (False, False, False)),
        ({"email": "a@b.example"}, (True, False, False)),
        ({"phone": "1", "post": "x"}, (False, True, True)),
        ({"email": None, "phone": None, "post": None, "name": "Ann"}, (False, False, False)),
    ],
)
def test_which_ways_a_customer_can_be_reached(db, contact, reach) -> None:
    load(db, {}, contact)
    db.execute(affected_sql([]))
    assert db.execute("SELECT has_email, has_phone, has_post FROM affected").fetchone() == reach


@pytest.mark.parametrize("word", ["select", "v v", 'a"b', "größe"])
def test_a_columns_name_is_only_a_name(db, word: str) -> None:
    load(db, {})
    db.execute(affected_sql([FactColumn(word, "text")]))
    assert [found for found, *_ in db.execute("DESCRIBE affected").fetchall()][-1] == word


def test_columns_come_back_as_they_were_stored() -> None:
    stored: list[dict[str, Any]] = [{"name": "v", "type": "money", "currency": "USD"}, {"name": "t", "type": "text"}]
    assert read_columns(stored) == [FactColumn("v", "money", "USD"), FactColumn("t", "text")]


@pytest.mark.parametrize(
    ("wanted", "same"),
    [
        ({"a": Type("money", "USD"), "b": Type("integer")}, True),
        ({"b": Type("integer"), "a": Type("money", "USD")}, True),
        ({"a": Type("money", "EUR"), "b": Type("integer")}, False),
        ({"a": Type("money", "@cur"), "b": Type("integer")}, False),
        ({"a": Type("money", "USD"), "b": Type("number")}, False),
        ({"a": Type("money", "USD")}, False),
        ({"a": Type("money", "USD"), "b": Type("integer"), "c": Type("text")}, False),
    ],
)
def test_a_scope_loaded_with_other_columns_is_noticed(wanted: dict[str, Type], same: bool) -> None:
    assert same_types([FactColumn("a", "money", "USD"), FactColumn("b", "integer")], wanted) is same


def test_a_currency_column_is_part_of_the_type() -> None:
    assert same_types([FactColumn("a", "money", "", "cur")], {"a": Type("money", "@cur")})


DECISION = "SELECT * FROM (VALUES (1, 'refund'), (1, 'it''s'), (2, 'refund'), (2, 'other')) t(customer_id, remedy)"


@pytest.mark.parametrize(("remedies", "rows"), [(["refund"], 2), (["refund", "it's"], 3), (["gone"], 0), ([], 0)])
def test_only_the_remedies_of_the_stage_are_decided(db, remedies: list[str], rows: int) -> None:
    db.execute(decided_sql(DECISION, remedies))
    assert db.execute("SELECT count(*) FROM decided").fetchone() == (rows,)


def test_without_a_policy_nothing_is_decided_but_the_table_is_there(db) -> None:
    db.execute(decided_sql(None, []))
    assert db.execute("SELECT customer_id, remedy, status, minor FROM decided").fetchall() == []


def test_existing_acts_have_the_columns_the_layout_reads() -> None:
    assert [word for word, _ in EXISTING_SCHEMA] == [
        "customer_id", "step", "sequence", "minor", "acts", "currency", "staged",
    ]  # fmt: skip
    assert not StepLine("a", 1, "tell", datetime(2026, 1, 1, tzinfo=UTC)).everyone


SETTINGS = {
    "zone": "America/New_York",
    "mistake": {
        "noticed": "2026-03-08T06:59:59+00:00",
        "brand_name": "Shop",
        "title": "We charged twice",
        "facts": {"what": "We took it twice."},
    },
}


def test_what_a_message_may_name() -> None:
    facts = message_facts(SETTINGS, {"extra": Money(5, "USD")}, {"name": "Ann"}, {"refund": Money(7, "USD")})
    noticed = facts.pop("noticed")
    assert isinstance(noticed, datetime)
    assert noticed.isoformat() == "2026-03-08T01:59:59-05:00"
    assert facts == {
        "extra": Money(5, "USD"),
        "name": "Ann",
        "amounts": {"refund": Money(7, "USD")},
        "brand": "Shop",
        "title": "We charged twice",
        "due": None,
        "facts": {"what": "We took it twice."},
    }


def test_due_is_what_the_step_says_comes_next_in_the_mistakes_zone() -> None:
    settings = {**SETTINGS, "steps": {"say-so": {"next_due": "2026-03-10T12:00:00+00:00"}}}
    due = message_facts(settings, {}, {}, {}, step="say-so")["due"]
    assert isinstance(due, datetime)
    assert due.isoformat() == "2026-03-10T08:00:00-04:00"


@pytest.mark.parametrize("contact", [{}, {"name": ""}, {"name": None}])
def test_no_name_is_a_missing_name(contact: dict[str, object]) -> None:
    assert message_facts(SETTINGS, {}, contact, {})["name"] is None


def test_a_column_cannot_stand_for_a_standard_name() -> None:
    assert message_facts(SETTINGS, {"title": "theirs", "facts": {"cause": "x"}}, {}, {})["title"] == "We charged twice"
    assert message_facts(SETTINGS, {"facts": {"cause": "x"}}, {}, {})["facts"] == {"what": "We took it twice."}


ROOT = {
    "mistake": "m-1", "stage": "remedy", "scope": "s", "as_of": "2026-01-01T00:00:00Z",
    "documents": {"policy": "p"}, "settings": {"zone": "UTC", "waves": [10]},
}  # fmt: skip


def test_the_root_is_the_digest_of_all_that_is_approved() -> None:
    assert PlanRoot(**ROOT).digest(["a", "b"]) == digest_of({**ROOT, "parts": chain(["a", "b"])})


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("mistake", "m-2"), ("stage", "ask"), ("scope", "t"), ("as_of", "2026-01-02T00:00:00Z"),
        ("documents", {"policy": "q"}), ("documents", {"policy": "p", "messages/a.md": "m"}), ("settings", {}),
        ("settings", {"zone": "UTC", "waves": ["10"]}),
    ],
)  # fmt: skip
def test_another_root_for_anything_else(field: str, other: object) -> None:
    assert PlanRoot(**{**ROOT, field: other}).digest(["a"]) != PlanRoot(**ROOT).digest(["a"])


@pytest.mark.parametrize("parts", [[], ["b", "a"], ["a"], ["ab"], ["a", "b", "b"]])
def test_parts_count_in_their_order(parts: list[str]) -> None:
    assert PlanRoot(**ROOT).digest(parts) != PlanRoot(**ROOT).digest(["a", "b"])


def test_the_order_of_keys_says_nothing() -> None:
    turned = {**ROOT, "settings": {"waves": [10], "zone": "UTC"}}
    assert PlanRoot(**turned).digest(["a"]) == PlanRoot(**ROOT).digest(iter(["a"]))


def test_no_float_gets_into_what_is_approved() -> None:
    with pytest.raises(TypeError, match="float"):
        PlanRoot(**{**ROOT, "settings": {"share": 0.5}}).digest([])
