"""The doorbell: one Procrastinate job wakes a worker for one chunk. It carries no truth; the chunk row does."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.db import InterfaceError as NoInterface
from django.db import OperationalError as NotOperational
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from psycopg import Error, InterfaceError, OperationalError

from makegood.acts.carry import carry_out, stop_for
from makegood.acts.connections import why_away
from makegood.acts.leases import Lease

log = logging.getLogger(__name__)
QUEUE = "acts"
RUNNING: set[Lease] = set()  # leases of this process, so that a stopping worker can tell them
WORKER_NAME = {"name": "worker"}

_WAITING = "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(%s)"

_TIDY = """
DELETE FROM procrastinate_jobs j WHERE j.queue_name = %(queue)s AND (
    j.status IN ('failed', 'aborted', 'cancelled', 'succeeded')
    OR j.status = 'doing' AND NOT EXISTS (
        SELECT 1 FROM procrastinate_workers w
        WHERE w.id = j.worker_id AND w.last_heartbeat > clock_timestamp() - interval '60 seconds'))
"""


@app.task(queue=QUEUE, name="makegood.acts.carry_out_chunk")
async def carry_out_chunk(chunk: int) -> None:
    """Never fails: a job's own state means nothing, and one chunk's trouble is not its worker's."""
    try:
        await carry_out(chunk, worker=WORKER_NAME["name"], running=RUNNING)
    # A worker's first look at the fence is Django's, whose errors are not the driver's.
    except (OperationalError, InterfaceError, NotOperational, NoInterface) as error:
        log.warning("Chunk %s waits: %s.", chunk, why_away(error))
    except Exception as error:
        log.exception("Chunk %s met an error that nobody foresaw; its plan is stopped.", chunk)
        await _stop(chunk, f"a worker met an error that nobody foresaw ({type(error).__name__}); its log has more")


async def _stop(chunk: int, reason: str) -> None:
    try:
        await stop_for(chunk, reason)
    except Error as error:
        log.warning("The plan of chunk %s could not be stopped: %s.", chunk, why_away(error))


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


def tidy() -> int:
    """Removes jobs of workers that died, and jobs that ended badly: the chunk rows say what is left to do."""
    with connection.cursor() as cursor:
        cursor.execute(_TIDY, {"queue": QUEUE})
        return int(cursor.rowcount)


def _job(lock: str, chunk: int) -> Any:
    return carry_out_chunk.configure(queueing_lock=lock).job.evolve(task_kwargs={"chunk": chunk})
