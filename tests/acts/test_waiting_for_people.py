"""Whether only people can move a plan on: what waits for a task, and what only looks as if it did."""

from __future__ import annotations

import pytest
from tests.engine.recovery import carry, given_people, make_due, recovery, rows, states, turns

from makegood.acts.queries import waits_for_people
from makegood.plans.models import Plan

PLAYBOOK = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
      - {id: call, do: fix, provider: task, with: {what: Call the bank.}}
      - {id: tell, do: tell, message: refund, channels: [email], after: [AFTER]}
"""


def carried(tmp_path, after: str, *order: str) -> Plan:
    """Each step's chunk once, in this order."""
    made = recovery(tmp_path, given_people(), count=2, playbook=PLAYBOOK.replace("AFTER", after))
    made.load()
    plan = made.start("remedy")
    for step in order:
        for (chunk,) in rows("SELECT id FROM chunk WHERE plan_id = %s AND step = %s", plan.id, step):
            carry(chunk)
    return plan


def test_what_follows_an_open_task_waits_for_people(database, tmp_path):
    plan = carried(tmp_path, "call", "refund", "call", "tell")
    assert states(plan) == {"done": 2, "waiting": 4}
    assert waits_for_people(plan.id) == 2


def test_a_message_that_came_before_its_refund_goes_on_by_itself_beside_an_open_task(database, tmp_path):
    """As when two workers, or the jobs of one, take the chunks in another order."""
    plan = carried(tmp_path, "refund", "tell", "refund", "call")
    assert states(plan) == {"done": 2, "waiting": 4}
    assert waits_for_people(plan.id) == 0
    make_due(plan)
    turns(plan)
    assert rows("SELECT state, count(*) FROM act WHERE plan_id = %s AND step = 'tell' GROUP BY 1", plan.id) == [
        ("done", 2)
    ]
    assert waits_for_people(plan.id) == 0


@pytest.mark.parametrize("order", [(), ("refund",), ("refund", "call"), ("call", "tell")])
def test_nobody_is_waited_for_while_a_chunk_is_open(database, tmp_path, order):
    assert waits_for_people(carried(tmp_path, "call", *order).id) == 0


def test_another_try_of_another_act_goes_on_by_itself(database, tmp_path):
    plan = carried(tmp_path, "call", "refund", "call", "tell")
    rows(
        "UPDATE act SET state = 'unknown', code = 'no-answer', next_at = clock_timestamp() + interval '1 hour' "
        "WHERE plan_id = %s AND ordinal IN (SELECT min(ordinal) FROM act WHERE plan_id = %s AND step = 'refund') "
        "RETURNING 1",
        plan.id, plan.id,
    )  # fmt: skip
    assert waits_for_people(plan.id) == 0
