"""A worker process: Procrastinate's jobs in one event loop, the sweeper and the reader of returned mail beside it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Callable

from asgiref.sync import sync_to_async
from django.db import OperationalError, connections
from procrastinate.contrib.django import app

from makegood.acts.connections import why_away
from makegood.acts.fence import look, remembered
from makegood.acts.jobs import QUEUE, RUNNING, WORKER_NAME
from makegood.acts.pools import LONGEST_REST, Pool, pooled
from makegood.acts.sweep import sweep
from makegood.kit.errors import Unavailable
from makegood.notices.returns import read_mailboxes

CONCURRENCY = 4
RETURNS_SECONDS = float(os.environ.get("MAKEGOOD_RETURNS_SECONDS", "300"))
SWEEP_SECONDS = float(os.environ.get("MAKEGOOD_SWEEP_SECONDS", "5"))
log = logging.getLogger(__name__)


async def work(*, until: Callable[[], bool] | None = None, sweep_seconds: float = SWEEP_SECONDS) -> None:
    """Works until SIGTERM or SIGINT (or until `until()`, asked after each sweep, is true), then stops gracefully.

    A stopping worker lets the windows in flight end, commits their results and gives its chunks back.
    """
    WORKER_NAME["name"] = f"{socket.gethostname()}:{os.getpid()}"
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError, ValueError):  # not in the main thread
            loop.add_signal_handler(number, stop.set)
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined] # Django's
    async with pooled() as pool, worker_app.open_async():
        jobs = asyncio.create_task(
            worker_app.run_worker_async(
                queues=[QUEUE],
                concurrency=CONCURRENCY,
                install_signal_handlers=False,
                delete_jobs="successful",
                fetch_job_polling_interval=1.0,
            )
        )
        sweeping = asyncio.create_task(_keep_sweeping(stop, until, sweep_seconds, pool))
        reading = asyncio.create_task(_keep_reading(stop))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({jobs, sweeping, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        stopped.cancel()
        await _end(jobs, sweeping, reading)


async def _end(jobs: asyncio.Task[None], *beside: asyncio.Task[None]) -> None:
    for lease in list(RUNNING):
        lease.stopping = True
    failed = jobs.done() and not jobs.cancelled() and jobs.exception()
    jobs.cancel()  # Procrastinate waits for running jobs, which end at their window
    with contextlib.suppress(asyncio.CancelledError):
        await jobs
    await asyncio.gather(*beside)
    if failed:
        raise failed


async def _keep_sweeping(stop: asyncio.Event, until: Callable[[], bool] | None, seconds: float, pool: Pool) -> None:
    while not stop.is_set():
        try:
            await pool.close(rested_for=LONGEST_REST)
            if await sync_to_async(_sweep_once, thread_sensitive=False)(until):
                stop.set()
        except OperationalError as error:
            log.warning("For now %s; trying again.", why_away(error))
        except Unavailable as error:  # the seals cannot be anchored
            log.warning("%s", error)
        except OSError as error:
            log.warning("For now %s cannot be written (%s); trying again.", error.filename, error.strerror)
        except Exception:
            log.exception("A sweep failed; the next one tries again.")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)


async def _keep_reading(stop: asyncio.Event) -> None:
    """Return mailboxes, in a thread of their own: a mail server that is slow holds up no sweep."""
    while not stop.is_set():
        try:
            await sync_to_async(_read_once, thread_sensitive=False)(stop.is_set)
        except OperationalError as error:
            log.warning("For now %s; trying again.", why_away(error))
        except Exception:
            log.exception("Return mailboxes could not be read; the next time tries again.")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), RETURNS_SECONDS)


def _read_once(stopping: Callable[[], bool]) -> None:
    try:
        read_mailboxes(stopping=stopping)
    finally:
        connections.close_all()


def _sweep_once(until: Callable[[], bool] | None) -> bool:
    """One round in a thread of its own, whose database connections end with it; true when the work is over."""
    try:
        _ask_the_fence()
        sweep()
        return until is not None and until()
    finally:
        connections.close_all()


def _ask_the_fence() -> None:
    """Sends that were not begun yet are not begun once acts are fenced; said once."""
    before, standing = remembered(), look()
    if standing.free:
        return
    for lease in list(RUNNING):
        lease.stopping = True
    if before is None or before.reason != standing.reason:
        log.warning("Acts are fenced: %s. %s", standing.words, standing.remedy)
