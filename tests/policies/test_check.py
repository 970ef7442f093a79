"""What a check of a whole policy says beside its tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.policies.written import PARCELS, policy_of

from makegood.kit.columns import Columns
from makegood.policies.check import check_policy
from makegood.policies.lint import Lint


def found(columns: Columns, text: str, paid: set[str] | None = None) -> list[tuple[str, int | None, dict[str, str]]]:
    return [shown(one) for one in check_policy(columns, policy_of(text), paid=paid)]


def shown(one: Lint) -> tuple[str, int | None, dict[str, str]]:
    place = one.finding.place
    return one.finding.code, place.line if place else None, dict(one.customer)


def rules(*bodies: str, facts: str = "days: {type: integer, from: 0}", head: str = "") -> str:
    lines = "".join(f"      - {body}\n" for body in bodies)
    return (
        f"{head}facts:\n  {facts}\nremedies:\n  paid:\n    kind: fix\n    basis: redress\n    currency: EUR\n"
        f"    rules:\n{lines}"
    )


def test_a_policy_without_mistakes_is_silent(columns: Columns) -> None:
    assert found(columns, PARCELS) == []


def test_what_nothing_reads(columns: Columns) -> None:
    text = rules(
        "{id: all, default: true, amount: EUR 5.00}",
        facts="days: {type: integer}",
        head=(
            "parameters: {most: EUR 5}\nvalues: {half: 1}\n"
            "tables: {share: {rows: [{days: 1, give: 1}], otherwise: {give: 2}}}\n"
        ),
    )
    assert [code for code, _, _ in found(columns, text)] == [
        "unused-parameter", "unused-value", "unused-table", "unused-fact",
    ]  # fmt: skip


def test_what_is_read_through_others_is_read(columns: Columns) -> None:
    text = rules(
        "{id: late, when: \"twice > 'EUR 3.00'\", amount: EUR 5.00}",
        "{id: other, default: true, nothing: No.}",
        facts="days: {type: integer, from: 0}",
        head=(
            'parameters: {each: EUR 2}\nvalues: {twice: "2 * paid_for", paid_for: "each * part"}\n'
            "tables: {part: {rows: [{days: 0, give: 0}], otherwise: {give: 2}}}\n"
        ),
    )
    assert found(columns, text) == []


def test_a_rule_that_decides_nobody(columns: Columns) -> None:
    text = rules(
        '{id: late, when: "days > 3", amount: EUR 5.00}',
        '{id: very-late, when: "days > 7", amount: EUR 10.00}',
        '{id: early, when: "days < 0", amount: EUR 1.00}',
        "{id: other, default: true, nothing: No.}",
    )
    assert [(code, line) for code, line, _ in found(columns, text)] == [
        ("unreachable-rule", 10),
        ("unreachable-rule", 11),
    ]


def test_a_default_that_decides_nobody_is_as_it_must_be(columns: Columns) -> None:
    text = rules(
        '{id: late, when: "days > 3", amount: EUR 5.00}',
        '{id: soon, when: "days <= 3", amount: EUR 1.00}',
        "{id: other, default: true, nothing: No.}",
    )
    assert found(columns, text) == []


def test_two_rules_together_may_hide_a_third(columns: Columns) -> None:
    text = rules(
        '{id: a, when: "days < 5 OR member", amount: EUR 5.00}',
        '{id: b, when: "NOT member", amount: EUR 6.00}',
        '{id: c, when: "days = 9", amount: EUR 7.00}',
        "{id: other, default: true, nothing: No.}",
        facts="days: {type: integer, from: 0}\n  member: {type: boolean}",
    )
    assert [(code, line) for code, line, _ in found(columns, text)] == [("unreachable-rule", 12)]


def test_an_exclusion_may_hide_a_rule(columns: Columns) -> None:
    text = rules(
        '{id: late, when: "days > 3", amount: EUR 5.00}',
        "{id: other, default: true, nothing: No.}",
    ).replace("    rules:", '    exclude: [{id: long-ago, when: "days > 2", says: Too long ago.}]\n    rules:')
    assert [(code, line) for code, line, _ in found(columns, text)] == [("unreachable-rule", 10)]


def test_a_choice_among_remedies_hides_no_rule(columns: Columns) -> None:
    text = rules(
        '{id: late, when: "days > 3", amount: EUR 5.00}',
        "{id: other, default: true, nothing: No.}",
        facts="days: {type: integer, from: 0}\n  wanted: {type: text, one_of: [gift, paid]}",
    )
    text += (
        "  gift: {kind: make good, basis: goodwill, currency: EUR, rules: [{id: all, default: true, amount: EUR 1}]}\n"
        "choose: [{id: one, of: [paid, gift], take: wanted}]\n"
    )
    assert found(columns, text) == []


@pytest.mark.parametrize("when", ["back > price", "days_between(day, day) > 1", "starts_with(kind, 'x')"])
def test_nothing_is_said_of_rules_that_points_do_not_decide(columns: Columns, when: str) -> None:
    text = rules(
        f'{{id: never, when: "days > 3 AND days < 2 AND {when}", amount: EUR 5.00}}',
        "{id: other, default: true, nothing: No.}",
        facts=(
            "days: {type: integer}\n  back: {type: money, currency: EUR}\n  price: {type: money, currency: EUR}\n"
            "  day: {type: date}\n  kind: {type: text}"
        ),
    )
    codes = [code for code, _, _ in found(columns, text)]
    assert "unreachable-rule" not in codes and set(codes) <= {"unused-fact"}


DATED = """\
facts:
  event: {type: date%s}
parameters:
  daily:
    by: event
    from: {2019-04-01: EUR 8.00, 2021-04-01: EUR 8.06}
remedies:
  paid:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: all, default: true, amount: daily}
"""


def test_a_date_before_the_first_figure(columns: Columns) -> None:
    assert found(columns, DATED % "") == [("no-figure", 4, {"event": "2019-03-31"})]
    assert found(columns, DATED % ", from: 2019-04-01") == []
    assert found(columns, DATED % ", above: 2019-03-31") == []
    assert found(columns, (DATED % "").replace("    by: event", "    by: event\n    before: EUR 7.50")) == []
    sentence = "{undefined: It began in 2019.}"
    assert found(columns, (DATED % "").replace("    by: event", f"    by: event\n    before: {sentence}")) == []


def test_a_date_before_the_first_rate_of_interest(columns: Columns) -> None:
    text = """\
facts:
  from_day: {type: date}
  paid_on: {type: date}
  price: {type: money, currency: EUR}
parameters:
  bank_rate:
    from: {2023-12-31: "5.25", 2024-06-30: "5.25"}
remedies:
  interest:
    kind: make good
    basis: redress
    currency: EUR
    rules:
      - {id: all, default: true, amount: "interest_over(price, bank_rate, from_day, paid_on, 365)"}
"""
    assert found(columns, text) == [("no-figure", 6, {"from_day": "2023-12-30"})]


def test_a_remedy_that_no_step_pays(columns: Columns) -> None:
    assert found(columns, PARCELS, paid={"postage_back"}) == []
    assert found(columns, PARCELS, paid={"refund"}) == [("unpaid-remedy", 12, {})]


def test_the_customer_of_a_lint_is_decided_as_it_says(columns: Columns, tmp_path: Path) -> None:
    """A hole's customer, put in as a test, is what the lint says of them."""
    text = PARCELS.replace('"[1..3)"', '"[2..3)"').replace("otherwise: {give: 100}", "otherwise: {undefined: A hole.}")
    (code, _, customer), *rest = found(columns, text)
    assert (code, rest) == ("table-hole", [])
    assert customer == {"days_late": "1"}
    from makegood.policies.deciding import Customer, decide

    (decision,) = decide(columns, policy_of(text), [Customer({**customer, "postage": "4.90"})])
    assert decision.status == "undefined" and decision.reason.startswith("A hole.")


def test_what_is_converted_is_read_with_its_currency_and_its_dated_rates(columns: Columns) -> None:
    text = """\
facts:
  paid_in: {type: text, one_of: [GBP, USD]}
  late: {type: money, currency: "@paid_in"}
  rate: {type: number, above: 0}
  due: {type: date, from: 2024-11-07}
parameters:
  reference: {from: {2024-11-07: "5.25"}}
remedies:
  paid:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: all, default: true, amount: "interest_over(convert(late, rate, 'EUR'), reference, due, '2026-01-01', 365)"}
"""
    assert found(columns, text) == []
    early = text.replace("from: 2024-11-07}", "from: 2024-11-06}")
    assert [code for code, _, _ in found(columns, early)] == ["no-figure"]
