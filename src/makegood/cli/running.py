"""Keep Makegood running: `up` holds all of it; `work` is one worker, `serve` the web server."""

from __future__ import annotations

import logging
import os
import signal
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.failures import debugging
from makegood.cli.output import clean, tell, tell_as_is
from makegood.cli.who import using_database
from makegood.kit.clock import now
from makegood.kit.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from makegood.config.supervisor import Web

Bind = Annotated[str | None, typer.Option(help="Where the web server listens; MAKEGOOD_BIND or 127.0.0.1:8080.")]
Under = Annotated[int | None, typer.Option(hidden=True, help="Stop when this parent is gone.")]


def register(app: typer.Typer) -> None:
    app.command()(up)
    app.command()(work)
    app.command()(serve)


def up(
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="How many; one for each core if not said.")] = None,
    bind: Bind = None,
    web: Annotated[bool, typer.Option(help="With the web server, which hears what providers say.")] = True,
) -> None:
    """Keep workers, web server and PostgreSQL running until Ctrl-C."""
    from makegood.config.ballast import keep_ballast
    from makegood.config.embedded import UpLock
    from makegood.config.start import find_home
    from makegood.config.supervisor import Supervisor, worker_command

    number = workers or os.cpu_count() or 1
    with UpLock(find_home()), using_database() as started:
        keep_ballast(started.home)
        answering = _web(bind) if web else None
        if answering:
            _let_first_in(_place(answering.listening))
        where = "PostgreSQL is its own" if started.server is not None else "PostgreSQL is the one DATABASE_URL names"
        many = "1 worker" if number == 1 else f"{number} workers"
        if answering:
            many += f", web at {_place(answering.listening)}"
        tell(f"Makegood is up: {many}; {where}; home {started.home}. Ctrl-C stops it.", to_stderr=True)
        _close_connections()
        said = Supervisor(worker_command(), workers=number, server=started.server, say=_say, web=answering).run()
    if said == signal.SIGINT:
        raise KeyboardInterrupt
    tell("Makegood is down.", to_stderr=True)


def work(
    under: Under = None,
) -> None:
    """Run one worker until Ctrl-C, on any host."""
    import asyncio

    with using_database():
        from makegood.acts.worker import work as carry_out

        _log_in_lines()
        asyncio.run(carry_out(until=(lambda: os.getppid() != under) if under else None))


def serve(
    bind: Bind = None,
    processes: Annotated[
        int | None, typer.Option(min=1, max=64, help="How many; MAKEGOOD_WEB_PROCESSES or 1. Each answers 8 at once.")
    ] = None,
    under: Under = None,
    descriptor: Annotated[int | None, typer.Option(hidden=True, help="A socket that listens already.")] = None,
) -> None:
    """Run the web server until Ctrl-C, on any host."""
    from makegood.config.address import DEFAULT_BIND, listen
    from makegood.config.serving import serve as answer

    number = processes or _how_many()
    with using_database():
        if descriptor is None:
            listening = listen(bind or os.environ.get("MAKEGOOD_BIND") or DEFAULT_BIND)
            tell(f"Makegood answers at {_place(listening)}. Ctrl-C stops it.", to_stderr=True)
        else:
            listening = socket.socket(fileno=descriptor)
        answer(listening, workers=number, under=under)


def _web(bind: str | None) -> Web | None:
    """Where to answer and by what; None when nobody asked for a place and the usual one is taken."""
    from makegood.config.address import DEFAULT_BIND, listen
    from makegood.config.supervisor import Web, web_command

    asked = bind or os.environ.get("MAKEGOOD_BIND")
    try:
        return Web(web_command(), listen(asked or DEFAULT_BIND))
    except Unavailable as error:
        if asked:
            raise
        tell(f"{error} Going on without the web server.", to_stderr=True)
        return None


def _let_first_in(here: str) -> None:
    """As long as no admin can sign in, each start shows a link that lets the first of them choose a password, once."""
    from makegood.config.address import join_address
    from makegood.people.joining import find_unreachable_admin, first_link

    admin = find_unreachable_admin()
    if admin is None:
        return
    secret, ends = first_link(admin)
    tell(
        f"No admin can sign in yet. This link, which works once and until {ends:%H:%M} UTC tomorrow, lets",
        to_stderr=True,
    )
    tell(f"{admin.name} ({admin.email}) choose a password:", to_stderr=True)
    tell_as_is(f"    {join_address(os.environ, secret, here=here)}", to_stderr=True)


def _close_connections() -> None:
    """Not for the processes that are started next, nor for the time in which this one only watches."""
    from django.db import connections

    connections.close_all()


def _place(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _how_many() -> int:
    text = os.environ.get("MAKEGOOD_WEB_PROCESSES", "1")
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise BadInput(f"MAKEGOOD_WEB_PROCESSES is '{text}'.", remedy="Give a number from 1 to 64.", code="bad-number")
    return int(text)


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
