"""Tables, dated parameters and values: which row or figure counts, and when there is none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import pytest
from policies import DEFAULTS, good, one, paid, relation, remedy, text_of

BANDS = """tables:
  share:
    words: our scale
    rows:
      - {id: early, days: "< 1", give: 0}
      - {id: late, days: "[1..3)", kind: [plain, express], give: 50}
      - {id: given, kind: free, undefined: "The scale says nothing of gifts."}
      - {id: exact, days: 7, give: "12.5"}
      - {id: weeks, days: "> 7, <= 14", give: 75}
    otherwise: {give: 100}
"""
PAY = remedy('{id: all, default: true, amount: "percent(share, price)"}')


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as connection:
        yield connection


@pytest.mark.parametrize(
    ("row", "expected", "trace"),
    [
        ({"days": 0}, "nothing", "share#early"),
        ({"days": 1}, 500, "share#late"),
        ({"days": 2, "kind": "express"}, 500, "share#late"),
        ({"days": 3}, 1000, "share#otherwise"),
        ({"days": 2, "kind": "free"}, "undefined", "share#given"),
        ({"days": 0, "kind": "free"}, "nothing", "share#early"),
        ({"days": 7}, 125, "share#exact"),
        ({"days": 8}, 750, "share#weeks"),
        ({"days": 14}, 750, "share#weeks"),
        ({"days": 15}, 1000, "share#otherwise"),
    ],
)
def test_the_first_row_whose_every_cell_holds(db, row, expected, trace) -> None:
    text = text_of(PAY, head=BANDS)
    assert paid(db, text, **row) == expected
    assert one(db, text, **row)["trace"] == ["rule all", trace]


def test_an_undefined_row_says_its_sentence(db) -> None:
    found = one(db, text_of(PAY, head=BANDS), days=2, kind="free")
    assert (found["rule"], found["reason"]) == ("all", "The scale says nothing of gifts.")


@pytest.mark.parametrize("amount", ["percent(coalesce(share, 10), price)", "percent(coalesce(twice, 10), price)"])
def test_what_is_undefined_is_never_spared(db, amount: str) -> None:
    text = text_of(
        remedy(f'{{id: all, default: true, amount: "{amount}"}}'), head=BANDS + "values:\n  twice: share * 2"
    )
    assert paid(db, text, days=2, kind="free") == "undefined"
    assert paid(db, text, days=0) == "nothing"


def test_a_value_too_large_is_not_spared_either(db) -> None:
    head = "values:\n  huge: price * 100000000000000000 * 100000000000000000 * 1000"
    text = text_of(remedy("{id: all, default: true, amount: \"least(coalesce(huge, 'EUR 1'), 'EUR 2')\"}"), head=head)
    assert paid(db, text, price=10**15) == "undefined"
    assert "too large" in one(db, text, price=10**15)["reason"]
    assert paid(db, text, price=0) == "nothing"


def test_a_missing_cell_makes_the_result_missing_unless_the_row_is_settled(db) -> None:
    head = """tables:
  share:
    rows:
      - {kind: free, rate: "> 1", give: 1}
      - {rate: missing, kind: express, give: 2}
      - {rate: [10, 20], give: 3}
      - {rate: any, days: "> 100", give: 4}
    otherwise: {give: 5}
"""
    text = text_of(PAY, head=head)
    assert paid(db, text, rate=None, kind="plain") == "undefined"
    assert one(db, text, rate=None)["reason"] == "There is no value in column rate for this customer."
    assert paid(db, text, rate=None, kind="free") == "undefined"
    assert paid(db, text, rate=None, kind="express") == 20
    assert paid(db, text, rate=2, kind="free") == 10
    assert paid(db, text, rate=10) == 30
    assert paid(db, text, rate=11, days=101) == 40
    assert paid(db, text, rate=11) == 50
    spared = text_of(remedy('{id: all, default: true, amount: "percent(coalesce(share, 80), price)"}'), head=head)
    assert paid(db, spared, rate=None, kind="plain") == 800


def test_several_figures_of_one_row(db) -> None:
    head = """tables:
  power:
    rows:
      - {kind: plain, give: {first: EUR 95, each: EUR 45, per: 2, word: slow}}
    otherwise: {give: {first: EUR 80, each: EUR 40.50, per: 3, word: fast}}
values: {periods: "completed(days - power.per, power.per)"}
"""
    rules = """{id: short, when: "days < power.per", nothing: "Too short."}
    {id: fast, when: "power.word = 'fast' AND days > 90", hold: "Look."}
    {id: all, default: true, amount: {accrue: {count: periods, first: power.first, each: power.each}}}"""
    text = text_of(remedy(rules), head=head)
    assert [paid(db, text, days=days) for days in (1, 2, 3, 4, 5, 6)] == ["nothing", 9500, 9500, 14000, 14000, 18500]
    assert [paid(db, text, days=days, kind="free") for days in (2, 3, 6, 91)] == ["nothing", 8000, 12050, "hold"]


def test_tables_test_values_and_parameters(db) -> None:
    head = """parameters:
  bar: 3
values:
  legs: "CASE WHEN told THEN 2 ELSE 1 END"
tables:
  share:
    rows:
      - {legs: 2, bar: 3, give: 10}
      - {told: false, on: "< 2026-03-01", give: 20}
    otherwise: {give: 30}
"""
    text = text_of(PAY, head=head)
    assert paid(db, text, told=True) == 100
    assert paid(db, text, on=date(2026, 2, 28)) == 200
    assert paid(db, text) == 300


DATED = """parameters:
  daily:
    by: on
    from: {2019-04-01: EUR 8.00, 2021-04-01: EUR 8.06, 2026-03-02: EUR 9}
  uprated:
    by: add_days(on, 1)
    start: {2019-04-01: EUR 8.00}
    raise: {2021-04-01: "0.7", 2022-04-01: "4.2"}
    nearest: EUR 0.01
    before: EUR 7.50
  share: {by: on, from: {2020-01-01: "12.5", 2021-01-01: 13}}
  word: {by: on, from: {2020-01-01: old, 2026-01-01: new}}
  flat: EUR 3
"""


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2019-03-31", "undefined"), ("2019-04-01", 800), ("2021-03-31", 800), ("2021-04-01", 806), ("2026-03-01", 806),
     ("2026-03-02", 900), ("2040-01-01", 900)],
)  # fmt: skip
def test_the_figure_of_the_last_date_counts(db, on: str, expected) -> None:
    text = text_of(remedy("{id: all, default: true, amount: daily}"), head=DATED)
    found = one(db, text, on=on)
    assert paid(db, text, on=on) == expected
    if expected == "undefined":
        assert found["reason"] == "The policy has no figure for daily before 2019-04-01."
    else:
        assert found["trace"][1].startswith("daily@")


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2000-01-01", 750), ("2019-03-30", 750), ("2019-03-31", 800), ("2021-03-31", 806), ("2022-03-31", 840)],
)
def test_raised_figures_are_rounded_one_after_another(db, on: str, expected: int) -> None:
    assert paid(db, text_of(remedy("{id: all, default: true, amount: uprated}"), head=DATED), on=on) == expected


def test_parameters_that_are_numbers_texts_and_constants(db) -> None:
    assert paid(db, text_of(remedy('{id: all, default: true, amount: "percent(share, price)"}'), head=DATED)) == 130
    rules = '{id: a, when: "word = \'new\'", amount: flat}\n{id: b, default: true, nothing: "Old."}'
    assert paid(db, text_of(remedy(rules), head=DATED)) == 300
    assert paid(db, text_of(remedy(rules), head=DATED), on=date(2025, 1, 1)) == "nothing"


def test_a_parameter_without_a_date_is_read_by_at(db) -> None:
    head = "parameters:\n  bank: {from: {2020-01-01: EUR 1, 2021-01-01: EUR 2}}"
    text = text_of(remedy('{id: all, default: true, amount: "at(bank, on)"}'), head=head)
    assert paid(db, text, on=date(2020, 6, 1)) == 100
    assert paid(db, text, on=date(2019, 6, 1)) == "undefined"


def test_values_in_any_order(db) -> None:
    head = "values:\n  c: b + a\n  a: days * 2\n  b: {is: a + 1, words: so many}\n  unused: price * 2"
    text = text_of(remedy('{id: all, default: true, amount: "price * c"}'), head=head)
    assert paid(db, text) == 9000
    assert ", 5 so many" in one(db, text)["reason"]


def test_a_value_with_a_divisor_by_row(db) -> None:
    facts = "facts:\n  part: {type: money, currency: EUR}\n  whole: {type: integer, above: 0}\n"
    text = text_of(
        remedy('{id: all, default: true, amount: "each * 3"}'), facts=facts, head="values:\n  each: part / whole"
    )
    for part, whole in ((1000, 7), (1, 3), (10**15, 9)):
        assert paid(db, text, defaults={"part": part, "whole": whole}) == (part * 6 + whole) // (2 * whole)


def test_calendars(db) -> None:
    head = """calendars:
  england: {country: GB, subdivision: ENG, dates: [2026-04-08], years: [2026, 2027]}
values:
  last: "add_business_days(on, 3, england)"
"""
    text = text_of(
        remedy('{id: late, when: "last < \'2026-04-09\'", nothing: "No."}\n{id: all, default: true, amount: EUR 1}'),
        head=head,
    )
    assert paid(db, text, on=date(2026, 4, 1)) == 100  # Good Friday, Easter Monday and the 8th are free
    assert paid(db, text, on=date(2026, 3, 2)) == "nothing"
    assert paid(db, text, on=date(2030, 3, 2)) == "undefined"
    spared = text_of(remedy("{id: all, default: true, amount: EUR 1}", 'also: {d: "coalesce(last, on)"}'), head=head)
    assert one(db, spared, on=date(2030, 3, 2))["also"] == {"d": None}


def test_only_what_is_read_is_worked_out(db) -> None:
    policy = good(text_of(remedy("{id: all, default: true, amount: EUR 1}"), head=BANDS))
    assert "share" not in policy.decision_sql("facts")
    assert policy.facts_read() == []
    assert db.execute(policy.amounts_sql(relation(policy, [DEFAULTS], {}))).fetchall() == [
        (1, "pay", "owed", "all", 100)
    ]
    assert Decimal("1") == 1


TOLD = """
facts:
  days: {type: integer, unit: days, from: 0, words: the delay}
  price: {type: money, currency: EUR, from: EUR 0}
  kind: {type: text, one_of: [plain, by_air], words: the parcel}
  told: {type: boolean, words: told before}
  on: {type: date, words: the day of it}
  rate: {type: number, optional: true}
  note: {type: text, optional: true}
tables:
  share:
    words: our scale
    rows:
      - {days: "< 1", told: true, give: 0}
      - {days: 7, kind: by_air, give: 10}
      - {days: "[1..3)", told: false, kind: [plain, by_air], give: 20}
      - {days: ">= 90", words: a season late, give: 25}
      - {on: "< 2026-01-01", note: missing, give: 30}
      - {on: "> 2026-06-30", note: any, give: 40}
    otherwise: {give: 50}
"""


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"days": 0, "told": True}, "the delay below 1 days, told before"),
        ({"days": 7, "kind": "by_air"}, "the delay 7 days, the parcel by air"),
        ({"days": 2}, "the delay 1 days or more, below 3 days, not told before, the parcel plain or by air"),
        ({"days": 90}, "a season late"),
        ({"days": 9, "on": date(2025, 12, 31)}, "the day of it before 2026-01-01, no note"),
        ({"days": 9, "on": date(2026, 7, 1)}, "the day of it after 2026-06-30"),
        ({"days": 9}, "what no row of it names"),
    ],
)
def test_a_row_says_its_cells_in_the_words_of_the_facts(db, row, words: str) -> None:
    """With their units; and a rule that has a reason of its own still names the row behind it."""
    head = TOLD.replace("give: 0}", "give: 5}")
    for reason, begins in ((', reason: "For the wait."', "For the wait, by"), ("", "")):
        rule = f'{{id: all, default: true, amount: "percent(share, price)"{reason}}}'
        said = one(db, text_of(remedy(rule), facts=head), **row)["reason"]
        assert said.startswith(begins) and said.endswith(f", by our scale: {words}.")


def test_a_reason_names_the_dated_figure_behind_it(db) -> None:
    head = "parameters:\n  daily: {by: on, from: {2019-04-01: EUR 8.00, 2026-01-01: EUR 8.06}, words: the daily rate}"
    text = text_of(remedy('{id: all, default: true, amount: "daily * days", reason: "For each day."}'), head=head)
    assert one(db, text)["reason"] == "For each day, the daily rate EUR 8.06 from 2026-01-01."
    assert one(db, text, on=date(2025, 1, 1))["reason"] == "For each day, the daily rate EUR 8.00 from 2019-04-01."


def test_a_sentence_in_place_of_a_figure_before_the_first(db) -> None:
    head = """parameters:
  daily: {by: "on", from: {2026-02-01: EUR 3}, before: {undefined: "It began in February 2026."}}"""
    text = text_of(remedy('{id: all, default: true, amount: "coalesce(daily, price)"}'), head=head)
    assert paid(db, text) == 300
    found = one(db, text, on=date(2026, 1, 31))
    assert (found["status"], found["reason"]) == ("undefined", "It began in February 2026.")


def test_what_is_undefined_is_no_gap_where_it_is_needed_elsewhere_too(db) -> None:
    head = """tables:
  share: {rows: [{days: "< 3", give: 10}], otherwise: {undefined: "No such row."}}
values:
  part: "coalesce(share, 0) + CASE WHEN rate > 0 THEN rate ELSE share END"
  gap: "coalesce(rate, 0) + rate"
  two: "coalesce(gap, 2)\""""
    text = text_of(remedy('{id: all, default: true, amount: "percent(part, price)"}'), head=head)
    assert paid(db, text, rate=5) == 150
    assert paid(db, text, rate=5, days=3) == "undefined"
    text = text_of(remedy('{id: all, default: true, amount: "percent(two, price)"}'), head=head)
    assert paid(db, text, rate=None) == 20
