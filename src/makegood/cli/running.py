"""Keep Makegood running: `up` holds workers and PostgreSQL, `work` is one worker."""

from __future__ import annotations

import logging
import os
import signal
from typing import Annotated

import typer

from makegood.cli.failures import debugging
from makegood.cli.output import clean, tell
from makegood.cli.who import using_database
from makegood.kit.clock import now


def register(app: typer.Typer) -> None:
    app.command()(up)
    app.command()(work)


def up(
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="How many; one for each core if not said.")] = None,
) -> None:
    """Keep workers and PostgreSQL running until Ctrl-C."""
    from makegood.config.embedded import UpLock
    from makegood.config.start import find_home
    from makegood.config.supervisor import Supervisor, worker_command

    number = workers or os.cpu_count() or 1
    with UpLock(find_home()), using_database() as started:
        from django.db import connections

        connections.close_all()
        where = "PostgreSQL is its own" if started.server is not None else "PostgreSQL is the one DATABASE_URL names"
        many = "1 worker" if number == 1 else f"{number} workers"
        tell(f"Makegood is up: {many}; {where}; home {started.home}. Ctrl-C stops it.", to_stderr=True)
        said = Supervisor(worker_command(), workers=number, server=started.server, say=_say).run()
    if said == signal.SIGINT:
        raise KeyboardInterrupt
    tell("Makegood is down.", to_stderr=True)


def work(
    under: Annotated[int | None, typer.Option(hidden=True, help="Stop when this parent is gone.")] = None,
) -> None:
    """Run one worker until Ctrl-C, on any host."""
    import asyncio

    with using_database():
        from makegood.acts.worker import work as carry_out

        _log_in_lines()
        asyncio.run(carry_out(until=(lambda: os.getppid() != under) if under else None))


class _Line(logging.Formatter):
    """One line a record: libraries log whole tracebacks when the database is away for a moment."""

    def format(self, record: logging.LogRecord) -> str:
        words = " ".join(clean(record.getMessage()).split())
        return f"{now():%H:%M:%S} worker {os.getpid()}: {words}"


def _log_in_lines() -> None:
    if not debugging():
        for handler in logging.getLogger().handlers:
            handler.setFormatter(_Line())


def _say(sentence: str) -> None:
    tell(sentence, to_stderr=True)
