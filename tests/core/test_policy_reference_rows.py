"""Customers with several rows: keys that count once, the most for a group, sums, and where rounding stands, against the
reference."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

import duckdb
from hypothesis import given
from policy_makers import AMOUNTS, MODES
from reference_expressions import Many, Money
from reference_policy import Reference
from test_policy_reference import MANY, SEEDS, policy_of

FACTS = """facts:
  person: {type: text, each: true}
  leg: {type: text, each: true, optional: true}
  late: {type: integer, from: 0, each: true}
  fare: {type: money, currency: EUR, each: true, optional: true}
  waits: {type: integer, list: true, each: true, optional: true}
  region: {type: text, optional: true}
  paid: {type: money, currency: EUR, optional: true}
"""
TYPES = "person VARCHAR[], leg VARCHAR[], late BIGINT[], fare BIGINT[], waits BIGINT[][], region VARCHAR, paid BIGINT"
EACH = ("person", "leg", "late", "fare", "waits")
FIRST = [
    '{id: soon, when: "late < 2", nothing: Soon.}',
    '{id: who, when: "fare IS NULL", hold: A person looks.}',
    '{id: odd, when: "late = 7", undefined: Nobody knows.}',
    "{id: far, when: \"region = 'far'\", nothing: Far.}",
    '{id: waited, when: "list_sum(waits) > 9 OR list_count_where(waits, waits > late) = 1", nothing: Waited.}',
    '{id: many, when: "rows_count() > 4", amount: EUR 7.77}',
]
LAST = [
    "fare",
    "fare * late / 3",
    "percent(33.3, fare)",
    "fare - paid",
    "fare / greatest(late, 1)",
    "fare * list_count(waits)",
]
LIMITS = ["paid", "percent(50, fare)", "paid / 3", "fare / 2", "fare - paid", "paid * 2 / greatest(late, 1)"]
KEYS = ["[person]", "[person, late]", "[late]", "[person, leg]"]
ORDERS = ["round, sum", "minimum, round, sum", "sum, round", "cap, sum, excess"]
CUSTOMERS = 40


def random_rows_policy(random: Random) -> str:
    def pick(options: Sequence[Any]) -> Any:
        return random.choice(options)

    def amount() -> str:
        return f"EUR {pick(AMOUNTS)}"

    rows = [f"once_per: {pick(KEYS)}"] if random.random() < 0.5 else []
    mosts = []
    for _ in range(pick([0, 0, 1, 2])):
        limit = pick(["times: 1", "times: 2", f"amount: {amount()}", f'amount: "{pick(LIMITS)}"'])
        mosts.append(f"{{per: {pick(['[]', '[person]', '[late]', '[leg]'])}, {limit}}}")
    rows += [f"most: [{', '.join(mosts)}]"] if mosts else []
    lines = [f"    rows: {{{', '.join(rows)}}}"] if rows else []
    if random.random() < 0.5:
        lines.append(f'    add: [{{id: more, when: "late > 3", amount: {amount()}, says: More.}}]')
    if random.random() < 0.5:
        lines.append('    reduce: [{id: less, when: "late < 5", percent: "12.5", says: Less.}]')
    lines += [f"    {word}: {amount()}" for word in ("excess", "cap", "minimum") if random.random() < 0.3]
    if random.random() < 0.5:
        unit = pick(["0.01", "0.05", "1.00"])
        lines.append(f'    rounding: {{mode: {pick(MODES)}, unit: "{unit}"}}')
    if random.random() < 0.5:
        # Amounts that are used up over several rows must be rounded before.
        orders = ORDERS if not any("amount" in most for most in mosts) else ORDERS[:2]
        lines.append(f"    order: [{pick(orders)}]")
    rules = [pick(FIRST), f'{{id: rest, default: true, amount: "{pick(LAST)}"}}']
    listed = "".join(f"      - {rule}\n" for rule in rules)
    head = "remedies:\n  back:\n    kind: fix\n    basis: redress\n    currency: EUR\n"
    return FACTS + head + "".join(f"{line}\n" for line in lines) + f"    rules:\n{listed}"


def random_booking(random: Random) -> list[dict[str, Any]]:
    """One customer's rows; what is not of rows is the same in each."""

    def gap(values: Sequence[Any]) -> Any:
        return None if random.random() < 0.1 else random.choice(values)

    shared = {"region": gap(["far", "near"]), "paid": gap([_euro(0), _euro(5), _euro(20)])}
    return [
        {
            "person": random.choice(["Ann", "Ben"]),
            "leg": gap(["a", "b"]),
            "late": Fraction(random.choice([0, 1, 2, 3, 4, 5, 7])),
            "fare": gap([_euro(Fraction(text)) for text in AMOUNTS]),
            "waits": gap([Many(tuple(map(Fraction, one))) for one in ([], [1], [2, 3], [7, 0, 4])]),
            **shared,
        }
        for _ in range(random.randint(1, 6))
    ]


def _euro(number: Fraction | int) -> Money:
    return Money(Fraction(number) * 100, "EUR")


def _stored(value: Any) -> Any:
    if isinstance(value, Many):
        return [_stored(one) for one in value.items]
    number = value.minor if isinstance(value, Money) else value
    return int(number) if isinstance(number, Fraction) else number


@MANY
@given(SEEDS)
def test_customers_with_rows_are_decided_alike(seed: int) -> None:
    random = Random(seed)
    text = random_rows_policy(random)
    customers = [random_booking(random) for _ in range(CUSTOMERS)]
    policy, reference = policy_of(text), Reference(text)
    db = duckdb.connect()
    db.execute(f"CREATE TABLE facts (customer_id BIGINT, {TYPES})")
    for number, rows in enumerate(customers):
        lists = [[_stored(row[word]) for row in rows] for word in EACH]
        values = [number, *lists, rows[0]["region"], _stored(rows[0]["paid"])]
        db.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    query = f"SELECT customer_id, status, rule, minor FROM ({policy.full_sql('facts')})"
    found = {number: one for number, *one in db.execute(query).fetchall()}
    for number, rows in enumerate(customers):
        wanted = reference.decide(rows)["back"]
        rule = found[number][1] if wanted.status == "undefined" else wanted.rule
        assert found[number] == [wanted.status, rule, wanted.minor], f"{wanted} {found[number]}\n{rows}\n{text}"
