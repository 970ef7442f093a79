"""How policies are shown: eighty columns whatever the words and sums, each remedy in what it is paid in."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Cli
from tests.cli.test_words import on_a_terminal

LONG = """\
policy: {name: A scheme whose name is so long that it does not fit on any line of a terminal, version: "2026-11"}
facts:
  how_many_days_late_it_came: {type: integer, from: 0, words: the days it came late}
  cur: {type: text, one_of: [EUR, JPY]}
  paid_in_their_own_currency: {type: money, currency: "@cur"}
  price_of_everything: {type: money, currency: EUR, from: EUR 0}
  member: {type: boolean}
remedies:
  money_back_for_everybody_who_waited:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: came-in-time-and-nothing-is-owed, when: how_many_days_late_it_came < 1, nothing: It came in time.}
      - {id: a-person-looks-at-it-first, when: how_many_days_late_it_came > 99, hold: A person looks.}
      - {id: everything-back, default: true, amount: price_of_everything}
    also: {liability: "least('EUR 50', price_of_everything)", next_day: how_many_days_late_it_came + 1}
    split: [{payer: carrier, share: 2}, {payer: insurer, share: 1}]
  points_as_a_small_sign_of_regret:
    kind: make good
    basis: goodwill
    unit: {name: points, digits: 0}
    rules:
      - {id: some-points, when: member, amount: 150}
      - {id: none, default: true, nothing: Points are for members.}
  local:
    kind: make good
    basis: goodwill
    currency_column: cur
    rules:
      - {id: all, default: true, amount: paid_in_their_own_currency}
tests:
  - name: somebody who waited for a week and had paid more money than fits into a narrow column of a table
    facts:
      how_many_days_late_it_came: 7
      cur: EUR
      paid_in_their_own_currency: 5
      price_of_everything: EUR 123456789012.34
      member: true
    expect: {money_back_for_everybody_who_waited: EUR 123456789012.35, points_as_a_small_sign_of_regret: 151 points}
"""
CSV = """\
customer_id,how_many_days_late_it_came,cur,paid_in_their_own_currency,price_of_everything,member
somebody-with-a-key-that-is-rather-long@example.com,7,EUR,5.00,123456789012.34,true
b,0,JPY,500,1.00,false
c,120,JPY,700,2.00,true
"""


@pytest.fixture
def long(alone: Cli, tmp_path: Path) -> Cli:
    (tmp_path / "long.yaml").write_text(LONG)
    (tmp_path / "in.csv").write_text(CSV)
    return alone


def test_failures_fit_and_are_told_in_what_is_paid(long: Cli) -> None:
    said = " ".join(long("policy", "test", "long.yaml", code=1).out.split())
    assert "expected EUR 123456789012.35, got EUR 123,456,789,012.34." in said
    assert "expected 151 points, got 150 points." in said
    assert "1 test of 1 failed." in said


def test_edges_fit(long: Cli) -> None:
    said = " ".join(long("policy", "edges", "long.yaml").out.split())
    assert "how_many_days_late_it_came 1" in said and "150 points" in said
    assert "local EUR 5.00 all" in said
    shown = long("policy", "edges", "long.yaml", "--json").json
    assert {edge["name"] for edge in shown} == {
        "how_many_days_late_it_came", "member", "price_of_everything",
    }  # fmt: skip


def test_one_customer_fits_with_results_and_shares(long: Cli) -> None:
    facts = {
        "how_many_days_late_it_came": "7", "cur": "JPY", "paid_in_their_own_currency": "500",
        "price_of_everything": "EUR 100.00", "member": "true",
    }  # fmt: skip
    words = [word for pair in facts.items() for word in ("--fact", "=".join(pair))]
    said = " ".join(long("policy", "explain", "long.yaml", *words).out.split())
    assert "money_back_for_everybody_who_waited: EUR 100.00 owed." in said
    assert "liability: EUR 50.00" in said and "next_day: 8" in said
    assert "carrier pays EUR 66.67" in said and "insurer pays EUR 33.33" in said
    assert "points_as_a_small_sign_of_regret: 150 points given as goodwill." in said
    assert "local: JPY 500 given as goodwill." in said


def test_a_customer_on_hold_or_outside_the_limits(long: Cli) -> None:
    words = ("policy", "explain", "long.yaml", "--fact", "how_many_days_late_it_came=100")
    hold = " ".join(long(*words, "--fact", "price_of_everything=1", "--fact", "cur=EUR").out.split())
    assert "money_back_for_everybody_who_waited: hold. A person looks." in hold
    odd = " ".join(long(*words[:3], "--fact", "how_many_days_late_it_came=-1").out.split())
    assert "money_back_for_everybody_who_waited: undefined." in odd


def test_sums_and_changes_fit(long: Cli, tmp_path: Path) -> None:
    said = " ".join(long("policy", "run", "long.yaml", "--affected", "in.csv", "--to", "out.csv").out.split())
    assert "EUR 123,456,789,012.34" in said and "300 points" in said and "3 customers decided." in said
    assert "local owed 1 EUR 5.00" in said and "local owed 2 JPY 1,200" in said
    (tmp_path / "newer.yaml").write_text(LONG.replace("amount: 150", "amount: 100").replace("> 99", "> 999"))
    out = long("policy", "compare", "long.yaml", "newer.yaml", "--affected", "in.csv").out
    said = " ".join(out.split())
    assert "50 points" in said and "100 points" in said
    assert "hold" in said and "owed" in said


def test_each_row_may_be_a_customer(long: Cli, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(CSV.replace("customer_id", "who"))
    said = " ".join(long("policy", "run", "long.yaml", "--affected", "in.csv", "--to", "out.csv").out.split())
    assert "Each row was taken for a customer: there is no column customer_id." in said
    said = " ".join(
        long("policy", "run", "long.yaml", "--affected", "in.csv", "--to", "o.csv", "--key", "who").out.split()
    )
    assert "Each row" not in said


def test_what_cannot_be_read_is_shown_with_its_line(long: Cli, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(CSV.replace("b,0,", "b,none,"))
    said = " ".join(long("policy", "run", "long.yaml", "--affected", "in.csv", "--to", "out.csv").out.split())
    assert "in.csv:3 advice 'none' in column how_many_days_late_it_came is not a whole number." in said
    said = " ".join(long("policy", "compare", "long.yaml", "long.yaml", "--affected", "in.csv").out.split())
    assert "is not a whole number." in said


def test_a_policy_without_edges_or_tests_says_so(alone: Cli, tmp_path: Path) -> None:
    rules = "rules: [{id: all, default: true, nothing: No.}]"
    (tmp_path / "bare.yaml").write_text(f"remedies:\n  r: {{kind: fix, basis: redress, currency: EUR, {rules}}}\n")
    assert alone("policy", "edges", "bare.yaml").out == "Nothing is compared with a figure: there are no edges.\n"
    assert alone("policy", "test", "bare.yaml").out.startswith("The policy has no tests.\n")
    assert alone("policy", "explain", "bare.yaml").out.startswith("r: nothing.\n")


def test_errors_have_no_colour_where_none_is_wanted(alone: Cli) -> None:
    assert b"\x1b" not in on_a_terminal(alone, {"TERM": "xterm", "NO_COLOR": "1"}, "policy", "check", "nowhere.yaml")
