"""Tests beside the rules: what passes, what fails and how it is told, what none touches."""

from __future__ import annotations

import pytest
from tests.policies.written import PARCELS, policy_of

from makegood.kit.columns import Columns
from makegood.kit.errors import BadInput
from makegood.policies.coverage import coverage
from makegood.policies.trials import Trial, run_tests

RICH = """\
facts:
  days_late: {type: integer, from: 0}
  postage: {type: money, currency: EUR, from: EUR 0}
  stars: {type: integer, optional: true}
remedies:
  postage_back:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: disputed, when: "days_late > 30", hold: "A person looks."}
      - {id: odd, when: "days_late = 13", undefined: "Nobody knows."}
      - {id: late, when: "days_late > 0", amount: postage}
      - {id: on-time, default: true, nothing: "It came in time."}
    also: {liability: "least('EUR 3.00', postage)", half: "days_late / 2", gone: "stars"}
    split: [{payer: us, share: 2}, {payer: carrier, share: 1}]
  points:
    kind: make good
    basis: goodwill
    unit: {name: points, digits: 0}
    rules:
      - {id: all, default: true, amount: "days_late * 10"}
"""


def run(columns: Columns, case: str) -> Trial:
    (trial,) = run_tests(columns, policy_of(f"{RICH}tests:\n  - {{name: it, {case}}}\n"))
    return trial


def test_the_tests_of_a_policy_pass(columns: Columns) -> None:
    trials = run_tests(columns, policy_of(PARCELS))
    assert [(trial.case.name, trial.passed) for trial in trials] == [("a day late", True), ("in time", True)]


@pytest.mark.parametrize(
    "case",
    [
        "facts: {days_late: 2, postage: EUR 4.90}, expect: {postage_back: EUR 4.90}",
        "facts: {days_late: 2, postage: 4.90}, expect: {postage_back: 4.90}",
        "facts: {days_late: 2, postage: 4.90}, expect: {postage_back: {amount: EUR 4.90, rule: late}}",
        "facts: {days_late: 0, postage: 4.90}, expect: {postage_back: nothing}",
        "facts: {days_late: 31, postage: 4.90}, expect: {postage_back: {amount: hold, rule: disputed}}",
        "facts: {days_late: 13, postage: 4.90}, expect: {postage_back: undefined}",
        "facts: {days_late: 31, postage: 4.90}, expect: {postage_back: {status: hold}}",
        "facts: {days_late: 3, postage: 4.90}, expect: {postage_back: {also: {liability: EUR 3.00, half: 1.5}}}",
        "facts: {days_late: 3, postage: 4.90}, expect: {postage_back: {also: {gone: missing}}}",
        "facts: {days_late: 3, postage: 4.90}, expect: {postage_back: {shares: {us: EUR 3.27, carrier: EUR 1.63}}}",
        "facts: {days_late: 3, postage: 4.90}, expect: {points: 30 points}",
        "facts: {days_late: 3, postage: 4.90}, expect: {points: 30}",
    ],
)
def test_what_may_be_expected(columns: Columns, case: str) -> None:
    assert [(miss.what, miss.got) for miss in run(columns, case).misses] == []


@pytest.mark.parametrize(
    ("case", "what", "got"),
    [
        ("expect: {postage_back: EUR 4.91}", "amount", "EUR 4.90"),
        ("expect: {postage_back: nothing}", "amount", "EUR 4.90"),
        ("expect: {postage_back: {rule: on-time}}", "rule", "late"),
        ("expect: {postage_back: {also: {liability: EUR 3.01}}}", "also liability", "EUR 3.00"),
        ("expect: {postage_back: {also: {half: 2}}}", "also half", None),
        ("expect: {postage_back: {also: {gone: 1}}}", "also gone", "missing"),
        ("expect: {postage_back: {shares: {carrier: EUR 1.64}}}", "shares carrier", "EUR 1.63"),
        ("expect: {postage_back: {shares: {nobody: EUR 1.64}}}", "shares nobody", "missing"),
        ("expect: {points: 31 points}", "amount", "30 points"),
    ],
)
def test_what_is_not_as_expected_is_told(columns: Columns, case: str, what: str, got: str | None) -> None:
    (miss,) = run(columns, f"facts: {{days_late: 3, postage: 4.90}}, {case}").misses
    assert miss.what == what
    assert got is None or miss.got == got
    assert miss.decision.reason


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("facts: {days_late: many, postage: 4.90}, expect: {points: 30}", "unreadable-value"),
        ("facts: {days_late: 1, postage: 4.90}, expect: {points: a few}", "bad-amount"),
        ("facts: {days_late: 1, postage: 4.90}, expect: {postage_back: USD 3.00}", "wrong-currency"),
    ],
)
def test_a_test_that_cannot_be_run_is_refused_with_its_place(columns: Columns, case: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        run(columns, case)
    (finding,) = refused.value.findings
    assert finding.code == code
    line = len(RICH.splitlines()) + 2
    assert finding.place is not None and finding.place.line == line


def touched(columns: Columns, text: str) -> dict[str, bool]:
    policy = policy_of(text)
    return {item.name: item.touched for item in coverage(columns, policy, run_tests(columns, policy))}


def test_what_tests_touch(columns: Columns) -> None:
    assert touched(columns, PARCELS) == {
        "postage_back/on-time": True,
        "postage_back/late": True,
        "share#row-1": True,
        "share#row-2": True,
        "share#otherwise": False,
        "days_late below 1": True,
        "days_late at 1": True,
        "days_late between 1 and 3": False,
        "days_late at 3": False,
        "days_late above 3": False,
    }


def test_every_thing_may_be_touched(columns: Columns) -> None:
    more = "".join(
        f"  - {{name: t{days}, facts: {{days_late: {days}, postage: EUR 1}}, expect: {{postage_back: EUR 1}}}}\n"
        for days in (2, 3, 4)
    )
    assert all(touched(columns, PARCELS + more).values())


def test_nothing_is_touched_without_tests(columns: Columns) -> None:
    text = PARCELS[: PARCELS.index("tests:")]
    assert set(touched(columns, text).values()) == {False}


DATED = """\
facts:
  event: {type: date}
  total: {type: integer, from: 1}
  down: {type: integer, from: 0}
parameters:
  daily: {by: event, from: {2019-04-01: EUR 8.00, 2021-04-01: EUR 8.06}}
values:
  uptime: "100 * (total - down) / total"
remedies:
  paid:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: bad, when: "uptime < 99", amount: daily}
      - {id: fine, default: true, nothing: "It was up."}
tests:
  - {name: first, facts: {event: 2019-04-01, total: 100, down: 2}, expect: {paid: EUR 8.00}}
  - {name: edge, facts: {event: 2020-04-01, total: 100, down: 1}, expect: {paid: nothing}}
"""


def test_dated_figures_and_worked_out_values_have_edges(columns: Columns) -> None:
    found = touched(columns, DATED)
    assert found["daily@2019-04-01"] and not found["daily@2021-04-01"]
    assert found["event at 2019-04-01"] and found["event between 2019-04-01 and 2021-04-01"]
    assert not found["event below 2019-04-01"]
    assert {word: found[word] for word in found if word.startswith("uptime")} == {
        "uptime below 99": True,
        "uptime at 99": True,
        "uptime above 99": False,
    }


def test_what_is_on_hold_with_its_amount(columns: Columns) -> None:
    text = RICH.replace("    also:", "    approval: {above: EUR 100, says: A person looks.}\n    also:")

    def missed(expected: str) -> list[tuple[str, str, str]]:
        case = f"{{name: it, facts: {{days_late: 2, postage: 250}}, expect: {{postage_back: {expected}}}}}"
        (trial,) = run_tests(columns, policy_of(f"{text}tests:\n  - {case}\n"))
        return [(miss.what, miss.expected, miss.got) for miss in trial.misses]

    assert missed("{hold: EUR 250, rule: late}") == missed("hold") == []
    assert missed("{hold: EUR 251}") == [("hold", "hold (EUR 251)", "hold (EUR 250.00)")]
    assert missed("{amount: EUR 250}") == [("amount", "EUR 250", "hold (EUR 250.00)")]
    assert missed("{status: owed}") == [("status", "owed", "hold (EUR 250.00)")]
    with pytest.raises(BadInput):
        missed("{hold: USD 250}")


def test_an_amount_in_the_customers_own_currency(columns: Columns) -> None:
    text = """\
facts:
  cur: {type: text, one_of: [GBP, USD]}
  price: {type: money, currency: "@cur"}
remedies:
  back:
    kind: fix
    basis: redress
    currency_column: cur
    rules:
      - {id: all, default: true, amount: price}
tests:
  - {name: before, facts: {cur: GBP, price: GBP 10}, expect: {back: GBP 10}}
  - {name: behind, facts: {cur: USD, price: 10.50 USD}, expect: {back: USD 10.50}}
  - {name: without, facts: {cur: USD, price: 3}, expect: {back: USD 3}}
"""
    assert [trial.passed for trial in run_tests(columns, policy_of(text))] == [True] * 3
    with pytest.raises(BadInput):
        run_tests(columns, policy_of(text.replace("price: GBP 10", "price: USD 10")))


@pytest.mark.parametrize(
    ("births", "says"), [("births: []", "nothing"), ("births: [2024-01-01]", "EUR 5"), ("", "undefined")]
)
def test_a_list_with_nothing_in_it_is_not_a_missing_one(columns: Columns, births: str, says: str) -> None:
    policy = policy_of(f"""\
facts:
  births: {{type: date, list: true}}
remedies:
  r:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {{id: children, when: "list_count(births) > 0", amount: EUR 5}}
      - {{id: none, default: true, nothing: "No children."}}
tests:
  - {{name: it, facts: {{{births}}}, expect: {{r: {says}}}}}
""")
    assert [trial.passed for trial in run_tests(columns, policy)] == [True]
