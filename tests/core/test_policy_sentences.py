"""What a customer is told: the rule, the rows and figures behind it, what was taken off, the policy and its version."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import duckdb
import pytest
from policies import good, one, relation, remedy, text_of

HEAD = """policy: {name: Late parcels, version: 2026-11}
parameters:
  daily: {by: on, from: {2019-04-01: EUR 8.00, 2021-04-01: EUR 8.06}, words: a day}
  limit: EUR 20
  bank: {from: {2020-01-01: 5}}
tables:
  share:
    words: our scale
    rows:
      - {days: "[1..3)", kind: [plain, express], give: 50}
      - {id: long, words: three days or more, days: ">= 3", give: 100}
    otherwise: {give: 0}
values:
  twice: {is: days * 2, words: half days}
"""
SUFFIX = " (Late parcels, version 2026-11, rule {})"


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as connection:
        yield connection


def reason(db, rules: str, *more: str, **row: object) -> str:
    return str(one(db, text_of(remedy(rules, *more), head=HEAD), **row)["reason"])


@pytest.mark.parametrize(
    ("rules", "row", "sentence"),
    [
        ("{id: a, default: true, amount: daily}", {"on": date(2020, 1, 1)},
         "EUR 8.00 a day, a day EUR 8.00 from 2019-04-01."),
        ("{id: a, default: true, amount: daily}", {}, "EUR 8.06 a day, a day EUR 8.06 from 2021-04-01."),
        ('{id: a, default: true, amount: "daily * days"}', {"days": 3},
         "EUR 24.18, worked out from a day and days, a day EUR 8.06 from 2021-04-01."),
        ('{id: a, default: true, amount: {percent: share, of: price}}', {"days": 2},
         "50% of EUR 10.00 price, by our scale: days 1 or more, below 3, kind plain or express."),
        ('{id: a, default: true, amount: {percent: share, of: price}}', {"days": 3},
         "100% of EUR 10.00 price, by our scale: three days or more."),
        ('{id: a, default: true, amount: "least(limit, percent(share, price))"}', {"days": 9},
         "EUR 10.00, worked out from limit and our scale and price, limit EUR 20.00, by our scale: three days or"
         " more."),
        ('{id: a, default: true, amount: "price * twice"}', {"days": 9},
         "EUR 180.00, worked out from price and half days, 18 half days."),
        ('{id: a, when: "share = 100", amount: EUR 5}\n{id: b, default: true, nothing: "No."}', {"days": 3},
         "A fixed amount of EUR 5.00, by our scale: three days or more."),
        ('{id: a, default: true, amount: EUR 5, reason: "We are sorry."}', {}, "We are sorry."),
        ('{id: a, default: true, nothing: "It came in time."}', {}, "It came in time."),
        ('{id: a, default: true, hold: "We look at it."}', {}, "We look at it."),
        ('{id: a, default: true, undefined: "Nobody knows."}', {}, "Nobody knows."),
        ('{id: a, default: true, amount: "interest(price, at(bank, on), on, on, 365)"}', {}, "Nothing is owed."),
    ],
)  # fmt: skip
def test_each_decision_says_what_it_rests_on(db, rules: str, row: dict[str, object], sentence: str) -> None:
    assert reason(db, rules, **row) == sentence + SUFFIX.format("a.")


RATES = """parameters:
  bank: {from: {2024-01-01: "5.25", 2024-07-01: "5", 2025-01-01: "4.75"}, before: "4"}
values:
  due: {is: "interest(price, rate, on, '2026-03-31', 365)"}
  plain: "interest_over(price, bank, on, '2024-12-01', '30/360')"
"""


@pytest.mark.parametrize(
    ("amount", "on", "sentence"),
    [
        ("interest(price, rate, on, '2026-03-31', 365)", "2026-03-01",
         "EUR 657.53, interest on EUR 100000.00 for 30 days at 8%."),
        ("price + interest(price, 2 * rate, on, '2026-03-02', 'actual')", "2026-03-01",
         "EUR 100043.84, worked out from price and rate and on, interest on EUR 100000.00 for 1 day at 16%."),
        ("due", "2026-03-01", "EUR 657.53 due, interest on EUR 100000.00 for 30 days at 8%."),
        ("plain", "2024-06-30", "EUR 2097.92 plain, by bank, interest on EUR 100000.00 for 151 days at 5.25% from"
         " 2024-01-01, 5% from 2024-07-01."),
        ("interest_over(price, bank, on, '2024-01-01', 365)", "2023-12-31",
         "EUR 10.96, interest on EUR 100000.00 for 1 day at 4%, by bank."),
        ("interest_over(price, bank, on, add_days(on, 2), 365)", "2024-06-30",
         "EUR 28.08, interest on EUR 100000.00 for 2 days at 5.25% from 2024-01-01, 5% from 2024-07-01, by bank."),
        ("price + interest(price, rate, on, '2026-03-01', 365)", "2026-03-01",
         "EUR 100000.00, worked out from price and rate and on."),
    ],
)  # fmt: skip
def test_interest_says_on_what_for_how_long_and_at_which_rates(db, amount: str, on: str, sentence: str) -> None:
    text = text_of(remedy(f'{{id: a, default: true, amount: "{amount}"}}'), head=RATES)
    assert one(db, text, price=10_000_000, rate=8, on=date.fromisoformat(on))["reason"] == sentence


def test_own_words_are_followed_by_what_was_taken_off(db) -> None:
    rules = '{id: a, default: true, amount: "price", reason: "We are sorry."}'
    told = reason(db, rules, 'reduce: [{id: used, percent: "12.5", says: "you used half of it."}]', "cap: EUR 5")
    assert told == "We are sorry, less 12.5% (you used half of it), limited to EUR 5.00." + SUFFIX.format("a.")


def test_the_facts_speak_in_their_own_words(db) -> None:
    facts = """facts:
  fee: {type: money, currency: EUR, from: EUR 0, words: the fee you paid}
  late: {type: boolean, words: it was late}
"""
    text = text_of(remedy('{id: a, when: late, amount: fee}\n{id: b, default: true, nothing: "No."}'), facts=facts)
    assert one(db, text, defaults={"fee": 1234, "late": True})["reason"] == "EUR 12.34 the fee you paid."
    assert one(db, text, defaults={"fee": -1, "late": True})["reason"] == (
        "The value of the fee you paid is outside of what the policy knows."
    )


def test_amounts_without_a_point_and_below_one(db) -> None:
    for code, minor, shown in (("JPY", 1234, "1234"), ("EUR", 5, "0.05"), ("KWD", 1234, "1.234"), ("EUR", 100, "1.00")):
        facts = f"facts:\n  price: {{type: money, currency: {code}}}\n"
        text = text_of(remedy().replace("EUR", code), facts=facts)
        assert one(db, text, defaults={"price": minor})["reason"] == f"{code} {shown} price."


def test_the_form_for_bulk_is_plain(db) -> None:
    """What is measured against a hand-written query: no wide arithmetic, no sentence, nothing caught."""
    text = files("makegood.packs").joinpath("eu261.yaml").read_text(encoding="utf-8")
    policy = good(text)
    sql = policy.amounts_sql("flights")
    assert "HUGEINT" not in sql
    assert "TRY" not in sql
    assert " || " not in sql
    facts = {
        "event": "delay", "distance_km": 3600, "intra_eu": False, "arrival_delay_min": 200, "rerouted": False,
        "extraordinary": False, "in_scope": True, "passengers": 2,
    }  # fmt: skip
    rows = db.execute(policy.amounts_sql(relation(policy, [facts], {}))).fetchall()
    assert [(row[2], row[4]) for row in rows] == [("owed", 60_000)]
