"""`up` holds the place where the web server listens, starts it again, and takes it along when it ends."""

from __future__ import annotations

import os
import signal
import socket

from tests.api.serving import Serving
from tests.cli.conftest import Cli
from tests.cli.test_up import until, up, workers_of, zombie

from makegood.config.address import listen


def test_up_keeps_the_web_server_and_requests_wait_while_it_is_started_again(cli: Cli) -> None:
    cli("people")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with up(cli, "--workers", "1", "--web", "--bind", f"127.0.0.1:{port}") as running:
        web = Serving(port, running)
        assert web.ask("GET", "/livez").status == 200
        until("two children", lambda: len(workers_of(running.pid)) == 2)
        server = next(pid for pid in workers_of(running.pid) if workers_of(pid))
        (process,) = workers_of(server)
        os.kill(server, signal.SIGKILL)
        until("its process is gone too", lambda: zombie(process))
        assert web.ask("GET", "/livez").status == 200, "the place is held, so nobody was refused"
        code, said = web.stop(signal.SIGTERM)
    assert code == 0
    said = " ".join(said.split())
    assert f"The web server (pid {server}) was killed by signal 9 (SIGKILL); starting it again." in said


def test_the_web_server_stops_when_up_itself_is_killed(cli: Cli) -> None:
    cli("people")
    with up(cli, "--workers", "1", "--web", "--bind", "127.0.0.1:0") as running:
        until("the web server", lambda: any(workers_of(pid) for pid in workers_of(running.pid)))
        children = workers_of(running.pid)
        running.kill()
        until("nobody is left", lambda: all(zombie(pid) for pid in children))


def test_a_place_that_is_taken(cli: Cli) -> None:
    cli("people")
    with listen("127.0.0.1:0") as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        for words in (["up", "--bind", place], ["serve", "--bind", place]):
            ran = cli(*words, code=1)
            assert f"cannot listen on {place}: Address already in use." in ran.said
        assert "MAKEGOOD_WEB_PROCESSES is '0'" in cli("serve", code=1, MAKEGOOD_WEB_PROCESSES="0").said
