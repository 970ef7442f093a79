"""`makegood serve`: requests over HTTP, by gunicorn. TLS and slow clients are the business of a proxy before it.

The application is loaded once and the worker processes are forks of it; each answers in several threads. SIGTERM lets
requests end first.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

THREADS = 8  # requests at once, in each worker process
ANSWER = 30  # seconds without a sign of life after which a worker process is replaced
GRACE = 20  # seconds that requests have to end when it stops
_LOOK_EVERY = 0.5  # seconds
_LONGEST_LINE = 2048  # bytes of a request's first line


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, descriptor: int, workers: int) -> None:
        self._settings = {
            "bind": [f"fd://{descriptor}"],
            "workers": workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": ANSWER,
            "graceful_timeout": GRACE,
            "limit_request_line": _LONGEST_LINE,
            "preload_app": True,
            "control_socket_disable": True,
            "loglevel": os.environ.get("MAKEGOOD_LOG_LEVEL", "WARNING").lower(),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from django.core.wsgi import get_wsgi_application
        from django.db import connections

        application = get_wsgi_application()
        connections.close_all()  # a connection is nothing that two processes can share
        return application


def serve(listening: socket.socket, *, workers: int, under: int | None = None) -> None:
    """Answers until SIGTERM or SIGINT, then ends with `SystemExit`; also when the parent `under` is gone."""
    ours = os.getpid()
    if under is not None:
        threading.Thread(target=_watch, args=[under], daemon=True).start()
    try:
        Arbiter(_Server(listening.detach(), workers)).run()
    finally:
        if os.getpid() != ours:
            # A worker process is a fork in the middle of this call: what its parent holds is not its to give back.
            os._exit(0)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
