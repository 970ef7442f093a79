"""Worker processes: a polite end leaves nothing in doubt, two of them share the work, the queue stays tidy."""

import time

from makegood.acts.jobs import tidy, wake
from makegood.plans.models import Plan
from makegood.testing.http_provider import HttpProvider
from tests.engine.killing import SlowMail, Workers
from tests.engine.paying import given_mailing, given_paying
from tests.engine.recovery import chunks, counters, given_people, recovery, rows, run, states


def until(condition, patience: int = 60) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_worker_that_is_asked_to_stop_leaves_nothing_in_doubt(database, tmp_path):
    with SlowMail() as mail:
        mail.latency = 0.02
        plan = given_mailing(tmp_path, mail, count=400).start("acknowledge")
        environment = {**database.environment, "MAKEGOOD_SWEEP_SECONDS": "0.3", "MAKEGOOD_CONNECTIONS": "4"}
        with Workers(environment, database.home, 1, tmp_path / "workers.log") as workers:
            until(lambda: len(mail.messages) > 70)
            workers.stop(workers.alive[0])
            sent = len(mail.messages)
            assert states(plan).get("done", 0) == sent
            assert "unknown" not in states(plan)
            assert set(rows("SELECT settled_to = claimed_to, lease_until FROM chunk")) == {(True, None)}
            assert rows("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'") == [(0,)]
            assert rows("SELECT count(*) FROM procrastinate_workers") == [(0,)]
            mail.latency = 0
            workers.spawn()
            until(lambda: Plan.objects.get(id=plan.id).state == "done")
        assert (len(mail.messages), mail.repeats()) == (400, {})
        assert counters(plan) == {"done": 400}


def test_the_queue_wakes_a_worker_and_everybody_is_paid_once(database, tmp_path):
    with HttpProvider() as provider:
        plan = run(given_paying(tmp_path, provider, count=400).start("remedy"))
        assert (plan.state, states(plan)) == ("done", {"done": 400})
        assert len(provider.effects) == 400
        assert set(provider.effects.values()) == {1}


def test_jobs_of_dead_workers_and_jobs_that_ended_do_not_pile_up(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=2)
    made.load()
    plan = made.start("acknowledge")
    (chunk,) = chunks(plan)
    rows("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()), (now() - interval '1 hour') RETURNING id")
    alive, dead = [worker for (worker,) in rows("SELECT id FROM procrastinate_workers ORDER BY id")]
    job = (
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, queueing_lock, args) "
        "VALUES ('acts', 'makegood.acts.carry_out_chunk', %s::procrastinate_job_status, %s, NULL, '{}') RETURNING id"
    )
    kept = [rows(job, "doing", alive)[0][0]]
    for status, worker in (("doing", dead), ("doing", None), ("failed", None), ("aborted", dead)):
        rows(job, status, worker)
    assert tidy() == 4
    left = rows("SELECT id FROM procrastinate_jobs WHERE queueing_lock IS NULL")
    assert [number for (number,) in left] == kept
    assert rows("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'") == [(1,)]
    assert wake([chunk]) == 0  # one job rings for one chunk, however often somebody asks
    plan = run(plan)
    assert states(plan) == {"done": 2}
