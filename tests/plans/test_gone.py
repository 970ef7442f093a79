"""Customers who left the scope: what nobody has begun is taken back; what a person or a worker has begun is not."""

from tests.engine.recovery import given_people, recovery, rows, states, turn

from makegood.acts.sweep import sweep

CALL = """\
stages:
  acknowledge:
    steps:
      - {id: call, do: fix, provider: task, with: {what: Call them and put it right.}}
"""


def test_a_task_that_a_person_has_already_is_not_cancelled_behind_their_back(database, tmp_path):
    """They may have paid by hand: their word that it is done must find the act open."""
    made = recovery(tmp_path, given_people(), count=3, playbook=CALL)
    made.load()
    first = turn(made.start("acknowledge"))
    assert states(first) == {"waiting": 3}
    made.write(affected="customer,extra\nc1,1.50\nc2,2.50\nc9,9.50\n")
    made.load()
    rows("UPDATE plan SET state = 'done' WHERE id = %s RETURNING 1", first.id)
    plan = made.plan("acknowledge")
    assert (plan.acts, plan.summary["gone"]) == (1, 0)
    made.approve(plan)
    assert states(first) == {"waiting": 3}
    rows(
        "INSERT INTO settlement (key, status, code, staff) SELECT key, 'done', 'by-hand', %s FROM attempt"
        " WHERE plan_id = %s RETURNING 1",
        made.people.maya.id,
        first.id,
    )
    sweep()
    assert states(first) == {"done": 3}


def test_an_act_in_a_window_that_is_not_recorded_yet_is_left_to_the_worker(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=5)
    made.load()
    first = made.start("acknowledge")
    rows("UPDATE chunk SET claimed_to = 4, settled_to = 3 WHERE plan_id = %s RETURNING 1", first.id)
    rows("UPDATE plan SET state = 'done' WHERE id = %s RETURNING 1", first.id)
    made.write(affected="customer,extra\nc9,9.50\n", contacts="customer,name,email,address\nc9,I,c9@example.com,\n")
    made.load()
    made.approve(made.plan("acknowledge"))
    found = rows("SELECT ordinal, state FROM act WHERE plan_id = %s ORDER BY ordinal", first.id)
    assert found == [(1, "cancelled"), (2, "cancelled"), (3, "cancelled"), (4, "planned"), (5, "cancelled")]
    assert rows("SELECT DISTINCT code FROM act WHERE state = 'cancelled'") == [("not-affected",)]
