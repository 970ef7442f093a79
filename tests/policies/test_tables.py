"""Holes, overlaps and unreachable rows: each is found where it is, and nothing is said where there is none."""

from __future__ import annotations

import pytest
from tests.policies.written import PARCELS, one_table, policy_of

from makegood.core.policy import Policy
from makegood.kit.columns import Columns
from makegood.policies.lint import Lint
from makegood.policies.tables import check_table

MINUTES = "minutes: {type: integer, from: 0}"


def check(columns: Columns, policy: Policy) -> list[Lint]:
    return [one for table in policy.tables.values() for one in check_table(columns, policy, table)]


def codes(found: list[Lint]) -> list[str]:
    return [one.finding.code for one in found]


def test_a_table_without_mistakes_is_silent(columns: Columns) -> None:
    assert check(columns, policy_of(PARCELS)) == []


def test_a_hole_between_two_rows(columns: Columns) -> None:
    """The arrival table of an airline in 2007 said nothing from 180 to 240 minutes."""
    rows = """
    {minutes: "< 60", give: 0}
    {minutes: "[60..180)", give: 25}
    {minutes: "> 240", give: 100}
    """
    (found,) = check(columns, one_table(rows, facts=MINUTES, otherwise='{undefined: "The table has a hole."}'))
    assert found.finding.code == "table-hole"
    assert "from 180, up to 240 of minutes" in found.finding.what
    assert "the customer is undefined" in found.finding.what
    assert found.customer == {"minutes": "180"}
    assert str(found.finding.place) == "policy.yaml:7:9"


def test_a_hole_of_one_point(columns: Columns) -> None:
    """A published uptime table pays below 99.0 and above 99.0: nothing at exactly that."""
    rows = """
    {uptime: "< 99.0", give: 25}
    {uptime: "(99.0..99.9)", give: 10}
    {uptime: ">= 99.9", give: 0}
    """
    policy = one_table(rows, facts="uptime: {type: number, from: 0, to: 100}", otherwise="{undefined: None.}")
    (found,) = check(columns, policy)
    assert "at exactly 99 of uptime" in found.finding.what
    assert found.customer == {"uptime": "99"}


def test_what_falls_to_otherwise_at_the_ends_is_no_hole(columns: Columns) -> None:
    rows = """
    {minutes: "[60..120)", give: 25}
    {minutes: "[120..180)", give: 50}
    """
    assert check(columns, one_table(rows, facts=MINUTES)) == []


def test_a_row_that_says_undefined_is_no_hole(columns: Columns) -> None:
    rows = """
    {minutes: "< 180", give: 25}
    {minutes: "[180..240]", undefined: "The source has a hole."}
    {minutes: "> 240", give: 50}
    """
    assert check(columns, one_table(rows, facts=MINUTES)) == []


def test_a_gap_that_gets_what_its_neighbour_gets_is_no_hole(columns: Columns) -> None:
    rows = """
    {minutes: "< 60", give: 0}
    {minutes: "> 180", give: 50}
    """
    assert check(columns, one_table(rows, facts=MINUTES)) == []
    assert codes(check(columns, one_table(rows, facts=MINUTES, otherwise="{give: 7}"))) == ["table-hole"]


def test_a_hole_in_one_kind_only_names_the_kind(columns: Columns) -> None:
    rows = """
    {kind: air, minutes: "< 60", give: 1}
    {kind: air, minutes: ">= 60", give: 2}
    {kind: rail, minutes: "< 60", give: 3}
    {kind: rail, minutes: "> 60", give: 4}
    """
    (found,) = check(columns, one_table(rows, facts=f"{MINUTES}\nkind: {{type: text, one_of: [air, rail]}}"))
    assert found.customer == {"kind": "rail", "minutes": "60"}
    assert "at exactly 60 of minutes" in found.finding.what


def test_rows_that_share_an_edge_overlap(columns: Columns) -> None:
    rows = """
    {minutes: "[0..60]", give: 1}
    {minutes: "[60..120]", give: 2}
    """
    (found,) = check(columns, one_table(rows, facts=MINUTES))
    assert found.finding.code == "table-overlap"
    assert "'row-1' counts" in found.finding.what
    assert found.customer == {"minutes": "60"}
    assert found.finding.place is not None and found.finding.place.line == 7


def test_a_special_case_before_the_general_one_is_no_overlap(columns: Columns) -> None:
    rows = """
    {minutes: "< 60", give: 1}
    {minutes: "< 120", give: 2}
    {minutes: any, give: 3}
    """
    assert check(columns, one_table(rows, facts=MINUTES)) == []


def test_rows_that_overlap_and_give_the_same_are_not_told(columns: Columns) -> None:
    rows = """
    {minutes: "[0..60]", give: 1}
    {minutes: "[60..120]", give: 1}
    """
    assert check(columns, one_table(rows, facts=MINUTES)) == []


@pytest.mark.parametrize(
    ("rows", "hiding"),
    [
        ('{minutes: "< 120", give: 1}\n{minutes: "< 60", give: 2}', "'row-1' comes before it"),
        (
            '{minutes: "< 60", give: 1}\n{minutes: ">= 60", give: 2}\n{minutes: "[30..90)", give: 3}',
            "'row-1' and 'row-2' come before it",
        ),
    ],
)
def test_a_row_that_others_hide(columns: Columns, rows: str, hiding: str) -> None:
    (found,) = check(columns, one_table(rows, facts=MINUTES))
    assert found.finding.code == "unreachable-row"
    assert hiding in found.finding.what
    assert found.customer


def test_a_row_outside_the_limits_of_its_fact(columns: Columns) -> None:
    rows = '{minutes: "< 0", give: 1}\n{minutes: "< 60", give: 2}'
    (found,) = check(columns, one_table(rows, facts=MINUTES))
    assert "holds for nobody within the limits" in found.finding.what
    assert found.customer == {}


def test_a_missing_fact_may_have_a_row_of_its_own(columns: Columns) -> None:
    rows = '{minutes: missing, give: 1}\n{minutes: "< 60", give: 2}\n{minutes: ">= 60", give: 3}'
    optional = "minutes: {type: integer, from: 0, optional: true}"
    assert check(columns, one_table(rows, facts=optional)) == []
    (found,) = check(columns, one_table(rows, facts=MINUTES))
    assert (found.finding.code, found.finding.place and found.finding.place.line) == ("unreachable-row", 6)


def test_dates_and_amounts_have_holes_too(columns: Columns) -> None:
    rows = '{day: "< 2026-01-01", give: 1}\n{day: "> 2026-01-01", give: 2}'
    (found,) = check(columns, one_table(rows, facts="day: {type: date}"))
    assert found.customer == {"day": "2026-01-01"}
    rows = '{price: "< EUR 5.00", give: 1}\n{price: "> EUR 5.00", give: 2}'
    (found,) = check(columns, one_table(rows, facts="price: {type: money, currency: EUR}"))
    assert found.customer == {"price": "EUR 5.00"}


UPTIME = """
  uptime: "100 * (total - down) / total"
"""


def test_a_hole_of_a_worked_out_value_needs_a_customer(columns: Columns) -> None:
    facts = "total: {type: integer, unit: min, from: 1, to: 44640}\ndown: {type: integer, unit: min, from: 0}"
    rows = """
    {uptime: "< 99.0", give: 25}
    {uptime: "> 99.0, < 99.9", give: 10}
    {uptime: ">= 99.9", give: 0}
    """
    values = f"values: {{{UPTIME.strip()}}}\n"
    policy = one_table(rows, facts=facts, otherwise="{undefined: None.}", more=values)
    (found,) = check(columns, policy)
    assert "at exactly 99 of uptime" in found.finding.what
    total, down = (int(found.customer[word]) for word in ("total", "down"))
    assert 100 * (total - down) == 99 * total


def test_a_hole_that_no_customer_can_fall_into_is_not_told(columns: Columns) -> None:
    """The value is 1 or 2, and never between."""
    rows = '{legs: "< 1.2", give: 1}\n{legs: "> 1.8", give: 2}'
    values = 'values: {legs: "CASE WHEN is_return THEN 2 ELSE 1 END"}\n'
    assert check(columns, one_table(rows, facts="is_return: {type: boolean}", otherwise="{give: 9}", more=values)) == []


def test_a_value_that_is_a_fact_by_another_name_is_judged_as_the_fact(columns: Columns) -> None:
    rows = '{late: "< 60", give: 1}\n{late: "> 60", give: 2}'
    (found,) = check(columns, one_table(rows, facts=MINUTES, more='values: {late: "minutes"}\n'))
    assert found.customer == {"minutes": "60"}


def test_a_table_of_too_many_points_is_left_alone(columns: Columns) -> None:
    facts = "\n".join(f"f{number}: {{type: integer}}" for number in range(10))
    cells = ", ".join(f'f{number}: "< 5"' for number in range(10))
    assert check(columns, one_table(f"{{{cells}, give: 1}}\n{{{cells}, give: 2}}", facts=facts)) == []
