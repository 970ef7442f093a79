"""The doorbell: one Procrastinate job wakes a worker for one chunk. It carries no truth; the chunk row does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from makegood.acts.carry import carry_out
from makegood.acts.leases import Lease

QUEUE = "acts"
RUNNING: set[Lease] = set()  # leases of this process, so that a stopping worker can tell them
WORKER_NAME = {"name": "worker"}

_WAITING = "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(%s)"


@app.task(queue=QUEUE, name="makegood.acts.carry_out_chunk")
async def carry_out_chunk(chunk: int) -> None:
    await carry_out(chunk, worker=WORKER_NAME["name"], running=RUNNING)


def wake(chunks: Sequence[int]) -> int:
    """Defers one job for each chunk that has none waiting, in the caller's transaction; returns how many.

    Two sweepers may race for the same chunk: the queueing lock refuses the second, inside its own savepoint, and the
    next sweep looks again.
    """
    locks = {f"chunk:{chunk}": chunk for chunk in chunks}
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [list(locks)])
        for (lock,) in cursor.fetchall():
            locks.pop(lock)
    jobs = [_job(lock, chunk) for lock, chunk in locks.items()]
    if not jobs:
        return 0
    try:
        with transaction.atomic():
            app.job_manager.batch_defer_jobs(jobs)
    except AlreadyEnqueued:
        return 0
    return len(jobs)


def _job(lock: str, chunk: int) -> Any:
    return carry_out_chunk.configure(queueing_lock=lock).job.evolve(task_kwargs={"chunk": chunk})
