"""What is said of a table or of rules, against everybody: each customer is asked one by one, without any grid."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from tests.policies.written import one_table

from makegood.core.policy import parse_policy
from makegood.documents.folder import read_document
from makegood.kit.columns import Columns
from makegood.policies.check import check_policy
from makegood.policies.tables import check_table

MOST = 20
FACTS = f"minutes: {{type: integer, from: 0, to: {MOST}}}\nmember: {{type: boolean}}"
Range = tuple[int, bool, int, bool]
Row = tuple[Range, bool | None, int]

ranges = st.tuples(st.integers(-2, MOST), st.booleans(), st.integers(0, 12), st.booleans()).map(
    lambda one: (one[0], one[1], one[0] + one[2] + 1, one[3])
)
rows = st.lists(
    st.tuples(ranges, st.sampled_from([None, None, True, False]), st.integers(1, 3)), min_size=1, max_size=5
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Columns]:
    with Columns(wall_seconds=300) as columns:
        yield columns


def holds(row: Row, minutes: int, member: bool) -> bool:
    (low, closed, high, also), only, _ = row
    above = minutes >= low if closed else minutes > low
    below = minutes <= high if also else minutes < high
    return above and below and only in (None, member)


def first(table: list[Row], minutes: int, member: bool) -> int:
    return next((at for at, row in enumerate(table) if holds(row, minutes, member)), len(table))


def written(row: Row) -> str:
    (low, closed, high, also), only, give = row
    cell = f"{'[' if closed else '('}{low}..{high}{']' if also else ')'}"
    kind = "" if only is None else f", member: {str(only).lower()}"
    return f'{{minutes: "{cell}"{kind}, give: {give}}}'


def everybody(table: list[Row]) -> dict[tuple[int, bool], int]:
    return {(minutes, member): first(table, minutes, member) for minutes in range(MOST + 1) for member in (False, True)}


def unreached(table: list[Row]) -> set[int]:
    return set(range(len(table))) - set(everybody(table).values())


def in_holes(table: list[Row]) -> set[tuple[int, bool]]:
    """Customers whom no row takes, with others of their kind on both sides whom some row takes (otherwise gives 0)."""
    met = everybody(table)
    found = set()
    for (minutes, member), row in met.items():
        taken = [other for other in range(MOST + 1) if met[other, member] != len(table)]
        if row == len(table) and any(other < minutes for other in taken) and any(other > minutes for other in taken):
            found.add((minutes, member))
    return found


def overlaps(table: list[Row]) -> set[tuple[int, int]]:
    met = everybody(table)
    held = [{who for who in met if holds(row, *who)} for row in table]
    found = set()
    for later in range(len(table)):
        for earlier in range(later):
            both = held[earlier] & held[later]
            special = both in (held[earlier], held[later])
            alike = table[earlier][2] == table[later][2]
            if not special and not alike and later not in unreached(table) and any(met[one] == earlier for one in both):
                found.add((earlier, later))
    return found


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows)
@example([((0, True, 5, False), None, 1), ((5, False, 9, True), None, 2)])
@example([((0, True, 20, True), True, 1), ((0, True, 20, True), False, 2), ((3, True, 9, True), None, 3)])
@example([((0, True, 9, True), None, 1), ((5, True, 15, True), None, 2)])
def test_a_table_is_judged_as_everybody_would(engine: Columns, table: list[Row]) -> None:
    policy = one_table("\n".join(written(row) for row in table), facts=FACTS)
    found = check_table(engine, policy, policy.tables["share"])
    by_code: dict[str, list[str]] = {}
    for one in found:
        by_code.setdefault(one.finding.code, []).append(one.finding.what)
    said = {
        at
        for at in range(len(table))
        if any(f"The row 'row-{at + 1}'" in w for w in by_code.get("unreachable-row", ()))
    }
    assert said == unreached(table)
    pairs = {
        (earlier, later)
        for later in range(len(table))
        for earlier in range(later)
        if any(
            w.startswith(f"The rows 'row-{earlier + 1}' and 'row-{later + 1}' ")
            for w in by_code.get("table-overlap", ())
        )
    }
    assert pairs == overlaps(table)
    assert bool(by_code.get("table-hole")) == bool(in_holes(table))
    for one in found:
        if one.finding.code == "table-hole":
            who = (int(one.customer["minutes"]), one.customer.get("member") == "true")
            assert who in in_holes(table)


atoms = st.one_of(
    st.tuples(st.sampled_from(["<", "<=", "=", ">=", ">", "<>"]), st.integers(-1, 8)).map(
        lambda one: f"days {one[0]} {one[1]}"
    ),
    st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda one: f"2 * days - {one[0]} > {one[1]}"),
    st.sampled_from(["member", "NOT member", "kind = 'air'", "kind IN ('rail', 'sea')", "stars IS NULL"]),
    st.integers(1, 4).map(lambda one: f"coalesce(stars, 0) >= {one}"),
)
conditions = st.recursive(
    atoms,
    lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda one: f"({' '.join(one)})"),
    max_leaves=4,
)
CUSTOMERS = """(SELECT row_number() OVER () AS customer_id, d AS days, m AS member, k AS kind, s AS stars
 FROM (SELECT unnest(range(0, 9)) AS d), (SELECT unnest([true, false]) AS m),
 (SELECT unnest(['air', 'rail', 'sea', 'road']) AS k), (SELECT unnest([NULL, 0, 1, 2, 3, 4, 5]) AS s))"""


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(conditions, min_size=1, max_size=5))
@example(["days > 3", "days > 5", "member"])
def test_rules_are_judged_as_everybody_would(engine: Columns, whens: list[str]) -> None:
    lines = "".join(f'      - {{id: r{at}, when: "{when}", amount: EUR {at + 1}}}\n' for at, when in enumerate(whens))
    file, _ = read_document(
        "facts:\n  days: {type: integer, from: 0, to: 8}\n  member: {type: boolean}\n"
        "  kind: {type: text}\n  stars: {type: integer, from: 0, to: 5, optional: true}\n"
        "remedies:\n  paid:\n    kind: fix\n    basis: redress\n    currency: EUR\n    rules:\n"
        f"{lines}      - {{id: other, default: true, nothing: No.}}\n",
        "policy",
        "policy.yaml",
    )
    assert file is not None
    policy, _ = parse_policy(file, None)
    assume(policy is not None)  # the same condition twice is refused where it is read
    assert policy is not None
    decided = engine.fetch(f"SELECT DISTINCT rule FROM ({policy.amounts_sql(CUSTOMERS)})")
    nobody = {f"r{at}" for at in range(len(whens))} - {str(rule) for (rule,) in decided}
    said = [one.finding for one in check_policy(engine, policy) if one.finding.code == "unreachable-rule"]
    assert {one.what.split("'")[1] for one in said} == nobody
