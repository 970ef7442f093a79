"""Makegood's own PostgreSQL for one home directory, shared by all its processes, stopped by the last of them.

    with EmbeddedServer(home) as server:
        psycopg.connect(server.url("app"))

Every user holds a shared lock on `users.lock`; who leaves and gets it exclusively was the last and stops the server.
`start.lock` keeps two starts apart. `server.lock` is held by the server itself (see postgres/cluster.py). The kernel
drops all three with their holders, so that `kill -9` of anything leaves nothing to clean up by hand.
Linux only (flock, /proc, pidfd); elsewhere set DATABASE_URL.
"""

from __future__ import annotations

import atexit
import os
import select
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from makegood.config.postgres import cluster, layout, locks, roles
from makegood.config.postgres.binaries import find_binaries, reach_binaries
from makegood.config.postgres.layout import Layout
from makegood.config.postgres.locks import UpLock
from makegood.config.postgres.roles import MAIN, Role
from makegood.config.postgres.sentences import ended_badly, file_errors, waiting_for
from makegood.kit.errors import Refused, Unavailable

__all__ = ["EmbeddedServer", "Role", "UpLock"]

START_PATIENCE = 600.0  # seconds; replaying the log after a crash took 24 s for 3.6 GB
STOP_PATIENCE = 60.0  # seconds; after that the server finishes its checkpoint alone
PROGRESS_EVERY = 3.0  # seconds between two sentences


def _silent(_sentence: str) -> None:
    pass


class EmbeddedServer:
    """The PostgreSQL of one home; `start()` attaches to it or starts it. One object a process, not shared by fork.

    `settings` go on the server's command line when this object is the one that starts it (`{"fsync": "off"}` in tests).
    `progress` hears a sentence every few seconds while something takes long, and the one-line `note`, if any.
    """

    def __init__(
        self,
        home: Path,
        *,
        settings: Mapping[str, str] | None = None,
        progress: Callable[[str], None] = _silent,
    ) -> None:
        self.home = home.absolute()
        self.note: str | None = None
        self._settings = dict(settings or {})
        self._progress = progress
        self._layout: Layout | None = None
        self._passwords: dict[str, str] = {}
        self._users: int | None = None
        self._told = 0.0

    def start(self) -> None:
        """Have a server that answers, with database and roles; at once when that is so. Also restarts a dead one.

        Waits up to ten minutes for crash recovery. Raises Refused (files of another user or version, passwords gone,
        a server started by hand) or Unavailable (disk full, home not writable, wheel missing, server exits).
        """
        attached = self._users is not None
        done = False
        try:
            with file_errors(self.home):
                self._attach()
                self._start()
            done = True
        finally:
            if not done and not attached:
                self.release()

    def url(self, role: Role, *, dbname: str = MAIN) -> str:
        """A URL for psycopg and Django, with password: `owner` migrates, `app` works, `ro` reads, `admin` is superuser.

        Raises Refused before `start()`.
        """
        place = self._started()
        # The running server's own word: its starter may have had another temporary folder for a too deep home.
        running = cluster.read_postmaster(place.cluster)
        socket = (running and running.socket) or place.socket
        return roles.connection_url(role, password=self._passwords[roles.LOGINS[role]], socket=socket, dbname=dbname)

    def prepare(self, dbname: str) -> None:
        """Make one more database with the same owner, roles and grants (for tests and restores); repeatable."""
        with self._starting(self._started()):
            self._prepare(dbname)

    def watch(self, timeout: float | None = None) -> bool:
        """Wait until the server ends (True) or `timeout` seconds pass (False). A supervisor then calls `start()`.

        Works whoever started the server: `up` may find one that a command left running.
        """
        place = self._started()
        running = cluster.read_postmaster(place.cluster)
        if running is None:
            return True
        try:
            descriptor = os.pidfd_open(running.pid)
        except ProcessLookupError:
            return True
        try:
            if not cluster.is_postmaster(running.pid, place.cluster):
                return True
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            ended = bool(poll.poll(None if timeout is None else int(timeout * 1000)))
        finally:
            os.close(descriptor)
        if ended:
            # As pid 1 of a container we inherit the server, and nobody else would collect its exit.
            with suppress(ChildProcessError):
                os.waitpid(running.pid, os.WNOHANG)
        return ended

    def release(self) -> None:
        """Stop using the server; the last user of this home stops it in order and waits for that. Repeatable."""
        if self._users is None or self._layout is None:
            return
        atexit.unregister(self.release)
        # Closed, not unlocked: a forked child that still holds the descriptor stays counted.
        os.close(self._users)
        self._users = None
        with file_errors(self.home), locks.opened(self._layout.users) as users:
            if locks.try_lock(users):
                self._stop(self._layout)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _started(self) -> Layout:
        if self._layout is None or self._users is None:
            raise Refused(
                "The embedded PostgreSQL is not in use yet.", remedy="Call start() first.", code="postgres-not-started"
            )
        return self._layout

    def _attach(self) -> None:
        if self._users is not None:
            return
        self._layout, self.note = layout.open_home(self.home)
        if self.note:
            self._progress(self.note)
        self._users = locks.open_lock(self._layout.users)
        atexit.register(self.release)
        locks.wait_lock(
            self._users,
            shared=True,
            patience=START_PATIENCE,
            waiting=lambda s: self._tell(s, "its last user before us is stopping it"),
        )

    def _start(self) -> None:
        place = self._started()
        with self._starting(place):
            fresh = not place.cluster.exists()
            self._passwords = roles.load_passwords(place.passwords, fresh=fresh)
            if not fresh:
                cluster.check_version(place.cluster)
            self._run(place)
            self._prepare(MAIN)

    def _prepare(self, dbname: str) -> None:
        maintenance, target = self.url("admin", dbname="postgres"), self.url("admin", dbname=dbname)
        roles.prepare(maintenance, target, self._passwords)

    @contextmanager
    def _starting(self, place: Layout) -> Iterator[None]:
        with locks.opened(place.starting) as starting:
            locks.wait_lock(
                starting,
                shared=False,
                patience=START_PATIENCE,
                waiting=lambda s: self._tell(s, "another Makegood is starting it"),
            )
            yield

    def _run(self, place: Layout) -> None:
        began = time.monotonic()
        launched: int | None = None
        while True:
            with locks.opened(place.living) as living:
                # Free: neither a postmaster nor a backend left behind by a killed one touches these files.
                if locks.try_lock(living):
                    if launched is not None:
                        words = "\n".join(cluster.last_lines(place.log, 30, since=launched))
                        raise ended_badly(
                            "The embedded PostgreSQL ended while starting", words, base=place.base, log=place.log
                        )
                    launched = self._launch(place, living)
            reason = roles.knock(self.url("admin", dbname="postgres"))
            if reason is None:
                return
            waited = time.monotonic() - began
            if waited > START_PATIENCE:
                raise Unavailable(
                    f"The embedded PostgreSQL did not answer within {waited / 60:.0f} minutes: {reason}.",
                    remedy=f"Look into {place.log}; it may still be replaying its log: then start again later.",
                    code="postgres-slow",
                )
            log = cluster.last_lines(place.log, 4, since=launched or 0)
            self._tell(waited, waiting_for(reason, log, launched=launched is not None))
            time.sleep(locks.PAUSE)

    def _launch(self, place: Layout, living: int) -> int:
        binaries = reach_binaries(place.account, find_binaries(), layout.SYSTEM_ROOT)
        if not place.cluster.exists():
            self._progress("Creating the database; this happens once.")
            cluster.make_cluster(place, binaries, password=self._passwords["postgres"], living=living)
        cluster.clear_stale_pid(place)
        layout.open_private(place.socket, place.account)
        return cluster.launch(place, binaries, settings=self._settings, living=living)

    def _stop(self, place: Layout) -> None:
        """Called with `users.lock` held exclusively: nobody uses the server, and who comes now waits."""
        began = time.monotonic()
        while not locks.is_free(place.living):
            # Asked again each time: one that was just launched had no postmaster.pid at the first look.
            cluster.ask_to_stop(place.cluster)
            waited = time.monotonic() - began
            if waited > STOP_PATIENCE:
                self._progress("The embedded PostgreSQL is still writing its last checkpoint and will stop by itself.")
                return
            self._tell(waited, "it is writing its last checkpoint")
            time.sleep(locks.PAUSE)

    def _tell(self, waited: float, reason: str) -> None:
        now = time.monotonic()
        if waited >= PROGRESS_EVERY and now - self._told >= PROGRESS_EVERY:
            self._told = now
            self._progress(f"Waiting for the embedded PostgreSQL since {waited:.0f} s: {reason}.")
