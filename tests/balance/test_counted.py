"""A large mistake is not counted act by act: what the tally moves is exact, and what it cannot say is counted again."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from tests.engine.recovery import PLAYBOOK, POLICY, contacts, customers, given_people, recovery, rows

import makegood.balance.counted as counted
from makegood.acts.actions import apply_plan, cancel_plan
from makegood.balance.counted import count_balance, read_balance, tallied_balance
from makegood.balance.models import Counted
from makegood.balance.queries import get_balance
from makegood.customers.actions import erase_customer
from makegood.kit.errors import Refused
from makegood.kit.money import Money
from makegood.plans.decide import decide_for
from makegood.plans.inputs import approved_plans
from makegood.plans.models import Plan
from makegood.plans.tally import COUNTED, KEY, gather_tally, read_tally, tallied_money, tallied_states

STATES = ("planned", "waiting", "accepted", "done", "failed", "unknown", "reversed", "bounced")
HOLDING = POLICY.replace(
    "    rules:\n", '    rules:\n      - {id: small, when: "extra < \'EUR 3.00\'", nothing: "Small."}\n'
)


@pytest.fixture
def large(monkeypatch):
    """Every mistake is a large one; `large` says how often one was counted whole."""
    monkeypatch.setattr(counted, "FEW", -1)
    times = []

    def counting(mistake):
        times.append(mistake.id)
        return get_balance(mistake)

    monkeypatch.setattr(counted, "get_balance", counting)
    return times


def given(tmp_path, count=12, **texts):
    made = recovery(tmp_path, given_people(), count=count, **texts)
    made.load()
    for stage in ("acknowledge", "remedy"):
        apply_plan(made.ready(stage).id, actor=made.people.maya.id)
    return made


def move(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE act SET settled_at = clock_timestamp(), {sql}", list(values))


def counts(balance):
    return {step.step: dict(step.counts) for step in balance.steps}


def untallied():
    """Where tally and acts differ: must be nothing, whatever happened."""
    told = f"SELECT {KEY}, sum(acts), sum(minor) FROM act_tally GROUP BY {KEY} HAVING sum(acts) <> 0"
    there = COUNTED.format("plan_id IN (SELECT id FROM plan WHERE approved_at IS NOT NULL)")
    return rows(f"(({told}) EXCEPT ({there})) UNION ALL (({there}) EXCEPT ({told}))")


def test_a_small_mistake_is_counted_each_time_and_nothing_is_kept(database, tmp_path):
    made = given(tmp_path, count=3)
    assert counts(read_balance(made.mistake)) == counts(get_balance(made.mistake))
    assert Counted.objects.count() == 0


@pytest.mark.parametrize("seed", range(6))
def test_whatever_moves_the_sums_are_those_of_a_whole_count(database, tmp_path, large, seed):
    draw = random.Random(seed)
    made = given(tmp_path, policy=HOLDING)
    first = read_balance(made.mistake)
    assert (len(large), first.at_most) == (1, None)
    for _ in range(8):
        picked = draw.sample(range(1, 30), draw.randrange(1, 12))
        state, later = draw.choice(STATES), draw.choice(["NULL", "now()"])
        settles = later if state == "accepted" else "NULL"
        move(f"state = %s, next_at = {later}, settles_at = {settles} WHERE ordinal = ANY(%s)", state, picked)
        now, whole = read_balance(made.mistake), get_balance(made.mistake)
        assert counts(now) == counts(whole)
        assert now.money == whole.money
        assert (now.whole, now.balanced) == (whole.whole, whole.balanced)
        most = now.accounted if now.at_most is None else now.at_most
        assert now.accounted <= whole.accounted <= most
        assert {(one.step, one.what, one.count) for one in now.later} >= {
            (one.step, one.what, one.count) for one in whole.later if one.what != "rerouted"
        }
        assert untallied() == []
    assert len(large) == 1, "nothing was counted again"


def test_when_all_is_done_the_range_closes(database, tmp_path, large):
    made = given(tmp_path)
    assert read_balance(made.mistake).accounted == 0
    move("state = 'done' WHERE step <> 'say-so'")
    half = read_balance(made.mistake)
    assert (half.accounted, half.at_most) == (0, 0)
    move("state = 'done'")
    whole = read_balance(made.mistake)
    assert (whole.accounted, whole.at_most, whole.unaccounted) == (12, 12, 0)
    assert len(large) == 1


def test_between_counts_who_is_missing_where_stays_open(database, tmp_path, large):
    made = given(tmp_path)
    read_balance(made.mistake)
    move("state = 'done' WHERE step = 'say-so' OR mod(ordinal, 2) = 0")
    told = read_balance(made.mistake)
    exact = get_balance(made.mistake).accounted
    assert told.accounted <= exact <= told.at_most < 12
    assert told.told == {} and told.unreachable_only == 0, "what only a whole count knows is not said"


def another_scope(made):
    lines = {"affected": "customer,extra\n" + customers(13), "contacts": "customer,name,email,address\n" + contacts(13)}
    made.write(**lines).load()


def decided(made):
    decide_for(made.mistake, "c1", remedy="refund", amount=Money(1, "EUR"), reason="x", actor=1)


def erased(made):
    ((customer,),) = rows("SELECT customer_id FROM customer_alias WHERE value = 'c1'")
    erase_customer(customer, actor=1)


def cancelled(made):
    plan = Plan.objects.get(mistake=made.mistake, stage="remedy")
    assert cancel_plan(plan.id, actor=made.people.maya.id, reason="x") > 0


def another_playbook(made):
    made.write(playbook=(made.path / "playbook.yaml").read_text().replace("noticed + 24 hours", "noticed + 30 hours"))
    made.push()


def further_acts(made):
    move("state = 'done', sequence = 2 WHERE step = 'refund' AND customer_id = (SELECT min(id) FROM customer)")


@pytest.mark.parametrize("change", [another_scope, decided, erased, cancelled, another_playbook, further_acts])
def test_what_the_tally_cannot_say_is_counted_again(database, tmp_path, large, change):
    made = given(tmp_path)
    read_balance(made.mistake)
    change(made)
    assert counts(read_balance(made.mistake)) == counts(get_balance(made.mistake))
    assert len(large) == 2
    again = read_balance(made.mistake)
    assert (len(large), counts(again)) == (2, counts(get_balance(made.mistake))), "and that count is kept"


def test_acts_of_a_plan_over_an_older_scope_are_not_moved_but_counted(database, tmp_path, large):
    """They may be of customers who are not affected any more."""
    made = given(tmp_path)
    another_scope(made)
    read_balance(made.mistake)
    move("state = 'done' WHERE step = 'refund'")
    assert counts(read_balance(made.mistake)) == counts(get_balance(made.mistake))
    assert len(large) == 2


def test_in_a_transaction_of_the_caller_it_is_counted_and_not_kept(database, tmp_path, large):
    made = given(tmp_path, count=3)
    with transaction.atomic():
        assert count_balance(made.mistake).whole == 3
    assert Counted.objects.count() == 0
    assert count_balance(made.mistake).whole == 3
    assert Counted.objects.get().mistake_id == made.mistake.id


def test_without_a_scope_there_is_nothing_to_read(database, tmp_path):
    made = recovery(tmp_path, given_people())
    made.push()
    with pytest.raises(Refused) as refused:
        read_balance(made.mistake)
    assert refused.value.code == "no-scope"


def test_the_tally_begins_with_the_approval_and_adds_up_to_the_acts(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=4)
    made.load()
    plan = made.plan("remedy")
    assert read_tally([plan.id]) == []
    made.approve(plan)
    assert [(row.step, row.state, row.acts, row.minor) for row in read_tally([plan.id])] == [
        ("refund", "planned", 4, 1200),
        ("tell-refund", "planned", 4, 0),
    ]
    move("state = 'done' WHERE ordinal <= 3")
    move("state = 'failed' WHERE ordinal = 4")
    assert tallied_states(plan.id) == {"done": 3, "failed": 1, "planned": 4}
    assert tallied_money([plan.id]) == {"EUR": rows("SELECT sum(minor) FROM act WHERE state = 'done'")[0][0]}
    assert tallied_balance(read_tally([plan.id])) == get_balance(made.mistake).money
    assert untallied() == []


def test_adding_rows_together_changes_no_sum_while_others_add_more(database, tmp_path):
    made = given(tmp_path, count=30)
    plans = approved_plans(made.mistake.id)

    def work(seed):
        draw = random.Random(seed)
        try:
            for _ in range(60):
                with transaction.atomic():
                    move(
                        "state = %s WHERE ordinal = %s AND step = %s",
                        draw.choice(STATES),
                        draw.randrange(1, 60),
                        "refund",
                    )
        finally:
            connection.close()

    def tidy():
        try:
            for _ in range(40):
                with connection.cursor() as cursor:
                    cursor.execute("SELECT mg_tally_gather(2)")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for ended in [pool.submit(work, 1), pool.submit(tidy), pool.submit(tidy), pool.submit(work, 2)]:
            ended.result(timeout=120)
    assert untallied() == []
    before = read_tally(plans)
    with connection.cursor() as cursor:
        cursor.execute("SELECT mg_tally_gather(2)")
    assert read_tally(plans) == before
    assert rows("SELECT count(*) FROM act_tally")[0][0] <= len(before) + 4
    gather_tally()
    assert read_tally(plans) == before


def test_steps_that_turn_on_a_failure_or_on_the_hour_are_counted_anew(database, tmp_path, large, monkeypatch):
    playbook = PLAYBOOK.replace(
        "  remedy:\n",
        "  again:\n    steps:\n"
        "      - {id: again, do: tell, message: say-so, channels: [letter, email], unless: [say-so]}\n  remedy:\n",
    )
    hour = [datetime(2026, 3, 2, 9, 59, tzinfo=UTC)]
    monkeypatch.setattr(counted.clock, "now", lambda: hour[0])
    made = given(tmp_path, playbook=playbook)
    assert counts(read_balance(made.mistake))["again"] == {"not due": 12}, "a first telling is under way"
    move("state = 'done' WHERE step = 'say-so' AND customer_id <= 6")
    assert counts(read_balance(made.mistake))["say-so"] == {"done": 6, "open": 6}
    assert len(large) == 1, "what is done says nothing new about who is told again"
    move("state = 'failed' WHERE step = 'say-so' AND customer_id > 8")
    assert counts(read_balance(made.mistake))["again"] == {"not due": 8, "to come": 4}
    assert len(large) == 2
    hour[0] += timedelta(minutes=1)
    read_balance(made.mistake)
    assert len(large) == 3, "a customer's own moment may have come in this hour"
    read_balance(made.mistake)
    assert len(large) == 3
