"""A plan as people read it: at 80 columns, exact sums, who gets nothing and why, and what to do next."""

import pytest
from tests.engine.recovery import given_people, recovery

from makegood.cli.planview import MOST_EXCLUSIONS, show_plan
from makegood.plans.models import Plan
from makegood.scopes.models import Scope

STEP = {"step": "refund", "kind": "fix", "acts": 3, "customers": 3, "currency": "EUR", "sum": 123_456_789,
        "smallest": 50, "largest": 100_000_000, "median": 60}  # fmt: skip
SUMMARY = {
    "acts": 3, "customers": 3, "steps": [STEP], "sums": {"EUR": 123_456_789}, "largest_act": {"EUR": 100_000_000},
    "spent_before": {"EUR": 11}, "budget": {"EUR": 200_000_000}, "routes": [["store-credit", "", 3]],
    "distribution": [["EUR", 0, 500, 2, 110], ["EUR", 50_000, None, 1, 123_456_679]],
    "largest": [[7, "EUR", 100_000_000], [8, "EUR", 60]], "exclusions": [["refund", "nothing", "small", 4]],
    "wishes": None, "waves": [[1, 3, 3]], "gone": 0, "seconds": None, "decided_upto": 0,
}  # fmt: skip
HOLE = {"code": "over-budget", "what": "With this plan the mistake costs too much.", "remedy": "Plan again.",
        "level": "blocking", "where": None, "count": 1, "examples": []}  # fmt: skip


def shown(capsys, *, state="draft", acts=3, findings=(), keys=None, folder="recovery", **changes) -> str:
    plan = Plan(
        number=2, stage="remedy", state=state, acts=acts, digest="ab" * 32, findings=list(findings),
        summary=SUMMARY | changes, scope=Scope(version=4),
    )  # fmt: skip
    show_plan(plan, keys or {7: "c-007"}, folder=folder)
    return capsys.readouterr().out


def test_the_whole_of_it_in_eighty_columns_with_exact_sums(capsys):
    text = shown(capsys)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert text.splitlines()[0].startswith("Plan 2, stage remedy: 3 acts for 3 customers of scope version 4.")
    flat = " ".join(text.split())
    assert "Cost: EUR 1,234,567.89 with this plan, EUR 1,234,568.00 for the mistake so far" in flat
    assert "the budget is EUR 2,000,000.00" in flat
    assert "Carried out: 3 by store-credit." in flat
    assert "Largest: c-007 EUR 1,000,000.00, 8 EUR 0.60." in flat
    assert "EUR 0.00 to below 5.00" in flat
    assert "EUR 500.00 or more" in flat
    assert "ab" * 32 in text.splitlines()[1], "a digest is never wrapped"


def test_who_gets_nothing_is_shown_with_the_reason_and_a_very_long_list_is_cut(capsys):
    assert "refund nothing small 4" in " ".join(shown(capsys).split())
    many = [["refund", "nothing", f"rule-{n}", 100 - n] for n in range(MOST_EXCLUSIONS + 5)]
    text = shown(capsys, exclusions=many)
    assert f"rule-{MOST_EXCLUSIONS - 1} " in text
    assert f"rule-{MOST_EXCLUSIONS} " not in text
    assert "Who gets no act" not in shown(capsys, exclusions=[])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"wishes": {"below": 1, "meets": 2, "above": 3}}, "Against what they asked for: 1 below, 2 meets, 3 above."),
        ({"waves": [[1, 10, 20], [2, 1990, 4000]]}, "Waves of customers: 10, then 1,990."),
        ({"seconds": 5400}, "At its pace it takes at least 1 h 30 min."),
        ({"gone": 2}, "Not affected any more: 2 customers; approval cancels their open acts."),
        ({"budget": {}}, "EUR 1,234,568.00 for the mistake so far."),
    ],
)
def test_what_is_not_always_there_is_said_when_it_is(capsys, changes, sentence):
    assert sentence in " ".join(shown(capsys, **changes).split())
    if "budget" not in changes:
        assert sentence.split(":")[0] not in shown(capsys)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"findings": [HOLE]}, "This plan is blocked: solve what stands above and plan again."),
        ({"findings": [HOLE | {"level": "advice"}]}, f"makegood approve recovery 2 --digest {('ab' * 32)[:12]}"),
        ({"acts": 0}, "There is nothing to do."),
        ({}, "Next, by another person:"),
    ],
)
def test_the_last_words_are_what_to_do_next(capsys, given, sentence):
    text = shown(capsys, **given)
    assert sentence in text
    assert ("makegood approve" in text) == (sentence.startswith(("makegood", "Next")))


def test_a_plan_that_is_under_way_is_not_offered_for_approval_again(capsys):
    for state in ("approved", "applying", "done", "cancelled"):
        text = shown(capsys, state=state)
        assert f"State: {state}." in " ".join(text.split())
        assert "makegood approve" not in text


def test_a_customers_key_cannot_move_the_cursor_of_whoever_reads_it(capsys):
    assert "\x1b" not in shown(capsys, keys={7: "c\x1b[2Jx"}, findings=[HOLE | {"where": "policy\x1b.yaml"}])


def test_the_ten_largest_are_ten_and_the_largest_first(database, tmp_path, capsys):
    made = recovery(tmp_path, given_people(), count=12)
    made.load()
    plan = made.plan("remedy")
    totals = [minor for _, _, minor in plan.summary["largest"]]
    assert totals == [n * 100 + 50 for n in range(12, 2, -1)]
    assert plan.summary["sums"] == {"EUR": sum(n * 100 + 50 for n in range(1, 13))}
    assert sum(total for *_, total in plan.summary["distribution"]) == plan.summary["sums"]["EUR"]
    assert sum(count for *_, count, _ in plan.summary["distribution"]) == 12
    show_plan(plan, {}, folder="double charge")
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 80


WARNING = {"code": "MG205", "what": "“due to our bank”: The sentence puts the fault on somebody else.", "count": 3412,
           "remedy": "The customer bought from you. Say what you chose, missed or will change.", "level": "warning",
           "where": "messages/remedy.md:9:58", "examples": ["c1", "c2", "c3"], "mark": "ab"}  # fmt: skip


def test_a_warning_says_what_to_do_before_approval_and_shows_its_reason_afterwards(capsys):
    text = shown(capsys, findings=[WARNING])
    assert "messages/remedy.md:9:58  warning  MG205\n" in text
    assert "(3,412 in all, such as c1, c2, c3)" in " ".join(text.split())
    assert "1 warning needs a recorded reason before anybody can approve" in " ".join(text.split())
    assert '    makegood accept recovery 2 MG205 --because "…"' in text.splitlines()
    assert "makegood approve" not in text
    assert max(len(line) for line in text.splitlines()) <= 80
    text = shown(capsys, findings=[WARNING | {"because": "The court's order names the bank."}])
    assert "    Reason recorded: The court's order names the bank.\n" in text
    assert "makegood approve recovery 2" in text
