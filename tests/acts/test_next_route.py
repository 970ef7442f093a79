"""What does not arrive one way goes out the next way: the same act, another key, never two at once."""

import pytest
from tests.engine.paying import REFUND_ONLY, given_mailing, given_paying
from tests.engine.recovery import counters, given_people, recovery, rows, states, turn, turns

from makegood.acts.actions import cancel_plan, pause_plan, resume_plan
from makegood.acts.sweep import sweep
from makegood.balance.queries import get_balance
from makegood.channels.actions import mark_posted, mark_returned, print_batch
from makegood.kit.clock import now
from makegood.kit.ids import act_key
from makegood.plans.inputs import spent
from makegood.plans.models import Plan
from makegood.testing.http_provider import HttpProvider
from makegood.testing.smtp_server import SmtpServer

BOTH_WAYS = """\
stages:
  acknowledge:
    steps:
      - {id: say-so, do: tell, message: say-so, channels: [email, letter]}
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
"""
TWO_PURSES = REFUND_ONLY.replace("provider: http", "providers: [http, store-credit]")
CONTACTS = "customer,name,email,address\n" + "".join(
    f"c{n},Customer {n},c{n}@example.com,{'Way 1 / 10115 Berlin' if n != 2 else ''}\n" for n in range(1, 4)
)


def mailing(tmp_path, server, **changes):
    made = given_mailing(tmp_path, server, count=3, playbook=changes.pop("playbook", BOTH_WAYS), **changes)
    made.write(contacts=CONTACTS)
    made.load()
    return made


def come_back(plan: Plan, ordinal: int, state: str = "reversed") -> None:
    """As a provider's word leaves an act that was done."""
    rows(
        "UPDATE act SET state = %s, next_at = clock_timestamp() WHERE plan_id = %s AND ordinal = %s RETURNING 1",
        state, plan.id, ordinal,
    )  # fmt: skip
    rows("UPDATE chunk SET done = done - 1, failed = failed + 1 WHERE plan_id = %s AND NOT again RETURNING 1", plan.id)


def test_an_address_that_is_refused_becomes_a_letter_and_who_has_none_stays_failed(database, tmp_path):
    with SmtpServer() as server:
        made = mailing(tmp_path, server)
        server.next("550", "550", "accept")
        plan = turns(made.start("acknowledge"))
    assert (plan.state, len(server.messages)) == ("done", 1)
    acts = rows("SELECT ordinal, state, code, via, provider, next_at FROM act ORDER BY ordinal")
    refused = [row for row in acts if row[1] != "done"]
    assert {row[4] for row in acts} == {"email"}, "the row still says what was planned"
    taken = [row for row in refused if row[3] == 2]
    assert [row[1:3] for row in taken] == [("accepted", "to-print")] * len(taken) and taken
    assert len(rows("SELECT 1 FROM letter")) == len(taken)
    assert counters(plan) == {"done": 1 + len(taken), **({"failed": 1} if len(taken) == 1 else {})}
    assert sum(states(plan).values()) == 3
    key = act_key(made.mistake.public_id, *rows("SELECT customer_id FROM act WHERE via = 2")[0], "say-so", 1, 2)
    assert rows("SELECT count(*) FROM letter WHERE key = %s", key) == [(1,)]
    assert rows("SELECT DISTINCT code FROM attempt WHERE answer = 'rerouted'") == [("letter",)]
    assert rows("SELECT rerouted FROM chunk WHERE NOT again") == [(len(taken),)]


def test_without_an_address_for_the_next_route_it_stays_and_planning_again_takes_a_new_one(database, tmp_path):
    with SmtpServer() as server:
        made = given_mailing(tmp_path, server, count=2, playbook=BOTH_WAYS)
        server.next("550", "accept")
        plan = turns(made.start("acknowledge"))
        assert (plan.state, states(plan)) == ("done", {"done": 1, "failed": 1})
        assert rows("SELECT count(*) FROM act WHERE next_at IS NOT NULL OR via > 0") == [(0,)]
        assert get_balance(made.mistake).steps[0].counts == {"done": 1, "failed": 1}
        again = made.plan("acknowledge")
    assert (again.acts, rows("SELECT sequence FROM act WHERE plan_id = %s", again.id)) == (1, [(2,)])


def test_money_that_came_back_takes_the_next_purse_and_is_counted_once(database, tmp_path):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=3, playbook=TWO_PURSES)
        plan = turns(made.start("remedy"))
        assert (plan.state, states(plan), len(provider.effects)) == ("done", {"done": 3}, 3)
        come_back(plan, 2)
        assert spent(made.mistake.id) == {"EUR": 750}, "on its way to the next route it still counts"
        assert get_balance(made.mistake).steps[0].counts == {"done": 2, "open": 1}
        plan = turns(turn(plan))
    assert (plan.state, states(plan), counters(plan)) == ("done", {"done": 3}, {"done": 3})
    assert rows("SELECT via, provider, sequence FROM act WHERE ordinal = 2") == [(2, "http", 1)]
    [(key, minor)] = rows("SELECT key, minor FROM ledger_transfer")
    [(customer, paid)] = rows("SELECT customer_id, minor FROM act WHERE ordinal = 2")
    assert (key, minor) == (act_key(made.mistake.public_id, customer, "refund", 1, 2), paid)
    assert len(provider.effects) == 3, "nothing more by the first route"
    assert spent(made.mistake.id) == {"EUR": 750}
    balance = get_balance(made.mistake)
    assert ([one.what for one in balance.later], balance.balanced) == (["rerouted"], True)


def test_money_that_came_back_for_good_is_reopened_and_planned_again(database, tmp_path):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=2)
        plan = turns(made.start("remedy"))
        come_back(plan, 1)
        sweep()
        assert rows("SELECT state, next_at, via FROM act WHERE ordinal = 1") == [("reversed", None, 0)]
        balance = get_balance(made.mistake)
        assert balance.steps[0].counts == {"done": 1, "failed": 1}
        assert [(one.what, one.count) for one in balance.later] == [("reversed", 1)]
        again = turns(made.start("remedy"))
        assert states(again) == {"done": 1}
        assert len(provider.effects) == 3


def test_a_plan_that_would_pay_what_was_settled_meanwhile_is_stale(database, tmp_path):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=2)
        plan = turns(made.start("remedy"))
        come_back(plan, 1)
        sweep()
        again = made.plan("remedy")
        assert again.acts == 1
        rows("UPDATE act SET state = 'done' WHERE plan_id = %s RETURNING 1", plan.id)
        with pytest.raises(Exception, match="1 customers got something by now that the plan would give again"):
            made.approve(again)


def test_nothing_moves_on_while_its_plan_is_paused_and_nothing_at_all_after_it_was_cancelled(database, tmp_path):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=2, playbook=TWO_PURSES + "waves: [{size: 1}, {size: rest}]\n")
        plan = turn(made.start("remedy"))
        pause_plan(plan.id, actor=1, reason="lunch")
        come_back(plan, 1)
        sweep()
        assert rows("SELECT state, via FROM act WHERE ordinal = 1") == [("reversed", 0)]
        resume_plan(plan.id, actor=1)
        sweep()
        assert rows("SELECT state, via, code FROM act WHERE ordinal = 1") == [("waiting", 2, "next-route")]
        rows("UPDATE act SET state = 'reversed', via = 0, again = NULL, next_at = now() WHERE ordinal = 1 RETURNING 1")
        cancel_plan(plan.id, actor=1, reason="enough")
        sweep()
    assert rows("SELECT state, via, next_at FROM act WHERE ordinal = 1") == [("reversed", 0, None)]


def test_a_route_that_nobody_approved_stops_the_plan(database, tmp_path):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=2, playbook=TWO_PURSES)
        plan = turns(made.start("remedy"))
        come_back(plan, 1)
        rows("UPDATE act SET via = 9, state = 'waiting' WHERE ordinal = 1 RETURNING 1")
        turn(plan)
    assert rows("SELECT state FROM act WHERE ordinal = 1") == [("waiting",)]
    assert rows("SELECT count(*) FROM ledger_transfer") == [(0,)]
    [(facts,)] = rows("SELECT facts FROM entry WHERE verb = 'plan.stopped'")
    assert "act 1 of plan" in facts and "is not what was approved" in facts


def test_a_letter_that_comes_back_is_bounced_and_takes_the_next_way(database, tmp_path):
    people = given_people()
    by_post = BOTH_WAYS.replace("[email, letter]", "[letter, email]")
    made = recovery(tmp_path, people, count=2, playbook=by_post)
    made.write(
        contacts=CONTACTS, scope=(made.path / "scope.yaml").read_text().replace("[email, post]", "[post, email]")
    )
    made.load()
    plan = turns(made.start("acknowledge"))
    assert states(plan) == {"accepted": 1, "done": 1}, "one has no postal address"
    batch = print_batch(made.mistake.public_id, tmp_path, staff=1)
    mark_posted(batch.name, staff=1, at=now())
    assert sweep().settled == 1
    assert (states(plan), counters(plan)) == ({"done": 2}, {"done": 2})
    [(key,)] = rows("SELECT key FROM letter")
    mark_returned(key, staff=1)
    sweep()
    turn(plan)
    assert (states(plan), counters(plan)) == ({"done": 2}, {"done": 2})
    assert rows("SELECT via, state FROM act WHERE via > 0") == [(2, "done")]
    assert rows("SELECT count(*) FROM outbox_message") == [(2,)]
    answers = rows("SELECT answer FROM attempt WHERE ordinal = (SELECT ordinal FROM act WHERE via > 0) ORDER BY id")
    assert [answer for (answer,) in answers] == ["accepted", "done", "bounced", "rerouted", "done"]


def test_the_database_makes_the_same_keys(database):
    for parts in (("m-7k2p9xwq", 12, "refund", 1), ("m-7k2p9xwq", 12, "refund", 1, 2), ("m", 1, "ü", 3, 1)):
        assert rows("SELECT mg_act_key(%s, %s, %s, %s, %s)", *(*parts, 0)[:5]) == [(act_key(*parts),)]


def test_who_took_another_route_still_counts_against_the_plans_limit(database, tmp_path):
    stopping = BOTH_WAYS + "waves: [{size: 2}, {size: rest}]\nstop: {failed: 2}\n"
    with SmtpServer() as server:
        made = given_mailing(tmp_path, server, count=4, playbook=stopping)
        made.write(contacts="customer,name,email,address\n" + "".join(
            f"c{n},C,c{n}@example.com,Way {n} / 10115 Berlin\n" for n in range(1, 5)))  # fmt: skip
        made.load()
        server.next("550", "450")
        plan = turn(made.start("acknowledge"))
        assert (plan.state, counters(plan)) == ("applying", {"failed": 1, "waiting": 1})
        sweep()
        assert counters(plan) == {"waiting": 2}
        server.next("550")
        rows("UPDATE act SET next_at = clock_timestamp() WHERE state = 'waiting' RETURNING 1")
        plan = turn(plan)
    assert (plan.state, plan.reason) == ("stopped", "2 of 2 acts of wave 1 failed")
