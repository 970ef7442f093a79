"""Facts of a policy: limits, what may be missing, and what scope.yaml must have."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from policies import DEFAULTS, FACTS, codes, good, one, paid, read, relation, remedy, text_of

from makegood.core.expressions import Type

ALL = remedy(
    """{id: late, when: "days > 1 AND kind <> 'free' AND coalesce(rate, 1) > 0", amount: price}
    {id: other, default: true, nothing: "Not late."}"""
)


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as connection:
        yield connection


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"days": -1}, "The value of days is outside of what the policy knows."),
        ({"days": None}, "There is no value in column days for this customer."),
        ({"kind": "other"}, "The value of kind is none of those the policy knows."),
        ({"price": -1}, "The value of price is outside of what the policy knows."),
        ({"rate": 101}, "The value of rate is outside of what the policy knows."),
        ({"rate": -1}, "The value of rate is outside of what the policy knows."),
    ],
)
def test_a_fact_that_cannot_be_used_makes_it_undefined(db, row, reason) -> None:
    found = one(db, text_of(ALL), **row)
    assert (found["status"], found["rule"], found["minor"], found["reason"]) == ("undefined", "facts", None, reason)
    assert found["trace"] == ["rule facts"]


def test_what_is_within_limits_or_optional_counts(db) -> None:
    assert paid(db, text_of(ALL)) == 1000
    assert paid(db, text_of(ALL), rate=0) == "nothing"
    assert paid(db, text_of(ALL), rate=100) == 1000
    assert paid(db, text_of(ALL), days=0) == "nothing"


def test_a_bad_fact_matters_only_to_those_who_read_it(db) -> None:
    plain = remedy("{id: all, default: true, amount: EUR 5}", name="gift")
    assert paid(db, text_of(plain), days=-1, kind="other", price=None) == 500


def test_a_bad_value_is_never_spared(db) -> None:
    text = text_of(remedy('{id: all, default: true, amount: "percent(coalesce(rate, 10), price)"}'))
    assert paid(db, text) == 100
    assert paid(db, text, rate=50) == 500
    assert paid(db, text, rate=500) == "undefined"


@pytest.mark.parametrize(
    ("limits", "inside", "outside"),
    [
        ("from: 2, to: 4", [2, 4], [1, 5]),
        ("above: 2, below: 4", [3], [2, 4]),
        ("above: -3", [-2], [-3]),
        ("to: 0", [0, -5], [1]),
    ],
)
def test_ends_are_open_or_closed_each_by_itself(db, limits, inside, outside) -> None:
    facts = f"facts:\n  days: {{type: integer, {limits}}}\n"
    text = text_of(
        remedy('{id: a, when: "days > 100", nothing: "No."}\n{id: b, default: true, amount: EUR 1}'), facts=facts
    )
    for value in inside:
        assert paid(db, text, defaults={}, days=value) == 100
    for value in outside:
        assert paid(db, text, defaults={}, days=value) == "undefined"


def test_limits_of_dates_instants_numbers_and_lists(db) -> None:
    facts = """facts:
  on: {type: date, from: 2026-01-01, below: 2026-02-01}
  at: {type: instant, above: "2026-01-01T00:00:00+01:00"}
  rate: {type: number, above: 0, to: "99.5"}
  parts: {type: integer, list: true, from: 0}
"""
    text = text_of(
        remedy(
            "{id: a, nothing: 'No.', when: \"on > '2030-01-01' OR at > '2030-01-01T00:00:00Z' OR rate > 1000"
            ' OR list_sum(parts) > 1000"}\n{id: b, default: true, amount: EUR 1}'
        ),
        facts=facts,
    )
    base = {"on": "2026-01-01", "at": "2025-12-31 23:00:01", "rate": "99.5", "parts": [0, None, 5]}
    assert paid(db, text, defaults=base) == 100
    for bad in ({"on": "2026-02-01"}, {"at": "2025-12-31 23:00:00"}, {"rate": 0}, {"parts": [1, -1]}, {"parts": None}):
        assert paid(db, text, defaults=base, **bad) == "undefined", bad


def test_floats_are_read_where_they_are_numbers(db) -> None:
    policy = good(text_of(remedy('{id: a, default: true, amount: "percent(rate, price)"}')))
    given = relation(policy, [{}], DEFAULTS)
    for value, minor in (("12.5", 125), ("'nan'", None), ("'inf'", None), ("1e30", None)):
        source = f"(SELECT * REPLACE ({value}::DOUBLE AS rate) FROM {given})"
        row = db.execute(policy.full_sql(source, stored={"rate": "DOUBLE"})).fetchone()
        assert row[4] == minor
        if minor is None:
            assert row[2:4] == ("undefined", "facts")
            assert "rate" in row[7]


def test_what_the_reader_of_a_file_knows_is_said(db) -> None:
    policy = good(text_of(remedy()))
    columns = "* REPLACE (NULL::BIGINT AS price), 'The price is in USD.' AS \"price?\""
    source = f"(SELECT {columns} FROM {relation(policy, [{}], DEFAULTS)})"
    row = db.execute(policy.full_sql(source, stored={"price?": "VARCHAR"})).fetchone()
    assert (row[2], row[7]) == ("undefined", "The price is in USD.")


COLUMNS = {
    "days": Type("integer"), "price": Type("money", "EUR"), "kind": Type("text"), "told": Type("boolean"),
    "on": Type("date"), "rate": Type("number"), "note": Type("text"), "further": Type("boolean"),
}  # fmt: skip


def test_declared_facts_are_columns_of_the_scope() -> None:
    text = text_of(remedy('{id: a, when: further, nothing: "No."}\n{id: b, default: true, amount: price}'))
    assert codes(text, COLUMNS) == []
    assert codes(text) == ["unknown-column"]  # alone, the declared facts are all there is
    missing = {word: kind for word, kind in COLUMNS.items() if word != "days"}
    policy, found = read(text, missing)
    assert policy is None
    assert [(one.code, one.place.line) for one in found if one.place] == [("unknown-column", 2)]


@pytest.mark.parametrize("column", [Type("text"), Type("number"), Type("integer", many=True)])
def test_a_column_of_another_type_is_refused(column) -> None:
    assert codes(text_of(remedy()), {**COLUMNS, "days": column}) == ["column-type"]


def test_columns_without_a_declaration_have_no_limits(db) -> None:
    policy, found = read("remedies:\n" + remedy("{id: a, default: true, amount: price}"), COLUMNS)
    assert policy is not None, found
    assert not policy.facts["price"].declared
    assert policy.facts_read() == ["price"]
    row = db.execute(policy.full_sql("(SELECT 1 AS customer_id, NULL::BIGINT AS price)")).fetchone()
    assert row[2:4] == ("undefined", "a")


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ("{type: money}", "no-currency"),
        ("{type: money, currency: XXY}", "unknown-currency"),
        ("{type: money, currency: '@nothing'}", "unknown-column"),
        ("{type: money, currency: EUR, from: USD 1}", "wrong-currency"),
        ("{type: integer, currency: EUR}", "needless-currency"),
        ("{type: integer, one_of: [a]}", "bad-limit"),
        ("{type: text, unit: km}", "bad-limit"),
        ("{type: boolean, from: 1}", "bad-limit"),
        ("{type: integer, from: 1, above: 1}", "bad-limit"),
        ("{type: integer, from: 2, to: 1}", "bad-limit"),
        ("{type: integer, above: 1, to: 1}", "bad-limit"),
        ("{type: number, from: much}", "bad-limit"),
        ("{type: date, from: 1.1.2026}", "bad-limit"),
        ("{type: instant, from: 2026-01-01T00:00:00}", "bad-limit"),
        ("{type: integer, surprise: 1}", "schema-additionalproperties"),
    ],
)
def test_refused_facts(fact: str, code: str) -> None:
    text = text_of(remedy("{id: a, default: true, amount: EUR 1}"), facts=f"facts:\n  odd: {fact}\n")
    found = read(text)[1]
    assert [one.code for one in found] == [code]
    assert found[0].place is not None
    assert found[0].place.line == 2
    assert found[0].remedy


@pytest.mark.parametrize("word", ["when", "values", "customer_id", "select"])
def test_words_of_the_language_are_no_names(word: str) -> None:
    facts = f"facts:\n  {word}: {{type: boolean}}\n"
    assert codes(text_of(remedy("{id: a, default: true, amount: EUR 1}"), facts=facts)) == ["bad-name"]


def test_what_only_sql_reserves_is_free(db) -> None:
    facts = "facts:\n  order: {type: integer}\n  limit: {type: money, currency: EUR}\n"
    text = text_of(
        remedy('{id: a, when: "order > 1", amount: limit}\n{id: b, default: true, nothing: "No."}'), facts=facts
    )
    assert paid(db, text, defaults={"order": 2, "limit": 70}) == 70


def test_header_and_dates_are_kept_as_written() -> None:
    head = 'policy: {name: Late, version: 2026-11, confidence: memory, unverified: ["Nobody read it."]}'
    policy = good(text_of(remedy(), head=head))
    assert (policy.header.spoken, policy.header.confidence, policy.is_unverified()) == (
        "Late, version 2026-11", "memory", True,
    )  # fmt: skip
    assert not good(text_of(remedy())).is_unverified()
    assert good(text_of(remedy())).fact_types()["on"] == Type("date")
    assert good(text_of(remedy(), facts=FACTS)).facts["days"].low is not None
    assert date.fromisoformat("2026-11-01")
